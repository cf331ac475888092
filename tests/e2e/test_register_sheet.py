"""The register goes to Excel and comes back in a real browser, on a telephone too."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect
from xlsxwriter import Workbook

from core.language import Language

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDER = "() => document.documentElement.scrollWidth > innerWidth"


def own_list(*rows):
    target = io.BytesIO()
    workbook = Workbook(target, {"in_memory": True})
    page = workbook.add_worksheet("PTĐ")
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    workbook.close()
    return target.getvalue()


def changed(content, **cells):
    book = load_workbook(io.BytesIO(content))
    for place, value in cells.items():
        book.worksheets[0][place] = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def send(person, name, content):
    person.page.locator("input[type=file]").set_input_files({"name": name, "mimeType": EXCEL, "buffer": content})


def take(person):
    person.page.locator(".st-key-sheet_take button").click()
    person.settle()


@pytest.mark.parametrize("language", list(Language))
def test_a_register_goes_to_excel_and_comes_back(at_work, language):
    person, _ = at_work(language, phone=True)
    person.go("/phuong-tien-do-excel")

    # A list of one's own begins the register.
    send(
        person,
        "danh-sach.xlsx",
        own_list(("STT", "Mã", "Tên thiết bị"), (1, "C-01", "Cân bàn"), (2, "N-01", "Nhiệt kế")),
    )
    expect(person.page.get_by_text(person.say("sheet.count.new", count=2))).to_be_visible()
    expect(person.page.get_by_text("STT").first).to_be_visible()
    take(person)
    expect(person.page.get_by_text(person.say("sheet.done", count=2, time="")[:12])).to_be_visible()

    # Downloaded, changed by hand, sent back: one good change, one new row, one wrong cell.
    file = person.download("sheet.download.button").read_bytes()
    send(person, "danh-muc.xlsx", changed(file, H3="Quầy 2", V4="32/13/2026", C5="A-01", D5="=1+1", C6="B-01"))
    expect(person.page.get_by_text("V4")).to_be_visible()
    expect(person.page.get_by_text("D5")).to_be_visible()
    expect(person.page.get_by_text("Quầy 2")).to_be_visible()
    person.settle()
    assert person.violations() == []
    assert not person.page.evaluate(WIDER)
    take(person)
    expect(person.page.get_by_text(person.say("sheet.done-wrong", count=2)[:12])).to_be_visible()

    # What was taken is in the next file; the wrong rows are as they were.
    again = load_workbook(io.BytesIO(person.download("sheet.download.button").read_bytes())).worksheets[0]
    rows = [[again[f"{column}{row}"].value for column in "CDH"] for row in (3, 4, 5, 6)]
    assert rows == [["C-01", "Cân bàn", "Quầy 2"], ["N-01", "Nhiệt kế", None], ["B-01", None, None], [None] * 3]


def test_what_cannot_be_taken_is_refused_with_a_sentence_and_the_waiting_file_stays(at_work, tmp_path):
    person, _ = at_work()
    person.go("/phuong-tien-do-excel")
    send(person, "danh-sach.xlsx", own_list(("Mã", "Tên thiết bị"), ("C-01", "Cân bàn")))
    expect(person.page.get_by_text("Cân bàn")).to_be_visible()

    for name, content, code in (
        ("bang.xlsx", "Mã;Tên\nC-01;Cân\n".encode(), "sheet-not-excel"),
        ("cu.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "sheet-old-excel"),
        ("khac.xlsx", own_list(("Ngày", "Thu"), (1, 2)), "sheet-without-head"),
    ):
        send(person, name, content)
        expect(person.page.get_by_text(name)).to_be_visible()
        sentence = person.say(f"errors.{code}.mend").split("{")[0]
        expect(person.page.get_by_text(sentence)).to_be_visible()
        expect(person.page.get_by_text("Cân bàn")).to_be_visible()

    # What is far too large never leaves the browser.
    large = tmp_path / "lớn.xlsx"
    with large.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    person.page.locator("input[type=file]").set_input_files(large)
    refusal = person.say("widgets.file-too-large", name="lớn.xlsx", limit=10)
    expect(person.page.get_by_text(refusal)).to_be_visible()

    # The file waits while one looks at something else.
    person.page.get_by_role("link", name=person.say("frame.menu.data")).first.click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text(person.say("data.title"))
    person.page.go_back()
    expect(person.page.get_by_text("Cân bàn")).to_be_visible()
