"""A draft with a check code in a real browser on a phone: made, checked by a guest, compared, revoked."""

from __future__ import annotations

from playwright.sync_api import expect

from core.domain.check_code import bare_check_code
from core.language import Language
from tests.e2e.steps import Person


def test_a_guest_checks_a_draft_by_its_code_and_by_its_file(server, visitor, tmp_path):
    owner = Person(visitor(phone=True), server.url, Language.VI)
    owner.sign_up("ban-co-ma@vidu.example")
    owner.begin("Hợp tác xã Chè Suối Cạn", "cooperative")
    owner.go("/tu-danh-gia")
    owner.answer(owner.questions()[0], 1)
    owner.go("/chuong-trinh")
    owner.page.get_by_role("link", name=owner.say("check.firm.title")).click()
    owner.press("check.firm.make")
    heading = owner.page.get_by_role("heading", level=2)
    heading.wait_for(timeout=60_000)
    owner.settle()
    code = heading.inner_text()
    owner.page.get_by_text(owner.say("check.hashes"), exact=True).click()
    owner.page.get_by_text(owner.say("check.firm.revoke"), exact=True).click()
    assert owner.violations() == []
    assert owner.page.evaluate("document.querySelector('.stMain').scrollWidth") <= 360
    content = owner.download("check.file-kind.pdf.vi").read_bytes()

    guest = Person(visitor(phone=True), server.url, Language.VI)
    guest.go(f"/kiem-tra?ma={bare_check_code(code)}")
    result = guest.page.locator(".st-key-check_result")
    expect(result).to_contain_text(code)
    compare(guest, tmp_path / "nguyên.pdf", content)
    expect(guest.page.locator(".st-key-check_compared")).to_contain_text("giống từng byte")
    compare(guest, tmp_path / "sửa.pdf", content[:-1] + b"\0")
    expect(guest.page.locator(".st-key-check_compared")).to_contain_text("không giống bản nào")
    assert guest.violations() == []
    assert guest.page.evaluate("document.querySelector('.stMain').scrollWidth") <= 360
    expect(guest.page.get_by_text("Chè Suối Cạn")).to_have_count(0)

    owner.type(owner.say("check.firm.revoke.reason", code=code), "Sai số máy của cân")
    owner.press("check.firm.revoke.yes", code=code)
    expect(owner.page.get_by_text("Sai số máy của cân")).to_be_visible()
    guest.press("check.code.button")
    expect(result).to_contain_text("Đã bị thu hồi")


def compare(guest: Person, path, content: bytes) -> None:
    path.write_bytes(content)
    guest.page.locator("input[type=file]").set_input_files(path)
    expect(guest.page.locator(".st-key-check_compared")).to_contain_text(path.name)
    guest.settle()
