"""The people of an enterprise: inviting colleagues, what each may do, leaving. An enterprise always keeps an owner."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core.domain.permissions import ENTERPRISE_ROLES, Action, Actor, Concern, Role, may, require
from core.errors import AccountRefused, NotThere
from core.services import accounts
from core.services.environment import Environment, reading, transaction
from core.storage.repository import Repository

INVITATION_LASTS = timedelta(days=14)
_PURPOSE = "invitation"


@dataclass(frozen=True, slots=True)
class Invitation:
    """Where an invitation leads."""

    enterprise_id: UUID
    enterprise_name: str
    role: Role


@dataclass(frozen=True, slots=True)
class WaitingInvitation:
    """An invitation that nobody has used yet; its link cannot be had back from `key`."""

    key: str
    role: Role
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person of an enterprise."""

    account_id: UUID
    name: str
    email: str
    role: Role


@dataclass(frozen=True, slots=True)
class OpenMembers:
    """The people of an enterprise as one of them sees them; invitations are seen by whoever may manage members."""

    enterprise_name: str
    people: tuple[Colleague, ...]
    invitations: tuple[WaitingInvitation, ...]
    may_manage: bool


def open_members(environment: Environment, actor: Actor, enterprise_id: UUID) -> OpenMembers:
    """Return the people of one's enterprise. Raises NotThere."""
    concern = Concern(enterprise_id=enterprise_id)
    require(actor, Action.VIEW_PROFILE, concern)
    if enterprise_id not in actor.memberships:
        raise NotThere
    may_manage = may(actor, Action.MANAGE_MEMBERS, concern)
    with reading(environment) as repository:
        links = repository.sign_ins.open_links(_PURPOSE, enterprise_id) if may_manage else ()
        return OpenMembers(
            enterprise_name=repository.enterprises.get(enterprise_id).profile.name,
            people=tuple(
                Colleague(one.account_id, one.name, one.email, Role(one.role))
                for one in repository.accounts.members(enterprise_id)
            ),
            invitations=tuple(WaitingInvitation(link.key, Role(link.role), link.expires_at) for link in links),
            may_manage=may_manage,
        )


def invite(environment: Environment, actor: Actor, enterprise_id: UUID, role: Role) -> str:
    """Return a link by which a colleague joins; it works once, within two weeks. Raises NotThere, AccountRefused."""
    require(actor, Action.MANAGE_MEMBERS, Concern(enterprise_id=enterprise_id))
    _check_enterprise_role(role)
    token = secrets.token_urlsafe(32)
    with transaction(environment, actor) as repository:
        repository.sign_ins.add_link(
            accounts.key_of(token),
            _PURPOSE,
            environment.now() + INVITATION_LASTS,
            enterprise_id=enterprise_id,
            role=role.value,
        )
    return f"{environment.settings.public_address}/moi/{token}"


def invitation(environment: Environment, token: str) -> Invitation | None:
    """Return where an invitation leads, None when it is used up or over."""
    with reading(environment) as repository:
        link = repository.sign_ins.link(accounts.key_of(token))
        if link is None or link.purpose != _PURPOSE or link.enterprise_id is None:
            return None
        enterprise = repository.enterprises.some([link.enterprise_id]).get(link.enterprise_id)
        return Invitation(enterprise.id, enterprise.profile.name, Role(link.role)) if enterprise else None


def withdraw_invitation(environment: Environment, actor: Actor, enterprise_id: UUID, key: str) -> None:
    """Make an invitation useless; nothing happens when it was used or withdrawn meanwhile. Raises NotThere."""
    require(actor, Action.MANAGE_MEMBERS, Concern(enterprise_id=enterprise_id))
    with transaction(environment, actor) as repository:
        if any(link.key == key for link in repository.sign_ins.open_links(_PURPOSE, enterprise_id)):
            repository.sign_ins.drop_link(key)


def accept_invitation(environment: Environment, session_key: str, token: str) -> None:
    """Join an enterprise by an invitation; a role held already is kept. Raises AccountRefused, NotThere."""
    account = accounts.account_of_session(environment, session_key)
    if invitation(environment, token) is None:
        raise AccountRefused("link-over")
    with transaction(environment, accounts.self_of(account)) as repository:
        link = repository.sign_ins.use_link(accounts.key_of(token))
        if link is None or link.enterprise_id is None:
            raise AccountRefused("link-over")
        held = {membership.enterprise_id for membership in repository.accounts.memberships_of(account.id)}
        if link.enterprise_id not in held:
            repository.accounts.set_member(link.enterprise_id, account.id, link.role)


def set_member_role(environment: Environment, actor: Actor, enterprise_id: UUID, account_id: UUID, role: Role) -> None:
    """Change what a colleague may do; an enterprise always keeps an owner. Raises NotThere, AccountRefused."""
    require(actor, Action.MANAGE_MEMBERS, Concern(enterprise_id=enterprise_id))
    _check_enterprise_role(role)
    with transaction(environment, actor) as repository:
        _check_owner_left(repository, enterprise_id, account_id, leaves=role is not Role.OWNER)
        repository.accounts.set_member(enterprise_id, account_id, role.value)


def remove_member(environment: Environment, actor: Actor, enterprise_id: UUID, account_id: UUID) -> None:
    """Take a colleague, or oneself, out of an enterprise. Raises NotThere, AccountRefused."""
    if account_id != actor.account_id:
        require(actor, Action.MANAGE_MEMBERS, Concern(enterprise_id=enterprise_id))
    with transaction(environment, actor) as repository:
        _check_owner_left(repository, enterprise_id, account_id, leaves=True)
        repository.views.forget(enterprise_id, account_id)
        repository.accounts.remove_member(enterprise_id, account_id)


def _check_enterprise_role(role: Role) -> None:
    if role not in ENTERPRISE_ROLES:
        raise AccountRefused("role-not-valid", role=role.value, province="")


def _check_owner_left(repository: Repository, enterprise_id: UUID, account_id: UUID, *, leaves: bool) -> None:
    repository.enterprises.lock(enterprise_id)
    if all(person.account_id != account_id for person in repository.accounts.members(enterprise_id)):
        raise NotThere
    if leaves and repository.accounts.is_last_owner(enterprise_id, account_id):
        raise AccountRefused("last-owner")
