"""People who answer, without a browser: Streamlit's websocket spoken by many clients at once.

One sample is the time from sending a new choice to the end of the run that draws it. Written against Streamlit 1.67;
the protocol is internal to Streamlit.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

AT_ONCE = 4
"""So many pages are opened at the same time; those who have theirs wait for the others."""
PATIENCE = 60


@dataclass
class Load:
    """What a round of load measured; times in seconds."""

    answers: list[float] = field(default_factory=list)
    seconds: float = 0.0
    processor: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.answers) / self.seconds

    @property
    def processor_of_one(self) -> float:
        """Seconds that the server's process was on a core for one answer, all it does besides included."""
        return self.processor / len(self.answers)

    def percentile(self, share: float) -> float:
        ordered = sorted(self.answers)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def __add__(self, other: Load) -> Load:
        return Load(self.answers + other.answers, self.seconds + other.seconds, self.processor + other.processor)


class Visitor:
    """One tab: draws the page, then chooses other answers, and asks by itself what the page wants asked again."""

    def __init__(self, url: str, page: str = "", query: str = "", cookie: str = "", seed: int = 0) -> None:
        self.address = f"ws://{urlsplit(url).netloc}/_stcore/stream"
        self.headers = {"Origin": url, **({"Cookie": cookie} if cookie else {})}
        self.page, self.query = page, query
        self.random = random.Random(seed)
        self.radios: dict[str, tuple[list[str], str]] = {}
        self.states: dict[str, WidgetState] = {}
        self.repeated: dict[str, float] = {}
        self.page_hash = ""

    @asynccontextmanager
    async def arriving(self) -> AsyncIterator[None]:
        """Draw the page for the first time and keep its line open."""
        options = {"additional_headers": self.headers, "subprotocols": ["streamlit"], "max_size": None}
        async with connect(self.address, open_timeout=PATIENCE, ping_interval=None, **options) as self.line:
            await self.rerun("")
            yield

    async def answer(self, load: Load, until: float, think: float) -> None:
        """Answer until the time is over; `think`: mean pause between two answers in seconds, 0 for none."""
        due = {fragment: time.monotonic() + self.random.random() * every for fragment, every in self.repeated.items()}
        pause = think * self.random.random()
        while time.monotonic() + pause < until:
            await asyncio.sleep(pause)
            widget, (options, fragment) = self.random.choice(sorted(self.radios.items()))
            self.states[widget] = WidgetState(id=widget, string_value=self.random.choice(options[:5]))
            load.answers.append(await self.rerun(fragment))
            for repeated, moment in due.items():
                if moment < time.monotonic():
                    due[repeated] = time.monotonic() + self.repeated[repeated]
                    await self.rerun(repeated, is_by_itself=True)
            pause = think * self.random.uniform(0.5, 1.5)

    async def rerun(self, fragment: str, *, is_by_itself: bool = False) -> float:
        """Ask for a run and return how long it took to come back whole."""
        message = BackMsg()
        wanted = message.rerun_script
        wanted.query_string, wanted.page_script_hash, wanted.fragment_id = self.query, self.page_hash, fragment
        wanted.is_auto_rerun = is_by_itself
        if not self.page_hash:
            wanted.page_name = self.page
        wanted.widget_states.widgets.extend(self.states.values())
        begin = time.perf_counter()
        await self.line.send(message.SerializeToString())
        while True:
            told = ForwardMsg()
            told.ParseFromString(await asyncio.wait_for(self.line.recv(), PATIENCE))
            kind = told.WhichOneof("type")
            if kind == "delta" and told.delta.new_element.WhichOneof("type") == "radio":
                radio = told.delta.new_element.radio
                self.radios[radio.id] = (list(radio.options), told.delta.fragment_id)
            elif kind == "auto_rerun":
                self.repeated[told.auto_rerun.fragment_id] = told.auto_rerun.interval
            elif kind == "new_session":
                self.page_hash = told.new_session.page_script_hash or self.page_hash
            elif kind == "navigation":
                self.page_hash = told.navigation.page_script_hash or self.page_hash
            elif kind == "script_finished" and told.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return time.perf_counter() - begin

    line: ClientConnection


@asynccontextmanager
async def arrived(visitors: Sequence[Visitor]) -> AsyncIterator[None]:
    """Let all visitors draw their page; inside they are there and do nothing."""
    door = asyncio.Semaphore(AT_ONCE)
    async with AsyncExitStack() as stack:

        async def come(visitor: Visitor) -> None:
            async with door:
                await stack.enter_async_context(visitor.arriving())

        await asyncio.gather(*(come(visitor) for visitor in visitors))
        yield


async def answering(
    visitors: Sequence[Visitor], seconds: float, processor: Callable[[], float], think: float = 0.0
) -> Load:
    """Let visitors who have arrived answer at the same time for a while; `processor` tells the server's seconds."""
    load = Load()
    begin, before = time.monotonic(), processor()
    await asyncio.gather(*(visitor.answer(load, begin + seconds, think) for visitor in visitors))
    load.seconds, load.processor = time.monotonic() - begin, processor() - before
    return load
