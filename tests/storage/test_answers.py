"""Answers of several people at once: nobody's words are lost, and who came second is told."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.domain.assessment import Answer, AssessmentState, Choice, Evidence
from core.errors import Conflict, NotThere
from core.services.environment import reading, transaction
from core.storage.tables import new_id

NOTHING = Answer()


@pytest.fixture
def assessment_id(environment, people):
    with transaction(environment, people.owner) as repository:
        return repository.assessments.add(people.enterprise_id, "19", "2026.1", date(2026, 11, 22)).id


def save(environment, actor, assessment_id, question, seen, wanted):
    with transaction(environment, actor) as repository:
        return repository.assessments.save_answer(assessment_id, question, seen=seen, wanted=wanted)


def kept(environment, assessment_id):
    with reading(environment) as repository:
        return repository.assessments.answers(assessment_id)


def test_an_answer_comes_back_as_it_was_given(environment, people, assessment_id):
    given = Answer(Choice.NOT_APPLICABLE, "Không có kho lạnh", "Hỏi lại chị Hà", Evidence.DESCRIBED)
    save(environment, people.editor, assessment_id, "named-person", NOTHING, given)
    answer = kept(environment, assessment_id)["named-person"]
    assert answer.answer == given
    assert (answer.version, answer.updated_by_name) == (1, "editor")
    assert answer.updated_at == environment.now()


def test_saving_the_same_again_changes_nothing(environment, people, assessment_id):
    answer = Answer(Choice.LEVEL_3)
    save(environment, people.owner, assessment_id, "named-person", NOTHING, answer)
    again = save(environment, people.editor, assessment_id, "named-person", NOTHING, answer)
    assert (again.version, again.updated_by_name) == (1, "owner")
    with reading(environment) as repository:
        assert len(repository.events.of("answer", f"{assessment_id}/named-person")) == 1


def test_different_fields_of_one_answer_are_put_together(environment, people, assessment_id):
    save(environment, people.owner, assessment_id, "named-person", NOTHING, Answer(Choice.LEVEL_2))
    both = save(environment, people.editor, assessment_id, "named-person", NOTHING, Answer(note="Có quyết định số 5"))
    assert both.answer == Answer(Choice.LEVEL_2, note="Có quyết định số 5")


def test_the_same_field_of_one_answer_is_never_overwritten_silently(environment, people, assessment_id, clock):
    save(environment, people.owner, assessment_id, "named-person", NOTHING, Answer(Choice.LEVEL_2))
    first_at = environment.now()
    clock.pass_time(minutes=1)
    with pytest.raises(Conflict) as caught:
        save(environment, people.editor, assessment_id, "named-person", NOTHING, Answer(Choice.LEVEL_4))
    assert caught.value.details == {
        "field": "choice",
        "who": "owner",
        "at": first_at,
        "theirs": Choice.LEVEL_2,
        "yours": Choice.LEVEL_4,
    }
    assert kept(environment, assessment_id)["named-person"].answer == Answer(Choice.LEVEL_2)


def test_who_has_seen_the_other_answer_may_change_it(environment, people, assessment_id):
    seen = save(environment, people.owner, assessment_id, "named-person", NOTHING, Answer(Choice.LEVEL_2)).answer
    changed = save(
        environment, people.editor, assessment_id, "named-person", seen, replace(seen, choice=Choice.LEVEL_4)
    )
    assert changed.answer.choice is Choice.LEVEL_4
    assert changed.version == 2


def test_the_event_tells_before_and_after(environment, people, assessment_id):
    seen = save(environment, people.owner, assessment_id, "named-person", NOTHING, Answer(Choice.LEVEL_2)).answer
    save(environment, people.editor, assessment_id, "named-person", seen, replace(seen, note="mới"))
    with reading(environment) as repository:
        first, second = repository.events.of("answer", f"{assessment_id}/named-person")
    assert first.actor_id == people.owner.account_id
    assert second.actor_id == people.editor.account_id
    assert '"note": ""' in second.before
    assert '"note": "mới"' in second.after


def test_people_answering_different_questions_at_once_lose_nothing(environment, people, assessment_id, catalogue):
    questions = list(catalogue.questions)[:24]

    def answer(part: list[str], actor) -> None:
        for question in part:
            save(environment, actor, assessment_id, question, NOTHING, Answer(Choice.LEVEL_3, note=question))

    actors = [people.owner, people.editor, people.owner, people.editor]
    run_together([lambda n=n: answer(questions[n::4], actors[n]) for n in range(4)])
    assert {question: one.answer.note for question, one in kept(environment, assessment_id).items()} == {
        question: question for question in questions
    }
    with reading(environment) as repository:
        assert repository.events.check().broken is None


def test_people_answering_the_same_question_at_once_are_each_kept_or_told(environment, people, assessment_id):
    told: list[Conflict] = []
    won: list[str] = []

    def answer(number: int) -> None:
        note = f"lời {number}"
        try:
            save(environment, people.editor, assessment_id, "named-person", NOTHING, Answer(note=note))
            won.append(note)
        except Conflict as conflict:
            told.append(conflict)

    run_together([lambda n=n: answer(n) for n in range(6)])
    assert len(won) == 1
    assert len(told) == 5
    assert kept(environment, assessment_id)["named-person"].answer.note == won[0]
    assert {conflict.details["theirs"] for conflict in told} == {won[0]}


def test_an_answer_of_nothing_is_refused(environment, people):
    with pytest.raises(NotThere):
        save(environment, people.owner, new_id(), "named-person", NOTHING, Answer(Choice.LEVEL_1))


def test_the_saved_line_knows_the_newest_answer(environment, people, assessment_id, clock):
    with reading(environment) as repository:
        assert repository.assessments.last_saved_at(assessment_id) is None
    save(environment, people.owner, assessment_id, "named-person", NOTHING, Answer(Choice.LEVEL_1))
    clock.pass_time(minutes=3)
    save(environment, people.owner, assessment_id, "written-rules", NOTHING, Answer(Choice.LEVEL_1))
    with reading(environment) as repository:
        assert repository.assessments.last_saved_at(assessment_id) == environment.now()


def test_an_assessment_moves_on_and_waits_in_its_queue(environment, people, assessment_id, clock):
    clock.pass_time(days=1)
    with transaction(environment, people.owner) as repository:
        moved = repository.assessments.set_state(assessment_id, AssessmentState.SUBMITTED)
    assert (moved.state, moved.submitted_at, moved.version) == (AssessmentState.SUBMITTED, environment.now(), 2)
    with reading(environment) as repository:
        waiting = repository.assessments.in_states([AssessmentState.SUBMITTED], ["19"])
        elsewhere = repository.assessments.in_states([AssessmentState.SUBMITTED], ["01"])
        assert [one.id for one in waiting] == [assessment_id]
        assert elsewhere == ()
        assert [one.id for one in repository.assessments.of_enterprise(people.enterprise_id)] == [assessment_id]
    assert moved.state_at - timedelta(days=1) < environment.now()


def test_what_an_erased_person_wrote_stays_without_the_name(environment, people, assessment_id):
    save(environment, people.editor, assessment_id, "named-person", NOTHING, Answer(Choice.LEVEL_1))
    with transaction(environment, people.editor) as repository:
        repository.accounts.erase(people.editor.account_id)
    answer = kept(environment, assessment_id)["named-person"]
    assert (answer.answer.choice, answer.updated_by_name) == (Choice.LEVEL_1, "")


def run_together(deeds) -> None:
    """Run deeds in threads that start at the same moment; a failure of one is a failure of the test."""
    start = threading.Barrier(len(deeds))
    failures: list[BaseException] = []

    def run(deed) -> None:
        start.wait()
        try:
            deed()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
