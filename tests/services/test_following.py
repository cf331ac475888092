"""A programme in force: marks on its tasks, what is due next, every version and every amendment as a paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.domain.carrying_out import Due, TaskMark, TaskStanding, TaskState, next_dues
from core.errors import Conflict, NotThere, OutOfOrder, ProgrammeRefused
from core.language import Language
from core.services import following, issuing
from core.services.exchanging import DraftForm
from tests.services.test_issuing import TODAY, Firm, answer_all, firm
from tests.services.test_programming import CAUSE, write
from tests.services.test_review_letters import READERS

__all__ = ["firm"]
DONE = TaskMark(TaskState.DONE, TODAY, "Biên bản số 3", 1_200_000)
NUMBER = "05/QĐ-HTX"


@pytest.fixture
def in_force(firm, prepared):
    def start():
        firm.issue_all(number=NUMBER)
        firm.do(issuing.start, day=TODAY)

    prepared("following: in force", start)
    return firm


def followed(firm):
    return following.followed(firm.environment, firm.life)


def first_task(firm):
    return followed(firm).tasks[0].item.id


def mark_of(firm, task):
    return next(one.mark for one in followed(firm).tasks if one.item.id == task)


def test_a_mark_is_kept_and_two_people_meet_at_one_task(in_force):
    task = first_task(in_force)
    in_force.do(following.save_mark, who="editor", task=task, seen=None, wanted=DONE)

    assert mark_of(in_force, task) == DONE
    assert followed(in_force).count(TaskStanding.DONE) == 1
    with pytest.raises(Conflict) as met:
        in_force.do(following.save_mark, task=task, seen=None, wanted=TaskMark(TaskState.DOING, TODAY))
    assert met.value.details["who"] == "editor"
    in_force.do(following.save_mark, task=task, seen=DONE, wanted=None)
    assert mark_of(in_force, task) is None


@pytest.mark.parametrize("who", ["viewer", "adviser", "official", "administrator", "stranger"])
def test_others_mark_nothing(in_force, who):
    task = first_task(in_force)
    with pytest.raises(NotThere):
        in_force.do(following.save_mark, who=who, task=task, seen=None, wanted=DONE)


def test_nothing_is_marked_before_a_programme_is_in_force_nor_beside_its_tasks(firm):
    with pytest.raises(OutOfOrder):
        firm.do(following.save_mark, task="task:named-person", seen=None, wanted=DONE)
    firm.issue_all()
    with pytest.raises(NotThere):
        firm.do(following.save_mark, task="task:no-such-task", seen=None, wanted=DONE)
    with pytest.raises(ProgrammeRefused):
        firm.do(following.save_mark, task=first_task(firm), seen=None, wanted=replace(DONE, spent_vnd=-1))


def test_marks_go_along_into_the_amended_version(in_force):
    task = first_task(in_force)
    in_force.do(following.save_mark, task=task, seen=None, wanted=DONE)
    in_force.do(issuing.amend, reason="Mở thêm xưởng")
    in_force.issue_all(number="09/QĐ-HTX")

    assert followed(in_force).version.number == 2
    assert mark_of(in_force, task) == DONE


def test_a_task_whose_day_has_passed_is_late_until_it_is_done(in_force, clock):
    task = first_task(in_force)
    clock.pass_time(days=400)

    assert followed(in_force).tasks[0].standing is TaskStanding.LATE
    in_force.do(following.save_mark, task=task, seen=None, wanted=DONE)
    assert followed(in_force).tasks[0].standing is TaskStanding.DONE


def test_review_and_report_are_due_a_year_after_the_issue_or_the_last_one():
    issued, end = date(2027, 1, 5), date(2029, 12, 31)
    assert next_dues(issued, end, {}) == (
        Due("review", date(2028, 1, 5)),
        Due("report", date(2028, 1, 5)),
        Due("end", end),
    )
    looked = {"review": date(2028, 2, 29), "report": date(2029, 3, 1)}
    assert next_dues(issued, end, looked) == (
        Due("review", date(2029, 2, 28)),
        Due("end", end),
        Due("report", date(2030, 3, 1)),
    )


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("form", list(READERS))
def test_an_issued_version_bears_its_decision_and_is_no_draft_any_more(sqlite_in_force, form, language):
    shown = READERS[form](sqlite_in_force.do(following.version_file, number=1, form=form, language=language))

    assert "05/QĐ-HTX" in shown
    assert sqlite_in_force.environment.catalogue.word("programme.stamp")[language] not in shown


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("form", list(READERS))
def test_the_decision_on_an_amendment_names_what_changes_and_why(sqlite_in_force, form, language):
    case = sqlite_in_force
    case.do(issuing.amend, reason="Mở thêm xưởng đóng gói.")
    write(case.environment, case.people, CAUSE, "Xưởng mới chưa có người")

    shown = READERS[form](case.do(following.amendment_file, number=2, form=form, language=language))

    for said in (NUMBER, "Chưa ai nhận việc", "Xưởng mới chưa có người", "Mở thêm xưởng đóng gói. "):
        assert said in shown
    assert "{" not in shown
    whole = READERS[form](case.do(following.version_file, number=2, form=form, language=language))
    [issued] = case.environment.catalogue.templates["decision"].articles[0].blocks
    assert "Mở thêm xưởng đóng gói. " in whole
    assert issued.text[language].rpartition("}")[2].strip() not in whole
    with pytest.raises(NotThere):
        case.do(following.amendment_file, number=1, form=form, language=language)


@pytest.mark.parametrize("who", ["adviser", "official", "administrator", "stranger"])
def test_nobody_outside_gets_a_version(sqlite_in_force, who):
    with pytest.raises(NotThere):
        sqlite_in_force.do(following.version_file, who=who, number=1, form=DraftForm.PDF, language=Language.VI)


@pytest.fixture
def sqlite_in_force(sqlite_environment, sqlite_people, prepared):
    made = Firm(sqlite_environment, sqlite_people)

    def issue():
        answer_all(sqlite_environment, sqlite_people)
        write(sqlite_environment, sqlite_people, CAUSE, "Chưa ai nhận việc")
        made.issue_all(number=NUMBER)

    prepared("following: issued", issue)
    return made
