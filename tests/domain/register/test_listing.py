"""A register is looked through by what is due first, by state, and by words without their marks."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.instruments import InstrumentState, MeasuringInstrument, Standing, standing_of
from core.domain.register.listing import URGENCY, Wanted, count_by_state, folded, free_code, likely_rows, listed
from core.storage.content import load_catalogue

ROWS = load_catalogue().group2
TODAY = date(2026, 11, 22)
DAYS = st.none() | st.dates(date(2023, 1, 1), date(2027, 12, 31))


def standings_of(lines: list[MeasuringInstrument]) -> dict[str, Standing]:
    return {one.code: standing_of(one, ROWS.get(one.group2_row), TODAY) for one in lines}


registers = st.lists(
    st.builds(
        MeasuringInstrument,
        code=st.sampled_from([f"C-{number:02}" for number in range(20)]),
        group2_row=st.sampled_from(["", "8b", "1a"]),
        in_use=st.booleans(),
        verified_on=DAYS,
        calibrated_on=DAYS,
        interval_months=st.none() | st.integers(1, 24),
    ),
    unique_by=lambda one: one.code,
)


@given(registers, st.randoms())
def test_the_order_of_rows_changes_nothing_and_nobody_is_left_out(lines, chance):
    standings = standings_of(lines)
    found = listed(lines, standings, Wanted())
    chance.shuffle(lines)

    assert listed(lines, standings, Wanted()) == found
    assert sorted(one.code for one in found) == sorted(one.code for one in lines)
    places = [URGENCY.index(standings[one.code].state) for one in found]
    assert places == sorted(places)


@given(registers)
def test_within_a_state_the_earlier_day_stands_first_and_the_counts_are_those_of_the_filters(lines):
    standings = standings_of(lines)
    counts = count_by_state(standings)
    for state in InstrumentState:
        found = listed(lines, standings, Wanted(state))
        assert len(found) == counts.get(state, 0)
        known = [standings[one.code].due for one in found if standings[one.code].due]
        assert known == sorted(known)


def test_group_2_without_a_date_stands_before_group_1_without_one():
    lines = [MeasuringInstrument("A-01"), MeasuringInstrument("B-01", group2_row="8b")]

    assert [one.code for one in listed(lines, standings_of(lines), Wanted())] == ["B-01", "A-01"]


@pytest.mark.parametrize("words", ["do am", "ĐỘ ẨM", "Phòng thử", "m-01", "k6 mettler", "  "])
def test_a_line_is_found_by_any_of_its_words_without_marks(words):
    line = MeasuringInstrument("M-01", "Máy đo độ ẩm", place="Phòng thử", serial="K6-20418", maker="Mettler")
    other = MeasuringInstrument("X-02", "Áp kế")

    found = listed([line, other], standings_of([line, other]), Wanted(words=words))

    assert line in found
    assert (other in found) == (not words.strip())


@pytest.mark.parametrize(
    ("text", "seen"),
    [("Đồng hồ", "dong ho"), ("ĐỒNG\u2003HỒ", "dong ho"), ("Cân ba\u0300n", "can ban"), ("m³/h", "m³/h"), ("", "")],
)
def test_folding_takes_marks_and_case_away(text, seen):
    assert folded(text) == seen


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("Cân bàn điện tử 60 kg", "8b"),
        ("Can ban", "8b"),
        ("Cân ô tô 80 tấn", "10"),
        ("Áp kế nồi hơi 16 bar", "31"),
        ("Máy đo độ ồn", "52"),
        ("Cột đo xăng dầu số 3", "19"),
        ("Electronic platform scale", "8b"),
        ("Fuel dispenser", "19"),
        ("Taximet", "2"),
    ],
)
def test_a_name_points_to_its_row_of_the_group_2_list(name, row):
    assert likely_rows(name, ROWS)[0].row == row


@pytest.mark.parametrize("name", ["", "Thước cặp", "Máy", "Điện tử", "Khí", "Tủ sấy phòng kiểm tra chất lượng"])
def test_a_name_that_says_too_little_points_nowhere(name):
    assert likely_rows(name, ROWS) == ()


@pytest.mark.parametrize(
    ("name", "taken", "code"),
    [("Cân", [], "C-01"), ("Đồng hồ", ["D-01"], "D-02"), ("80 t", [], "T-01"), ("", [], "M-01"), ("#1", [], "M-01")],
)
def test_a_code_is_the_first_letter_of_the_name_and_the_next_free_number(name, taken, code):
    assert free_code(name, taken.__contains__) == code
