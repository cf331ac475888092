"""Spreadsheets from outside: hostile ones are refused at once with the reason, others are read cell by cell."""

from __future__ import annotations

import io
import random
import struct
import time
import zipfile
from datetime import date, datetime

import pytest
from xlsxwriter import Workbook

from core.domain.register.sheet import COLUMNS, SheetChoice, SheetVocabulary
from core.errors import FileRefused
from core.language import Text
from core.storage import register_sheet
from core.storage.register_sheet import read_register_sheet

VOCABULARY = SheetVocabulary(
    headings={column.field: Text(column.field, f"{column.field} en") for column in COLUMNS}
    | {"code": Text("Mã", "Code"), "name": Text("Tên phương tiện", "Name"), "serial": Text("Số máy", "Serial number")},
    also={"name": ("Tên thiết bị",), "serial": ("S/N",)},
    choices={"in_use": (SheetChoice(True, Text("Đang dùng", "In use")),)},
    expected={column.field: Text("chữ", "text") for column in COLUMNS},
)
PARTS = "http://schemas.openxmlformats.org"
CELL = '<c r="A2" t="inlineStr"><is><t>C-01</t></is></c>'
HEAD = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Mã</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>Tên thiết bị</t></is></c></row>'
)


def read(content, name="danh-muc.xlsx"):
    return read_register_sheet(name, content, VOCABULARY)


def written(*rows, sheet="Sheet1"):
    """A list of somebody's own, as Excel would save it."""
    target = io.BytesIO()
    workbook = Workbook(target, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    page = workbook.add_worksheet(sheet)
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    workbook.close()
    return target.getvalue()


PLAIN = written(("Mã", "Tên thiết bị"), ("C-01", "Cân bàn"))


def packed(changed=None, added=None, base=PLAIN):
    """The plain file with some of its parts changed or others added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in source.infolist():
            archive.writestr(entry.filename, (changed or {}).get(entry.filename, source.read(entry)))
        for part, content in (added or {}).items():
            archive.writestr(part, content)
    return target.getvalue()


def sheet_of(inner, before=""):
    return f'<worksheet xmlns="{PARTS}/spreadsheetml/2006/main">{before}<sheetData>{inner}</sheetData></worksheet>'


def with_sheet(inner, before=""):
    return packed({"xl/worksheets/sheet1.xml": sheet_of(inner, before)})


def lying_about_its_size(real_size):
    """A part that unpacks to much more than its entry says."""
    content = packed(added={"xl/worksheets/sheet2.xml": b"<a>" + b" " * real_size + b"</a>"})
    told = struct.pack("<L", real_size + 7)
    assert content.count(told) == 2
    return content.replace(told, struct.pack("<L", 1000))


def far_cell(place):
    digits = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return with_sheet(f'{HEAD}<row r="2">{CELL}</row><row r="{digits}"><c r="{place}"><v>1</v></c></row>')


def noise(length):
    """Letters that cannot be packed, so that a part is not packed too tightly."""
    return random.Random(1).randbytes(length).hex()


def shared_text(text):
    return f'<sst xmlns="{PARTS}/spreadsheetml/2006/main"><si><t>{text}</t></si></sst>'


def repeated_text():
    """One long text that two hundred thousand cells share: small in the file, gigabytes once it is read."""
    row = '<c t="s"><v>0</v></c>' * 100
    cells = f"<row>{row}</row>" * 2000
    noise = random.Random(1).randbytes(400_000).hex()
    return packed(
        {
            "xl/sharedStrings.xml": shared_text("a" * 32_000),
            "xl/worksheets/sheet1.xml": sheet_of(cells) + f"<!--{noise}-->",
        }
    )


RELATIONS = "xl/_rels/workbook.xml.rels"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
HOSTILE = {
    "too large": (lambda: b"PK\x03\x04" + bytes(10 * 1024 * 1024), "sheet-too-large"),
    "200 MB": (lambda: bytes(200 * 1024 * 1024), "sheet-too-large"),
    "empty": (lambda: b"", "sheet-not-excel"),
    "csv called xlsx": ("Mã;Tên\nC-01;Cân\n".encode, "sheet-not-excel"),
    "page of HTML": (lambda: b"<html><table><tr><td>C-01</td></tr></table></html>", "sheet-not-excel"),
    "old Excel": (lambda: OLE, "sheet-old-excel"),
    "locked with a password": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "sheet-encrypted"),
    "a document": (lambda: _zip({"word/document.xml": b"<a/>"}), "sheet-not-excel"),
    "an archive of anything": (lambda: _zip({"a.txt": b"a"}), "sheet-not-excel"),
    "binary workbook": (lambda: _zip({"xl/workbook.bin": b"a"}), "sheet-not-excel"),
    "cut off": (lambda: PLAIN[: len(PLAIN) // 2], "sheet-damaged"),
    "bomb": (lambda: packed(added={"xl/worksheets/sheet2.xml": bytes(50 * 1024 * 1024)}), "sheet-packed-bomb"),
    "many bombs": (
        lambda: packed(
            added={f"xl/media/{n}.xml": random.Random(n).randbytes(900_000) for n in range(8)}
            | {f"xl/a{n}.xml": (b"0123456789" * 100_000)[: 1024 * 1024] for n in range(60)}
        ),
        "sheet-packed-bomb",
    ),
    "thousands of parts": (lambda: packed(added={f"xl/a{n}.xml": b"<a/>" for n in range(300)}), "sheet-packed-bomb"),
    "size that lies": (lambda: lying_about_its_size(30 * 1024 * 1024), "sheet-damaged"),
    "macros": (lambda: packed(added={"xl/vbaProject.bin": b"x"}), "sheet-with-macros"),
    "macro sheet": (lambda: packed(added={"xl/macrosheets/sheet1.xml": b"<a/>"}), "sheet-with-macros"),
    "external link": (lambda: packed(added={"xl/externalLinks/externalLink1.xml": b"<a/>"}), "sheet-with-links"),
    "data connection": (lambda: packed(added={"xl/connections.xml": b"<a/>"}), "sheet-with-links"),
    "external link elsewhere": (
        lambda: packed(
            {
                RELATIONS: _part(RELATIONS).replace(
                    b"</Relationships>",
                    f'<Relationship Id="x" Type="{PARTS}/officeDocument/2006/relationships/externalLink" '
                    'Target="a.xml"/></Relationships>'.encode(),
                )
            }
        ),
        "sheet-with-links",
    ),
    "entities": (
        lambda: packed(
            {"xl/worksheets/sheet1.xml": '<!DOCTYPE a [<!ENTITY b "bbbb">]>' + sheet_of(f"{HEAD}<row>&b;</row>")}
        ),
        "sheet-damaged",
    ),
    "entities in the workbook": (
        lambda: packed({"xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "bbbb">]>' + _part("xl/workbook.xml")}),
        "sheet-damaged",
    ),
    "cell at the far end": (lambda: far_cell("XFD1048576"), "sheet-too-far"),
    "cell far below": (lambda: far_cell("A1048576"), "sheet-too-far"),
    "cell far to the right": (lambda: far_cell("XFD2"), "sheet-too-far"),
    "cell nowhere": (lambda: far_cell("ZZZZ9"), "sheet-damaged"),
    "text repeated": (repeated_text, "sheet-too-far"),
    "millions of elements": (
        lambda: packed({"xl/worksheets/sheet1.xml": sheet_of("<a/>" * 2_000_001 + f"<!--{noise(400_000)}-->")}),
        "sheet-too-far",
    ),
    "millions of styles": (
        lambda: packed({"xl/styles.xml": f"<a>{'<b/>' * 2_000_001}<!--{noise(400_000)}--></a>"}),
        "sheet-packed-bomb",
    ),
    "text too long": (
        lambda: packed({"xl/sharedStrings.xml": shared_text("a" * 40_000)}),
        "sheet-damaged",
    ),
    "texts that are said to be many": (
        lambda: packed(
            {"xl/sharedStrings.xml": _part("xl/sharedStrings.xml").replace(b'uniqueCount="', b'uniqueCount="4294967')}
        ),
        "sheet-damaged",
    ),
    "styles that are said to be many": (
        lambda: packed({"xl/styles.xml": _part("xl/styles.xml").replace(b'count="', b'count="4294967295')}),
        "sheet-damaged",
    ),
    "far away by counting on": (
        lambda: with_sheet('<row r="1048576"><c r="A1"><v>1</v></c><c><v>1</v></c></row>'),
        "sheet-too-far",
    ),
    "far away by rows within rows": (
        lambda: with_sheet('<row r="1"><c r="XFC1"/><row><c><v>1</v></c></row></row>'),
        "sheet-too-far",
    ),
    "far away by counting from below": (
        lambda: packed(
            {"xl/worksheets/sheet1.xml": sheet_of("<row/>" * 20_000 + "<row><c><v>1</v></c></row>", '<row r="-9"/>')}
        ),
        "sheet-damaged",
    ),
    "not XML": (lambda: packed({"xl/worksheets/sheet1.xml": "<worksheet><sheetData>"}), "sheet-damaged"),
    "no such part": (lambda: packed({RELATIONS: b'<Relationships xmlns="r"/>'}), "sheet-damaged"),
    "nothing of ours": (lambda: written(("Ngày", "Thu"), (1, 2)), "sheet-without-head"),
    "no cells": (written, "sheet-without-head"),
}


def _zip(parts):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def _part(name, base=PLAIN):
    with zipfile.ZipFile(io.BytesIO(base)) as archive:
        return archive.read(name)


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_at_once(case):
    make, code = HOSTILE[case]
    content = make()
    begin = time.process_time()
    with pytest.raises(FileRefused) as refused:
        read(content, "tệp lạ.xlsx")
    assert (refused.value.code, refused.value.details["place"]) == (code, "tệp lạ.xlsx")
    # A bomb that went off would take minutes and all the memory there is.
    assert time.process_time() - begin < 10


@pytest.mark.parametrize(
    "before", ['<dimension ref="A1:XFD1048576"/>', '<dimension ref="A1:A1"/>', '<dimension ref="A1"/>', ""]
)
def test_what_a_sheet_says_of_its_size_is_not_believed(before):
    sheet = read(with_sheet(f'{HEAD}<row r="2">{CELL}</row>', before))
    assert [row.cells for row in sheet.rows] == [{"code": "C-01"}]


def test_cells_far_away_that_are_only_coloured_do_not_count():
    blank = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert len(read(with_sheet(f'{HEAD}<row r="2">{CELL}</row>{blank}')).rows) == 1


def test_another_sheet_of_the_file_may_be_as_large_as_it_likes():
    target = io.BytesIO()
    workbook = Workbook(target, {"in_memory": True})
    workbook.add_worksheet("Nhật ký").write(20_000, 0, 1)
    workbook.add_worksheet("PTĐ").write_row(0, 0, ("Mã", "Tên thiết bị"))
    workbook.get_worksheet_by_name("PTĐ").write_row(1, 0, ("C-01", "Cân"))
    workbook.close()
    assert read(target.getvalue()).name == "PTĐ"


def test_columns_are_found_wherever_they_stand_and_however_they_are_written():
    sheet = read(
        written(
            ("CÔNG TY CHÈ VÍ DỤ",),
            (),
            ("STT", "SỐ MÁY:", "ten  thiet bi", "Mã *", "Màu sơn"),
            (1, "K6", "Cân", "C-01", "xanh"),
            (),
            (2, "", "  ", "C-02", ""),
        )
    )
    assert sheet.letters == {"serial": "B", "name": "C", "code": "D"}
    assert sheet.foreign == ("STT", "Màu sơn")
    assert [(row.number, dict(row.cells)) for row in sheet.rows] == [
        (4, {"serial": "K6", "name": "Cân", "code": "C-01"}),
        (6, {"name": "  ", "code": "C-02"}),
    ]
    assert (sheet.origin, sheet.marked_fields) == ("", ())


def test_a_heading_that_stands_twice_is_taken_once():
    sheet = read(written(("Mã", "Tên phương tiện", "Tên thiết bị"), ("C-01", "a", "b")))
    assert sheet.letters == {"code": "A", "name": "B"}
    assert sheet.foreign == ("Tên thiết bị",)


def test_dates_numbers_and_formulas_are_told_apart():
    target = io.BytesIO()
    workbook = Workbook(target, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    page = workbook.add_worksheet()
    page.write_row(0, 0, ("Mã", "verified_on", "price_vnd", "S/N"))
    page.write_string(1, 0, "C-01")
    page.write_datetime(1, 1, datetime(2026, 3, 1))
    page.write_number(1, 2, 250_000)
    page.write_formula(1, 3, '=HYPERLINK("http://x.example")', None, "K6")
    page.write_formula(2, 0, "=1+1")
    workbook.close()
    first, second = read(target.getvalue()).rows
    assert first.cells["verified_on"] == date(2026, 3, 1)
    assert first.cells["price_vnd"] == 250_000
    assert first.formulas == {"serial": '=HYPERLINK("http://x.example")'}
    assert second.formulas == {"code": "=1+1"}


@pytest.mark.parametrize("position, name", [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")])
def test_columns_are_named_as_a_spreadsheet_does(position, name):
    assert register_sheet.column_name(position) == name
