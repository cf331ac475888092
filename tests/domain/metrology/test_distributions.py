"""Our own distributions against scipy, and against the printed table of Student's t."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from core.domain.metrology.distributions import (
    beta_quantile,
    binomial_at_most,
    f_above,
    incomplete_beta,
    normal_below,
    reliability_bound_high,
    reliability_bound_low,
    t_quantile,
)
from tests.domain.strategies import moderate

many = settings(max_examples=300, deadline=None)
shapes = st.floats(-1, 4).map(lambda power: 10**power)
# Two-sided 95 % and 99.73 % (three standard deviations of the normal one), as printed in the GUM, table G.2.
GUM_TABLE_G2 = [
    (1, 12.71, 235.80),
    (2, 4.30, 19.21),
    (3, 3.18, 9.22),
    (4, 2.78, 6.62),
    (5, 2.57, 5.51),
    (8, 2.31, 4.28),
    (10, 2.23, 3.96),
    (20, 2.09, 3.42),
    (50, 2.01, 3.16),
    (math.inf, 1.96, 3.00),
]


@pytest.mark.parametrize("degrees, at_95, at_9973", GUM_TABLE_G2)
def test_t_quantiles_are_those_of_the_gum(degrees, at_95, at_9973):
    assert round(t_quantile(0.975, degrees), 2) == at_95
    assert round(t_quantile(normal_below(3), degrees), 2) == at_9973


@many
@given(st.floats(0.5, 0.9999) | st.floats(0.0001, 0.5), st.floats(0, 9).map(lambda power: 10**power))
def test_t_quantile_agrees_with_scipy(p, degrees):
    assert t_quantile(p, degrees) == pytest.approx(stats.t.ppf(p, degrees), rel=1e-8, abs=1e-12)


@moderate
@given(st.floats(0.001, 0.999), st.floats(1, 200))
def test_t_quantile_is_odd(p, degrees):
    assert t_quantile(p, degrees) == pytest.approx(-t_quantile(1 - p, degrees), rel=1e-9, abs=1e-9)


@many
@given(shapes, shapes, st.floats(-5, 5))
def test_incomplete_beta_agrees_with_scipy(a, b, deviations):
    mean = a / (a + b)
    x = min(1.0, max(0.0, mean + deviations * math.sqrt(mean * (1 - mean) / (a + b + 1))))
    assert incomplete_beta(x, a, b) == pytest.approx(special.betainc(a, b, x), rel=1e-8, abs=1e-12)


@many
@given(st.floats(0.001, 0.999), st.floats(0.5, 1000), st.floats(0.5, 1000))
def test_beta_quantile_agrees_with_scipy(p, a, b):
    assert beta_quantile(p, a, b) == pytest.approx(stats.beta.ppf(p, a, b), rel=1e-8)


@many
@given(st.floats(0, 60), st.integers(1, 60), st.integers(1, 200))
def test_the_tail_of_f_agrees_with_scipy(value, numerator, denominator):
    assert f_above(value, numerator, denominator) == pytest.approx(
        stats.f.sf(value, numerator, denominator), rel=1e-8, abs=1e-13
    )


@moderate
@given(st.integers(1, 40), st.data(), st.floats(0.01, 0.99))
def test_binomial_is_the_sum_of_its_terms(trials, data, p):
    count = data.draw(st.integers(0, trials))
    terms = (math.comb(trials, one) * p**one * (1 - p) ** (trials - one) for one in range(count + 1))
    assert binomial_at_most(count, trials, p) == pytest.approx(math.fsum(terms), rel=1e-10)


@moderate
@given(st.integers(1, 300), st.data(), st.floats(0.5, 0.999))
def test_reliability_bounds_are_those_of_clopper_and_pearson(trials, data, confidence):
    good = data.draw(st.integers(0, trials))
    interval = stats.binomtest(good, trials).proportion_ci(confidence_level=2 * confidence - 1, method="exact")
    assert reliability_bound_low(good, trials, confidence) == pytest.approx(interval.low, abs=1e-9)
    assert reliability_bound_high(good, trials, confidence) == pytest.approx(interval.high, abs=1e-9)


@pytest.mark.parametrize("z", [-37, -20, -8, -1, 0, 1, 8])
def test_the_normal_tail_keeps_its_digits(z):
    assert normal_below(z) == pytest.approx(stats.norm.cdf(z), rel=1e-13)


def test_outside_its_range_incomplete_beta_is_0_or_1():
    assert incomplete_beta(-0.1, 2, 3) == 0
    assert incomplete_beta(1.1, 2, 3) == 1
    assert f_above(math.inf, 2, 3) == 0
    assert binomial_at_most(-1, 5, 0.5) == 0
