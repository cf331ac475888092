"""The plan of a year: every date from the day of the last service, visits that never come late, sums that add up."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from core.domain.catalogue import Group2Row
from core.domain.instruments import MeasuringInstrument, ServiceKind, ServiceResult
from core.domain.register.plan import (
    Money,
    PlanReason,
    UndatedReason,
    group_visits,
    make_plan,
    next_services,
)
from core.domain.register.points import ServiceBody
from core.language import Text
from tests.domain.strategies import TODAY, moderate


def a_row(row="8b", periodic=True, cycle=12, *, doubtful=False):
    return Group2Row(row, Text("Cân", "Scale"), True, True, periodic, True, cycle, doubtful, "")


ROWS = {
    "8b": a_row(),
    "half": a_row("half", cycle=6),
    "long": a_row("long", cycle=60, doubtful=True),
    "once": a_row("once", periodic=False, cycle=None),
    "unclear": a_row("unclear", periodic=None, cycle=None),
}
CENTRE = ServiceBody("Trung tâm Đo lường", visit_price_vnd=500_000)
LAB = ServiceBody("Phòng hiệu chuẩn")
SCALE = MeasuringInstrument("C-01", name="Cân bàn", group2_row="8b", verification_price_vnd=450_000)
GAUGE = MeasuringInstrument("A-01", name="Áp kế", price_vnd=300_000)


def plan(*instruments, year=2027, on=TODAY, bodies=(CENTRE, LAB), **choices):
    return make_plan(instruments, ROWS, bodies, year, on, **choices)


def dues(made):
    return [one.due.isoformat() for one in made.services]


# --- Which services, and when


def test_every_occurrence_of_the_year_is_planned():
    pump = MeasuringInstrument("B-01", group2_row="half", verified_on=date(2026, 8, 31))

    made = plan(pump)

    assert dues(made) == ["2027-02-28", "2027-08-31"]
    assert [one.number for one in made.services] == [1, 2]
    assert {one.reason for one in made.services} == {PlanReason.LEGAL_CYCLE}


@pytest.mark.parametrize(
    ("year", "due"), [(2025, "2025-02-28"), (2026, "2026-02-28"), (2027, "2027-02-28"), (2028, "2028-02-29")]
)
def test_a_service_of_29_february_comes_back_to_it_in_leap_years(year, due):
    scale = replace(SCALE, verified_on=date(2024, 2, 29))
    assert dues(plan(scale, year=year, on=date(2024, 3, 1))) == [due]


def test_a_sticker_of_month_and_year_is_due_on_the_last_day_of_its_month():
    scale = replace(SCALE, verified_on=date(2026, 2, 10), end_of_month=True)
    assert dues(plan(scale)) == ["2027-02-28"]
    assert dues(plan(scale, year=2028)) == ["2028-02-29"]


def test_the_date_on_the_certificate_wins_and_later_ones_count_from_it():
    scale = replace(SCALE, verified_on=date(2026, 3, 1), verified_until=date(2027, 1, 15))

    assert [(one.due.isoformat(), one.reason) for one in plan(scale).services] == [
        ("2027-01-15", PlanReason.CERTIFICATE_DATE)
    ]
    assert [(one.due.isoformat(), one.reason) for one in plan(scale, year=2028).services] == [
        ("2028-01-15", PlanReason.LEGAL_CYCLE)
    ]


def test_a_certificate_that_prints_the_legal_date_does_not_make_later_dates_drift():
    pump = MeasuringInstrument(
        "B-01", group2_row="half", verified_on=date(2026, 8, 31), verified_until=date(2027, 2, 28)
    )
    assert dues(plan(pump)) == ["2027-02-28", "2027-08-31"]


def test_the_legal_cycle_and_the_recommended_interval_are_planned_apart():
    both = replace(SCALE, verified_on=date(2026, 5, 1), calibrated_on=date(2026, 6, 1), interval_months=6)

    made = plan(both)

    assert [(one.kind, one.due.isoformat(), one.price_vnd) for one in made.services] == [
        (ServiceKind.VERIFICATION, "2027-05-01", 450_000),
        (ServiceKind.CALIBRATION, "2027-06-01", None),
        (ServiceKind.CALIBRATION, "2027-12-01", None),
    ]


def test_what_is_overdue_falls_on_the_first_day_and_counts_anew_from_there():
    late = replace(SCALE, verified_on=date(2025, 3, 10))

    (first,) = plan(late, year=2026).services
    assert (first.due, first.planned, first.is_overdue) == (date(2026, 3, 10), TODAY, True)

    assert plan(late, year=2027).overdue == (first,)
    (second,) = plan(late, year=2027).services
    assert (second.due, second.planned, second.is_overdue) == (date(2027, 11, 22), date(2027, 11, 22), False)


def test_the_due_date_itself_is_not_overdue():
    (service,) = plan(replace(SCALE, verified_on=date(2025, 11, 22)), year=2026).services
    assert (service.planned, service.is_overdue) == (TODAY, False)


@pytest.mark.parametrize(
    ("changes", "due", "reason"),
    [
        ({"verification_result": ServiceResult.FAILED}, date(2026, 9, 1), PlanReason.VERIFICATION_FAILED),
        ({"repaired_on": date(2026, 10, 5)}, date(2026, 10, 5), PlanReason.REPAIRED_SINCE),
    ],
)
def test_a_verification_that_does_not_hold_any_more_is_made_anew_at_once(changes, due, reason):
    scale = replace(SCALE, verified_on=date(2026, 9, 1), **changes)
    (service,) = plan(scale, year=2026).services
    assert (service.due, service.planned, service.reason, service.is_overdue) == (due, TODAY, reason, True)


@pytest.mark.parametrize(
    ("instrument", "missing"),
    [
        (SCALE, [(ServiceKind.VERIFICATION, UndatedReason.NEVER_VERIFIED)]),
        (
            replace(SCALE, verified_on=TODAY + timedelta(days=1)),
            [(ServiceKind.VERIFICATION, UndatedReason.VERIFIED_IN_FUTURE)],
        ),
        (
            replace(SCALE, group2_row="unclear", verified_on=date(2026, 1, 1)),
            [(ServiceKind.VERIFICATION, UndatedReason.CYCLE_UNKNOWN)],
        ),
        (replace(SCALE, group2_row="once", verified_on=date(2026, 1, 1)), []),
        (GAUGE, [(ServiceKind.CALIBRATION, UndatedReason.NO_CALIBRATION_DATE)]),
        (replace(GAUGE, calibrated_on=TODAY), [(ServiceKind.CALIBRATION, UndatedReason.NO_INTERVAL)]),
        (
            replace(SCALE, verified_on=TODAY, interval_months=6),
            [(ServiceKind.CALIBRATION, UndatedReason.NO_CALIBRATION_DATE)],
        ),
        (replace(GAUGE, in_use=False), []),
    ],
)
def test_what_has_no_date_is_named_with_the_reason(instrument, missing):
    made = plan(instrument)
    assert [(one.kind, one.reason) for one in made.undated] == missing


def test_a_doubtful_legal_cycle_is_marked_and_a_recommended_interval_is_not():
    meter = MeasuringInstrument(
        "M-01", group2_row="long", verified_on=date(2022, 5, 1), calibrated_on=date(2026, 5, 1), interval_months=12
    )
    marks = {one.kind: one.is_doubtful for one in plan(meter).services}
    assert marks == {ServiceKind.VERIFICATION: True, ServiceKind.CALIBRATION: False}


def test_nothing_out_of_use_is_planned():
    made = plan(replace(SCALE, verified_on=date(2026, 3, 1), in_use=False))
    assert (made.services, made.undated, made.total.cost) == ((), (), Money())


# --- Visits


def test_services_of_one_body_within_the_window_share_a_visit_on_the_earliest_day():
    at_centre = [
        replace(SCALE, code=f"C-{month}{day}", verified_on=date(2026, month, day), verified_by=" trung tâm  đo lường")
        for month, day in [(3, 1), (3, 20), (3, 31), (4, 1), (6, 1)]
    ]

    made = plan(*at_centre)

    assert [(one.day.isoformat(), one.body, len(one.services)) for one in made.visits] == [
        ("2027-03-01", CENTRE.name, 3),
        ("2027-04-01", CENTRE.name, 1),
        ("2027-06-01", CENTRE.name, 1),
    ]
    assert made.total.transport == Money(1_500_000)


def test_without_a_window_or_a_known_body_nothing_moves():
    scales = [replace(SCALE, code=f"C-{day}", verified_on=date(2026, 3, day)) for day in (1, 2)]
    assert [one.planned for one in plan(*scales).services] == [date(2027, 3, 1), date(2027, 3, 2)]
    at_centre = [replace(one, verified_by=CENTRE.name) for one in scales]
    assert [one.planned for one in plan(*at_centre, window_days=0).services] == [date(2027, 3, 1), date(2027, 3, 2)]


# --- Money


def test_an_unknown_price_is_counted_and_is_never_0():
    scale = replace(SCALE, verified_on=date(2026, 3, 1), verified_by=CENTRE.name)
    gauge = replace(
        GAUGE, price_vnd=None, calibrated_on=date(2026, 3, 9), interval_months=12, calibrated_by="Phòng hiệu chuẩn"
    )
    made = plan(scale, gauge)

    assert made.total.service_cost == Money(450_000, 1)
    assert made.total.transport == Money(500_000, 1)
    assert made.total.cost == Money(950_000, 2)
    assert made.months[2].cost == Money(950_000, 2)
    assert {name: total.cost for name, total in made.by_body.items()} == {
        CENTRE.name: Money(950_000),
        LAB.name: Money(0, 2),
    }


# --- Properties

days = st.dates(date(2022, 1, 1), date(2026, 11, 30))
maybe_days = st.none() | days
maybe_money = st.none() | st.integers(0, 10_000_000)
bodies_of_instruments = st.sampled_from(["", CENTRE.name, LAB.name, "Nơi khác"])
instruments = st.builds(
    MeasuringInstrument,
    code=st.text("ABC123-", min_size=1, max_size=4),
    group2_row=st.sampled_from(["", *ROWS, "gone"]),
    in_use=st.booleans(),
    verified_on=maybe_days,
    verified_until=st.none() | st.dates(date(2024, 1, 1), date(2031, 1, 1)),
    verified_by=bodies_of_instruments,
    calibrated_on=maybe_days,
    calibrated_by=bodies_of_instruments,
    interval_months=st.none() | st.integers(1, 60),
    price_vnd=maybe_money,
    verification_price_vnd=maybe_money,
    repaired_on=maybe_days,
    end_of_month=st.booleans(),
    verification_result=st.none() | st.sampled_from(ServiceResult),
)
registers = st.lists(instruments, max_size=12)
years = st.integers(2026, 2030)
windows = st.integers(0, 90)


@moderate
@given(registers, years, windows)
def test_every_total_is_the_sum_of_the_rows(register, year, window):
    made = plan(*register, year=year, window_days=window)
    of_rows = Money.of(one.price_vnd for one in made.services) + Money.of(one.transport_vnd for one in made.visits)

    assert made.total.cost == of_rows
    assert sum((month.cost for month in made.months), Money()) == of_rows
    assert sum((body.cost for body in made.by_body.values()), Money()) == of_rows
    for totals in (made.months, made.by_body.values(), [made.total]):
        assert sum(one.services for one in totals) == len(made.services)
        assert sum(one.visits for one in totals) == len(made.visits)


@moderate
@given(registers, years, windows, st.randoms())
def test_the_order_of_the_register_changes_nothing(register, year, window, random):
    codes = [replace(one, code=f"{one.code}{number}") for number, one in enumerate(register)]
    shuffled = random.sample(codes, len(codes))
    assert plan(*codes, year=year, window_days=window) == plan(*shuffled, year=year, window_days=window)


@moderate
@given(registers, years, windows)
def test_a_service_moves_earlier_within_the_window_and_its_year_and_never_later(register, year, window):
    made = plan(*register, year=year, window_days=window)
    for one in made.services:
        assert one.planned.year == one.latest.year == year
        assert one.planned >= TODAY
        assert timedelta(0) <= one.latest - one.planned <= timedelta(days=window)
        assert (one.planned <= one.due) is not one.is_overdue


@moderate
@given(registers, windows)
def test_each_service_belongs_to_exactly_one_year(register, window):
    codes = [replace(one, code=f"{one.code}{number}") for number, one in enumerate(register)]
    planned = [one for year in range(2026, 2031) for one in plan(*codes, year=year, window_days=window).services]
    counted = Counter((one.code, one.kind, one.number) for one in planned)
    expected = Counter(
        (one.code, one.kind, one.number)
        for instrument in codes
        if instrument.in_use
        for one in next_services(instrument, ROWS.get(instrument.group2_row), [], TODAY, until=date(2030, 12, 31))
    )
    assert counted == expected
    assert set(counted.values()) <= {1}


@moderate
@given(st.dates(date(2025, 12, 1), TODAY), st.integers(1, 60), st.integers(2026, 2060), st.booleans())
def test_due_dates_never_drift(calibrated_on, interval, year, end_of_month):
    gauge = replace(GAUGE, calibrated_on=calibrated_on, interval_months=interval, end_of_month=end_of_month)

    def month_after(count):
        day = calibrated_on + relativedelta(months=count * interval)
        return day + relativedelta(day=31) if end_of_month else day

    first = month_after(1)
    if first < TODAY:
        expected = [TODAY + relativedelta(months=count * interval) for count in range(1, 500)]
        expected = [day + relativedelta(day=31) if end_of_month else day for day in expected]
        expected.insert(0, first)
    else:
        expected = [month_after(count) for count in range(1, 500)]
    wanted = [day for day in expected if max(day, TODAY).year == year]
    assert [one.due for one in plan(gauge, year=year).services] == wanted


@moderate
@given(maybe_days, st.integers(1, 120), st.booleans())
def test_a_calendar_always_speaks_of_the_same_two_services(calibrated_on, interval, end_of_month):
    gauge = replace(
        GAUGE, calibrated_on=calibrated_on or date(1901, 1, 31), interval_months=interval, end_of_month=end_of_month
    )
    assert [one.number for one in next_services(gauge, None, [], TODAY, count=2)] == [1, 2]


def test_grouping_is_the_same_when_done_again():
    scales = [
        replace(SCALE, code=f"C-{day}", verified_on=date(2026, 3, day), verified_by=CENTRE.name) for day in (1, 9, 30)
    ]
    services = plan(*scales).services
    assert group_visits(services) == services


def test_dates_at_the_end_of_the_calendar_do_not_fail():
    forever = replace(SCALE, verified_on=date(2026, 1, 1), verified_until=date(9999, 12, 31))
    found = list(next_services(forever, ROWS["8b"], [], TODAY, until=date.max))
    assert [one.due for one in found] == [date(9999, 12, 31)]
