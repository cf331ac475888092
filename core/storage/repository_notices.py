"""Notices as they are kept: for whom, of which kind, about which enterprise and submission; seen and mailed or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from core.domain.notices import KeptNotice, NoticeKind
from core.storage.repository_events import Stamp
from core.storage.tables import EnterpriseRow, NoticeRow


class Notices:
    """Notices, within one transaction."""

    def __init__(self, session: Session, stamp: Stamp) -> None:
        self._session = session
        self._stamp = stamp

    def tell(
        self, accounts: Iterable[UUID], kind: NoticeKind, enterprise_id: UUID, submission_id: UUID | None = None
    ) -> None:
        """Leave a notice for each account but that of who did it; one that waits unseen is not said twice."""
        for account_id in sorted(set(accounts) - {self._stamp.by}, key=str):
            query = select(NoticeRow.id).where(
                NoticeRow.account_id == account_id,
                NoticeRow.kind == kind,
                NoticeRow.enterprise_id == enterprise_id,
                col(NoticeRow.submission_id) == submission_id,
                col(NoticeRow.seen_at).is_(None),
            )
            if self._session.exec(query).first() is None:
                row = NoticeRow(
                    account_id=account_id,
                    kind=kind.value,
                    enterprise_id=enterprise_id,
                    submission_id=submission_id,
                    at=self._stamp.at,
                )
                self._session.add(row)
        self._session.flush()

    def take_back(self, accounts: Iterable[UUID], kind: NoticeKind, enterprise_id: UUID) -> None:
        """Let an invitation that is over not be told any more to those who have not seen it."""
        self._session.execute(
            delete(NoticeRow).where(
                col(NoticeRow.account_id).in_(list(accounts)),
                col(NoticeRow.kind) == kind,
                col(NoticeRow.enterprise_id) == enterprise_id,
                col(NoticeRow.seen_at).is_(None),
            )
        )

    def of(self, account_id: UUID, limit: int) -> tuple[KeptNotice, ...]:
        """Return the newest notices of an account first."""
        query = (
            select(NoticeRow, EnterpriseRow.name)
            .join(EnterpriseRow, col(EnterpriseRow.id) == col(NoticeRow.enterprise_id))
            .where(NoticeRow.account_id == account_id)
            .order_by(col(NoticeRow.at).desc(), col(NoticeRow.id).desc())
            .limit(limit)
        )
        return tuple(
            KeptNotice(row.id, NoticeKind(row.kind), row.submission_id, row.enterprise_id, name, row.at, row.seen_at)
            for row, name in self._session.exec(query)
        )

    def unseen(self, account_id: UUID) -> int:
        """Return how many notices an account has not seen yet."""
        query = select(func.count()).where(NoticeRow.account_id == account_id, col(NoticeRow.seen_at).is_(None))
        return int(self._session.exec(query).one())

    def see_all(self, account_id: UUID) -> None:
        """Call every notice of an account seen."""
        self._session.execute(
            update(NoticeRow)
            .where(col(NoticeRow.account_id) == account_id, col(NoticeRow.seen_at).is_(None))
            .values(seen_at=self._stamp.at)
        )

    def unmailed(self) -> Mapping[UUID, int]:
        """Return account → how many notices were neither seen nor mailed."""
        query = (
            select(NoticeRow.account_id, func.count())
            .where(col(NoticeRow.seen_at).is_(None), col(NoticeRow.mailed_at).is_(None))
            .group_by(col(NoticeRow.account_id))
        )
        return dict(self._session.exec(query).all())

    def mailed(self, account_id: UUID) -> None:
        """Note that the waiting notices of an account went out by mail."""
        self._session.execute(
            update(NoticeRow)
            .where(
                col(NoticeRow.account_id) == account_id,
                col(NoticeRow.seen_at).is_(None),
                col(NoticeRow.mailed_at).is_(None),
            )
            .values(mailed_at=self._stamp.at)
        )
