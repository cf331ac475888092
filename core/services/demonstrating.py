"""Filling a database with invented organisations, to look around. Running it again adds only what is missing."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from core.domain.assessment import Answer, Choice
from core.domain.carrying_out import TaskMark, TaskState
from core.domain.feedback import Feedback
from core.domain.permissions import ENTERPRISE_ROLES, Actor, GrantedRole, Role
from core.language import Language
from core.services import (
    accounts,
    assessing,
    exchanging,
    following,
    issuing,
    reporting,
    reviewing,
    selecting,
    two_views,
)
from core.services.environment import Environment, reading, transaction
from core.storage.demo import (
    DemoLife,
    DemoPeriod,
    DemoPerson,
    DemoRequest,
    DemoViews,
    demo_firms,
    demo_lives,
    demo_people,
    demo_periods,
    demo_requests,
    demo_views,
)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account to sign in with; `password` is known only when it was made now."""

    person: DemoPerson
    password: str | None


def demonstrate(environment: Environment) -> tuple[DemoAccount, ...]:
    """Add the people and firms of content/demo/ that are not there yet, with random passwords."""
    made = tuple(DemoAccount(person, _add_account(environment, person)) for person in demo_people())
    firms, periods = demo_firms(), {one.firm: one for one in demo_periods()}
    for account in made:
        person = account.person
        if person.role is Role.OWNER:
            period = periods.get(person.firm)
            if period:
                _fill_firm(_ago(environment, period, "answered"), _actor(environment, person.email), firms[person.firm])
                _begin_next(environment, _actor(environment, person.email), period)
            else:
                _fill_firm(environment, _actor(environment, person.email), firms[person.firm])
    owners = {account.person.firm: account.person.email for account in made if account.person.role is Role.OWNER}
    for account in made:
        if account.person.role in (Role.EDITOR, Role.VIEWER):
            _join(environment, account.person, _actor(environment, owners[account.person.firm]))
    for life in demo_lives():
        _live(environment, _actor(environment, owners[life.firm]), life)
    for views in demo_views():
        _give_views(environment, _actor(environment, owners[views.firm]), views)
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


def _ago(environment: Environment, period: DemoPeriod, what: str) -> Environment:
    """Return the environment as it was on a day of a period."""
    moment = environment.now() - timedelta(days=period.days_ago[what])
    return replace(environment, now=lambda: moment)


def _begin_next(environment: Environment, owner: Actor, period: DemoPeriod) -> None:
    """Let a firm's first period be handed in and reviewed, and its next one begin, where nothing was handed in yet."""
    enterprise_id = next(iter(owner.memberships))
    with reading(environment) as repository:
        if repository.reviews.of_enterprise(enterprise_id):
            return
    _answer(_ago(environment, period, "answered"), owner, enterprise_id, period.added)
    receipt = reviewing.submit(_ago(environment, period, "handed_in"), owner, enterprise_id)
    adviser, then = _actor(environment, period.adviser), _ago(environment, period, "reviewed")
    opened = reviewing.open_review(then, adviser, receipt.submission_id)
    reviewing.accept_together(then, adviser, opened, opened.progress.unsettled)
    reviewing.finish(then, adviser, opened.id, period.words, on_round=opened.submission.round)
    assessing.begin_next(_ago(environment, period, "next"), owner, enterprise_id)
    _answer(_ago(environment, period, "changed"), owner, enterprise_id, period.changes)


def _answer(environment: Environment, owner: Actor, enterprise_id: UUID, levels: Mapping[str, int]) -> None:
    opened = assessing.open_assessment(environment, owner, enterprise_id)
    for question, level in levels.items():
        seen = opened.answer(question)
        wanted = replace(seen, choice=Choice(str(level)))
        assessing.save_answer(environment, owner, opened.id, question, seen=seen, wanted=wanted)


def _give_views(environment: Environment, owner: Actor, views: DemoViews) -> None:
    """Let people of a firm answer a topic apart, where nobody was asked for it yet."""
    enterprise_id = next(iter(owner.memberships))
    if two_views.open_views(environment, owner, enterprise_id).of_topic(views.topic) is not None:
        return
    people = {email: _actor(environment, email) for email in views.said}
    asked = [one.account_id for one in people.values()]
    two_views.give_topic(environment, owner, enterprise_id, views.topic, asked)
    found = two_views.open_views(environment, owner, enterprise_id).of_topic(views.topic)
    assert found is not None
    for email, levels in views.said.items():
        for question, level in levels.items():
            wanted = Answer(Choice(str(level)))
            two_views.save_view(environment, people[email], found.kept.id, question, seen=Answer(), wanted=wanted)
    if views.is_closed:
        two_views.close(environment, owner, found.kept.id)


def _ask_support(environment: Environment, owner: Actor, request: DemoRequest) -> None:
    """Hand in and ask the Department for support, where nothing was handed in yet."""
    enterprise_id = next(iter(owner.memberships))
    if reviewing.hand_in_of(environment, owner, enterprise_id).submission is not None:
        return
    reviewing.submit(environment, owner, enterprise_id)
    selecting.ask(environment, owner, enterprise_id, request.wishes, agreed=True, language=Language.VI)
