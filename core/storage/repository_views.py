"""Views of one topic that several people of a firm give apart: who is asked, what each said, what was settled.

What a person said is written to the log by its place alone: nobody reads it there before the others may.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from core.domain.assessment import Answer, Choice
from core.errors import NotThere
from core.storage.merging import fresh, locked, merged
from core.storage.repository_assessments import KeptAssessment
from core.storage.repository_events import Events, Stamp
from core.storage.tables import (
    AccountRow,
    AssessmentRow,
    ViewAnswerRow,
    ViewPersonRow,
    ViewRoundRow,
    ViewSettlementRow,
)


@dataclass(frozen=True, slots=True)
class KeptPerson:
    """Somebody who is asked for a view; `done_at` None while they are still at it."""

    account_id: UUID
    name: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeptViews:
    """A topic that several people answer apart, without what they said. `closed_at` None while it is open."""

    id: UUID
    assessment_id: UUID
    topic: str
    opened_at: datetime
    closed_at: datetime | None
    people: tuple[KeptPerson, ...]
    settled: frozenset[str]

    def person(self, account_id: UUID) -> KeptPerson | None:
        return next((one for one in self.people if one.account_id == account_id), None)


@dataclass(frozen=True, slots=True)
class KeptView:
    """A person's own answer, and when it was last changed."""

    question: str
    answer: Answer
    updated_at: datetime


class Views:
    """Views, within one transaction."""

    def __init__(self, session: Session, stamp: Stamp, events: Events) -> None:
        self._session = session
        self._stamp = stamp
        self._events = events

    def begin(self, assessment: KeptAssessment, topic: str, people: Iterable[UUID]) -> KeptViews:
        """Give a topic of an assessment to people."""
        row = ViewRoundRow(
            assessment_id=assessment.id,
            province_code=assessment.province,
            topic=topic,
            opened_at=self._stamp.at,
            opened_by=self._stamp.by,
        )
        self._session.add(row)
        self._session.flush()
        invited = list(dict.fromkeys(people))
        self._session.add_all([ViewPersonRow(round_id=row.id, account_id=one) for one in invited])
        self._session.flush()
        self._note(assessment, "views.opened", row.id, after={"topic": topic, "people": [str(one) for one in invited]})
        return self._kept(row)

    def get(self, round_id: UUID, *, lock: bool = False) -> KeptViews:
        """Return a topic that is answered apart; `lock` keeps it as it is until the end. Raises NotThere."""
        query = select(ViewRoundRow).where(ViewRoundRow.id == round_id)
        row = self._session.exec(locked(query) if lock else fresh(query)).first()
        if row is None:
            raise NotThere
        return self._kept(row)

    def of_assessment(self, assessment_id: UUID) -> tuple[KeptViews, ...]:
        """Return the topics of an assessment that are answered apart, oldest first."""
        query = select(ViewRoundRow).where(ViewRoundRow.assessment_id == assessment_id)
        return tuple(self._kept(row) for row in self._session.exec(fresh(query.order_by(col(ViewRoundRow.id)))))

    def answers_of(self, round_id: UUID, account_id: UUID) -> dict[str, KeptView]:
        """Return question id → what one person said."""
        query = select(ViewAnswerRow).where(ViewAnswerRow.round_id == round_id, ViewAnswerRow.account_id == account_id)
        return {row.question: _kept_view(row) for row in self._session.exec(fresh(query))}

    def of_account(self, enterprise_id: UUID, account_id: UUID) -> tuple[tuple[str, KeptView], ...]:
        """Return all that a person said in one enterprise, with its topic."""
        query = (
            select(ViewRoundRow.topic, ViewAnswerRow)
            .join(ViewRoundRow, col(ViewRoundRow.id) == col(ViewAnswerRow.round_id))
            .join(AssessmentRow, col(AssessmentRow.id) == col(ViewRoundRow.assessment_id))
            .where(AssessmentRow.enterprise_id == enterprise_id, ViewAnswerRow.account_id == account_id)
            .order_by(col(ViewAnswerRow.id))
        )
        return tuple((topic, _kept_view(row)) for topic, row in self._session.exec(query))

    def save_answer(self, kept: KeptViews, question: str, *, seen: Answer, wanted: Answer) -> KeptView:
        """Keep the fields that differ between what was seen and what is wanted. Raises Conflict.

        The round is locked by the caller.
        """
        account_id = self._stamp.by
        query = select(ViewAnswerRow).where(
            ViewAnswerRow.round_id == kept.id,
            ViewAnswerRow.account_id == account_id,
            ViewAnswerRow.question == question,
        )
        row = self._session.exec(fresh(query)).first()
        before = _kept_view(row) if row else KeptView(question, Answer(), self._stamp.at)
        answer = merged(before.answer, seen, wanted, who=lambda: "", at=before.updated_at)
        if answer == before.answer or account_id is None:
            return before
        if row is None:
            province = self._session.get_one(ViewRoundRow, kept.id).province_code
            row = ViewAnswerRow(
                round_id=kept.id,
                account_id=account_id,
                province_code=province,
                question=question,
                version=0,
                updated_at=self._stamp.at,
            )
        row.choice = answer.choice.value if answer.choice else ""
        row.reason, row.note = answer.reason, answer.note
        row.version, row.updated_at = row.version + 1, self._stamp.at
        self._session.add(row)
        self._session.flush()
        self._events.note("view.saved", "view", f"{kept.id}/{question}", subject=account_id)
        return _kept_view(row)

    def set_done(self, assessment: KeptAssessment, kept: KeptViews, *, is_done: bool) -> KeptViews:
        """Keep that the person of this transaction is through, or goes on. Raises NotThere for who is not asked."""
        row = self._session.get(ViewPersonRow, (kept.id, self._stamp.by), populate_existing=True)
        if row is None:
            raise NotThere
        row.done_at = self._stamp.at if is_done else None
        self._session.flush()
        self._note(assessment, "view.done" if is_done else "view.resumed", kept.id)
        return self.get(kept.id)

    def close(self, assessment: KeptAssessment, round_id: UUID) -> KeptViews:
        """Let the people see each other's views. Raises NotThere."""
        row = self._session.get(ViewRoundRow, round_id, populate_existing=True)
        if row is None:
            raise NotThere
        if row.closed_at is None:
            row.closed_at, row.closed_by = self._stamp.at, self._stamp.by
            self._session.flush()
            self._note(assessment, "views.closed", round_id)
        return self._kept(row)

    def settle(self, assessment: KeptAssessment, round_id: UUID, question: str) -> None:
        """Keep that a question was settled; what the firm answers is kept among its answers."""
        row = ViewSettlementRow(
            round_id=round_id, question=question, settled_at=self._stamp.at, settled_by=self._stamp.by
        )
        self._session.merge(row)
        self._session.flush()
        self._note(assessment, "views.settled", round_id, after={"question": question})

    def remove(self, assessment: KeptAssessment, round_id: UUID) -> None:
        """Take a topic back, with all that was said to it."""
        self._session.execute(delete(ViewRoundRow).where(col(ViewRoundRow.id) == round_id))
        self._session.expire_all()
        self._note(assessment, "views.removed", round_id)

    def follow(self, from_assessment: UUID, to_assessment: UUID) -> None:
        """Let the views go on with the assessment that goes on from another one."""
        self._session.execute(
            update(ViewRoundRow)
            .where(col(ViewRoundRow.assessment_id) == from_assessment)
            .values(assessment_id=to_assessment)
        )

    def forget(self, enterprise_id: UUID, account_id: UUID) -> None:
        """Delete all that a person said in an enterprise, and ask them no more."""
        assessments = select(AssessmentRow.id).where(AssessmentRow.enterprise_id == enterprise_id)
        rounds = select(ViewRoundRow.id).where(col(ViewRoundRow.assessment_id).in_(assessments))
        for row in (ViewAnswerRow, ViewPersonRow):
            self._session.execute(delete(row).where(col(row.account_id) == account_id, col(row.round_id).in_(rounds)))

    def _kept(self, row: ViewRoundRow) -> KeptViews:
        people = (
            select(ViewPersonRow, AccountRow.name)
            .join(AccountRow, col(AccountRow.id) == col(ViewPersonRow.account_id))
            .where(ViewPersonRow.round_id == row.id)
            .order_by(col(AccountRow.name), col(AccountRow.id))
            .execution_options(populate_existing=True)
        )
        settled = select(ViewSettlementRow.question).where(ViewSettlementRow.round_id == row.id)
        return KeptViews(
            id=row.id,
            assessment_id=row.assessment_id,
            topic=row.topic,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            people=tuple(
                KeptPerson(person.account_id, name, person.done_at) for person, name in self._session.exec(people)
            ),
            settled=frozenset(self._session.exec(settled)),
        )

    def _note(
        self,
        assessment: KeptAssessment,
        action: str,
        round_id: UUID,
        *,
        after: Mapping[str, object] | None = None,
    ) -> None:
        self._events.note(
            action,
            "views",
            round_id,
            subject=assessment.enterprise_id,
            province=assessment.province,
            after=after,
        )


def _kept_view(row: ViewAnswerRow) -> KeptView:
    answer = Answer(choice=Choice(row.choice) if row.choice else None, reason=row.reason, note=row.note)
    return KeptView(row.question, answer, row.updated_at)
