"""From a scorecard to what to do: targets, gaps in order of urgency, strengths, things to find out.

Findings take the levels as declared: missing evidence lowers the score "with evidence", it makes no gap of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction

from core.domain.assessment import Answer, Answers, RegisterFacts
from core.domain.catalogue import Catalogue, Method, Question, RiskTier, TargetRule
from core.domain.profile import Profile, SizeClass
from core.domain.scorecard import Finding, Mark, QuestionScore, Scorecard, TopicScore
from core.domain.scoring import HIGHEST_LEVEL, NO_REGISTER, failed_gates
from core.domain.sizing import size_class

STRENGTH_LEVEL = 3
PREREQUISITE_LEVEL = 2
QUICK_WIN_MOST_EFFORT = 2
QUICK_WIN_LEAST_IMPACT = 4
_NO_ANSWER = Answer()


def risk_tier(method: Method, profile: Profile, register: RegisterFacts = NO_REGISTER) -> RiskTier:
    """Return how much depends on the measurements: the highest tier that a use, the sector or the register asks for.

    Source: facts of metrology, 3.6; the lists and counts are in content/method.toml.
    """
    if (
        profile.uses & method.high_risk_uses
        or profile.sector in method.high_risk_sectors
        or register.group2_count >= method.high_risk_group2_count
    ):
        return RiskTier.HIGH
    if (
        profile.uses & method.medium_risk_uses
        or profile.sector in method.medium_risk_sectors
        or register.group2_count >= method.medium_risk_group2_count
    ):
        return RiskTier.MEDIUM
    return RiskTier.LOW


def targets(catalogue: Catalogue, profile: Profile, register: RegisterFacts = NO_REGISTER) -> Mapping[str, int]:
    """Return the target level of every question in scope, by its id.

    By risk tier and size; 4 for a gate that applies. An unknown size takes the row of the smallest class, so that
    nothing more is asked of an enterprise before its numbers are known. The verification gate is a target also out of
    scope while the register shows an overdue instrument.
    """
    rule = _target_rule(catalogue, profile, register)
    found: dict[str, int] = {}
    for topic in catalogue.topics:
        for question in topic.questions:
            if question.applies_when.holds(profile):
                gated = question.gate is not None and question.gate.applies_when.holds(profile)
                found[question.id] = HIGHEST_LEVEL if gated else rule.topics.get(topic.id, rule.target)
    # Without answers only the register can fail a gate.
    found.update({gate.question: HIGHEST_LEVEL for gate in failed_gates(catalogue, profile, (), register)})
    return found


def topic_target(topic: TopicScore, by_question: Mapping[str, int]) -> Fraction | None:
    """Return 25 · mean of the targets of the applicable questions, from 0 to 100; None where nothing applies."""
    goals = [by_question[one.question] for one in topic.questions if one.mark is not Mark.NOT_APPLICABLE]
    return Fraction(25 * sum(goals), len(goals)) if goals else None


def find_gaps(
    catalogue: Catalogue, profile: Profile, answers: Answers, scorecard: Scorecard, register: RegisterFacts, on: date
) -> tuple[Finding, ...]:
    """Return every gap of the assessment: failed gate first, then highest priority, least effort, id.

    gap = max(0, target − level); unanswered and "don't know" count as level 0. priority = impact · gap / effort, exact.
    A gate that the register fails has a gap whatever was answered: the level counts as just below the pass level.
    Due dates run from `on` by the deadlines of the method. Questions called not applicable and gaps of 0 are left out.
    """
    marks = {one.question: one.mark for topic in scorecard.topics for one in topic.questions}
    failed = {
        gate.question: gate
        for gate in failed_gates(catalogue, profile, scorecard.topics, register)
        if gate.overdue or _level(answers, gate.question) < gate.pass_level
    }
    findings = []
    for question_id, target in targets(catalogue, profile, register).items():
        mark, gate = marks.get(question_id, Mark.NOT_APPLICABLE), failed.get(question_id)
        if mark is Mark.NOT_APPLICABLE and gate is None:
            continue
        level = _level(answers, question_id) if question_id in marks else 0
        gap = target - (min(level, gate.pass_level - 1) if gate and gate.overdue else level)
        if gap > 0:
            findings.append(
                _finding(
                    catalogue,
                    question_id,
                    mark,
                    level=level if mark in (Mark.LEVEL, Mark.UNKNOWN) else None,
                    target=target,
                    gap=gap,
                    gate_failed=gate is not None,
                    on=on,
                )
            )
    return by_urgency(findings)


def by_urgency(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in the order in which to mend them: failed gate, highest priority, least effort, id."""
    return tuple(sorted(findings, key=lambda one: (not one.gate_failed, -one.priority, one.effort, one.question)))


def priority(impact: int, gap: int, effort: int) -> Fraction:
    """Return impact · gap / effort, exact, from 0 to 20."""
    return Fraction(impact * gap, effort)


def strengths(scorecard: Scorecard, above_register: Iterable[str] = ()) -> tuple[QuestionScore, ...]:
    """Return the questions answered with level 3 or 4, as declared, in order of the catalogue.

    An answer that the register contradicts is no strength. above_register: questions whose answer claims more than the
    register comes to.
    """
    contradicted = {*above_register, *(one.question for one in scorecard.contradictions)}
    return tuple(
        one
        for topic in scorecard.topics
        for one in topic.questions
        if (one.declared or 0) >= STRENGTH_LEVEL and one.question not in contradicted
    )


def unknowns(scorecard: Scorecard) -> tuple[QuestionScore, ...]:
    """Return the questions answered "don't know": things to find out."""
    return tuple(one for topic in scorecard.topics for one in topic.questions if one.mark is Mark.UNKNOWN)


def notices(scorecard: Scorecard, method: Method) -> tuple[str, ...]:
    """Return the topics where more of the weight than the method expects was called not applicable."""
    # The file says 0.3; the nearest binary fraction is a little less, and exactly 30 % is no notice.
    limit = Fraction(str(method.notice_not_applicable))
    return tuple(topic.topic for topic in scorecard.topics if topic.not_applicable_share > limit)


def missing_prerequisites(question: Question, answers: Answers) -> tuple[str, ...]:
    """Return the questions that should be at level 2 before this one is worked on, and are not."""
    required = ((one, answers.get(one, _NO_ANSWER)) for one in question.requires)
    return tuple(
        one
        for one, answer in required
        if not answer.is_not_applicable and (answer.counted_level or 0) < PREREQUISITE_LEVEL
    )


def _target_rule(catalogue: Catalogue, profile: Profile, register: RegisterFacts) -> TargetRule:
    tier = risk_tier(catalogue.method, profile, register)
    size = size_class(profile, catalogue.method, catalogue.vsic).size or SizeClass.MICRO
    return next(rule for rule in catalogue.method.targets if rule.tier is tier and rule.size is size)


def _level(answers: Answers, question: str) -> int:
    return answers.get(question, _NO_ANSWER).counted_level or 0


def _finding(
    catalogue: Catalogue,
    question_id: str,
    mark: Mark,
    *,
    level: int | None,
    target: int,
    gap: int,
    gate_failed: bool,
    on: date,
) -> Finding:
    question, topic = catalogue.questions[question_id], catalogue.topic_of[question_id]
    urgency = priority(question.impact, gap, question.effort)
    days = catalogue.method.gate_days if gate_failed else _days(catalogue.method, urgency)
    return Finding(
        question=question.id,
        number=question.number,
        topic=topic.id,
        factor=topic.factor,
        mark=mark,
        level=level,
        target=target,
        gap=gap,
        impact=question.impact,
        effort=question.effort,
        priority=urgency,
        gate_failed=gate_failed,
        due=on + timedelta(days=days),
        is_quick_win=question.effort <= QUICK_WIN_MOST_EFFORT and question.impact >= QUICK_WIN_LEAST_IMPACT,
    )


def _days(method: Method, urgency: Fraction) -> int:
    return next((days for least, days in method.deadlines if urgency >= least), method.deadlines[-1][1])
