"""Very many rows at once, past the session: to fill a database, never for what a person does.

Values stand as both engines take them and as SQLite keeps them: ids as 32 hexadecimal digits, moments as text in UTC,
days as ISO text, decimals as text, truths as 0 and 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, text
from sqlmodel import Session

from core.storage.asking import table

Value = str | int | None


def moment_text(moment: datetime) -> str:
    """Return a moment as both engines take it."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def let_it_last(session: Session) -> None:
    """Let the statements of this transaction take as long as they need."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = 0"))


def refresh_statistics(session: Session) -> None:
    """Let the planner look at the tables anew; after a flood of rows it would go by what it knew before."""
    let_it_last(session)
    session.execute(text("ANALYZE"))


def insert_rows(session: Session, name: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """Add rows to a table of core/storage/tables.py, in the session's transaction: COPY, or one prepared statement."""
    known = table(name).columns
    assert all(column in known for column in columns), name
    connection = session.get_bind()
    assert isinstance(connection, Connection)
    cursor: Any = connection.connection.cursor()
    listed = ", ".join(f'"{column}"' for column in columns)
    if connection.dialect.name == "postgresql":
        with cursor.copy(f"COPY {name} ({listed}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(columns))
        cursor.executemany(f"INSERT INTO {name} ({listed}) VALUES ({marks})", rows)  # noqa: S608
    cursor.close()
