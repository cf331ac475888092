"""Prepackages: the table of content/, the check of a lot, the packing scale and the packer's target."""

import math
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from core.domain.metrology.distributions import t_quantile
from core.domain.metrology.prepackages import (
    SampleSummary,
    TargetReason,
    ToleranceBand,
    check_lot,
    overfill_cost,
    packing_scale,
    packing_target,
    sampling_step,
    summarise,
    tolerable_deficiency,
)
from core.errors import BadInput
from core.storage.content import load_catalogue
from tests.domain.strategies import moderate
from tests.domain.worked_examples import assert_as_published, inputs_of

CATALOGUE = load_catalogue()
MASS = CATALOGUE.tolerances["mass-volume"].bands
PLAN = CATALOGUE.sampling_plans["r-87-2004"].steps
GOOD = SampleSummary(50, 500.0, 2.0, 0, 0)


def t_of(nominal, table="mass-volume"):
    return tolerable_deficiency(nominal, CATALOGUE.tolerances[table].bands).value


# published examples ---------------------------------------------------------------------------------------------------


def test_published_deficiencies():
    assert_as_published("EX-PRE-1", T=[t_of(nominal) for nominal in inputs_of("EX-PRE-1")["nominal"]])


def test_published_lot():
    given_ = inputs_of("EX-PRE-2")
    sample = SampleSummary(given_["n"], given_["mean"], given_["s"], given_["n_T1"], given_["n_T2"])
    found = check_lot(given_["nominal"], given_["lot"], PLAN, sample)
    assert_as_published(
        "EX-PRE-2",
        factor=found.step.factor,
        mean_limit=found.mean_limit,
        mean_ok=found.mean_holds,
        t1_ok=found.short_once_holds,
        t2_ok=found.short_twice_holds,
        accept=found.is_accepted,
    )


# tolerable deficiency -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "nominal, deficiency",
    [
        (5, 0.5), (50, 4.5), (50.1, 4.5), (100, 4.5), (101, 4.6), (200, 9), (300, 9), (301, 9.1), (454, 13.7),
        (500, 15), (501, 15), (1000, 15), (1001, 16), (1500, 23), (10_000, 150), (10_001, 150), (15_000, 150),
        (15_001, 151), (25_000, 250),
    ],
)  # fmt: skip
def test_deficiencies_at_the_ends_of_the_bands(nominal, deficiency):
    assert t_of(nominal) == deficiency


@pytest.mark.parametrize(
    "table, nominal, deficiency",
    [("length", 5, 0), ("length", 20, 0.4), ("area", 10, 0.3), ("count", 50, 0), ("count", 51, 1), ("count", 250, 3)],
)
def test_other_quantities_have_tables_of_their_own(table, nominal, deficiency):
    assert t_of(nominal, table) == pytest.approx(deficiency)


@moderate
@given(st.integers(1, 500_000), st.integers(1, 500_000))
def test_a_larger_pack_never_has_a_smaller_deficiency(one, other):
    small, large = (t_of(tenths / 10) for tenths in sorted((one, other)))
    assert small <= large


def test_every_table_says_what_must_still_be_checked():
    for one in (*CATALOGUE.tolerances.values(), *CATALOGUE.sampling_plans.values()):
        assert "cần kiểm tra" in one.doubt_note.vi


# lots -----------------------------------------------------------------------------------------------------------------


def test_the_factors_of_the_plan_are_those_of_student():
    for step in PLAN:
        factor = t_quantile(0.995, step.sample - 1) / math.sqrt(step.sample)
        # Printed with three decimals, the last one cut or rounded.
        assert step.factor == pytest.approx(factor, abs=0.001)


@pytest.mark.parametrize("lot, sample", [(100, 50), (500, 50), (501, 80), (3200, 80), (3201, 125), (10**6, 125)])
def test_the_sample_grows_with_the_lot(lot, sample):
    assert sampling_step(lot, PLAN).sample == sample


def test_short_packs_are_counted_on_the_numbers_as_written():
    # In binary numbers 100 − 98.2 is a little more than 1.8.
    found = summarise([98.2, 98.1, 96.4, 96.3, 103.0], 100.0, 1.8)
    assert (found.short_once, found.short_twice) == (3, 1)
    assert found.mean == pytest.approx(98.4)
    assert found.deviation == pytest.approx(np.std([98.2, 98.1, 96.4, 96.3, 103.0], ddof=1))


@pytest.mark.parametrize(
    "sample, mean_holds, short_once_holds, short_twice_holds",
    [
        (GOOD, True, True, True),
        (replace(GOOD, mean=500 - 0.379 * 2), True, True, True),
        (replace(GOOD, mean=499.2), False, True, True),
        (replace(GOOD, short_once=3), True, True, True),
        (replace(GOOD, short_once=4), True, False, True),
        (replace(GOOD, short_once=1, short_twice=1), True, True, False),
    ],
)
def test_each_of_the_three_tests_can_fail_a_lot(sample, mean_holds, short_once_holds, short_twice_holds):
    found = check_lot(500.0, 300, PLAN, sample)
    assert found.mean_holds is mean_holds
    assert found.short_once_holds is short_once_holds
    assert found.short_twice_holds is short_twice_holds
    assert found.is_accepted is (mean_holds and short_once_holds and short_twice_holds)


@moderate
@given(st.lists(st.integers(8000, 11000), min_size=50, max_size=50), st.integers(1, 500))
def test_more_in_every_pack_never_fails_a_lot_that_passed(hundredths, more):
    quantities = [one / 100 for one in hundredths]
    fuller = [(one + more) / 100 for one in hundredths]
    before, after = (check_lot(100.0, 300, PLAN, summarise(one, 100.0, 4.5)) for one in (quantities, fuller))
    assert after.is_accepted or not before.is_accepted


# the packer -----------------------------------------------------------------------------------------------------------


def test_a_packing_scale_may_use_a_fifth_of_the_deficiency():
    assert packing_scale(3.0, 15.0).is_fit
    assert packing_scale(0.1 + 0.2, 1.5).is_fit
    assert not packing_scale(3.01, 15.0).is_fit
    assert packing_scale(3.01, 15.0).most == 3


@pytest.mark.parametrize(
    "deviation, target, reason",
    [(0.0, 500.0, TargetReason.MEAN), (5.0, 500.0, TargetReason.MEAN), (8.0, 500.68, TargetReason.SHORT_ONCE),
     (12.0, 514.64, TargetReason.SHORT_TWICE)],
)  # fmt: skip
def test_the_strictest_rule_sets_the_target(deviation, target, reason):
    found = packing_target(500.0, 15.0, deviation)
    assert found.target == pytest.approx(target)
    assert found.reason is reason
    assert found.overfill == pytest.approx(target - 500)


@moderate
@given(st.floats(1, 40), st.floats(0, 5))
def test_at_the_target_few_packs_are_short(deviation, margin):
    found = packing_target(500.0, 15.0, deviation, margin)
    assert stats.norm.cdf(485, found.target, deviation) <= 0.02501
    assert stats.norm.cdf(470, found.target, deviation) <= 0.0001001
    assert found.target >= 500 + margin


def test_a_steadier_machine_never_needs_a_higher_target():
    targets = [packing_target(500.0, 15.0, tenths / 10).target for tenths in range(300)]
    assert targets == sorted(targets)


def test_overfill_costs_what_is_given_away():
    found = overfill_cost(0.68, 1_000_000, 200)
    assert (found.quantity, found.cost_vnd) == (Decimal("680000.00"), 136_000_000)
    assert overfill_cost(0.68, None, 200).cost_vnd is None
    assert overfill_cost(0.68, 1_000_000, None).cost_vnd is None
    assert overfill_cost(0.68, 1_000_000, None).quantity == 680_000


# refusals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "deed, code",
    [
        (lambda: tolerable_deficiency(0.0, MASS), "number-not-positive"),
        (lambda: tolerable_deficiency(60.0, [ToleranceBand(up_to=50, percent=9)]), "quantity-beyond-table"),
        (lambda: sampling_step(99, PLAN), "lot-below-plan"),
        (lambda: summarise([100.0], 100.0, 4.5), "count-too-small"),
        (lambda: summarise([100.0, math.nan], 100.0, 4.5), "number-unusable"),
        (lambda: check_lot(500.0, 300, PLAN, replace(GOOD, size=49)), "sample-not-as-planned"),
        (lambda: check_lot(500.0, 300, PLAN, replace(GOOD, size=51)), "sample-not-as-planned"),
        (lambda: packing_scale(0.0, 15.0), "number-not-positive"),
        (lambda: packing_target(500.0, 15.0, -1.0), "number-negative"),
        (lambda: overfill_cost(-0.1, 1, 1), "number-negative"),
    ],
)
def test_what_cannot_be_used_is_refused(deed, code):
    with pytest.raises(BadInput) as refused:
        deed()
    assert refused.value.code == code
