"""Who is here: the session cookie becomes the trusted headers that fill `st.user`.

Only the websocket needs them: Streamlit reads the user once, when a tab connects. The page then asks the stored session
on every run, so a tab that outlives its session has no rights. Headers of these names from outside never pass.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from core.services import accounts
from core.services.environment import Environment
from core.web.visitor import SESSION_COOKIE

ACCOUNT_HEADER = b"x-do-chuan-account"
SESSION_HEADER = b"x-do-chuan-session"
"""As .streamlit/config.toml names them under server.trustedUserHeaders."""
_TRUSTED = (ACCOUNT_HEADER, SESSION_HEADER)


class IdentityMiddleware:
    """Drops forged identity headers, and adds true ones to a websocket whose cookie belongs to a session."""

    def __init__(self, app: ASGIApp, environment: Environment) -> None:
        self._app = app
        self._environment = environment

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            headers = [(name, value) for name, value in scope["headers"] if name.lower() not in _TRUSTED]
            if scope["type"] == "websocket":
                headers += await self._identity(HTTPConnection(scope))
            scope = {**scope, "headers": headers}
        await self._app(scope, receive, send)

    async def _identity(self, connection: HTTPConnection) -> list[tuple[bytes, bytes]]:
        token = connection.cookies.get(SESSION_COOKIE, "")
        if not token:
            return []
        login = await run_in_threadpool(accounts.login_of_token, self._environment, token)
        if login is None or login.must_change:
            return []
        await run_in_threadpool(accounts.keep_alive, self._environment, login)
        return [
            (ACCOUNT_HEADER, str(login.account.id).encode()),
            (SESSION_HEADER, login.session.key.encode()),
        ]
