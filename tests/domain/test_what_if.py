"""Other levels on a copy, and the least effort to the next level compared with trying everything."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import assume, given

from core.domain.assessment import RegisterFacts
from core.domain.catalogue import Gate
from core.domain.scorecard import Mark, Step
from core.domain.scoring import VERIFICATION_QUESTION, score
from core.domain.what_if import cheapest_way, what_if, with_levels
from tests.domain.strategies import (
    NOT_APPLICABLE,
    UNKNOWN,
    a_catalogue,
    a_profile,
    a_question,
    a_topic,
    cases,
    level,
    moderate,
)


def least_effort_by_trying_everything(catalogue, profile, answers, register):
    """The least effort of all raises that lift the level by one, with the register mended where it holds the level."""
    before = score(catalogue, profile, answers, register)
    target = before.level_low.level + 1
    mended = replace(register, overdue=())
    movable = [
        (one.question, one.level or 0)
        for topic in before.topics
        for one in topic.questions
        if one.mark is not Mark.NOT_APPLICABLE
    ]
    held = any(gate.overdue and gate.cap < target for gate in before.level_low.gates)
    least = None
    for levels in product(*(range(start, 5) for _, start in movable)):
        effort = sum(
            catalogue.questions[question].effort * (now - start)
            for (question, start), now in zip(movable, levels, strict=True)
        )
        if least is None or effort < least:
            changes = {question: now for (question, start), now in zip(movable, levels, strict=True) if now > start}
            after = what_if(catalogue, profile, answers, mended if held else register, changes)
            if after.level_low.level >= target:
                least = effort
    return least


@moderate
@given(cases(most_topics=3, most_questions=2))
def test_the_way_found_is_the_cheapest_and_reaches_the_next_level(case):
    catalogue, profile, answers, register = case
    before = score(*case)
    assume(before.has_score and before.level_low.level < 4)
    assume(before.applicable <= 5)
    way = cheapest_way(*case)
    mended = replace(register, overdue=tuple(code for code in register.overdue if code not in way.to_verify))
    after = what_if(catalogue, profile, answers, mended, {step.question: step.to_level for step in way.steps})
    assert way.exact
    assert way.target_level == before.level_low.level + 1 <= after.level_low.level
    assert way.effort == sum(step.effort for step in way.steps)
    for step in way.steps:
        assert step.effort == catalogue.questions[step.question].effort * (step.to_level - step.from_level) > 0
    assert way.effort == least_effort_by_trying_everything(*case)


@moderate
@given(cases())
def test_the_way_does_not_depend_on_the_order_of_the_files(case):
    catalogue, profile, answers, register = case
    assume(score(*case).has_score)
    backwards = replace(
        catalogue,
        topics=tuple(
            replace(topic, questions=tuple(reversed(topic.questions))) for topic in reversed(catalogue.topics)
        ),
    )
    way, other = cheapest_way(*case), cheapest_way(backwards, profile, answers, register)
    assert (way and (way.effort, set(way.steps), way.to_verify)) == (
        other and (other.effort, set(other.steps), other.to_verify)
    )


def test_what_if_works_on_a_copy_and_keeps_notes_and_evidence():
    catalogue = a_catalogue(a_topic("t", [a_question("a"), a_question("b")]))
    answers = {"a": replace(level(1), note="sổ tay"), "b": UNKNOWN}
    after = what_if(catalogue, a_profile(), answers, RegisterFacts(), {"a": 3, "b": 1})
    assert after.low == 50
    assert answers["a"].level == 1
    assert with_levels(answers, {"a": 3})["a"].note == "sổ tay"


def test_the_cheaper_of_two_equal_questions_is_raised():
    catalogue = a_catalogue(a_topic("t", [a_question("dear", effort=5), a_question("cheap", effort=1)]))
    way = cheapest_way(catalogue, a_profile(), {"dear": level(1), "cheap": level(1)})
    assert way.target_level == 2
    assert way.steps == (Step("cheap", 1, 3, 2),)


def test_among_equal_efforts_the_question_of_greater_impact_is_raised():
    members = [a_question("a", impact=1), a_question("b", impact=5), a_question("c", impact=3)]
    way = cheapest_way(a_catalogue(a_topic("t", members)), a_profile(), dict.fromkeys("abc", level(1)))
    assert [step.question for step in way.steps] == ["b"]


def test_the_weakest_topic_and_a_failed_gate_must_be_lifted_too():
    catalogue = a_catalogue(
        a_topic("strong", [a_question("s", effort=1)], weight=9),
        a_topic("weak", [a_question("w", effort=5)]),
        a_topic("law", [a_question("g", effort=4, gate=Gate(3, 1))]),
    )
    way = cheapest_way(catalogue, a_profile(), {"s": level(3), "w": level(0), "g": level(2)})
    assert way.target_level == 2
    assert way.steps == (Step("w", 0, 1, 5), Step("g", 2, 3, 4))


def test_overdue_instruments_are_named_and_an_answer_is_raised_only_where_it_is_low():
    catalogue = a_catalogue(a_topic("t", [a_question(VERIFICATION_QUESTION, gate=Gate(3, 1)), a_question("rest", 3)]))
    register = RegisterFacts(overdue=("C-01", "C-02"))
    claimed = cheapest_way(catalogue, a_profile(), {VERIFICATION_QUESTION: level(4), "rest": level(3)}, register)
    assert (claimed.target_level, claimed.effort, claimed.steps) == (2, 0, ())
    assert claimed.to_verify == ("C-01", "C-02")
    low = cheapest_way(catalogue, a_profile(), {VERIFICATION_QUESTION: level(1), "rest": level(3)}, register)
    assert low.steps == (Step(VERIFICATION_QUESTION, 1, 3, 4),)
    no_need = cheapest_way(catalogue, a_profile(), {VERIFICATION_QUESTION: level(0), "rest": level(0)}, register)
    assert (no_need.target_level, no_need.to_verify) == (1, ())


@pytest.mark.parametrize("answers", [{}, {"a": NOT_APPLICABLE}, {"a": level(4), "b": level(4)}])
def test_without_a_score_and_at_the_top_there_is_no_way(answers):
    catalogue = a_catalogue(a_topic("t", [a_question("a"), a_question("b")]))
    assert cheapest_way(catalogue, a_profile(), answers) is None


def test_between_equal_topics_the_choice_does_not_follow_the_order_of_the_files():
    topics = [a_topic("a", [a_question("x")]), a_topic("b", [a_question("y")])]
    answers = {"x": level(1), "y": level(1)}
    way, backwards = (
        cheapest_way(a_catalogue(*order), a_profile(), answers) for order in (topics, list(reversed(topics)))
    )
    assert way.steps == backwards.steps == (Step("x", 1, 3, 4),)
