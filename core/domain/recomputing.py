"""Scoring very many assessments of one edition, by the rules of scoring.py and no others.

What is alike is scored once: which questions a profile is asked, a topic answered in the same way, and the gates that
fail by the same answers. Of the answers only their levels count here, so evidence plays no part: for the scores as
declared and as validated, not for that with evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from core.domain.assessment import Answer, Answers, Choice, RegisterFacts
from core.domain.catalogue import Catalogue, Question, Topic
from core.domain.profile import EnterpriseKind, Profile, Use
from core.domain.scorecard import FailedGate, Level, TopicScore
from core.domain.scoring import failed_gates, lower_bound, topic_score

_UNKNOWN, _NOT_APPLICABLE, _UNANSWERED = "?", "-", " "
_MEANINGS: Mapping[str, Answer] = {
    **{choice.value: Answer(choice) for choice in Choice if choice.level is not None},
    _UNKNOWN: Answer(Choice.UNKNOWN),
    _NOT_APPLICABLE: Answer(Choice.NOT_APPLICABLE, reason=_NOT_APPLICABLE),
    _UNANSWERED: Answer(),
}
"""What each letter of a pattern stands for."""
_OVERDUE = RegisterFacts(overdue=("",))
_NOTHING_OVERDUE = RegisterFacts()

Letters = Mapping[str, str]
"""Question → the letter of its answer; without one it is unanswered."""


def letters_of(answers: Answers) -> dict[str, str]:
    """Return what counts of answers as one letter each."""
    return {question: _letter(answer) for question, answer in answers.items()}


def _letter(answer: Answer) -> str:
    if answer.choice is None:
        return _UNANSWERED
    if answer.choice is Choice.UNKNOWN:
        return _UNKNOWN
    if answer.choice is Choice.NOT_APPLICABLE:
        return _NOT_APPLICABLE if answer.reason else _UNANSWERED
    return str(answer.choice)


@dataclass(frozen=True, slots=True)
class _AskedTopic:
    """A topic as one kind of profile is asked it; `scores` by pattern are shared by all who are asked the same."""

    topic: Topic
    questions: tuple[Question, ...]
    scores: dict[str, TopicScore]


@dataclass(frozen=True, slots=True)
class _Scope:
    """What one kind of profile is asked; `failed` by the letters of its gates and whether the register is overdue."""

    topics: tuple[_AskedTopic, ...]
    gates: tuple[str, ...]
    failed: dict[tuple[str, bool], tuple[FailedGate, ...]]


class Rescoring:
    """Scores of one catalogue, of as many assessments as one likes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._scopes: dict[tuple[frozenset[Use], EnterpriseKind, str], _Scope] = {}
        self._scores: dict[tuple[str, ...], dict[str, TopicScore]] = {}

    def published(self, profile: Profile, letters: Letters, *, is_overdue: bool) -> tuple[Fraction, Level] | None:
        """Return `low` and `level_low` of the scorecard of an assessment; None where it has no score.

        is_overdue: the register shows an overdue instrument of group 2. The codes in a failed gate are not those of
        the register.
        """
        scope = self._scope(profile)
        topics = [_topic_score(asked, letters) for asked in scope.topics]
        key = "".join([letters.get(question, _UNANSWERED) for question in scope.gates]), is_overdue
        gates = scope.failed.get(key)
        if gates is None:
            register = _OVERDUE if is_overdue else _NOTHING_OVERDUE
            gates = scope.failed[key] = failed_gates(self._catalogue, profile, topics, register)
        return lower_bound(topics, gates, self._catalogue.method.thresholds)

    def _scope(self, profile: Profile) -> _Scope:
        key = (profile.uses, profile.kind, profile.sector)
        scope = self._scopes.get(key)
        if scope is None:
            asked = [(topic, self._catalogue.applicable(topic, profile)) for topic in self._catalogue.topics]
            topics = tuple(
                _AskedTopic(topic, questions, self._scores.setdefault(tuple(one.id for one in questions), {}))
                for topic, questions in asked
            )
            gates = tuple(one.id for _, questions in asked for one in questions if one.gate is not None)
            scope = self._scopes[key] = _Scope(topics, gates, {})
        return scope


def _topic_score(asked: _AskedTopic, letters: Letters) -> TopicScore:
    pattern = "".join([letters.get(question.id, _UNANSWERED) for question in asked.questions])
    score = asked.scores.get(pattern)
    if score is None:
        answers = {one.id: _MEANINGS[letter] for one, letter in zip(asked.questions, pattern, strict=True)}
        score = asked.scores[pattern] = topic_score(asked.topic, asked.questions, answers)
    return score
