"""The doors around signing in by an identity provider: setting out, coming back with a ticket, and the way out.

Between them Streamlit speaks with the provider: pages/public/provider.py calls `st.login`.
"""

from __future__ import annotations

import secrets
from urllib.parse import quote, unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import AccountRefused
from core.services import providers
from core.services.environment import Environment
from core.services.providers import DOOR_COOKIE, DOOR_LASTS
from core.web.page import Writer
from core.web.visitor import (
    SESSION_COOKIE,
    chosen_language,
    keep_language,
    keep_session,
    own_path,
    set_cookie,
    visitor_language,
)

DOOR = "/lien-thong"
WAY_OUT = "/lien-thong/ra"
PAGE = "/dang-nhap-lien-thong"
"""Address of pages/public/provider.py."""
PROVIDER_COOKIE = "_streamlit_user"
"""Where Streamlit keeps what the provider said. It gives no rights here; the way out takes it away."""
_NEXT_COOKIE = "do_chuan_next"
_STREAMLITS_LOGIN, _STREAMLITS_LOGOUT = "/auth/login", "/auth/logout"


def provider_routes(environment: Environment, font_address: str = "") -> list[Route]:
    """Return the doors; without a provider they lead to the ordinary sign-in."""

    async def set_out(request: Request) -> Response:
        return _set_out(environment, request)

    async def come_in(request: Request) -> Response:
        return await run_in_threadpool(_come_in, environment, font_address, request)

    async def leave(request: Request) -> Response:
        return _leave(environment, font_address, request)

    return [
        Route(DOOR, set_out, methods=["GET"]),
        Route(WAY_OUT, leave, methods=["GET"]),
        Route(f"{DOOR}/vao/{{ticket}}", come_in, methods=["GET"]),
    ]


class ProviderMiddleware:
    """Leads who cannot reach the provider back to our own page, which says so; Streamlit answers in bare English."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != _STREAMLITS_LOGIN:
            await self._app(scope, receive, send)
            return
        refused = False

        async def answer(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] >= 400:
                refused = True
            elif not refused:
                await send(message)

        await self._app(scope, receive, answer)
        if refused:
            await RedirectResponse("/", 303)(scope, receive, send)


def _set_out(environment: Environment, request: Request) -> Response:
    if not environment.settings.oidc_provider:
        return _to("/dang-nhap")
    response = _to(PAGE)
    lasts = int(DOOR_LASTS.total_seconds())
    for name, value in (
        (DOOR_COOKIE, secrets.token_urlsafe(24)),
        (_NEXT_COOKIE, quote(own_path(request.query_params.get("next")), safe="")),
    ):
        set_cookie(response, request, environment.settings, name, value, lasts=lasts)
    return response


def _come_in(environment: Environment, font_address: str, request: Request) -> Response:
    try:
        signed_in = providers.sign_in_by_ticket(
            environment,
            request.path_params["ticket"],
            request.cookies.get(DOOR_COOKIE, ""),
            language=chosen_language(request),
            former_token=request.cookies.get(SESSION_COOKIE, ""),
        )
    except AccountRefused as refusal:
        writer = Writer(environment.catalogue, environment.settings, visitor_language(request), font_address)
        links = writer.links(sign_in="/dang-nhap", home="/")
        return writer.page("provider.over-title", writer.trouble(refusal), links, address="/dang-nhap", status=403)
    response = _to(own_path(unquote(request.cookies.get(_NEXT_COOKIE, ""))))
    for name in (DOOR_COOKIE, _NEXT_COOKIE):
        response.delete_cookie(name, path="/", httponly=True, samesite="lax")
    keep_session(response, request, environment.settings, signed_in.token)
    keep_language(response, request, environment.settings, signed_in.session.language)
    return response


def _leave(environment: Environment, font_address: str, request: Request) -> Response:
    """Go on to where `st.logout` leads: it takes Streamlit's cookie away and signs out at the provider.

    Not a redirect: the browser counts those of a sent form as part of it, and the policy keeps forms on this site.
    """
    if PROVIDER_COOKIE not in request.cookies:
        return _to("/dang-nhap?done=signed-out")
    writer = Writer(environment.catalogue, environment.settings, visitor_language(request), font_address)
    lead = writer.lead("provider.out", provider=environment.settings.provider_title)
    response = writer.page("provider.out-title", lead, writer.links(go_on=_STREAMLITS_LOGOUT), address="/dang-nhap")
    response.headers["refresh"] = f"0; url={_STREAMLITS_LOGOUT}"
    return response


def _to(address: str) -> Response:
    return RedirectResponse(address, 303, headers={"Cache-Control": "no-store"})
