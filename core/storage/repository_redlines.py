"""Proposals for the programme as they are kept: the reviewer's words, when they were sent, and the firm's answers.

Nothing here touches the programme: an accepted proposal becomes an edit by way of core/services/redlining.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from core.domain.redline import Change, Verdict
from core.errors import Conflict, NotThere, OutOfOrder
from core.storage.merging import fresh, locked, merged
from core.storage.repository_enterprises import name_of
from core.storage.repository_events import Events, Stamp
from core.storage.repository_programmes import ProgrammeEdit
from core.storage.tables import ProposalRow, SubmissionRow


@dataclass(frozen=True, slots=True)
class Wording:
    """What a reviewer proposes at a place; None proposes nothing there."""

    value: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class KeptProposal:
    """A proposal with who wrote it, when it was sent, and who answered what.

    replaced: the firm's own edit that gave way when it accepted; None where there was none.
    """

    id: UUID
    submission_id: UUID
    round: int
    change: Change
    version: int
    updated_at: datetime
    by_name: str
    sent_at: datetime | None
    verdict: Verdict
    word: str
    replaced: ProgrammeEdit | None
    answered_at: datetime | None
    answered_by_name: str

    @property
    def wording(self) -> Wording:
        return Wording(self.change.value, self.change.reason)


NOTHING = Wording()
ANSWERED_MEANWHILE = {
    Verdict.OPEN: "proposal-reopened",
    Verdict.ACCEPTED: "proposal-accepted",
    Verdict.REFUSED: "proposal-refused",
}
"""Error codes that say what a colleague answered meanwhile."""


class Redlines:
    """Proposals, within one transaction. Locks the submission first, as every deed of a review does."""

    def __init__(self, session: Session, stamp: Stamp, events: Events) -> None:
        self._session = session
        self._stamp = stamp
        self._events = events

    def of(self, submission_id: UUID) -> tuple[KeptProposal, ...]:
        """Return all proposals of a submission by round, those not sent too."""
        query = select(ProposalRow).where(ProposalRow.submission_id == submission_id)
        return self._found(query.order_by(col(ProposalRow.round), col(ProposalRow.path)))

    def sent_to(self, enterprise_id: UUID) -> tuple[KeptProposal, ...]:
        """Return what an enterprise was sent, the latest first, over all its submissions."""
        query = (
            select(ProposalRow)
            .join(SubmissionRow, col(SubmissionRow.id) == col(ProposalRow.submission_id))
            .where(SubmissionRow.enterprise_id == enterprise_id, col(ProposalRow.sent_at).is_not(None))
        )
        return self._found(
            query.order_by(col(ProposalRow.sent_at).desc(), col(ProposalRow.round).desc(), col(ProposalRow.path))
        )

    def save(self, submission_id: UUID, change: Change, *, seen: Wording, wanted: Wording) -> KeptProposal | None:
        """Keep what a reviewer proposes at a place in the present round; nothing takes the proposal back.

        What was sent and is written anew waits to be sent again. `change` tells the place and what was handed in there.

        Raises Conflict (who, at, theirs, yours) when another reviewer wrote otherwise meanwhile, or when the firm has
        answered, NotThere.
        """
        submission = self._submission(submission_id)
        query = select(ProposalRow).where(
            ProposalRow.submission_id == submission_id,
            ProposalRow.round == submission.round,
            ProposalRow.path == change.path,
        )
        row = self._session.exec(fresh(query)).first()
        before = Wording(row.value, row.reason) if row else NOTHING
        if before == wanted:
            return self._kept(row) if row else None
        if row and row.verdict != Verdict.OPEN:
            raise self._answered_meanwhile(row)
        after = self._merged(row, change.path, before, seen, wanted, submission.changed_at)
        if after.value is None:
            self._session.delete(row)
        else:
            row = row or ProposalRow(
                submission_id=submission_id,
                province_code=submission.province_code,
                round=submission.round,
                path=change.path,
                base=change.base,
                template=change.template,
                was_edited=change.was_edited,
                value="",
                version=0,
                updated_at=self._stamp.at,
            )
            row.value, row.reason, row.sent_at = after.value, after.reason, None
            row.version += 1
            row.updated_at, row.updated_by = self._stamp.at, self._stamp.by
            self._session.add(row)
        submission.changed_at = self._stamp.at
        self._session.flush()
        action = "proposal.saved" if after.value is not None else "proposal.taken_back"
        self._note(submission, action, change.path, before=asdict(before), after=asdict(after))
        return self._kept(row) if row and after.value is not None else None

    def send(self, submission_id: UUID) -> int:
        """Let the firm see what it was not sent yet; returns how many proposals that are."""
        submission = self._submission(submission_id)
        query = select(ProposalRow).where(
            ProposalRow.submission_id == submission_id, col(ProposalRow.sent_at).is_(None)
        )
        rows = self._session.exec(fresh(query)).all()
        for row in rows:
            row.sent_at = self._stamp.at
        if rows:
            submission.changed_at = self._stamp.at
            self._session.flush()
            self._note(submission, "proposal.sent", "", after=sorted(row.path for row in rows))
        return len(rows)

    def lock(self, proposal_ids: Iterable[UUID]) -> None:
        """Hold the submissions of proposals until the transaction ends."""
        query = select(ProposalRow.submission_id).where(col(ProposalRow.id).in_(list(proposal_ids)))
        for submission_id in sorted(set(self._session.exec(query))):
            self._submission(submission_id)

    def answer(
        self, seen: KeptProposal, verdict: Verdict, word: str, replaced: ProgrammeEdit | None = None
    ) -> KeptProposal:
        """Keep what the firm says to a proposal as it saw it; OPEN takes the answer back.

        Raises Conflict (who, at, theirs, yours) when a colleague answered meanwhile, OutOfOrder("proposal-taken-back")
        when the reviewer writes it anew, NotThere.
        """
        submission = self._submission(seen.submission_id)
        row = self._session.exec(fresh(select(ProposalRow).where(ProposalRow.id == seen.id))).first()
        if row is None:
            raise OutOfOrder("proposal-taken-back", state=submission.state, step="answer", at=submission.changed_at)
        if row.verdict != seen.verdict:
            raise self._answered_meanwhile(row)
        if row.version != seen.version or row.sent_at is None:
            raise OutOfOrder("proposal-taken-back", state=submission.state, step="answer", at=row.updated_at)
        row.verdict, row.word = verdict.value, word
        row.replaced = json.dumps(asdict(replaced), ensure_ascii=False) if replaced else None
        row.answered_at, row.answered_by = self._stamp.at, self._stamp.by
        submission.changed_at = self._stamp.at
        self._session.flush()
        after = {"round": row.round, "value": row.value, "word": word}
        self._note(submission, f"proposal.{verdict.value}", row.path, before=seen.verdict.value, after=after)
        return self._kept(row)

    # --- Inner

    def _merged(
        self, row: ProposalRow | None, path: str, before: Wording, seen: Wording, wanted: Wording, changed_at: datetime
    ) -> Wording:
        if row and before.value is not None and None not in (seen.value, wanted.value):
            return merged(before, seen, wanted, who=lambda: name_of(self._session, row.updated_by), at=row.updated_at)
        if before != seen:
            # Somebody proposed, or took back, where the other side has words: those are shown as a whole.
            who = name_of(self._session, row.updated_by) if row else ""
            at = row.updated_at if row else changed_at
            raise Conflict("changed-meanwhile", field=path, who=who, at=at, theirs=before.value, yours=wanted.value)
        return wanted

    def _answered_meanwhile(self, row: ProposalRow) -> Conflict:
        return Conflict(
            ANSWERED_MEANWHILE[Verdict(row.verdict)],
            who=name_of(self._session, row.answered_by),
            at=row.answered_at,
            theirs=row.verdict,
            yours="",
        )

    def _submission(self, submission_id: UUID) -> SubmissionRow:
        row = self._session.exec(locked(select(SubmissionRow).where(SubmissionRow.id == submission_id))).first()
        if row is None:
            raise NotThere
        return row

    def _found(self, query: SelectOfScalar[ProposalRow]) -> tuple[KeptProposal, ...]:
        rows = self._session.exec(fresh(query)).all()
        # Each name once: many proposals have few authors.
        accounts = {by for row in rows for by in (row.updated_by, row.answered_by)}
        names = {by: name_of(self._session, by) for by in accounts}
        return tuple(_kept(row, names) for row in rows)

    def _kept(self, row: ProposalRow) -> KeptProposal:
        return _kept(row, {by: name_of(self._session, by) for by in (row.updated_by, row.answered_by)})

    def _note(
        self, submission: SubmissionRow, action: str, path: str, *, before: object = None, after: object = None
    ) -> None:
        self._events.note(
            action,
            "submission",
            f"{submission.id}/{path}" if path else submission.id,
            subject=submission.enterprise_id,
            province=submission.province_code,
            before=before,
            after=after,
        )


def _kept(row: ProposalRow, names: Mapping[UUID | None, str]) -> KeptProposal:
    return KeptProposal(
        id=row.id,
        submission_id=row.submission_id,
        round=row.round,
        change=Change(row.path, row.base, row.value, row.reason, row.template, row.was_edited),
        version=row.version,
        updated_at=row.updated_at,
        by_name=names[row.updated_by],
        sent_at=row.sent_at,
        verdict=Verdict(row.verdict),
        word=row.word,
        replaced=ProgrammeEdit(**json.loads(row.replaced)) if row.replaced else None,
        answered_at=row.answered_at,
        answered_by_name=names[row.answered_by],
    )
