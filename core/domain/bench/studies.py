"""Tables of readings for a gauge study, pasted in one of two shapes, and the means of their cells.

Wide: a heading with the parts, then one line for each appraiser and trial. Long: appraiser, part and reading on each
line. Arithmetic of the study: core/domain/metrology/gauge_study.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from core.domain.bench.typed import Cell, CellProblem, Fault, parsed, rows_of
from core.domain.metrology.gauge_study import Reading
from core.errors import BadInput
from core.language import Language

LONG = 3
"""Cells on each line of a long table; a wide one has more, for two parts are the least."""
GOOD_CATEGORIES = 5
"""Distinct categories that a measuring system should tell apart, after AIAG."""


@dataclass(frozen=True, slots=True)
class StudyTable:
    """The readings of a pasted table, and the cells that hold none."""

    readings: tuple[Reading, ...]
    problems: tuple[CellProblem, ...]


@dataclass(frozen=True, slots=True)
class CellMean:
    """The mean of what one appraiser read on one part."""

    appraiser: str
    part: str
    mean: float


def read_table(typed: str, language: Language) -> StudyTable:
    """Return the readings of a pasted table in either shape.

    Raises BadInput("table-unparted") where no line holds cells, BadInput("table-without-rows") for a heading alone,
    BadInput("table-row-uneven") naming the first line with more or fewer cells.
    """
    rows = list(rows_of(typed))
    if all(len(row) < LONG for row in rows):
        raise BadInput("table-unparted", field="table")
    width = len(rows[0])
    for row in rows:
        if len(row) != width:
            raise BadInput("table-row-uneven", field="table", line=row[0].row, seen=len(row), expected=width)
    if len(rows) < 2:
        raise BadInput("table-without-rows", field="table")
    cells = _long(rows, language) if width == LONG else _wide(rows)
    found = [(appraiser, part, cell, parsed(cell.text, language)) for appraiser, part, cell in cells]
    return StudyTable(
        tuple(Reading(who, what, value) for who, what, _, value in found if not isinstance(value, Fault)),
        tuple(CellProblem(cell, value) for _, _, cell, value in found if isinstance(value, Fault)),
    )


def cell_means(readings: Sequence[Reading]) -> tuple[CellMean, ...]:
    """Return the mean of every cell, in the order in which appraisers and parts come first."""
    values: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for one in readings:
        values[one.appraiser, one.part].append(one.value)
    return tuple(CellMean(appraiser, part, fmean(of_cell)) for (appraiser, part), of_cell in values.items())


def _wide(rows: Sequence[tuple[Cell, ...]]) -> list[tuple[str, str, Cell]]:
    heading, *lines = rows
    parts = [cell.text or str(place) for place, cell in enumerate(heading[2:], start=1)]
    doubled = next((part for part in parts if parts.count(part) > 1), None)
    if doubled is not None:
        raise BadInput("table-part-twice", field="table", part=doubled)
    found = []
    for line in lines:
        found += [(line[0].text, part, cell) for part, cell in zip(parts, line[2:], strict=True)]
    return found


def _long(rows: Sequence[tuple[Cell, ...]], language: Language) -> list[tuple[str, str, Cell]]:
    # A heading is a first line whose third cell is no number, unless nothing else is one.
    is_heading = isinstance(parsed(rows[0][2].text, language), Fault)
    return [(line[0].text, line[1].text, line[2]) for line in rows[1 if is_heading else 0 :]]
