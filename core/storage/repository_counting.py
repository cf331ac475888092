"""What the officials' figures are counted from, as it is kept: results, stages and needs, one narrow row each.

A result or a need that is new or changed waits, and is counted together with others (`close`): core/domain/statistics/
counting.py tells when. What is taken away takes those that were counted with it back into waiting, so that no two
states of the figures differ by one enterprise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, literal
from sqlmodel import Session, col, select

from core.domain.statistics.counting import CountedResult, Group, Place, Waiting, groups_of, ready
from core.domain.statistics.figures import Dimension, Stage
from core.domain.statistics.needs import KIND_WIDTH, LINE_WIDTH
from core.domain.statistics.suppression import MINIMUM_GROUP
from core.storage.merging import fresh, hold
from core.storage.repository_events import Stamp
from core.storage.tables import CountedResultRow, DemandRow, EnterpriseRow, EnterpriseStageRow, new_id

_CLOSING_LOCK = 996_512
"""Number under which what is counted changes one transaction after the other."""
_LARGE_BATCH = 40
"""A batch of more, as after a recount, is not taken back as a whole: among so many one does not show."""
_COLUMN_OF: Mapping[Dimension, Any] = {
    Dimension.PROVINCE: CountedResultRow.province_code,
    Dimension.SECTOR: CountedResultRow.sector,
    Dimension.SIZE: CountedResultRow.size,
    Dimension.KIND: CountedResultRow.kind,
}
_PLAIN = tuple(one.name for one in fields(CountedResult) if one.name != "place")


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

    # --- Results

    def keep_results(self, enterprise_id: UUID, results: Iterable[CountedResult]) -> None:
        """Let the results of an enterprise be these, one a year at most; what is new waits until `close`."""
        self._hold()
        query = select(CountedResultRow).where(CountedResultRow.enterprise_id == enterprise_id)
        kept = {(row.year, row.waiting): row for row in self._session.exec(query)}
        wanted = {one.year: one for one in results}
        for year, result in wanted.items():
            counted, waiting = kept.get((year, False)), kept.get((year, True))
            if counted is not None and _result(counted) == result:
                if waiting is not None:
                    self._session.delete(waiting)
            elif waiting is None or _result(waiting) != result:
                row = waiting or CountedResultRow(
                    enterprise_id=enterprise_id, changed_at=self._stamp.at, **_values(result)
                )
                _write(row, result)
                row.is_returning, row.changed_at = False, self._stamp.at
                self._session.add(row)
        for (year, is_waiting), row in kept.items():
            if year not in wanted:
                if not is_waiting:
                    self._dissolve(row)
                self._session.delete(row)
        self._session.flush()

    def results_of(self, enterprise_id: UUID, *, waiting: bool) -> tuple[CountedResult, ...]:
        """Return the results of an enterprise by year, those that are counted or those that wait."""
        query = select(CountedResultRow).where(
            CountedResultRow.enterprise_id == enterprise_id, CountedResultRow.waiting == waiting
        )
        return tuple(_result(row) for row in self._session.exec(query.order_by(col(CountedResultRow.year))))

    def _dissolve(self, gone: CountedResultRow) -> None:
        """Let those wait again that were counted with one that goes, and more until no group loses fewer than five.

        Those of its own batch do not count: without them the figures would be as they were before it, but for this one.
        """
        same_batch = select(CountedResultRow).where(CountedResultRow.batch == gone.batch)
        found = {row.id: row for row in self._session.exec(same_batch.limit(_LARGE_BATCH + 1))}
        if len(found) > _LARGE_BATCH:
            found.clear()
        found[gone.id] = gone
        sizes = self._sizes({row.year for row in found.values()})
        batch = frozenset(found)
        while missing := self._missing(found.values(), batch, sizes):
            (year, *of), count = missing
            like_it = sum(
                (case((_COLUMN_OF[one] == _result(gone).place.value(one), 1), else_=0) for one in Dimension),
                start=literal(0),
            )
            query = select(CountedResultRow).where(
                CountedResultRow.year == year,
                CountedResultRow.waiting == False,  # noqa: E712
            )
            if of:
                query = query.where(_COLUMN_OF[Dimension(str(of[0]))] == of[1])
            others = self._session.exec(
                query.where(col(CountedResultRow.id).not_in(list(found)))
                .order_by(like_it.desc(), col(CountedResultRow.id).desc())
                .limit(count)
            ).all()
            found |= {row.id: row for row in others}
        for row in found.values():
            if row.id != gone.id:
                self._wait_again(row)

    def _missing(
        self, leaving: Iterable[CountedResultRow], batch: Set[UUID], sizes: Mapping[Group, int]
    ) -> tuple[Group, int] | None:
        """Return a group that is shown and loses too few, and how many more it should lose."""
        losing: Counter[Group] = Counter()
        in_batch: Counter[Group] = Counter()
        for row in leaving:
            (in_batch if row.id in batch else losing).update(groups_of(_result(row)))
        for group in sorted(losing.keys() | in_batch.keys(), key=repr):
            most = sizes[group] - in_batch[group]
            short = min(MINIMUM_GROUP, most) - losing[group]
            if sizes[group] >= MINIMUM_GROUP and short > 0:
                return group, short
        return None

    def _wait_again(self, row: CountedResultRow) -> None:
        newer = select(CountedResultRow).where(
            CountedResultRow.enterprise_id == row.enterprise_id,
            CountedResultRow.year == row.year,
            CountedResultRow.waiting == True,  # noqa: E712
        )
        if self._session.exec(newer).first() is not None:
            self._session.delete(row)
        else:
            row.waiting, row.is_returning, row.batch, row.changed_at = True, True, None, self._stamp.at
            self._session.add(row)

    def _close_results(self) -> int:
        waiting = {
            row.id: row
            for row in self._session.exec(select(CountedResultRow).where(CountedResultRow.waiting == True))  # noqa: E712
        }
        if not any(not row.is_returning for row in waiting.values()):
            return 0
        years = {row.year for row in waiting.values()}
        replaced = {
            (row.enterprise_id, row.year): row
            for row in self._session.exec(
                select(CountedResultRow).where(
                    CountedResultRow.waiting == False,  # noqa: E712
                    col(CountedResultRow.enterprise_id).in_(
                        select(CountedResultRow.enterprise_id).where(CountedResultRow.waiting == True)  # noqa: E712
                    ),
                )
            )
        }
        sizes = self._sizes(years)
        asked: dict[UUID, Waiting] = {}
        for key, row in waiting.items():
            older = replaced.get((row.enterprise_id, row.year))
            groups = groups_of(_result(row)) | (groups_of(_result(older)) if older else frozenset())
            asked[key] = Waiting(groups, is_fresh=not row.is_returning)
        chosen = ready(asked, sizes)
        batch = new_id()
        for key in chosen:
            row = waiting[key]
            older = replaced.get((row.enterprise_id, row.year))
            if older is not None:
                # In place: readers who follow `changed_at` then see one row change, and none disappear.
                _write(older, _result(row))
                self._session.delete(row)
                self._session.flush()
                row = older
            row.waiting, row.is_returning, row.batch, row.changed_at = False, False, batch, self._stamp.at
            self._session.add(row)
        self._session.flush()
        return len(chosen)

    def _sizes(self, years: Iterable[int]) -> Mapping[Group, int]:
        columns = (
            CountedResultRow.year,
            CountedResultRow.province_code,
            CountedResultRow.sector,
            CountedResultRow.size,
            CountedResultRow.kind,
        )
        query = (
            select(*columns, func.count())  # type: ignore[call-overload]
            .where(CountedResultRow.waiting == False, col(CountedResultRow.year).in_(list(years)))  # noqa: E712
            .group_by(*columns)
        )
        found: Counter[Group] = Counter()
        for year, province, sector, size, kind, count in self._session.exec(query):
            place = Place(province, sector, size, kind)
            found[(year,)] += count
            for dimension in Dimension:
                found[year, dimension.value, place.value(dimension)] += count
        return found

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
        found = {row.enterprise_id: row for row in self._demands(DemandRow.batch == gone.batch, most=_LARGE_BATCH + 1)}
        if len(found) > _LARGE_BATCH:
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
        """Count what waits and may be counted now; return how many results and needs that was.

        kinds: enterprises that are counted under each kind and service of need, by `kind_group`.
        """
        self._hold()
        return self._close_results() + self._close_needs(kinds)

    def forget(self, enterprise_id: UUID) -> None:
        """Take an enterprise out of all figures, before its rows go with it."""
        self.keep_results(enterprise_id, ())
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
    """Return something that differs whenever other results or needs wait than before; None while nothing does."""
    results = select(func.count(), func.max(CountedResultRow.changed_at)).where(CountedResultRow.waiting == True)  # noqa: E712
    needs = select(func.count(), func.max(DemandRow.changed_at)).where(col(DemandRow.waiting).is_not(None))
    found = (*session.exec(results).one(), *session.exec(needs).one())
    return found if found[0] or found[2] else None


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


def _values(result: CountedResult) -> dict[str, Any]:
    place = result.place
    return {
        "province_code": place.province,
        "sector": place.sector,
        "size": place.size,
        "kind": place.kind,
        **{name: getattr(result, name) for name in _PLAIN},
    }


def _write(row: CountedResultRow, result: CountedResult) -> None:
    for name, value in _values(result).items():
        setattr(row, name, value)


def _result(row: CountedResultRow) -> CountedResult:
    place = Place(row.province_code, row.sector, row.size, row.kind)
    return CountedResult(place=place, **{name: getattr(row, name) for name in _PLAIN})
