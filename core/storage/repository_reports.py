"""Yearly reports and what enterprises tell by theme, as they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, islice
from uuid import UUID

from sqlalchemy import and_
from sqlmodel import Session, col, select

from core.domain.feedback import Addressee, Feedback, FeedbackKind, Theme, who_is_named
from core.errors import NotThere
from core.storage.merging import fresh, locked, merged
from core.storage.repository_enterprises import name_of
from core.storage.repository_events import Events, Stamp
from core.storage.tables import AccountRow, CountedFeedbackRow, EnterpriseRow, FeedbackRow, ReportEntryRow, ReportRow


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A report; `matter` is what was computed for it, as JSON, empty until it is finished."""

    id: UUID
    enterprise_id: UUID
    programme_id: UUID
    province: str
    year: int
    matter: str
    finished_on: date | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """What was written at a place of a report, by whom last, and when."""

    value: str
    version: int
    updated_at: datetime
    updated_by_name: str


@dataclass(frozen=True, slots=True)
class KeptFeedback:
    """A difficulty or proposal with its id, its version and who wrote it last."""

    id: UUID
    feedback: Feedback
    version: int
    updated_at: datetime
    updated_by_name: str


_AT_ONCE = 100
"""Rows that are made out of words to be quoted at once: mostly the first of them are enough."""


class Reports:
    """Reports and feedback, within one transaction."""

    def __init__(self, session: Session, stamp: Stamp, events: Events) -> None:
        self._session = session
        self._stamp = stamp
        self._events = events

    # --- Reports

    def add(self, enterprise_id: UUID, programme_id: UUID, province: str, year: int) -> KeptReport:
        """Begin the report of a year. The enterprise is held by the caller."""
        row = ReportRow(
            enterprise_id=enterprise_id,
            programme_id=programme_id,
            province_code=province,
            year=year,
            created_at=self._stamp.at,
        )
        self._session.add(row)
        self._session.flush()
        self._note(row, "report.begun", row.id, after={"year": year})
        return _kept(row)

    def get(self, report_id: UUID, *, lock: bool = False) -> KeptReport:
        """Return a report; `lock` keeps it as it is until the transaction ends. Raises NotThere."""
        return _kept(self._row(report_id, lock=lock))

    def of_enterprise(self, enterprise_id: UUID) -> tuple[KeptReport, ...]:
        """Return all reports, the latest year first."""
        query = select(ReportRow).where(ReportRow.enterprise_id == enterprise_id).order_by(col(ReportRow.year).desc())
        return tuple(_kept(row) for row in self._session.exec(query))

    def set_finished(self, report_id: UUID, programme_id: UUID, on: date | None, matter: str) -> KeptReport:
        """Close a report on a version with what was computed for it, or open it again (`on` None)."""
        row = self._row(report_id, lock=True)
        before = row.finished_on
        row.programme_id, row.finished_on, row.matter = programme_id, on, matter
        row.version += 1
        self._note(row, "report.finished" if on else "report.opened-again", row.id, before=before, after=on)
        return _kept(row)

    def entries(self, report_id: UUID) -> dict[str, KeptEntry]:
        """Return path → what was written there."""
        query = (
            select(ReportEntryRow, AccountRow.name)
            .join(AccountRow, col(AccountRow.id) == col(ReportEntryRow.updated_by), isouter=True)
            .where(ReportEntryRow.report_id == report_id)
        )
        return {
            row.path: KeptEntry(row.value, row.version, row.updated_at, name or "")
            for row, name in self._session.exec(query)
        }

    def save_entry(self, report_id: UUID, path: str, *, seen: str, wanted: str) -> None:
        """Keep what was written at a place; an empty text takes it away. Raises Conflict, NotThere."""
        report = self._row(report_id, lock=True)
        query = select(ReportEntryRow).where(ReportEntryRow.report_id == report_id, ReportEntryRow.path == path)
        row = self._session.exec(fresh(query)).first()
        before = row.value if row else ""
        if before == wanted:
            return
        merged(
            _Place(before),
            _Place(seen),
            _Place(wanted),
            who=lambda: name_of(self._session, row.updated_by if row else None),
            at=row.updated_at if row else self._stamp.at,
        )
        self._note(report, "report.edited", f"{report_id}/{path}", before=before, after=wanted)
        if not wanted:
            self._session.delete(row)
            return
        row = row or ReportEntryRow(
            report_id=report_id,
            province_code=report.province_code,
            path=path,
            value="",
            version=0,
            updated_at=self._stamp.at,
        )
        row.value = wanted
        row.version += 1
        row.updated_at, row.updated_by = self._stamp.at, self._stamp.by
        self._session.add(row)

    # --- Difficulties and proposals

    def feedback_of(self, enterprise_id: UUID) -> tuple[KeptFeedback, ...]:
        """Return what an enterprise told, oldest first."""
        query = (
            select(FeedbackRow, AccountRow.name)
            .join(AccountRow, col(AccountRow.id) == col(FeedbackRow.updated_by), isouter=True)
            .where(FeedbackRow.enterprise_id == enterprise_id)
            .order_by(col(FeedbackRow.created_at), col(FeedbackRow.id))
        )
        return tuple(
            KeptFeedback(row.id, _feedback(row), row.version, row.updated_at, name or "")
            for row, name in self._session.exec(query)
        )

    def add_feedback(self, enterprise_id: UUID, feedback: Feedback) -> UUID:
        """Keep a new difficulty or proposal. Raises NotThere."""
        enterprise = self._session.get(EnterpriseRow, enterprise_id)
        if enterprise is None:
            raise NotThere
        row = FeedbackRow(
            enterprise_id=enterprise_id,
            province_code=enterprise.province_code,
            year=feedback.year,
            kind=feedback.kind.value,
            theme=feedback.theme.value,
            text="",
            created_at=self._stamp.at,
            updated_at=self._stamp.at,
        )
        _write(row, feedback)
        row.updated_by = self._stamp.by
        self._session.add(row)
        self._session.flush()
        self._note_feedback(row, "feedback.added", after=feedback)
        return row.id

    def save_feedback(self, feedback_id: UUID, *, seen: Feedback, wanted: Feedback) -> None:
        """Keep the fields that differ. Raises Conflict, NotThere."""
        row = self._feedback_row(feedback_id)
        before = _feedback(row)
        after = merged(before, seen, wanted, who=lambda: name_of(self._session, row.updated_by), at=row.updated_at)
        if after != before:
            _write(row, after)
            row.version += 1
            row.updated_at, row.updated_by = self._stamp.at, self._stamp.by
            self._note_feedback(row, "feedback.changed", before=before, after=after)

    def remove_feedback(self, feedback_id: UUID) -> None:
        """Take a difficulty or proposal back. Raises NotThere."""
        row = self._feedback_row(feedback_id)
        self._note_feedback(row, "feedback.removed", before=_feedback(row))
        self._session.delete(row)

    def enterprise_of_feedback(self, feedback_id: UUID) -> UUID:
        """Return whose a difficulty or proposal is. Raises NotThere."""
        return self._feedback_row(feedback_id).enterprise_id

    def quoted(
        self, year: int, kind: FeedbackKind, theme: Theme, province: str | None, most: int
    ) -> tuple[Feedback, ...]:
        """Return words that may be quoted, of a province or of all, in the order of the words, which tells nothing.

        The same words stand there once, whoever said them: how many did is not told. Quoted is what was counted as it
        stands now, and what does not name the enterprise by now.
        """
        query = (
            select(FeedbackRow, CountedFeedbackRow.quotable, EnterpriseRow.name)
            .join(EnterpriseRow, col(EnterpriseRow.id) == col(FeedbackRow.enterprise_id))
            .join(
                CountedFeedbackRow,
                and_(
                    col(CountedFeedbackRow.enterprise_id) == col(FeedbackRow.enterprise_id),
                    col(CountedFeedbackRow.year) == col(FeedbackRow.year),
                    col(CountedFeedbackRow.waiting).is_(False),
                ),
            )
            .where(
                FeedbackRow.year == year,
                FeedbackRow.kind == kind.value,
                FeedbackRow.theme == theme.value,
                col(FeedbackRow.may_quote).is_(True),
                *([] if province is None else [CountedFeedbackRow.province_code == province]),
            )
            .order_by(col(FeedbackRow.text), col(FeedbackRow.cause))
            .execution_options(yield_per=_AT_ONCE)
        )
        found = (
            _feedback(row)
            for row, counted, name in self._session.exec(query)
            if quote_key(row.id, row.version) in counted.split() and not who_is_named(_feedback(row), [name])
        )
        return tuple(islice((words for words, _ in groupby(found)), most))

    def _feedback_row(self, feedback_id: UUID) -> FeedbackRow:
        row = self._session.exec(locked(select(FeedbackRow).where(FeedbackRow.id == feedback_id))).first()
        if row is None:
            raise NotThere
        return row

    def _row(self, report_id: UUID, *, lock: bool = False) -> ReportRow:
        query = select(ReportRow).where(ReportRow.id == report_id)
        row = self._session.exec(locked(query) if lock else query).first()
        if row is None:
            raise NotThere
        return row

    def _note(
        self, row: ReportRow, action: str, object_id: object, *, before: object = None, after: object = None
    ) -> None:
        self._events.note(
            action,
            "report",
            object_id,
            subject=row.enterprise_id,
            province=row.province_code,
            before=before,
            after=after,
        )

    def _note_feedback(self, row: FeedbackRow, action: str, *, before: object = None, after: object = None) -> None:
        self._events.note(
            action,
            "feedback",
            row.id,
            subject=row.enterprise_id,
            province=row.province_code,
            before=before,
            after=after,
        )


def quote_key(feedback_id: UUID, version: int) -> str:
    """Return what names words as they stand: changed words are others."""
    return f"{feedback_id.hex}.{version}"


@dataclass(frozen=True, slots=True)
class _Place:
    text: str


def _kept(row: ReportRow) -> KeptReport:
    return KeptReport(
        id=row.id,
        enterprise_id=row.enterprise_id,
        programme_id=row.programme_id,
        province=row.province_code,
        year=row.year,
        matter=row.matter,
        finished_on=row.finished_on,
        created_at=row.created_at,
    )


def _feedback(row: FeedbackRow) -> Feedback:
    return Feedback(
        kind=FeedbackKind(row.kind),
        theme=Theme(row.theme),
        text=row.text,
        year=row.year,
        cause=row.cause,
        addressee=Addressee(row.addressee) if row.addressee else None,
        may_quote=row.may_quote,
    )


def _write(row: FeedbackRow, feedback: Feedback) -> None:
    row.kind, row.theme = feedback.kind.value, feedback.theme.value
    row.text, row.cause, row.year = feedback.text, feedback.cause, feedback.year
    row.addressee = feedback.addressee.value if feedback.addressee else ""
    row.may_quote = feedback.may_quote
