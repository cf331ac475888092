"""Who comes first for support: weights do what they say, and nothing hangs on the order of the firms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from core.domain.catalogue import RiskTier
from core.domain.profile import SizeClass
from core.domain.statistics.selection import EVEN, FIRST, MOST_WEIGHT, Candidate, Criterion, ranked, sensitivity

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)


@st.composite
def firms(draw):
    count = draw(st.integers(0, 15))
    return [
        Candidate(
            UUID(int=number),
            f"Cơ sở {number}",
            BEGIN + timedelta(days=draw(st.integers(0, 3))),
            draw(st.none() | st.fractions(0, 100, max_denominator=20)),
            draw(st.none() | st.integers(0, 9)),
            draw(st.sampled_from(RiskTier)),
            draw(st.none() | st.sampled_from(SizeClass)),
        )
        for number in range(count)
    ]


weights = st.fixed_dictionaries({one: st.integers(0, MOST_WEIGHT) for one in Criterion})


def test_a_worked_example():
    """Scores 40 and 80; 3 and 0 duties not met; high and low risk; micro and unknown size."""
    first = Candidate(UUID(int=1), "A", BEGIN, Fraction(40), 3, RiskTier.HIGH, SizeClass.MICRO)
    second = Candidate(UUID(int=2), "B", BEGIN, Fraction(80), 0, RiskTier.LOW, None)
    found = ranked([second, first], EVEN)
    assert [(one.place, one.candidate.name, one.points) for one in found] == [(1, "A", 75), (2, "B", 20)]
    by_score = {Criterion.READINESS: 6, Criterion.RISK: 1}
    assert [(one.candidate.name, one.points) for one in ranked([first, second], by_score)] == [
        ("B", Fraction(480, 7)),
        ("A", Fraction(340, 7)),
    ]
    # One less on the score turns nothing here, and of two firms none enters or leaves the first ten.
    moved = sensitivity([first, second], by_score)
    assert all(not shift.entering and not shift.leaving and shift.first is None for shift in moved.shifts)
    assert moved.spans == {second.id: (1, 1), first.id: (2, 2)}
    # At even weights A leads; B does once nothing but the score counts.
    moved = sensitivity([first, second], {Criterion.READINESS: 1, Criterion.SIZE: 1})
    assert [(one.criterion, one.weight, one.first) for one in moved.shifts if one.first] == [
        (Criterion.SIZE, 0, second)
    ]
    assert moved.spans == {first.id: (1, 2), second.id: (1, 2)}


def test_weights_of_nothing_leave_the_order_of_asking():
    later, earlier = (
        Candidate(UUID(int=number), "A", BEGIN + timedelta(days=number), Fraction(number), 0, RiskTier.LOW, None)
        for number in (2, 1)
    )
    found = ranked([later, earlier], dict.fromkeys(Criterion, 0))
    assert [(one.candidate, one.points) for one in found] == [(earlier, 0), (later, 0)]


@given(firms(), weights, st.randoms())
def test_the_order_of_the_firms_and_the_scale_of_the_weights_change_nothing(found, chosen, chance):
    mixed = list(found)
    chance.shuffle(mixed)
    assert ranked(mixed, chosen) == ranked(found, chosen)
    assert [one.candidate for one in ranked(found, {one: 3 * weight for one, weight in chosen.items()})] == [
        one.candidate for one in ranked(found, chosen)
    ]
    points = [one.points for one in ranked(found, chosen)]
    assert points == sorted(points, reverse=True)
    assert all(0 <= one <= 100 for one in points)


@given(firms(), weights)
def test_what_moves_is_told_as_another_reckoning_finds_it(found, chosen):
    moved = sensitivity(found, chosen)
    places = {one.candidate.id: {one.place} for one in ranked(found, chosen)}
    for shift in moved.shifts:
        after = ranked(found, {**chosen, shift.criterion: shift.weight})
        again = [one.candidate for one in after][:FIRST]
        assert len(shift.entering) == len(shift.leaving)
        assert set(shift.entering) <= set(again)
        assert not set(shift.leaving) & set(again)
        for one in after:
            places[one.candidate.id].add(one.place)
    assert moved.spans == {key: (min(seen), max(seen)) for key, seen in places.items()}
