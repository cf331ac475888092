"""Nobody sees what is not theirs: deep links, forged headers, touched cookies, tabs that outlive their session."""

from __future__ import annotations

import re
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from core.language import Language
from core.services.accounts import key_of
from core.web.visitor import SESSION_COOKIE
from tests.e2e.protocol import shown
from tests.e2e.steps import Person

SECRET = "Hợp tác xã Chè Bí Mật"
WORK = ["viec-cua-toi", "ho-so", "tu-danh-gia", "ket-qua", "chuong-trinh", "du-lieu"]
PAGES = [*WORK, "ho-so-cho", "toan-canh", "quan-tri"]


def session_cookie(page):
    """Return the session cookie of a browser as a header has it."""
    cookie = next(one for one in page.context.cookies() if one["name"] == SESSION_COOKIE)
    return f"{cookie['name']}={cookie['value']}"


@pytest.fixture(scope="module")
def owner_cookie(server, browser):
    """An owner with a secret name, and the cookie of their browser."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(20_000)
    person = Person(page, server.url, Language.VI)
    person.sign_up("bi-mat@vidu.example", "Chủ Bí Mật")
    person.begin(SECRET, "cooperative")
    yield session_cookie(page)
    page.context.close()


def test_the_owner_sees_their_own_work_over_the_protocol(server, owner_cookie):
    assert SECRET in shown(server.url, "viec-cua-toi", owner_cookie)


@pytest.mark.parametrize("page", ["tu-danh-gia", "chuong-trinh", "quan-tri"])
def test_the_first_request_after_a_restart_to_a_deep_link_shows_nothing_to_a_guest(own_server, page):
    text = shown(own_server.url, page)

    assert "/dang-nhap" in text
    assert "choice_" not in text
    assert "profile_" not in text
    assert "download_" not in text


@pytest.mark.parametrize("page", PAGES)
def test_forged_identity_headers_make_nobody_somebody_else(server, owner_cookie, page):
    token = owner_cookie.partition("=")[2]
    forged = {"X-Do-Chuan-Session": key_of(token), "X-Do-Chuan-Account": "bi-mat@vidu.example"}

    assert SECRET not in shown(server.url, page, headers=forged)


@pytest.mark.parametrize("change", [lambda value: f"{value[:-1]}x", lambda value: value[:10], key_of])
def test_a_cookie_that_was_touched_opens_nothing(server, owner_cookie, change):
    name, _, value = owner_cookie.partition("=")

    text = shown(server.url, "viec-cua-toi", f"{name}={change(value)}")

    assert SECRET not in text
    assert "/dang-nhap" in text


def test_another_enterprise_never_sees_the_name_on_any_page(server, owner_cookie, visitor):
    other = Person(visitor(), server.url, Language.VI)
    other.sign_up("nguoi-khac@vidu.example", "Người Khác")
    other.begin("Công ty Khác", "company")
    cookie = session_cookie(other.page)

    for page in PAGES:
        assert SECRET not in shown(server.url, page, cookie)
    assert owner_cookie


@pytest.mark.parametrize("role", ["adviser", "official_province", "official_nation", "administrator"])
def test_other_roles_see_no_draft_on_any_page(server, owner_cookie, visitor, role):
    province = [] if role in ("official_nation", "administrator") else ["--province", "19"]
    email = f"{role.replace('_', '-')}@vidu.example"
    printed = server.command_line("account", "add", "--email", email, "--name", role, "--role", role, *province)
    password = re.search(r"\S{12,}$", printed.strip().splitlines()[-1])[0]
    person = Person(visitor(), server.url, Language.VI)
    person.sign_in(email, password)
    person.page.fill("[name=password]", password) if person.page.locator("[name=password]").count() else None
    person.page.fill("[name=new]", "một mật khẩu thật dài") if person.page.locator("[name=new]").count() else None
    person.page.locator("button[type=submit]").last.click()
    cookie = session_cookie(person.page)

    for page in PAGES:
        assert SECRET not in shown(server.url, page, cookie)


def test_signing_out_in_one_tab_ends_the_other_at_its_next_step(server, visitor):
    first = Person(visitor(), server.url, Language.VI)
    first.sign_up("hai-the@vidu.example", "Hai Thẻ")
    first.begin("Công ty Hai Thẻ", "company")
    second = Person(first.page.context.new_page(), server.url, Language.VI)
    second.go("/tu-danh-gia?chu-de=1")
    question = second.questions()[0]
    first.page.locator(".st-key-account_menu button").first.click()
    first.page.get_by_role("button", name=first.say("frame.sign-out")).click()

    question.get_by_test_id("stRadioOption").nth(2).click()

    expect(second.page.get_by_text(second.say("frame.sign-in-needed.title")).first).to_be_visible()


def test_a_handed_out_file_needs_a_signed_in_browser(server, owner_cookie, visitor):
    person = Person(visitor(), server.url, Language.VI)
    person.sign_up("tep@vidu.example", "Tệp")
    person.begin("Công ty Tệp", "company")
    person.go("/tu-danh-gia?chu-de=1")
    person.answer(person.questions()[0], 1)
    person.go("/chuong-trinh")
    address = person.page.get_by_role("link", name=person.say("editor.download-pdf")).get_attribute("href")

    assert urlopen(Request(server.url + address)).url.startswith(f"{server.url}/dang-nhap")
    with pytest.raises(HTTPError) as refused:
        urlopen(Request(server.url + address, headers={"Cookie": owner_cookie}))
    assert refused.value.code == 404
