"""How far views are apart, and in which order a firm talks about them."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import two_views
from core.domain.assessment import Answer, Choice
from core.errors import ViewRefused

HA, BINH = (UUID(int=1), "Hà"), (UUID(int=2), "Bình")
NOT_HERE = Answer(Choice.NOT_APPLICABLE, reason="không có xe bồn")
GIVEN = [NOT_HERE, *(Answer(choice) for choice in Choice if choice is not Choice.NOT_APPLICABLE)]


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (Answer(Choice.LEVEL_1), Answer(Choice.LEVEL_4), 3),
        (Answer(Choice.UNKNOWN), Answer(Choice.LEVEL_3), 3),
        (Answer(Choice.UNKNOWN), Answer(Choice.LEVEL_0), 1),
        (NOT_HERE, Answer(Choice.LEVEL_4), 5),
        (NOT_HERE, Answer(Choice.UNKNOWN), 5),
        (Answer(Choice.LEVEL_2, note="a"), Answer(Choice.LEVEL_2, note="b"), 0),
    ],
)
def test_how_far_two_answers_are_apart(one, other, apart):
    assert two_views.distance(one, other) == apart


@given(st.sampled_from(GIVEN), st.sampled_from(GIVEN))
def test_distance_goes_both_ways_and_is_nothing_only_for_the_same(one, other):
    assert two_views.distance(one, other) == two_views.distance(other, one)
    assert (two_views.distance(one, other) == 0) == (one.choice == other.choice)


def test_the_agenda_puts_the_farthest_first_then_the_weightiest(catalogue):
    questions = [*catalogue.topics[0].questions, *catalogue.topics[1].questions]
    heavy = next(one for one in questions if one.weight == 3)
    light = next(one for one in questions if one.weight < 3)
    far, alike, alone = [one for one in questions if one not in (heavy, light)][:3]
    two, three, four = (Answer(Choice(str(level))) for level in (2, 3, 4))
    views = {
        HA: {far.id: two, light.id: two, heavy.id: three, alike.id: two, alone.id: two},
        BINH: {far.id: four, light.id: three, heavy.id: two, alike.id: two, alone.id: Answer(note="chưa rõ")},
    }

    points = two_views.agenda(questions, views, {heavy.id})

    assert [(one.question, one.apart) for one in points] == [(far.id, 2), (heavy.id, 1), (light.id, 1), (alike.id, 0)]
    assert [one.question for one in two_views.to_settle(points)] == [far.id, light.id]
    assert [one.question for one in two_views.to_take_over(points, {alike.id: three})] == [alike.id]
    assert two_views.to_take_over(points, {alike.id: two}) == ()


def test_a_topic_needs_two_people_of_the_firm_and_a_settlement_a_choice_and_a_note():
    people = {HA[0], BINH[0]}
    two_views.check_people(people, people)
    with pytest.raises(ViewRefused, match="views-too-few-people"):
        two_views.check_people(people, [HA[0], HA[0]])
    with pytest.raises(ViewRefused, match="views-not-a-member"):
        two_views.check_people(people, [HA[0], UUID(int=3)])
    with pytest.raises(ViewRefused, match="settlement-without-choice"):
        two_views.check_settlement("q", Answer(note="đã bàn"))
    with pytest.raises(ViewRefused, match="settlement-without-note"):
        two_views.check_settlement("q", Answer(Choice.LEVEL_2, note="  "))
