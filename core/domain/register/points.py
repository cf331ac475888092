"""Where an enterprise measures: its own process map, step by step, and the bodies that serve its instruments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.domain.catalogue import MeasuringPoint
from core.domain.instruments import MeasuringInstrument
from core.language import Language


@dataclass(frozen=True, slots=True)
class ProcessPoint:
    """One step of the firm's process at which it measures; unknown stays empty or None.

    needed: how well the quantity must be known. criticality: what depends on it (trade, safety, quality, …).
    throughput: amount measured here in a year, in `unit`. unit_price_vnd: price of one `unit`.
    """

    id: str
    step: str = ""
    quantity: str = ""
    unit: str = ""
    needed: str = ""
    risk: str = ""
    criticality: str = ""
    throughput: Decimal | None = None
    unit_price_vnd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ServiceBody:
    """A body that verifies or calibrates for the firm. visit_price_vnd: transport of one visit, before tax."""

    name: str
    address: str = ""
    email: str = ""
    phone: str = ""
    accredited: bool | None = None
    visit_price_vnd: int | None = None


def usual_points(points: Iterable[MeasuringPoint], language: Language) -> tuple[ProcessPoint, ...]:
    """Return a sector's usual process map as a firm's own, to be changed by it; amounts and prices stay unknown."""
    return tuple(
        ProcessPoint(
            id=point.id,
            step=point.step[language],
            quantity=point.quantity[language],
            unit=point.unit,
            needed=point.needed[language],
            risk=point.risk[language],
            criticality=point.criticality,
        )
        for point in points
    )


def instruments_at(
    points: Iterable[ProcessPoint], instruments: Iterable[MeasuringInstrument]
) -> Mapping[str, tuple[MeasuringInstrument, ...]]:
    """Return the instruments in use at each point, by the point's id; a point without one has an empty tuple."""
    found: dict[str, tuple[MeasuringInstrument, ...]] = {point.id: () for point in points}
    for instrument in instruments:
        if instrument.in_use and instrument.point in found:
            found[instrument.point] = (*found[instrument.point], instrument)
    return found
