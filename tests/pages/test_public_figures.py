"""The page for everybody and the switch on the administrator's page."""

from __future__ import annotations

import pytest

from core.domain.statistics.sheets import SheetTeller, Unit
from core.language import Language
from core.services import accounts, populating, public_figures
from core.services.official_sheets import Asked
from tests.pages.test_enterprise import words_of

PAGE, ADMINISTRATION = "public/figures.py", "admin/administration.py"


def word(environment, key, language):
    return environment.catalogue.word(key)[language]


@pytest.mark.parametrize("language", list(Language))
def test_while_it_is_closed_there_is_no_such_page_for_anybody(visit, environment, sessions, language):
    for who in ("", "owner", "administrator"):
        app = visit(PAGE, language=language, session=sessions.get(who, ""))
        assert not app.exception
        assert [one.value for one in app.title] == [word(environment, "frame.not-there.title", language)]
    home = visit("", language=language)
    assert word(environment, "public-figures.home", language) not in words_of(home)


@pytest.mark.parametrize("language", list(Language))
def test_the_administrator_opens_it_and_guests_read_it(visit, environment, sessions, monkeypatch, language):
    monkeypatch.setattr(populating, "count_others", lambda *_: 0)
    for _ in populating.populate(environment, 120, seed=7):
        pass
    app = visit(ADMINISTRATION, language=language, session=sessions["administrator"])
    assert word(environment, "public-figures.state.closed", language) in words_of(app)
    app.button(key="change_public_page").click().run()
    assert not app.exception
    assert word(environment, "public-figures.state.open", language) in words_of(app)

    app = visit(PAGE, language=language)
    assert not app.exception
    page = public_figures.public_page(environment, Asked(), language)
    assert len(page.sheets) == 3
    shown = words_of(app).replace("\\", "") + "".join(one.value.to_csv() for one in app.table)
    teller = SheetTeller(environment.catalogue, language)
    for sheet in page.sheets:
        assert sheet.title in shown
        assert teller.origin(sheet) in shown
        for row in (*sheet.rows, sheet.whole):
            assert all(teller.shown(one, Unit(sheet.unit)) in shown for one in row.values)
    assert "/tai-ve/" not in words_of(app)
    assert word(environment, "public-figures.home", language) in words_of(visit("", language=language))

    administrator = accounts.actor_of_session(environment, sessions["administrator"])
    public_figures.set_open(environment, administrator, False)
    assert not visit(PAGE, language=language).table
