"""Who Streamlit thinks is here: a real server, a real websocket, a script that shows `st.user`."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from core.language import Language
from core.services import accounts
from core.services.environment import Environment, Settings
from core.storage.database import Database, migrate
from tests.conftest import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
APP = """
from streamlit.starlette import App
from core.services.environment import shared_environment
from core.web import server

environment = shared_environment()
app = App("router.py", middleware=server.middleware(environment), lifespan=server.lifespan(environment))
"""
ROUTER = """
import json
import streamlit as st

st.text(json.dumps(dict(st.user)))
"""


@pytest.fixture(scope="module")
def installation(tmp_path_factory, catalogue):
    folder = tmp_path_factory.mktemp("installation")
    database = Database(f"sqlite:///{folder / 'do-chuan.sqlite'}")
    migrate(database)
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    yield folder, Environment(catalogue=catalogue, database=database, settings=Settings(), hasher=hasher)
    database.dispose()


@pytest.fixture(scope="module")
def address(installation):
    folder, environment = installation
    (folder / "app.py").write_text(APP, encoding="utf-8")
    (folder / "router.py").write_text(ROUTER, encoding="utf-8")
    (folder / ".streamlit").mkdir()
    configured = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    (folder / ".streamlit" / "config.toml").write_text(configured, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DATABASE_URL": environment.database.url.render_as_string()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=1)
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"no answer from {url}")


def user(address: str, **headers: str) -> dict[str, str | None]:
    """Connect a tab and return what the script sees as `st.user`."""
    with connect(f"ws://{address}/_stcore/stream", additional_headers=headers, subprotocols=["streamlit"]) as tab:
        run = BackMsg()
        run.rerun_script.query_string = ""
        tab.send(run.SerializeToString())
        while True:
            message = ForwardMsg.FromString(tab.recv(timeout=20))
            text = message.delta.new_element.text.body
            if text.startswith("{"):
                return json.loads(text)


@pytest.fixture(scope="module")
def signed_in(installation):
    _, environment = installation
    return accounts.sign_up(
        environment,
        email="ha@suoican.example",
        name="Hà",
        password=PASSWORD,
        consents=frozenset({"processing"}),
        language=Language.VI,
        address="203.0.113.7",
    )


def test_a_tab_without_a_cookie_is_nobody(address):
    assert user(address) == {"account": None, "session": None}


def test_the_cookie_of_a_session_tells_who_is_here(address, signed_in):
    seen = user(address, Cookie=f"do_chuan_session={signed_in.token}")
    assert seen == {"account": str(signed_in.account.id), "session": signed_in.session.key}


def test_forged_headers_without_a_cookie_are_nobody(address, signed_in):
    forged = {"X-Do-Chuan-Account": str(signed_in.account.id), "X-Do-Chuan-Session": signed_in.session.key}
    assert user(address, **forged) == {"account": None, "session": None}


def test_forged_headers_beside_a_true_cookie_change_nothing(address, signed_in):
    cookie = f"do_chuan_session={signed_in.token}"
    seen = user(address, Cookie=cookie, **{"X-Do-Chuan-Account": "somebody", "x-do-chuan-session": "else"})
    assert seen == {"account": str(signed_in.account.id), "session": signed_in.session.key}


def test_a_tampered_cookie_is_nobody(address, signed_in):
    for token in (signed_in.token[:-1] + "x", signed_in.session.key, "", "\u00e9"):
        assert user(address, Cookie=f"do_chuan_session={token}") == {"account": None, "session": None}


def test_after_signing_out_the_cookie_is_nobody(address, installation):
    _, environment = installation
    again = accounts.sign_in(
        environment, email="ha@suoican.example", password=PASSWORD, address="203.0.113.8", language=Language.VI
    )
    accounts.sign_out(environment, again.session.key)
    assert user(address, Cookie=f"do_chuan_session={again.token}") == {"account": None, "session": None}


def test_a_blocked_account_is_nobody(address, installation):
    _, environment = installation
    other = accounts.sign_up(
        environment,
        email="binh@suoican.example",
        name="Bình",
        password=PASSWORD,
        consents=frozenset({"processing"}),
        language=Language.VI,
        address="203.0.113.9",
    )
    assert user(address, Cookie=f"do_chuan_session={other.token}")["session"]
    with environment.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE account SET blocked_at = created_at WHERE name = 'Bình'")
    assert user(address, Cookie=f"do_chuan_session={other.token}") == {"account": None, "session": None}


def test_the_hidden_options_that_we_rely_on_are_still_there():
    from streamlit import config

    for option in (
        "server.trustedUserHeaders",
        "runner.postScriptGC",
        "server.disconnectedSessionTTL",
        "global.minCachedMessageSize",
    ):
        assert option in config._config_options_template
