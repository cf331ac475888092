"""The page that prints labels: what is chosen on it is what the picture shows and what the link asks for."""

from __future__ import annotations

import io
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from core.domain.instruments import MeasuringInstrument
from core.domain.profile import Profile
from core.language import Language
from core.services import accounts, registering
from core.services.labelling import Chosen
from tests.render.reading import qr_codes

LANGUAGES = list(Language)
PAGE = "enterprise/labels.py"
SCALE = MeasuringInstrument("C-01", name="Cân *bàn*", group2_row="8b", verified_by="A")


@pytest.fixture
def owner(environment, signed_up, now):
    """The session of an owner with three instruments: in date, due soon, without any date."""
    session = signed_up()
    actor = accounts.actor_of_session(environment, session)
    enterprise = accounts.create_enterprise(environment, actor, Profile("Hợp tác xã Chè Suối Cạn"))
    actor = accounts.actor_of_session(environment, session)
    today = environment.today()
    lines = [
        replace(SCALE, code=f"C-0{number}", verified_on=today - timedelta(300), verified_until=today + timedelta(days))
        for number, days in ((1, 300), (2, 10))
    ]
    lines.append(MeasuringInstrument("T-01", name="Nhiệt kế"))
    registering.save_instruments(environment, actor, enterprise.id, [(None, line) for line in lines])
    return session


def picture(app):
    """The labels that the picture of the first sheet shows, as addresses; empty where there is no picture."""
    for one in app.get("image"):
        held = one.proto.imgs[0].url.partition("base64,")[2]
        return [found.text for found in qr_codes(Image.open(io.BytesIO(b64decode(held))))]
    return []


def link(app):
    """Where the download link leads: its path and its query; empty where there is no link."""
    for one in app.get("html"):
        if "/tai-ve/" in one.proto.body:
            address = urlsplit(one.proto.body.partition('href="')[2].partition('"')[0].replace("&amp;", "&"))
            return address.path, parse_qs(address.query)
    return "", {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_instruments_are_printed_unless_something_else_is_chosen(visit, owner, language):
    app = visit(PAGE, language=language, session=owner)

    assert not app.exception
    path, query = link(app)
    assert path.endswith(f"/nhan-{language.value}.pdf")
    assert query == {"chon": ["tat-ca"], "vi-tri": ["1"], "phai": ["0"], "xuong": ["0"]}
    assert len(picture(app)) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_due_ones_or_ticked_ones_can_be_chosen(visit, owner, language):
    app = visit(PAGE, language=language, session=owner)

    app.radio(key="label_which").set_value(Chosen.DUE).run()
    assert len(picture(app)) == 1
    assert link(app)[1]["chon"] == ["den-han"]

    app.radio(key="label_which").set_value(Chosen.TICKED).run()
    assert (picture(app), link(app)) == ([], ("", {}))
    assert app.info
    app.multiselect(key="label_codes").set_value(["C-01", "T-01"]).run()
    assert not app.exception
    assert link(app)[1]["ma"] == ["C-01", "T-01"]
    assert len(picture(app)) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_start_position_and_offset_go_into_the_picture_and_the_link(visit, environment, owner, language):
    app = visit(PAGE, language=language, session=owner)

    app.segmented_control(key="label_start").set_value(23).run()
    app.text_input(key="label_right").set_value("1,5").run()
    app.text_input(key="label_down").set_value("-2").run()

    assert link(app)[1] == {"chon": ["tat-ca"], "vi-tri": ["23"], "phai": ["1.5"], "xuong": ["-2"]}
    assert len(picture(app)) == 2
    words = environment.catalogue.word("labels.count")[language].format(labels=3, sheets=2)
    assert words in [one.value for one in app.markdown]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_offset_that_cannot_be_read_is_told_and_offers_no_file(visit, environment, owner, language):
    app = visit(PAGE, language=language, session=owner)

    app.text_input(key="label_right").set_value("hai").run()

    what = environment.catalogue.word("errors.label-offset-unusable.what")[language].format(seen="hai")
    assert any(what in one.value for one in app.markdown)
    assert link(app) == ("", {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_register_says_what_comes_first(visit, environment, signed_up, language):
    session = signed_up()
    accounts.create_enterprise(environment, accounts.actor_of_session(environment, session), Profile("Công ty Thử"))

    app = visit(PAGE, language=language, session=session)

    assert not app.exception
    assert any(environment.catalogue.word("labels.empty")[language] in one.value for one in app.markdown)
    assert not app.radio
