"""What the register proves, and which answers it does not bear out."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.assessment import Answer, Choice, Evidence, RegisterFacts, RegisterLevel
from core.domain.instruments import MeasuringInstrument, ServiceResult
from core.domain.profile import Profile, Use
from core.domain.register.facts import answers_above_register, facts_of_register, level_reached
from core.domain.scorecard import ScoreKind
from core.domain.scoring import score
from core.storage.content import load_catalogue
from tests.domain.strategies import TODAY, level, moderate

CATALOGUE = load_catalogue()
YESTERDAY, NEXT_YEAR = TODAY - timedelta(days=1), date(2027, 11, 1)
SCALE = MeasuringInstrument(
    "C-1", name="Cân bàn", group2_row="8b", place="Kho", range="0–60 kg", verified_on=date(2026, 3, 1)
)
GAUGE = MeasuringInstrument("T-1", point="drying", calibrated_on=date(2026, 3, 1), interval_months=12)


def levels_of(*instruments):
    facts = facts_of_register(instruments, CATALOGUE, TODAY)
    return {one.question: one for one in facts.levels}


def scales(good, bad):
    in_date = [replace(SCALE, code=f"G-{one}", verified_until=NEXT_YEAR) for one in range(good)]
    late = [replace(SCALE, code=f"B-{one}", verified_until=YESTERDAY) for one in range(bad)]
    return [*in_date, *late]


@pytest.mark.parametrize(
    "good, bad, computed, suggested",
    [(0, 3, 0, 0), (1, 2, 1, 1), (1, 1, 2, 2), (199, 1, 2, 2), (3, 0, 4, 3)],
)
def test_the_share_in_date_comes_to_the_level_whose_words_it_fits(good, bad, computed, suggested):
    found = levels_of(*scales(good, bad))["group2-verification"]
    assert (found.good, found.count) == (good, good + bad)
    assert (found.level, found.suggested) == (computed, suggested)


@pytest.mark.parametrize(
    "changes, is_good",
    [
        ({}, True),
        ({"verified_on": None}, False),
        ({"verified_on": TODAY + timedelta(days=1)}, False),
        ({"verification_result": ServiceResult.FAILED}, False),
        ({"repaired_on": YESTERDAY}, False),
        ({"verified_until": TODAY}, True),
        ({"verified_until": YESTERDAY}, False),
    ],
)
def test_failed_repaired_and_undated_verifications_prove_nothing(changes, is_good):
    assert levels_of(replace(SCALE, **changes))["group2-verification"].good == is_good


@pytest.mark.parametrize(
    "changes", [{"verification_result": ServiceResult.FAILED}, {"repaired_on": YESTERDAY}, {"verified_on": None}]
)
def test_a_group2_instrument_that_failed_or_was_repaired_fails_the_gate(changes):
    facts = facts_of_register([replace(SCALE, **changes)], CATALOGUE, TODAY)
    assert facts.overdue == ("C-1",)
    profile = Profile("Cơ sở", uses=frozenset({Use.GROUP2}))
    card = score(CATALOGUE, profile, {"group2-verification": level(4)}, facts)
    assert [gate.question for gate in card.level_low.gates if gate.overdue] == ["group2-verification"]


def test_important_are_the_group1_instruments_at_a_measuring_point():
    late = replace(GAUGE, code="T-2", calibrated_on=date(2025, 1, 1))
    spare = replace(late, code="T-3", point="")
    to_come = replace(late, code="T-4", calibrated_on=TODAY + timedelta(days=1))
    found = levels_of(GAUGE, late, spare)["group1-calibration"]
    assert (found.good, found.count, found.level) == (1, 2, 2)
    assert levels_of(to_come)["group1-calibration"].good == 0
    assert "group1-calibration" not in levels_of(spare)


def test_what_is_not_known_answers_nothing():
    found = levels_of(GAUGE)
    assert "traceability" not in found
    assert "certificate-check" not in found
    known = levels_of(replace(GAUGE, accredited=True, confirmed=False))
    assert (known["traceability"].suggested, known["certificate-check"].suggested) == (3, 0)


def test_an_empty_register_says_nothing_and_one_out_of_use_neither():
    assert levels_of() == {}
    assert levels_of(replace(SCALE, in_use=False)) == {}


def test_complete_lines_answer_the_question_for_the_list():
    assert levels_of(SCALE)["instrument-list"].suggested == 3
    assert levels_of(SCALE, replace(SCALE, code="C-2", place=""))["instrument-list"].suggested == 2


def test_an_answer_above_the_register_is_pointed_out_with_both():
    facts = facts_of_register(scales(1, 1), CATALOGUE, TODAY)
    found = answers_above_register({"group2-verification": level(3)}, facts)
    assert [(one.question, one.declared, one.shown.level) for one in found] == [("group2-verification", 3, 2)]
    assert answers_above_register({"group2-verification": level(2)}, facts) == ()
    assert answers_above_register({"group2-verification": Answer(Choice.UNKNOWN)}, facts) == ()


def test_only_shares_that_hold_contradict():
    facts = facts_of_register([replace(SCALE, place="")], CATALOGUE, TODAY)
    assert answers_above_register({"instrument-list": level(4)}, facts) == ()


def test_the_evidence_score_counts_the_lower_of_declared_and_computed():
    profile = Profile("Cơ sở", uses=frozenset({Use.GROUP2}))
    answers = {"group2-verification": level(4, Evidence.CONFIRMED), "group1-calibration": level(1, Evidence.CONFIRMED)}
    facts = facts_of_register([*scales(1, 1), GAUGE], CATALOGUE, TODAY)
    counted = {
        one.question: (one.level, one.declared)
        for topic in score(CATALOGUE, profile, answers, facts, ScoreKind.EVIDENCE).topics
        for one in topic.questions
    }
    assert counted["group2-verification"] == (2, 4)
    assert counted["group1-calibration"] == (1, 1)
    declared = score(CATALOGUE, profile, answers, facts).topics
    assert any(one.level == 4 for topic in declared for one in topic.questions)


HELD = st.lists(
    st.builds(
        RegisterLevel,
        question=st.sampled_from(["group2-verification", "group1-calibration"]),
        fact=st.just("group2-in-date"),
        good=st.just(1),
        count=st.just(2),
        level=st.integers(0, 4),
        proves=st.just(3),
        holds=st.booleans(),
    ),
    max_size=2,
    unique_by=lambda one: one.question,
)


@moderate
@given(HELD, st.integers(0, 4), st.integers(0, 4), st.sampled_from(Evidence))
def test_the_register_never_raises_the_evidence_score_above_what_was_declared(held, first, second, evidence):
    profile = Profile("Cơ sở", uses=frozenset({Use.GROUP2}))
    answers = {"group2-verification": level(first, evidence), "group1-calibration": level(second, evidence)}
    facts = RegisterFacts(levels=tuple(held))
    declared = score(CATALOGUE, profile, answers, facts)
    without = score(CATALOGUE, profile, answers, kind=ScoreKind.EVIDENCE)
    proven = score(CATALOGUE, profile, answers, facts, ScoreKind.EVIDENCE)
    assert proven.low <= without.low <= declared.low
    assert declared == score(CATALOGUE, profile, answers)


@moderate
@given(st.integers(0, 400), st.integers(1, 400))
def test_more_good_instruments_never_come_to_a_lower_level(good, count):
    thresholds = (50, 70, 85, 98)
    good = min(good, count)
    assert level_reached(good, count, thresholds) <= level_reached(min(good + 1, count), count, thresholds)
