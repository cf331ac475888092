"""Time through the services: any day as it was, two days, the years, and the next period with what it carries over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from core.domain.assessment import Answer, AssessmentState, Choice, Evidence
from core.domain.instruments import MeasuringInstrument
from core.domain.review import Ruling, RulingKind
from core.errors import NotThere, OutOfOrder
from core.services import assessing, comparing, enterprises, registering, reviewing

QUESTION, OTHER = "named-person", "measuring-points"


def opened_by(environment, people):
    return assessing.open_assessment(environment, people.owner, people.enterprise_id)


def answer(environment, people, question, actor=None, **changes):
    opened = opened_by(environment, people)
    seen = opened.answer(question)
    wanted = replace(seen, **changes)
    return assessing.save_answer(environment, actor or people.owner, opened.id, question, seen=seen, wanted=wanted)


def answer_all(environment, people, level=Choice.LEVEL_2):
    for topic in assessing.progress(opened_by(environment, people)):
        for question in topic.questions:
            answer(environment, people, question.id, choice=level)


def days(environment, people, one, other):
    return comparing.compare_days(environment, people.owner, people.enterprise_id, one, other)


def submission_of(environment, people):
    return reviewing.hand_in_of(environment, people.owner, people.enterprise_id).submission


def review_to_the_end(environment, people):
    """Adjust one level and accept the rest."""
    reviewing.submit(environment, people.owner, people.enterprise_id)
    submission_id = submission_of(environment, people).id
    ruling = Ruling(RulingKind.ADJUSTED, Answer(), level=0, reason="Không ai nhận việc")
    reviewing.rule(environment, people.adviser, submission_id, QUESTION, on_round=1, seen=None, wanted=ruling)
    found = reviewing.open_review(environment, people.adviser, submission_id)
    reviewing.accept_together(environment, people.adviser, found, found.progress.unsettled)
    reviewing.finish(environment, people.adviser, submission_id, "", on_round=1)
    return submission_id


@pytest.fixture
def answered(environment, people, prepared):
    prepared("comparing: answered", lambda: answer_all(environment, people))


def test_a_day_is_rebuilt_with_answers_files_profile_and_register(environment, people, answered, clock):
    first_day = environment.today()
    line = MeasuringInstrument("C-01", name="Cân", group2_row=next(iter(environment.catalogue.group2)))
    registering.save_instruments(environment, people.owner, people.enterprise_id, [(None, line)])
    attached = assessing.attach(
        environment, people.owner, opened_by(environment, people).id, OTHER, "sơ đồ.pdf", b"%PDF-1.4 x"
    )
    result = assessing.result(environment, people.owner, people.enterprise_id)
    before = result.self_score

    clock.pass_time(days=3)
    answer(environment, people, QUESTION, people.editor, choice=Choice.LEVEL_4, note="đã có quyết định")
    assessing.detach(environment, people.owner, attached.id)
    registering.save_instruments(
        environment, people.owner, people.enterprise_id, [(line, replace(line, in_use=False, code="C-02"))]
    )
    profile = enterprises.open_profile(environment, people.owner, people.enterprise_id).profile
    enterprises.save_profile(
        environment, people.owner, people.enterprise_id, seen=profile, wanted=replace(profile, uses=frozenset())
    )

    found = days(environment, people, environment.today(), first_day)

    assert found.before.standing.scorecard == before
    assert found.before.standing.answers == result.opened.counted
    assert (
        found.after.standing.scorecard == assessing.result(environment, people.owner, people.enterprise_id).self_score
    )
    changed = {one.question: one for one in found.comparison.answers}
    assert changed[QUESTION].after == Answer(Choice.LEVEL_4, note="đã có quyết định")
    assert (changed[QUESTION].touch.by_name, changed[QUESTION].touch.at) == ("editor", clock())
    assert changed[OTHER].before.evidence is Evidence.FILE
    assert changed[OTHER].after.evidence is Evidence.DESCRIBED
    assert found.comparison.asked_before_only
    assert days(environment, people, first_day - timedelta(days=1), first_day) is None


def test_what_was_erased_from_the_log_is_said_to_be_unknown(environment, people, answered, clock):
    first_day = environment.today()
    clock.pass_time(days=1)
    answer(environment, people, QUESTION, choice=Choice.LEVEL_4)
    with environment.database.writing() as session:
        session.execute(text("UPDATE event SET before = NULL, after = NULL, salt = NULL"))

    found = days(environment, people, first_day, environment.today())

    assert found.before.standing.unknown == {QUESTION}
    assert found.before.standing.scorecard.low < found.before.standing.scorecard.high
    [changed] = found.comparison.answers
    assert (changed.before, changed.after.level, changed.touch.by_name) == (None, 4, "owner")


def test_the_next_period_begins_from_the_reviewed_answers_marked_until_looked_at(environment, people, answered, clock):
    attach_to = opened_by(environment, people).id
    assessing.attach(environment, people.owner, attach_to, OTHER, "sơ đồ.pdf", b"%PDF-1.4 x")
    with pytest.raises(NotThere):
        assessing.begin_next(environment, people.owner, people.enterprise_id)
    given_on = environment.today()
    submission_id = review_to_the_end(environment, people)
    clock.pass_time(days=365)
    for other in (people.editor, people.viewer, people.adviser, people.stranger):
        with pytest.raises(NotThere):
            assessing.begin_next(environment, other, people.enterprise_id)

    assessing.begin_next(environment, people.owner, people.enterprise_id)

    opened = opened_by(environment, people)
    assert (opened.assessment.state, opened.assessment.started_on) == (AssessmentState.DRAFT, environment.today())
    assert set(opened.carried.values()) == {given_on}
    assert opened.answer(QUESTION).level == 2, "a reviewer's words never become the firm's record"
    assert len(opened.files[OTHER]) == 1
    assessing.look_again(environment, people.editor, opened.id, QUESTION)
    answer(environment, people, OTHER, choice=Choice.LEVEL_3)
    carried = set(opened.carried) - {QUESTION, OTHER}
    assert set(reviewing.hand_in_of(environment, people.owner, people.enterprise_id).precheck.carried) == carried
    with pytest.raises(OutOfOrder, match="next-begun"):
        reviewing.revoke(environment, people.adviser, submission_id, "xem lại")

    past = comparing.open_past(environment, people.viewer, people.enterprise_id)
    reviewed, draft = past.periods
    assert (reviewed.state, reviewed.submission_id) == (AssessmentState.REVIEWED, submission_id)
    assert reviewed.result.validated.low < reviewed.result.self_score.low < draft.result.self_score.low
    assert draft.result.validated is None
    assert [mark.what for mark in past.marks] == ["begun", "handed_in", "reviewed", "begun", "today"]
    found = days(environment, people, given_on, environment.today())
    assert [one.question for one in found.comparison.answers] == [OTHER]


def test_two_rounds_are_put_side_by_side_for_the_reviewer(environment, people, answered, clock):
    reviewing.submit(environment, people.owner, people.enterprise_id)
    submission_id = submission_of(environment, people).id
    first = reviewing.open_review(environment, people.adviser, submission_id)
    assert comparing.compare_rounds(first) is None
    reviewing.request_changes(environment, people.adviser, submission_id, "Xin xem lại", on_round=1)
    clock.pass_time(days=2)
    answer(environment, people, QUESTION, choice=Choice.LEVEL_3)
    reviewing.submit(environment, people.owner, people.enterprise_id)

    found = comparing.compare_rounds(reviewing.open_review(environment, people.adviser, submission_id))

    [changed] = found.answers
    assert (changed.question, changed.before.level, changed.after.level) == (QUESTION, 2, 3)
    assert (changed.touch.by_name, changed.touch.at) == ("owner", clock())
    assert found.before.scorecard.low < found.after.scorecard.low


@pytest.mark.parametrize("who", ["adviser", "official", "administrator", "stranger"])
def test_the_past_is_the_firms_own(sqlite_environment, sqlite_people, prepared, who):
    prepared("comparing: answered", lambda: answer_all(sqlite_environment, sqlite_people))
    reviewing.submit(sqlite_environment, sqlite_people.owner, sqlite_people.enterprise_id)
    actor, today = getattr(sqlite_people, who), sqlite_environment.today()
    with pytest.raises(NotThere):
        comparing.open_past(sqlite_environment, actor, sqlite_people.enterprise_id)
    with pytest.raises(NotThere):
        comparing.compare_days(sqlite_environment, actor, sqlite_people.enterprise_id, today, today)
