"""Control chart of single values: the errors found on a check standard, one after the other.

Source: ILAC-G24:2022, 6.3; limits and runs of an individuals chart as in ISO 7870-2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from statistics import fmean

from core.domain.metrology.checking import at_least, finite

FACTOR = 2.66
"""Three standard deviations in mean moving ranges of two: 3 / 1.128."""
RUN = 8
"""So many values on one side of the mean are no chance."""


class SignalKind(StrEnum):
    """What a chart points at; either shortens the interval and asks why."""

    OUTSIDE = "outside"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal at a value, by its place from 0; a run is told at its eighth value and at each that goes on."""

    place: int
    kind: SignalKind


@dataclass(frozen=True, slots=True)
class ControlChart:
    """The chart with its limits and signals."""

    values: tuple[float, ...]
    mean: float
    mean_moving_range: float
    lower: float
    upper: float
    signals: tuple[Signal, ...]


def control_chart(values: Sequence[float]) -> ControlChart:
    """Return the chart of at least two values in order of time; limits from all of them."""
    at_least(len(values), 2, "values")
    for value in values:
        finite(value, "values")
    mean = fmean(values)
    moving_range = fmean(abs(after - before) for before, after in pairwise(values))
    lower, upper = mean - FACTOR * moving_range, mean + FACTOR * moving_range
    return ControlChart(tuple(values), mean, moving_range, lower, upper, tuple(_signals(values, mean, lower, upper)))


def _signals(values: Sequence[float], mean: float, lower: float, upper: float) -> Iterator[Signal]:
    run = 0
    for place, value in enumerate(values):
        if not lower <= value <= upper:
            yield Signal(place, SignalKind.OUTSIDE)
        side = (value > mean) - (value < mean)
        # The length of the run carries the sign of its side.
        run = run + side if run * side > 0 else side
        if abs(run) >= RUN:
            yield Signal(place, SignalKind.RUN)
