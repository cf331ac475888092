"""Running the command line inside the test's own process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from argon2 import PasswordHasher

from core.__main__ import main
from core.services import maintaining
from core.services.environment import Environment
from core.storage.content import load_catalogue
from core.storage.database import Database


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(capsys):
    def run_command(*arguments: object) -> Done:
        status = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Done(status, printed.out, printed.err)

    return run_command


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """Let the commands work on an empty database of the test's own, where a password costs little."""
    database = Database(f"sqlite:///{tmp_path / 'cli.sqlite'}")
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    own = Environment(load_catalogue(), database, hasher=cheap)
    monkeypatch.setattr(maintaining, "shared_environment", lambda: own)
    yield own
    database.dispose()
