"""Screens without a browser: the real router, the real services, a database of its own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from core.domain.permissions import GrantedRole, Role
from core.domain.profile import EnterpriseKind, Profile, Use
from core.language import Language
from core.services import accounts
from core.services.environment import Environment, transaction
from core.storage.content import load_catalogue
from core.storage.repository_accounts import RoleGrant
from pages import frame
from pages.router import PAGES

ADDRESSES = {entry.file: entry.address for entry in PAGES}
ROUTER = Path(__file__).resolve().parents[2] / "pages" / "router.py"
CHEAP_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
NAME = "Hợp tác xã Chè Suối Cạn"
OTHERS = {
    "adviser": GrantedRole(Role.ADVISER, "19"),
    "official": GrantedRole(Role.OFFICIAL_PROVINCE, "19"),
    "administrator": GrantedRole(Role.ADMINISTRATOR),
}


@pytest.fixture(scope="session", autouse=True)
def packages_with_components():
    """Look through the installed packages once: AppTest does it for every page, and that takes as long as the page."""
    found = cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", found)
        yield


@pytest.fixture
def environment(sqlite_database, now, monkeypatch):
    """The environment that the pages see: real content, an empty database, a clock that stands still."""
    made = Environment(load_catalogue(), sqlite_database, now=lambda: now, hasher=CHEAP_HASHER)
    monkeypatch.setattr(frame, "process_environment", lambda: made)
    return made


@pytest.fixture
def signed_up(environment):
    """Make an account and return the key of its session: `signed_up("Nguyễn Thị Hà")`."""

    def sign_up(name: str = "Nguyễn Thị Hà", email: str = "ha@suoican.example") -> str:
        needed = frozenset(consent.id for consent in environment.catalogue.consents if consent.needed)
        signed_in = accounts.sign_up(
            environment,
            email=email,
            name=name,
            password="mười hai ký tự trở lên",
            language=Language.VI,
            consents=needed,
            address="127.0.0.1",
        )
        return signed_in.session.key

    return sign_up


@pytest.fixture
def sessions(environment, signed_up, prepared):
    """Session keys by who: members of one tea cooperative, other roles, a stranger with an enterprise of their own."""
    return dict(prepared("sessions", lambda: _people_and_their_enterprises(environment, signed_up)))


def _people_and_their_enterprises(environment, signed_up):
    keys = {who: signed_up(who, f"{who}@vidu.example") for who in ("owner", "editor", "viewer", "stranger", *OTHERS)}
    actors = {who: accounts.actor_of_session(environment, key) for who, key in keys.items()}
    profile = Profile(
        NAME,
        EnterpriseKind.COOPERATIVE,
        province="19",
        sector="tea-food",
        address="Xóm 3",
        workers=30,
        uses=frozenset({Use.GROUP2, Use.PREPACKAGES}),
    )
    enterprise = accounts.create_enterprise(environment, actors["owner"], profile)
    accounts.create_enterprise(environment, actors["stranger"], Profile("Công ty Khác"))
    with transaction(environment, actors["owner"]) as repository:
        for who in ("editor", "viewer"):
            repository.accounts.set_member(enterprise.id, actors[who].account_id, who)
        for who, granted in OTHERS.items():
            repository.accounts.grant(actors[who].account_id, RoleGrant(granted.role.value, granted.province))
    return keys


@pytest.fixture
def visit(environment):
    """Open a page as a browser would: `visit("public/glossary.py", language=Language.EN, session=key)`."""

    def open_page(file: str = "", *, language: Language = Language.VI, session: str = "") -> AppTest:
        app = AppTest.from_file(str(ROUTER), default_timeout=20)
        app.user = {"session": session}
        app.query_params["lang"] = language.value
        if not file:
            return app.run()
        # The page is drawn at once, as for a browser that comes to its address; `switch_page` alone would have the home
        # page drawn before. It raises ValueError where the router did not offer the page.
        app._page_hash = calc_hash(ADDRESSES[file])
        return app.run().switch_page(file)

    return open_page
