"""Time: walking back through changes, unknown where the log was erased, two standings side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.domain.assessment import Answer, Choice
from core.domain.comparing import (
    Change,
    PeriodResult,
    Standing,
    Touch,
    as_it_was,
    compare,
    edition_changes,
    register_as_it_was,
)
from core.domain.instruments import MeasuringInstrument
from core.domain.profile import Profile
from core.domain.scoring import score

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
PLACES = ("a", "b", "c")


def at(hour):
    return BEGIN + timedelta(hours=hour)


def history_of(steps):
    """Let steps happen one per hour; return the changes and every state on the way, the first one before all."""
    state, states, changes = {}, [{}], []
    for hour, (place, value) in enumerate(steps, start=1):
        changes.append(Change(place, at(hour), "Hà", state.get(place, 0), value))
        state = {**state, place: value}
        states.append(state)
    return changes, states


STEPS = st.lists(st.tuples(st.sampled_from(PLACES), st.integers(1, 4)), max_size=12)


@given(STEPS)
def test_every_state_on_the_way_comes_back(steps):
    changes, states = history_of(steps)
    for hour, state in enumerate(states):
        found = as_it_was(states[-1], changes, at(hour))
        assert {place: value for place, value in found.values.items() if value} == state
        assert not found.unknown


@given(STEPS, st.sets(st.integers(0, 11)))
def test_an_erased_log_says_unknown_and_never_something_wrong(steps, erased):
    changes, states = history_of(steps)
    blanked = [replace(one, before=None, after=None) if n in erased else one for n, one in enumerate(changes)]
    for hour, state in enumerate(states):
        found = as_it_was(states[-1], blanked, at(hour))
        for place in PLACES:
            if place not in found.unknown:
                assert found.values.get(place, 0) == state.get(place, 0)


def test_a_round_handed_in_tells_what_an_erased_log_does_not():
    changes, states = history_of([("a", 1), ("a", 2), ("a", 3), ("a", 4)])
    blanked = [replace(one, before=None, after=None) for one in changes]
    kept = [(at(2.5), states[2])]
    assert as_it_was(states[-1], blanked, at(2), kept).values["a"] == 2
    assert as_it_was(states[-1], blanked, at(1), kept).unknown == {"a"}
    assert as_it_was(states[-1], blanked, at(3), kept).unknown == {"a"}


def test_a_register_is_walked_back_through_new_codes_and_removed_lines():
    first, renamed = MeasuringInstrument("C-01", name="Cân"), MeasuringInstrument("C-09", name="Cân")
    other = MeasuringInstrument("N-01", name="Nhiệt kế")
    changes = [
        Change("C-01", at(1), "", None, first),
        Change("N-01", at(2), "", None, other),
        Change("C-09", at(3), "", first, renamed),
        Change("N-01", at(4), "", other, None),
    ]
    walked = [set(register_as_it_was([renamed], changes, at(hour))) for hour in range(5)]
    assert walked == [set(), {first}, {first, other}, {renamed, other}, {renamed}]
    assert register_as_it_was([renamed], [*changes, Change("", at(5), "", None, None)], at(4)) is None


def standing(catalogue, answers, unknown=frozenset()):
    return Standing(answers, score(catalogue, Profile("Hợp tác xã"), answers), unknown)


def test_two_standings_name_every_answer_that_differs_and_who_changed_it(catalogue):
    first, second, third = list(catalogue.questions)[:3]
    two, three = Answer(Choice.LEVEL_2), Answer(Choice.LEVEL_3, note="đã mua")
    before = standing(catalogue, {first: two, second: two, third: two}, frozenset({third}))
    after = standing(catalogue, {first: three, second: two})
    touch = Touch("Hà", BEGIN)

    found = compare(before, after, {first: touch})

    assert [(one.question, one.before, one.after, one.touch) for one in found.answers] == [
        (first, two, three, touch),
        (third, None, Answer(), None),
    ]
    assert [one.topic for one in found.topics] == [topic.id for topic in catalogue.topics]
    assert not found.is_edition_changed
    assert found.asked_before_only == found.asked_after_only == ()


def test_another_edition_is_said_with_the_questions_that_only_one_of_them_asks(catalogue):
    topic, *others = catalogue.topics
    gone = topic.questions[0].id
    later = replace(catalogue, edition="2027.1", topics=(replace(topic, questions=topic.questions[1:]), *others))
    answers = {gone: Answer(Choice.LEVEL_1)}

    found = compare(standing(catalogue, answers), standing(later, {}))

    assert found.is_edition_changed
    assert (found.asked_before_only, found.asked_after_only) == ((gone,), ())
    cards = [found.before.scorecard, found.after.scorecard, found.after.scorecard]
    results = [PeriodResult(card.edition, date(2026 + year, 6, 1), card) for year, card in enumerate(cards)]
    assert edition_changes(results) == (results[1],)
