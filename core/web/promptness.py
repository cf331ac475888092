"""Small messages leave at once, instead of waiting for the receipt of the message before.

Streamlit hands its server a listening socket that was made without a protocol. Connections inherit that, and asyncio
switches the waiting off (TCP_NODELAY) only where the protocol says TCP. Every answer then stood still for up to 40 ms.
Known: Kludex/uvicorn, issue 3149.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from pathlib import Path

_OPEN_FILES = Path("/dev/fd")


def send_at_once() -> None:
    """Switch the waiting off for all connections that this process will accept; not on Windows."""
    if not _OPEN_FILES.is_dir():
        return
    for name in os.listdir(_OPEN_FILES):
        # A file, a pipe, a socket of another kind, or the folder itself, which is closed by now: nothing to do.
        with suppress(OSError):
            _set(socket.socket(fileno=int(name)))


def _set(ours: socket.socket) -> None:
    try:
        if ours.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            ours.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    finally:
        # The number belongs to the server: this object must not close it.
        ours.detach()
