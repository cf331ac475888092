"""Rows that are counted in batches: of each enterprise one a year, and a newer one that waits.

What is new or changed waits, and is counted together with others (`close`); what is taken away takes those that were
counted with it back into waiting, so that no two states of the figures differ by one enterprise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import fields
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import case, func, literal
from sqlmodel import Session, col, select

from core.domain.statistics.counting import CountedResult, Group, Place, Waiting, groups_of, ready
from core.domain.statistics.figures import Dimension
from core.domain.statistics.suppression import MINIMUM_GROUP
from core.domain.statistics.told import CountedFeedback
from core.storage.repository_events import Stamp
from core.storage.tables import CountedFeedbackRow, CountedResultRow, new_id

LARGE_BATCH = 40
"""A batch of more, as after a recount, is not taken back as a whole: among so many one does not show."""
_COLUMN_OF: Mapping[Dimension, str] = {
    Dimension.PROVINCE: "province_code",
    Dimension.SECTOR: "sector",
    Dimension.SIZE: "size",
    Dimension.KIND: "kind",
}
Row = CountedResultRow | CountedFeedbackRow
V = TypeVar("V", CountedResult, CountedFeedback)


class Batches(Generic[V]):
    """The counted rows of one table, within one transaction. value: what a row holds, with a place and a year."""

    def __init__(self, session: Session, stamp: Stamp, table: type[Row], value: type[V]) -> None:
        self._session = session
        self._stamp = stamp
        self._table: Any = table
        self._value: Any = value
        self._plain = tuple(one.name for one in fields(value) if one.name != "place")

    def keep(self, enterprise_id: UUID, values: Iterable[V]) -> None:
        """Let the rows of an enterprise be these, one a year at most; what is new waits until `close`."""
        table = self._table
        kept = {
            (row.year, row.waiting): row
            for row in self._session.exec(select(table).where(table.enterprise_id == enterprise_id))
        }
        wanted = {one.year: one for one in values}
        for year, value in wanted.items():
            counted, waiting = kept.get((year, False)), kept.get((year, True))
            if counted is not None and self._read(counted) == value:
                if waiting is not None:
                    self._session.delete(waiting)
            elif waiting is None or self._read(waiting) != value:
                row = waiting or table(enterprise_id=enterprise_id, changed_at=self._stamp.at, **self._values(value))
                self._write(row, value)
                row.is_returning, row.changed_at = False, self._stamp.at
                self._session.add(row)
        for (year, is_waiting), row in kept.items():
            if year not in wanted:
                if not is_waiting:
                    self._dissolve(row)
                self._session.delete(row)
        self._session.flush()

    def of(self, enterprise_id: UUID, *, waiting: bool) -> tuple[V, ...]:
        """Return the rows of an enterprise by year, those that are counted or those that wait."""
        table = self._table
        query = select(table).where(table.enterprise_id == enterprise_id, table.waiting == waiting)
        return tuple(self._read(row) for row in self._session.exec(query.order_by(table.year)))

    def close(self) -> int:
        """Count what waits and may be counted now; return how many rows that was."""
        table = self._table
        waiting = {row.id: row for row in self._session.exec(select(table).where(table.waiting == True))}  # noqa: E712
        if not any(not row.is_returning for row in waiting.values()):
            return 0
        firms = select(table.enterprise_id).where(table.waiting == True)  # noqa: E712
        counted = select(table).where(table.waiting == False, table.enterprise_id.in_(firms))  # noqa: E712
        replaced = {(row.enterprise_id, row.year): row for row in self._session.exec(counted)}
        sizes = self._sizes({row.year for row in waiting.values()})
        asked: dict[UUID, Waiting] = {}
        for key, row in waiting.items():
            older = replaced.get((row.enterprise_id, row.year))
            groups = groups_of(self._read(row)) | (groups_of(self._read(older)) if older else frozenset())
            asked[key] = Waiting(groups, is_fresh=not row.is_returning)
        chosen = ready(asked, sizes)
        batch = new_id()
        for key in chosen:
            row = waiting[key]
            older = replaced.get((row.enterprise_id, row.year))
            if older is not None:
                # In place: readers who follow `changed_at` then see one row change, and none disappear.
                self._write(older, self._read(row))
                self._session.delete(row)
                self._session.flush()
                row = older
            row.waiting, row.is_returning, row.batch, row.changed_at = False, False, batch, self._stamp.at
            self._session.add(row)
        self._session.flush()
        return len(chosen)

    def _dissolve(self, gone: Any) -> None:
        """Let those wait again that were counted with one that goes, and more until no group loses fewer than five.

        Those of its own batch do not count: without them the figures would be as they were before it, but for this one.
        """
        table = self._table
        same_batch = select(table).where(table.batch == gone.batch)
        found = {row.id: row for row in self._session.exec(same_batch.limit(LARGE_BATCH + 1))}
        if len(found) > LARGE_BATCH:
            found.clear()
        found[gone.id] = gone
        sizes = self._sizes({row.year for row in found.values()})
        batch = frozenset(found)
        place = self._read(gone).place
        while missing := self._missing(found.values(), batch, sizes):
            (year, *of), count = missing
            like_it = sum(
                (case((self._column(one) == place.value(one), 1), else_=0) for one in Dimension),
                start=literal(0),
            )
            query = select(table).where(table.year == year, table.waiting == False)  # noqa: E712
            if of:
                query = query.where(self._column(Dimension(str(of[0]))) == of[1])
            others = self._session.exec(
                query.where(table.id.not_in(list(found))).order_by(like_it.desc(), table.id.desc()).limit(count)
            ).all()
            found |= {row.id: row for row in others}
        for row in found.values():
            if row.id != gone.id:
                self._wait_again(row)

    def _missing(
        self, leaving: Iterable[Any], batch: Set[UUID], sizes: Mapping[Group, int]
    ) -> tuple[Group, int] | None:
        """Return a group that is shown and loses too few, and how many more it should lose."""
        losing: Counter[Group] = Counter()
        in_batch: Counter[Group] = Counter()
        for row in leaving:
            (in_batch if row.id in batch else losing).update(groups_of(self._read(row)))
        for group in sorted(losing.keys() | in_batch.keys(), key=repr):
            most = sizes[group] - in_batch[group]
            short = min(MINIMUM_GROUP, most) - losing[group]
            if sizes[group] >= MINIMUM_GROUP and short > 0:
                return group, short
        return None

    def _wait_again(self, row: Any) -> None:
        table = self._table
        newer = select(table).where(
            table.enterprise_id == row.enterprise_id,
            table.year == row.year,
            table.waiting == True,  # noqa: E712
        )
        if self._session.exec(newer).first() is not None:
            self._session.delete(row)
        else:
            row.waiting, row.is_returning, row.batch, row.changed_at = True, True, None, self._stamp.at
            self._session.add(row)

    def _sizes(self, years: Iterable[int]) -> Mapping[Group, int]:
        columns = (self._table.year, *(self._column(one) for one in Dimension))
        query = (
            select(*columns, func.count())  # type: ignore[call-overload]
            .where(self._table.waiting == False, self._table.year.in_(list(years)))  # noqa: E712
            .group_by(*columns)
        )
        found: Counter[Group] = Counter()
        for year, province, sector, size, kind, count in self._session.exec(query):
            place = Place(province, sector, size, kind)
            found[(year,)] += count
            for dimension in Dimension:
                found[year, dimension.value, place.value(dimension)] += count
        return found

    def _column(self, dimension: Dimension) -> Any:
        return col(getattr(self._table, _COLUMN_OF[dimension]))

    def _values(self, value: V) -> dict[str, Any]:
        place = value.place
        places = {column: place.value(dimension) for dimension, column in _COLUMN_OF.items()}
        return {**places, **{name: getattr(value, name) for name in self._plain}}

    def _write(self, row: Any, value: V) -> None:
        for name, one in self._values(value).items():
            setattr(row, name, one)

    def _read(self, row: Any) -> V:
        place = Place(row.province_code, row.sector, row.size, row.kind)
        found: V = self._value(place=place, **{name: getattr(row, name) for name in self._plain})
        return found
