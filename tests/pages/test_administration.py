"""The administrator's page: the log is checked by a button, and one edited row is named."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.language import Language

PAGE = "admin/administration.py"


@pytest.mark.parametrize("language", list(Language))
def test_the_button_tells_whether_the_log_is_whole(visit, environment, sessions, language):
    app = visit(PAGE, language=language, session=sessions["administrator"])
    app.button(key="check_log").click().run()
    assert [one.value for one in app.success]

    with environment.database.writing() as session:
        session.execute(text("UPDATE event SET object_id = 'other' WHERE sequence = 2"))
    app.button(key="check_log").click().run()

    assert not app.exception
    [said] = [one.value for one in app.error]
    assert " 2:" in said


@pytest.mark.parametrize("who", ["owner", "adviser", "official", "nobody"])
def test_for_nobody_else_is_there_such_a_page(visit, sessions, who):
    with pytest.raises(ValueError, match="navigation page"):
        visit(PAGE, session=sessions.get(who, ""))
