"""Prepackages: tolerable deficiency, the check of a lot, the scale for packing, and the packer's target.

Tables come in as data (content/prepackages.toml). Quantities of one call share one unit. Comparisons are exact on the
numbers as they were written: 98.2 g is not short by more than 1.8 g.
Sources: OIML R 87; for the packer's target the code of practice for packers of the United Kingdom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from statistics import fmean, stdev

from core.domain.metrology.checking import finite, not_negative, positive
from core.domain.metrology.losses import Number, exact, whole_vnd
from core.errors import BadInput
from core.language import Text

SHARE_OF_TOLERANCE = 5
"""The uncertainty of a packing scale is at most one fifth of the tolerable deficiency."""
DEVIATIONS_FOR_ONE = 1.96
"""Standard deviations that leave 2.5 % below."""
DEVIATIONS_FOR_TWO = 3.72
"""Standard deviations that leave 0.01 % below."""
SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class ToleranceBand:
    """T for nominal quantities up to `up_to` (None: without end): a percentage, or a fixed amount.

    step: to which a percentage is rounded up; None leaves it.
    """

    up_to: float | None = None
    percent: float | None = None
    amount: float | None = None
    step: float | None = None


@dataclass(frozen=True, slots=True)
class ToleranceTable:
    """The bands of one kind of quantity, by rising nominal quantity, with their source."""

    id: str
    quantity: Text
    unit: Text
    bands: tuple[ToleranceBand, ...]
    source: str
    basis: str
    doubt_note: Text | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class SamplingStep:
    """For lots from `lot` packs on: packs to measure, how many may be short by more than T, and the factor k."""

    lot: int
    sample: int
    allowed: int
    factor: float


@dataclass(frozen=True, slots=True)
class SamplingPlan:
    """The steps of a plan, by rising size of the lot, with their source."""

    id: str
    steps: tuple[SamplingStep, ...]
    source: str
    basis: str
    doubt_note: Text | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class TolerableDeficiency:
    """T of one nominal quantity, and the band it came from."""

    nominal: float
    band: ToleranceBand
    value: float


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """What a sample of one lot says; short_once and short_twice: packs short by more than T, by more than 2T."""

    size: int
    mean: float
    deviation: float
    short_once: int
    short_twice: int


@dataclass(frozen=True, slots=True)
class LotCheck:
    """The verdict on a lot with its three tests: mean, packs short by more than T, packs short by more than 2T."""

    nominal: float
    lot: int
    step: SamplingStep
    sample: SampleSummary
    mean_limit: float
    mean_holds: bool
    short_once_holds: bool
    short_twice_holds: bool

    @property
    def is_accepted(self) -> bool:
        return self.mean_holds and self.short_once_holds and self.short_twice_holds


def tolerable_deficiency(nominal: float, bands: Sequence[ToleranceBand]) -> TolerableDeficiency:
    """Return how much a pack of this nominal quantity may be short.

    Raises BadInput("quantity-beyond-table") where the bands end below the quantity.
    """
    positive(nominal, "nominal")
    for band in bands:
        if band.up_to is None or nominal <= band.up_to:
            return TolerableDeficiency(nominal, band, float(_tolerance(Decimal(str(nominal)), band)))
    raise BadInput("quantity-beyond-table", field="nominal", seen=nominal)


def sampling_step(lot: int, plan: Sequence[SamplingStep]) -> SamplingStep:
    """Return the step for a lot of so many packs; raises BadInput("lot-below-plan") below the smallest of the plan."""
    fitting = [step for step in plan if step.lot <= lot]
    if not fitting:
        raise BadInput("lot-below-plan", field="lot", seen=lot, least=min(step.lot for step in plan))
    return max(fitting, key=lambda step: step.lot)


def summarise(quantities: Sequence[float], nominal: float, tolerance: float) -> SampleSummary:
    """Return mean, standard deviation and the short packs of a sample of at least two."""
    if len(quantities) < 2:
        raise BadInput("count-too-small", field="quantities", seen=len(quantities), least=2)
    label, allowed = exact(nominal, "nominal"), exact(tolerance, "tolerance")
    short = [label - Decimal(str(finite(one, "quantities"))) for one in quantities]
    return SampleSummary(
        len(quantities),
        fmean(quantities),
        stdev(quantities),
        sum(one > allowed for one in short),
        sum(one > 2 * allowed for one in short),
    )


def check_lot(nominal: float, lot: int, plan: Sequence[SamplingStep], sample: SampleSummary) -> LotCheck:
    """Return the verdict on a lot from its sample.

    The mean may lie below the nominal quantity by k times the standard deviation, for chance alone can do that. No
    pack may be short by more than 2T.
    Raises BadInput("sample-not-as-planned") unless the sample has the size that the plan asks for.

    Source: OIML R 87:2004, clause 4; factors as in UK S.I. 2006/659, schedule 2.
    """
    step = sampling_step(lot, plan)
    if sample.size != step.sample:
        raise BadInput("sample-not-as-planned", field="quantities", seen=sample.size, expected=step.sample)
    limit = positive(nominal, "nominal") - step.factor * not_negative(sample.deviation, "deviation")
    return LotCheck(
        nominal,
        lot,
        step,
        sample,
        limit,
        mean_holds=finite(sample.mean, "mean") >= limit - SLACK * nominal,
        short_once_holds=sample.short_once <= step.allowed,
        short_twice_holds=sample.short_twice == 0,
    )


# the packer -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PackingScale:
    """Whether a scale is good enough to pack with: its expanded uncertainty against a fifth of T."""

    expanded_uncertainty: float
    tolerance: float
    most: float
    is_fit: bool


class TargetReason(StrEnum):
    """Which of the three rules sets the target."""

    MEAN = "mean"
    SHORT_ONCE = "short-once"
    SHORT_TWICE = "short-twice"


@dataclass(frozen=True, slots=True)
class PackingTarget:
    """The quantity to aim at, the rule that asks for it, and what each rule alone would ask for."""

    nominal: float
    tolerance: float
    deviation: float
    target: float
    reason: TargetReason
    rules: tuple[tuple[TargetReason, float], ...]

    @property
    def overfill(self) -> float:
        """How much more than the nominal quantity an average pack holds."""
        return self.target - self.nominal


@dataclass(frozen=True, slots=True)
class OverfillCost:
    """What the overfill of a year costs; None while packs or price are unknown."""

    overfill: Decimal
    packs_per_year: int | None
    price_vnd: Number | None
    quantity: Decimal | None
    cost_vnd: int | None


def packing_scale(expanded_uncertainty: float, tolerance: float) -> PackingScale:
    """Return whether a scale may be used to pack or to check packs with this tolerable deficiency.

    Source: OIML R 87; Northern Ireland S.R. 2011/331, schedule 2 (error of the determination at most T/5).
    """
    most = positive(tolerance, "tolerance") / SHARE_OF_TOLERANCE
    uncertainty = positive(expanded_uncertainty, "expanded_uncertainty")
    return PackingScale(expanded_uncertainty, tolerance, most, uncertainty <= most * (1 + SLACK))


def packing_target(nominal: float, tolerance: float, deviation: float, mean_margin: float = 0.0) -> PackingTarget:
    """Return the quantity to aim at for a filling process with this standard deviation.

    At most 2.5 % of the packs then fall short by more than T, and 0.01 % by more than 2T. mean_margin: added to the
    nominal quantity for the mean test, such as an allowance for the wandering of the machine.
    """
    positive(nominal, "nominal")
    not_negative(tolerance, "tolerance")
    not_negative(deviation, "deviation")
    rules = (
        (TargetReason.MEAN, nominal + not_negative(mean_margin, "mean_margin")),
        (TargetReason.SHORT_ONCE, nominal - tolerance + DEVIATIONS_FOR_ONE * deviation),
        (TargetReason.SHORT_TWICE, nominal - 2 * tolerance + DEVIATIONS_FOR_TWO * deviation),
    )
    reason, target = max(rules, key=lambda rule: rule[1])
    return PackingTarget(nominal, tolerance, deviation, target, reason, rules)


def overfill_cost(overfill: float, packs_per_year: int | None, price_vnd: Number | None) -> OverfillCost:
    """Return what the overfill of all packs of a year costs; price of one unit of the quantity."""
    each = exact(overfill, "overfill")
    quantity = None if packs_per_year is None else each * exact(packs_per_year, "packs_per_year")
    cost = None if quantity is None or price_vnd is None else whole_vnd(quantity * exact(price_vnd, "price_vnd"))
    return OverfillCost(each, packs_per_year, price_vnd, quantity, cost)


def _tolerance(nominal: Decimal, band: ToleranceBand) -> Decimal:
    if band.percent is None:
        return Decimal(str(band.amount or 0))
    share = nominal * Decimal(str(band.percent)) / 100
    if band.step is None:
        return share
    step = Decimal(str(band.step))
    return (share / step).to_integral_value(ROUND_CEILING) * step
