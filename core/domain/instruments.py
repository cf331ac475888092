"""Measuring instruments, their due dates, and what the register proves.

Verification (legal, group 2) and calibration (recommended, any instrument) are two services with two dates.
An instrument may be used on its due date and is overdue from the next day. The date of today is handed in.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from core.domain.assessment import RegisterFacts
from core.domain.catalogue import Group2Row

SOON_DAYS = 30
"""Days before the due date from which an instrument is due soon."""


class ServiceKind(StrEnum):
    """Verification is the law's service (group 2), calibration tells the error of any instrument."""

    VERIFICATION = "verification"
    CALIBRATION = "calibration"


class ServiceResult(StrEnum):
    """What a certificate says: passed, failed, or a result that is given without a verdict."""

    PASSED = "passed"
    FAILED = "failed"
    STATED = "stated"


class InstrumentFileKind(StrEnum):
    """What a file of an instrument shows."""

    PHOTO = "photo"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """One verification or calibration that was made.

    until: last day of validity printed on the certificate. error_found: largest error as found, before any adjustment,
    with its unit, as typed. uncertainty: expanded uncertainty U as typed; coverage: its factor k.
    adjusted: whether the instrument was adjusted, so that the error as left differs. accredited: whether the body is
    accredited or designated for this measurement. confirmed: whether the firm compared the result with what it needs
    and signed for it. None: not known.
    """

    kind: ServiceKind
    on: date
    until: date | None = None
    by: str = ""
    number: str = ""
    result: ServiceResult | None = None
    error_found: str = ""
    uncertainty: str = ""
    coverage: str = ""
    adjusted: bool | None = None
    accredited: bool | None = None
    confirmed: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class MeasuringInstrument:
    """One line of the register; unknown stays empty or None. Quantities stand as they were typed.

    group2_row: row of the group-2 list, empty for group 1. starter: "sector/id" of the starter register it came from.
    point: id of the measuring point it serves. accuracy: class or accuracy by its maker.
    mpe: maximum permissible error; tolerance: what the use allows. division: e, or d where there is no e.
    verified_until: the certificate's own date, which always wins. repaired_on: the latest repair or adjustment, after
    which a group-2 instrument is verified anew. checked_on: the latest intermediate check by the firm itself.
    price_vnd: of one calibration; verification_price_vnd: of one verification, both before tax.
    history: services before the latest of their kind, oldest first.
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
    starter: str = ""
    point: str = ""
    quantity: str = ""
    unit: str = ""
    mpe: str = ""
    type_approved: bool | None = None
    verification_number: str = ""
    verification_result: ServiceResult | None = None
    verification_price_vnd: int | None = None
    calibration_number: str = ""
    calibration_result: ServiceResult | None = None
    error_found: str = ""
    uncertainty: str = ""
    coverage: str = ""
    adjusted: bool | None = None
    accredited: bool | None = None
    confirmed: bool | None = None
    repaired_on: date | None = None
    checked_on: date | None = None
    end_of_month: bool = False
    history: tuple[ServiceRecord, ...] = ()

    @property
    def is_group2(self) -> bool:
        return bool(self.group2_row)

    @property
    def verification(self) -> ServiceRecord | None:
        """The latest verification; None without its date."""
        if self.verified_on is None:
            return None
        return ServiceRecord(
            kind=ServiceKind.VERIFICATION,
            on=self.verified_on,
            until=self.verified_until,
            by=self.verified_by,
            number=self.verification_number,
            result=self.verification_result,
        )

    @property
    def calibration(self) -> ServiceRecord | None:
        """The latest calibration; None without its date."""
        if self.calibrated_on is None:
            return None
        return ServiceRecord(
            kind=ServiceKind.CALIBRATION,
            on=self.calibrated_on,
            by=self.calibrated_by,
            number=self.calibration_number,
            result=self.calibration_result,
            error_found=self.error_found,
            uncertainty=self.uncertainty,
            coverage=self.coverage,
            adjusted=self.adjusted,
            accredited=self.accredited,
            confirmed=self.confirmed,
        )

    def services(self, kind: ServiceKind) -> tuple[ServiceRecord, ...]:
        """Every service of a kind, oldest first, the latest included."""
        latest = self.verification if kind is ServiceKind.VERIFICATION else self.calibration
        earlier = sorted((one for one in self.history if one.kind is kind), key=lambda one: one.on)
        return (*earlier, latest) if latest else tuple(earlier)


def with_service(instrument: MeasuringInstrument, record: ServiceRecord) -> MeasuringInstrument:
    """Return the instrument after a service: a later one becomes the latest, what was the latest goes into history.

    A record that is older than the latest of its kind is filed in history; the same day replaces the latest.
    """
    latest = instrument.verification if record.kind is ServiceKind.VERIFICATION else instrument.calibration
    if latest is not None and record.on < latest.on:
        return replace(instrument, history=_filed(instrument.history, record))
    history = instrument.history if latest is None or latest.on == record.on else _filed(instrument.history, latest)
    if record.kind is ServiceKind.VERIFICATION:
        return replace(
            instrument,
            verified_on=record.on,
            verified_until=record.until,
            verified_by=record.by,
            verification_number=record.number,
            verification_result=record.result,
            history=history,
        )
    return replace(
        instrument,
        calibrated_on=record.on,
        calibrated_by=record.by,
        calibration_number=record.number,
        calibration_result=record.result,
        error_found=record.error_found,
        uncertainty=record.uncertainty,
        coverage=record.coverage,
        adjusted=record.adjusted,
        accredited=record.accredited,
        confirmed=record.confirmed,
        history=history,
    )


def with_history(before: MeasuringInstrument, after: MeasuringInstrument) -> MeasuringInstrument:
    """Return `after` with the services that its later dates have overtaken filed in history; no service is forgotten.

    For ways of editing that know only the latest service: a table, a sheet, a file.
    """
    overtaken = [
        old
        for old, new in ((before.verification, after.verification), (before.calibration, after.calibration))
        if old is not None and new is not None and new.on > old.on and old not in after.history
    ]
    history = after.history
    for record in overtaken:
        history = _filed(history, record)
    return replace(after, history=history)


def _filed(history: tuple[ServiceRecord, ...], record: ServiceRecord) -> tuple[ServiceRecord, ...]:
    return tuple(sorted((*history, record), key=lambda one: (one.on, one.kind)))


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
    return add_months(instrument.verified_on, row.cycle_months, end_of_month=instrument.end_of_month)


def calibration_due(instrument: MeasuringInstrument) -> date | None:
    """Return the last day of the recommended calibration interval; None while the date or the interval is unknown."""
    if instrument.calibrated_on is None or instrument.interval_months is None:
        return None
    return add_months(instrument.calibrated_on, instrument.interval_months, end_of_month=instrument.end_of_month)


def next_due(instrument: MeasuringInstrument, row: Group2Row | None) -> date | None:
    """Return the earlier of the two due dates; a recommended interval never puts off a verification."""
    known = [day for day in (verification_due(instrument, row), calibration_due(instrument)) if day is not None]
    return min(known, default=None)


def requires_verification(row: Group2Row | None) -> bool:
    """Tell whether the list is known to ask for initial or periodic verification; a legal cycle implies the latter."""
    return row is not None and (
        bool(row.initial_verification or row.periodic_verification) or row.cycle_months is not None
    )


def needs_verification_after_repair(instrument: MeasuringInstrument, row: Group2Row | None) -> bool:
    """Tell whether a repair has ended the last verification: certificates do not outlive it (Circular 23/2013)."""
    if row is None or row.after_repair_verification is False or instrument.repaired_on is None:
        return False
    return instrument.verified_on is None or instrument.verified_on < instrument.repaired_on


def is_unverified(instrument: MeasuringInstrument, row: Group2Row | None, on: date) -> bool:
    """Tell whether the register shows no verification where one is required.

    A date still to come proves nothing, nor does a verification that was failed or that a repair has overtaken.
    """
    if not instrument.is_group2 or not requires_verification(row):
        return False
    if instrument.verification_result is ServiceResult.FAILED or needs_verification_after_repair(instrument, row):
        return True
    if instrument.verified_on is None:
        return instrument.verified_until is None
    return instrument.verified_on > on


def is_verification_overdue(instrument: MeasuringInstrument, row: Group2Row | None, on: date) -> bool:
    """Tell whether a group-2 instrument in use has passed its verification date or was never verified."""
    if not instrument.in_use:
        return False
    due = verification_due(instrument, row)
    return is_unverified(instrument, row, on) or (due is not None and due < on)


class StateReason(StrEnum):
    """Why an instrument stands where it stands."""

    OUT_OF_USE = "out_of_use"
    NEVER_VERIFIED = "never_verified"
    VERIFICATION_FAILED = "verification_failed"
    REPAIRED_SINCE = "repaired_since"
    VERIFIED_IN_FUTURE = "verified_in_future"
    VERIFIED_FOR_GOOD = "verified_for_good"
    NO_CALIBRATION_DATE = "no_calibration_date"
    NO_INTERVAL = "no_interval"
    VERIFICATION_DUE = "verification_due"
    CALIBRATION_DUE = "calibration_due"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an instrument stands on a day and why; `due` is the last day of use, where it is known."""

    state: InstrumentState
    reason: StateReason
    due: date | None = None


def standing_of(instrument: MeasuringInstrument, row: Group2Row | None, on: date) -> Standing:
    """Return where the instrument stands on a day, by the earlier of its two due dates.

    A group-2 instrument that was never verified has no date, whatever its calibration says. One that needs initial
    verification only (a tape measure) stays in date once it was made.
    """
    if not instrument.in_use:
        return Standing(InstrumentState.OUT_OF_USE, StateReason.OUT_OF_USE)
    if is_unverified(instrument, row, on):
        return Standing(InstrumentState.NO_DATE, _why_unverified(instrument, row))
    due = next_due(instrument, row)
    if due is None:
        return _standing_without_date(instrument, row)
    reason = StateReason.VERIFICATION_DUE if due == verification_due(instrument, row) else StateReason.CALIBRATION_DUE
    if due < on:
        return Standing(InstrumentState.OVERDUE, reason, due)
    is_soon = due <= on + timedelta(days=SOON_DAYS)
    return Standing(InstrumentState.DUE_SOON if is_soon else InstrumentState.IN_DATE, reason, due)


def _why_unverified(instrument: MeasuringInstrument, row: Group2Row | None) -> StateReason:
    if instrument.verification_result is ServiceResult.FAILED:
        return StateReason.VERIFICATION_FAILED
    if instrument.verified_on is None and instrument.verified_until is None:
        return StateReason.NEVER_VERIFIED
    if needs_verification_after_repair(instrument, row):
        return StateReason.REPAIRED_SINCE
    return StateReason.VERIFIED_IN_FUTURE


def _standing_without_date(instrument: MeasuringInstrument, row: Group2Row | None) -> Standing:
    if instrument.verified_on is not None and row is not None and row.periodic_verification is False:
        return Standing(InstrumentState.IN_DATE, StateReason.VERIFIED_FOR_GOOD)
    reason = StateReason.NO_CALIBRATION_DATE if instrument.calibrated_on is None else StateReason.NO_INTERVAL
    return Standing(InstrumentState.NO_DATE, reason)


def state_of(instrument: MeasuringInstrument, row: Group2Row | None, on: date) -> InstrumentState:
    """Return the state of `standing_of` alone."""
    return standing_of(instrument, row, on).state


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
