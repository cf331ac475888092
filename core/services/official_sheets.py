"""The figures of the officials as sheets in the reader's language: what is on screen, in a file and in a report alike.

Each sheet has a name and is asked for with the same few choices, which also stand in the address of its page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from core.domain.catalogue import SupportLine
from core.domain.document import Shape
from core.domain.feedback import FeedbackKind
from core.domain.instruments import ServiceKind
from core.domain.permissions import Actor
from core.domain.statistics import planning
from core.domain.statistics.figures import (
    CHECKED,
    NOT_REVIEWED,
    OWN,
    SCORE,
    YES,
    Change,
    Demand,
    Dimension,
    FigureTable,
    ProtectedTable,
    Quartiles,
    Stage,
    Subject,
)
from core.domain.statistics.sheets import Sheet, SheetRow, SheetTeller, Unit, day_of
from core.errors import NotThere
from core.language import Language, number
from core.render.csv import write_csv
from core.render.figure_drawings import chart_picture
from core.render.xlsx import write_xlsx
from core.services.environment import Environment
from core.services.officials import OpenFigures, open_figures
from core.storage.figures import EARLIER, NOT_YET, OVERDUE, Axis

OVERDUE_COLUMN = OVERDUE
"""Of the sheets of demand by month: what is past its date."""


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
    DEMAND_KINDS = "demand-kinds"
    DEMAND_MONTHS = "demand-months"
    DEMAND_KIND_MONTHS = "demand-kind-months"
    DEMAND_PROVINCES = "demand-provinces"
    DEMAND_COST = "demand-cost"
    TRAINING = "training"
    COURSES = "courses"
    SUPPORT = "support"
    ALLOTMENT = "allotment"
    DIFFICULTIES = "difficulties"
    DIFFICULTY_GROUPS = "difficulty-groups"
    PROPOSALS = "proposals"
    PROPOSAL_GROUPS = "proposal-groups"


@dataclass(frozen=True, slots=True)
class TypedCourse:
    """What an official typed of a course for a topic: what one costs in đồng, how many enterprises it takes."""

    topic: str
    cost_vnd: int
    seats: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What an official chose; whatever is not known falls back to the first.

    by, other: what enterprises are grouped by. value: the one group that is looked at, empty for all. year: of results,
    None for the latest. stage: of the trend. service: whose demand is looked at. budget_vnd, courses: what is planned
    with, None and empty until it is typed.
    """

    by: Dimension = Dimension.PROVINCE
    other: Dimension = Dimension.SECTOR
    value: str = ""
    year: int | None = None
    stage: Stage = Stage.SUBMITTED
    service: ServiceKind = ServiceKind.VERIFICATION
    budget_vnd: int | None = None
    courses: tuple[TypedCourse, ...] = ()

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
            service=_one_of(ServiceKind, found.get("dich-vu"), ServiceKind.VERIFICATION),
            budget_vnd=_whole(found.get("ngan-sach", "")),
            courses=_courses(found.get("khoa", "")),
        )

    def address(self) -> dict[str, str]:
        """Return the choices as an address has them; `from_address` reads them back."""
        found = {
            "theo": self.by.value,
            "va": self.other.value,
            "buoc": self.stage.value,
            "dich-vu": self.service.value,
        }
        if self.value:
            found["nhom"] = self.value
        if self.year is not None:
            found["nam"] = str(self.year)
        if self.budget_vnd is not None:
            found["ngan-sach"] = str(self.budget_vnd)
        if self.courses:
            found["khoa"] = ",".join(f"{one.topic}:{one.cost_vnd}:{one.seats}" for one in self.courses)
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


def told_year_of(figures: OpenFigures, asked: Asked) -> int:
    """Return the year of which difficulties and proposals are looked at. Raises NotThere while there are none."""
    if asked.year in figures.told_years:
        return asked.year
    if not figures.told_years:
        raise NotThere
    return figures.told_years[0]


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
    return _by_matter(figures, teller, asked, SheetName.GATES, Subject.GATE, questions)


def _gaps(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    return _by_matter(figures, teller, asked, SheetName.GAPS, Subject.GAP, list(teller.catalogue.questions))


def _training(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    topics = [one.id for one in teller.catalogue.topics]
    return _by_matter(figures, teller, asked, SheetName.TRAINING, Subject.TOPIC_GAP, topics)


_ROW_TITLES = {Subject.GATE: "row.duty", Subject.GAP: "row.question", Subject.TOPIC_GAP: "row.topic"}


def _by_matter(
    figures: OpenFigures, teller: SheetTeller, asked: Asked, name: SheetName, subject: Subject, matters: list[str]
) -> Sheet:
    """A row for each question or topic, the most common first: of the chosen group, where one is chosen, and of all."""
    year = year_of(figures, asked)

    def numbers(table: ProtectedTable, column: str | None) -> tuple[int | None, ...]:
        place = table.columns.index(column) if column else None
        group = table.total_of(asked.value) if place is None else table.line(asked.value)[place]
        whole = table.total if place is None else table.column_totals[place]
        return (group, whole) if asked.value else (whole,)

    label = teller.topic if subject is Subject.TOPIC_GAP else teller.question
    rows = [SheetRow(one, label(one), numbers(figures.results(year, subject, asked.by, one), YES)) for one in matters]
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
        row_title=_ROW_TITLES[subject],
    )
    return _finished(figures, teller, asked, draft)


# --- What instruments will need


def _demand_kinds(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    """A row for each kind of instrument, the most services first: of the chosen province and of all."""
    table = figures.demand(asked.service, Axis.PROVINCE, Axis.KIND)
    parts = _demand_parts(figures, teller, asked)
    reading: tuple[tuple[str, Callable[[Demand], int | None]], ...] = (("", _services), ("-unpriced", _unpriced))
    columns = {
        name + suffix: f"{label}{teller.word('column.of-which-unpriced') if suffix else ''}"
        for name, label in parts.items()
        for suffix, _ in reading
    }
    rows = _kind_rows(teller, asked, table, parts, [read for _, read in reading])
    return _of_demand(figures, teller, asked, SheetName.DEMAND_KINDS, Shape.BARS, rows, columns, notes=("demand",))


def _demand_cost(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    table = figures.demand(asked.service, Axis.PROVINCE, Axis.KIND)
    parts = _demand_parts(figures, teller, asked)
    rows = _kind_rows(teller, asked, table, parts, [_cost])
    return _of_demand(
        figures, teller, asked, SheetName.DEMAND_COST, Shape.BARS, rows, parts, Unit.VND, notes=("known-prices",)
    )


def _demand_parts(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> dict[str, str]:
    """Return the columns by province: the chosen one, where one is chosen that may be seen, and all."""
    is_seen = figures.provinces is None or asked.value in figures.provinces
    own = asked.by is Dimension.PROVINCE and asked.value and is_seen
    return ({"group": teller.value(asked.by, asked.value)} if own else {}) | {"whole": teller.word("whole")}


def _kind_rows(
    teller: SheetTeller,
    asked: Asked,
    table: FigureTable[Demand],
    parts: Mapping[str, str],
    reading: Sequence[Callable[[Demand], int | None]],
) -> list[SheetRow]:
    """Return a row for each kind, and last that of all kinds."""
    nothing = Demand(0, 0, 0)
    has_own = asked.value in table.rows
    own = table.line(asked.value) if has_own else (nothing,) * len(table.columns)
    own_total = table.total_of(asked.value) if has_own else nothing

    def row(name: str, label: str, group: Demand | None, whole: Demand | None) -> SheetRow:
        found = {"group": group, "whole": whole}
        return SheetRow(
            name,
            label,
            tuple(None if one is None else read(one) for part in parts for one in [found[part]] for read in reading),
        )

    lines = zip(table.columns, own, table.column_totals, strict=True)
    rows = [row(kind, teller.instrument_kind(kind), group, whole) for kind, group, whole in lines]
    rows.sort(key=lambda one: -(one.values[0] or 0))
    return [*rows, row("", teller.word("total"), own_total, table.total)]


def _demand_months(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    table = figures.demand(asked.service, Axis.PROVINCE, Axis.MONTH)
    rows, whole = teller.by_month(table, lambda one: teller.value(Dimension.PROVINCE, one), teller.word("whole"))
    columns = {one: teller.month(one) for one in table.columns}
    ordered = tuple(sorted(rows, key=lambda one: teller.place(Dimension.PROVINCE, one.id)))
    return _of_demand(
        figures,
        teller,
        asked,
        SheetName.DEMAND_MONTHS,
        Shape.LINE,
        [*ordered, whole],
        columns,
        has_total=True,
        notes=("demand",),
        row_title="dimension.province",
    )


def _demand_kind_months(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    table = figures.demand(asked.service, Axis.KIND, Axis.MONTH)
    rows, whole = teller.by_month(table, teller.instrument_kind, teller.word("total"))
    columns = {one: teller.month(one) for one in table.columns}
    ordered = sorted(rows, key=lambda one: -(one.total or 0))
    return _of_demand(
        figures,
        teller,
        asked,
        SheetName.DEMAND_KIND_MONTHS,
        Shape.BARS,
        [*ordered, whole],
        columns,
        has_total=True,
        notes=("demand",),
    )


def _demand_provinces(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    table = figures.demand(asked.service, Axis.PROVINCE, Axis.MONTH)

    def row(name: str, label: str, found: Demand | None) -> SheetRow:
        if found is None:
            return SheetRow(name, label, (None, None))
        return SheetRow(name, label, (found.services, found.unpriced), found.services)

    rows = [row(one, teller.value(Dimension.PROVINCE, one), table.total_of(one)) for one in table.rows]
    rows.sort(key=lambda one: teller.place(Dimension.PROVINCE, one.id))
    columns = {"services": teller.word("column.services"), "unpriced": teller.word("column.unpriced")}
    shape = Shape.TILES if figures.provinces is None else Shape.BARS
    return _of_demand(
        figures,
        teller,
        asked,
        SheetName.DEMAND_PROVINCES,
        shape,
        [*rows, row("", teller.word("whole"), table.total)],
        columns,
        notes=("demand",),
        row_title="dimension.province",
    )


def _services(one: Demand) -> int:
    return one.services


def _unpriced(one: Demand) -> int:
    return one.unpriced


def _cost(one: Demand) -> int | None:
    return one.cost_vnd


def _of_demand(
    figures: OpenFigures,
    teller: SheetTeller,
    asked: Asked,
    name: SheetName,
    shape: Shape,
    rows: Sequence[SheetRow],
    columns: Mapping[str, str],
    unit: Unit = Unit.SERVICES,
    *,
    has_total: bool = False,
    notes: tuple[str, ...] = (),
    row_title: str = "row.instrument-kind",
) -> Sheet:
    """Finish a sheet of demand; the last row is the whole."""
    *shown, whole = rows
    hidden = sum(value is None for one in rows for value in (*one.values, *([one.total] if has_total else [])))
    draft = _Draft(name, shape, tuple(shown), whole, columns, unit, has_total, hidden, notes, row_title)
    return _finished(figures, teller, asked, draft, service=teller.word(f"service.{asked.service}"))


# --- What courses and support would do


def _course_needs(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> tuple[list[planning.Need], list[str]]:
    """Return gaps and enterprises by topic, of the chosen group or of all, and the topics that are hidden.

    A hidden number of gaps is left out: what is told of a topic is what there is at least.
    """
    year = year_of(figures, asked)

    def firms(subject: Subject, about: str) -> int | None:
        table = figures.results(year, subject, asked.by, about)
        place = table.columns.index(YES)
        return table.line(asked.value)[place] if asked.value else table.column_totals[place]

    found, hidden = [], []
    for topic in teller.catalogue.topics:
        count = firms(Subject.TOPIC_GAP, topic.id)
        if count is None:
            hidden.append(topic.id)
            continue
        gaps = sum(firms(Subject.GAP, one.id) or 0 for one in topic.questions)
        found.append(planning.Need(topic.id, max(gaps, count), count))
    return found, hidden


def _courses_sheet(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    needs, hidden = _course_needs(figures, teller, asked)
    rows = [
        SheetRow(need.topic, teller.topic(need.topic), (need.gaps, need.firms, share))
        for need, share in planning.ordered(needs)
    ]
    rows += [SheetRow(one, teller.topic(one), (None, None, None)) for one in hidden]
    columns = {one: teller.word(f"column.{one}") for one in ("closed-gaps", "in-firms", "reached-percent")}
    whole = SheetRow("", teller.word("all-topics"), (sum(one.gaps for one in needs), None, 100 if needs else None))
    draft = _Draft(
        SheetName.COURSES,
        Shape.BARS,
        tuple(rows),
        whole,
        columns,
        Unit.POINTS,
        hidden=3 * len(hidden),
        notes=("course", "at-least", "waiting"),
        row_title="row.topic",
    )
    return _finished(figures, teller, asked, draft, group=_group(teller, asked))


def _allotment(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    """What the typed budget and costs would close. Raises NotThere while they are not typed."""
    needs = {one.topic: one for one in _course_needs(figures, teller, asked)[0]}
    wanted = [planning.Course(needs[one.topic], one.cost_vnd, one.seats) for one in asked.courses if one.topic in needs]
    if asked.budget_vnd is None or not wanted:
        raise NotThere
    found = planning.allot(asked.budget_vnd, wanted)
    rows = tuple(
        SheetRow(
            one.course.need.topic,
            teller.topic(one.course.need.topic),
            (int(one.gaps), one.firms, one.courses, one.cost_vnd),
        )
        for one in found.bought
    )
    names = ("closed-gaps", "taking-part", "courses", "cost")
    whole = SheetRow(
        "",
        teller.word("total"),
        tuple(
            None if name == "taking-part" else sum(one.values[place] or 0 for one in rows)
            for place, name in enumerate(names)
        ),
    )
    order = [one for one in found.bought if one.courses]
    said = [
        teller.word("note.greedy"),
        teller.word("note.left", left=teller.number(found.left_vnd), budget=teller.number(found.budget_vnd)),
    ]
    if order:
        each = "; ".join(
            teller.word(
                "per-million",
                topic=teller.topic(one.course.need.topic),
                gaps=number(one.gaps_per_million, teller.language, 1),
            )
            for one in order
        )
        said.insert(1, teller.word("note.order", list=each))
    draft = _Draft(
        SheetName.ALLOTMENT,
        Shape.BARS,
        rows,
        whole,
        {one: teller.word(f"column.{one}") for one in names},
        Unit.VND,
        notes=("course", "at-least"),
        row_title="row.topic",
        said=tuple(said),
    )
    return _finished(figures, teller, asked, draft, group=_group(teller, asked))


def _support(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    """Enterprises with a result that are of the kinds and sizes of each support line, in the whole country."""
    table = figures.pairs(year_of(figures, asked), Dimension.SIZE, Dimension.KIND)
    columns = {kind: place for place, kind in enumerate(table.columns)}

    def count(line: SupportLine) -> int | None:
        cells = [table.line(size)[columns[kind]] for size in line.sizes for kind in line.kinds if kind in columns]
        return None if None in cells else sum(one or 0 for one in cells)

    rows = tuple(SheetRow(one.id, teller.support_line(one), (count(one),)) for one in teller.catalogue.support_lines)
    draft = _Draft(
        SheetName.SUPPORT,
        Shape.BARS,
        rows,
        SheetRow("", teller.word("column.firms"), (table.total,)),
        {"firms": teller.word("column.firms")},
        hidden=sum(None in one.values for one in rows),
        notes=("support", "waiting"),
        row_title="row.support",
    )
    return _finished(figures, teller, asked, draft)


# --- What was told


def _difficulties(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    return _by_theme(figures, teller, asked, SheetName.DIFFICULTIES, FeedbackKind.DIFFICULTY)


def _proposals(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    return _by_theme(figures, teller, asked, SheetName.PROPOSALS, FeedbackKind.PROPOSAL)


def _by_theme(figures: OpenFigures, teller: SheetTeller, asked: Asked, name: SheetName, kind: FeedbackKind) -> Sheet:
    """A row for each theme, the most often told first: of the chosen group, where one is chosen, and of all."""
    year = told_year_of(figures, asked)
    table = figures.told(year, kind, asked.by)
    nobody = asked.value not in table.rows
    group = (0,) * len(table.columns) if nobody else table.line(asked.value)
    lines = zip(table.columns, group, table.column_totals, strict=True)
    rows = [SheetRow(one, teller.theme(one), (own, whole) if asked.value else (whole,)) for one, own, whole in lines]
    columns = {"group": teller.value(asked.by, asked.value)} if asked.value else {}
    draft = _Draft(
        name,
        Shape.BARS,
        tuple(sorted(rows, key=lambda one: -(one.values[0] or 0))),
        SheetRow("", teller.word("column.firms"), (None, table.total) if asked.value else (table.total,)),
        columns | {"whole": teller.word("whole")},
        hidden=sum(value is None for one in rows for value in one.values) + (table.total is None),
        notes=("told", "told-waiting"),
        row_title="row.theme",
        said=() if table.total is None else (teller.word(f"told.{kind}", count=teller.number(table.total)),),
    )
    return _finished(figures, teller, asked, draft, year=year)


def _difficulty_groups(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    return _themes_by_group(figures, teller, asked, SheetName.DIFFICULTY_GROUPS, FeedbackKind.DIFFICULTY)


def _proposal_groups(figures: OpenFigures, teller: SheetTeller, asked: Asked) -> Sheet:
    return _themes_by_group(figures, teller, asked, SheetName.PROPOSAL_GROUPS, FeedbackKind.PROPOSAL)


def _themes_by_group(
    figures: OpenFigures, teller: SheetTeller, asked: Asked, name: SheetName, kind: FeedbackKind
) -> Sheet:
    year = told_year_of(figures, asked)
    table = figures.told(year, kind, asked.by)
    rows, whole = teller.figures(table, asked.by, {one: (one, int) for one in table.columns})
    draft = _Draft(
        name,
        Shape.HEAT,
        rows,
        whole,
        {one: teller.theme(one) for one in table.columns},
        hidden=sum(value is None for one in (*rows, whole) for value in one.values),
        notes=("told", "told-waiting"),
    )
    return _finished(figures, teller, asked, draft, year=year)


def _group(teller: SheetTeller, asked: Asked) -> str:
    return teller.value(asked.by, asked.value) if asked.value else teller.word("whole")


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
    SheetName.DEMAND_KINDS: _demand_kinds,
    SheetName.DEMAND_MONTHS: _demand_months,
    SheetName.DEMAND_KIND_MONTHS: _demand_kind_months,
    SheetName.DEMAND_PROVINCES: _demand_provinces,
    SheetName.DEMAND_COST: _demand_cost,
    SheetName.TRAINING: _training,
    SheetName.COURSES: _courses_sheet,
    SheetName.SUPPORT: _support,
    SheetName.ALLOTMENT: _allotment,
    SheetName.DIFFICULTIES: _difficulties,
    SheetName.DIFFICULTY_GROUPS: _difficulty_groups,
    SheetName.PROPOSALS: _proposals,
    SheetName.PROPOSAL_GROUPS: _proposal_groups,
}


@dataclass(frozen=True, slots=True)
class _Draft:
    """What a maker found; notes and row_title are words of content/words/figures.toml, said are notes as they stand."""

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
    said: tuple[str, ...] = ()


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
        notes=(*draft.said, *(teller.word(f"note.{one}") for one in draft.notes)),
        undrawn=draft.undrawn,
    )


_E = TypeVar("_E", bound=StrEnum)


def _one_of(kind: type[_E], value: str | None, otherwise: _E) -> _E:
    try:
        return kind(value or "")
    except ValueError:
        return otherwise


_MOST_DIGITS = 14
_MOST_COURSES = 40


def _whole(text: str) -> int | None:
    """Return a whole number of an address; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None


def _courses(text: str) -> tuple[TypedCourse, ...]:
    """Return the courses of an address, "people:8000000:10,…"; what cannot be read, or costs nothing, is left out."""
    found: dict[str, TypedCourse] = {}
    for part in text.split(",")[:_MOST_COURSES]:
        topic, _, numbers = part.partition(":")
        cost, seats = (_whole(one) for one in (*numbers.split(":", 1), "")[:2])
        if topic and cost and seats:
            found[topic] = TypedCourse(topic, cost, seats)
    return tuple(found.values())
