"""Runs migrations on the connection that core/storage/database.py hands over, within its transaction.

A new one: change core/storage/tables.py, then, on a database at the last revision,
`python -c "from core.storage.database import *; write_migration(Database('sqlite:///var/do-chuan.sqlite'), 'Title')"`.
"""

from typing import Any, Literal

from alembic import context
from sqlalchemy import DateTime, String

from core.storage.tables import ExactDecimal, Row, UtcDateTime


def render_plain_types(kind: str, item: Any, _autogenerate: Any) -> str | Literal[False]:
    """Write our types as what they are in the database: a migration must not depend on code that moves on."""
    if kind == "type" and isinstance(item, UtcDateTime | DateTime):
        return "sa.DateTime(timezone=True)"
    if (kind == "type" and isinstance(item, ExactDecimal | String)) or type(item).__name__ == "AutoString":
        return "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    compare_type=True,
    render_item=render_plain_types,
)
with context.begin_transaction():
    context.run_migrations()
