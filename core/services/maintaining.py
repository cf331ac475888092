"""Keeping the installation in order: reaching the database, bringing it to its present form, copying it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError

from core.errors import BadInput
from core.services.environment import Environment, shared_environment
from core.storage import backup, database


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


def back_up(environment: Environment, target: Path) -> None:
    """Write a copy of the database to a new file, also while the application runs. Raises FileRefused, BadInput."""
    backup.copy_database(_database_file(environment), target)


def restore(environment: Environment, copy: Path) -> Path:
    """Put a copy in the place of the database, in its present form; return where the former database is kept.

    Raises FileRefused while the application has the database open, or when the copy is none of ours; BadInput.
    """
    file = _database_file(environment)
    names = (file.with_name(f"{file.name}.{environment.today()}-{number}") for number in count(1))
    aside = next(name for name in names if not name.exists())
    environment.database.dispose()
    backup.put_back(copy, file, aside)
    migrate(environment)
    return aside


def _database_file(environment: Environment) -> Path:
    if environment.database.is_postgresql or not environment.database.url.database:
        raise BadInput("backup-by-postgresql")
    return Path(environment.database.url.database)
