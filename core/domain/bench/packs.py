"""Lots of prepackages as they are typed: in kilograms or grams, checked in the unit of the table of deficiencies.

Arithmetic and sources: core/domain/metrology/prepackages.py; tables: content/prepackages.toml.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.domain.metrology.prepackages import (
    LotCheck,
    OverfillCost,
    PackingScale,
    PackingTarget,
    SampleSummary,
    SamplingPlan,
    SamplingStep,
    TolerableDeficiency,
    ToleranceTable,
    check_lot,
    overfill_cost,
    packing_scale,
    packing_target,
    sampling_step,
    summarise,
    tolerable_deficiency,
)
from core.errors import BadInput


@dataclass(frozen=True, slots=True)
class PackUnit:
    """A unit in which packs are labelled: its table, the unit in which that counts, and how many of that it holds.

    priced: the unit in which its goods are sold, and how many of the counted unit that holds.
    """

    table: str
    counted: str
    factor: int = 1
    priced: str = ""
    priced_factor: int = 1


UNITS: Mapping[str, PackUnit] = {
    "g": PackUnit("mass-volume", "g", priced="kg", priced_factor=1000),
    "kg": PackUnit("mass-volume", "g", 1000, "kg", 1000),
    "mL": PackUnit("mass-volume", "mL", priced="L", priced_factor=1000),
    "L": PackUnit("mass-volume", "mL", 1000, "L", 1000),
    "m": PackUnit("length", "m", priced="m"),
    "m²": PackUnit("area", "m²", priced="m²"),
    "count": PackUnit("count", "count", priced="count"),
}


@dataclass(frozen=True, slots=True)
class LotResult:
    """What is known of a lot, in the counted unit of its unit.

    check is None where the sample is not the one that the plan asks for; `refused` then says why.
    """

    unit: PackUnit
    deficiency: TolerableDeficiency
    contents: tuple[float, ...]
    sample: SampleSummary | None
    step: SamplingStep | None
    check: LotCheck | None
    refused: BadInput | None


def look_at_lot(
    unit: PackUnit,
    nominal: float,
    lot: int | None,
    contents: Sequence[float],
    table: ToleranceTable,
    plan: SamplingPlan,
) -> LotResult:
    """Return T, the plan, the sample and the verdict, as far as each is known; nominal and contents as typed.

    Raises BadInput("quantity-beyond-table"), and what the numbers themselves are refused for.
    """
    deficiency = tolerable_deficiency(_counted(nominal, unit), table.bands)
    counted = tuple(_counted(one, unit) for one in contents)
    sample = summarise(counted, deficiency.nominal, deficiency.value) if len(counted) > 1 else None
    step, check, refused = None, None, None
    try:
        if lot is not None:
            step = sampling_step(lot, plan.steps)
            if sample is not None:
                check = check_lot(deficiency.nominal, lot, plan.steps, sample)
    except BadInput as error:
        refused = error
    return LotResult(unit, deficiency, counted, sample, step, check, refused)


def target_of(lot: LotResult, deviation: float | None) -> PackingTarget | None:
    """Return the packer's target for a spread as typed, else that of the sample; None where neither is known."""
    known = None if lot.sample is None else lot.sample.deviation
    spread = known if deviation is None else _counted(deviation, lot.unit)
    return None if spread is None else packing_target(lot.deficiency.nominal, lot.deficiency.value, spread)


def cost_of(target: PackingTarget, unit: PackUnit, packs_per_year: int | None, price_vnd: int | None) -> OverfillCost:
    """Return what the overfill costs in a year; the price is of one unit in which the goods are sold."""
    price = None if price_vnd is None else Decimal(price_vnd) / unit.priced_factor
    return overfill_cost(target.overfill, packs_per_year, price)


def sold(cost: OverfillCost, unit: PackUnit) -> Decimal | None:
    """Return the overfill of a year in the unit in which the goods are sold; None while the packs are unknown."""
    return None if cost.quantity is None else cost.quantity / unit.priced_factor


def scale_of(lot: LotResult, expanded_uncertainty: float) -> PackingScale:
    """Return whether a scale with this uncertainty, as typed, is good enough to pack or to check these packs."""
    return packing_scale(_counted(expanded_uncertainty, lot.unit), lot.deficiency.value)


def _counted(value: float, unit: PackUnit) -> float:
    # By decimals, for 1.005 kg are 1005 g and not a little less.
    return float(Decimal(repr(value)) * unit.factor)
