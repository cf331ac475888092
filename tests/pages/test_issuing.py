"""Issuing and following on the screen: one next step, nothing skipped, tasks marked, versions at hand."""

from __future__ import annotations

from datetime import date

import pytest

from core.domain.carrying_out import TaskState
from core.domain.journey import ProgrammeState
from core.language import Language
from core.services import following, issuing
from tests.pages.reviews import Case
from tests.pages.test_enterprise import words_of

PAGE = "enterprise/issuing.py"
LANGUAGES = list(Language)
TODAY = date(2026, 11, 22)


@pytest.fixture
def case(environment, sessions):
    made = Case(environment, sessions)
    made.answer_all()
    return made


def life(case):
    return issuing.life_of(case.environment, case.actor("owner"), case.enterprise_id)


def issue(case):
    place = case.environment, case.actor("owner"), case.enterprise_id
    issuing.life_of(*place)
    issuing.ask_opinions(*place, asked="tổ sao", day=TODAY)
    issuing.agree(*place, day=TODAY)
    issuing.issue(*place, number="05/QĐ-HTX", day=TODAY)
    issuing.start(*place, day=TODAY)


def say(case, key, language=Language.VI, **values):
    text = case.environment.catalogue.word(key)[language]
    return text.format(**values) if values else text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_owner_goes_from_draft_to_carrying_out_by_the_main_button_alone(visit, case, sessions, language):
    app = visit(PAGE, language=language, session=sessions["owner"])
    app.session_state["issuing_asked.text"] = "tổ sao và kế toán"
    app.session_state["issuing_asked_day.text"] = "20/11/2026"
    app.button(key="do_ask_opinions").click().run()
    assert "tổ sao và kế toán" in words_of(app)
    app.button(key="do_agree").click().run()
    app.button(key="do_issue").click().run()
    assert say(case, "errors.decision-without-number.what", language) in words_of(app)
    app.session_state["issuing_number.text"] = "05/QĐ-HTX"
    app.session_state["issuing_issued_day.text"] = "31/12/2026"
    app.button(key="do_issue").click().run()
    assert "05/QĐ-HTX" in words_of(app)
    assert any(":material/schedule:" in one.icon for one in app.warning)
    app.session_state["issuing_start_day.text"] = "01/01/2027"
    app.button(key="do_start").click().run()

    assert not app.exception
    assert life(case).newest.state is ProgrammeState.UNDER_WAY
    assert say(case, "issuing.version.in-force", language) in words_of(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_typed_wrongly_is_corrected_and_the_history_tells_both(visit, case, sessions, language):
    issue(case)
    app = visit(PAGE, language=language, session=sessions["owner"])
    asked, _, *_ = life(case).newest.steps
    app.session_state[f"issuing_step_{asked.id}.text"] = "01/11/2026"
    app.button(key="do_correct_days").click().run()

    assert not app.exception
    assert life(case).newest.steps[0].day == date(2026, 11, 1)
    told = {Language.VI: "Trước đó ghi ngày 22/11/2026", Language.EN: "Told before as 22 November 2026"}[language]
    assert told in words_of(app)


def test_an_amendment_begins_with_its_reason_and_the_version_before_stays_at_hand(visit, case, sessions):
    issue(case)
    app = visit(PAGE, session=sessions["owner"])
    app.button(key="do_amend").click().run()
    assert say(case, "errors.amendment-without-reason.what") in words_of(app)
    app.session_state["issuing_amend-reason.text"] = "Mở thêm xưởng đóng gói"
    app.button(key="do_amend").click().run()

    assert not app.exception
    shown = words_of(app)
    assert "Mở thêm xưởng đóng gói" in shown
    assert [say(case, "issuing.version", number=number) in shown for number in (1, 2)] == [True, True]
    assert [one.state.value for one in life(case).versions] == ["draft", "under_way"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_viewer_sees_where_it_stands_and_moves_nothing(visit, case, sessions, language):
    issue(case)
    app = visit(PAGE, language=language, session=sessions["viewer"])

    assert not app.exception
    assert say(case, "issuing.who-may", language) in words_of(app)
    assert not any(str(one.key).startswith("do_") for one in app.button)


def test_the_nearest_task_is_done_by_the_main_button(visit, case, sessions):
    issue(case)
    _, second, *_ = following.followed(case.environment, life(case)).tasks
    app = visit(PAGE, session=sessions["editor"])
    app.button(key="task_done").click().run()

    followed = following.followed(case.environment, life(case))
    assert (followed.tasks[0].mark.state, followed.tasks[0].mark.day) == (TaskState.DONE, TODAY)
    assert followed.open_task.item.id == second.item.id
    assert second.item.text("title", Language.VI) in words_of(app)


def test_a_task_is_marked_done_with_the_day(visit, case, sessions):
    issue(case)
    app = visit(PAGE, session=sessions["editor"])
    task = following.followed(case.environment, life(case)).tasks[0].item.id
    app.session_state[f"task_{task}"] = True
    app.run()
    app.get("button_group")[0].set_value(2).run()

    kept = {one.item.id: one.mark for one in following.followed(case.environment, life(case)).tasks}[task]
    assert (kept.state, kept.day) == (TaskState.DONE, TODAY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_start_page_leads_to_where_the_programme_stands(visit, case, sessions, language):
    issue(case)
    app = visit("enterprise/home.py", language=language, session=sessions["owner"])

    assert "05/QĐ-HTX" in words_of(app)
    assert app.button(key="next_step").label == say(case, "issuing.home.follow.action", language)
    standing = say(case, "issuing.stands-still", language, state=say(case, "issuing.state.under_way", language))
    assert standing in words_of(visit("enterprise/programme.py", language=language, session=sessions["owner"]))


def test_without_an_analysis_the_page_says_what_comes_first(visit, environment, sessions):
    app = visit(PAGE, session=sessions["owner"])
    assert environment.catalogue.word("issuing.empty-title")[Language.VI] in words_of(app)
