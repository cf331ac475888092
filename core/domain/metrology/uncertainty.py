"""An uncertainty budget that explains itself line by line.

Lines are independent of each other and enter by their sensitivity. All values of a line are in the unit of its input;
sensitivity turns them into the unit of the result.
Sources: GUM (JCGM 100:2008); EA-4/02 M:2022 for the coverage of 95.45 % and for rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from math import floor, hypot, inf, isinf, sqrt

from core.domain.metrology.checking import at_least, finite, not_negative, positive, share
from core.domain.metrology.distributions import t_quantile
from core.errors import BadInput

USUAL_COVERAGE = 0.9545
"""Coverage probability of a certificate: that of k = 2 for a normal distribution."""
MOST_LOST_IN_ROUNDING = Decimal("0.05")
_MOST_DIGITS = 256


class LineKind(StrEnum):
    """What the value of a line is, and so how it becomes a standard uncertainty."""

    TYPE_A = "type-a"
    CERTIFICATE = "certificate"
    RECTANGULAR = "rectangular"
    TRIANGULAR = "triangular"
    ARCSINE = "arcsine"
    RESOLUTION = "resolution"


class Coverage(StrEnum):
    """Where the coverage factor comes from."""

    FACTOR_2 = "factor-2"
    STUDENT_T = "student-t"


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One source of uncertainty.

    value: by kind, the standard deviation of single readings, the expanded uncertainty U, the half-width of the
    distribution, or the step of the display. readings: how many are averaged (type A). coverage_factor: k of the
    certificate. degrees_of_freedom: None for type A means readings − 1, for all others infinitely many.
    """

    name: str
    kind: LineKind
    value: float
    readings: int = 1
    coverage_factor: float = 2.0
    sensitivity: float = 1.0
    degrees_of_freedom: float | None = None


@dataclass(frozen=True, slots=True)
class CountedLine:
    """A line with what became of it; `share` of the variance from 0 to 1, all together 1."""

    line: BudgetLine
    divisor: float
    standard_uncertainty: float
    contribution: float
    degrees_of_freedom: float
    share: float


@dataclass(frozen=True, slots=True)
class Budget:
    """The whole budget. reported: U rounded as a certificate states it.

    effective_degrees_of_freedom is infinite where no line has a finite number. coverage_probability belongs to
    STUDENT_T; with FACTOR_2 it is the nominal one of a normal distribution.
    """

    lines: tuple[CountedLine, ...]
    combined: float
    effective_degrees_of_freedom: float
    coverage: Coverage
    coverage_probability: float
    coverage_factor: float
    expanded: float
    reported: Decimal


def budget(
    lines: Sequence[BudgetLine],
    coverage: Coverage = Coverage.FACTOR_2,
    coverage_probability: float = USUAL_COVERAGE,
) -> Budget:
    """Return the combined and the expanded uncertainty with everything they came from.

    STUDENT_T takes the effective degrees of freedom after Welch and Satterthwaite, cut to the whole number below.
    Raises BadInput("budget-empty") when no line has any uncertainty, and refuses values that cannot be.

    Source: GUM 5.1.2, G.4.1, G.6.4.
    """
    parts = [(line, _divisor(line), _degrees_of_freedom(line)) for line in lines]
    contributions = [
        abs(finite(line.sensitivity, "sensitivity")) * not_negative(line.value, "value") / divisor
        for line, divisor, _ in parts
    ]
    combined = hypot(*contributions)
    if combined <= 0:
        raise BadInput("budget-empty", field="lines")
    counted = tuple(
        CountedLine(line, divisor, line.value / divisor, contribution, degrees, (contribution / combined) ** 2)
        for (line, divisor, degrees), contribution in zip(parts, contributions, strict=True)
    )
    effective = _effective(counted)
    factor = _coverage_factor(effective, share(coverage_probability, "coverage_probability"), coverage)
    expanded = factor * combined
    return Budget(
        counted, combined, effective, coverage, coverage_probability, factor, expanded, round_uncertainty(expanded)
    )


def round_uncertainty(value: float, digits: int = 2) -> Decimal:
    """Return an uncertainty with one or two significant digits, half up; up also where more than 5 % would be lost.

    Source: EA-4/02 M:2022, 6.3.
    """
    exact = Decimal(str(positive(value, "value")))
    at = exact.adjusted() - at_least(digits, 1, "digits") + 1
    rounded = exact.quantize(Decimal((0, (1,), at)), ROUND_HALF_UP)
    if exact - rounded > MOST_LOST_IN_ROUNDING * exact:
        rounded = exact.quantize(Decimal((0, (1,), at)), ROUND_CEILING)
    # 0.0996 has become 0.100: the last digit is one too many.
    if rounded.adjusted() > exact.adjusted():
        rounded = rounded.quantize(Decimal((0, (1,), at + 1)))
    return rounded


def round_result(value: float, uncertainty: Decimal) -> Decimal:
    """Return a result with the decimals of its rounded uncertainty."""
    exponent = uncertainty.as_tuple().exponent
    # A large value with a tiny uncertainty has more digits than a decimal keeps by itself.
    with localcontext(prec=_MOST_DIGITS):
        return Decimal(str(finite(value, "value"))).quantize(Decimal((0, (1,), int(exponent))), ROUND_HALF_EVEN)


def _divisor(line: BudgetLine) -> float:
    match line.kind:
        case LineKind.TYPE_A:
            return sqrt(at_least(line.readings, 1, "readings"))
        case LineKind.CERTIFICATE:
            return positive(line.coverage_factor, "coverage_factor")
        case LineKind.RECTANGULAR:
            return sqrt(3)
        case LineKind.TRIANGULAR:
            return sqrt(6)
        case LineKind.ARCSINE:
            return sqrt(2)
        case LineKind.RESOLUTION:
            return sqrt(12)


def _degrees_of_freedom(line: BudgetLine) -> float:
    if line.degrees_of_freedom is not None:
        if not line.degrees_of_freedom >= 1:
            raise BadInput("count-too-small", field="degrees_of_freedom", seen=line.degrees_of_freedom, least=1)
        return line.degrees_of_freedom
    if line.kind is not LineKind.TYPE_A:
        return inf
    # One reading has a standard deviation only from an earlier study, whose degrees of freedom must be told.
    return at_least(line.readings, 2, "readings") - 1


def _effective(counted: Sequence[CountedLine]) -> float:
    total = sum(one.share**2 / one.degrees_of_freedom for one in counted)
    return 1 / total if total > 0 else inf


def _coverage_factor(effective: float, probability: float, coverage: Coverage) -> float:
    if coverage is Coverage.FACTOR_2:
        return 2.0
    whole = effective if isinf(effective) else max(1, floor(effective * (1 + 1e-9)))
    return t_quantile((1 + probability) / 2, whole)
