"""Deeds around time: the assessment as it was on a day, two days or two rounds side by side, the years' results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from core.domain import review
from core.domain.assessment import Answer, AssessmentState, Evidence, RegisterFacts
from core.domain.catalogue import Catalogue
from core.domain.comparing import (
    Change,
    Comparison,
    Past,
    PeriodResult,
    Standing,
    Touch,
    as_it_was,
    compare,
    register_as_it_was,
)
from core.domain.permissions import Action, Actor, Concern, may, require
from core.domain.register.facts import facts_of_register
from core.domain.scorecard import ScoreKind
from core.domain.scoring import score
from core.errors import NotThere
from core.language import VIETNAM
from core.services import exchanging
from core.services.environment import Environment, reading
from core.services.exchanging import OpenedFile
from core.services.reviewing import OpenReview
from core.storage.repository import Repository
from core.storage.repository_assessments import KeptAssessment
from core.storage.repository_past import PastOfEnterprise

COUNTED = frozenset(AssessmentState) - {AssessmentState.WITHDRAWN}
"""States of the assessments that count as a period of their own."""


@dataclass(frozen=True, slots=True)
class Period:
    """One assessment of an enterprise in its years; `result` is None while nothing of it was handed in or answered.

    submission_id: None before it was handed in; the result is then that of the answers of today.
    """

    assessment_id: UUID
    state: AssessmentState
    started_on: date
    submission_id: UUID | None
    result: PeriodResult | None


@dataclass(frozen=True, slots=True)
class MarkedDay:
    """A day on which something happened: begun, handed_in (with its round), changes_requested, reviewed, today."""

    on: date
    what: str
    round: int = 0


@dataclass(frozen=True, slots=True)
class OpenPast:
    """The years of an enterprise: its periods, oldest first, and the days that can be looked at."""

    name: str
    periods: tuple[Period, ...]
    marks: tuple[MarkedDay, ...]
    first_day: date
    today: date
    catalogue: Catalogue
    """The edition of the newest assessment."""
    may_begin: bool

    @property
    def results(self) -> tuple[PeriodResult, ...]:
        return tuple(one.result for one in self.periods if one.result)


@dataclass(frozen=True, slots=True)
class PastDay:
    """The assessment as it was at the end of a day.

    are_facts_known: False where the log of profile or register was erased; the score then rests on the profile of
    today, and knows of no instrument.
    """

    on: date
    assessment: KeptAssessment
    standing: Standing
    are_facts_known: bool


@dataclass(frozen=True, slots=True)
class TwoDays:
    """Two days side by side; `catalogue` is the edition of the later one, `earlier_catalogue` that of the other."""

    before: PastDay
    after: PastDay
    comparison: Comparison
    earlier_catalogue: Catalogue
    catalogue: Catalogue


def open_past(environment: Environment, actor: Actor, enterprise_id: UUID) -> OpenPast:
    """Return the years of an enterprise. Raises NotThere, also where no assessment was begun yet."""
    require(actor, Action.VIEW_PAST, Concern(enterprise_id=enterprise_id))
    today = environment.today()
    with reading(environment) as repository:
        newest_first = repository.assessments.of_enterprise(enterprise_id)
        if not newest_first:
            raise NotThere
        assessments = tuple(reversed(newest_first))
        name = repository.enterprises.get(enterprise_id).profile.name
        periods = tuple(_period(environment, repository, one) for one in assessments if one.state in COUNTED)
        marks = [mark for one in assessments for mark in _marks(repository, one)]
    newest = newest_first[0]
    return OpenPast(
        name=name,
        periods=periods,
        marks=(*sorted(dict.fromkeys(marks), key=lambda mark: mark.on), MarkedDay(today, "today")),
        first_day=assessments[0].started_on,
        today=today,
        catalogue=environment.edition(newest.edition),
        may_begin=may(actor, Action.BEGIN_NEXT, _concern(newest)),
    )


def compare_days(environment: Environment, actor: Actor, enterprise_id: UUID, one: date, other: date) -> TwoDays | None:
    """Return the assessment at the end of two days; None where one of them lies before the first assessment.

    Raises NotThere.
    """
    require(actor, Action.VIEW_PAST, Concern(enterprise_id=enterprise_id))
    earlier, later = sorted((one, other))
    with reading(environment) as repository:
        before = _on_day(environment, repository, enterprise_id, earlier)
        after = _on_day(environment, repository, enterprise_id, later)
        if before is None or after is None:
            return None
        past = PastOfEnterprise(repository.session, enterprise_id)
        touches = {
            change.place: Touch(change.by_name, change.at)
            for change in past.answers(after.assessment.id)
            if _end_of(earlier) < change.at <= _end_of(later)
        }
    return TwoDays(
        before=before,
        after=after,
        comparison=compare(before.standing, after.standing, touches),
        earlier_catalogue=environment.edition(before.assessment.edition),
        catalogue=environment.edition(after.assessment.edition),
    )


def compare_rounds(opened: OpenReview) -> Comparison | None:
    """Return the latest two rounds of a submission side by side; None after the first one."""
    if len(opened.rounds) < 2:
        return None
    latest = opened.rounds[-1]
    before = _of_file(exchanging.open_file(opened.rounds[-2].content))
    after = _of_file(opened.file)
    who = Touch(latest.by_name, latest.at)
    return compare(before, after, dict.fromkeys(opened.catalogue.questions, who))


# --- Inner


def _of_file(file: OpenedFile) -> Standing:
    answers = file.exchange.answers
    return Standing(answers, score(file.catalogue, file.exchange.profile, answers, file.register))


def _period(environment: Environment, repository: Repository, assessment: KeptAssessment) -> Period:
    submission = repository.reviews.of_assessment(assessment.id)
    if submission is None:
        today = _on_day(environment, repository, assessment.enterprise_id, environment.today(), assessment)
        card = today.standing.scorecard if today else None
        result = PeriodResult(assessment.edition, environment.today(), card) if card and card.has_score else None
        return Period(assessment.id, assessment.state, assessment.started_on, None, result)
    latest = repository.reviews.rounds(submission.id)[-1]
    file = exchanging.open_file(latest.content)
    validated = None
    if assessment.state is AssessmentState.REVIEWED:
        rulings = {question: kept.ruling for question, kept in repository.reviews.rulings(submission.id).items()}
        answers = review.validated(file.exchange.answers, rulings)
        validated = score(file.catalogue, file.exchange.profile, answers, file.register, ScoreKind.VALIDATED)
    result = PeriodResult(
        edition=assessment.edition,
        on=latest.at.astimezone(VIETNAM).date(),
        self_score=_of_file(file).scorecard,
        validated=validated,
    )
    return Period(assessment.id, assessment.state, assessment.started_on, submission.id, result)


def _marks(repository: Repository, assessment: KeptAssessment) -> Sequence[MarkedDay]:
    marks = [MarkedDay(assessment.started_on, "begun")]
    submission = repository.reviews.of_assessment(assessment.id)
    if submission is not None:
        marks += [
            MarkedDay(one.at.astimezone(VIETNAM).date(), "handed_in", one.number)
            for one in repository.reviews.rounds(submission.id)
        ]
        marks += [
            MarkedDay(one.at.astimezone(VIETNAM).date(), one.kind.value, one.round)
            for one in repository.reviews.decisions(submission.id)
            if one.revoked_at is None
        ]
    return marks


def _on_day(
    environment: Environment,
    repository: Repository,
    enterprise_id: UUID,
    on: date,
    assessment: KeptAssessment | None = None,
) -> PastDay | None:
    """Return the assessment of a day, or the one asked for, as it was at the end of that day."""
    of_day = (one for one in repository.assessments.of_enterprise(enterprise_id) if one.started_on <= on)
    found = assessment or next(of_day, None)
    if found is None:
        return None
    catalogue, moment = environment.edition(found.edition), _end_of(on)
    past = PastOfEnterprise(repository.session, enterprise_id)
    answers = _answers(repository, past, found, moment)
    profile_now = repository.enterprises.get(enterprise_id).profile
    profiles = as_it_was({"": profile_now}, past.profile(), moment)
    profile = profiles.values.get("", profile_now)
    lines_now = tuple(kept.instrument for kept in repository.instruments.of_enterprise(enterprise_id))
    lines = register_as_it_was(lines_now, past.register(), moment)
    register = facts_of_register(lines, catalogue, on) if lines is not None else RegisterFacts()
    standing = Standing(answers.values, score(catalogue, profile, answers.values, register), answers.unknown)
    return PastDay(on, found, standing, lines is not None and not profiles.unknown)


def _answers(
    repository: Repository, past: PastOfEnterprise, assessment: KeptAssessment, moment: datetime
) -> Past[Answer]:
    """Return the answers as they counted: "file" without a file of that time is no more than a description."""
    now = {question: kept.answer for question, kept in repository.assessments.answers(assessment.id).items()}
    changes: Sequence[Change[Answer]] = past.answers(assessment.id)
    rounds: list[tuple[datetime, Mapping[str, Answer]]] = []
    if any(change.is_erased for change in changes):
        submission = repository.reviews.of_assessment(assessment.id)
        kept_rounds = repository.reviews.rounds(submission.id) if submission else ()
        rounds = [(one.at, exchanging.open_file(one.content).exchange.answers) for one in kept_rounds]
    found = as_it_was(now, changes, moment, rounds)
    files: dict[str, int] = {}
    for file in repository.files.of(assessment.id):
        files[file.question] = files.get(file.question, 0) + 1
    for question, at, step in past.files(assessment.id):
        if at > moment:
            files[question] = files.get(question, 0) - step
    counted = {
        question: replace(answer, evidence=Evidence.DESCRIBED)
        if answer.evidence is Evidence.FILE and not files.get(question)
        else answer
        for question, answer in found.values.items()
    }
    return Past(counted, found.unknown)


def _end_of(on: date) -> datetime:
    """Return the last moment of a day in Vietnam."""
    return datetime.combine(on + timedelta(days=1), time(), VIETNAM) - timedelta(microseconds=1)


def _concern(assessment: KeptAssessment) -> Concern:
    return Concern(enterprise_id=assessment.enterprise_id, province=assessment.province, state=assessment.state)
