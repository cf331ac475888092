"""Reviewing what was handed in: rulings question by question, what is still open, and the levels as validated.

A ruling belongs to the answer it was given on. When the firm changes that answer, just this question is open again and
both answers can be shown. A reviewer's words never change the firm's record: the validated levels are a map beside it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from core.domain.assessment import Answer, Answers, AssessmentState, Choice, Evidence, RegisterFacts
from core.domain.catalogue import Catalogue, EasyRule, Question
from core.domain.profile import Profile
from core.domain.scorecard import Scorecard
from core.errors import OutOfOrder, ReviewRefused

REMARK_LIMIT = 4_000
"""Most characters of a reason or a remark."""


class RulingKind(StrEnum):
    """What a reviewer says to an answer."""

    ACCEPTED = "accepted"
    ADJUSTED = "adjusted"
    CHANGE_ASKED = "change_asked"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A reviewer's word on one answer.

    answer: the answer it was given on. level: the level that the reviewer sees, 0 to 4, only of ADJUSTED.
    reason: needed for ADJUSTED and CHANGE_ASKED; the firm reads it.
    """

    kind: RulingKind
    answer: Answer
    level: int | None = None
    reason: str = ""


class PointState(StrEnum):
    """Where one question of a submission stands. CHANGED: ruled on, and answered otherwise since."""

    OPEN = "open"
    SETTLED = "settled"
    CHANGE_ASKED = "change_asked"
    CHANGED = "changed"


class RemarkAudience(StrEnum):
    """Who reads a remark: both sides, or reviewers only."""

    FIRM = "firm"
    INTERNAL = "internal"


Rulings = Mapping[str, Ruling]
"""Question id → the standing ruling."""

NO_ANSWER = Answer()


def check_ruling(question: str, ruling: Ruling) -> None:
    """Raise ReviewRefused unless a ruling says all that its kind needs."""
    if len(ruling.reason) > REMARK_LIMIT:
        raise ReviewRefused("remark-too-long", question=question, length=len(ruling.reason), limit=REMARK_LIMIT)
    if ruling.kind is not RulingKind.ACCEPTED and not ruling.reason.strip():
        raise ReviewRefused("ruling-without-reason", question=question)
    if ruling.kind is RulingKind.ADJUSTED:
        if ruling.level is None or not 0 <= ruling.level <= 4:
            raise ReviewRefused("ruling-without-level", question=question)
        if ruling.level == ruling.answer.level:
            raise ReviewRefused("ruling-same-level", question=question, level=ruling.level)
    if ruling.kind is RulingKind.ACCEPTED and not ruling.answer.is_answered:
        raise ReviewRefused("ruling-on-nothing", question=question)


def point_state(ruling: Ruling | None, answer: Answer) -> PointState:
    """Return where a question stands, given its standing ruling and the answer as handed in now."""
    if ruling is None:
        return PointState.OPEN
    if _said(ruling.answer) != _said(answer):
        return PointState.CHANGED
    return PointState.CHANGE_ASKED if ruling.kind is RulingKind.CHANGE_ASKED else PointState.SETTLED


def _said(answer: Answer) -> tuple[object, ...]:
    """What a ruling rests on. Evidence that a reviewer confirmed is the same evidence."""
    evidence = Evidence.FILE if answer.evidence is Evidence.CONFIRMED else answer.evidence
    return (answer.choice, answer.reason, answer.note, evidence)


@dataclass(frozen=True, slots=True)
class ReviewProgress:
    """How far a review is; `topics` counts (settled, all) by topic id."""

    points: Mapping[str, PointState]
    topics: Mapping[str, tuple[int, int]]

    def in_state(self, state: PointState) -> tuple[str, ...]:
        """Return the questions in a state, in order of the catalogue."""
        return tuple(question for question, found in self.points.items() if found is state)

    @property
    def unsettled(self) -> tuple[str, ...]:
        return tuple(question for question, found in self.points.items() if found is not PointState.SETTLED)


def progress(catalogue: Catalogue, profile: Profile, answers: Answers, rulings: Rulings) -> ReviewProgress:
    """Return where every question in scope stands."""
    points: dict[str, PointState] = {}
    topics: dict[str, tuple[int, int]] = {}
    for topic in catalogue.topics:
        questions = catalogue.applicable(topic, profile)
        states = [point_state(rulings.get(one.id), answers.get(one.id, NO_ANSWER)) for one in questions]
        points |= zip((one.id for one in questions), states, strict=True)
        topics[topic.id] = (sum(state is PointState.SETTLED for state in states), len(states))
    return ReviewProgress(points, topics)


def require_settled(found: ReviewProgress) -> None:
    """Raise OutOfOrder while a point is open: nothing is called reviewed that nobody looked at."""
    if found.unsettled:
        raise OutOfOrder("review-not-complete", open=len(found.unsettled), questions=len(found.points))


def require_change_asked(found: ReviewProgress, reason: str) -> None:
    """Raise OutOfOrder when changes are requested without saying which, neither at a question nor in words."""
    if not found.in_state(PointState.CHANGE_ASKED) and not reason.strip():
        raise OutOfOrder("no-change-asked")


# --- The validated score


def validated(answers: Answers, rulings: Rulings) -> Answers:
    """Return the answers with the levels of the reviewer: what the validated score is counted from.

    A ruling counts as long as it belongs to the answer as it is; whatever has none counts as declared.
    """
    found = dict(answers)
    for question, ruling in rulings.items():
        answer = answers.get(question, NO_ANSWER)
        is_standing = point_state(ruling, answer) is PointState.SETTLED
        if is_standing and ruling.kind is RulingKind.ADJUSTED and ruling.level is not None:
            found[question] = replace(answer, choice=Choice(str(ruling.level)))
    return found


@dataclass(frozen=True, slots=True)
class Difference:
    """A question whose validated level is not the declared one; `declared` None: unknown or not applicable."""

    question: str
    declared: int | None
    validated: int
    reason: str


def differences(answers: Answers, rulings: Rulings) -> tuple[Difference, ...]:
    """Return every difference between declared and validated levels, with the reviewer's reason."""
    counted = validated(answers, rulings)
    return tuple(
        Difference(question, answers.get(question, NO_ANSWER).level, answer.level, rulings[question].reason)
        for question, answer in counted.items()
        if answer.level is not None and answer != answers.get(question, NO_ANSWER)
    )


# --- Before handing in, and what may be marked beforehand


@dataclass(frozen=True, slots=True)
class Precheck:
    """What the firm should know before it hands in; nothing of it blocks but an analysis without any score.

    without_evidence: questions answered with level 3 or 4 of which nothing was described.
    contradictions: questions whose answer the register contradicts.
    carried: questions whose answer comes from an earlier period and was not looked at since.
    unsettled: questions on which people of the firm answered apart and differ.
    """

    unanswered: tuple[str, ...]
    unknown: tuple[str, ...]
    without_evidence: tuple[str, ...]
    contradictions: tuple[str, ...]
    carried: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()

    @property
    def is_clear(self) -> bool:
        declared = self.unanswered or self.unknown or self.without_evidence or self.contradictions
        return not (declared or self.carried or self.unsettled)


def precheck(
    catalogue: Catalogue,
    profile: Profile,
    answers: Answers,
    contradictions: Iterable[str] = (),
    carried: Container[str] = (),
    unsettled: Container[str] = (),
) -> Precheck:
    """Return what is missing or contradicts, question by question in order of the catalogue."""
    asked = [one.id for topic in catalogue.topics for one in catalogue.applicable(topic, profile)]
    contradicted = frozenset(contradictions)
    given = {question: answers.get(question, NO_ANSWER) for question in asked}
    return Precheck(
        unanswered=tuple(question for question, answer in given.items() if not answer.is_answered),
        unknown=tuple(question for question, answer in given.items() if answer.is_unknown),
        without_evidence=tuple(
            question
            for question, answer in given.items()
            if (answer.level or 0) >= 3 and answer.evidence is Evidence.NONE
        ),
        contradictions=tuple(question for question in asked if question in contradicted),
        carried=tuple(question for question in asked if question in carried),
        unsettled=tuple(question for question in asked if question in unsettled),
    )


def easy_questions(
    questions: Iterable[Question], answers: Answers, rule: EasyRule, *, hindered: Container[str]
) -> tuple[str, ...]:
    """Return the questions that can be marked for acceptance together; a person still decides.

    hindered: questions with a remark, or that the register contradicts; these are never easy, nor is a failed gate.
    """

    def is_easy(question: Question) -> bool:
        answer = answers.get(question.id, NO_ANSWER)
        if answer.level is None or question.id in hindered:
            return False
        if question.gate is not None and answer.level < question.gate.pass_level:
            return False
        return answer.level <= rule.level_without_proof or answer.evidence.value in rule.proof

    return tuple(question.id for question in questions if is_easy(question))


# --- What the queue sorts and filters by


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """What a queue needs to know of a submission without opening it."""

    level: int | None
    score: str
    gates_failed: int
    is_overdue: bool


def queue_facts(scorecard: Scorecard, register: RegisterFacts) -> QueueFacts:
    """Return the facts of a submission's self score; `score` is the exact fraction as text, empty without one."""
    return QueueFacts(
        level=scorecard.level_low.level if scorecard.level_low else None,
        score=str(scorecard.low) if scorecard.low is not None else "",
        gates_failed=len(scorecard.level_low.gates) if scorecard.level_low else 0,
        is_overdue=bool(register.overdue),
    )


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What a queue shows; empty sets and None let everything through.

    provinces: None stands for the whole nation. mine: assigned to this account; nobodys: to nobody.
    """

    provinces: frozenset[str] | None = frozenset()
    states: frozenset[AssessmentState] = frozenset()
    sectors: frozenset[str] = frozenset()
    levels: frozenset[int] = frozenset()
    only_gates: bool = False
    mine: UUID | None = None
    nobodys: bool = False
    without_enterprises: frozenset[UUID] = frozenset()
