"""The register out to a spreadsheet and in again: nothing lost, nothing taken unasked, errors told by cell."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from xlsxwriter import Workbook

from core.domain.instruments import MeasuringInstrument, ServiceKind, ServiceResult
from core.domain.register.points import ProcessPoint
from core.domain.register.sheet import COLUMNS, RegisterTemplate, RowKind
from core.errors import BadInput, Conflict, NotThere
from core.language import Language
from core.services import register_sheets, registering
from core.services.environment import transaction
from core.services.register_sheets import Chosen
from tests.exchange.strategies import counts, days, names, texts

FIRST_ROW = 3
LETTERS = {column.field: place for place, column in enumerate(COLUMNS, start=3)}
SCALE = MeasuringInstrument(
    "C-01",
    name="Cân bàn 60 kg",
    group2_row="8b",
    serial="K6-20418",
    place="Kho",
    use="trade",
    verified_on=date(2026, 3, 1),
    verified_until=date(2027, 3, 1),
    verified_by="Trung tâm Kiểm định Ví Dụ",
    verification_result=ServiceResult.PASSED,
    interval_months=12,
    price_vnd=250_000,
    accuracy="III",
    division="0,1 kg",
)
THERMOMETER = MeasuringInstrument("N-01", name="Nhiệt kế lò sao", place="Xưởng", accredited=True, in_use=False)


@pytest.fixture(scope="module", autouse=True)
def few_spare_rows():
    """Room for 20 new lines: openpyxl takes a second over all 500, which tests/render, pages and e2e have."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(register_sheets, "RegisterTemplate", partial(RegisterTemplate, spare_rows=20))
        yield


@pytest.fixture
def register(environment, people):
    """A register of two instruments."""
    keep(environment, people, (None, SCALE), (None, THERMOMETER))
    return people


def keep(environment, people, *changes):
    registering.save_instruments(environment, people.owner, people.enterprise_id, changes)


def kept(environment, people):
    return registering.open_register(environment, people.owner, people.enterprise_id).instruments


def export(environment, people, language=Language.VI):
    return register_sheets.export_sheet(environment, people.owner, people.enterprise_id, language)


def preview(environment, people, content, actor=None, **options):
    return register_sheets.preview_sheet(
        environment, actor or people.owner, people.enterprise_id, content, name="danh-muc.xlsx", **options
    )


def edited(content, **cells):
    """Type into cells of the downloaded file, as a person would: `edited(file, name_3="Cân khác")`."""
    book = load_workbook(io.BytesIO(content))
    page = book.worksheets[0]
    for place, value in cells.items():
        field, _, row = place.rpartition("_")
        page.cell(int(row), LETTERS[field]).value = value
    return saved(book)


def saved(book):
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def own_list(*rows):
    """A list of somebody's own making."""
    target = io.BytesIO()
    workbook = Workbook(target, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    page = workbook.add_worksheet("PTĐ")
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    workbook.close()
    return target.getvalue()


def row_of(found, code):
    [row] = [row for row in found.rows if row.code == code]
    return row


def changes_of(row):
    return {change.field: (change.kept, change.wanted) for change in row.changes}


def faults_of(found):
    return [(fault.place, fault.code, fault.seen) for row in found.rows for fault in row.faults]


@pytest.mark.parametrize("language", list(Language))
def test_a_file_that_nobody_touched_changes_nothing(environment, register, language):
    found = preview(environment, register, export(environment, register, language))
    assert [row.kind for row in found.rows] == [RowKind.SAME, RowKind.SAME]
    assert (found.missing, found.foreign, found.is_own) == ((), (), True)
    assert found.sheet == ("Danh mục" if language is Language.VI else "Register")


def test_what_a_person_changed_is_shown_field_by_field_and_kept_on_request(environment, register):
    file = edited(
        export(environment, register),
        place_3="Quầy 2",
        price_vnd_3=None,
        checked_on_4="15/11/2026",
        in_use_4="Đang dùng",
    )
    found = preview(environment, register, file)
    assert changes_of(row_of(found, "C-01")) == {"place": ("Kho", "Quầy 2"), "price_vnd": (250_000, None)}
    assert changes_of(row_of(found, "N-01")) == {"checked_on": (None, date(2026, 11, 15)), "in_use": (False, True)}
    assert kept(environment, register) == (SCALE, THERMOMETER)

    taken = register_sheets.apply_sheet(environment, register.editor, found)

    assert (taken.rows, taken.removed) == (2, 0)
    assert kept(environment, register) == (
        replace(SCALE, place="Quầy 2", price_vnd=None),
        replace(THERMOMETER, checked_on=date(2026, 11, 15), in_use=True),
    )


def test_new_rows_are_added_below_and_lines_left_out_stay(environment, register):
    file = edited(export(environment, register), code_4="N-02", name_4="Nhiệt kế khác", code_5="A-01", name_5="Áp kế")
    found = preview(environment, register, file)
    # The hidden id still says N-01; its code stands in no row, so the row is that line under another code.
    assert changes_of(row_of(found, "N-02"))["code"] == ("N-01", "N-02")
    assert row_of(found, "A-01").kind is RowKind.NEW

    emptied = load_workbook(io.BytesIO(export(environment, register)))
    emptied.worksheets[0].delete_rows(3)
    found = preview(environment, register, saved(emptied))
    assert [line.instrument.code for line in found.missing] == ["C-01"]
    register_sheets.apply_sheet(environment, register.owner, found)
    assert len(kept(environment, register)) == 2


def test_a_line_is_removed_only_when_it_was_asked_for(environment, register):
    emptied = load_workbook(io.BytesIO(export(environment, register)))
    emptied.worksheets[0].delete_rows(3)
    found = preview(environment, register, saved(emptied))
    taken = register_sheets.apply_sheet(
        environment, register.owner, found, Chosen(removed=frozenset(line.id for line in found.missing))
    )
    assert (taken.rows, taken.removed) == (0, 1)
    assert kept(environment, register) == (THERMOMETER,)


def test_a_line_that_was_changed_since_is_not_removed(environment, register):
    emptied = load_workbook(io.BytesIO(export(environment, register)))
    emptied.worksheets[0].delete_rows(3)
    found = preview(environment, register, saved(emptied))
    keep(environment, register, (SCALE, replace(SCALE, serial="77")))
    with pytest.raises(Conflict, match="line-changed-meanwhile"):
        register_sheets.apply_sheet(
            environment, register.owner, found, Chosen(removed=frozenset(line.id for line in found.missing))
        )
    assert len(kept(environment, register)) == 2


def test_what_others_changed_since_stays_and_only_the_same_cell_is_a_conflict(environment, register):
    file = edited(export(environment, register), place_3="Quầy 2", owner_4="Tổ sao")
    theirs = replace(SCALE, place="Kho 9", serial="77")
    keep(environment, register, (SCALE, theirs), (THERMOMETER, replace(THERMOMETER, maker="Hãng Ví Dụ")))

    found = preview(environment, register, file)

    assert row_of(found, "N-01").kind is RowKind.CHANGED
    conflict = row_of(found, "C-01")
    assert conflict.kind is RowKind.CONFLICT
    assert [(one.field, one.kept, one.wanted, one.is_conflict) for one in conflict.changes] == [
        ("place", "Kho 9", "Quầy 2", True)
    ]
    register_sheets.apply_sheet(environment, register.owner, found)
    assert kept(environment, register) == (theirs, replace(THERMOMETER, maker="Hãng Ví Dụ", owner="Tổ sao"))

    found = preview(environment, register, file)
    register_sheets.apply_sheet(environment, register.owner, found, Chosen(taken=frozenset({conflict.number})))
    assert kept(environment, register)[0] == replace(theirs, place="Quầy 2")


def test_a_change_between_preview_and_taking_is_told_and_nothing_is_written(environment, register):
    found = preview(environment, register, edited(export(environment, register), place_3="Quầy 2", owner_4="Tổ sao"))
    keep(environment, register, (SCALE, replace(SCALE, place="Kho 9")))
    with pytest.raises(Conflict):
        register_sheets.apply_sheet(environment, register.owner, found)
    assert kept(environment, register) == (replace(SCALE, place="Kho 9"), THERMOMETER)


def test_a_line_that_others_removed_comes_back_only_on_request(environment, register):
    file = export(environment, register)
    registering.remove_instrument(environment, register.owner, register.enterprise_id, "N-01")
    found = preview(environment, register, file)
    row = row_of(found, "N-01")
    assert (row.kind, row.was_removed) == (RowKind.CONFLICT, True)
    register_sheets.apply_sheet(environment, register.owner, found)
    assert kept(environment, register) == (SCALE,)
    register_sheets.apply_sheet(environment, register.owner, found, Chosen(taken=frozenset({row.number})))
    assert kept(environment, register) == (SCALE, THERMOMETER)


def test_a_line_that_others_added_under_the_same_code_is_a_conflict(environment, register):
    file = edited(export(environment, register), code_5="A-01", name_5="Áp kế")
    keep(environment, register, (None, MeasuringInstrument("A-01", name="Áp kế lò hơi")))
    assert row_of(preview(environment, register, file), "A-01").kind is RowKind.CONFLICT


def test_rows_sorted_apart_from_their_hidden_ids_are_known_by_their_codes(environment, register):
    book = load_workbook(io.BytesIO(export(environment, register)))
    page = book.worksheets[0]
    for column in (1, 2):
        above, below = page.cell(3, column).value, page.cell(4, column).value
        page.cell(3, column).value, page.cell(4, column).value = below, above
    assert [row.kind for row in preview(environment, register, saved(book)).rows] == [RowKind.SAME, RowKind.SAME]


def test_a_row_copied_with_its_hidden_id_is_a_new_line(environment, register):
    book = load_workbook(io.BytesIO(export(environment, register)))
    page = book.worksheets[0]
    for cell in list(page[3]):
        page.cell(5, cell.column).value = cell.value
    page.cell(5, LETTERS["code"]).value = "C-02"
    found = preview(environment, register, saved(book))
    assert [(row.code, row.kind) for row in found.rows] == [
        ("C-01", RowKind.SAME),
        ("N-01", RowKind.SAME),
        ("C-02", RowKind.NEW),
    ]
    register_sheets.apply_sheet(environment, register.owner, found)
    assert kept(environment, register)[2] == replace(SCALE, code="C-02")


def test_columns_may_move_and_headings_may_be_renamed(environment, register):
    book = load_workbook(io.BytesIO(edited(export(environment, register), place_3="Quầy 2")))
    page = book.worksheets[0]
    page.cell(2, LETTERS["place"]).value = "Chỗ để"
    page.move_range(f"{page.cell(1, LETTERS['place']).coordinate}:{page.cell(9, LETTERS['place']).coordinate}", cols=60)
    found = preview(environment, register, saved(book))
    assert changes_of(row_of(found, "C-01")) == {"place": ("Kho", "Quầy 2")}


def test_a_later_verification_typed_over_the_old_one_files_it_in_history(environment, register):
    file = edited(export(environment, register), verified_on_3=datetime(2026, 11, 1), verified_until_3=None)
    register_sheets.apply_sheet(environment, register.owner, preview(environment, register, file))
    verifications = kept(environment, register)[0].services(ServiceKind.VERIFICATION)
    assert [(one.on, one.until) for one in verifications] == [
        (date(2026, 3, 1), date(2027, 3, 1)),
        (date(2026, 11, 1), None),
    ]


@pytest.mark.parametrize(
    "field, typed, wanted",
    [
        ("verified_on", "1/3/2026", date(2026, 3, 1)),
        ("verified_on", "01-03-2026", date(2026, 3, 1)),
        ("verified_on", "2026-03-01", date(2026, 3, 1)),
        ("verified_on", datetime(2026, 3, 1, 10, 30), date(2026, 3, 1)),
        ("price_vnd", "1.200.000", 1_200_000),
        ("price_vnd", "1,200,000 VND", 1_200_000),
        ("price_vnd", "1 200 000", 1_200_000),
        ("interval_months", 12.0, 12),
        ("interval_months", "12", 12),
        ("division", 2.5, "2,5"),
        ("division", "2.5", "2.5"),
        ("serial", 20418, "20418"),
        ("name", "Ca\u0302n ba\u0300n\u0007", "Cân bàn"),
        ("name", " =1+1", "=1+1"),
        ("group2_row", "8b", "8b"),
        ("group2_row", 2, "2"),
        ("type_approved", "CO", True),
        ("type_approved", "x", True),
        ("type_approved", False, False),
        ("use", "an toan", "safety"),
        ("use", "Trưng bày", "Trưng bày"),
        ("in_use", "hỏng", False),
        ("in_use", "", True),
        ("calibration_result", "ĐẠT", ServiceResult.PASSED),
    ],
)
def test_a_cell_is_read_as_people_write_it(sqlite_environment, sqlite_people, field, typed, wanted):
    heading = sqlite_environment.catalogue.word(f"sheet.column.{field}.heading").vi
    [row] = preview(sqlite_environment, sqlite_people, own_list(("Mã", heading), ("C-01", typed))).rows
    assert (row.kind, getattr(row.wanted, field)) == (RowKind.NEW, wanted)


@pytest.mark.parametrize(
    "field, typed, code, seen",
    [
        ("verified_on", "31/02/2026", "sheet-cell-unfit", "31/02/2026"),
        ("verified_on", "12/31/2026", "sheet-cell-unfit", "12/31/2026"),
        ("verified_on", "tháng 3/2026", "sheet-cell-unfit", "tháng 3/2026"),
        ("verified_on", 45000, "sheet-cell-unfit", "45000"),
        ("verified_on", datetime(2300, 1, 1), "sheet-cell-unfit", "01/01/2300"),
        ("price_vnd", -1, "sheet-cell-unfit", "-1"),
        ("price_vnd", "hai trăm", "sheet-cell-unfit", "hai trăm"),
        ("interval_months", 2.5, "sheet-cell-unfit", "2,5"),
        ("interval_months", 0, "sheet-cell-unfit", "0"),
        ("interval_months", True, "sheet-cell-unfit", "TRUE"),
        ("group2_row", "999z", "sheet-cell-unfit", "999z"),
        ("accredited", "có lẽ", "sheet-cell-unfit", "có lẽ"),
        ("range", datetime(2026, 5, 1), "sheet-cell-turned", "01/05/2026"),
        ("serial", 12345678901234567890, "sheet-cell-turned", "1,234567890123457e+19"),
        ("name", "a" * 501, "sheet-cell-too-long", "a" * 80),
        ("name", "#N/A", "sheet-cell-unfit", "#N/A"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_told_by_its_place(sqlite_environment, sqlite_people, field, typed, code, seen):
    heading = sqlite_environment.catalogue.word(f"sheet.column.{field}.heading").vi
    file = own_list(("Ghi chú", "Mã", heading), ("", "C-01", typed), ("", "C-02", ""))
    found = preview(sqlite_environment, sqlite_people, file)
    assert faults_of(found) == [("C2", code, seen)]
    assert [row.kind for row in found.rows] == [RowKind.WRONG, RowKind.NEW]


def test_every_row_is_judged_and_good_rows_are_taken_without_the_wrong_ones(environment, register):
    file = edited(
        export(environment, register),
        verified_on_3="32/13/2026",
        price_vnd_3="nhiều",
        place_4="Kho 2",
        name_5="Cân không mã",
        code_6="N-01",
        code_7="A-01",
        serial_7="=1+1",
    )
    found = preview(environment, register, file)
    assert faults_of(found) == [
        ("V3", "sheet-cell-unfit", "32/13/2026"),
        ("AM3", "sheet-cell-unfit", "nhiều"),
        ("C5", "sheet-code-missing", ""),
        ("C6", "sheet-code-twice", "N-01"),
        ("M7", "sheet-cell-formula", "=1+1"),
    ]
    assert found.missing == ()
    register_sheets.apply_sheet(environment, register.owner, found)
    assert kept(environment, register) == (SCALE, replace(THERMOMETER, place="Kho 2"))


def test_a_short_year_is_read_but_told(sqlite_environment, sqlite_people):
    [row] = preview(sqlite_environment, sqlite_people, own_list(("Mã", "Ngày kiểm định"), ("C-01", "1/3/26"))).rows
    assert row.wanted.verified_on == date(2026, 3, 1)
    assert [(one.place, one.code) for one in row.doubts] == [("B2", "sheet-day-short-year")]


def test_a_list_of_ones_own_adds_and_fills_but_empties_nothing(environment, register):
    file = own_list(("STT", "Mã", "Tên thiết bị", "Vị trí"), (1, "C-01", "", "Quầy 2"), (2, "X-09", "Đồng hồ", ""))
    found = preview(environment, register, file)
    assert changes_of(row_of(found, "C-01")) == {"place": ("Kho", "Quầy 2")}
    assert row_of(found, "X-09").kind is RowKind.NEW
    assert (found.foreign, found.is_own) == (("STT",), False)
    assert [line.instrument.code for line in found.missing] == ["N-01"]


def test_a_file_of_another_register_brings_no_ids_along(environment, register):
    file = export(environment, register)
    found = register_sheets.preview_sheet(environment, register.stranger, register.strangers_enterprise_id, file)
    assert [row.kind for row in found.rows] == [RowKind.NEW, RowKind.NEW]
    register_sheets.apply_sheet(environment, register.stranger, found)
    theirs = registering.open_register(environment, register.stranger, register.strangers_enterprise_id)
    assert theirs.instruments == (SCALE, THERMOMETER)
    mine = registering.open_register(environment, register.owner, register.enterprise_id)
    assert {one.id for one in theirs.kept}.isdisjoint({one.id for one in mine.kept})


def test_points_come_by_name_and_what_the_lists_no_longer_know_comes_back(environment, register):
    for point in (ProcessPoint("can-nhap", "Cân nhập", "khối lượng"), ProcessPoint("can-xuat", "Cân xuất")):
        registering.save_point(environment, register.owner, register.enterprise_id, seen=None, wanted=point)
    at_points = [replace(SCALE, code=f"P-{number}", point=point) for number, point in enumerate(("can-nhap", "mất"))]
    keep(environment, register, *((None, one) for one in at_points))
    with transaction(environment, register.owner) as repository:
        odd = replace(SCALE, code="P-9", group2_row="99x")
        repository.instruments.save(register.enterprise_id, seen=None, wanted=odd)

    file = export(environment, register)

    assert {row.kind for row in preview(environment, register, file).rows} == {RowKind.SAME}
    found = preview(environment, register, edited(file, point_3="can xuat"))
    assert changes_of(row_of(found, "C-01")) == {"point": ("", "can-xuat")}


def test_more_lines_than_a_register_holds_are_refused_before_anything_is_written(environment, register, monkeypatch):
    monkeypatch.setattr(register_sheets, "INSTRUMENT_LIMIT", 3)
    with pytest.raises(BadInput, match="register-full"):
        preview(environment, register, edited(export(environment, register), code_5="A", code_6="B"))


def test_a_viewer_downloads_only_and_others_learn_nothing(environment, register):
    file = register_sheets.export_sheet(environment, register.viewer, register.enterprise_id, Language.VI)
    changed = preview(environment, register, edited(file, place_3="x"))
    for actor in (register.viewer, register.stranger, register.adviser, register.official, register.administrator):
        with pytest.raises(NotThere):
            preview(environment, register, file, actor)
        with pytest.raises(NotThere):
            register_sheets.apply_sheet(environment, actor, changed)
        if actor is not register.viewer:
            with pytest.raises(NotThere):
                register_sheets.export_sheet(environment, actor, register.enterprise_id, Language.VI)
    assert kept(environment, register) == (SCALE, THERMOMETER)


instruments = st.builds(
    MeasuringInstrument,
    code=names,
    name=texts,
    group2_row=st.sampled_from(["", "8b", "1a", "2"]),
    maker=texts,
    serial=texts,
    range=texts,
    tolerance=texts,
    note=texts,
    use=st.sampled_from(["", "trade", "safety", "thử nghiệm"]),
    in_use=st.booleans(),
    verified_on=st.none() | days,
    verified_until=st.none() | days,
    calibrated_on=st.none() | days,
    verification_result=st.none() | st.sampled_from(ServiceResult),
    interval_months=st.none() | st.integers(1, 1_200),
    price_vnd=st.none() | counts,
    type_approved=st.none() | st.booleans(),
    confirmed=st.none() | st.booleans(),
    end_of_month=st.booleans(),
)


@settings(
    max_examples=30,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(instruments, max_size=6, unique_by=lambda one: one.code),
    st.sampled_from(Language),
    st.sampled_from(Language),
)
def test_any_register_comes_back_as_it_went(sqlite_environment, sqlite_people, register, written_in, read_in):
    people = sqlite_people
    with transaction(sqlite_environment, people.owner) as repository:
        repository.instruments.replace(people.enterprise_id, register)

    file = export(sqlite_environment, people, written_in)

    found = preview(sqlite_environment, people, file, language=read_in)
    assert [row.wanted for row in found.rows] == register
    assert {row.kind for row in found.rows} <= {RowKind.SAME}
    # Into an empty register the same file brings the same lines.
    with transaction(sqlite_environment, people.owner) as repository:
        repository.instruments.replace(people.enterprise_id, ())
    found = preview(sqlite_environment, people, file, language=read_in)
    taken = Chosen(taken=frozenset(row.number for row in found.rows))
    register_sheets.apply_sheet(sqlite_environment, people.owner, found, taken)
    assert list(kept(sqlite_environment, people)) == register
