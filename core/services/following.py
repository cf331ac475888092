"""Deeds around a programme in force: see its tasks and what is due, mark a task, hand out any version as a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from core.domain.carrying_out import NEAR_DAYS, Due, TaskMark, TaskStanding, check_mark, next_dues, standing_of
from core.domain.journey import ProgrammeState, ProgrammeStep
from core.domain.permissions import Action, Actor, Concern, require
from core.domain.programme_edits import DraftItem, ProgrammeDraft
from core.domain.programme_facts import DraftFacts
from core.errors import NotThere, OutOfOrder
from core.language import Language, clean
from core.services import issuing, programming
from core.services.environment import Environment, reading, transaction
from core.services.exchanging import WRITERS, DraftForm
from core.services.issuing import Life, Version
from core.storage.repository_following import KeptMark
from core.storage.repository_reports import KeptReport


@dataclass(frozen=True, slots=True)
class FollowedTask:
    """A task of the version in force, with its mark and where it stands today."""

    item: DraftItem
    kept: KeptMark | None
    standing: TaskStanding

    @property
    def mark(self) -> TaskMark | None:
        return self.kept.mark if self.kept else None


@dataclass(frozen=True, slots=True)
class Followed:
    """The version in force as it is carried out. `reports`: the latest year first."""

    version: Version
    tasks: tuple[FollowedTask, ...]
    dues: tuple[Due, ...]
    reports: tuple[KeptReport, ...]
    on: date

    def count(self, standing: TaskStanding) -> int:
        return sum(one.standing is standing for one in self.tasks)

    @property
    def open_task(self) -> FollowedTask | None:
        """The task to be done first."""
        return next((one for one in self.tasks if one.standing is not TaskStanding.DONE), None)

    @property
    def next_due(self) -> Due | None:
        """What the programme itself asks for next; None while that is far off and tasks are open."""
        first = self.dues[0] if self.dues else None
        is_near = first is not None and first.day <= self.on + timedelta(days=NEAR_DAYS)
        return first if is_near or self.open_task is None else None


def followed(environment: Environment, life: Life) -> Followed | None:
    """Return how the programme in force goes; None while none is in force. `life` was asked for by this person."""
    return followed_version(environment, life.in_force)


def followed_version(environment: Environment, version: Version | None) -> Followed | None:
    """Return how a version goes; for a version that this person may see."""
    if version is None or version.draft is None:
        return None
    with reading(environment) as repository:
        marks = repository.following.marks(version.programme.id)
        reports = repository.reports.of_enterprise(version.programme.enterprise_id)
    on = environment.today()
    tasks = tuple(
        FollowedTask(item, marks.get(item.id), standing_of(item, _mark_of(marks, item), on))
        for item in DraftFacts(version.draft).tasks
    )
    return Followed(version, tasks, _dues(version, version.draft, reports), reports, on)


def save_mark(
    environment: Environment,
    actor: Actor,
    enterprise_id: UUID,
    task: str,
    *,
    seen: TaskMark | None,
    wanted: TaskMark | None,
) -> None:
    """Keep what is said about a task of the programme in force, None to take it back.

    Raises Conflict, OutOfOrder("nothing-in-force"), ProgrammeRefused, NotThere.
    """
    if wanted is not None:
        wanted = replace(wanted, evidence=" ".join(clean(wanted.evidence).split()))
        check_mark(task, wanted)
    require(actor, Action.FOLLOW_PROGRAMME, Concern(enterprise_id=enterprise_id))
    with transaction(environment, actor) as repository:
        repository.enterprises.lock(enterprise_id)
        version = next((one for one in issuing.versions_of(repository, enterprise_id) if one.is_in_force), None)
        if version is None or version.draft is None:
            raise OutOfOrder("nothing-in-force", state=ProgrammeState.DRAFT.value, step=ProgrammeStep.ISSUE.value)
        if all(item.id != task for item in DraftFacts(version.draft).tasks):
            raise NotThere
        repository.following.save_mark(version.programme, task, seen=seen, wanted=wanted)


def version_file(
    environment: Environment, actor: Actor, enterprise_id: UUID, number: int, form: DraftForm, language: Language
) -> bytes:
    """Return one version as a file, with the number and day of its decision once it was issued. Raises NotThere."""
    version, draft, made_on = _version_and_draft(environment, actor, enterprise_id, number)
    return WRITERS[form](programming.paper(environment, version.programme, draft, language, made_on))


def amendment_file(
    environment: Environment, actor: Actor, enterprise_id: UUID, number: int, form: DraftForm, language: Language
) -> bytes:
    """Return the decision on the amendment that made a version. Raises NotThere, also where it was no amendment."""
    version, draft, made_on = _version_and_draft(environment, actor, enterprise_id, number)
    decision = programming.amendment(environment, version.programme, draft, language, made_on)
    if decision is None:
        raise NotThere
    return WRITERS[form](decision)


def _version_and_draft(
    environment: Environment, actor: Actor, enterprise_id: UUID, number: int
) -> tuple[Version, ProgrammeDraft, date]:
    """Return a version with its text and the day that its papers bear."""
    life = issuing.life_of(environment, actor, enterprise_id)
    if life is None:
        raise NotThere
    assessment = life.opened.result.opened.assessment
    concern = Concern(enterprise_id=enterprise_id, province=assessment.province, state=assessment.state)
    require(actor, Action.DOWNLOAD_DRAFT, concern)
    version = life.version(number)
    draft = version.draft or life.opened.draft
    signed = programming.signed_decision(version.programme)
    return version, draft, signed.day if signed else draft.analysis.register_day


def _mark_of(marks: dict[str, KeptMark], item: DraftItem) -> TaskMark | None:
    kept = marks.get(item.id)
    return kept.mark if kept else None


def _dues(version: Version, draft: ProgrammeDraft, reports: tuple[KeptReport, ...]) -> tuple[Due, ...]:
    issued_on = version.programme.facts.issued_on
    if issued_on is None:
        return ()
    looked: dict[str, date] = {}
    if reviewed := version.last(ProgrammeStep.REVIEW):
        looked["review"] = reviewed.day
    finished = [one.finished_on for one in reports if one.finished_on is not None]
    if finished:
        looked["report"] = max(finished)
    return next_dues(issued_on, draft.period.end, looked)
