"""Assessments and their answers as they are kept.

A change of an answer locks its assessment first: so an answer is never kept after the assessment was sent,
and two people who answer at the same time are taken one after the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, func, insert, update
from sqlmodel import Session, col, select

from core.domain.advising import AdvisedMark
from core.domain.assessment import Answer, AssessmentState, Choice, Evidence
from core.errors import NotThere
from core.language import VIETNAM
from core.storage.asking import ask, table
from core.storage.merging import locked, merged
from core.storage.repository_enterprises import name_of
from core.storage.repository_events import Events, Stamp
from core.storage.tables import AnswerRow, AssessmentRow, AttachmentRow, new_id

_assessment, _answer, _account = table("assessment"), table("answer"), table("account")
_adviser = _account.alias("adviser")
_ONE = _assessment.select().where(_assessment.c.id == bindparam("assessment"))
_LOCKED = _ONE.with_for_update(key_share=True)
_NEWEST_FIRST = (
    _assessment.select().where(_assessment.c.enterprise_id == bindparam("enterprise")).order_by(_assessment.c.id.desc())
)
_ANSWERS = (
    _answer.outerjoin(_account, _account.c.id == _answer.c.updated_by)
    .outerjoin(_adviser, _adviser.c.id == _answer.c.advised_by)
    .select()
    .with_only_columns(*_answer.c, _account.c.name.label("author"), _adviser.c.name.label("adviser"))
    .where(_answer.c.assessment_id == bindparam("assessment"))
)
_ONE_ANSWER = _ANSWERS.where(_answer.c.question == bindparam("question"))
_NEW_ANSWER = insert(_answer)
_FIRST_ANSWER = update(_assessment).where(_assessment.c.id == bindparam("assessment"))
_ADVISERS = (
    _answer.join(_account, _account.c.id == _answer.c.advised_by)
    .select()
    .with_only_columns(_account.c.id, _account.c.name)
    .where(_answer.c.assessment_id == bindparam("assessment"))
    .distinct()
    .order_by(_account.c.name)
)
_CHANGED_ANSWER = update(_answer).where(_answer.c.id == bindparam("row"))
_CARRIED_ANSWER = update(_answer).where(
    _answer.c.assessment_id == bindparam("assessment"), _answer.c.question == bindparam("of_question")
)


@dataclass(frozen=True, slots=True)
class KeptAssessment:
    """An assessment without its answers.

    answered_on: the day of its first answer. state_at: when the present state began.
    """

    id: UUID
    enterprise_id: UUID
    province: str
    edition: str
    state: AssessmentState
    started_on: date
    answered_on: date | None
    submitted_at: datetime | None
    state_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer with who kept it last, and when.

    carried_from: the day it was given in an earlier assessment; None once somebody looked at it in this one.
    advised: beside which adviser it was last written, if ever.
    """

    answer: Answer
    version: int
    updated_at: datetime
    updated_by_name: str
    carried_from: date | None = None
    advised: AdvisedMark | None = None


class Assessments:
    """Assessments, within one transaction."""

    def __init__(self, session: Session, stamp: Stamp, events: Events) -> None:
        self._session = session
        self._stamp = stamp
        self._events = events
        self._held: dict[UUID, KeptAssessment] = {}

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

    def go_on_from(self, assessment_id: UUID, started_on: date) -> KeptAssessment:
        """Begin an assessment with the answers and files of an earlier one, in the same edition. Raises NotThere."""
        earlier = self.get(assessment_id)
        begun = self.add(earlier.enterprise_id, earlier.province, earlier.edition, started_on)
        for question, kept in self.answers(assessment_id).items():
            self._carry(begun, question, kept, kept.carried_from)
        self._copy_files(assessment_id, begun.id, questions=None)
        return begun

    def begin_after(
        self, assessment_id: UUID, edition: str, questions: Collection[str], started_on: date
    ) -> KeptAssessment:
        """Begin the next period: the answers and files to `questions` come along, marked as carried over.

        Raises NotThere.
        """
        earlier = self.get(assessment_id)
        begun = self.add(earlier.enterprise_id, earlier.province, edition, started_on)
        for question, kept in self.answers(assessment_id).items():
            if question in questions:
                given_on = kept.carried_from or kept.updated_at.astimezone(VIETNAM).date()
                self._carry(begun, question, kept, given_on)
        self._copy_files(assessment_id, begun.id, questions)
        return begun

    def _carry(self, begun: KeptAssessment, question: str, kept: KeptAnswer, carried_from: date | None) -> None:
        self.save_answer(begun.id, question, seen=Answer(), wanted=kept.answer)
        marks: dict[str, object] = {"carried_from": carried_from} if carried_from is not None else {}
        if kept.advised is not None:
            mark = kept.advised
            marks |= {"advised_at": mark.at, "advised_by": mark.by, "advised_stands": mark.stands}
        if marks:
            ask(self._session, _CARRIED_ANSWER, {"assessment": begun.id, "of_question": question, **marks})

    def _copy_files(self, from_id: UUID, to_id: UUID, questions: Collection[str] | None) -> None:
        for row in self._session.exec(select(AttachmentRow).where(AttachmentRow.assessment_id == from_id)):
            if questions is None or row.question in questions:
                copied = row.model_dump(exclude={"id", "assessment_id"})
                self._session.add(AttachmentRow(assessment_id=to_id, **copied))
        self._session.flush()

    def get(self, assessment_id: UUID, *, lock: bool = False) -> KeptAssessment:
        """Return an assessment; `lock` keeps it as it is until the transaction ends. Raises NotThere."""
        if assessment_id in self._held:
            return self._held[assessment_id]
        row = ask(self._session, _LOCKED if lock else _ONE, {"assessment": assessment_id}).first()
        if row is None:
            raise NotThere
        assessment = _kept(row)
        if lock:
            # Nobody else can change it now, so it need not be read again.
            self._held[assessment_id] = assessment
        return assessment

    def of_enterprise(self, enterprise_id: UUID) -> tuple[KeptAssessment, ...]:
        """Return the assessments of an enterprise, newest first."""
        return tuple(_kept(row) for row in ask(self._session, _NEWEST_FIRST, {"enterprise": enterprise_id}))

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
        row = self._session.exec(locked(select(AssessmentRow).where(AssessmentRow.id == assessment_id))).first()
        if row is None:
            raise NotThere
        self._held.pop(assessment_id, None)
        before = row.state
        row.state, row.state_at = state.value, self._stamp.at
        row.version += 1
        if state is AssessmentState.SUBMITTED:
            row.submitted_at = self._stamp.at
        moved = _kept(row)
        self._note(moved, "assessment.moved", "assessment", row.id, before=before, after=state.value)
        return moved

    def answers(self, assessment_id: UUID) -> dict[str, KeptAnswer]:
        """Return question id → answer."""
        rows = ask(self._session, _ANSWERS, {"assessment": assessment_id})
        return {row.question: _kept_answer(row) for row in rows}

    def last_saved_at(self, assessment_id: UUID) -> datetime | None:
        """Return when the newest answer was kept."""
        query = select(func.max(AnswerRow.updated_at)).where(AnswerRow.assessment_id == assessment_id)
        return self._session.exec(query).one()

    def advisers(self, assessment_id: UUID) -> Mapping[UUID, str]:
        """Return the advisers with whom answers were written together, account → name, whatever became of these."""
        return {row.id: row.name for row in ask(self._session, _ADVISERS, {"assessment": assessment_id})}

    def save_answer(
        self, assessment_id: UUID, question: str, *, seen: Answer, wanted: Answer, beside: UUID | None = None
    ) -> KeptAnswer:
        """Keep the fields that differ between what was seen and what is wanted; `beside`: the adviser who takes part.

        Raises Conflict when somebody else changed one of these fields meanwhile, NotThere without an assessment.
        Whether the state of the assessment allows it is asked by the caller, who locks it with `get(…, lock=True)`.
        """
        assessment = self.get(assessment_id, lock=True)
        row = ask(self._session, _ONE_ANSWER, {"assessment": assessment_id, "question": question}).first()
        kept = _kept_answer(row) if row else KeptAnswer(Answer(), 0, self._stamp.at, "")
        answer = merged(kept.answer, seen, wanted, who=lambda: kept.updated_by_name, at=kept.updated_at)
        if answer == kept.answer:
            return kept
        written = {
            **_written(answer),
            "version": kept.version + 1,
            "updated_at": self._stamp.at,
            "updated_by": self._stamp.by,
            "carried_from": None,
            "advised_stands": beside is not None,
        }
        if beside:
            written |= {"advised_at": self._stamp.at, "advised_by": beside}
        if row:
            ask(self._session, _CHANGED_ANSWER, {"row": row.id, **written})
        else:
            place = {"assessment_id": assessment_id, "province_code": assessment.province, "question": question}
            ask(self._session, _NEW_ANSWER, {"id": new_id(), **place, **written})
        if assessment.answered_on is None and answer.choice is not None:
            answered_on = self._stamp.at.astimezone(VIETNAM).date()
            ask(self._session, _FIRST_ANSWER, {"assessment": assessment_id, "answered_on": answered_on})
            self._held[assessment_id] = replace(assessment, answered_on=answered_on)
        place_name = f"{assessment_id}/{question}"
        noted = {**asdict(answer), "advised_by": beside} if beside else answer
        self._note(assessment, "answer.saved", "answer", place_name, before=kept.answer, after=noted)
        is_same_person = row is not None and row.updated_by == self._stamp.by
        author = kept.updated_by_name if is_same_person else name_of(self._session, self._stamp.by)
        mark = replace(kept.advised, stands=False) if kept.advised else None
        if beside:
            mark = AdvisedMark(beside, name_of(self._session, beside), self._stamp.at, stands=True)
        return KeptAnswer(answer, kept.version + 1, self._stamp.at, author, advised=mark)

    def look_again(self, assessment_id: UUID, question: str) -> KeptAnswer:
        """Keep that an answer carried over still holds. Raises NotThere where there is no such answer."""
        assessment = self.get(assessment_id, lock=True)
        kept = self.answers(assessment_id).get(question)
        if kept is None:
            raise NotThere
        if kept.carried_from is None:
            return kept
        ask(
            self._session, _CARRIED_ANSWER, {"assessment": assessment_id, "of_question": question, "carried_from": None}
        )
        name = f"{assessment_id}/{question}"
        self._note(assessment, "answer.confirmed", "answer", name, before={"carried_from": kept.carried_from}, after={})
        return replace(kept, carried_from=None)

    def _note(
        self, assessment: KeptAssessment, action: str, kind: str, object_id: object, *, before: object, after: object
    ) -> None:
        self._events.note(
            action,
            kind,
            object_id,
            subject=assessment.enterprise_id,
            province=assessment.province,
            before=before,
            after=after,
        )


def _written(answer: Answer) -> dict[str, str]:
    return {
        "choice": answer.choice.value if answer.choice else "",
        "reason": answer.reason,
        "note": answer.note,
        "evidence": answer.evidence.value,
    }


def _kept_answer(row: Row[Any]) -> KeptAnswer:
    answer = Answer(
        choice=Choice(row.choice) if row.choice else None,
        reason=row.reason,
        note=row.note,
        evidence=Evidence(row.evidence),
    )
    mark = None
    if row.advised_at is not None:
        mark = AdvisedMark(row.advised_by, row.adviser or "", row.advised_at, row.advised_stands)
    return KeptAnswer(answer, row.version, row.updated_at, row.author or "", row.carried_from, mark)


def _kept(row: AssessmentRow | Row[Any]) -> KeptAssessment:
    return KeptAssessment(
        id=row.id,
        enterprise_id=row.enterprise_id,
        province=row.province_code,
        edition=row.edition,
        state=AssessmentState(row.state),
        started_on=row.started_on,
        answered_on=row.answered_on,
        submitted_at=row.submitted_at,
        state_at=row.state_at,
        version=row.version,
    )
