"""What a person does in the browser, step by step, in the words of the screens."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Download, Locator, Page, TimeoutError, expect

from core.language import Language
from core.storage.content import load_catalogue
from core.web.visitor import LANGUAGE_COOKIE, SESSION_COOKIE
from tests.e2e.server import PASSWORD, Member, Server

READY = re.compile("^(?!.*(?:PINGING|DISCONNECTED)).*$")


def say(key: str, language: Language, **values: object) -> str:
    """Return a text of the screens."""
    text = load_catalogue().word(key)[language]
    return text.format(**values) if values else text


def eventually(look: Callable[[], object], expected: object, seconds: float = 10) -> None:
    """Wait until a look at what is kept finds what is expected."""
    until = time.monotonic() + seconds
    while look() != expected and time.monotonic() < until:
        time.sleep(0.1)
    assert look() == expected


@dataclass(frozen=True)
class Person:
    """One person in one browser, speaking one language."""

    page: Page
    url: str
    language: Language

    @classmethod
    def signed_in(cls, page: Page, server: Server, member: Member, language: Language = Language.VI) -> Person:
        """Return a person whose browser holds a session and their language already."""
        held = {SESSION_COOKIE: member.token, LANGUAGE_COOKIE: language.value}
        page.context.add_cookies([{"name": name, "value": value, "url": server.url} for name, value in held.items()])
        return cls(page, server.url, language)

    def say(self, key: str, **values: object) -> str:
        return say(key, self.language, **values)

    def go(self, path: str) -> None:
        joint = "&" if "?" in path else "?"
        self.page.goto(f"{self.url}{path}{joint}lang={self.language.value}")
        # Before the first run the page is as quiet as after it: the heading and the foot say that it was drawn.
        self.page.get_by_role("heading", level=1).wait_for()
        self.page.locator(".st-key-foot_line").wait_for()
        self.settle()

    def settle(self) -> None:
        """Wait until Streamlit has drawn what was asked for."""
        self.page.locator(".stApp").wait_for()
        self.page.wait_for_function(
            "() => { const app = document.querySelector('.stApp');"
            " return app && app.getAttribute('data-test-script-state') === 'notRunning'"
            " && !document.querySelector('[data-stale=\"true\"]') }"
        )

    def sign_up(self, email: str, name: str = "Nguyễn Thị Ví Dụ") -> None:
        """Make an account with the needed consent only."""
        self.page.goto(f"{self.url}/dang-ky?lang={self.language.value}")
        self.page.fill("[name=name]", name)
        self.page.fill("[name=email]", email)
        self.page.fill("[name=password]", PASSWORD)
        expect(self.page.locator("input[type=checkbox]:checked")).to_have_count(0)
        self.page.locator("input[type=checkbox]").first.check()
        self.page.locator("button[type=submit]").last.click()
        self.settle()

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.page.goto(f"{self.url}/dang-nhap?lang={self.language.value}")
        self.page.fill("[name=email]", email)
        self.page.fill("[name=password]", password)
        self.page.locator("button[type=submit]").last.click()

    def begin(self, name: str, kind: str) -> None:
        """Name the first enterprise."""
        self.type(self.say("profile.field.name"), name)
        self.page.get_by_text(self.say(f"profile.kind.{kind}"), exact=True).click()
        self.settle()
        self.press("start.begin.action")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(name)
        self.settle()

    def press(self, key: str, **values: object) -> None:
        self.page.get_by_role("button", name=self.say(key, **values), exact=False).first.click()
        self.settle()

    def type(self, label: str, text: str) -> None:
        box = self.page.get_by_label(label, exact=True).first
        box.fill(text)
        box.press("Tab")
        self.settle()

    def choose(self, label: str, option: str) -> None:
        """Choose from a list."""
        row = self.page.get_by_role("option", name=option, exact=True)
        for _ in range(3):
            box = self.page.get_by_label(label).first
            box.focus()
            box.press("ArrowDown")
            # A page that is drawn anew just now closes an open list; a person opens it again.
            with suppress(TimeoutError):
                row.click(timeout=5_000)
                break
        else:
            raise AssertionError(f"{label}: no {option} in the list")
        self.settle()

    def tick(self, words: str) -> None:
        self.page.get_by_text(words, exact=True).click()
        self.settle()

    def questions(self) -> list[Locator]:
        """Return the radio of every card; Streamlit loads the kinds of widget when they are first drawn."""
        self.page.wait_for_function(
            "() => { const cards = document.querySelectorAll('[class*=st-key-qcard_]').length;"
            " return cards > 0 && document.querySelectorAll('.stRadio [role=radiogroup]').length === cards }"
        )
        return self.page.locator(".stRadio").get_by_role("radiogroup").all()

    def answer(self, question: Locator, row: int) -> None:
        """Choose a row of a card: 0 to 4 are levels, 5 is "don't know", 6 "does not apply"."""
        question.get_by_test_id("stRadioOption").nth(row).click()
        self.settle()

    def download(self, key: str) -> Path:
        """Press a download link and return the file."""
        with self.page.expect_download(timeout=60_000) as waiting:
            self.page.get_by_role("link", name=self.say(key)).first.click()
        loaded: Download = waiting.value
        return Path(loaded.path())

    def violations(self) -> list[str]:
        """Return what axe finds on the page as it is now, once our own components have put their labels up."""
        self.page.wait_for_function(
            "() => [...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')].every(host =>"
            " [...(host.shadowRoot?.querySelectorAll('label') ?? [])].every(one => one.hidden || one.textContent))"
        )
        found: dict[str, Any] = Axe().run(self.page, options={"resultTypes": ["violations"]}).response
        return [
            f"{one['id']}: {one['help']} {[node['target'] for node in one['nodes']][:3]}" for one in found["violations"]
        ]
