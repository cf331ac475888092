"""What is asked with every step of a visitor: statements built once, answered in plain values.

The session's own way, from a class to objects that it watches over, takes five times as long. It is kept for all that
happens seldom; here stand only the table objects and the one function that the quick way needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, Table
from sqlalchemy.sql.base import Executable
from sqlmodel import Session

from core.storage.tables import Row

Values = Mapping[str, object]


def table(name: str) -> Table:
    """Return a table of core/storage/tables.py by its name, for statements that are built once."""
    return Row.metadata.tables[name]


def ask(session: Session, statement: Executable, values: Values | Sequence[Values] | None = None) -> CursorResult[Any]:
    """Execute a statement in the session's transaction, after what the session has not written yet."""
    session.flush()
    connection = session.get_bind()
    assert isinstance(connection, Connection)
    return connection.execute(statement, values)
