"""How good a measurement is for a decision: ratios, fitness in use, guard bands, false accept and reject, conformity.

The true value is taken as normal around the middle of the process, the reading as normal around the true value.
Sources: JCGM 106:2012; ANSI/NCSL Z540.3:2006; ILAC-G8:09/2019; NCSL International RP-10. Verdict bands are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import erfc, exp, hypot, inf, log, pi, sqrt

from core.domain.metrology.checking import at_least, finite, not_negative, positive, share
from core.domain.metrology.distributions import STANDARD_NORMAL, normal_below
from core.errors import BadInput

USUAL_IN_TOLERANCE = 0.95
"""In-tolerance probability where none is known; a page that uses it says so."""
USUAL_TARGET = 0.02
"""Probability of false accept that Z540.3 allows."""
SLACK = 1e-9
"""Relative slack of comparisons: 0.3 − 0.1 must still reach 0.2."""

_SQRT_HALF = sqrt(0.5)
# Nodes and weights of the Gauss–Legendre rule with 16 points, half of them; the other half is the mirror image.
_LEGENDRE = (
    (0.09501250983763745, 0.18945061045506848),
    (0.2816035507792589, 0.1826034150449236),
    (0.45801677765722737, 0.16915651939500254),
    (0.6178762444026438, 0.14959598881657676),
    (0.755404408355003, 0.1246289712555339),
    (0.8656312023878318, 0.09515851168249279),
    (0.9445750230732326, 0.06225352393864789),
    (0.9894009349916499, 0.027152459411754095),
)
# Panels end at whole multiples of three standard deviations; beyond nine nothing is left in sixteen digits.
_STEPS = (-9, -6, -3, 0, 3, 6, 9)


@dataclass(frozen=True, slots=True)
class Limits:
    """A tolerance or an acceptance zone, in the unit of the quantity; None is open.

    Raises BadInput("limits-missing") without any limit, BadInput("limits-reversed") unless lower is below upper.
    """

    lower: float | None
    upper: float | None

    def __post_init__(self) -> None:
        for value in (self.lower, self.upper):
            if value is not None:
                finite(value, "limits")
        if self.lower is None and self.upper is None:
            raise BadInput("limits-missing", field="limits")
        if self.least >= self.most:
            raise BadInput("limits-reversed", field="limits", lower=self.lower, upper=self.upper)

    @property
    def least(self) -> float:
        return -inf if self.lower is None else self.lower

    @property
    def most(self) -> float:
        return inf if self.upper is None else self.upper

    def drawn_in(self, width: float) -> Limits | None:
        """Return the zone that lies `width` or more inside every limit; None where nothing is left."""
        lower = None if self.lower is None else self.lower + width
        upper = None if self.upper is None else self.upper - width
        return None if lower is not None and upper is not None and lower >= upper else Limits(lower, upper)

    def both(self) -> tuple[float, float]:
        """Return lower and upper; raises BadInput("limits-one-sided") where one is open."""
        if self.lower is None or self.upper is None:
            raise BadInput("limits-one-sided", field="limits")
        return self.lower, self.upper


# ratios and fitness ---------------------------------------------------------------------------------------------------


class Verdict(StrEnum):
    """What a ratio of tolerance to uncertainty says about an instrument."""

    FIT = "fit"
    FIT_WITH_GUARD_BAND = "fit-with-guard-band"
    HIGH_RISK = "high-risk"
    UNFIT = "unfit"
    NOT_ASSESSABLE = "not-assessable"


class Missing(StrEnum):
    """What must be known before a ratio can be formed."""

    TOLERANCE = "tolerance"
    SECOND_LIMIT = "second-limit"
    CALIBRATION_UNCERTAINTY = "calibration-uncertainty"
    MAXIMUM_PERMISSIBLE_ERROR = "maximum-permissible-error"


class Contribution(StrEnum):
    """Where the uncertainty in use comes from."""

    CALIBRATION = "calibration"
    DRIFT = "drift"
    RESOLUTION = "resolution"
    REPEATABILITY = "repeatability"
    UNCORRECTED_ERROR = "uncorrected-error"


@dataclass(frozen=True, slots=True)
class InstrumentInUse:
    """What is known of an instrument where it is used, all in the unit of the tolerance; unknown stays None.

    calibration_uncertainty: expanded U of the certificate, with its coverage factor.
    drift: largest change expected until the next calibration, either way.
    resolution: the smallest step that is read.
    repeatability: standard deviation of single readings, of which `readings` are averaged.
    corrections_applied: whether the errors of the certificate are corrected for. If not, the maximum permissible error
    counts as a limit of the error left in.
    """

    calibration_uncertainty: float | None = None
    coverage_factor: float = 2.0
    drift: float | None = None
    resolution: float | None = None
    repeatability: float | None = None
    readings: int = 1
    corrections_applied: bool = True
    maximum_permissible_error: float | None = None


@dataclass(frozen=True, slots=True)
class Fitness:
    """The verdict on an instrument for one tolerance, and what it came from.

    ratio: span of the tolerance to twice the expanded uncertainty in use; None while something is missing.
    parts: standard uncertainties that were counted. left_out: contributions nobody has stated; with them the ratio
    would be smaller.
    """

    verdict: Verdict
    missing: tuple[Missing, ...]
    ratio: float | None = None
    standard_uncertainty: float | None = None
    expanded_uncertainty: float | None = None
    parts: tuple[tuple[Contribution, float], ...] = ()
    left_out: tuple[Contribution, ...] = ()


def tur(tolerance: Limits, expanded_uncertainty: float) -> float:
    """Return the test uncertainty ratio: span of the tolerance to twice the expanded uncertainty.

    With U = 2u it is the capability index Cm too.

    Source: ANSI/NCSL Z540.3:2006, 3.11; JCGM 106:2012, 7.6.3.
    """
    lower, upper = tolerance.both()
    return (upper - lower) / (2 * positive(expanded_uncertainty, "expanded_uncertainty"))


def verdict_on(ratio: float) -> Verdict:
    """Return the band of a ratio: from 4 fit, from 2 fit with a guard band, from 1 a high risk, below unfit."""
    for least, verdict in ((4, Verdict.FIT), (2, Verdict.FIT_WITH_GUARD_BAND), (1, Verdict.HIGH_RISK)):
        if ratio >= least * (1 - SLACK):
            return verdict
    return Verdict.UNFIT


def fitness_in_use(tolerance: Limits | None, instrument: InstrumentInUse) -> Fitness:
    """Return whether an instrument is good enough for a tolerance, where it is used.

    The standard uncertainty in use joins that of the calibration, drift and resolution as rectangular, repeatability
    of the mean, and the maximum permissible error as rectangular where corrections are not applied; U is twice that.
    """
    missing = tuple(_missing(tolerance, instrument))
    if missing or tolerance is None:
        return Fitness(Verdict.NOT_ASSESSABLE, missing)
    entered = tuple(_contributions(instrument))
    parts = tuple((name, value) for name, value in entered if value is not None)
    standard = hypot(*(value for _, value in parts))
    ratio = tur(tolerance, 2 * standard)
    left_out = tuple(name for name, value in entered if value is None)
    return Fitness(verdict_on(ratio), (), ratio, standard, 2 * standard, parts, left_out)


def _missing(tolerance: Limits | None, instrument: InstrumentInUse) -> Iterator[Missing]:
    if tolerance is None:
        yield Missing.TOLERANCE
    elif None in (tolerance.lower, tolerance.upper):
        yield Missing.SECOND_LIMIT
    if instrument.calibration_uncertainty is None:
        yield Missing.CALIBRATION_UNCERTAINTY
    if not instrument.corrections_applied and instrument.maximum_permissible_error is None:
        yield Missing.MAXIMUM_PERMISSIBLE_ERROR


def _contributions(one: InstrumentInUse) -> Iterator[tuple[Contribution, float | None]]:
    if one.calibration_uncertainty is not None:
        expanded = positive(one.calibration_uncertainty, "calibration_uncertainty")
        yield Contribution.CALIBRATION, expanded / positive(one.coverage_factor, "coverage_factor")
    for name, value, field, divisor in (
        (Contribution.DRIFT, one.drift, "drift", sqrt(3)),
        (Contribution.RESOLUTION, one.resolution, "resolution", sqrt(12)),
        (
            Contribution.REPEATABILITY,
            one.repeatability,
            "repeatability",
            sqrt(at_least(one.readings, 1, "readings")),
        ),
    ):
        yield name, None if value is None else not_negative(value, field) / divisor
    if not one.corrections_applied and one.maximum_permissible_error is not None:
        limit = not_negative(one.maximum_permissible_error, "maximum_permissible_error")
        yield Contribution.UNCORRECTED_ERROR, limit / sqrt(3)


# false accept and false reject ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Risks:
    """Probabilities of a decision, for an item drawn from the process, with the numbers they came from.

    false_accept: out of tolerance and accepted. false_reject: in tolerance and rejected. Both are joint ("global").
    """

    tolerance: Limits
    acceptance: Limits
    mean: float
    spread: float
    uncertainty: float
    false_accept: float
    false_reject: float
    accepted: float
    in_tolerance: float

    @property
    def false_accept_among_accepted(self) -> float | None:
        """The conditional risk of the consumer; None where nothing is accepted."""
        return self.false_accept / self.accepted if self.accepted > 0 else None

    @property
    def false_reject_among_rejected(self) -> float | None:
        """The conditional risk of the producer; None where nothing is rejected."""
        rejected = 1 - self.accepted
        return min(1.0, self.false_reject / rejected) if rejected > 0 else None


def process_spread(tolerance: Limits, in_tolerance: float) -> float:
    """Return the standard deviation of a process, centred in the tolerance, of which this share is in tolerance."""
    lower, upper = tolerance.both()
    return (upper - lower) / 2 / -STANDARD_NORMAL.inv_cdf((1 - share(in_tolerance, "in_tolerance")) / 2)


def process_spread_observed(tolerance: Limits, in_tolerance: float, uncertainty: float) -> float:
    """Return the same where the share was found with readings of this standard uncertainty, which widens it.

    Raises BadInput("spread-below-uncertainty") where the readings scatter less than their uncertainty says.
    """
    observed = process_spread(tolerance, in_tolerance)
    own = positive(uncertainty, "uncertainty")
    if observed <= own:
        raise BadInput("spread-below-uncertainty", field="in_tolerance", seen=observed, uncertainty=uncertainty)
    return sqrt((observed - own) * (observed + own))


def risks(
    tolerance: Limits, uncertainty: float, spread: float, acceptance: Limits | None = None, mean: float | None = None
) -> Risks:
    """Return the risks of accepting by a reading of standard `uncertainty`; by default up to the tolerance itself.

    spread: standard deviation of the true values, mean: their middle, by default that of the tolerance, which must
    then have both limits.

    How: the integrals over the true value are cut into panels at whole multiples of three standard deviations of the
    process around its mean, and of the reading around each acceptance limit, and only where neither factor has
    vanished. So every panel is smooth on its own scale, whichever of the two is the narrow one, and 16 points of
    Gauss–Legendre give it to some 14 digits. Within 1e-10 of scipy's quad and bivariate normal from u = 1e-9·spread
    to 1e6·spread.

    Source: JCGM 106:2012, clause 9.
    """
    own, process = positive(uncertainty, "uncertainty"), positive(spread, "spread")
    accepted_zone = acceptance or tolerance
    middle = sum(tolerance.both()) / 2 if mean is None else finite(mean, "mean")
    # Counted from the mean, so that a narrow process far from zero keeps its digits.
    lower, upper = tolerance.least - middle, tolerance.most - middle
    low, high = accepted_zone.least - middle, accepted_zone.most - middle
    process_scale, reading_scale = _SQRT_HALF / process, _SQRT_HALF / own
    density = 1 / (process * sqrt(2 * pi))

    def accepts(true: float) -> float:
        # Taken from the tail that is the smaller, so that tiny probabilities keep their digits.
        below, above = (low - true) * reading_scale, (high - true) * reading_scale
        if below > 0:
            return erfc(below) - erfc(above)
        if above < 0:
            return erfc(-above) - erfc(-below)
        return 2 - erfc(-below) - erfc(above)

    def rejects(true: float) -> float:
        return erfc((true - low) * reading_scale) + erfc((high - true) * reading_scale)

    def weighed(decision: Callable[[float], float], start: float, end: float) -> float:
        def integrand(true: float) -> float:
            return exp(-((true * process_scale) ** 2)) * decision(true)

        cuts = _cuts(start, end, ((0.0, process), (low, own), (high, own)))
        return 0.5 * density * sum(_panel(integrand, left, right) for left, right in pairwise(cuts))

    # Far outside the acceptance zone nothing is accepted, far inside nothing is rejected.
    reach = 9 * process
    widest = max(-reach, low - 9 * own), min(reach, high + 9 * own)
    false_accept = weighed(accepts, widest[0], min(widest[1], lower))
    false_accept += weighed(accepts, max(widest[0], upper), widest[1])
    inside = max(-reach, lower), min(reach, upper)
    if low + 9 * own < high - 9 * own:
        false_reject = weighed(rejects, inside[0], min(inside[1], low + 9 * own))
        false_reject += weighed(rejects, max(inside[0], high - 9 * own), inside[1])
    else:
        false_reject = weighed(rejects, *inside)
    return Risks(
        tolerance=tolerance,
        acceptance=accepted_zone,
        mean=middle,
        spread=spread,
        uncertainty=uncertainty,
        false_accept=min(1.0, false_accept),
        false_reject=min(1.0, false_reject),
        accepted=_normal_between(low, high, hypot(process, own)),
        in_tolerance=_normal_between(lower, upper, process),
    )


def _cuts(start: float, end: float, scales: tuple[tuple[float, float], ...]) -> list[float]:
    if start >= end:
        return []
    inner = {centre + step * width for centre, width in scales for step in _STEPS}
    return [start, *sorted(cut for cut in inner if start < cut < end), end]


def _panel(function: Callable[[float], float], start: float, end: float) -> float:
    middle, half = (start + end) / 2, (end - start) / 2
    total = 0.0
    for node, weight in _LEGENDRE:
        offset = half * node
        total += weight * (function(middle - offset) + function(middle + offset))
    return half * total


def _normal_between(low: float, high: float, spread: float) -> float:
    below, above = low / spread, high / spread
    return normal_below(-below) - normal_below(-above) if below > 0 else normal_below(above) - normal_below(below)


# guard bands ----------------------------------------------------------------------------------------------------------


class GuardBandMethod(StrEnum):
    """How far acceptance limits are drawn inside the tolerance."""

    SUBTRACT_UNCERTAINTY = "subtract-uncertainty"
    ROOT_SUM_SQUARES = "root-sum-squares"
    METHOD_6 = "method-6"
    TARGET_FALSE_ACCEPT = "target-false-accept"
    RP_10 = "rp-10"


@dataclass(frozen=True, slots=True)
class GuardBand:
    """A guard band: acceptance limits lie at `factor` times the half-width of the tolerance, from 0 to 1.

    0 means that nothing can be accepted. in_tolerance and target: only of the method that solves for a target.
    """

    method: GuardBandMethod
    ratio: float
    factor: float
    in_tolerance: float | None = None
    target: float | None = None

    def acceptance(self, tolerance: Limits) -> Limits | None:
        """Return the acceptance limits inside a tolerance; None where nothing can be accepted."""
        lower, upper = tolerance.both()
        middle, half = (lower + upper) / 2, (upper - lower) / 2 * self.factor
        return Limits(middle - half, middle + half) if middle - half < middle + half else None


def guard_band(
    method: GuardBandMethod, ratio: float, in_tolerance: float = USUAL_IN_TOLERANCE, target: float = USUAL_TARGET
) -> GuardBand:
    """Return the guard band for a test uncertainty ratio; factors are clamped to 0 … 1.

    in_tolerance and target: only TARGET_FALSE_ACCEPT uses them.

    Source: ANSI/NCSL Z540.3 handbook (method 6 after Dobbert, whose formula passes 1 above a ratio of about 4.6);
    NCSL International RP-10; Deaver (root sum of squares).
    """
    positive(ratio, "ratio")
    if method is GuardBandMethod.TARGET_FALSE_ACCEPT:
        return GuardBand(method, ratio, _factor_for(ratio, in_tolerance, target), in_tolerance, target)
    if method is GuardBandMethod.SUBTRACT_UNCERTAINTY:
        factor = 1 - 1 / ratio
    elif method is GuardBandMethod.ROOT_SUM_SQUARES:
        factor = sqrt(max(0.0, 1 - 1 / ratio**2))
    elif method is GuardBandMethod.METHOD_6:
        factor = 1 - (1.04 - exp(0.38 * log(ratio) - 0.54)) / ratio
    else:
        factor = 1.25 - 1 / ratio
    return GuardBand(method, ratio, min(1.0, max(0.0, factor)))


def _factor_for(ratio: float, in_tolerance: float, target: float) -> float:
    """Halve the zone of possible factors until it is narrower than 1e-9; false accepts fall with the factor."""
    share(target, "target")
    tolerance = Limits(-1.0, 1.0)
    spread, uncertainty = process_spread(tolerance, in_tolerance), 1 / (2 * ratio)
    if risks(tolerance, uncertainty, spread).false_accept <= target:
        return 1.0
    low, high = 0.0, 1.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        if risks(tolerance, uncertainty, spread, Limits(-middle, middle)).false_accept <= target:
            low = middle
        else:
            high = middle
    return low


# one reading ----------------------------------------------------------------------------------------------------------


class Conformity(StrEnum):
    """The statement on one reading, by the non-binary rule of ILAC-G8 with a guard band of U."""

    PASS = "pass"  # noqa: S105 - no password, the term of the guide
    CONDITIONAL_PASS = "conditional-pass"  # noqa: S105
    CONDITIONAL_FAIL = "conditional-fail"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class ConformityStatement:
    """What one reading says about the limits.

    below and above: probability that the true value lies under the lower or over the upper limit, given the reading
    alone (the specific risk of accepting is their sum).
    """

    conformity: Conformity
    reading: float
    limits: Limits
    expanded_uncertainty: float
    below: float
    above: float

    @property
    def conforms(self) -> float:
        """The probability that the true value is within the limits."""
        return max(0.0, 1 - self.below - self.above)


def conformity(
    reading: float, limits: Limits, expanded_uncertainty: float, coverage_factor: float = 2.0
) -> ConformityStatement:
    """Return the statement on a reading, or on an error against limits of error; limits may be one-sided.

    Pass: U or more inside every limit. Conditional pass: within the limits. Conditional fail: outside by no more than
    U. Comparisons have a relative slack of 1e-9 in favour of passing.

    Source: ILAC-G8:09/2019, 4.2.3; JCGM 106:2012, clause 7.
    """
    finite(reading, "reading")
    guard = positive(expanded_uncertainty, "expanded_uncertainty")
    uncertainty = guard / positive(coverage_factor, "coverage_factor")
    inside = min(reading - limits.least, limits.most - reading)
    slack = SLACK * max(guard, abs(reading), *(abs(one) for one in (limits.lower, limits.upper) if one is not None))
    statement = Conformity.FAIL
    for least, better in (
        (guard, Conformity.PASS),
        (0.0, Conformity.CONDITIONAL_PASS),
        (-guard, Conformity.CONDITIONAL_FAIL),
    ):
        if inside >= least - slack:
            statement = better
            break
    below, above = (
        normal_below((limits.least - reading) / uncertainty),
        normal_below((reading - limits.most) / uncertainty),
    )
    return ConformityStatement(statement, reading, limits, expanded_uncertainty, below, above)
