"""From what stands in a cell of a sheet to the value of a field. A good cell is never lost for a bad one.

A spreadsheet gives dates and numbers as such; people also type them as text, the Vietnamese or the English way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from core.domain.programme_parsing import parse_date, parse_whole
from core.domain.register.sheet import (
    COLUMN_OF,
    LEAST_DAY,
    MOST_DAY,
    CellFault,
    CellKind,
    JudgedRow,
    SheetColumn,
    SheetVocabulary,
)
from core.errors import ProgrammeRefused
from core.language import Language, clean, day

CellValue = str | float | int | bool | date | datetime | time | timedelta
DIGITS = 15
"""Digits that a spreadsheet keeps of a number."""
SEEN_LIMIT = 80
_SHORT_YEAR = re.compile(r"(\d{1,2}[/.-]\d{1,2}[/.-])(\d{2})")
_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA"}


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as the reader of the file found it; cells by field, empty ones left out.

    formulas: the formula of each cell that has one, empty where it is drawn from another cell's.
    """

    number: int
    cells: Mapping[str, CellValue]
    formulas: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""
    mark: str = ""


class _Unfit(Exception):
    """The cell does not hold what its column asks for."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Doubtful(Exception):
    """The cell was read, but in one of two possible ways."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


def judge(row: RawRow, vocabulary: SheetVocabulary, letters: Mapping[str, str], language: Language) -> JudgedRow:
    """Return what the cells of a row say and which of them cannot be taken. `letters`: field → name of the column.

    A row without a code has a fault at the cell of its code.
    """
    cells: dict[str, object] = {}
    faults: list[CellFault] = []
    doubts: list[CellFault] = []

    def told(code: str, name: str, seen: str) -> CellFault:
        return CellFault(code, f"{letters[name]}{row.number}", name, seen[:SEEN_LIMIT], vocabulary.expected[name])

    for name in letters:
        value = row.cells.get(name, "")
        if name in row.formulas:
            faults.append(told("sheet-cell-formula", name, row.formulas[name] or shown(value, language)))
            continue
        if value == "":
            cells[name] = None if COLUMN_OF[name].kind is not CellKind.TEXT else ""
            continue
        try:
            cells[name] = _value_of(COLUMN_OF[name], value, vocabulary, language)
        except _Doubtful as doubt:
            cells[name] = doubt.value
            doubts.append(told("sheet-day-short-year", name, shown(value, language)))
        except _Unfit as unfit:
            faults.append(told(unfit.code, name, shown(value, language)))
    if cells.get("code", "x") == "":
        faults.insert(0, told("sheet-code-missing", "code", ""))
    return JudgedRow(row.number, cells, tuple(faults), tuple(doubts), row.origin, row.mark)


def shown(value: CellValue, language: Language) -> str:
    """Return a cell as a person saw it in the spreadsheet, as nearly as can be told."""
    if isinstance(value, datetime):
        shown_day = day(value.date(), language)
        return shown_day if value.time() == time() else f"{shown_day} {value:%H:%M}"
    if isinstance(value, date):
        return day(value, language)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float | int):
        plain = str(int(value)) if value == int(value) and abs(value) < 10**DIGITS else repr(value)
        return plain.replace(".", ",") if language is Language.VI else plain
    return clean(str(value))


def _value_of(column: SheetColumn, value: CellValue, vocabulary: SheetVocabulary, language: Language) -> object:
    if isinstance(value, str):
        value = clean(value)
        if value in _ERRORS:
            raise _Unfit("sheet-cell-unfit")
    match column.kind:
        case CellKind.TEXT:
            return _text(column, value, language)
        case CellKind.DAY:
            return _day(value)
        case CellKind.WHOLE:
            return _whole(column, value)
        case CellKind.CHOICE:
            return _choice(column, value, vocabulary, language)
        case CellKind.SUGGESTED:
            text = _text(column, value, language)
            found = vocabulary.value_of(column.field, text)
            return text if found is None else found


def _text(column: SheetColumn, value: CellValue, language: Language) -> str:
    if not isinstance(value, str):
        # "1-5" or "3/4" typed into a cell without a format turns into a date; what was typed is lost.
        if not isinstance(value, float | int) or abs(value) >= 10**DIGITS:
            raise _Unfit("sheet-cell-turned")
        return shown(value, language)
    if len(value) > column.most:
        raise _Unfit("sheet-cell-too-long")
    return value


def _day(value: CellValue) -> date | None:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return _within(value)
    if not isinstance(value, str):
        raise _Unfit("sheet-cell-unfit")
    if not value:
        return None
    short = _SHORT_YEAR.fullmatch(value)
    try:
        found = parse_date(f"{short[1]}20{short[2]}" if short else value)
    except ProgrammeRefused:
        raise _Unfit("sheet-cell-unfit") from None
    if short:
        raise _Doubtful(found)
    return _within(found)


def _within(found: date) -> date:
    if not LEAST_DAY <= found <= MOST_DAY:
        raise _Unfit("sheet-cell-unfit")
    return found


def _whole(column: SheetColumn, value: CellValue) -> int | None:
    if value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | float | int):
        raise _Unfit("sheet-cell-unfit")
    try:
        found = parse_whole(value) if isinstance(value, str) else Decimal(repr(value))
    except ProgrammeRefused:
        raise _Unfit("sheet-cell-unfit") from None
    if not found.is_finite() or found != found.to_integral_value() or not column.least <= found <= column.most:
        raise _Unfit("sheet-cell-unfit")
    return int(found)


def _choice(column: SheetColumn, value: CellValue, vocabulary: SheetVocabulary, language: Language) -> object:
    words = shown(value, language)
    if not words:
        return None
    found = vocabulary.value_of(column.field, words)
    if found is None:
        raise _Unfit("sheet-cell-unfit")
    return found
