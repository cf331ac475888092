"""What every answer carries: security headers, and on Streamlit's page the visitor's language and our words.

Doors of Streamlit that nobody here uses are shut: its files open for whoever knows their address.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import re
from functools import lru_cache

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.domain.catalogue import Catalogue
from core.language import Language
from core.services.environment import Environment
from core.web.visitor import visitor_language

# Measured with charts, tables and downloads of Streamlit 1.67; scripts need neither 'unsafe-inline' nor 'unsafe-eval'.
# Streamlit loads a component of ours, the saving text area, as a blob: of the page itself.
_POLICY = (
    "default-src 'self'; script-src 'self' blob:{scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_SHUT = ("/_stcore/agent", "/_stcore/metrics", "/_stcore/upload_file", "/media/")
_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_LANGUAGE = re.compile(rb'<html lang="[a-z]*"')
_TITLE = re.compile(rb"<title>.*?</title>", re.DOTALL)
_NOSCRIPT = re.compile(rb"<noscript>.*?</noscript>", re.DOTALL)
_AGENT_LINK = re.compile(rb'<link rel="service-desc"[^>]*>')


class ShieldMiddleware:
    """Adds the headers to every HTTP answer and makes Streamlit's page ours."""

    def __init__(self, app: ASGIApp, environment: Environment) -> None:
        self._app = app
        self._catalogue = environment.catalogue
        self._is_secure = environment.settings.secure_cookies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"].startswith(_SHUT):
            await PlainTextResponse("", 404)(scope, receive, send)
            return
        answer = _Answer(send, self._catalogue, visitor_language(HTTPConnection(scope)), is_secure=self._is_secure)
        await self._app(scope, receive, answer.pass_on)


class _Answer:
    """One answer on its way out; only Streamlit's own page is held back to be changed."""

    def __init__(self, send: Send, catalogue: Catalogue, language: Language, *, is_secure: bool) -> None:
        self._send = send
        self._catalogue = catalogue
        self._language = language
        self._is_secure = is_secure
        self._held: Message | None = None
        self._body = b""

    async def pass_on(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            add_headers(headers, is_secure=self._is_secure)
            # Streamlit's page is a file and says when it was changed; pages of our own do not.
            is_page = headers.get("content-type", "").startswith("text/html") and "last-modified" in headers
            if is_page and message["status"] == 200:
                self._held = message
            else:
                await self._send(message)
        elif self._held is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_page(self._held)

    async def _send_page(self, start: Message) -> None:
        headers = MutableHeaders(scope=start)
        if headers.get("content-encoding") == "gzip":
            # Streamlit compresses its page at every address but "/".
            self._body = gzip.decompress(self._body)
            del headers["content-encoding"]
        body, scripts = own_page(self._body, self._catalogue, self._language)
        headers["content-security-policy"] = _POLICY.format(scripts=scripts)
        # The page differs by visitor: the file's own tag would bring back one in the other language.
        del headers["etag"], headers["last-modified"]
        headers["vary"] = "Cookie, Accept-Language"
        if "content-length" in headers and self._body:
            headers["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body if self._body else b""})


def add_headers(headers: MutableHeaders, *, is_secure: bool) -> None:
    """Add the security headers of an answer."""
    headers["content-security-policy"] = _POLICY.format(scripts="")
    headers["x-content-type-options"] = "nosniff"
    headers["x-frame-options"] = "DENY"
    headers["referrer-policy"] = "same-origin"
    headers["permissions-policy"] = "camera=(), microphone=(), geolocation=()"
    if is_secure:
        headers["strict-transport-security"] = "max-age=31536000"


def own_page(page: bytes, catalogue: Catalogue, language: Language) -> tuple[bytes, str]:
    """Return Streamlit's page in a language, and the hashes of its inline scripts for the policy."""
    return _own_page(
        page,
        language.value,
        html.escape(catalogue.word("frame.name")[language]),
        html.escape(catalogue.word("account.no-script")[language]),
    )


@lru_cache(maxsize=8)
def _own_page(page: bytes, language: str, name: str, no_script: str) -> tuple[bytes, str]:
    page = _LANGUAGE.sub(f'<html lang="{language}"'.encode(), page, count=1)
    page = _TITLE.sub(f"<title>{name}</title>".encode(), page, count=1)
    page = _NOSCRIPT.sub(f"<noscript><p>{no_script}</p></noscript>".encode(), page, count=1)
    page = _AGENT_LINK.sub(b"", page)
    digests = (base64.b64encode(hashlib.sha256(script).digest()).decode() for script in _SCRIPT.findall(page))
    return page, "".join(f" 'sha256-{digest}'" for digest in digests)
