"""Accounts as they are kept: who can sign in, as what, where they belong, what they agreed to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from core.errors import NotThere
from core.language import Language
from core.storage.merging import locked
from core.storage.repository_events import Events, Stamp
from core.storage.tables import (
    AccountRow,
    ConsentRecordRow,
    DataRequestRow,
    LoginAttemptRow,
    LoginSessionRow,
    MembershipRow,
    OneTimeLinkRow,
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
class LoginSession:
    """A signed-in browser; `key` is the SHA-256 of the token in its cookie."""

    key: str
    account_id: UUID
    csrf: str
    language: Language
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


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
class OneTimeLink:
    """A link that works once."""

    key: str
    purpose: str
    account_id: UUID | None
    enterprise_id: UUID | None
    role: str
    expires_at: datetime
    used_at: datetime | None


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
        """Block or unblock; blocking also ends every session of the account."""
        row = self._row(account_id)
        row.blocked_at = self._stamp.at if blocked else None
        if blocked:
            self.end_sessions(account_id)
        self._events.note("account.blocked" if blocked else "account.unblocked", "account", row.id, subject=row.id)

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

    # Sessions

    def add_session(self, login: LoginSession) -> None:
        """Keep a signed-in browser."""
        self._session.add(
            LoginSessionRow(
                token_sha256=login.key,
                account_id=login.account_id,
                csrf=login.csrf,
                language=login.language.value,
                created_at=login.created_at,
                seen_at=login.seen_at,
                expires_at=login.expires_at,
            )
        )
        self._events.note("session.begun", "account", login.account_id, subject=login.account_id)

    def session(self, key: str) -> LoginSession | None:
        """Return the session under this key, expired or not."""
        row = self._session.get(LoginSessionRow, key)
        return _login(row) if row else None

    def touch_session(self, key: str, expires_at: datetime) -> None:
        """Note that the session is in use, and until when it now lasts."""
        self._session.execute(
            update(LoginSessionRow)
            .where(col(LoginSessionRow.token_sha256) == key)
            .values(seen_at=self._stamp.at, expires_at=expires_at)
        )

    def set_session_language(self, key: str, language: Language) -> None:
        """Keep the language of a signed-in browser."""
        self._session.execute(
            update(LoginSessionRow).where(col(LoginSessionRow.token_sha256) == key).values(language=language.value)
        )

    def end_session(self, key: str) -> None:
        """End one session; nothing happens where there is none."""
        row = self._session.get(LoginSessionRow, key)
        if row is not None:
            self._session.delete(row)
            self._events.note("session.ended", "account", row.account_id, subject=row.account_id)

    def end_sessions(self, account_id: UUID, *, keep: str = "") -> None:
        """End all sessions of an account but the one to keep."""
        condition = (col(LoginSessionRow.account_id) == account_id) & (col(LoginSessionRow.token_sha256) != keep)
        self._session.execute(delete(LoginSessionRow).where(condition))

    def drop_expired(self, attempts_before: datetime) -> None:
        """Forget sessions and links that are over and attempts that no longer count."""
        self._session.execute(delete(LoginSessionRow).where(col(LoginSessionRow.expires_at) < self._stamp.at))
        self._session.execute(delete(OneTimeLinkRow).where(col(OneTimeLinkRow.expires_at) < self._stamp.at))
        self._session.execute(delete(LoginAttemptRow).where(col(LoginAttemptRow.at) < attempts_before))

    # Attempts

    def count_attempts(self, key: str, since: datetime) -> int:
        """Return how many failed attempts count against a key."""
        query = select(func.count()).select_from(LoginAttemptRow)
        return self._session.exec(query.where(LoginAttemptRow.key == key, col(LoginAttemptRow.at) >= since)).one()

    def add_attempt(self, key: str) -> None:
        """Count an attempt against a key."""
        self._session.add(LoginAttemptRow(key=key, at=self._stamp.at))

    def forget_attempts(self, key: str, *, latest_only: bool = False) -> None:
        """Count from zero again, or forget one attempt: the one that succeeded."""
        condition = col(LoginAttemptRow.key) == key
        if latest_only:
            latest = select(LoginAttemptRow.id).where(LoginAttemptRow.key == key)
            condition = col(LoginAttemptRow.id).in_(latest.order_by(col(LoginAttemptRow.at).desc()).limit(1))
        self._session.execute(delete(LoginAttemptRow).where(condition))

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

    # Links that work once

    def add_link(
        self,
        key: str,
        purpose: str,
        expires_at: datetime,
        *,
        account_id: UUID | None = None,
        enterprise_id: UUID | None = None,
        role: str = "",
    ) -> None:
        """Keep a link by the SHA-256 of its token."""
        self._session.add(
            OneTimeLinkRow(
                token_sha256=key,
                purpose=purpose,
                account_id=account_id,
                enterprise_id=enterprise_id,
                role=role,
                created_at=self._stamp.at,
                expires_at=expires_at,
            )
        )
        self._events.note(f"link.{purpose}", "account", account_id or "", subject=account_id or enterprise_id)

    def link(self, key: str) -> OneTimeLink | None:
        """Return a link that can still be used, or None."""
        row = self._session.get(OneTimeLinkRow, key)
        return _link(row) if row and row.used_at is None and row.expires_at > self._stamp.at else None

    def use_link(self, key: str) -> OneTimeLink | None:
        """Return a link and use it up; of two who come at the same time one gets it."""
        row = self._session.exec(locked(select(OneTimeLinkRow).where(OneTimeLinkRow.token_sha256 == key))).first()
        if row is None or row.used_at is not None or row.expires_at <= self._stamp.at:
            return None
        row.used_at = self._stamp.at
        return replace(_link(row), used_at=None)

    def drop_links(self, purpose: str, account_id: UUID | None = None) -> None:
        """Make earlier links of a purpose useless."""
        condition = col(OneTimeLinkRow.purpose) == purpose
        if account_id is not None:
            condition = condition & (col(OneTimeLinkRow.account_id) == account_id)
        self._session.execute(delete(OneTimeLinkRow).where(condition))

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


def _login(row: LoginSessionRow) -> LoginSession:
    return LoginSession(
        key=row.token_sha256,
        account_id=row.account_id,
        csrf=row.csrf,
        language=Language(row.language),
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
    )


def _request(row: DataRequestRow) -> DataRequest:
    return DataRequest(row.id, row.account_id, row.kind, row.asked_at, row.due_on, row.done_at)


def _link(row: OneTimeLinkRow) -> OneTimeLink:
    return OneTimeLink(
        key=row.token_sha256,
        purpose=row.purpose,
        account_id=row.account_id,
        enterprise_id=row.enterprise_id,
        role=row.role,
        expires_at=row.expires_at,
        used_at=row.used_at,
    )
