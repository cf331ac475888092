"""Signing in by an identity provider (OpenID Connect): from what it says to an ordinary session of ours.

Streamlit speaks with the provider and fills `st.user`. That alone gives no rights: the page takes a ticket for it, and
the ticket begins a session. So files, forms, sign-outs and blocks need to know nothing of providers.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import AccountRefused
from core.language import Language, clean
from core.services import accounts
from core.services.accounts import SignedIn
from core.services.environment import Environment, transaction

DOOR_COOKIE = "do_chuan_door"
"""Names the browser in which a person set out for the provider; a ticket is good for this browser only."""
DOOR_LASTS = timedelta(minutes=10)
"""A person is back from the provider within this time; Streamlit remembers its word for a month, we do not."""
TICKET_LASTS = timedelta(minutes=2)
_PURPOSE = "provider"


@dataclass(frozen=True, slots=True)
class ProviderIdentity:
    """Who the provider says is here; `issued_at`: when it said so."""

    email: str
    is_verified: bool
    issued_at: datetime


def is_fresh(environment: Environment, identity: ProviderIdentity) -> bool:
    """Tell whether the provider has said so just now; otherwise the person is asked to sign in there again."""
    return environment.now() - identity.issued_at < DOOR_LASTS


def make_ticket(environment: Environment, identity: ProviderIdentity, door: str) -> str | None:
    """Return what begins a session in the browser of `door`; it works once, within two minutes.

    None where no account has this address, where it is blocked, and for an address that the provider has not verified.
    """
    is_trusted = environment.settings.oidc_provider and identity.is_verified and is_fresh(environment, identity)
    if not (is_trusted and door):
        return None
    ticket = secrets.token_urlsafe(32)
    with transaction(environment) as repository:
        account = repository.accounts.by_email(clean(identity.email).lower())
        if account is None or account.is_blocked:
            return None
        expires_at = environment.now() + TICKET_LASTS
        repository.sign_ins.add_link(_key(ticket, door), _PURPOSE, expires_at, account_id=account.id)
    return ticket


def sign_in_by_ticket(
    environment: Environment, ticket: str, door: str, *, language: Language | None = None, former_token: str = ""
) -> SignedIn:
    """Sign in; from here on the account is opened by the provider only, until it is given a new password.

    Whoever made an account with somebody else's address, or has guessed its password, is out by that, and a person who
    loses the right to sign in at the provider has no second way in. Raises AccountRefused: link-over, account-blocked.
    """
    with transaction(environment) as repository:
        link = repository.sign_ins.use_link(_key(ticket, door))
        if link is None or link.purpose != _PURPOSE or link.account_id is None:
            raise AccountRefused("link-over")
        account = repository.accounts.get(link.account_id)
        if account.is_blocked:
            raise AccountRefused("account-blocked")
        if repository.accounts.password_hash(account.id):
            repository.accounts.set_password_hash(account.id, "")
            repository.sign_ins.end_all(account.id)
            account = repository.accounts.get(account.id)
        if former_token:
            repository.sign_ins.end(accounts.key_of(former_token))
        return accounts.begin_session(environment, repository, account, language or account.language)


def _key(ticket: str, door: str) -> str:
    return accounts.key_of(f"{ticket}.{door}")
