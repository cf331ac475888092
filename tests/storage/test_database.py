"""Engines, transactions and migrations, on both databases."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.storage import database as storage
from core.storage.database import Database, check_migrations, migrate, write_migration
from core.storage.repository import Repository
from core.storage.repository_events import Stamp
from core.storage.tables import Row, new_id

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request, tmp_path):
    """A database without any table."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    else:
        url = request.getfixturevalue("empty_postgres_url")
    database = Database(url)
    yield database
    database.dispose()


def test_migrations_lead_from_nothing_to_exactly_the_tables_of_the_code(empty):
    migrate(empty)
    check_migrations(empty)


def test_migrating_twice_changes_nothing(database):
    migrate(database)
    check_migrations(database)


def test_a_database_ahead_of_the_code_is_noticed(empty):
    migrate(empty)
    with empty.writing() as session:
        session.execute(text("ALTER TABLE account ADD COLUMN shoe_size INTEGER"))
    with pytest.raises(Exception, match="shoe_size"):
        check_migrations(empty)


def test_several_processes_may_migrate_at_once(empty):
    program = "import sys; from core.storage.database import Database, migrate; migrate(Database(sys.argv[1]))"
    url = empty.url.render_as_string(hide_password=False)
    processes = [subprocess.Popen([sys.executable, "-c", program, url], cwd=ROOT) for _ in range(2)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    check_migrations(empty)


def test_a_block_that_raises_leaves_nothing_behind(database, now):
    def fail_halfway() -> None:
        with database.writing() as session:
            Repository(session, Stamp(None, now)).set_setting("colour", "petrol")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    with database.reading() as session:
        repository = Repository(session, Stamp(None, now))
        assert repository.setting("colour") is None
        assert repository.events.latest(10) == ()


def test_a_reading_transaction_cannot_write(database):
    with pytest.raises(DBAPIError, match=r"readonly|read-only"), database.reading() as session:
        session.execute(text("INSERT INTO setting (key, value) VALUES ('a', 'b')"))


def test_a_reader_does_not_wait_for_a_writer(database, now):
    with database.writing() as writing:
        Repository(writing, Stamp(None, now)).set_setting("colour", "petrol")
        writing.flush()
        with database.reading() as reading:
            assert Repository(reading, Stamp(None, now)).setting("colour") is None


def test_sqlite_keeps_answers_over_a_power_cut_and_refuses_dangling_rows(sqlite_database):
    with sqlite_database.writing() as session:
        assert session.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert session.execute(text("PRAGMA synchronous")).scalar() == 2
        assert session.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_the_connection_is_checked(database, tmp_path):
    database.check_connection()
    gone = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(DBAPIError):
        gone.check_connection()


def test_ids_are_uuid_version_7_and_grow_with_time():
    first, later = new_id(), None
    for _ in range(1000):
        later = new_id()
        assert later.version == 7
        assert later.variant == "specified in RFC 4122"
    assert first.int >> 80 <= later.int >> 80


def test_every_constraint_has_a_name_so_that_sqlite_can_change_it():
    for table in Row.metadata.tables.values():
        assert all(constraint.name for constraint in table.constraints), table.name


@pytest.mark.parametrize(
    "name", ["assessment", "answer", "attachment", "programme", "programme_edit", "instrument", "event"]
)
def test_every_large_table_can_be_distributed_by_province(name):
    assert "province_code" in Row.metadata.tables[name].columns


def test_a_migration_is_written_in_types_of_the_database_not_of_the_code(empty, tmp_path, monkeypatch):
    copy = tmp_path / "migrations"
    shutil.copytree(storage.MIGRATIONS, copy)
    monkeypatch.setattr(storage, "MIGRATIONS", copy)
    migrate(empty)
    with empty.writing() as session:
        session.execute(text("ALTER TABLE enterprise DROP COLUMN revenue_billion_vnd"))
        session.execute(text("ALTER TABLE account DROP COLUMN blocked_at"))
        session.execute(text("ALTER TABLE account DROP COLUMN post"))
    write_migration(empty, "Bring back")
    written = next((copy / "versions").glob("0002_*.py")).read_text(encoding="utf-8")
    assert "sa.DateTime(timezone=True)" in written
    assert "sa.String()" in written
    assert "AutoString" not in written
    assert "core." not in written
    migrate(empty)
    check_migrations(empty)
