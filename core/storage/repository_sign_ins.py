"""Sign-ins as they are kept: browsers that are signed in, attempts that count, links that work once.

Tokens are never stored: each row stands under the SHA-256 of its token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, delete, func, update
from sqlmodel import Session, col, select

from core.language import Language
from core.storage.asking import ask, table
from core.storage.merging import hold, locked
from core.storage.repository_accounts import KeptAccount, Membership, RoleGrant
from core.storage.repository_events import Events, Stamp
from core.storage.tables import LoginAttemptRow, LoginSessionRow, OneTimeLinkRow

_signed_in, _account, _member, _role = (
    table(name) for name in ("login_session", "account", "membership", "role_grant")
)
_advised, _accompanied = table("advised_session").alias("advised"), table("advised_session").alias("accompanied")


def _is_on(session: FromClause) -> ColumnElement[bool]:
    return and_(session.c.joined_at.is_not(None), session.c.ended_at.is_(None), session.c.expires_at > bindparam("now"))


_WHO = (
    _signed_in.join(_account, _account.c.id == _signed_in.c.account_id)
    .outerjoin(_member, _member.c.account_id == _account.c.id)
    .outerjoin(_role, _role.c.account_id == _account.c.id)
    .outerjoin(_advised, and_(_advised.c.adviser_id == _account.c.id, _is_on(_advised)))
    .outerjoin(_accompanied, and_(_accompanied.c.enterprise_id == _member.c.enterprise_id, _is_on(_accompanied)))
    .select()
    .where(_signed_in.c.token_sha256 == bindparam("key"))
)


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
class WhoIsHere:
    """Whose browser this is, and what the person is: all that a step of a visitor asks for.

    advised, accompanied: as in `Actor`.
    """

    session: LoginSession
    account: KeptAccount
    memberships: tuple[Membership, ...]
    grants: tuple[RoleGrant, ...]
    advised: Mapping[UUID, str]
    accompanied: Mapping[UUID, UUID]


@dataclass(frozen=True, slots=True)
class OneTimeLink:
    """A link that works once."""

    key: str
    purpose: str
    account_id: UUID | None
    enterprise_id: UUID | None
    role: str
    expires_at: datetime


class SignIns:
    """Sessions, attempts and links, within one transaction."""

    def __init__(self, session: Session, stamp: Stamp, events: Events) -> None:
        self._session = session
        self._stamp = stamp
        self._events = events

    # Sessions

    def begin(self, login: LoginSession) -> None:
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

    def get(self, key: str) -> LoginSession | None:
        """Return the session under this key, expired or not."""
        row = self._session.get(LoginSessionRow, key)
        return _kept(row) if row else None

    def who(self, key: str) -> WhoIsHere | None:
        """Return the person of a session in one reading, whether the session is over or not."""
        rows = ask(self._session, _WHO, {"key": key, "now": self._stamp.at}).mappings().all()
        if not rows:
            return None
        said = rows[0]
        # Several memberships, roles and advised sessions come as each with each.
        member_ids = {row[_member.c.enterprise_id]: row[_member.c.role] for row in rows if row[_member.c.role]}
        grants = {RoleGrant(row[_role.c.role], row[_role.c.province_code]) for row in rows if row[_role.c.role]}
        account_id = said[_account.c.id]
        return WhoIsHere(
            session=LoginSession(
                key=said[_signed_in.c.token_sha256],
                account_id=account_id,
                csrf=said[_signed_in.c.csrf],
                language=Language(said[_signed_in.c.language]),
                created_at=said[_signed_in.c.created_at],
                seen_at=said[_signed_in.c.seen_at],
                expires_at=said[_signed_in.c.expires_at],
            ),
            account=KeptAccount(
                id=account_id,
                email=said[_account.c.email],
                name=said[_account.c.name],
                post=said[_account.c.post],
                phone=said[_account.c.phone],
                language=Language(said[_account.c.language]),
                created_at=said[_account.c.created_at],
                blocked_at=said[_account.c.blocked_at],
                must_change=said[_account.c.must_change],
                pending_quick=said[_account.c.pending_quick],
            ),
            memberships=tuple(Membership(one, account_id, role) for one, role in sorted(member_ids.items())),
            grants=tuple(sorted(grants)),
            advised={
                row[_advised.c.enterprise_id]: row[_advised.c.province_code] for row in rows if row[_advised.c.id]
            },
            accompanied={
                row[_accompanied.c.enterprise_id]: row[_accompanied.c.adviser_id]
                for row in rows
                if row[_accompanied.c.id]
            },
        )

    def touch(self, key: str, expires_at: datetime) -> None:
        """Note that the session is in use, and until when it now lasts."""
        self._session.execute(
            update(LoginSessionRow)
            .where(col(LoginSessionRow.token_sha256) == key)
            .values(seen_at=self._stamp.at, expires_at=expires_at)
        )

    def set_language(self, key: str, language: Language) -> None:
        """Keep the language of a signed-in browser."""
        self._session.execute(
            update(LoginSessionRow).where(col(LoginSessionRow.token_sha256) == key).values(language=language.value)
        )

    def end(self, key: str) -> None:
        """End one session; nothing happens where there is none."""
        row = self._session.get(LoginSessionRow, key)
        if row is not None:
            self._session.delete(row)
            self._events.note("session.ended", "account", row.account_id, subject=row.account_id)

    def end_all(self, account_id: UUID, *, keep: str = "") -> None:
        """End all sessions of an account but the one to keep."""
        condition = (col(LoginSessionRow.account_id) == account_id) & (col(LoginSessionRow.token_sha256) != keep)
        self._session.execute(delete(LoginSessionRow).where(condition))

    def drop_expired(self, attempts_before: datetime) -> None:
        """Forget sessions and links that are over and attempts that no longer count."""
        self._session.execute(delete(LoginSessionRow).where(col(LoginSessionRow.expires_at) < self._stamp.at))
        self._session.execute(delete(OneTimeLinkRow).where(col(OneTimeLinkRow.expires_at) < self._stamp.at))
        self._session.execute(delete(LoginAttemptRow).where(col(LoginAttemptRow.at) < attempts_before))

    # Attempts

    def attempt(self, key: str, since: datetime, limit: int) -> int | None:
        """Count an attempt against a key and return how many are left; None, uncounted, when there was none left."""
        # One after the other, so that many guesses at the same moment cannot slip through together.
        hold(self._session, int(key[:15], 16))
        query = select(func.count()).select_from(LoginAttemptRow)
        made = self._session.exec(query.where(LoginAttemptRow.key == key, col(LoginAttemptRow.at) >= since)).one()
        if made >= limit:
            return None
        self._session.add(LoginAttemptRow(key=key, at=self._stamp.at))
        return limit - made - 1

    def forget_attempts(self, key: str, *, latest_only: bool = False) -> None:
        """Count from zero again, or forget one attempt: the one that succeeded."""
        condition = col(LoginAttemptRow.key) == key
        if latest_only:
            latest = select(LoginAttemptRow.id).where(LoginAttemptRow.key == key)
            condition = col(LoginAttemptRow.id).in_(latest.order_by(col(LoginAttemptRow.at).desc()).limit(1))
        self._session.execute(delete(LoginAttemptRow).where(condition))

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
        return _link(row) if row and self._is_open(row) else None

    def use_link(self, key: str) -> OneTimeLink | None:
        """Return a link and use it up; of two who come at the same time one gets it."""
        row = self._session.exec(locked(select(OneTimeLinkRow).where(OneTimeLinkRow.token_sha256 == key))).first()
        if row is None or not self._is_open(row):
            return None
        row.used_at = self._stamp.at
        return _link(row)

    def open_links(self, purpose: str, enterprise_id: UUID) -> tuple[OneTimeLink, ...]:
        """Return an enterprise's links that can still be used, the oldest first."""
        query = select(OneTimeLinkRow).where(
            OneTimeLinkRow.purpose == purpose, OneTimeLinkRow.enterprise_id == enterprise_id
        )
        rows = self._session.exec(query.order_by(col(OneTimeLinkRow.created_at), col(OneTimeLinkRow.token_sha256)))
        return tuple(_link(row) for row in rows if self._is_open(row))

    def drop_link(self, key: str) -> None:
        """Make one link useless; nothing happens where there is none."""
        row = self._session.get(OneTimeLinkRow, key)
        if row is not None:
            self._session.delete(row)
            subject = row.account_id or row.enterprise_id
            self._events.note(f"link.{row.purpose}-withdrawn", "account", row.account_id or "", subject=subject)

    def drop_links(self, purpose: str, account_id: UUID | None = None) -> None:
        """Make earlier links of a purpose useless."""
        condition = col(OneTimeLinkRow.purpose) == purpose
        if account_id is not None:
            condition = condition & (col(OneTimeLinkRow.account_id) == account_id)
        self._session.execute(delete(OneTimeLinkRow).where(condition))

    def _is_open(self, row: OneTimeLinkRow) -> bool:
        return row.used_at is None and row.expires_at > self._stamp.at


def _kept(row: LoginSessionRow) -> LoginSession:
    return LoginSession(
        key=row.token_sha256,
        account_id=row.account_id,
        csrf=row.csrf,
        language=Language(row.language),
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
    )


def _link(row: OneTimeLinkRow) -> OneTimeLink:
    return OneTimeLink(
        key=row.token_sha256,
        purpose=row.purpose,
        account_id=row.account_id,
        enterprise_id=row.enterprise_id,
        role=row.role,
        expires_at=row.expires_at,
    )
