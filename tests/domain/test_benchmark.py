"""What a benchmark says holds in the group, and the group is the nearest that may be told."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.statistics.benchmark import Standing, benchmark, whole_points
from core.domain.statistics.counting import Place
from core.domain.statistics.figures import Dimension, Quartiles

PLACE = Place("19", "tea-food", "micro", "cooperative")
SECTOR, SIZE, PROVINCE = Dimension.SECTOR, Dimension.SIZE, Dimension.PROVINCE
TOLD = Quartiles(20, 30, 40, 60)


@given(
    st.lists(st.fractions(0, 100, max_denominator=300), min_size=20, max_size=60),
    st.fractions(0, 100, max_denominator=300),
)
def test_a_standing_is_true_of_the_exact_scores_however_near_they_are(scores, own):
    ordered = sorted(scores)
    quarters = [whole_points(ordered[-(-len(ordered) * part // 4) - 1]) for part in (1, 2, 3)]
    found = benchmark(own, PLACE, lambda *_: Quartiles(len(scores), *quarters))
    below, above = (
        Fraction(count, len(scores)) for count in (sum(x < own for x in scores), sum(x > own for x in scores))
    )
    holds = {
        Standing.BELOW_LOWER: above >= Fraction(3, 4),
        Standing.LOWER_HALF: above >= Fraction(1, 2),
        Standing.MIDDLE: found.points == quarters[1],
        Standing.UPPER_HALF: below >= Fraction(1, 2),
        Standing.ABOVE_UPPER: below >= Fraction(3, 4),
    }
    assert holds[found.standing]


@pytest.mark.parametrize(
    ("told", "place", "expected"),
    [
        ({SECTOR, SIZE, PROVINCE, None}, PLACE, (SECTOR, (), ())),
        ({SIZE, PROVINCE, None}, PLACE, (SIZE, (SECTOR,), ())),
        ({PROVINCE, None}, PLACE, (PROVINCE, (SECTOR, SIZE), ())),
        ({None}, PLACE, (None, (SECTOR, SIZE, PROVINCE), ())),
        ({SECTOR, PROVINCE, None}, Place("19", "", "micro", ""), (PROVINCE, (SIZE,), (SECTOR,))),
        (set(), PLACE, None),
    ],
)
def test_the_group_widens_until_it_may_be_told(told, place, expected):
    found = benchmark(Fraction(50), place, lambda group, _: TOLD if group in told else None)
    assert (found and (found.group, found.too_small, found.unnamed)) == expected


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (29, "below-lower"),
        (30, "lower-half"),
        (40, "middle"),
        (41, "upper-half"),
        (60, "upper-half"),
        (61, "above-upper"),
    ],
)
def test_the_bounds_of_the_quarters(points, expected):
    assert benchmark(Fraction(points), PLACE, lambda *_: TOLD).standing == expected
