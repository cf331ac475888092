"""Assessments and their answers as they are kept.

A change of an answer locks its assessment first: so an answer is never kept after the assessment was sent,
and two people who answer at the same time are taken one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.domain.assessment import Answer, AssessmentState, Choice, Evidence
from core.errors import NotThere
from core.storage.merging import fresh, locked, merged
from core.storage.repository_enterprises import name_of
from core.storage.repository_events import Events, Stamp
from core.storage.tables import AccountRow, AnswerRow, AssessmentRow


@dataclass(frozen=True, slots=True)
class KeptAssessment:
    """An assessment without its answers. `state_at`: when the present state began."""

    id: UUID
    enterprise_id: UUID
    province: str
    edition: str
    state: AssessmentState
    started_on: date
    submitted_at: datetime | None
    state_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer with who kept it last, and when."""

    answer: Answer
    version: int
    updated_at: datetime
    updated_by_name: str


class Assessments:
    """Assessments, within one transaction."""

    def __init__(self, session: Session, stamp: Stamp, events: Events) -> None:
        self._session = session
        self._stamp = stamp
        self._events = events

    def add(self, enterprise_id: UUID, province: str, edition: str, started_on: date) -> KeptAssessment:
        """Begin an assessment in an edition of the catalogue."""
        row = AssessmentRow(
            enterprise_id=enterprise_id,
            province_code=province,
            edition=edition,
            started_on=started_on,
            state_at=self._stamp.at,
        )
        self._session.add(row)
        self._session.flush()
        self._events.note("assessment.begun", "assessment", row.id, subject=enterprise_id, province=province)
        return _kept(row)

    def get(self, assessment_id: UUID, *, lock: bool = False) -> KeptAssessment:
        """Return an assessment; `lock` keeps it as it is until the transaction ends. Raises NotThere."""
        return _kept(self._row(assessment_id, lock=lock))

    def of_enterprise(self, enterprise_id: UUID) -> tuple[KeptAssessment, ...]:
        """Return the assessments of an enterprise, newest first."""
        query = select(AssessmentRow).where(AssessmentRow.enterprise_id == enterprise_id)
        return tuple(_kept(row) for row in self._session.exec(query.order_by(col(AssessmentRow.id).desc())))

    def in_states(
        self, states: Iterable[AssessmentState], provinces: Iterable[str] | None = None
    ) -> tuple[KeptAssessment, ...]:
        """Return the assessments in some states, those that wait longest first; provinces None means everywhere."""
        query = select(AssessmentRow).where(col(AssessmentRow.state).in_([state.value for state in states]))
        if provinces is not None:
            query = query.where(col(AssessmentRow.province_code).in_(list(provinces)))
        return tuple(_kept(row) for row in self._session.exec(query.order_by(col(AssessmentRow.state_at))))

    def set_state(self, assessment_id: UUID, state: AssessmentState) -> KeptAssessment:
        """Move an assessment on; whether it may is asked before."""
        row = self._row(assessment_id, lock=True)
        before = row.state
        row.state, row.state_at = state.value, self._stamp.at
        row.version += 1
        if state is AssessmentState.SUBMITTED:
            row.submitted_at = self._stamp.at
        self._note(row, "assessment.moved", "assessment", row.id, before=before, after=state.value)
        return _kept(row)

    def answers(self, assessment_id: UUID) -> dict[str, KeptAnswer]:
        """Return question id → answer."""
        query = (
            select(AnswerRow, AccountRow.name)
            .join(AccountRow, col(AccountRow.id) == col(AnswerRow.updated_by), isouter=True)
            .where(AnswerRow.assessment_id == assessment_id)
        )
        return {row.question: _kept_answer(row, name or "") for row, name in self._session.exec(query)}

    def last_saved_at(self, assessment_id: UUID) -> datetime | None:
        """Return when the newest answer was kept."""
        query = select(func.max(AnswerRow.updated_at)).where(AnswerRow.assessment_id == assessment_id)
        return self._session.exec(query).one()

    def save_answer(
        self,
        assessment_id: UUID,
        question: str,
        *,
        seen: Answer,
        wanted: Answer,
        permit: Callable[[KeptAssessment], None] = lambda assessment: None,
    ) -> KeptAnswer:
        """Keep the fields that differ between what was seen and what is wanted.

        `permit` is asked once the assessment is locked, and raises when its state or the person does not allow it.

        Raises Conflict when somebody else changed one of these fields meanwhile, NotThere without an assessment.
        """
        assessment = self._row(assessment_id, lock=True)
        permit(_kept(assessment))
        query = select(AnswerRow).where(AnswerRow.assessment_id == assessment_id, AnswerRow.question == question)
        row = self._session.exec(fresh(query)).first()
        if row is None:
            row = AnswerRow(
                assessment_id=assessment_id,
                province_code=assessment.province_code,
                question=question,
                version=0,
                updated_at=self._stamp.at,
            )
        before = _answer(row)
        after = merged(before, seen, wanted, who=lambda: name_of(self._session, row.updated_by), at=row.updated_at)
        if after == before:
            return _kept_answer(row, name_of(self._session, row.updated_by))
        _write(row, after)
        row.version += 1
        row.updated_at, row.updated_by = self._stamp.at, self._stamp.by
        self._session.add(row)
        self._note(assessment, "answer.saved", "answer", f"{assessment_id}/{question}", before=before, after=after)
        self._session.flush()
        return _kept_answer(row, name_of(self._session, self._stamp.by))

    def _note(
        self, row: AssessmentRow, action: str, kind: str, object_id: object, *, before: object, after: object
    ) -> None:
        self._events.note(
            action,
            kind,
            object_id,
            subject=row.enterprise_id,
            province=row.province_code,
            before=before,
            after=after,
        )

    def _row(self, assessment_id: UUID, *, lock: bool = False) -> AssessmentRow:
        query = select(AssessmentRow).where(AssessmentRow.id == assessment_id)
        if lock:
            query = locked(query)
        row = self._session.exec(query).first()
        if row is None:
            raise NotThere
        return row


def _answer(row: AnswerRow) -> Answer:
    return Answer(
        choice=Choice(row.choice) if row.choice else None,
        reason=row.reason,
        note=row.note,
        evidence=Evidence(row.evidence),
    )


def _write(row: AnswerRow, answer: Answer) -> None:
    row.choice = answer.choice.value if answer.choice else ""
    row.reason = answer.reason
    row.note = answer.note
    row.evidence = answer.evidence.value


def _kept_answer(row: AnswerRow, name: str) -> KeptAnswer:
    return KeptAnswer(_answer(row), row.version, row.updated_at, name)


def _kept(row: AssessmentRow) -> KeptAssessment:
    return KeptAssessment(
        id=row.id,
        enterprise_id=row.enterprise_id,
        province=row.province_code,
        edition=row.edition,
        state=AssessmentState(row.state),
        started_on=row.started_on,
        submitted_at=row.submitted_at,
        state_at=row.state_at,
        version=row.version,
    )
