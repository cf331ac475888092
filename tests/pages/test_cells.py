"""Every cell of the permission table through the pages: who may, is offered the control; who may not, meets nothing.

One drawing of a page answers for all actions on it. What is wrong is collected, so that one run tells all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from uuid import UUID

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Element
from streamlit.util import calc_hash

from core.domain.assessment import AssessmentState
from core.domain.permissions import Action, Relation, is_allowed
from core.language import Language
from core.services import accounts
from core.services.environment import Environment, transaction
from core.storage.repository_accounts import RoleGrant
from pages import frame
from pages.router import PAGES
from tests.conftest import PASSWORD
from tests.deeds import DEEDS, ON_THE_COMMAND_LINE, Standing, Way, World, make_world, put_into, standings
from tests.pages.conftest import ROUTER

ADDRESSES = {entry.file: entry.address for entry in PAGES}
REVIEW = "adviser/review.py"
STATES = list(AssessmentState)
INVENTED = "01a20eca-0000-7000-8000-000000000000"
FIRM = "Suối Cạn"
"""What the name of the enterprise is known by."""
_SAID = re.compile(r'^\s*(?:body|label|title|text|value|icon|page): "(.*)"$', re.MULTILINE)
_WAY_BACK = re.compile(r'next=[^"\\&]*|\\"place\\": \\"/[^"\\]*')


@dataclass(frozen=True)
class Screen:
    """A page with what its address says, and what has to be done before it is opened."""

    page: str
    address: tuple[tuple[str, str], ...] = ()
    first: Callable[[Environment, World], object] | None = None


def screens() -> Mapping[Screen, list[tuple[Action, Way]]]:
    found: dict[Screen, list[tuple[Action, Way]]] = {}
    for action, ways in DEEDS.items():
        for way in ways:
            found.setdefault(Screen(way.page, tuple(way.address.items()), way.first), []).append((action, way))
    return found


SCREENS = screens()
NOTHING = Screen(REVIEW, (("id", INVENTED),))
"""A page about what does not exist."""


@dataclass(frozen=True)
class Drawn:
    """A page as a person sees it."""

    nodes: tuple[Element | Block, ...]
    faults: tuple[str, ...]

    @cached_property
    def whole(self) -> str:
        """All that was sent, except for the address of the page itself, which names what was asked for."""
        return _WAY_BACK.sub("", "\n".join(f"{node.type}\n{node.proto}" for node in self.nodes))

    @cached_property
    def said(self) -> list[str]:
        """What is to be read on it."""
        return _SAID.findall(self.whole)

    @cached_property
    def shown(self) -> Mapping[str, bool]:
        """Key → whether it can be used."""
        return {node.key: not is_disabled(node) for node in self.nodes if getattr(node, "key", None)}

    def offers(self, control: str, *, reads: bool) -> bool:
        if control.startswith("/"):
            return control in self.whole
        return control in self.shown if reads else self.shown.get(control, False)


def is_disabled(node: Element | Block) -> bool:
    """Tell whether a control cannot be used; our own boxes say it in their data."""
    own = getattr(node.proto, "json", "") if node.type == "bidi_component" else ""
    return bool(json.loads(own).get("disabled") if own else getattr(node.proto, "disabled", False))


@dataclass(frozen=True)
class Visitor:
    """Draws pages for one person: with the ids of what is there, or with invented ones."""

    world: World
    session: str

    def see(self, screen: Screen, *, is_invented: bool = False) -> Drawn:
        names = {one.name: INVENTED if is_invented else getattr(self.world, one.name) for one in fields(self.world)}
        app = AppTest.from_file(str(ROUTER), default_timeout=60)
        app.user = {"session": self.session}
        # As `switch_page` finds it after a first run; a page that is closed to the person it does not find at all.
        app._page_hash = calc_hash(ADDRESSES[screen.page])
        for name, value in {"lang": "vi", **dict(screen.address)}.items():
            app.query_params[name] = value.format(**names)
        app.session_state["chosen_enterprise"] = UUID(str(names["enterprise_id"]))
        for _, way in SCREENS.get(screen, ()):
            if way.opened:
                app.session_state[way.opened.format(**names)] = True
        app.run()
        return Drawn(
            tuple(one for one in app._tree if getattr(one, "proto", None) is not None),
            tuple(one.message for one in app.exception),
        )


@pytest.fixture
def environment(sqlite_environment, monkeypatch):
    monkeypatch.setattr(frame, "process_environment", lambda: sqlite_environment)
    return sqlite_environment


@pytest.fixture
def world(environment, sqlite_people, prepared):
    return prepared("cells: world", lambda: make_world(environment, sqlite_people))


@pytest.fixture
def sessions(environment, world, prepared):
    """Account → key of its session."""

    def sign_in():
        people = {one.actor.account_id: one.actor for one in standings(world)}
        return {
            one: accounts.sign_in(environment, email=actor.email, password=PASSWORD, address=actor.email).session.key
            for one, actor in people.items()
        }

    return prepared("cells: sessions", sign_in)


def stand(environment: Environment, standing: Standing, session: str) -> None:
    """Give a person the roles of a standing, and nothing else."""
    actor = standing.actor
    with transaction(environment) as repository:
        wanted = {RoleGrant(granted.role.value, granted.province) for granted in actor.roles}
        for held in {*repository.accounts.grants_of(actor.account_id)} - wanted:
            repository.accounts.revoke(actor.account_id, held)
        for granted in wanted:
            repository.accounts.grant(actor.account_id, granted)
        for enterprise_id, role in actor.memberships.items():
            repository.accounts.set_member(enterprise_id, actor.account_id, role.value)
    found = accounts.actor_of_session(environment, session)
    assert found is not None
    assert (found.roles, found.memberships, found.advised) == (actor.roles, actor.memberships, actor.advised)


def opens(action: Action, way: Way, standing: Standing, state: AssessmentState) -> bool:
    asked_in = None if way.is_stateless else state
    asked = (action, way.asks or action)
    return any(is_allowed(one, standing.role, standing.relation, asked_in) for one in asked)


def depends_on_state(ways: list[tuple[Action, Way]], standing: Standing) -> bool:
    """Tell whether what a screen offers to somebody for whom it is made may differ from state to state."""
    ours = [(action, way) for action, way in ways if standing.side in way.sides]
    is_stateless = all(way.is_stateless for _, way in ours)
    return not is_stateless and any(opens(action, way, standing, state) for action, way in ours for state in STATES)


def is_in_turn(place: int, state: AssessmentState) -> bool:
    """What does not depend on the state is looked at in one state, each time another."""
    return place % len(STATES) == STATES.index(state)


def test_a_guest_is_asked_to_sign_in_whatever_there_is(environment, world):
    guest = Visitor(world, "")
    nothing = guest.see(NOTHING)
    assert not nothing.faults
    assert environment.catalogue.word("frame.sign-in-needed.title")[Language.VI] in nothing.said
    assert [screen for screen in SCREENS if guest.see(screen).said != nothing.said] == []


@pytest.mark.parametrize("state", STATES)
def test_every_cell(environment, sqlite_people, sqlite_states, world, sessions, state):
    put_into(environment, sqlite_people, state)
    here = f"cells: pages: {state}"
    sqlite_states.keep(here, None)
    wrong = []
    for place, standing in enumerate(standings(world)):
        visitor = Visitor(world, sessions[standing.actor.account_id])
        stand(environment, standing, visitor.session)
        nothing = visitor.see(NOTHING)
        for number, (screen, ways) in enumerate(SCREENS.items()):
            if not depends_on_state(ways, standing) and not is_in_turn(place + number, state):
                continue
            if state is AssessmentState.WITHDRAWN and standing.relation is Relation.OWN:
                # The firm goes on with the draft that withdrawing begins; only an address leads to what it withdrew.
                continue
            if screen.first:
                screen.first(environment, world)
            drawn = visitor.see(screen)
            cell = (standing.role.value, standing.relation.value, state.value, screen.page, dict(screen.address))
            wrong += [(*cell, *one) for one in faults_of(visitor, screen, drawn, nothing, standing, state)]
            if screen.first:
                sqlite_states.bring(here)
                stand(environment, standing, visitor.session)
    assert not wrong, "\n".join(str(one) for one in wrong)


def faults_of(
    visitor: Visitor, screen: Screen, drawn: Drawn, nothing: Drawn, standing: Standing, state: AssessmentState
) -> Iterator[tuple[str, ...]]:
    yield from (("fault", one) for one in drawn.faults)
    ways = SCREENS[screen]
    is_open = {action: opens(action, way, standing, state) for action, way in ways}
    is_own_page = standing.relation is Relation.OWN and screen.page.startswith("enterprise/")
    if not any(is_open.values()) and not is_own_page:
        yield from differences(drawn, nothing, lambda: visitor.see(screen, is_invented=True))
        if standing.relation is Relation.OTHER and FIRM in drawn.whole:
            yield ("names the enterprise",)
    for action, way in ways:
        control = way.control.format(**vars(visitor.world))
        # Somebody of elsewhere may see the page for what is theirs: then it has the controls for that.
        is_theirs = standing.relation is Relation.OTHER and control == way.control and not is_open[action]
        if control == ON_THE_COMMAND_LINE or is_theirs:
            continue
        is_offered = drawn.offers(control, reads=way.reads)
        if is_offered and not is_open[action]:
            yield action.value, "offered", control
        if not is_offered and is_open[action] and standing.side in way.sides:
            yield action.value, "missing", control


def differences(drawn: Drawn, nothing: Drawn, invented: Callable[[], Drawn]) -> Iterator[tuple[str, ...]]:
    """The page says what it says where there is nothing, or is the same whatever the address names."""
    if drawn.said != nothing.said and drawn.whole != invented().whole:
        yield "differs", "; ".join(drawn.said)
