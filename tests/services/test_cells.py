"""Every cell of the permission table through the services: who may, does; who may not, meets nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from core.domain.assessment import AssessmentState
from core.domain.permissions import Action, Relation, is_allowed
from core.errors import DoChuanError, NotThere, ReviewRefused
from pages.router import PAGES
from tests.deeds import DEEDS, make_world, put_into, standings


def test_every_action_has_a_deed_and_a_page():
    assert set(DEEDS) == set(Action), "a new action needs a row in tests/deeds.py"
    pages = {entry.file for entry in PAGES}
    for action, ways in DEEDS.items():
        assert ways, action
        assert {way.page for way in ways} <= pages, action


@pytest.fixture
def world(sqlite_environment, sqlite_people, prepared):
    return prepared("cells: world", lambda: make_world(sqlite_environment, sqlite_people))


def came_of(way, environment, actor, world):
    """Return what refused a deed, None when nothing did."""
    try:
        way.call(environment, actor, world)
    except DoChuanError as error:
        return error
    return None


@pytest.mark.parametrize("state", AssessmentState)
def test_every_cell(sqlite_environment, sqlite_people, sqlite_states, world, state):
    put_into(sqlite_environment, sqlite_people, state)
    here = f"cells: {state}"
    sqlite_states.keep(here, None)
    walked, wrong = 0, []
    for standing in standings(world):
        for action, ways in DEEDS.items():
            for way in ways:
                asked_in = None if way.is_stateless else state
                allowed = is_allowed(action, standing.role, standing.relation, asked_in)
                opens = allowed or is_allowed(way.asks or action, standing.role, standing.relation, asked_in)
                if opens and standing.side not in way.sides:
                    continue
                cell = (action.value, standing.role.value, standing.relation.value, state.value, way.page)
                with closing(sqlite3.connect(sqlite_environment.database.url.database)) as watching:
                    [before] = watching.execute("PRAGMA data_version").fetchone()
                    error = came_of(way, sqlite_environment, standing.actor, world)
                    has_changed = watching.execute("PRAGMA data_version").fetchone() != (before,)
                if allowed and isinstance(error, NotThere):
                    wrong.append((*cell, "refused"))
                if not allowed and not is_refusal(action, standing.relation, error):
                    wrong.append((*cell, repr(error)))
                if not allowed and has_changed:
                    wrong.append((*cell, "changed"))
                if has_changed:
                    sqlite_states.bring(here)
                walked += 1
    assert wrong == []
    assert walked > len(Action) * len(standings(world)) * 0.9


def is_refusal(action: Action, relation: Relation, error: DoChuanError | None) -> bool:
    """A co-author sees the submission that they may not finish: they are told why."""
    if action is Action.FINISH_REVIEW and relation is Relation.CO_AUTHOR and isinstance(error, ReviewRefused):
        return error.code == "finish-by-co-author"
    return isinstance(error, NotThere)
