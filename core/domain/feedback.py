"""Difficulties and proposals that enterprises tell, by theme.

Officials are told how many enterprises did; the words they read only where the enterprise has allowed it, without its
name. What is to be quoted must not show whose it is: `who_is_named` looks for what a machine can find.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
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
    """One difficulty with its cause, or one proposal with its addressee; it goes into the report of its year.

    may_quote: officials may read the words, without the enterprise.
    """

    kind: FeedbackKind
    theme: Theme
    text: str
    year: int
    cause: str = ""
    addressee: Addressee | None = None
    may_quote: bool = False


def check_feedback(feedback: Feedback) -> None:
    """Raise ReportRefused unless it can be kept: feedback-empty, feedback-too-long, feedback-without-addressee."""
    if not feedback.text:
        raise ReportRefused("feedback-empty", path="text")
    for path, text in (("text", feedback.text), ("cause", feedback.cause)):
        if len(text) > FEEDBACK_LIMIT:
            raise ReportRefused("feedback-too-long", path=path, length=len(text), limit=FEEDBACK_LIMIT)
    if feedback.kind is FeedbackKind.PROPOSAL and feedback.addressee is None:
        raise ReportRefused("feedback-without-addressee", path="addressee")


_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|\bwww\.\S+", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"(?<!\d)(?:(?:0|\+84)(?:[\s.\-]?\d){8,10}|\d{9,})(?!\d)")
"""Telephone numbers, and nine digits and more without a break, such as tax codes; 200.000.000 đồng is none of them."""
_LEAST_NAME = 4


def who_is_named(feedback: Feedback, names: Iterable[str]) -> str:
    """Return what in the words shows whose they are; empty where nothing was found.

    names: of the enterprise and of its people. Found are these names, electronic addresses and long numbers; what a
    reader would know by other signs no machine finds.
    """
    words = f"{feedback.text}\n{feedback.cause}"
    for pattern in (_ADDRESS, _LONG_NUMBER):
        if found := pattern.search(words):
            return found.group()
    plain = _plain(words)
    return next((one for one in names if len(one) >= _LEAST_NAME and f" {_plain(one)} " in f" {plain} "), "")


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
