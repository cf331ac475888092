"""Deeds around the yearly report, and around difficulties and proposals, which an enterprise tells without one too."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from pydantic import TypeAdapter

from core.domain.carrying_out import TaskMark
from core.domain.feedback import Feedback, check_feedback, who_is_named
from core.domain.journey import ProgrammeState, ProgrammeStep
from core.domain.permissions import Action, Actor, Concern, may, require
from core.domain.programme_edits import ProgrammeDraft, check_value
from core.domain.programme_fields import INCLUDED, YES
from core.domain.programme_parsing import canonical_text
from core.domain.yearly_report import (
    ReportMatter,
    days_of_year,
    result_report,
    rule_of,
    task_results,
    with_register,
    with_score,
)
from core.errors import NotThere, OutOfOrder, ReportRefused
from core.language import Language, clean
from core.services import counting, issuing
from core.services.environment import Environment, reading, transaction
from core.services.exchanging import WRITERS, DraftForm
from core.services.issuing import Life, Version
from core.storage.repository import Repository
from core.storage.repository_reports import KeptEntry, KeptFeedback, KeptReport

MATTER = TypeAdapter(ReportMatter)


@dataclass(frozen=True, slots=True)
class OpenReport:
    """The report of a year as it stands now; `kept` is None until something was written in it."""

    year: int
    years: tuple[int, ...]
    version: Version
    draft: ProgrammeDraft
    matter: ReportMatter
    kept: KeptReport | None
    written: Mapping[str, KeptEntry]
    may_follow: bool

    @property
    def entries(self) -> Mapping[str, str]:
        """Place → what was written there."""
        return {path: one.value for path, one in self.written.items()}

    @property
    def may_edit(self) -> bool:
        return self.may_follow and not self.is_finished

    @property
    def is_finished(self) -> bool:
        return self.kept is not None and self.kept.finished_on is not None


@dataclass(frozen=True, slots=True)
class Told:
    """The difficulties and proposals of an enterprise, oldest first, and whether this person may tell more."""

    feedback: tuple[KeptFeedback, ...]
    may_tell: bool


def open_report(
    environment: Environment, actor: Actor, enterprise_id: UUID, year: int | None = None
) -> OpenReport | None:
    """Return the report of a year, without one of the year that was due last; None before anything was issued.

    Raises ReportRefused("report-year-out"), NotThere.
    """
    life = issuing.life_of(environment, actor, enterprise_id)
    issued = [one for one in life.versions if one.was_issued and one.draft is not None] if life else []
    if life is None or not issued:
        return None
    begun = min(one.programme.facts.issued_on or date.max for one in issued)
    until = _until(issued[0], environment.today())
    years = tuple(range(until.year, begun.year - 1, -1))
    wanted = years[0] if year is None else year
    first, last = days_of_year(wanted, begun, until)
    with reading(environment) as repository:
        kept = next((one for one in repository.reports.of_enterprise(enterprise_id) if one.year == wanted), None)
        written = repository.reports.entries(kept.id) if kept else {}
        version = next((one for one in issued if kept and kept.matter and one.programme.id == kept.programme_id), None)
        version = version or next((one for one in issued if (one.programme.facts.issued_on or last) <= last), issued[0])
        marks = {task: one.mark for task, one in repository.following.marks(version.programme.id).items()}
        feedback = _of_year(repository, enterprise_id, wanted)
    draft = version.draft
    if draft is None:
        raise NotThere
    matter = (
        MATTER.validate_json(kept.matter)
        if kept and kept.matter
        else _matter(life, version, draft, marks, feedback, wanted, (first, last))
    )
    return OpenReport(
        year=wanted,
        years=years or (wanted,),
        version=version,
        draft=draft,
        matter=matter,
        kept=kept,
        written=written,
        may_follow=life.may_follow,
    )


def save_entry(
    environment: Environment, actor: Actor, enterprise_id: UUID, opened: OpenReport, path: str, typed: str, before: str
) -> None:
    """Keep what was typed at a place of the report; the first word begins the report.

    Raises Conflict, OutOfOrder("report-finished"), ProgrammeRefused, ReportRefused, NotThere.
    """
    rule = rule_of(path)
    value, seen = (canonical_text(rule.kind, text, path) for text in (typed, before))
    check_value(path, value, rule)
    with transaction(environment, actor) as repository:
        report = _writable(repository, actor, enterprise_id, opened)
        repository.reports.save_entry(report.id, path, seen=seen, wanted=value)


def add_row(environment: Environment, actor: Actor, enterprise_id: UUID, opened: OpenReport, kind: str) -> str:
    """Add a row of the enterprise's own and return its id. Raises OutOfOrder, NotThere."""
    # The moment stands first in the id, so that rows stay in the order in which they were added.
    item = f"{kind}:{int(environment.now().timestamp() * 1000):013x}-{secrets.token_hex(3)}"
    with transaction(environment, actor) as repository:
        report = _writable(repository, actor, enterprise_id, opened)
        repository.reports.save_entry(report.id, f"{item}/{INCLUDED}", seen="", wanted=YES)
    return item


def remove_row(environment: Environment, actor: Actor, enterprise_id: UUID, opened: OpenReport, item: str) -> None:
    """Forget a row of the enterprise's own, with all that was typed in it. Raises Conflict, OutOfOrder, NotThere."""
    with transaction(environment, actor) as repository:
        report = _writable(repository, actor, enterprise_id, opened)
        for path, value in opened.entries.items():
            if path.rpartition("/")[0] == item:
                repository.reports.save_entry(report.id, path, seen=value, wanted="")


def finish(environment: Environment, actor: Actor, enterprise_id: UUID, year: int) -> None:
    """Close the report of a year: what was computed for it stands from now on. Raises OutOfOrder, NotThere."""
    opened = open_report(environment, actor, enterprise_id, year)
    if opened is None:
        raise OutOfOrder("nothing-in-force", state=ProgrammeState.DRAFT.value, step=ProgrammeStep.ISSUE.value)
    with transaction(environment, actor) as repository:
        report = _writable(repository, actor, enterprise_id, opened)
        matter = MATTER.dump_json(opened.matter).decode()
        repository.reports.set_finished(report.id, opened.version.programme.id, environment.today(), matter)
        counting.renew_stages(environment, repository, enterprise_id)


def open_again(environment: Environment, actor: Actor, enterprise_id: UUID, year: int) -> None:
    """Take a finished report back to go on writing. Raises NotThere."""
    with transaction(environment, actor) as repository:
        _require(repository, actor, enterprise_id)
        for one in repository.reports.of_enterprise(enterprise_id):
            if one.year == year:
                repository.reports.set_finished(one.id, one.programme_id, None, "")
                counting.renew_stages(environment, repository, enterprise_id)
                return
    raise NotThere


def report_file(
    environment: Environment, actor: Actor, enterprise_id: UUID, year: int, form: DraftForm, language: Language
) -> bytes:
    """Return the report of a year as a file; unfinished it is a draft. Raises ReportRefused, NotThere."""
    opened = open_report(environment, actor, enterprise_id, year)
    if opened is None:
        raise NotThere
    made_on = (opened.kept.finished_on if opened.kept else None) or environment.today()
    document = result_report(
        opened.draft, opened.matter, opened.entries, language, made_on, is_draft=not opened.is_finished
    )
    return WRITERS[form](document)


# --- Difficulties and proposals


def told(environment: Environment, actor: Actor, enterprise_id: UUID) -> Told:
    """Return what an enterprise told. Raises NotThere."""
    concern = Concern(enterprise_id=enterprise_id)
    require(actor, Action.VIEW_PROFILE, concern)
    with reading(environment) as repository:
        return Told(repository.reports.feedback_of(enterprise_id), may(actor, Action.FOLLOW_PROGRAMME, concern))


def tell(environment: Environment, actor: Actor, enterprise_id: UUID, feedback: Feedback) -> UUID:
    """Keep a difficulty or a proposal. Raises ReportRefused, NotThere."""
    feedback = _cleaned(feedback)
    with transaction(environment, actor) as repository:
        _require(repository, actor, enterprise_id)
        _check_quotable(repository, enterprise_id, feedback)
        kept = repository.reports.add_feedback(enterprise_id, feedback)
        counting.renew_told(environment, repository, enterprise_id)
        return kept


def change(
    environment: Environment, actor: Actor, enterprise_id: UUID, feedback_id: UUID, *, seen: Feedback, wanted: Feedback
) -> None:
    """Keep what was changed in a difficulty or proposal. Raises Conflict, ReportRefused, NotThere."""
    wanted = _cleaned(wanted)
    with transaction(environment, actor) as repository:
        _require_own(repository, actor, enterprise_id, feedback_id)
        _check_quotable(repository, enterprise_id, wanted)
        repository.reports.save_feedback(feedback_id, seen=seen, wanted=wanted)
        counting.renew_told(environment, repository, enterprise_id)


def take_back(environment: Environment, actor: Actor, enterprise_id: UUID, feedback_id: UUID) -> None:
    """Take a difficulty or proposal back. Raises NotThere."""
    with transaction(environment, actor) as repository:
        _require_own(repository, actor, enterprise_id, feedback_id)
        repository.reports.remove_feedback(feedback_id)
        counting.renew_told(environment, repository, enterprise_id)


def _cleaned(feedback: Feedback) -> Feedback:
    feedback = replace(feedback, text=clean(feedback.text), cause=clean(feedback.cause))
    check_feedback(feedback)
    return feedback


def _check_quotable(repository: Repository, enterprise_id: UUID, feedback: Feedback) -> None:
    """Raise ReportRefused("quote-names-somebody") where words that are to be quoted show whose they are."""
    if not feedback.may_quote:
        return
    members = (one.name for one in repository.accounts.members(enterprise_id))
    named = who_is_named(feedback, [repository.enterprises.get(enterprise_id).profile.name, *members])
    if named:
        raise ReportRefused("quote-names-somebody", path="text", named=named)


def _of_year(repository: Repository, enterprise_id: UUID, year: int) -> tuple[Feedback, ...]:
    return tuple(one.feedback for one in repository.reports.feedback_of(enterprise_id) if one.feedback.year == year)


def _matter(
    life: Life,
    version: Version,
    draft: ProgrammeDraft,
    marks: Mapping[str, TaskMark],
    feedback: tuple[Feedback, ...],
    year: int,
    days: tuple[date, date],
) -> ReportMatter:
    first, last = days
    result = life.opened.result
    amended = [one.programme.facts.issued_on for one in life.versions if one.programme.facts.reason]
    matter = ReportMatter(
        year=year,
        first=first,
        last=last,
        version=version.number,
        was_amended=any(day is not None and first <= day <= last for day in amended),
        assessed_on=result.opened.answered_on,
        tasks=task_results(draft, marks, first, last),
        feedback=feedback,
    )
    return with_score(with_register(matter, result.opened.instruments, draft), result.self_score)


def _until(newest: Version, today: date) -> date:
    """Return the last day that a report can speak of: today, or the day before which the programme ended."""
    ended = newest.last(ProgrammeStep.END)
    return min(today, ended.day) if ended and newest.state is ProgrammeState.ENDED else today


def _writable(repository: Repository, actor: Actor, enterprise_id: UUID, opened: OpenReport) -> KeptReport:
    """Return the report held until the transaction ends; the first time it is begun."""
    _require(repository, actor, enterprise_id)
    reports = repository.reports.of_enterprise(enterprise_id)
    kept = next((one for one in reports if one.year == opened.year), None)
    if kept is None:
        programme = opened.version.programme
        return repository.reports.add(enterprise_id, programme.id, programme.province, opened.year)
    kept = repository.reports.get(kept.id, lock=True)
    if kept.finished_on is not None:
        raise OutOfOrder("report-finished", state="finished", step="write")
    return kept


def _require(repository: Repository, actor: Actor, enterprise_id: UUID) -> None:
    require(actor, Action.FOLLOW_PROGRAMME, Concern(enterprise_id=enterprise_id))
    repository.enterprises.lock(enterprise_id)


def _require_own(repository: Repository, actor: Actor, enterprise_id: UUID, feedback_id: UUID) -> None:
    _require(repository, actor, enterprise_id)
    if repository.reports.enterprise_of_feedback(feedback_id) != enterprise_id:
        raise NotThere
