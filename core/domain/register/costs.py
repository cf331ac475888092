"""What measuring badly costs at a point of the process: the money of a bias, of wrong decisions, and of a better buy.

Arithmetic: core/domain/metrology/losses.py; what the lines of the register say: reading.py and fitness.py. A bias that
nobody has measured is taken as the limit of error and said to be an assumption; what is not known stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from core.domain.instruments import MeasuringInstrument
from core.domain.metrology.losses import BiasLoss, DecisionLoss, Payback, bias_loss, decision_loss, payback
from core.domain.metrology.prepackages import ToleranceTable
from core.domain.register.fitness import decision_risks, fitness_of
from core.domain.register.points import ProcessPoint
from core.domain.register.quantities import Limit, converted, unit_of
from core.domain.register.reading import Reading, reading_of

# Nobody buys or sells by the degree, the per cent, the bar or the millimetre: an error of theirs is no lost quantity.
_NOT_AMOUNTS = ("°C", "%", "Pa")
_SMALL_LENGTHS = ("µm", "mm", "cm")


class BiasBasis(StrEnum):
    """Where a bias comes from: an error that was found, or the limit of error, taken as an assumption."""

    FOUND_ERROR = "found_error"
    LIMIT = "limit"


class Obstacle(StrEnum):
    """Why the cost at a point cannot be told."""

    NO_INSTRUMENT = "no_instrument"
    NOT_AN_AMOUNT = "not_an_amount"
    MEASURES_ANOTHER = "measures_another"
    NO_BIAS = "no_bias"


@dataclass(frozen=True, slots=True)
class BiasCost:
    """What the bias of one instrument costs in a year, were the whole throughput of the point measured with it.

    bias: share of the quantity, from 0. is_least: the error was given as a quantity, so its share is that at the end
    of the range, where it is smallest: smaller loads cost more. loss: with what is not known named in it.
    """

    code: str
    name: str
    bias: Decimal | None = None
    basis: BiasBasis | None = None
    is_least: bool = False
    loss: BiasLoss | None = None
    obstacle: Obstacle | None = None


@dataclass(frozen=True, slots=True)
class PointCosts:
    """The costs at one point, by instrument; the obstacle of the point itself where there is one."""

    point: ProcessPoint
    instruments: tuple[BiasCost, ...]
    obstacle: Obstacle | None = None

    @property
    def largest(self) -> BiasCost | None:
        """The instrument whose bias costs most, of those whose money is known."""
        known = [one for one in self.instruments if one.loss is not None and one.loss.loss_vnd is not None]
        return max(known, key=lambda one: (one.loss.loss_vnd or 0) if one.loss else 0, default=None)


def is_amount(unit: str) -> bool:
    """Tell whether things are bought and sold by this unit, in its usual writing."""
    if not unit or "/" in unit or unit in _SMALL_LENGTHS:
        return False
    return all(converted(Decimal(1), unit, one) is None for one in _NOT_AMOUNTS)


def point_costs(point: ProcessPoint, instruments: Iterable[MeasuringInstrument]) -> PointCosts:
    """Return what the instruments in use at a point cost by their bias: throughput · |bias| · price."""
    if not is_amount(unit_of(point.unit)):
        return PointCosts(point, (), Obstacle.NOT_AN_AMOUNT)
    found = tuple(bias_cost(point, one) for one in instruments)
    return PointCosts(point, found, None if found else Obstacle.NO_INSTRUMENT)


def bias_cost(point: ProcessPoint, instrument: MeasuringInstrument) -> BiasCost:
    """Return what the bias of one instrument costs at a point that measures an amount."""
    seen = reading_of(instrument)
    if converted(Decimal(1), seen.unit, point.unit) is None:
        return BiasCost(instrument.code, instrument.name, obstacle=Obstacle.MEASURES_ANOTHER)
    for basis, limit in _biases(instrument, seen):
        share = _share(limit, seen)
        if share is not None:
            loss = bias_loss(point.throughput, share, point.unit_price_vnd)
            is_least = limit != Limit(of_reading=limit.of_reading)
            return BiasCost(instrument.code, instrument.name, share, basis, is_least, loss)
    return BiasCost(instrument.code, instrument.name, obstacle=Obstacle.NO_BIAS)


def wrong_decisions(
    instrument: MeasuringInstrument,
    tolerances: Mapping[str, ToleranceTable],
    items: int | None,
    accept_cost_vnd: int | None,
    reject_cost_vnd: int | None,
) -> DecisionLoss | None:
    """Return what wrong decisions with an instrument cost in a year: N · (PFA · cost + PFR · cost).

    items: decisions in a year. None while the fitness of the instrument cannot be assessed. The share of what is good
    is taken as usual (fitness.py), the decision as made at the tolerance itself.
    """
    found = decision_risks(fitness_of(instrument, tolerances))
    if found is None:
        return None
    risks = found.plain
    return decision_loss(items, risks.false_accept, risks.false_reject, accept_cost_vnd, reject_cost_vnd)


def better_instrument(point: ProcessPoint, cost: BiasCost, bias: Decimal | None, price_vnd: int | None) -> Payback:
    """Return when an instrument of another bias (a share of the quantity) has paid for itself by what it saves."""
    before = cost.loss.loss_vnd if cost.loss else None
    after = bias_loss(point.throughput, bias, point.unit_price_vnd).loss_vnd
    saving = None if before is None or after is None else before - after
    return payback(price_vnd, saving)


def _biases(instrument: MeasuringInstrument, seen: Reading) -> Iterable[tuple[BiasBasis, Limit]]:
    """What may be taken for the bias, the best first. An error that was adjusted away is none any more."""
    if seen.error_found is not None and instrument.adjusted is not True:
        yield BiasBasis.FOUND_ERROR, seen.error_found[1]
    if seen.mpe is not None:
        yield BiasBasis.LIMIT, seen.mpe
    elif not instrument.mpe and (by_class := seen.permissible_by_class()) is not None:
        yield BiasBasis.LIMIT, Limit(absolute=by_class)


def _share(limit: Limit, seen: Reading) -> Decimal | None:
    """Return an error as a share of what is measured: at the end of the range, unless it is a share by itself."""
    if limit == Limit(of_reading=limit.of_reading):
        return limit.of_reading / 100
    value, maximum = seen.value(limit), seen.maximum
    return value / maximum if value is not None and maximum else None
