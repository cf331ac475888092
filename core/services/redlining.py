"""Deeds around the redline: a reviewer proposes changes of the programme as handed in, the firm answers each.

The firm's record is touched by nobody but the firm: what it accepts becomes an edit of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from uuid import UUID

from core.domain import redline
from core.domain.notices import NoticeKind
from core.domain.permissions import Actor
from core.domain.programme_edits import DraftField, Edit, ProgrammeDraft, canonical, check_edits, draft_programme
from core.domain.programme_fields import INCLUDED, YES, parse_item_id, split_path
from core.domain.programme_parsing import canonical_value
from core.domain.redline import Change, Verdict
from core.errors import Conflict, NotThere, ProgrammeRefused, ReviewRefused
from core.language import Language, clean
from core.services import exchanging, noticing, programming, reviewing
from core.services.environment import Environment, reading, transaction
from core.services.programming import OpenProgramme
from core.services.reviewing import OpenReview
from core.storage.repository_programmes import ProgrammeEdit
from core.storage.repository_redlines import NOTHING, KeptProposal, Wording

_KEPT_DRAFTS = 16


# --- The reviewers' side


@dataclass(frozen=True)
class OpenRedline:
    """The programme as handed in, with what is proposed there.

    proposals: those of the present round, by place. earlier: those of rounds before, the latest first.
    added: ids of the items that the reviewer proposes to add; they stand empty in the draft.
    """

    review: OpenReview
    draft: ProgrammeDraft
    added: frozenset[str]
    proposals: Mapping[str, KeptProposal]
    earlier: tuple[KeptProposal, ...]

    @property
    def unsent(self) -> tuple[KeptProposal, ...]:
        """Proposals of the present round that the firm has not been sent."""
        return tuple(kept for kept in self.proposals.values() if kept.sent_at is None)

    @cached_property
    def fields(self) -> Mapping[str, DraftField]:
        return {field.path: field for field in self.draft.fields()}


def open_redline(environment: Environment, actor: Actor, submission_id: UUID, added: Iterable[str] = ()) -> OpenRedline:
    """Return the programme as handed in with all proposals, for reviewers. Raises NotThere.

    added: ids of items that the reviewer is about to propose; those with a proposal are there by themselves.
    """
    review = reviewing.open_review(environment, actor, submission_id)
    if not review.is_reviewer:
        raise NotThere
    with reading(environment) as repository:
        kept = repository.redlines.of(submission_id)
    current = review.submission.round
    named = (split_path(one.change.path)[0] for one in kept if one.round == current)
    draft, new = handed_in(review, [*added, *named])
    return OpenRedline(
        review=review,
        draft=draft,
        added=new,
        proposals={one.change.path: one for one in kept if one.round == current},
        earlier=tuple(one for one in reversed(kept) if one.round < current),
    )


def handed_in(review: OpenReview, items: Iterable[str]) -> tuple[ProgrammeDraft, frozenset[str]]:
    """Return the programme of the latest round, and which of the named items it has not: those stand in it empty."""
    content = review.rounds[-1].content
    known = {item.id for item in _handed_in(content, frozenset()).items}
    new = frozenset(item for item in items if item not in known and parse_item_id(item).is_own)
    return _handed_in(content, new), new


def propose(
    environment: Environment,
    actor: Actor,
    opened: OpenRedline,
    path: str,
    typed: str,
    *,
    before: str,
    language: Language,
) -> KeptProposal | None:
    """Keep what is proposed at a place; what was handed in there is no proposal.

    before: the text that the reviewer saw in its place. language: in which the handed-in wording was read.
    Raises Conflict when another reviewer proposed otherwise meanwhile, or the firm has answered; OutOfOrder,
    ProgrammeRefused, NotThere.
    """
    field = _field(opened, path)
    kept = opened.proposals.get(path)
    reason = kept.change.reason if kept else ""
    value, seen = (_proposed(field, text) for text in (typed, before))
    if value is not None:
        # What is proposed has to fit together: a new beginning of the period may need the new end.
        others = {place: one.change.value for place, one in opened.proposals.items() if place != path}
        check_edits({path: value, **others}, opened.draft)
    return _save(
        environment,
        actor,
        opened,
        path,
        language,
        seen=NOTHING if seen is None else Wording(seen, reason),
        wanted=NOTHING if value is None else Wording(value, reason),
    )


def give_reason(
    environment: Environment, actor: Actor, opened: OpenRedline, path: str, reason: str, *, before: str
) -> KeptProposal | None:
    """Keep why a change is proposed. Raises as `propose` does, and ReviewRefused."""
    reason = clean(reason)
    redline.check_reason(path, reason)
    kept = opened.proposals.get(path)
    if kept is None:
        raise ReviewRefused("proposal-missing", path=path)
    value = kept.change.value
    return _save(
        environment,
        actor,
        opened,
        path,
        Language.VI,
        seen=Wording(value, clean(before)),
        wanted=Wording(value, reason),
    )


def take_back(environment: Environment, actor: Actor, opened: OpenRedline, path: str) -> None:
    """Propose nothing at a place any more. Raises as `propose` does."""
    kept = opened.proposals.get(path)
    _save(environment, actor, opened, path, Language.VI, seen=kept.wording if kept else NOTHING, wanted=NOTHING)


def send(environment: Environment, actor: Actor, submission_id: UUID, *, on_round: int) -> int:
    """Let the firm read the proposals before the decision; with a decision they are sent anyway.

    Raises ReviewRefused("no-proposal-to-send"), OutOfOrder, NotThere.
    """
    with reviewing.in_review(environment, actor, submission_id, on_round=on_round) as (repository, submission):
        sent = repository.redlines.send(submission_id)
        if not sent:
            raise ReviewRefused("no-proposal-to-send")
        noticing.tell_firm(repository, submission, NoticeKind.PROPOSALS)
        return sent


# --- The firm's side


@dataclass(frozen=True)
class Clause:
    """A proposal as the firm meets it: beside its present text, which may have moved since it was handed in.

    field: the place in the present draft, None when its item is there no more.
    """

    kept: KeptProposal
    field: DraftField | None
    has_moved: bool

    def now(self, language: Language) -> str:
        """What stands at the place now."""
        return self.field.value[language] if self.field else ""

    @property
    def is_open(self) -> bool:
        return self.kept.verdict is Verdict.OPEN


@dataclass(frozen=True)
class OpenProposals:
    """What the firm was sent, and its draft. clauses: the latest proposal of each place; earlier: the others."""

    opened: OpenProgramme
    clauses: tuple[Clause, ...]
    earlier: tuple[KeptProposal, ...]

    @property
    def open(self) -> tuple[Clause, ...]:
        return tuple(one for one in self.clauses if one.is_open)

    @property
    def may_answer(self) -> bool:
        return self.opened.may_edit


def proposals_of(environment: Environment, actor: Actor, enterprise_id: UUID) -> OpenProposals | None:
    """Return what the firm was sent; None while it has no programme. Raises NotThere."""
    opened = programming.open_programme(environment, actor, enterprise_id)
    if opened is None:
        return None
    with reading(environment) as repository:
        sent = repository.redlines.sent_to(enterprise_id)
    latest = _latest(sent)
    fields = {field.path: field for field in opened.draft.fields()}
    order = {path: number for number, path in enumerate(fields)}
    clauses = [
        Clause(one, fields.get(path), redline.has_moved(one.change, fields.get(path))) for path, one in latest.items()
    ]
    clauses.sort(key=lambda clause: order.get(clause.kept.change.path, len(order)))
    return OpenProposals(opened, tuple(clauses), tuple(one for one in sent if latest[one.change.path] is not one))


def open_count(environment: Environment, enterprise_id: UUID) -> int:
    """Return how many places wait for the firm's answer; for services and pages that have asked the permission."""
    with reading(environment) as repository:
        latest = _latest(repository.redlines.sent_to(enterprise_id))
    return sum(one.verdict is Verdict.OPEN for one in latest.values())


def answer(
    environment: Environment,
    actor: Actor,
    found: OpenProposals,
    paths: Sequence[str],
    verdict: Verdict,
    word: str = "",
) -> tuple[str, ...]:
    """Accept or refuse proposals, all or none; what is accepted becomes the firm's own edit.

    `found` is what the person saw: a clause that somebody changed since, or answered, is never overwritten unseen.
    Raises Conflict("clause-changed") or one that tells a colleague's answer, OutOfOrder("proposal-taken-back"),
    ProgrammeRefused where the values do not fit, NotThere.
    """
    word = clean(word)
    clauses = [_clause(found, path) for path in paths]
    if not all(clause.is_open for clause in clauses):
        raise NotThere
    for clause in clauses:
        redline.check_reason(clause.kept.change.path, word)
    if verdict is Verdict.ACCEPTED:
        check_edits({one.kept.change.path: one.kept.change.value for one in clauses}, found.opened.draft)
    with transaction(environment, actor) as repository:
        programming.require_edit(repository, actor, found.opened)
        repository.redlines.lock(one.kept.id for one in clauses)
        for clause in clauses:
            path, before = clause.kept.change.path, found.opened.edits.get(clause.kept.change.path)
            edits = {path: Edit(path, before.edit.value, before.edit.base)} if before else {}
            wanted = redline.answered(edits, clause.kept.change, verdict).get(path)
            # The proposal first: whoever comes late is told of a colleague's answer rather than of its traces.
            replaced = before.edit if before and verdict is Verdict.ACCEPTED else None
            repository.redlines.answer(clause.kept, verdict, word, replaced)
            if wanted is not None and wanted != edits.get(path):
                with _said_of_clause(path):
                    programming.keep_edit(repository, found.opened, path, ProgrammeEdit(wanted.value, wanted.base))
    return tuple(paths)


def reopen(environment: Environment, actor: Actor, found: OpenProposals, path: str) -> None:
    """Take an answer back; what an accepted proposal had replaced stands again, unless it was edited since.

    Raises Conflict, OutOfOrder("proposal-taken-back"), NotThere.
    """
    clause = _clause(found, path)
    with transaction(environment, actor) as repository:
        programming.require_edit(repository, actor, found.opened)
        repository.redlines.lock((clause.kept.id,))
        repository.redlines.answer(clause.kept, Verdict.OPEN, "")
        if clause.kept.verdict is Verdict.ACCEPTED:
            own = ProgrammeEdit(clause.kept.change.value, clause.kept.change.template)
            with _said_of_clause(path):
                repository.programmes.save_edit(found.opened.programme.id, path, seen=own, wanted=clause.kept.replaced)


# --- Inner


def _save(
    environment: Environment,
    actor: Actor,
    opened: OpenRedline,
    path: str,
    language: Language,
    *,
    seen: Wording,
    wanted: Wording,
) -> KeptProposal | None:
    field = _field(opened, path)
    change = Change(
        path=path,
        base=field.value[language],
        value=wanted.value or "",
        template=canonical(field.proposed) if field.proposed is not None else "",
        was_edited=field.is_edited,
    )
    submission = opened.review.submission
    with reviewing.in_review(environment, actor, submission.id, on_round=submission.round) as (repository, _):
        return repository.redlines.save(submission.id, change, seen=seen, wanted=wanted)


def _proposed(field: DraftField, typed: str) -> str | None:
    """Return the canonical value that is typed; None where it is what was handed in."""
    value = canonical_value(field.path, typed)
    return None if value.split() in [field.value[language].split() for language in Language] else value


def _field(opened: OpenRedline, path: str) -> DraftField:
    field = opened.fields.get(path)
    if field is None:
        raise ProgrammeRefused("unknown-path", path=path)
    return field


@contextmanager
def _said_of_clause(path: str) -> Iterator[None]:
    """Say of a clause that it was changed meanwhile: where, by whom, when, to what."""
    try:
        yield
    except Conflict as conflict:
        details, theirs = conflict.details, conflict.details["theirs"]
        known = {"who": details["who"]} if details["who"] else {}
        text = theirs.value if isinstance(theirs, ProgrammeEdit) else ""
        raise Conflict("clause-changed", **known, path=path, at=details["at"], theirs=text, yours="") from conflict


def _latest(sent: Sequence[KeptProposal]) -> Mapping[str, KeptProposal]:
    """Return the latest proposal of each place; what was proposed there before has had its time."""
    latest: dict[str, KeptProposal] = {}
    for one in sent:
        latest.setdefault(one.change.path, one)
    return latest


def _clause(found: OpenProposals, path: str) -> Clause:
    clause = next((one for one in found.clauses if one.kept.change.path == path), None)
    if clause is None:
        raise NotThere
    return clause


@lru_cache(maxsize=_KEPT_DRAFTS)
def _handed_in(content: str, added: frozenset[str]) -> ProgrammeDraft:
    """Build the programme of a round, which never changes."""
    file = exchanging.open_file(content)
    own = [Edit(f"{item}/{INCLUDED}", YES) for item in sorted(added)]
    return draft_programme(exchanging.analysis_of_file(file), [*file.exchange.edits, *own])
