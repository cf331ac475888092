"""The tables of a document as XLSX: a first sheet that says what this is, then one sheet for each table.

A text stays a text whatever it begins with; there are no formulas and no links. A cell is a number only where the
document wrote one and nothing of it is lost: amounts and scores stand at the right, ordinals and years in the middle.
The same document gives the same bytes.
"""

# mypy: untyped-calls-exclude="reportlab,xlsxwriter"

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from math import ceil

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.domain.document import Align, Document, Heading, Table, TableColumn
from core.language import Language, clean
from core.render.fonts import Font, one_line, text_width
from core.render.structure import heading_text

_A4 = 9
_MM_PER_INCH = 25.4
_PIXELS_PER_MM = 96 / _MM_PER_INCH
_SIZE, _TITLE_SIZE, _LEADING = 11, 13, 1.35
_NAME_LIMIT = 31
_CELL_LIMIT = 32_767
_MARGIN_TEXT_LIMIT = 255
_DIGITS = 15
"""Digits that a spreadsheet keeps; a longer number stays a text."""
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\n\t]|[^\x00-\uffff]")
_ORDINAL = re.compile(r"0|[1-9]\d*")
_QUANTITIES = {
    Language.VI: re.compile(r"-?(?:0|[1-9]\d{0,2}(?P<groups>(?:\.\d{3})+)|[1-9]\d*)(?:,(?P<decimals>\d+))?"),
    Language.EN: re.compile(r"-?(?:0|[1-9]\d{0,2}(?P<groups>(?:,\d{3})+)|[1-9]\d*)(?:\.(?P<decimals>\d+))?"),
}
_SIGNS_OF_FORMULAS = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A table with its place in the document, the outer heading first, and the name of its sheet."""

    name: str
    place: tuple[str, ...]
    table: Table


@dataclass(frozen=True, slots=True)
class _Number:
    """A cell that is a number, and the pattern that shows it as the document does."""

    value: int | float
    pattern: str


def write_xlsx(document: Document) -> bytes:
    """Return the tables of the document as an XLSX file."""
    target = BytesIO()
    workbook = Workbook(
        target,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    made_on = document.made_on
    workbook.set_properties(
        {
            "title": clean(document.title),
            "author": clean(document.author),
            "subject": clean(document.subject),
            "keywords": ", ".join(map(clean, document.keywords)),
            # Also written as the time of the last change; otherwise the clock would make each file another one.
            "created": datetime(made_on.year, made_on.month, made_on.day),  # noqa: DTZ001 - the format knows no zones
        }
    )
    sheets = tuple(_sheets(document))
    book = _Book(document, workbook)
    book.write_opening(sheets)
    for sheet in sheets:
        book.write_table(sheet)
    workbook.close()
    return target.getvalue()


class _Book:
    """Writes the sheets of one workbook; remembers the formats, which it shares among cells."""

    def __init__(self, document: Document, workbook: Workbook) -> None:
        self._document = document
        self._workbook = workbook
        self._formats: dict[tuple[tuple[str, object], ...], Format] = {}

    def write_opening(self, sheets: Sequence[_Sheet]) -> None:
        document = self._document
        page = self._page(_sheet_name(document.contents_title or document.title, 0), is_landscape=False)
        columns = (TableColumn("", 60), TableColumn("", 105))
        self._set_columns(page, [column.width * _PIXELS_PER_MM for column in columns])
        row = 0
        for text, style in (
            (document.stamp, {"bold": True, "align": "center"}),
            (document.title, {"bold": True, "font_size": _TITLE_SIZE}),
            (document.author, {}),
            (document.subject, {}),
            (document.foot, {"italic": True}),
        ):
            if text:
                self._write_across(page, row, columns, text, **style)
                row += 1
        row += 1
        if document.contents_title and sheets:
            self._write_across(page, row, columns, document.contents_title, bold=True)
            row += 1
        for sheet in sheets:
            self._write_text(page, row, 0, sheet.name, text_wrap=True, valign="top")
            self._write_text(page, row, 1, " · ".join(sheet.place), text_wrap=True, valign="top")
            row += 1

    def write_table(self, sheet: _Sheet) -> None:
        table = sheet.table
        page = self._page(sheet.name, is_landscape=table.is_landscape)
        rows = [*table.rows, *([table.total] if table.total else [])]
        cells = [[self._cell(text, column) for text, column in zip(row, table.columns, strict=True)] for row in rows]
        self._set_columns(page, [_pixels(table, rows, cells, place) for place in range(len(table.columns))])
        self._write_across(page, 0, table.columns, "\n".join(sheet.place), bold=True, font_size=_TITLE_SIZE)
        top = 1
        if table.caption:
            self._write_across(page, top, table.columns, table.caption, italic=True)
            top += 1
        for place, column in enumerate(table.columns):
            self._write_text(page, top, place, column.heading, **_BOXED, bold=True, align="center", bg_color="#EDEDED")
        page.freeze_panes(top + 1, 0)
        page.repeat_rows(top)
        for number, row in enumerate(cells):
            weight = {"bold": True} if table.total and number == len(cells) - 1 else {}
            self._write_row(page, top + 1 + number, row, table.columns, weight)
        for number in range(table.blank_rows):
            self._write_row(page, top + 1 + len(cells) + number, [""] * len(table.columns), table.columns, {})

    def _page(self, name: str, *, is_landscape: bool) -> Worksheet:
        page: Worksheet = self._workbook.add_worksheet(name)
        page.set_paper(_A4)
        if is_landscape:
            page.set_landscape()
            sides = {"left": 20, "right": 20, "top": 30, "bottom": 15}
        else:
            sides = {"left": 30, "right": 15, "top": 20, "bottom": 20}
        page.set_margins(**{side: length / _MM_PER_INCH for side, length in sides.items()})
        page.fit_to_pages(1, 0)
        page.set_header(_margin_text("&C&B", self._document.stamp))
        page.set_footer(_margin_text("&C&P / &N&L&8", self._document.foot))
        return page

    def _cell(self, text: str, column: TableColumn) -> str | _Number:
        cleaned = clean(text)
        return _number(cleaned, column.align, self._document.language) or cleaned

    def _write_row(
        self,
        page: Worksheet,
        row: int,
        cells: Sequence[str | _Number],
        columns: Sequence[TableColumn],
        weight: Mapping[str, object],
    ) -> None:
        for place, (cell, column) in enumerate(zip(cells, columns, strict=True)):
            style = {**_BOXED, **weight, "align": _ALIGNMENTS[column.align]}
            if isinstance(cell, _Number):
                page.write_number(row, place, cell.value, self._format(**style, num_format=cell.pattern))
            else:
                self._write_text(page, row, place, cell, **style)

    def _write_across(
        self, page: Worksheet, row: int, columns: Sequence[TableColumn], text: str, **style: object
    ) -> None:
        """Write a text over all columns; such a cell does not find its height by itself."""
        size = float(str(style.get("font_size", _SIZE)))
        room = sum(column.width for column in columns) * 72 / _MM_PER_INCH
        font = Font.BOLD if style.get("bold") else Font.REGULAR
        lines = sum(ceil(text_width(one_line(line), font, size) / (room * 0.9)) or 1 for line in text.split("\n"))
        page.set_row(row, lines * size * _LEADING)
        style = {"text_wrap": True, "valign": "top", **style}
        if len(columns) > 1:
            page.merge_range(row, 0, row, len(columns) - 1, "", self._format(**style))
        self._write_text(page, row, 0, text, **style)

    def _write_text(self, page: Worksheet, row: int, place: int, text: str, **style: object) -> None:
        shown = clean(text)[:_CELL_LIMIT]
        if not shown:
            page.write_blank(row, place, None, self._format(**style))
            return
        if shown.startswith(_SIGNS_OF_FORMULAS):
            # Otherwise the text would turn into a formula as soon as somebody edits the cell.
            style["quote_prefix"] = True
        page.write_string(row, place, shown, self._format(**style))

    def _set_columns(self, page: Worksheet, widths: Sequence[float]) -> None:
        for place, width in enumerate(widths):
            page.set_column_pixels(place, place, round(width))

    def _format(self, **style: object) -> Format:
        properties = {"font_name": "Times New Roman", "font_size": _SIZE, **style}
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._workbook.add_format(properties)
        return self._formats[key]


_BOXED: dict[str, object] = {"border": 1, "text_wrap": True, "valign": "top"}
_ALIGNMENTS = {Align.LEFT: "left", Align.CENTRE: "center", Align.RIGHT: "right"}


def _sheets(document: Document) -> Iterator[_Sheet]:
    number = 0
    for part in document.parts:
        headings: list[Heading] = []
        for block in part.blocks:
            if isinstance(block, Heading):
                headings = [*(heading for heading in headings if heading.level < block.level), block]
            elif isinstance(block, Table):
                number += 1
                place = tuple(map(heading_text, headings)) or tuple(text for text in (part.title, part.summary) if text)
                short = headings[-1].text if headings else part.summary or part.title
                yield _Sheet(_sheet_name(short, number), place, block)


def _sheet_name(text: str, number: int) -> str:
    """Return a name that every spreadsheet takes; the number keeps it apart from all others."""
    bare = " ".join(_NOT_IN_NAMES.sub(" ", clean(text)).split())
    name = f"{number} {bare}" if number else bare
    return name[:_NAME_LIMIT].strip("' ") or str(number)


def _number(text: str, align: Align, language: Language) -> _Number | None:
    """Return what a cell of digits is as a number; None for a text, and for more digits than a spreadsheet keeps."""
    if align is Align.CENTRE:
        is_ordinal = _ORDINAL.fullmatch(text) and len(text) <= _DIGITS
        return _Number(int(text), "0") if is_ordinal else None
    found = _QUANTITIES[language].fullmatch(text) if align is Align.RIGHT else None
    if found is None or sum(letter.isdigit() for letter in text) > _DIGITS:
        return None
    decimals = found["decimals"] or ""
    digits = re.sub(r"\D", "", text)
    sign = -1 if text.startswith("-") else 1
    pattern = ("#,##0" if found["groups"] else "0") + ("." + "0" * len(decimals) if decimals else "")
    if not decimals:
        return _Number(sign * int(digits), pattern)
    return _Number(sign * float(f"{digits[: -len(decimals)]}.{decimals}"), pattern)


def _pixels(table: Table, rows: Sequence[Sequence[str]], cells: Sequence[Sequence[object]], place: int) -> float:
    """Return the width of a column; where its longest number does not fit, a spreadsheet would show "###" instead."""
    numbers = {row[place] for row, found in zip(rows, cells, strict=True) if isinstance(found[place], _Number)}
    longest = max((text_width(one_line(text), Font.BOLD, _SIZE) for text in numbers), default=0) * 96 / 72
    return max(table.columns[place].width * _PIXELS_PER_MM, longest + 12)


def _margin_text(code: str, text: str) -> str:
    return f"{code}{clean(text).replace('&', '&&')}"[:_MARGIN_TEXT_LIMIT] if text else ""
