"""Advised sessions as they are kept: offered, joined, ended; at most one of an enterprise is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from core.domain.advising import AdvisedSession
from core.errors import NotThere
from core.storage.merging import locked
from core.storage.repository_events import Events, Stamp
from core.storage.tables import AccountRow, AdvisedSessionRow, EnterpriseRow


class Advising:
    """Advised sessions, within one transaction."""

    def __init__(self, session: Session, stamp: Stamp, events: Events) -> None:
        self._session = session
        self._stamp = stamp
        self._events = events

    def offer(self, enterprise_id: UUID, province: str, adviser_id: UUID, expires_at: datetime) -> AdvisedSession:
        """Keep a session that waits for its adviser; that no other is open is asked before."""
        row = AdvisedSessionRow(
            enterprise_id=enterprise_id,
            province_code=province,
            adviser_id=adviser_id,
            opened_at=self._stamp.at,
            opened_by=self._stamp.by,
            expires_at=expires_at,
        )
        self._session.add(row)
        self._session.flush()
        self._note("offered", row)
        return self._kept(row)

    def get(self, session_id: UUID, *, lock: bool = False) -> AdvisedSession:
        """Return a session, over or not. Raises NotThere."""
        return self._kept(self._row(session_id, lock=lock))

    def join(self, session_id: UUID) -> None:
        """Let the adviser in; a second time changes nothing. Raises NotThere."""
        row = self._row(session_id, lock=True)
        if row.joined_at is None:
            row.joined_at = self._stamp.at
            self._note("joined", row)

    def end(self, session_id: UUID) -> None:
        """End a session; a second time changes nothing. Raises NotThere."""
        row = self._row(session_id, lock=True)
        if row.ended_at is None:
            row.ended_at, row.ended_by = self._stamp.at, self._stamp.by
            self._note("ended", row)

    def open_of(self, enterprise_ids: Iterable[UUID]) -> tuple[AdvisedSession, ...]:
        """Return the open sessions of enterprises, joined or not."""
        return self._open(select(AdvisedSessionRow).where(col(AdvisedSessionRow.enterprise_id).in_(enterprise_ids)))

    def open_for(self, adviser_id: UUID) -> tuple[AdvisedSession, ...]:
        """Return the open sessions that were offered to an adviser, joined or not, the oldest first."""
        return self._open(select(AdvisedSessionRow).where(AdvisedSessionRow.adviser_id == adviser_id))

    def _open(self, query: SelectOfScalar[AdvisedSessionRow]) -> tuple[AdvisedSession, ...]:
        is_open = col(AdvisedSessionRow.ended_at).is_(None), col(AdvisedSessionRow.expires_at) > self._stamp.at
        rows = self._session.exec(query.where(*is_open).order_by(col(AdvisedSessionRow.id)))
        return tuple(self._kept(row) for row in rows)

    def _row(self, session_id: UUID, *, lock: bool) -> AdvisedSessionRow:
        query = select(AdvisedSessionRow).where(AdvisedSessionRow.id == session_id)
        row = self._session.exec(locked(query) if lock else query).first()
        if row is None:
            raise NotThere
        return row

    def _kept(self, row: AdvisedSessionRow) -> AdvisedSession:
        adviser = self._session.get_one(AccountRow, row.adviser_id)
        enterprise = self._session.get_one(EnterpriseRow, row.enterprise_id)
        return AdvisedSession(
            id=row.id,
            enterprise_id=row.enterprise_id,
            enterprise_name=enterprise.name,
            province=row.province_code,
            adviser_id=row.adviser_id,
            adviser_name=adviser.name,
            opened_at=row.opened_at,
            expires_at=row.expires_at,
            joined_at=row.joined_at,
            ended_at=row.ended_at,
        )

    def _note(self, what: str, row: AdvisedSessionRow) -> None:
        after: Mapping[str, object] = {"adviser": row.adviser_id, "expires_at": row.expires_at}
        self._events.note(
            f"advised-session.{what}",
            "advised-session",
            row.id,
            subject=row.enterprise_id,
            province=row.province_code,
            after=after,
        )
