"""Deeds of a person around the data of their enterprise: see what is kept, delete it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from core.domain.permissions import Action, Actor, Concern, Role, may, require
from core.domain.sizing import size_class
from core.errors import ProfileRefused
from core.language import VIETNAM, clean
from core.services import assessing
from core.services.environment import Environment, reading, transaction
from core.storage.repository_accounts import KeptAccount
from core.storage.repository_enterprises import AnonymousResult
from core.storage.repository_files import KeptAttachment, KeptInstrumentFile

STATISTICS_CONSENT = "aggregate-statistics"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a person and their enterprise, counted. instrument_files: with the code of their instrument.

    views: what this person answered apart from colleagues. asked_on: since when the Department is asked for support.
    """

    account: KeptAccount
    enterprise_name: str
    since: datetime
    answers: int
    notes: int
    files: tuple[KeptAttachment, ...]
    instrument_files: tuple[tuple[str, KeptInstrumentFile], ...]
    instruments: int
    edits: int
    reports: int
    feedback: int
    views: int
    asked_on: date | None
    may_export: bool
    may_import: bool
    may_erase: bool


def overview(environment: Environment, actor: Actor, enterprise_id: UUID) -> Kept:
    """Return what is kept. Raises NotThere."""
    opened = assessing.open_assessment(environment, actor, enterprise_id)
    with reading(environment) as repository:
        account = repository.accounts.get(actor.account_id)
        programmes = repository.programmes.of_enterprise(enterprise_id)
        codes = {one.id: one.instrument.code for one in repository.instruments.of_enterprise(enterprise_id)}
        instrument_files = [(codes[one.instrument_id], one) for one in repository.files.of_register(enterprise_id)]
        views = len(repository.views.of_account(enterprise_id, actor.account_id))
        edits = sum(len(repository.programmes.edits(one.id)) for one in programmes)
        reports = len(repository.reports.of_enterprise(enterprise_id))
        feedback = len(repository.reports.feedback_of(enterprise_id))
        request = repository.support.of_enterprise(enterprise_id).request
    concern = Concern(enterprise_id=enterprise_id, state=opened.assessment.state)
    return Kept(
        account=account,
        enterprise_name=opened.profile.name,
        since=opened.enterprise.created_at,
        answers=sum(kept.answer.choice is not None for kept in opened.answers.values()),
        notes=sum(bool(kept.answer.note) for kept in opened.answers.values()),
        files=tuple(file for files in opened.files.values() for file in files),
        instrument_files=tuple(sorted(instrument_files, key=lambda one: one[0])),
        instruments=len(opened.instruments),
        edits=edits,
        reports=reports,
        feedback=feedback,
        views=views,
        asked_on=request.asked_at.astimezone(VIETNAM).date() if request else None,
        may_export=may(actor, Action.EXPORT_DATA, concern),
        may_import=may(actor, Action.IMPORT_DATA, concern),
        may_erase=may(actor, Action.DELETE_DATA, concern),
    )


def erase(environment: Environment, actor: Actor, enterprise_id: UUID, typed_name: str) -> None:
    """Delete an enterprise for good; scores without a name stay when its owners agreed to statistics.

    Raises ProfileRefused("erase-name-differs") unless its name was typed, NotThere.
    """
    opened = assessing.open_assessment(environment, actor, enterprise_id)
    require(actor, Action.DELETE_DATA, Concern(enterprise_id=enterprise_id, state=opened.assessment.state))
    if clean(typed_name) != opened.profile.name:
        raise ProfileRefused("erase-name-differs", field="name", expected=opened.profile.name)
    result = assessing.computed(environment, opened)
    with transaction(environment, actor) as repository:
        owners = [one for one in repository.accounts.members(enterprise_id) if one.role == Role.OWNER]
        agreed = all(STATISTICS_CONSENT in repository.accounts.standing_consents(one.account_id) for one in owners)
        repository.enterprises.lock(enterprise_id)
        for assessment in repository.assessments.of_enterprise(enterprise_id):
            repository.assessments.get(assessment.id, lock=True)
        for submission in repository.reviews.of_enterprise(enterprise_id):
            repository.reviews.get(submission.id, lock=True)
        repository.counting.forget(enterprise_id)
        repository.enterprises.erase(enterprise_id, tuple(_nameless(environment, result)) if agreed else ())


def _nameless(environment: Environment, result: assessing.Result) -> Iterator[AnonymousResult]:
    scorecard, profile = result.self_score, result.opened.profile
    # An unfinished assessment says nothing about the enterprise: only finished ones are counted.
    if scorecard.low is None or scorecard.level_low is None or not scorecard.is_complete:
        return
    size = size_class(profile, result.opened.catalogue.method, result.opened.catalogue.vsic).size
    yield AnonymousResult(
        province=profile.province,
        sector=profile.sector,
        size=size.value if size else "",
        edition=scorecard.edition,
        month=environment.now().astimezone(VIETNAM).strftime("%Y-%m"),
        level=scorecard.level_low.level,
        score=str(scorecard.low),
        topics={topic.topic: str(topic.low) for topic in scorecard.topics if topic.low is not None},
    )
