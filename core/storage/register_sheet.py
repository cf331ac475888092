"""A spreadsheet from outside: refused at once where it is hostile or no spreadsheet, else its rows as they stand.

Before any reader opens it, each part is unpacked within bounds and walked once: how far its cells reach, how much text
they repeat, which of them are formulas. What the cells mean is for core/domain/register/sheet_cells.py to say.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from python_calamine import CalamineWorkbook, SheetTypeEnum

from core.domain.register.sheet import FORMAT, MARKED, SheetVocabulary
from core.domain.register.sheet_cells import CellValue, RawRow
from core.errors import FileRefused
from core.language import clean

SIZE_LIMIT = 10 * 1024 * 1024
"""Most bytes of a file."""
ENTRY_LIMIT = 200
"""Most parts of a file."""
UNPACKED_LIMIT = 60 * 1024 * 1024
"""Most bytes of all parts unpacked."""
RATIO_LIMIT = 200
"""A part above 1 MB is not packed more tightly than this."""
ROW_LIMIT = 10_000
"""Rows below this one are not read."""
COLUMN_LIMIT = 128
TEXT_LIMIT = 32_767
"""Most characters of one text: what a spreadsheet itself allows."""
TEXTS_LIMIT = 1_000_000
"""Most texts, styles or other things of one kind that a part may say it holds."""
ELEMENT_LIMIT = 2_000_000
"""Elements of one part; a register of 5,000 lines with every cell filled has a quarter of that."""
REPEATED_LIMIT = 50_000_000
"""Most characters of all cells of a sheet, texts that they share counted each time."""
FORMULA_LIMIT = 80
"""Characters of a formula that are told."""
HEAD_ROWS = 40
"""The head of a list stands within so many rows."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_WORKBOOK, _RELATIONS, _SHARED = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedstrings.xml"
_READ = ("[content_types].xml", "_rels/.rels", _WORKBOOK, _RELATIONS, _SHARED, "xl/styles.xml")
_LINKING = ("xl/externallinks/", "xl/connections", "xl/querytables/", "xl/embeddings/", "xl/activex/")
_LINKING_KINDS = ("/externalLink", "/externalLinkPath", "/connections")
_MACROS = ("vbaproject.bin", "xl/macrosheets/", "xl/dialogsheets/")


_Formulas = Mapping[tuple[int, int], str]
"""The formulas of a sheet by row and column, both beginning with 0."""


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """The rows of a register sheet, as they stand in the file.

    name: of the sheet. letters: field → name of its column. foreign: headings of columns that are not taken.
    origin: the register that the sheet was written from, empty for a list of other making. marked_fields: the order of
    the marks.
    """

    name: str
    letters: Mapping[str, str]
    rows: tuple[RawRow, ...]
    foreign: tuple[str, ...] = ()
    origin: str = ""
    marked_fields: tuple[str, ...] = ()


def read_register_sheet(name: str, content: bytes, vocabulary: SheetVocabulary) -> ReadSheet:
    """Return the rows of the first sheet that is a register; columns are found by machine row, else by their headings.

    Raises FileRefused: sheet-too-large, sheet-not-excel, sheet-old-excel, sheet-encrypted, sheet-damaged,
    sheet-packed-bomb, sheet-with-macros, sheet-with-links, sheet-too-far, sheet-without-head.
    """
    shown = clean(name)[-120:] or "file"
    parts = _unpacked(shown, content)
    try:
        targets = _targets(shown, parts)
        known = {*_READ, *(target for _, target in targets)}
        parts = {part: text for part, text in parts.items() if part.lower() in known}
        surveys = {part.lower(): _surveyed(text) for part, text in parts.items()}
    except (expat.ExpatError, ParseError, DefusedXmlException, ValueError, KeyError) as error:
        raise FileRefused("sheet-damaged", place=shown) from error
    if any(surveys[part.lower()].is_too_far for part in parts if part.lower() in _READ):
        raise FileRefused("sheet-packed-bomb", place=shown)
    too_far = ""
    with _workbook(shown, parts) as book:
        if [one.name for one in book.sheets_metadata] != [title for title, _ in targets]:
            raise FileRefused("sheet-damaged", place=shown)
        for position, (title, target) in enumerate(targets):
            survey = surveys.get(target)
            if survey is None or book.sheets_metadata[position].typ != SheetTypeEnum.WorkSheet:
                continue
            if survey.is_too_far or survey.repeated(surveys.get(_SHARED)) > REPEATED_LIMIT:
                too_far = too_far or title
                continue
            found = _register_in(title, _rows(shown, book, position), survey.formulas, vocabulary)
            if found is not None:
                return found
    if too_far:
        raise FileRefused("sheet-too-far", place=shown, sheet=too_far, rows=ROW_LIMIT, columns=COLUMN_LIMIT)
    raise FileRefused("sheet-without-head", place=shown, expected=vocabulary.headings["code"])


# --- What the file is, before anything reads it ---


def _unpacked(name: str, content: bytes) -> Mapping[str, bytes]:
    """Return the XML parts by their names. Raises FileRefused for what is no plain spreadsheet."""
    if len(content) > SIZE_LIMIT:
        raise FileRefused("sheet-too-large", place=name, expected=SIZE_LIMIT // (1024 * 1024))
    if content.startswith(_OLE):
        raise FileRefused("sheet-encrypted" if _ENCRYPTED in content else "sheet-old-excel", place=name)
    if not content.startswith(b"PK\x03\x04"):
        raise FileRefused("sheet-not-excel", place=name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_entries(name, entries)
            # Unpacked here, a part that is larger than it says fails its check.
            is_read = (".xml", ".rels")
            return {
                entry.filename: archive.read(entry) for entry in entries if entry.filename.lower().endswith(is_read)
            }
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise FileRefused("sheet-damaged", place=name) from error


def _check_entries(name: str, entries: Sequence[zipfile.ZipInfo]) -> None:
    is_bomb = (
        len(entries) > ENTRY_LIMIT
        or sum(entry.file_size for entry in entries) > UNPACKED_LIMIT
        or any(entry.file_size > max(1024 * 1024, RATIO_LIMIT * entry.compress_size) for entry in entries)
    )
    if is_bomb:
        raise FileRefused("sheet-packed-bomb", place=name)
    inside = [entry.filename.lower() for entry in entries]
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefused("sheet-encrypted", place=name)
    if any(mark in part for part in inside for mark in _MACROS):
        raise FileRefused("sheet-with-macros", place=name)
    if any(part.startswith(_LINKING) for part in inside):
        raise FileRefused("sheet-with-links", place=name)
    if _WORKBOOK not in inside:
        raise FileRefused("sheet-not-excel", place=name)
    if len(set(inside)) != len(inside) or any("\\" in part for part in inside):
        raise FileRefused("sheet-damaged", place=name)


class _EnoughSeen(Exception):
    """The part holds more than will be read."""


@dataclass(slots=True)
class _Survey:
    """What one part holds: cells with their reach and formulas, texts to be shared with their lengths."""

    last_row: int = -1
    last_column: int = -1
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    uses: list[int] = field(default_factory=list)
    own_length: int = 0
    lengths: list[int] = field(default_factory=list)

    @property
    def is_too_far(self) -> bool:
        return self.last_row >= ROW_LIMIT or self.last_column >= COLUMN_LIMIT

    def repeated(self, shared: _Survey | None) -> int:
        """How many characters the cells hold together."""
        lengths = shared.lengths if shared else []
        return self.own_length + sum(lengths[use] for use in self.uses if use < len(lengths))


def _surveyed(text: bytes) -> _Survey:
    """Walk through a part once, counting rows and columns just as the reader does. Raises ExpatError, ValueError."""
    survey = _Survey()
    columns: dict[str, int] = {}
    next_row = next_column = row = column = elements = 0
    inside = said = ""
    is_shared = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal next_row, next_column, row, column, inside, said, is_shared, elements
        elements += 1
        if elements > ELEMENT_LIMIT:
            raise _EnoughSeen
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            row, column = next_row, next_column
            place = attributes.get("r")
            if place is not None:
                letters = place.rstrip("0123456789")
                if letters not in columns:
                    columns[letters] = _column_of(letters)
                row, column = _number(place[len(letters) :]) - 1, columns[letters]
                next_column = column
            is_shared = attributes.get("t") == "s"
        elif name in ("v", "t", "f"):
            inside, said = name, ""
            survey.last_row = max(survey.last_row, row)
            survey.last_column = max(survey.last_column, column)
            if name == "f":
                survey.formulas[row, column] = ""
        elif name == "row":
            if "r" in attributes:
                next_row = _number(attributes["r"]) - 1
        elif name == "si":
            survey.lengths.append(0)
        elif name == "sheetData":
            next_row = next_column = 0
        else:
            # The reader makes room for as many as a part says that it holds.
            for count in ("count", "uniqueCount"):
                if count in attributes and _number(attributes[count]) > TEXTS_LIMIT:
                    raise ValueError("more than a part can hold")

    def end(name: str) -> None:
        nonlocal next_row, next_column, inside
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            next_column += 1
        elif name == "row":
            next_row, next_column = next_row + 1, 0
        elif name == inside:
            inside = ""
            if name == "v" and is_shared:
                survey.uses.append(_number(said))
            elif name == "f":
                survey.formulas[row, column] = said[:FORMULA_LIMIT]
            elif name == "t" and survey.lengths:
                survey.lengths[-1] += len(said)
                if survey.lengths[-1] > TEXT_LIMIT:
                    raise ValueError("a text is too long")
            else:
                survey.own_length += len(said)

    def letters(data: str) -> None:
        nonlocal said
        if inside:
            said += data

    def doctype(*_: object) -> None:
        raise ValueError("a document type")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = letters
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(text, True)
    except _EnoughSeen:
        survey.last_row = ROW_LIMIT
    return survey


def _number(digits: str) -> int:
    """Return a whole number as the reader understands it. Raises ValueError."""
    if not (digits.isascii() and digits.isdigit() and len(digits) < 12):
        raise ValueError(f"no number: {digits[:20]!r}")
    return int(digits)


def _column_of(letters: str) -> int:
    """Return the position of a column, A being 0. Raises ValueError for what names none."""
    if not letters.isascii() or not letters.isalpha() or len(letters) > 3:
        raise ValueError(f"no column: {letters!r}")
    position = 0
    for letter in letters.upper():
        position = position * 26 + ord(letter) - ord("A") + 1
    return position - 1


def column_name(position: int) -> str:
    """Return the name of a column, "A" for 0."""
    name = ""
    position += 1
    while position:
        position, letter = divmod(position - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def _targets(name: str, parts: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """Return the sheets in their order: name, and the part that holds it in small letters, as the reader finds it.

    Raises ParseError, KeyError, FileRefused("sheet-with-links").
    """
    relations = {str(one.get("Id")): one for one in fromstring(parts[_RELATIONS])}
    if any(str(one.get("Type")).endswith(_LINKING_KINDS) for one in relations.values()):
        raise FileRefused("sheet-with-links", place=name)
    sheets = [one for one in fromstring(parts[_WORKBOOK]).iter() if str(one.tag).endswith("}sheet")]
    return [(str(one.get("name")), _part_of(relations[one.attrib[_OFFICE]].attrib["Target"])) for one in sheets]


def _part_of(target: str) -> str:
    inner = target[1:] if target.startswith("/xl/") else target
    return (inner if inner.startswith("xl/") else f"xl/{inner}").lower()


# --- Reading ---


def _workbook(name: str, parts: Mapping[str, bytes]) -> CalamineWorkbook:
    # Packed anew, so that the reader meets nothing but what was looked at here.
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        for part, text in parts.items():
            archive.writestr(part, text)
    plain.seek(0)
    try:
        return CalamineWorkbook.from_filelike(plain)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # A panic of the reader is no Exception.
        raise FileRefused("sheet-damaged", place=name) from error


def _rows(name: str, book: CalamineWorkbook, position: int) -> list[list[CellValue]]:
    try:
        return book.get_sheet_by_index(position).to_python(skip_empty_area=False)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # A panic of the reader is no Exception.
        raise FileRefused("sheet-damaged", place=name) from error


@dataclass(frozen=True, slots=True)
class _Head:
    """Where the columns of a sheet stand; positions begin with 0. `last`: the last row that is no data."""

    last: int
    columns: Mapping[str, int]
    foreign: tuple[str, ...] = ()
    origin: str = ""
    origin_column: int | None = None
    mark_column: int | None = None
    marked_fields: tuple[str, ...] = ()


def _register_in(
    title: str,
    rows: Sequence[Sequence[CellValue]],
    formulas: _Formulas,
    vocabulary: SheetVocabulary,
) -> ReadSheet | None:
    head = _machine_head(rows, vocabulary) or _spoken_head(rows, vocabulary)
    if head is None:
        return None
    return ReadSheet(
        name=title,
        letters={name: column_name(position) for name, position in head.columns.items()},
        rows=tuple(_lines(rows, head, formulas)),
        foreign=head.foreign,
        origin=head.origin,
        marked_fields=head.marked_fields,
    )


def _machine_head(rows: Sequence[Sequence[CellValue]], vocabulary: SheetVocabulary) -> _Head | None:
    for number, row in enumerate(rows[:HEAD_ROWS]):
        texts = [one if isinstance(one, str) else "" for one in row]
        tagged = next((position for position, one in enumerate(texts) if one.startswith(FORMAT + " ")), None)
        if tagged is None:
            continue
        columns = {one: position for position, one in reversed([*enumerate(texts)]) if one in vocabulary.headings}
        if "code" not in columns:
            continue
        marks = next((position for position, one in enumerate(texts) if one.startswith(MARKED)), None)
        below = rows[number + 1] if number + 1 < len(rows) else []
        taken = {*columns.values(), tagged, marks}
        foreign = [str(one) for position, one in enumerate(below) if one != "" and position not in taken]
        return _Head(
            last=number + 1,
            columns=_in_order(columns),
            foreign=tuple(map(_plain, foreign)),
            origin=texts[tagged].split(" ")[1],
            origin_column=tagged,
            mark_column=marks,
            marked_fields=tuple(texts[marks].removeprefix(MARKED).split()) if marks is not None else (),
        )
    return None


def _spoken_head(rows: Sequence[Sequence[CellValue]], vocabulary: SheetVocabulary) -> _Head | None:
    """Return the row that names the most columns; it must name the code and one more."""
    best: _Head | None = None
    for number, row in enumerate(rows[:HEAD_ROWS]):
        columns: dict[str, int] = {}
        foreign: list[str] = []
        for position, one in enumerate(row):
            if not isinstance(one, str) or not one.strip():
                continue
            name = vocabulary.field_of(one)
            if name is None or name in columns:
                foreign.append(_plain(one))
            else:
                columns[name] = position
        if "code" in columns and len(columns) >= 2 and (best is None or len(columns) > len(best.columns)):
            best = _Head(number, _in_order(columns), tuple(foreign))
    return best


def _in_order(columns: Mapping[str, int]) -> Mapping[str, int]:
    return dict(sorted(columns.items(), key=lambda one: one[1]))


def _plain(heading: str) -> str:
    return " ".join(clean(heading).split())[:80]


def _lines(rows: Sequence[Sequence[CellValue]], head: _Head, formulas: _Formulas) -> Iterator[RawRow]:
    names = {position: name for name, position in head.columns.items()}
    computed: dict[int, dict[str, str]] = {}
    for (number, position), formula in formulas.items():
        if position in names:
            computed.setdefault(number, {})[names[position]] = f"={clean(formula)}" if formula else ""
    for number in range(head.last + 1, len(rows)):
        row = rows[number]
        cells = {name: row[position] for position, name in names.items() if row[position] != ""}
        here = computed.get(number, {})
        if not here and not any(not isinstance(one, str) or one.strip() for one in cells.values()):
            continue
        yield RawRow(
            number=number + 1,
            cells=cells,
            formulas=here,
            origin=_hidden(row, head.origin_column),
            mark=_hidden(row, head.mark_column),
        )


def _hidden(row: Sequence[CellValue], column: int | None) -> str:
    return str(row[column]) if column is not None else ""
