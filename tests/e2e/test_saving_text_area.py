"""The saving text area in a real browser: nothing typed is lost, nothing being typed is overwritten."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from playwright.sync_api import Error, Page, expect

from tests.e2e.server import ROOT, Server, free_port


class AreaServer:
    """`streamlit run` of the test page, with the file its text is kept in."""

    def __init__(self, folder) -> None:
        self.file = folder / "note.txt"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        whole = Server(folder, extra={"SAVING_TEXT_AREA_FILE": str(self.file)})
        whole.command_line("migrate")
        self.environment = whole.environment
        self.process = None

    def start(self) -> None:
        command = ["-m", "streamlit", "run", "tests/e2e/saving_text_area_app.py", "--server.port", str(self.port)]
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)

    @property
    def text(self) -> str:
        return self.file.read_text(encoding="utf-8") if self.file.exists() else ""

    @text.setter
    def text(self, value: str) -> None:
        self.file.write_text(value, encoding="utf-8")

    @property
    def number(self) -> str:
        return self.file.with_suffix(".number").read_text(encoding="utf-8")

    @number.setter
    def number(self, value: str) -> None:
        self.file.with_suffix(".number").write_text(value, encoding="utf-8")

    @property
    def sent(self) -> list[str]:
        """What came since the page was opened, in its order."""
        return self.file.with_suffix(".sent").read_text(encoding="utf-8").splitlines()

    def forget_sent(self) -> None:
        self.file.with_suffix(".sent").write_text("", encoding="utf-8")

    def wait_for(self, text: str, seconds: float = 8, what: str = "text") -> None:
        until = time.monotonic() + seconds
        while getattr(self, what) != text and time.monotonic() < until:
            time.sleep(0.05)
        assert getattr(self, what) == text

    def wait_for_number(self, number: str) -> None:
        self.wait_for(number, what="number")


@pytest.fixture(scope="module")
def area(tmp_path_factory):
    server = AreaServer(tmp_path_factory.mktemp("area"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def page(area, visitor) -> Page:
    area.text = area.number = ""
    area.forget_sent()
    page = visitor(phone=True)
    for _ in range(200):
        try:
            page.goto(area.url)
            break
        except Error:
            time.sleep(0.1)
    for label in ("Ghi chú", "Số", "khác"):
        expect(page.get_by_label(label)).to_be_visible()
    return page


def test_what_is_typed_is_kept_a_moment_later_and_caret_and_focus_stay(area, page):
    box = page.get_by_label("Ghi chú")
    box.click()
    page.keyboard.type("tem kiểm định ")
    area.wait_for("tem kiểm định")
    page.keyboard.press("Home")
    page.keyboard.type("cân và ")
    area.wait_for("cân và tem kiểm định")
    page.keyboard.type("giữ ")
    expect(box).to_be_focused()
    expect(box).to_have_value("cân và giữ tem kiểm định ")
    area.wait_for("cân và giữ tem kiểm định")


def test_a_word_that_is_being_composed_is_not_disturbed_and_sent_no_more_than_once(area, page):
    box = page.get_by_label("Ghi chú")
    box.click()
    keys = page.context.new_cdp_session(page)

    def compose(text):
        keys.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})

    page.keyboard.type("chị ")
    for text in ("N", "Ng", "Ngu", "Nguy", "Nguye"):
        compose(text)
    # A pause in the middle of the word: what stands there is safe, and composing goes on.
    area.wait_for("chị Nguye")
    for text in ("Nguyê", "Nguyễ", "Nguyễn"):
        compose(text)
    box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    keys.send("Input.insertText", {"text": "Nguyễn"})
    page.keyboard.type(" Thị")
    area.wait_for("chị Nguyễn Thị")
    page.keyboard.press("ArrowLeft")
    compose("V")
    keys.send("Input.insertText", {"text": "V"})
    area.wait_for("chị Nguyễn ThVị")

    assert area.sent == ["chị Nguye", "chị Nguyễn Thị", "chị Nguyễn ThVị"]
    assert box.evaluate("box => box.selectionStart") == len("chị Nguyễn ThV")
    expect(box).to_be_focused()


def test_the_last_keys_can_be_undone_after_they_were_kept(area, page):
    box = page.get_by_label("Ghi chú")
    box.click()
    page.keyboard.type("tem")
    area.wait_for("tem")
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    area.wait_for("")
    page.keyboard.press("Control+Z")
    expect(box).to_have_value("tem")
    area.wait_for("tem")


def test_nothing_is_lost_by_leaving_the_page_at_once(area, page):
    page.get_by_label("Ghi chú").click()
    page.keyboard.type("vừa gõ xong")
    page.reload()

    expect(page.get_by_label("Ghi chú")).to_have_value("vừa gõ xong")
    area.wait_for("vừa gõ xong")


def test_what_the_server_never_got_comes_back_after_a_reload(area, page):
    page.get_by_label("Ghi chú").click()
    # The line is cut: the page cannot send any more, only the tab still knows the words.
    page.evaluate("() => { WebSocket.prototype.send = () => {} }")
    page.keyboard.type("viết lúc mất mạng")
    page.reload()

    expect(page.get_by_label("Ghi chú")).to_have_value("viết lúc mất mạng")
    area.wait_for("viết lúc mất mạng")


def test_a_text_too_long_to_keep_is_still_there_after_a_reload(area, page):
    page.get_by_label("Ghi chú").fill("a" * 120)
    page.reload()

    expect(page.get_by_label("Ghi chú")).to_have_value("a" * 120)
    assert area.text == ""


def test_words_remembered_by_the_tab_never_overwrite_what_a_colleague_saved(area, page):
    page.get_by_label("Ghi chú").click()
    page.evaluate("() => { WebSocket.prototype.send = () => {} }")
    page.keyboard.type("của mình")
    area.text = "của Lan"
    page.reload()

    expect(page.get_by_text("Lan ghi:")).to_be_visible()
    assert area.text == "của Lan"


def test_typing_goes_on_while_the_page_is_being_drawn(area, page):
    page.get_by_role("button", name="chạy lâu").click()
    box = page.get_by_label("Ghi chú")
    box.click()
    page.keyboard.type("một hai ba bốn năm sáu bảy tám chín", delay=60)

    area.wait_for("một hai ba bốn năm sáu bảy tám chín")
    expect(box).to_have_value("một hai ba bốn năm sáu bảy tám chín")


def test_a_colleagues_text_is_shown_only_where_nothing_is_being_typed(area, page):
    area.text = "của Lan"
    page.get_by_label("khác").fill("x")
    page.get_by_label("khác").press("Enter")
    expect(page.get_by_label("Ghi chú")).to_have_value("của Lan")


@pytest.mark.parametrize(("choice", "stays"), [("Giữ bản của Lan", "của Lan"), ("Dùng bản vừa ghi", "của tôi")])
def test_two_texts_are_shown_and_the_person_chooses(area, page, choice, stays):
    area.text = "của Lan"
    box = page.get_by_label("Ghi chú")
    box.click()
    page.keyboard.type("của tôi")

    button = page.get_by_role("button", name=choice)
    expect(button).to_be_visible()
    assert area.text == "của Lan"
    expect(box).to_have_value("của tôi")
    button.click()
    expect(button).to_have_count(0)
    expect(box).to_have_value(stays)
    assert area.text == stays


def test_a_refused_text_stays_in_the_box_until_it_is_mended(area, page):
    box = page.get_by_label("Ghi chú")
    box.click()
    page.keyboard.type("xx sai")
    expect(page.get_by_text("Mã để hỏi người quản trị")).to_be_visible()
    expect(box).to_have_value("xx sai")
    assert area.text == ""
    box.fill("đúng")
    area.wait_for("đúng")
    expect(page.get_by_text("Mã để hỏi người quản trị")).to_have_count(0)


def test_a_text_beyond_the_limit_is_counted_told_and_not_sent(area, page):
    box = page.get_by_label("Ghi chú")
    box.fill("a" * 95)
    expect(page.get_by_text("95/100 ký tự")).to_be_visible()
    area.wait_for("a" * 95)
    box.fill("b" * 101)
    expect(page.get_by_text("101/100 ký tự")).to_be_visible()
    expect(page.get_by_text("chưa được lưu")).to_be_visible()
    page.get_by_label("khác").click()
    time.sleep(1.5)
    assert area.text == "a" * 95


@pytest.mark.parametrize("leaves", ["Tab", "Enter"])
def test_a_line_that_waits_is_kept_when_it_is_left_and_shows_what_was_kept(area, page, leaves):
    box = page.get_by_label("Số")
    box.click()
    page.keyboard.type("007", delay=400)
    assert area.number == ""
    page.keyboard.press(leaves)
    area.wait_for_number("7")
    page.get_by_label("khác").click()
    expect(box).to_have_value("7")


def test_the_enter_that_ends_a_composition_does_not_end_the_line(area, page):
    box = page.get_by_label("Số")
    box.click()
    page.keyboard.type("12")
    box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    page.keyboard.type("3")
    page.wait_for_timeout(500)
    assert area.number == ""
    page.keyboard.press("Enter")
    area.wait_for_number("123")


def test_a_line_that_was_refused_is_marked_and_mended_like_any_other(area, page):
    box = page.get_by_label("Số")
    box.fill("mười hai")
    box.press("Tab")
    expect(page.get_by_text("Mã để hỏi người quản trị")).to_be_visible()
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("khác")).to_be_focused()
    box.fill("12")
    expect(box).to_have_attribute("aria-invalid", "false")
    box.press("Tab")
    area.wait_for_number("12")
    expect(page.get_by_text("Mã để hỏi người quản trị")).to_have_count(0)

    # Back to the number that is kept already: nothing changes, but what was wrong is no longer there.
    box.fill("mười hai")
    box.press("Tab")
    expect(page.get_by_text("Mã để hỏi người quản trị")).to_be_visible()
    box.fill("12")
    box.press("Tab")
    expect(page.get_by_text("Mã để hỏi người quản trị")).to_have_count(0)
    expect(box).to_have_value("12")


def test_a_line_that_waits_is_not_lost_by_a_reload_and_told_when_it_cannot_be_kept(area, page):
    page.get_by_label("Số").click()
    page.keyboard.type("12")
    page.reload()
    area.wait_for_number("12")
    expect(page.get_by_label("Số")).to_have_value("12")

    page.get_by_label("Số").fill("mười hai")
    page.reload()
    expect(page.get_by_label("Số")).to_have_value("mười hai")
    expect(page.get_by_text("Mã để hỏi người quản trị")).to_be_visible()
    assert area.number == "12"


def test_a_text_typed_while_the_server_is_gone_is_kept_when_it_is_back(area, page):
    box = page.get_by_label("Ghi chú")
    box.click()
    page.keyboard.type("trước khi mất điện")
    area.wait_for("trước khi mất điện")
    area.kill()
    page.keyboard.type(", và sau đó")
    time.sleep(1.5)
    area.start()

    area.wait_for("trước khi mất điện, và sau đó", seconds=40)
    expect(box).to_have_value("trước khi mất điện, và sau đó")
