"""How an instrument drifts, and when it would leave its limits (variables data).

Each observation is the change between two calibrations: as found less as left, and the days between. The drift starts
at zero and is a straight line or a parabola, fitted by least squares.
Source: NASA-HDBK-8739.19-5 (2010), section 7, whose tables it meets to all digits given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, sqrt

from core.domain.metrology.checking import at_least, finite, not_negative, positive, share
from core.domain.metrology.distributions import t_quantile
from core.domain.metrology.risk import Limits
from core.errors import BadInput

MOST_EXTRAPOLATION = 2
"""Nothing is said beyond so many times the longest observation; ours."""
MOST_DAYS = 36_525
"""Nor beyond a hundred years."""


class DriftReason(StrEnum):
    """What ended the interval."""

    ALREADY_OUT = "already-out"
    LOWER_LIMIT = "lower-limit"
    UPPER_LIMIT = "upper-limit"
    UNCERTAINTY = "uncertainty"
    END_OF_EVIDENCE = "end-of-evidence"


@dataclass(frozen=True, slots=True)
class DriftObservation:
    """A change over the days between two calibrations, in the unit of the quantity."""

    days: float
    change: float


@dataclass(frozen=True, slots=True)
class DriftFit:
    """Drift b₁·t + b₂·t² with the covariance of its coefficients, t in days.

    second and its variances are 0 for a straight line. residual: standard deviation of the observations around the
    curve.
    """

    observations: tuple[DriftObservation, ...]
    order: int
    first: float
    second: float
    residual: float
    variance_first: float
    variance_second: float
    covariance: float
    degrees_of_freedom: int

    @property
    def horizon_days(self) -> float:
        return min(MOST_DAYS, MOST_EXTRAPOLATION * max(one.days for one in self.observations))

    def change_after(self, days: float) -> float:
        """Return the change expected after so many days."""
        return self.first * days + self.second * days**2

    def uncertainty_after(self, days: float, start_uncertainty: float) -> float:
        """Return the standard uncertainty of a value so many days after it was known with `start_uncertainty`."""
        of_curve = self.variance_first * days**2 + 2 * self.covariance * days**3 + self.variance_second * days**4
        return sqrt(start_uncertainty**2 + self.residual**2 + max(0.0, of_curve))


@dataclass(frozen=True, slots=True)
class DriftInterval:
    """The days until a limit is met, with the value and the uncertainty expected then; factor: of Student's t."""

    days: float
    reason: DriftReason
    value: float | None
    uncertainty: float
    factor: float | None


def fit_drift(observations: Sequence[DriftObservation], order: int = 1) -> DriftFit:
    """Return the drift as a straight line (order 1) or a parabola (order 2) through zero.

    Raises BadInput("count-too-small") unless there is one observation more than coefficients, and
    BadInput("drift-undetermined") where all observations of a parabola are of the same length.
    """
    if order not in (1, 2):
        raise BadInput("drift-order", field="order", seen=order)
    n = at_least(len(observations), order + 1, "observations")
    longest = max(positive(one.days, "days") for one in observations)
    # In units of the longest observation, so that squares and fourth powers of days do not swallow each other.
    rows = [(one.days / longest, finite(one.change, "change")) for one in observations]
    s2, s3, s4 = (sum(t**power for t, _ in rows) for power in (2, 3, 4))
    d1, d2 = (sum(t**power * change for t, change in rows) for power in (1, 2))
    if order == 1:
        first, second, inverse = d1 / s2, 0.0, (1 / s2, 0.0, 0.0)
    else:
        determinant = s2 * s4 - s3**2
        if determinant <= 1e-12 * s2 * s4:
            raise BadInput("drift-undetermined", field="days")
        first, second = (s4 * d1 - s3 * d2) / determinant, (s2 * d2 - s3 * d1) / determinant
        inverse = (s4 / determinant, s2 / determinant, -s3 / determinant)
    variance = sum((change - first * t - second * t**2) ** 2 for t, change in rows) / (n - order)
    return DriftFit(
        tuple(observations),
        order,
        first / longest,
        second / longest**2,
        sqrt(variance),
        variance * inverse[0] / longest**2,
        variance * inverse[1] / longest**4,
        variance * inverse[2] / longest**3,
        n - order,
    )


def reliability_interval(
    fit: DriftFit, value: float, start_uncertainty: float, limits: Limits, reliability: float
) -> DriftInterval:
    """Return the days until the value may no longer be within its limits with this reliability.

    value and start_uncertainty: as left by the last calibration, the latter standard. With two limits the reliability
    is two-sided.
    """
    finite(value, "value")
    not_negative(start_uncertainty, "start_uncertainty")
    one_sided = None in (limits.lower, limits.upper)
    share(reliability, "reliability")
    factor = t_quantile(reliability if one_sided else (1 + reliability) / 2, fit.degrees_of_freedom)

    def room(days: float) -> tuple[float, float]:
        expected = value + fit.change_after(days)
        spread = factor * fit.uncertainty_after(days, start_uncertainty)
        return expected - spread - limits.least, limits.most - expected - spread

    days = _first_day(lambda day: min(room(day)), fit.horizon_days)
    if days == 0:
        reason = DriftReason.ALREADY_OUT
    elif days is None:
        reason, days = DriftReason.END_OF_EVIDENCE, fit.horizon_days
    else:
        below, above = room(days)
        reason = DriftReason.LOWER_LIMIT if below < above else DriftReason.UPPER_LIMIT
    return DriftInterval(
        days, reason, value + fit.change_after(days), fit.uncertainty_after(days, start_uncertainty), factor
    )


def uncertainty_interval(fit: DriftFit, start_uncertainty: float, target: float) -> DriftInterval:
    """Return the days until the standard uncertainty of the value has grown to the target."""
    not_negative(start_uncertainty, "start_uncertainty")
    positive(target, "target")
    days = _first_day(lambda day: target - fit.uncertainty_after(day, start_uncertainty), fit.horizon_days)
    reason = DriftReason.ALREADY_OUT if days == 0 else DriftReason.UNCERTAINTY
    if days is None:
        reason, days = DriftReason.END_OF_EVIDENCE, fit.horizon_days
    return DriftInterval(days, reason, None, fit.uncertainty_after(days, start_uncertainty), None)


def _first_day(room: Callable[[float], float], horizon: float) -> float | None:
    """Return when the room is first used up: looked at day by day, then within the day; None up to the horizon."""
    if room(0.0) <= 0:
        return 0.0
    for day in range(1, ceil(horizon) + 1):
        if room(end := min(float(day), horizon)) <= 0:
            low, high = day - 1.0, end
            while high - low > 1e-9 * high:
                middle = (low + high) / 2
                low, high = (middle, high) if room(middle) > 0 else (low, middle)
            return high
    return None
