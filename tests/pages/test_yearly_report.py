"""The yearly report on the screen: computed parts shown, the rest written, difficulties told with and without it."""

from __future__ import annotations

import pytest

from core.domain.feedback import FeedbackKind, Theme
from core.language import Language
from core.services import reporting
from tests.pages.test_enterprise import words_of
from tests.pages.test_issuing import case, issue, say

__all__ = ["case"]
PAGE = "enterprise/yearly_report.py"
LANGUAGES = list(Language)


def told(case):
    return reporting.told(case.environment, case.actor("owner"), case.enterprise_id).feedback


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_difficulty_is_told_without_a_programme(visit, case, sessions, language):
    app = visit(PAGE, language=language, session=sessions["editor"])
    assert say(case, "report.none-title", language) in words_of(app)
    app.selectbox(key="feedback_new_difficulty_theme").set_value(Theme.MONEY)
    app.session_state["feedback_new_difficulty_text.text"] = "Phí kiểm định tại chỗ cao"
    app.button(key="feedback_new_difficulty_add").click().run()

    assert not app.exception
    [one] = told(case)
    assert (one.feedback.kind, one.feedback.theme, one.feedback.year) == (FeedbackKind.DIFFICULTY, Theme.MONEY, 2026)
    assert say(case, "report.theme.money", language) in words_of(app)
    assert not one.feedback.may_quote, "nobody is quoted who did not say so"

    app.checkbox(key=f"feedback_quote_{one.id}").check().run()
    assert [kept.feedback.may_quote for kept in told(case)] == [True]
    app.session_state["feedback_new_difficulty_text.text"] = "Gọi 0912 345 678"
    app.checkbox(key="feedback_new_difficulty_quote").check()
    app.button(key="feedback_new_difficulty_add").click().run()
    assert "0912 345 678" in words_of(app)
    assert len(told(case)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_editor_writes_and_finishes_the_report(visit, case, sessions, language):
    issue(case)
    app = visit(PAGE, language=language, session=sessions["editor"])
    assert say(case, "report.part.conclusion", language) in words_of(app)
    app.button(key="add_own-corrective").click().run()
    app.button(key="finish").click().run()

    assert not app.exception
    opened = reporting.open_report(case.environment, case.actor("owner"), case.enterprise_id)
    assert opened.is_finished
    app = visit(PAGE, language=language, session=sessions["viewer"])
    assert [one.value for one in app.success] == [say(case, "report.finished", language)]
    assert not any(one.key in ("finish", "open_again") for one in app.button)
