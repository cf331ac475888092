"""Every step from every state, and the rules of a programme."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.assessment import AssessmentState
from core.domain.journey import (
    AssessmentStep,
    ProgrammeState,
    ProgrammeStep,
    after,
    allowed,
    require_completed_analysis,
    require_full_year,
    require_reason,
    review_due,
    steps_from,
)
from core.domain.scoring import score
from core.errors import OutOfOrder, ProgrammeRefused
from tests.domain.strategies import (
    NOT_APPLICABLE,
    UNKNOWN,
    a_catalogue,
    a_profile,
    a_question,
    a_topic,
    level,
    moderate,
)

# state: step → state, as the journey of the design page tells it
ASSESSMENT = {
    "draft": {"submit": "submitted", "withdraw": "withdrawn"},
    "submitted": {"begin_review": "in_review", "withdraw": "withdrawn"},
    "in_review": {"request_changes": "changes_requested", "finish_review": "reviewed", "withdraw": "withdrawn"},
    "changes_requested": {"submit": "submitted", "revoke": "in_review", "withdraw": "withdrawn"},
    "reviewed": {"revoke": "in_review"},
    "withdrawn": {},
}
PROGRAMME = {
    "draft": {"ask_opinions": "opinions_asked"},
    "opinions_asked": {"agree": "agreed", "revise": "draft"},
    "agreed": {"issue": "issued", "revise": "draft"},
    "issued": {"start": "under_way", "review": "issued", "amend": "draft", "end": "ended"},
    "under_way": {"review": "under_way", "amend": "draft", "end": "ended"},
    "ended": {"renew": "draft"},
}


@pytest.mark.parametrize(
    "table, states, steps",
    [(ASSESSMENT, AssessmentState, AssessmentStep), (PROGRAMME, ProgrammeState, ProgrammeStep)],
    ids=["assessment", "programme"],
)
def test_every_step_from_every_state(table, states, steps):
    assert set(table) == set(states)
    for state in states:
        assert steps_from(state) == table[state]
        for step in steps:
            assert allowed(state, step) == (step in table[state])
            if step in table[state]:
                assert after(state, step) is states(table[state][step])
            else:
                with pytest.raises(OutOfOrder) as refusal:
                    after(state, step)
                assert refusal.value.details == {"state": state, "step": step}


def test_a_step_of_the_other_machine_is_refused():
    with pytest.raises(OutOfOrder):
        after(AssessmentState.DRAFT, ProgrammeStep.ASK_OPINIONS)


@moderate
@given(st.lists(st.sampled_from(ProgrammeStep), max_size=30))
def test_no_version_is_issued_before_opinions_were_asked_and_agreed(steps):
    state, since_draft = ProgrammeState.DRAFT, []
    for step in steps:
        if allowed(state, step):
            state = after(state, step)
            since_draft = [] if state is ProgrammeState.DRAFT else [*since_draft, step]
            if step is ProgrammeStep.ISSUE:
                assert since_draft == [ProgrammeStep.ASK_OPINIONS, ProgrammeStep.AGREE, ProgrammeStep.ISSUE]


@pytest.mark.parametrize(
    "answers, complete",
    [
        ({"a": level(2), "b": UNKNOWN}, True),
        ({"a": level(2), "b": NOT_APPLICABLE}, True),
        ({"a": level(2)}, False),
        ({"a": NOT_APPLICABLE, "b": NOT_APPLICABLE}, False),
        ({}, False),
    ],
)
def test_no_programme_without_a_completed_analysis(answers, complete):
    scorecard = score(a_catalogue(a_topic("t", [a_question("a"), a_question("b")])), a_profile(), answers)
    if complete:
        require_completed_analysis(scorecard)
    else:
        with pytest.raises(OutOfOrder):
            require_completed_analysis(scorecard)


@pytest.mark.parametrize(
    "first_day, last_day, long_enough",
    [
        (date(2027, 1, 1), date(2027, 12, 31), True),
        (date(2027, 1, 1), date(2027, 12, 30), False),
        (date(2024, 2, 29), date(2025, 2, 27), True),
        (date(2027, 1, 1), date(2029, 12, 31), True),
        (date(2027, 1, 1), date(2026, 12, 31), False),
    ],
)
def test_the_period_of_a_programme_is_at_least_one_year(first_day, last_day, long_enough):
    if long_enough:
        require_full_year(first_day, last_day)
    else:
        with pytest.raises(ProgrammeRefused):
            require_full_year(first_day, last_day)


def test_an_amendment_needs_its_reason():
    require_reason("Thêm một cân ô tô")
    for empty in ("", "  \n"):
        with pytest.raises(ProgrammeRefused):
            require_reason(empty)


def test_a_programme_is_reviewed_within_a_year():
    assert review_due(date(2027, 1, 5)) == date(2028, 1, 5)
