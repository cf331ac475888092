"""Scales: maximum permissible errors by class, and what looks odd on a plate."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.metrology.scales import (
    AccuracyClass,
    Doubt,
    Scale,
    ScaleDoubt,
    doubts,
    maximum_permissible_error,
    minimum_load,
)
from core.errors import BadInput
from tests.domain.strategies import moderate
from tests.domain.worked_examples import assert_as_published, inputs_of

I, II, III, IIII = AccuracyClass  # noqa: E741 - written so on every plate


def test_published_errors():
    found = [
        maximum_permissible_error(
            case["load"], case["e"], AccuracyClass(case["accuracy_class"]), in_service=case["in_service"]
        ).value
        for case in inputs_of("EX-R76-1")["cases"]
    ]
    assert_as_published("EX-R76-1", mpe=found)


@pytest.mark.parametrize(
    "accuracy_class, intervals, steps",
    [
        (I, 0, 0.5), (I, 50_000, 0.5), (I, 50_001, 1), (I, 200_000, 1), (I, 200_001, 1.5), (I, 1_000_000, 1.5),
        (II, 5_000, 0.5), (II, 5_001, 1), (II, 20_000, 1), (II, 20_001, 1.5), (II, 100_000, 1.5),
        (III, 500, 0.5), (III, 501, 1), (III, 2_000, 1), (III, 2_001, 1.5), (III, 10_000, 1.5),
        (IIII, 50, 0.5), (IIII, 51, 1), (IIII, 200, 1), (IIII, 201, 1.5), (IIII, 1_000, 1.5),
    ],
)  # fmt: skip
def test_table_6_of_r_76(accuracy_class, intervals, steps):
    assert maximum_permissible_error(intervals * 0.2, 0.2, accuracy_class).intervals == steps
    assert maximum_permissible_error(intervals * 0.2, 0.2, accuracy_class, in_service=True).intervals == 2 * steps


@moderate
@given(st.sampled_from(AccuracyClass), st.integers(0, 1000), st.integers(0, 1000), st.sampled_from([0.001, 0.1, 2.0]))
def test_a_heavier_load_never_has_a_smaller_limit(accuracy_class, one, other, interval):
    light, heavy = (
        maximum_permissible_error(count * interval, interval, accuracy_class) for count in sorted((one, other))
    )
    assert light.value <= heavy.value
    assert heavy.intervals in (0.5, 1, 1.5)


@pytest.mark.parametrize(
    "accuracy_class, interval, least",
    [(I, 0.001, 0.1), (II, 0.01, 0.2), (II, 0.1, 5), (III, 0.5, 10), (III, 20, 400), (IIII, 50, 500)],
)
def test_the_least_load_is_that_of_table_3(accuracy_class, interval, least):
    assert minimum_load(interval, accuracy_class) == pytest.approx(least)


KILOGRAM, TONNE = 1000.0, 1_000_000.0


@pytest.mark.parametrize(
    "scale",
    [
        Scale(III, 20 * KILOGRAM, 60 * TONNE, 400 * KILOGRAM, 20 * KILOGRAM),
        Scale(III, 1.0, 3 * KILOGRAM, 20.0, 1.0),
        Scale(II, 0.01, 600.0, 0.2, 0.01),
        Scale(I, 0.001, 220.0, 0.1, 0.0001),
        Scale(IIII, 5.0, 5 * KILOGRAM, 50.0, 5.0),
        Scale(III),
        Scale(III, maximum=5 * KILOGRAM),
    ],
)
def test_usual_and_half_known_scales_give_no_doubt(scale):
    assert doubts(scale) == ()


@pytest.mark.parametrize(
    "scale, code, seen, limit",
    [
        (Scale(III, 0.1, 3 * KILOGRAM), ScaleDoubt.TOO_MANY_INTERVALS, 30_000, 10_000),
        (Scale(III, 20 * KILOGRAM, 5 * TONNE), ScaleDoubt.TOO_FEW_INTERVALS, 250, 500),
        (Scale(IIII, 5.0, 400.0), ScaleDoubt.TOO_FEW_INTERVALS, 80, 100),
        (Scale(I, 0.01, 200.0), ScaleDoubt.TOO_FEW_INTERVALS, 20_000, 50_000),
        (Scale(III, 0.05), ScaleDoubt.INTERVAL_TOO_SMALL, 0.05, 0.1),
        (Scale(III, 3.0), ScaleDoubt.INTERVAL_NOT_1_2_5, 3.0, None),
        (Scale(III, 1.0, division=2.0), ScaleDoubt.DIVISION_ABOVE_INTERVAL, 2.0, 1.0),
        (Scale(III, 2.0, 3001.0), ScaleDoubt.INTERVALS_NOT_WHOLE, 1500.5, None),
        (Scale(III, 2.0, minimum=20.0), ScaleDoubt.MINIMUM_TOO_SMALL, 20.0, 40.0),
    ],
)
def test_what_does_not_fit_is_told_with_its_numbers(scale, code, seen, limit):
    found = doubts(scale)
    assert [one.code for one in found] == [code]
    assert found[0] == Doubt(code, pytest.approx(seen), limit)


@moderate
@given(st.sampled_from([1, 2, 5]), st.integers(-2, 6))
def test_every_1_2_5_is_recognised(leading, power):
    assert ScaleDoubt.INTERVAL_NOT_1_2_5 not in {one.code for one in doubts(Scale(I, leading * 10.0**power))}


@pytest.mark.parametrize(
    "deed, code",
    [
        (lambda: maximum_permissible_error(10_001.0, 1.0, III), "load-beyond-class"),
        (lambda: maximum_permissible_error(-1.0, 1.0, III), "number-negative"),
        (lambda: maximum_permissible_error(1.0, 0.0, III), "number-not-positive"),
        (lambda: minimum_load(math.nan, III), "number-unusable"),
        (lambda: doubts(Scale(III, 1.0, maximum=-5.0)), "number-not-positive"),
    ],
)
def test_what_cannot_be_used_is_refused(deed, code):
    with pytest.raises(BadInput) as refused:
        deed()
    assert refused.value.code == code
