"""A running server and a real browser for the tests of whole journeys."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from core.domain.profile import EnterpriseKind, Profile
from core.language import Language
from core.storage.database import migrate
from tests.e2e.server import Member, Server
from tests.e2e.steps import Person

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 780}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"))
    migrate(server.environment_behind.database)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page in a browser of its own: `visitor(phone=True)`."""
    contexts: list[BrowserContext] = []

    def open_page(phone: bool = False, **options: object) -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            has_touch=phone,
            locale="vi-VN",
            accept_downloads=True,
            # Without a graphics card every moving picture costs as much as the test itself.
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def at_work(server: Server, visitor: Callable[..., Page]) -> Callable[..., tuple[Person, Member]]:
    """Let somebody begin with an enterprise that was made behind the screen: `person, owner = at_work(phone=True)`."""

    def begin(language: Language = Language.VI, *, phone: bool = False, **options: object) -> tuple[Person, Member]:
        owner = server.add_owner("Nguyễn Thị Ví Dụ", Profile("Hợp tác xã Chè Suối Cạn", EnterpriseKind.COOPERATIVE))
        return Person.signed_in(visitor(phone=phone, **options), server, owner, language), owner

    return begin
