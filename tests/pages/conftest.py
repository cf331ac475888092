"""Screens without a browser: the real router, the real services, a database of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from argon2 import PasswordHasher
from streamlit.testing.v1 import AppTest

from core.language import Language
from core.services import accounts
from core.services.environment import Environment
from core.storage.content import load_catalogue
from pages import frame

ROUTER = Path(__file__).resolve().parents[2] / "pages" / "router.py"
CHEAP_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def environment(sqlite_database, now, monkeypatch):
    """The environment that the pages see: real content, an empty database, a clock that stands still."""
    made = Environment(load_catalogue(), sqlite_database, now=lambda: now, hasher=CHEAP_HASHER)
    monkeypatch.setattr(frame, "process_environment", lambda: made)
    return made


@pytest.fixture
def signed_up(environment):
    """Make an account and return the key of its session: `signed_up("Nguyễn Thị Hà")`."""

    def sign_up(name: str = "Nguyễn Thị Hà", email: str = "ha@suoican.example") -> str:
        needed = frozenset(consent.id for consent in environment.catalogue.consents if consent.needed)
        signed_in = accounts.sign_up(
            environment,
            email=email,
            name=name,
            password="mười hai ký tự trở lên",
            language=Language.VI,
            consents=needed,
            address="127.0.0.1",
        )
        return signed_in.session.key

    return sign_up


@pytest.fixture
def visit(environment):
    """Open a page as a browser would: `visit("public/glossary.py", language=Language.EN, session=key)`."""

    def open_page(file: str = "", *, language: Language = Language.VI, session: str = "") -> AppTest:
        app = AppTest.from_file(str(ROUTER), default_timeout=20)
        app.user = {"session": session}
        app.query_params["lang"] = language.value
        app.run()
        return app.switch_page(file).run() if file else app

    return open_page
