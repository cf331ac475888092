"""The register as a spreadsheet: its columns, what a cell may hold, and what a sheet that comes back would change.

Pure rules. core/render/register_sheet.py writes the file, core/storage/register_sheet.py reads it, and
core/services/register_sheets.py brings both together. A sheet written here carries, out of sight, the id of every line
and a mark: a checksum of each cell as it was written. So three versions can be told apart, cell by cell: as written,
as it is in the file now, as it is in the register now.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID
from zlib import crc32

from core.domain.assessment import NOTE_LIMIT
from core.domain.instruments import MeasuringInstrument, with_history
from core.language import Language, Text, day, number

FORMAT = "do-chuan-register/1"
"""What the machine row of a sheet of ours begins with."""
MARKED = "marks:"
"""What the head of the column of marks begins with; the fields follow in the order of the marks."""
LEAST_DAY, MOST_DAY = date(1900, 1, 1), date(2199, 12, 31)
_CROSSED_D = str.maketrans("đĐ", "dD")
_BESIDE = re.compile(r"[^0-9a-z]+")


class CellKind(StrEnum):
    """What the cells of a column hold. SUGGESTED is a list that allows other words too."""

    TEXT = "text"
    DAY = "day"
    WHOLE = "whole"
    CHOICE = "choice"
    SUGGESTED = "suggested"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: the field of MeasuringInstrument it holds. `least` and `most` bound a number or the length of a text.

    width: in characters.
    """

    field: str
    kind: CellKind = CellKind.TEXT
    width: int = 16
    least: int = 0
    most: int = 500


def _day(name: str) -> SheetColumn:
    return SheetColumn(name, CellKind.DAY, 13)


def _price(name: str) -> SheetColumn:
    return SheetColumn(name, CellKind.WHOLE, 14, most=10**15 - 1)


# The bounds are those of the exchange file: whatever stands in the register can stand in the sheet.
COLUMNS = (
    SheetColumn("code", width=12, least=1),
    SheetColumn("name", width=30),
    SheetColumn("group2_row", CellKind.CHOICE, 30),
    SheetColumn("use", CellKind.SUGGESTED, 16),
    SheetColumn("in_use", CellKind.CHOICE, 13),
    SheetColumn("place"),
    SheetColumn("owner"),
    SheetColumn("point", CellKind.CHOICE, 24),
    SheetColumn("maker"),
    SheetColumn("model"),
    SheetColumn("serial"),
    SheetColumn("quantity"),
    SheetColumn("unit", width=9),
    SheetColumn("range"),
    SheetColumn("division", width=12),
    SheetColumn("accuracy", width=18),
    SheetColumn("mpe"),
    SheetColumn("tolerance"),
    SheetColumn("type_approved", CellKind.CHOICE, 12),
    _day("verified_on"),
    _day("verified_until"),
    SheetColumn("verified_by", width=24),
    SheetColumn("verification_number"),
    SheetColumn("verification_result", CellKind.CHOICE, 14),
    _price("verification_price_vnd"),
    _day("calibrated_on"),
    SheetColumn("interval_months", CellKind.WHOLE, 12, 1, 1_200),
    SheetColumn("calibrated_by", width=24),
    SheetColumn("calibration_number"),
    SheetColumn("calibration_result", CellKind.CHOICE, 14),
    SheetColumn("error_found"),
    SheetColumn("uncertainty"),
    SheetColumn("coverage", width=10),
    SheetColumn("adjusted", CellKind.CHOICE, 12),
    SheetColumn("accredited", CellKind.CHOICE, 14),
    SheetColumn("confirmed", CellKind.CHOICE, 14),
    _price("price_vnd"),
    _day("repaired_on"),
    _day("checked_on"),
    SheetColumn("end_of_month", CellKind.CHOICE, 14),
    SheetColumn("note", width=40, most=NOTE_LIMIT),
)
COLUMN_OF: Mapping[str, SheetColumn] = {column.field: column for column in COLUMNS}
_NEVER_EMPTY = {"in_use", "end_of_month"}
"""Fields that are yes or no: an empty cell leaves them as they are."""
_DEFAULTS = {one.name: one.default for one in fields(MeasuringInstrument)}


# --- Words ---


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """One value of a list and how it reads; `also`: other words for it that people write."""

    value: object
    words: Text
    also: tuple[str, ...] = ()

    @property
    def spoken(self) -> tuple[str, ...]:
        return (*(self.words[language] for language in Language), *self.also)


@dataclass(frozen=True)
class SheetVocabulary:
    """How the columns and the values of lists are called, in both languages; keys are fields.

    also: other headings that people use in lists of their own. expected: what a cell of the column has to hold.
    """

    headings: Mapping[str, Text]
    also: Mapping[str, tuple[str, ...]]
    choices: Mapping[str, tuple[SheetChoice, ...]]
    expected: Mapping[str, Text]

    @cached_property
    def _fields(self) -> Mapping[str, str]:
        known = {bare(other): name for name, others in self.also.items() for other in others}
        own = {bare(heading[language]): name for name, heading in self.headings.items() for language in Language}
        return known | own

    @cached_property
    def _values(self) -> Mapping[str, Mapping[str, object]]:
        # Where two values share words, the first counts; words written exactly count before those written loosely.
        found: dict[str, dict[str, object]] = {}
        for name, choices in self.choices.items():
            spoken = [(words, choice.value) for choice in choices for words in choice.spoken]
            loose = {bare(words): value for words, value in reversed(spoken)}
            found[name] = loose | dict(reversed(spoken))
        return found

    @cached_property
    def _words(self) -> Mapping[tuple[str, object], Text]:
        return {(name, choice.value): choice.words for name, choices in self.choices.items() for choice in choices}

    def field_of(self, heading: str) -> str | None:
        """Return the field of a column that is headed so, marks, capitals and punctuation aside."""
        return self._fields.get(bare(heading))

    def value_of(self, name: str, words: str) -> object | None:
        """Return the value of a list that these words mean; None when they mean none."""
        known = self._values[name]
        return known[words] if words in known else known.get(bare(words) or words)

    def written(self, name: str, value: object, language: Language) -> str | int | date:
        """Return a value as it stands in a cell: a date and a number as such, everything else in words."""
        if value is None or value == "":
            return ""
        words = self._words.get((name, value))
        if words is not None:
            return words[language]
        return value if isinstance(value, date | int) else str(value)

    def shown(self, name: str, value: object, language: Language) -> str:
        """Return a value as a person reads it on screen."""
        cell = self.written(name, value, language)
        if isinstance(cell, date):
            return day(cell, language)
        return number(cell, language) if isinstance(cell, int) else cell


def bare(text: str) -> str:
    """Return text without marks, capitals and punctuation, to compare what people write."""
    folded = unicodedata.normalize("NFD", text.translate(_CROSSED_D).casefold())
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _BESIDE.sub(" ", letters).strip()


# --- Marks ---


def mark_of(instrument: MeasuringInstrument) -> str:
    """Return the mark of a line: a checksum of each cell in the order of COLUMNS, empty for an empty cell."""
    return ".".join(_checksum(getattr(instrument, column.field)) for column in COLUMNS)


def base_of(mark: str, marked_fields: Sequence[str]) -> Mapping[str, str]:
    """Return field → checksum as the line was written; nothing where the mark was damaged."""
    checksums = mark.split(".")
    return dict(zip(marked_fields, checksums, strict=True)) if len(checksums) == len(marked_fields) else {}


def _checksum(value: object) -> str:
    # Whoever forges a mark deceives only himself: what is kept is compared once more when the sheet is taken.
    return "" if value is None or value == "" else f"{crc32(str(value).encode()) & 0xFFFFFF:06x}"


# --- What a sheet would change ---


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that cannot be taken, or a doubt about one that was; `code` names its sentence as an error's code does."""

    code: str
    place: str
    field: str
    seen: str
    expected: Text


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A row of a sheet: its number there, the line it was written for, and what its cells say where they say it well.

    origin and mark are empty in a row that was not written by us.
    """

    number: int
    cells: Mapping[str, Any]
    faults: tuple[CellFault, ...] = ()
    doubts: tuple[CellFault, ...] = ()
    origin: str = ""
    mark: str = ""

    @property
    def code(self) -> str:
        return str(self.cells.get("code") or "")


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A line of the register with its stable id."""

    id: UUID
    instrument: MeasuringInstrument


class RowKind(StrEnum):
    """What a row of a sheet means for the register."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    CONFLICT = "conflict"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class CellChange:
    """A field that would change. In conflict: the register was changed, too, since the sheet was written."""

    field: str
    kept: Any
    wanted: Any
    is_conflict: bool = False


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a sheet beside its line of the register, None for a new one.

    wanted: the line as it would be, None for a wrong row. was_removed: the line has left the register since the sheet
    was written.
    """

    number: int
    code: str
    kind: RowKind
    line: KnownLine | None = None
    wanted: MeasuringInstrument | None = None
    changes: tuple[CellChange, ...] = ()
    faults: tuple[CellFault, ...] = ()
    doubts: tuple[CellFault, ...] = ()
    was_removed: bool = False


@dataclass(frozen=True, slots=True)
class SheetComparison:
    """All rows of a sheet in its order, and the lines of the register that it does not hold."""

    rows: tuple[SheetRow, ...]
    missing: tuple[KnownLine, ...]


def compare(
    rows: Sequence[JudgedRow],
    lines: Sequence[KnownLine],
    marked_fields: Sequence[str],
    *,
    refuse_twice: Callable[[JudgedRow], CellFault],
) -> SheetComparison:
    """Return what each row means. `marked_fields`: empty for a sheet that was not written from this register.

    A row is the line whose code it bears; else the line it was written for, now with another code: hidden ids may have
    been sorted apart from their rows, or copied with them. `refuse_twice` words the fault of a code that came before.
    """
    by_code = {line.instrument.code: line for line in lines}
    by_id = {str(line.id): line for line in lines}
    bases = {row.origin: base_of(row.mark, marked_fields) for row in rows if row.origin and marked_fields}
    counted = Counter(row.code for row in rows)
    claimed: set[UUID] = set()
    seen: set[str] = set()
    found: list[SheetRow] = []
    for row in rows:
        line = by_code.get(row.code)
        if line is None:
            written_for = by_id.get(row.origin)
            is_free = written_for is not None and not counted[written_for.instrument.code]
            line = written_for if is_free and written_for and written_for.id not in claimed else None
        if line is not None:
            claimed.add(line.id)
        came_before = row.code in seen
        if row.code:
            seen.add(row.code)
        judged = replace(row, faults=(*row.faults, refuse_twice(row))) if came_before else row
        found.append(_compared(judged, line, bases, is_ours=bool(marked_fields)))
    return SheetComparison(tuple(found), tuple(line for line in lines if line.id not in claimed))


def _compared(
    row: JudgedRow, line: KnownLine | None, bases: Mapping[str, Mapping[str, str]], *, is_ours: bool
) -> SheetRow:
    found = SheetRow(row.number, row.code, RowKind.WRONG, line, faults=row.faults, doubts=row.doubts)
    if row.faults:
        return found
    if line is None:
        given = {name: value for name, value in row.cells.items() if not _is_empty(value)}
        was_removed = bases.get(row.origin, {}).get("code") == _checksum(row.code)
        kind = RowKind.CONFLICT if was_removed else RowKind.NEW
        return replace(found, kind=kind, wanted=MeasuringInstrument(**given), was_removed=was_removed)
    kept = line.instrument
    base = bases.get(str(line.id), {})
    # A line that came into the register after the sheet was written, or whose mark is lost: nobody knows who is right.
    changes = tuple(_changes(kept, row.cells, base, is_doubtful=is_ours and not base))
    if not changes:
        return replace(found, kind=RowKind.SAME, wanted=kept)
    wanted = with_history(kept, replace(kept, **{change.field: change.wanted for change in changes}))
    kind = RowKind.CONFLICT if any(change.is_conflict for change in changes) else RowKind.CHANGED
    return replace(found, kind=kind, wanted=wanted, changes=changes)


def _changes(
    kept: MeasuringInstrument, cells: Mapping[str, Any], base: Mapping[str, str], *, is_doubtful: bool
) -> Iterable[CellChange]:
    for name, value in cells.items():
        before = getattr(kept, name)
        wanted = _emptied(name, before) if _is_empty(value) else value
        if wanted == before:
            continue
        if name in base:
            if _checksum(wanted) == base[name]:
                continue  # Nobody touched the cell; the register has moved on.
            yield CellChange(name, before, wanted, is_conflict=_checksum(before) != base[name])
        elif not _is_empty(value):
            yield CellChange(name, before, wanted, is_conflict=is_doubtful and not _is_empty(before))


def _is_empty(value: object) -> bool:
    return value is None or value == ""


def _emptied(name: str, before: object) -> object:
    return before if name in _NEVER_EMPTY else _DEFAULTS[name]


# --- The file to be written ---


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """A column as it is written: its words in one language, and the name of its list, empty without one."""

    column: SheetColumn
    heading: str
    help: str
    expected: str
    list_name: str = ""


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A line as it is written: stable id, mark, cells in the order of the columns."""

    id: str
    mark: str
    cells: tuple[str | int | date, ...]


@dataclass(frozen=True, slots=True)
class RegisterTemplate:
    """A whole file: sheet names, columns, lines, lists (name → words, heading first) and the guide, line by line.

    origin: which register it was written from. refusal: what a spreadsheet says when a cell is refused.
    """

    origin: str
    title: str
    firm: str
    made_on: date
    sheet_names: tuple[str, str, str]
    columns: tuple[TemplateColumn, ...]
    rows: tuple[TemplateRow, ...]
    lists: Mapping[str, tuple[str, ...]]
    guide: tuple[str, ...]
    guide_heads: tuple[str, str, str]
    refusal: str
    foot: str
    spare_rows: int = 500
