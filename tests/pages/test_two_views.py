"""Two views on screen: asking, answering apart, settling what differs; each person sees what is theirs to see."""

from __future__ import annotations

import pytest

from core.domain.assessment import Answer, Choice
from core.language import Language
from core.services import two_views
from tests.pages.reviews import QUESTION, Case
from tests.pages.test_enterprise import words_of

PAGE = "enterprise/two_views.py"
TOPIC = "organisation"
LANGUAGES = list(Language)


@pytest.fixture
def case(environment, sessions):
    return Case(environment, sessions)


def say(case, key, language=Language.VI, **values):
    text = case.environment.catalogue.word(key)[language]
    return text.format(**values) if values else text


def of_topic(case, who):
    return two_views.open_views(case.environment, case.actor(who), case.enterprise_id).of_topic(TOPIC)


def give(case):
    asked = [case.actor(who).account_id for who in ("owner", "viewer")]
    two_views.give_topic(case.environment, case.actor("owner"), case.enterprise_id, TOPIC, asked)


def view(case, who, level, note):
    found, actor = of_topic(case, who), case.actor(who)
    wanted = Answer(Choice(str(level)), note=note)
    two_views.save_view(case.environment, actor, found.kept.id, QUESTION, seen=Answer(), wanted=wanted)


def through(case):
    for who in ("owner", "viewer"):
        two_views.set_done(case.environment, case.actor(who), of_topic(case, who).kept.id, is_done=True)


def topic_page(visit, session, language=Language.VI):
    app = visit("enterprise/home.py", language=language, session=session)
    app.query_params["chu-de"] = "1"
    return app.switch_page(PAGE).run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_owner_asks_two_people(visit, case, sessions, language):
    app = visit(PAGE, language=language, session=sessions["owner"])
    assert say(case, "views.none", language) in words_of(app)
    app.button(key="give").click().run()
    assert say(case, "errors.views-too-few-people.what", language, least=2) in words_of(app)

    app.pills[0].set_value([case.actor(who).account_id for who in ("owner", "viewer")])
    app.button(key="give").click().run()

    assert not app.exception
    assert {one.name for one in of_topic(case, "owner").kept.people} == {"owner", "viewer"}
    assert say(case, "views.state.open", language) in words_of(app)
    home = visit("enterprise/home.py", language=language, session=sessions["viewer"])
    waiting = say(case, "views.waiting", language, count=1)
    assert waiting in [one.proto.label for one in home.get("page_link")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_only_reads_gives_a_view_that_keeps_itself_and_nobody_sees(visit, case, sessions, language):
    give(case)
    app = topic_page(visit, sessions["viewer"], language)
    app.radio(key=f"choice_{QUESTION}").set_value(Choice.LEVEL_1).run()

    assert not app.exception
    assert of_topic(case, "viewer").answer(QUESTION).level == 1
    assert case.firm.answers == {}
    app.button(key="own_view_done").click().run()
    assert say(case, "views.mine.is-done", language, names="owner") in words_of(app)
    assert all(radio.disabled for radio in app.radio)
    mine = topic_page(visit, sessions["owner"], language)
    assert mine.radio(key=f"choice_{QUESTION}").value is None
    assert not any(one.key == f"choice_{QUESTION}" for one in topic_page(visit, sessions["editor"], language).radio)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_differs_is_settled_into_the_firms_answer(visit, case, sessions, language):
    give(case)
    view(case, "owner", 4, "đã giao việc")
    view(case, "viewer", 1, "chưa ai nói với xưởng")
    through(case)
    hand_in = visit("enterprise/hand_in.py", language=language, session=sessions["owner"])
    assert say(case, "review.hand-in.precheck.unsettled", language, count=1) in [one.label for one in hand_in.expander]
    reader = topic_page(visit, sessions["viewer"], language)
    assert "đã giao việc" in words_of(reader)
    assert not any(one.key == f"settle_{QUESTION}" for one in reader.button)

    app = topic_page(visit, sessions["editor"], language)
    app.button(key=f"settle_{QUESTION}").click().run()
    assert say(case, "errors.settlement-without-choice.what", language) in words_of(app)
    app.radio(key=f"choice_{QUESTION}").set_value(Choice.LEVEL_2).run()
    app.session_state[f"settle_note_{QUESTION}.text"] = "giao miệng, sẽ có giấy"
    app.button(key=f"settle_{QUESTION}").click().run()

    assert not app.exception
    assert case.firm.answer(QUESTION) == Answer(Choice.LEVEL_2, note="giao miệng, sẽ có giấy")
    assert say(case, "views.agenda.settled", language, count=1) in [one.value for one in app.header]
