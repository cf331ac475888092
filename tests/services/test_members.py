"""Colleagues: an invited second account works on the same file, and stops when it is taken out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain.assessment import Answer, Choice
from core.domain.permissions import Role
from core.errors import AccountRefused, Conflict, NotThere
from core.language import Language
from core.services import accounts, assessing, members


@pytest.fixture
def newcomer(environment):
    """The session of an account that belongs nowhere yet."""
    signed_in = accounts.sign_up(
        environment,
        email="moi@vidu.example",
        name="Trần Văn Mới",
        password="mười hai ký tự trở lên",
        consents=frozenset(consent.id for consent in environment.catalogue.consents if consent.needed),
        language=Language.VI,
        address="127.0.0.1",
    )
    return signed_in.session.key


def join(environment, people, session_key, role):
    link = members.invite(environment, people.owner, people.enterprise_id, role)
    members.accept_invitation(environment, session_key, link.rpartition("/")[2])
    return accounts.actor_of_session(environment, session_key)


def answer(environment, actor, people, choice, question="named-person", seen=None):
    opened = assessing.open_assessment(environment, actor, people.enterprise_id)
    seen = opened.answer(question) if seen is None else seen
    assessing.save_answer(environment, actor, opened.id, question, seen=seen, wanted=replace(seen, choice=choice))


def test_an_invited_editor_works_on_the_same_assessment(environment, people, newcomer):
    answer(environment, people.owner, people, Choice.LEVEL_1)
    editor = join(environment, people, newcomer, Role.EDITOR)

    opened = assessing.open_assessment(environment, editor, people.enterprise_id)
    assert opened.answer("named-person").choice is Choice.LEVEL_1
    answer(environment, editor, people, Choice.LEVEL_3)
    answer(environment, editor, people, Choice.LEVEL_2, question="goals")

    seen = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    assert seen.id == opened.id
    assert (seen.answer("named-person").level, seen.answer("goals").level) == (3, 2)
    assert seen.answers["goals"].updated_by_name == "Trần Văn Mới"


def test_two_colleagues_never_overwrite_one_another_silently(environment, people, newcomer):
    editor = join(environment, people, newcomer, Role.EDITOR)
    answer(environment, people.owner, people, Choice.LEVEL_1, seen=Answer())

    with pytest.raises(Conflict) as met:
        answer(environment, editor, people, Choice.LEVEL_4, seen=Answer())

    assert met.value.details["who"] == "owner"


def test_an_invited_viewer_reads_and_writes_nothing(environment, people, newcomer):
    assessing.open_assessment(environment, people.owner, people.enterprise_id)
    viewer = join(environment, people, newcomer, Role.VIEWER)

    assert not assessing.open_assessment(environment, viewer, people.enterprise_id).may_answer
    with pytest.raises(NotThere):
        answer(environment, viewer, people, Choice.LEVEL_1)


def test_whoever_is_taken_out_is_out_at_once_and_what_they_wrote_stays(environment, people, newcomer):
    editor = join(environment, people, newcomer, Role.EDITOR)
    answer(environment, editor, people, Choice.LEVEL_3)

    members.remove_member(environment, people.owner, people.enterprise_id, editor.account_id)

    former = accounts.actor_of_session(environment, newcomer)
    with pytest.raises(NotThere):
        assessing.open_assessment(environment, former, people.enterprise_id)
    assert assessing.open_assessment(environment, people.owner, people.enterprise_id).answer("named-person").level == 3


def test_only_owners_see_and_withdraw_invitations(environment, people, newcomer):
    link = members.invite(environment, people.owner, people.enterprise_id, Role.EDITOR)
    (waiting,) = members.open_members(environment, people.owner, people.enterprise_id).invitations
    for actor in (people.editor, people.viewer):
        assert members.open_members(environment, actor, people.enterprise_id).invitations == ()
    for actor in (people.editor, people.viewer, people.stranger, people.administrator):
        with pytest.raises(NotThere):
            members.withdraw_invitation(environment, actor, people.enterprise_id, waiting.key)

    members.withdraw_invitation(environment, people.owner, people.enterprise_id, waiting.key)

    with pytest.raises(AccountRefused, match="link-over"):
        members.accept_invitation(environment, newcomer, link.rpartition("/")[2])


def test_nobody_withdraws_the_invitation_of_another_enterprise(environment, people, newcomer):
    link = members.invite(environment, people.owner, people.enterprise_id, Role.EDITOR)
    (waiting,) = members.open_members(environment, people.owner, people.enterprise_id).invitations

    members.withdraw_invitation(environment, people.stranger, people.strangers_enterprise_id, waiting.key)

    members.accept_invitation(environment, newcomer, link.rpartition("/")[2])
    assert people.enterprise_id in accounts.actor_of_session(environment, newcomer).memberships


def test_an_invitation_waits_two_weeks_and_is_then_no_longer_listed(environment, people, clock):
    members.invite(environment, people.owner, people.enterprise_id, Role.VIEWER)
    (waiting,) = members.open_members(environment, people.owner, people.enterprise_id).invitations
    assert (waiting.role, waiting.expires_at) == (Role.VIEWER, environment.now() + members.INVITATION_LASTS)

    clock.pass_time(days=14)

    assert members.open_members(environment, people.owner, people.enterprise_id).invitations == ()
