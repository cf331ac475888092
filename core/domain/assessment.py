"""Answers, and what counts as one.

An answer is a level from 0 to 4, "don't know", or "not applicable" with a reason; no answer is absence from the map.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.errors import AnswerRefused

NOTE_LIMIT = 10_000
"""Most characters of a note; more belongs in a file."""
REASON_LIMIT = 1_000
"""Most characters of the reason why a question does not apply."""


class Choice(StrEnum):
    """What the radio of a question card can say; the digits are levels."""

    LEVEL_0 = "0"
    LEVEL_1 = "1"
    LEVEL_2 = "2"
    LEVEL_3 = "3"
    LEVEL_4 = "4"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"

    @property
    def level(self) -> int | None:
        return int(self) if self.isdigit() else None


class Evidence(StrEnum):
    """How an answer is backed; `confirmed` is set by a reviewer only."""

    NONE = "none"
    DESCRIBED = "described"
    FILE = "file"
    CONFIRMED = "confirmed"


class AssessmentState(StrEnum):
    """States of an assessment; core/domain/journey.py holds the allowed steps."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    REVIEWED = "reviewed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `reason` is required for "not applicable" before the answer leaves the score.

    Until the reason is written, "not applicable" counts as unanswered: a choice made in passing never raises a score.
    """

    choice: Choice | None = None
    reason: str = ""
    note: str = ""
    evidence: Evidence = Evidence.NONE

    @property
    def level(self) -> int | None:
        return self.choice.level if self.choice else None

    @property
    def is_unknown(self) -> bool:
        return self.choice is Choice.UNKNOWN

    @property
    def is_not_applicable(self) -> bool:
        return self.choice is Choice.NOT_APPLICABLE and bool(self.reason)

    @property
    def is_answered(self) -> bool:
        """True when the question needs nothing more: a level, "don't know", or "not applicable" with its reason."""
        return self.choice is not None and (self.choice is not Choice.NOT_APPLICABLE or bool(self.reason))

    @property
    def counted_level(self) -> int | None:
        """The level that enters the score: 0 for "don't know", None for "not applicable" and unanswered."""
        return 0 if self.is_unknown else self.level


Answers = Mapping[str, Answer]
"""Question id → answer."""


@dataclass(frozen=True, slots=True)
class RegisterLevel:
    """What the register says to one question: `good` of `count` instruments, which comes to a level from 0 to 4.

    fact: the share that was counted. proves: the highest level that the register can suggest, since the words of the
    higher ones speak of more. holds: the evidence score counts no more than `level`.
    """

    question: str
    fact: str
    good: int
    count: int
    level: int
    proves: int
    holds: bool = False

    @property
    def suggested(self) -> int:
        return min(self.level, self.proves)

    def agrees_with(self, answer: Answer) -> bool:
        """Tell whether an answer lies between what the register suggests and what it bears out."""
        return answer.level is not None and self.suggested <= answer.level <= self.level


@dataclass(frozen=True, slots=True)
class RegisterFacts:
    """What the register of instruments proves, whatever was answered.

    overdue: codes of group-2 instruments in use, overdue or never verified, in order of the register.
    levels: what it says to questions, at most once for each.
    """

    on: date | None = None
    instrument_count: int = 0
    group2_count: int = 0
    overdue: tuple[str, ...] = ()
    levels: tuple[RegisterLevel, ...] = ()

    def level_of(self, question: str) -> RegisterLevel | None:
        return next((one for one in self.levels if one.question == question), None)


def check_lengths(question: str, answer: Answer) -> None:
    """Raise AnswerRefused when a note or a reason is longer than a reader can use."""
    for field, text, limit in (("note", answer.note, NOTE_LIMIT), ("reason", answer.reason, REASON_LIMIT)):
        if len(text) > limit:
            raise AnswerRefused(f"{field}-too-long", question=question, length=len(text), limit=limit)
