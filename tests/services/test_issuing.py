"""From draft to decision and on: every step by the table, nothing skipped, nothing lost, each version readable."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.domain.assessment import Choice
from core.domain.journey import ProgrammeState, ProgrammeStep
from core.errors import Conflict, NotThere, OutOfOrder, ProgrammeRefused
from core.language import Language
from core.services import assessing, issuing, programming
from core.services.environment import reading
from tests.services.test_programming import CAUSE, QUESTION, answer, opened, write

TODAY = date(2026, 11, 22)
ASKED = "tổ sao chè và kế toán"


def answer_all(environment, people, choice=Choice.LEVEL_2):
    sheet = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    for progress in assessing.progress(sheet):
        for question in progress.questions:
            seen = sheet.answer(question.id)
            assessing.save_answer(
                environment, people.owner, sheet.id, question.id, seen=seen, wanted=replace(seen, choice=choice)
            )


@pytest.fixture
def firm(environment, people, prepared):
    """An enterprise with a completed analysis and a draft in its own words."""

    def make_draft():
        answer_all(environment, people)
        write(environment, people, CAUSE, "Chưa ai nhận việc")

    prepared("issuing: firm", make_draft)
    return Firm(environment, people)


class Firm:
    def __init__(self, environment, people):
        self.environment, self.people = environment, people

    def do(self, step, who="owner", **details):
        return step(self.environment, getattr(self.people, who), self.people.enterprise_id, **details)

    def issue_all(self, number="05/QĐ-HTX", day=TODAY):
        self.do(issuing.ask_opinions, asked=ASKED, day=day)
        self.do(issuing.agree, day=day)
        self.do(issuing.issue, number=number, day=day)

    @property
    def life(self):
        return issuing.life_of(self.environment, self.people.owner, self.people.enterprise_id)

    @property
    def state(self):
        return self.life.newest.state


def test_a_programme_goes_through_every_step_and_each_is_kept_with_its_day_and_person(environment, people, firm):
    firm.do(issuing.ask_opinions, asked=ASKED, day=date(2026, 11, 10))
    firm.do(issuing.agree, day=date(2026, 11, 15), outcome="Thêm người thay thế")
    firm.do(issuing.issue, number=" 05/QĐ-HTX ", day=date(2026, 11, 20))
    firm.do(issuing.start, day=date(2027, 1, 1))
    firm.do(issuing.review, day=date(2027, 12, 20), outcome="Giữ nguyên")
    firm.do(issuing.end, day=date(2029, 12, 31))

    [version] = firm.life.versions
    assert version.state is ProgrammeState.ENDED
    assert [(one.step.value, one.day.isoformat(), one.note, one.by_name) for one in version.steps] == [
        ("ask_opinions", "2026-11-10", ASKED, "owner"),
        ("agree", "2026-11-15", "Thêm người thay thế", "owner"),
        ("issue", "2026-11-20", "05/QĐ-HTX", "owner"),
        ("start", "2027-01-01", "", "owner"),
        ("review", "2027-12-20", "Giữ nguyên", "owner"),
        ("end", "2029-12-31", "", "owner"),
    ]
    assert version.programme.facts.issued_number == "05/QĐ-HTX"
    assert version.programme.facts.issued_on == date(2026, 11, 20)
    assert version.programme.facts.period_start == date(2027, 1, 1)
    with reading(environment) as repository:
        told = [one.action for one in repository.events.of("programme", version.programme.id)]
        assert repository.events.check().broken is None
    assert [one for one in told if one in {f"programme.{step.value}" for step in ProgrammeStep}] == [
        f"programme.{one.step.value}" for one in version.steps
    ]


@pytest.mark.parametrize("until", [None, "ask_opinions"])
def test_issuing_cannot_skip_opinions_nor_agreement(firm, until):
    if until:
        firm.do(issuing.ask_opinions, asked=ASKED, day=TODAY)
    before = firm.state

    with pytest.raises(OutOfOrder) as refused:
        firm.do(issuing.issue, number="05/QĐ-HTX", day=TODAY)

    assert refused.value.code == "step-not-allowed"
    assert firm.state is before
    assert firm.life.newest.programme.facts.issued_on is None


def test_no_opinions_are_asked_on_a_programme_without_its_analysis(environment, people):
    answer(environment, people.owner, people.enterprise_id, Choice.LEVEL_1)

    with pytest.raises(OutOfOrder) as refused:
        issuing.ask_opinions(environment, people.owner, people.enterprise_id, asked=ASKED, day=TODAY)

    assert refused.value.code == "analysis-not-complete"


def test_what_opinions_were_asked_on_is_what_is_issued(environment, people, firm):
    firm.do(issuing.ask_opinions, asked=ASKED, day=TODAY)
    asked = programming.pdf(environment, people.owner, people.enterprise_id, Language.VI)
    answer(environment, people.owner, people.enterprise_id, Choice.LEVEL_4)

    with pytest.raises(OutOfOrder) as refused:
        write(environment, people, CAUSE, "lời sửa sau")

    assert refused.value.code == "programme-stands-still"
    sheet = opened(environment, people)
    assert not sheet.may_edit
    assert sheet.draft.item(f"finding:{QUESTION}").text("cause", Language.VI) == "Chưa ai nhận việc"
    assert sheet.draft.item("organisation").value("opinion_givers") == ASKED
    assert programming.pdf(environment, people.owner, people.enterprise_id, Language.VI) == asked


def test_a_version_taken_back_is_written_again_and_asked_again(environment, people, firm):
    firm.do(issuing.ask_opinions, asked=ASKED, day=TODAY)
    firm.do(issuing.agree, day=TODAY)
    firm.do(issuing.revise, reason="Kế toán đề nghị thêm cân")
    write(environment, people, CAUSE, "Tổ trưởng nghỉ việc")

    with pytest.raises(OutOfOrder):
        firm.do(issuing.agree, day=TODAY)
    firm.issue_all()

    cause = firm.life.newest.draft.item(f"finding:{QUESTION}").text("cause", Language.VI)
    assert cause == "Tổ trưởng nghỉ việc"


def test_an_amendment_takes_the_place_of_the_version_before_and_that_stays_as_it_was(environment, people, firm):
    firm.issue_all(day=TODAY)
    firm.do(issuing.start, day=TODAY)
    with pytest.raises(ProgrammeRefused):
        firm.do(issuing.amend, reason="  ")

    assert firm.do(issuing.amend, reason="Mở thêm xưởng đóng gói") == 2

    assert [one.state.value for one in firm.life.versions] == ["draft", "under_way"]
    assert firm.life.in_force.number == 1
    write(environment, people, CAUSE, "Xưởng mới chưa có người")
    with pytest.raises(OutOfOrder):
        firm.do(issuing.issue, number="09/QĐ-HTX", day=TODAY)
    firm.issue_all(number="09/QĐ-HTX")

    second, first = firm.life.versions
    assert (second.state.value, first.state.value) == ("under_way", "ended")
    assert second.programme.facts.reason == "Mở thêm xưởng đóng gói"
    causes = [one.draft.item(f"finding:{QUESTION}").text("cause", Language.VI) for one in (first, second)]
    assert causes == ["Chưa ai nhận việc", "Xưởng mới chưa có người"]


def test_when_a_programme_has_ended_the_next_begins_with_the_same_words_and_a_new_period(environment, people, firm):
    write(environment, people, "period/end", "31/12/2028")
    firm.issue_all()
    firm.do(issuing.end, day=TODAY)

    assert firm.do(issuing.renew) == 2

    sheet = opened(environment, people)
    assert sheet.may_edit
    assert sheet.draft.item(f"finding:{QUESTION}").text("cause", Language.VI) == "Chưa ai nhận việc"
    assert "period/end" not in sheet.edits


@pytest.mark.parametrize(
    ("step", "details", "code"),
    [
        (issuing.agree, {"day": date(2026, 11, 9)}, "step-before-the-last"),
        (issuing.ask_opinions, {"asked": "  ", "day": TODAY}, "opinions-nobody-asked"),
        (issuing.issue, {"number": "", "day": TODAY}, "decision-without-number"),
    ],
)
def test_a_step_says_all_that_it_needs_and_never_lies_before_the_last(firm, step, details, code):
    firm.do(issuing.ask_opinions, asked=ASKED, day=date(2026, 11, 10))

    with pytest.raises(ProgrammeRefused) as refused:
        firm.do(step, **details)

    assert refused.value.code == code
    assert firm.state is ProgrammeState.OPINIONS_ASKED


def test_a_number_copied_wrongly_is_corrected(firm):
    firm.issue_all(number="50/QĐ-HTX")
    seen = firm.life.in_force.programme.facts

    firm.do(issuing.correct_decision, number="05/QĐ-HTX", day=TODAY, seen=seen)

    assert firm.life.in_force.programme.facts.issued_number == "05/QĐ-HTX"


def test_days_of_opinions_and_agreement_are_corrected_and_what_was_told_stays_in_the_history(firm):
    firm.issue_all()
    asked, agreed, _ = firm.life.newest.steps
    seen = {asked.id: TODAY, agreed.id: TODAY}
    earlier = {asked.id: TODAY - timedelta(days=9), agreed.id: TODAY - timedelta(days=2)}

    def correct(wanted, seen=seen, who="owner", number=1):
        firm.do(issuing.correct_days, who=who, number=number, seen=seen, wanted=wanted)

    for wrong in ({asked.id: TODAY + timedelta(days=1)}, {agreed.id: TODAY + timedelta(days=1)}):
        with pytest.raises(ProgrammeRefused, match="step-before-the-last"):
            correct(seen | wrong)
    for who in ("editor", "adviser", "stranger"):
        with pytest.raises(NotThere):
            correct(earlier, who=who)
    with pytest.raises(NotThere):
        correct(earlier, number=2)
    correct(earlier)
    with pytest.raises(Conflict):
        correct(seen | {asked.id: TODAY - timedelta(days=1)})

    asked, agreed, issued = firm.life.newest.steps
    assert (asked.day, agreed.day, issued.day) == (*earlier.values(), TODAY)
    assert [(told.day, told.by_name) for told in asked.corrected] == [(TODAY, "owner")]
    assert asked.note == ASKED
    correct(seen, seen=earlier)
    assert [told.day for told in firm.life.newest.steps[0].corrected] == [TODAY, earlier[asked.id]]
    assert firm.life.newest.state is ProgrammeState.ISSUED


@pytest.mark.parametrize("who", ["editor", "viewer", "adviser", "official", "administrator", "stranger"])
def test_only_the_owner_takes_steps(firm, who):
    with pytest.raises(NotThere):
        firm.do(issuing.ask_opinions, who=who, asked=ASKED, day=TODAY)

    assert firm.state is ProgrammeState.DRAFT
