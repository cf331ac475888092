"""Filling a database with invented organisations, to look around. Running it again adds only what is missing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from core.domain.permissions import ENTERPRISE_ROLES, Actor, GrantedRole, Role
from core.services import accounts, assessing, exchanging
from core.services.environment import Environment, reading, transaction
from core.storage.demo import DemoPerson, demo_firms, demo_people


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account to sign in with; `password` is known only when it was made now."""

    person: DemoPerson
    password: str | None


def demonstrate(environment: Environment) -> tuple[DemoAccount, ...]:
    """Add the people and firms of content/demo/ that are not there yet, with random passwords."""
    made = tuple(DemoAccount(person, _add_account(environment, person)) for person in demo_people())
    firms = demo_firms()
    for account in made:
        person = account.person
        if person.role is Role.OWNER:
            _fill_firm(environment, _actor(environment, person.email), firms[person.firm])
    owners = {account.person.firm: account.person.email for account in made if account.person.role is Role.OWNER}
    for account in made:
        if account.person.role in (Role.EDITOR, Role.VIEWER):
            _join(environment, account.person, _actor(environment, owners[account.person.firm]))
    return made


def _add_account(environment: Environment, person: DemoPerson) -> str | None:
    """Make an account and return its password; None when the address has one already."""
    with reading(environment) as repository:
        if repository.accounts.by_email(person.email) is not None:
            return None
    password = secrets.token_urlsafe(12)
    roles = () if person.role in ENTERPRISE_ROLES else (GrantedRole(person.role, person.province),)
    accounts.add_account(
        environment, email=person.email, name=person.name, password=password, roles=roles, must_change=False
    )
    return password


def _actor(environment: Environment, email: str) -> Actor:
    with reading(environment) as repository:
        account = repository.accounts.by_email(email)
    assert account is not None, email
    return accounts.actor_of_account(environment, account.id)


def _fill_firm(environment: Environment, owner: Actor, file: bytes) -> None:
    """Give an owner the enterprise of a file; what was answered since stays untouched."""
    if not owner.memberships:
        accounts.create_enterprise(environment, owner, exchanging.open_file(file).exchange.profile)
        owner = accounts.actor_of_account(environment, owner.account_id)
    enterprise_id = next(iter(owner.memberships))
    if not assessing.open_assessment(environment, owner, enterprise_id).answers:
        preview = exchanging.preview_import(environment, owner, enterprise_id, file)
        exchanging.apply_import(environment, owner, enterprise_id, preview)


def _join(environment: Environment, person: DemoPerson, owner: Actor) -> None:
    with transaction(environment, owner) as repository:
        account = repository.accounts.by_email(person.email)
        enterprise_id = next(iter(owner.memberships))
        if account is not None and not repository.accounts.memberships_of(account.id):
            repository.accounts.set_member(enterprise_id, account.id, person.role.value)
