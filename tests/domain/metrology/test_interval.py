"""Intervals: published examples, the rules that never lengthen, and what one more good result may do."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.domain.metrology.interval import (
    LADDER,
    Bar,
    Bounds,
    CalibrationRecord,
    Circumstance,
    Limit,
    Reason,
    SimpleResponse,
    Staircase,
    exponential_fit,
    exponential_interval,
    first_interval,
    interval_test,
    lengthening_bars,
    pooled_proposal,
    simple_response,
    staircase,
    weibull_interval,
)
from core.errors import BadInput
from tests.domain.strategies import moderate
from tests.domain.worked_examples import assert_as_published, inputs_of

WELL = CalibrationRecord(0.2, 0.5)
NEAR = CalibrationRecord(0.45, 0.5)
OUT = CalibrationRecord(0.6, 0.5)
SAID_GOOD = CalibrationRecord(in_tolerance=True)
SAID_BAD = CalibrationRecord(in_tolerance=False)
HIDDEN = CalibrationRecord(adjusted=True)

many = settings(max_examples=200, deadline=None)
records = st.builds(
    CalibrationRecord,
    st.none() | st.floats(-1, 1),
    st.none() | st.just(0.5),
    st.none() | st.booleans(),
    st.booleans(),
)
histories = st.lists(records, max_size=8)
currents = st.integers(1, 72)


@st.composite
def any_bounds(draw):
    minimum = draw(st.integers(1, 24))
    return Bounds(minimum, draw(st.integers(minimum, 72)), draw(st.none() | st.integers(1, 60)))


@st.composite
def counts(draw, most=150):
    n = draw(st.integers(1, most))
    return n, draw(st.integers(0, n))


# published examples ---------------------------------------------------------------------------------------------------


def test_published_simple_response():
    given_ = inputs_of("EX-INT-1")
    assert_as_published("EX-INT-1", b=SimpleResponse(given_["a"], given_["R"]).reduction)


def test_published_exponential_interval():
    given_ = inputs_of("EX-INT-2")
    found = exponential_interval(given_["current_interval"], given_["observed_reliability"], given_["target"])
    assert_as_published("EX-INT-2", interval=found)


@pytest.mark.parametrize("identifier", ["EX-INT-3", "EX-INT-5", "EX-INT-6", "EX-INT-7"])
def test_published_interval_test(identifier):
    given_ = inputs_of(identifier)
    found = interval_test(
        given_["n"],
        given_["in_tolerance"],
        given_["current_interval_days"],
        given_["target"],
        given_["change_confidence"],
        given_["max_change_factor"],
    )
    assert_as_published(
        identifier,
        interval_days=found.days,
        rejection_confidence=found.rejection,
        reliability_low=found.low,
        reliability_high=found.high,
    )


def test_published_staircase():
    given_ = inputs_of("EX-INT-4")
    record = CalibrationRecord(given_["max_abs_error"], given_["mpe"])
    found = staircase(
        [record] * 3,
        given_["current_months"],
        Bounds(given_["min_months"], given_["max_months"]),
        Staircase(given_["extend_if_ratio_below"], given_["extend_factor"], given_["reduce_factor"]),
    )
    assert_as_published("EX-INT-4", new_months=found.months)


# the first interval ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "usual, circumstances, legal, months, limit",
    [
        (12, [], None, 12, None),
        (12, [Circumstance.HEAVY_USE], None, 9, None),
        (12, [Circumstance.HEAVY_USE, Circumstance.HARSH_PLACE], None, 6, None),
        (12, [Circumstance.STABLE_HISTORY], None, 12, None),
        (24, [Circumstance.STABLE_HISTORY, Circumstance.SEALED_SOLID_STATE], None, 36, None),
        (24, [Circumstance.STABLE_HISTORY, Circumstance.SEALED_SOLID_STATE], 12, 12, Limit.LEGAL_CYCLE),
        (12, [Circumstance.HEAVY_USE], 12, 9, None),
        (3, [Circumstance.HIGH_CONSEQUENCE], None, 3, Limit.MINIMUM),
        (3, [], 1, 1, Limit.LEGAL_CYCLE),
        (120, [], None, 60, None),
    ],
)
def test_first_interval(usual, circumstances, legal, months, limit):
    found = first_interval(usual, circumstances, legal)
    assert (found.months, found.limit) == (months, limit)


@moderate
@given(currents, st.sets(st.sampled_from(Circumstance)), st.none() | st.integers(1, 60))
def test_a_first_interval_stands_on_the_ladder_and_never_above_what_was_computed(usual, circumstances, legal):
    found = first_interval(usual, circumstances, legal)
    assert found.ladder_months in LADDER
    assert found.ladder_months <= max(found.computed_months, LADDER[0])
    assert found.computed_months == usual * math.prod((factor for _, factor in found.factors), start=Fraction(1))
    assert legal is None or found.months <= legal


# staircase ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "history, months, reason, bars",
    [
        ([], 12, Reason.NO_RECORDS, ()),
        ([WELL, WELL, WELL], 15, Reason.WELL_WITHIN, ()),
        ([OUT, WELL, WELL], 15, Reason.WELL_WITHIN, ()),
        ([WELL, WELL], 12, Reason.WELL_WITHIN, (Bar.FEW_RECORDS,)),
        ([WELL], 12, Reason.NOT_LONG_ENOUGH, ()),
        ([WELL, NEAR, WELL], 12, Reason.NOT_LONG_ENOUGH, ()),
        ([WELL, SAID_GOOD, WELL], 12, Reason.NOT_LONG_ENOUGH, ()),
        ([WELL, WELL, NEAR], 12, Reason.IN_TOLERANCE, ()),
        ([WELL, WELL, SAID_GOOD], 12, Reason.ERROR_UNKNOWN, ()),
        ([WELL, WELL, OUT], 6, Reason.OUT_OF_TOLERANCE, ()),
        ([SAID_BAD], 6, Reason.OUT_OF_TOLERANCE, ()),
        ([WELL, WELL, HIDDEN], 12, Reason.AS_FOUND_UNKNOWN, ()),
    ],
)
def test_staircase_goes_by_the_last_results(history, months, reason, bars):
    found = staircase(history, 12)
    assert (found.months, found.reason, found.bars) == (months, reason, bars)


def test_one_good_result_is_enough_where_the_setting_says_so():
    assert staircase([NEAR, NEAR, WELL], 12, settings=Staircase(run=1)).months == 15


@pytest.mark.parametrize(
    "current, bounds, history, months, limit",
    [
        (24, Bounds(3, 24), [WELL] * 3, 24, Limit.MAXIMUM),
        (12, Bounds(3, 60, 12), [WELL] * 3, 12, Limit.LEGAL_CYCLE),
        (9, Bounds(3, 60, 12), [WELL] * 3, 11, None),
        (4, Bounds(3, 60), [OUT], 3, Limit.MINIMUM),
        (12, Bounds(3, 60, 2), [OUT], 2, Limit.LEGAL_CYCLE),
        (24, Bounds(3, 60, 12), [NEAR], 12, Limit.LEGAL_CYCLE),
    ],
)
def test_bounds_hold_and_the_legal_cycle_wins(current, bounds, history, months, limit):
    found = staircase(history, current, bounds)
    assert (found.months, found.limit) == (months, limit)


@many
@given(histories, currents, any_bounds(), st.sampled_from([staircase, simple_response]))
def test_a_proposal_stays_within_its_bounds(history, current, bounds, method):
    months = method(history, current, bounds).months
    assert months >= min(bounds.minimum_months, bounds.legal_cycle_months or math.inf)
    assert months <= bounds.maximum_months
    assert bounds.legal_cycle_months is None or months <= bounds.legal_cycle_months


@many
@given(histories, currents, any_bounds(), st.sampled_from([staircase, simple_response]))
def test_one_more_good_record_never_shortens_an_interval(history, current, bounds, method):
    assert method([*history, WELL], current, bounds).months >= method(history, current, bounds).months


@many
@given(histories, currents, any_bounds(), st.sampled_from([staircase, simple_response]))
def test_nothing_is_lengthened_against_a_bar(history, current, bounds, method):
    found = method(history, current, bounds)
    if lengthening_bars(history):
        assert found.months <= max(current, bounds.minimum_months)
    if found.months > max(current, bounds.minimum_months):
        assert found.factor > 1
        assert found.reason in (Reason.WELL_WITHIN, Reason.IN_TOLERANCE)


@pytest.mark.parametrize(
    "history, bars",
    [
        ([WELL, WELL, WELL], ()),
        ([], (Bar.FEW_RECORDS,)),
        ([WELL, HIDDEN, WELL], (Bar.FEW_RECORDS,)),
        ([WELL, WELL, OUT], (Bar.LAST_OUT,)),
        ([OUT], (Bar.FEW_RECORDS, Bar.LAST_OUT)),
        ([HIDDEN] * 5, (Bar.FEW_RECORDS, Bar.ADJUSTED_EACH_TIME)),
        ([CalibrationRecord(0.1, 0.5, adjusted=True)] * 3, ()),
    ],
)
def test_what_bars_a_longer_interval(history, bars):
    assert lengthening_bars(history) == bars


def test_numbers_win_over_the_statement_of_a_certificate():
    assert CalibrationRecord(0.6, 0.5, in_tolerance=True).is_good is False
    assert CalibrationRecord(-0.5, 0.5, in_tolerance=False).is_good is True
    assert CalibrationRecord(0.1 + 0.2, 0.3).is_good is True
    assert CalibrationRecord(0.6, None, in_tolerance=True).is_good is True
    assert CalibrationRecord(0.6).is_good is None


# simple response ------------------------------------------------------------------------------------------------------


@moderate
@given(st.floats(0.01, 1), st.floats(0.5, 0.9))
def test_simple_response_stands_still_at_its_target(increase, target):
    one = SimpleResponse(increase, target)
    balance = target * math.log1p(increase) + (1 - target) * math.log(1 - one.reduction)
    assert balance == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    "history, months", [([SAID_GOOD] * 3, 22), ([SAID_GOOD, SAID_GOOD, SAID_BAD], 8), ([HIDDEN], 20), ([], 20)]
)
def test_simple_response_steps_up_or_down(history, months):
    assert simple_response(history, 20).months == months


# A3 -------------------------------------------------------------------------------------------------------------------


@many
@given(counts(), st.floats(0.5, 0.99), st.floats(0.05, 0.95), st.floats(1, 4))
def test_interval_test_follows_its_formulas(count, target, confidence, most_change):
    n, x = count
    found = interval_test(n, x, 365, target, confidence, most_change)
    below = stats.binom.cdf(x, n, target)
    if x in (0, n):
        rejection = 1 - stats.binom.pmf(x, n, target)
    else:
        rejection = max(0, 2 * below - 1 if x / n > target else 1 - 2 * below)
    assert found.rejection == pytest.approx(rejection, abs=1e-9)
    low = 0 if x == 0 else 1 - stats.beta.ppf((1 + confidence) / 2, n - x + 1, x)
    high = 1 if x == n else 1 - stats.beta.ppf((1 - confidence) / 2, n - x, x + 1)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)
    assert 1 / most_change - 1e-12 <= found.factor <= most_change + 1e-12
    if found.factor < 1:
        assert found.observed < target
        assert found.factor == pytest.approx(max(1 / most_change, 10 ** ((x / n - target) * rejection)))
    if found.factor > 1:
        assert found.observed > target
    if found.factor != 1:
        assert found.rejection > confidence
        assert abs(found.days - 365) >= 5


@pytest.mark.parametrize(
    "n, x, target, factor, reason",
    [
        (50, 45, 0.9, 1.0, Reason.NOT_SIGNIFICANT),
        (50, 46, 0.9, 1.0, Reason.NOT_SIGNIFICANT),
        (50, 49, 0.9, 2.0, Reason.RELIABILITY_ABOVE_TARGET),
        (50, 50, 0.9, 2.0, Reason.RELIABILITY_ABOVE_TARGET),
        (20, 18, 0.8, 10 ** (0.1 / (1 - (2 * stats.binom.cdf(18, 20, 0.8) - 1))), Reason.RELIABILITY_ABOVE_TARGET),
        (20, 20, 0.9, 10 ** (0.1 / 0.9**20), Reason.RELIABILITY_ABOVE_TARGET),
        (50, 20, 0.9, 0.5, Reason.RELIABILITY_BELOW_TARGET),
        (3, 0, 0.9, 0.5, Reason.RELIABILITY_BELOW_TARGET),
        (10_000, 9_990, 0.9, 2.0, Reason.RELIABILITY_ABOVE_TARGET),
    ],
)
def test_interval_test_lengthens_and_shortens(n, x, target, factor, reason):
    found = interval_test(n, x, 365, target)
    assert found.factor == pytest.approx(min(2.0, factor))
    assert found.reason is reason


def test_a_change_of_less_than_five_days_is_left():
    found = interval_test(50, 43, 20, 0.9, 0.3)
    assert (found.factor, found.reason) == (1.0, Reason.CHANGE_TOO_SMALL)


@many
@given(counts(), st.floats(0.5, 0.99), st.floats(0.05, 0.95))
def test_one_more_good_calibration_never_shortens_a_tested_interval(count, target, confidence):
    n, x = count
    before = interval_test(n, x, 365, target, confidence)
    after = interval_test(n + 1, x + 1, 365, target, confidence)
    assert after.factor >= before.factor - 1e-12


# reliability models ---------------------------------------------------------------------------------------------------


@moderate
@given(st.floats(1, 60), st.floats(0.05, 0.99), st.floats(0.05, 0.99))
def test_the_exponential_interval_meets_its_target(current, observed, target):
    rate = -math.log(observed) / current
    assert math.exp(-rate * exponential_interval(current, observed, target)) == pytest.approx(target)
    assert weibull_interval(rate, 1.0, target) == pytest.approx(exponential_interval(current, observed, target))


@moderate
@given(st.floats(0.01, 1), st.floats(0.5, 4), st.floats(0.1, 0.99))
def test_the_weibull_interval_meets_its_target(rate, shape, target):
    found = weibull_interval(rate, shape, target)
    assert stats.weibull_min.sf(found, shape, scale=1 / rate) == pytest.approx(target)


def test_many_calibrations_count_as_observed_and_few_by_their_lower_bound():
    many_seen = exponential_fit(40, 32, 0.9)
    assert (many_seen.reliability, many_seen.bound_confidence) == (0.8, None)
    assert many_seen.factor == pytest.approx(math.log(0.9) / math.log(0.8))
    few = exponential_fit(10, 8, 0.9)
    assert few.bound_confidence == 0.8
    assert few.reliability == pytest.approx(stats.beta.ppf(0.2, 8, 3))
    assert few.factor < many_seen.factor


def test_without_a_failure_an_interval_is_at_most_doubled():
    found = exponential_fit(500, 500, 0.8)
    assert found.factor == 2
    assert found.bound_confidence is not None
    assert exponential_fit(5, 5, 0.9).factor < 1


def test_a_sample_without_a_good_result_falls_to_the_lower_bound():
    assert exponential_fit(30, 0, 0.9).factor == 0
    assert pooled_proposal(exponential_fit(30, 0, 0.9), 12).months == 3


@many
@given(counts(), st.floats(0.5, 0.99), currents, any_bounds())
def test_one_more_good_calibration_never_shortens_a_modelled_interval(count, target, current, bounds):
    n, x = count
    before, after = exponential_fit(n, x, target), exponential_fit(n + 1, x + 1, target)
    # From twenty on the bound gives way to the share itself, which is never below it.
    assert after.factor >= before.factor * (1 - 1e-9)
    assert pooled_proposal(after, current, bounds).months >= pooled_proposal(before, current, bounds).months


def test_pooled_results_move_whole_months_within_the_legal_cycle():
    tested = interval_test(50, 42, 365, 0.9)
    assert pooled_proposal(tested, 12).months == 10
    assert pooled_proposal(interval_test(50, 50, 365, 0.9), 12, Bounds(legal_cycle_months=18)).months == 18
    lone = pooled_proposal(interval_test(2, 2, 365, 0.5), 12)
    assert (lone.months, lone.bars) == (12, (Bar.FEW_RECORDS,))


# refusals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "deed, code",
    [
        (lambda: first_interval(0, []), "count-too-small"),
        (lambda: Bounds(6, 3), "count-too-small"),
        (lambda: Bounds(legal_cycle_months=0), "count-too-small"),
        (lambda: staircase([], 0), "count-too-small"),
        (lambda: staircase([CalibrationRecord(0.1, 0.0)], 12), "number-not-positive"),
        (lambda: staircase([CalibrationRecord(math.nan, 0.5)], 12), "number-unusable"),
        (lambda: Staircase(extend_factor=0.9), "factor-below-one"),
        (lambda: Staircase(reduce_factor=1.0), "share-out-of-range"),
        (lambda: interval_test(5, 6, 365, 0.9), "more-good-than-all"),
        (lambda: interval_test(0, 0, 365, 0.9), "count-too-small"),
        (lambda: interval_test(5, 5, 365, 0.9, most_change=0.5), "factor-below-one"),
        (lambda: exponential_fit(5, -1, 0.9), "count-too-small"),
        (lambda: exponential_interval(12, 1.0, 0.9), "share-out-of-range"),
        (lambda: weibull_interval(0.1, 1e-4, 0.1), "number-unusable"),
    ],
)
def test_what_cannot_be_used_is_refused(deed, code):
    with pytest.raises(BadInput) as refused:
        deed()
    assert refused.value.code == code
