"""Reviewing: a ruling belongs to its answer, the firm's record is never touched, nothing unseen is called reviewed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.assessment import Answer, Choice, Evidence
from core.domain.catalogue import EasyRule, Gate
from core.domain.review import (
    NO_ANSWER,
    Difference,
    PointState,
    Precheck,
    Ruling,
    RulingKind,
    check_ruling,
    differences,
    easy_questions,
    point_state,
    precheck,
    progress,
    require_change_asked,
    require_settled,
    validated,
)
from core.domain.scoring import score
from core.errors import OutOfOrder, ReviewRefused
from tests.domain.strategies import a_catalogue, a_profile, a_question, a_topic, cases

PLAIN = [a_question(name) for name in ("first", "second", "third", "fourth")]
GATE = a_question("gate", gate=Gate(pass_level=3, cap=1))
CATALOGUE = a_catalogue(a_topic("one", PLAIN[:2]), a_topic("two", [*PLAIN[2:], GATE]))
LEVEL_2 = Answer(Choice.LEVEL_2)
LEVEL_3 = Answer(Choice.LEVEL_3)
ACCEPTED = Ruling(RulingKind.ACCEPTED, LEVEL_2)

answers = st.builds(
    Answer,
    choice=st.none() | st.sampled_from(Choice),
    reason=st.sampled_from(["", "không có cân"]),
    note=st.sampled_from(["", "ở tủ 2"]),
    evidence=st.sampled_from(Evidence),
)
rulings = st.builds(
    Ruling,
    kind=st.sampled_from(RulingKind),
    answer=answers,
    level=st.none() | st.integers(0, 4),
    reason=st.just("đã xem tại chỗ"),
)


@pytest.mark.parametrize(
    ("ruling", "code"),
    [
        (Ruling(RulingKind.ADJUSTED, LEVEL_2, level=1), "ruling-without-reason"),
        (Ruling(RulingKind.CHANGE_ASKED, LEVEL_2, reason="  "), "ruling-without-reason"),
        (Ruling(RulingKind.ADJUSTED, LEVEL_2, reason="x"), "ruling-without-level"),
        (Ruling(RulingKind.ADJUSTED, LEVEL_2, level=5, reason="x"), "ruling-without-level"),
        (Ruling(RulingKind.ADJUSTED, LEVEL_2, level=2, reason="x"), "ruling-same-level"),
        (Ruling(RulingKind.ACCEPTED, NO_ANSWER), "ruling-on-nothing"),
        (Ruling(RulingKind.CHANGE_ASKED, LEVEL_2, reason="x" * 4001), "remark-too-long"),
    ],
)
def test_a_ruling_says_all_that_its_kind_needs(ruling, code):
    with pytest.raises(ReviewRefused, match=code):
        check_ruling("named-person", ruling)


@pytest.mark.parametrize(
    "change", [{"choice": Choice.LEVEL_3}, {"note": "thêm"}, {"evidence": Evidence.FILE}, {"reason": "khác"}]
)
def test_any_change_of_the_answer_reopens_just_that_question(change):
    assert point_state(ACCEPTED, LEVEL_2) is PointState.SETTLED
    assert point_state(ACCEPTED, replace(LEVEL_2, **change)) is PointState.CHANGED


def test_evidence_that_the_reviewer_confirmed_reopens_nothing():
    with_file = replace(LEVEL_2, evidence=Evidence.FILE)
    ruling = Ruling(RulingKind.ACCEPTED, with_file)
    assert point_state(ruling, replace(with_file, evidence=Evidence.CONFIRMED)) is PointState.SETTLED


@given(st.dictionaries(st.sampled_from("abcd"), answers), st.dictionaries(st.sampled_from("abcd"), rulings))
def test_the_firms_answers_stay_and_every_difference_has_its_reason(given_answers, given_rulings):
    before = dict(given_answers)
    counted = validated(given_answers, given_rulings)

    assert given_answers == before
    changed = {question for question in counted if counted[question] != before.get(question, NO_ANSWER)}
    found = differences(given_answers, given_rulings)
    assert {one.question for one in found} == changed
    assert all(given_rulings[one.question].kind is RulingKind.ADJUSTED and one.reason for one in found)


def test_a_difference_names_both_levels():
    ruling = Ruling(RulingKind.ADJUSTED, LEVEL_3, level=1, reason="Chưa thấy sổ")
    assert differences({"a": LEVEL_3}, {"a": ruling}) == (Difference("a", 3, 1, "Chưa thấy sổ"),)


@given(cases())
def test_accepting_everything_gives_the_self_score(case):
    catalogue, profile, given_answers, register = case
    accepted = {question: Ruling(RulingKind.ACCEPTED, answer) for question, answer in given_answers.items()}
    assert score(catalogue, profile, validated(given_answers, accepted), register) == score(
        catalogue, profile, given_answers, register
    )


def test_nothing_is_reviewed_while_one_question_is_open():
    profile = a_profile()
    everything = dict.fromkeys(("first", "second", "third", "fourth", "gate"), LEVEL_2)
    settled = dict.fromkeys(everything, ACCEPTED)
    whole = progress(CATALOGUE, profile, everything, settled)
    require_settled(whole)
    assert whole.topics == {"one": (2, 2), "two": (3, 3)}

    last = next(iter(everything))
    found = progress(CATALOGUE, profile, everything, {**settled, last: replace(ACCEPTED, answer=LEVEL_3)})
    assert found.unsettled == (last,)
    with pytest.raises(OutOfOrder, match="review-not-complete"):
        require_settled(found)
    with pytest.raises(OutOfOrder, match="no-change-asked"):
        require_change_asked(found, " ")
    require_change_asked(found, "Bổ sung sổ kiểm tra")


def test_the_precheck_names_what_lacks():
    given_answers = {"first": LEVEL_3, "second": Answer(Choice.UNKNOWN), "third": LEVEL_2}
    found = precheck(CATALOGUE, a_profile(), given_answers, ["third", "not-a-question"])
    assert found == Precheck(
        unanswered=("fourth", "gate"), unknown=("second",), without_evidence=("first",), contradictions=("third",)
    )
    assert not found.is_clear


def test_easy_questions_have_proof_or_need_none_and_nothing_hinders_them():
    rule = EasyRule(2, frozenset({"file", "confirmed"}))
    proved = Answer(Choice.LEVEL_4, evidence=Evidence.FILE)
    given_answers = {"first": LEVEL_2, "second": LEVEL_3, "third": proved, "gate": Answer(Choice.LEVEL_1)}
    questions = [*PLAIN, GATE]

    assert easy_questions(questions, given_answers, rule, hindered=()) == ("first", "third")
    assert easy_questions(questions, given_answers, rule, hindered={"first"}) == ("third",)
    assert easy_questions([GATE], {"gate": proved}, rule, hindered=()) == ("gate",)
