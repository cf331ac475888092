"""Keeping the installation in order: the form of the database."""

from __future__ import annotations

from core.services.environment import Environment
from core.storage import database


def migrate(environment: Environment) -> None:
    """Bring the database to the present form; several processes may ask at once."""
    database.migrate(environment.database)
