"""A firm beside its like: what it is told of others never depends on what it does itself."""

from __future__ import annotations

import pytest

from core.domain.assessment import Answer, Choice
from core.domain.permissions import GrantedRole, Role
from core.domain.statistics.benchmark import Standing
from core.domain.statistics.figures import Dimension
from core.errors import NotThere
from core.services import assessing, benchmarking, reviewing
from tests.services.test_officials import Firms


@pytest.fixture
def firms(sqlite_environment):
    return Firms(sqlite_environment)


def seen_by(environment, clock, owner, enterprise_id):
    clock.pass_time(seconds=61)
    return benchmarking.compared(environment, owner, assessing.result(environment, owner, enterprise_id))


def answer(environment, owner, enterprise_id, level):
    opened = assessing.open_assessment(environment, owner, enterprise_id)
    question = next(iter(opened.catalogue.questions))
    wanted = Answer(Choice(str(level)))
    assessing.save_answer(environment, owner, opened.id, question, seen=opened.answer(question), wanted=wanted)


def test_a_firm_that_changes_its_answers_learns_nothing_about_others(sqlite_environment, firms, clock):
    for place in range(19):
        firms.hand_in(level=place % 5)
    owner, own = firms.add(level=0)
    assert seen_by(sqlite_environment, clock, owner, own) is None, (
        "nineteen are too few, also for who would be the twentieth"
    )
    for _ in range(5):
        firms.hand_in(level=4)

    told = []
    for level in range(5):
        answer(sqlite_environment, owner, own, level)
        told.append(seen_by(sqlite_environment, clock, owner, own))
    assert {(one.benchmark.group, one.benchmark.quartiles) for one in told} == {
        (Dimension.SECTOR, told[0].benchmark.quartiles)
    }
    assert told[0].benchmark.quartiles.firms == 24
    assert [one.benchmark.points for one in told] == [0, 0, 1, 1, 2]
    assert (told[0].benchmark.standing, told[0].is_reviewed) == (Standing.LOWER_HALF, False)

    reviewing.submit(sqlite_environment, owner, own)
    assert seen_by(sqlite_environment, clock, owner, own).benchmark.quartiles == told[0].benchmark.quartiles
    for _ in range(4):
        firms.hand_in(level=4)
    assert seen_by(sqlite_environment, clock, owner, own).benchmark.quartiles.firms == 29


def test_a_firm_alone_in_its_trade_is_compared_in_a_wider_group(sqlite_environment, firms, clock):
    for place in range(20):
        firms.hand_in(level=place % 5)
    owner, own = firms.add(sector="petroleum", province="01")
    found = seen_by(sqlite_environment, clock, owner, own).benchmark
    assert found.group is None
    assert {Dimension.SECTOR, Dimension.PROVINCE} <= set(found.too_small)
    assert found.quartiles.firms == 20


def test_only_people_of_the_firm_are_told(sqlite_environment, firms):
    owner, own = firms.hand_in()
    result = assessing.result(sqlite_environment, owner, own)
    others = [firms.person(GrantedRole(role, "19")) for role in (Role.ADVISER, Role.OFFICIAL_PROVINCE)]
    for actor in (*others, firms.person(GrantedRole(Role.OFFICIAL_NATION)), firms.add()[0]):
        with pytest.raises(NotThere):
            benchmarking.compared(sqlite_environment, actor, result)
