"""The bare page as an application of its own, started as ours is (core/web/server.py)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from streamlit.starlette import App

from core.web.promptness import send_at_once
from core.web.server import rarely_collect


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Do for the floor what ours does when it starts."""
    send_at_once()
    rarely_collect()
    yield


app = App(Path(__file__).parent / "bare.py", lifespan=lifespan)
