"""The identity provider without a browser: whose word opens which account, in which browser, for how long."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from core.errors import AccountRefused
from core.language import Language
from core.services import accounts, providers
from core.services.providers import ProviderIdentity
from core.web import server
from core.web.provider import ProviderMiddleware
from tests.conftest import PASSWORD, make_people

DOOR = "cua-cua-trinh-duyet-nay"


def with_provider(environment):
    return replace(environment, settings=replace(environment.settings, oidc_provider="so", oidc_title="Cổng Sở"))


@pytest.fixture
def configured(environment):
    return with_provider(environment)


@pytest.fixture
def people(configured):
    return make_people(configured)


def said(environment, email="Owner@SuoiCan.example", *, is_verified=True, ago=timedelta()):
    return ProviderIdentity(email, is_verified, environment.now() - ago)


def ticket(environment, door=DOOR, **identity):
    return providers.make_ticket(environment, said(environment, **identity), door)


def sign_in_by_password(environment):
    return accounts.sign_in(environment, email="owner@suoican.example", password=PASSWORD, address="127.0.0.1")


# Whose word opens what


def test_a_verified_address_opens_the_account_that_has_it(configured, people):
    signed_in = providers.sign_in_by_ticket(configured, ticket(configured), DOOR)

    actor = accounts.actor_of_session(configured, signed_in.session.key)
    assert actor.account_id == people.owner.account_id
    assert actor.memberships == people.owner.memberships


@pytest.mark.parametrize(
    "identity",
    [
        {"email": "khong-co@suoican.example"},
        {"email": ""},
        {"is_verified": False},
        {"ago": providers.DOOR_LASTS},
        {"door": ""},
    ],
)
def test_nothing_is_opened_by_less(configured, people, identity):
    assert ticket(configured, **identity) is None


def test_without_a_configured_provider_no_word_opens_anything(environment):
    make_people(environment)
    assert ticket(environment) is None


def test_a_blocked_account_is_not_opened_whenever_it_was_blocked(configured, people):
    given = ticket(configured)
    accounts.set_blocked(configured, people.administrator, people.owner.account_id, blocked=True)

    assert ticket(configured) is None
    with pytest.raises(AccountRefused, match="account-blocked"):
        providers.sign_in_by_ticket(configured, given, DOOR)


def test_a_ticket_works_once_in_its_own_browser_and_not_for_long(configured, people, clock):
    given = ticket(configured)
    for door in ("", "cua-khac"):
        with pytest.raises(AccountRefused, match="link-over"):
            providers.sign_in_by_ticket(configured, given, door)

    providers.sign_in_by_ticket(configured, given, DOOR)
    with pytest.raises(AccountRefused, match="link-over"):
        providers.sign_in_by_ticket(configured, given, DOOR)

    late = ticket(configured)
    clock.pass_time(minutes=2)
    with pytest.raises(AccountRefused, match="link-over"):
        providers.sign_in_by_ticket(configured, late, DOOR)


def test_an_invitation_is_no_ticket(configured, people):
    link = accounts.make_reset_link(configured, people.administrator, people.owner.account_id)
    with pytest.raises(AccountRefused, match="link-over"):
        providers.sign_in_by_ticket(configured, link.rpartition("/")[2], DOOR)


def test_whoever_knew_the_password_is_out_after_the_first_sign_in_at_the_provider(configured, people):
    stranger_in_the_account = sign_in_by_password(configured)

    first = providers.sign_in_by_ticket(configured, ticket(configured), DOOR)

    assert accounts.actor_of_session(configured, stranger_in_the_account.session.key) is None
    with pytest.raises(AccountRefused, match="sign-in-failed"):
        sign_in_by_password(configured)
    # Later sign-ins end nothing: there are two browsers of the same person.
    providers.sign_in_by_ticket(configured, ticket(configured), DOOR)
    assert accounts.actor_of_session(configured, first.session.key) is not None


def test_a_temporary_password_need_not_be_changed_by_who_comes_from_the_provider(configured):
    kept = accounts.add_account(configured, email="moi@so.example", name="Mới", password=PASSWORD, must_change=True)

    signed_in = providers.sign_in_by_ticket(configured, ticket(configured, email="moi@so.example"), DOOR)

    assert accounts.actor_of_session(configured, signed_in.session.key).account_id == kept.id


# The doors


@pytest.fixture
def plain_environment(sqlite_environment):
    return with_provider(sqlite_environment)


@pytest.fixture
def browser(plain_environment):
    make_people(plain_environment)
    app = Starlette(routes=server.routes(plain_environment), middleware=server.middleware(plain_environment))
    with TestClient(app, base_url="https://dochuan.example", follow_redirects=False) as client:
        yield client


@pytest.mark.parametrize("language", list(Language))
def test_the_sign_in_page_shows_the_door_with_the_name_of_the_provider(browser, plain_environment, language):
    page = browser.get(f"/dang-nhap?lang={language}&next=/ket-qua").text

    words = plain_environment.catalogue.word("account.provider.button")[language].format(provider="Cổng Sở")
    assert f'<a href="/lien-thong?next=%2Fket-qua">{words}</a>' in page


def test_without_a_provider_there_is_no_door(sqlite_environment):
    app = Starlette(routes=server.routes(sqlite_environment))
    with TestClient(app, follow_redirects=False) as browser:
        assert "/lien-thong" not in browser.get("/dang-nhap").text
        assert browser.get("/lien-thong").headers["location"] == "/dang-nhap"


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [("/ket-qua?x=1;y", "/ket-qua?x=1%3By"), ("//xau.example", "/"), ("https://xau.example", "/"), ("", "/")],
)
def test_the_way_from_the_door_leads_to_what_was_wanted(browser, plain_environment, wanted, reached):
    answer = browser.get("/lien-thong", params={"next": wanted})
    assert (answer.status_code, answer.headers["location"]) == (303, "/dang-nhap-lien-thong")
    cookies = answer.headers.get_list("set-cookie")
    assert all("HttpOnly" in one and "SameSite=lax" in one and "Secure" in one for one in cookies)

    given = ticket(plain_environment, door=browser.cookies["do_chuan_door"])
    answer = browser.get(f"/lien-thong/vao/{given}")

    assert (answer.status_code, answer.headers["location"]) == (303, reached)
    assert browser.cookies.get("do_chuan_session")
    assert not browser.cookies.get("do_chuan_door")
    assert browser.get("/dang-nhap").status_code == 303


@pytest.mark.parametrize("language", list(Language))
def test_a_ticket_of_another_browser_is_refused_calmly(browser, plain_environment, language):
    browser.get("/lien-thong")
    answer = browser.get(f"/lien-thong/vao/{ticket(plain_environment)}?lang={language}")

    assert answer.status_code == 403
    assert plain_environment.catalogue.word("errors.link-over.mend")[language] in answer.text
    assert "do_chuan_session" not in answer.headers.get("set-cookie", "")


def test_signing_out_leads_on_to_the_provider_only_where_it_is_known(browser, plain_environment):
    browser.get("/lien-thong")
    browser.get(f"/lien-thong/vao/{ticket(plain_environment, door=browser.cookies['do_chuan_door'])}")
    form = re.search(r'name="form" value="([^"]*)"', browser.get("/dang-xuat").text)[1]
    browser.cookies.set("_streamlit_user", "x")

    answer = browser.post("/dang-xuat", data={"form": form})
    assert urlsplit(answer.headers["location"]).path == "/lien-thong/ra"
    page = browser.get("/lien-thong/ra")
    assert page.headers["refresh"] == "0; url=/auth/logout"
    assert 'href="/auth/logout"' in page.text

    browser.cookies.delete("_streamlit_user")
    assert browser.get("/lien-thong/ra").headers["location"] == "/dang-nhap?done=signed-out"


def test_who_is_opened_by_the_provider_only_is_told_where_the_password_is(browser, plain_environment):
    browser.get("/lien-thong")
    browser.get(f"/lien-thong/vao/{ticket(plain_environment, door=browser.cookies['do_chuan_door'])}")

    page = browser.get("/doi-mat-khau?lang=vi").text

    assert "Tài khoản này mở bằng Cổng Sở" in page
    assert "<form" not in page


@pytest.mark.parametrize(("status", "reached"), [(400, (303, "/")), (200, (200, None))])
def test_a_provider_that_cannot_be_reached_leads_back_to_our_own_page(status, reached):
    async def login(_request):
        return PlainTextResponse("Authentication error", status)

    app = ProviderMiddleware(Starlette(routes=[Route("/auth/login", login), Route("/other", login)]))
    with TestClient(app, follow_redirects=False) as browser:
        answer = browser.get("/auth/login")
        assert (answer.status_code, answer.headers.get("location")) == reached
        assert browser.get("/other").status_code == status
