"""The log of events: one row per change, each carrying the hash of the one before.

Events are noted while a transaction works and written at its very end, so that the chain is locked for a moment only.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, insert, update
from sqlmodel import Session, col, select

from core.storage.asking import ask, table
from core.storage.merging import hold
from core.storage.tables import EventRow

_CHAIN_LOCK = 996_511
"""Number under which transactions chain their events one after the other."""
_PENDING = "pending_events"
_START = "0" * 64
_event = table("event")
_NEWEST = (
    _event.select().with_only_columns(_event.c.sequence, _event.c.hash).order_by(_event.c.sequence.desc()).limit(1)
)
_ALL = _event.select().order_by(_event.c.sequence).execution_options(yield_per=1000)
_NEW = insert(_event)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who changes something, and when; nobody for what the system does by itself."""

    by: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """One event as it is kept; before and after are JSON, None once erased."""

    sequence: int
    at: datetime
    actor_id: UUID | None
    action: str
    object_kind: str
    object_id: str
    subject_id: UUID | None
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """How many events close the chain from its beginning, and the first that does not; None when all do."""

    whole: int
    broken: KeptEvent | None


class Events:
    """The log, as one transaction sees it."""

    def __init__(self, session: Session, stamp: Stamp) -> None:
        self._session = session
        self._stamp = stamp

    def note(
        self,
        action: str,
        object_kind: str,
        object_id: object,
        *,
        subject: UUID | None = None,
        province: str = "",
        before: object = None,
        after: object = None,
    ) -> None:
        """Note what happened; it is kept when the transaction is. `subject`: whose data the payload holds."""
        event = {
            "at": self._stamp.at,
            "actor_id": self._stamp.by,
            "action": action,
            "object_kind": object_kind,
            "object_id": str(object_id),
            "subject_id": subject,
            "province_code": province,
            "before": _as_json(before),
            "after": _as_json(after),
            "salt": secrets.token_hex(16),
        }
        self._session.info.setdefault(_PENDING, []).append(event)

    def latest(self, limit: int, *, before_sequence: int | None = None) -> tuple[KeptEvent, ...]:
        """Return the newest events first, from before a sequence number on for the next page."""
        query = select(EventRow).order_by(col(EventRow.sequence).desc()).limit(limit)
        if before_sequence is not None:
            query = query.where(col(EventRow.sequence) < before_sequence)
        return tuple(_kept(row) for row in self._session.exec(query))

    def of(self, object_kind: str, object_id: object) -> tuple[KeptEvent, ...]:
        """Return the history of one thing, oldest first."""
        query = select(EventRow).where(EventRow.object_kind == object_kind, EventRow.object_id == str(object_id))
        return tuple(_kept(row) for row in self._session.exec(query.order_by(col(EventRow.sequence))))

    def about(self, subject: UUID) -> tuple[KeptEvent, ...]:
        """Return all that was noted about an enterprise or an account, oldest first."""
        query = select(EventRow).where(EventRow.subject_id == subject).order_by(col(EventRow.sequence))
        return tuple(_kept(row) for row in self._session.exec(query))

    def newest(self) -> int:
        """Return the sequence number of the newest event, 0 without any: what comes later stands behind it."""
        newest = ask(self._session, _NEWEST).first()
        return newest.sequence if newest else 0

    def since(self, subject: UUID, object_kind: str, sequence: int) -> tuple[KeptEvent, ...]:
        """Return what was noted about the things of one kind of an enterprise after an event, oldest first."""
        query = select(EventRow).where(
            EventRow.subject_id == subject, EventRow.object_kind == object_kind, EventRow.sequence > sequence
        )
        return tuple(_kept(row) for row in self._session.exec(query.order_by(col(EventRow.sequence))))

    def blank(self, subject: UUID) -> None:
        """Erase the payloads that hold data of an enterprise or account; the chain still closes."""
        self._session.execute(
            update(EventRow).where(col(EventRow.subject_id) == subject).values(before=None, after=None, salt=None)
        )

    def check(self) -> ChainCheck:
        """Walk the whole chain; where it does not close, the event that stands there is named."""
        previous, expected = _START, 1
        for event in ask(self._session, _ALL).mappings():
            is_whole = (
                event["sequence"] == expected
                and event["previous_hash"] == previous
                and event["hash"] == _chained(event)
                and (event["salt"] is None or event["payload_hash"] == _payload_hash(event))
            )
            if not is_whole:
                return ChainCheck(expected - 1, _named(event))
            previous, expected = event["hash"], expected + 1
        return ChainCheck(expected - 1, None)


def _named(event: RowMapping) -> KeptEvent:
    return KeptEvent(**{one.name: event[one.name] for one in fields(KeptEvent)})


def write_pending_events(session: Session) -> None:
    """Chain the noted events and write them; to be called last in a transaction."""
    pending: list[dict[str, Any]] = session.info.pop(_PENDING, [])
    if not pending:
        return
    hold(session, _CHAIN_LOCK)
    newest = ask(session, _NEWEST).first()
    sequence, previous = (newest.sequence, newest.hash) if newest else (0, _START)
    for event in pending:
        sequence += 1
        event |= {"sequence": sequence, "previous_hash": previous, "payload_hash": _payload_hash(event)}
        event["hash"] = previous = _chained(event)
    ask(session, _NEW, pending)


def _payload_hash(event: RowMapping | dict[str, Any]) -> str:
    return _digest(event["salt"], event["before"], event["after"])


def _chained(event: RowMapping | dict[str, Any]) -> str:
    return _digest(
        event["previous_hash"],
        event["sequence"],
        event["at"].isoformat(timespec="microseconds"),
        event["actor_id"],
        event["action"],
        event["object_kind"],
        event["object_id"],
        event["subject_id"],
        event["province_code"],
        event["payload_hash"],
    )


def _digest(*parts: object) -> str:
    # A list in JSON keeps the parts apart: ("ab", "c") and ("a", "bc") differ.
    shown = json.dumps([None if part is None else str(part) for part in parts])
    return hashlib.sha256(shown.encode()).hexdigest()


def _as_json(value: object) -> str | None:
    if value is None:
        return None
    plain: object = asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, default=_plain)


def _plain(value: Any) -> object:
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return list(value)
    return str(value)


def _kept(row: EventRow) -> KeptEvent:
    return KeptEvent(
        sequence=row.sequence,
        at=row.at,
        actor_id=row.actor_id,
        action=row.action,
        object_kind=row.object_kind,
        object_id=row.object_id,
        subject_id=row.subject_id,
        before=row.before,
        after=row.after,
    )
