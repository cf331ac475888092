"""Two people in two browsers: one invites by a copied link, the other joins, works along, and is taken out."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from core.language import Language
from tests.e2e.steps import Person

PEOPLE = "/nguoi-trong-don-vi"


@pytest.mark.parametrize(("language", "phone"), [(Language.VI, True), (Language.EN, False)])
def test_a_colleague_joins_by_a_copied_link_and_is_out_when_removed(server, visitor, at_work, language, phone):
    owner, _ = at_work(language, phone=phone, permissions=["clipboard-read", "clipboard-write"])
    owner.go("/viec-cua-toi")
    owner.page.get_by_role("link", name=owner.say("members.title")).click()
    owner.settle()
    owner.press("members.invite.button")
    copy = owner.page.get_by_role("button", name=owner.say("widgets.copy"), exact=True)
    expect(copy).to_be_visible()
    assert owner.violations() == []

    copy.click()
    expect(owner.page.get_by_text(owner.say("widgets.copied"))).to_be_visible()
    link = owner.page.evaluate("navigator.clipboard.readText()")
    assert owner.page.get_by_label(owner.say("members.invite.link"), exact=True).input_value() == link

    colleague = Person(visitor(), server.url, language)
    colleague.page.goto(f"{server.url}{urlsplit(link).path}?lang={language.value}")
    expect(colleague.page.get_by_text("Hợp tác xã Chè Suối Cạn")).to_be_visible()
    colleague.page.get_by_role("link", name=colleague.say("account.link.sign-up")).click()
    colleague.page.fill("[name=name]", "Ma Văn Cùng")
    colleague.page.fill("[name=email]", f"cung-{language}@vidu.example")
    colleague.page.fill("[name=password]", "một mật khẩu đủ dài")
    colleague.page.locator("input[type=checkbox]").first.check()
    colleague.page.locator("button[type=submit]").last.click()
    colleague.page.get_by_role("button", name=colleague.say("account.invitation.button")).click()
    colleague.settle()
    expect(colleague.page.get_by_role("heading", level=1)).to_have_text("Hợp tác xã Chè Suối Cạn")

    owner.go(PEOPLE)
    row = owner.page.locator("[class*=st-key-row_member_]", has_text="Ma Văn Cùng")
    row.get_by_role("button", name=owner.say("members.remove"), exact=True).click()
    owner.page.get_by_role("button", name=owner.say("members.remove.yes", name="Ma Văn Cùng"), exact=True).click()
    expect(owner.page.get_by_text("Ma Văn Cùng")).to_have_count(0)

    colleague.page.reload()
    expect(colleague.page.get_by_role("heading", level=1)).to_have_text(colleague.say("start.begin.title"))
    expect(colleague.page.get_by_text("Hợp tác xã Chè Suối Cạn")).to_have_count(0)
