"""Streamlit's own scripts and styles, sent compressed: it leaves that to a proxy, and small installations have none.

Each file is compressed once and kept: its name carries a hash of the content, so it never changes meanwhile.
"""

from __future__ import annotations

import gzip

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_FOLDER = "/static/"
_KINDS = (".js", ".css", ".svg", ".json")
_LEVEL = 7
_LEAST = 1024


class CompressionMiddleware:
    """Serves static text files with gzip to who accepts it; websockets, ranges and all other answers pass untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: dict[str, tuple[Message, bytes]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_wanted(scope):
            await self._app(scope, receive, send)
            return
        kept = self._kept.get(scope["path"])
        if kept is None:
            start, body = await self._fetch(scope, receive)
            if start["status"] != 200 or len(body) < _LEAST:
                await _answer(send, start, body)
                return
            kept = start, await run_in_threadpool(gzip.compress, body, _LEVEL)
            headers = MutableHeaders(scope=start)
            headers["content-encoding"] = "gzip"
            headers["content-length"] = str(len(kept[1]))
            headers.add_vary_header("Accept-Encoding")
            del headers["accept-ranges"]
            self._kept[scope["path"]] = kept
        await _answer(send, *kept)

    async def _fetch(self, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
        start: Message = {}
        parts: list[bytes] = []

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                parts.append(message.get("body", b""))

        await self._app(scope, receive, collect)
        return start, b"".join(parts)


def _is_wanted(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    if not (scope["path"].startswith(_FOLDER) and scope["path"].endswith(_KINDS)):
        return False
    headers = Headers(scope=scope)
    is_plain = "range" not in headers and "if-none-match" not in headers and "if-modified-since" not in headers
    return is_plain and "gzip" in headers.get("accept-encoding", "")


async def _answer(send: Send, start: Message, body: bytes) -> None:
    # A copy, because layers outside add their own headers to what they are given.
    await send({**start, "headers": list(start["headers"])})
    await send({"type": "http.response.body", "body": body})
