"""The screens around the identity provider, in the states that a browser seldom shows."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.language import Language
from pages import frame

PAGE = "public/provider.py"
EMAIL = "ha@suoican.example"


@pytest.fixture
def configured(environment, monkeypatch):
    made = replace(environment, settings=replace(environment.settings, oidc_provider="so", oidc_title="Cổng Sở"))
    monkeypatch.setattr(frame, "process_environment", lambda: made)
    monkeypatch.setattr(frame, "door", lambda: "cua")
    return made


def said(environment, **claims):
    now = int(environment.now().timestamp())
    return {"is_logged_in": True, "provider": "so", "email": EMAIL, "email_verified": True, "iat": now, **claims}


@pytest.fixture
def open_page(visit):
    """Open a page as a guest of whom the provider says something."""

    def open_page(claims, file=PAGE, language=Language.VI):
        app = visit(language=language)
        app.user = claims
        return app.switch_page(file).run()

    return open_page


def led_to(app):
    leads = [one for one in app.get("bidi_component") if one.proto.component_name == "leading_on"]
    return json.loads(leads[0].proto.json)["address"] if leads else ""


def shown(app):
    return "\n".join(one.value for one in [*app.title, *app.markdown, *app.info])


@pytest.mark.parametrize("language", list(Language))
def test_a_known_address_is_led_to_a_session_of_ours(configured, signed_up, open_page, language):
    signed_up("Hà", EMAIL)

    app = open_page(said(configured), language=language)

    assert not app.exception
    assert led_to(app).startswith("/lien-thong/vao/")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("claims", [{"email": "la@so.example"}, {"email_verified": False}, {"email": None}])
def test_whoever_has_no_account_here_is_told_so_and_what_to_do(configured, signed_up, open_page, claims, language):
    signed_up("Hà", EMAIL)

    app = open_page(said(configured, **claims), language=language)

    assert not app.exception
    assert led_to(app) == ""
    assert app.button(key="provider_another").label
    assert "/dang-ky" in "".join(one.proto.body for one in app.get("html"))


def test_what_was_said_long_ago_or_by_another_provider_opens_nothing(configured, signed_up, open_page, monkeypatch):
    signed_up("Hà", EMAIL)
    monkeypatch.setattr(frame, "door", str)
    long_ago = int(configured.now().timestamp()) - 601
    for claims in ({"iat": long_ago}, {"iat": None}, {"provider": "khac"}, {"is_logged_in": False}):
        app = open_page(said(configured, **claims))
        assert led_to(app) == ""
        assert "/lien-thong" in "".join(one.proto.body for one in app.get("html"))


def test_the_first_page_leads_on_who_comes_back_and_says_when_nothing_came_of_it(configured, signed_up, open_page):
    signed_up("Hà", EMAIL)

    assert led_to(open_page(said(configured), file="public/home.py"))
    assert "Chưa đăng nhập được bằng Cổng Sở" in shown(open_page({}, file="public/home.py"))


def test_whoever_has_no_account_can_still_look_at_the_first_page(configured, open_page):
    app = open_page(said(configured, email="la@so.example"))

    app.switch_page("public/home.py").run()

    assert led_to(app) == ""
    assert app.button(key="home.quick").label


def test_without_a_provider_its_page_is_not_there(environment, open_page):
    app = open_page(said(environment))

    assert not app.exception
    assert led_to(app) == ""
    assert environment.catalogue.word("frame.not-there.title").vi in shown(app)
