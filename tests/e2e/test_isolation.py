"""Nobody sees what is not theirs: deep links, forged headers, touched cookies, foreign ids, tabs over their time."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
from playwright.sync_api import expect

from core.domain.assessment import Answer, Choice
from core.domain.permissions import Role
from core.language import Language
from core.services import accounts, assessing, members
from core.services.environment import transaction
from core.storage.database import migrate
from tests.e2e.protocol import open_tab, shown
from tests.e2e.server import PASSWORD, ROOT, Member, Server
from tests.e2e.steps import Person

SECRET = "Hợp tác xã Chè Bí Mật"
NOTE = "bí quyết sao chè"
WORK = ["viec-cua-toi", "ho-so", "tu-danh-gia", "ket-qua", "chuong-trinh", "du-lieu", "nguoi-trong-don-vi"]
PAGES = [*WORK, "ho-so-cho", "toan-canh", "quan-tri"]
OFFICERS = {
    Role.ADVISER: "19",
    Role.LEAD_ADVISER: "19",
    Role.OFFICIAL_PROVINCE: "19",
    Role.OFFICIAL_NATION: "",
    Role.ADMINISTRATOR: "",
}


class Answered:
    """An answer of the server, redirects not followed."""

    def __init__(self, server: Server, path: str, *, headers: dict[str, str] | None = None, form: dict | None = None):
        class Still(HTTPRedirectHandler):
            def redirect_request(self, *_: object) -> None:
                return None

        data = urlencode(form).encode() if form is not None else None
        try:
            with build_opener(Still).open(Request(server.url + path, data=data, headers=headers or {})) as answer:
                self.status, self.headers, self.text = answer.status, answer.headers, answer.read().decode("latin-1")
        except HTTPError as error:
            self.status, self.headers, self.text = error.code, error.headers, error.read().decode("latin-1")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A server that was just started: the first test here sends the first request of its process."""
    server = Server(tmp_path_factory.mktemp("isolation"))
    migrate(server.environment_behind.database)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def owner(running) -> Member:
    """The owner of an enterprise with a secret name and a secret note."""
    member = running.add_owner("Chủ Bí Mật", SECRET)
    opened = assessing.open_assessment(running.environment_behind, member.actor, member.enterprise_id)
    wanted = Answer(choice=Choice.LEVEL_1, note=NOTE)
    assessing.save_answer(
        running.environment_behind, member.actor, opened.id, "named-person", seen=Answer(), wanted=wanted
    )
    return member


@pytest.fixture(scope="module")
def stranger(running) -> Member:
    return running.add_owner("Người Khác", "Công ty Khác")


def expect_nothing(text: str) -> None:
    assert SECRET not in text
    assert NOTE not in text


# The first request after a start


@pytest.mark.parametrize(
    ("who", "page"), [("guest", "chuong-trinh"), ("adviser", "quan-tri"), ("guest", "enterprise/result")]
)
def test_the_first_request_after_a_start_to_a_deep_link_shows_nothing(running, owner, who, page):
    cookie = "" if who == "guest" else running.add_officer("Chuyên Gia", Role.ADVISER, "19").cookie
    running.kill()
    running.start()

    text = shown(running.url, page, cookie)

    expect_nothing(text)
    assert not re.search(r"choice_|profile_|download_|tai-ve", text)
    assert ("/dang-nhap" in text) == (who == "guest")
    assert SECRET in shown(running.url, "viec-cua-toi", owner.cookie)


@pytest.mark.parametrize("file", ["enterprise/result.py", "enterprise/my_data.py", "admin/administration.py"])
def test_a_page_asked_for_by_its_file_is_no_way_around_the_router(running, owner, stranger, file):
    page_hash = hashlib.md5(str(ROOT / "pages" / file).encode(), usedforsecurity=False).hexdigest()

    for cookie in ("", stranger.cookie):
        expect_nothing(shown(running.url, cookie=cookie, page_hash=page_hash))


# Forged identity


@pytest.mark.parametrize("page", PAGES)
def test_forged_identity_headers_make_nobody_somebody_else(running, owner, page):
    key = accounts.key_of(owner.token)
    forged = {"X-Do-Chuan-Session": key, "X-Do-Chuan-Account": str(owner.actor.account_id), "Cookie": f"session={key}"}

    expect_nothing(shown(running.url, page, headers=forged))


def test_forged_identity_headers_open_no_door_over_http(running, owner):
    forged = {"X-Do-Chuan-Session": accounts.key_of(owner.token), "X-Do-Chuan-Account": str(owner.actor.account_id)}

    for path in (f"/tai-ve/{owner.enterprise_id}/du-lieu.json", "/doi-mat-khau"):
        answer = Answered(running, path, headers=forged)
        assert (answer.status, answer.headers["location"].partition("?")[0]) == (303, "/dang-nhap")


@pytest.mark.parametrize(
    "change",
    [
        lambda token: f"{token[:-1]}x",
        lambda token: token[:10],
        accounts.key_of,
        lambda token: f'"{token}',
        str.swapcase,
    ],
    ids=["tampered", "truncated", "stored-key", "quoted", "other-case"],
)
def test_a_cookie_that_was_touched_opens_nothing(running, owner, change):
    name, _, token = owner.cookie.partition("=")

    text = shown(running.url, "viec-cua-toi", f"{name}={change(token)}")

    expect_nothing(text)
    assert "/dang-nhap" in text


def test_a_cookie_of_another_installation_opens_nothing(running, owner, tmp_path):
    elsewhere = Server(tmp_path)
    migrate(elsewhere.environment_behind.database)

    assert "/dang-nhap" in shown(running.url, "viec-cua-toi", elsewhere.add_owner("Nơi Khác", SECRET).cookie)


def test_an_expired_session_opens_nothing_and_ends_an_open_tab(running):
    member = running.add_owner("Hết Hạn", SECRET)
    with open_tab(running.url, member.cookie) as tab:
        assert SECRET in tab.run("viec-cua-toi")
        with transaction(running.environment_behind) as repository:
            repository.sign_ins.touch(accounts.key_of(member.token), datetime.now(UTC) - timedelta(minutes=1))
        expect_nothing(tab.run("viec-cua-toi"))
    expect_nothing(shown(running.url, "viec-cua-toi", member.cookie))


# Foreign ids


@pytest.mark.parametrize("page", PAGES)
def test_another_enterprise_sees_nothing_on_any_page_whatever_the_address_says(running, owner, stranger, page):
    names = ("e", "id", "enterprise", "enterprise_id", "chosen_enterprise", "other_enterprise", "don-vi", "account")
    query = urlencode({name: str(owner.enterprise_id) for name in names})

    expect_nothing(shown(running.url, page, stranger.cookie, query=query))


@pytest.mark.parametrize("role", OFFICERS)
def test_no_other_role_sees_a_draft_on_any_page(running, owner, role):
    cookie = running.add_officer(role.value, role, OFFICERS[role]).cookie

    with open_tab(running.url, cookie) as tab:
        for page in PAGES:
            expect_nothing(tab.run(page, f"enterprise={owner.enterprise_id}"))


@pytest.mark.parametrize("who", ["guest", "stranger", "forged"])
def test_the_session_of_another_browser_is_not_taken_up(running, owner, stranger, who):
    cookie = stranger.cookie if who == "stranger" else ""
    headers = {"X-Do-Chuan-Session": accounts.key_of(owner.token)} if who == "forged" else {}
    with open_tab(running.url, owner.cookie) as tab:
        assert SECRET in tab.run("viec-cua-toi")
        while_open = shown(running.url, "viec-cua-toi", cookie, headers, session_id=tab.session_id)
    after = shown(running.url, "viec-cua-toi", cookie, headers, session_id=tab.session_id)

    expect_nothing(while_open)
    expect_nothing(after)


def test_a_file_goes_to_whoever_may_have_it_and_to_nobody_else(running, owner, stranger):
    for path in (f"/tai-ve/{owner.enterprise_id}/du-lieu.json", f"/tai-ve/{owner.enterprise_id}/chuong-trinh-vi.pdf"):
        assert Answered(running, path, headers={"Cookie": owner.cookie}).status == 200
        assert Answered(running, path, headers={"Cookie": stranger.cookie}).status == 404
        assert Answered(running, path).status == 303


def test_nothing_of_the_owner_lies_at_streamlits_own_addresses(running, owner, visitor):
    person = Person.signed_in(visitor(), running, owner)
    asked: list[str] = []
    person.page.on("request", lambda request: asked.append(request.url))
    for path in WORK:
        person.go(f"/{path}")
    person.go("/chuong-trinh")
    person.page.locator(".st-key-paper img").wait_for()

    assert [address for address in asked if address.startswith(f"{running.url}/media/")] == []
    assert Answered(running, f"/media/{'0' * 32}.pdf", headers={"Cookie": owner.cookie}).status == 404


# Forms that were not ours


def test_a_form_without_its_token_changes_nothing(running, owner):
    cookie, key = {"Cookie": owner.cookie}, accounts.key_of(owner.token)
    fields = {"current": PASSWORD, "password": "một mật khẩu khác hẳn"}
    assert Answered(running, "/doi-mat-khau", headers=cookie, form=fields).status == 403
    assert Answered(running, "/doi-mat-khau", headers=cookie, form={**fields, "form": "x"}).status == 403
    assert Answered(running, "/dang-nhap", form={"email": owner.email, "password": PASSWORD}).status == 403

    from_elsewhere = {**cookie, "Sec-Fetch-Site": "cross-site", "Origin": "https://xau.example"}
    assert Answered(running, "/dang-xuat", headers=from_elsewhere, form={}).status == 403
    assert accounts.actor_of_session(running.environment_behind, key) is not None


def test_a_page_of_another_site_cannot_open_a_tab_in_the_visitors_name(running, owner):
    with pytest.raises(Exception, match="403"):
        shown(running.url, "viec-cua-toi", owner.cookie, {"Origin": "https://xau.example"})


# Tabs that outlive their session


@pytest.mark.parametrize("end", ["sign-out", "block", "removal"])
def test_a_right_that_ends_elsewhere_ends_an_open_tab_at_its_next_step(running, visitor, end):
    chief = running.add_owner("Lan", SECRET)
    member = running.add_colleague(chief, "Bình")
    second = Person.signed_in(visitor(), running, member)
    second.go("/tu-danh-gia?chu-de=1")
    question = second.questions()[0]
    environment = running.environment_behind
    if end == "sign-out":
        first = Person(second.page.context.new_page(), running.url, Language.VI)
        first.go("/viec-cua-toi")
        first.page.locator(".st-key-account_menu button").first.click()
        first.page.get_by_role("button", name=first.say("frame.sign-out")).click()
        first.page.wait_for_url("**/dang-nhap*")
    elif end == "block":
        chief_of_all = running.add_officer("Quản Trị", Role.ADMINISTRATOR).actor
        accounts.set_blocked(environment, chief_of_all, member.actor.account_id, blocked=True)
    else:
        members.remove_member(environment, chief.actor, chief.enterprise_id, member.actor.account_id)

    question.get_by_test_id("stRadioOption").nth(2).click()

    title = "start.begin.title" if end == "removal" else "frame.sign-in-needed.title"
    expect(second.page.get_by_text(second.say(title)).first).to_be_visible()
    expect(second.page.get_by_text(SECRET)).to_have_count(0)
    expect(second.page.get_by_role("radiogroup", name="1.1")).to_have_count(0)
    opened = assessing.open_assessment(environment, chief.actor, chief.enterprise_id)
    assert opened.answer("named-person") == Answer()
