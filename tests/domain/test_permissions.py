"""Every cell of the permission table, as tests/cases/permissions/table.txt has it; who stands in which relation."""

from dataclasses import replace
from itertools import product
from pathlib import Path
from uuid import UUID

import pytest

from core.domain.assessment import AssessmentState
from core.domain.permissions import (
    ENTERPRISE_ROLES,
    Action,
    Actor,
    Concern,
    GrantedRole,
    Relation,
    Role,
    is_allowed,
    may,
    relation,
    require,
)
from core.errors import NotThere

LETTERS = {
    "d": AssessmentState.DRAFT,
    "s": AssessmentState.SUBMITTED,
    "i": AssessmentState.IN_REVIEW,
    "c": AssessmentState.CHANGES_REQUESTED,
    "r": AssessmentState.REVIEWED,
    "w": AssessmentState.WITHDRAWN,
    "+": None,
}


def expected_table():
    """(action, role, relation) → states, from the table in words."""
    path = Path(__file__).parent.parent / "cases" / "permissions" / "table.txt"
    rows = [
        line.split()
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    columns = [column.split(":") for column in rows[0]]
    return {
        (Action(name), Role(role), Relation(how)): {LETTERS[letter] for letter in cell if letter != "-"}
        for name, *cells in rows[1:]
        for (role, how), cell in zip(columns, cells, strict=True)
    }


EXPECTED = expected_table()


def test_the_table_in_words_names_every_action_and_every_role():
    assert {action for action, _, _ in EXPECTED} == set(Action)
    assert {role for _, role, _ in EXPECTED} == set(Role)


@pytest.mark.parametrize("action", Action)
def test_every_cell(action):
    for role, how, state in product(Role, Relation, [None, *AssessmentState]):
        cell = (action, role, how)
        assert is_allowed(*cell, state) == (state in EXPECTED.get(cell, ())), (*cell, state)


FIRM, OTHER_FIRM = UUID(int=1), UUID(int=2)
IN_REVIEW = AssessmentState.IN_REVIEW


def actor(*roles, **memberships):
    return Actor(
        UUID(int=9), "Trần Thử", "thu@example.vn", {FIRM: Role(memberships["firm"])} if memberships else {}, roles
    )


@pytest.mark.parametrize(
    "granted, concern, expected",
    [
        (GrantedRole(Role.ADVISER, "19"), Concern(OTHER_FIRM, "19"), Relation.ASSIGNED),
        (GrantedRole(Role.ADVISER, "19"), Concern(OTHER_FIRM, "25"), Relation.OTHER),
        (GrantedRole(Role.ADVISER, ""), Concern(OTHER_FIRM, ""), Relation.OTHER),
        (GrantedRole(Role.ADVISER, "19"), Concern(FIRM, "19"), Relation.OWN),
        (GrantedRole(Role.OFFICIAL_PROVINCE, "19"), Concern(province="19"), Relation.ASSIGNED),
        (GrantedRole(Role.OFFICIAL_PROVINCE, "19"), Concern(province=""), Relation.OTHER),
        (GrantedRole(Role.OFFICIAL_NATION), Concern(province="19"), Relation.ASSIGNED),
        (GrantedRole(Role.OFFICIAL_NATION), Concern(), Relation.ASSIGNED),
        (GrantedRole(Role.ADMINISTRATOR), Concern(OTHER_FIRM, "19"), Relation.OTHER),
        (GrantedRole(Role.ADMINISTRATOR), Concern(), Relation.OTHER),
    ],
)
def test_relation(granted, concern, expected):
    assert relation(actor(granted, firm="viewer"), granted, concern) is expected


@pytest.mark.parametrize(
    ("granted", "concern", "expected"),
    [
        (GrantedRole(Role.ADVISER, "19"), Concern(OTHER_FIRM), Relation.ADVISED),
        (GrantedRole(Role.LEAD_ADVISER, "19"), Concern(OTHER_FIRM, "19", IN_REVIEW), Relation.ADVISED),
        (GrantedRole(Role.ADVISER, "25"), Concern(OTHER_FIRM, "25"), Relation.ASSIGNED),
        (GrantedRole(Role.OFFICIAL_PROVINCE, "19"), Concern(OTHER_FIRM, "19"), Relation.ASSIGNED),
        (GrantedRole(Role.ADMINISTRATOR), Concern(OTHER_FIRM, "19"), Relation.OTHER),
        (GrantedRole(Role.ADVISER, "19"), Concern(UUID(int=3), ""), Relation.OTHER),
    ],
)
def test_a_session_makes_a_reviewer_of_its_province_an_adviser_of_the_draft(granted, concern, expected):
    in_session = replace(actor(granted), advised={OTHER_FIRM: "19"})
    assert relation(in_session, granted, concern) is expected


def test_who_wrote_with_the_firm_reviews_but_does_not_finish():
    adviser = actor(GrantedRole(Role.ADVISER, "19"))
    own = Concern(OTHER_FIRM, "19", IN_REVIEW, written_with=frozenset({adviser.account_id}))
    assert relation(adviser, adviser.roles[0], own) is Relation.CO_AUTHOR
    assert may(adviser, Action.REVIEW, own)
    assert not may(adviser, Action.FINISH_REVIEW, own)
    assert may(adviser, Action.FINISH_REVIEW, replace(own, written_with=frozenset({UUID(int=1)})))


def test_a_member_acts_in_their_own_enterprise_only():
    editor = actor(firm="editor")
    assert may(editor, Action.ANSWER, Concern(FIRM, "19", AssessmentState.DRAFT))
    assert not may(editor, Action.ANSWER, Concern(OTHER_FIRM, "19", AssessmentState.DRAFT))
    assert not may(editor, Action.ANSWER, Concern(FIRM, "19", IN_REVIEW))


def test_an_adviser_reviews_the_assigned_province_and_never_sees_a_draft():
    adviser = actor(GrantedRole(Role.ADVISER, "19"))
    assert may(adviser, Action.REVIEW, Concern(OTHER_FIRM, "19", IN_REVIEW))
    assert not may(adviser, Action.REVIEW, Concern(OTHER_FIRM, "25", IN_REVIEW))
    assert not may(adviser, Action.VIEW_ANSWERS, Concern(OTHER_FIRM, "19", AssessmentState.DRAFT))


@pytest.mark.parametrize("role", ENTERPRISE_ROLES)
def test_nobody_reviews_an_enterprise_they_belong_to(role):
    adviser = actor(GrantedRole(Role.LEAD_ADVISER, "19"), firm=role)
    assert may(adviser, Action.REVIEW, Concern(OTHER_FIRM, "19", IN_REVIEW))
    assert not may(adviser, Action.REVIEW, Concern(FIRM, "19", IN_REVIEW))


def test_a_role_of_an_enterprise_cannot_be_granted_from_outside():
    stray = actor(GrantedRole(Role.OWNER, "19"), firm="viewer")
    assert not may(stray, Action.DELETE_DATA, Concern(FIRM, "19"))


@pytest.mark.parametrize("role", [Role.OFFICIAL_PROVINCE, Role.OFFICIAL_NATION, Role.ADMINISTRATOR])
def test_officials_and_administrators_see_no_single_enterprise(role):
    person = actor(GrantedRole(role, "19"))
    for action, state in product((Action.VIEW_PROFILE, Action.VIEW_ANSWERS, Action.VIEW_RESULT), AssessmentState):
        assert not may(person, action, Concern(OTHER_FIRM, "19", state))


def test_a_refusal_is_told_as_no_such_thing():
    with pytest.raises(NotThere) as refusal:
        require(actor(), Action.VIEW_PROFILE, Concern(FIRM))
    assert (refusal.value.code, refusal.value.details) == ("not-there", {})
    require(actor(firm="viewer"), Action.VIEW_PROFILE, Concern(FIRM))
