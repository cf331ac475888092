"""The plan of a year: which instrument is verified or calibrated by when, by whom, and what it costs.

Dates are counted from the day of the last service and never from one another, so they do not drift. Whatever is
overdue is planned for the first day there is, and its next date counts from there. Services by one body are grouped
into visits: a service may move earlier, never later. What has no price is counted, never taken as 0.

All amounts are whole đồng before tax: no sourced rate for these services is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import islice

from core.domain.catalogue import Group2Row
from core.domain.instruments import (
    MeasuringInstrument,
    ServiceKind,
    ServiceResult,
    add_months,
    calibration_due,
    is_unverified,
    needs_verification_after_repair,
    verification_due,
)
from core.domain.register.points import ServiceBody

GROUPING_DAYS = 30
"""Days within which services by one body share a visit; our own rule, as long as the notice that a body needs."""


class PlanReason(StrEnum):
    """Where the due date of a planned service comes from."""

    LEGAL_CYCLE = "legal_cycle"
    CERTIFICATE_DATE = "certificate_date"
    RECOMMENDED_INTERVAL = "recommended_interval"
    VERIFICATION_FAILED = "verification_failed"
    REPAIRED_SINCE = "repaired_since"


class UndatedReason(StrEnum):
    """Why a service cannot be planned yet."""

    NEVER_VERIFIED = "never_verified"
    VERIFIED_IN_FUTURE = "verified_in_future"
    CYCLE_UNKNOWN = "cycle_unknown"
    NO_CALIBRATION_DATE = "no_calibration_date"
    NO_INTERVAL = "no_interval"


@dataclass(frozen=True, slots=True)
class PlannedService:
    """One verification or calibration to be made.

    number: counted from the next one, which is 1. due: the last day on which the instrument may be used without it.
    planned: the day of the visit, on or before `due`; only where `is_overdue` it comes after it.
    body: name of the body, that of the last time; empty where it is not known. price_vnd: None where it is not known.
    is_doubtful: the legal cycle is to be checked against Circular 04/2026/TT-BKHCN.
    """

    code: str
    name: str
    kind: ServiceKind
    number: int
    due: date
    planned: date
    reason: PlanReason
    is_overdue: bool = False
    is_doubtful: bool = False
    body: str = ""
    price_vnd: int | None = None

    @property
    def latest(self) -> date:
        """The day that decides in which year the service belongs, and after which it cannot be moved."""
        return self.planned if self.is_overdue else self.due


@dataclass(frozen=True, slots=True)
class UndatedService:
    """A service that an instrument in use needs and that has no date yet."""

    code: str
    name: str
    kind: ServiceKind
    reason: UndatedReason


@dataclass(frozen=True, slots=True)
class Money:
    """A sum of the known amounts in đồng, and how many amounts are not known."""

    known_vnd: int = 0
    unknown: int = 0

    def __add__(self, other: Money) -> Money:
        return Money(self.known_vnd + other.known_vnd, self.unknown + other.unknown)

    @classmethod
    def of(cls, amounts: Iterable[int | None]) -> Money:
        found = tuple(amounts)
        return cls(sum(one for one in found if one is not None), sum(one is None for one in found))


@dataclass(frozen=True, slots=True)
class Visit:
    """A day on which a body serves instruments; transport_vnd: what its coming costs, None where it is not known."""

    day: date
    body: str
    services: tuple[PlannedService, ...]
    transport_vnd: int | None = None


@dataclass(frozen=True, slots=True)
class PlanTotal:
    """What a month, a body or the year comes to."""

    services: int
    visits: int
    service_cost: Money
    transport: Money

    @property
    def cost(self) -> Money:
        return self.service_cost + self.transport


@dataclass(frozen=True)
class Plan:
    """The services of one year in order of their visits, and what cannot be planned yet.

    `on` is the day on which the plan was made: no service is planned before it. overdue: what is overdue on that day,
    by code; it stands among the services of that day's year, whatever year this is the plan of.
    """

    year: int
    on: date
    services: tuple[PlannedService, ...]
    overdue: tuple[PlannedService, ...]
    undated: tuple[UndatedService, ...]
    bodies: tuple[ServiceBody, ...]

    @cached_property
    def visits(self) -> tuple[Visit, ...]:
        """Every visit of the year in order of time; services without a known body are one visit a day."""
        prices = {one.name: one.visit_price_vnd for one in self.bodies}
        found: dict[tuple[date, str], list[PlannedService]] = {}
        for one in self.services:
            found.setdefault((one.planned, one.body), []).append(one)
        return tuple(Visit(day, body, tuple(found[day, body]), prices.get(body)) for day, body in sorted(found))

    @cached_property
    def months(self) -> tuple[PlanTotal, ...]:
        """The totals of January to December."""
        return tuple(_total(visit for visit in self.visits if visit.day.month == month) for month in range(1, 13))

    @cached_property
    def by_body(self) -> Mapping[str, PlanTotal]:
        """The totals of each body by its name; the empty name stands last, for those not known."""
        names = sorted({visit.body for visit in self.visits}, key=lambda name: (not name, name))
        return {name: _total(visit for visit in self.visits if visit.body == name) for name in names}

    @cached_property
    def total(self) -> PlanTotal:
        return _total(self.visits)


def make_plan(
    instruments: Iterable[MeasuringInstrument],
    rows: Mapping[str, Group2Row],
    bodies: Iterable[ServiceBody],
    year: int,
    on: date,
    window_days: int = GROUPING_DAYS,
) -> Plan:
    """Return the plan of a year as seen from a day; what is overdue on that day falls on the day itself.

    window_days: how many days a service may move earlier to share a visit; 0 leaves every service on its last day.
    """
    known = tuple(bodies)
    in_use = tuple(one for one in instruments if one.in_use)
    services = [
        service
        for one in in_use
        for service in next_services(one, rows.get(one.group2_row), known, on, until=date(year, 12, 31))
    ]
    undated = [missing for one in in_use for missing in undated_services(one, rows.get(one.group2_row), on)]
    return Plan(
        year=year,
        on=on,
        services=group_visits((one for one in services if one.latest.year == year), window_days),
        overdue=tuple(sorted((one for one in services if one.is_overdue), key=lambda one: (one.code, one.kind))),
        undated=tuple(sorted(undated, key=lambda one: (one.code, one.kind))),
        bodies=known,
    )


def next_services(
    instrument: MeasuringInstrument,
    row: Group2Row | None,
    bodies: Sequence[ServiceBody],
    on: date,
    *,
    until: date = date.max,
    count: int | None = None,
) -> Iterator[PlannedService]:
    """Yield the verifications, then the calibrations of an instrument, each planned for its last day.

    until: the last day that is looked at. count: how many of each kind at most; None: all of them.
    """
    for series in (_verifications(instrument, row, on), _calibrations(instrument)):
        if series is None:
            continue
        dates = islice(series.dates(on, instrument.end_of_month), count)
        for number, due in enumerate(dates, start=1):
            planned = max(due, on)
            if planned > until:
                break
            yield PlannedService(
                code=instrument.code,
                name=instrument.name,
                kind=series.kind,
                number=number,
                due=due,
                planned=planned,
                reason=series.first_reason if number == 1 else series.reason,
                is_overdue=due < on,
                is_doubtful=series.kind is ServiceKind.VERIFICATION and row is not None and row.is_doubtful,
                body=_body_of(instrument, series.kind, bodies),
                price_vnd=price_of(instrument, series.kind),
            )


def group_visits(services: Iterable[PlannedService], window_days: int = GROUPING_DAYS) -> tuple[PlannedService, ...]:
    """Move services by one body within a window to the earliest of them, and return all in order of their visits.

    Nothing moves later, nothing into another year, and nothing whose body is not known.
    """
    moved = []
    starts: dict[tuple[str, int], date] = {}
    for one in sorted(services, key=lambda one: (one.latest, *_order(one))):
        place = (one.body, one.latest.year)
        start = starts.get(place)
        if not one.body or start is None or one.latest - start > timedelta(days=window_days):
            starts[place] = start = one.latest
        moved.append(replace(one, planned=start))
    return tuple(sorted(moved, key=lambda one: (one.planned, *_order(one))))


# --- Due dates of one instrument


@dataclass(frozen=True, slots=True)
class _Series:
    """Services of one kind that follow one another.

    first: the next due date. Later ones fall whole intervals after `origin`, `done` of which lie before the first.
    """

    kind: ServiceKind
    first: date
    origin: date
    done: int
    interval_months: int | None
    first_reason: PlanReason
    reason: PlanReason

    def dates(self, on: date, end_of_month: bool) -> Iterator[date]:
        """Yield the due dates; after an overdue one the next counts from the day on which it can be made up for."""
        yield self.first
        if self.interval_months is None or self.interval_months < 1:
            return
        origin, done = (on, 0) if self.first < on else (self.origin, self.done)
        months = (done + 1) * self.interval_months
        while origin.year + months // 12 + 1 < MAXYEAR:
            yield add_months(origin, months, end_of_month=end_of_month)
            months += self.interval_months


def _verifications(instrument: MeasuringInstrument, row: Group2Row | None, on: date) -> _Series | None:
    due = verification_due(instrument, row)
    cycle = row.cycle_months if row else None
    reason = PlanReason.LEGAL_CYCLE

    def series(first: date, origin: date, done: int, first_reason: PlanReason) -> _Series:
        return _Series(ServiceKind.VERIFICATION, first, origin, done, cycle, first_reason, reason)

    if not instrument.is_group2:
        return None
    if instrument.verified_on is not None and is_unverified(instrument, row, on):
        if instrument.verification_result is ServiceResult.FAILED:
            return series(instrument.verified_on, instrument.verified_on, 0, PlanReason.VERIFICATION_FAILED)
        if needs_verification_after_repair(instrument, row) and instrument.repaired_on is not None:
            first = min(instrument.repaired_on, due or instrument.repaired_on)
            return series(first, first, 0, PlanReason.REPAIRED_SINCE)
        return None
    if due is None:
        return None
    if instrument.verified_on is not None and cycle is not None:
        counted = add_months(instrument.verified_on, cycle, end_of_month=instrument.end_of_month)
        if due == counted:
            is_printed = instrument.verified_until is not None
            return series(due, instrument.verified_on, 1, PlanReason.CERTIFICATE_DATE if is_printed else reason)
    return series(due, due, 0, PlanReason.CERTIFICATE_DATE)


def _calibrations(instrument: MeasuringInstrument) -> _Series | None:
    due = calibration_due(instrument)
    if due is None or instrument.calibrated_on is None:
        return None
    reason = PlanReason.RECOMMENDED_INTERVAL
    return _Series(
        ServiceKind.CALIBRATION, due, instrument.calibrated_on, 1, instrument.interval_months, reason, reason
    )


def undated_services(instrument: MeasuringInstrument, row: Group2Row | None, on: date) -> Iterator[UndatedService]:
    """Yield what an instrument needs and what cannot be planned yet, with the reason."""
    if instrument.is_group2 and _verifications(instrument, row, on) is None:
        reason = _why_not_verified(instrument, row, on)
        if reason is not None:
            yield UndatedService(instrument.code, instrument.name, ServiceKind.VERIFICATION, reason)
    missing = (instrument.calibrated_on is None, instrument.interval_months is None)
    # The law does not ask for calibration of what is verified: only a beginning of it says that the firm wants it.
    if any(missing) and not (instrument.is_group2 and all(missing)):
        why = UndatedReason.NO_CALIBRATION_DATE if missing[0] else UndatedReason.NO_INTERVAL
        yield UndatedService(instrument.code, instrument.name, ServiceKind.CALIBRATION, why)


def _why_not_verified(instrument: MeasuringInstrument, row: Group2Row | None, on: date) -> UndatedReason | None:
    """None where no verification is due any more: one that is asked for once, and was made."""
    if is_unverified(instrument, row, on):
        never = instrument.verified_on is None
        return UndatedReason.NEVER_VERIFIED if never else UndatedReason.VERIFIED_IN_FUTURE
    if row is not None and row.periodic_verification is False:
        return None
    return UndatedReason.CYCLE_UNKNOWN


# --- Bodies, prices, totals


def _body_of(instrument: MeasuringInstrument, kind: ServiceKind, bodies: Sequence[ServiceBody]) -> str:
    """Return the body of the last time, under the name that the firm's list of bodies gives it."""
    typed = instrument.verified_by if kind is ServiceKind.VERIFICATION else instrument.calibrated_by
    wanted = " ".join(typed.casefold().split())
    return next((one.name for one in bodies if " ".join(one.name.casefold().split()) == wanted), typed)


def price_of(instrument: MeasuringInstrument, kind: ServiceKind) -> int | None:
    """Return what a service costs in đồng, None where it is not known."""
    return instrument.verification_price_vnd if kind is ServiceKind.VERIFICATION else instrument.price_vnd


def _order(service: PlannedService) -> tuple[str, str, str, int]:
    return (service.body, service.code, service.kind, service.number)


def _total(visits: Iterable[Visit]) -> PlanTotal:
    found = tuple(visits)
    return PlanTotal(
        services=sum(len(visit.services) for visit in found),
        visits=len(found),
        service_cost=Money.of(one.price_vnd for visit in found for one in visit.services),
        transport=Money.of(visit.transport_vnd for visit in found),
    )
