"""The figures that officials are shown, as values: every number in them may be told to anybody.

Enterprises are counted by province, trade, size and kind; nothing here knows a name, a tax code or a note.
A number that is None is hidden (or, for a mean, there is none), never 0.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product
from typing import Generic, TypeVar

from core.domain.statistics.suppression import Counts, hidden_cells, hidden_in_line, is_small, protects

PROJECT_TARGETS = {2025: 50_000, 2030: 100_000}
"""Enterprises that are to have a programme by a year. Source: Decision 996/QĐ-TTg of 10 August 2018."""
QUANTILE_GROUP = 20
"""Least enterprises of which quartiles are told: each quarter then holds five."""
PAIR_MEAN_GROUP = 10
"""Least enterprises in a cell of two dimensions of which a mean is told.

Results are counted together so that a province, trade, size or kind changes by five at least; a cell of two of them may
change by one, and its mean, rounded to whole points, then says less about that one than the half of the scale.
"""


class Dimension(StrEnum):
    """What enterprises are grouped by; an unknown value is the empty text."""

    PROVINCE = "province"
    SECTOR = "sector"
    SIZE = "size"
    KIND = "kind"


class Stage(StrEnum):
    """How far an enterprise has come, by the furthest step that stands.

    new: it has an account, no answer yet. submitted: handed in and not withdrawn. issued: a programme is in force or
    was. reporting: a yearly report on it is finished.
    """

    NEW = "new"
    STARTED = "started"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    ISSUED = "issued"
    REPORTING = "reporting"


class Subject(StrEnum):
    """What the results of a year are split by; the last three are asked for one gate, question or topic.

    validated_level: with NOT_REVIEWED. gate, gap, topic_gap: YES for enterprises where the gate fails, the answer is
    below its target, or any answer of the topic is; NO for all others, those that it does not concern included.
    """

    SELF_LEVEL = "self_level"
    VALIDATED_LEVEL = "validated_level"
    MONTH = "month"
    GATE = "gate"
    GAP = "gap"
    TOPIC_GAP = "topic_gap"


YES, NO, NOT_REVIEWED = "yes", "no", "not_reviewed"


SCORE, OWN, CHECKED = "score", "self", "validated"
"""Columns of means: as counted, and the two of those that were reviewed. The other columns are topics."""


class HiddenReason(StrEnum):
    """Why numbers of a table are missing."""

    SMALL_GROUPS = "small_groups"
    TOO_FEW_IN_ALL = "too_few_in_all"


@dataclass(frozen=True, slots=True)
class ProtectedTable:
    """Counts of enterprises, rows by columns, with all totals; a hidden number is None.

    hidden: how many numbers are missing, totals included. reason: why, None where none is.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None

    @property
    def hidden(self) -> int:
        inner = sum(count is None for line in self.counts for count in line)
        return inner + sum(one is None for one in (*self.row_totals, *self.column_totals, self.total))

    @property
    def reason(self) -> HiddenReason | None:
        if self.total is None:
            return HiddenReason.TOO_FEW_IN_ALL
        return HiddenReason.SMALL_GROUPS if self.hidden else None

    def line(self, row: str) -> tuple[int | None, ...]:
        """Return the counts of a row by its name; 0 in every column for one that nobody belongs to."""
        return self.counts[self.rows.index(row)] if row in self.rows else (0,) * len(self.columns)

    def total_of(self, row: str) -> int | None:
        """Return the total of a row by its name; 0 for one that nobody belongs to."""
        return self.row_totals[self.rows.index(row)] if row in self.rows else 0

    def only(self, rows: Collection[str]) -> ProtectedTable:
        """Return the table with some of its rows; the totals stay those of all."""
        kept = [place for place, row in enumerate(self.rows) if row in rows]
        return replace(
            self,
            rows=tuple(self.rows[place] for place in kept),
            counts=tuple(self.counts[place] for place in kept),
            row_totals=tuple(self.row_totals[place] for place in kept),
        )


@dataclass(frozen=True, slots=True)
class Mask:
    """Which cells and lines of a table are hidden, by place; `whole` where not even the total may be told."""

    rows: frozenset[int]
    columns: frozenset[int]
    cells: frozenset[tuple[int, int]]
    whole: bool = False

    def hides(self, row: int, column: int) -> bool:
        """Tell whether a cell is hidden, by itself or with its line."""
        return self.whole or row in self.rows or column in self.columns or (row, column) in self.cells


def mask_of(
    rows: Sequence[str],
    columns: Sequence[str],
    counts: Counts,
    *,
    hidden_rows: Collection[str] | None = None,
    hidden_columns: Collection[str] | None = None,
    margins: tuple[Sequence[int], Sequence[int], int] | None = None,
    overlapping: bool = False,
    beside: ProtectedTable | None = None,
) -> Mask:
    """Return what is hidden in a table of counts.

    hidden_rows, hidden_columns: what the protection of the margins has hidden, where it was made before; the columns'
    and rows' own are worked out otherwise. margins: totals of rows and columns and of all, where enterprises may stand
    in several cells (`overlapping`) and the counts do not add up. beside: a table of more enterprises with the same
    lines that is told too; what is hidden there is hidden here, and who is nowhere there is nowhere here.
    """
    row_totals, column_totals, total = margins or (
        [sum(line) for line in counts],
        [sum(line[column] for line in counts) for column in range(len(columns))],
        sum(map(sum, counts)),
    )
    if is_small(total):
        return Mask(frozenset(range(len(rows))), frozenset(range(len(columns))), frozenset(), whole=True)
    gone_rows, gone_columns = (
        hidden_in_line(dict(zip(names, totals, strict=True)), overlapping=overlapping) if given is None else set(given)
        for names, totals, given in ((rows, row_totals, hidden_rows), (columns, column_totals, hidden_columns))
    )
    row_groups = _groups(rows, gone_rows)
    column_groups = _groups(columns, gone_columns)
    merged = [
        [
            (max if overlapping and len(row_group) + len(column_group) > 2 else sum)(
                counts[row][column] for row in row_group for column in column_group
            )
            for column_group in column_groups
        ]
        for row_group in row_groups
    ]
    hidden = hidden_cells(merged, overlapping=overlapping)
    if beside is not None:
        told = {
            (one, other): [beside.counts[row][column] for row, column in product(row_group, column_group)]
            for (one, row_group), (other, column_group) in product(enumerate(row_groups), enumerate(column_groups))
        }
        nobody = {place for place, counted in told.items() if not any(one is None or one for one in counted)}
        also = {place for place, counted in told.items() if counted == [None]}
        hidden = (hidden | also) - nobody
        if not protects(merged, hidden):
            hidden = frozenset(told)
    return Mask(
        rows=frozenset(place for place, row in enumerate(rows) if row in gone_rows),
        columns=frozenset(place for place, column in enumerate(columns) if column in gone_columns),
        cells=frozenset(
            (row, column) for one, other in hidden for row in row_groups[one] for column in column_groups[other]
        ),
    )


def _groups(names: Sequence[str], gone: Collection[str]) -> list[list[int]]:
    """Return places of lines in the order of their names; those that are gone stand together as one, the last."""
    places = sorted(range(len(names)), key=lambda place: names[place])
    shown = [[place] for place in places if names[place] not in gone]
    merged = [place for place in places if names[place] in gone]
    return [*shown, merged] if merged else shown


def protected(
    rows: Sequence[str],
    columns: Sequence[str],
    counts: Counts,
    *,
    hidden_rows: Collection[str] | None = None,
    hidden_columns: Collection[str] | None = None,
) -> ProtectedTable:
    """Return a table of counts in which each enterprise stands once, with everything hidden that must be."""
    mask = mask_of(rows, columns, counts, hidden_rows=hidden_rows, hidden_columns=hidden_columns)

    def shown(count: int, is_hidden: bool) -> int | None:
        return None if is_hidden else count

    return ProtectedTable(
        rows=tuple(rows),
        columns=tuple(columns),
        counts=tuple(
            tuple(shown(count, mask.hides(row, column)) for column, count in enumerate(line))
            for row, line in enumerate(counts)
        ),
        row_totals=tuple(shown(sum(line), row in mask.rows) for row, line in enumerate(counts)),
        column_totals=tuple(
            shown(sum(line[column] for line in counts), column in mask.columns) for column in range(len(columns))
        ),
        total=shown(sum(map(sum, counts)), mask.whole),
    )


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FigureTable(Generic[T]):
    """Other figures than counts, rows by columns, with those of the whole; None where hidden or where there is none.

    row_totals: empty where the columns are not parts of one thing. hidden_in_rows, hidden_in_totals: how many are
    missing that there would be, in each row and in the totals of all.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    figures: tuple[tuple[T | None, ...], ...]
    row_totals: tuple[T | None, ...]
    column_totals: tuple[T | None, ...]
    total: T | None
    hidden_in_rows: tuple[int, ...]
    hidden_in_totals: int = 0

    @property
    def hidden(self) -> int:
        return sum(self.hidden_in_rows) + self.hidden_in_totals

    def line(self, row: str) -> tuple[T | None, ...]:
        """Return the figures of a row by its name; None in every column for one that nobody belongs to."""
        return self.figures[self.rows.index(row)] if row in self.rows else (None,) * len(self.columns)

    def total_of(self, row: str) -> T | None:
        """Return the total of a row by its name; None for one that nobody belongs to."""
        return self.row_totals[self.rows.index(row)] if self.row_totals and row in self.rows else None

    def only(self, rows: Collection[str]) -> FigureTable[T]:
        """Return the table with some of its rows; the totals stay those of all."""
        kept = [place for place, row in enumerate(self.rows) if row in rows]
        return replace(
            self,
            rows=tuple(self.rows[place] for place in kept),
            figures=tuple(self.figures[place] for place in kept),
            row_totals=tuple(self.row_totals[place] for place in kept) if self.row_totals else (),
            hidden_in_rows=tuple(self.hidden_in_rows[place] for place in kept),
        )


@dataclass(frozen=True, slots=True)
class Quartiles:
    """Scores that a quarter, half and three quarters of a group do not exceed, in whole points from 0 to 100."""

    firms: int
    lower: int
    median: int
    upper: int


@dataclass(frozen=True, slots=True)
class Change:
    """Mean scores of the same enterprises in two years, in whole points; change: their exact difference, rounded."""

    firms: int
    before: int
    after: int
    change: int


@dataclass(frozen=True, slots=True)
class Demand:
    """Services that instruments will need: how many, what they cost, and for how many no price is known.

    cost_vnd: sum of the known prices in đồng, before tax; None where too few know one, or one enterprise pays most of
    it. unpriced: services without a price; never taken as 0.
    """

    services: int
    cost_vnd: int | None
    unpriced: int
