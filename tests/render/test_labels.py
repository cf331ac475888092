"""Label sheets: every code decodes as a scanner sees it, stands on its own label, and carries one address only."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from itertools import combinations
from uuid import UUID

import pypdf
import pypdfium2
import pytest
from PIL import ImageOps

from core.language import Language
from core.render.fonts import Font
from core.render.labels import PER_SHEET, Label, Placement, write_labels
from tests.render.reading import qr_codes, read_pages

ADDRESS = "https://dochuan.example/phuong-tien?id="
DOTS_PER_MM = 200 / 25.4
WIDTH, HEIGHT, MARGIN = 70, 37.125, 10
LONG_NAME = "Áp kế kiểu lò xo đường hơi chính nồi hơi số 2, dải đo 0–16 bar, lắp tại tầng hai nhà lò hơi phía đông"
LONG_FIRM = "Công ty TNHH MTV Sản xuất, Thương mại và Dịch vụ Kỹ thuật Cân Điện tử Thái Nguyên"


def label(number, **changes):
    fields = {
        "address": f"{ADDRESS}{UUID(int=number * 7919 * 10**30 % 2**128)}",
        "code": f"C-{number:02d}",
        "name": "Cân bàn điện tử",
        "lines": (f"Số máy: {1000 + number}", "Nhóm 2"),
        "due": "Hạn: 01/03/2027",
        "firm": "HTX Chè Suối Cạn",
    }
    return Label(**{**fields, **changes})


def written(labels, start=1, right="0", down="0", **options):
    placement = Placement(start, Decimal(right), Decimal(down))
    return write_labels(labels, placement, title="Nhãn", language=Language.VI, made_on=date(2026, 11, 22), **options)


def pictures(pdf):
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=DOTS_PER_MM * 25.4 / 72).to_pil() for page in document]


def crop(picture, place, right=0.0, down=0.0):
    """The picture of one label of a sheet, places counted from 1; white beyond the edge of the sheet."""
    row, column = divmod(place - 1, 3)
    left, top = column * WIDTH + right + MARGIN, row * HEIGHT + down + MARGIN
    wide = ImageOps.expand(picture, round(MARGIN * DOTS_PER_MM), "white")
    return wide.crop([round(mm * DOTS_PER_MM) for mm in (left, top, left + WIDTH, top + HEIGHT)])


def decoded(picture):
    """What a scanner finds in a picture, from the upper left to the lower right."""
    found = qr_codes(picture)
    return [
        one.text for one in sorted(found, key=lambda one: (one.position.top_left.y // 100, one.position.top_left.x))
    ]


def test_a_whole_sheet_decodes_and_so_does_each_of_its_24_labels():
    labels = [label(number) for number in range(1, PER_SHEET + 1)]

    [picture] = pictures(written(labels))

    assert sorted(decoded(picture)) == sorted(one.address for one in labels)
    assert [decoded(crop(picture, place)) for place in range(1, PER_SHEET + 1)] == [[one.address] for one in labels]


@pytest.mark.parametrize(("start", "right", "down"), [(1, "0", "0"), (5, "1.5", "-2"), (24, "-3", "2.5")])
def test_labels_begin_at_the_start_position_moved_by_the_offset(start, right, down):
    labels = [label(number) for number in range(1, 31)]

    sheets = pictures(written(labels, start, right, down))

    places = [(sheet, place) for sheet in range(3) for place in range(1, PER_SHEET + 1)][start - 1 :][: len(labels)]
    assert len(sheets) == places[-1][0] + 1
    for one, (sheet, place) in zip(labels, places, strict=True):
        assert decoded(crop(sheets[sheet], place, float(right), float(down))) == [one.address]
    for place in range(1, start):
        assert crop(sheets[0], place, float(right), float(down)).convert("L").getextrema() == (255, 255)


def test_a_sheet_is_a4_to_be_printed_at_its_own_size():
    reader = pypdf.PdfReader(io.BytesIO(written([label(1)])))

    [page] = reader.pages
    assert [float(side) * 25.4 / 72 for side in page.mediabox[2:]] == pytest.approx([210, 297])
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/PrintScaling"] == "/None"
    assert reader.trailer["/Root"]["/Lang"] == "vi-VN"


def test_the_texts_of_every_label_are_read_back():
    labels = [label(number) for number in range(1, PER_SHEET + 1)]

    text = pypdf.PdfReader(io.BytesIO(written(labels))).pages[0].extract_text()

    for one in labels:
        for part in (one.code, *one.lines):
            assert part in text
    assert text.count("Hạn: 01/03/2027") == PER_SHEET
    assert text.count("HTX Chè Suối Cạn") == PER_SHEET


@pytest.mark.parametrize(
    "changes",
    [
        {"name": LONG_NAME, "firm": LONG_FIRM},
        {"code": "KHO-THANH-PHAM-CAN-BAN-TANG-2-DAY-7-001", "name": LONG_NAME, "firm": LONG_FIRM},
        {"code": "M" * 300, "name": "W" * 300, "lines": ("Số máy: " + "9" * 300,), "due": "D" * 99, "firm": "Ắ" * 300},
        {"name": "", "lines": ("", "Nhóm 1"), "due": "", "firm": ""},
        {"name": "<b>Cân</b> & =1+1 \n\u202e \ufb01 ☃"},
    ],
)
def test_whatever_is_written_stays_three_millimetres_within_its_label_and_off_the_code(changes):
    labels = [label(number, **changes) for number in range(1, PER_SHEET + 1)]

    pdf = written(labels)

    [page] = read_pages(pdf)
    rows, columns = set(), set()
    for letter in page.letters:
        column, row = int(letter.left // WIDTH), int(letter.top // HEIGHT)
        rows.add(row)
        columns.add(column)
        assert column * WIDTH + 33 <= letter.left <= letter.right <= (column + 1) * WIDTH - 3
        assert row * HEIGHT + 3 <= letter.top <= letter.foot <= (row + 1) * HEIGHT - 3
    assert (rows, columns) == (set(range(8)), set(range(3)))
    assert sorted(decoded(pictures(pdf)[0])) == sorted(one.address for one in labels)


@pytest.mark.parametrize("name", [LONG_NAME, "CÂN SẤY ẨM ẬM Ở XƯỞNG CHÈ SUỐI CẠN, ĐỘ ẨM Ỗ Ễ"])
def test_no_letter_of_a_full_label_touches_another(name):
    [page] = read_pages(written([label(1, code="KHO-THANH-PHAM-CAN-BAN-TANG-2", name=name, firm=LONG_FIRM)]))

    for one, other in combinations(page.letters, 2):
        beside = min(one.right, other.right) - max(one.left, other.left)
        above = min(one.foot, other.foot) - max(one.top, other.top)
        assert min(beside, above) < 0.25, (one, other)


def test_what_does_not_fit_is_cut_with_a_mark_that_says_so():
    text = pypdf.PdfReader(io.BytesIO(written([label(1, name=LONG_NAME)]))).pages[0].extract_text()

    assert "Áp kế kiểu lò xo đường hơi" in text
    assert "phía đông" not in text
    assert "…" in text


def test_the_same_labels_give_the_same_bytes_and_only_embedded_fonts():
    labels = [label(number) for number in range(1, 60)]
    pdf = written(labels, 7, "0.5", "-0.5")

    assert pdf == written(labels, 7, "0.5", "-0.5")
    fonts = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"]
    assert all(any(font in one.get_object()["/BaseFont"] for font in Font) for one in fonts.values())


def test_edges_are_drawn_for_looking_only():
    without, with_edges = (pictures(written([label(1)], is_outlined=drawn))[0].convert("L") for drawn in (False, True))
    at_an_edge = (round(WIDTH * DOTS_PER_MM), round(7.5 * HEIGHT * DOTS_PER_MM))

    assert min(without.getpixel((at_an_edge[0] + step, at_an_edge[1])) for step in (-1, 0, 1)) == 255
    assert min(with_edges.getpixel((at_an_edge[0] + step, at_an_edge[1])) for step in (-1, 0, 1)) < 220
