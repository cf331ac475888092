"""Non-automatic weighing instruments: classes, maximum permissible errors, and what looks odd in a register line.

e is the verification scale interval; the number of intervals is Max / e. A doubt is a hint to look again, never a
refusal: an old or special scale may be in order.
Source: OIML R 76-1:2006, tables 3 and 6; in service twice the error of initial verification (3.5.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import floor, inf, isclose, log10

from core.domain.metrology.checking import not_negative, positive
from core.errors import BadInput

_SLACK = 1 + 1e-9


class AccuracyClass(StrEnum):
    """Special, high, medium and ordinary accuracy, as the plate of a scale shows it."""

    I = "I"  # noqa: E741 - written so on every plate
    II = "II"
    III = "III"
    IIII = "IIII"


class ScaleDoubt(StrEnum):
    """What does not fit between the class, e, d, Max and Min of a scale."""

    INTERVAL_TOO_SMALL = "interval-too-small"
    INTERVAL_NOT_1_2_5 = "interval-not-1-2-5"
    DIVISION_ABOVE_INTERVAL = "division-above-interval"
    TOO_FEW_INTERVALS = "too-few-intervals"
    TOO_MANY_INTERVALS = "too-many-intervals"
    INTERVALS_NOT_WHOLE = "intervals-not-whole"
    MINIMUM_TOO_SMALL = "minimum-too-small"


@dataclass(frozen=True, slots=True)
class Scale:
    """What the plate says, all in gram; unknown stays None. division: the step d of the display."""

    accuracy_class: AccuracyClass
    interval: float | None = None
    maximum: float | None = None
    minimum: float | None = None
    division: float | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubt: the number seen and the limit it misses; the limit is None where a form is asked for."""

    code: ScaleDoubt
    seen: float
    limit: float | None


@dataclass(frozen=True, slots=True)
class PermissibleError:
    """The maximum permissible error for a load, in its unit: `intervals` times e, either way."""

    load: float
    interval: float
    accuracy_class: AccuracyClass
    in_service: bool
    intervals: float

    @property
    def value(self) -> float:
        return self.intervals * self.interval


@dataclass(frozen=True, slots=True)
class _Band:
    """Of one class from `interval` (e, in gram) on: least and most intervals, least load in intervals."""

    interval: float
    fewest: float
    most: float
    least_load: float


_STEPS: Mapping[AccuracyClass, tuple[float, float, float]] = {
    AccuracyClass.I: (50_000, 200_000, inf),
    AccuracyClass.II: (5_000, 20_000, 100_000),
    AccuracyClass.III: (500, 2_000, 10_000),
    AccuracyClass.IIII: (50, 200, 1_000),
}
"""Loads in intervals up to which 0.5 e, 1 e and 1.5 e hold."""

_BANDS: Mapping[AccuracyClass, tuple[_Band, ...]] = {
    AccuracyClass.I: (_Band(0.001, 50_000, inf, 100),),
    AccuracyClass.II: (_Band(0.001, 100, 100_000, 20), _Band(0.1, 5_000, 100_000, 50)),
    AccuracyClass.III: (_Band(0.1, 100, 10_000, 20), _Band(5, 500, 10_000, 20)),
    AccuracyClass.IIII: (_Band(5, 100, 1_000, 10),),
}


def maximum_permissible_error(
    load: float, interval: float, accuracy_class: AccuracyClass, *, in_service: bool = False
) -> PermissibleError:
    """Return the maximum permissible error for a load, both in the unit of e; in service it is twice the initial one.

    Raises BadInput("load-beyond-class") where a scale of the class cannot have so many intervals.
    """
    intervals = not_negative(load, "load") / positive(interval, "interval")
    for most, half_intervals in zip(_STEPS[accuracy_class], (1, 2, 3), strict=True):
        if intervals <= most * _SLACK:
            steps = half_intervals * (1.0 if in_service else 0.5)
            return PermissibleError(load, interval, accuracy_class, in_service, steps)
    raise BadInput("load-beyond-class", field="load", seen=load, accuracy_class=accuracy_class.value)


def minimum_load(interval: float, accuracy_class: AccuracyClass) -> float:
    """Return the least Min of a class in gram, for e in gram: below it the relative error is too large to weigh."""
    return _band(positive(interval, "interval"), accuracy_class).least_load * interval


def doubts(scale: Scale) -> tuple[Doubt, ...]:
    """Return what does not fit on the plate of a scale; nothing is said of what is unknown."""
    for name in ("interval", "maximum", "minimum", "division"):
        value = getattr(scale, name)
        if value is not None:
            positive(value, name)
    return tuple(_doubts(scale))


def _doubts(scale: Scale) -> Iterator[Doubt]:
    e = scale.interval
    if e is None:
        return
    least = _BANDS[scale.accuracy_class][0].interval
    if e * _SLACK < least:
        yield Doubt(ScaleDoubt.INTERVAL_TOO_SMALL, e, least)
    if not _is_1_2_5(e):
        yield Doubt(ScaleDoubt.INTERVAL_NOT_1_2_5, e, None)
    if scale.division is not None and scale.division > e * _SLACK:
        yield Doubt(ScaleDoubt.DIVISION_ABOVE_INTERVAL, scale.division, e)
    band = _band(e, scale.accuracy_class)
    if scale.maximum is not None:
        yield from _interval_doubts(scale.maximum / e, band)
    if scale.minimum is not None and scale.minimum * _SLACK < band.least_load * e:
        yield Doubt(ScaleDoubt.MINIMUM_TOO_SMALL, scale.minimum, band.least_load * e)


def _interval_doubts(count: float, band: _Band) -> Iterator[Doubt]:
    if count * _SLACK < band.fewest:
        yield Doubt(ScaleDoubt.TOO_FEW_INTERVALS, count, band.fewest)
    if count > band.most * _SLACK:
        yield Doubt(ScaleDoubt.TOO_MANY_INTERVALS, count, band.most)
    if not isclose(count, round(count), rel_tol=1e-9):
        yield Doubt(ScaleDoubt.INTERVALS_NOT_WHOLE, count, None)


def _band(interval: float, accuracy_class: AccuracyClass) -> _Band:
    bands = _BANDS[accuracy_class]
    return next((band for band in reversed(bands) if interval * _SLACK >= band.interval), bands[0])


def _is_1_2_5(value: float) -> bool:
    leading = value / 10 ** floor(log10(value * _SLACK))
    return any(isclose(leading, one, rel_tol=1e-8) for one in (1, 2, 5))
