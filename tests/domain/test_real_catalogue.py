"""The rules on the catalogue in force: what they need from the content, and their properties on whole assessments."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.domain.assessment import RegisterFacts
from core.domain.catalogue import AppliesWhen, RiskTier
from core.domain.findings import find_gaps, targets
from core.domain.profile import Profile, SizeClass, Use
from core.domain.scorecard import Mark, ScoreKind
from core.domain.scoring import VERIFICATION_QUESTION, score
from core.domain.what_if import cheapest_way, what_if
from core.storage.content import load_catalogue
from tests.domain.strategies import NOT_APPLICABLE, TODAY, anything, level, moderate

CATALOGUE = load_catalogue()
EVERY_USE = Profile("Cơ sở Thử", uses=frozenset(Use))
# Gates of the design page: question → cap; all pass at level 3.
GATES = {
    "group2-verification": 1,
    "legal-units": 1,
    "service-registration": 1,
    "service-standards": 1,
    "type-and-seals": 2,
    "designated-body": 2,
    "after-repair": 2,
    "fuel-self-check": 2,
    "prepack-label": 2,
    "lot-test": 2,
    "service-staff": 2,
}

profiles = st.builds(
    Profile,
    name=st.just("Cơ sở Thử"),
    uses=st.frozensets(st.sampled_from(Use)),
    sector=st.sampled_from([*CATALOGUE.sectors]),
)
answers = st.fixed_dictionaries({}, optional=dict.fromkeys(CATALOGUE.questions, anything))
registers = st.sampled_from([RegisterFacts(), RegisterFacts(group2_count=1, overdue=("C-01",))])


def test_the_gates_are_those_of_the_method():
    gated = {one.id: one.gate for one in CATALOGUE.questions.values() if one.gate}
    assert {question: gate.cap for question, gate in gated.items()} == GATES
    assert {gate.pass_level for gate in gated.values()} == {3}


def test_the_verification_gate_that_the_register_decides_is_there():
    assert CATALOGUE.questions[VERIFICATION_QUESTION].gate is not None


def test_there_is_a_target_for_every_risk_and_size():
    named = {(rule.tier, rule.size) for rule in CATALOGUE.method.targets}
    assert named == set(product(RiskTier, SizeClass))
    assert {topic for rule in CATALOGUE.method.targets for topic in rule.topics} <= {one.id for one in CATALOGUE.topics}


def test_topic_weights_add_up_to_one_hundred():
    assert sum(topic.weight for topic in CATALOGUE.topics) == 100


@pytest.mark.parametrize("question", CATALOGUE.questions.values(), ids=lambda question: question.id)
def test_a_prerequisite_is_in_scope_wherever_its_question_is(question):
    for one in question.requires:
        scope = CATALOGUE.questions[one].applies_when
        assert scope in (AppliesWhen(), question.applies_when)


@moderate
@given(profiles, answers, registers)
def test_ranges_evidence_and_findings_hold_on_whole_assessments(profile, given_answers, register):
    scorecard = score(CATALOGUE, profile, given_answers, register)
    assume(scorecard.has_score)
    backed = score(CATALOGUE, profile, given_answers, register, ScoreKind.EVIDENCE)
    assert 0 <= backed.low <= scorecard.low <= scorecard.high <= 100
    assert (
        backed.level_low.level <= scorecard.level_low.level <= scorecard.level_high.level <= scorecard.level_high.band
    )
    found = find_gaps(CATALOGUE, profile, given_answers, scorecard, register, TODAY)
    failed = {gate.question for gate in scorecard.level_low.gates}
    assert {one.question for one in found[: len(failed)]} == failed


@moderate
@given(profiles, answers, st.data())
def test_finishing_an_assessment_ends_inside_the_range_shown_before(profile, given_answers, data):
    before = score(CATALOGUE, profile, given_answers)
    assume(before.has_score)
    is_open = [one.question for topic in before.topics for one in topic.questions if one.mark is Mark.UNANSWERED]
    rest = data.draw(st.sampled_from([level(0), level(2), level(4), NOT_APPLICABLE]))
    final = score(CATALOGUE, profile, {**given_answers, **dict.fromkeys(is_open, rest)})
    assert before.low <= final.low == final.high <= before.high


@moderate
@given(profiles, answers, st.sampled_from([*CATALOGUE.questions]))
def test_raising_one_answer_of_a_whole_assessment_never_lowers_it(profile, given_answers, question):
    low = {**given_answers, question: level(1)}
    before, after = score(CATALOGUE, profile, low), what_if(CATALOGUE, profile, low, RegisterFacts(), {question: 3})
    assume(before.has_score)
    assert after.low >= before.low
    assert after.level_low.level >= before.level_low.level


@moderate
@given(profiles, answers, registers)
def test_the_cheapest_way_reaches_the_next_level(profile, given_answers, register):
    way = cheapest_way(CATALOGUE, profile, given_answers, register)
    assume(way)
    mended = replace(register, overdue=() if way.to_verify else register.overdue)
    changes = {step.question: step.to_level for step in way.steps}
    assert what_if(CATALOGUE, profile, given_answers, mended, changes).level_low.level >= way.target_level


@pytest.mark.parametrize("number", range(5))
def test_the_same_answer_everywhere_gives_25_times_it(number):
    scorecard = score(CATALOGUE, EVERY_USE, dict.fromkeys(CATALOGUE.questions, level(number)))
    assert scorecard.low == scorecard.high == 25 * number
    assert scorecard.level_low.level == (0, 1, 1, 3, 4)[number]


def test_every_question_in_scope_has_a_target():
    in_scope = {one.question for topic in score(CATALOGUE, EVERY_USE, {}).topics for one in topic.questions}
    assert set(targets(CATALOGUE, EVERY_USE)) == in_scope == set(CATALOGUE.questions)
