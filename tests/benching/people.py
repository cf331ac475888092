"""Signed-in people with an enterprise each, made straight in the database of a server."""

from __future__ import annotations

from argon2 import PasswordHasher

from core.domain.profile import EnterpriseKind, Profile, Use
from core.language import Language
from core.services import accounts
from core.services.environment import Environment
from core.storage.content import load_catalogue
from core.storage.database import Database
from core.web.visitor import SESSION_COOKIE


def signed_in(database_url: str, count: int) -> list[str]:
    """Return the cookies of so many people, each the owner of an invented tea cooperative that is asked everything."""
    environment = Environment(
        load_catalogue(), Database(database_url), hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )
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
