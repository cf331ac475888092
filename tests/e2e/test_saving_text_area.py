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

    def wait_for(self, text: str, seconds: float = 8) -> None:
        until = time.monotonic() + seconds
        while self.text != text and time.monotonic() < until:
            time.sleep(0.05)
        assert self.text == text


@pytest.fixture(scope="module")
def area(tmp_path_factory):
    server = AreaServer(tmp_path_factory.mktemp("area"))
    server.start()
    yield server
    server.kill()


@pytest.fixture
def page(area, visitor) -> Page:
    area.text = ""
    page = visitor(phone=True)
    for _ in range(200):
        try:
            page.goto(area.url)
            break
        except Error:
            time.sleep(0.1)
    expect(page.get_by_label("Ghi chú")).to_be_visible()
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
