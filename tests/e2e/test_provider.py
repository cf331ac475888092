"""Signing in by an identity provider: a real browser, a real server, a small provider on this machine."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from core.language import Language
from core.services import accounts
from core.storage.database import migrate
from tests.e2e.identity_provider import IdentityProvider
from tests.e2e.server import Server
from tests.e2e.steps import PASSWORD, Person

EMAIL = "ha@so-khcn.example"
TITLE = "Cổng Sở"


@pytest.fixture(scope="module")
def provider():
    provider = IdentityProvider()
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture(scope="module")
def installation(tmp_path_factory, provider):
    """A server that knows the provider, with one enterprise whose owner has the address that the provider knows."""
    folder = tmp_path_factory.mktemp("provider")
    (folder / "secrets.toml").write_text(provider.secrets("so"), encoding="utf-8")
    settings = {
        "DO_CHUAN_OIDC_PROVIDER": "so",
        "DO_CHUAN_OIDC_TITLE": TITLE,
        "STREAMLIT_SECRETS_FILES": str(folder / "secrets.toml"),
    }
    server = Server(folder, extra=settings)
    migrate(server.environment_behind.database)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def person(installation, visitor):
    return Person(visitor(), installation.url, Language.VI)


def press_door(person, path="/dang-nhap"):
    person.page.goto(f"{person.url}{path}{'&' if '?' in path else '?'}lang={person.language.value}")
    person.page.get_by_role("link", name=person.say("account.provider.button", provider=TITLE)).click()


def test_from_the_provider_to_ones_work_and_out_again_at_both(provider, installation, person, visitor):
    owner = installation.add_owner("Nguyễn Thị Hà", "Công ty Cổng Sở", EMAIL)
    by_password = Person.signed_in(visitor(), installation, owner)
    by_password.go("/viec-cua-toi")
    provider.person = {"email": EMAIL, "email_verified": True, "name": "Hà"}

    press_door(person, "/dang-nhap?next=/du-lieu")

    expect(person.page.get_by_role("heading", level=1)).to_have_text(person.say("data.title"))
    assert person.page.url == f"{installation.url}/du-lieu"
    assert person.violations() == []
    # An ordinary session of ours: files open, and the earlier way in is closed.
    assert json.loads(person.download("data.download.button").read_text())["profile"]["name"] == "Công ty Cổng Sở"
    by_password.page.reload()
    expect(by_password.page.get_by_text(by_password.say("frame.sign-in-needed.title")).first).to_be_visible()
    by_password.sign_in(EMAIL, PASSWORD)
    expect(by_password.page.locator("#trouble")).to_be_visible()

    person.page.locator(".st-key-account_menu button").first.click()
    person.page.get_by_role("button", name=person.say("frame.sign-out")).click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text(person.say("home.title"))
    assert provider.signed_out == 1
    names = {cookie["name"] for cookie in person.page.context.cookies()}
    assert not {"do_chuan_session", "_streamlit_user", "_streamlit_user_tokens"} & names
    person.page.goto(f"{installation.url}/du-lieu")
    expect(person.page.get_by_text(person.say("frame.sign-in-needed.title")).first).to_be_visible()


@pytest.mark.parametrize("language", list(Language))
def test_an_address_without_an_account_is_told_what_to_do(provider, installation, visitor, language):
    person = Person(visitor(phone=True), installation.url, language)
    provider.person = {"email": "la@so-khcn.example", "email_verified": True}

    press_door(person)

    expect(person.page.get_by_text("la@so-khcn.example").first).to_be_visible()
    assert person.violations() == []
    expect(person.page.get_by_role("link", name=person.say("frame.sign-up")).first).to_be_visible()
    assert "do_chuan_session" not in {cookie["name"] for cookie in person.page.context.cookies()}
    person.page.get_by_role("button", name=person.say("provider.another")).click()
    expect(person.page.get_by_role("heading", level=1)).to_have_text(person.say("home.title"))
    assert "_streamlit_user" not in {cookie["name"] for cookie in person.page.context.cookies()}


def test_an_address_that_the_provider_has_not_verified_opens_nothing(provider, installation, person):
    provider.person = {"email": EMAIL, "email_verified": False}

    press_door(person)

    expect(person.page.get_by_text(person.say("provider.not-verified", provider=TITLE))).to_be_visible()
    assert "do_chuan_session" not in {cookie["name"] for cookie in person.page.context.cookies()}


def test_who_gives_up_at_the_provider_is_back_at_the_start_and_told(provider, person):
    provider.person = None

    press_door(person)

    expect(person.page.get_by_text(person.say("provider.failed", provider=TITLE))).to_be_visible()


def test_claims_named_like_our_headers_open_nothing(provider, installation, person):
    victim = installation.add_owner("Người Khác", "Công ty Nạn Nhân")
    provider.person = {
        "email": "la2@so-khcn.example",
        "email_verified": True,
        "session": accounts.key_of(victim.token),
        "account": str(victim.actor.account_id),
    }

    press_door(person)

    expect(person.page.get_by_text("la2@so-khcn.example").first).to_be_visible()
    person.go("/viec-cua-toi")
    expect(person.page.get_by_text(person.say("frame.sign-in-needed.title")).first).to_be_visible()
