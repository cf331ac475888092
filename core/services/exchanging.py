"""Exchange files: score and draft from one without a database; a firm's data out of the database and in again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from core.domain.advising import Advised
from core.domain.assessment import Answer, Evidence, RegisterFacts
from core.domain.catalogue import Catalogue
from core.domain.document import Document
from core.domain.feedback import Feedback, check_feedback
from core.domain.findings import find_gaps
from core.domain.instruments import MeasuringInstrument, with_history
from core.domain.journey import ProgrammeState, require_editable
from core.domain.permissions import Action, Actor, Concern, require
from core.domain.profile import Profile
from core.domain.programme import build_programme
from core.domain.programme_edits import Edit, check_edits, draft_programme
from core.domain.programme_proposal import Analysis
from core.domain.register.facts import facts_of_register
from core.domain.register.points import ProcessPoint, ServiceBody
from core.domain.scorecard import Finding, Scorecard, ScoreKind
from core.domain.scoring import score
from core.domain.statistics.selection import SupportRequest
from core.errors import ContentError, FileRefused, NotThere, ProgrammeRefused
from core.language import VIETNAM, Language
from core.render.docx import write_docx
from core.render.pdf import write_pdf
from core.render.xlsx import write_xlsx
from core.services import assessing, counting
from core.services.environment import Environment, reading, transaction
from core.storage.content import current_edition, load_catalogue
from core.storage.exchange import (
    Exchange,
    Notice,
    ProgrammeVersion,
    ReportEntry,
    StepTaken,
    SupportAsked,
    TaskMarked,
    YearlyReport,
    read_exchange,
    write_exchange,
)
from core.storage.repository import Repository
from core.storage.repository_assessments import KeptAssessment
from core.storage.repository_programmes import KeptProgramme, ProgrammeEdit, ProgrammeFacts

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Kept = TypeVar("Kept")
Record = TypeVar("Record", bound="DataclassInstance")


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """An exchange file that was read and fits its edition of the catalogue."""

    exchange: Exchange
    catalogue: Catalogue
    notices: tuple[Notice, ...]

    @property
    def register(self) -> RegisterFacts:
        """What the register of the file proves on the file's day."""
        return facts_of_register(self.exchange.instruments, self.catalogue, self.exchange.on)


class DraftForm(StrEnum):
    """What a draft is written as; the value is the ending of the file's name."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class ScoredFile:
    """An exchange file with its score and gaps."""

    file: OpenedFile
    scorecard: Scorecard
    findings: tuple[Finding, ...]


WRITERS: Mapping[DraftForm, Callable[[Document], bytes]] = {
    DraftForm.PDF: write_pdf,
    DraftForm.DOCX: write_docx,
    DraftForm.XLSX: write_xlsx,
}


def open_file(data: bytes | str) -> OpenedFile:
    """Read an exchange file and check it against the catalogue it names.

    Raises FileRefused: broken, of an edition that is not here, an id that the catalogue does not hold, or an edit that
    cannot stand. Answers to questions that the profile puts out of scope are kept, with a notice.
    """
    exchange = read_exchange(data)
    catalogue = _catalogue_of(exchange)
    _check_ids(exchange, catalogue)
    file = OpenedFile(exchange, catalogue, (*exchange.notices, *_out_of_scope(exchange, catalogue)))
    if exchange.edits:
        _check_edits(file)
    return file


def own_file(content: str) -> OpenedFile:
    """Return a file that we wrote ourselves: it was whole on its day, and rules that came later do not refuse it."""
    exchange = read_exchange(content)
    return OpenedFile(exchange, _catalogue_of(exchange), ())


def score_own_file(content: str, kind: ScoreKind) -> ScoredFile:
    """Score a file that we wrote ourselves."""
    return _scored(own_file(content), kind)


def score_file(data: bytes | str, kind: ScoreKind = ScoreKind.SELF) -> ScoredFile:
    """Score an exchange file and find its gaps, as of the day that the file names."""
    return _scored(open_file(data), kind)


def draft_file(file: OpenedFile, form: DraftForm, language: Language) -> bytes:
    """Return the draft decision and programme of an exchange file, as of the day that the file names.

    XLSX holds their tables.

    Raises FileRefused("draft-without-answers") when nothing was answered: a programme rests on an analysis.
    """
    analysis = analysis_of_file(file)
    if not analysis.scorecard.has_score:
        raise FileRefused("draft-without-answers", place="answers", seen="", expected="")
    draft = draft_programme(analysis, file.exchange.edits)
    document = build_programme(draft, language, made_on=file.exchange.on)
    return WRITERS[form](document)


# --- Out of the database, and in again ---


def export_data(environment: Environment, actor: Actor, enterprise_id: UUID) -> str:
    """Return everything that an enterprise has written, as an exchange file. Raises NotThere."""
    with reading(environment) as repository:
        assessment = next(iter(repository.assessments.of_enterprise(enterprise_id)), None)
        require(actor, Action.EXPORT_DATA, _concern(enterprise_id, assessment))
        exchange = exchange_of(environment, repository, enterprise_id, assessment)
        return write_exchange(_with_life(repository, enterprise_id, exchange))


def exchange_of(
    environment: Environment, repository: Repository, enterprise_id: UUID, assessment: KeptAssessment | None
) -> Exchange:
    """Return all that an enterprise has written, as of today; for services that have asked the permission."""
    answers = repository.assessments.answers(assessment.id) if assessment else {}
    programme = next(iter(repository.programmes.of_enterprise(enterprise_id)), None)
    edits = repository.programmes.edits(programme.id) if programme else {}
    return Exchange(
        catalogue=assessment.edition if assessment else environment.catalogue.edition,
        on=environment.today(),
        profile=repository.enterprises.get(enterprise_id).profile,
        answers={question: kept.answer for question, kept in answers.items()},
        instruments=tuple(kept.instrument for kept in repository.instruments.of_enterprise(enterprise_id)),
        points=repository.points.of_enterprise(enterprise_id),
        bodies=repository.bodies.of_enterprise(enterprise_id),
        edits=tuple(Edit(path, kept.edit.value, kept.edit.base) for path, kept in sorted(edits.items())),
        advised={
            question: Advised(kept.advised.name, kept.advised.on)
            for question, kept in answers.items()
            if kept.advised is not None and kept.advised.stands
        },
    )


def _with_life(repository: Repository, enterprise_id: UUID, exchange: Exchange) -> Exchange:
    """Return the file with what became of the programme: for the enterprise itself, no part of what is handed in."""
    programmes = repository.programmes.of_enterprise(enterprise_id)
    return replace(
        exchange,
        versions=tuple(
            _version_of(repository, one, with_edits=place > 0)
            for place, one in enumerate(programmes)
            if one.number > 1 or one.state != ProgrammeState.DRAFT or repository.following.steps(one.id)
        ),
        reports=tuple(
            YearlyReport(
                one.year,
                one.finished_on,
                tuple(
                    ReportEntry(path, kept.value) for path, kept in sorted(repository.reports.entries(one.id).items())
                ),
            )
            for one in repository.reports.of_enterprise(enterprise_id)
        ),
        feedback=tuple(one.feedback for one in repository.reports.feedback_of(enterprise_id)),
        support=_support_asked(repository.support.of_enterprise(enterprise_id).request),
    )


def _support_asked(request: SupportRequest | None) -> SupportAsked | None:
    if request is None:
        return None
    return SupportAsked(request.province, request.asked_at.astimezone(VIETNAM).date(), frozenset(request.wishes))


def _version_of(repository: Repository, programme: KeptProgramme, *, with_edits: bool) -> ProgrammeVersion:
    facts = programme.facts
    edits = repository.programmes.edits(programme.id) if with_edits else {}
    marks = repository.following.marks(programme.id)
    return ProgrammeVersion(
        number=programme.number,
        state=ProgrammeState(programme.state),
        reason=facts.reason,
        period_start=facts.period_start,
        period_end=facts.period_end,
        issued_number=facts.issued_number,
        issued_on=facts.issued_on,
        steps=tuple(StepTaken(one.step, one.day, one.note) for one in repository.following.steps(programme.id)),
        marks=tuple(
            TaskMarked(task, kept.mark.state, kept.mark.day, kept.mark.evidence, kept.mark.spent_vnd)
            for task, kept in sorted(marks.items())
        ),
        edits=tuple(Edit(path, kept.edit.value, kept.edit.base) for path, kept in sorted(edits.items())),
    )


class ChangeKind(StrEnum):
    """What an import would do at one place."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Change(Generic[Kept]):
    """One place of an import: what is kept now, None for nothing, and what would be kept."""

    place: str
    kept: Kept | None
    wanted: Kept

    @property
    def kind(self) -> ChangeKind:
        if self.kept is None:
            return ChangeKind.NEW
        return ChangeKind.SAME if self.kept == self.wanted else ChangeKind.CHANGED


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an exchange file would change, place by place. What the file does not say stays as it is kept."""

    assessment_id: UUID
    file: OpenedFile
    profile: Change[Profile]
    answers: tuple[Change[Answer], ...]
    instruments: tuple[Change[MeasuringInstrument], ...]
    points: tuple[Change[ProcessPoint], ...]
    bodies: tuple[Change[ServiceBody], ...]
    edits: tuple[Change[ProgrammeEdit], ...]
    feedback: tuple[Feedback, ...]
    """Difficulties and proposals that are not kept yet."""

    @property
    def changes_anything(self) -> bool:
        lines: tuple[Change[Any], ...] = (*self.instruments, *self.points, *self.bodies)
        changes: tuple[Change[Any], ...] = (self.profile, *self.answers, *lines, *self.edits)
        return bool(self.feedback) or any(change.kind is not ChangeKind.SAME for change in changes)

    def only_new(self) -> ImportPreview:
        """Return the same import without what differs from what is kept: only gaps are filled."""
        profile = self.profile
        if profile.kept is not None:
            profile = replace(profile, wanted=_joined(profile.wanted, profile.kept, always=("kind",)))
        return replace(
            self,
            profile=profile,
            answers=_unchanged(self.answers),
            instruments=_unchanged(self.instruments),
            points=_unchanged(self.points),
            bodies=_unchanged(self.bodies),
            edits=_unchanged(self.edits),
        )

    def count(self, kind: ChangeKind) -> int:
        """Return how many answers would be new, changed or the same."""
        return sum(change.kind is kind for change in self.answers)


def preview_import(environment: Environment, actor: Actor, enterprise_id: UUID, data: bytes | str) -> ImportPreview:
    """Return what a file would change in the current assessment; nothing is kept yet. Raises FileRefused, NotThere."""
    file = open_file(data)
    opened = assessing.open_assessment(environment, actor, enterprise_id)
    require(actor, Action.IMPORT_DATA, _concern(enterprise_id, opened.assessment))
    exchange, edition = file.exchange, opened.assessment.edition
    if exchange.advised:
        file = replace(file, notices=(*file.notices, Notice("exchange-advised-left", {"count": len(exchange.advised)})))
    if any(one.may_quote for one in exchange.feedback):
        file = replace(file, notices=(*file.notices, Notice("exchange-quotes-left", {})))
    if exchange.versions or exchange.reports:
        # What an enterprise issued and reported is told here step by step; a file cannot say it in their place.
        left = len(exchange.versions) + len(exchange.reports)
        file = replace(file, notices=(*file.notices, Notice("exchange-life-left", {"count": left})))
    if exchange.support:
        # To be named is agreed to by a person who reads the words, never by a file.
        file = replace(file, notices=(*file.notices, Notice("exchange-support-left", {})))
    if exchange.catalogue != edition:
        raise FileRefused("exchange-other-edition", place="catalogue", seen=exchange.catalogue, expected=edition)
    answers = {question: kept.answer for question, kept in opened.answers.items()}
    instruments = {one.code: one for one in opened.instruments}
    with reading(environment) as repository:
        points = {one.id: one for one in repository.points.of_enterprise(enterprise_id)}
        bodies = {one.name: one for one in repository.bodies.of_enterprise(enterprise_id)}
        programme = next(iter(repository.programmes.of_enterprise(enterprise_id)), None)
        edits = {path: one.edit for path, one in repository.programmes.edits(programme.id).items()} if programme else {}
        told = {replace(one.feedback, may_quote=False) for one in repository.reports.feedback_of(enterprise_id)}
    return ImportPreview(
        assessment_id=opened.id,
        file=file,
        profile=Change("profile", opened.profile, _joined(opened.profile, exchange.profile, always=("kind",))),
        answers=tuple(
            Change(question, answers.get(question), _joined_answer(answers.get(question), answer))
            for question, answer in exchange.answers.items()
        ),
        instruments=tuple(
            Change(one.code, instruments.get(one.code), _joined_instrument(instruments.get(one.code), one))
            for one in exchange.instruments
        ),
        points=tuple(Change(one.id, points.get(one.id), _joined(points.get(one.id), one)) for one in exchange.points),
        bodies=tuple(
            Change(one.name, bodies.get(one.name), _joined(bodies.get(one.name), one)) for one in exchange.bodies
        ),
        edits=tuple(
            Change(edit.path, edits.get(edit.path), ProgrammeEdit(edit.value, edit.base)) for edit in exchange.edits
        ),
        feedback=tuple(one for one in dict.fromkeys(_unquoted(exchange.feedback)) if one not in told),
    )


def apply_import(environment: Environment, actor: Actor, enterprise_id: UUID, preview: ImportPreview) -> None:
    """Keep what the preview showed, all of it or nothing.

    Raises Conflict when one of these places was changed since the preview, NotThere.
    """
    with transaction(environment, actor) as repository:
        repository.enterprises.lock(enterprise_id)
        assessment = repository.assessments.get(preview.assessment_id, lock=True)
        require(actor, Action.IMPORT_DATA, _concern(enterprise_id, assessment))
        profile = repository.enterprises.save_profile(
            enterprise_id, seen=preview.profile.kept or preview.profile.wanted, wanted=preview.profile.wanted
        ).profile
        for answer in preview.answers:
            if answer.kind is not ChangeKind.SAME:
                seen = answer.kept or Answer()
                repository.assessments.save_answer(assessment.id, answer.place, seen=seen, wanted=answer.wanted)
        lines = [(line.kept, line.wanted) for line in preview.instruments if line.kind is not ChangeKind.SAME]
        repository.instruments.save_all(enterprise_id, lines)
        for point in preview.points:
            if point.kind is not ChangeKind.SAME:
                repository.points.save(enterprise_id, seen=point.kept, wanted=point.wanted)
        for body in preview.bodies:
            if body.kind is not ChangeKind.SAME:
                repository.bodies.save(enterprise_id, seen=body.kept, wanted=body.wanted)
        changed_edits = [edit for edit in preview.edits if edit.kind is not ChangeKind.SAME]
        if changed_edits:
            require(actor, Action.EDIT_PROGRAMME, _concern(enterprise_id, assessment))
            programme = next(iter(repository.programmes.of_enterprise(enterprise_id)), None)
            programme = programme or repository.programmes.add(
                enterprise_id, profile.province, assessment.id, ProgrammeState.DRAFT.value, ProgrammeFacts()
            )
            require_editable(ProgrammeState(programme.state))
            for edit in changed_edits:
                repository.programmes.save_edit(programme.id, edit.place, seen=edit.kept, wanted=edit.wanted)
        for one in preview.feedback:
            check_feedback(one)
            repository.reports.add_feedback(enterprise_id, one)
        counting.renew_stages(environment, repository, enterprise_id)
        counting.renew_needs(environment, repository, enterprise_id)
        counting.renew_told(environment, repository, enterprise_id)


def _unquoted(feedback: tuple[Feedback, ...]) -> Iterator[Feedback]:
    """Whether words may be quoted is said here by the enterprise itself, not by a file."""
    return (replace(one, may_quote=False) for one in feedback)


def _concern(enterprise_id: UUID, assessment: KeptAssessment | None) -> Concern:
    if assessment is None:
        return Concern(enterprise_id=enterprise_id)
    if assessment.enterprise_id != enterprise_id:
        raise NotThere
    return Concern(enterprise_id=enterprise_id, province=assessment.province, state=assessment.state)


def _unchanged(changes: tuple[Change[Kept], ...]) -> tuple[Change[Kept], ...]:
    return tuple(change for change in changes if change.kind is not ChangeKind.CHANGED)


def _joined(kept: Record | None, wanted: Record, always: tuple[str, ...] = ()) -> Record:
    """Return `wanted` with the kept value wherever it says nothing: an empty text, an empty set, or None."""
    if kept is None:
        return wanted
    silent = [
        one.name
        for one in fields(wanted)
        if one.name not in always and getattr(wanted, one.name) in ("", None, frozenset(), ())
    ]
    return replace(wanted, **{name: getattr(kept, name) for name in silent})


def _joined_instrument(kept: MeasuringInstrument | None, wanted: MeasuringInstrument) -> MeasuringInstrument:
    """Return the line of the file with what it leaves unsaid; no service that is kept is forgotten."""
    if kept is None:
        return wanted
    history = (*kept.history, *(record for record in wanted.history if record not in kept.history))
    joined = _joined(kept, wanted, always=("in_use",))
    in_order = tuple(sorted(history, key=lambda record: (record.on, record.kind)))
    to_month_end = kept.end_of_month or wanted.end_of_month
    return with_history(kept, replace(joined, history=in_order, end_of_month=to_month_end))


def _joined_answer(kept: Answer | None, wanted: Answer) -> Answer:
    """Return the answer of the file with what it leaves unsaid; a reviewer's confirmation outlives the same answer."""
    if kept is None:
        return wanted
    choice, reason = (wanted.choice, wanted.reason) if wanted.choice else (kept.choice, kept.reason)
    is_same = (choice, reason) == (kept.choice, kept.reason)
    stays_confirmed = is_same and kept.evidence is Evidence.CONFIRMED and wanted.evidence is Evidence.FILE
    keeps_evidence = stays_confirmed or wanted.evidence is Evidence.NONE
    return Answer(choice, reason, wanted.note or kept.note, kept.evidence if keeps_evidence else wanted.evidence)


# --- Checks and computations on one file ---


def _scored(file: OpenedFile, kind: ScoreKind) -> ScoredFile:
    exchange, register = file.exchange, file.register
    scorecard = score(file.catalogue, exchange.profile, exchange.answers, register, kind)
    findings = find_gaps(file.catalogue, exchange.profile, exchange.answers, scorecard, register, exchange.on)
    return ScoredFile(file, scorecard, findings)


def analysis_of_file(file: OpenedFile) -> Analysis:
    """Return the situation analysis that an exchange file holds, as of its day."""
    scored = _scored(file, ScoreKind.SELF)
    exchange = file.exchange
    return Analysis(
        catalogue=file.catalogue,
        profile=exchange.profile,
        answers=exchange.answers,
        scorecard=scored.scorecard,
        evidence_scorecard=_scored(file, ScoreKind.EVIDENCE).scorecard,
        findings=scored.findings,
        on=exchange.on,
        instruments=exchange.instruments,
        points=exchange.points,
        bodies=exchange.bodies,
    )


def _catalogue_of(exchange: Exchange) -> Catalogue:
    try:
        return load_catalogue(exchange.catalogue)
    except ContentError as error:
        if error.code != "edition-unknown":
            raise
        known = current_edition()
    raise FileRefused("exchange-other-edition", place="catalogue", seen=exchange.catalogue, expected=known)


def _check_ids(exchange: Exchange, catalogue: Catalogue) -> None:
    profile = exchange.profile
    _check_id("profile.province", profile.province, catalogue.provinces)
    _check_id("profile.sector", profile.sector, catalogue.sectors)
    _check_id("profile.vsic", profile.vsic, catalogue.vsic)
    for question in exchange.answers:
        _check_id(f"answers.{question}", question, catalogue.questions)
    for position, instrument in enumerate(exchange.instruments):
        _check_id(f"instruments[{position}].group2_row", instrument.group2_row, catalogue.group2)


def _check_id(place: str, seen: str, known: Mapping[str, object]) -> None:
    if seen and seen not in known:
        raise FileRefused(
            "exchange-unknown-id", place=place, seen=seen, expected=get_close_matches(seen, known, 1, cutoff=0)[0]
        )


def _check_edits(file: OpenedFile) -> None:
    """Refuse an edit that the editor of the programme would refuse, with its place in the file."""
    edits = {edit.path: edit.value for edit in file.exchange.edits}
    try:
        check_edits(edits, draft_programme(analysis_of_file(file)))
    except ProgrammeRefused as error:
        at = str(error.details["path"])
        position, path = next((position, path) for position, path in enumerate(edits) if path.startswith(at))
        details = {"seen": edits[path], "expected": "", **error.details, "path": path}
        raise FileRefused(error.code, place=f"programme.edits[{position}]", **details) from None


def _out_of_scope(exchange: Exchange, catalogue: Catalogue) -> tuple[Notice, ...]:
    return tuple(
        Notice("exchange-out-of-scope", {"place": f"answers.{question}", "question": question})
        for question in exchange.answers
        if not catalogue.questions[question].applies_when.holds(exchange.profile)
    )
