"""The quick check: nine questions, one of each topic, judged by the same rules as the whole assessment.

Nothing of it is stored. What a person takes along into a new account is the text that `carried` writes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from core.domain.assessment import Answer, Choice
from core.domain.catalogue import AppliesWhen, Catalogue, Question
from core.domain.findings import find_gaps
from core.domain.profile import Profile
from core.domain.scorecard import Finding, Scorecard
from core.domain.scoring import NO_REGISTER, score

LEVELS = {"no": Choice.LEVEL_0, "partly": Choice.LEVEL_2, "yes": Choice.LEVEL_3, "unknown": Choice.UNKNOWN}
"""What the four short words count as."""

Choices = Mapping[str, Choice]
"""Question id → choice."""


@dataclass(frozen=True, slots=True)
class QuickResult:
    """What nine answers show: a scorecard over these questions only, and what is most urgent among them."""

    scorecard: Scorecard
    findings: tuple[Finding, ...]


def quick_questions(catalogue: Catalogue) -> tuple[Question, ...]:
    """Return the nine questions in order of the topics."""
    return tuple(question for topic in catalogue.topics for question in topic.questions if question.quick)


def may_not_apply(question: Question) -> bool:
    """Tell whether "does not apply" is offered: where the whole assessment leaves the question out for some."""
    return question.applies_when != AppliesWhen()


def quick_result(catalogue: Catalogue, sector: str, choices: Choices, reason: str, on: date) -> QuickResult:
    """Score the nine questions and find what is urgent; `sector` is empty when none was chosen.

    `reason` stands for the reason that the quick check does not ask for when something does not apply.
    """
    nine = _only_quick(catalogue)
    chosen = catalogue.sectors.get(sector)
    profile = Profile(name="", sector=sector, uses=chosen.uses if chosen else frozenset())
    answers = {
        question: Answer(choice, reason=reason if choice is Choice.NOT_APPLICABLE else "")
        for question, choice in choices.items()
    }
    scorecard = score(nine, profile, answers)
    gaps = find_gaps(nine, profile, answers, scorecard, NO_REGISTER, on=on)
    return QuickResult(scorecard, tuple(gap for gap in gaps if gap.question in choices))


def carried(sector: str, choices: Choices) -> str:
    """Write the answers as compact JSON, as services/accounts.py takes them into a new account."""
    answers = {question: choice.value for question, choice in choices.items()}
    return json.dumps({"sector": sector, "answers": answers}, separators=(",", ":"))


def _only_quick(catalogue: Catalogue) -> Catalogue:
    # The question about group 2 is shown to everybody, so it counts for all who do not say that it does not apply.
    topics = []
    for topic in catalogue.topics:
        asked = tuple(replace(one, applies_when=AppliesWhen()) for one in topic.questions if one.quick)
        topics.append(replace(topic, questions=asked))
    return replace(catalogue, topics=tuple(topics))
