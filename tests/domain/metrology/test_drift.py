"""Drift: the published tables, another way to the fit, and when an interval ends."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.metrology.drift import (
    DriftObservation,
    DriftReason,
    fit_drift,
    reliability_interval,
    uncertainty_interval,
)
from core.domain.metrology.risk import Limits
from core.errors import BadInput
from tests.domain.strategies import moderate
from tests.domain.worked_examples import assert_as_published, inputs_of

STEADY = [DriftObservation(days, 0.001 * days + wobble) for days, wobble in ((100, 0.01), (200, -0.01), (300, 0.01))]
LINE = fit_drift(STEADY)

observations = st.lists(
    st.builds(DriftObservation, st.integers(10, 2000).map(float), st.floats(-5, 5)), min_size=4, max_size=12
).filter(lambda seen: len({one.days for one in seen}) > 2)


def test_published_tables():
    given_ = inputs_of("EX-DRIFT-1")
    seen = [DriftObservation(*one) for one in zip(given_["days"], given_["changes"], strict=True)]
    fit = fit_drift(seen, given_["order"])
    start = given_["start_value"], given_["start_uncertainty"]
    both = reliability_interval(fit, *start, Limits(given_["lower"], given_["upper"]), given_["reliability"])
    upper = reliability_interval(fit, *start, Limits(None, given_["upper"]), given_["reliability"])
    grown = uncertainty_interval(fit, given_["start_uncertainty"], given_["uncertainty_target"])
    assert_as_published(
        "EX-DRIFT-1",
        first=fit.first,
        second=fit.second,
        variance_first=fit.variance_first,
        variance_second=fit.variance_second,
        covariance=fit.covariance,
        residual=fit.residual,
        two_sided_days=both.days,
        two_sided_value=both.value,
        one_sided_days=upper.days,
        uncertainty_days=grown.days,
        uncertainty_value=given_["start_value"] + fit.change_after(grown.days),
    )
    assert (both.reason, upper.reason, grown.reason) == (
        DriftReason.UPPER_LIMIT,
        DriftReason.UPPER_LIMIT,
        DriftReason.UNCERTAINTY,
    )


@moderate
@given(observations, st.sampled_from([1, 2]))
def test_the_fit_is_that_of_linear_algebra(seen, order):
    fit = fit_drift(seen, order)
    # Scaled as in the textbook's remedy for columns of very different length.
    longest = max(one.days for one in seen)
    columns = np.array([[(one.days / longest) ** power for power in range(1, order + 1)] for one in seen])
    changes = np.array([one.change for one in seen])
    solved, *_ = np.linalg.lstsq(columns, changes, rcond=None)
    variance = ((changes - columns @ solved) ** 2).sum() / (len(seen) - order)
    covariance = variance * np.linalg.inv(columns.T @ columns)
    at = np.array([1.5**power for power in range(1, order + 1)])
    assert fit.change_after(1.5 * longest) == pytest.approx(at @ solved, rel=1e-5, abs=1e-5)
    assert fit.residual == pytest.approx(math.sqrt(variance), rel=1e-6, abs=1e-6)
    expected = math.sqrt(0.3**2 + variance + at @ covariance @ at)
    assert fit.uncertainty_after(1.5 * longest, 0.3) == pytest.approx(expected, rel=1e-4)


@moderate
@given(observations, st.sampled_from([1, 2]), st.floats(0.5, 50), st.floats(0.01, 0.5), st.floats(0.5, 0.99))
def test_until_the_interval_ends_the_value_is_within_its_limits(seen, order, width, start, reliability):
    fit = fit_drift(seen, order)
    found = reliability_interval(fit, 0.0, start, Limits(-width, width), reliability)

    def room(days):
        return width - abs(fit.change_after(days)) - found.factor * fit.uncertainty_after(days, start)

    assert 0 <= found.days <= fit.horizon_days
    if found.reason is DriftReason.ALREADY_OUT:
        assert room(0) <= 0
    else:
        assert all(room(day) > 0 for day in range(math.floor(found.days)))
    if found.reason in (DriftReason.LOWER_LIMIT, DriftReason.UPPER_LIMIT):
        assert room(found.days) == pytest.approx(0, abs=1e-4)


@moderate
@given(observations, st.floats(0.5, 20), st.floats(0.5, 0.98))
def test_wider_limits_and_less_reliability_never_shorten_an_interval(seen, width, reliability):
    fit = fit_drift(seen)
    days = reliability_interval(fit, 0.0, 0.1, Limits(-width, width), reliability).days
    assert reliability_interval(fit, 0.0, 0.1, Limits(-1.5 * width, 1.5 * width), reliability).days >= days
    assert reliability_interval(fit, 0.0, 0.1, Limits(-width, width), reliability - 0.2).days >= days


def test_falling_values_meet_the_lower_limit():
    falling = fit_drift([DriftObservation(one.days, -one.change) for one in STEADY])
    found = reliability_interval(falling, 0.0, 0.01, Limits(-0.3, 0.3), 0.9)
    rising = reliability_interval(LINE, 0.0, 0.01, Limits(-0.3, 0.3), 0.9)
    assert (found.reason, rising.reason) == (DriftReason.LOWER_LIMIT, DriftReason.UPPER_LIMIT)
    assert found.days == pytest.approx(rising.days)


def test_a_value_outside_already_has_no_interval():
    assert reliability_interval(LINE, 0.5, 0.01, Limits(None, 0.4), 0.9).days == 0
    assert uncertainty_interval(LINE, 0.5, 0.4).reason is DriftReason.ALREADY_OUT


def test_nothing_is_said_beyond_twice_the_longest_observation():
    found = reliability_interval(LINE, 0.0, 0.01, Limits(-100.0, 100.0), 0.9)
    assert (found.days, found.reason) == (600, DriftReason.END_OF_EVIDENCE)
    assert uncertainty_interval(LINE, 0.01, 10.0).days == 600


def test_nothing_is_said_beyond_a_hundred_years():
    slow = fit_drift([DriftObservation(30_000.0, 0.01), DriftObservation(40_000.0, 0.0)])
    assert reliability_interval(slow, 0.0, 0.01, Limits(-10.0, 10.0), 0.9).days == 36_525


@pytest.mark.parametrize(
    "deed, code",
    [
        (lambda: fit_drift(STEADY[:1]), "count-too-small"),
        (lambda: fit_drift(STEADY[:2], 2), "count-too-small"),
        (lambda: fit_drift([STEADY[0]] * 3, 2), "drift-undetermined"),
        (lambda: fit_drift(STEADY, 3), "drift-order"),
        (lambda: fit_drift([*STEADY, DriftObservation(0.0, 1.0)]), "number-not-positive"),
        (lambda: fit_drift([*STEADY, DriftObservation(10.0, math.nan)]), "number-unusable"),
        (lambda: reliability_interval(LINE, 0.0, -0.1, Limits(-1.0, 1.0), 0.9), "number-negative"),
        (lambda: reliability_interval(LINE, 0.0, 0.1, Limits(-1.0, 1.0), 1.0), "share-out-of-range"),
        (lambda: uncertainty_interval(LINE, 0.1, 0.0), "number-not-positive"),
    ],
)
def test_what_cannot_be_used_is_refused(deed, code):
    with pytest.raises(BadInput) as refused:
        deed()
    assert refused.value.code == code
