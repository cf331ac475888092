"""Deeds around the review: hand in, withdraw, queue, take, rule, remark, decide, revoke.

A reviewer reads what was handed in, never the draft: each round is kept whole, as an exchange file with its hash.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from core.domain import journey, review
from core.domain.assessment import Answer, Answers, AssessmentState
from core.domain.catalogue import Catalogue, Topic
from core.domain.journey import AssessmentStep
from core.domain.notices import NoticeKind
from core.domain.permissions import Action, Actor, Concern, Role, may, require
from core.domain.review import Precheck, QueueFilter, RemarkAudience, ReviewProgress, Ruling, RulingKind, queue_facts
from core.domain.scorecard import Scorecard, ScoreKind
from core.domain.scoring import score
from core.errors import NotThere, OutOfOrder, ReviewRefused
from core.language import VIETNAM, clean
from core.services import advising, assessing, counting, exchanging, noticing, two_views
from core.services.assessing import OpenAssessment
from core.services.environment import Environment, reading, transaction
from core.services.exchanging import OpenedFile
from core.storage.exchange import write_exchange
from core.storage.repository import Repository
from core.storage.repository_assessments import KeptAssessment
from core.storage.repository_events import KeptEvent
from core.storage.repository_reviews import (
    KeptDecision,
    KeptRemark,
    KeptRound,
    KeptRuling,
    KeptSubmission,
    QueueLine,
)

PAGE_SIZE = 20
REVIEWERS = (Role.ADVISER, Role.LEAD_ADVISER)
WAITING = frozenset({AssessmentState.SUBMITTED, AssessmentState.IN_REVIEW})
"""States in which a reviewer is to do something."""
QUEUED = WAITING | {AssessmentState.CHANGES_REQUESTED, AssessmentState.REVIEWED}


# --- The firm's side


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the firm has in hand after handing in."""

    submission_id: UUID
    enterprise_name: str
    round: int
    at: datetime
    edition: str
    sha256: str


@dataclass(frozen=True, slots=True)
class HandIn:
    """What the firm sees before it hands in, and after."""

    opened: OpenAssessment
    precheck: Precheck
    submission: KeptSubmission | None
    receipts: tuple[Receipt, ...]
    owners: tuple[str, ...]
    """Names of those who may hand in."""
    may_submit: bool
    may_withdraw: bool


def hand_in_of(environment: Environment, actor: Actor, enterprise_id: UUID) -> HandIn:
    """Return what is missing before handing in, and the receipts of earlier rounds. Raises NotThere."""
    opened = assessing.open_assessment(environment, actor, enterprise_id)
    scorecard = assessing.computed(environment, opened).self_score
    concern = _concern(opened.assessment)
    with reading(environment) as repository:
        submission = repository.reviews.of_assessment(opened.id)
        rounds = repository.reviews.rounds(submission.id) if submission else ()
        people = repository.accounts.members(enterprise_id)
        unsettled = two_views.unsettled(repository, opened)
    return HandIn(
        opened=opened,
        precheck=_precheck(opened, scorecard, unsettled),
        submission=submission,
        receipts=tuple(_receipt(submission, opened.profile.name, one) for one in rounds if submission),
        owners=tuple(one.name for one in people if one.role == Role.OWNER.value),
        may_submit=may(actor, Action.SUBMIT, concern),
        may_withdraw=may(actor, Action.WITHDRAW, concern),
    )


def submit(environment: Environment, actor: Actor, enterprise_id: UUID) -> Receipt:
    """Hand the assessment in as it is; from then on it is locked until changes are requested.

    Raises OutOfOrder("submission-without-score") when nothing was answered, NotThere.
    """
    opened = assessing.open_assessment(environment, actor, enterprise_id)
    with transaction(environment, actor) as repository:
        assessment = repository.assessments.get(opened.id, lock=True)
        require(actor, Action.SUBMIT, _concern(assessment))
        exchange = exchanging.exchange_of(environment, repository, enterprise_id, assessment)
        files: dict[str, list[tuple[str, str]]] = {}
        for file in repository.files.of(assessment.id):
            files.setdefault(file.question, []).append((file.file_name, file.sha256))
        counted = replace(opened, answers=repository.assessments.answers(assessment.id)).counted
        content = write_exchange(replace(exchange, answers=counted))
        scored = exchanging.score_file(content)
        if not scored.scorecard.has_score:
            raise OutOfOrder("submission-without-score", state=assessment.state.value, step="submit")
        kept = repository.reviews.hand_in(
            assessment,
            sector=exchange.profile.sector,
            content=content,
            files=files,
            facts=queue_facts(scored.scorecard, scored.file.register),
        )
        _move(repository, assessment, AssessmentStep.SUBMIT)
        _count(environment, repository, enterprise_id)
        advising.end_open(repository, enterprise_id)
        noticing.tell_reviewers(repository, kept, NoticeKind.HANDED_IN)
        return _receipt(kept, exchange.profile.name, repository.reviews.rounds(kept.id)[-1])


def withdraw(environment: Environment, actor: Actor, enterprise_id: UUID) -> None:
    """Take a submission back: it stays as withdrawn, and a new draft goes on from the same answers.

    Raises OutOfOrder before anything was handed in, NotThere.
    """
    with transaction(environment, actor) as repository:
        assessment = _newest(repository, enterprise_id)
        locked = repository.assessments.get(assessment.id, lock=True)
        require(actor, Action.WITHDRAW, _concern(locked))
        submission = repository.reviews.of_assessment(locked.id)
        if submission is None:
            raise OutOfOrder("nothing-to-withdraw", state=locked.state.value, step="withdraw")
        _move(repository, locked, AssessmentStep.WITHDRAW)
        repository.reviews.move(submission.id, AssessmentState.WITHDRAWN)
        _count(environment, repository, enterprise_id)
        if submission.assigned_to is not None:
            noticing.tell_reviewers(repository, submission, NoticeKind.WITHDRAWN)
        begun = repository.assessments.go_on_from(locked.id, environment.today())
        repository.views.follow(locked.id, begun.id)


# --- The reviewers' side


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of a queue: its lines, how many wait on whom, and what the actor may do. total: lines on all pages.

    may_take, may_assign: the submissions of these lines that they may review, and hand over to somebody. leads: whether
    they hand over submissions of any province.
    """

    lines: tuple[QueueLine, ...]
    counts: Mapping[AssessmentState, int]
    """How many there are in each state, whatever state is asked for."""
    on_me: int
    on_nobody: int
    total: int
    offset: int
    may_take: frozenset[UUID]
    may_assign: frozenset[UUID]
    leads: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a review came to: the answers as the reviewers see them, their score, and the day it was decided."""

    answers: Answers
    validated: Scorecard
    on: date


@dataclass(frozen=True, slots=True)
class HandedInFile:
    """A file as it was handed in; `attachment_id` is None when the firm has taken it away since."""

    name: str
    attachment_id: UUID | None


@dataclass(frozen=True)
class OpenReview:
    """A submission as it is reviewed, or as its firm sees the review.

    file: the latest round. previous: the answers of the round before. rulings, remarks: what this person may read.
    files: those of the latest round, by question. seen_event: the newest event before it was read. advisers: who wrote
    answers together with the firm. own_words: the questions of which this person did. may_finish: whether they may call
    the submission reviewed.
    """

    submission: KeptSubmission
    enterprise_name: str
    file: OpenedFile
    previous: Answers
    rounds: tuple[KeptRound, ...]
    rulings: Mapping[str, KeptRuling]
    remarks: tuple[KeptRemark, ...]
    decisions: tuple[KeptDecision, ...]
    files: Mapping[str, tuple[HandedInFile, ...]]
    last_look: datetime | None
    seen_event: int
    assigned_name: str
    advisers: tuple[str, ...]
    own_words: frozenset[str]
    is_reviewer: bool
    may_review: bool
    may_finish: bool
    may_remark: bool
    may_revoke: bool
    may_assign: bool

    @property
    def id(self) -> UUID:
        return self.submission.id

    @property
    def catalogue(self) -> Catalogue:
        return self.file.catalogue

    @property
    def answers(self) -> Answers:
        return self.file.exchange.answers

    @cached_property
    def standing(self) -> Mapping[str, Ruling]:
        """Question → ruling alone."""
        return {question: kept.ruling for question, kept in self.rulings.items()}

    @cached_property
    def progress(self) -> ReviewProgress:
        return review.progress(self.catalogue, self.file.exchange.profile, self.answers, self.standing)

    def scorecard(self, kind: ScoreKind) -> Scorecard:
        """Return one of the three scores of the latest round."""
        answers = review.validated(self.answers, self.standing) if kind is ScoreKind.VALIDATED else self.answers
        return score(self.catalogue, self.file.exchange.profile, answers, self.file.register, kind)

    @cached_property
    def precheck(self) -> Precheck:
        contradictions = (one.question for one in self.scorecard(ScoreKind.SELF).contradictions)
        return review.precheck(self.catalogue, self.file.exchange.profile, self.answers, contradictions)

    def easy(self, topic: Topic) -> tuple[str, ...]:
        """Return the questions of a topic that nobody ruled on yet and that may be accepted together."""
        hindered = {one.question for one in self.remarks} | set(self.precheck.contradictions) | self.own_words
        questions = [
            one
            for one in self.catalogue.applicable(topic, self.file.exchange.profile)
            if self.progress.points[one.id] is review.PointState.OPEN
        ]
        return review.easy_questions(questions, self.answers, self.catalogue.method.easy_review, hindered=hindered)

    @property
    def decision(self) -> KeptDecision | None:
        """The standing decision of the present round."""
        found = [one for one in self.decisions if one.round == self.submission.round and one.revoked_at is None]
        return found[-1] if found else None


def provinces_of(actor: Actor) -> frozenset[str]:
    """Return the provinces whose submissions a reviewer sees; empty for who reviews nothing."""
    return frozenset(held.province for held in actor.roles if held.role in REVIEWERS and held.province)


def queue(environment: Environment, actor: Actor, wanted: QueueFilter, *, offset: int = 0) -> QueuePage:
    """Return a page of what the actor may review, what waits longest first. Raises NotThere for who reviews nothing.

    A province outside the actor's own shows nothing; an enterprise that the actor belongs to is never there.
    """
    own = provinces_of(actor)
    if not own:
        raise NotThere
    seen = replace(
        wanted,
        provinces=own if not wanted.provinces else own & wanted.provinces,
        states=wanted.states & QUEUED or QUEUED,
        without_enterprises=frozenset(actor.memberships),
    )
    with reading(environment) as repository:
        lines = repository.reviews.queue(seen, actor.account_id, offset=offset, limit=PAGE_SIZE)
        counts = repository.reviews.counts(replace(seen, states=QUEUED))
        waiting = replace(seen, states=WAITING, mine=None, nobodys=False)
        on_me = repository.reviews.counts(replace(waiting, mine=actor.account_id))
        on_nobody = repository.reviews.counts(replace(waiting, nobodys=True))
    may_take, may_assign = (
        frozenset(one.submission.id for one in lines if may(actor, action, _concern(one.submission)))
        for action in (Action.REVIEW, Action.ASSIGN_REVIEW)
    )
    return QueuePage(
        lines=lines,
        counts=counts,
        on_me=sum(on_me.values()),
        on_nobody=sum(on_nobody.values()),
        total=sum(counts.get(state, 0) for state in seen.states),
        offset=offset,
        may_take=may_take,
        may_assign=may_assign,
        leads=any(held.role is Role.LEAD_ADVISER for held in actor.roles),
    )


def load(environment: Environment, actor: Actor) -> Mapping[UUID | None, int]:
    """Return how many submissions wait on each reviewer, in provinces that the actor leads. Raises NotThere."""
    led = frozenset(held.province for held in actor.roles if held.role is Role.LEAD_ADVISER and held.province)
    if not led:
        raise NotThere
    with reading(environment) as repository:
        return repository.reviews.load(led)


def open_review(environment: Environment, actor: Actor, submission_id: UUID) -> OpenReview:
    """Return a submission with its review, for reviewers and for the firm itself; looking is noted. Raises NotThere."""
    with transaction(environment, actor) as repository:
        submission, concern = _submission(repository, actor, Action.VIEW_ANSWERS, submission_id)
        is_reviewer = submission.enterprise_id not in actor.memberships
        last_look = repository.reviews.last_look(submission_id, actor.account_id)
        # Before all else is read: what somebody keeps meanwhile is then told once too often rather than never.
        seen_event = repository.events.newest()
        repository.reviews.looked(submission_id, actor.account_id)
        rounds = repository.reviews.rounds(submission_id)
        assigned = repository.accounts.get(submission.assigned_to).name if submission.assigned_to else ""
        previous = exchanging.open_file(rounds[-2].content).exchange.answers if len(rounds) > 1 else {}
        return OpenReview(
            submission=submission,
            enterprise_name=repository.enterprises.get(submission.enterprise_id).profile.name,
            file=exchanging.open_file(rounds[-1].content),
            previous=previous,
            rounds=rounds,
            rulings=_shown_rulings(repository, submission, is_reviewer=is_reviewer),
            remarks=repository.reviews.remarks(submission_id, with_internal=is_reviewer),
            decisions=repository.reviews.decisions(submission_id),
            files=_files(repository, submission, rounds[-1]),
            last_look=last_look,
            seen_event=seen_event,
            assigned_name=assigned,
            advisers=tuple(repository.assessments.advisers(submission.assessment_id).values()),
            own_words=_own_words(repository, actor, submission),
            is_reviewer=is_reviewer,
            may_review=may(actor, Action.REVIEW, concern),
            may_finish=may(actor, Action.FINISH_REVIEW, concern),
            may_remark=may(actor, Action.REMARK, concern),
            may_revoke=may(actor, Action.REVOKE_DECISION, concern),
            may_assign=may(actor, Action.ASSIGN_REVIEW, concern),
        )


class NewsKind(StrEnum):
    """What somebody else did to a submission that one looks at; the value is the deed in the log."""

    RULED = "ruling.saved"
    RULING_TAKEN_BACK = "ruling.taken_back"
    REMARKED = "remark.added"
    CHANGES_REQUESTED = "decision.changes_requested"
    REVIEWED = "decision.reviewed"
    REVOKED = "decision.revoked"
    ASSIGNED = "submission.assigned"
    HANDED_IN = "submission.handed_in"
    PROPOSED = "proposal.saved"
    PROPOSAL_TAKEN_BACK = "proposal.taken_back"
    PROPOSAL_ACCEPTED = "proposal.accepted"
    PROPOSAL_REFUSED = "proposal.refused"


_REVIEWERS_OWN = frozenset(
    {NewsKind.RULED, NewsKind.RULING_TAKEN_BACK, NewsKind.PROPOSED, NewsKind.PROPOSAL_TAKEN_BACK}
)
"""Unfinished work: the firm is told of it by the decision."""


@dataclass(frozen=True, slots=True)
class ReviewNews:
    """What somebody else did; who is empty once erased, question where it was about the submission as a whole."""

    kind: NewsKind
    who: str
    at: datetime
    question: str


def news_since(environment: Environment, actor: Actor, submission_id: UUID, seen_event: int) -> tuple[ReviewNews, ...]:
    """Return what others did to a submission after `OpenReview.seen_event`, each deed at its place once, newest first.

    The firm is told what it may read. Raises NotThere, also when the firm has withdrawn meanwhile.
    """
    with reading(environment) as repository:
        submission, _ = _submission(repository, actor, Action.VIEW_ANSWERS, submission_id)
        is_reviewer = submission.enterprise_id not in actor.memberships
        found: dict[tuple[NewsKind, str], ReviewNews] = {}
        for event in repository.events.since(submission.enterprise_id, "submission", seen_event):
            of, _, place = event.object_id.partition("/")
            if of != str(submission_id) or event.actor_id == actor.account_id or event.action not in set(NewsKind):
                continue
            kind = NewsKind(event.action)
            if not is_reviewer and (kind in _REVIEWERS_OWN or _is_internal(event)):
                continue
            question = place if kind in _AT_QUESTIONS else ""
            who = repository.accounts.name(event.actor_id)
            found.pop((kind, question), None)
            found[kind, question] = ReviewNews(kind, who, event.at, question)
    return tuple(reversed(found.values()))


_AT_QUESTIONS = frozenset({NewsKind.RULED, NewsKind.RULING_TAKEN_BACK, NewsKind.REMARKED})


def _is_internal(event: KeptEvent) -> bool:
    """Tell whether a remark is not for the firm; one that was erased is nobody's any more."""
    after = json.loads(event.after or "{}")
    return event.action == NewsKind.REMARKED and after.get("audience") != RemarkAudience.FIRM


def review_of(environment: Environment, actor: Actor, assessment_id: UUID) -> OpenReview | None:
    """Return the review of an assessment that was called reviewed; None for any other. Raises NotThere."""
    with reading(environment) as repository:
        submission = repository.reviews.of_assessment(assessment_id)
    if submission is None or submission.state is not AssessmentState.REVIEWED:
        return None
    return open_review(environment, actor, submission.id)


def outcome_of(environment: Environment, assessment: KeptAssessment) -> Outcome | None:
    """Return what the review of an assessment came to, None until then; for services that have asked the permission."""
    if assessment.state is not AssessmentState.REVIEWED:
        return None
    with reading(environment) as repository:
        submission = repository.reviews.of_assessment(assessment.id)
        if submission is None:
            return None
        file = exchanging.open_file(repository.reviews.rounds(submission.id)[-1].content)
        rulings = {question: kept.ruling for question, kept in repository.reviews.rulings(submission.id).items()}
    answers = review.validated(file.exchange.answers, rulings)
    validated = score(file.catalogue, file.exchange.profile, answers, file.register, ScoreKind.VALIDATED)
    return Outcome(answers, validated, submission.waiting_since.astimezone(VIETNAM).date())


def take(environment: Environment, actor: Actor, submission_id: UUID, *, seen: UUID | None) -> None:
    """Take a submission to review it oneself. Raises Conflict when somebody else took it meanwhile, NotThere."""
    with transaction(environment, actor) as repository:
        submission, _ = _submission(repository, actor, Action.REVIEW, submission_id, lock=True)
        repository.reviews.assign(submission_id, seen=seen, wanted=actor.account_id)
        _begin(repository, submission)


def hand_over(
    environment: Environment, actor: Actor, submission_ids: Sequence[UUID], to: UUID | None, reason: str
) -> None:
    """Give submissions to a reviewer of their province, or to nobody; all or none, with one written reason.

    A lead adviser hands over everything, an adviser what is their own.
    Raises ReviewRefused("hand-over-without-reason", "not-a-reviewer-here"), NotThere.
    """
    reason = clean(reason)
    if not reason:
        raise ReviewRefused("hand-over-without-reason")
    with transaction(environment, actor) as repository:
        for submission_id in sorted(submission_ids):
            submission = repository.reviews.get(submission_id, lock=True)
            concern = _concern_of(repository, submission)
            is_own = submission.assigned_to == actor.account_id and may(actor, Action.REVIEW, concern)
            if not is_own:
                require(actor, Action.ASSIGN_REVIEW, concern)
            if to is not None and not _reviews_here(repository, to, submission):
                raise ReviewRefused("not-a-reviewer-here")
            repository.reviews.assign(submission_id, seen=submission.assigned_to, wanted=to)
            repository.reviews.add_remark(
                submission_id, question="", audience=RemarkAudience.INTERNAL, text=reason, is_reviewer=True
            )
            if to is not None:
                repository.notices.tell((to,), NoticeKind.HANDED_OVER, submission.enterprise_id, submission_id)


def reviewers_of(environment: Environment, actor: Actor) -> Mapping[UUID, str]:
    """Return the reviewers of the actor's provinces, account → name. Raises NotThere for who reviews nothing."""
    own = provinces_of(actor)
    if not own:
        raise NotThere
    with reading(environment) as repository:
        return {
            account_id: repository.accounts.get(account_id).name
            for account_id, grants in repository.accounts.grants().items()
            if any(grant.role in REVIEWERS and grant.province in own for grant in grants)
        }


def rule(
    environment: Environment,
    actor: Actor,
    submission_id: UUID,
    question: str,
    *,
    on_round: int,
    seen: Ruling | None,
    wanted: Ruling | None,
) -> KeptRuling | None:
    """Keep a ruling on the answer as handed in, or take it back (`wanted` None); the first one begins the review.

    on_round: the round that the reviewer looked at. Raises ReviewRefused, also on an answer that the reviewer wrote
    together with the firm, Conflict when another reviewer ruled meanwhile, OutOfOrder("round-meanwhile") when the firm
    has handed in again, NotThere.
    """
    with transaction(environment, actor) as repository:
        submission, _ = _submission(repository, actor, Action.REVIEW, submission_id, lock=True)
        _check_round(submission, on_round)
        if wanted is not None:
            answer = _answers_in_scope(repository, submission).get(question)
            if answer is None:
                raise ReviewRefused("question-unknown", question=question)
            wanted = replace(wanted, answer=answer, reason=clean(wanted.reason))
            review.check_ruling(question, wanted)
        if question in _own_words(repository, actor, submission):
            raise ReviewRefused("ruling-on-own-words", question=question)
        _begin(repository, submission)
        return repository.reviews.save_ruling(submission_id, question, seen=seen, wanted=wanted)


def accept_together(
    environment: Environment, actor: Actor, opened: OpenReview, questions: Sequence[str]
) -> tuple[str, ...]:
    """Accept several answers at once, all or none; returns the questions. Raises as `rule` does."""
    with transaction(environment, actor) as repository:
        submission, _ = _submission(repository, actor, Action.REVIEW, opened.id, lock=True)
        _check_round(submission, opened.submission.round)
        answers = _answers_in_scope(repository, submission)
        own_words = _own_words(repository, actor, submission)
        _begin(repository, submission)
        for question in questions:
            if question not in answers:
                raise ReviewRefused("question-unknown", question=question)
            ruling = Ruling(RulingKind.ACCEPTED, answers[question])
            review.check_ruling(question, ruling)
            if question in own_words:
                raise ReviewRefused("ruling-on-own-words", question=question)
            repository.reviews.save_ruling(opened.id, question, seen=opened.standing.get(question), wanted=ruling)
    return tuple(questions)


def remark(
    environment: Environment,
    actor: Actor,
    submission_id: UUID,
    text: str,
    *,
    question: str = "",
    audience: RemarkAudience = RemarkAudience.FIRM,
) -> None:
    """Add a remark; what the firm writes is always read by both sides. Raises ReviewRefused, NotThere."""
    text = clean(text)
    if not text:
        raise ReviewRefused("remark-empty", question=question)
    if len(text) > review.REMARK_LIMIT:
        raise ReviewRefused("remark-too-long", question=question, length=len(text), limit=review.REMARK_LIMIT)
    with transaction(environment, actor) as repository:
        submission, _ = _submission(repository, actor, Action.REMARK, submission_id, lock=True)
        if question and question not in environment.edition(submission.edition).questions:
            raise ReviewRefused("question-unknown", question=question)
        is_reviewer = submission.enterprise_id not in actor.memberships
        repository.reviews.add_remark(
            submission_id,
            question=question,
            audience=audience if is_reviewer else RemarkAudience.FIRM,
            text=text,
            is_reviewer=is_reviewer,
        )
        if not is_reviewer:
            noticing.tell_reviewers(repository, submission, NoticeKind.REMARK)
        elif audience is RemarkAudience.FIRM:
            noticing.tell_firm(repository, submission, NoticeKind.REMARK)


def request_changes(
    environment: Environment, actor: Actor, submission_id: UUID, reason: str, *, on_round: int
) -> KeptDecision:
    """Send a submission back with what is to be changed. Raises OutOfOrder("no-change-asked"), NotThere."""
    return _decide(environment, actor, submission_id, AssessmentStep.REQUEST_CHANGES, clean(reason), on_round)


def finish(environment: Environment, actor: Actor, submission_id: UUID, reason: str, *, on_round: int) -> KeptDecision:
    """Call a submission reviewed. Raises OutOfOrder("review-not-complete") while a point is open, NotThere.

    Who wrote answers together with the firm in an advised session may rule on the others, remark and request changes,
    but not finish: nobody reviews what they wrote, and the score that comes out counts their own answers too. Another
    reviewer of the province has to agree; until then ReviewRefused("finish-by-co-author") is raised.
    """
    return _decide(environment, actor, submission_id, AssessmentStep.FINISH_REVIEW, clean(reason), on_round)


@contextmanager
def in_review(
    environment: Environment, actor: Actor, submission_id: UUID, *, on_round: int
) -> Iterator[tuple[Repository, KeptSubmission]]:
    """Open a transaction for a deed of a reviewer on the round they looked at; the first deed begins the review.

    Raises OutOfOrder("round-meanwhile") when the firm has handed in again, NotThere.
    """
    with transaction(environment, actor) as repository:
        submission, _ = _submission(repository, actor, Action.REVIEW, submission_id, lock=True)
        _check_round(submission, on_round)
        yield repository, _begin(repository, submission)


def revoke(environment: Environment, actor: Actor, submission_id: UUID, reason: str) -> None:
    """Take the decision of the present round back; the review goes on.

    Raises ReviewRefused("revocation-without-reason"), OutOfOrder when the firm has answered meanwhile or has begun its
    next period ("next-begun"), NotThere.
    """
    reason = clean(reason)
    if not reason:
        raise ReviewRefused("revocation-without-reason")
    with transaction(environment, actor) as repository:
        repository.enterprises.lock(repository.reviews.get(submission_id).enterprise_id)
        submission, _ = _submission(repository, actor, Action.REVOKE_DECISION, submission_id, lock=True)
        if _newest(repository, submission.enterprise_id).id != submission.assessment_id:
            raise OutOfOrder("next-begun", state=submission.state.value, step="revoke")
        repository.reviews.revoke(submission_id, reason)
        _step(repository, submission, AssessmentStep.REVOKE)
        _count(environment, repository, submission.enterprise_id)
        noticing.tell_firm(repository, submission, NoticeKind.REVOKED)


# --- Inner


def _decide(
    environment: Environment, actor: Actor, submission_id: UUID, step: AssessmentStep, reason: str, on_round: int
) -> KeptDecision:
    if len(reason) > review.REMARK_LIMIT:
        raise ReviewRefused("remark-too-long", question="", length=len(reason), limit=review.REMARK_LIMIT)
    with transaction(environment, actor) as repository:
        submission, concern = _submission(repository, actor, Action.REVIEW, submission_id, lock=True)
        _check_round(submission, on_round)
        if step is AssessmentStep.FINISH_REVIEW and not may(actor, Action.FINISH_REVIEW, concern):
            raise ReviewRefused("finish-by-co-author", question="")
        submission = _begin(repository, submission)
        file = exchanging.open_file(repository.reviews.rounds(submission_id)[-1].content)
        rulings = {question: kept.ruling for question, kept in repository.reviews.rulings(submission_id).items()}
        found = review.progress(file.catalogue, file.exchange.profile, file.exchange.answers, rulings)
        if step is AssessmentStep.FINISH_REVIEW:
            review.require_settled(found)
        else:
            review.require_change_asked(found, reason)
        moved = _step(repository, submission, step)
        repository.redlines.send(submission_id)
        noticing.tell_firm(repository, submission, NoticeKind(moved.value))
        decision = repository.reviews.decide(submission_id, moved, reason)
        _count(environment, repository, submission.enterprise_id)
        return decision


def _count(environment: Environment, repository: Repository, enterprise_id: UUID) -> None:
    counting.renew_results(environment, repository, enterprise_id)
    counting.renew_stages(environment, repository, enterprise_id)


def _submission(
    repository: Repository, actor: Actor, action: Action, submission_id: UUID, *, lock: bool = False
) -> tuple[KeptSubmission, Concern]:
    submission = repository.reviews.get(submission_id)
    if lock:
        repository.assessments.get(submission.assessment_id, lock=True)
        submission = repository.reviews.get(submission_id, lock=True)
    concern = _concern_of(repository, submission)
    require(actor, action, concern)
    return submission, concern


def _own_words(repository: Repository, actor: Actor, submission: KeptSubmission) -> frozenset[str]:
    """Return the questions whose answers the actor wrote together with the firm, whatever became of these."""
    answers = repository.assessments.answers(submission.assessment_id).items()
    return frozenset(
        question for question, kept in answers if kept.advised is not None and kept.advised.by == actor.account_id
    )


def _check_round(submission: KeptSubmission, on_round: int) -> None:
    """Nobody rules on answers they have not seen: a tab may be left over from an earlier round."""
    if submission.round != on_round:
        raise OutOfOrder("round-meanwhile", state=submission.state.value, step="review", round=submission.round)


def _files(
    repository: Repository, submission: KeptSubmission, one: KeptRound
) -> Mapping[str, tuple[HandedInFile, ...]]:
    there = {(kept.question, kept.sha256): kept.id for kept in repository.files.of(submission.assessment_id)}
    return {
        question: tuple(HandedInFile(name, there.get((question, digest))) for name, digest in files)
        for question, files in one.files.items()
    }


def _begin(repository: Repository, submission: KeptSubmission) -> KeptSubmission:
    """The first deed of a reviewer begins the review."""
    if submission.state is AssessmentState.SUBMITTED:
        _step(repository, submission, AssessmentStep.BEGIN_REVIEW)
        return repository.reviews.get(submission.id)
    return submission


def _step(repository: Repository, submission: KeptSubmission, step: AssessmentStep) -> AssessmentState:
    assessment = repository.assessments.get(submission.assessment_id, lock=True)
    state = _move(repository, assessment, step)
    repository.reviews.move(submission.id, state)
    return state


def _move(repository: Repository, assessment: KeptAssessment, step: AssessmentStep) -> AssessmentState:
    state = journey.after(assessment.state, step)
    repository.assessments.set_state(assessment.id, state)
    return state


def _answers_in_scope(repository: Repository, submission: KeptSubmission) -> Mapping[str, Answer]:
    """Return an answer for every question that the latest round was asked, empty where it gave none."""
    file = exchanging.open_file(repository.reviews.rounds(submission.id)[-1].content)
    return {
        question.id: file.exchange.answers.get(question.id, review.NO_ANSWER)
        for topic in file.catalogue.topics
        for question in file.catalogue.applicable(topic, file.exchange.profile)
    }


def _shown_rulings(
    repository: Repository, submission: KeptSubmission, *, is_reviewer: bool
) -> Mapping[str, KeptRuling]:
    """The firm reads a ruling when the round was decided; before that it is the reviewers' unfinished work."""
    rulings = repository.reviews.rulings(submission.id)
    if is_reviewer or submission.state in (AssessmentState.CHANGES_REQUESTED, AssessmentState.REVIEWED):
        return rulings
    return {question: kept for question, kept in rulings.items() if kept.round < submission.round}


def _reviews_here(repository: Repository, account_id: UUID, submission: KeptSubmission) -> bool:
    grants = repository.accounts.grants_of(account_id)
    belongs = {held.enterprise_id for held in repository.accounts.memberships_of(account_id)}
    return submission.enterprise_id not in belongs and any(
        grant.role in REVIEWERS and grant.province == submission.province for grant in grants
    )


def _newest(repository: Repository, enterprise_id: UUID) -> KeptAssessment:
    found = next(iter(repository.assessments.of_enterprise(enterprise_id)), None)
    if found is None:
        raise NotThere
    return found


def _precheck(opened: OpenAssessment, scorecard: Scorecard, unsettled: tuple[str, ...]) -> Precheck:
    contradictions = (one.question for one in scorecard.contradictions)
    return review.precheck(opened.catalogue, opened.profile, opened.counted, contradictions, opened.carried, unsettled)


def _receipt(submission: KeptSubmission, enterprise_name: str, one: KeptRound) -> Receipt:
    return Receipt(submission.id, enterprise_name, one.number, one.at, submission.edition, one.sha256)


def _concern(of: KeptAssessment | KeptSubmission) -> Concern:
    """Return what a deed is about, for those in which it does not matter who wrote the answers together."""
    return Concern(enterprise_id=of.enterprise_id, province=of.province, state=of.state)


def _concern_of(repository: Repository, submission: KeptSubmission) -> Concern:
    return Concern(
        enterprise_id=submission.enterprise_id,
        province=submission.province,
        state=submission.state,
        written_with=frozenset(repository.assessments.advisers(submission.assessment_id)),
    )
