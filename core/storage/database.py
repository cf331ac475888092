"""The database: engines, transactions, migrations. SQLite in a file, or PostgreSQL; the same code for both.

A writing transaction on SQLite begins IMMEDIATE: one that reads first and writes later would otherwise be refused
at once when another writer came between. Readers use engines of their own, so they never queue behind writers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlmodel import Session

from core.storage.repository_events import write_pending_events

MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_SECONDS = 15
# FULL keeps the last answers over a power cut; what is deleted is overwritten, so that erased data cannot be read back.
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
_MIGRATION_LOCK = 996_510
"""Key of the advisory lock under which one of several starting processes migrates."""


class Database:
    """One database, given by its address: sqlite:///file or postgresql+psycopg://…"""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_postgresql = self.url.get_backend_name() == "postgresql"
        self._turn: AbstractContextManager[Any] = nullcontext()
        if self.is_postgresql:
            self._writer: Engine = self._postgresql_engine()
            self._reader: Engine = self._writer.execution_options(postgresql_readonly=True)
        else:
            if self.url.database:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            self._writer = self._sqlite_engine(begin="BEGIN IMMEDIATE")
            # SQLite lets a writer that waits for another sleep and look again, up to 100 ms late; here it is woken.
            self._turn = Lock()
            self._reader = self._sqlite_engine(begin="BEGIN", pragmas=("query_only=ON",))

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction that is kept when the block ends well, and undone when it raises."""
        with self._turn, self._writer.begin() as connection, _session(connection) as session:
            yield session
            session.flush()
            # Last, so that the lock on the chain of events is held only from here to the commit.
            write_pending_events(session)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction in which the database refuses every write."""
        with self._reader.connect() as connection, _session(connection) as session:
            yield session

    def check_connection(self) -> None:
        """Ask the database for a sign of life. Raises sqlalchemy.exc.OperationalError when there is none."""
        with self._reader.connect() as connection:
            connection.execute(text("SELECT 1"))

    def dispose(self) -> None:
        """Close all connections."""
        self._reader.dispose()
        self._writer.dispose()

    @contextmanager
    def _migrating(self) -> Iterator[Config]:
        """Give Alembic a transaction that only one process can hold at a time."""
        # SQLite rebuilds a table by dropping it; with foreign keys on, that would delete the rows that refer to it.
        engine = self._writer if self.is_postgresql else self._sqlite_engine("BEGIN IMMEDIATE", ("foreign_keys=OFF",))
        try:
            with engine.begin() as connection:
                if self.is_postgresql:
                    connection.execute(text("SET LOCAL lock_timeout = 0"))
                    connection.execute(text("SET LOCAL statement_timeout = 0"))
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
                config = Config()
                config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
                config.attributes["connection"] = connection
                yield config
        finally:
            if engine is not self._writer:
                engine.dispose()

    def _postgresql_engine(self) -> Engine:
        return create_engine(
            self.url.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            pool_size=5,
            max_overflow=10,
            pool_recycle=1800,
            connect_args={"options": "-c statement_timeout=10000 -c lock_timeout=3000 -c timezone=UTC"},
        )

    def _sqlite_engine(self, begin: str, pragmas: tuple[str, ...] = ()) -> Engine:
        engine = create_engine(self.url, connect_args={"check_same_thread": False, "timeout": _BUSY_SECONDS})

        def prepare(connection: Any, _record: Any) -> None:
            # The driver must not open transactions of its own; `start` does.
            connection.isolation_level = None
            for pragma in _PRAGMAS + pragmas:
                connection.execute(f"PRAGMA {pragma}")

        def start(connection: Any) -> None:
            connection.exec_driver_sql(begin)

        event.listen(engine, "connect", prepare)
        event.listen(engine, "begin", start)
        return engine


def _session(connection: Connection) -> Session:
    """Return a session within a transaction that is begun and ended by others: `ask` passes the session by."""
    return Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only")


def migrate(database: Database, revision: str = "head") -> None:
    """Bring the database to a revision of the schema; several processes may ask at once."""
    with database._migrating() as config:
        command.upgrade(config, revision)


def write_migration(database: Database, title: str) -> None:
    """Write the next migration, from the database as it is to core/storage/tables.py; read it before it is kept."""
    number = len(list((MIGRATIONS / "versions").glob("[0-9]*.py"))) + 1
    with database._migrating() as config:
        command.revision(config, title, autogenerate=True, rev_id=f"{number:04}")


def check_migrations(database: Database) -> None:
    """Raise alembic.util.AutogenerateDiffsDetected when the migrations and core/storage/tables.py differ."""
    with database._migrating() as config:
        command.check(config)
