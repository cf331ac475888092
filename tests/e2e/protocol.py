"""Streamlit's websocket, spoken without a browser: what a visitor with other headers or cookies would be shown."""

from __future__ import annotations

from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect


def shown(
    url: str,
    page: str = "",
    cookie: str = "",
    headers: dict[str, str] | None = None,
    seconds: float = 20,
    query: str = "",
) -> str:
    """Open a page over the websocket and return all text of the messages until the script has ended."""
    address = urlsplit(url)
    wanted = BackMsg()
    wanted.rerun_script.query_string = f"lang=vi&{query}" if query else "lang=vi"
    wanted.rerun_script.page_script_hash = ""
    wanted.rerun_script.page_name = page
    sent = {"Origin": url, **({"Cookie": cookie} if cookie else {}), **(headers or {})}
    text = []
    with connect(
        f"ws://{address.netloc}/_stcore/stream", additional_headers=sent, subprotocols=["streamlit"], max_size=None
    ) as line:
        line.send(wanted.SerializeToString())
        while True:
            message = ForwardMsg()
            message.ParseFromString(line.recv(timeout=20))
            text.append(str(message))
            if message.WhichOneof("type") == "script_finished":
                return "\n".join(text)
