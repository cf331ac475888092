"""Budgets: published examples, the law of propagation, rounding, and what is refused."""

import math
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from core.domain.metrology.uncertainty import (
    BudgetLine,
    Coverage,
    LineKind,
    budget,
    round_result,
    round_uncertainty,
)
from core.errors import BadInput
from tests.domain.strategies import moderate
from tests.domain.worked_examples import assert_as_published, inputs_of

LINE = BudgetLine("cân chuẩn", LineKind.RECTANGULAR, 0.3)
lines = st.builds(
    BudgetLine,
    st.just("nguồn"),
    st.sampled_from(LineKind),
    st.floats(1e-6, 1e6),
    st.integers(2, 50),
    st.floats(1, 4),
    st.floats(0.01, 100) | st.floats(-100, -0.01),
    st.none() | st.floats(1, 1000),
)
budgets = st.lists(lines, min_size=1, max_size=8)


def standard(value, degrees):
    return BudgetLine("u", LineKind.CERTIFICATE, value, coverage_factor=1, degrees_of_freedom=degrees)


def test_published_degrees_of_freedom():
    given_ = inputs_of("EX-UNC-1")
    found = budget([standard(*one) for one in zip(given_["u"], given_["dof"], strict=True)])
    assert_as_published("EX-UNC-1", uc=found.combined, dof=found.effective_degrees_of_freedom)


def test_published_simple_budget():
    kinds = {"repeatability": LineKind.TYPE_A}
    found = budget(
        [
            BudgetLine(
                one["kind"],
                kinds.get(one["kind"]) or LineKind(one["kind"]),
                one["value"],
                one.get("readings", 1),
                one.get("coverage_factor", 2),
            )
            for one in inputs_of("EX-UNC-2")["lines"]
        ]
    )
    assert_as_published("EX-UNC-2", u=found.combined, U=found.expanded)
    assert found.reported == Decimal("0.14")


def test_published_budget_of_the_end_gauge():
    given_ = inputs_of("EX-UNC-3")
    found = budget(
        [standard(*one) for one in zip(given_["u"], given_["dof"], strict=True)],
        Coverage.STUDENT_T,
        given_["coverage_probability"],
    )
    assert_as_published(
        "EX-UNC-3",
        uc=found.combined,
        dof=found.effective_degrees_of_freedom,
        k=found.coverage_factor,
        U=found.expanded,
    )


@pytest.mark.parametrize(
    "kind, draw",
    [
        (LineKind.RECTANGULAR, lambda rng, n: rng.uniform(-0.3, 0.3, n)),
        (LineKind.TRIANGULAR, lambda rng, n: rng.triangular(-0.3, 0, 0.3, n)),
        (LineKind.ARCSINE, lambda rng, n: 0.3 * np.sin(rng.uniform(0, 2 * np.pi, n))),
        (LineKind.RESOLUTION, lambda rng, n: rng.uniform(-0.15, 0.15, n)),
        (LineKind.TYPE_A, lambda rng, n: rng.normal(0, 0.3, (n, 4)).mean(axis=1)),
    ],
)
def test_a_line_is_the_standard_deviation_of_its_distribution(kind, draw):
    thrown = draw(np.random.default_rng(17), 200_000)
    counted = budget([replace(LINE, kind=kind, readings=4)]).lines[0]
    assert counted.standard_uncertainty == pytest.approx(np.std(thrown), rel=0.01)


@moderate
@given(budgets)
def test_the_lines_explain_the_whole(given_lines):
    found = budget(given_lines)
    assert math.fsum(one.share for one in found.lines) == pytest.approx(1)
    assert found.combined**2 == pytest.approx(math.fsum(one.contribution**2 for one in found.lines))
    assert found.expanded == found.coverage_factor * found.combined == 2 * found.combined
    for one in found.lines:
        assert one.contribution == pytest.approx(abs(one.line.sensitivity) * one.line.value / one.divisor)
        assert one.standard_uncertainty == one.line.value / one.divisor


@moderate
@given(budgets)
def test_effective_degrees_of_freedom_lie_between_the_least_and_the_sum(given_lines):
    found = budget(given_lines)
    degrees = [one.degrees_of_freedom for one in found.lines]
    assert min(degrees) * (1 - 1e-9) <= found.effective_degrees_of_freedom
    assert found.effective_degrees_of_freedom <= sum(degrees) * (1 + 1e-9)


@moderate
@given(budgets, lines)
def test_one_more_line_never_lowers_the_uncertainty(given_lines, more):
    assert budget([*given_lines, more]).combined >= budget(given_lines).combined


@moderate
@given(budgets, st.randoms())
def test_the_order_of_the_lines_does_not_matter(given_lines, random):
    shuffled = random.sample(given_lines, len(given_lines))
    assert budget(shuffled).combined == pytest.approx(budget(given_lines).combined, rel=1e-12)


@pytest.mark.parametrize("readings, factor", [(2, 13.97), (3, 4.53), (4, 3.31), (6, 2.65), (11, 2.28), (51, 2.05)])
def test_few_readings_need_a_larger_factor(readings, factor):
    """Coverage factors for 95.45 %, as printed in EA-4/02, table E.1."""
    found = budget([BudgetLine("lặp lại", LineKind.TYPE_A, 1.0, readings)], Coverage.STUDENT_T)
    assert found.coverage_factor == pytest.approx(factor, abs=0.005)
    assert found.coverage_factor == pytest.approx(stats.t.ppf((1 + 0.9545) / 2, readings - 1), rel=1e-9)


def test_without_finite_degrees_of_freedom_student_gives_the_normal_factor():
    found = budget([LINE], Coverage.STUDENT_T, 0.95)
    assert math.isinf(found.effective_degrees_of_freedom)
    assert found.coverage_factor == pytest.approx(1.959964, abs=1e-6)


@pytest.mark.parametrize(
    "value, digits, rounded",
    [
        (0.14236, 2, "0.14"),
        (0.145, 2, "0.15"),
        (1.0449, 2, "1.0"),
        (0.0996, 2, "0.10"),
        (0.00994, 2, "0.0099"),
        (99.6, 2, "1.0E+2"),
        (123.0, 2, "1.2E+2"),
        (0.14, 1, "0.2"),
        (0.104, 1, "0.1"),
        (0.96, 1, "1"),
        (2.05, 1, "2"),
        (2.2, 1, "3"),
    ],
)
def test_rounding_never_hides_five_per_cent(value, digits, rounded):
    assert str(round_uncertainty(value, digits)) == rounded


@moderate
@given(st.floats(1e-9, 1e9), st.integers(1, 2))
def test_a_rounded_uncertainty_has_its_digits_and_loses_at_most_five_per_cent(value, digits):
    rounded = round_uncertainty(value, digits)
    assert len(rounded.as_tuple().digits) == digits
    assert float(rounded) >= 0.95 * value * (1 - 1e-12)
    assert float(rounded) <= 2 * value


@pytest.mark.parametrize(
    "value, uncertainty, rounded",
    [(10.0849, "0.14", "10.08"), (-10.086, "0.14", "-10.09"), (1234.5, "1.2E+2", "1.23E+3"), (7.0, "0.10", "7.00")],
)
def test_a_result_ends_where_its_uncertainty_ends(value, uncertainty, rounded):
    assert str(round_result(value, Decimal(uncertainty))) == rounded


@pytest.mark.parametrize(
    "given_lines, code",
    [
        ([], "budget-empty"),
        ([replace(LINE, value=0.0)], "budget-empty"),
        ([replace(LINE, sensitivity=0.0)], "budget-empty"),
        ([replace(LINE, value=-0.1)], "number-negative"),
        ([replace(LINE, value=math.nan)], "number-unusable"),
        ([replace(LINE, kind=LineKind.CERTIFICATE, coverage_factor=0.0)], "number-not-positive"),
        ([replace(LINE, kind=LineKind.TYPE_A, readings=1)], "count-too-small"),
        ([replace(LINE, degrees_of_freedom=0.5)], "count-too-small"),
        ([replace(LINE, degrees_of_freedom=math.nan)], "count-too-small"),
    ],
)
def test_what_cannot_be_used_is_refused(given_lines, code):
    with pytest.raises(BadInput) as refused:
        budget(given_lines)
    assert refused.value.code == code


def test_a_large_result_with_a_tiny_uncertainty_keeps_all_its_digits():
    assert round_result(1e30, Decimal("1.5E-20")) == Decimal("1e30")
    assert round_result(0.1, Decimal("1.5E-40")).as_tuple().exponent == -41
