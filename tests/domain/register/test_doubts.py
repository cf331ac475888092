"""Doubts about lines of the register: they warn, and never block."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.catalogue import Group2Row
from core.domain.instruments import MeasuringInstrument, ServiceKind, ServiceRecord
from core.domain.register.doubts import Doubt, DoubtCode, doubts_of, doubts_of_register
from core.language import Text
from tests.domain.strategies import TODAY, moderate

TOMORROW = TODAY + timedelta(days=1)
ROW = Group2Row("8b", Text("Cân bàn", "Platform scale"), True, True, True, True, 12, False, "")
DOUBTFUL = replace(ROW, row="10", is_doubtful=True)
GAUGE = MeasuringInstrument("T-01", serial="123", place="Kho", unit="bar", range="0–16 bar", division="0,1")
SCALE = MeasuringInstrument(
    "C-01", serial="9", place="Kho", unit="kg", group2_row="8b", range="0–60", division="0,02", accuracy="Cấp III"
)


def test_a_line_that_is_in_order_has_no_doubt():
    assert doubts_of(GAUGE, None, TODAY) == ()
    assert doubts_of(SCALE, ROW, TODAY) == ()


@pytest.mark.parametrize(
    "changes, doubt",
    [
        ({"serial": ""}, Doubt(DoubtCode.SERIAL_MISSING, "serial")),
        ({"place": ""}, Doubt(DoubtCode.PLACE_MISSING, "place")),
        ({"calibrated_on": TOMORROW}, Doubt(DoubtCode.DATE_IN_FUTURE, "calibrated_on", TOMORROW, TODAY)),
        ({"repaired_on": TOMORROW}, Doubt(DoubtCode.DATE_IN_FUTURE, "repaired_on", TOMORROW, TODAY)),
        ({"interval_months": 0}, Doubt(DoubtCode.INTERVAL_ABSURD, "interval_months", 0, 120)),
        ({"interval_months": 1200}, Doubt(DoubtCode.INTERVAL_ABSURD, "interval_months", 1200, 120)),
        ({"mpe": "khoảng 1"}, Doubt(DoubtCode.QUANTITY_UNREADABLE, "mpe", "khoảng 1")),
        ({"mpe": "1.200"}, Doubt(DoubtCode.QUANTITY_AMBIGUOUS, "mpe", "1.200")),
        ({"tolerance": "±5 g"}, Doubt(DoubtCode.UNIT_OTHER, "tolerance", "±5 g", "bar")),
        ({"tolerance": "±0,2 % FS", "range": ""}, Doubt(DoubtCode.RANGE_NEEDED, "tolerance", "±0,2 % FS")),
        ({"tolerance": "±1 e", "division": ""}, Doubt(DoubtCode.DIVISION_NEEDED, "tolerance", "±1 e")),
        ({"coverage": "hai"}, Doubt(DoubtCode.COVERAGE_UNREADABLE, "coverage", "hai")),
        ({"error_found": "-0,1 g"}, Doubt(DoubtCode.UNIT_OTHER, "error_found", "-0,1 g", "bar")),
    ],
)
def test_each_doubt_names_the_field_what_was_seen_and_what_is_expected(changes, doubt):
    assert doubts_of(replace(GAUGE, **changes), None, TODAY) == (doubt,)


@pytest.mark.parametrize("changes", [{"tolerance": "T/5"}, {"tolerance": "1/3 MPE"}, {"range": "DN15–50"}])
def test_usual_wordings_with_which_nothing_is_counted_are_no_doubt(changes):
    assert doubts_of(replace(GAUGE, **changes), None, TODAY) == ()


def test_a_quantity_without_any_unit_asks_for_it():
    bare = MeasuringInstrument("T", serial="1", place="Kho", mpe="±0,5 g")
    assert doubts_of(bare, None, TODAY) == (Doubt(DoubtCode.UNIT_MISSING, "unit", "±0,5 g"),)


def test_a_certificate_cannot_end_before_it_was_given():
    verified = replace(SCALE, verified_on=TODAY, verified_until=date(2025, 1, 1))
    assert doubts_of(verified, ROW, TODAY) == (
        Doubt(DoubtCode.UNTIL_BEFORE_SERVICE, "verified_until", date(2025, 1, 1), TODAY),
    )


def test_history_is_looked_through_too():
    later = ServiceRecord(ServiceKind.CALIBRATION, TOMORROW)
    assert doubts_of(replace(GAUGE, history=(later,)), None, TODAY) == (
        Doubt(DoubtCode.DATE_IN_FUTURE, "history", TOMORROW, TODAY),
    )


def test_an_interval_beyond_the_legal_cycle_is_pointed_out():
    assert doubts_of(replace(SCALE, interval_months=24), ROW, TODAY) == (
        Doubt(DoubtCode.INTERVAL_LONGER_THAN_CYCLE, "interval_months", 24, 12),
    )


def test_a_doubtful_row_is_pointed_out_until_the_certificate_gives_its_own_date():
    line = replace(SCALE, group2_row="10")
    assert doubts_of(line, DOUBTFUL, TODAY) == (Doubt(DoubtCode.GROUP2_ROW_DOUBTFUL, "group2_row", "10", 12),)
    assert doubts_of(replace(line, verified_on=TODAY, verified_until=TOMORROW), DOUBTFUL, TODAY) == ()


def test_a_row_that_the_list_does_not_know_is_pointed_out():
    assert doubts_of(SCALE, None, TODAY) == (Doubt(DoubtCode.GROUP2_ROW_UNKNOWN, "group2_row", "8b"),)


def test_the_same_serial_of_the_same_maker_and_model_stands_out_on_both_lines():
    one, two = replace(GAUGE, maker="Wika"), replace(GAUGE, code="T-02", maker="WIKA")
    other_maker = replace(GAUGE, code="T-03", maker="Nuova")
    found = doubts_of_register([one, two, other_maker], {}, TODAY)
    assert found["T-01"] == (Doubt(DoubtCode.SERIAL_DUPLICATE, "serial", "123", ("T-02",)),)
    assert found["T-02"] == (Doubt(DoubtCode.SERIAL_DUPLICATE, "serial", "123", ("T-01",)),)
    assert found["T-03"] == ()


def test_without_maker_and_model_the_name_tells_instruments_apart():
    one, two = replace(GAUGE, name="Áp kế"), replace(GAUGE, code="T-02", name="Cân bàn")
    assert doubts_of_register([one, two], {}, TODAY)["T-01"] == ()
    assert doubts_of_register([one, replace(two, name="áp kế")], {}, TODAY)["T-01"][0].expected == ("T-02",)


def test_a_line_out_of_use_is_left_alone():
    assert doubts_of_register([replace(GAUGE, in_use=False, serial="", mpe="?")], {}, TODAY) == {"T-01": ()}


LINES = st.lists(
    st.builds(
        MeasuringInstrument,
        code=st.uuids().map(str),
        serial=st.sampled_from(["", "1", "2"]),
        tolerance=st.sampled_from(["", "±1 %", "±1 % FS", "1.200", "?"]),
        calibrated_on=st.sampled_from([None, TODAY, TOMORROW]),
        in_use=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda one: one.code,
)


@moderate
@given(LINES, st.randoms())
def test_the_order_of_rows_changes_nothing(lines, random):
    shuffled = list(lines)
    random.shuffle(shuffled)
    assert doubts_of_register(lines, {}, TODAY) == doubts_of_register(shuffled, {}, TODAY)


@pytest.mark.parametrize(
    "changes, doubt",
    [
        ({"range": "0–600"}, Doubt(DoubtCode.SCALE_TOO_MANY_INTERVALS, "range", D(30000), D(10000))),
        ({"range": "0–1"}, Doubt(DoubtCode.SCALE_TOO_FEW_INTERVALS, "range", D(50), D(500))),
        ({"range": "0,1–60"}, Doubt(DoubtCode.SCALE_MINIMUM_TOO_SMALL, "range", D("0.1"), D("0.4"))),
        ({"division": "0,03"}, Doubt(DoubtCode.SCALE_INTERVAL_NOT_1_2_5, "division", D("0.03"))),
        ({"range": "0–60,01"}, Doubt(DoubtCode.SCALE_INTERVALS_NOT_WHOLE, "range", D("3000.5"))),
        ({"division": "10–20"}, Doubt(DoubtCode.QUANTITY_UNREADABLE, "division", "10–20")),
    ],
)
def test_the_plate_of_a_scale_is_held_against_its_class(changes, doubt):
    assert doubts_of(replace(SCALE, **changes), ROW, TODAY) == (doubt,)
