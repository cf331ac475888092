"""What measuring badly costs in a year, and when a better instrument has paid for itself.

Money in whole đồng, counted in decimals and rounded half up at the end. What is not known stays None and is named: a
loss is never made up from a guess. Random error is not multiplied by throughput: it evens out; only a bias adds up.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from core.domain.metrology.checking import finite, not_negative

Number = Decimal | int | float


class Unknown(StrEnum):
    """What must be asked for before a sum can be formed."""

    THROUGHPUT = "throughput"
    BIAS = "bias"
    PRICE = "price"
    ITEMS = "items"
    FALSE_ACCEPT_COST = "false-accept-cost"
    FALSE_REJECT_COST = "false-reject-cost"
    SAVING = "saving"


class PaybackState(StrEnum):
    """Whether a purchase pays for itself."""

    PAYS_BACK = "pays-back"
    NEVER = "never"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class BiasLoss:
    """The loss from a bias in one year; quantity in the unit of throughput times bias."""

    throughput_per_year: Number | None
    bias: Number | None
    price_vnd: Number | None
    quantity: Decimal | None
    loss_vnd: int | None
    unknown: tuple[Unknown, ...]


@dataclass(frozen=True, slots=True)
class DecisionLoss:
    """The loss from wrong decisions in one year; `loss_vnd` only where both parts are known."""

    items_per_year: Number | None
    false_accept: float
    false_reject: float
    false_accept_vnd: int | None
    false_reject_vnd: int | None
    loss_vnd: int | None
    unknown: tuple[Unknown, ...]


@dataclass(frozen=True, slots=True)
class Payback:
    """When a price has come back; months with one decimal, None unless the state is PAYS_BACK."""

    price_vnd: int | None
    saving_per_year_vnd: int | None
    state: PaybackState
    months: Decimal | None
    unknown: tuple[Unknown, ...]


def bias_loss(throughput_per_year: Number | None, bias: Number | None, price_vnd: Number | None) -> BiasLoss:
    """Return throughput · |bias| · price.

    bias: quantity lost per unit of throughput (0.005 for half a per cent of the tonnes; 0.02 t for each lorry of which
    so many come). price_vnd: of one unit of that quantity.
    """
    known = {Unknown.THROUGHPUT: throughput_per_year, Unknown.BIAS: bias, Unknown.PRICE: price_vnd}
    unknown = _unknown(known)
    quantity = loss = None
    if throughput_per_year is not None and bias is not None:
        quantity = exact(throughput_per_year, "throughput_per_year") * abs(_written(bias, "bias"))
        if price_vnd is not None:
            loss = whole_vnd(quantity * exact(price_vnd, "price_vnd"))
    return BiasLoss(throughput_per_year, bias, price_vnd, quantity, loss, unknown)


def decision_loss(
    items_per_year: Number | None,
    false_accept: float,
    false_reject: float,
    false_accept_cost_vnd: Number | None,
    false_reject_cost_vnd: Number | None,
) -> DecisionLoss:
    """Return the yearly money of bad items accepted and good items rejected; probabilities as risk.risks gives them."""
    accepted = _cost(items_per_year, false_accept, false_accept_cost_vnd, "false_accept_cost_vnd")
    rejected = _cost(items_per_year, false_reject, false_reject_cost_vnd, "false_reject_cost_vnd")
    both = None if accepted is None or rejected is None else whole_vnd(accepted + rejected)
    unknown = _unknown(
        {
            Unknown.ITEMS: items_per_year,
            Unknown.FALSE_ACCEPT_COST: false_accept_cost_vnd,
            Unknown.FALSE_REJECT_COST: false_reject_cost_vnd,
        }
    )
    return DecisionLoss(
        items_per_year,
        false_accept,
        false_reject,
        None if accepted is None else whole_vnd(accepted),
        None if rejected is None else whole_vnd(rejected),
        both,
        unknown,
    )


def payback(price_vnd: int | None, saving_per_year_vnd: int | None) -> Payback:
    """Return in how many months a saving repays a price: 12 · price / saving. Without a saving, never."""
    unknown = _unknown({Unknown.PRICE: price_vnd, Unknown.SAVING: saving_per_year_vnd})
    if price_vnd is None or saving_per_year_vnd is None:
        return Payback(price_vnd, saving_per_year_vnd, PaybackState.UNKNOWN, None, unknown)
    price = exact(price_vnd, "price_vnd")
    if saving_per_year_vnd <= 0:
        return Payback(price_vnd, saving_per_year_vnd, PaybackState.NEVER, None, unknown)
    months = (12 * price / saving_per_year_vnd).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Payback(price_vnd, saving_per_year_vnd, PaybackState.PAYS_BACK, months, unknown)


def exact(value: Number, field: str) -> Decimal:
    """Return the number as it was written, not as the machine keeps it; refuses what is below zero or no number."""
    written = _written(value, field)
    not_negative(float(written), field)
    return written


def whole_vnd(amount: Decimal) -> int:
    """Return an amount in whole đồng, half up."""
    return int(amount.to_integral_value(ROUND_HALF_UP))


def _written(value: Number, field: str) -> Decimal:
    written = Decimal(str(value))
    # A whole number of four hundred digits is a decimal, but no float.
    finite(float(written), field)
    return written


def _cost(items: Number | None, probability: float, cost: Number | None, field: str) -> Decimal | None:
    if items is None or cost is None:
        return None
    return exact(items, "items_per_year") * exact(probability, "probability") * exact(cost, field)


def _unknown(values: dict[Unknown, Number | None]) -> tuple[Unknown, ...]:
    return tuple(name for name, value in values.items() if value is None)
