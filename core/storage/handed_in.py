"""All that was handed in, looked over as a whole: the latest round of each enterprise, with what reviewers adjusted.

Read in pages by id, so that no transaction holds more than a page in memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import exists, select
from sqlmodel import Session, col

from core.domain.assessment import Answer, Answers, AssessmentState
from core.domain.profile import Profile
from core.domain.review import Ruling, RulingKind
from core.storage.exchange import read_kept
from core.storage.tables import EnterpriseRow, RulingRow, SubmissionRoundRow, SubmissionRow

_PAGE = 1_000
_COUNTED = sorted(set(AssessmentState) - {AssessmentState.DRAFT, AssessmentState.WITHDRAWN})
_ANSWER = TypeAdapter(Answer)
_later = SubmissionRow.__table__.alias("later")  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class HandedIn:
    """The latest round that an enterprise handed in. adjusted: what reviewers changed, None before it is reviewed."""

    edition: str
    profile: Profile
    answers: Answers
    adjusted: Mapping[str, Ruling] | None
    is_overdue: bool


def latest_handed_in(session: Session) -> Iterator[HandedIn]:
    """Yield the latest submission of each enterprise; drafts and withdrawn ones are none."""
    submission, round_row = SubmissionRow, SubmissionRoundRow
    query = (
        select(
            col(submission.id),
            col(submission.edition),
            col(submission.state),
            col(submission.is_overdue),
            col(round_row.content),
        )
        .join(round_row, (col(round_row.submission_id) == submission.id) & (col(round_row.number) == submission.round))
        .join(EnterpriseRow, col(EnterpriseRow.id) == submission.enterprise_id)
        .where(
            col(submission.state).in_(_COUNTED),
            col(EnterpriseRow.deleted_at).is_(None),
            ~exists().where(
                _later.c.enterprise_id == submission.enterprise_id,
                _later.c.state.in_(_COUNTED),
                _later.c.id > submission.id,
            ),
        )
        .order_by(col(submission.id))
        .limit(_PAGE)
    )
    page = session.execute(query).all()
    while page:
        adjusted = _adjusted(session, [one.id for one in page if one.state == AssessmentState.REVIEWED])
        for one in page:
            profile, answers = read_kept(one.content)
            rulings = adjusted[one.id] if one.state == AssessmentState.REVIEWED else None
            yield HandedIn(one.edition, profile, answers, rulings, one.is_overdue)
        page = session.execute(query.where(col(submission.id) > page[-1].id)).all()


def _adjusted(session: Session, submissions: Sequence[UUID]) -> Mapping[UUID, dict[str, Ruling]]:
    query = select(
        col(RulingRow.submission_id), col(RulingRow.question), col(RulingRow.level), col(RulingRow.answer)
    ).where(col(RulingRow.submission_id).in_(submissions), col(RulingRow.kind) == RulingKind.ADJUSTED)
    found: defaultdict[UUID, dict[str, Ruling]] = defaultdict(dict)
    for submission_id, question, level, answer in session.execute(query):
        found[submission_id][question] = Ruling(RulingKind.ADJUSTED, _ANSWER.validate_json(answer), level)
    return found
