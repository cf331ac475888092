"""Difficulties and proposals that enterprises tell, by theme: officials read them without the enterprise's name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.errors import ReportRefused

FEEDBACK_LIMIT = 2_000
"""Most characters of a text or a cause."""


class FeedbackKind(StrEnum):
    """What is told."""

    DIFFICULTY = "difficulty"
    PROPOSAL = "proposal"


class Theme(StrEnum):
    """What it is about: a closed list, so that a meeting has its agenda. Titles stand in content/words/report.toml."""

    INSTRUMENTS = "instruments"
    LAW = "law"
    PEOPLE = "people"
    MONEY = "money"
    OTHER = "other"


class Addressee(StrEnum):
    """To whom a proposal goes."""

    DEPARTMENT = "department"
    COMMISSION = "commission"


@dataclass(frozen=True, slots=True)
class Feedback:
    """One difficulty with its cause, or one proposal with its addressee; it goes into the report of its year."""

    kind: FeedbackKind
    theme: Theme
    text: str
    year: int
    cause: str = ""
    addressee: Addressee | None = None


def check_feedback(feedback: Feedback) -> None:
    """Raise ReportRefused unless it can be kept: feedback-empty, feedback-too-long, feedback-without-addressee."""
    if not feedback.text:
        raise ReportRefused("feedback-empty", path="text")
    for path, text in (("text", feedback.text), ("cause", feedback.cause)):
        if len(text) > FEEDBACK_LIMIT:
            raise ReportRefused("feedback-too-long", path=path, length=len(text), limit=FEEDBACK_LIMIT)
    if feedback.kind is FeedbackKind.PROPOSAL and feedback.addressee is None:
        raise ReportRefused("feedback-without-addressee", path="addressee")
