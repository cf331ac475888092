"""Filling a database with invented organisations, to look around. Running it again adds only what is missing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from core.domain.carrying_out import TaskMark, TaskState
from core.domain.feedback import Feedback
from core.domain.permissions import ENTERPRISE_ROLES, Actor, GrantedRole, Role
from core.language import Language
from core.services import accounts, assessing, exchanging, following, issuing, reporting, reviewing, selecting
from core.services.environment import Environment, reading, transaction
from core.storage.demo import (
    DemoLife,
    DemoPerson,
    DemoRequest,
    demo_firms,
    demo_lives,
    demo_people,
    demo_requests,
)


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
    for life in demo_lives():
        _live(environment, _actor(environment, owners[life.firm]), life)
    for request in demo_requests():
        _ask_support(environment, _actor(environment, owners[request.firm]), request)
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


def _live(environment: Environment, owner: Actor, life: DemoLife) -> None:
    """Take the programme of a firm through its steps to a finished report, where nobody has begun with it."""
    enterprise_id = next(iter(owner.memberships))
    place = environment, owner, enterprise_id
    begun = issuing.life_of(*place)
    if begun is None or begun.newest.steps:
        return
    today = environment.today()
    asked, agreed, issued, started = (
        today - timedelta(days=life.days_ago[step]) for step in ("asked", "agreed", "issued", "started")
    )
    issuing.ask_opinions(*place, asked=life.asked, day=asked)
    issuing.agree(*place, day=agreed, outcome=life.outcome)
    issuing.issue(*place, number=life.number, day=issued)
    issuing.start(*place, day=started)
    under_way = issuing.life_of(*place)
    followed = following.followed(environment, under_way) if under_way else None
    tasks = [one.item.id for one in followed.tasks] if followed else []
    for number, task in enumerate(tasks[: life.done + life.doing]):
        state = TaskState.DONE if number < life.done else TaskState.DOING
        evidence = life.evidence if state is TaskState.DONE else ""
        following.save_mark(*place, task, seen=None, wanted=TaskMark(state, started, evidence))
    for one in life.feedback:
        told = Feedback(one.kind, one.theme, one.text, issued.year, one.cause, one.addressee)
        reporting.tell(*place, told)
    report = reporting.open_report(*place, issued.year)
    if report is not None:
        for path, text in life.entries.items():
            reporting.save_entry(*place, report, path, text, "")
        reporting.finish(*place, issued.year)


def _ask_support(environment: Environment, owner: Actor, request: DemoRequest) -> None:
    """Hand in and ask the Department for support, where nothing was handed in yet."""
    enterprise_id = next(iter(owner.memberships))
    if reviewing.hand_in_of(environment, owner, enterprise_id).submission is not None:
        return
    reviewing.submit(environment, owner, enterprise_id)
    selecting.ask(environment, owner, enterprise_id, request.wishes, agreed=True, language=Language.VI)
