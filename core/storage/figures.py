"""The figures of a population, each of them protected before it leaves.

Only tables of core/domain/statistics/figures.py come out of here. Published are: for each value of one dimension, and
for all, the stages, levels, gates, gaps, months, means, quartiles and changes; for two dimensions counts and means.
What is published for three would be too much to protect, and is not asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np
from sqlmodel import Session

from core.domain.catalogue import Catalogue
from core.domain.instruments import ServiceKind
from core.domain.statistics.counting import FAILED_GATE, GAP, Group
from core.domain.statistics.figures import (
    CHECKED,
    NO,
    NOT_REVIEWED,
    OWN,
    PAIR_MEAN_GROUP,
    QUANTILE_GROUP,
    SCORE,
    YES,
    Change,
    Demand,
    Dimension,
    FigureTable,
    Mask,
    ProtectedTable,
    Quartiles,
    Stage,
    Subject,
    mask_of,
    protected,
)
from core.domain.statistics.needs import UNDATED
from core.domain.statistics.suppression import MINIMUM_GROUP, hidden_in_line
from core.language import VIETNAM
from core.storage.population import NOT_THERE, Numbers, Population, Rows, load
from core.storage.repository_counting import Counting, kind_group

LEVELS = ("0", "1", "2", "3", "4")
TREND_MONTHS = 24
"""Months that a trend shows one by one; what came before them is one column."""
FRESH = timedelta(seconds=60)
"""How old figures may be when they are asked for."""
EARLIER, NOT_YET = "earlier", "not_yet"
OVERDUE, NO_DATE = "overdue", "undated"
_SERVICE = {ServiceKind.VERIFICATION: "v", ServiceKind.CALIBRATION: "c"}
P = ParamSpec("P")
R = TypeVar("R")


class Axis(StrEnum):
    """What the demand is split by."""

    PROVINCE = "province"
    KIND = "kind"
    MONTH = "month"


def _once(make: Callable[Concatenate[Figures, P], R]) -> Callable[Concatenate[Figures, P], R]:
    """Make each table once for a population: it never changes under the same figures."""

    def kept(self: Figures, /, *args: P.args, **kwargs: P.kwargs) -> R:
        key = (make.__name__, args, tuple(sorted(kwargs.items())))
        if key not in self._made:
            self._made[key] = make(self, *args, **kwargs)
        found: R = self._made[key]
        return found

    return kept


class Figures:
    """The figures of one population, as of a moment; `month` is the current one, counted from year 0."""

    def __init__(self, population: Population, at: datetime, month: int) -> None:
        self._population = population
        self.at = at
        self._month = month
        self._made: dict[object, Any] = {}
        self._years = {
            int(year): _part(population.results, population.results["year"] == year)
            for year in np.unique(population.results["year"])
        }

    # --- How far enterprises have come

    @_once
    def stages(self, dimension: Dimension) -> ProtectedTable:
        """Return how many enterprises stand at each stage, by a dimension."""
        stages = self._population.stages
        reached = np.zeros(len(stages), np.int64)
        for place, stage in enumerate(Stage):
            reached[stages[stage.value] != NOT_THERE] = place
        names = self._names(dimension, stages)
        return protected(names, tuple(Stage), self._cross(dimension, stages, names, reached, len(Stage)))

    @_once
    def stage_months(self, stage: Stage, dimension: Dimension) -> ProtectedTable:
        """Return in which month enterprises reached a stage: the latest months, EARLIER, and NOT_YET.

        A line is shown where its stages are: what a trend adds up to then tells nothing new.
        """
        stages = self._population.stages
        months = stages[stage.value].astype(np.int64)
        first = self._month - TREND_MONTHS + 1
        codes = np.where(months == NOT_THERE, TREND_MONTHS + 1, np.clip(months - first, -1, TREND_MONTHS - 1) + 1)
        names = self._names(dimension, stages)
        counts = self._cross(dimension, stages, names, codes, TREND_MONTHS + 2)
        columns = (EARLIER, *(month_name(first + place) for place in range(TREND_MONTHS)), NOT_YET)
        shown = self.stages(dimension)
        doubtful = {row for row, line in zip(shown.rows, shown.counts, strict=True) if None in line}
        totals = dict(zip(names, map(sum, counts), strict=True))
        sums = dict(zip(columns, (sum(line) for line in zip(*counts, strict=True)), strict=True)) if counts else {}
        forced = {NOT_YET} if None in shown.column_totals else set()
        return protected(
            names,
            columns,
            counts,
            hidden_rows=hidden_in_line(totals, doubtful),
            hidden_columns=hidden_in_line(sums, forced) if sums else None,
        )

    # --- Results of a year

    def years(self) -> tuple[int, ...]:
        """Return the years that have results, the latest first."""
        return tuple(sorted(self._years, reverse=True))

    def topics(self) -> tuple[str, ...]:
        """Return the ids of the topics, in order of the latest edition that was read first."""
        return tuple(self._population.topics.words)

    def questions(self) -> tuple[str, ...]:
        """Return the ids of the questions."""
        return tuple(self._population.questions.words)

    @_once
    def results(self, year: int, subject: Subject, dimension: Dimension, about: str = "") -> ProtectedTable:
        """Return the enterprises with a result of a year, by a dimension and by what their results say.

        about: the question or topic of a subject that needs one. Raises KeyError for an unknown one.
        """
        rows = self._of(year)
        columns, codes = self._coded(rows, subject, about)
        names = self._names(dimension, rows)
        counts = self._cross(dimension, rows, names, codes, len(columns))
        return protected(names, columns, counts, hidden_rows=self._hidden(year, dimension))

    @_once
    def pairs(self, year: int, dimension: Dimension, other: Dimension) -> ProtectedTable:
        """Return how many enterprises have a result of a year, by two dimensions."""
        rows = self._of(year)
        names, others = self._names(dimension, rows), self._names(other, rows)
        return protected(
            names,
            others,
            self._cross_both(dimension, other, rows, names, others),
            hidden_rows=self._hidden(year, dimension),
            hidden_columns=self._hidden(year, other),
        )

    @_once
    def means(self, year: int, dimension: Dimension) -> FigureTable[int]:
        """Return mean scores in whole points, by a dimension: SCORE, OWN and CHECKED of the reviewed, each topic."""
        rows = self._of(year)
        names = self._names(dimension, rows)
        columns = self._mean_columns(rows)
        lines: dict[str, list[int | None]] = {name: [] for name in names}
        whole: list[int | None] = []
        hidden = 0
        for scores in columns.values():
            counts, sums = self._sums(dimension, rows, names, scores)
            gone = hidden_in_line(dict(zip(names, counts, strict=True)), self._hidden(year, dimension))
            for name, count, total in zip(names, counts, sums, strict=True):
                is_shown = name not in gone and count >= MINIMUM_GROUP
                hidden += bool(count) and not is_shown
                lines[name].append(_mean(total, count) if is_shown else None)
            is_told = sum(counts) >= MINIMUM_GROUP
            hidden += bool(sum(counts)) and not is_told
            whole.append(_mean(sum(sums), sum(counts)) if is_told else None)
        return FigureTable(
            names, tuple(columns), tuple(tuple(lines[name]) for name in names), (), tuple(whole), None, hidden
        )

    @_once
    def pair_means(self, year: int, dimension: Dimension, other: Dimension, of: str = SCORE) -> FigureTable[int]:
        """Return mean scores in whole points by two dimensions: of SCORE or of a topic, from ten enterprises on."""
        rows = self._of(year)
        names, others = self._names(dimension, rows), self._names(other, rows)
        scores = self._mean_columns(rows)[of]
        there = _part(rows, scores != NOT_THERE)
        values = scores[scores != NOT_THERE].astype(np.int64)
        counts = self._cross_both(dimension, other, there, names, others)
        sums = self._cross_both(dimension, other, there, names, others, values)
        all_firms = self.pairs(year, dimension, other)
        gone = hidden_in_line(dict(zip(names, map(sum, counts), strict=True)), self._hidden(year, dimension))
        gone_others = hidden_in_line(
            dict(zip(others, (sum(line) for line in zip(*counts, strict=True)), strict=True)),
            self._hidden(year, other),
        )
        mask = mask_of(names, others, counts, hidden_rows=gone, hidden_columns=gone_others)

        def shown(row: int, column: int) -> int | None:
            count = counts[row][column]
            is_hidden = mask.hides(row, column) or all_firms.counts[row][column] is None
            return None if is_hidden or count < PAIR_MEAN_GROUP else _mean(sums[row][column], count)

        figures = tuple(tuple(shown(row, column) for column in range(len(others))) for row in range(len(names)))
        by_row, by_column = self.means(year, dimension), self.means(year, other)
        place = by_row.columns.index(of)
        return FigureTable(
            names,
            others,
            figures,
            tuple(line[place] for line in by_row.figures),
            tuple(line[place] for line in by_column.figures),
            by_row.column_totals[place],
            sum(
                figure is None and bool(count)
                for line, row in zip(figures, counts, strict=True)
                for figure, count in zip(line, row, strict=True)
            ),
        )

    @_once
    def quartiles(self, year: int, dimension: Dimension) -> FigureTable[Quartiles]:
        """Return the quartiles of the score by a dimension, of groups of twenty at least; one column, SCORE."""
        rows = self._of(year)
        names = self._names(dimension, rows)
        scores, codes = self._mean_columns(rows)[SCORE], rows[dimension.value]
        found = []
        for name in names:
            group = scores[codes == self._population.places[dimension].places[name]]
            is_hidden = name in self._hidden(year, dimension)
            found.append(None if is_hidden else _quartiles(group))
        hidden = sum(one is None for one in found)
        return FigureTable(names, (SCORE,), tuple((one,) for one in found), (), (_quartiles(scores),), None, hidden)

    @_once
    def changes(self, before: int, year: int, dimension: Dimension) -> FigureTable[Change]:
        """Return how the mean score of the same enterprises moved, by a dimension as of the later year; one column.

        Told where five at least have both, and where of all that have one of the two none or five at least remain.
        """
        earlier, later = self._of(before), self._of(year)
        _, at_earlier, at_later = np.intersect1d(earlier["firm"], later["firm"], return_indices=True)
        names = self._names(dimension, later)
        gone: set[str] = set()
        for rows, both, which in ((earlier, at_earlier, before), (later, at_later, year)):
            own = self._names(dimension, rows)
            codes = np.ones(len(rows), np.int64)
            codes[both] = 0
            table = protected(
                own, (YES, NO), self._cross(dimension, rows, own, codes, 2), hidden_rows=self._hidden(which, dimension)
            )
            gone |= {row for row, line in zip(own, table.counts, strict=True) if None in line}
            if None in table.column_totals:
                gone |= {*names, ""}
        first = self._mean_columns(earlier)[SCORE][at_earlier].astype(np.int64)
        second = self._mean_columns(later)[SCORE][at_later].astype(np.int64)
        places = later[dimension.value][at_later]
        found = [
            None if name in gone else _change(first, second, places == self._population.places[dimension].places[name])
            for name in names
        ]
        whole = None if set(names) <= gone and "" in gone else _change(first, second, np.ones(len(first), bool))
        return FigureTable(
            names, (SCORE,), tuple((one,) for one in found), (), (whole,), None, sum(one is None for one in found)
        )

    # --- What instruments will need

    @_once
    def demand(self, service: ServiceKind, rows: Axis, columns: Axis) -> FigureTable[Demand]:
        """Return the services that will be needed, by two axes; each cell of five enterprises at least."""
        needs = self._needs(service)
        row_names, row_codes = self._axis(needs, rows)
        column_names, column_codes = self._axis(needs, columns)
        size, width = len(row_names), max(len(column_names), 1)
        cells = row_codes * width + column_codes
        firms = self._distinct(needs, cells, size * width).reshape(size, width)
        row_firms = self._distinct(needs, row_codes, size)
        column_firms = self._distinct(needs, column_codes, width)
        total_firms = len(np.unique(needs.keys))
        mask = mask_of(
            row_names,
            column_names,
            firms.tolist(),
            hidden_rows=_hidden_axis(row_names, row_firms, rows),
            hidden_columns=_hidden_axis(column_names, column_firms, columns),
            margins=(row_firms.tolist(), column_firms.tolist(), total_firms),
            overlapping=True,
        )
        amounts = np.stack(
            [
                np.bincount(cells, needs[name].astype(np.float64), size * width).reshape(size, width)
                for name in ("services", "cost", "unpriced")
            ],
            axis=-1,
        ).astype(np.int64)
        return _demand_table(row_names, column_names, amounts, mask)

    def need_sizes(self) -> Mapping[Group, int]:
        """Return how many enterprises are counted under each kind and service; never shown, used by `close`."""
        needs = self._population.needs
        codes = needs["kind"].astype(np.int64) * 256 + needs["service"]
        found, counts = np.unique(codes[_first_of(needs.keys, codes)], return_counts=True)
        return {
            kind_group(self._population.kinds.words[code // 256], chr(code % 256)): count
            for code, count in zip(found.tolist(), counts.tolist(), strict=True)
        }

    # --- Inner

    def _of(self, year: int) -> Rows:
        found = self._years.get(year)
        return _part(self._population.results, slice(0, 0)) if found is None else found

    def _names(self, dimension: Dimension, rows: Rows) -> tuple[str, ...]:
        words = self._population.places[dimension].words
        there = np.bincount(rows[dimension.value], minlength=len(words)) if len(words) else np.empty(0)
        return tuple(sorted(word for word, count in zip(words, there.tolist(), strict=True) if count))

    def _codes(self, dimension: Dimension, rows: Rows, names: Sequence[str]) -> Numbers:
        """Return for each row the place of its value among the names."""
        places = self._population.places[dimension].places
        order = np.zeros(max(len(places), 1), np.int64)
        for place, name in enumerate(names):
            order[places[name]] = place
        return np.asarray(order[rows[dimension.value]])

    def _cross(
        self, dimension: Dimension, rows: Rows, names: Sequence[str], codes: Numbers, width: int
    ) -> list[list[int]]:
        cells = self._codes(dimension, rows, names) * width + codes
        counts: list[list[int]] = np.bincount(cells, minlength=len(names) * width).reshape(-1, width).tolist()
        return counts

    def _cross_both(
        self,
        dimension: Dimension,
        other: Dimension,
        rows: Rows,
        names: Sequence[str],
        others: Sequence[str],
        values: Numbers | None = None,
    ) -> list[list[int]]:
        width = max(len(others), 1)
        cells = self._codes(dimension, rows, names) * width + self._codes(other, rows, others)
        found = np.bincount(cells, values, len(names) * width)
        counts: list[list[int]] = np.rint(found).astype(np.int64).reshape(-1, width).tolist()
        return counts

    def _sums(
        self, dimension: Dimension, rows: Rows, names: Sequence[str], scores: Numbers
    ) -> tuple[list[int], list[int]]:
        there = scores != NOT_THERE
        codes = self._codes(dimension, rows, names)[there]
        counts = np.bincount(codes, minlength=len(names)).tolist()
        # Sums of hundredths stay far below 2**53, up to which a float holds every whole number.
        sums = np.rint(np.bincount(codes, scores[there], len(names))).astype(np.int64).tolist()
        return counts, sums

    def _mean_columns(self, rows: Rows) -> Mapping[str, Numbers]:
        own, checked = rows["self_score"], rows["validated_score"]
        is_reviewed = checked != NOT_THERE
        topics = {topic: rows["topics"][:, place] for place, topic in enumerate(self._population.topics.words)}
        return {
            SCORE: np.where(is_reviewed, checked, own),
            OWN: np.where(is_reviewed, own, NOT_THERE),
            CHECKED: checked,
            **topics,
        }

    @_once
    def _hidden(self, year: int, dimension: Dimension) -> Collection[str]:
        """Return the values whose number of results is hidden: the same in every table of the year."""
        rows = self._of(year)
        names = self._names(dimension, rows)
        counts = np.bincount(self._codes(dimension, rows, names), minlength=len(names)).tolist()
        return hidden_in_line(dict(zip(names, counts, strict=True)))

    def _coded(self, rows: Rows, subject: Subject, about: str) -> tuple[tuple[str, ...], Numbers]:
        """Return the columns of a subject, and for each row the place of its column."""
        if subject is Subject.SELF_LEVEL:
            return LEVELS, rows["self_level"].astype(np.int64)
        if subject is Subject.VALIDATED_LEVEL:
            levels = rows["validated_level"].astype(np.int64)
            return (*LEVELS, NOT_REVIEWED), np.where(levels == NOT_THERE, len(LEVELS), levels)
        if subject is Subject.MONTH:
            return tuple(f"{month:02}" for month in range(1, 13)), rows["month"].astype(np.int64) - 1
        marks = rows["marks"]
        if subject is Subject.TOPIC_GAP:
            places = [self._population.questions.places[question] for question in self._topic_questions(about)]
            holds = np.isin(marks[:, places], (ord(GAP), ord(FAILED_GATE))).any(axis=1)
        else:
            column = marks[:, self._population.questions.places[about]]
            counted = (ord(FAILED_GATE),) if subject is Subject.GATE else (ord(GAP), ord(FAILED_GATE))
            holds = np.isin(column, counted)
        return (YES, NO), np.where(holds, 0, 1)

    def _topic_questions(self, topic: str) -> tuple[str, ...]:
        return tuple(self._population.topic_questions[topic])

    def _needs(self, service: ServiceKind) -> Rows:
        needs = self._population.needs
        return _part(needs, needs["service"] == ord(_SERVICE[service]))

    def _axis(self, needs: Rows, axis: Axis) -> tuple[tuple[str, ...], Numbers]:
        if axis is Axis.MONTH:
            months = needs["month"].astype(np.int64)
            late = np.where(months == UNDATED, -1, np.maximum(months, self._month - 1))
            found, codes = np.unique(late, return_inverse=True)
            special = {-1: NO_DATE, self._month - 1: OVERDUE}
            return tuple(special.get(one) or month_name(one) for one in found.tolist()), codes
        words = (
            self._population.places[Dimension.PROVINCE].words if axis is Axis.PROVINCE else self._population.kinds.words
        )
        found, codes = np.unique(needs[axis.value], return_inverse=True)
        names = [words[one] for one in found.tolist()]
        order = np.argsort(np.argsort(np.array(names)))
        return tuple(sorted(names)), order[codes] if names else codes

    def _distinct(self, needs: Rows, cells: Numbers, size: int) -> Numbers:
        """Return how many enterprises there are in each cell."""
        return np.bincount(cells[_first_of(needs.keys, cells)], minlength=size)


def month_name(month: int) -> str:
    """Return a month counted from year 0 as "2026-11"."""
    return f"{month // 12:04}-{month % 12 + 1:02}"


def _part(rows: Rows, which: Any) -> Rows:
    return Rows(rows.keys[which], {name: column[which] for name, column in rows.columns.items()})


def _first_of(keys: Numbers, codes: Numbers) -> Numbers:
    """Return where an enterprise stands in a cell for the first time."""
    if not len(keys):
        return np.empty(0, bool)
    order = np.lexsort((codes, keys))
    ahead = np.ones(len(keys), bool)
    ahead[order[1:]] = (keys[order[1:]] != keys[order[:-1]]) | (codes[order[1:]] != codes[order[:-1]])
    return ahead


def _hidden_axis(names: Sequence[str], firms: Numbers, axis: Axis) -> Collection[str]:
    # An enterprise has one province, but instruments of several kinds, due in several months.
    return hidden_in_line(dict(zip(names, firms.tolist(), strict=True)), overlapping=axis is not Axis.PROVINCE)


def _mean(total: int, count: int) -> int:
    """Return the mean of scores in hundredths as whole points, half up."""
    return (2 * total + 100 * count) // (200 * count)


def _quartiles(scores: Numbers) -> Quartiles | None:
    count = len(scores)
    if count < QUANTILE_GROUP:
        return None
    ordered = np.sort(scores)
    lower, median, upper = (int(ordered[-(-count * part // 4) - 1]) for part in (1, 2, 3))
    return Quartiles(count, _mean(lower, 1), _mean(median, 1), _mean(upper, 1))


def _change(first: Numbers, second: Numbers, which: Numbers) -> Change | None:
    count = int(which.sum())
    if count < MINIMUM_GROUP:
        return None
    before, after = int(first[which].sum()), int(second[which].sum())
    return Change(count, _mean(before, count), _mean(after, count), _mean(after - before, count))


def _demand_table(rows: tuple[str, ...], columns: tuple[str, ...], amounts: Numbers, mask: Mask) -> FigureTable[Demand]:
    def shown(values: Numbers, is_hidden: bool) -> Demand | None:
        services, cost, unpriced = values.tolist()
        return None if is_hidden else Demand(services, cost, unpriced)

    figures = tuple(
        tuple(shown(amounts[row, column], mask.hides(row, column)) for column in range(len(columns)))
        for row in range(len(rows))
    )
    row_totals = tuple(shown(amounts[row].sum(axis=0), row in mask.rows) for row in range(len(rows)))
    column_totals = tuple(
        shown(amounts[:, column].sum(axis=0), column in mask.columns) for column in range(len(columns))
    )
    total = shown(amounts.sum(axis=(0, 1)), mask.whole)
    every = [*(one for line in figures for one in line), *row_totals, *column_totals, total]
    return FigureTable(rows, columns, figures, row_totals, column_totals, total, sum(one is None for one in every))


class Keeper:
    """The figures of a process: read anew when they are asked for and older than a minute."""

    def __init__(self) -> None:
        self._figures: Figures | None = None
        self._population: Population | None = None
        self._lock = Lock()

    def current(
        self,
        now: datetime,
        reading: Callable[[], AbstractContextManager[Session]],
        writing: Callable[[], AbstractContextManager[Counting]],
        edition: Callable[[str], Catalogue],
    ) -> Figures:
        """Return the figures, at most a minute old. Who comes while they are read anew gets the former ones.

        reading, writing: open a transaction; the second is asked only when there is something to count.
        """
        while self._figures is None or now - self._figures.at > FRESH:
            if self._lock.acquire(blocking=self._figures is None):
                try:
                    if self._figures is None or now - self._figures.at > FRESH:
                        self._renew(now, reading, writing, edition)
                finally:
                    self._lock.release()
            break
        assert self._figures is not None
        return self._figures

    def _renew(
        self,
        now: datetime,
        reading: Callable[[], AbstractContextManager[Session]],
        writing: Callable[[], AbstractContextManager[Counting]],
        edition: Callable[[str], Catalogue],
    ) -> None:
        month = now.astimezone(VIETNAM)
        sizes = self._figures.need_sizes() if self._figures else {}
        with writing() as counting:
            counting.close(sizes)
        with reading() as session:
            self._population = load(session, edition, self._population)
        self._figures = Figures(self._population, now, 12 * month.year + month.month - 1)
