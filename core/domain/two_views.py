"""Several views of one topic in a firm: how far they are apart, and in which order to talk about them.

A view is a person's own answer, given without seeing those of the others. It is no part of the firm's record; only what
is settled becomes the firm's answer.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from core.domain.assessment import Answer, Answers
from core.domain.catalogue import Question
from core.errors import ViewRefused

LEAST_PEOPLE = 2
"""People whom a topic is given to at least: one alone has nobody to differ from."""
APART_IN_SCOPE = 5
"""How far "not applicable" is from every other answer: farther than any two levels."""


@dataclass(frozen=True, slots=True)
class PersonView:
    """What one person answered to a question."""

    account_id: UUID
    name: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class AgendaPoint:
    """A question that people answered, with what each of them said; `apart` is 0 where all say the same.

    views: of those who answered, in the order of the people.
    """

    question: str
    weight: int
    apart: int
    views: tuple[PersonView, ...]
    is_settled: bool


def distance(one: Answer, other: Answer) -> int:
    """Return how far two given answers are apart: levels by their difference, "don't know" as level 0, but never 0."""
    if one.choice == other.choice:
        return 0
    if one.is_not_applicable or other.is_not_applicable:
        return APART_IN_SCOPE
    return max(1, abs((one.counted_level or 0) - (other.counted_level or 0)))


def agenda(
    questions: Iterable[Question], views: Mapping[tuple[UUID, str], Answers], settled: Container[str]
) -> tuple[AgendaPoint, ...]:
    """Return every question that at least two people answered, what is farthest apart first, then by weight.

    views: (account, name) → what this person answered.
    """
    points = []
    for question in questions:
        given = tuple(
            PersonView(account_id, name, answers[question.id])
            for (account_id, name), answers in views.items()
            if question.id in answers and answers[question.id].is_answered
        )
        if len(given) >= LEAST_PEOPLE:
            apart = max(distance(one.answer, other.answer) for one, other in combinations(given, 2))
            points.append(AgendaPoint(question.id, question.weight, apart, given, question.id in settled))
    return tuple(sorted(points, key=lambda point: (-point.apart, -point.weight)))


def to_settle(points: Iterable[AgendaPoint]) -> tuple[AgendaPoint, ...]:
    """Return the points on which people differ and that nobody has settled yet."""
    return tuple(point for point in points if point.apart and not point.is_settled)


def to_take_over(points: Iterable[AgendaPoint], firm: Answers) -> tuple[AgendaPoint, ...]:
    """Return the points on which all say the same, and the firm's record says something else."""
    return tuple(
        point
        for point in points
        if not point.apart
        and not point.is_settled
        and firm.get(point.question, Answer()).choice != point.views[0].answer.choice
    )


def check_people(people: Container[UUID], wanted: Iterable[UUID]) -> None:
    """Raise ViewRefused unless a topic is given to enough people, all of the firm."""
    invited = set(wanted)
    if len(invited) < LEAST_PEOPLE:
        raise ViewRefused("views-too-few-people", least=LEAST_PEOPLE)
    if any(one not in people for one in invited):
        raise ViewRefused("views-not-a-member")


def check_settlement(question: str, answer: Answer) -> None:
    """Raise ViewRefused unless a settlement says what the firm answers, and why."""
    if answer.choice is None:
        raise ViewRefused("settlement-without-choice", question=question)
    if not answer.note.strip():
        raise ViewRefused("settlement-without-note", question=question)
