"""A real server of the application on its own database, that a test can start, kill and look behind."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from uuid import UUID

from argon2 import PasswordHasher

from core.domain.permissions import Actor, GrantedRole, Role
from core.domain.profile import Profile
from core.services import accounts
from core.services.environment import Environment, transaction
from core.storage.content import load_catalogue
from core.storage.database import Database
from core.storage.repository_accounts import KeptAccount
from core.web.visitor import SESSION_COOKIE

PASSWORD = "một mật khẩu đủ dài"
ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


def free_port() -> int:
    """Return a port of the loopback address that nobody uses now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass(frozen=True)
class Member:
    """A person with an account and a session that a browser can take up; None without an enterprise."""

    email: str
    token: str
    actor: Actor
    enterprise_id: UUID | None

    @property
    def cookie(self) -> str:
        """The session as a header has it."""
        return f"{SESSION_COOKIE}={self.token}"


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

    @cached_property
    def environment_behind(self) -> Environment:
        """The server's database, for deeds and looks behind its back; passwords cost nothing."""
        hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        return Environment(load_catalogue(), Database(self.database_url), hasher=hasher)

    def add_owner(self, name: str, enterprise: str | Profile, email: str = "") -> Member:
        """Make an account that owns a new enterprise, and sign it in."""
        account = self._add_account(name, email=email)
        profile = Profile(name=enterprise) if isinstance(enterprise, str) else enterprise
        kept = accounts.create_enterprise(self.environment_behind, accounts.self_of(account), profile)
        return self._signed_in(account, kept.id)

    def add_colleague(self, of: Member, name: str, role: Role = Role.EDITOR) -> Member:
        """Make an account that works in the enterprise of somebody else, and sign it in."""
        assert of.enterprise_id is not None
        account = self._add_account(name)
        with transaction(self.environment_behind, of.actor) as repository:
            repository.accounts.set_member(of.enterprise_id, account.id, role.value)
        return self._signed_in(account, of.enterprise_id)

    def add_officer(self, name: str, role: Role, province: str = "") -> Member:
        """Make an account with a role outside enterprises, and sign it in."""
        return self._signed_in(self._add_account(name, GrantedRole(role, province)), None)

    def add_newcomer(self, name: str) -> Member:
        """Make an account without an enterprise, and sign it in."""
        return self._signed_in(self._add_account(name), None)

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Return what the database holds."""
        with closing(sqlite3.connect(self.folder / "do-chuan.sqlite")) as connection:
            return connection.execute(query, values).fetchall()

    def _add_account(self, name: str, *roles: GrantedRole, email: str = "") -> KeptAccount:
        return accounts.add_account(
            self.environment_behind,
            email=email or f"{secrets.token_hex(6)}@vidu.example",
            name=name,
            password=PASSWORD,
            roles=roles,
            must_change=False,
        )

    def _signed_in(self, account: KeptAccount, enterprise_id: UUID | None) -> Member:
        environment = self.environment_behind
        signed_in = accounts.sign_in(environment, email=account.email, password=PASSWORD, address=account.email)
        actor = accounts.actor_of_account(environment, account.id)
        return Member(account.email, signed_in.token, actor, enterprise_id)
