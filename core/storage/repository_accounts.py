"""Accounts as they are kept: who there is, as what, where they belong, what they agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.errors import NotThere
from core.language import Language
from core.storage.merging import locked
from core.storage.repository_enterprises import name_of
from core.storage.repository_events import Events, Stamp
from core.storage.tables import (
    AccountRow,
    ConsentRecordRow,
    DataRequestRow,
    MembershipRow,
    RoleGrantRow,
)


@dataclass(frozen=True, slots=True)
class KeptAccount:
    """An account without its password hash."""

    id: UUID
    email: str
    name: str
    post: str
    phone: str
    language: Language
    created_at: datetime
    blocked_at: datetime | None
    must_change: bool
    pending_quick: str

    @property
    def is_blocked(self) -> bool:
        return self.blocked_at is not None


@dataclass(frozen=True, slots=True, order=True)
class RoleGrant:
    """A role outside an enterprise; an empty province means the whole country."""

    role: str
    province: str = ""


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's place in an enterprise."""

    enterprise_id: UUID
    account_id: UUID
    role: str


@dataclass(frozen=True, slots=True)
class Member:
    """A person of an enterprise as colleagues see them."""

    account_id: UUID
    name: str
    email: str
    role: str


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """A consent given or withdrawn, with the words that were shown."""

    consent: str
    version: str
    language: Language
    text: str
    given: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class DataRequest:
    """A request of a person about their own data."""

    id: UUID
    account_id: UUID
    kind: str
    asked_at: datetime
    due_on: date
    done_at: datetime | None


class Accounts:
    """All that hangs on an account, within one transaction."""

    def __init__(self, session: Session, stamp: Stamp, events: Events) -> None:
        self._session = session
        self._stamp = stamp
        self._events = events

    # People

    def count(self) -> int:
        """Return how many accounts there are."""
        return self._session.exec(select(func.count()).select_from(AccountRow)).one()

    def all(self) -> tuple[KeptAccount, ...]:
        """Return every account, by e-mail address."""
        return tuple(_account(row) for row in self._session.exec(select(AccountRow).order_by(AccountRow.email)))

    def get(self, account_id: UUID) -> KeptAccount:
        """Return an account. Raises NotThere."""
        return _account(self._row(account_id))

    def name(self, account_id: UUID | None) -> str:
        """Return the name of an account, empty when it is gone."""
        return name_of(self._session, account_id)

    def by_email(self, email: str) -> KeptAccount | None:
        """Return the account with this address in lower case, if any."""
        row = self._session.exec(select(AccountRow).where(AccountRow.email == email)).first()
        return _account(row) if row else None

    def password_hash(self, account_id: UUID) -> str:
        """Return the hash to check a password against; empty where the account has none."""
        return self._row(account_id).password_hash

    def add(
        self,
        *,
        email: str,
        name: str,
        password_hash: str,
        language: Language,
        post: str = "",
        phone: str = "",
        must_change: bool = False,
        pending_quick: str = "",
    ) -> KeptAccount:
        """Add an account; `email` in lower case. Raises sqlalchemy.exc.IntegrityError when the address is taken."""
        row = AccountRow(
            email=email,
            name=name,
            post=post,
            phone=phone,
            password_hash=password_hash,
            language=language.value,
            created_at=self._stamp.at,
            must_change=must_change,
            pending_quick=pending_quick,
        )
        self._session.add(row)
        self._session.flush()
        self._events.note("account.added", "account", row.id, subject=row.id, after=_shown(row))
        return _account(row)

    def set_contact(self, account_id: UUID, *, name: str, post: str, phone: str) -> None:
        """Correct name, post and telephone."""
        row = self._row(account_id)
        before = _shown(row)
        row.name, row.post, row.phone = name, post, phone
        self._events.note("account.corrected", "account", row.id, subject=row.id, before=before, after=_shown(row))

    def set_password_hash(self, account_id: UUID, password_hash: str, *, must_change: bool = False) -> None:
        """Keep a new password."""
        row = self._row(account_id)
        row.password_hash, row.must_change = password_hash, must_change
        self._events.note("account.password-changed", "account", row.id, subject=row.id)

    def rehash(self, account_id: UUID, password_hash: str) -> None:
        """Keep the same password under newer hashing costs; nothing happened for anybody."""
        self._row(account_id).password_hash = password_hash

    def set_language(self, account_id: UUID, language: Language) -> None:
        """Keep the language the person chose."""
        self._row(account_id).language = language.value

    def set_blocked(self, account_id: UUID, *, blocked: bool) -> None:
        """Block or unblock an account."""
        row = self._row(account_id)
        row.blocked_at = self._stamp.at if blocked else None
        self._events.note("account.blocked" if blocked else "account.unblocked", "account", row.id, subject=row.id)

    def lock(self, account_id: UUID) -> None:
        """Hold an account as it is until the transaction ends. Raises NotThere."""
        if self._session.exec(locked(select(AccountRow).where(AccountRow.id == account_id))).first() is None:
            raise NotThere

    def take_pending_quick(self, account_id: UUID) -> str:
        """Return the quick-check answers that wait for the first enterprise, and forget them."""
        row = self._row(account_id)
        waiting, row.pending_quick = row.pending_quick, ""
        return waiting

    def erase(self, account_id: UUID) -> None:
        """Delete an account and what hangs on it; its events lose their payload, its answers their author."""
        row = self._row(account_id)
        self._events.blank(account_id)
        self._session.delete(row)
        self._session.flush()
        self._events.note("account.erased", "account", account_id)

    # Roles and memberships

    def grants_of(self, account_id: UUID) -> tuple[RoleGrant, ...]:
        """Return the roles outside enterprises."""
        rows = self._session.exec(select(RoleGrantRow).where(RoleGrantRow.account_id == account_id))
        return tuple(sorted(RoleGrant(row.role, row.province_code) for row in rows))

    def grants(self) -> dict[UUID, tuple[RoleGrant, ...]]:
        """Return the roles of everybody who has one."""
        found: dict[UUID, tuple[RoleGrant, ...]] = {}
        for row in self._session.exec(select(RoleGrantRow).order_by(RoleGrantRow.role, RoleGrantRow.province_code)):
            found[row.account_id] = (*found.get(row.account_id, ()), RoleGrant(row.role, row.province_code))
        return found

    def grant(self, account_id: UUID, grant: RoleGrant) -> None:
        """Give a role; giving it twice changes nothing."""
        key = (account_id, grant.role, grant.province)
        if self._session.get(RoleGrantRow, key) is None:
            self._session.add(RoleGrantRow(account_id=account_id, role=grant.role, province_code=grant.province))
            self._events.note("role.granted", "account", account_id, province=grant.province, after=grant)

    def revoke(self, account_id: UUID, grant: RoleGrant) -> None:
        """Take a role away; nothing happens where it was not given."""
        row = self._session.get(RoleGrantRow, (account_id, grant.role, grant.province))
        if row is not None:
            self._session.delete(row)
            self._events.note("role.revoked", "account", account_id, province=grant.province, before=grant)

    def memberships_of(self, account_id: UUID) -> tuple[Membership, ...]:
        """Return the enterprises of a person, in the order in which these were added."""
        query = (
            select(MembershipRow)
            .where(MembershipRow.account_id == account_id)
            .order_by(col(MembershipRow.enterprise_id))
        )
        return tuple(Membership(row.enterprise_id, row.account_id, row.role) for row in self._session.exec(query))

    def members(self, enterprise_id: UUID) -> tuple[Member, ...]:
        """Return the people of an enterprise, by name."""
        query = (
            select(MembershipRow, AccountRow)
            .where(col(MembershipRow.account_id) == col(AccountRow.id), MembershipRow.enterprise_id == enterprise_id)
            .order_by(AccountRow.name)
        )
        return tuple(
            Member(account.id, account.name, account.email, row.role) for row, account in self._session.exec(query)
        )

    def is_last_owner(self, enterprise_id: UUID, account_id: UUID) -> bool:
        """Tell whether an enterprise would have no owner without this person."""
        owners = {person.account_id for person in self.members(enterprise_id) if person.role == "owner"}
        return owners == {account_id}

    def set_member(self, enterprise_id: UUID, account_id: UUID, role: str) -> None:
        """Add a person to an enterprise, or change their role in it."""
        row = self._session.get(MembershipRow, (enterprise_id, account_id))
        before = row.role if row else None
        if row is None:
            row = MembershipRow(enterprise_id=enterprise_id, account_id=account_id, role=role)
        row.role = role
        self._session.add(row)
        self._session.flush()
        after = {"account": account_id, "role": role}
        self._events.note("member.set", "enterprise", enterprise_id, subject=enterprise_id, before=before, after=after)

    def remove_member(self, enterprise_id: UUID, account_id: UUID) -> None:
        """Take a person out of an enterprise. Raises NotThere."""
        row = self._session.get(MembershipRow, (enterprise_id, account_id))
        if row is None:
            raise NotThere
        before = {"account": account_id, "role": row.role}
        self._session.delete(row)
        self._events.note("member.removed", "enterprise", enterprise_id, subject=enterprise_id, before=before)

    # Consents and requests about one's own data

    def add_consent(self, account_id: UUID, record: ConsentRecord) -> None:
        """Keep a consent given or withdrawn."""
        self._session.add(
            ConsentRecordRow(
                account_id=account_id,
                consent=record.consent,
                version=record.version,
                language=record.language.value,
                text=record.text,
                given=record.given,
                at=record.at,
            )
        )
        action = "consent.given" if record.given else "consent.withdrawn"
        self._events.note(action, "account", account_id, subject=account_id, after=record)

    def consents_of(self, account_id: UUID) -> tuple[ConsentRecord, ...]:
        """Return all that was given and withdrawn, oldest first."""
        query = select(ConsentRecordRow).where(ConsentRecordRow.account_id == account_id)
        rows = self._session.exec(query.order_by(col(ConsentRecordRow.at), col(ConsentRecordRow.id)))
        return tuple(
            ConsentRecord(row.consent, row.version, Language(row.language), row.text, row.given, row.at) for row in rows
        )

    def standing_consents(self, account_id: UUID) -> frozenset[str]:
        """Return the ids of the consents that stand: given, and not withdrawn since."""
        last = {record.consent: record.given for record in self.consents_of(account_id)}
        return frozenset(consent for consent, given in last.items() if given)

    def add_request(self, account_id: UUID, kind: str, due_on: date) -> DataRequest:
        """Keep a request of a person about their own data."""
        row = DataRequestRow(account_id=account_id, kind=kind, asked_at=self._stamp.at, due_on=due_on)
        self._session.add(row)
        self._session.flush()
        self._events.note("data-request.added", "account", account_id, subject=account_id, after={"kind": kind})
        return _request(row)

    def finish_request(self, request_id: UUID) -> None:
        """Note that a request is done. Raises NotThere."""
        row = self._session.get(DataRequestRow, request_id)
        if row is None:
            raise NotThere
        row.done_at = self._stamp.at
        self._events.note(
            "data-request.done", "account", row.account_id, subject=row.account_id, after={"kind": row.kind}
        )

    def requests(self, account_id: UUID | None = None, *, open_only: bool = False) -> tuple[DataRequest, ...]:
        """Return requests by due date: of one account or of all."""
        query = select(DataRequestRow).order_by(col(DataRequestRow.due_on), col(DataRequestRow.id))
        if account_id is not None:
            query = query.where(DataRequestRow.account_id == account_id)
        if open_only:
            query = query.where(col(DataRequestRow.done_at).is_(None))
        return tuple(_request(row) for row in self._session.exec(query))

    def _row(self, account_id: UUID) -> AccountRow:
        row = self._session.get(AccountRow, account_id)
        if row is None:
            raise NotThere
        return row


def _account(row: AccountRow) -> KeptAccount:
    return KeptAccount(
        id=row.id,
        email=row.email,
        name=row.name,
        post=row.post,
        phone=row.phone,
        language=Language(row.language),
        created_at=row.created_at,
        blocked_at=row.blocked_at,
        must_change=row.must_change,
        pending_quick=row.pending_quick,
    )


def _shown(row: AccountRow) -> dict[str, str]:
    return {"email": row.email, "name": row.name, "post": row.post, "phone": row.phone}


def _request(row: DataRequestRow) -> DataRequest:
    return DataRequest(row.id, row.account_id, row.kind, row.asked_at, row.due_on, row.done_at)
