"""A result goes where it was sent, under what stands there, and only by those who may edit."""

from __future__ import annotations

import pytest

from core.domain.assessment import NOTE_LIMIT, Answer, Choice
from core.domain.instruments import MeasuringInstrument
from core.errors import BadInput, Conflict, NotThere
from core.services import assessing, noting, registering

LINE = "24/11/2026 · Công cụ: U = 0,14 g, với k = 2."


def kept(environment, people, **fields):
    wanted = MeasuringInstrument("C-01", **fields)
    return registering.save_instrument(environment, people.owner, people.enterprise_id, seen=None, wanted=wanted)


def instrument(environment, people):
    [found] = registering.open_register(environment, people.owner, people.enterprise_id).instruments
    return found


def test_a_line_goes_under_the_note_once(environment, people):
    line = kept(environment, people, note="Mua năm 2020")

    for _ in range(2):
        noting.note_on_instrument(environment, people.owner, people.enterprise_id, line.id, LINE)

    assert instrument(environment, people).note == f"Mua năm 2020\n{LINE}"


def test_a_note_that_would_grow_too_long_stays_as_it_was(environment, people):
    line = kept(environment, people, note="x" * (NOTE_LIMIT - 5))

    with pytest.raises(BadInput, match="note-too-long"):
        noting.note_on_instrument(environment, people.owner, people.enterprise_id, line.id, LINE)

    assert instrument(environment, people).note == "x" * (NOTE_LIMIT - 5)


def test_an_uncertainty_is_replaced_only_where_the_seen_one_stands(environment, people):
    line = kept(environment, people, uncertainty="0,5 g", coverage="2", note="Mua năm 2020")
    put = {"uncertainty": "0,14 g", "coverage": "2"}
    noting.set_uncertainty(environment, people.owner, people.enterprise_id, seen=line.instrument, **put)

    late = {"uncertainty": "0,2 g", "coverage": "2"}
    with pytest.raises(Conflict):
        noting.set_uncertainty(environment, people.owner, people.enterprise_id, seen=line.instrument, **late)

    found = instrument(environment, people)
    assert (found.uncertainty, found.coverage, found.note) == ("0,14 g", "2", "Mua năm 2020")


def test_a_line_goes_under_the_note_of_an_answer_and_leaves_the_answer(environment, people):
    opened = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    question = next(iter(opened.catalogue.questions))
    answer = Answer(Choice.LEVEL_2, note="Có sổ theo dõi")
    assessing.save_answer(environment, people.owner, opened.id, question, seen=Answer(), wanted=answer)

    noting.note_on_answer(environment, people.owner, people.enterprise_id, question, LINE)

    found = assessing.open_assessment(environment, people.owner, people.enterprise_id).answer(question)
    assert (found.choice, found.note) == (Choice.LEVEL_2, f"Có sổ theo dõi\n{LINE}")


@pytest.mark.parametrize("who", ["viewer", "stranger"])
def test_who_may_not_edit_attaches_nothing(environment, people, who):
    line = kept(environment, people)
    opened = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    question = next(iter(opened.catalogue.questions))
    actor, enterprise_id = getattr(people, who), people.enterprise_id

    with pytest.raises(NotThere):
        noting.note_on_instrument(environment, actor, enterprise_id, line.id, LINE)
    with pytest.raises(NotThere):
        noting.set_uncertainty(
            environment, actor, enterprise_id, seen=line.instrument, uncertainty="0,14 g", coverage="2"
        )
    with pytest.raises(NotThere):
        noting.note_on_answer(environment, actor, enterprise_id, question, LINE)

    assert instrument(environment, people) == line.instrument
