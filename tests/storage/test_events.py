"""The log of events: one chain, in order, in which nothing can be changed, added or taken out unseen."""

from __future__ import annotations

import json
import threading

import pytest
from sqlalchemy import text

from core.services.environment import reading, transaction


@pytest.fixture
def five_events(environment):
    for number in range(1, 6):
        with transaction(environment) as repository:
            repository.set_setting("number", str(number))


def first_broken(environment):
    with reading(environment) as repository:
        broken = repository.events.check().broken
        return broken.sequence if broken else None


def change(environment, statement):
    with environment.database.writing() as session:
        session.execute(text(statement))


def test_an_untouched_chain_closes(environment, five_events):
    assert first_broken(environment) is None


def test_an_empty_chain_closes(environment):
    assert first_broken(environment) is None


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE event SET after = '\"9\"' WHERE sequence = 3", 3),
        ("UPDATE event SET action = 'setting.read' WHERE sequence = 2", 2),
        ("UPDATE event SET actor_id = NULL, object_id = 'colour' WHERE sequence = 4", 4),
        ("DELETE FROM event WHERE sequence = 2", 3),
        ("DELETE FROM event WHERE sequence = 1", 2),
        ("UPDATE event SET hash = previous_hash WHERE sequence = 5", 5),
        ("UPDATE event SET payload_hash = hash, after = NULL, before = NULL, salt = NULL WHERE sequence = 3", 3),
    ],
)
def test_tampering_is_found_where_it_was_done(environment, five_events, statement, broken):
    change(environment, statement)
    assert first_broken(environment) == broken


def test_transactions_of_several_people_make_one_chain(environment):
    def work(number: int) -> None:
        for step in range(6):
            with transaction(environment) as repository:
                repository.set_setting(f"key {number}", str(step))
                repository.set_setting(f"key {number} again", str(step))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(environment) as repository:
        events = repository.events.latest(1000)
        assert [event.sequence for event in events] == list(range(48, 0, -1))
        assert repository.events.check().broken is None


def test_a_refused_transaction_leaves_no_event(environment, people):
    def fail() -> None:
        with transaction(environment, people.owner) as repository:
            repository.set_setting("colour", "petrol")
            raise RuntimeError

    with reading(environment) as repository:
        before = repository.events.latest(1)
    with pytest.raises(RuntimeError):
        fail()
    with reading(environment) as repository:
        assert repository.events.latest(1) == before


def test_pages_of_the_log_follow_each_other(environment, five_events):
    with reading(environment) as repository:
        first = repository.events.latest(2)
        second = repository.events.latest(2, before_sequence=first[-1].sequence)
    assert [event.sequence for event in first + second] == [5, 4, 3, 2]


def test_erased_payloads_leave_the_chain_closed(environment, people):
    with transaction(environment, people.owner) as repository:
        repository.events.blank(people.enterprise_id)
    assert first_broken(environment) is None
    with reading(environment) as repository:
        events = repository.events.about(people.enterprise_id)
        assert events
        assert all(event.before is None and event.after is None for event in events)


def test_payloads_are_json_that_can_be_read_again(environment, people):
    with reading(environment) as repository:
        added = repository.events.of("enterprise", people.enterprise_id)[0]
    after = json.loads(added.after)
    assert after["name"] == "Hợp tác xã Chè Suối Cạn"
    assert after["uses"] == ["group2", "prepackages"]
