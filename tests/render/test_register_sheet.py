"""The register as a spreadsheet: locked but open to typing, with lists and limits; texts stay texts; the same bytes."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from datetime import date
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from core.domain.instruments import MeasuringInstrument
from core.domain.register.sheet import (
    COLUMNS,
    FORMAT,
    CellKind,
    RegisterTemplate,
    TemplateColumn,
    TemplateRow,
    mark_of,
)
from core.language import clean
from core.render.register_sheet import write_register_sheet
from tests.render.samples import HOSTILE

LISTS = {"list_use": ("Dùng để", "Mua bán", "An toàn"), "list_truth": ("", "Có", "Không")}


def template(*instruments, spare_rows=500):
    """A register as the service would hand it over, with plain words."""
    rows = tuple(
        TemplateRow(f"id-{number}", mark_of(one), tuple(cell(getattr(one, column.field)) for column in COLUMNS))
        for number, one in enumerate(instruments)
    )
    columns = tuple(
        TemplateColumn(column, f"Cột {column.field}", f"Ghi {column.field}. " + "a" * 300, "chữ", list_of(column))
        for column in COLUMNS
    )
    return RegisterTemplate(
        origin="don-vi",
        title="Danh mục phương tiện đo",
        firm="Chè <b>Suối</b> & Cạn",
        made_on=date(2026, 11, 22),
        sheet_names=("Danh mục", "Hướng dẫn", "Danh sách 'chọn' sẵn"),
        columns=columns,
        rows=rows,
        lists=LISTS,
        guide=("Lập ngày 22/11/2026, phiên bản 2026.1.", "Chưa biết thì để trống."),
        guide_heads=("Cột", "Ghi gì", "Dạng"),
        refusal="Ô này cần {expected}.",
        foot="Chè Suối & Cạn · 2026.1",
        spare_rows=spare_rows,
    )


def cell(value):
    return "" if value is None else value if isinstance(value, int | date) else str(value)


def list_of(column):
    return {CellKind.SUGGESTED: "list_use", CellKind.CHOICE: "list_truth"}.get(column.kind, "")


def book_of(content):
    return load_workbook(io.BytesIO(content))


SCALE = MeasuringInstrument("C-01", "Cân bàn", verified_on=date(2026, 3, 1), price_vnd=250_000, serial="0042")


def test_a_person_types_into_unlocked_cells_of_a_locked_sheet():
    book = book_of(write_register_sheet(template(SCALE)))
    register, guide, lists = book.worksheets
    assert all(page.protection.sheet and not page.protection.password for page in (register, guide, lists))
    assert book.security.lockStructure
    assert lists.sheet_state == "hidden"
    assert (register["C2"].protection.locked, register["C3"].protection.locked) == (True, False)
    assert {register.cell(503, place).protection.locked for place in range(3, 44)} == {False}
    # Not locked, in the words of the file format: a person may sort, filter, insert rows and widen columns.
    options = register.protection
    assert not any((options.sort, options.autoFilter, options.insertRows, options.formatColumns))


def test_head_and_first_columns_stay_in_sight_and_the_machine_part_out_of_it():
    page = book_of(write_register_sheet(template(SCALE))).worksheets[0]
    assert page.freeze_panes == "E3"
    assert page.row_dimensions[1].hidden
    assert page.column_dimensions["A"].hidden
    assert page["A1"].value == f"{FORMAT} don-vi"
    assert [one.value for one in page[1]][2:] == [column.field for column in COLUMNS]
    assert page.auto_filter.ref == "A2:AQ503"
    assert (page["A3"].value, page["B3"].value) == ("id-0", mark_of(SCALE))


def test_every_column_says_what_it_holds_and_refuses_the_rest():
    page = book_of(write_register_sheet(template(SCALE))).worksheets[0]
    rules = {str(rule.sqref).split(":")[0].rstrip("0123456789"): rule for rule in page.data_validations.dataValidation}
    assert len(rules) == len(COLUMNS)
    kinds = {CellKind.TEXT: "textLength", CellKind.DAY: "date", CellKind.WHOLE: "whole"}
    for rule, column in zip(rules.values(), COLUMNS, strict=True):
        assert rule.type == kinds.get(column.kind, "list")
        assert rule.promptTitle == f"Cột {column.field}"[:32]
        assert len(rule.prompt) <= 255
        assert rule.error == "Ô này cần chữ."
        assert (rule.errorStyle == "information") is (column.kind is CellKind.SUGGESTED)
        assert str(rule.sqref).endswith("503")


def test_dates_are_dates_numbers_are_numbers_and_codes_stay_texts():
    page = book_of(write_register_sheet(template(SCALE))).worksheets[0]
    found = {page.cell(1, place).value: page.cell(3, place) for place in range(3, 44)}
    assert (found["verified_on"].value.date(), found["verified_on"].number_format) == (date(2026, 3, 1), "dd/mm/yyyy")
    assert (found["price_vnd"].value, found["price_vnd"].data_type) == (250_000, "n")
    assert (found["serial"].value, found["serial"].number_format) == ("0042", "@")


@pytest.mark.parametrize("text", [clean(text) for text in HOSTILE.values()], ids=HOSTILE)
def test_a_text_never_becomes_a_formula_or_a_link(text):
    content = write_register_sheet(template(replace(SCALE, name=text, note=text, place=f"={text}")))
    with ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet
    assert not [name for name in parts if "externalLink" in name]


def test_the_guide_says_when_it_was_made_and_what_each_column_is_for():
    guide = book_of(write_register_sheet(template())).worksheets[1]
    texts = [str(one) for row in guide.iter_rows(values_only=True) for one in row if one]
    assert "Lập ngày 22/11/2026, phiên bản 2026.1." in texts
    assert sum(text.startswith("Cột ") for text in texts) == len(COLUMNS)


def test_the_same_register_gives_the_same_bytes():
    first = write_register_sheet(template(SCALE))
    time.sleep(2.1)  # The archive counts in steps of two seconds.
    assert write_register_sheet(template(SCALE)) == first


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1), date(2199, 12, 31)])
def test_a_day_of_any_year_is_the_same_day_in_a_spreadsheet(day):
    page = book_of(write_register_sheet(template(replace(SCALE, verified_on=day)))).worksheets[0]
    [found] = [page.cell(3, place).value for place in range(3, 44) if page.cell(1, place).value == "verified_on"]
    assert found.date() == day
