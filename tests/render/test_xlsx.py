"""The XLSX, read again: the tables of the PDF with the same numbers, texts as texts, the same bytes each time."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from core.domain.document import Align, Document, Part, PartKind, Table, TableColumn
from core.language import Language, clean, number
from core.render.pdf import write_pdf
from core.render.xlsx import write_xlsx
from tests.render.reading import read_pages, squeezed
from tests.render.samples import HOSTILE, hostile_document, sample_document


def sheets_of(data):
    """Return name → rows, as a spreadsheet program would read them."""
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def xml_of(data, name):
    with ZipFile(BytesIO(data)) as archive:
        return archive.read(name).decode()


def tables_of(document):
    return [block for part in document.parts for block in part.blocks if isinstance(block, Table)]


def table_document(*cells, language=Language.VI, align=Align.LEFT, name="Bảng"):
    columns = (TableColumn("Một", 40, align), TableColumn("Hai", 40, align))
    rows = tuple((cell, cell) for cell in cells)
    part = Part(PartKind.APPENDIX, "Phụ lục I", name, blocks=(Table("t", columns, rows),))
    return Document("d", language, "Tên", "Đơn vị", "Về việc", date(2026, 11, 22), (part,), "DỰ THẢO", "Chân & trang")


def first_cells(document):
    rows = list(sheets_of(write_xlsx(document)).values())[1]
    return [row[0] for row in rows[2:]]


@pytest.mark.parametrize("language", list(Language))
def test_every_table_has_a_sheet_with_the_same_words_and_numbers(language):
    document = sample_document(12, language=language)

    sheets = list(sheets_of(write_xlsx(document)).values())[1:]

    assert len(sheets) == len(tables_of(document))
    for table, rows in zip(tables_of(document), sheets, strict=True):
        top = next(place for place, row in enumerate(rows) if row == [column.heading for column in table.columns])
        kept = [*table.rows, *([table.total] if table.total else [])]
        for wanted, seen in zip(kept, rows[top + 1 :], strict=False):
            for text, cell in zip(wanted, seen, strict=True):
                assert cell == clean(text) or number_fits(text, cell, language)


def number_fits(text, cell, language):
    if not isinstance(cell, float):
        return False
    decimals = len(text.rpartition("," if language is Language.VI else ".")[2]) if re.search(r"[.,]\d+$", text) else 0
    return text in (number(int(cell), language), str(int(cell)), f"{cell:.{decimals}f}".replace(".", ","))


def test_every_number_of_the_spreadsheet_stands_in_the_pdf():
    document = sample_document(12)
    printed = squeezed("".join(page.text for page in read_pages(write_pdf(document), letters=False)))

    cells = [cell for rows in list(sheets_of(write_xlsx(document)).values())[1:] for row in rows for cell in row]

    numbers = {cell for cell in cells if isinstance(cell, float)}
    assert len(numbers) > 20
    for cell in numbers:
        assert number(int(cell), Language.VI) in printed or str(int(cell)) in printed


def test_the_first_sheet_says_what_this_is_and_lists_the_sheets():
    document = sample_document(3)

    sheets = sheets_of(write_xlsx(document))

    first, *others = sheets
    cells = [cell for row in sheets[first] for cell in row]
    assert first == "MỤC LỤC"
    for text in (document.stamp, document.title, document.author, *others):
        assert text in cells
    assert all(len(name) <= 31 for name in sheets)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-A1", "@SUM(A1)", "<b>đậm</b>", "{=1}", "http://vidu.example", "'x", "1e5"]
)
@pytest.mark.parametrize("align", list(Align))
def test_a_text_stays_a_text_whatever_it_begins_with(text, align):
    data = write_xlsx(table_document(text, align=align))

    assert list(sheets_of(data).values())[1][2] == [text, text]
    sheet = xml_of(data, "xl/worksheets/sheet2.xml")
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_text_breaks_the_file(text):
    rows = list(sheets_of(write_xlsx(hostile_document(text))).values())[1]

    assert any(clean(text) in row for row in rows)


@pytest.mark.parametrize("name", ["A" * 40, "[a]:*?/\\b", "'", "History", "😀 😀", "", "…" * 31])
def test_every_heading_makes_a_name_that_a_sheet_may_have(name):
    document = table_document("x", name=name)
    part = document.parts[0]

    names = list(sheets_of(write_xlsx(replace(document, parts=(part, part)))))

    assert len(names) == len({one.casefold() for one in names}) == 3
    assert not any(re.search(r"[\[\]:*?/\\]|^'|'$", one) or not one or len(one) > 31 for one in names)


@pytest.mark.parametrize(
    ("text", "language", "align", "expected"),
    [
        ("20.450.000", Language.VI, Align.RIGHT, 20_450_000.0),
        ("20,450,000", Language.EN, Align.RIGHT, 20_450_000.0),
        ("75,0", Language.VI, Align.RIGHT, 75.0),
        ("-1.234,5", Language.VI, Align.RIGHT, -1234.5),
        ("0.2", Language.EN, Align.RIGHT, 0.2),
        ("0.2", Language.VI, Align.RIGHT, "0.2"),
        ("0.200", Language.VI, Align.RIGHT, "0.200"),
        ("12,34", Language.EN, Align.RIGHT, "12,34"),
        ("chưa có giá", Language.VI, Align.RIGHT, "chưa có giá"),
        ("1.234.567.890.123.456", Language.VI, Align.RIGHT, "1.234.567.890.123.456"),
        ("2027", Language.VI, Align.CENTRE, 2027.0),
        ("1.1", Language.VI, Align.CENTRE, "1.1"),
        ("007", Language.VI, Align.CENTRE, "007"),
        ("0987654321", Language.VI, Align.LEFT, "0987654321"),
        ("2027", Language.VI, Align.LEFT, "2027"),
    ],
)
def test_a_cell_is_a_number_only_where_the_document_wrote_one(text, language, align, expected):
    assert first_cells(table_document(text, language=language, align=align)) == [expected]


def test_a_number_is_shown_as_the_document_shows_it():
    styles = xml_of(write_xlsx(table_document("1.234,50", "75,0", align=Align.RIGHT)), "xl/styles.xml")

    assert {"0.0", "#,##0.00"} <= set(re.findall('formatCode="([^"]+)"', styles))


def test_the_header_stays_in_sight_and_on_every_page_and_a_wide_table_lies():
    document = sample_document(3)
    data = write_xlsx(document)

    for place, table in enumerate(tables_of(document), start=2):
        sheet = xml_of(data, f"xl/worksheets/sheet{place}.xml")
        assert 'state="frozen"' in sheet
        assert "DỰ THẢO" in sheet
        assert ('orientation="landscape"' in sheet) == table.is_landscape
    assert xml_of(data, "xl/workbook.xml").count("_xlnm.Print_Titles") == len(tables_of(document))


def test_columns_are_as_wide_as_the_document_says_unless_a_number_needs_more():
    columns = (TableColumn("TT", 10, Align.CENTRE), TableColumn("Tiền", 10, Align.RIGHT))
    table = Table("t", columns, (("1", "1.234.567.890.123"),))
    document = replace(table_document(), parts=(Part(PartKind.APPENDIX, "Phụ lục I", blocks=(table,)),))

    widths = re.findall(r'<col [^>]*width="([\d.]+)"', xml_of(write_xlsx(document), "xl/worksheets/sheet2.xml"))

    assert float(widths[0]) < 6
    assert float(widths[1]) > 14


def test_empty_rows_to_fill_in_have_their_boxes():
    table = Table("t", (TableColumn("A", 40), TableColumn("B", 40)), (), blank_rows=3)
    document = replace(table_document(), parts=(Part(PartKind.FORM, "Mẫu", blocks=(table,)),))

    sheet = xml_of(write_xlsx(document), "xl/worksheets/sheet2.xml")

    assert [len(re.findall(rf'r="[AB]{row}" s="\d+"', sheet)) for row in (3, 4, 5, 6)] == [2, 2, 2, 0]


def test_a_very_long_note_is_cut_where_a_cell_ends():
    assert len(first_cells(table_document("ạ" * 40_000))[0]) == 32_767


def test_the_same_document_gives_the_same_bytes_dated_as_the_document():
    first = write_xlsx(sample_document(20))
    time.sleep(1.1)

    assert write_xlsx(sample_document(20)) == first
    assert "2026-11-22T00:00:00Z" in xml_of(first, "docProps/core.xml")
