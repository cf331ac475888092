"""What must hold for every assessment: the sixteen properties of the scoring method, on catalogues drawn at random."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from core.domain.assessment import Answer, Evidence, RegisterFacts
from core.domain.findings import find_gaps
from core.domain.scorecard import Mark, ScoreKind
from core.domain.scoring import band, score
from tests.domain.strategies import (
    LEVEL,
    NOT_APPLICABLE,
    TODAY,
    a_question,
    answered,
    answered_or_not_applicable,
    cases,
    catalogues,
    level,
    levels_only,
    moderate,
    profiles,
    rebuilt,
)


def entered(scorecard):
    return [one for topic in scorecard.topics for one in topic.questions]


def bounds(scorecard):
    """Everything of a scorecard that does not name a question, a topic or an order."""
    levels = [
        (one.level, one.band, one.weakest_band, sorted((gate.question, gate.cap) for gate in one.gates))
        if one
        else None
        for one in (scorecard.level_low, scorecard.level_high)
    ]
    return scorecard.low, scorecard.high, scorecard.completeness, levels


@moderate
@given(cases())
def test_1_scores_stay_in_order_and_meet_exactly_when_nothing_is_open(case):
    scorecard = score(*case)
    assume(scorecard.has_score)
    assert 0 <= scorecard.low <= scorecard.high <= 100
    nothing_open = all(one.mark is not Mark.UNANSWERED for one in entered(scorecard))
    assert (scorecard.low == scorecard.high) == nothing_open == scorecard.is_complete


@moderate
@given(cases(), st.data())
def test_2_raising_an_answer_never_lowers_a_score_or_a_level(case, data):
    catalogue, profile, answers, register = case
    assume(any(answer.level is not None for answer in answers.values()))
    question = data.draw(st.sampled_from([one for one, answer in answers.items() if answer.level is not None]))
    higher = data.draw(st.integers(answers[question].level, 4))
    before = score(*case)
    after = score(catalogue, profile, {**answers, question: replace(answers[question], choice=LEVEL[higher])}, register)
    assume(before.has_score)
    assert after.low >= before.low
    assert after.high >= before.high
    assert after.level_low.level >= before.level_low.level
    assert after.level_high.level >= before.level_high.level
    for was, now in zip(before.topics, after.topics, strict=True):
        assert was.low is None or (now.low >= was.low and now.high >= was.high)


@moderate
@given(cases(), st.data())
def test_3_answering_keeps_the_new_range_inside_the_old(case, data):
    catalogue, profile, answers, register = case
    before = score(*case)
    is_open = [one.question for one in entered(before) if one.mark is Mark.UNANSWERED]
    assume(before.has_score and is_open)
    after = score(catalogue, profile, {**answers, data.draw(st.sampled_from(is_open)): data.draw(answered)}, register)
    assert before.low <= after.low <= after.high <= before.high
    assert before.level_low.level <= after.level_low.level
    assert after.level_low.level <= after.level_high.level <= before.level_high.level
    assert after.completeness > before.completeness


@moderate
@given(cases(), st.data())
def test_4_the_final_score_lies_in_the_earlier_range_also_when_open_questions_turn_out_not_applicable(case, data):
    catalogue, profile, answers, register = case
    before = score(*case)
    assume(before.has_score)
    is_open = [one.question for one in entered(before) if one.mark is Mark.UNANSWERED]
    final = score(
        catalogue,
        profile,
        {**answers, **{one: data.draw(answered_or_not_applicable) for one in is_open}},
        register,
    )
    assert before.low <= final.low == final.high <= before.high
    assert final.is_complete


@moderate
@given(cases(), st.data())
def test_5_a_question_that_does_not_apply_changes_nothing_but_its_count(case, data):
    catalogue, profile, answers, register = case
    place = data.draw(st.integers(0, len(catalogue.topics) - 1))
    topics = list(catalogue.topics)
    more = (*topics[place].questions, a_question("added", weight=3))
    topics[place] = replace(topics[place], questions=more)
    before = score(*case)
    after = score(rebuilt(catalogue, topics), profile, {**answers, "added": NOT_APPLICABLE}, register)
    assert bounds(after) == bounds(before)
    assert [(topic.low, topic.high) for topic in after.topics] == [(topic.low, topic.high) for topic in before.topics]
    assert after.applicable == before.applicable + 1


@moderate
@given(cases(), st.data())
def test_6_the_order_of_topics_and_questions_changes_neither_score_nor_findings(case, data):
    catalogue, profile, answers, register = case
    shuffled = [
        replace(topic, questions=tuple(data.draw(st.permutations(topic.questions)))) for topic in catalogue.topics
    ]
    other = rebuilt(catalogue, data.draw(st.permutations(shuffled)))
    before, after = score(*case), score(other, profile, answers, register)
    assert bounds(after) == bounds(before)
    assert find_gaps(other, profile, answers, after, register, on=TODAY) == find_gaps(
        catalogue, profile, answers, before, register, on=TODAY
    )


@moderate
@given(cases(), st.integers(2, 7), st.data())
def test_7_scaling_all_weights_of_one_topic_or_of_all_topics_changes_nothing(case, factor, data):
    catalogue, profile, answers, register = case
    place = data.draw(st.integers(0, len(catalogue.topics) - 1))
    topics = list(catalogue.topics)
    scaled = [replace(question, weight=factor * question.weight) for question in topics[place].questions]
    topics[place] = replace(topics[place], questions=tuple(scaled))
    heavier = [replace(topic, weight=factor * topic.weight) for topic in catalogue.topics]
    expected = bounds(score(*case))
    assert bounds(score(rebuilt(catalogue, topics), profile, answers, register)) == expected
    assert bounds(score(rebuilt(catalogue, heavier), profile, answers, register)) == expected


@moderate
@given(cases(), st.data())
def test_8_asking_every_question_of_a_topic_twice_leaves_its_score(case, data):
    catalogue, profile, answers, register = case
    place = data.draw(st.integers(0, len(catalogue.topics) - 1))
    topics = list(catalogue.topics)
    twins = [replace(question, id=f"{question.id}-again") for question in topics[place].questions]
    topics[place] = replace(topics[place], questions=(*topics[place].questions, *twins))
    doubled = {**answers, **{twin.id: answers.get(twin.id.removesuffix("-again"), Answer()) for twin in twins}}
    before, after = score(*case), score(rebuilt(catalogue, topics), profile, doubled, register)
    assert (after.low, after.high) == (before.low, before.high)
    assert [(topic.low, topic.high) for topic in after.topics] == [(topic.low, topic.high) for topic in before.topics]


@moderate
@given(catalogues(), profiles, st.integers(0, 4))
def test_9_the_same_answer_everywhere_gives_25_times_it(catalogue, profile, number):
    scorecard = score(catalogue, profile, dict.fromkeys(catalogue.questions, level(number)))
    assume(scorecard.has_score)
    assert scorecard.low == scorecard.high == 25 * number
    if number in (0, 4):
        assert scorecard.level_low.level == scorecard.level_high.level == number


@moderate
@given(cases())
def test_10_a_failed_gate_never_raises_a_level_and_never_changes_the_score(case):
    catalogue, profile, answers, register = case
    ungated = [
        replace(topic, questions=tuple(replace(question, gate=None) for question in topic.questions))
        for topic in catalogue.topics
    ]
    gated, free = score(*case), score(rebuilt(catalogue, ungated), profile, answers, register)
    assert (gated.low, gated.high, gated.completeness) == (free.low, free.high, free.completeness)
    mended = score(catalogue, profile, answers, replace(register, overdue=()))
    assert (mended.low, mended.high) == (gated.low, gated.high)
    if gated.has_score:
        assert gated.level_low.level <= mended.level_low.level <= free.level_low.level
        assert gated.level_high.level <= mended.level_high.level <= free.level_high.level


@moderate
@given(cases())
def test_11_the_level_never_passes_the_band_the_weakest_topic_plus_one_or_a_cap(case):
    scorecard = score(*case)
    assume(scorecard.has_score)
    thresholds = case[0].method.thresholds
    for value, one in ((scorecard.low, scorecard.level_low), (scorecard.high, scorecard.level_high)):
        caps = [gate.cap for gate in one.gates]
        assert one.band == band(value, thresholds)
        assert one.level == min([one.band, one.weakest_band + 1, *caps])
        assert caps == sorted(caps)


@moderate
@given(cases(), st.randoms(use_true_random=False))
def test_12_the_same_input_gives_the_same_result_to_the_last_letter(case, shuffle):
    catalogue, profile, answers, register = case
    order = list(answers)
    shuffle.shuffle(order)
    first = score(*case)
    again = score(rebuilt(catalogue, catalogue.topics), profile, {one: answers[one] for one in order}, register)
    assert repr(first) == repr(again)


@moderate
@given(catalogues(), profiles)
def test_13_nothing_applicable_or_nothing_answered_is_no_score(catalogue, profile):
    for answers in (dict.fromkeys(catalogue.questions, NOT_APPLICABLE), {}):
        scorecard = score(catalogue, profile, answers)
        assert scorecard.low is scorecard.high is scorecard.level_low is scorecard.level_high is None
        assert not scorecard.has_score


@moderate
@given(cases(levels_only), st.data())
def test_14_evidence_never_lowers_the_score_and_never_lifts_it_above_the_declared_one(case, data):
    catalogue, profile, answers, register = case
    assume(answers)
    backed = score(*case, ScoreKind.EVIDENCE)
    declared = score(*case)
    assume(declared.has_score)
    assert backed.low <= declared.low
    assert backed.level_low.level <= declared.level_low.level
    order = list(Evidence)
    question = data.draw(st.sampled_from(sorted(answers)))
    more = data.draw(st.sampled_from(order[order.index(answers[question].evidence) :]))
    better = {**answers, question: replace(answers[question], evidence=more)}
    assert score(catalogue, profile, better, register, ScoreKind.EVIDENCE).low >= backed.low
    confirmed = {one: replace(answer, evidence=Evidence.CONFIRMED) for one, answer in answers.items()}
    assert bounds(score(catalogue, profile, confirmed, register, ScoreKind.EVIDENCE)) == bounds(declared)


@moderate
@given(cases())
def test_15_reviewer_and_enterprise_are_scored_by_the_same_function(case):
    assert replace(score(*case, ScoreKind.VALIDATED), kind=ScoreKind.SELF) == score(*case)


@moderate
@given(cases(), st.integers(1, 12))
def test_16_the_mean_of_identical_assessments_is_the_assessment(case, count):
    scorecard = score(*case)
    assume(scorecard.has_score)
    assert isinstance(scorecard.low, Fraction)
    assert sum([scorecard.low] * count, Fraction(0)) / count == scorecard.low


@moderate
@given(cases())
def test_an_overdue_register_is_the_only_thing_that_fails_a_gate_out_of_scope(case):
    catalogue, profile, answers, register = case
    scorecard = score(*case)
    assume(scorecard.has_score)
    in_scope = {one.question for one in entered(scorecard)}
    for gate in scorecard.level_low.gates:
        assert gate.question in in_scope or gate.overdue == register.overdue != ()
    assert score(catalogue, profile, answers, RegisterFacts()).contradictions == ()
