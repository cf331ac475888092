"""Due dates, states, and what the register proves about verification."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.assessment import RegisterFacts
from core.domain.catalogue import Group2Row
from core.domain.instruments import (
    InstrumentState,
    MeasuringInstrument,
    add_months,
    calibration_due,
    is_verification_overdue,
    next_due,
    register_facts,
    state_of,
    verification_due,
)
from core.language import Text
from tests.domain.strategies import TODAY, moderate
from tests.domain.worked_examples import of_topic

NAME = Text("Cân bàn", "Platform scale")


def a_row(row="8b", initial=True, periodic=True, cycle=12):
    return Group2Row(row, NAME, True, initial, periodic, True, cycle, False, "")


SCALE_ROW = a_row()
TAPE_ROW = a_row("1a", periodic=False, cycle=None)
UNKNOWN_MEASURES_ROW = a_row("69a", initial=None, periodic=None, cycle=60)
SCALE = MeasuringInstrument("C-01", group2_row="8b")
GAUGE = MeasuringInstrument("T-01")


def verified(on=None, until=None, **changes):
    return replace(SCALE, verified_on=on, verified_until=until, **changes)


@pytest.mark.parametrize("inputs, expected", of_topic("due_date"))
def test_published_example(inputs, expected):
    due = add_months(
        date.fromisoformat(inputs["start"]), inputs["months"], end_of_month=inputs["policy"] == "end_of_month"
    )
    assert due.isoformat() == expected["due"]


@pytest.mark.parametrize(
    "start, months, due",
    [
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2025-12-15", 1, "2026-01-15"),
        ("2025-08-31", 6, "2026-02-28"),
        ("2026-05-10", 0, "2026-05-10"),
    ],
)
def test_months_are_counted_by_the_calendar(start, months, due):
    assert add_months(date.fromisoformat(start), months).isoformat() == due


@moderate
@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 120))
def test_the_day_stays_or_is_clipped_to_the_last_of_the_month(start, months):
    due = add_months(start, months)
    assert (due.year * 12 + due.month) - (start.year * 12 + start.month) == months
    assert due.day == start.day or (due.day < start.day and (due + timedelta(days=1)).day == 1)


def test_the_legal_due_date_is_the_verification_plus_the_cycle():
    assert verification_due(verified(date(2025, 11, 30)), SCALE_ROW) == date(2026, 11, 30)


@pytest.mark.parametrize("until", [date(2026, 3, 1), date(2028, 1, 1)])
def test_the_date_of_the_certificate_always_wins(until):
    assert verification_due(verified(date(2026, 1, 1), until), SCALE_ROW) == until


def test_verification_dates_of_group_1_and_unknown_cycles_give_no_due_date():
    assert verification_due(replace(GAUGE, verified_on=TODAY, verified_until=TODAY), None) is None
    assert verification_due(verified(TODAY), None) is None
    assert verification_due(verified(TODAY), TAPE_ROW) is None
    assert verification_due(verified(), SCALE_ROW) is None


def test_a_calibration_interval_brings_the_due_date_forward_and_never_puts_it_off():
    early = verified(date(2026, 6, 1), calibrated_on=date(2026, 6, 1), interval_months=6)
    late = replace(early, interval_months=24)
    assert next_due(early, SCALE_ROW) == date(2026, 12, 1)
    assert next_due(late, SCALE_ROW) == date(2027, 6, 1)


def test_an_interval_that_is_not_known_is_not_invented():
    assert calibration_due(replace(GAUGE, calibrated_on=TODAY)) is None
    assert calibration_due(replace(GAUGE, interval_months=12)) is None


@pytest.mark.parametrize(
    "instrument, row, state",
    [
        (verified(until=TODAY), SCALE_ROW, InstrumentState.DUE_SOON),
        (verified(until=TODAY - timedelta(days=1)), SCALE_ROW, InstrumentState.OVERDUE),
        (verified(until=TODAY + timedelta(days=30)), SCALE_ROW, InstrumentState.DUE_SOON),
        (verified(until=TODAY + timedelta(days=31)), SCALE_ROW, InstrumentState.IN_DATE),
        (verified(), SCALE_ROW, InstrumentState.NO_DATE),
        (verified(calibrated_on=TODAY, interval_months=12), SCALE_ROW, InstrumentState.NO_DATE),
        (verified(TODAY + timedelta(days=1)), SCALE_ROW, InstrumentState.NO_DATE),
        (verified(until=date(2020, 1, 1), in_use=False), SCALE_ROW, InstrumentState.OUT_OF_USE),
        (verified(date(2015, 1, 1)), TAPE_ROW, InstrumentState.IN_DATE),
        (verified(date(2015, 1, 1)), None, InstrumentState.NO_DATE),
        (verified(TODAY, calibrated_on=date(2020, 1, 1), interval_months=12), SCALE_ROW, InstrumentState.OVERDUE),
        (GAUGE, None, InstrumentState.NO_DATE),
        (replace(GAUGE, verified_on=date(2015, 1, 1)), None, InstrumentState.NO_DATE),
        (replace(GAUGE, calibrated_on=TODAY, interval_months=12), None, InstrumentState.IN_DATE),
        (replace(GAUGE, calibrated_on=date(2025, 11, 1), interval_months=12), None, InstrumentState.OVERDUE),
    ],
)
def test_state_on_a_day(instrument, row, state):
    assert state_of(instrument, row, TODAY) is state


@pytest.mark.parametrize(
    "instrument, row, overdue",
    [
        (verified(until=TODAY), SCALE_ROW, False),
        (verified(until=TODAY - timedelta(days=1)), SCALE_ROW, True),
        (verified(date(2025, 11, 21)), SCALE_ROW, True),
        (verified(date(2025, 11, 22)), SCALE_ROW, False),
        (verified(date(2025, 11, 21), date(2027, 1, 1)), SCALE_ROW, False),
        (verified(), SCALE_ROW, True),
        (verified(), TAPE_ROW, True),
        (verified(date(2015, 1, 1)), TAPE_ROW, False),
        (verified(), UNKNOWN_MEASURES_ROW, True),
        (verified(), None, False),
        (verified(until=date(2026, 1, 1)), None, True),
        (verified(TODAY + timedelta(days=1)), SCALE_ROW, True),
        (verified(in_use=False), SCALE_ROW, False),
        (verified(TODAY, calibrated_on=date(2020, 1, 1), interval_months=12), SCALE_ROW, False),
        (replace(GAUGE, calibrated_on=date(2015, 1, 1), interval_months=12), None, False),
    ],
)
def test_verification_is_overdue_when_its_date_has_passed_or_was_never_made(instrument, row, overdue):
    assert is_verification_overdue(instrument, row, TODAY) is overdue


def test_the_register_proves_counts_and_overdue_codes_of_what_is_in_use():
    register = [
        replace(verified(until=date(2026, 1, 1)), code="C-03"),
        replace(verified(until=date(2027, 1, 1)), code="C-02"),
        replace(verified(), code="C-01"),
        replace(verified(), code="C-04", in_use=False),
        GAUGE,
    ]
    assert register_facts(register, {"8b": SCALE_ROW}, TODAY) == RegisterFacts(TODAY, 4, 3, ("C-03", "C-01"))
    assert register_facts([], {}, TODAY) == RegisterFacts(TODAY)
