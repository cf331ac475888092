"""What would the score be if …, and the least effort that reaches the next level.

Both work on a copy of the answers and on the same scoring function. Everything is exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import lcm

from core.domain.assessment import Answer, Answers, Choice, RegisterFacts
from core.domain.catalogue import Catalogue, Question
from core.domain.profile import Profile
from core.domain.scorecard import CheapestWay, Mark, QuestionScore, Scorecard, Step, TopicScore
from core.domain.scoring import HIGHEST_LEVEL, NO_REGISTER, score

_NO_ANSWER = Answer()


@dataclass(frozen=True, slots=True)
class _Way:
    """Steps with their total effort, and the points reached with them."""

    effort: int
    points: int
    steps: tuple[Step, ...] = ()


def what_if(
    catalogue: Catalogue, profile: Profile, answers: Answers, register: RegisterFacts, changes: Mapping[str, int]
) -> Scorecard:
    """Return the scorecard as if questions had other levels (id → 0 to 4); the answers given stay as they are."""
    return score(catalogue, profile, with_levels(answers, changes), register)


def with_levels(answers: Answers, changes: Mapping[str, int]) -> dict[str, Answer]:
    """Return a copy of the answers with some levels changed; notes and evidence stay."""
    changed = {
        question: replace(answers.get(question, _NO_ANSWER), choice=Choice(str(level)))
        for question, level in changes.items()
    }
    return {**answers, **changed}


def cheapest_way(
    catalogue: Catalogue, profile: Profile, answers: Answers, register: RegisterFacts = NO_REGISTER
) -> CheapestWay | None:
    """Return the least total effort that lifts the published level by one; None at level 4 and without a score.

    Raising a question from level a to b costs effort · (b − a); unanswered and "don't know" start from 0; "not
    applicable" stays. Answers cannot mend a fact: when the register holds the level down, its overdue instruments are
    named in `to_verify` and taken as verified. Among equal efforts the highest score is chosen.

    How: the level asks for a total score, a least score of every topic and a least level of some gates. Points in one
    topic are whole numbers, so questions are joined one by one, keeping for each effort the most points; topics are
    joined the same way over a common denominator. Only ways beaten in both effort and points are dropped, and no limit
    is set: the result is the least. tests/domain/test_what_if.py compares it with trying everything.
    """
    scorecard = score(catalogue, profile, answers, register)
    if scorecard.level_low is None or scorecard.level_low.level == HIGHEST_LEVEL:
        return None
    target = scorecard.level_low.level + 1
    counted = [topic for topic in scorecard.topics if topic.low is not None]
    common = lcm(*(_full(topic) for topic in counted))
    ways = [_Way(0, 0)]
    # The order decides between equal ways only; it must not depend on the order of the files.
    for topic in sorted(counted, key=lambda topic: (-topic.weight, topic.topic)):
        share = topic.weight * common // _full(topic)
        ways = _join(
            ways, [replace(way, points=way.points * share) for way in _topic_ways(catalogue, profile, topic, target)]
        )
    needed = catalogue.method.thresholds[target - 1] * common * sum(topic.weight for topic in counted)
    best = next(way for way in ways if 100 * way.points >= needed)
    steps = {step.question: step for step in best.steps}
    return CheapestWay(
        target_level=target,
        steps=tuple(steps[question] for question in catalogue.questions if question in steps),
        effort=best.effort,
        exact=True,
        to_verify=tuple(code for gate in scorecard.level_low.gates if gate.cap < target for code in gate.overdue),
    )


def _topic_ways(catalogue: Catalogue, profile: Profile, topic: TopicScore, target: int) -> list[_Way]:
    """Every way worth having in one topic, with at least the band that the target level asks of the weakest topic."""
    applicable = [one for one in topic.questions if one.mark is not Mark.NOT_APPLICABLE]
    ways = [_Way(0, 0)]
    for one in sorted(applicable, key=lambda one: (-catalogue.questions[one.question].impact, one.question)):
        question = catalogue.questions[one.question]
        ways = _join(ways, _question_ways(question, one, _least_level(question, profile, target)))
    least = catalogue.method.thresholds[target - 2] if target > 1 else 0
    return [way for way in ways if 100 * way.points >= least * _full(topic)]


def _question_ways(question: Question, one: QuestionScore, least: int) -> list[_Way]:
    start = one.level or 0
    ways = []
    for level in range(max(start, least), HIGHEST_LEVEL + 1):
        effort = question.effort * (level - start)
        steps = (Step(question.id, start, level, effort),) if level > start else ()
        ways.append(_Way(effort, question.weight * level, steps))
    return ways


def _least_level(question: Question, profile: Profile, target: int) -> int:
    gate = question.gate
    return gate.pass_level if gate and gate.cap < target and gate.applies_when.holds(profile) else 0


def _join(left: Sequence[_Way], right: Sequence[_Way]) -> list[_Way]:
    """Combine each with each; keep, by rising effort, those with more points than any cheaper one."""
    best: dict[int, tuple[int, _Way, _Way]] = {}
    # From the dearest down: among equals the step falls on the left side, which holds the greater impact or weight.
    for one in reversed(left):
        for other in right:
            effort, points = one.effort + other.effort, one.points + other.points
            if effort not in best or points > best[effort][0]:
                best[effort] = (points, one, other)
    ways: list[_Way] = []
    for effort in sorted(best):
        points, one, other = best[effort]
        if not ways or points > ways[-1].points:
            ways.append(_Way(effort, points, one.steps + other.steps))
    return ways


def _full(topic: TopicScore) -> int:
    """The most points of a topic: 4 times the weight of its applicable questions."""
    return HIGHEST_LEVEL * sum(one.weight for one in topic.questions if one.mark is not Mark.NOT_APPLICABLE)
