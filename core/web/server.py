"""What app.py puts around Streamlit: routes, middleware, and how the process starts."""

from __future__ import annotations

import gc
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from core.services import accounts
from core.services.environment import Environment
from core.web.compression import CompressionMiddleware
from core.web.downloads import download_routes
from core.web.forms import form_routes
from core.web.icons import IconsMiddleware
from core.web.identity import IdentityMiddleware
from core.web.promptness import send_at_once
from core.web.provider import ProviderMiddleware, provider_routes
from core.web.shield import ShieldMiddleware

_LOG = logging.getLogger("do_chuan")
# Looking at everything that 400 people keep takes more than a second, in which nobody is answered. With Python's own
# (700, 10, 10) that came each ten seconds.
_COLLECT_AFTER = (5_000, 10, 100)


def routes(environment: Environment, font_address: str = "") -> list[Route]:
    """Return all routes of our own. `font_address`: where Streamlit serves Source Sans."""
    return [
        *form_routes(environment, font_address),
        *download_routes(environment, font_address),
        *provider_routes(environment, font_address),
        Route("/healthz", _alive, methods=["GET"]),
        Route("/readyz", partial(_ready, environment), methods=["GET"]),
    ]


def middleware(environment: Environment) -> list[Middleware]:
    """Return the layers around Streamlit, the outermost first."""
    return [
        Middleware(ShieldMiddleware, environment=environment),
        Middleware(IdentityMiddleware, environment=environment),
        Middleware(ProviderMiddleware),
        Middleware(IconsMiddleware),
        Middleware(CompressionMiddleware),
    ]


def lifespan(environment: Environment) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    """Return what happens when the process starts and ends."""

    @asynccontextmanager
    async def run(_app: object) -> AsyncIterator[None]:
        send_at_once()
        await run_in_threadpool(_warm_up, environment)
        rarely_collect()
        yield
        environment.database.dispose()

    return run


def rarely_collect() -> None:
    """Let the garbage collector come seldom: it stops every page while it works."""
    # What is loaded by now stays for good; the collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)


def _warm_up(environment: Environment) -> None:
    _ = environment.nobodys_hash
    link = accounts.make_first_link(environment)
    if link:
        for text in (
            environment.catalogue.word("account.first.log").vi,
            environment.catalogue.word("account.first.log").en,
        ):
            _LOG.warning(text.format(link=link))


async def _alive(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def _ready(environment: Environment, _request: Request) -> Response:
    try:
        await run_in_threadpool(environment.database.check_connection)
    except SQLAlchemyError:
        _LOG.exception("database")
        return PlainTextResponse("database", 503)
    return PlainTextResponse("ok")
