"""Small messages leave at once: proved on a real connection to a socket made as Streamlit makes it."""

from __future__ import annotations

import asyncio
import os
import socket
from concurrent.futures import ThreadPoolExecutor

from core.web.promptness import send_at_once


def waits_for_receipts(*, prepare) -> bool:
    """Accept a connection as asyncio does for a server, and tell whether Nagle's algorithm is on."""

    async def accepted() -> bool:
        with socket.socket(family=socket.AF_INET) as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            prepare()
            seen = asyncio.get_running_loop().create_future()

            def note(_reader, writer):
                seen.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0)
                writer.close()

            async with await asyncio.start_server(note, sock=listener):
                _, writer = await asyncio.open_connection(*listener.getsockname())
                waits = await seen
                writer.close()
        return waits

    # In a thread of its own: where a browser test ran before, its loop stands open in this one.
    with ThreadPoolExecutor(1) as own:
        return own.submit(asyncio.run, accepted()).result()


def test_connections_do_not_wait_for_receipts():
    assert not waits_for_receipts(prepare=send_at_once)


def test_without_it_they_would_wait():
    """When this fails, asyncio has learned it, and core/web/promptness.py can go."""
    assert waits_for_receipts(prepare=lambda: None)


def test_files_and_pipes_of_the_process_stay_as_they_are(tmp_path):
    reader, writer = os.pipe()
    with (tmp_path / "words").open("w+") as file, socket.socketpair()[0] as pair:
        send_at_once()
        file.write("still open")
        file.flush()
        os.write(writer, b"x")
        assert os.read(reader, 1) == b"x"
        assert pair.fileno() > 0
        pair.getsockname()
    os.close(reader)
    os.close(writer)
