"""The advised session on the screen: inviting, the line on every page, the adviser's sheet, marks, and the review."""

from __future__ import annotations

import pytest

from core.domain.assessment import AssessmentState, Choice
from core.domain.permissions import Action, Relation, Role, is_allowed
from core.domain.review import RulingKind
from core.language import Language
from core.services import advising
from tests.pages.conftest import NAME
from tests.pages.reviews import QUESTION, Case
from tests.pages.test_enterprise import words_of

FIRMS, SHEET, REVIEW, QUEUE = (
    "enterprise/advising.py",
    "adviser/advised.py",
    "adviser/review.py",
    "adviser/queue.py",
)
LANGUAGES = list(Language)
MEMBERS = {"owner": Role.OWNER, "editor": Role.EDITOR, "viewer": Role.VIEWER}


@pytest.fixture
def case(environment, sessions):
    made = Case(environment, sessions)
    made.answer_all()
    return made


@pytest.fixture
def session(environment, case):
    """A session that is on."""
    adviser = case.actor("adviser")
    offered = advising.offer(environment, case.actor("owner"), case.enterprise_id, adviser.email)
    return advising.join(environment, adviser, offered.id)


def say(case, key, language=Language.VI):
    return case.environment.catalogue.word(key)[language]


def keys(app):
    return {one.key for kind in (app.button, app.button_group, app.text_input) for one in kind if one.key}


def sheet(visit, case, who="adviser", language=Language.VI):
    app = visit(QUEUE, language=language, session=case.sessions[who])
    app.query_params["id"] = str(case.enterprise_id)
    return app.switch_page(SHEET).run()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["owner", "viewer"])
def test_the_firm_reads_what_a_session_is_and_an_owner_invites(visit, case, who, language):
    app = visit(FIRMS, language=language, session=case.sessions[who])
    assert not app.exception
    assert app.title[0].value == say(case, "visit.session.title", language)
    assert ("advising_offer" in keys(app)) is (who == "owner")
    if who == "viewer":
        assert say(case, "visit.session.cannot", language) in words_of(app)
        return
    app.session_state["advising_email.text"] = "ai.do@vidu.vn"
    app.button(key="advising_offer").click().run()
    assert say(case, "errors.adviser-not-here.what", language) in words_of(app)
    app.session_state["advising_email.text"] = case.actor("adviser").email
    app.button(key="advising_offer").click().run()
    [offered] = advising.open_at_firms(case.environment, case.actor("owner"))
    assert not app.exception
    assert f"session_end_{offered.id}" in keys(app)
    assert "advising_offer" not in keys(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_adviser_comes_in_answers_and_the_firm_sees_it_at_once(visit, case, environment, language):
    adviser = case.actor("adviser")
    offered = advising.offer(environment, case.actor("owner"), case.enterprise_id, adviser.email)
    app = visit(QUEUE, language=language, session=case.sessions["adviser"])
    app.button(key=f"session_join_{offered.id}").click().run()
    assert not app.exception

    app = sheet(visit, case, language=language)
    assert not app.exception
    app.radio(key=f"choice_{QUESTION}").set_value(Choice.LEVEL_4).run()
    assert case.firm.answers[QUESTION].advised.name == adviser.name

    firm = visit("enterprise/assessment.py", language=language, session=case.sessions["viewer"])
    mark = say(case, "visit.session.mark", language).partition("{")[0]
    assert f"{mark}{adviser.name}" in words_of(firm)
    assert f"**{adviser.name}**" in words_of(firm)
    assert f"session_end_{offered.id}" not in keys(firm)
    owner = visit("enterprise/home.py", language=language, session=case.sessions["owner"])
    owner.button(key=f"session_end_{offered.id}").click().run()
    assert not owner.exception
    assert not case.actor("adviser").advised

    app.radio(key=f"choice_{QUESTION}").set_value(Choice.LEVEL_0).run()
    assert not app.exception
    assert case.firm.answer(QUESTION).choice is Choice.LEVEL_4
    assert NAME not in words_of(sheet(visit, case, language=language))


@pytest.mark.parametrize("state", [AssessmentState.DRAFT, AssessmentState.IN_REVIEW, AssessmentState.CHANGES_REQUESTED])
def test_each_cell_of_the_table_for_opening_and_ending(visit, case, state):
    if state is not AssessmentState.DRAFT:
        case.submit()
        case.rule("measuring-points", RulingKind.ACCEPTED)
    if state is AssessmentState.CHANGES_REQUESTED:
        case.request_changes()
    assert case.state is state
    for who, role in MEMBERS.items():
        app = visit(FIRMS, session=case.sessions[who])
        assert ("advising_offer" in keys(app)) is is_allowed(Action.OPEN_SESSION, role, Relation.OWN, state)
    if not is_allowed(Action.OPEN_SESSION, Role.OWNER, Relation.OWN, state):
        return
    adviser = case.actor("adviser")
    session = advising.offer(case.environment, case.actor("owner"), case.enterprise_id, adviser.email)
    for who, role in MEMBERS.items():
        app = visit(FIRMS, session=case.sessions[who])
        ends = f"session_end_{session.id}" in keys(app)
        assert ends is is_allowed(Action.END_SESSION, role, Relation.OWN, state)


@pytest.mark.parametrize("who", ["owner", "viewer", "official", "administrator", "stranger", "adviser"])
def test_the_sheet_is_nothing_for_everybody_else(visit, case, who):
    try:
        app = sheet(visit, case, who)
    except ValueError:
        return  # the page is not among those that this person's router knows
    assert not app.exception
    assert f"choice_{QUESTION}" not in {one.key for one in app.radio}
    assert say(case, "frame.not-there.title") in [one.value for one in app.title]


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_wrote_with_the_firm_is_told_so_in_the_review_and_does_not_finish(visit, case, session, language):
    app = sheet(visit, case)
    app.radio(key=f"choice_{QUESTION}").set_value(Choice.LEVEL_4).run()
    case.submit()
    rest = (QUESTION,)
    case.accept_all(without=rest)

    app = visit(QUEUE, language=language, session=case.sessions["adviser"])
    app.query_params.update({"id": str(case.submission_id), "loc": "tat-ca"})
    app.switch_page(REVIEW).run()
    assert not app.exception
    assert f"ruling_{QUESTION}" not in keys(app)
    assert say(case, "visit.session.own-words", language) in words_of(app)
    name = case.actor("adviser").name
    assert say(case, "visit.session.authors", language).format(names=name) in words_of(app)
    app.query_params["phan"] = "ket-luan"
    app.run()
    assert app.button(key="decide_reviewed").disabled
    assert say(case, "visit.session.not-finish", language) in words_of(app)
