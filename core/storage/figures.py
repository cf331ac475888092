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
from core.domain.feedback import FeedbackKind
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
from core.domain.statistics.suppression import MINIMUM_GROUP, hidden_in_line, is_small
from core.domain.statistics.told import TOLD
from core.language import VIETNAM
from core.storage.population import NOT_THERE, Numbers, Part, Population, Rows, load
from core.storage.repository_counting import Counting, kind_group, what_waits

LEVELS = ("0", "1", "2", "3", "4")
TREND_MONTHS = 24
"""Months that a trend shows one by one; what came before them is one column."""
FRESH = timedelta(seconds=60)
"""How old figures may be when they are asked for."""
MOST_SHARE = 85
"""Percent of an amount above which it is that of one enterprise, whoever else is in it."""
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
            int(year): population.results.part(population.results["year"] == year)
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

        A line is shown where its stages tell how many have reached this one: the trend then adds up to nothing new.
        """
        stages = self._population.stages
        months = stages[stage.value].astype(np.int64)
        first = self._month - TREND_MONTHS + 1
        codes = np.where(months == NOT_THERE, TREND_MONTHS + 1, np.clip(months - first, -1, TREND_MONTHS - 1) + 1)
        names = self._names(dimension, stages)
        counts = self._cross(dimension, stages, names, codes, TREND_MONTHS + 2)
        columns = (EARLIER, *(month_name(first + place) for place in range(TREND_MONTHS)), NOT_YET)
        shown = self.stages(dimension)
        place = list(Stage).index(stage)

        def is_open(line: Sequence[int | None], total: int | None) -> bool:
            return total is None or (None in line[:place] and None in line[place:])

        told = zip(shown.rows, shown.counts, shown.row_totals, strict=True)
        doubtful = {row for row, line, total in told if is_open(line, total)}
        totals = dict(zip(names, map(sum, counts), strict=True))
        sums = dict(zip(columns, (sum(line) for line in zip(*counts, strict=True)), strict=True)) if counts else {}
        forced = {NOT_YET} if is_open(shown.column_totals, shown.total) else set()
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
        names = self._names(dimension, rows)
        if subject in (Subject.GATE, Subject.GAP, Subject.TOPIC_GAP):
            columns: tuple[str, ...] = (YES, NO)
            holding = self._holding(year, dimension, subject)[about]
            counts = [
                [holds, count - holds]
                for holds, count in zip(holding, self._firms(dimension, rows, names), strict=True)
            ]
        else:
            columns, codes = _coded(rows, subject)
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
        hidden, hidden_in_totals = dict.fromkeys(names, 0), 0
        for scores in columns.values():
            counts, sums = self._sums(dimension, rows, names, scores)
            gone = hidden_in_line(dict(zip(names, counts, strict=True)), self._hidden(year, dimension))
            for name, count, total in zip(names, counts, sums, strict=True):
                is_shown = name not in gone and count >= MINIMUM_GROUP
                hidden[name] += bool(count) and not is_shown
                lines[name].append(_mean(total, count) if is_shown else None)
            is_told = sum(counts) >= MINIMUM_GROUP
            hidden_in_totals += bool(sum(counts)) and not is_told
            whole.append(_mean(sum(sums), sum(counts)) if is_told else None)
        figures = tuple(tuple(lines[name]) for name in names)
        return FigureTable(
            names, tuple(columns), figures, (), tuple(whole), None, tuple(hidden.values()), hidden_in_totals
        )

    @_once
    def pair_means(self, year: int, dimension: Dimension, other: Dimension, of: str = SCORE) -> FigureTable[int]:
        """Return mean scores in whole points by two dimensions: of SCORE or of a topic, from ten enterprises on."""
        rows = self._of(year)
        names, others = self._names(dimension, rows), self._names(other, rows)
        scores = self._mean_columns(rows)[of]
        there = rows.part(scores != NOT_THERE)
        values = scores[scores != NOT_THERE].astype(np.int64)
        counts = self._cross_both(dimension, other, there, names, others)
        sums = self._cross_both(dimension, other, there, names, others, values)
        all_firms = self.pairs(year, dimension, other)
        gone = hidden_in_line(dict(zip(names, map(sum, counts), strict=True)), self._hidden(year, dimension))
        gone_others = hidden_in_line(
            dict(zip(others, (sum(line) for line in zip(*counts, strict=True)), strict=True)),
            self._hidden(year, other),
        )
        mask = mask_of(names, others, counts, hidden_rows=gone, hidden_columns=gone_others, beside=all_firms)

        def shown(row: int, column: int) -> int | None:
            count = counts[row][column]
            return None if mask.hides(row, column) or count < PAIR_MEAN_GROUP else _mean(sums[row][column], count)

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
            tuple(
                sum(figure is None and bool(count) for figure, count in zip(line, row, strict=True))
                for line, row in zip(figures, counts, strict=True)
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
        hidden = tuple(int(one is None) for one in found)
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
        hidden = tuple(int(one is None) for one in found)
        return FigureTable(names, (SCORE,), tuple((one,) for one in found), (), (whole,), None, hidden)

    # --- What was told

    def told_years(self) -> tuple[int, ...]:
        """Return the years of which something was told, the latest first."""
        return tuple(np.unique(self._population.told["year"])[::-1].tolist())

    @_once
    def told(self, year: int, kind: FeedbackKind, dimension: Dimension) -> FigureTable[int]:
        """Return how many enterprises told a difficulty or proposal, by a dimension and theme, each theme by itself.

        Enterprises may tell of several themes, so rows have no totals: with them one would find those that told of
        one theme and no other. The total of all is there where nothing of the kind follows from it.
        """
        rows = self._population.told.part(self._population.told["year"] == year)
        # All values that any enterprise has: that a row is there tells nothing.
        names = self._names(dimension, self._population.stages)
        names = tuple(sorted({*names, *self._names(dimension, rows)}))
        columns = [place for place, (one, _) in enumerate(TOLD) if one is kind]
        lines: list[list[int | None]] = [[] for _ in names]
        whole: list[int | None] = []
        for place in columns:
            counts = self._firms(dimension, rows.part(rows["told"][:, place]), names)
            total = sum(counts)
            gone = set(names) if is_small(total) else hidden_in_line(dict(zip(names, counts, strict=True)))
            for line, name, count in zip(lines, names, counts, strict=True):
                line.append(None if name in gone else count)
            whole.append(None if is_small(total) else total)
        themes = tuple(theme.value for one, theme in TOLD if one is kind)
        everybody = _all_who_told(int(rows["told"][:, columns].any(axis=1).sum()), whole)
        hidden = tuple(sum(one is None for one in line) for line in lines)
        in_totals = sum(one is None for one in (*whole, everybody))
        figures = tuple(tuple(one) for one in lines)
        return FigureTable(names, themes, figures, (), tuple(whole), everybody, hidden, in_totals)

    # --- What instruments will need

    @_once
    def demand(self, service: ServiceKind, rows: Axis, columns: Axis) -> FigureTable[Demand]:
        """Return the services that will be needed, by two axes; each cell of five enterprises at least."""
        needs = self._needs(service)
        row_names, column_names = needs.names[rows], needs.names[columns]
        size, width = len(row_names), len(column_names)
        cells = needs.codes[rows].astype(np.int64) * width + needs.codes[columns]
        amounts = np.stack(
            [
                np.bincount(cells, needs.lines[name], size * width).reshape(size, width)
                for name in ("services", "cost", "unpriced")
            ],
            axis=-1,
        ).astype(np.int64)
        masks = (needs.mask(name, rows, columns) for name in ("services", "cost"))
        return _demand_table(row_names, column_names, amounts, *masks)

    def need_sizes(self) -> Mapping[Group, int]:
        """Return how many enterprises are counted under each kind and service; never shown, used by `close`."""
        return {
            kind_group(kind, _SERVICE[service]): count
            for service in ServiceKind
            for kind, count in zip(
                self._needs(service).names[Axis.KIND],
                self._needs(service).firms("services", Axis.KIND, tells_most=False).tolist(),
                strict=True,
            )
        }

    # --- Inner

    def _of(self, year: int) -> Part:
        found = self._years.get(year)
        return self._population.results.part(np.zeros(len(self._population.results), bool)) if found is None else found

    def _names(self, dimension: Dimension, rows: Rows | Part) -> tuple[str, ...]:
        words = self._population.places[dimension].words
        there = np.bincount(rows[dimension.value], minlength=len(words)) if len(words) else np.empty(0)
        return tuple(sorted(word for word, count in zip(words, there.tolist(), strict=True) if count))

    def _codes(self, dimension: Dimension, rows: Rows | Part, names: Sequence[str]) -> Numbers:
        """Return for each row the place of its value among the names."""
        places = self._population.places[dimension].places
        order = np.zeros(max(len(places), 1), np.int64)
        for place, name in enumerate(names):
            order[places[name]] = place
        return np.asarray(order[rows[dimension.value]])

    def _cross(
        self, dimension: Dimension, rows: Rows | Part, names: Sequence[str], codes: Numbers, width: int
    ) -> list[list[int]]:
        cells = self._codes(dimension, rows, names) * width + codes
        counts: list[list[int]] = np.bincount(cells, minlength=len(names) * width).reshape(-1, width).tolist()
        return counts

    def _cross_both(
        self,
        dimension: Dimension,
        other: Dimension,
        rows: Rows | Part,
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
        self, dimension: Dimension, rows: Rows | Part, names: Sequence[str], scores: Numbers
    ) -> tuple[list[int], list[int]]:
        there = scores != NOT_THERE
        codes = self._codes(dimension, rows, names)[there]
        counts = np.bincount(codes, minlength=len(names)).tolist()
        # Sums of hundredths stay far below 2**53, up to which a float holds every whole number.
        sums = np.rint(np.bincount(codes, scores[there], len(names))).astype(np.int64).tolist()
        return counts, sums

    def _mean_columns(self, rows: Rows | Part) -> Mapping[str, Numbers]:
        own, checked = rows["self_score"], rows["validated_score"]
        is_reviewed = checked != NOT_THERE
        by_topic = rows["topics"]
        topics = {topic: by_topic[:, place] for place, topic in enumerate(self._population.topics.words)}
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
        return hidden_in_line(dict(zip(names, self._firms(dimension, rows, names), strict=True)))

    @_once
    def _holding(self, year: int, dimension: Dimension, subject: Subject) -> Mapping[str, list[int]]:
        """Return for each question or topic in how many enterprises of each value it holds, by the order of names."""
        rows = self._of(year)
        codes = self._codes(dimension, rows, self._names(dimension, rows))
        order = np.argsort(codes, kind="stable")
        marks = rows["marks"][order]
        holds = marks == ord(FAILED_GATE)
        if subject is not Subject.GATE:
            holds |= marks == ord(GAP)
        keys: Sequence[str] = self._population.questions.words
        if subject is Subject.TOPIC_GAP:
            keys, questions = self._population.topics.words, self._population.questions.places
            asked = ([questions[one] for one in self._population.topic_questions[topic]] for topic in keys)
            holds = np.stack([holds[:, places].any(axis=1) for places in asked], axis=1)
        if not len(rows):
            return {key: [] for key in keys}
        starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
        sums = np.add.reduceat(holds, starts, axis=0, dtype=np.int64).T.tolist()
        return dict(zip(keys, sums, strict=True))

    def _firms(self, dimension: Dimension, rows: Rows | Part, names: Sequence[str]) -> list[int]:
        counts: list[int] = np.bincount(self._codes(dimension, rows, names), minlength=len(names)).tolist()
        return counts

    @_once
    def _needs(self, service: ServiceKind) -> _Needs:
        needs = self._population.needs
        return _Needs(self._population, needs.part(needs["service"] == ord(_SERVICE[service])), self._month)


def _coded(rows: Rows | Part, subject: Subject) -> tuple[tuple[str, ...], Numbers]:
    """Return the columns of a subject, and for each row the place of its column."""
    if subject is Subject.SELF_LEVEL:
        return LEVELS, rows["self_level"].astype(np.int64)
    if subject is Subject.VALIDATED_LEVEL:
        levels = rows["validated_level"].astype(np.int64)
        # First of all, for charts draw later columns deeper: what is not known yet is no high level.
        return (NOT_REVIEWED, *LEVELS), np.where(levels == NOT_THERE, 0, levels + 1)
    return tuple(f"{month:02}" for month in range(1, 13)), rows["month"].astype(np.int64) - 1


class _Needs:
    """The needs of one service by all axes; the lines of an enterprise stand together, by kind and month."""

    def __init__(self, population: Population, needs: Part, month: int) -> None:
        months = needs["month"].astype(np.int64)
        late = np.where(months == UNDATED, 0, np.maximum(months - month + 2, 1))
        first = {0: NO_DATE, 1: OVERDUE}
        in_time = [first.get(one) or month_name(month - 2 + one) for one in range(int(late.max(initial=1)) + 1)]
        found = {
            Axis.PROVINCE: _in_order(population.places[Dimension.PROVINCE].words, needs["province"]),
            Axis.KIND: _in_order(population.kinds.words, needs["kind"]),
            Axis.MONTH: _in_order(in_time, late, by_name=False),
        }
        self.names = {axis: names for axis, (names, _) in found.items()}
        self.codes = {axis: codes for axis, (_, codes) in found.items()}
        self.lines = needs
        keys = needs.rows.keys[needs.places]
        turns = np.ones(len(keys), np.int32)
        turns[1:] = keys[1:] != keys[:-1]
        self._firm = np.cumsum(turns, dtype=np.int32) - np.int32(1)
        in_order = self._firm.astype(np.int64) * (1 << 12) + self.codes[Axis.MONTH]
        self._by_month = np.argsort(in_order, kind="stable").astype(np.int32)

    def firms(self, amount: str, *axes: Axis, tells_most: bool = True) -> Numbers:
        """Return how many enterprises have an amount in each cell of one axis or two, or in all.

        tells_most: where one of them has MOST_SHARE of it, the amount is about that one: then 1 is returned.
        """
        cells, size = np.zeros(len(self._firm), np.int64), 1
        for axis in axes:
            width = len(self.names[axis])
            cells, size = cells * width + self.codes[axis], size * width
        firm, amounts = self._firm, self.lines[amount].astype(np.int64)
        if Axis.KIND not in axes and Axis.MONTH in axes:
            # Lines with the same cell must stand together to be seen as those of one enterprise.
            cells, firm, amounts = cells[self._by_month], firm[self._by_month], amounts[self._by_month]
        is_first = np.ones(len(cells), bool)
        is_first[1:] = (firm[1:] != firm[:-1]) | (cells[1:] != cells[:-1])
        starts = np.flatnonzero(is_first)
        own = np.add.reduceat(amounts, starts) if len(starts) else amounts
        cells = cells[starts][own > 0]
        own = own[own > 0]
        counts = np.bincount(cells, minlength=size)
        if tells_most:
            greatest = np.zeros(size, np.int64)
            np.maximum.at(greatest, cells, own)
            is_of_one = 100 * greatest > MOST_SHARE * np.bincount(cells, own, size)
            counts[is_of_one & (counts >= MINIMUM_GROUP)] = 1
        return counts

    def mask(self, amount: str, rows: Axis, columns: Axis) -> Mask:
        """Return where an amount is hidden in the table of two axes."""
        row_firms, column_firms = self.firms(amount, rows), self.firms(amount, columns)
        names, others = self.names[rows], self.names[columns]
        return mask_of(
            names,
            others,
            self.firms(amount, rows, columns).reshape(len(names), len(others)).tolist(),
            hidden_rows=_hidden_axis(names, row_firms, rows),
            hidden_columns=_hidden_axis(others, column_firms, columns),
            margins=(row_firms.tolist(), column_firms.tolist(), int(self.firms(amount)[0])),
            overlapping=True,
        )


def _in_order(words: Sequence[str], codes: Numbers, *, by_name: bool = True) -> tuple[tuple[str, ...], Numbers]:
    """Return the words that occur, by name or as they stand, and for each row the place of its word among them."""
    there = np.bincount(codes, minlength=len(words)) if len(codes) else np.zeros(len(words))
    occurring = [place for place, count in enumerate(there.tolist()) if count]
    if by_name:
        occurring.sort(key=lambda place: words[place])
    order = np.zeros(max(len(words), 1), np.int16)
    order[occurring] = np.arange(len(occurring))
    return tuple(words[place] for place in occurring), order[codes]


def month_name(month: int) -> str:
    """Return a month counted from year 0 as "2026-11"."""
    return f"{month // 12:04}-{month % 12 + 1:02}"


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


def _all_who_told(total: int, themes: Sequence[int | None]) -> int | None:
    """Return the number of all who told something, where it tells of nobody alone beside those of the themes."""
    if is_small(total) or None in themes:
        return None
    shown = [one for one in themes if one is not None]
    follows = [*(total - one for one in shown), sum(shown) - total]
    return None if any(map(is_small, follows)) else total


def _change(first: Numbers, second: Numbers, which: Numbers) -> Change | None:
    count = int(which.sum())
    if count < MINIMUM_GROUP:
        return None
    before, after = int(first[which].sum()), int(second[which].sum())
    return Change(count, _mean(before, count), _mean(after, count), _mean(after - before, count))


def _demand_table(
    rows: tuple[str, ...], columns: tuple[str, ...], amounts: Numbers, services: Mask, costs: Mask
) -> FigureTable[Demand]:
    def shown(values: Numbers, is_hidden: bool, is_cost_hidden: bool) -> Demand | None:
        count, cost, unpriced = values.tolist()
        return None if is_hidden else Demand(count, None if is_cost_hidden else cost, unpriced)

    figures = tuple(
        tuple(
            shown(amounts[row, column], services.hides(row, column), costs.hides(row, column))
            for column in range(len(columns))
        )
        for row in range(len(rows))
    )
    row_totals = tuple(
        shown(amounts[row].sum(axis=0), row in services.rows, row in costs.rows) for row in range(len(rows))
    )
    column_totals = tuple(
        shown(amounts[:, column].sum(axis=0), column in services.columns, column in costs.columns)
        for column in range(len(columns))
    )
    total = shown(amounts.sum(axis=(0, 1)), services.whole, costs.whole)
    hidden = tuple(
        sum(one is None for one in (*line, row_total)) for line, row_total in zip(figures, row_totals, strict=True)
    )
    in_totals = sum(one is None for one in (*column_totals, total))
    return FigureTable(rows, columns, figures, row_totals, column_totals, total, hidden, in_totals)


class Keeper:
    """The figures of a process: read anew when they are asked for and older than a minute."""

    def __init__(self) -> None:
        self._figures: Figures | None = None
        self._population: Population | None = None
        self._waiting: object = None
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
        figures = self._read(now, reading, edition)
        with reading() as session:
            waiting = what_waits(session)
        if waiting != self._waiting:
            with writing() as counting:
                counting.close(figures.need_sizes())
            self._waiting = waiting
            figures = self._read(now, reading, edition)
        self._figures = figures

    def _read(
        self,
        now: datetime,
        reading: Callable[[], AbstractContextManager[Session]],
        edition: Callable[[str], Catalogue],
    ) -> Figures:
        with reading() as session:
            self._population = load(session, edition, now, self._population)
        month = now.astimezone(VIETNAM)
        return Figures(self._population, now, 12 * month.year + month.month - 1)
