"""What the register proves: overdue instruments, and the shares of it that answer questions of the self-assessment.

Shares are of instruments in use. Which question a share answers, and from which share a level begins, stands in
content/register.toml.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from core.domain.assessment import Answers, RegisterFacts, RegisterLevel
from core.domain.catalogue import Catalogue, Group2Row, RegisterFactCode
from core.domain.instruments import (
    InstrumentState,
    MeasuringInstrument,
    calibration_due,
    is_unverified,
    register_facts,
    standing_of,
    verification_due,
)

Share = Callable[[MeasuringInstrument, Group2Row | None, date], bool | None]
"""Tells of an instrument in use whether it counts as good; None where the share is not about it."""


@dataclass(frozen=True, slots=True)
class AnswerAboveRegister:
    """An answer whose level is higher than what the register comes to."""

    question: str
    declared: int
    shown: RegisterLevel


def facts_of_register(instruments: Iterable[MeasuringInstrument], catalogue: Catalogue, on: date) -> RegisterFacts:
    """Return everything that the register proves on a day, with the levels it comes to."""
    lines = tuple(instruments)
    return replace(register_facts(lines, catalogue.group2, on), levels=_levels(lines, catalogue, on))


def answers_above_register(answers: Answers, register: RegisterFacts) -> tuple[AnswerAboveRegister, ...]:
    """Return the answers that claim more than the register shows, where it would hold the evidence score down."""
    found = []
    for shown in register.levels:
        answer = answers.get(shown.question)
        if shown.holds and answer is not None and answer.level is not None and answer.level > shown.level:
            found.append(AnswerAboveRegister(shown.question, answer.level, shown))
    return tuple(found)


def level_reached(good: int, count: int, thresholds: Sequence[int]) -> int:
    """Return how many thresholds, in percent, the share has reached; exact, since 49.9 % is not one half."""
    share = Fraction(100 * good, count)
    return sum(share >= threshold for threshold in thresholds)


def is_verified_in_date(one: MeasuringInstrument, row: Group2Row | None, on: date) -> bool:
    """Tell whether the register shows a verification that still holds."""
    if is_unverified(one, row, on) or (one.verified_on is None and one.verified_until is None):
        return False
    due = verification_due(one, row)
    return due is None or due >= on


def is_calibrated_in_date(one: MeasuringInstrument, on: date) -> bool:
    """Tell whether the register shows a calibration whose interval has not ended; one still to come proves nothing."""
    due = calibration_due(one)
    return due is not None and due >= on and one.calibrated_on is not None and one.calibrated_on <= on


def _levels(lines: Sequence[MeasuringInstrument], catalogue: Catalogue, on: date) -> tuple[RegisterLevel, ...]:
    in_use = [(one, catalogue.group2.get(one.group2_row)) for one in lines if one.in_use]
    found = []
    for asked in catalogue.register_questions:
        share = SHARES[asked.id]
        counted = [good for good in (share(one, row, on) for one, row in in_use) if good is not None]
        if counted:
            level = level_reached(sum(counted), len(counted), asked.thresholds)
            found.append(
                RegisterLevel(asked.question, asked.id, sum(counted), len(counted), level, asked.proves, asked.holds)
            )
    return tuple(found)


def _group2_in_date(one: MeasuringInstrument, row: Group2Row | None, on: date) -> bool | None:
    return is_verified_in_date(one, row, on) if one.is_group2 else None


def _important_in_date(one: MeasuringInstrument, _: Group2Row | None, on: date) -> bool | None:
    """Of group 1 at a measuring point: the firm's own process map says what is important."""
    return is_calibrated_in_date(one, on) if one.point and not one.is_group2 else None


def _complete(one: MeasuringInstrument, row: Group2Row | None, on: date) -> bool:
    return bool(one.name and one.place and one.range) and _has_due_date(one, row, on)


def _has_due_date(one: MeasuringInstrument, row: Group2Row | None, on: date) -> bool:
    return standing_of(one, row, on).state is not InstrumentState.NO_DATE


def _accredited(one: MeasuringInstrument, *_: object) -> bool | None:
    return one.accredited if one.calibrated_on is not None else None


def _confirmed(one: MeasuringInstrument, *_: object) -> bool | None:
    return one.confirmed if one.calibrated_on is not None else None


SHARES: Mapping[RegisterFactCode, Share] = {
    RegisterFactCode.GROUP2_IN_DATE: _group2_in_date,
    RegisterFactCode.IMPORTANT_IN_DATE: _important_in_date,
    RegisterFactCode.COMPLETE_LINES: _complete,
    RegisterFactCode.WITH_DUE_DATE: _has_due_date,
    RegisterFactCode.ACCREDITED: _accredited,
    RegisterFactCode.CONFIRMED: _confirmed,
}
"""How each share is counted."""
