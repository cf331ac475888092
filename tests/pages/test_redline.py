"""The redline on screen: the adviser proposes clause by clause, the firm accepts or refuses each or all."""

from __future__ import annotations

import json

import pytest

from core.domain.redline import Verdict
from core.language import Language
from core.services import programming, redlining
from core.services.environment import transaction
from tests.pages.reviews import QUESTION, Case
from tests.pages.test_enterprise import words_of

ADVISER, FIRM = "adviser/redline.py", "enterprise/proposals.py"
CAUSE, TITLE = f"finding:{QUESTION}/cause", f"task:{QUESTION}/title"
LANGUAGES = list(Language)


@pytest.fixture
def case(environment, sessions):
    made = Case(environment, sessions)
    made.answer_all()
    made.submit()
    return made


@pytest.fixture
def open_redline(environment, visit, sessions, case):
    """Open the adviser's page at a part of the programme."""

    def open_page(who="adviser", language=Language.VI, **query):
        app = visit(language=language, session=sessions[who])
        app.query_params["id"] = str(case.submission_id)
        for name, value in query.items():
            app.query_params[name] = value
        return app.switch_page(ADVISER).run()

    return open_page


def say(case, key, language=Language.VI, **values):
    text = case.environment.catalogue.word(key)[language]
    return text.format(**values) if values else text


def propose(case, path, value):
    actor = case.actor("adviser")
    opened = redlining.open_redline(case.environment, actor, case.submission_id)
    before = opened.fields[path].value.vi
    redlining.propose(case.environment, actor, opened, path, value, before=before, language=Language.VI)
    return before


def drafted(case, *paths):
    opened = programming.open_programme(case.environment, case.actor("owner"), case.enterprise_id)
    values = {field.path: field.value.vi for field in opened.draft.fields()}
    return [values[path] for path in paths]


def html_of(app):
    return "".join(one.proto.body for one in app.get("html"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_adviser_proposes_takes_back_and_sends(open_redline, case, language):
    app = open_redline(language=language, phan="organisation")
    assert not app.exception
    place = "organisation/head_title"
    app.button(key=f"propose_{place}").click().run()
    assert not app.exception
    before = propose(case, place, "Giám đốc điều hành")
    propose(case, CAUSE, "Chưa ai được giao việc")

    app = open_redline(language=language, loc="de-nghi")
    assert before in html_of(app)
    assert say(case, "redline.aloud.inserted-begin", language) in html_of(app)
    app.button(key=f"take_back_{place}").click().run()
    assert not app.exception
    opened = redlining.open_redline(case.environment, case.actor("adviser"), case.submission_id)
    assert list(opened.proposals) == [CAUSE]

    app.button(key="redline_send").click().run()
    assert [one.value for one in app.success] == [say(case, "redline.sent", language, count=1)]
    assert app.button(key="redline_send").disabled


def test_the_adviser_may_propose_a_new_item(open_redline, case):
    app = open_redline(phan="tasks")
    app.button(key="propose_new_task").click().run()
    assert not app.exception
    [item] = app.session_state[f"redline_added.{case.submission_id}"]
    boxes = [one.proto for one in app.get("bidi_component") if one.proto.component_name == "saving_text_area"]
    label = say(case, "redline.proposal", field=say(case, "editor.field.task.title"))
    assert [json.loads(box.json)["label"] for box in boxes] == [label]
    assert any(one.key == f"propose_{item}/owner" for one in app.button)
    assert not any(one.key == f"propose_{item}/included" for one in app.button)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_firm_accepts_and_refuses_and_answers_anew(visit, sessions, case, language):
    before = [propose(case, CAUSE, "Lời chuyên gia"), propose(case, TITLE, "Việc chuyên gia")]
    case.request_changes()
    app = visit(FIRM, language=language, session=sessions["editor"])
    assert "<del>" in html_of(app)
    assert "<ins>" in html_of(app)

    app.session_state[f"word_{CAUSE}.text"] = "Không đúng thực tế"
    app.button(key=f"refused_{CAUSE}").click().run()
    app.button(key=f"accepted_{TITLE}").click().run()
    assert not app.exception
    assert drafted(case, CAUSE, TITLE) == [before[0], "Việc chuyên gia"]
    assert "Không đúng thực tế" in words_of(app)
    assert say(case, "redline.firm.all-answered", language) in words_of(app)

    for path in (CAUSE, TITLE):
        app.button(key=f"reopen_{path}").click().run()
    assert drafted(case, CAUSE, TITLE) == before
    app.button(key="all_accepted").click().run()
    assert drafted(case, CAUSE, TITLE) == ["Lời chuyên gia", "Việc chuyên gia"]
    assert [one.value for one in app.success] == [say(case, "redline.firm.done.accepted", language, count=2)]


def test_a_tab_left_open_is_told_what_a_colleague_answered(visit, sessions, case):
    propose(case, CAUSE, "Lời chuyên gia")
    case.request_changes()
    app = visit(FIRM, session=sessions["editor"])
    owner = case.actor("owner")
    found = redlining.proposals_of(case.environment, owner, case.enterprise_id)
    redlining.answer(case.environment, owner, found, [CAUSE], Verdict.REFUSED, "Không nhận")

    app.button(key=f"accepted_{CAUSE}").click().run()

    assert not app.exception
    shown = words_of(app)
    assert "owner" in shown
    assert "Không nhận" in shown
    assert say(case, "errors.proposal-refused.mend") in shown


def test_a_viewer_reads_and_the_programme_leads_there(visit, sessions, case):
    propose(case, CAUSE, "Lời chuyên gia")
    case.request_changes()
    app = visit(FIRM, session=sessions["viewer"])
    assert say(case, "redline.firm.not-now") in words_of(app)
    assert not any(one.key == f"accepted_{CAUSE}" for one in app.button)
    label = say(case, "redline.firm.link", count=1)
    for page in ("enterprise/programme.py", "enterprise/hand_in.py"):
        app = visit(page, session=sessions["viewer"])
        assert label in [one.proto.label for one in app.get("page_link")]


@pytest.mark.parametrize("is_member", [True, False])
def test_an_adviser_opens_neither_the_own_firm_nor_what_is_not_there(open_redline, environment, case, is_member):
    if is_member:
        with transaction(environment, case.actor("owner")) as repository:
            repository.accounts.set_member(case.enterprise_id, case.actor("adviser").account_id, "viewer")
        app = open_redline()
    else:
        app = open_redline(id="khong-co")
    assert say(case, "frame.not-there.title") in [one.value for one in app.title]


def test_the_page_of_the_firm_explains_itself_while_nothing_is_proposed(visit, sessions, case):
    app = visit(FIRM, session=sessions["owner"])
    assert say(case, "redline.firm.none.text") in words_of(app)
