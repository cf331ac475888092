"""Servers for the benchmarks, what they take of the machine, and a browser that opens a page and clicks."""

from __future__ import annotations

import asyncio
import os
import re
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from playwright.sync_api import Page, Response, sync_playwright

from tests.benching.load import Load, Visitor, answering, arrived
from tests.benching.people import signed_in
from tests.e2e.conftest import ARGUMENTS, CHROMIUM, DESKTOP
from tests.e2e.server import Server

BARE = "tests/benching/bare_app.py"
ROUNDS = 5
SECONDS = 4
LARGEST_TOPIC = "tu-danh-gia?chu-de=5"
# Ends when the run that the click asked for has been drawn: state and paint are what the person waits for.
_CLICK = """([card, option]) => new Promise(resolve => {
    const app = document.querySelector('.stApp');
    const radio = document.querySelectorAll('[role=radiogroup]')[card].querySelectorAll('label')[option];
    let isRunning = false;
    const begin = performance.now();
    const watch = new MutationObserver(() => {
        const isQuiet = app.getAttribute('data-test-script-state') === 'notRunning';
        if (isRunning && isQuiet) {
            watch.disconnect();
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begin)));
        }
        isRunning = isRunning || !isQuiet;
    });
    watch.observe(app, { attributes: true, attributeFilter: ['data-test-script-state'] });
    radio.click();
})"""

_COMPLETE = """charts => {
    const isQuiet = document.querySelector('.stApp')?.getAttribute('data-test-script-state') === 'notRunning';
    const painted = document.querySelectorAll('[data-testid=stVegaLiteChart] :is(canvas, svg)').length;
    return isQuiet && painted >= charts;
}"""


@dataclass(frozen=True)
class Side:
    """A running server with the people it knows: ours, or the bare page."""

    server: Server
    cookies: Sequence[str] = ()

    @property
    def process(self) -> int:
        assert self.server.process
        return self.server.process.pid

    def visitors(self, count: int) -> list[Visitor]:
        if not self.cookies:
            return [Visitor(self.server.url, seed=number) for number in range(count)]
        page, query = LARGEST_TOPIC.split("?")
        return [
            Visitor(self.server.url, page, query, cookie, number) for number, cookie in enumerate(self.cookies[:count])
        ]

    def processor(self) -> float:
        """Return the seconds that the server's process has been on a core; what others take of it does not count."""
        fields = Path(f"/proc/{self.process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Return the MB that the server's process holds."""
        return self._memory("VmRSS")

    def highest_memory(self) -> float:
        """Return the most MB that the server's process has held."""
        return self._memory("VmHWM")

    def _memory(self, which: str) -> float:
        status = Path(f"/proc/{self.process}/status").read_text(encoding="ascii")
        return int(re.search(rf"{which}:\s+(\d+) kB", status)[1]) / 1024


@contextmanager
def running(script: str = "app.py", people: int = 0) -> Iterator[Side]:
    """Run a script on a database of its own, with so many people who have an enterprise."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), extra={"BARE_DATABASE": os.path.join(folder, "bare.sqlite")})
        server.command_line("migrate")
        cookies = signed_in(server.database_url, people)
        server.start(script)
        try:
            yield Side(server, cookies)
        finally:
            server.stop()


def without_pause(sides: Sequence[Side], clients: int) -> list[list[Load]]:
    """Let people answer without a pause, in short rounds on one side and the other by turns; return both sides' rounds.

    By turns, because what else the machine does then meets both alike. The first round of each is not counted.
    """

    async def one_round(side: Side) -> Load:
        visitors = side.visitors(clients)
        async with arrived(visitors):
            return await answering(visitors, SECONDS, side.processor)

    rounds = [[asyncio.run(one_round(side)) for side in sides] for _ in range(ROUNDS + 1)][1:]
    return [[one[place] for one in rounds] for place in range(len(sides))]


def with_pause(side: Side, users: int, seconds: float, think: float) -> tuple[Load, float, float]:
    """Let so many people answer now and then; return it with the MB before them and for each while they do nothing."""

    async def everybody() -> tuple[Load, float, float]:
        first, *others = side.visitors(users)
        async with arrived([first]):
            before = side.memory()
            async with arrived(others):
                each = (side.memory() - before) / len(others)
                return await answering([first, *others], seconds, side.processor, think), before, each

    return asyncio.run(everybody())


def middle(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


@contextmanager
def browser_page(side: Side) -> Iterator[Page]:
    """Open a page of a browser that nobody has used, for the first of the people."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(viewport=DESKTOP)
        for cookie in side.cookies[:1]:
            name, _, value = cookie.partition("=")
            context.add_cookies([{"name": name, "value": value, "url": side.server.url}])
        yield context.new_page()
        browser.close()


def opened(side: Side) -> tuple[float, int]:
    """Return the seconds until the heading of a page stands, with an empty cache, and the bytes over the wire."""
    received: list[Response] = []
    with browser_page(side) as page:
        page.on("response", lambda answer: received.append(answer))  # noqa: PLW0108
        begin = perf_counter()
        page.goto(side.server.url)
        page.get_by_role("heading", level=1).wait_for()
        seconds = perf_counter() - begin
        page.wait_for_load_state("networkidle")
        return seconds, sum(one.request.sizes()["responseBodySize"] for one in received)


def page_complete(side: Side, address: str, charts: int, times: int) -> list[float]:
    """Return the seconds from asking for a page until nothing runs any more and so many charts are painted."""
    with browser_page(side) as page:
        found = []
        for _ in range(times):
            begin = perf_counter()
            page.goto(f"{side.server.url}/{address}")
            page.wait_for_function(_COMPLETE, arg=charts)
            found.append(perf_counter() - begin)
        return found


def clicked(side: Side, times: int) -> list[float]:
    """Return the seconds from a click on an option of the largest topic until the page is drawn again."""
    with browser_page(side) as page:
        page.goto(f"{side.server.url}/{LARGEST_TOPIC}" if side.cookies else side.server.url)
        radios = page.get_by_role("radiogroup")
        radios.first.wait_for()
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1000)
        found = []
        for number in range(times + 1):
            card, option = number % radios.count(), number // radios.count() % 5
            found.append(page.evaluate(_CLICK, [card, option]) / 1000)
            page.wait_for_timeout(150)
        return found[1:]
