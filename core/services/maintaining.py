"""Keeping the installation in order: reaching the database, bringing it to its present form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError

from core.errors import BadInput
from core.services.environment import Environment, shared_environment
from core.storage import database


@contextmanager
def open_environment() -> Iterator[Environment]:
    """Hand in the environment of this process to a command.

    Raises BadInput("database-not-ready") when the database cannot be reached, or was not migrated.
    """
    try:
        yield shared_environment()
    except (ArgumentError, OperationalError, ProgrammingError) as error:
        raise BadInput("database-not-ready", seen=str(getattr(error, "orig", error))) from error


def migrate(environment: Environment) -> None:
    """Bring the database to its present form; several processes may ask at once."""
    database.migrate(environment.database)
