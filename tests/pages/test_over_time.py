"""Over time on screen: the next period, answers carried over, two days side by side; for people of the firm only."""

from __future__ import annotations

import pytest

from core.domain.assessment import AssessmentState, Choice
from core.domain.review import RulingKind
from core.language import Language, day
from core.services import assessing
from core.services.environment import Environment
from core.storage.content import load_catalogue
from pages import frame
from tests.pages.conftest import CHEAP_HASHER
from tests.pages.reviews import QUESTION, Case
from tests.pages.test_enterprise import words_of

PAGE = "enterprise/over_time.py"
LANGUAGES = list(Language)


@pytest.fixture
def environment(sqlite_database, clock, monkeypatch):
    """The environment of the pages with a clock that a test moves."""
    made = Environment(load_catalogue(), sqlite_database, now=clock, hasher=CHEAP_HASHER)
    monkeypatch.setattr(frame, "process_environment", lambda: made)
    return made


@pytest.fixture
def case(environment, sessions, clock):
    # Everything begins a year ago: a session ends by itself long before a year is over.
    clock.pass_time(days=-365)
    made = Case(environment, sessions)
    made.answer_all()
    return made


def say(case, key, language=Language.VI, **values):
    return case.environment.catalogue.word(key)[language].format(**values)


def reviewed(case):
    case.submit()
    case.rule(QUESTION, RulingKind.ADJUSTED, level=0, reason="Không ai nhận việc")
    case.finish()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_owner_begins_the_next_period_and_looks_at_what_came_along(visit, case, sessions, clock, language):
    first_day = case.environment.today()
    reviewed(case)
    clock.pass_time(days=365)
    app = visit(PAGE, language=language, session=sessions["owner"])
    app.button(key="begin_next_yes").click().run()

    assert not app.exception
    assert case.state is AssessmentState.DRAFT
    assert say(case, "time.next.begun", language) in words_of(app)
    assert not any(one.key == "begin_next_yes" for one in app.button)
    assert say(case, "time.pair.answers-none", language) in words_of(app)

    sheet = visit("enterprise/assessment.py", language=language, session=sessions["editor"])
    assert say(case, "time.carried", language, day=day(first_day, language)) in words_of(sheet)
    sheet.button(key=f"still_right_{QUESTION}").click().run()
    assert QUESTION not in case.firm.carried
    assert not any(one.key == f"still_right_{QUESTION}" for one in sheet.button)
    shown = [one.label for one in visit("enterprise/hand_in.py", language=language, session=sessions["owner"]).expander]
    assert say(case, "review.hand-in.precheck.carried", language, count=len(case.firm.carried)) in shown


def test_two_periods_of_one_day_are_told_apart(visit, case, sessions, clock):
    clock.pass_time(days=365)
    reviewed(case)
    assessing.begin_next(case.environment, case.actor("owner"), case.enterprise_id)

    app = visit(PAGE, session=sessions["viewer"])

    assert not app.exception
    on = day(case.environment.today(), Language.VI)
    named = [say(case, "time.years.same-day", day=on, number=number) for number in (1, 2)]
    years, topics, *_ = (table.value for table in app.table)
    assert list(years.iloc[:, 0]) == named
    assert list(topics.columns)[1:] == named


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_viewer_compares_any_two_days(visit, case, sessions, clock, language):
    begun = case.environment.today()
    clock.pass_time(days=10)
    case.change(QUESTION, choice=Choice.LEVEL_4, note="đã có quyết định")
    clock.pass_time(days=355)

    app = visit(PAGE, language=language, session=sessions["viewer"])

    assert not app.exception
    assert not any(one.key == "begin_next_yes" for one in app.button)
    shown = words_of(app)
    assert "đã có quyết định" in shown
    assert say(case, "time.pair.answers", language, count=1) in [one.value for one in app.header]
    typed = f"{begun.day + 5}/{begun.month}/{begun.year}"
    app.selectbox(key="day_den").select("another").run()
    app.text_input(key="day_den.typed").input("32/13/2026").run()
    assert say(case, "errors.date-unreadable.what", language, value="32/13/2026") in words_of(app)
    app.text_input(key="day_den.typed").input(typed).run()
    assert say(case, "time.pair.answers-none", language) in words_of(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reviewer_sees_what_the_latest_round_changed(visit, case, sessions, clock, language):
    case.submit()
    case.request_changes()
    clock.pass_time(days=365)
    case.change(QUESTION, choice=Choice.LEVEL_3)
    case.submit()
    app = visit("adviser/queue.py", language=language, session=sessions["adviser"])
    app.query_params["id"] = str(case.submission_id)
    app.query_params["phan"] = "ket-luan"
    app.session_state["last_change"] = True

    app.switch_page("adviser/review.py").run()

    assert not app.exception
    assert say(case, "time.pair.answers", language, count=1) in [one.value for one in app.header]
