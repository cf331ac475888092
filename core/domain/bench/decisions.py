"""One reading against its limits, and the ways to draw acceptance limits, side by side.

Arithmetic and sources: core/domain/metrology/risk.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.metrology.risk import (
    USUAL_IN_TOLERANCE,
    USUAL_TARGET,
    ConformityStatement,
    GuardBand,
    GuardBandMethod,
    Limits,
    Risks,
    Verdict,
    conformity,
    guard_band,
    process_spread,
    risks,
    tur,
    verdict_on,
)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One way to draw acceptance limits; band None is the tolerance itself. limits and risks None: nothing passes."""

    band: GuardBand | None
    limits: Limits | None
    risks: Risks | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reading says, and what deciding by such readings risks.

    ratio, verdict and ways need both limits; without one they are None or empty.
    """

    statement: ConformityStatement
    coverage_factor: float
    in_tolerance: float
    ratio: float | None = None
    verdict: Verdict | None = None
    ways: tuple[Acceptance, ...] = ()

    @property
    def uncertainty(self) -> float:
        """The standard uncertainty of the reading."""
        return self.statement.expanded_uncertainty / self.coverage_factor

    @property
    def specific_risk(self) -> float:
        """The probability that the true value lies outside the limits, given this reading alone."""
        return min(1.0, self.statement.below + self.statement.above)


def decide(
    reading: float,
    limits: Limits,
    expanded_uncertainty: float,
    coverage_factor: float = 2.0,
    in_tolerance: float = USUAL_IN_TOLERANCE,
    target: float = USUAL_TARGET,
) -> Decision:
    """Return the statement on a reading with every guard band and its risks; raises what the rooms raise.

    in_tolerance: share of the items that are good, from 0 to 1. target: false accepts that one method solves for.
    The ratio takes U with k = 2, as its definition does.
    """
    statement = conformity(reading, limits, expanded_uncertainty, coverage_factor)
    found = Decision(statement, coverage_factor, in_tolerance)
    if limits.lower is None or limits.upper is None:
        return found
    ratio = tur(limits, 2 * found.uncertainty)
    spread = process_spread(limits, in_tolerance)
    bands = [None, *(guard_band(method, ratio, in_tolerance, target) for method in GuardBandMethod)]
    ways = []
    for band in bands:
        zone = limits if band is None else band.acceptance(limits)
        found_risks = None if zone is None else risks(limits, found.uncertainty, spread, zone)
        ways.append(Acceptance(band, zone, found_risks))
    return Decision(statement, coverage_factor, in_tolerance, ratio, verdict_on(ratio), tuple(ways))
