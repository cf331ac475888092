"""The figures of the officials as sheets in the reader's language: what is on screen, in a file and in a report alike.

Each sheet has a name and is asked for with the same few choices, which also stand in the address of its page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from core.domain.document import Shape
from core.domain.permissions import Actor
from core.domain.statistics.figures import (
    CHECKED,
    NOT_REVIEWED,
    OWN,
    SCORE,
    YES,
    Change,
    Dimension,
    FigureTable,
    ProtectedTable,
    Quartiles,
    Stage,
    Subject,
)
from core.domain.statistics.sheets import Sheet, SheetRow, SheetTeller, Unit, day_of
from core.errors import NotThere
from core.language import Language
from core.render.csv import write_csv
from core.render.figure_drawings import chart_picture
from core.render.xlsx import write_xlsx
from core.services.environment import Environment
from core.services.officials import OpenFigures, open_figures
from core.storage.figures import EARLIER, NOT_YET


class SheetName(StrEnum):
    """The sheets there are; the value stands in addresses."""

    STAGES = "stages"
    TREND = "trend"
    LEVELS = "levels"
    VALIDATED_LEVELS = "validated-levels"
    TOPICS = "topics"
    OWN_AND_CHECKED = "own-and-checked"
    QUARTILES = "quartiles"
    CHANGES = "changes"
    PAIRS = "pairs"
    PAIR_MEANS = "pair-means"
    GATES = "gates"
    GAPS = "gaps"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an official chose; whatever is not known falls back to the first.

    by, other: what enterprises are grouped by. value: the one group that is looked at, empty for all. year: of results,
    None for the latest. stage: of the trend.
    """

    by: Dimension = Dimension.PROVINCE
    other: Dimension = Dimension.SECTOR
    value: str = ""
    year: int | None = None
    stage: Stage = Stage.SUBMITTED

    @classmethod
    def from_address(cls, found: Mapping[str, str]) -> Asked:
        """Read the choices of an address, such as ?theo=sector&nam=2026."""
        by = _one_of(Dimension, found.get("theo"), Dimension.PROVINCE)
        other = _one_of(Dimension, found.get("va"), Dimension.SECTOR)
        year = found.get("nam", "")
        return cls(
            by=by,
            other=other if other is not by else next(one for one in Dimension if one is not by),
            value=found.get("nhom", "")[:40],
            year=int(year) if year.isdecimal() and len(year) == 4 else None,
            stage=_one_of(Stage, found.get("buoc"), Stage.SUBMITTED),
        )

    def address(self) -> dict[str, str]:
        """Return the choices as an address has them; `from_address` reads them back."""
        found = {"theo": self.by.value, "va": self.other.value, "buoc": self.stage.value}
        if self.value:
            found["nhom"] = self.value
        if self.year is not None:
            found["nam"] = str(self.year)
        return found


def sheet(environment: Environment, actor: Actor, name: SheetName, asked: Asked, language: Language) -> Sheet:
    """Return one sheet as an official may see it. Raises NotThere for everybody else, and where there is none."""
    return sheet_of(open_figures(environment, actor), SheetTeller(environment.catalogue, language), name, asked)


def sheet_of(figures: OpenFigures, teller: SheetTeller, name: SheetName, asked: Asked) -> Sheet:
    """Return one sheet out of figures that are open already, so that several are of one moment."""
    return _MAKERS[name](figures, teller, asked)


@dataclass(frozen=True, slots=True)
class SheetFile:
    """A sheet as a file, with the day of its data in Vietnam."""

    content: bytes
    media_type: str
    day: date


_FILES: Mapping[str, tuple[str, Callable[[Sheet, SheetTeller, Asked], bytes]]] = {
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda found, teller, _: write_xlsx(teller.document([found], found.title, day_of(found.at))),
    ),
    "csv": (
        "text/csv; charset=utf-8",
        lambda found, teller, _: write_csv(teller.table(found), [found.title, teller.origin(found), *found.notes]),
    ),
    "png": (
        "image/png",
        lambda found, teller, asked: chart_picture(
            teller.chart(found, asked.value), found.title, [teller.origin(found), *found.notes]
        ),
    ),
}
FORMS = tuple(_FILES)
"""The forms in which a sheet can be taken along."""


def sheet_file(
    environment: Environment, actor: Actor, name: str, asked: Asked, form: str, language: Language
) -> SheetFile:
    """Return a sheet as a file of one of FORMS. Raises NotThere for everybody else, and where there is none."""
    if form not in _FILES or name not in set(SheetName):
        raise NotThere
    found = sheet(environment, actor, SheetName(name), asked, language)
    media_type, write = _FILES[form]
    return SheetFile(write(found, SheetTeller(environment.catalogue, language), asked), media_type, day_of(found.at))


def year_of(figures: OpenFigures, asked: Asked) -> int:
    """Return the year that is looked at. Raises NotThere while there is no result of any."""
    if asked.year in figures.years:
        return asked.year
    if not figures.years:
        raise NotThere
    return figures.years[0]


def _stages(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    table = figures.stages(asked.by)
    rows, whole, columns = teller.counts(table, asked.by, lambda one: teller.stage(Stage(one)))
    # A grid of tiles is of all provinces; an official of one sees no other's.
    shape = Shape.TILES if asked.by is Dimension.PROVINCE and figures.provinces is None else Shape.PARTS
    draft = _Draft(
        SheetName.STAGES, shape, rows, whole, columns, has_total=True, hidden=table.hidden, notes=("furthest",)
    )
    return _finished(figures, teller, asked, draft)


def _trend(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    table = figures.stage_months(asked.stage, asked.by)
    rows, whole, columns = teller.counts(table, asked.by, teller.month, left_out=(EARLIER, NOT_YET))
    draft = _Draft(SheetName.TREND, Shape.LINE, rows, whole, columns, hidden=table.hidden)
    return _finished(figures, teller, asked, draft, stage=teller.stage(asked.stage))


def _levels(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    return _by_level(figures, teller, asked, SheetName.LEVELS, Subject.SELF_LEVEL)


def _validated_levels(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    return _by_level(figures, teller, asked, SheetName.VALIDATED_LEVELS, Subject.VALIDATED_LEVEL)


def _by_level(figures: OpenFigures, teller: SheetTeller, asked: Asked, name: SheetName, subject: Subject) -> Sheet:
    def column(code: str) -> str:
        return teller.word("column.not-reviewed") if code == NOT_REVIEWED else teller.word("column.level", level=code)

    table = figures.results(year_of(figures, asked), subject, asked.by)
    rows, whole, columns = teller.counts(table, asked.by, column)
    draft = _Draft(name, Shape.PARTS, rows, whole, columns, has_total=True, hidden=table.hidden, notes=("waiting",))
    return _finished(figures, teller, asked, draft)


def _topics(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    table = figures.means(year_of(figures, asked), asked.by)
    columns = {one: teller.topic(one) for one in table.columns if one not in (SCORE, OWN, CHECKED)}
    return _of_means(figures, teller, asked, SheetName.TOPICS, table, columns | {SCORE: teller.word("column.score")})


def _own_and_checked(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    table = figures.means(year_of(figures, asked), asked.by)
    columns = {one: teller.word(f"column.{one}") for one in (OWN, CHECKED)}
    return _of_means(figures, teller, asked, SheetName.OWN_AND_CHECKED, table, columns)


def _pair_means(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    table = figures.pair_means(year_of(figures, asked), asked.by, asked.other)
    columns = {one: teller.value(asked.other, one) for one in table.columns}
    return _of_means(figures, teller, asked, SheetName.PAIR_MEANS, table, columns)


def _of_means(
    figures: OpenFigures,
    teller: SheetTeller,
    asked: Asked,
    name: SheetName,
    table: FigureTable[int],
    columns: Mapping[str, str],
) -> Sheet:
    rows, whole = teller.figures(table, asked.by, {one: (one, int) for one in columns})
    draft = _Draft(name, Shape.HEAT, rows, whole, columns, Unit.POINTS, hidden=table.hidden, notes=("mean", "waiting"))
    return _finished(figures, teller, asked, draft)


def _quartiles(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    table = figures.quartiles(year_of(figures, asked), asked.by)
    reading: dict[str, tuple[str, Callable[[Quartiles], int]]] = {
        "quarter": (SCORE, lambda one: one.lower),
        "middle": (SCORE, lambda one: one.median),
        "three-quarters": (SCORE, lambda one: one.upper),
    }
    rows, whole = teller.figures(table, asked.by, reading)
    columns = {one: teller.word(f"column.{one}") for one in reading}
    draft = _Draft(
        SheetName.QUARTILES, Shape.HEAT, rows, whole, columns, Unit.POINTS, hidden=table.hidden, notes=("mean",)
    )
    return _finished(figures, teller, asked, draft)


def _changes(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    year = year_of(figures, asked)
    before = next((one for one in figures.years if one < year), None)
    if before is None:
        raise NotThere
    table = figures.changes(before, year, asked.by)
    reading: dict[str, tuple[str, Callable[[Change], int]]] = {
        "before": (SCORE, lambda one: one.before),
        "after": (SCORE, lambda one: one.after),
        "change": (SCORE, lambda one: one.change),
        "firms": (SCORE, lambda one: one.firms),
    }
    rows, whole = teller.figures(table, asked.by, reading)
    columns = {
        "before": teller.word("column.year", year=before),
        "after": teller.word("column.year", year=year),
        "change": teller.word("column.change"),
        "firms": teller.word("column.firms"),
    }
    draft = _Draft(
        SheetName.CHANGES,
        Shape.HEAT,
        rows,
        whole,
        columns,
        Unit.POINTS,
        hidden=table.hidden,
        notes=("mean",),
        undrawn=frozenset({"change", "firms"}),
    )
    return _finished(figures, teller, asked, draft, before=before)


def _pairs(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    table = figures.pairs(year_of(figures, asked), asked.by, asked.other)
    rows, whole, columns = teller.counts(table, asked.by, lambda one: teller.value(asked.other, one))
    draft = _Draft(
        SheetName.PAIRS, Shape.HEAT, rows, whole, columns, has_total=True, hidden=table.hidden, notes=("waiting",)
    )
    return _finished(figures, teller, asked, draft)


def _gates(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    questions = [one.id for one in teller.catalogue.questions.values() if one.gate is not None]
    return _by_question(figures, teller, asked, SheetName.GATES, Subject.GATE, questions)


def _gaps(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    return _by_question(figures, teller, asked, SheetName.GAPS, Subject.GAP, list(teller.catalogue.questions))


def _by_question(
    figures: OpenFigures, teller: SheetTeller, asked: Asked, name: SheetName, subject: Subject, questions: list[str]
) -> Sheet:
    """A row for each question, the most common first: of the chosen group, where one is chosen, and of all."""
    year = year_of(figures, asked)

    def numbers(table: ProtectedTable, column: str | None) -> tuple[int | None, ...]:
        place = table.columns.index(column) if column else None
        group = table.total_of(asked.value) if place is None else table.line(asked.value)[place]
        whole = table.total if place is None else table.column_totals[place]
        return (group, whole) if asked.value else (whole,)

    rows = [
        SheetRow(one, teller.question(one), numbers(figures.results(year, subject, asked.by, one), YES))
        for one in questions
    ]
    firms = numbers(figures.results(year, Subject.SELF_LEVEL, asked.by), None)
    columns = {"group": teller.value(asked.by, asked.value)} if asked.value else {}
    draft = _Draft(
        name,
        Shape.BARS,
        tuple(sorted(rows, key=lambda one: -(one.values[0] or 0))),
        SheetRow("", teller.word("column.firms"), firms),
        columns | {"whole": teller.word("whole")},
        hidden=sum(value is None for one in rows for value in one.values),
        notes=("waiting",),
        row_title="row.duty" if subject is Subject.GATE else "row.question",
    )
    return _finished(figures, teller, asked, draft)


_MAKERS: Mapping[SheetName, Callable[[OpenFigures, SheetTeller, Asked], Sheet]] = {
    SheetName.STAGES: _stages,
    SheetName.TREND: _trend,
    SheetName.LEVELS: _levels,
    SheetName.VALIDATED_LEVELS: _validated_levels,
    SheetName.TOPICS: _topics,
    SheetName.OWN_AND_CHECKED: _own_and_checked,
    SheetName.QUARTILES: _quartiles,
    SheetName.CHANGES: _changes,
    SheetName.PAIRS: _pairs,
    SheetName.PAIR_MEANS: _pair_means,
    SheetName.GATES: _gates,
    SheetName.GAPS: _gaps,
}


@dataclass(frozen=True, slots=True)
class _Draft:
    """What a maker found; notes and row_title are words of content/words/figures.toml."""

    name: SheetName
    shape: Shape
    rows: tuple[SheetRow, ...]
    whole: SheetRow
    columns: Mapping[str, str]
    unit: Unit = Unit.FIRMS
    has_total: bool = False
    hidden: int = 0
    notes: tuple[str, ...] = ()
    row_title: str = ""
    undrawn: frozenset[str] = frozenset()


def _finished(figures: OpenFigures, teller: SheetTeller, asked: Asked, draft: _Draft, **values: object) -> Sheet:
    words = {
        "by": teller.word(f"by.{asked.by}"),
        "other": teller.word(f"by.{asked.other}"),
        "year": year_of(figures, asked) if figures.years else "",
        "group": teller.value(asked.by, asked.value) if asked.value else teller.word("whole"),
        **values,
    }
    return Sheet(
        id=draft.name,
        title=teller.word(f"sheet.{draft.name}", **words),
        row_title=teller.word(draft.row_title or f"dimension.{asked.by}"),
        column_ids=tuple(draft.columns),
        columns=tuple(draft.columns.values()),
        rows=draft.rows,
        whole=draft.whole,
        shape=draft.shape,
        unit=draft.unit,
        at=figures.at,
        edition=figures.edition,
        has_total=draft.has_total,
        hidden=draft.hidden,
        notes=tuple(teller.word(f"note.{one}") for one in draft.notes),
        undrawn=draft.undrawn,
    )


_E = TypeVar("_E", bound=StrEnum)


def _one_of(kind: type[_E], value: str | None, otherwise: _E) -> _E:
    try:
        return kind(value or "")
    except ValueError:
        return otherwise
