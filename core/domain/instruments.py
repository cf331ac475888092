"""Measuring instruments, their due dates, and what the register proves.

Verification (legal, group 2) and calibration (recommended, any instrument) are two services with two dates.
An instrument may be used on its due date and is overdue from the next day. The date of today is handed in.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.domain.assessment import RegisterFacts
from core.domain.catalogue import Group2Row

SOON_DAYS = 30
"""Days before the due date from which an instrument is due soon."""


@dataclass(frozen=True, slots=True)
class MeasuringInstrument:
    """One line of the register; unknown stays empty or None.

    group2_row: row of the group-2 list, empty for group 1.
    verified_until: the certificate's own date, which always wins.
    """

    code: str
    name: str = ""
    group2_row: str = ""
    maker: str = ""
    model: str = ""
    serial: str = ""
    place: str = ""
    owner: str = ""
    range: str = ""
    division: str = ""
    accuracy: str = ""
    tolerance: str = ""
    use: str = ""
    in_use: bool = True
    verified_on: date | None = None
    verified_until: date | None = None
    verified_by: str = ""
    calibrated_on: date | None = None
    calibrated_by: str = ""
    interval_months: int | None = None
    price_vnd: int | None = None
    note: str = ""

    @property
    def is_group2(self) -> bool:
        return bool(self.group2_row)


class InstrumentState(StrEnum):
    """Where an instrument stands on a day."""

    NO_DATE = "no_date"
    IN_DATE = "in_date"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    OUT_OF_USE = "out_of_use"


def add_months(day: date, months: int, *, end_of_month: bool = False) -> date:
    """Return the same day of a later month, clipped to that month's last day.

    Always count from the original date: chaining clipped dates drifts. `end_of_month` gives the last day of the month,
    for stickers that show month and year only.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, last if end_of_month else min(day.day, last))


def verification_due(instrument: MeasuringInstrument, row: Group2Row | None) -> date | None:
    """Return the last day on which the verification holds.

    The certificate's own date wins over the legal cycle, also when it is later.
    None for group 1, without a date, or without a periodic cycle.
    """
    if not instrument.is_group2:
        return None
    if instrument.verified_until is not None:
        return instrument.verified_until
    if instrument.verified_on is None or row is None or row.cycle_months is None:
        return None
    return add_months(instrument.verified_on, row.cycle_months)


def calibration_due(instrument: MeasuringInstrument) -> date | None:
    """Return the last day of the recommended calibration interval; None while the date or the interval is unknown."""
    if instrument.calibrated_on is None or instrument.interval_months is None:
        return None
    return add_months(instrument.calibrated_on, instrument.interval_months)


def next_due(instrument: MeasuringInstrument, row: Group2Row | None) -> date | None:
    """Return the earlier of the two due dates; a recommended interval never puts off a verification."""
    known = [day for day in (verification_due(instrument, row), calibration_due(instrument)) if day is not None]
    return min(known, default=None)


def requires_verification(row: Group2Row | None) -> bool:
    """Tell whether the list is known to ask for initial or periodic verification; a legal cycle implies the latter."""
    return row is not None and (
        bool(row.initial_verification or row.periodic_verification) or row.cycle_months is not None
    )


def is_unverified(instrument: MeasuringInstrument, row: Group2Row | None, on: date) -> bool:
    """Tell whether the register shows no verification where one is required; a date still to come proves nothing."""
    if not instrument.is_group2 or not requires_verification(row):
        return False
    if instrument.verified_on is None:
        return instrument.verified_until is None
    return instrument.verified_on > on


def is_verification_overdue(instrument: MeasuringInstrument, row: Group2Row | None, on: date) -> bool:
    """Tell whether a group-2 instrument in use has passed its verification date or was never verified."""
    if not instrument.in_use:
        return False
    due = verification_due(instrument, row)
    return is_unverified(instrument, row, on) or (due is not None and due < on)


def state_of(instrument: MeasuringInstrument, row: Group2Row | None, on: date) -> InstrumentState:
    """Return where the instrument stands on a day, by the earlier of its two due dates.

    A group-2 instrument that was never verified has no date, whatever its calibration says. One that needs initial
    verification only (a tape measure) stays in date once it was made.
    """
    if not instrument.in_use:
        return InstrumentState.OUT_OF_USE
    if is_unverified(instrument, row, on):
        return InstrumentState.NO_DATE
    due = next_due(instrument, row)
    if due is None:
        verified_for_good = (
            instrument.verified_on is not None and row is not None and row.periodic_verification is False
        )
        return InstrumentState.IN_DATE if instrument.is_group2 and verified_for_good else InstrumentState.NO_DATE
    if due < on:
        return InstrumentState.OVERDUE
    return InstrumentState.DUE_SOON if due <= on + timedelta(days=SOON_DAYS) else InstrumentState.IN_DATE


def register_facts(
    instruments: Iterable[MeasuringInstrument], group2_rows: Mapping[str, Group2Row], on: date
) -> RegisterFacts:
    """Return what the register proves on a day. Counts and overdue codes are of instruments in use."""
    in_use = [instrument for instrument in instruments if instrument.in_use]
    return RegisterFacts(
        on=on,
        instrument_count=len(in_use),
        group2_count=sum(instrument.is_group2 for instrument in in_use),
        overdue=tuple(
            instrument.code
            for instrument in in_use
            if is_verification_overdue(instrument, group2_rows.get(instrument.group2_row), on)
        ),
    )
