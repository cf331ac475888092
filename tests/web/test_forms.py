"""The plain pages as a browser meets them: forms, cookies, redirects, refusals, both languages."""

from __future__ import annotations

import json
import re

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.domain.assessment import Choice
from core.domain.permissions import Role
from core.domain.quick_check import carried
from core.services import accounts, members
from core.web import server
from core.web.visitor import own_path
from tests.conftest import PASSWORD


@pytest.fixture
def app(sqlite_environment):
    return Starlette(routes=server.routes(sqlite_environment), middleware=server.middleware(sqlite_environment))


@pytest.fixture
def browser(app):
    with TestClient(app, base_url="https://dochuan.example", follow_redirects=False) as client:
        yield client


@pytest.fixture
def people(sqlite_people):
    return sqlite_people


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found.group(1).replace("&quot;", '"').replace("&amp;", "&") if found else ""


def post(browser, path, **fields):
    """Open a form and send it as a browser does, with all that it hides."""
    page = browser.get(path).text
    kept = {name: hidden(page, name) for name in ("form", "next", "quick") if hidden(page, name)}
    return browser.post(path.partition("?")[0], data={**kept, **fields})


def sign_in(browser, email="owner@suoican.example", password=PASSWORD, path="/dang-nhap"):
    return post(browser, path, email=email, password=password)


def sign_up(browser, path="/dang-ky", **changes):
    fields = {"name": "Nguyễn Thị Hà", "email": "ha@suoican.example", "password": PASSWORD, "consent": ["processing"]}
    return post(browser, path, **{**fields, **changes})


# Signing in and out


def test_signing_in_gives_a_cookie_that_scripts_cannot_read(browser, people):
    answer = sign_in(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("do_chuan_session="))
    assert "HttpOnly" in cookie
    assert "Secure" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie


def test_over_plain_http_on_this_machine_the_cookie_still_works(app, people):
    with TestClient(app, base_url="http://127.0.0.1:8501", follow_redirects=False) as browser:
        answer = sign_in(browser)
        assert "Secure" not in answer.headers["set-cookie"]
        assert browser.get("/doi-mat-khau").status_code == 200


def test_a_refused_sign_in_keeps_the_address_but_never_the_password(browser, people):
    answer = sign_in(browser, password="sai mật khẩu rồi")
    assert answer.status_code == 422
    assert 'value="owner@suoican.example"' in answer.text
    assert "sai mật khẩu rồi" not in answer.text
    assert 'role="alert"' in answer.text
    assert "do_chuan_session" not in answer.headers.get("set-cookie", "")


def test_known_and_unknown_addresses_get_the_same_page(app, people):
    def answer(email: str, address: str) -> str:
        with TestClient(app, base_url="https://dochuan.example", client=(address, 5)) as browser:
            page = sign_in(browser, email, "sai mật khẩu rồi").text
            return page.replace(email, "").replace(hidden(page, "form"), "")

    assert answer("owner@suoican.example", "203.0.113.1") == answer("nobody@suoican.example", "203.0.113.2")


def test_too_many_attempts_are_answered_with_429(browser, people):
    for _ in range(5):
        sign_in(browser, password="sai mật khẩu rồi")
    answer = sign_in(browser)
    assert answer.status_code == 429
    assert "15" in answer.text


def test_the_session_of_before_signing_in_is_worth_nothing_afterwards(browser, people, sqlite_environment):
    browser.cookies.set("do_chuan_session", "chosen-by-somebody-else", domain="dochuan.example")
    sign_in(browser)
    assert browser.cookies["do_chuan_session"] != "chosen-by-somebody-else"
    first = browser.cookies["do_chuan_session"]
    page = browser.get("/doi-mat-khau").text
    browser.post(
        "/dang-nhap", data={"form": hidden(page, "form"), "email": "editor@suoican.example", "password": PASSWORD}
    )
    assert accounts.login_of_token(sqlite_environment, first) is None
    assert accounts.login_of_token(sqlite_environment, browser.cookies["do_chuan_session"]).account.name == "editor"


def test_signing_out_ends_the_session_and_takes_the_cookie(browser, people, sqlite_environment):
    sign_in(browser)
    token = browser.cookies["do_chuan_session"]
    answer = post(browser, "/dang-xuat")
    assert answer.headers["location"] == "/dang-nhap?done=signed-out"
    assert "do_chuan_session" not in browser.cookies
    assert accounts.login_of_token(sqlite_environment, token) is None


def test_the_button_of_the_account_menu_signs_out_without_a_token_but_only_from_our_own_pages(browser, people):
    sign_in(browser)
    foreign = browser.post("/dang-xuat", headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403
    assert browser.post("/dang-xuat", headers={"origin": "https://elsewhere.example"}).status_code == 403
    assert browser.post("/dang-xuat").status_code == 403
    assert browser.post("/dang-xuat", headers={"origin": "https://dochuan.example"}).status_code == 303


def test_looking_at_the_sign_out_page_does_not_sign_out(browser, people):
    sign_in(browser)
    assert browser.get("/dang-xuat").status_code == 200
    assert browser.get("/doi-mat-khau").status_code == 200


def test_whoever_is_signed_in_goes_on_at_once(browser, people):
    sign_in(browser)
    assert browser.get("/dang-nhap?next=/ket-qua").headers["location"] == "/ket-qua"


# Where to go next


def test_signing_in_leads_back_to_the_page_that_asked(browser, people):
    assert sign_in(browser, path="/dang-nhap?next=/ket-qua?a=1").headers["location"] == "/ket-qua?a=1"


@pytest.mark.parametrize(
    "value",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/\t/elsewhere.example",
        "/x\r\nset-cookie: a=b",
        "javascript:alert(1)",
        "elsewhere",
        "",
        None,
    ],
)
def test_no_address_of_another_site_is_followed(value):
    assert own_path(value) == "/"


@pytest.mark.parametrize(("value", "path"), [("/ket-qua?a=b&c=%20", "/ket-qua?a=b&c=%20"), ("/đo", "/%C4%91o")])
def test_own_addresses_are_followed(value, path):
    assert own_path(value) == path


# Forms that are not ours


@pytest.mark.parametrize("path", ["/dang-nhap", "/dang-ky"])
@pytest.mark.parametrize("token", [None, "", "wrong", "\u00e9"])
def test_a_form_without_its_token_does_nothing(browser, people, path, token):
    browser.get(path)
    fields = {"email": "owner@suoican.example", "password": PASSWORD, "name": "x", "consent": "processing"}
    answer = browser.post(path, data=fields if token is None else {**fields, "form": token})
    assert answer.status_code == 403
    assert "do_chuan_session" not in browser.cookies
    assert 'value="owner@suoican.example"' in answer.text


def test_a_form_sent_by_another_site_does_nothing_even_with_its_token(browser, people):
    token = hidden(browser.get("/dang-nhap").text, "form")
    fields = {"form": token, "email": "owner@suoican.example", "password": PASSWORD}
    assert browser.post("/dang-nhap", data=fields, headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_the_token_of_one_visitor_is_worth_nothing_to_another(app, people):
    with TestClient(app, base_url="https://dochuan.example", follow_redirects=False) as one:
        token = hidden(one.get("/dang-nhap").text, "form")
    with TestClient(app, base_url="https://dochuan.example", follow_redirects=False) as other:
        other.get("/dang-nhap")
        fields = {"form": token, "email": "owner@suoican.example", "password": PASSWORD}
        assert other.post("/dang-nhap", data=fields).status_code == 403


def test_the_password_form_is_bound_to_the_session(browser, people):
    outside = hidden(browser.get("/dang-nhap").text, "form")
    sign_in(browser)
    fields = {"form": outside, "current": PASSWORD, "password": "suối cạn mùa xuân"}
    assert browser.post("/doi-mat-khau", data=fields).status_code == 403


def test_a_form_as_large_as_a_book_is_refused(browser):
    assert post(browser, "/dang-nhap", email="x" * 70_000).status_code == 413
    assert browser.post("/dang-nhap", content="a=1&" * 500).status_code == 413


# Signing up


def test_signing_up_makes_an_account_and_goes_on(browser, sqlite_environment):
    answer = sign_up(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    login = accounts.login_of_token(sqlite_environment, browser.cookies["do_chuan_session"])
    assert login.account.email == "ha@suoican.example"


def test_no_consent_is_ticked_beforehand_and_each_stands_alone(browser, catalogue):
    page = browser.get("/dang-ky").text
    assert page.count('type="checkbox"') == len(catalogue.consents)
    assert " checked" not in page
    for consent in catalogue.consents:
        assert consent.label.vi in page


def test_the_notice_stands_before_the_form_with_the_operators_name(browser):
    page = browser.get("/dang-ky").text
    assert page.index("<details>") < page.index("<form")
    assert "Trung tâm Thử" in page
    assert "du-lieu@vidu.example" in page
    assert "{" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


def test_a_refused_sign_up_keeps_what_was_typed_and_ticked(browser, catalogue):
    answer = sign_up(browser, email="chưa đúng", consent=["processing", "reminders"])
    assert answer.status_code == 422
    assert 'value="Nguyễn Thị Hà"' in answer.text
    assert 'value="chưa đúng"' in answer.text
    assert PASSWORD not in answer.text
    assert answer.text.count(" checked") == 2
    assert re.search(r'<input id="email"[^>]*aria-describedby="trouble"[^>]*aria-invalid="true"', answer.text)


def test_without_the_needed_consent_there_is_no_account(browser, sqlite_environment):
    answer = sign_up(browser, consent=["reminders"])
    assert answer.status_code == 422
    assert re.search(r'value="processing"[^>]*aria-invalid="true"', answer.text)


def test_the_quick_check_travels_through_refusals_into_the_account(browser, sqlite_environment):
    quick = carried("tea-food", {"named-person": Choice.LEVEL_2})
    page = browser.get("/dang-ky", params={"quick": quick}).text
    assert json.loads(hidden(page, "quick")) == json.loads(quick)
    fields = {"form": hidden(page, "form"), "quick": hidden(page, "quick"), "name": "Hà", "email": "ha@suoican.example"}
    refused = browser.post("/dang-ky", data={**fields, "password": "ngắn", "consent": "processing"})
    fields["quick"] = hidden(refused.text, "quick")
    browser.post("/dang-ky", data={**fields, "password": PASSWORD, "consent": "processing"})
    login = accounts.login_of_token(sqlite_environment, browser.cookies["do_chuan_session"])
    assert json.loads(login.account.pending_quick) == json.loads(quick)


def test_invented_quick_answers_do_not_come_along(browser):
    page = browser.get("/dang-ky", params={"quick": '{"sector": "x", "answers": {"y": "<script>"}}'}).text
    assert hidden(page, "quick") == ""
    assert "<script>" not in page


# Passwords, links, invitations


def test_changing_the_password_through_the_page(browser, people):
    sign_in(browser)
    wrong = post(browser, "/doi-mat-khau", current="sai mật khẩu rồi", password="suối cạn mùa xuân")
    assert wrong.status_code == 422
    assert post(browser, "/doi-mat-khau", current=PASSWORD, password="suối cạn mùa xuân").status_code == 303
    post(browser, "/dang-xuat")
    assert sign_in(browser, password="suối cạn mùa xuân").status_code == 303


def test_the_password_page_asks_to_sign_in_first(browser):
    assert browser.get("/doi-mat-khau").headers["location"] == "/dang-nhap?next=%2Fdoi-mat-khau"


def test_a_given_password_must_be_changed_before_anything_else(browser, sqlite_environment):
    accounts.add_account(sqlite_environment, email="moi@suoican.example", name="Mới", password="tạm thời thôi nhé")
    answer = sign_in(browser, "moi@suoican.example", "tạm thời thôi nhé", path="/dang-nhap?next=/ket-qua")
    assert answer.headers["location"] == "/doi-mat-khau?next=%2Fket-qua"
    assert browser.get("/dang-nhap").headers["location"] == "/doi-mat-khau"
    done = post(browser, answer.headers["location"], current="tạm thời thôi nhé", password=PASSWORD)
    assert done.headers["location"] == "/ket-qua"


def test_a_reset_link_through_the_page(browser, people, sqlite_environment):
    link = accounts.make_reset_link(sqlite_environment, people.administrator, people.owner.account_id)
    path = link.removeprefix(sqlite_environment.settings.public_address)
    assert "owner@suoican.example" in browser.get(path).text
    assert post(browser, path, password="ngắn").status_code == 422
    assert post(browser, path, password="suối cạn mùa xuân").headers["location"] == "/dang-nhap?done=password"
    assert browser.get(path).status_code == 404
    assert sign_in(browser, password="suối cạn mùa xuân").status_code == 303


@pytest.mark.parametrize("path", ["/dat-lai/x", "/bat-dau/x", "/moi/x"])
def test_a_link_that_was_never_given_leads_nowhere(browser, people, path):
    answer = browser.get(path)
    assert answer.status_code == 404
    assert 'role="alert"' in answer.text


def test_the_first_administrator_through_the_page(browser, sqlite_environment):
    link = accounts.make_first_link(sqlite_environment)
    path = link.removeprefix(sqlite_environment.settings.public_address)
    answer = post(browser, path, name="Quản trị", email="quantri@vidu.example", password=PASSWORD)
    assert answer.status_code == 303
    login = accounts.login_of_token(sqlite_environment, browser.cookies["do_chuan_session"])
    actor = accounts.actor_of_account(sqlite_environment, login.account.id)
    assert [granted.role for granted in actor.roles] == [Role.ADMINISTRATOR]
    assert browser.get(path).status_code == 404


def test_an_invitation_through_the_page(browser, people, sqlite_environment):
    link = members.invite(sqlite_environment, people.owner, people.enterprise_id, Role.EDITOR)
    path = link.removeprefix(sqlite_environment.settings.public_address)
    page = browser.get(path).text
    assert "Hợp tác xã Chè Suối Cạn" in page
    assert "<form" not in page
    sign_in(browser, "stranger@suoican.example", path=f"/dang-nhap?next={path}")
    assert post(browser, path).status_code == 303
    actor = accounts.actor_of_account(sqlite_environment, people.stranger.account_id)
    assert actor.memberships[people.enterprise_id] is Role.EDITOR


# Languages


@pytest.mark.parametrize("path", ["/dang-nhap", "/dang-ky", "/quen-mat-khau", "/dat-lai/x", "/moi/x"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_speaks_both_languages(browser, people, path, language):
    page = browser.get(path, params={"lang": language}).text
    assert f'<html lang="{language}">' in page
    other = "en" if language == "vi" else "vi"
    assert f"/ngon-ngu?lang={other}" in page


def test_vietnamese_is_spoken_unless_the_browser_asks_for_english(browser):
    assert '<html lang="vi">' in browser.get("/dang-nhap").text
    assert '<html lang="vi">' in browser.get("/dang-nhap", headers={"accept-language": "fr-FR,en"}).text
    assert '<html lang="en">' in browser.get("/dang-nhap", headers={"accept-language": "en-GB,vi"}).text


def test_the_chosen_language_is_remembered_and_leads_back(browser, people, sqlite_environment):
    sign_in(browser)
    answer = browser.get("/ngon-ngu?lang=en", headers={"referer": "https://dochuan.example/ket-qua?lang=vi&a=1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/ket-qua?a=1")
    assert browser.cookies["do_chuan_language"] == "en"
    login = accounts.login_of_token(sqlite_environment, browser.cookies["do_chuan_session"])
    assert login.session.language == login.account.language == "en"
    foreign = browser.get("/ngon-ngu?lang=vi", headers={"referer": "https://elsewhere.example/x"})
    assert foreign.headers["location"] == "/"


def test_refusals_speak_the_visitors_language(browser, people):
    vietnamese = sign_in(browser, password="sai mật khẩu rồi").text
    browser.get("/ngon-ngu?lang=en")
    english = sign_in(browser, password="sai mật khẩu rồi").text
    assert "mật khẩu" in vietnamese
    assert "password" in english
    assert "mật khẩu" not in english


# What people type is never code


@pytest.mark.parametrize("text", ['"><script>alert(1)</script>', "'onfocus='alert(1)", "{email}", "&lt;b&gt;"])
def test_what_was_typed_is_shown_and_never_run(browser, text):
    answer = sign_up(browser, name=text, email=text, password="ngắn")
    shown = answer.text.partition("<main>")[2]
    assert "<script" not in shown
    assert "'onfocus='" not in shown


def test_pages_with_forms_are_kept_in_no_cache(browser):
    assert browser.get("/dang-nhap").headers["cache-control"] == "no-store"


def test_every_field_has_its_label_and_tells_the_browser_what_to_fill_in(browser):
    page = browser.get("/dang-ky").text
    fields = re.findall(r'<input id="(\w+)"[^>]*autocomplete="([\w-]+)"', page)
    assert dict(fields) == {"name": "name", "email": "username", "password": "new-password"}
    for name, _ in fields:
        assert f'<label for="{name}">' in page


def test_a_page_weighs_little(browser):
    assert len(browser.get("/dang-nhap").content) < 12_000
