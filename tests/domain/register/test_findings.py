"""The rules that turn the register into things to do, and its figures."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.catalogue import RegisterRuleCode as Rule
from core.domain.instruments import MeasuringInstrument, ServiceKind, ServiceRecord
from core.domain.register.findings import RULES, find, kpis
from core.domain.register.judging import judged
from core.domain.register.plan import Money
from core.domain.register.points import ProcessPoint, ServiceBody
from core.storage.content import load_catalogue
from tests.domain.strategies import TODAY, moderate

CATALOGUE = load_catalogue()
POINTS = [ProcessPoint("intake", criticality="trade"), ProcessPoint("drying", criticality="quality")]
GOOD = MeasuringInstrument(
    "T-1",
    name="Nhiệt kế",
    serial="1",
    place="Lò",
    unit="°C",
    range="0–200",
    division="0,1",
    tolerance="±2 °C",
    mpe="±0,5 °C",
    point="drying",
    error_found="0,2",
    uncertainty="0,1",
    accredited=True,
    confirmed=True,
    calibrated_on=date(2026, 6, 1),
    interval_months=12,
)
SCALE = MeasuringInstrument(
    "C-1", name="Cân", serial="1", place="Kho", group2_row="8b", verified_on=date(2026, 6, 1), type_approved=True
)


def found_for(*instruments):
    return {one.rule.id: one for one in find(judged(instruments, POINTS, CATALOGUE, TODAY), CATALOGUE, TODAY)}


def test_instruments_in_order_ask_for_nothing():
    assert found_for(replace(GOOD, mpe="±0,4"), SCALE) == {}


def with_three_good_results(instrument):
    history = tuple(
        ServiceRecord(ServiceKind.CALIBRATION, date(year, 6, 1), error_found="0,1", adjusted=False)
        for year in (2023, 2024)
    )
    return replace(instrument, history=history)


@pytest.mark.parametrize(
    "line, rules",
    [
        (replace(SCALE, verified_on=None), {Rule.UNVERIFIED}),
        (replace(SCALE, verified_on=date(2024, 1, 1)), {Rule.UNVERIFIED}),
        (replace(SCALE, repaired_on=date(2026, 7, 1)), {Rule.UNVERIFIED}),
        (replace(SCALE, type_approved=None), {Rule.TYPE_APPROVAL}),
        (replace(GOOD, calibrated_on=date(2024, 1, 1)), {Rule.OVERDUE_CALIBRATION}),
        (replace(GOOD, confirmed=None), {Rule.UNCONFIRMED}),
        (replace(GOOD, error_found="-0,6", adjusted=True), {Rule.OUT_OF_TOLERANCE}),
        (replace(GOOD, error_found="0,6", adjusted=False), {Rule.OUT_OF_TOLERANCE, Rule.CORRECTION}),
        (replace(GOOD, error_found="2,5", adjusted=False), {Rule.OUT_OF_TOLERANCE}),
        (replace(GOOD, tolerance="±0,5"), {Rule.RATIO_BELOW_ONE}),
        (replace(GOOD, tolerance="±0,9"), {Rule.RATIO_BELOW_TWO}),
        (replace(GOOD, tolerance=""), {Rule.TOLERANCE_MISSING}),
        (replace(GOOD, tolerance="", point=""), set()),
        (replace(GOOD, accredited=False), {Rule.NOT_ACCREDITED}),
        (replace(GOOD, point="intake"), {Rule.NO_CHECK}),
        (replace(GOOD, point="intake", checked_on=date(2025, 11, 21)), {Rule.NO_CHECK}),
        (replace(GOOD, point="intake", checked_on=date(2025, 11, 22)), set()),
        (with_three_good_results(GOOD), {Rule.LONGER_INTERVAL}),
        (replace(GOOD, serial=""), {Rule.DATA}),
        (replace(GOOD, in_use=False, serial="", calibrated_on=date(2020, 1, 1)), set()),
    ],
)
def test_each_rule_holds_where_it_should(line, rules):
    found = found_for(line)
    assert set(found) == rules
    assert all(one.codes == (line.code,) for one in found.values())


def test_every_rule_of_the_content_is_known_and_every_known_one_has_its_words():
    assert set(RULES) == set(CATALOGUE.register_rules) == set(Rule)


def test_the_failed_duty_comes_first_then_what_weighs_most():
    found = find(
        judged(
            [
                replace(GOOD, confirmed=None, error_found="0,6", adjusted=True),
                replace(GOOD, code="T-2", serial=""),
                replace(SCALE, verified_on=None),
            ],
            POINTS,
            CATALOGUE,
            TODAY,
        ),
        CATALOGUE,
        TODAY,
    )
    assert [one.rule.id for one in found] == [Rule.UNVERIFIED, Rule.OUT_OF_TOLERANCE, Rule.UNCONFIRMED, Rule.DATA]
    assert found[0].gate
    assert found[0].due == TODAY + timedelta(days=30)


def test_instruments_of_one_rule_stand_together():
    found = found_for(*(replace(GOOD, code=f"T-{one}", serial=str(one), confirmed=None) for one in range(3)))
    assert found[Rule.UNCONFIRMED].codes == ("T-0", "T-1", "T-2")


def test_a_change_of_body_waits_for_the_next_calibration():
    assert found_for(replace(GOOD, accredited=False))[Rule.NOT_ACCREDITED].due == date(2027, 6, 1)


@moderate
@given(st.randoms())
def test_the_order_of_rows_changes_no_rule_and_no_figure(random):
    lines = [
        replace(GOOD, confirmed=None),
        replace(SCALE, verified_on=None),
        replace(GOOD, code="T-2", serial="", calibrated_on=date(2024, 1, 1)),
    ]
    shuffled = list(lines)
    random.shuffle(shuffled)
    assert {(rule, frozenset(one.codes), one.due) for rule, one in found_for(*lines).items()} == {
        (rule, frozenset(one.codes), one.due) for rule, one in found_for(*shuffled).items()
    }
    assert figures_of(*lines) == figures_of(*shuffled)


def figures_of(*instruments, bodies=()):
    return kpis(judged(instruments, POINTS, CATALOGUE, TODAY), CATALOGUE.group2, bodies, TODAY)


def test_the_figures_of_a_small_register():
    late = replace(GOOD, code="T-2", serial="2", calibrated_on=date(2025, 11, 12), error_found="0,9", point="intake")
    unread = replace(GOOD, code="T-3", serial="3", tolerance="", uncertainty="")
    found = figures_of(GOOD, late, unread, replace(SCALE, in_use=False))
    assert found.instruments == 3
    assert found.in_date == Fraction(200, 3)
    assert found.in_date_critical == 0
    assert found.out_of_tolerance == 50
    assert found.ratio_known == Fraction(200, 3)
    assert found.ratio_good == 0
    assert found.days_late == 10


def test_the_yearly_cost_counts_what_is_known_and_how_much_is_not():
    priced = replace(GOOD, price_vnd=500_000, calibrated_by="Trung tâm")
    found = figures_of(priced, replace(GOOD, code="T-2", calibrated_by="Trung tâm"), bodies=[ServiceBody("Trung tâm")])
    # One visit in the coming twelve months, whose transport has no price; one of the two services has none either.
    assert found.yearly_cost == Money(500_000, 2)


def test_an_empty_register_has_no_figures():
    found = figures_of()
    assert (found.instruments, found.in_date, found.ratio_known, found.days_late) == (0, None, None, None)
    assert found.yearly_cost == Money()
