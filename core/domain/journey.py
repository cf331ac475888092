"""Which step may follow which: one table for the assessment, one for the programme.

Screens show the steps that the table and the permission allow; services take them through `after`.

Source: Decision 510/QĐ-BKHCN of 2021: no programme without a completed analysis, a period of at least one year,
never issued before opinions were asked, a review each year, a change is a new version with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, overload

from core.domain.assessment import AssessmentState
from core.domain.instruments import add_months
from core.domain.scorecard import Scorecard
from core.errors import OutOfOrder, ProgrammeRefused

REVIEW_MONTHS = 12
"""Months until an issued programme is to be looked at again."""


class AssessmentStep(StrEnum):
    """What can be done with a whole assessment: SUBMIT and WITHDRAW by the enterprise, the rest by the reviewer.

    REVOKE takes the reviewer's own decision back, with a reason.
    """

    SUBMIT = "submit"
    BEGIN_REVIEW = "begin_review"
    REQUEST_CHANGES = "request_changes"
    FINISH_REVIEW = "finish_review"
    REVOKE = "revoke"
    WITHDRAW = "withdraw"


class ProgrammeState(StrEnum):
    """States of one version of a programme."""

    DRAFT = "draft"
    OPINIONS_ASKED = "opinions_asked"
    AGREED = "agreed"
    ISSUED = "issued"
    UNDER_WAY = "under_way"
    ENDED = "ended"


class ProgrammeStep(StrEnum):
    """What can be done with a version of a programme.

    REVISE takes a version that is not yet issued back to draft, so that opinions are asked again.
    REVIEW is the yearly look at it, which changes nothing by itself.
    AMEND leaves the issued version as it is and begins a new one; the state after it is that of the new version.
    RENEW begins the programme of the next period in the same way, once this one has ended.
    """

    ASK_OPINIONS = "ask_opinions"
    AGREE = "agree"
    REVISE = "revise"
    ISSUE = "issue"
    START = "start"
    REVIEW = "review"
    AMEND = "amend"
    END = "end"
    RENEW = "renew"


_ASSESSMENT: Mapping[AssessmentState, Mapping[AssessmentStep, AssessmentState]] = {
    AssessmentState.DRAFT: {
        AssessmentStep.SUBMIT: AssessmentState.SUBMITTED,
        AssessmentStep.WITHDRAW: AssessmentState.WITHDRAWN,
    },
    AssessmentState.SUBMITTED: {
        AssessmentStep.BEGIN_REVIEW: AssessmentState.IN_REVIEW,
        AssessmentStep.WITHDRAW: AssessmentState.WITHDRAWN,
    },
    AssessmentState.IN_REVIEW: {
        AssessmentStep.REQUEST_CHANGES: AssessmentState.CHANGES_REQUESTED,
        AssessmentStep.FINISH_REVIEW: AssessmentState.REVIEWED,
        AssessmentStep.WITHDRAW: AssessmentState.WITHDRAWN,
    },
    AssessmentState.CHANGES_REQUESTED: {
        AssessmentStep.SUBMIT: AssessmentState.SUBMITTED,
        AssessmentStep.REVOKE: AssessmentState.IN_REVIEW,
        AssessmentStep.WITHDRAW: AssessmentState.WITHDRAWN,
    },
    AssessmentState.REVIEWED: {AssessmentStep.REVOKE: AssessmentState.IN_REVIEW},
    AssessmentState.WITHDRAWN: {},
}

_PROGRAMME: Mapping[ProgrammeState, Mapping[ProgrammeStep, ProgrammeState]] = {
    ProgrammeState.DRAFT: {ProgrammeStep.ASK_OPINIONS: ProgrammeState.OPINIONS_ASKED},
    ProgrammeState.OPINIONS_ASKED: {
        ProgrammeStep.AGREE: ProgrammeState.AGREED,
        ProgrammeStep.REVISE: ProgrammeState.DRAFT,
    },
    ProgrammeState.AGREED: {
        ProgrammeStep.ISSUE: ProgrammeState.ISSUED,
        ProgrammeStep.REVISE: ProgrammeState.DRAFT,
    },
    ProgrammeState.ISSUED: {
        ProgrammeStep.START: ProgrammeState.UNDER_WAY,
        ProgrammeStep.REVIEW: ProgrammeState.ISSUED,
        ProgrammeStep.AMEND: ProgrammeState.DRAFT,
        ProgrammeStep.END: ProgrammeState.ENDED,
    },
    ProgrammeState.UNDER_WAY: {
        ProgrammeStep.REVIEW: ProgrammeState.UNDER_WAY,
        ProgrammeStep.AMEND: ProgrammeState.DRAFT,
        ProgrammeStep.END: ProgrammeState.ENDED,
    },
    ProgrammeState.ENDED: {ProgrammeStep.RENEW: ProgrammeState.DRAFT},
}

IN_FORCE = frozenset({ProgrammeState.ISSUED, ProgrammeState.UNDER_WAY})
"""States of the version that holds; an enterprise has one at most."""


@overload
def steps_from(state: AssessmentState) -> Mapping[AssessmentStep, AssessmentState]: ...
@overload
def steps_from(state: ProgrammeState) -> Mapping[ProgrammeStep, ProgrammeState]: ...
def steps_from(
    state: AssessmentState | ProgrammeState,
) -> Mapping[AssessmentStep, AssessmentState] | Mapping[ProgrammeStep, ProgrammeState]:
    """Return the steps that a state allows, each with the state it leads to."""
    return _ASSESSMENT[state] if isinstance(state, AssessmentState) else _PROGRAMME[state]


@overload
def allowed(state: AssessmentState, step: AssessmentStep) -> bool: ...
@overload
def allowed(state: ProgrammeState, step: ProgrammeStep) -> bool: ...
def allowed(state: AssessmentState | ProgrammeState, step: AssessmentStep | ProgrammeStep) -> bool:
    """Tell whether a step may be taken now."""
    return step in steps_from(state)


@overload
def after(state: AssessmentState, step: AssessmentStep) -> AssessmentState: ...
@overload
def after(state: ProgrammeState, step: ProgrammeStep) -> ProgrammeState: ...
def after(
    state: AssessmentState | ProgrammeState, step: AssessmentStep | ProgrammeStep
) -> AssessmentState | ProgrammeState:
    """Return the state that a step leads to; raise OutOfOrder when the state does not allow it."""
    following: Mapping[Any, AssessmentState | ProgrammeState] = steps_from(state)
    if step not in following:
        raise OutOfOrder("step-not-allowed", state=state.value, step=step.value)
    return following[step]


def require_completed_analysis(scorecard: Scorecard) -> None:
    """Raise OutOfOrder while a question of the analysis is open: no programme stands without its analysis."""
    if not (scorecard.has_score and scorecard.is_complete):
        raise OutOfOrder("analysis-not-complete", answered=scorecard.answered, questions=scorecard.applicable)


def require_full_year(first_day: date, last_day: date) -> None:
    """Raise ProgrammeRefused when the period of a programme, both days counted, is shorter than one year."""
    if last_day + timedelta(days=1) < add_months(first_day, 12):
        raise ProgrammeRefused("period-under-one-year", path="period", first_day=first_day, last_day=last_day)


def require_reason(reason: str) -> None:
    """Raise ProgrammeRefused when an amendment comes without its written reason."""
    if not reason.strip():
        raise ProgrammeRefused("amendment-without-reason", path="amendment.reason")


def require_editable(state: ProgrammeState) -> None:
    """Raise OutOfOrder unless the version is a draft: what others are asked about, or was agreed, stands still."""
    if state is not ProgrammeState.DRAFT:
        raise OutOfOrder("programme-stands-still", state=state.value, step=ProgrammeStep.REVISE.value)


def require_not_before(day: date, earlier: date | None) -> None:
    """Raise ProgrammeRefused when a step is dated before the one that it rests on."""
    if earlier is not None and day < earlier:
        raise ProgrammeRefused("step-before-the-last", path="day", day=day, earlier=earlier)


def review_due(last_look: date) -> date:
    """Return the day by which an issued programme is to be reviewed, counted from its issue or its last review."""
    return add_months(last_look, REVIEW_MONTHS)
