"""How long until the next calibration of each instrument, and why: from what is usual, then from its own history.

The history of one instrument speaks first by its numbers (staircase), without them by "passed" and "failed" (simple
response). Where its kind has many results in the firm, the pooled test speaks instead, unless its own last result was
bad. A legal cycle is never exceeded, and nothing is lengthened with fewer than three known results of its own.
Arithmetic: core/domain/metrology/interval.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from core.domain.catalogue import Catalogue, Group2Row, StarterInstrument
from core.domain.instruments import MeasuringInstrument, ServiceKind, ServiceRecord, ServiceResult
from core.domain.metrology.interval import (
    LADDER,
    SMALL_SAMPLE,
    Bounds,
    CalibrationRecord,
    Circumstance,
    FirstInterval,
    IntervalProposal,
    IntervalTest,
    SimpleResponse,
    first_interval,
    interval_test,
    lengthening_bars,
    pooled_proposal,
    simple_response,
    staircase,
)
from core.domain.register.points import ProcessPoint
from core.domain.register.reading import reading_of

DAYS_IN_MONTH = 365.25 / 12
_KEPT_TESTS = 1024
SAFETY = "safety"
"""Criticality of a measuring point at which a wrong reading has high consequences."""


class AdviceBasis(StrEnum):
    """What an advice rests on."""

    NOTHING = "nothing"
    FIRST = "first"
    STAIRCASE = "staircase"
    SIMPLE_RESPONSE = "simple-response"
    POOLED = "pooled"


@dataclass(frozen=True, slots=True)
class Advice:
    """The interval that is advised for one instrument, in months; None where nothing is known to start from.

    current_months: the interval in the register, for group 2 without one the legal cycle. known_results: of its own.
    pooled_results: of its kind in the firm, its own among them, where they were asked.
    """

    basis: AdviceBasis
    current_months: int | None
    months: int | None
    legal_cycle_months: int | None
    known_results: int
    pooled_results: int = 0
    first: FirstInterval | None = None
    proposal: IntervalProposal | None = None

    @property
    def is_longer(self) -> bool:
        return self.months is not None and self.current_months is not None and self.months > self.current_months

    @property
    def is_shorter(self) -> bool:
        return self.months is not None and self.current_months is not None and self.months < self.current_months


@dataclass(frozen=True, slots=True)
class _Pool:
    """The known results of one kind, and how many of them were good."""

    known: int = 0
    good: int = 0

    def with_results(self, records: Iterable[CalibrationRecord]) -> _Pool:
        results = [record.is_good for record in records if record.is_good is not None]
        return _Pool(self.known + len(results), self.good + sum(results))


def advices(
    instruments: Iterable[MeasuringInstrument], points: Iterable[ProcessPoint], catalogue: Catalogue
) -> Mapping[str, Advice]:
    """Return the advice for every instrument by its code."""
    lines = tuple(instruments)
    records = {one.code: _records(one) for one in lines}
    pools: dict[tuple[str, ...], _Pool] = defaultdict(_Pool)
    for one in lines:
        kind = _kind(one)
        if kind:
            pools[kind] = pools[kind].with_results(records[one.code])
    known_points = {point.id: point for point in points}
    starters = {
        f"{sector.id}/{starter.id}": starter for sector in catalogue.sectors.values() for starter in sector.instruments
    }
    return {
        one.code: _advice(
            one,
            records[one.code],
            pools.get(_kind(one), _Pool()),
            catalogue.group2.get(one.group2_row),
            known_points.get(one.point),
            starters.get(one.starter),
        )
        for one in lines
    }


def _advice(
    one: MeasuringInstrument,
    records: tuple[CalibrationRecord, ...],
    pool: _Pool,
    row: Group2Row | None,
    point: ProcessPoint | None,
    starter: StarterInstrument | None,
) -> Advice:
    legal = row.cycle_months if row else None
    own = sum(record.is_good is not None for record in records)
    current = one.interval_months if one.interval_months is not None and one.interval_months >= 1 else legal
    if current is None:
        return _first_advice(own, legal, point, starter)
    # The usual bounds, widened to what the firm keeps already: an advice must come from the history, not from them.
    bounds = Bounds(min(LADDER[0], current), max(LADDER[-1], current), legal)
    if not records:
        held, _ = bounds.hold(current)
        return Advice(AdviceBasis.NOTHING, current, held, legal, own)
    if records[-1].is_good is not False and pool.known - own >= SMALL_SAMPLE:
        proposal, basis = _pooled(pool, records, current, bounds), AdviceBasis.POOLED
        return Advice(basis, current, proposal.months, legal, own, pool.known, proposal=proposal)
    if records[-1].ratio is None and records[-1].is_good is not None:
        proposal, basis = simple_response(records, current, bounds), AdviceBasis.SIMPLE_RESPONSE
    else:
        proposal, basis = staircase(records, current, bounds), AdviceBasis.STAIRCASE
    return Advice(basis, current, proposal.months, legal, own, proposal=proposal)


def _first_advice(own: int, legal: int | None, point: ProcessPoint | None, starter: StarterInstrument | None) -> Advice:
    if starter is None or starter.interval_months is None:
        return Advice(AdviceBasis.NOTHING, None, None, legal, own)
    circumstances = [Circumstance.HIGH_CONSEQUENCE] if point is not None and point.criticality == SAFETY else []
    first = first_interval(starter.interval_months, circumstances, legal)
    return Advice(AdviceBasis.FIRST, None, first.months, legal, own, first=first)


def _pooled(pool: _Pool, records: tuple[CalibrationRecord, ...], current: int, bounds: Bounds) -> IntervalProposal:
    proposal = pooled_proposal(_tested(pool, current), current, bounds)
    bars = lengthening_bars(records)
    if proposal.months <= current or not bars:
        return proposal
    # The kind deserves more, this instrument has not shown it yet.
    months, limit = bounds.hold(current)
    return replace(proposal, months=months, limit=limit, bars=bars)


# All instruments of a kind share one test.
@lru_cache(_KEPT_TESTS)
def _tested(pool: _Pool, months: int) -> IntervalTest:
    return interval_test(pool.known, pool.good, months * DAYS_IN_MONTH, SimpleResponse().target)


def _kind(one: MeasuringInstrument) -> tuple[str, ...]:
    """Return what makes instruments of one kind: maker and model, and the interval they are kept at; empty: unknown."""
    if not one.model or one.interval_months is None:
        return ()
    return (one.maker.casefold(), one.model.casefold(), str(one.interval_months))


def _records(one: MeasuringInstrument) -> tuple[CalibrationRecord, ...]:
    """Return the calibrations, oldest first; for group 2 without any, its verifications, which say "in" or "out"."""
    calibrations = one.services(ServiceKind.CALIBRATION)
    services = calibrations or (one.services(ServiceKind.VERIFICATION) if one.is_group2 else ())
    if not services:
        return ()
    seen = reading_of(one)
    limit = seen.value(seen.mpe) if seen.mpe else seen.permissible_by_class()
    mpe = float(limit) if limit is not None and limit > 0 else None
    return tuple(_record(service, seen.error(service.error_found), mpe) for service in services)


def _record(service: ServiceRecord, error: Decimal | None, mpe: float | None) -> CalibrationRecord:
    said = {ServiceResult.PASSED: True, ServiceResult.FAILED: False}
    return CalibrationRecord(
        found_error=None if error is None else float(error),
        maximum_permissible_error=mpe,
        in_tolerance=None if service.result is None else said.get(service.result),
        adjusted=service.adjusted is True,
    )
