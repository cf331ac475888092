"""A running server and a real browser for the tests of whole journeys."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

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


@pytest.fixture(scope="session")
def free_contexts() -> dict[str, list[BrowserContext]]:
    """Browser contexts that nobody uses now, by what they were made for.

    A new context compiles all scripts of the pages again, which costs more than the page itself.
    """
    return defaultdict(list)


@pytest.fixture
def visitor(browser: Browser, free_contexts: dict[str, list[BrowserContext]]) -> Iterator[Callable[..., Page]]:
    """Open a page in a browser of its own: `visitor(phone=True)`."""
    used: list[tuple[str, BrowserContext]] = []

    def open_page(phone: bool = False, **options: object) -> Page:
        made_for = repr((phone, sorted(options.items())))
        free = free_contexts[made_for]
        context = (
            free.pop()
            if free
            else browser.new_context(
                viewport=PHONE if phone else DESKTOP,
                has_touch=phone,
                locale="vi-VN",
                accept_downloads=True,
                # Without a graphics card every moving picture costs as much as the test itself.
                reduced_motion="reduce",
                **options,
            )
        )
        used.append((made_for, context))
        page = context.new_page()
        page.set_default_timeout(20_000)
        return page

    yield open_page
    for made_for, context in used:
        forget(context)
        free_contexts[made_for].append(context)


def forget(context: BrowserContext) -> None:
    """Leave nothing of a visitor: no tab with its memory, no cookie, nothing that a site keeps in the browser."""
    sites = {"{0.scheme}://{0.netloc}".format(urlsplit(page.url)) for page in context.pages}
    for page in context.pages:
        page.close()
    page = context.new_page()
    keys = context.new_cdp_session(page)
    for site in sites:
        keys.send("Storage.clearDataForOrigin", {"origin": site, "storageTypes": "local_storage,indexeddb"})
    page.close()
    context.clear_cookies()


@pytest.fixture
def at_work(server: Server, visitor: Callable[..., Page]) -> Callable[..., tuple[Person, Member]]:
    """Let somebody begin with an enterprise that was made behind the screen: `person, owner = at_work(phone=True)`."""

    def begin(language: Language = Language.VI, *, phone: bool = False, **options: object) -> tuple[Person, Member]:
        owner = server.add_owner("Nguyễn Thị Ví Dụ", Profile("Hợp tác xã Chè Suối Cạn", EnterpriseKind.COOPERATIVE))
        return Person.signed_in(visitor(phone=phone, **options), server, owner, language), owner

    return begin
