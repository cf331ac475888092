"""Servers for the benchmarks, and a browser that opens a page for the first time."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from playwright.sync_api import Response, sync_playwright

from tests.benching.load import Load, Visitor, answering
from tests.benching.people import signed_in
from tests.e2e.conftest import ARGUMENTS, CHROMIUM, DESKTOP
from tests.e2e.server import Server

SECONDS = 8


@contextmanager
def running(script: str, people: int = 0) -> Iterator[tuple[Server, list[tuple[int, str]]]]:
    """Run a script on a database of its own; return the server and the numbered cookies of so many people."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), extra={"BARE_DATABASE": os.path.join(folder, "bare.sqlite")})
        server.command_line("migrate")
        cookies = signed_in(server.database_url, people)
        server.start(script)
        try:
            yield server, list(enumerate(cookies))
        finally:
            server.stop()


async def ramped(visitors: list[Visitor], think: float = 0.0) -> Load:
    """Let the visitors answer for a while, after one round that nobody counts."""
    await answering(visitors[:1], 1.0)
    return await answering(visitors, SECONDS, think)


def opened(url: str) -> tuple[float, int]:
    """Return the seconds until the heading of a page stands, with an empty cache, and the bytes over the wire."""
    received: list[Response] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_context(viewport=DESKTOP).new_page()
        page.on("response", lambda answer: received.append(answer))  # noqa: PLW0108
        begin = perf_counter()
        page.goto(url)
        page.get_by_role("heading", level=1).wait_for()
        seconds = perf_counter() - begin
        page.wait_for_load_state("networkidle")
        size = sum(one.request.sizes()["responseBodySize"] for one in received)
        browser.close()
    return seconds, size
