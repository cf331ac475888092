"""What every deed needs around it: the catalogue, the database, the settings and the clock.

The environment is made once per process and handed in; a test makes its own with a clock that stands still.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from functools import cache, cached_property
from typing import Any

from argon2 import PasswordHasher

from core.domain.catalogue import Catalogue
from core.domain.permissions import Actor
from core.errors import BadInput
from core.language import VIETNAM
from core.storage.content import load_catalogue
from core.storage.database import Database
from core.storage.figures import Keeper
from core.storage.repository import Repository
from core.storage.repository_events import Stamp

_ADDRESSES = ("DATABASE_URL", "DATABASE_URL_READ")
_TRUTHS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation is run; by DATABASE_URL, DATABASE_URL_READ, and DO_CHUAN_ with the name in capitals.

    database_url_read: where the officials' figures are read, a replica for instance; the database itself without.
    operator_name, data_contact: named in the privacy notice. draft_days: days after which an untouched draft is
    deleted; submitted_months: months a submitted file is kept.
    secure_cookies: send cookies over TLS only, even where the server itself is reached without.
    attempts_per_address: failed sign-ins from one address within 15 minutes; raise it for a class behind one router.
    public_address: beginning of links that are handed on, such as https://dochuan.example.
    oidc_provider: name of the [auth.…] section of Streamlit's secrets, empty without an identity provider.
    oidc_title: how the button names the provider; its section's name without.
    smtp_*: the mail server for notices, none without a host; smtp_from is the sender's address.
    """

    database_url: str = "sqlite:///var/do-chuan.sqlite"
    database_url_read: str = ""
    operator_name: str = ""
    data_contact: str = ""
    draft_days: int = 90
    submitted_months: int = 24
    secure_cookies: bool = False
    attempts_per_address: int = 5
    public_address: str = "http://127.0.0.1:8501"
    oidc_provider: str = ""
    oidc_title: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_from: str = ""
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_tls: bool = True

    @property
    def provider_title(self) -> str:
        """How people know the identity provider; empty without one."""
        return self.oidc_provider and (self.oidc_title or self.oidc_provider)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings from environment variables. Raises BadInput naming the variable that cannot be read."""
        given: dict[str, Any] = {}
        for name in _ADDRESSES:
            if environ.get(name):
                given[name.lower()] = environ[name]
        for setting in fields(cls):
            name = f"DO_CHUAN_{setting.name.upper()}"
            value = environ.get(name, "").strip()
            if value and setting.name.upper() not in _ADDRESSES:
                given[setting.name] = _read(name, value, type(setting.default))
        if "public_address" in given:
            given["public_address"] = given["public_address"].rstrip("/")
        return cls(**given)


def _read(name: str, value: str, kind: type) -> object:
    if kind is bool:
        if value not in _TRUTHS:
            raise BadInput("setting-not-a-truth", setting=name, seen=value, expected=", ".join(_TRUTHS))
        return _TRUTHS[value]
    if kind is int:
        if not (value.isascii() and value.isdigit() and int(value)):
            raise BadInput("setting-not-a-number", setting=name, seen=value)
        return int(value)
    return value


def clock() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Environment:
    """What every deed needs around it. `now` is the clock; `hasher` decides what a password costs."""

    catalogue: Catalogue
    database: Database
    settings: Settings = field(default_factory=Settings)
    now: Callable[[], datetime] = clock
    hasher: PasswordHasher = field(default_factory=PasswordHasher)

    def today(self) -> date:
        """Return today's date in Vietnam."""
        return self.now().astimezone(VIETNAM).date()

    def edition(self, edition: str) -> Catalogue:
        """Return the catalogue of an edition: a later one changes no old score and no old draft."""
        return self.catalogue if edition == self.catalogue.edition else load_catalogue(edition)

    @cached_property
    def read_database(self) -> Database:
        """The database that the officials' figures are read from."""
        return Database(self.settings.database_url_read) if self.settings.database_url_read else self.database

    @cached_property
    def figures(self) -> Keeper:
        """The officials' figures of this process."""
        return Keeper()

    @cached_property
    def nobodys_hash(self) -> str:
        """A hash that no password fits; checked for unknown accounts so that they take as long as known ones."""
        return self.hasher.hash(os.urandom(32))


@contextmanager
def transaction(environment: Environment, actor: Actor | None = None) -> Iterator[Repository]:
    """Open a transaction in the actor's name; kept when the block ends well, undone when it raises."""
    with environment.database.writing() as session:
        yield Repository(session, Stamp(actor.account_id if actor else None, environment.now()))


@contextmanager
def reading(environment: Environment) -> Iterator[Repository]:
    """Open a transaction that only reads."""
    with environment.database.reading() as session:
        yield Repository(session, Stamp(None, environment.now()))


@cache
def shared_environment() -> Environment:
    """Return the environment of this process: one engine, one catalogue for the server, the pages, the commands."""
    settings = Settings.from_environment()
    return Environment(catalogue=load_catalogue(), database=Database(settings.database_url), settings=settings)
