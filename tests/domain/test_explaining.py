"""The parts of a score add up to the score as it is shown."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from core.domain.explaining import spread
from core.language import rounded

fractions = st.fractions(min_value=0, max_value=20, max_denominator=997)


@given(st.lists(fractions, min_size=1, max_size=9), st.integers(0, 3))
def test_rounded_parts_sum_to_the_rounded_total(parts, decimals):
    total = rounded(sum(parts, Fraction(0)), decimals)
    shares = spread(parts, total, decimals)
    assert sum(shares) == total
    assert all(
        abs(share - part) <= Fraction(1, 10**decimals) for share, part in zip(map(Fraction, shares), parts, strict=True)
    )


def test_three_equal_thirds_of_a_hundred_show_as_one_hundred():
    assert [str(share) for share in spread([Fraction(100, 3)] * 3, rounded(Fraction(100)), 1)] == [
        "33.4",
        "33.3",
        "33.3",
    ]
