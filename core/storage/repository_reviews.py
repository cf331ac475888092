"""Submissions as they are kept: rounds, rulings, remarks, decisions, and who looked when.

Nothing here touches an answer: a reviewer's words live in tables of their own. Who may do what is asked by services.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, and_, bindparam, func, or_
from sqlmodel import Session, col, select

from core.domain.assessment import Answer, AssessmentState
from core.domain.review import QueueFacts, QueueFilter, RemarkAudience, Ruling, RulingKind
from core.errors import Conflict, NotThere, OutOfOrder
from core.storage.asking import ask, table
from core.storage.merging import fresh, locked
from core.storage.repository_assessments import KeptAssessment
from core.storage.repository_enterprises import name_of
from core.storage.repository_events import Events, Stamp
from core.storage.tables import (
    DecisionRow,
    EnterpriseRow,
    LookRow,
    RemarkRow,
    RulingRow,
    SubmissionRoundRow,
    SubmissionRow,
)

_ANSWER = TypeAdapter(Answer)
_ruling, _round, _decision = table("ruling"), table("submission_round"), table("decision")
_RULED = _ruling.select().where(_ruling.c.submission_id == bindparam("submission"))
_LATEST_ROUND = (
    select(_round.c.content, _round.c.at)
    .where(_round.c.submission_id == bindparam("submission"))
    .order_by(_round.c.number.desc())
    .limit(1)
)
_FIRST_ROUND = select(func.min(_round.c.at)).where(_round.c.submission_id == bindparam("submission"))
_REVIEWED = select(func.min(_decision.c.at)).where(
    _decision.c.submission_id == bindparam("submission"),
    _decision.c.kind == AssessmentState.REVIEWED.value,
    _decision.c.revoked_at.is_(None),
)


@dataclass(frozen=True, slots=True)
class KeptSubmission:
    """A submission as its queue knows it. `waiting_since`: when the present state began."""

    id: UUID
    enterprise_id: UUID
    assessment_id: UUID
    province: str
    sector: str
    edition: str
    state: AssessmentState
    round: int
    level: int | None
    score: str
    gates_failed: int
    is_overdue: bool
    assigned_to: UUID | None
    waiting_since: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class KeptRound:
    """What was handed in at one time; `content` is the exchange file, `files` question → names and hashes."""

    number: int
    content: str
    sha256: str
    files: Mapping[str, tuple[tuple[str, str], ...]]
    at: datetime
    by_name: str


@dataclass(frozen=True, slots=True)
class KeptRuling:
    """A ruling with who gave it, when, and in which round."""

    ruling: Ruling
    round: int
    version: int
    updated_at: datetime
    by_name: str


@dataclass(frozen=True, slots=True)
class KeptRemark:
    """A remark with its author; `question` is empty for the submission as a whole."""

    id: UUID
    question: str
    audience: RemarkAudience
    text: str
    at: datetime
    by: UUID | None
    by_name: str
    is_reviewer: bool


@dataclass(frozen=True, slots=True)
class KeptDecision:
    """A decision and, where it was taken back, by whom and why."""

    id: UUID
    round: int
    kind: AssessmentState
    reason: str
    at: datetime
    by_name: str
    revoked_at: datetime | None
    revoked_by_name: str
    revoked_reason: str


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One line of a queue. `is_new`: something happened since the looker's last look."""

    submission: KeptSubmission
    enterprise_name: str
    assigned_name: str
    is_new: bool


class Reviews:
    """Submissions, within one transaction."""

    def __init__(self, session: Session, stamp: Stamp, events: Events) -> None:
        self._session = session
        self._stamp = stamp
        self._events = events

    # --- Submissions and rounds

    def hand_in(
        self,
        assessment: KeptAssessment,
        *,
        sector: str,
        content: str,
        files: Mapping[str, Sequence[tuple[str, str]]],
        facts: QueueFacts,
    ) -> KeptSubmission:
        """Keep the next round of an assessment; the first one makes the submission. Its state is set by `move`."""
        row = self._session.exec(
            locked(select(SubmissionRow).where(SubmissionRow.assessment_id == assessment.id))
        ).first()
        if row is None:
            row = SubmissionRow(
                enterprise_id=assessment.enterprise_id,
                assessment_id=assessment.id,
                edition=assessment.edition,
                state=AssessmentState.SUBMITTED,
                waiting_since=self._stamp.at,
                changed_at=self._stamp.at,
            )
        row.province_code, row.sector = assessment.province, sector
        row.level, row.score = facts.level, facts.score
        row.gates_failed, row.is_overdue = facts.gates_failed, facts.is_overdue
        row.round += 1
        self._session.add(row)
        self._session.flush()
        digest = hashlib.sha256(content.encode()).hexdigest()
        self._session.add(
            SubmissionRoundRow(
                submission_id=row.id,
                number=row.round,
                content=content,
                sha256=digest,
                files=json.dumps({question: list(kept) for question, kept in files.items()}, ensure_ascii=False),
                at=self._stamp.at,
                by=self._stamp.by,
            )
        )
        self._note(row, "submission.handed_in", after={"round": row.round, "sha256": digest})
        return self._moved(row, AssessmentState.SUBMITTED)

    def move(self, submission_id: UUID, state: AssessmentState) -> KeptSubmission:
        """Let a submission follow its assessment into a state. Raises NotThere."""
        return self._moved(self._row(submission_id, lock=True), state)

    def get(self, submission_id: UUID, *, lock: bool = False) -> KeptSubmission:
        """Return a submission; `lock` keeps it as it is until the transaction ends. Raises NotThere."""
        return _kept(self._row(submission_id, lock=lock))

    def of_assessment(self, assessment_id: UUID) -> KeptSubmission | None:
        """Return the submission of an assessment; None before it was first handed in."""
        row = self._session.exec(
            fresh(select(SubmissionRow).where(SubmissionRow.assessment_id == assessment_id))
        ).first()
        return _kept(row) if row else None

    def of_enterprise(self, enterprise_id: UUID) -> tuple[KeptSubmission, ...]:
        """Return all submissions of an enterprise, oldest first."""
        query = select(SubmissionRow).where(SubmissionRow.enterprise_id == enterprise_id)
        return tuple(_kept(row) for row in self._session.exec(fresh(query.order_by(col(SubmissionRow.id)))))

    def rounds(self, submission_id: UUID) -> tuple[KeptRound, ...]:
        """Return the rounds, oldest first."""
        query = select(SubmissionRoundRow).where(SubmissionRoundRow.submission_id == submission_id)
        return tuple(
            KeptRound(
                number=row.number,
                content=row.content,
                sha256=row.sha256,
                files={
                    question: tuple((name, digest) for name, digest in kept)
                    for question, kept in json.loads(row.files).items()
                },
                at=row.at,
                by_name=name_of(self._session, row.by),
            )
            for row in self._session.exec(query.order_by(col(SubmissionRoundRow.number)))
        )

    def latest_content(self, submission_id: UUID) -> tuple[str, datetime]:
        """Return what was handed in last, and when."""
        row = ask(self._session, _LATEST_ROUND, {"submission": submission_id}).one()
        return row.content, row.at

    def first_handed_in_at(self, submission_id: UUID) -> datetime:
        """Return when a submission was handed in for the first time."""
        at: datetime = ask(self._session, _FIRST_ROUND, {"submission": submission_id}).scalar_one()
        return at

    def reviewed_at(self, submission_id: UUID) -> datetime | None:
        """Return when a submission was first called reviewed by a decision that stands; None where there is none."""
        at: datetime | None = ask(self._session, _REVIEWED, {"submission": submission_id}).scalar_one()
        return at

    def assign(self, submission_id: UUID, *, seen: UUID | None, wanted: UUID | None) -> KeptSubmission:
        """Give a submission to a reviewer, or to nobody. Raises Conflict when it was given away meanwhile, NotThere."""
        row = self._row(submission_id, lock=True)
        if row.assigned_to not in (seen, wanted):
            who = name_of(self._session, row.assigned_to)
            raise Conflict("assigned-meanwhile", who=who, at=row.changed_at, theirs=who, yours="")
        if row.assigned_to != wanted:
            before, row.assigned_to = row.assigned_to, wanted
            row.changed_at, row.version = self._stamp.at, row.version + 1
            self._session.flush()
            self._note(row, "submission.assigned", before=before and str(before), after=wanted and str(wanted))
        return _kept(row)

    # --- Rulings

    def rulings(self, submission_id: UUID) -> dict[str, KeptRuling]:
        """Return question id → standing ruling."""
        query = select(RulingRow).where(RulingRow.submission_id == submission_id)
        rows = self._session.exec(fresh(query)).all()
        # Each name once: a review has one author and some fifty rulings.
        names = {by: name_of(self._session, by) for by in {row.updated_by for row in rows}}
        return {row.question: _kept_ruling(row, names[row.updated_by]) for row in rows}

    def ruled(self, submission_id: UUID) -> dict[str, Ruling]:
        """Return question id → standing ruling, without who gave it and when: for counting very many."""
        return {
            row.question: Ruling(RulingKind(row.kind), _ANSWER.validate_json(row.answer), row.level, row.reason)
            for row in ask(self._session, _RULED, {"submission": submission_id})
        }

    def save_ruling(
        self, submission_id: UUID, question: str, *, seen: Ruling | None, wanted: Ruling | None
    ) -> KeptRuling | None:
        """Keep a ruling, or take it back (`wanted` None).

        Raises Conflict (who, at, theirs, yours) when another reviewer ruled meanwhile otherwise, NotThere.
        """
        submission = self._row(submission_id, lock=True)
        query = select(RulingRow).where(RulingRow.submission_id == submission_id, RulingRow.question == question)
        row = self._session.exec(fresh(query)).first()
        kept = _kept_ruling(row, name_of(self._session, row.updated_by)) if row else None
        before = kept.ruling if kept else None
        if before == wanted:
            return kept
        if before != seen:
            raise Conflict(
                "changed-meanwhile",
                field=question,
                who=kept.by_name if kept else "",
                at=kept.updated_at if kept else submission.changed_at,
                theirs=before,
                yours=wanted,
            )
        if wanted is None:
            self._session.delete(row)
        else:
            row = row or RulingRow(
                submission_id=submission_id,
                province_code=submission.province_code,
                question=question,
                kind="",
                answer="",
                round=0,
                version=0,
                updated_at=self._stamp.at,
            )
            row.kind, row.level, row.reason = wanted.kind.value, wanted.level, wanted.reason
            row.answer, row.round = _ANSWER.dump_json(wanted.answer).decode(), submission.round
            row.version += 1
            row.updated_at, row.updated_by = self._stamp.at, self._stamp.by
            self._session.add(row)
        submission.changed_at = self._stamp.at
        self._session.flush()
        self._note(
            submission,
            "ruling.saved" if wanted else "ruling.taken_back",
            place=question,
            before=before and asdict(before),
            after=wanted and asdict(wanted),
        )
        return _kept_ruling(row, name_of(self._session, row.updated_by)) if wanted and row else None

    # --- Remarks

    def remarks(self, submission_id: UUID, *, with_internal: bool) -> tuple[KeptRemark, ...]:
        """Return the remarks, oldest first; the firm gets those meant for it."""
        query = select(RemarkRow).where(RemarkRow.submission_id == submission_id)
        if not with_internal:
            query = query.where(RemarkRow.audience == RemarkAudience.FIRM)
        return tuple(
            KeptRemark(
                id=row.id,
                question=row.question,
                audience=RemarkAudience(row.audience),
                text=row.text,
                at=row.at,
                by=row.by,
                by_name=name_of(self._session, row.by),
                is_reviewer=row.is_reviewer,
            )
            for row in self._session.exec(query.order_by(col(RemarkRow.at), col(RemarkRow.id)))
        )

    def add_remark(
        self, submission_id: UUID, *, question: str, audience: RemarkAudience, text: str, is_reviewer: bool
    ) -> None:
        """Add a remark; it is never changed."""
        submission = self._row(submission_id, lock=True)
        self._session.add(
            RemarkRow(
                submission_id=submission_id,
                province_code=submission.province_code,
                question=question,
                audience=audience.value,
                text=text,
                at=self._stamp.at,
                by=self._stamp.by,
                is_reviewer=is_reviewer,
            )
        )
        submission.changed_at = self._stamp.at
        self._session.flush()
        self._note(submission, "remark.added", place=question, after={"audience": audience.value, "text": text})

    # --- Decisions

    def decisions(self, submission_id: UUID) -> tuple[KeptDecision, ...]:
        """Return the decisions, oldest first."""
        query = select(DecisionRow).where(DecisionRow.submission_id == submission_id)
        rows = self._session.exec(fresh(query).order_by(col(DecisionRow.at), col(DecisionRow.id)))
        return tuple(self._kept_decision(row) for row in rows)

    def decide(self, submission_id: UUID, kind: AssessmentState, reason: str) -> KeptDecision:
        """Keep a decision on the present round; the state is set by `move`."""
        submission = self._row(submission_id, lock=True)
        row = DecisionRow(
            submission_id=submission_id,
            province_code=submission.province_code,
            round=submission.round,
            kind=kind.value,
            reason=reason,
            at=self._stamp.at,
            by=self._stamp.by,
        )
        self._session.add(row)
        self._session.flush()
        self._note(submission, f"decision.{kind.value}", after={"round": submission.round, "reason": reason})
        return self._kept_decision(row)

    def revoke(self, submission_id: UUID, reason: str) -> KeptDecision:
        """Take the standing decision of the present round back. Raises OutOfOrder without one, NotThere."""
        submission = self._row(submission_id, lock=True)
        query = select(DecisionRow).where(
            DecisionRow.submission_id == submission_id,
            DecisionRow.round == submission.round,
            col(DecisionRow.revoked_at).is_(None),
        )
        row = self._session.exec(fresh(query)).first()
        if row is None:
            raise OutOfOrder("no-decision-to-revoke", state=submission.state)
        row.revoked_at, row.revoked_by, row.revoked_reason = self._stamp.at, self._stamp.by, reason
        self._session.flush()
        self._note(submission, "decision.revoked", before={"kind": row.kind}, after={"reason": reason})
        return self._kept_decision(row)

    # --- The queue

    def looked(self, submission_id: UUID, account_id: UUID) -> None:
        """Note that somebody looks now; no event: looking changes nothing."""
        row = self._session.get(LookRow, (account_id, submission_id))
        if row is None:
            row = LookRow(account_id=account_id, submission_id=submission_id, at=self._stamp.at)
        row.at = self._stamp.at
        self._session.add(row)
        self._session.flush()

    def last_look(self, submission_id: UUID, account_id: UUID) -> datetime | None:
        """Return when somebody last looked at a submission."""
        row = self._session.get(LookRow, (account_id, submission_id))
        return row.at if row else None

    def queue(self, wanted: QueueFilter, looker: UUID, *, offset: int, limit: int) -> tuple[QueueLine, ...]:
        """Return a page of the queue, what waits longest first."""
        query = (
            select(SubmissionRow, EnterpriseRow.name, LookRow.at)
            .join(EnterpriseRow, col(EnterpriseRow.id) == col(SubmissionRow.enterprise_id))
            .outerjoin(
                LookRow,
                and_(col(LookRow.submission_id) == col(SubmissionRow.id), col(LookRow.account_id) == looker),
            )
            .where(*_conditions(wanted), col(EnterpriseRow.deleted_at).is_(None))
            .order_by(col(SubmissionRow.waiting_since), col(SubmissionRow.id))
            .offset(offset)
            .limit(limit)
        )
        return tuple(
            QueueLine(
                submission=_kept(row),
                enterprise_name=name,
                assigned_name=name_of(self._session, row.assigned_to),
                is_new=looked_at is None or row.changed_at > looked_at,
            )
            for row, name, looked_at in self._session.exec(query)
        )

    def counts(self, wanted: QueueFilter) -> Mapping[AssessmentState, int]:
        """Return how many submissions a filter lets through, by state."""
        query = select(SubmissionRow.state, func.count()).where(*_conditions(wanted)).group_by(col(SubmissionRow.state))
        return {AssessmentState(state): count for state, count in self._session.exec(query)}

    def load(self, provinces: frozenset[str] | None) -> Mapping[UUID | None, int]:
        """Return how many submissions wait on each reviewer; None counts those of nobody."""
        states = frozenset({AssessmentState.SUBMITTED, AssessmentState.IN_REVIEW})
        query = (
            select(SubmissionRow.assigned_to, func.count())
            .where(*_conditions(QueueFilter(provinces=provinces, states=states)))
            .group_by(col(SubmissionRow.assigned_to))
        )
        return dict(self._session.exec(query).all())

    # --- Inner

    def _moved(self, row: SubmissionRow, state: AssessmentState) -> KeptSubmission:
        row.state = state.value
        row.waiting_since = row.changed_at = self._stamp.at
        row.version += 1
        self._session.flush()
        return _kept(row)

    def _row(self, submission_id: UUID, *, lock: bool = False) -> SubmissionRow:
        query = select(SubmissionRow).where(SubmissionRow.id == submission_id)
        row = self._session.exec(locked(query) if lock else fresh(query)).first()
        if row is None:
            raise NotThere
        return row

    def _kept_decision(self, row: DecisionRow) -> KeptDecision:
        return KeptDecision(
            id=row.id,
            round=row.round,
            kind=AssessmentState(row.kind),
            reason=row.reason,
            at=row.at,
            by_name=name_of(self._session, row.by),
            revoked_at=row.revoked_at,
            revoked_by_name=name_of(self._session, row.revoked_by),
            revoked_reason=row.revoked_reason,
        )

    def _note(
        self, submission: SubmissionRow, action: str, *, place: str = "", before: object = None, after: object = None
    ) -> None:
        self._events.note(
            action,
            "submission",
            f"{submission.id}/{place}" if place else submission.id,
            subject=submission.enterprise_id,
            province=submission.province_code,
            before=before,
            after=after,
        )


def _conditions(wanted: QueueFilter) -> Iterable[ColumnElement[bool]]:
    if wanted.provinces is not None:
        yield col(SubmissionRow.province_code).in_(sorted(wanted.provinces))
    if wanted.states:
        yield col(SubmissionRow.state).in_(sorted(state.value for state in wanted.states))
    if wanted.sectors:
        yield col(SubmissionRow.sector).in_(sorted(wanted.sectors))
    if wanted.levels:
        yield col(SubmissionRow.level).in_(sorted(wanted.levels))
    if wanted.only_gates:
        yield or_(col(SubmissionRow.gates_failed) > 0, col(SubmissionRow.is_overdue).is_(True))
    if wanted.mine is not None:
        yield col(SubmissionRow.assigned_to) == wanted.mine
    if wanted.nobodys:
        yield col(SubmissionRow.assigned_to).is_(None)
    if wanted.without_enterprises:
        yield col(SubmissionRow.enterprise_id).not_in(sorted(wanted.without_enterprises))


def _kept(row: SubmissionRow) -> KeptSubmission:
    return KeptSubmission(
        id=row.id,
        enterprise_id=row.enterprise_id,
        assessment_id=row.assessment_id,
        province=row.province_code,
        sector=row.sector,
        edition=row.edition,
        state=AssessmentState(row.state),
        round=row.round,
        level=row.level,
        score=row.score,
        gates_failed=row.gates_failed,
        is_overdue=row.is_overdue,
        assigned_to=row.assigned_to,
        waiting_since=row.waiting_since,
        changed_at=row.changed_at,
    )


def _kept_ruling(row: RulingRow, by_name: str) -> KeptRuling:
    ruling = Ruling(
        kind=RulingKind(row.kind), answer=_ANSWER.validate_json(row.answer), level=row.level, reason=row.reason
    )
    return KeptRuling(ruling, row.round, row.version, row.updated_at, by_name)
