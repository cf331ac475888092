"""Targets, gaps in their order, due dates, strengths and notices."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given

from core.domain.assessment import Answer, Choice, RegisterFacts
from core.domain.catalogue import AppliesWhen, Factor, Gate, RiskTier, TargetRule
from core.domain.findings import (
    by_urgency,
    find_gaps,
    missing_prerequisites,
    notices,
    priority,
    risk_tier,
    strengths,
    targets,
    topic_target,
    unknowns,
)
from core.domain.profile import SizeClass, Use
from core.domain.scorecard import Finding, Mark, ScoreKind
from core.domain.scoring import VERIFICATION_QUESTION, score
from tests.domain.strategies import (
    NOT_APPLICABLE,
    TARGETS,
    TODAY,
    UNKNOWN,
    a_catalogue,
    a_method,
    a_profile,
    a_question,
    a_topic,
    cases,
    level,
    moderate,
)
from tests.domain.worked_examples import of_topic

NOBODY = a_profile(uses=frozenset(), vsic="")
NO_FACTS = RegisterFacts()
OVERDUE = RegisterFacts(group2_count=1, overdue=("C-01",))


def gaps(catalogue, answers, profile=NOBODY, register=NO_FACTS):
    return find_gaps(catalogue, profile, answers, score(catalogue, profile, answers, register), register, on=TODAY)


def a_finding(question, level, target, impact, effort, gate_failed=False):
    gap = max(0, target - level)
    return Finding(
        question=question,
        number="",
        topic="t",
        factor=Factor.ORGANISATION,
        mark=Mark.LEVEL,
        level=level,
        target=target,
        gap=gap,
        impact=impact,
        effort=effort,
        priority=priority(impact, gap, effort),
        gate_failed=gate_failed,
        due=TODAY,
        is_quick_win=False,
    )


@pytest.mark.parametrize("inputs, expected", of_topic("priority"))
def test_published_example_of_priorities(inputs, expected):
    findings = [
        a_finding(one["id"], one["answer"], one["target"], one["impact"], one["effort"], one.get("gate_failed", False))
        for one in inputs["gaps"]
    ]
    assert {one.question: float(one.priority) for one in findings} == expected["priority"]
    assert [one.question for one in by_urgency(findings) if one.gap] == expected["order"]


@moderate
@given(cases())
def test_every_gap_is_target_minus_level_and_stands_in_its_place(case):
    catalogue, profile, answers, register = case
    scorecard = score(*case)
    found = find_gaps(catalogue, profile, answers, scorecard, register, on=TODAY)
    goals = targets(catalogue, profile, register)
    keys = [(not one.gate_failed, -one.priority, one.effort, one.question) for one in found]
    assert keys == sorted(keys)
    assert len({one.question for one in found}) == len(found)
    for one in found:
        assert one.target == goals[one.question]
        assert 0 < one.gap <= one.target
        assert one.priority == Fraction(one.impact * one.gap, one.effort)
        if not (one.gate_failed and register.overdue):
            assert one.gap == one.target - (one.level or 0)
    listed = {one.question for one in found}
    for topic in scorecard.topics:
        for entered in topic.questions:
            if entered.mark is not Mark.NOT_APPLICABLE and (entered.declared or 0) < goals[entered.question]:
                assert entered.question in listed


@moderate
@given(cases())
def test_the_gates_that_hold_the_level_lead_the_findings(case):
    catalogue, profile, answers, register = case
    scorecard = score(*case)
    if scorecard.has_score:
        failed = {gate.question for gate in scorecard.level_low.gates}
        found = find_gaps(catalogue, profile, answers, scorecard, register, on=TODAY)
        assert {one.question for one in found if one.gate_failed} == failed
        assert {one.question for one in found[: len(failed)]} == failed


@moderate
@given(cases())
def test_missing_evidence_makes_no_finding(case):
    catalogue, profile, answers, register = case
    found = [
        find_gaps(catalogue, profile, answers, score(*case, kind), register, on=TODAY)
        for kind in (ScoreKind.SELF, ScoreKind.EVIDENCE)
    ]
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "impact, effort, days, quick",
    [(5, 1, 90, True), (4, 1, 90, True), (4, 2, 180, True), (3, 2, 180, False), (3, 3, 365, False), (1, 5, 365, False)],
)
def test_due_dates_follow_the_priority(impact, effort, days, quick):
    catalogue = a_catalogue(a_topic("t", [a_question("q", impact=impact, effort=effort)]))
    (finding,) = gaps(catalogue, {"q": level(0)})
    assert finding.due == TODAY + timedelta(days=days)
    assert finding.is_quick_win == quick


def test_a_failed_gate_is_due_in_thirty_days_and_comes_first():
    members = [a_question("z", impact=1, effort=5, gate=Gate(3, 2)), a_question("a", impact=5, effort=1)]
    first, second = gaps(a_catalogue(a_topic("t", members)), {"z": level(2), "a": level(0)})
    assert (first.question, first.gate_failed, first.target, first.due) == ("z", True, 4, date(2026, 12, 22))
    assert second.question == "a"


def test_ties_go_to_the_lesser_effort_then_to_the_id():
    members = [
        a_question("b", impact=2, effort=1),
        a_question("c", impact=4, effort=2),
        a_question("a", impact=4, effort=2),
    ]
    found = gaps(a_catalogue(a_topic("t", members)), dict.fromkeys("abc", level(1)))
    assert [one.question for one in found] == ["b", "a", "c"]


@pytest.mark.parametrize(
    "answer, mark, shown",
    [(UNKNOWN, Mark.UNKNOWN, 0), (Answer(Choice.NOT_APPLICABLE), Mark.UNANSWERED, None), (None, Mark.UNANSWERED, None)],
)
def test_unknown_and_unanswered_count_as_nothing_done_and_keep_their_mark(answer, mark, shown):
    catalogue = a_catalogue(a_topic("t", [a_question("q"), a_question("other")]))
    (finding,) = gaps(catalogue, {"other": level(4)} | ({"q": answer} if answer else {}))
    assert (finding.mark, finding.level, finding.gap) == (mark, shown, 2)


def test_what_does_not_apply_is_no_gap():
    catalogue = a_catalogue(a_topic("t", [a_question("q"), a_question("other")]))
    assert gaps(catalogue, {"q": NOT_APPLICABLE, "other": level(2)}) == ()


@pytest.mark.parametrize(
    "uses, answer, level_shown, gap",
    [
        ({Use.GROUP2}, level(4), 4, 2),
        ({Use.GROUP2}, level(1), 1, 3),
        ({Use.GROUP2}, NOT_APPLICABLE, None, 4),
        (set(), level(4), None, 4),
    ],
)
def test_an_overdue_instrument_is_the_first_finding_whatever_was_answered(uses, answer, level_shown, gap):
    verification = a_question(
        VERIFICATION_QUESTION, gate=Gate(3, 1), applies_when=AppliesWhen(uses=frozenset({Use.GROUP2}))
    )
    catalogue = a_catalogue(a_topic("t", [a_question("q", impact=5, effort=1), verification]))
    answers = {"q": level(0), VERIFICATION_QUESTION: answer}
    first, _ = gaps(catalogue, answers, a_profile(uses=frozenset(uses), vsic=""), OVERDUE)
    assert (first.question, first.gate_failed, first.target) == (VERIFICATION_QUESTION, True, 4)
    assert (first.level, first.gap) == (level_shown, gap)


@pytest.mark.parametrize(
    "uses, sector, group2_count, tier",
    [
        (set(), "", 0, RiskTier.LOW),
        ({Use.RETAIL}, "garment", 0, RiskTier.LOW),
        ({Use.GROUP2}, "", 0, RiskTier.MEDIUM),
        (set(), "tea-food", 0, RiskTier.MEDIUM),
        (set(), "", 1, RiskTier.MEDIUM),
        ({Use.FUEL}, "tea-food", 0, RiskTier.HIGH),
        (set(), "petroleum", 0, RiskTier.HIGH),
        (set(), "", 19, RiskTier.MEDIUM),
        (set(), "", 20, RiskTier.HIGH),
    ],
)
def test_the_risk_tier_is_the_highest_that_anything_asks_for(uses, sector, group2_count, tier):
    profile = a_profile(uses=frozenset(uses), sector=sector)
    assert risk_tier(a_method(), profile, RegisterFacts(group2_count=group2_count)) is tier


SIZES = {SizeClass.MICRO: 5, SizeClass.SMALL: 50, SizeClass.MEDIUM: 150, SizeClass.LARGE: 500, None: None}
TIERS = {RiskTier.LOW: frozenset(), RiskTier.MEDIUM: frozenset({Use.GROUP2}), RiskTier.HIGH: frozenset({Use.FUEL})}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("tier", RiskTier)
def test_targets_follow_risk_and_size_and_an_unknown_size_asks_the_least(tier, size):
    catalogue = a_catalogue(a_topic("t", [a_question("q")]))
    profile = a_profile(uses=TIERS[tier], workers=SIZES[size], capital_billion_vnd=Decimal(1) if size else None)
    assert targets(catalogue, profile) == {"q": TARGETS[tier, size or SizeClass.MICRO]}


def test_a_topic_may_have_its_own_target_and_a_gate_aims_at_four_where_it_applies():
    rule = TargetRule(RiskTier.LOW, SizeClass.MICRO, 2, {"people": 3})
    gate = Gate(3, 2, AppliesWhen(uses=frozenset({Use.GROUP2})))
    catalogue = a_catalogue(
        a_topic("people", [a_question("a"), a_question("b", gate=Gate(3, 1))]),
        a_topic("rest", [a_question("c"), a_question("d", gate=gate)]),
        method=a_method(targets=(rule,)),
    )
    assert targets(catalogue, NOBODY) == {"a": 3, "b": 4, "c": 2, "d": 2}


def test_the_target_of_a_topic_is_the_mean_over_what_applies():
    catalogue = a_catalogue(
        a_topic("t", [a_question("a"), a_question("b", gate=Gate(3, 1)), a_question("c"), a_question("d")]),
        a_topic("none", [a_question("e")]),
    )
    scorecard = score(catalogue, NOBODY, {"a": level(1), "d": NOT_APPLICABLE, "e": NOT_APPLICABLE})
    goals = targets(catalogue, NOBODY)
    assert topic_target(scorecard.topic("t"), goals) == Fraction(25 * (2 + 4 + 2), 3)
    assert topic_target(scorecard.topic("none"), goals) is None


def test_strengths_are_levels_three_and_four_that_the_register_does_not_contradict():
    catalogue = a_catalogue(a_topic("t", [a_question(VERIFICATION_QUESTION, gate=Gate(3, 1)), *map(a_question, "abc")]))
    answers = {VERIFICATION_QUESTION: level(4), "a": level(3), "b": level(2), "c": UNKNOWN}
    good = score(catalogue, NOBODY, answers)
    assert [one.question for one in strengths(good)] == [VERIFICATION_QUESTION, "a"]
    assert [one.question for one in strengths(score(catalogue, NOBODY, answers, OVERDUE))] == ["a"]
    assert [one.question for one in unknowns(good)] == ["c"]


@pytest.mark.parametrize("weight, noticed", [(3, ()), (4, ("t",))])
def test_more_than_thirty_percent_not_applicable_is_pointed_out_and_exactly_thirty_is_not(weight, noticed):
    catalogue = a_catalogue(a_topic("t", [a_question("out", weight), a_question("in", 10 - weight)]))
    scorecard = score(catalogue, NOBODY, {"out": NOT_APPLICABLE, "in": level(3)})
    assert notices(scorecard, catalogue.method) == noticed


def test_prerequisites_below_level_two_are_named():
    question = replace(a_question("q"), requires=("a", "b", "c", "d", "e"))
    answers = {"a": level(2), "b": level(1), "c": UNKNOWN, "d": NOT_APPLICABLE}
    assert missing_prerequisites(question, answers) == ("b", "c", "e")
