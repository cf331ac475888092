"""Keeping what the officials' figures are counted from; called in the transaction of the deed that changes it.

Nobody's right is asked here: the deed has asked it. `recount` does it all again from what everything is counted from.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from uuid import UUID

from core.domain import review
from core.domain.assessment import AssessmentState
from core.domain.feedback import Feedback
from core.domain.instruments import MeasuringInstrument
from core.domain.journey import ProgrammeState
from core.domain.register.facts import facts_of_register
from core.domain.statistics.counting import CountedResult, counted_result, place_of
from core.domain.statistics.figures import Stage
from core.domain.statistics.needs import month_of, needs_of, written
from core.domain.statistics.told import counted_feedback
from core.language import VIETNAM
from core.services.environment import Environment, reading, transaction
from core.storage.exchange import read_exchange
from core.storage.repository import Repository
from core.storage.repository_assessments import KeptAssessment
from core.storage.repository_counting import ReachedStages
from core.storage.repository_reports import quote_key
from core.storage.repository_reviews import KeptSubmission

RECOUNTED_AT_ONCE = 200
"""Enterprises that a recount takes in one transaction, so that nobody waits long for it."""
_ISSUED = (ProgrammeState.ISSUED, ProgrammeState.UNDER_WAY, ProgrammeState.ENDED)


def renew_results(environment: Environment, repository: Repository, enterprise_id: UUID) -> None:
    """Count anew what an enterprise handed in: after handing in, withdrawing, a decision, a revocation."""
    latest: dict[int, tuple[datetime, CountedResult]] = {}
    for submission in _handed_in(repository, enterprise_id):
        content, at = repository.reviews.latest_content(submission.id)
        year = at.astimezone(VIETNAM).year
        if year not in latest or at > latest[year][0]:
            latest[year] = (at, _result(environment, repository, submission, content, at))
    repository.counting.keep_results(enterprise_id, [result for _, result in latest.values()])


def renew_stages(environment: Environment, repository: Repository, enterprise_id: UUID) -> None:
    """Tell anew how far an enterprise has come: after a change of profile, assessment, review, programme or report."""
    enterprise = repository.enterprises.get(enterprise_id)
    assessments = repository.assessments.of_enterprise(enterprise_id)
    catalogue = environment.edition(assessments[0].edition) if assessments else environment.catalogue
    submissions = _handed_in(repository, enterprise_id)
    programmes = [one for one in repository.programmes.of_enterprise(enterprise_id) if one.state in _ISSUED]
    months = {
        Stage.NEW: _month(enterprise.created_at),
        Stage.STARTED: min((month_of(one.answered_on) for one in assessments if one.answered_on), default=None),
        Stage.SUBMITTED: min(
            (_month(repository.reviews.first_handed_in_at(one.id)) for one in submissions), default=None
        ),
        Stage.REVIEWED: min(
            (_month(at) for one in submissions if (at := repository.reviews.reviewed_at(one.id))), default=None
        ),
        Stage.ISSUED: min(
            (month_of(one.facts.issued_on) if one.facts.issued_on else _month(one.state_at) for one in programmes),
            default=None,
        ),
        Stage.REPORTING: min(
            (month_of(one.finished_on) for one in repository.reports.of_enterprise(enterprise_id) if one.finished_on),
            default=None,
        ),
    }
    repository.counting.keep_stages(enterprise_id, ReachedStages(place_of(enterprise.profile, catalogue), months))


def renew_if_first(environment: Environment, repository: Repository, before: KeptAssessment) -> None:
    """Tell that an enterprise has begun when an assessment got its first answer; costs nothing at all others."""
    if before.answered_on is None and repository.assessments.get(before.id).answered_on is not None:
        renew_stages(environment, repository, before.enterprise_id)


def renew_needs(environment: Environment, repository: Repository, enterprise_id: UUID) -> None:
    """Tell anew which services a register will need: after a change of the register or of the province."""
    province = repository.enterprises.get(enterprise_id).profile.province
    instruments: Iterable[MeasuringInstrument] = (
        one.instrument for one in repository.instruments.of_enterprise(enterprise_id)
    )
    needs = needs_of(instruments, environment.catalogue.group2, environment.today())
    repository.counting.keep_needs(enterprise_id, province, written(needs))


def renew_told(environment: Environment, repository: Repository, enterprise_id: UUID) -> None:
    """Count anew what an enterprise told: after telling, changing or taking back, and after a change of profile."""
    told = repository.reports.feedback_of(enterprise_id)
    place = place_of(repository.enterprises.get(enterprise_id).profile, environment.catalogue)
    by_year: dict[int, list[tuple[str, Feedback]]] = {}
    for one in told:
        by_year.setdefault(one.feedback.year, []).append((quote_key(one.id, one.version), one.feedback))
    counted = [counted_feedback(place, year, kept) for year, kept in by_year.items()]
    repository.counting.keep_told(enterprise_id, counted)


def renew_all(environment: Environment, repository: Repository, enterprise_id: UUID) -> None:
    """Do all four."""
    renew_results(environment, repository, enterprise_id)
    renew_stages(environment, repository, enterprise_id)
    renew_needs(environment, repository, enterprise_id)
    renew_told(environment, repository, enterprise_id)


def recount(environment: Environment) -> int:
    """Count every enterprise anew; return how many there are. What was counted stays so unless it is not true."""
    with reading(environment) as repository:
        ids = iter(repository.counting.enterprises())
    done = 0
    while some := tuple(islice(ids, RECOUNTED_AT_ONCE)):
        with transaction(environment) as repository:
            for enterprise_id in some:
                renew_all(environment, repository, enterprise_id)
        done += len(some)
    return done


def _handed_in(repository: Repository, enterprise_id: UUID) -> tuple[KeptSubmission, ...]:
    return tuple(
        one
        for one in repository.reviews.of_enterprise(enterprise_id)
        if one.state not in (AssessmentState.DRAFT, AssessmentState.WITHDRAWN)
    )


def _result(
    environment: Environment, repository: Repository, submission: KeptSubmission, content: str, at: datetime
) -> CountedResult:
    exchange = read_exchange(content)
    catalogue = environment.edition(exchange.catalogue)
    validated = None
    if submission.state is AssessmentState.REVIEWED:
        validated = review.validated(exchange.answers, repository.reviews.ruled(submission.id))
    register = facts_of_register(exchange.instruments, catalogue, exchange.on)
    return counted_result(
        catalogue, exchange.profile, exchange.answers, validated, register, at.astimezone(VIETNAM).date()
    )


def _month(moment: datetime) -> int:
    return month_of(moment.astimezone(VIETNAM).date())
