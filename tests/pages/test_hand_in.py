"""Handing in on the screen: the check before, the receipt, the lock, what the reviewers say, going on."""

from __future__ import annotations

import json

import pytest

from core.domain.assessment import Answer, AssessmentState, Choice
from core.domain.review import RemarkAudience, RulingKind
from core.domain.scorecard import ScoreKind
from core.language import Language, number
from core.services import reviewing
from tests.pages.reviews import QUESTION, REQUEST, Case
from tests.pages.test_enterprise import words_of

PAGE = "enterprise/hand_in.py"
LANGUAGES = list(Language)


@pytest.fixture
def case(environment, sessions, prepared):
    made = Case(environment, sessions)
    prepared("hand-in: answered", made.answer_all)
    return made


def say(case, key, language=Language.VI, **values):
    text = case.environment.catalogue.word(key)[language]
    return text.format(**values) if values else text


def copied(app):
    """Values of the lines that can be copied."""
    found = [one.proto for one in app.get("bidi_component") if one.proto.component_name == "copy_field"]
    return [json.loads(one.json)["value"] for one in found]


def labels(app):
    return [one.proto.label for one in app.get("page_link")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_owner_hands_in_and_has_a_receipt_to_copy(visit, case, sessions, language):
    app = visit(PAGE, language=language, session=sessions["owner"])
    app.button(key="submit").click().run()

    assert not app.exception
    assert case.state is AssessmentState.SUBMITTED
    [receipt] = reviewing.hand_in_of(case.environment, case.actor("owner"), case.enterprise_id).receipts
    assert copied(app) == [receipt.sha256]
    assert say(case, "review.state.submitted", language) in words_of(app)
    assert not any(one.key == "submit" for one in app.button)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["editor", "viewer"])
def test_others_read_who_may_hand_in(visit, case, sessions, who, language):
    app = visit(PAGE, language=language, session=sessions[who])

    assert not any(one.key in ("submit", "withdraw_yes") for one in app.button)
    assert say(case, "review.hand-in.who-may", language, names="owner") in words_of(app)


def test_the_check_before_leads_to_each_question(visit, case, sessions):
    case.answer(QUESTION, Answer(Choice.UNKNOWN))
    case.answer("measuring-points", Answer(Choice.LEVEL_4))
    app = visit(PAGE, session=sessions["owner"])

    shown = [one.label for one in app.expander]
    assert say(case, "review.hand-in.precheck.unknown", count=1) in shown
    assert say(case, "review.hand-in.precheck.without_evidence", count=1) in shown
    text = case.environment.catalogue.questions[QUESTION].text[Language.VI]
    assert any(text in label for label in labels(app))


def test_nothing_to_hand_in_is_said_and_nothing_moves(visit, environment, sessions):
    app = visit(PAGE, session=sessions["owner"])
    app.button(key="submit").click().run()

    empty = Case(environment, sessions)
    assert environment.catalogue.word("errors.submission-without-score.what")[Language.VI] in words_of(app)
    assert empty.state is AssessmentState.DRAFT


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ["submitted", "in_review", "reviewed"])
def test_the_assessment_says_why_it_is_locked(visit, case, sessions, state, language):
    case.submit()
    if state == "in_review":
        case.accept_all()
    if state == "reviewed":
        case.finish()

    app = visit("enterprise/assessment.py", language=language, session=sessions["owner"])

    named = say(case, f"review.state.{state}", language)
    assert say(case, "assessment.locked", language, state=named) in words_of(app)
    assert all(radio.disabled for radio in app.radio)


def test_a_viewer_reads_that_the_account_only_reads(visit, case, sessions):
    app = visit("enterprise/assessment.py", session=sessions["viewer"])
    assert say(case, "assessment.read-only") in words_of(app)


def test_rulings_are_shown_when_the_round_was_decided_and_can_be_answered(visit, case, sessions):
    case.submit()
    case.accept_all(without=(QUESTION,))
    reviewing.remark(
        case.environment,
        case.actor("adviser"),
        case.submission_id,
        "chỉ chúng ta đọc",
        audience=RemarkAudience.INTERNAL,
    )
    before = visit(PAGE, session=sessions["owner"])
    assert REQUEST not in words_of(before)

    case.request_changes("Còn một câu")

    app = visit(PAGE, session=sessions["editor"])
    shown = words_of(app)
    assert REQUEST in shown
    assert "Còn một câu" in shown
    assert "chỉ chúng ta đọc" not in shown
    app.session_state[f"{case.submission_id}/{QUESTION}/remark.text"] = "Đã gửi bản chụp"
    app.button(key=f"remark_{QUESTION}.send").click().run()
    assert "Đã gửi bản chụp" in words_of(app)
    [remark] = [one for one in case.seen_by("adviser").remarks if one.question == QUESTION]
    assert (remark.text, remark.by_name, remark.is_reviewer) == ("Đã gửi bản chụp", "editor", False)


def test_handing_in_again_makes_the_next_round_of_the_same_submission(visit, case, sessions):
    first = case.submit()
    case.request_changes()
    case.change(QUESTION, choice=Choice.LEVEL_3)
    app = visit(PAGE, session=sessions["owner"])
    assert app.button(key="submit").label == say(case, "review.hand-in.submit-again")
    app.button(key="submit").click().run()

    assert case.submission_id == first
    assert case.seen_by("adviser").submission.round == 2
    assert len(copied(app)) == 2


def test_an_owner_withdraws_and_goes_on_writing(visit, case, sessions):
    case.submit()
    app = visit(PAGE, session=sessions["owner"])
    app.button(key="withdraw_yes").click().run()

    assert not app.exception
    assert case.state is AssessmentState.DRAFT
    assert case.firm.answer(QUESTION).level == 2
    assert say(case, "review.hand-in.is.draft") in words_of(app)


@pytest.mark.parametrize("state", ["submitted", "in_review", "changes_requested", "reviewed"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_start_page_says_where_the_file_is(visit, case, sessions, state, language):
    case.submit()
    if state == "in_review":
        case.accept_all()
    if state == "changes_requested":
        case.request_changes()
    if state == "reviewed":
        case.finish()
    app = visit("enterprise/home.py", language=language, session=sessions["viewer"])
    assert say(case, f"review.hand-in.home.{state}", language) in words_of(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_result_shows_the_reviewed_score_once_it_is_reviewed(visit, case, sessions, language):
    case.submit()
    case.rule(QUESTION, RulingKind.ADJUSTED, level=0, reason="Không ai nhận việc")
    page, title = "enterprise/result.py", say(case, "review.score.reviewed", language)
    assert title not in words_of(visit(page, language=language, session=sessions["viewer"]))

    case.finish()

    app = visit(page, language=language, session=sessions["viewer"])
    assert not app.exception
    assert title in words_of(app)
    assert "Không ai nhận việc" in words_of(app)
    validated = case.seen_by("owner").scorecard(ScoreKind.VALIDATED).low
    shown = {one.label: one.value for one in app.metric}
    assert shown[say(case, "review.score.validated", language)] == number(validated, language, 1)
