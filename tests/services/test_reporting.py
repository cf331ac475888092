"""The yearly report: computed where it can be, written where it cannot, the same for ever once it is finished."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from core.domain.assessment import Choice
from core.domain.carrying_out import TaskMark, TaskState
from core.domain.feedback import Addressee, Feedback, FeedbackKind, Theme
from core.domain.programme_facts import DraftFacts
from core.domain.yearly_report import is_reached, reached_figure
from core.errors import Conflict, NotThere, OutOfOrder, ProgrammeRefused, ReportRefused
from core.language import Language
from core.services import following, issuing, reporting
from core.services.environment import reading
from core.services.exchanging import DraftForm
from tests.services.test_issuing import TODAY, Firm, answer_all, firm
from tests.services.test_review_letters import READERS, pdf_text

__all__ = ["firm"]
YEAR = 2026
HARD = Feedback(FeedbackKind.DIFFICULTY, Theme.INSTRUMENTS, "Nơi kiểm định ở xa", YEAR, "Cả tỉnh có một nơi")
ASK = Feedback(FeedbackKind.PROPOSAL, Theme.PEOPLE, "Mở lớp về hàng đóng gói sẵn", YEAR, "", Addressee.DEPARTMENT)
FOCUS = "conclusion/next_focus"


@pytest.fixture
def reporting_firm(firm, prepared):
    def start():
        firm.issue_all()
        firm.do(issuing.start, day=TODAY)

    prepared("reporting: firm", start)
    return firm


def report(firm, year=None, who="owner"):
    return firm.do(reporting.open_report, who=who, year=year)


def write(firm, path, typed, before="", who="owner"):
    firm.do(reporting.save_entry, who=who, opened=report(firm), path=path, typed=typed, before=before)


def test_before_anything_is_issued_there_is_no_report_but_difficulties_can_be_told(firm):
    assert report(firm) is None
    firm.do(reporting.tell, who="editor", feedback=HARD)

    [one] = firm.do(reporting.told, who="viewer").feedback
    assert (one.feedback, one.updated_by_name) == (HARD, "editor")
    with reading(firm.environment) as repository:
        told = [event.action for event in repository.events.of("feedback", one.id)]
    assert told == ["feedback.added"]


def test_what_is_typed_is_kept_by_place_and_two_people_meet(reporting_firm):
    write(reporting_firm, FOCUS, "Đào tạo người thay thế", who="editor")
    objective = DraftFacts(report(reporting_firm).draft).objectives[0].id
    write(reporting_firm, f"{objective}/reached", "2,5")

    assert report(reporting_firm).entries == {FOCUS: "Đào tạo người thay thế", f"{objective}/reached": "2.5"}
    with pytest.raises(Conflict) as met:
        write(reporting_firm, FOCUS, "Cân mới", before="")
    assert met.value.details["who"] == "editor"
    with pytest.raises(ProgrammeRefused):
        write(reporting_firm, f"{objective}/reached", "nhiều", before="2,5")
    with pytest.raises(ReportRefused):
        write(reporting_firm, "objective:level/nothing", "x")


def test_a_finished_report_says_the_same_whatever_happens_afterwards(reporting_firm):
    firm = reporting_firm
    task = following.followed(firm.environment, firm.life).tasks[0].item.id
    firm.do(following.save_mark, task=task, seen=None, wanted=TaskMark(TaskState.DONE, TODAY, "Biên bản", 900_000))
    firm.do(reporting.tell, feedback=HARD)
    write(firm, FOCUS, "Đào tạo")
    before = report(firm).matter
    firm.do(reporting.finish, year=YEAR)

    answer_all(firm.environment, firm.people, Choice.LEVEL_4)
    firm.do(following.save_mark, task=task, seen=following_mark(firm, task), wanted=None)
    firm.do(reporting.tell, feedback=ASK)

    finished = report(firm, YEAR)
    assert (finished.matter, finished.may_edit) == (before, False)
    assert [one.task for one in before.tasks] == [task]
    with pytest.raises(OutOfOrder) as refused:
        firm.do(reporting.save_entry, opened=finished, path=FOCUS, typed="khác", before="Đào tạo")
    assert refused.value.code == "report-finished"
    firm.do(reporting.open_again, year=YEAR)
    assert report(firm, YEAR).matter != before
    assert report(firm, YEAR).entries == {FOCUS: "Đào tạo"}


def following_mark(firm, task):
    return next(one.mark for one in following.followed(firm.environment, firm.life).tasks if one.item.id == task)


def test_the_year_of_a_report_lies_between_issue_and_today(reporting_firm, clock):
    for year in (2025, 2027):
        with pytest.raises(ReportRefused) as refused:
            report(reporting_firm, year)
        assert refused.value.code == "report-year-out"
    clock.pass_time(days=60)

    assert report(reporting_firm).years == (2027, 2026)
    matter = report(reporting_firm, 2026).matter
    assert (matter.first, matter.last) == (TODAY, date(2026, 12, 31))


def test_objectives_are_reached_in_the_direction_in_which_they_move(reporting_firm):
    opened = report(reporting_firm)
    up = next(one for one in DraftFacts(opened.draft).objectives if one.id == "objective:level")
    figure = reached_figure(up, opened.matter, {})

    assert figure == opened.matter.level
    assert is_reached(up, up.figure("target"))
    assert not is_reached(up, figure)
    assert not is_reached(up, None)


def test_rows_of_ones_own_are_added_and_removed_whole(reporting_firm):
    item = reporting_firm.do(reporting.add_row, opened=report(reporting_firm), kind="own-corrective")
    write(reporting_firm, f"{item}/text", "Đặt lịch kiểm định tại chỗ")
    write(reporting_firm, f"{item}/due", "31/03/2027")
    assert report(reporting_firm).entries[f"{item}/due"] == "2027-03-31"

    reporting_firm.do(reporting.remove_row, opened=report(reporting_firm), item=item)

    assert report(reporting_firm).entries == {}


@pytest.mark.parametrize("who", ["viewer", "adviser", "official", "administrator", "stranger"])
def test_only_owner_and_editor_write_reports_and_tell_difficulties(reporting_firm, who):
    opened = report(reporting_firm)
    feedback_id = reporting_firm.do(reporting.tell, feedback=HARD)
    for deed, details in (
        (reporting.save_entry, {"opened": opened, "path": FOCUS, "typed": "x", "before": ""}),
        (reporting.tell, {"feedback": HARD}),
        (reporting.take_back, {"feedback_id": feedback_id}),
        (reporting.finish, {"year": YEAR}),
    ):
        with pytest.raises(NotThere):
            reporting_firm.do(deed, who=who, **details)


def test_what_was_told_is_changed_taken_back_and_never_another_firms(reporting_firm):
    firm = reporting_firm
    feedback_id = firm.do(reporting.tell, feedback=HARD)
    firm.do(reporting.change, feedback_id=feedback_id, seen=HARD, wanted=replace(HARD, text="Nơi hiệu chuẩn ở xa"))
    people = firm.people
    with pytest.raises(NotThere):
        reporting.take_back(firm.environment, people.stranger, people.strangers_enterprise_id, feedback_id)
    assert firm.do(reporting.told).feedback[0].feedback.text == "Nơi hiệu chuẩn ở xa"
    firm.do(reporting.take_back, feedback_id=feedback_id)
    assert firm.do(reporting.told).feedback == ()
    for flawed in (replace(HARD, text=" "), replace(ASK, addressee=None), replace(HARD, cause="x" * 3000)):
        with pytest.raises(ReportRefused):
            firm.do(reporting.tell, feedback=flawed)


@pytest.mark.parametrize("language", list(Language))
def test_the_paper_holds_all_eight_parts_with_what_was_written(sqlite_environment, sqlite_people, language):
    answer_all(sqlite_environment, sqlite_people)
    firm = Firm(sqlite_environment, sqlite_people)
    firm.issue_all()
    task = following.followed(firm.environment, firm.life).tasks[0].item.id
    firm.do(following.save_mark, task=task, seen=None, wanted=TaskMark(TaskState.DONE, TODAY, "Biên bản 7", 900_000))
    for feedback in (HARD, ASK):
        firm.do(reporting.tell, feedback=feedback)
    item = firm.do(reporting.add_row, opened=report(firm), kind="own-effect")
    for path, typed in (
        (FOCUS, "Đào tạo người thay thế."),
        ("general/author", "Tổ trưởng kỹ thuật"),
        (f"{item}/name", "Hao hụt khi mua"),
        (f"{item}/after", "0,6 %"),
    ):
        write(firm, path, typed)
    stamp = sqlite_environment.catalogue.word("programme.stamp")[language]
    draft = firm.do(reporting.report_file, year=YEAR, form=DraftForm.PDF, language=language)
    assert stamp in pdf_text(draft)
    firm.do(reporting.finish, year=YEAR)

    for form, read in READERS.items():
        shown = read(firm.do(reporting.report_file, year=YEAR, form=form, language=language))
        assert stamp not in shown
        for said in (HARD.text, HARD.cause, ASK.text, "Biên bản 7", "Hao hụt khi mua", "0,6 %", "Tổ trưởng kỹ thuật"):
            assert said in shown
        assert "Đào tạo người thay thế." in shown
        assert "{" not in shown
        headings = [one.heading[language] for one in sqlite_environment.catalogue.templates["report"].sections]
        assert all(heading in shown for heading in headings)
