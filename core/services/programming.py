"""Deeds around the draft programme: open it, keep an own wording, hand it out as a file.

A version is written only while it is a draft; from the day on which opinions are asked it rests on a text of that day.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from core.domain.amending import Amendment, amendment_paper
from core.domain.document import Document, PartKind
from core.domain.journey import ProgrammeState, require_editable
from core.domain.permissions import Action, Actor, Concern, may, require
from core.domain.programme import CheckMark, SignedDecision, build_programme
from core.domain.programme_edits import DraftField, DraftWarning, Edit, ProgrammeDraft, check_edit, draft_programme
from core.domain.programme_edits import warnings as draft_warnings
from core.domain.programme_fields import INCLUDED, YES, ItemKind
from core.domain.programme_parsing import canonical_value
from core.domain.programme_proposal import Analysis
from core.domain.register.points import ProcessPoint, ServiceBody
from core.domain.scorecard import ScoreKind
from core.errors import Conflict
from core.language import Language
from core.render.docx import write_docx
from core.render.pdf import write_pdf
from core.render.pictures import page_count, page_of_heading, page_pictures
from core.render.xlsx import write_xlsx
from core.services import assessing, exchanging, reviewing
from core.services.assessing import Result
from core.services.environment import Environment, reading, transaction
from core.storage.exchange import Exchange, write_exchange
from core.storage.repository import Repository
from core.storage.repository_following import StandingText
from core.storage.repository_programmes import KeptEdit, KeptProgramme, ProgrammeEdit, ProgrammeFacts

PREVIEW_SCALE = 1.6
"""Pixels of a preview page for each point of paper: sharp on a phone, light on a slow line."""
_KEPT_FILES = 16


@dataclass(frozen=True, slots=True)
class OpenProgramme:
    """The draft programme of an enterprise as it stands now."""

    programme: KeptProgramme
    edits: Mapping[str, KeptEdit]
    draft: ProgrammeDraft
    warnings: tuple[DraftWarning, ...]
    result: Result
    may_edit: bool

    @property
    def saved_at(self) -> datetime | None:
        """When the newest edit was kept."""
        return max((kept.updated_at for kept in self.edits.values()), default=None)


def open_programme(environment: Environment, actor: Actor, enterprise_id: UUID) -> OpenProgramme | None:
    """Return the draft, None while there is no analysis to rest on; the first visit of an editor begins it."""
    result = assessing.result(environment, actor, enterprise_id)
    if not result.self_score.has_score:
        return None
    programme = _programme(environment, actor, result)
    with reading(environment) as repository:
        edits = repository.programmes.edits(programme.id)
        points = repository.points.of_enterprise(enterprise_id)
        bodies = repository.bodies.of_enterprise(enterprise_id)
        text = repository.following.text(programme.id)
    state = ProgrammeState(programme.state)
    if text is None or state is ProgrammeState.DRAFT:
        draft = draft_programme(
            _analysis(environment, result, points, bodies),
            [Edit(path, kept.edit.value, kept.edit.base) for path, kept in edits.items()],
        )
    else:
        draft = standing_draft(text)
    return OpenProgramme(
        programme=programme,
        edits=edits,
        draft=draft,
        warnings=draft_warnings(draft, environment.today()),
        result=result,
        may_edit=may(actor, Action.EDIT_PROGRAMME, _concern(result)) and state is ProgrammeState.DRAFT,
    )


def text_of(environment: Environment, opened: OpenProgramme) -> StandingText:
    """Return the text that a draft rests on today, to stand from now on."""
    draft, assessment = opened.draft, opened.result.opened
    analysis = draft.analysis
    exchange = Exchange(
        catalogue=analysis.catalogue.edition,
        on=environment.today(),
        profile=analysis.profile,
        answers=analysis.answers,
        instruments=analysis.instruments,
        points=analysis.points,
        bodies=analysis.bodies,
        edits=tuple(Edit(path, kept.edit.value, kept.edit.base) for path, kept in sorted(opened.edits.items())),
    )
    outcome = reviewing.outcome_of(environment, assessment.assessment)
    return StandingText(
        content=write_exchange(exchange),
        validated=write_exchange(replace(exchange, answers=outcome.answers, edits=())) if outcome else "",
        files=tuple(sorted(analysis.files.items())),
        assessed_on=analysis.on,
        reviewed_on=outcome.on if outcome else None,
    )


@lru_cache(maxsize=_KEPT_FILES)
def standing_draft(text: StandingText) -> ProgrammeDraft:
    """Return the draft as it stood on the day of the text, whatever was answered or registered since."""
    file = exchanging.own_file(text.content)
    analysis = replace(
        exchanging.analysis_of_file(file),
        on=text.assessed_on,
        register_on=file.exchange.on,
        files=dict(text.files),
        reviewed_on=text.reviewed_on,
        validated_scorecard=(
            exchanging.score_own_file(text.validated, ScoreKind.VALIDATED).scorecard if text.validated else None
        ),
        opinions_asked=True,
    )
    return draft_programme(analysis, file.exchange.edits)


def edit_count(environment: Environment, result: Result) -> int:
    """Return at how many places the draft of an enterprise was edited, without building it."""
    with reading(environment) as repository:
        kept = repository.programmes.of_enterprise(result.opened.enterprise.id)
        return len(repository.programmes.edits(kept[0].id)) if kept else 0


def save_wording(
    environment: Environment,
    actor: Actor,
    opened: OpenProgramme,
    field: DraftField,
    typed: str,
    before: str | None = None,
) -> KeptEdit | None:
    """Keep what was typed at a place; the proposed wording itself is no edit.

    Compares with the wording that `opened` shows, and with what the person saw before where that is another one.
    Raises Conflict, ProgrammeRefused, NotThere.
    """
    value = canonical_value(field.path, typed)
    if before is not None:
        _check_seen(opened, field, canonical_value(field.path, before), value)
    proposed = {field.proposed.vi, field.proposed.en} if field.proposed is not None else set()
    if value in proposed:
        return restore_wording(environment, actor, opened, field.path)
    check_edit(field.path, value, opened.draft)
    base = field.proposed.vi if field.proposed is not None else ""
    return _save(environment, actor, opened, field.path, ProgrammeEdit(value, base))


def _check_seen(opened: OpenProgramme, field: DraftField, before: str, value: str) -> None:
    there = [field.value[language].split() for language in Language]
    if before.split() in there or value.split() in there:
        return
    kept = opened.edits.get(field.path)
    raise Conflict(
        "changed-meanwhile",
        field=field.path,
        who=kept.updated_by_name if kept else "",
        at=kept.updated_at if kept else opened.programme.state_at,
        theirs=kept.edit if kept else None,
        yours=ProgrammeEdit(value, field.proposed.vi if field.proposed is not None else ""),
    )


def restore_wording(environment: Environment, actor: Actor, opened: OpenProgramme, path: str) -> KeptEdit | None:
    """Let the proposal stand again at a place. Raises Conflict, NotThere."""
    return _save(environment, actor, opened, path, None)


def own_item_id(kind: ItemKind) -> str:
    """Return the id of a new item of the enterprise's own."""
    return f"own-{kind.value}:{secrets.token_hex(5)}"


def add_item(environment: Environment, actor: Actor, opened: OpenProgramme, kind: ItemKind) -> str:
    """Add an item of the enterprise's own and return its id. Raises NotThere."""
    item_id = own_item_id(kind)
    _save(environment, actor, opened, f"{item_id}/{INCLUDED}", ProgrammeEdit(YES))
    return item_id


def remove_item(environment: Environment, actor: Actor, opened: OpenProgramme, item_id: str) -> None:
    """Forget an item of the enterprise's own, with all that was typed in it. Raises Conflict, NotThere."""
    for path in [path for path in opened.edits if path.rpartition("/")[0] == item_id]:
        _save(environment, actor, opened, path, None)


def document(environment: Environment, actor: Actor, enterprise_id: UUID, language: Language) -> Document | None:
    """Return the draft as a document in one language; None while there is no analysis."""
    opened = open_programme(environment, actor, enterprise_id)
    if opened is None:
        return None
    require(actor, Action.DOWNLOAD_DRAFT, _concern(opened.result))
    signed = signed_decision(opened.programme)
    made_on = signed.day if signed else opened.draft.analysis.register_day
    return paper(environment, opened.programme, opened.draft, language, made_on)


def paper(
    environment: Environment,
    programme: KeptProgramme,
    draft: ProgrammeDraft,
    language: Language,
    made_on: date,
    check: CheckMark | None = None,
) -> Document:
    """Return a version as decision and programme; that of an amendment begins with the decision on the amendment."""
    document = build_programme(draft, language, made_on, check, signed_decision(programme))
    decision = amendment(environment, programme, draft, language, made_on)
    if decision is None:
        return document
    rest = (part for part in document.parts if part.kind is not PartKind.DECISION)
    return replace(document, parts=(*decision.parts, *rest))


def amendment(
    environment: Environment, programme: KeptProgramme, draft: ProgrammeDraft, language: Language, made_on: date
) -> Document | None:
    """Return the decision on the amendment that makes a version; None where it amends nothing."""
    with reading(environment) as repository:
        versions = repository.programmes.of_enterprise(programme.enterprise_id)
        earlier = next((one for one in versions if one.number == programme.number - 1), None)
        text = repository.following.text(earlier.id) if earlier else None
    before = signed_decision(earlier) if earlier else None
    if not programme.facts.reason or text is None or before is None:
        return None
    about = Amendment(programme.number, programme.facts.reason, before, signed_decision(programme))
    return amendment_paper(standing_draft(text), draft, about, language, made_on)


def signed_decision(programme: KeptProgramme) -> SignedDecision | None:
    """Return the decision by which a version was issued; None until then."""
    facts = programme.facts
    return SignedDecision(facts.issued_number, facts.issued_on) if facts.issued_on else None


def pdf(environment: Environment, actor: Actor, enterprise_id: UUID, language: Language) -> bytes:
    """Return the draft as PDF, empty while there is no analysis."""
    built = document(environment, actor, enterprise_id, language)
    return _pdf(built) if built else b""


def docx(environment: Environment, actor: Actor, enterprise_id: UUID, language: Language) -> bytes:
    """Return the draft as DOCX, empty while there is no analysis."""
    built = document(environment, actor, enterprise_id, language)
    return _docx(built) if built else b""


def xlsx(environment: Environment, actor: Actor, enterprise_id: UUID, language: Language) -> bytes:
    """Return the tables of the draft as XLSX, empty while there is no analysis."""
    built = document(environment, actor, enterprise_id, language)
    return _xlsx(built) if built else b""


@dataclass(frozen=True, slots=True)
class Preview:
    """One page of the draft as PNG: its place (from 0) and how many pages there are."""

    picture: bytes
    page: int
    count: int


def preview(
    environment: Environment, actor: Actor, enterprise_id: UUID, language: Language, page: int | None, section: str = ""
) -> Preview | None:
    """Return one page, the nearest there is; without a number the first of a section, named as "III".

    None while there is no analysis.
    """
    written = pdf(environment, actor, enterprise_id, language)
    if not written:
        return None
    count = page_count(written)
    wanted = page_of_heading(written, f"{section}. ") if page is None else page
    shown = min(max(wanted, 0), count - 1)
    return Preview(page_pictures(written, [shown], PREVIEW_SCALE)[0], shown, count)


@lru_cache(maxsize=_KEPT_FILES)
def _pdf(built: Document) -> bytes:
    return write_pdf(built)


@lru_cache(maxsize=_KEPT_FILES)
def _docx(built: Document) -> bytes:
    return write_docx(built)


@lru_cache(maxsize=_KEPT_FILES)
def _xlsx(built: Document) -> bytes:
    return write_xlsx(built)


def _save(
    environment: Environment, actor: Actor, opened: OpenProgramme, path: str, wanted: ProgrammeEdit | None
) -> KeptEdit | None:
    with transaction(environment, actor) as repository:
        require_edit(repository, actor, opened)
        return keep_edit(repository, opened, path, wanted)


def require_edit(repository: Repository, actor: Actor, opened: OpenProgramme) -> None:
    """Hold a draft and its assessment, and ask whether the draft may be edited now. Raises OutOfOrder, NotThere."""
    assessment = repository.assessments.get(opened.result.opened.id, lock=True)
    require(
        actor,
        Action.EDIT_PROGRAMME,
        Concern(enterprise_id=assessment.enterprise_id, province=assessment.province, state=assessment.state),
    )
    require_editable(ProgrammeState(repository.programmes.get(opened.programme.id, lock=True).state))


def keep_edit(
    repository: Repository, opened: OpenProgramme, path: str, wanted: ProgrammeEdit | None
) -> KeptEdit | None:
    """Keep own words at a place over those that `opened` shows, within a transaction. Raises Conflict."""
    kept = opened.edits.get(path)
    return repository.programmes.save_edit(opened.programme.id, path, seen=kept.edit if kept else None, wanted=wanted)


def _analysis(
    environment: Environment,
    result: Result,
    points: tuple[ProcessPoint, ...],
    bodies: tuple[ServiceBody, ...],
) -> Analysis:
    """Return the situation analysis that the programme rests on."""
    opened = result.opened
    outcome = reviewing.outcome_of(environment, opened.assessment)
    return Analysis(
        catalogue=opened.catalogue,
        profile=opened.profile,
        answers=opened.counted,
        scorecard=result.self_score,
        evidence_scorecard=result.evidence_score,
        findings=result.findings,
        on=opened.answered_on,
        register_on=environment.today(),
        instruments=opened.instruments,
        points=points,
        bodies=bodies,
        files={question: len(files) for question, files in opened.files.items()},
        reviewed_on=outcome.on if outcome else None,
        validated_scorecard=outcome.validated if outcome else None,
    )


def _programme(environment: Environment, actor: Actor, result: Result) -> KeptProgramme:
    enterprise = result.opened.enterprise
    with reading(environment) as repository:
        kept = repository.programmes.of_enterprise(enterprise.id)
    if kept:
        return kept[0]
    require(actor, Action.VIEW_RESULT, _concern(result))
    with transaction(environment, actor) as repository:
        # Two tabs may come here at the same time: whoever is second finds the first one's.
        repository.enterprises.lock(enterprise.id)
        return next(iter(repository.programmes.of_enterprise(enterprise.id)), None) or repository.programmes.add(
            enterprise.id,
            enterprise.profile.province,
            result.opened.id,
            ProgrammeState.DRAFT.value,
            ProgrammeFacts(),
        )


def _concern(result: Result) -> Concern:
    assessment = result.opened.assessment
    return Concern(enterprise_id=assessment.enterprise_id, province=assessment.province, state=assessment.state)
