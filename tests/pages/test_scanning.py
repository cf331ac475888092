"""What scanning a label shows: the card to whoever may see it, and to everybody else what an unknown label shows.

Guests and accounts outside enterprises are tried in tests/e2e/test_labels.py: at their address stands another page.
"""

from __future__ import annotations

from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.instruments import MeasuringInstrument
from core.domain.profile import Profile
from core.language import Language
from core.services import accounts, registering
from core.services.environment import transaction
from tests.pages.conftest import ROUTER

CARD = "enterprise/instrument.py"
SCALE = MeasuringInstrument("C-01", name="Cân bàn bí mật", serial="SN-77")
LANGUAGES = list(Language)


@pytest.fixture
def line(environment, sessions):
    """An instrument of the cooperative."""
    owner = accounts.actor_of_session(environment, sessions["owner"])
    enterprise_id = next(iter(owner.memberships))
    return registering.save_instrument(environment, owner, enterprise_id, seen=None, wanted=SCALE)


@pytest.fixture
def scan(environment):
    """Open the address that a label holds: `scan(id, session)`."""

    def open_card(line_id, session="", language=Language.VI):
        app = AppTest.from_file(str(ROUTER), default_timeout=20)
        app.user = {"session": session}
        app.query_params["lang"] = language.value
        app.run()
        app.switch_page(CARD)
        app.query_params["lang"] = language.value
        app.query_params["id"] = str(line_id)
        return app.run()

    return open_card


def shown(app):
    """Everything that stands on the page, without the account line that names the visitor and the way back."""
    texts = [one.value for kind in (app.title, app.header, app.markdown, app.caption, app.info) for one in kind]
    return [*texts, *(one.label for one in app.button)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["owner", "editor", "viewer"])
def test_members_see_the_card(scan, sessions, line, who, language):
    app = scan(line.id, sessions[who], language)

    assert not app.exception
    assert app.title[0].value == "Cân bàn bí mật"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["stranger", "newcomer"])
def test_others_get_the_answer_of_a_label_that_does_not_exist(scan, sessions, signed_up, line, who, language):
    session = sessions["stranger"] if who == "stranger" else signed_up("Người Mới", "moi@vidu.example")

    real, unknown, nonsense = (scan(one, session, language) for one in (line.id, uuid4(), "1 OR 1=1"))

    assert not real.exception
    assert shown(real) == shown(unknown) == shown(nonsense)
    assert "bí mật" not in str(shown(real))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("nowhere", [uuid4(), "không-phải-mã", "0"])
def test_a_member_is_told_that_an_unknown_label_is_not_there(scan, environment, sessions, line, nowhere, language):
    app = scan(nowhere, sessions["owner"], language)

    assert not app.exception
    assert app.title[0].value == environment.catalogue.word("frame.not-there.title")[language]


def test_a_label_of_an_instrument_that_was_taken_out_leads_nowhere(scan, environment, sessions, line):
    owner = accounts.actor_of_session(environment, sessions["owner"])
    registering.remove_instrument(environment, owner, next(iter(owner.memberships)), "C-01")

    app = scan(line.id, sessions["owner"])

    assert app.title[0].value == environment.catalogue.word("frame.not-there.title")[Language.VI]


def test_a_member_of_two_enterprises_is_switched_to_that_of_the_label(scan, environment, sessions, line):
    stranger = accounts.actor_of_session(environment, sessions["stranger"])
    [first] = stranger.memberships
    other = accounts.create_enterprise(environment, stranger, Profile("Công ty Thứ Hai"))
    stranger = accounts.actor_of_session(environment, sessions["stranger"])
    ids = {
        enterprise_id: registering.save_instrument(
            environment, stranger, enterprise_id, seen=None, wanted=MeasuringInstrument("C-01", name=name)
        ).id
        for enterprise_id, name in ((first, "Cân của đơn vị một"), (other.id, "Cân của đơn vị hai"))
    }

    app = scan(ids[other.id], sessions["stranger"])
    assert app.title[0].value == "Cân của đơn vị hai"

    app.query_params["id"] = str(ids[first])
    assert app.run().title[0].value == "Cân của đơn vị một"

    app.query_params["id"] = str(line.id)
    assert app.run().title[0].value == environment.catalogue.word("frame.not-there.title")[Language.VI]


def test_who_left_the_enterprise_sees_the_card_no_more(scan, environment, sessions, line):
    owner = accounts.actor_of_session(environment, sessions["owner"])
    viewer = accounts.actor_of_session(environment, sessions["viewer"])
    app = scan(line.id, sessions["viewer"])
    with transaction(environment, owner) as repository:
        repository.accounts.remove_member(next(iter(owner.memberships)), viewer.account_id)

    app.run()

    assert not app.exception
    assert "bí mật" not in str(shown(app))
