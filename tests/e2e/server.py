"""A real server of the application on its own database, that a test can start, kill and look behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from core.domain.permissions import Role
from core.services import accounts, members
from core.services.environment import Environment, reading
from core.storage.content import load_catalogue
from core.storage.database import Database

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


def free_port() -> int:
    """Return a port of the loopback address that nobody uses now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Server:
    """`streamlit run app.py` as a user starts it."""

    def __init__(self, folder: Path, database_url: str = "", extra: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database_url = database_url or f"sqlite:///{folder / 'do-chuan.sqlite'}"
        self.environment = {**os.environ, "DATABASE_URL": self.database_url, "PYTHONUNBUFFERED": "1", **(extra or {})}
        self.log = folder / "server.log"
        self.process: subprocess.Popen[bytes] | None = None

    def command_line(self, *arguments: str) -> str:
        """Run `python -m core …` on the server's database and return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "core", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            check=True,
            text=True,
            timeout=120,
        )
        return done.stdout

    def start(self, script: str = "app.py") -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(self.port)],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                with urlopen(f"{self.url}/_stcore/health", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (URLError, OSError):
                time.sleep(0.1)
        raise AssertionError(f"the server did not start:\n{self.log.read_text()}")

    def kill(self) -> None:
        """End the server at once, as a power cut would."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=10)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill()

    def invite(self, owner_email: str) -> str:
        """Make an invitation into the owner's first enterprise and return its token."""
        environment = Environment(load_catalogue(), Database(self.database_url))
        with reading(environment) as repository:
            account = repository.accounts.by_email(owner_email)
        assert account is not None
        owner = accounts.actor_of_account(environment, account.id)
        link = members.invite(environment, owner, next(iter(owner.memberships)), Role.EDITOR)
        return link.rpartition("/")[2]
