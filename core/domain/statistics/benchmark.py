"""Where a firm's score stands among enterprises like it: the nearest group that is large enough, and its quarters.

Only quartiles that may be told to anybody are looked at; the firm's own score is compared with them and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from core.domain.statistics.counting import Place, hundredths
from core.domain.statistics.figures import Dimension, Quartiles

WIDENING: tuple[Dimension | None, ...] = (Dimension.SECTOR, Dimension.SIZE, Dimension.PROVINCE, None)
"""Groups in the order in which they are tried; None is the whole nation."""

QuartilesOf = Callable[[Dimension | None, str], Quartiles | None]
"""Returns the quartiles of a group, None where they may not be told."""


class Standing(StrEnum):
    """Where a score stands; each says no more than holds for at least a half or three quarters of the group."""

    BELOW_LOWER = "below-lower"
    LOWER_HALF = "lower-half"
    MIDDLE = "middle"
    UPPER_HALF = "upper-half"
    ABOVE_UPPER = "above-upper"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A score beside the quartiles of a group.

    group: what its enterprises have in common, None for the nation; value: of the dimension. points: the own score in
    whole points from 0 to 100. too_small: groups that came before it and may not be told; unnamed: those of which the
    profile does not say the firm's own.
    """

    group: Dimension | None
    value: str
    quartiles: Quartiles
    points: int
    standing: Standing
    too_small: tuple[Dimension, ...] = ()
    unnamed: tuple[Dimension, ...] = ()


def benchmark(score: Fraction, place: Place, quartiles_of: QuartilesOf) -> Benchmark | None:
    """Return how a score from 0 to 100 stands in the first group that may be told; None where there is none."""
    too_small: list[Dimension] = []
    unnamed: list[Dimension] = []
    for dimension in WIDENING:
        value = place.value(dimension) if dimension else ""
        if dimension and not value:
            unnamed.append(dimension)
            continue
        quartiles = quartiles_of(dimension, value)
        if quartiles is not None:
            points = whole_points(score)
            return Benchmark(
                dimension,
                value,
                quartiles,
                points,
                standing(points, quartiles),
                tuple(too_small),
                tuple(unnamed),
            )
        if dimension:
            too_small.append(dimension)
    return None


def whole_points(score: Fraction) -> int:
    """Return a score as the quartiles are rounded: hundredths first, then whole points, each half up."""
    return (hundredths(score) + 50) // 100


def standing(points: int, quartiles: Quartiles) -> Standing:
    """Return where a rounded score stands. Rounding keeps the order, so that what is higher here is higher exactly."""
    if points == quartiles.median:
        return Standing.MIDDLE
    if points < quartiles.median:
        return Standing.BELOW_LOWER if points < quartiles.lower else Standing.LOWER_HALF
    return Standing.ABOVE_UPPER if points > quartiles.upper else Standing.UPPER_HALF
