"""A figure as it is read: named rows and columns of numbers, from which chart, table, files and report are made.

Whoever draws a sheet adds nothing to it and takes nothing away: the same numbers stand in all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from core.domain.catalogue import Catalogue, SupportLine
from core.domain.document import (
    Align,
    Chart,
    ChartRow,
    ChartTile,
    Document,
    Heading,
    Paragraph,
    ParagraphStyle,
    Part,
    PartKind,
    Shape,
    Table,
    TableColumn,
)
from core.domain.profile import EnterpriseKind, SizeClass
from core.domain.programme_proposal import upper_first
from core.domain.statistics.figures import Demand, Dimension, FigureTable, ProtectedTable, Stage
from core.domain.statistics.suppression import MINIMUM_GROUP
from core.language import VIETNAM, Language, moment, number

T = TypeVar("T")
ISLANDS = (("hoang-sa", 4, 9), ("truong-sa", 4, 14))
"""The archipelagos on the grid of provinces: a word of content/words/figures.toml, column and row."""
_TABLE_WIDTH = 165
_LABEL_WIDTH = 45


class Unit(StrEnum):
    """What the numbers are: enterprises, points of a score from 0 to 100, services of instruments, whole đồng."""

    FIRMS = "firms"
    POINTS = "points"
    SERVICES = "services"
    VND = "vnd"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: its id, its name, a number for each column and their total; None where hidden or where there is none."""

    id: str
    label: str
    values: tuple[int | None, ...]
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A figure in one language. column_ids: as the figures name them. whole: the row of all enterprises.

    has_total: whether rows add up. hidden: how many numbers are missing because groups are too small.
    notes: what must be known to read it; at: the moment of the data. undrawn: columns that stand in the table only.
    """

    id: str
    title: str
    row_title: str
    column_ids: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    whole: SheetRow
    shape: Shape
    unit: Unit
    at: datetime
    edition: str
    has_total: bool = False
    hidden: int = 0
    notes: tuple[str, ...] = ()
    undrawn: frozenset[str] = frozenset()

    def row(self, row_id: str) -> SheetRow | None:
        """Return a row by its id; None for one that nobody belongs to."""
        return next((one for one in self.rows if one.id == row_id), None)


@dataclass(frozen=True, slots=True)
class SheetTeller:
    """Names what officials' figures are about, and puts them into sheets, in one language."""

    catalogue: Catalogue
    language: Language

    def word(self, key: str, **values: object) -> str:
        """A text of content/words/figures.toml, filled."""
        text = self.catalogue.word(f"figures.{key}")[self.language]
        return text.format(**values) if values else text

    def number(self, value: int) -> str:
        return number(value, self.language)

    def value(self, dimension: Dimension, code: str) -> str:
        """Return the name of a province, trade, size or kind; of an unknown code "not known"."""
        catalogue = self.catalogue
        if dimension is Dimension.PROVINCE and code in catalogue.provinces:
            return catalogue.provinces[code].name[self.language]
        if dimension is Dimension.SECTOR and code in catalogue.sectors:
            return catalogue.sectors[code].title[self.language]
        if dimension is Dimension.SIZE and code:
            return catalogue.word(f"profile.size.{code}")[self.language]
        if dimension is Dimension.KIND and code:
            return catalogue.word(f"profile.kind.{code}")[self.language]
        return self.word("not-known")

    def stage(self, stage: Stage) -> str:
        return self.word(f"stage.{stage}")

    def topic(self, topic: str) -> str:
        return next((one.title[self.language] for one in self.catalogue.topics if one.id == topic), topic)

    def theme(self, theme: str) -> str:
        """Return the name of a theme of difficulties and proposals."""
        return self.catalogue.word(f"report.theme.{theme}")[self.language]

    def instrument_kind(self, kind: str) -> str:
        """Return the name of a row of the group-2 list; of OTHER, "not in the list"."""
        row = self.catalogue.group2.get(kind)
        return f"{row.name[self.language]} ({kind})" if row else self.word("other-instruments")

    def support_line(self, line: SupportLine) -> str:
        """Return the name of a support line with the sizes that it is for."""
        sizes = ", ".join(self.value(Dimension.SIZE, size) for size in line.sizes)
        return f"{line.name[self.language]} ({sizes})"

    def month(self, month: str) -> str:
        """Return a month of the figures, "2026-11", as it is written: 11/2026."""
        year, _, number_of_month = month.partition("-")
        return f"{number_of_month}/{year}" if number_of_month else self.word(f"month.{month}")

    def question(self, question: str) -> str:
        """Return a question's number and what it is about."""
        number_of_question = self.catalogue.questions[question].number
        return f"{number_of_question}. {upper_first(self.catalogue.findings[question].object[self.language])}"

    def counts(
        self,
        table: ProtectedTable,
        dimension: Dimension,
        column: Callable[[str], str],
        *,
        left_out: Collection[str] = (),
    ) -> tuple[tuple[SheetRow, ...], SheetRow, dict[str, str]]:
        """Return rows, the row of the whole, and columns by id, of a table of counts. left_out: columns not shown."""
        kept = [place for place, one in enumerate(table.columns) if one not in left_out]

        def row(code: str, label: str, values: Sequence[int | None], total: int | None) -> SheetRow:
            return SheetRow(code, label, tuple(values[place] for place in kept), total)

        rows = tuple(
            row(code, self.value(dimension, code), line, total)
            for code, line, total in zip(table.rows, table.counts, table.row_totals, strict=True)
        )
        whole = row("", self.word("whole"), table.column_totals, table.total)
        columns = {table.columns[place]: column(table.columns[place]) for place in kept}
        return self._ordered(dimension, rows), whole, columns

    def figures(
        self,
        table: FigureTable[T],
        dimension: Dimension,
        reading: Mapping[str, tuple[str, Callable[[T], int]]],
    ) -> tuple[tuple[SheetRow, ...], SheetRow]:
        """Return rows and the row of the whole of other figures.

        reading: column of the sheet → column of the table, and what of the figure there is the number.
        """
        columns = [(table.columns.index(column), read) for column, read in reading.values()]

        def values(line: Sequence[T | None]) -> tuple[int | None, ...]:
            return tuple(None if (one := line[place]) is None else read(one) for place, read in columns)

        rows = tuple(
            SheetRow(code, self.value(dimension, code), values(line))
            for code, line in zip(table.rows, table.figures, strict=True)
        )
        return self._ordered(dimension, rows), SheetRow("", self.word("whole"), values(table.column_totals))

    def codes(self, dimension: Dimension) -> tuple[str, ...]:
        """Return the values of a dimension in the order of the content."""
        found: Mapping[Dimension, Iterable[str]] = {
            Dimension.PROVINCE: self.catalogue.provinces,
            Dimension.SECTOR: self.catalogue.sectors,
            Dimension.SIZE: SizeClass,
            Dimension.KIND: EnterpriseKind,
        }
        return tuple(found[dimension])

    def by_month(
        self, table: FigureTable[Demand], label: Callable[[str], str], whole: str
    ) -> tuple[list[SheetRow], SheetRow]:
        """Return the services of each month as rows, and those of all."""

        def row(name: str, shown: str, line: Sequence[Demand | None], total: Demand | None) -> SheetRow:
            values = tuple(None if one is None else one.services for one in line)
            return SheetRow(name, shown, values, None if total is None else total.services)

        lines = zip(table.rows, table.figures, table.row_totals, strict=True)
        rows = [row(name, label(name), line, total) for name, line, total in lines]
        return rows, row("", whole, table.column_totals, table.total)

    def _ordered(self, dimension: Dimension, rows: Sequence[SheetRow]) -> tuple[SheetRow, ...]:
        return tuple(sorted(rows, key=lambda one: self.place(dimension, one.id)))

    def place(self, dimension: Dimension, code: str) -> int:
        """Return where a value stands in the order of the content, not of the letters; what is not known is last."""
        codes = self.codes(dimension)
        return codes.index(code) if code in codes else len(codes)

    def shown(self, value: int | None, unit: Unit) -> str:
        """Return a number of a sheet as it is written. None: a group under five for counts, a dash for the others."""
        if value is not None:
            return self.number(value)
        return self.word("hidden") if unit in (Unit.FIRMS, Unit.SERVICES) else "–"

    def chart(self, sheet: Sheet, row_id: str = "") -> Chart:
        """Return the sheet as a figure of a document. row_id: what a line shows, the whole where it is not there."""

        def drawn(row: SheetRow) -> ChartRow:
            is_sum = sheet.shape is Shape.BARS and sheet.has_total
            values = (row.total,) if is_sum else row.values
            shown = tuple(self.drawn(value, sheet.unit) for value in values)
            return ChartRow(row.label, values, shown, row.total, self.drawn(row.total, sheet.unit))

        numbers = (value for row in (sheet.whole, *sheet.rows) for value in row.values if value is not None)
        return Chart(
            shape=sheet.shape,
            columns=sheet.columns,
            rows=tuple(map(drawn, sheet.rows)),
            whole=drawn(sheet.row(row_id) or sheet.whole if sheet.shape is Shape.LINE else sheet.whole),
            most=100 if sheet.unit is Unit.POINTS else max(numbers, default=1),
            tiles=self._tiles(sheet) if sheet.shape is Shape.TILES else (),
        )

    def _tiles(self, sheet: Sheet) -> tuple[ChartTile, ...]:
        """The totals of the provinces, and the archipelagos with the provinces they belong to."""
        found = []
        for province in self.catalogue.provinces.values():
            row = sheet.row(province.code)
            value = row.total if row else 0
            name = province.name[self.language]
            found.append(ChartTile(name, *province.tile, value, self.drawn(value, sheet.unit)))
        for island, column, place in ISLANDS:
            note = self.word(f"island.{island}.of")
            found.append(ChartTile(self.word(f"island.{island}"), column, place, None, note, is_note=True))
        return tuple(found)

    def drawn(self, value: int | None, unit: Unit) -> str:
        """Return a number as it is written in charts and sentences: a hidden count is the word for it."""
        is_hidden = value is None and unit in (Unit.FIRMS, Unit.SERVICES)
        return self.word("hidden-drawn") if is_hidden else self.shown(value, unit)

    def origin(self, sheet: Sheet) -> str:
        """Say of when the data are, which edition, how many enterprises, and how much is hidden."""
        firms = self.shown(sheet.whole.total, Unit.FIRMS) if sheet.has_total and sheet.unit is Unit.FIRMS else ""
        parts = [self.word("origin", at=moment(sheet.at, self.language), edition=sheet.edition)]
        if firms:
            parts.append(self.word("origin.firms", count=firms))
        parts.append(
            self.word("origin.hidden", count=sheet.hidden, least=MINIMUM_GROUP)
            if sheet.hidden
            else self.word("origin.nothing-hidden")
        )
        return " · ".join(parts)

    def alternative(self, sheet: Sheet, most: int = 3) -> str:
        """Say in a sentence what a chart of the sheet shows: its title, the whole and the rows that stand out."""
        rows = [(row.label, self._weight(sheet, row)) for row in sheet.rows]
        known = sorted(((value, label) for label, value in rows if value is not None), key=lambda one: -one[0])[:most]
        first = "; ".join(f"{label} {self.number(value)}" for value, label in known)
        whole = self._weight(sheet, sheet.whole)
        said = sheet.title if whole is None else f"{sheet.title}: {sheet.whole.label} {self.number(whole)}"
        return f"{said}. {self.word('most', list=first)}" if first else f"{said}."

    @staticmethod
    def _weight(sheet: Sheet, row: SheetRow) -> int | None:
        return row.total if sheet.has_total else (row.values[0] if row.values else None)

    def table(self, sheet: Sheet) -> Table:
        """Return the sheet as the table of a document."""
        headings = [*sheet.columns, *([self.word("total")] if sheet.has_total else [])]
        width = max((_TABLE_WIDTH - _LABEL_WIDTH) // max(len(headings), 1), 10)

        def line(row: SheetRow) -> tuple[str, ...]:
            values = [*row.values, *([row.total] if sheet.has_total else [])]
            return (row.label, *(self.shown(value, sheet.unit) for value in values))

        return Table(
            id=sheet.id,
            columns=(
                TableColumn(sheet.row_title, _LABEL_WIDTH),
                *(TableColumn(heading, width, Align.RIGHT) for heading in headings),
            ),
            rows=tuple(line(row) for row in sheet.rows),
            total=line(sheet.whole),
            caption=sheet.title,
            is_landscape=len(headings) > 8,
        )

    def document(self, sheets: Sequence[Sheet], title: str, made_on: date) -> Document:
        """Return sheets as a document, for a file of their tables."""
        blocks: list[Heading | Paragraph | Table] = []
        for sheet in sheets:
            blocks.append(Heading(sheet.title, 1))
            notes = (self.origin(sheet), *sheet.notes)
            blocks += [Paragraph(one, ParagraphStyle.NOTE) for one in notes]
            blocks.append(self.table(sheet))
        return Document(
            id="figures",
            language=self.language,
            title=title,
            author=self.word("author"),
            subject=self.word("subject"),
            made_on=made_on,
            parts=(Part(PartKind.FORM, title, blocks=tuple(blocks)),),
            foot=self.origin(sheets[0]) if sheets else "",
            contents_title=self.word("contents"),
        )


def day_of(at: datetime) -> date:
    """Return the day in Vietnam of a moment of the data."""
    return at.astimezone(VIETNAM).date()
