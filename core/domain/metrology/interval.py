"""How long until the next calibration: the first interval, and how the history of results changes it.

Whole months, rounded down. A legal cycle of verification is never exceeded; it may only be undercut.
Sources: ILAC-G24:2022 / OIML D 10:2022 (clause 5, methods 1, 2 and 5); NCSL International RP-1 (A1, A3, exponential and
Weibull reliability). The numbers that these leave open (factors, ladder, steps, confidences) are ours and can be set.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import exp, floor, inf, log, log10, nextafter, pow

from core.domain.metrology.checking import LARGEST, at_least, finite, positive, share
from core.domain.metrology.distributions import binomial_at_most, reliability_bound_high, reliability_bound_low
from core.errors import BadInput

LADDER = (3, 6, 9, 12, 18, 24, 36, 60)
"""Months that a first interval may have."""
FEWEST_RECORDS = 3
"""Known results without which no interval is lengthened."""
SMALL_SAMPLE = 20
"""Below so many calibrations the observed reliability is replaced by its lower bound."""
SMALLEST_CHANGE_DAYS = 5
MOST_WITHOUT_FAILURE = 2.0
"""Factor beyond which nothing is extrapolated while no failure was ever seen."""
_SLACK = 1 + 1e-9


# the first interval ---------------------------------------------------------------------------------------------------


class Circumstance(StrEnum):
    """What shortens or lengthens a first interval."""

    HEAVY_USE = "heavy-use"
    HARSH_PLACE = "harsh-place"
    HIGH_CONSEQUENCE = "high-consequence"
    STABLE_HISTORY = "stable-history"
    SEALED_SOLID_STATE = "sealed-solid-state"


FACTORS = {
    Circumstance.HEAVY_USE: Fraction(3, 4),
    Circumstance.HARSH_PLACE: Fraction(3, 4),
    Circumstance.HIGH_CONSEQUENCE: Fraction(3, 4),
    Circumstance.STABLE_HISTORY: Fraction(5, 4),
    Circumstance.SEALED_SOLID_STATE: Fraction(5, 4),
}


class Limit(StrEnum):
    """What held a computed interval."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    LEGAL_CYCLE = "legal-cycle"


@dataclass(frozen=True, slots=True)
class FirstInterval:
    """The first interval: usual months times factors, down to the ladder, at most the legal cycle."""

    usual_months: int
    factors: tuple[tuple[Circumstance, Fraction], ...]
    computed_months: Fraction
    ladder_months: int
    legal_cycle_months: int | None
    months: int
    limit: Limit | None


def first_interval(
    usual_months: int, circumstances: Iterable[Circumstance], legal_cycle_months: int | None = None
) -> FirstInterval:
    """Return the first interval of an instrument from what is usual for its kind.

    Source: factors named by ILAC-G24:2022, clause 5; their sizes and the ladder are ours.
    """
    computed = Fraction(at_least(usual_months, 1, "usual_months"))
    present = frozenset(circumstances)
    factors = tuple((one, FACTORS[one]) for one in Circumstance if one in present)
    for _, factor in factors:
        computed *= factor
    ladder = max((step for step in LADDER if step <= computed), default=LADDER[0])
    months, limit = ladder, Limit.MINIMUM if computed < LADDER[0] else None
    if legal_cycle_months is not None and ladder > at_least(legal_cycle_months, 1, "legal_cycle_months"):
        months, limit = legal_cycle_months, Limit.LEGAL_CYCLE
    return FirstInterval(usual_months, factors, computed, ladder, legal_cycle_months, months, limit)


# history and bounds ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CalibrationRecord:
    """One calibration, as the instrument was found, before any adjustment; unknown stays None.

    found_error and maximum_permissible_error: in one unit; the largest error over the points counts. in_tolerance: the
    statement of the certificate, where the numbers are not known; numbers win over it.
    """

    found_error: float | None = None
    maximum_permissible_error: float | None = None
    in_tolerance: bool | None = None
    adjusted: bool = False

    @property
    def ratio(self) -> float | None:
        """Found error to maximum permissible error, 0 or more."""
        if self.found_error is None or self.maximum_permissible_error is None:
            return None
        return abs(finite(self.found_error, "found_error")) / positive(
            self.maximum_permissible_error, "maximum_permissible_error"
        )

    @property
    def is_good(self) -> bool | None:
        """Whether it was found in tolerance; None when that is not known."""
        return self.in_tolerance if self.ratio is None else self.ratio <= _SLACK


class Bar(StrEnum):
    """Why an interval must not be lengthened."""

    FEW_RECORDS = "few-records"
    LAST_OUT = "last-out"
    ADJUSTED_EACH_TIME = "adjusted-each-time"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which months an interval moves; the legal cycle wins over both others."""

    minimum_months: int = LADDER[0]
    maximum_months: int = LADDER[-1]
    legal_cycle_months: int | None = None

    def __post_init__(self) -> None:
        at_least(self.minimum_months, 1, "minimum_months")
        at_least(self.maximum_months, self.minimum_months, "maximum_months")
        if self.legal_cycle_months is not None:
            at_least(self.legal_cycle_months, 1, "legal_cycle_months")

    def hold(self, months: int) -> tuple[int, Limit | None]:
        """Return the months within the bounds, and which bound moved them."""
        held, limit = months, None
        if held < self.minimum_months:
            held, limit = self.minimum_months, Limit.MINIMUM
        elif held > self.maximum_months:
            held, limit = self.maximum_months, Limit.MAXIMUM
        if self.legal_cycle_months is not None and held > self.legal_cycle_months:
            held, limit = self.legal_cycle_months, Limit.LEGAL_CYCLE
        return held, limit


def lengthening_bars(records: Sequence[CalibrationRecord]) -> tuple[Bar, ...]:
    """Return why the interval of one instrument must not be lengthened; oldest record first. Empty: it may be."""
    bars = []
    if sum(record.is_good is not None for record in records) < FEWEST_RECORDS:
        bars.append(Bar.FEW_RECORDS)
    if records and records[-1].is_good is False:
        bars.append(Bar.LAST_OUT)
    # Adjusted before anybody looked: every such calibration says how the instrument left, not how it had drifted.
    if records and all(record.adjusted and record.is_good is None for record in records):
        bars.append(Bar.ADJUSTED_EACH_TIME)
    return tuple(bars)


# proposals ------------------------------------------------------------------------------------------------------------


class Reason(StrEnum):
    """What the history said."""

    NO_RECORDS = "no-records"
    AS_FOUND_UNKNOWN = "as-found-unknown"
    OUT_OF_TOLERANCE = "out-of-tolerance"
    IN_TOLERANCE = "in-tolerance"
    WELL_WITHIN = "well-within"
    NOT_LONG_ENOUGH = "not-long-enough"
    ERROR_UNKNOWN = "error-unknown"
    RELIABILITY_BELOW_TARGET = "reliability-below-target"
    RELIABILITY_ABOVE_TARGET = "reliability-above-target"
    NOT_SIGNIFICANT = "not-significant"
    CHANGE_TOO_SMALL = "change-too-small"


@dataclass(frozen=True, slots=True)
class Staircase:
    """Settings of ILAC-G24 method 1: after `run` results of at most `extend_up_to` of the limit the interval grows."""

    extend_up_to: float = 0.8
    extend_factor: float = 1.25
    reduce_factor: float = 0.5
    run: int = 2

    def __post_init__(self) -> None:
        share(self.extend_up_to, "extend_up_to")
        share(self.reduce_factor, "reduce_factor")
        if finite(self.extend_factor, "extend_factor") < 1:
            raise BadInput("factor-below-one", field="extend_factor", seen=self.extend_factor)
        at_least(self.run, 1, "run")


@dataclass(frozen=True, slots=True)
class SimpleResponse:
    """Settings of RP-1 method A1: one step up when found in tolerance, one down when not, balanced at the target."""

    increase: float = 0.1
    target: float = 0.9

    @property
    def reduction(self) -> float:
        """b with (1 + a)^R · (1 − b)^(1 − R) = 1."""
        target = share(self.target, "target")
        return 1 - pow(1 + positive(self.increase, "increase"), -target / (1 - target))


@dataclass(frozen=True, slots=True)
class IntervalTest:
    """The outcome of RP-1 method A3 on calibrations pooled over one type of instrument, all at one interval.

    rejection: confidence that the reliability differs from the target, to the side on which it was observed.
    low and high: range of the reliability at the confidence asked for. factor: new to current interval.
    """

    calibrations: int
    in_tolerance: int
    current_days: float
    target: float
    confidence: float
    rejection: float
    low: float
    high: float
    factor: float
    reason: Reason

    @property
    def observed(self) -> float:
        return self.in_tolerance / self.calibrations

    @property
    def days(self) -> float:
        return self.current_days * self.factor


@dataclass(frozen=True, slots=True)
class ReliabilityFit:
    """The outcome of the exponential model; bound_confidence: set where a lower bound stood for the observed share."""

    calibrations: int
    in_tolerance: int
    target: float
    reliability: float
    bound_confidence: float | None
    factor: float
    reason: Reason

    @property
    def observed(self) -> float:
        return self.in_tolerance / self.calibrations


Basis = Staircase | SimpleResponse | IntervalTest | ReliabilityFit


@dataclass(frozen=True, slots=True)
class IntervalProposal:
    """A proposed interval with all it came from.

    factor and computed_months: what the history alone would give. bars: why a lengthening was not granted.
    limit: which bound moved the result.
    """

    basis: Basis
    reason: Reason
    ratios: tuple[float | None, ...]
    current_months: int
    factor: float
    computed_months: float
    months: int
    bars: tuple[Bar, ...]
    limit: Limit | None
    bounds: Bounds


def staircase(
    records: Sequence[CalibrationRecord],
    current_months: int,
    bounds: Bounds = Bounds(),
    settings: Staircase = Staircase(),
) -> IntervalProposal:
    """Return the interval by automatic adjustment; oldest record first.

    The last result out of tolerance shortens it; a run of results well within the limit lengthens it; else it stays.

    Source: ILAC-G24:2022, 6.2.
    """
    reason = _last_result(records)
    factor = 1.0
    if reason is Reason.OUT_OF_TOLERANCE:
        factor = settings.reduce_factor
    elif reason is Reason.IN_TOLERANCE:
        reason = _run_of_good(records[-settings.run :], settings)
        factor = settings.extend_factor if reason is Reason.WELL_WITHIN else 1.0
    ratios = tuple(record.ratio for record in records[-settings.run :])
    return _proposal(settings, reason, ratios, current_months, factor, lengthening_bars(records), bounds)


def simple_response(
    records: Sequence[CalibrationRecord],
    current_months: int,
    bounds: Bounds = Bounds(),
    settings: SimpleResponse = SimpleResponse(),
) -> IntervalProposal:
    """Return the interval by one step up or down after the last result; needs no more than "in" or "out".

    A step of less than one month is lost in rounding down.

    Source: NCSL International RP-1, method A1.
    """
    reason = _last_result(records)
    factor = {Reason.OUT_OF_TOLERANCE: 1 - settings.reduction, Reason.IN_TOLERANCE: 1 + settings.increase}.get(
        reason, 1.0
    )
    return _proposal(settings, reason, (), current_months, factor, lengthening_bars(records), bounds)


def interval_test(
    calibrations: int,
    in_tolerance: int,
    current_days: float,
    target: float,
    confidence: float = 0.5,
    most_change: float = 2.0,
) -> IntervalTest:
    """Return the test of an interval against a target reliability.

    The interval changes only when the rejection confidence is above `confidence` and the change is five days or more,
    by at most the factor `most_change` either way.

    Source: NCSL International RP-1, method A3. For lengthening the rejection confidence is 2·F(x) − 1.
    """
    n, x = at_least(calibrations, 1, "calibrations"), _good_count(in_tolerance, calibrations)
    share(target, "target")
    share(confidence, "confidence")
    days = positive(current_days, "current_days")
    if finite(most_change, "most_change") < 1:
        raise BadInput("factor-below-one", field="most_change", seen=most_change)
    excess = x / n - target
    rejection = _rejection(x, n, target)
    factor, reason = 1.0, Reason.NOT_SIGNIFICANT
    if rejection > confidence:
        if excess < 0:
            factor, reason = max(1 / most_change, 10 ** (excess * rejection)), Reason.RELIABILITY_BELOW_TARGET
        else:
            # As a power of ten at most log10(b): far above the target the exponent alone would overflow.
            exponent = min(log10(most_change), excess / max(1 - rejection, nextafter(0, 1)))
            factor, reason = 10**exponent, Reason.RELIABILITY_ABOVE_TARGET
    if factor != 1 and abs(factor - 1) * days < SMALLEST_CHANGE_DAYS:
        factor, reason = 1.0, Reason.CHANGE_TOO_SMALL
    bound = (1 + confidence) / 2
    return IntervalTest(
        n,
        x,
        current_days,
        target,
        confidence,
        rejection,
        reliability_bound_low(x, n, bound),
        reliability_bound_high(x, n, bound),
        factor,
        reason,
    )


def exponential_interval(current: float, observed: float, target: float) -> float:
    """Return the interval at which reliability e^(−λt) meets the target; `observed` is that of the current interval."""
    return positive(current, "current") * log(share(target, "target")) / log(share(observed, "observed"))


def weibull_interval(rate: float, shape: float, target: float) -> float:
    """Return the interval at which reliability e^(−(θt)^β) meets the target; rate θ is per unit of time."""
    exponent = log(-log(share(target, "target"))) / positive(shape, "shape")
    if exponent > log(LARGEST):
        raise BadInput("number-unusable", field="shape", seen=shape)
    return exp(exponent) / positive(rate, "rate")


def exponential_fit(calibrations: int, in_tolerance: int, target: float, confidence: float = 0.8) -> ReliabilityFit:
    """Return what the exponential model makes of calibrations pooled over one type, all at one interval.

    Below 20 calibrations, and while no failure was seen, the one-sided lower bound at `confidence` stands for the
    observed reliability; without a failure the interval is at most doubled.
    """
    n, x = at_least(calibrations, 1, "calibrations"), _good_count(in_tolerance, calibrations)
    share(confidence, "confidence")
    is_bound = n < SMALL_SAMPLE or x == n
    reliability = reliability_bound_low(x, n, confidence) if is_bound else x / n
    # Hopeless samples leave no logarithm: the interval falls to the lower bound of its range.
    factor = exponential_interval(1.0, reliability, target) if reliability > 1e-9 else 0.0
    if x == n:
        factor = min(factor, MOST_WITHOUT_FAILURE)
    reason = Reason.RELIABILITY_BELOW_TARGET if reliability < target else Reason.RELIABILITY_ABOVE_TARGET
    return ReliabilityFit(n, x, target, reliability, confidence if is_bound else None, factor, reason)


def pooled_proposal(
    basis: IntervalTest | ReliabilityFit,
    current_months: int,
    bounds: Bounds = Bounds(),
) -> IntervalProposal:
    """Return the interval in months that pooled results give to every instrument of the type."""
    bars = (Bar.FEW_RECORDS,) if basis.calibrations < FEWEST_RECORDS else ()
    return _proposal(basis, basis.reason, (), current_months, basis.factor, bars, bounds)


def _last_result(records: Sequence[CalibrationRecord]) -> Reason:
    if not records:
        return Reason.NO_RECORDS
    match records[-1].is_good:
        case None:
            return Reason.AS_FOUND_UNKNOWN
        case True:
            return Reason.IN_TOLERANCE
        case False:
            return Reason.OUT_OF_TOLERANCE


def _run_of_good(last: Sequence[CalibrationRecord], settings: Staircase) -> Reason:
    if last[-1].ratio is None:
        return Reason.ERROR_UNKNOWN
    if last[-1].ratio > settings.extend_up_to * _SLACK:
        return Reason.IN_TOLERANCE
    ratios = [inf if record.ratio is None else record.ratio for record in last]
    is_run = len(ratios) == settings.run and max(ratios) <= settings.extend_up_to * _SLACK
    return Reason.WELL_WITHIN if is_run else Reason.NOT_LONG_ENOUGH


def _good_count(in_tolerance: int, calibrations: int) -> int:
    if at_least(in_tolerance, 0, "in_tolerance") > calibrations:
        raise BadInput("more-good-than-all", field="in_tolerance", seen=in_tolerance, calibrations=calibrations)
    return in_tolerance


def _rejection(x: int, n: int, target: float) -> float:
    """Return the confidence that the reliability lies on the observed side of the target; 0 where it is met."""
    if x == n:
        return 1 - target**n
    if x == 0:
        return 1 - (1 - target) ** n
    below = 2 * binomial_at_most(x, n, target) - 1
    return max(0.0, below if x / n > target else -below)


def _proposal(
    basis: Basis,
    reason: Reason,
    ratios: tuple[float | None, ...],
    current_months: int,
    factor: float,
    bars: tuple[Bar, ...],
    bounds: Bounds,
) -> IntervalProposal:
    computed = at_least(current_months, 1, "current_months") * factor
    granted = current_months if bars and factor > 1 else floor(computed * _SLACK)
    months, limit = bounds.hold(granted)
    return IntervalProposal(
        basis,
        reason,
        ratios,
        current_months,
        factor,
        computed,
        months,
        bars if factor > 1 else (),
        limit,
        bounds,
    )
