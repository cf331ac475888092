"""The register as a spreadsheet to be filled in and handed back: locked where nothing is typed, with lists and limits.

Row 1 and the first two columns are out of sight: which field a column holds, which line a row is, how it was written.
A text stays a text whatever it begins with. The same template gives the same bytes.
"""

# mypy: untyped-calls-exclude="xlsxwriter"

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.domain.register.sheet import (
    FORMAT,
    LEAST_DAY,
    MARKED,
    MOST_DAY,
    CellKind,
    RegisterTemplate,
    SheetColumn,
    TemplateColumn,
)

_MACHINE_ROW, _HEAD_ROW, _FIRST_ROW = 0, 1, 2
_ORIGIN_COLUMN, _MARK_COLUMN, _FIRST_COLUMN = 0, 1, 2
_IN_SIGHT = 2
"""Columns that stay in sight while the others pass: code and name."""
_A4 = 9
_TITLE_LIMIT, _MESSAGE_LIMIT = 32, 255
_EPOCH = date(1899, 12, 30).toordinal()
_PHANTOM_DAY = 60
"""Spreadsheets count a 29 February 1900 that never was."""
_FONT: Mapping[str, object] = {"font_name": "Times New Roman", "font_size": 11, "valign": "top"}
_HEAD: Mapping[str, object] = {
    "bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1, "bg_color": "#E6F2F4",
}  # fmt: skip
_PATTERNS = {CellKind.DAY: "dd/mm/yyyy", CellKind.WHOLE: "#,##0"}
_ALLOWED = {
    "format_columns": True, "format_rows": True, "insert_rows": True, "sort": True, "autofilter": True,
    "select_locked_cells": True, "select_unlocked_cells": True,
}  # fmt: skip


def write_register_sheet(template: RegisterTemplate) -> bytes:
    """Return the register as an XLSX file."""
    target = BytesIO()
    workbook = _LockedWorkbook(
        target,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    made_on = template.made_on
    workbook.set_properties(
        {
            "title": template.title,
            "author": template.firm,
            # Also written as the time of the last change; otherwise the clock would make each file another one.
            "created": datetime(made_on.year, made_on.month, made_on.day),  # noqa: DTZ001 - the format knows no zones
        }
    )
    _Writer(template, workbook).write()
    workbook.close()
    return target.getvalue()


class _LockedWorkbook(Workbook):
    """A workbook whose sheets stay where they are and called as they are; xlsxwriter has no word for that."""

    def _write_book_views(self) -> None:
        self._xml_empty_tag("workbookProtection", [("lockStructure", 1)])
        super()._write_book_views()


class _Writer:
    """Writes the three sheets: the register, the guide, the lists."""

    def __init__(self, template: RegisterTemplate, workbook: Workbook) -> None:
        self._template = template
        self._workbook = workbook
        self._plain: Format = workbook.add_format(dict(_FONT))

    def write(self) -> None:
        register, guide, lists = (self._workbook.add_worksheet(name) for name in self._template.sheet_names)
        self._write_lists(lists)
        self._write_register(register)
        self._write_guide(guide)

    def _write_register(self, page: Worksheet) -> None:
        template = self._template
        last_row = _FIRST_ROW + len(template.rows) + template.spare_rows - 1
        last_column = _FIRST_COLUMN + len(template.columns) - 1
        page.set_landscape()
        page.set_paper(_A4)
        page.fit_to_pages(1, 0)
        page.repeat_rows(_HEAD_ROW)
        page.set_footer(f"&L{_escaped(template.foot)}&R&P / &N")
        page.protect(options=_ALLOWED)
        # Unlocked as well: a sheet with locked cells cannot be sorted, and a row is sorted with its id or not at all.
        hidden = self._workbook.add_format({**_FONT, "locked": False, "num_format": "@"})
        page.set_column(_ORIGIN_COLUMN, _MARK_COLUMN, 8, hidden, {"hidden": True})
        page.set_row(_MACHINE_ROW, None, None, {"hidden": True})
        page.set_row(_HEAD_ROW, 48)
        page.write_string(_MACHINE_ROW, _ORIGIN_COLUMN, f"{FORMAT} {template.origin}", self._plain)
        marked = " ".join(column.column.field for column in template.columns)
        page.write_string(_MACHINE_ROW, _MARK_COLUMN, f"{MARKED} {marked}", self._plain)
        head = self._workbook.add_format({**_FONT, **_HEAD})
        formats = []
        for place, column in enumerate(template.columns, start=_FIRST_COLUMN):
            formats.append(self._input_format(column.column))
            page.set_column(place, place, column.column.width, formats[-1])
            page.write_string(_MACHINE_ROW, place, column.column.field, self._plain)
            page.write_string(_HEAD_ROW, place, column.heading, head)
            page.data_validation(_FIRST_ROW, place, last_row, place, self._validation(column))
        page.freeze_panes(_HEAD_ROW + 1, _FIRST_COLUMN + _IN_SIGHT)
        # The hidden columns belong to the filter: sorting by its buttons takes them along.
        page.autofilter(_HEAD_ROW, _ORIGIN_COLUMN, last_row, last_column)
        for number, row in enumerate(template.rows, start=_FIRST_ROW):
            page.write_string(number, _ORIGIN_COLUMN, row.id, hidden)
            page.write_string(number, _MARK_COLUMN, row.mark, hidden)
            for place, cell in enumerate(row.cells, start=_FIRST_COLUMN):
                if cell == "":
                    continue  # The column's own format stands.
                style = formats[place - _FIRST_COLUMN]
                if isinstance(cell, str):
                    page.write_string(number, place, cell, style)
                else:
                    page.write_number(number, place, _serial(cell), style)
        for number in range(_FIRST_ROW + len(template.rows), last_row + 1):
            for place, style in enumerate(formats, start=_FIRST_COLUMN):
                page.write_blank(number, place, None, style)

    def _input_format(self, column: SheetColumn) -> Format:
        style = {**_FONT, "locked": False, "num_format": _PATTERNS.get(column.kind, "@")}
        if column.kind in (CellKind.TEXT, CellKind.SUGGESTED):
            # Otherwise a text that begins with "=" or "+" turns into a formula as soon as its cell is edited.
            style |= {"quote_prefix": True, "text_wrap": column.width >= 24}
        return self._workbook.add_format(style)

    def _validation(self, column: TemplateColumn) -> dict[str, object]:
        rules: dict[str, object] = {
            "input_title": column.heading[:_TITLE_LIMIT],
            "input_message": column.help[:_MESSAGE_LIMIT],
            "error_title": column.heading[:_TITLE_LIMIT],
            "error_message": self._template.refusal.format(expected=column.expected)[:_MESSAGE_LIMIT],
        }
        match column.column.kind:
            case CellKind.DAY:
                limits: dict[str, object] = {"minimum": LEAST_DAY, "maximum": MOST_DAY}
                return rules | {"validate": "date", "criteria": "between"} | limits
            case CellKind.WHOLE:
                limits = {"minimum": column.column.least, "maximum": column.column.most}
                return rules | {"validate": "integer", "criteria": "between"} | limits
            case CellKind.CHOICE | CellKind.SUGGESTED if column.list_name:
                is_strict = column.column.kind is CellKind.CHOICE
                error_type = "stop" if is_strict else "information"
                return rules | {"validate": "list", "source": f"={column.list_name}", "error_type": error_type}
            case _:
                limits = {"minimum": column.column.least, "maximum": column.column.most}
                return rules | {"validate": "length", "criteria": "between"} | limits

    def _write_lists(self, page: Worksheet) -> None:
        bold = self._workbook.add_format({**_FONT, "bold": True})
        name_of_sheet = self._template.sheet_names[2].replace("'", "''")
        for place, (name, (heading, *words)) in enumerate(self._template.lists.items()):
            page.set_column(place, place, 40)
            page.write_string(0, place, heading, bold)
            for number, one in enumerate(words, start=1):
                page.write_string(number, place, one, self._plain)
            letter = chr(ord("A") + place)
            self._workbook.define_name(name, f"='{name_of_sheet}'!${letter}$2:${letter}${len(words) + 1}")
        page.protect()
        page.hide()

    def _write_guide(self, page: Worksheet) -> None:
        template = self._template
        title = self._workbook.add_format({**_FONT, "bold": True, "font_size": 13})
        wrapped = self._workbook.add_format({**_FONT, "text_wrap": True})
        head = self._workbook.add_format({**_FONT, **_HEAD})
        page.hide_gridlines(2)
        page.set_column(0, 0, 30)
        page.set_column(1, 1, 60)
        page.set_column(2, 2, 34)
        page.write_string(0, 0, template.title, title)
        page.write_string(1, 0, template.firm, self._plain)
        row = 2
        for line in template.guide:
            page.merge_range(row, 0, row, 2, "", wrapped)
            page.write_string(row, 0, line, wrapped)
            # Merged cells do not find their height by themselves.
            page.set_row(row, 16 * (1 + len(line) // 110))
            row += 1
        row += 1
        for place, heading in enumerate(template.guide_heads):
            page.write_string(row, place, heading, head)
        for number, column in enumerate(template.columns, start=row + 1):
            for place, text in enumerate((column.heading, column.help, column.expected)):
                page.write_string(number, place, text, wrapped)
        page.protect()


def _serial(value: int | date) -> int:
    """Return a number as such, and a date as the days that a spreadsheet counts."""
    if isinstance(value, int):
        return value
    days = value.toordinal() - _EPOCH
    return days if days > _PHANTOM_DAY else days - 1


def _escaped(text: str) -> str:
    return text.replace("&", "&&")[:200]
