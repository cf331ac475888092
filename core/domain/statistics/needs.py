"""Which services the instruments of an enterprise will need: one line for each month, kind and service.

Dates are due dates of core/domain/register/plan.py, so that what is overdue stays in the month in which it was due.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from core.domain.catalogue import Group2Row
from core.domain.instruments import MeasuringInstrument, ServiceKind
from core.domain.register.plan import next_services, price_of, undated_services

OTHER = "other"
"""The kind of every instrument without a row of the group-2 list."""
UNDATED = 0
"""The month of a service that an instrument needs and that has no date yet."""
KIND_WIDTH, MONTH_WIDTH, COUNT_WIDTH, COST_WIDTH = 8, 5, 5, 14
LINE_WIDTH = KIND_WIDTH + 1 + MONTH_WIDTH + 2 * COUNT_WIDTH + COST_WIDTH
"""Letters of a written line: kind, service (v or c), month, services, services without a price, cost in đồng."""
_LETTER = {ServiceKind.VERIFICATION: "v", ServiceKind.CALIBRATION: "c"}
_MOST_COST = 10**COST_WIDTH - 1


@dataclass(frozen=True, slots=True, order=True)
class Need:
    """Services of one kind in one month. month: 12 · year + month − 1, or UNDATED. kind: a group-2 row, or OTHER.

    cost_vnd: sum of the known prices; unpriced: services without one.
    """

    kind: str
    service: ServiceKind
    month: int
    services: int
    unpriced: int
    cost_vnd: int


def month_of(day: date) -> int:
    """Return the month of a day, counted from year 0."""
    return 12 * day.year + day.month - 1


def needs_of(instruments: Iterable[MeasuringInstrument], rows: Mapping[str, Group2Row], on: date) -> tuple[Need, ...]:
    """Return what is due until the end of the next year, and what has no date yet, as seen from a day."""
    until = date(on.year + 1, 12, 31)
    found: dict[tuple[str, ServiceKind, int], list[int | None]] = {}
    for one in instruments:
        if not one.in_use:
            continue
        row, kind = rows.get(one.group2_row), one.group2_row or OTHER
        for service in next_services(one, row, (), on, until=until):
            found.setdefault((kind, service.kind, month_of(service.due)), []).append(service.price_vnd)
        for missing in undated_services(one, row, on):
            found.setdefault((kind, missing.kind, UNDATED), []).append(price_of(one, missing.kind))
    return tuple(
        sorted(
            Need(
                kind=kind,
                service=service,
                month=month,
                services=len(amounts),
                unpriced=sum(one is None for one in amounts),
                cost_vnd=min(sum(one or 0 for one in amounts), _MOST_COST),
            )
            for (kind, service, month), amounts in found.items()
        )
    )


def written(needs: Iterable[Need]) -> str:
    """Return needs as lines of LINE_WIDTH letters each, one after the other."""
    return "".join(
        f"{one.kind:<{KIND_WIDTH}}{_LETTER[one.service]}{one.month:0{MONTH_WIDTH}}"
        f"{one.services:0{COUNT_WIDTH}}{one.unpriced:0{COUNT_WIDTH}}{one.cost_vnd:0{COST_WIDTH}}"
        for one in needs
    )
