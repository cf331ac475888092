"""Two views in one firm: answered apart, unseen until closed, settled into the record, nobody else's."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.domain.assessment import Answer, Choice
from core.domain.permissions import GrantedRole, Role
from core.errors import Conflict, NotThere, OutOfOrder, ViewRefused
from core.services import accounts, advising, assessing, exchanging, members, own_data, reviewing, two_views
from core.services.environment import reading

TOPIC = "organisation"


@pytest.fixture
def questions(catalogue):
    return [one.id for one in catalogue.topics[0].questions]


def seen_by(environment, people, actor):
    return two_views.open_views(environment, actor, people.enterprise_id).of_topic(TOPIC)


def give(environment, people, *actors):
    asked = [one.account_id for one in actors]
    two_views.give_topic(environment, people.owner, people.enterprise_id, TOPIC, asked)
    return seen_by(environment, people, people.owner).kept.id


def say(environment, people, actor, question, choice, note=""):
    found = seen_by(environment, people, actor)
    wanted = Answer(choice, reason="không có việc này" if choice is Choice.NOT_APPLICABLE else "", note=note)
    return two_views.save_view(environment, actor, found.kept.id, question, seen=found.answer(question), wanted=wanted)


def both_are_through(environment, people, round_id):
    for actor in (people.owner, people.viewer):
        two_views.set_done(environment, actor, round_id, is_done=True)


@pytest.fixture
def apart(environment, people, questions):
    """The director and the workshop lead, who only reads, have answered three questions apart."""
    round_id = give(environment, people, people.owner, people.viewer)
    first, second, third = questions[:3]
    say(environment, people, people.owner, first, Choice.LEVEL_4, "đã giao việc")
    say(environment, people, people.viewer, first, Choice.LEVEL_1, "chưa ai nói với xưởng")
    say(environment, people, people.owner, second, Choice.LEVEL_2)
    say(environment, people, people.viewer, second, Choice.LEVEL_3)
    for actor in (people.owner, people.viewer):
        say(environment, people, actor, third, Choice.LEVEL_2)
    return round_id


def test_nobody_sees_another_view_until_the_last_one_is_through(environment, people, apart, questions):
    first, second, third = questions[:3]
    two_views.set_done(environment, people.owner, apart, is_done=True)
    for actor in (people.owner, people.editor, people.viewer):
        assert seen_by(environment, people, actor).agenda is None
    assert seen_by(environment, people, people.editor).mine is None
    assert two_views.waiting(environment, people.owner, people.enterprise_id) == 0
    assert two_views.waiting(environment, people.viewer, people.enterprise_id) == 1
    assert assessing.open_assessment(environment, people.owner, people.enterprise_id).answers == {}

    two_views.set_done(environment, people.viewer, apart, is_done=True)

    for actor in (people.owner, people.editor, people.viewer):
        agenda = seen_by(environment, people, actor).agenda
        assert [(point.question, point.apart) for point in agenda] == [(first, 3), (second, 1), (third, 0)]
        assert {(view.name, view.answer.note) for view in agenda[0].views} == {
            ("owner", "đã giao việc"),
            ("viewer", "chưa ai nói với xưởng"),
        }
    with pytest.raises(OutOfOrder, match="views-closed"):
        say(environment, people, people.viewer, first, Choice.LEVEL_4)
    with reading(environment) as repository:
        events = repository.events.about(people.viewer.account_id)
        assert all(one.after is None for one in events if one.action == "view.saved")
        assert repository.events.check().broken is None


def test_the_owner_may_close_early_and_take_a_topic_back(environment, people, apart):
    for other in (people.editor, people.viewer):
        with pytest.raises(NotThere):
            two_views.close(environment, other, apart)
        with pytest.raises(NotThere):
            two_views.remove(environment, other, apart)
    two_views.close(environment, people.owner, apart)
    assert seen_by(environment, people, people.viewer).agenda
    two_views.remove(environment, people.owner, apart)
    assert seen_by(environment, people, people.owner) is None
    give(environment, people, people.owner, people.editor)
    with pytest.raises(ViewRefused, match="views-topic-taken"):
        give(environment, people, people.owner, people.viewer)


def test_what_is_settled_becomes_the_firms_answer_and_the_precheck_names_the_rest(
    environment, people, apart, questions
):
    first, second, third = questions[:3]
    both_are_through(environment, people, apart)

    def precheck():
        return reviewing.hand_in_of(environment, people.owner, people.enterprise_id).precheck

    assert set(precheck().unsettled) == {first, second}
    with pytest.raises(ViewRefused, match="settlement-without-note"):
        two_views.settle(environment, people.editor, apart, first, seen=Answer(), choice=Choice.LEVEL_2, note=" ")
    with pytest.raises(NotThere):
        two_views.settle(environment, people.viewer, apart, first, seen=Answer(), choice=Choice.LEVEL_2, note="x")

    two_views.settle(environment, people.editor, apart, first, seen=Answer(), choice=Choice.LEVEL_2, note="đã bàn")
    assert two_views.take_over(environment, people.owner, people.enterprise_id, apart) == 1

    opened = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    assert opened.answer(first) == Answer(Choice.LEVEL_2, note="đã bàn")
    assert opened.answer(third).level == 2
    assert opened.answer(second) == Answer()
    assert precheck().unsettled == (second,)
    with pytest.raises(Conflict):
        two_views.settle(environment, people.owner, apart, first, seen=Answer(), choice=Choice.LEVEL_4, note="khác")
    reviewing.submit(environment, people.owner, people.enterprise_id)
    reviewing.withdraw(environment, people.owner, people.enterprise_id)
    assert precheck().unsettled == (second,), "what differs goes on with the next draft"


def test_a_view_is_nobody_elses(environment, people, apart, questions):
    both_are_through(environment, people, apart)
    first = questions[0]
    also_elsewhere = replace(people.adviser, roles=(GrantedRole(Role.LEAD_ADVISER, "19"),))
    for other in (people.adviser, also_elsewhere, people.official, people.administrator, people.stranger):
        with pytest.raises(NotThere):
            two_views.open_views(environment, other, people.enterprise_id)
        with pytest.raises(NotThere):
            two_views.own_views(environment, other, people.enterprise_id)
        for deed in (two_views.close, two_views.remove):
            with pytest.raises(NotThere):
                deed(environment, other, apart)
        with pytest.raises(NotThere):
            two_views.save_view(environment, other, apart, first, seen=Answer(), wanted=Answer(Choice.LEVEL_1))
        with pytest.raises(NotThere):
            two_views.settle(environment, other, apart, first, seen=Answer(), choice=Choice.LEVEL_1, note="x")
    # The firm's own file, which also travels to the reviewers, tells nothing of it.
    assert "chưa ai nói với xưởng" not in exchanging.export_data(environment, people.owner, people.enterprise_id)
    mine = json.loads(two_views.own_views(environment, people.viewer, people.enterprise_id))["views"]
    assert [(one["question"], one["choice"]) for one in mine] == list(zip(questions[:3], "132", strict=True))
    assert mine[0]["note"] == "chưa ai nói với xưởng"
    assert own_data.overview(environment, people.viewer, people.enterprise_id).views == 3
    assert two_views.own_views(environment, people.editor, people.enterprise_id) == ""


def test_an_adviser_who_fills_in_with_the_firm_cannot_settle_what_its_people_said_apart(
    environment, people, apart, questions
):
    both_are_through(environment, people, apart)
    offered = advising.offer(environment, people.owner, people.enterprise_id, people.adviser.email)
    advising.join(environment, people.adviser, offered.id)
    beside = accounts.actor_of_account(environment, people.adviser.account_id)
    with pytest.raises(NotThere):
        two_views.settle(environment, beside, apart, questions[0], seen=Answer(), choice=Choice.LEVEL_1, note="x")
    with pytest.raises(NotThere):
        two_views.take_over(environment, beside, people.enterprise_id, apart)
    assert (
        not assessing.open_assessment(environment, people.owner, people.enterprise_id).answer(questions[0]).is_answered
    )


@pytest.mark.parametrize("way", ["account", "membership", "enterprise"])
def test_a_view_goes_with_the_account_the_membership_and_the_enterprise(environment, people, apart, way):
    both_are_through(environment, people, apart)
    if way == "account":
        accounts.erase_own_account(environment, people.viewer)
    elif way == "membership":
        members.remove_member(environment, people.owner, people.enterprise_id, people.viewer.account_id)
    else:
        own_data.erase(environment, people.owner, people.enterprise_id, "Hợp tác xã Chè Suối Cạn")

    with reading(environment) as repository:
        count = repository.session.connection().exec_driver_sql("SELECT count(*) FROM view_answer").scalar_one()
    assert count == (0 if way == "enterprise" else 3)
    if way != "enterprise":
        assert seen_by(environment, people, people.owner).agenda == ()


def test_two_tabs_of_one_person_lose_nothing(sqlite_environment, sqlite_people, questions):
    environment, people = sqlite_environment, sqlite_people
    round_id = give(environment, people, people.owner, people.viewer)
    say(environment, people, people.owner, questions[0], Choice.LEVEL_1)
    with pytest.raises(Conflict):
        two_views.save_view(
            environment, people.owner, round_id, questions[0], seen=Answer(), wanted=Answer(Choice.LEVEL_3)
        )
    with pytest.raises(NotThere):
        two_views.save_view(
            environment, people.editor, round_id, questions[0], seen=Answer(), wanted=Answer(Choice.LEVEL_3)
        )
