"""Scoring very many assessments of one edition, by the rules of scoring.py and no others.

What is alike is scored once: which questions a profile is asked, a topic whose answers come to the same sums, and the
gate that an answer fails. Of the answers only their levels count here, so evidence plays no part: for the scores as
declared and as validated, not for that with evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from core.domain.assessment import Answer, Answers, Choice, RegisterFacts
from core.domain.catalogue import Catalogue, Question, Topic
from core.domain.profile import EnterpriseKind, Profile, Use
from core.domain.scorecard import FailedGate, Level, Mark, TopicScore
from core.domain.scoring import VERIFICATION_QUESTION, by_cap, failed_gates, lower_bound, topic_score

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
_SUM_BITS = 20
"""Room for each of the three sums that are kept in one number."""

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
    """A topic as one kind of profile is asked it.

    parts: question → letter → what the answer adds to the sums of the topic, in one number. scores: by those sums,
    shared by all who are asked the same.
    """

    topic: Topic
    questions: tuple[Question, ...]
    parts: tuple[tuple[str, Mapping[str, int]], ...]
    scores: dict[int, TopicScore]


@dataclass(frozen=True, slots=True)
class _Scope:
    """What one kind of profile is asked. gates: question → letter → the gate that fails by it.

    overdue: letter → the gate of the verification question, where the register shows an overdue instrument.
    """

    topics: tuple[_AskedTopic, ...]
    gates: tuple[tuple[str, Mapping[str, tuple[FailedGate, ...]]], ...]
    overdue: Mapping[str, tuple[FailedGate, ...]]


class Rescoring:
    """Scores of one catalogue, of as many assessments as one likes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._scopes: dict[tuple[frozenset[Use], EnterpriseKind, str], _Scope] = {}
        self._topics: dict[tuple[str, ...], _AskedTopic] = {}
        self._gates: dict[tuple[str, bool, bool, bool], Mapping[str, tuple[FailedGate, ...]]] = {}

    def published(self, profile: Profile, letters: Letters, *, is_overdue: bool) -> tuple[Fraction, Level] | None:
        """Return `low` and `level_low` of the scorecard of an assessment; None where it has no score.

        is_overdue: the register shows an overdue instrument of group 2. The codes in a failed gate are not those of
        the register.
        """
        scope = self._scope(profile)
        topics = [_topic_score(asked, letters) for asked in scope.topics]
        gates: list[FailedGate] = []
        for question, failing in scope.gates:
            found = scope.overdue if is_overdue and question == VERIFICATION_QUESTION else failing
            gates.extend(found[letters.get(question, _UNANSWERED)])
        return lower_bound(topics, by_cap(gates), self._catalogue.method.thresholds)

    def _scope(self, profile: Profile) -> _Scope:
        key = (profile.uses, profile.kind, profile.sector)
        scope = self._scopes.get(key)
        if scope is None:
            topics = tuple(
                self._asked(topic, self._catalogue.applicable(topic, profile)) for topic in self._catalogue.topics
            )
            asked = {one.id for topic in topics for one in topic.questions}
            gates: list[tuple[str, Mapping[str, tuple[FailedGate, ...]]]] = []
            overdue: Mapping[str, tuple[FailedGate, ...]] = {}
            for question in self._catalogue.questions.values():
                if question.gate is not None:
                    is_asked = question.id in asked
                    gates.append((question.id, self._failing(profile, question, is_asked, _NOTHING_OVERDUE)))
                    if question.id == VERIFICATION_QUESTION:
                        overdue = self._failing(profile, question, is_asked, _OVERDUE)
            scope = self._scopes[key] = _Scope(topics, tuple(gates), overdue)
        return scope

    def _failing(
        self, profile: Profile, question: Question, is_asked: bool, register: RegisterFacts
    ) -> Mapping[str, tuple[FailedGate, ...]]:
        """The gate of a question by the letter of its answer: one where it fails, none where it does not."""
        assert question.gate is not None
        key = (question.id, is_asked, question.gate.applies_when.holds(profile), bool(register.overdue))
        if key not in self._gates:
            topic, questions = self._catalogue.topic_of[question.id], (question,) if is_asked else ()
            self._gates[key] = {
                letter: tuple(
                    gate
                    for gate in failed_gates(
                        self._catalogue, profile, (topic_score(topic, questions, {question.id: meaning}),), register
                    )
                    if gate.question == question.id
                )
                for letter, meaning in _MEANINGS.items()
            }
        return self._gates[key]

    def _asked(self, topic: Topic, questions: tuple[Question, ...]) -> _AskedTopic:
        key = (topic.id, *(one.id for one in questions))
        if key not in self._topics:
            parts = tuple((one.id, {letter: _part(topic, one, letter) for letter in _MEANINGS}) for one in questions)
            self._topics[key] = _AskedTopic(topic, questions, parts, {})
        return self._topics[key]


def _part(topic: Topic, question: Question, letter: str) -> int:
    """What an answer adds to the applicable weight, the answered weight and the points of its topic."""
    one = topic_score(topic, (question,), {question.id: _MEANINGS[letter]}).questions[0]
    if one.mark is Mark.NOT_APPLICABLE:
        return 0
    if one.level is None:
        return one.weight
    return one.weight | one.weight << _SUM_BITS | one.weight * one.level << 2 * _SUM_BITS


def _topic_score(asked: _AskedTopic, letters: Letters) -> TopicScore:
    """The score of a topic; its `questions` are those of any assessment with the same sums."""
    sums = sum([part[letters.get(question, _UNANSWERED)] for question, part in asked.parts])
    score = asked.scores.get(sums)
    if score is None:
        answers = {one.id: _MEANINGS[letters.get(one.id, _UNANSWERED)] for one in asked.questions}
        score = asked.scores[sums] = topic_score(asked.topic, asked.questions, answers)
    return score
