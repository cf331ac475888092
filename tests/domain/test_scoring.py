"""The score by example: published cases, gates, the register against the answers, evidence, scope."""

from fractions import Fraction

import pytest

from core.domain.assessment import Answer, Choice, Evidence, RegisterFacts
from core.domain.catalogue import AppliesWhen, Gate
from core.domain.profile import Use
from core.domain.scorecard import Contradiction, Mark, ScoreKind
from core.domain.scoring import VERIFICATION_QUESTION, band, score, weighted_mean
from tests.domain.strategies import NOT_APPLICABLE, UNKNOWN, a_catalogue, a_profile, a_question, a_topic, level
from tests.domain.worked_examples import of_topic

EVERYBODY = AppliesWhen()
GROUP2_ONLY = AppliesWhen(uses=frozenset({Use.GROUP2}))
OVERDUE = RegisterFacts(instrument_count=2, group2_count=1, overdue=("C-01",))
ANSWERS = {"NA": NOT_APPLICABLE, None: Answer()}


@pytest.mark.parametrize("inputs, expected", of_topic("scoring"))
def test_published_example(inputs, expected):
    topics, answers = [], {}
    for dimension in inputs["dims"]:
        members = []
        for place, one in enumerate(dimension["q"]):
            question_id = f"{dimension['id']}-{place}"
            gate = Gate(one["pass"], one["cap"]) if "cap" in one else None
            members.append(a_question(question_id, one["w"], gate=gate))
            answers[question_id] = ANSWERS[one["a"]] if one["a"] in ANSWERS else level(one["a"])
        topics.append(a_topic(dimension["id"], members, dimension["W"]))
    scorecard = score(a_catalogue(*topics), a_profile(), answers)
    shown = {topic.topic: float(topic.low) for topic in scorecard.topics}
    assert shown == pytest.approx(expected["dimension_scores"], abs=1e-6)
    assert float(scorecard.low) == pytest.approx(expected["score"], abs=1e-6)
    assert float(scorecard.high) == pytest.approx(expected["score_upper"], abs=1e-6)
    assert scorecard.completeness == Fraction(str(expected["completeness"]))
    assert scorecard.level_low.band == expected["base_level"]
    assert scorecard.level_low.level == expected["level"]
    assert scorecard.level_high.level == expected["level_upper"]


def verification_catalogue(applies_when=GROUP2_ONLY, gate_scope=EVERYBODY):
    """One verification question with its gate, and one question that lifts the score."""
    verification = a_question(
        VERIFICATION_QUESTION, gate=Gate(3, 1, applies_when=gate_scope), applies_when=applies_when
    )
    return a_catalogue(a_topic("care", [verification, a_question("rest", 3)]), a_topic("other", [a_question("more")]))


GOOD = {"rest": level(4), "more": level(4)}


@pytest.mark.parametrize(
    "answer, low, high, certain",
    [
        (level(2), 1, 1, True),
        (UNKNOWN, 1, 1, True),
        (None, 1, 4, False),
        (Answer(Choice.NOT_APPLICABLE), 1, 4, False),
    ],
    ids=["below the pass level", "don't know", "unanswered", "not applicable without a reason"],
)
def test_a_gate_that_is_not_passed_caps_the_level_and_leaves_the_score(answer, low, high, certain):
    answers = GOOD if answer is None else {**GOOD, VERIFICATION_QUESTION: answer}
    scorecard = score(verification_catalogue(), a_profile(), answers)
    (gate,) = scorecard.level_low.gates
    assert (scorecard.level_low.level, scorecard.level_high.level, gate.certain) == (low, high, certain)
    assert scorecard.level_low.held_by_gates == (gate,)
    assert scorecard.low > 80


@pytest.mark.parametrize("answer", [level(3), level(4), NOT_APPLICABLE])
def test_a_gate_that_is_passed_or_does_not_apply_leaves_the_level(answer):
    scorecard = score(verification_catalogue(), a_profile(), {**GOOD, VERIFICATION_QUESTION: answer})
    assert scorecard.level_low.gates == ()
    assert scorecard.level_low.level == 4


def test_a_gate_out_of_its_own_scope_does_not_fire_though_the_question_is_asked():
    catalogue = verification_catalogue(applies_when=EVERYBODY, gate_scope=GROUP2_ONLY)
    answers = {**GOOD, VERIFICATION_QUESTION: level(0)}
    with_group2, without = a_profile(uses=frozenset({Use.GROUP2})), a_profile(uses=frozenset())
    assert [gate.question for gate in score(catalogue, with_group2, answers).level_low.gates] == [VERIFICATION_QUESTION]
    assert score(catalogue, without, answers).level_low.gates == ()


@pytest.mark.parametrize(
    "uses, answer, contradiction",
    [
        ({Use.GROUP2}, level(4), (4, True)),
        ({Use.GROUP2}, level(3), (3, True)),
        ({Use.GROUP2}, NOT_APPLICABLE, (None, True)),
        (set(), level(4), (None, False)),
        (set(), None, (None, False)),
        ({Use.GROUP2}, level(1), None),
        ({Use.GROUP2}, UNKNOWN, None),
        ({Use.GROUP2}, None, None),
    ],
)
def test_an_overdue_instrument_fails_the_gate_whatever_was_answered(uses, answer, contradiction):
    answers = GOOD if answer is None else {**GOOD, VERIFICATION_QUESTION: answer}
    profile = a_profile(uses=frozenset(uses))
    declared = score(verification_catalogue(), profile, answers)
    scorecard = score(verification_catalogue(), profile, answers, OVERDUE)
    assert (scorecard.low, scorecard.high) == (declared.low, declared.high)
    for bound in (scorecard.level_low, scorecard.level_high):
        (gate,) = bound.gates
        assert (gate.question, gate.overdue, gate.certain, bound.level) == (VERIFICATION_QUESTION, ("C-01",), True, 1)
    expected = contradiction and (Contradiction(VERIFICATION_QUESTION, contradiction[0], ("C-01",), contradiction[1]),)
    assert scorecard.contradictions == (expected or ())


def test_gates_are_named_lowest_cap_first_then_in_order_of_the_catalogue():
    caps = {"a": 2, "b": 1, "c": 2, "d": 1}
    catalogue = a_catalogue(a_topic("t", [a_question(one, gate=Gate(3, cap)) for one, cap in caps.items()]))
    scorecard = score(catalogue, a_profile(), dict.fromkeys(caps, level(2)))
    assert [gate.question for gate in scorecard.level_low.gates] == ["b", "d", "a", "c"]
    assert [gate.question for gate in scorecard.level_low.held_by_gates] == ["b", "d"]


def test_among_equally_weak_topics_the_first_of_the_catalogue_is_named():
    catalogue = a_catalogue(*(a_topic(name, [a_question(f"q-{name}")]) for name in ("z", "b", "a")))
    scorecard = score(catalogue, a_profile(), {"q-z": level(4), "q-b": level(1), "q-a": level(1)})
    assert scorecard.level_low.weakest_topic == "b"
    assert scorecard.level_low.level == scorecard.level_low.weakest_band + 1 == 2


@pytest.mark.parametrize("value, expected", [("19.999", 0), ("20", 1), ("79.96", 3), ("80", 4), ("100", 4), ("0", 0)])
def test_a_band_begins_at_its_threshold_and_is_never_rounded_up_to(value, expected):
    assert band(Fraction(value), (20, 40, 60, 80)) == expected


def test_weighted_means_are_exact():
    assert weighted_mean([Fraction(1, 3), Fraction(1, 7)], [1, 2]) == Fraction(13, 63)


def test_answers_to_questions_out_of_scope_are_ignored():
    profile = a_profile(uses=frozenset())
    scorecard = score(verification_catalogue(), profile, {**GOOD, VERIFICATION_QUESTION: level(0)})
    assert scorecard == score(verification_catalogue(), profile, GOOD)
    assert VERIFICATION_QUESTION not in [one.question for topic in scorecard.topics for one in topic.questions]


@pytest.mark.parametrize(
    "evidence, counted", [(Evidence.NONE, 2), (Evidence.DESCRIBED, 3), (Evidence.FILE, 4), (Evidence.CONFIRMED, 4)]
)
def test_the_score_with_evidence_counts_no_more_than_is_backed(evidence, counted):
    catalogue = a_catalogue(a_topic("t", [a_question("q")]))
    answers = {"q": level(4, evidence)}
    (one,) = score(catalogue, a_profile(), answers, kind=ScoreKind.EVIDENCE).topic("t").questions
    assert (one.level, one.declared) == (counted, 4)
    for kind in (ScoreKind.SELF, ScoreKind.VALIDATED):
        assert score(catalogue, a_profile(), answers, kind=kind).low == 100


def test_do_not_know_counts_zero_and_not_applicable_leaves_the_score():
    catalogue = a_catalogue(a_topic("t", [a_question("a"), a_question("b"), a_question("c", 2)]))
    scorecard = score(catalogue, a_profile(), {"a": level(4), "b": UNKNOWN, "c": NOT_APPLICABLE})
    assert scorecard.low == scorecard.high == 50
    assert [one.mark for one in scorecard.topic("t").questions] == [Mark.LEVEL, Mark.UNKNOWN, Mark.NOT_APPLICABLE]
    assert scorecard.topic("t").not_applicable_share == Fraction(1, 2)


def test_a_topic_without_applicable_questions_drops_out_and_is_complete():
    catalogue = a_catalogue(a_topic("a", [a_question("x")], 1), a_topic("b", [a_question("y")], 99))
    scorecard = score(catalogue, a_profile(), {"x": level(2), "y": NOT_APPLICABLE})
    assert scorecard.low == 50
    assert scorecard.topic("b").low is None
    assert scorecard.is_complete


def test_only_not_applicable_among_open_questions_is_no_score_yet():
    catalogue = a_catalogue(a_topic("a", [a_question("x"), a_question("y")]))
    scorecard = score(catalogue, a_profile(), {"x": NOT_APPLICABLE})
    assert not scorecard.has_score
    assert not scorecard.is_complete
