"""`demo` fills a database with invented organisations, once."""

from __future__ import annotations

import json
from datetime import timedelta

from core.__main__ import OPERATOR
from core.domain.permissions import Role
from core.language import Language
from core.services import accounts, assessing, comparing, issuing, reporting, selecting, two_views
from core.services.environment import reading
from core.storage.demo import demo_firms, demo_lives, demo_people, demo_periods, demo_requests, demo_views


def test_the_demonstration_fills_every_role_and_firm_and_never_twice(run, environment):
    run("migrate")
    first = run("demo")
    assert first.status == 0
    lines = [line.split("\t") for line in first.out.splitlines()]
    assert {line[2] for line in lines} == {role.value for role in Role}
    passwords = [line[1] for line in lines]
    assert len(set(passwords)) == len(passwords)
    for email, password, role, firm in lines:
        if role in ("owner", "viewer"):
            signed_in = accounts.sign_in(
                environment, email=email, password=password, address=email, language=Language.VI
            )
            actor = accounts.actor_of_account(environment, signed_in.account.id)
            [(enterprise_id, held)] = actor.memberships.items()
            assert held.value == role
            opened = assessing.open_assessment(environment, actor, enterprise_id)
            assert len(opened.answers) > 40
            assert opened.profile.name in demo_firms()[firm].decode()
    assert {line.split("\t")[1] for line in run("demo").out.splitlines()} == {"(đã có)"}
    assert len(accounts.list_accounts(environment, OPERATOR)) == len(lines)


def test_a_firm_of_the_demonstration_carries_out_an_issued_programme_and_has_reported(run, environment):
    run("migrate")
    run("demo")
    run("demo")
    [life] = demo_lives()
    owner = next(person for person in demo_people() if person.firm == life.firm and person.role is Role.OWNER)
    with reading(environment) as repository:
        account = repository.accounts.by_email(owner.email)
    actor = accounts.actor_of_account(environment, account.id)
    place = environment, actor, next(iter(actor.memberships))

    held = issuing.life_of(*place).in_force
    assert (held.state.value, held.programme.facts.issued_number) == ("under_way", life.number)
    assert reporting.open_report(*place, held.programme.facts.issued_on.year).is_finished
    assert len(reporting.told(*place).feedback) == len(life.feedback)


def actor_of(environment, email):
    with reading(environment) as repository:
        return accounts.actor_of_account(environment, repository.accounts.by_email(email).id)


def test_a_firm_of_the_demonstration_is_in_its_second_period_and_people_of_one_see_a_topic_apart(run, environment):
    run("migrate")
    run("demo")
    run("demo")
    owners = {person.firm: person.email for person in demo_people() if person.role is Role.OWNER}
    [period] = demo_periods()
    owner = actor_of(environment, owners[period.firm])
    [enterprise_id] = owner.memberships
    begun = assessing.open_assessment(environment, owner, enterprise_id)
    reviewed = environment.today() - timedelta(days=period.days_ago["reviewed"])
    days = comparing.compare_days(environment, owner, enterprise_id, reviewed, environment.today())
    for question, level in period.changes.items():
        assert days.before.standing.answers[question].level != days.after.standing.answers[question].level == level
    assert len(comparing.open_past(environment, owner, enterprise_id).periods) == 2
    assert begun.carried

    firm = demo_views()[0].firm
    views = two_views.open_views(
        environment, actor_of(environment, owners[firm]), next(iter(actor_of(environment, owners[firm]).memberships))
    )
    assert [one.kept.closed_at is not None for one in views.topics] == [one.is_closed for one in demo_views()]
    assert [point.question for point in views.topics[0].differing]
    assert run("check-log").status == 0


def test_firms_of_the_demonstration_ask_their_department_for_support(run, environment):
    run("migrate")
    run("demo")
    run("demo")
    email = next(person.email for person in demo_people() if person.role is Role.OFFICIAL_PROVINCE)
    with reading(environment) as repository:
        official = accounts.actor_of_account(environment, repository.accounts.by_email(email).id)
    [province] = selecting.provinces_of(official)
    ranked = selecting.selection(environment, official, province).ranked
    assert len(ranked) == len(demo_requests())
    assert all(one.candidate.score is not None for one in ranked)


def test_the_invented_people_and_firms_cover_sectors_provinces_and_kinds():
    profiles = [json.loads(file)["profile"] for file in demo_firms().values()]
    assert len(profiles) >= 8
    assert len({profile.get("sector") for profile in profiles}) >= 8
    assert len({profile["province"] for profile in profiles}) >= 5
    assert {profile.get("kind", "company") for profile in profiles} == {
        "company",
        "cooperative",
        "household",
        "public_unit",
    }
    assert all("(hư cấu)" in profile["name"] for profile in profiles)
    assert {person.firm for person in demo_people() if person.role is Role.OWNER} == set(demo_firms())
    assert all(person.email.endswith(".example") for person in demo_people())
