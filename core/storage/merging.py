"""Two people, one thing: rows are locked while they change, and a change is put on what is kept by now.

Rows are locked in one order everywhere, so that no two transactions wait for each other: the enterprise, its
assessment, the submission, then what hangs on these (views, programme, proposals, sessions), several of a kind by their
ids; then what the officials' figures count (`hold`), and the chain of events last of all. A transaction may leave steps
out, and never goes back to an earlier one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import text
from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

from core.errors import Conflict

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

R = TypeVar("R")
T = TypeVar("T", bound="DataclassInstance")


def fresh(query: SelectOfScalar[R]) -> SelectOfScalar[R]:
    """Read the rows again, even those that this transaction has read before."""
    return query.execution_options(populate_existing=True)


def locked(query: SelectOfScalar[R]) -> SelectOfScalar[R]:
    """Read the rows again and hold them until the transaction ends; SQLite has one writer at a time anyway."""
    return fresh(query.with_for_update(key_share=True))


def hold(session: Session, key: int) -> None:
    """Let one transaction at a time past this point, by a number that they agree on; until it ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def merged(kept: T, seen: T, wanted: T, *, who: Callable[[], str], at: datetime) -> T:
    """Put the fields that differ between `seen` and `wanted` on what is kept; other people's fields stay.

    `who` names the person who changed it last; it is asked only when there is a conflict to tell.

    Raises Conflict (details: field, who, at, theirs, yours) when such a field was changed meanwhile to another value.
    """
    changes: dict[str, Any] = {}
    for field in fields(kept):
        theirs, before, yours = (getattr(value, field.name) for value in (kept, seen, wanted))
        if yours in (before, theirs):
            continue
        if theirs != before:
            raise Conflict("changed-meanwhile", field=field.name, who=who(), at=at, theirs=theirs, yours=yours)
        changes[field.name] = yours
    return replace(kept, **changes)
