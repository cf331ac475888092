"""The administrator's page: the log is checked by a button, and one edited row is named."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.domain.scorecard import ScoreKind
from core.language import Language
from core.services import populating, recomputing
from pages.admin import method_preview
from pages.widgets.file_picker import PickedFile
from tests.pages.test_enterprise import words_of
from tests.services.test_recomputing import ADMINISTRATOR, STRICTER

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


@pytest.mark.parametrize("language", list(Language))
def test_a_file_shows_whose_level_would_move_and_writes_nothing(visit, environment, sessions, monkeypatch, language):
    monkeypatch.setattr(populating, "count_others", lambda *_: 0)
    list(populating.populate(environment, 120, 3))
    app = visit(PAGE, language=language, session=sessions["administrator"])
    with environment.database.reading() as session:
        before = session.execute(text("SELECT count(*), max(sequence) FROM event")).all()

    app.session_state[method_preview.PICKED] = PickedFile("*nháp*.toml", STRICTER.encode())
    app.run()
    assert not app.exception
    moves = recomputing.preview_method(environment, ADMINISTRATOR, STRICTER.encode(), "x")[ScoreKind.SELF]
    told = environment.catalogue.word("method-preview.moved")[language]
    counts = dict(zip(moves.sectors.columns, moves.sectors.column_totals, strict=True))
    assert None not in counts.values()
    assert counts["down"]
    assert told.format(total=moves.levels.total, **counts) in words_of(app)
    drawn = app.table[0].value
    assert drawn.shape == (sum(one != 0 for one in moves.levels.row_totals) + 1, 7)
    assert r"\*nháp\*.toml" in "\n".join(one.value for one in app.subheader)

    for content, told in (
        (b"a = " + b"[" * 10_000, "recursion"),
        (STRICTER.replace("= [25", "= [99").encode(), "thresholds"),
        (b"\xff", "utf-8"),
        (b"a = 1\nb 2", environment.catalogue.word("method-preview.place")[language].format(line=2, column=3)),
    ):
        app.session_state[method_preview.PICKED] = PickedFile("x.toml", content)
        app.run()
        assert not app.exception
        assert told in words_of(app)
    with environment.database.reading() as session:
        assert session.execute(text("SELECT count(*), max(sequence) FROM event")).all() == before
