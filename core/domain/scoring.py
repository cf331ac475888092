"""From answers to a scorecard.

Pure arithmetic: no text for people, no date of today, no storage.
Weights, thresholds and caps come from content/method.toml and the topics. Everything is exact; rounding is for display.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from types import MappingProxyType

from core.domain.assessment import Answer, Answers, RegisterFacts
from core.domain.catalogue import Catalogue, Gate, Question, Topic
from core.domain.profile import Profile
from core.domain.scorecard import (
    Contradiction,
    FailedGate,
    Level,
    Mark,
    QuestionScore,
    Scorecard,
    ScoreKind,
    TopicScore,
)

VERIFICATION_QUESTION = "group2-verification"
"""The question whose gate the register decides: is every group-2 instrument in use verified and in date?"""

HIGHEST_LEVEL = 4
NO_REGISTER = RegisterFacts()
NOTHING_HELD: Mapping[str, int] = MappingProxyType({})
_NO_ANSWER = Answer()
_NOTHING_LEFT = Fraction(100)


def score(
    catalogue: Catalogue,
    profile: Profile,
    answers: Answers,
    register: RegisterFacts = NO_REGISTER,
    kind: ScoreKind = ScoreKind.SELF,
) -> Scorecard:
    """Return the scorecard of one assessment, from 0 to 100, with both bounds and everything that explains them.

    Answers to questions out of scope are ignored. `kind` EVIDENCE caps each level by its evidence and by what the
    register comes to, where its share in date answers the question; SELF and VALIDATED take the levels as they are
    (those of the enterprise, those of the reviewer).
    There is no score while no question has a level or "don't know".

    Source: content/method.toml; properties in tests/domain/test_scoring_properties.py.
    """
    caps: Mapping[str, int] = {}
    held: Mapping[str, int] = {}
    if kind is ScoreKind.EVIDENCE:
        caps = catalogue.method.evidence_caps
        held = {one.question: one.level for one in register.levels if one.holds}
    topics = tuple(
        topic_score(topic, catalogue.applicable(topic, profile), answers, caps, held) for topic in catalogue.topics
    )
    counted = [topic for topic in topics if topic.low is not None]
    low = high = level_low = level_high = None
    thresholds = catalogue.method.thresholds
    gates = failed_gates(catalogue, profile, topics, register)
    published = lower_bound(topics, gates, thresholds)
    if published is not None:
        low, level_low = published
        highs = [topic.high for topic in counted if topic.high is not None]
        high, level_high = _bound(counted, highs, tuple(gate for gate in gates if gate.certain), thresholds)
    return Scorecard(
        edition=catalogue.edition,
        kind=kind,
        topics=topics,
        low=low,
        high=high,
        completeness=weighted_mean([topic.completeness for topic in counted], [topic.weight for topic in counted])
        if counted
        else _NOTHING_LEFT,
        level_low=level_low,
        level_high=level_high,
        contradictions=_contradictions(catalogue, profile, answers, register),
    )


def lower_bound(
    topics: Sequence[TopicScore], gates: tuple[FailedGate, ...], thresholds: Sequence[int]
) -> tuple[Fraction, Level] | None:
    """Return the published score and level; None while no question has a level or "don't know"."""
    if not any(one.level is not None for topic in topics for one in topic.questions):
        return None
    counted = [topic for topic in topics if topic.low is not None]
    return _bound(counted, [topic.low for topic in counted if topic.low is not None], gates, thresholds)


def topic_score(
    topic: Topic,
    questions: Sequence[Question],
    answers: Answers,
    caps: Mapping[str, int] | None = None,
    held: Mapping[str, int] = NOTHING_HELD,
) -> TopicScore:
    """Return the score of one topic over its questions in scope.

    caps: highest level by evidence. held: highest level by question.
    "Not applicable" leaves the sums; unanswered counts 0 in `low` and 4 in `high`. None where nothing is left.
    """
    entered = tuple(
        _question_score(question, answers.get(question.id, _NO_ANSWER), caps, held.get(question.id, HIGHEST_LEVEL))
        for question in questions
    )
    total = applicable = answered = points = 0
    for one in entered:
        total += one.weight
        if one.mark is Mark.NOT_APPLICABLE:
            continue
        applicable += one.weight
        if one.level is not None:
            answered += one.weight
            points += one.weight * one.level
    full = HIGHEST_LEVEL * applicable
    open_points = HIGHEST_LEVEL * (applicable - answered)
    return TopicScore(
        topic=topic.id,
        factor=topic.factor,
        weight=topic.weight,
        low=Fraction(100 * points, full) if full else None,
        high=Fraction(100 * (points + open_points), full) if full else None,
        completeness=Fraction(100 * answered, applicable) if applicable else _NOTHING_LEFT,
        questions=entered,
        not_applicable_share=Fraction(total - applicable, total) if total else Fraction(0),
    )


def failed_gates(
    catalogue: Catalogue, profile: Profile, topics: Sequence[TopicScore], register: RegisterFacts = NO_REGISTER
) -> tuple[FailedGate, ...]:
    """Return the gates that fail in the lower bound, lowest cap first, then in order of the catalogue.

    A gate fails below its pass level and with "don't know"; unanswered fails it in the lower bound only (`certain`
    False); "not applicable" never does. Overdue group-2 instruments fail the verification gate whatever was answered,
    and also when the question was thought out of scope: facts beat declarations.
    """
    entered = {one.question: one for topic in topics for one in topic.questions}
    failed = []
    for question in catalogue.questions.values():
        gate = question.gate
        if gate is None:
            continue
        overdue = register.overdue if question.id == VERIFICATION_QUESTION else ()
        one = entered.get(question.id)
        if overdue or (one is not None and gate.applies_when.holds(profile) and _fails(gate, one)):
            certain = bool(overdue) or (one is not None and one.mark is not Mark.UNANSWERED)
            level = one.level if one else None
            failed.append(FailedGate(question.id, gate.pass_level, gate.cap, level, certain, overdue))
    return by_cap(failed)


def by_cap(gates: Iterable[FailedGate]) -> tuple[FailedGate, ...]:
    """Return failed gates in their order: lowest cap first; they come in order of the catalogue."""
    return tuple(sorted(gates, key=lambda gate: gate.cap))


def band(value: Fraction, thresholds: Sequence[int]) -> int:
    """Return how many thresholds a score has reached, from 0 to 4. Takes the exact score, never the rounded one."""
    return sum(threshold * value.denominator <= value.numerator for threshold in thresholds)


def weighted_mean(values: Sequence[Fraction], weights: Sequence[int]) -> Fraction:
    """Return Σ weight·value / Σ weight, exact; at least one value is needed."""
    common = lcm(*(value.denominator for value in values))
    # One division at the end: adding nine fractions one by one takes a third of the time of a whole assessment.
    total = sum(
        weight * value.numerator * (common // value.denominator) for value, weight in zip(values, weights, strict=True)
    )
    return Fraction(total, common * sum(weights))


def _question_score(question: Question, answer: Answer, caps: Mapping[str, int] | None, most: int) -> QuestionScore:
    declared = answer.level
    if declared is not None:
        level = min(declared, caps[answer.evidence] if caps else HIGHEST_LEVEL, most)
        return QuestionScore(question.id, question.weight, Mark.LEVEL, level, declared)
    if answer.is_unknown:
        return QuestionScore(question.id, question.weight, Mark.UNKNOWN, 0, None)
    mark = Mark.NOT_APPLICABLE if answer.is_not_applicable else Mark.UNANSWERED
    return QuestionScore(question.id, question.weight, mark, None, None)


def _fails(gate: Gate, one: QuestionScore) -> bool:
    if one.mark is Mark.LEVEL:
        return one.level is not None and one.level < gate.pass_level
    return one.mark is not Mark.NOT_APPLICABLE


def _bound(
    topics: Sequence[TopicScore],
    values: Sequence[Fraction],
    gates: tuple[FailedGate, ...],
    thresholds: Sequence[int],
) -> tuple[Fraction, Level]:
    overall = weighted_mean(values, [topic.weight for topic in topics])
    return overall, _level(overall, topics, values, gates, thresholds)


def _level(
    overall: Fraction,
    topics: Sequence[TopicScore],
    values: Sequence[Fraction],
    gates: tuple[FailedGate, ...],
    thresholds: Sequence[int],
) -> Level:
    own = band(overall, thresholds)
    weakest = min(range(len(values)), key=values.__getitem__)
    weakest_band = band(values[weakest], thresholds)
    level = min([own, weakest_band + 1, *(gate.cap for gate in gates)])
    return Level(level, own, topics[weakest].topic, weakest_band, gates)


def _contradictions(
    catalogue: Catalogue, profile: Profile, answers: Answers, register: RegisterFacts
) -> tuple[Contradiction, ...]:
    question = catalogue.questions.get(VERIFICATION_QUESTION)
    if not register.overdue or question is None or question.gate is None:
        return ()
    answer = answers.get(question.id, _NO_ANSWER)
    in_scope = question.applies_when.holds(profile)
    claims_to_pass = answer.level is not None and answer.level >= question.gate.pass_level
    if in_scope and not claims_to_pass and not answer.is_not_applicable:
        return ()
    return (Contradiction(question.id, answer.level if in_scope else None, register.overdue, in_scope),)
