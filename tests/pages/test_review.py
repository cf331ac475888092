"""Reviewing on the screen: who sees it, ruling, remarks, decisions, and what a second reviewer or an old tab meets."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.assessment import Answer, AssessmentState, Choice, Evidence
from core.domain.instruments import MeasuringInstrument
from core.domain.permissions import Action, GrantedRole, Relation, Role, is_allowed
from core.domain.review import RemarkAudience, RulingKind
from core.language import Language
from core.services import accounts, assessing, handing_out, reviewing
from core.services.environment import transaction
from core.storage.repository_accounts import RoleGrant
from tests.pages.conftest import NAME
from tests.pages.reviews import QUESTION, REQUEST, Case
from tests.pages.test_enterprise import words_of

PAGE = "adviser/review.py"
FIRM = "enterprise/hand_in.py"
OTHER = "measuring-points"
FAR = "group2-verification"
"""A question of a later topic."""
LANGUAGES = list(Language)
REVIEWERS = {
    "lead": GrantedRole(Role.LEAD_ADVISER, "19"),
    "colleague": GrantedRole(Role.ADVISER, "19"),
    "elsewhere": GrantedRole(Role.ADVISER, "01"),
}
STATES = ["submitted", "in_review", "changes_requested", "reviewed"]


@pytest.fixture
def sessions(environment, sessions, signed_up, prepared):
    """The people of `sessions`, and more reviewers."""
    return dict(prepared("review: people", lambda: with_reviewers(environment, sessions, signed_up)))


def with_reviewers(environment, sessions, signed_up):
    keys = dict(sessions)
    for who, granted in REVIEWERS.items():
        keys[who] = signed_up(who, f"{who}@to.example")
        actor = accounts.actor_of_session(environment, keys[who])
        with transaction(environment, actor) as repository:
            repository.accounts.grant(actor.account_id, RoleGrant(granted.role.value, granted.province))
    return keys


@pytest.fixture
def case(environment, sessions, prepared):
    made = Case(environment, sessions)
    prepared("review: submitted", made.hand_in)
    return made


@pytest.fixture
def review(visit, case, sessions):
    """Open a part of the review as somebody: `review("adviser", phan="ket-luan")`."""

    def open_page(who="adviser", language=Language.VI, submission_id=None, **address):
        app = visit("adviser/queue.py", language=language, session=sessions[who])
        for name, value in {"id": str(submission_id or case.submission_id), "loc": "tat-ca", **address}.items():
            app.query_params[name] = value
        return app.switch_page(PAGE).run()

    return open_page


@pytest.fixture
def moved_to(case, prepared):
    """Bring the review into a state: `moved_to("in_review")`."""
    return lambda state: prepared(f"review: {state}", lambda: move_to(case, state))


def move_to(case, state):
    if state == "in_review":
        case.rule(OTHER, RulingKind.ACCEPTED)
    if state == "changes_requested":
        case.request_changes()
    if state == "reviewed":
        case.finish()
    assert case.state.value == state


def say(case, key, language=Language.VI, **values):
    text = case.environment.catalogue.word(key)[language]
    return text.format(**values) if values else text


def keys(app):
    return {one.key for kind in (app.button, app.button_group, app.selectbox) for one in kind if one.key}


def boxes(app):
    """Texts of the boxes that save while one types, by label."""
    found = [one.proto for one in app.get("bidi_component") if one.proto.component_name == "saving_text_area"]
    return {data["label"]: data["value"] for data in (json.loads(one.json) for one in found)}


def choose(app, question, kind):
    app.button_group(key=f"ruling_{question}").set_value(kind).run()
    return app


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["adviser", "lead"])
@pytest.mark.parametrize("state", STATES)
def test_reviewers_open_every_part_in_every_state(review, case, moved_to, state, who, language):
    moved_to(state)
    app = review(who, language)
    for part in ("cau-hoi", "ket-luan", "lich-su"):
        app.query_params["phan"] = part
        app.run()
        assert not app.exception, part
        assert app.title[0].value == NAME, part
        assert say(case, f"review.state.{state}", language) in words_of(app), part


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["owner", "viewer", "official", "administrator", "stranger"])
def test_others_are_told_what_is_told_of_nothing(visit, case, sessions, who, language):
    try:
        app = visit(PAGE, language=language, session=sessions[who])
    except ValueError:
        return  # the page is not among those that this person's router knows
    app.query_params["id"] = str(case.submission_id)
    app.run()
    assert not app.exception
    assert NAME not in words_of(app)


@pytest.mark.parametrize("submission_id", [None, "018f0000-0000-7000-8000-000000000000", "no id"])
def test_another_province_and_a_wrong_address_get_the_same_answer(review, case, submission_id):
    app = review("elsewhere" if submission_id is None else "adviser", submission_id=submission_id)
    assert not app.exception
    assert app.title[0].value == say(case, "frame.not-there.title")
    assert NAME not in words_of(app)


def test_a_reviewer_who_belongs_to_the_firm_does_not_review_it(review, environment, case):
    owner = case.actor("owner")
    with transaction(environment, owner) as repository:
        repository.accounts.grant(owner.account_id, RoleGrant(Role.ADVISER.value, "19"))
    app = review("owner")
    assert app.title[0].value == say(case, "frame.not-there.title")


@pytest.mark.parametrize(("is_settled", "shown"), [(False, "chua-quyet"), (True, "tat-ca")])
def test_a_scanned_code_opens_just_its_point(review, case, is_settled, shown):
    if is_settled:
        case.rule(FAR, RulingKind.ACCEPTED)
    app = review(cau=FAR, phan="ket-luan", loc="da-doi")
    assert not app.exception
    assert f"ruling_{FAR}" in keys(app)
    [asked] = [one for one in app.get("bidi_component") if one.proto.component_name == "to_card"]
    assert json.loads(asked.proto.json)["card"] == f"st-key-point_{FAR}"
    assert app.query_params["loc"] == shown
    assert "cau" not in app.query_params


@pytest.mark.parametrize(("who", "question"), [("elsewhere", "group2-verification"), ("adviser", "no-such-question")])
def test_a_code_shows_nothing_to_others_and_a_wrong_one_just_the_review(review, case, who, question):
    app = review(who, cau=question)
    assert (app.title[0].value == NAME) is (who == "adviser")
    assert not [one for one in app.get("bidi_component") if one.proto.component_name == "to_card"]


def test_agreeing_is_kept_at_once_and_taken_back_by_a_second_press(review, case):
    app = choose(review(), QUESTION, RulingKind.ACCEPTED)
    assert not app.exception
    assert case.seen_by("adviser").standing[QUESTION].kind is RulingKind.ACCEPTED
    assert case.state is AssessmentState.IN_REVIEW
    choose(app, QUESTION, None)
    assert QUESTION not in case.seen_by("adviser").standing


def test_words_are_asked_for_only_where_they_are_needed(review, case):
    app = review()
    reason = {kind: say(case, f"review.page.reason.{kind}") for kind in ("adjusted", "change_asked")}
    assert not set(reason.values()) & set(boxes(app))
    choose(app, QUESTION, RulingKind.CHANGE_ASKED)
    assert reason["change_asked"] in boxes(app)
    assert say(case, "review.page.not-yet") in words_of(app)
    assert QUESTION not in case.seen_by("adviser").standing

    choose(app, QUESTION, RulingKind.ADJUSTED)
    assert reason["adjusted"] not in boxes(app)
    app.button_group(key=f"ruling_level_{QUESTION}.shown").set_value(1).run()
    assert reason["adjusted"] in boxes(app)


def test_an_adjusted_level_is_changed_and_stays_with_its_reason(review, case):
    case.rule(QUESTION, RulingKind.ADJUSTED, level=1, reason="Chưa có giấy")
    app = review()
    assert boxes(app)[say(case, "review.page.reason.adjusted")] == "Chưa có giấy"
    app.button_group(key=f"ruling_level_{QUESTION}.shown").set_value(0).run()
    kept = case.seen_by("adviser").standing[QUESTION]
    assert (kept.level, kept.reason) == (0, "Chưa có giấy")


def test_a_second_reviewer_is_told_who_said_what_and_chooses(review, case):
    app = review("colleague")
    case.rule(QUESTION, RulingKind.CHANGE_ASKED, reason=REQUEST)

    choose(app, QUESTION, RulingKind.ACCEPTED)

    shown = words_of(app)
    assert "adviser" in shown
    assert REQUEST in shown
    assert case.seen_by("adviser").standing[QUESTION].kind is RulingKind.CHANGE_ASKED
    app.button(key=f"ruling_{QUESTION}.yours").click().run()
    assert not app.exception
    assert case.seen_by("adviser").standing[QUESTION].kind is RulingKind.ACCEPTED
    assert case.seen_by("adviser").rulings[QUESTION].by_name == "colleague"


def test_a_second_reviewer_can_leave_it_to_the_first(review, case):
    app = review("colleague")
    case.rule(QUESTION, RulingKind.CHANGE_ASKED, reason=REQUEST)
    choose(app, QUESTION, RulingKind.ACCEPTED)
    app.button(key=f"ruling_{QUESTION}.theirs").click().run()
    assert case.seen_by("adviser").rulings[QUESTION].by_name == "adviser"
    assert boxes(app)[say(case, "review.page.reason.change_asked")] == REQUEST


def news():
    """What a tab shows by itself, every twenty seconds."""
    import streamlit as st

    from pages.widgets.reviews import review_news

    review_news(st.session_state["opened"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tab_says_by_itself_who_did_what_meanwhile(case, sessions, language):
    app = AppTest.from_function(news)
    app.user = {"session": sessions["colleague"]}
    app.query_params["lang"] = language.value
    app.session_state["opened"] = case.seen_by("colleague")
    assert not app.run().markdown

    case.rule(QUESTION, RulingKind.CHANGE_ASKED, reason=REQUEST)
    shown = words_of(app.run())
    number = case.environment.catalogue.questions[QUESTION].number
    assert say(case, "review.news.ruled", language, who="adviser", time="10:42") in shown
    assert say(case, "review.news.at", language, number=number) in shown
    assert REQUEST not in shown

    reviewing.withdraw(case.environment, case.actor("owner"), case.enterprise_id)
    assert [one.value for one in app.run().warning] == [say(case, "review.news.gone", language)]


def test_a_tab_from_before_the_decision_changes_nothing_and_says_so(review, case):
    app = review("colleague")
    case.finish()
    choose(app, QUESTION, RulingKind.ACCEPTED)
    assert say(case, "errors.step-not-allowed.what") in words_of(app)
    assert case.seen_by("adviser").rulings[QUESTION].by_name == "adviser"


def test_a_tab_from_the_round_before_changes_nothing_and_says_so(review, case):
    app = review("colleague")
    case.request_changes()
    case.change(OTHER, choice=Choice.LEVEL_4)
    case.submit()
    choose(app, OTHER, RulingKind.ACCEPTED)
    assert say(case, "errors.round-meanwhile.what", round=2) in words_of(app)
    assert OTHER not in case.seen_by("adviser").standing


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_changed_comes_first_with_before_and_after(review, case, language):
    case.accept_all(without=(QUESTION,))
    case.request_changes()
    case.change(QUESTION, choice=Choice.LEVEL_3, note="Quyết định số 12")
    case.submit()

    app = review(language=language, loc="")

    shown = words_of(app)
    assert app.button_group(key="review_shown").value == "da-doi"
    question = case.environment.catalogue.questions[QUESTION]
    for level in (2, 3):
        assert question.levels[level][language] in shown
    assert "Quyết định số 12" in shown
    assert REQUEST in shown
    assert say(case, "review.page.before-ruling", language) in shown
    assert f"ruling_{OTHER}" not in keys(app)


def test_topics_keep_their_numbers_where_only_some_are_listed(review, case):
    case.accept_all(without=(FAR,))

    app = review(loc="chua-quyet")

    [topic] = [one for one in case.environment.catalogue.topics if any(asked.id == FAR for asked in one.questions)]
    listed = [one.label for one in app.button if one.key.startswith("topic_wide_")]
    assert listed == [f"{topic.order}. {topic.title[Language.VI]}"]
    assert topic.order > 1


def test_files_stand_beside_the_answer_as_links_that_ask_again(visit, environment, sessions):
    case = Case(environment, sessions)
    case.answer_all()
    kept = assessing.attach(environment, case.actor("owner"), case.firm.id, QUESTION, "giấy.pdf", b"%PDF-1.4 giay")
    case.submit()
    app = visit("adviser/queue.py", session=sessions["adviser"])
    app.query_params["id"] = str(case.submission_id)
    app.query_params["loc"] = "tat-ca"
    app.switch_page(PAGE).run()
    assert f"/tai-ve/tep/{kept.id}" in words_of(app)


def test_easy_answers_are_accepted_together_but_not_what_was_talked_about(review, case):
    reviewing.remark(case.environment, case.actor("editor"), case.submission_id, "xin xem giúp", question=OTHER)
    topic = case.environment.catalogue.topic_of[QUESTION]
    app = review()
    app.button(key=f"easy_{topic.id}").click().run()
    standing = case.seen_by("adviser").standing
    assert QUESTION in standing
    assert OTHER not in standing
    assert f"easy_{topic.id}" not in keys(app)


@pytest.mark.parametrize("audience", RemarkAudience)
def test_a_remark_reaches_those_it_is_for(review, visit, sessions, case, audience):
    app = review(phan="ket-luan")
    app.session_state[f"{case.submission_id}//remark.text"] = "Mời xem lại mục 5"
    app.button_group(key="remark_overall.audience").set_value(audience)
    app.button(key="remark_overall.send").click().run()
    assert not app.exception
    assert "Mời xem lại mục 5" in words_of(app)
    firm = visit(FIRM, session=sessions["owner"])
    assert ("Mời xem lại mục 5" in words_of(firm)) is (audience is RemarkAudience.FIRM)


def test_a_remark_is_written_at_its_question(review, case):
    app = review()
    app.session_state[f"talk_{QUESTION}"] = True
    app.run()
    app.session_state[f"{case.submission_id}/{QUESTION}/remark.text"] = "Ảnh mờ quá"
    app.button(key=f"remark_{QUESTION}.send").click().run()
    assert not app.exception
    [remark] = case.seen_by("owner").remarks
    assert (remark.question, remark.text) == (QUESTION, "Ảnh mờ quá")


def test_what_others_wrote_since_the_last_look_is_marked(review, environment, case, now):
    case.seen_by("adviser")
    later = replace(environment, now=lambda: now + timedelta(minutes=5))
    reviewing.remark(later, case.actor("owner"), case.submission_id, "Đã gửi ảnh", question=QUESTION)
    app = review()
    assert f":blue-badge[{say(case, 'review.queue.new')}]" in words_of(app)
    assert f":blue-badge[{say(case, 'review.queue.new')}]" not in words_of(review("colleague"))


def test_an_empty_remark_is_refused_in_its_place(review, case):
    app = review(phan="ket-luan")
    app.button(key="remark_overall.send").click().run()
    assert say(case, "errors.remark-empty.what") in words_of(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_scores_with_every_difference_explained(review, case, language):
    case.rule(QUESTION, RulingKind.ADJUSTED, level=0, reason="Không ai nhận việc")
    app = review(language=language, phan="ket-luan")
    metrics = {one.label for one in app.metric}
    assert {say(case, f"review.score.{kind}", language) for kind in ("self", "evidence", "validated")} <= metrics
    number = case.environment.catalogue.questions[QUESTION].number
    line = say(
        case, "review.score.difference", language, number=number, declared=2, validated=0, reason="Không ai nhận việc"
    )
    assert line in words_of(app).replace("\\", "")


def test_nothing_is_called_reviewed_before_all_is_settled(review, case):
    case.accept_all(without=(QUESTION,))
    app = review(phan="ket-luan")
    assert app.button(key="decide_reviewed").disabled
    assert say(case, "review.decision.open", count=1) in words_of(app)
    app.button(key="decide_changes_requested").click().run()
    assert say(case, "errors.no-change-asked.what") in words_of(app)
    assert case.state is AssessmentState.IN_REVIEW


@pytest.mark.parametrize("kind", [AssessmentState.REVIEWED, AssessmentState.CHANGES_REQUESTED])
def test_a_decision_with_words_and_its_revocation_with_a_reason(review, case, kind):
    case.accept_all()
    app = review(phan="ket-luan")
    app.session_state[f"{case.submission_id}/decision.text"] = "Hồ sơ rõ ràng"
    app.button(key=f"decide_{kind.value}").click().run()
    assert not app.exception
    assert case.state is kind
    assert case.seen_by("owner").decision.reason == "Hồ sơ rõ ràng"

    app.button(key="revoke_yes").click().run()
    assert say(case, "errors.revocation-without-reason.what") in words_of(app)
    app.session_state[f"{case.submission_id}/decision.text"] = "Bỏ sót phụ lục"
    app.button(key="revoke_yes").click().run()

    assert case.state is AssessmentState.IN_REVIEW
    history = words_of(review(phan="lich-su"))
    for words in ("Hồ sơ rõ ràng", "Bỏ sót phụ lục", "adviser", "owner"):
        assert words in history


def test_a_contradiction_names_the_instruments(visit, environment, sessions):
    case = Case(environment, sessions)
    case.answer_all(Answer(Choice.LEVEL_4, evidence=Evidence.DESCRIBED))
    with transaction(environment, case.actor("owner")) as repository:
        repository.instruments.save(
            case.enterprise_id, seen=None, wanted=MeasuringInstrument("C-01", name="Cân", group2_row="8b")
        )
    case.submit()
    contradicted = case.seen_by("adviser").precheck.contradictions
    assert contradicted
    app = visit("adviser/queue.py", session=sessions["adviser"])
    app.query_params["id"] = str(case.submission_id)
    app.query_params["loc"] = "mau-thuan"
    app.switch_page(PAGE).run()
    assert say(case, "review.page.contradiction") in words_of(app)
    assert "C-01" in words_of(app)


# Every cell of the permission table for the actions of the review, through the screens

CONTROLS = {
    Action.REVIEW: ("cau-hoi", f"ruling_{QUESTION}"),
    Action.REMARK: ("ket-luan", "remark_overall.send"),
    Action.FINISH_REVIEW: ("ket-luan", "decide_reviewed"),
    Action.REVOKE_DECISION: ("ket-luan", "revoke_yes"),
    Action.ASSIGN_REVIEW: ("ket-luan", "hand_over"),
}
FIRM_CONTROLS = {Action.SUBMIT: "submit", Action.WITHDRAW: "withdraw_yes", Action.REMARK: "remark_.send"}
ROLES = {"adviser": Role.ADVISER, "lead": Role.LEAD_ADVISER}
MEMBERS = {"owner": Role.OWNER, "editor": Role.EDITOR, "viewer": Role.VIEWER}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("who", ROLES)
def test_each_cell_of_the_table_for_reviewers(review, moved_to, who, state):
    moved_to(state)
    pages = {part: review(who, phan=part) for part in {part for part, _ in CONTROLS.values()}}
    for action, (part, control) in CONTROLS.items():
        assert not pages[part].exception
        allowed = is_allowed(action, ROLES[who], Relation.ASSIGNED, AssessmentState(state))
        assert (control in keys(pages[part])) is allowed, action


@pytest.mark.parametrize("state", ["draft", *STATES])
@pytest.mark.parametrize("who", MEMBERS)
def test_each_cell_of_the_table_for_the_firm(visit, environment, sessions, prepared, who, state):
    case = Case(environment, sessions)
    prepared("review: draft", case.answer_all)
    if state != "draft":
        prepared("review: submitted", case.submit)
        prepared(f"review: {state}", lambda: move_to(case, state))
    app = visit(FIRM, session=sessions[who])
    assert not app.exception
    for action, control in FIRM_CONTROLS.items():
        allowed = is_allowed(action, MEMBERS[who], Relation.OWN, AssessmentState(state))
        # A draft that was never handed in is simply written on: there is nothing to take back yet.
        allowed = allowed and not (action is Action.WITHDRAW and state == "draft")
        assert (control in keys(app)) is allowed, action


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reviewer_sees_which_drafts_were_handed_out_under_a_code(review, environment, case, language):
    kept = handing_out.hand_out(environment, case.actor("owner"), case.enterprise_id)
    handing_out.revoke(environment, case.actor("owner"), kept.id, "Sai số máy")

    app = review("adviser", language=language, phan="ket-luan")

    shown = words_of(app)
    revoked = environment.catalogue.word("check.revoked")[language].partition("{")[0]
    for said in (kept.draft.code, revoked, "Sai số máy", kept.files[0].sha256):
        assert said in shown
