"""The PDF: what is in it, where it stands, and that nothing that people write can break it."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from core.domain.document import Align, Heading, ItemList, Marker, Paragraph, Part, PartKind, Table, TableColumn
from core.language import Language
from core.render.fonts import printable
from core.render.layout import lay_out
from core.render.pdf import write_pdf
from tests.render.reading import read_pages, running_text, squeezed
from tests.render.samples import HOSTILE, SECTIONS, hostile_document, long_note, sample_document, texts_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def document():
    return sample_document(50, repeats=2)


@pytest.fixture(scope="module")
def pdf(document):
    return write_pdf(document)


@pytest.fixture(scope="module")
def pages(pdf):
    return read_pages(pdf)


def single(*blocks, kind=PartKind.REPORT, language=Language.VI):
    sample = sample_document(0, repeats=0)
    return replace(sample, language=language, contents_title="", parts=(Part(kind, "BÁO CÁO", blocks=blocks),))


def test_every_text_can_be_found_and_copied(document, pages):
    seen = running_text(pages, document.stamp, document.foot)
    for text in texts_of(document):
        assert squeezed(text) in seen, text


def test_text_comes_back_in_composed_letters(pages):
    for page in pages:
        assert unicodedata.is_normalized("NFC", page.text)


def test_only_tinos_is_used_embedded_and_cut_down_to_what_is_shown(pdf):
    fonts = {}
    for page in pypdf.PdfReader(BytesIO(pdf)).pages:
        for font in page["/Resources"]["/Font"].values():
            fonts[font["/BaseFont"]] = font
    assert {name.partition("+")[2] for name in fonts} == {
        "Tinos-Regular",
        "Tinos-Bold",
        "Tinos-Italic",
        "Tinos-BoldItalic",
    }
    for name, font in fonts.items():
        assert name[7] == "+", f"{name} is not a subset"
        assert "/FontFile2" in font["/FontDescriptor"]
        assert "/ToUnicode" in font


def test_every_page_is_a4_and_only_the_register_lies(pages):
    sizes = {(round(page.width), round(page.height)) for page in pages}
    assert sizes == {(210, 297), (297, 210)}
    for page in pages:
        assert (page.width > page.height) == ("Tên, kiểu, số máy" in page.text)


def test_text_keeps_to_the_margins_of_decree_30(pages):
    for number, page in enumerate(pages, 1):
        body = page.body
        left, right, top, foot = (20, 20, 30, 15) if page.width > page.height else (30, 15, 20, 20)
        assert min(letter.left for letter in body) >= left - 0.6, number
        assert max(letter.right for letter in body) <= page.width - right + 0.6, number
        assert min(letter.top for letter in body) >= top - 0.6, number
        assert max(letter.foot for letter in body) <= page.height - foot + 0.6, number


def test_text_is_set_in_fourteen_points(pages):
    sizes = [round(letter.size, 1) for page in pages[:10] for letter in page.body]
    assert max(set(sizes), key=sizes.count) == 14


def test_page_numbers_stand_on_all_pages_but_the_first_and_those_that_open_an_appendix(pages):
    numbers = [page.page_number for page in pages]
    assert numbers[0] == ""
    openings = [number for number, page in enumerate(pages) if number and not page.page_number]
    assert len(openings) == 4, "one for each appendix"
    main = next(number for number in openings)
    assert numbers[1:main] == [str(number) for number in range(2, main + 1)]
    for start, end in zip(openings, [*openings[1:], len(pages)], strict=True):
        assert numbers[start:end] == ["", *(str(number) for number in range(2, end - start + 1))]


def test_page_numbers_are_centred_in_the_top_margin(pages):
    for page in pages[1:]:
        digits = [letter for letter in page.head if letter.text.isdigit()]
        if digits:
            middle = (min(letter.left for letter in digits) + max(letter.right for letter in digits)) / 2
            assert middle == pytest.approx(page.width / 2, abs=1)
            assert {round(letter.size) for letter in digits} == {14}


def test_a_draft_says_so_on_every_page_without_touching_the_page_number(pages):
    for page in pages:
        stamp = [letter for letter in page.head if not letter.text.isdigit()]
        assert "".join(letter.text for letter in stamp) == "DỰTHẢO"
        for digit in (letter for letter in page.head if letter.text.isdigit()):
            assert digit.top > max(letter.foot for letter in stamp)


def test_a_document_that_is_no_draft_carries_no_stamp():
    for page in read_pages(write_pdf(sample_document(1, repeats=0, stamp=""))):
        assert "DỰ THẢO" not in page.text


def test_the_foot_line_stands_on_every_page(document, pages):
    assert all(document.foot in page.text for page in pages)


def test_number_and_place_stand_on_one_line(pages):
    first = pages[0]
    dots = [letter for letter in first.body if letter.text == "…" and letter.top < 60]
    assert {letter.left < 90 for letter in dots} == {True, False}, "some in the number, some in the date"
    assert max(letter.foot for letter in dots) - min(letter.foot for letter in dots) < 0.5


def test_the_decision_stands_on_one_page_with_its_signature(pages):
    for text in ("Số: ……/QĐ-NM", "QUYẾT ĐỊNH", "Điều 3.", "Nơi nhận:", "GIÁM ĐỐC", "Nguyễn Thị Vân Khánh"):
        assert text in pages[0].text


def test_recipients_and_signature_begin_on_one_level(pages):
    letters = pages[0].body
    line = next(letter.top for letter in letters if letter.text == "N" and letter.size == 12 and letter.left < 35)
    office = [letter for letter in letters if letter.left > 120 and abs(letter.top - line) < 2]
    assert "".join(letter.text for letter in office).startswith("GIÁM")


def test_nobody_signs_a_page_without_text():
    signed = sample_document(0, repeats=0).parts[0]
    filler = Paragraph("Dòng cuối cùng trước chữ ký.")
    for lines in range(20, 40):
        part = replace(signed, grounds=(), blocks=(*[Paragraph(f"Khoản {n}.") for n in range(lines)], filler))
        last = read_pages(write_pdf(replace(single(), parts=(part,))), letters=False)[-1]
        assert "Nguyễn Thị Vân Khánh" in last.text
        assert filler.text in last.text


def longer_decision(extra):
    sample = sample_document(0, repeats=0)
    part = replace(
        sample.parts[0], blocks=(*(Paragraph("Các bộ phận chịu trách nhiệm thi hành.") for _ in range(extra)),)
    )
    return replace(sample, contents_title="", parts=(part, *sample.parts[1:]))


def test_a_decision_that_fits_one_page_in_thirteen_points_is_set_so_with_all_its_papers():
    sizes = []
    for extra in range(14):
        pages = read_pages(write_pdf(longer_decision(extra)))
        sizes.append(pages[0].body[len(pages[0].body) // 2].size)
        signed = next(number for number, page in enumerate(pages) if "Nguyễn Thị Vân Khánh" in page.text)
        assert signed == 0 or sizes[-1] == 14
    steps = "".join("s" if size == 13 else "L" for size in sizes)
    assert re.fullmatch("L+s+L+", steps), "fourteen, then thirteen while that saves a page, then fourteen again"


def test_a_sentence_that_leads_to_a_table_stays_with_it():
    lead = Paragraph("Hạn chế và việc đề xuất như sau:")
    table = Table("t", (TableColumn("Việc", 80),), (("một\nhai\nba",), ("bốn",), ("năm",)))
    for filler in range(20, 40):
        blocks = [Paragraph(f"Đoạn {number}.") for number in range(filler)]
        for page in read_pages(write_pdf(single(*blocks, lead, table)), letters=False):
            assert not page.text.rstrip().endswith("như sau:")


def test_a_heading_stays_with_a_list_that_has_just_no_room_below_it():
    heading = Heading("Giải pháp về phổ biến kiến thức", 2, "3")
    items = ItemList(("Để tờ hướng dẫn một trang tại nơi cân, đo; hướng dẫn người mới trước khi giao việc", "hai"))
    for one_liners in range(18, 30):
        for items_before in range(4):
            fillers = [Paragraph(f"Đoạn {number}.") for number in range(one_liners)]
            before = [ItemList(("một việc",) * items_before)] if items_before else []
            for page in lay_out(single(*fillers, *before, heading, items))[0]:
                assert not page.boxes[-1][1].keeps_with_next, (one_liners, items_before)


def test_the_last_row_of_a_table_is_never_alone_on_a_page():
    table = Table("t", (TableColumn("Việc", 80),), tuple((f"việc {number}",) for number in range(12)))
    for filler in range(10, 34):
        blocks = [Paragraph(f"Đoạn {number}.") for number in range(filler)]
        pages = read_pages(write_pdf(single(*blocks, table)), letters=False)
        assert "việc 10" in pages[-1].text


def test_the_header_row_repeats_on_every_page_of_a_table(pages):
    register = [page for page in pages if "PT-00" in page.text]
    assert len(register) > 2
    for page in register:
        assert "Phạm vi đo, vạch" in page.text
        assert "Tình trạng" in page.text


def test_a_table_shows_every_row_once_and_in_order():
    pages = read_pages(write_pdf(sample_document(300, repeats=0)), letters=False)
    codes = [word for page in pages for word in page.text.split() if word.startswith("PT-")]
    assert codes == [f"PT-{number:04}" for number in range(1, 301)]


@pytest.mark.parametrize("count", [0, 1, 500, 5000])
def test_pages_grow_in_line_with_the_register(count):
    pages = pypdf.PdfReader(BytesIO(write_pdf(sample_document(count, repeats=0)))).pages
    lying = sum(1 for page in pages if page.mediabox.width > page.mediabox.height)
    # Eleven to fourteen instruments of two lines stand on a landscape page; twelve blank rows when there are none.
    assert count / 14 <= lying <= count / 11 + 2


def test_numbers_and_dates_are_never_broken(document, pages):
    words = {word for page in pages for word in page.text.split()}
    register = document.parts[3].blocks[0]
    for row in register.rows:
        assert {row[1], row[7]} <= words
    assert {"20.450.000", "120.000.000"} <= words


def test_numbers_stand_at_the_right_edge_of_their_column():
    columns = (TableColumn("Khoản", 60), TableColumn("Đồng", 40, Align.RIGHT))
    page = read_pages(write_pdf(single(Table("t", columns, (("Một", "7"), ("Hai", "123.456"))))))[0]
    short = next(letter.right for letter in page.body if letter.text == "7")
    long = max(letter.right for letter in page.body if letter.text == "6")
    assert short == pytest.approx(long, abs=0.3)


def test_a_heading_is_never_the_last_line_of_a_page():
    for repeats in (1, 2, 3):
        for page in read_pages(write_pdf(sample_document(0, repeats=repeats)), letters=False):
            lines = [line for line in page.lines() if line and "mã đối chiếu" not in line]
            assert lines[-1].partition(". ")[2] not in (*SECTIONS, "Nội dung chung", "Hiện trạng và bằng chứng"), lines[
                -3:
            ]


def test_contents_stand_after_the_decision_and_name_the_right_pages(pdf, pages):
    assert "MỤC LỤC" not in pages[0].text
    contents = pages[1]
    assert contents.text.startswith(("DỰ THẢO", "MỤC LỤC"))
    reader = pypdf.PdfReader(BytesIO(pdf))
    lines = [line for page in pages[1:3] for line in page.lines() if ". " in line and line[-1:].isdigit()]
    listed = dict(line.rsplit(" ", 1) for line in lines)
    seen = 0
    for entry in _flat(reader.outline):
        if entry.title.partition(". ")[2] in SECTIONS:
            page = reader.get_destination_page_number(entry)
            assert listed[entry.title] == str(page + 1)
            assert entry.title in pages[page].text
            seen += 1
    assert seen == len(SECTIONS)


def _flat(outline):
    for entry in outline:
        if isinstance(entry, list):
            yield from _flat(entry)
        else:
            yield entry


def test_contents_come_first_where_there_is_no_decision():
    part = replace(sample_document(0, repeats=1).parts[1], kind=PartKind.REPORT)
    pages = read_pages(write_pdf(replace(sample_document(0), parts=(part,))))
    assert "MỤC LỤC" in pages[0].text
    report = next(page for page in pages if "CHƯƠNG TRÌNH\r" in page.text)
    assert report.page_number == "", "a report begins its own pages"


def test_file_says_what_it_is(pdf, document):
    reader = pypdf.PdfReader(BytesIO(pdf))
    assert reader.metadata.title == document.title
    assert reader.metadata.author == document.author
    assert reader.metadata.subject == document.subject
    assert reader.metadata.creation_date.date() == document.made_on
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "vi-VN"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/OpenAction" not in root


def test_articles_begin_bold_and_go_on_in_running_text(pages):
    assert "Điều 1. Ban hành kèm theo Quyết định này" in pages[0].text


def test_points_follow_the_vietnamese_alphabet():
    items = ItemList(tuple(f"điểm thứ {n};" for n in range(8)), Marker.LETTER)
    text = read_pages(write_pdf(single(items)), letters=False)[0].text
    marks = [line.split(")")[0] for line in text.splitlines() if ") điểm thứ" in line]
    assert marks == ["a", "b", "c", "d", "đ", "e", "g", "h"]


def test_points_of_an_english_document_follow_the_english_alphabet():
    items = ItemList(tuple(f"point {n};" for n in range(7)), Marker.LETTER)
    text = read_pages(write_pdf(single(items, language=Language.EN)), letters=False)[0].text
    assert [line[0] for line in text.splitlines() if ") point" in line] == list("abcdefg")


def test_the_same_document_gives_the_same_bytes(document, pdf):
    assert write_pdf(document) == pdf


def test_documents_written_at_once_are_the_same_as_one_by_one(document, pdf):
    other = sample_document(20, repeats=1)
    expected = write_pdf(other)
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(write_pdf, [document, other] * 4))
    assert made == [pdf, expected] * 4


def test_many_threads_do_not_mix_up_the_letters_of_their_documents():
    """ReportLab cuts fonts down with one shared cursor; without a lock letters came out wrong or not at all."""
    small = [sample_document(count, repeats=0) for count in (0, 30)]
    expected = [write_pdf(one) for one in small]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(write_pdf, small * 12))
    finally:
        sys.setswitchinterval(interval)
    assert made == expected * 12


def test_another_process_writes_the_same_bytes(pdf):
    script = (
        "import hashlib; from core.render.pdf import write_pdf; from tests.render.samples import sample_document;"
        "print(hashlib.sha256(write_pdf(sample_document(50, repeats=2))).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "America/Lima"}
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == hashlib.sha256(pdf).hexdigest()


def test_another_date_gives_another_file(document, pdf):
    assert write_pdf(replace(document, made_on=date(2026, 11, 23))) != pdf


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_people_write_is_only_text(name):
    text = HOSTILE[name]
    pages = read_pages(write_pdf(hostile_document(text)))
    seen = squeezed("".join(page.text for page in pages))
    assert "root:" not in seen
    shown = squeezed(printable(text))
    assert shown in seen
    for page in pages:
        for letter in page.letters:
            assert -0.2 <= letter.left <= letter.right <= page.width + 0.2
            assert -0.2 <= letter.top <= letter.foot <= page.height + 0.2


def test_a_letter_without_a_glyph_leaves_a_mark():
    text = read_pages(write_pdf(single(Paragraph("trước 😀 sau"))), letters=False)[0].text
    assert "trước ? sau" in text


def test_a_note_of_ten_thousand_letters_in_a_cell_goes_on_over_the_pages():
    columns = (TableColumn("Câu", 15), TableColumn("Hiện trạng", 60))
    note = long_note()
    pages = read_pages(write_pdf(single(Table("t", columns, (("1", note), ("2", "ngắn"))))))
    assert len(pages) > 3
    seen = running_text(pages, "DỰ THẢO", sample_document(0).foot)
    assert squeezed(note) in seen.replace("CâuHiệntrạng", "")
    for page in pages:
        assert max(letter.foot for letter in page.body) <= 277.6


def test_long_names_break_inside_their_column():
    name = "CÔNG TY TRÁCH NHIỆM HỮU HẠN MỘT THÀNH VIÊN THƯƠNG MẠI DỊCH VỤ XUẤT NHẬP KHẨU XĂNG DẦU MIỀN NÚI PHÍA BẮC"
    sample = sample_document(0, repeats=0).parts[0]
    part = replace(
        sample, head_left=tuple(replace(line, text=name) if line.style == "body" else line for line in sample.head_left)
    )
    first = read_pages(write_pdf(replace(single(), parts=(part,))))[0]
    left_column = [letter for letter in first.body if letter.top < 70 and letter.left < 97.6]
    assert squeezed(name) in squeezed("".join(letter.text for letter in left_column))


def test_number_and_unit_stay_on_one_line():
    for filler in range(40):
        text = "a " * filler + "giới hạn là 25,125 kg mỗi lần cân, sai lệch 0,1 % hoặc ± 20 g khi dùng quả cân chuẩn."
        for line in read_pages(write_pdf(single(Paragraph(text))), letters=False)[0].lines():
            assert not line.rstrip().endswith(("25,125", "0,1", "±", "20"))
