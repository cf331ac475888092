"""Copies of the database file: whole at any moment, also while the application runs.

SQLite only: PostgreSQL brings pg_dump and pg_restore.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from core.errors import FileRefused

_OURS = "SELECT count(*) FROM sqlite_master WHERE name IN ('alembic_version', 'enterprise', 'event')"


def copy_database(source: Path, target: Path) -> None:
    """Write a whole copy of a database to a file that is not there yet.

    Raises FileRefused: backup-in-the-way, backup-not-ours, backup-not-written.
    """
    if target.exists():
        raise FileRefused("backup-in-the-way", place=str(target), seen="", expected="")
    check_copy(source)
    unfinished = target.with_name(target.name + ".part")
    try:
        with closing(_reading(source)) as original, closing(sqlite3.connect(unfinished)) as copy:
            original.backup(copy)
            # One plain file, without a journal beside it that could be left behind.
            copy.execute("PRAGMA journal_mode=DELETE")
        unfinished.replace(target)
    except (OSError, sqlite3.OperationalError) as error:
        raise FileRefused("backup-not-written", place=str(target), seen=str(error), expected="") from None


def check_copy(path: Path) -> None:
    """Raise FileRefused("backup-not-ours") unless a file is a sound database of this application."""
    try:
        with closing(_reading(path)) as database:
            is_sound = database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            is_ours = database.execute(_OURS).fetchone() == (3,)
    except sqlite3.DatabaseError as error:
        raise FileRefused("backup-not-ours", place=str(path), seen=str(error), expected="") from None
    if not (is_sound and is_ours):
        raise FileRefused("backup-not-ours", place=str(path), seen=path.name, expected="")


def put_back(copy: Path, database: Path, aside: Path) -> None:
    """Put a copy in the place of the database; what was there is kept under the name `aside`.

    Raises FileRefused: backup-not-ours, restore-while-running.
    """
    check_copy(copy)
    if database.exists():
        _leave_to_us(database)
        database.replace(aside)
    copy_database(copy, database)


def _leave_to_us(database: Path) -> None:
    """Fold the journal into the file, which SQLite does only when nobody else has it open."""
    try:
        with closing(sqlite3.connect(database, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        raise FileRefused("restore-while-running", place=str(database), seen=str(error), expected="") from None


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
