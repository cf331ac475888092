"""Requests for support as they are kept: one for each firm at most, gone when its consent is taken back.

A request names a firm only while who agreed still owns it and it is still in the province whose Department was named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, select

from core.domain.assessment import AssessmentState
from core.domain.permissions import Role
from core.domain.profile import Profile
from core.domain.statistics.selection import Lapse, SupportRequest, Wish
from core.errors import NotThere
from core.storage.repository_enterprises import profile_of
from core.storage.repository_events import Events, Stamp
from core.storage.tables import EnterpriseRow, MembershipRow, SubmissionRow, SupportRequestRow

_NOT_HANDED_IN = (AssessmentState.DRAFT, AssessmentState.WITHDRAWN)
_NOTHING: tuple[str, int | None] = "", None


@dataclass(frozen=True, slots=True)
class Asking:
    """A firm as it stands now. score, gates_failed: of what it handed in last; the empty text and None for nothing."""

    enterprise_id: UUID
    profile: Profile
    request: SupportRequest | None
    score: str = ""
    gates_failed: int | None = None


class Support:
    """Requests for support, within one transaction."""

    def __init__(self, session: Session, stamp: Stamp, events: Events) -> None:
        self._session = session
        self._stamp = stamp
        self._events = events

    def ask(self, enterprise_id: UUID, province: str, wishes: Iterable[Wish]) -> None:
        """Keep a request of who does this, in place of an earlier one."""
        assert self._stamp.by is not None
        row = self._row(enterprise_id)
        if row is not None:
            self._session.delete(row)
            self._session.flush()
        row = SupportRequestRow(
            enterprise_id=enterprise_id,
            province_code=province,
            wishes=" ".join(sorted(wishes)),
            asked_at=self._stamp.at,
            asked_by=self._stamp.by,
        )
        self._session.add(row)
        self._session.flush()
        self._note("asked", row)

    def withdraw(self, enterprise_id: UUID) -> None:
        """Delete a request. Raises NotThere."""
        row = self._row(enterprise_id)
        if row is None:
            raise NotThere
        self._take_off(row)

    def withdraw_all_of(self, account_id: UUID) -> None:
        """Delete what rests on the word of an account, in every firm."""
        for row in self._session.exec(select(SupportRequestRow).where(SupportRequestRow.asked_by == account_id)).all():
            self._take_off(row)

    def rests_on(self, account_id: UUID) -> bool:
        """Tell whether any request rests on the word of an account."""
        query = select(SupportRequestRow.enterprise_id).where(SupportRequestRow.asked_by == account_id)
        return self._session.exec(query).first() is not None

    def of_enterprise(self, enterprise_id: UUID) -> Asking:
        """Return how a firm stands, with its request also where that has lapsed. Raises NotThere."""
        enterprise = self._session.get(EnterpriseRow, enterprise_id, populate_existing=True)
        if enterprise is None or enterprise.deleted_at is not None:
            raise NotThere
        row = self._row(enterprise_id)
        request = None
        if row is not None:
            member = self._session.get(MembershipRow, (enterprise_id, row.asked_by), populate_existing=True)
            request = _kept(row, _lapse(row, enterprise.province_code, member))
        results = self._results(col(SubmissionRow.enterprise_id) == enterprise_id)
        return Asking(enterprise_id, profile_of(enterprise), request, *results.get(enterprise_id, _NOTHING))

    def of_province(self, province: str) -> tuple[Asking, ...]:
        """Return the firms that ask a Department and agree to be named to it, who asked first before the others."""
        query = (
            select(SupportRequestRow, EnterpriseRow)
            .join(EnterpriseRow, col(EnterpriseRow.id) == SupportRequestRow.enterprise_id)
            .join(
                MembershipRow,
                and_(
                    col(MembershipRow.enterprise_id) == SupportRequestRow.enterprise_id,
                    col(MembershipRow.account_id) == SupportRequestRow.asked_by,
                ),
            )
            .where(
                SupportRequestRow.province_code == province,
                EnterpriseRow.province_code == province,
                MembershipRow.role == Role.OWNER.value,
                col(EnterpriseRow.deleted_at).is_(None),
            )
            .order_by(col(SupportRequestRow.asked_at), col(SupportRequestRow.enterprise_id))
        )
        asked = select(SupportRequestRow.enterprise_id).where(SupportRequestRow.province_code == province)
        results = self._results(col(SubmissionRow.enterprise_id).in_(asked))
        return tuple(
            Asking(row.enterprise_id, profile_of(enterprise), _kept(row, None), *results.get(enterprise.id, _NOTHING))
            for row, enterprise in self._session.exec(query)
        )

    def _results(self, of_whom: ColumnElement[bool]) -> dict[UUID, tuple[str, int | None]]:
        """Return score and gates of what each handed in last; ids of submissions are in the order of time."""
        query = (
            select(SubmissionRow.enterprise_id, SubmissionRow.score, SubmissionRow.gates_failed)
            .where(of_whom, col(SubmissionRow.state).not_in([one.value for one in _NOT_HANDED_IN]))
            .order_by(col(SubmissionRow.id))
        )
        return {enterprise: (score, gates) for enterprise, score, gates in self._session.exec(query)}

    def _row(self, enterprise_id: UUID) -> SupportRequestRow | None:
        return self._session.get(SupportRequestRow, enterprise_id, populate_existing=True)

    def _take_off(self, row: SupportRequestRow) -> None:
        self._note("withdrawn", row)
        self._session.delete(row)
        self._session.flush()

    def _note(self, what: str, row: SupportRequestRow) -> None:
        self._events.note(
            f"support.{what}",
            "support-request",
            row.enterprise_id,
            subject=row.enterprise_id,
            province=row.province_code,
            after={"wishes": row.wishes},
        )


def _lapse(row: SupportRequestRow, province: str, member: MembershipRow | None) -> Lapse | None:
    if member is None or member.role != Role.OWNER.value:
        return Lapse.OWNER
    return None if row.province_code == province else Lapse.MOVED


def _kept(row: SupportRequestRow, lapse: Lapse | None) -> SupportRequest:
    return SupportRequest(
        enterprise_id=row.enterprise_id,
        province=row.province_code,
        wishes=tuple(one for one in Wish if one in row.wishes.split()),
        asked_at=row.asked_at,
        lapse=lapse,
    )
