"""Streamlit's websocket, spoken without a browser: what a visitor with other headers or cookies would be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

SECONDS = 20


class Tab:
    """One open tab without a browser."""

    def __init__(self, line: ClientConnection) -> None:
        self._line = line
        self.session_id = ""

    def run(self, page: str = "", query: str = "", page_hash: str = "") -> str:
        """Run the script for a page and return all text of the messages until it has ended."""
        wanted = BackMsg()
        wanted.rerun_script.query_string = f"lang=vi&{query}".rstrip("&")
        wanted.rerun_script.page_script_hash = page_hash
        wanted.rerun_script.page_name = page
        self._line.send(wanted.SerializeToString())
        text = []
        while True:
            message = ForwardMsg()
            message.ParseFromString(self._line.recv(timeout=SECONDS))
            text.append(str(message))
            if message.WhichOneof("type") == "new_session":
                self.session_id = message.new_session.initialize.session_id
            if message.WhichOneof("type") == "script_finished":
                return "\n".join(text)


@contextmanager
def open_tab(
    url: str, cookie: str = "", headers: Mapping[str, str] | None = None, session_id: str = ""
) -> Iterator[Tab]:
    """Open a tab. `session_id`: of a tab to be taken up again, as a browser asks after its line was lost."""
    address = urlsplit(url)
    sent = {"Origin": url, **({"Cookie": cookie} if cookie else {}), **(headers or {})}
    protocols = ["streamlit", "no-token", session_id] if session_id else ["streamlit"]
    with connect(
        f"ws://{address.netloc}/_stcore/stream", additional_headers=sent, subprotocols=protocols, max_size=None
    ) as line:
        yield Tab(line)


def shown(
    url: str,
    page: str = "",
    cookie: str = "",
    headers: Mapping[str, str] | None = None,
    *,
    query: str = "",
    page_hash: str = "",
    session_id: str = "",
) -> str:
    """Open a page in a tab of its own and return all text that it is shown."""
    with open_tab(url, cookie, headers, session_id) as tab:
        return tab.run(page, query, page_hash)
