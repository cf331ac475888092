"""People who answer, without a browser: Streamlit's websocket spoken by many clients at once.

One sample is the time from sending a new choice to the end of the run that draws it. Written against Streamlit 1.67;
the protocol is internal to Streamlit.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect


@dataclass
class Load:
    """What a round of load measured; times in seconds."""

    first: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.answers) / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.answers)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Visitor:
    """One tab: draws the page, then chooses other answers."""

    def __init__(self, url: str, page: str, query: str, cookie: str, seed: int) -> None:
        self.address = f"ws://{urlsplit(url).netloc}/_stcore/stream"
        self.headers = {"Origin": url, **({"Cookie": cookie} if cookie else {})}
        self.page, self.query = page, query
        self.random = random.Random(seed)
        self.radios: dict[str, tuple[list[str], str]] = {}
        self.states: dict[str, WidgetState] = {}
        self.page_hash = ""

    async def run(self, load: Load, until: float, think: float) -> None:
        """Answer until the time is over; `think`: mean pause between two answers in seconds, 0 for none."""
        async with connect(
            self.address, additional_headers=self.headers, subprotocols=["streamlit"], max_size=None
        ) as line:
            load.first.append(await self.rerun(line, ""))
            while time.monotonic() < until:
                if think:
                    await asyncio.sleep(think * self.random.uniform(0.5, 1.5))
                widget, (options, fragment) = self.random.choice(sorted(self.radios.items()))
                self.states[widget] = WidgetState(id=widget, string_value=self.random.choice(options[:5]))
                load.answers.append(await self.rerun(line, fragment))

    async def rerun(self, line: ClientConnection, fragment: str) -> float:
        """Ask for a run and return how long it took to come back whole."""
        message = BackMsg()
        wanted = message.rerun_script
        wanted.query_string, wanted.page_script_hash, wanted.fragment_id = self.query, self.page_hash, fragment
        if not self.page_hash:
            wanted.page_name = self.page
        wanted.widget_states.widgets.extend(self.states.values())
        begin = time.perf_counter()
        await line.send(message.SerializeToString())
        while True:
            told = ForwardMsg()
            told.ParseFromString(await asyncio.wait_for(line.recv(), 60))
            kind = told.WhichOneof("type")
            if kind == "delta" and told.delta.new_element.WhichOneof("type") == "radio":
                radio = told.delta.new_element.radio
                self.radios[radio.id] = (list(radio.options), told.delta.fragment_id)
            elif kind == "new_session":
                self.page_hash = told.new_session.page_script_hash or self.page_hash
            elif kind == "navigation":
                self.page_hash = told.navigation.page_script_hash or self.page_hash
            elif kind == "script_finished" and told.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return time.perf_counter() - begin


async def answering(visitors: list[Visitor], seconds: float, think: float = 0.0, ramp: float = 0.0) -> Load:
    """Let visitors answer at the same time for a while, arriving over `ramp` seconds."""
    load = Load()
    begin = time.monotonic()

    async def one(place: int, visitor: Visitor) -> None:
        await asyncio.sleep(ramp * place / len(visitors))
        await visitor.run(load, begin + ramp + seconds, think)

    await asyncio.gather(*(one(place, visitor) for place, visitor in enumerate(visitors)))
    load.seconds = time.monotonic() - begin
    return load
