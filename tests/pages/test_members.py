"""The people of an enterprise: everybody sees them, owners invite and change, each may leave."""

from __future__ import annotations

import json

import pytest

from core.domain.permissions import Role
from core.domain.profile import Profile
from core.language import Language
from core.services import accounts, members
from core.services.environment import transaction

NAME = "Hợp tác xã Chè Suối Cạn"
LANGUAGES = list(Language)
PAGE = "enterprise/members.py"


@pytest.fixture
def sessions(environment, signed_up):
    """Session keys of the three people of one enterprise."""
    keys = {role.value: signed_up(role.value, f"{role.value}@vidu.example") for role in (Role.OWNER, *OTHERS)}
    owner = accounts.actor_of_session(environment, keys["owner"])
    enterprise = accounts.create_enterprise(environment, owner, Profile(NAME))
    with transaction(environment, owner) as repository:
        for role in OTHERS:
            account_id = accounts.actor_of_session(environment, keys[role.value]).account_id
            repository.accounts.set_member(enterprise.id, account_id, role.value)
    return keys


OTHERS = (Role.EDITOR, Role.VIEWER)


def actor_of(environment, sessions, who):
    return accounts.actor_of_session(environment, sessions[who])


def roles(environment, sessions):
    owner = actor_of(environment, sessions, "owner")
    opened = members.open_members(environment, owner, next(iter(owner.memberships)))
    return {person.name: person.role for person in opened.people}


def key_for(environment, sessions, prefix, who):
    return f"{prefix}_{actor_of(environment, sessions, who).account_id}"


def shown_link(app):
    """The link in the field to be copied; empty where there is none."""
    fields = [
        json.loads(one.proto.json) for one in app.get("bidi_component") if one.proto.component_name == "copy_field"
    ]
    return fields[0]["value"] if fields else ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["owner", "editor", "viewer"])
def test_everybody_sees_who_belongs_here_and_as_what(visit, environment, sessions, who, language):
    app = visit(PAGE, language=language, session=sessions[who])

    assert not app.exception
    shown = "\n".join(one.value for one in [*app.markdown, *app.caption])
    for role in ("owner", "editor", "viewer"):
        assert f"{role}@vidu" in shown
        name = environment.catalogue.word(f"notices.role.{role}.name")[language]
        assert name in shown or any(name in box.options for box in app.selectbox)
    assert environment.catalogue.word("members.this-account")[language] in shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["editor", "viewer"])
def test_who_does_not_own_the_file_is_shown_no_control_but_leaving(visit, environment, sessions, who, language):
    app = visit(PAGE, language=language, session=sessions[who])

    keys = {one.key for kind in (app.button, app.selectbox, app.radio) for one in kind}
    assert "leave_yes" in keys
    assert not any(key.startswith(("role_", "remove_", "invite", "withdraw_")) for key in keys if key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_owner_makes_a_link_that_is_shown_here_and_can_be_withdrawn(visit, environment, sessions, language):
    app = visit(PAGE, language=language, session=sessions["owner"])
    assert shown_link(app) == ""

    app.radio(key="invite_role").set_value(Role.VIEWER).run()
    app.button(key="invite").click().run()

    link = shown_link(app)
    assert not app.exception
    assert members.invitation(environment, link.rpartition("/")[2]).role is Role.VIEWER

    again = visit(PAGE, language=language, session=sessions["owner"])
    assert shown_link(again) == ""
    next(one for one in again.button if one.key.startswith("withdraw_")).click().run()
    assert members.invitation(environment, link.rpartition("/")[2]) is None
    assert not any((one.key or "").startswith("withdraw_") for one in again.button)


def test_a_link_that_was_used_is_shown_no_more(visit, environment, sessions, signed_up):
    app = visit(PAGE, session=sessions["owner"])
    app.button(key="invite").click().run()
    newcomer = signed_up("Trần Văn Mới", "moi@vidu.example")

    members.accept_invitation(environment, newcomer, shown_link(app).rpartition("/")[2])
    app.run()

    assert shown_link(app) == ""
    assert roles(environment, sessions)["Trần Văn Mới"] is Role.EDITOR


def test_an_owner_changes_a_role_and_removes_a_colleague(visit, environment, sessions):
    app = visit(PAGE, session=sessions["owner"])

    app.selectbox(key=key_for(environment, sessions, "role", "viewer")).select(Role.EDITOR).run()
    assert roles(environment, sessions)["viewer"] is Role.EDITOR

    app.button(key=key_for(environment, sessions, "remove_yes", "viewer")).click().run()
    assert set(roles(environment, sessions)) == {"owner", "editor"}
    assert not app.exception


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_owner_is_told_to_hand_over_first(visit, environment, sessions, language):
    app = visit(PAGE, language=language, session=sessions["owner"])

    app.selectbox(key=key_for(environment, sessions, "role", "owner")).select(Role.VIEWER).run()

    what = environment.catalogue.word("errors.last-owner.what")[language]
    assert any(what in one.value for one in app.markdown)
    assert app.selectbox(key=key_for(environment, sessions, "role", "owner")).value is Role.OWNER
    assert roles(environment, sessions)["owner"] is Role.OWNER


def test_whoever_leaves_no_longer_sees_the_enterprise(visit, environment, sessions):
    app = visit(PAGE, session=sessions["viewer"])

    app.button(key="leave_yes").click().run()

    assert not app.exception
    assert set(roles(environment, sessions)) == {"owner", "editor"}
    assert NAME not in "\n".join(one.value for one in [*app.title, *app.markdown, *app.caption])


@pytest.mark.parametrize("page", ["enterprise/home.py", "enterprise/my_data.py"])
def test_the_way_to_the_people_is_shown_where_it_is_looked_for(visit, sessions, page):
    app = visit(page, session=sessions["owner"])

    links = [one.proto.page for one in app.get("page_link")]
    assert any("nguoi-trong-don-vi" in link for link in links)


def test_an_owner_who_becomes_a_viewer_has_no_more_controls_in_the_same_moment(visit, environment, sessions):
    app = visit(PAGE, session=sessions["owner"])
    app.selectbox(key=key_for(environment, sessions, "role", "editor")).select(Role.OWNER).run()

    app.selectbox(key=key_for(environment, sessions, "role", "owner")).select(Role.VIEWER).run()

    assert not app.exception
    assert not app.selectbox
    assert not any((one.key or "").startswith(("remove_", "invite")) for one in app.button)
