"""What the officials' figures are counted from, as it is kept: results, what was told, stages and needs.

A result, a need or what was told, new or changed, waits and is counted together with others (`close`): core/domain/
statistics/counting.py tells when. What is taken away takes those that were counted with it back into waiting, so that
no two states of the figures differ by one enterprise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.domain.statistics.counting import CountedResult, Group, Place, Waiting, ready
from core.domain.statistics.figures import Stage
from core.domain.statistics.needs import KIND_WIDTH, LINE_WIDTH
from core.domain.statistics.suppression import MINIMUM_GROUP
from core.domain.statistics.told import CountedFeedback
from core.storage.counted_batches import LARGE_BATCH, Batches
from core.storage.merging import fresh, hold
from core.storage.repository_events import Stamp
from core.storage.tables import (
    CountedFeedbackRow,
    CountedResultRow,
    DemandRow,
    EnterpriseRow,
    EnterpriseStageRow,
    new_id,
)

_CLOSING_LOCK = 996_512
"""Number under which what is counted changes one transaction after the other."""


@dataclass(frozen=True, slots=True)
class ReachedStages:
    """Where an enterprise belongs and in which month it reached each stage; months as in EnterpriseStageRow."""

    place: Place
    months: Mapping[Stage, int | None]


class Counting:
    """What is counted, within one transaction."""

    def __init__(self, session: Session, stamp: Stamp) -> None:
        self._session = session
        self._stamp = stamp
        self._results = Batches(session, stamp, CountedResultRow, CountedResult)
        self._told = Batches(session, stamp, CountedFeedbackRow, CountedFeedback)

    # --- Results, and what was told

    def keep_results(self, enterprise_id: UUID, results: Iterable[CountedResult]) -> None:
        """Let the results of an enterprise be these, one a year at most; what is new waits until `close`."""
        self._hold()
        self._results.keep(enterprise_id, results)

    def results_of(self, enterprise_id: UUID, *, waiting: bool) -> tuple[CountedResult, ...]:
        """Return the results of an enterprise by year, those that are counted or those that wait."""
        return self._results.of(enterprise_id, waiting=waiting)

    def keep_told(self, enterprise_id: UUID, told: Iterable[CountedFeedback]) -> None:
        """Let what an enterprise told be this, one row a year at most; what is new waits until `close`."""
        self._hold()
        self._told.keep(enterprise_id, told)

    # --- Stages

    def keep_stages(self, enterprise_id: UUID, reached: ReachedStages) -> None:
        """Let an enterprise stand where it stands; nothing is written where nothing changed."""
        row = self._session.get(EnterpriseStageRow, enterprise_id, populate_existing=True)
        place = reached.place
        values: dict[str, Any] = {
            "province_code": place.province,
            "sector": place.sector,
            "size": place.size,
            "kind": place.kind,
            **{stage.value: month for stage, month in reached.months.items()},
        }
        if row is None:
            row = EnterpriseStageRow(enterprise_id=enterprise_id, changed_at=self._stamp.at, **values)
        elif all(getattr(row, name) == value for name, value in values.items()):
            return
        for name, value in values.items():
            setattr(row, name, value)
        row.changed_at = self._stamp.at
        self._session.add(row)
        self._session.flush()

    # --- Needs

    def keep_needs(self, enterprise_id: UUID, province: str, lines: str) -> None:
        """Let the needs of an enterprise be these lines; what is new waits until `close`."""
        self._hold()
        row = self._session.get(DemandRow, enterprise_id, populate_existing=True)
        if row is None:
            if not lines:
                return
            row = DemandRow(enterprise_id=enterprise_id, changed_at=self._stamp.at)
        is_counted = row.batch is not None and (row.province_code, row.lines) == (province, lines)
        wanted = None if is_counted else lines
        if row.waiting == wanted and (wanted is None or row.waiting_province == province):
            return
        row.waiting, row.waiting_province, row.is_returning = wanted, province, False
        row.changed_at = self._stamp.at
        self._session.add(row)
        self._session.flush()

    def _dissolve_needs(self, gone: DemandRow) -> None:
        found = {row.enterprise_id: row for row in self._demands(DemandRow.batch == gone.batch, most=LARGE_BATCH + 1)}
        if len(found) > LARGE_BATCH:
            found = {gone.enterprise_id: gone}
        missing = MINIMUM_GROUP - sum(row.province_code == gone.province_code for row in found.values())
        if missing > 0:
            same_province = self._demands(
                DemandRow.province_code == gone.province_code,
                col(DemandRow.batch).is_not(None),
                col(DemandRow.enterprise_id).not_in(list(found)),
                most=missing,
            )
            found |= {row.enterprise_id: row for row in same_province}
        for row in found.values():
            if row.waiting is None:
                row.waiting, row.waiting_province, row.is_returning = row.lines, row.province_code, True
            row.lines, row.batch, row.changed_at = "", None, self._stamp.at
            self._session.add(row)

    def _close_needs(self, kinds: Mapping[Group, int]) -> int:
        waiting = {row.enterprise_id: row for row in self._demands(col(DemandRow.waiting).is_not(None))}
        if not any(not row.is_returning for row in waiting.values()):
            return 0
        counted = select(DemandRow.province_code, func.count()).where(col(DemandRow.batch).is_not(None))
        provinces: dict[Group, int] = {
            ("", province): count for province, count in self._session.exec(counted.group_by("province_code"))
        }
        asked = {key: Waiting(_need_groups(row), is_fresh=not row.is_returning) for key, row in waiting.items()}
        chosen = ready(asked, {**kinds, **provinces})
        batch = new_id()
        for key in chosen:
            row = waiting[key]
            row.province_code, row.lines, row.waiting = row.waiting_province, row.waiting or "", None
            row.is_returning, row.batch, row.changed_at = False, batch, self._stamp.at
            self._session.add(row)
        self._session.flush()
        return len(chosen)

    def _demands(self, *conditions: Any, most: int | None = None) -> tuple[DemandRow, ...]:
        query = select(DemandRow).where(*conditions).order_by(col(DemandRow.enterprise_id).desc()).limit(most)
        return tuple(self._session.exec(fresh(query)))

    # --- Together

    def close(self, kinds: Mapping[Group, int]) -> int:
        """Count what waits and may be counted now; return how many results, needs and rows of what was told that was.

        kinds: enterprises that are counted under each kind and service of need, by `kind_group`.
        """
        self._hold()
        return self._results.close() + self._told.close() + self._close_needs(kinds)

    def forget(self, enterprise_id: UUID) -> None:
        """Take an enterprise out of all figures, before its rows go with it."""
        self.keep_results(enterprise_id, ())
        self.keep_told(enterprise_id, ())
        demand = self._session.get(DemandRow, enterprise_id, populate_existing=True)
        if demand is not None:
            if demand.batch is not None:
                self._dissolve_needs(demand)
            self._session.delete(demand)
        stage = self._session.get(EnterpriseStageRow, enterprise_id)
        if stage is not None:
            self._session.delete(stage)
        self._session.flush()

    def enterprises(self) -> tuple[UUID, ...]:
        """Return every enterprise there is, the oldest first."""
        query = select(EnterpriseRow.id).where(col(EnterpriseRow.deleted_at).is_(None))
        return tuple(self._session.exec(query.order_by(col(EnterpriseRow.id))))

    def _hold(self) -> None:
        hold(self._session, _CLOSING_LOCK)


def what_waits(session: Session) -> tuple[Any, ...] | None:
    """Return something that differs whenever something else waits than before; None while nothing does."""
    found: list[Any] = []
    for changed_at, waits in (
        (CountedResultRow.changed_at, CountedResultRow.waiting == True),  # noqa: E712
        (CountedFeedbackRow.changed_at, CountedFeedbackRow.waiting == True),  # noqa: E712
        (DemandRow.changed_at, col(DemandRow.waiting).is_not(None)),
    ):
        found.append(session.exec(select(func.count(), func.max(changed_at)).where(waits)).one())
    return tuple(found) if any(count for count, _ in found) else None


def kind_group(kind: str, service: str) -> Group:
    """Return the group of all enterprises with a need of a kind and service ("v" or "c")."""
    return (kind, service)


def _need_groups(row: DemandRow) -> frozenset[Group]:
    """Return the groups that change when what waits is counted: provinces, and the kinds whose lines differ."""
    before = _lines_of(row.lines if row.batch else "")
    after = _lines_of(row.waiting or "")
    changed = before ^ after
    kinds = {kind_group(line[:KIND_WIDTH].rstrip(), line[KIND_WIDTH]) for line in changed}
    provinces = {("", row.waiting_province)} | ({("", row.province_code)} if row.batch else set())
    return frozenset(kinds | provinces)


def _lines_of(text: str) -> set[str]:
    return {text[start : start + LINE_WIDTH] for start in range(0, len(text), LINE_WIDTH)}
