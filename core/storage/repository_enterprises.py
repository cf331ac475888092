"""Enterprises as they are kept: the profile, its version, and the end of it all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from core.domain.profile import EnterpriseKind, Profile, Use
from core.errors import NotThere
from core.storage.merging import locked, merged
from core.storage.repository_events import Events, Stamp
from core.storage.repository_files import drop_orphan_blobs
from core.storage.tables import (
    AccountRow,
    AnonymousResultRow,
    AnswerRow,
    AssessmentRow,
    AttachmentRow,
    EnterpriseRow,
    FeedbackRow,
    HandedOutRow,
    InstrumentRow,
    ProgrammeEditRow,
    ProgrammeRow,
    ProgrammeStepRow,
    ProgrammeTextRow,
    ReportEntryRow,
    ReportRow,
    TaskMarkRow,
    ViewAnswerRow,
    ViewRoundRow,
)


@dataclass(frozen=True, slots=True)
class KeptEnterprise:
    """An enterprise with what is known about the keeping."""

    id: UUID
    profile: Profile
    version: int
    created_at: datetime
    updated_at: datetime
    updated_by_name: str


@dataclass(frozen=True, slots=True)
class AnonymousResult:
    """What may stay when an enterprise is erased: scores and where they belong, no name, no id.

    month: "2026-11". score: exact, "713/10". topics: topic id → exact score.
    """

    province: str
    sector: str
    size: str
    edition: str
    month: str
    level: int
    score: str
    topics: Mapping[str, str]


class Enterprises:
    """Enterprises, within one transaction."""

    def __init__(self, session: Session, stamp: Stamp, events: Events) -> None:
        self._session = session
        self._stamp = stamp
        self._events = events

    def add(self, profile: Profile) -> KeptEnterprise:
        """Add an enterprise."""
        row = EnterpriseRow(
            name=profile.name,
            kind=profile.kind.value,
            created_at=self._stamp.at,
            updated_at=self._stamp.at,
            updated_by=self._stamp.by,
        )
        _write(row, profile)
        self._session.add(row)
        self._session.flush()
        self._events.note(
            "enterprise.added", "enterprise", row.id, subject=row.id, province=row.province_code, after=profile
        )
        return self._kept(row)

    def get(self, enterprise_id: UUID) -> KeptEnterprise:
        """Return an enterprise. Raises NotThere, for a deleted one too."""
        return self._kept(self._row(enterprise_id))

    def lock(self, enterprise_id: UUID) -> None:
        """Hold an enterprise as it is until the transaction ends. Raises NotThere."""
        self._row(enterprise_id, lock=True)

    def some(self, ids: Iterable[UUID]) -> dict[UUID, KeptEnterprise]:
        """Return those of the enterprises that are there."""
        query = select(EnterpriseRow).where(
            col(EnterpriseRow.id).in_(list(ids)), col(EnterpriseRow.deleted_at).is_(None)
        )
        return {row.id: self._kept(row) for row in self._session.exec(query)}

    def save_profile(self, enterprise_id: UUID, *, seen: Profile, wanted: Profile) -> KeptEnterprise:
        """Keep the fields that differ between what was seen and what is wanted. Raises Conflict, NotThere."""
        row = self._row(enterprise_id, lock=True)
        kept = self._kept(row)
        profile = merged(kept.profile, seen, wanted, who=lambda: kept.updated_by_name, at=kept.updated_at)
        if profile == kept.profile:
            return kept
        if profile.province != kept.profile.province:
            self._move(enterprise_id, profile.province)
        _write(row, profile)
        row.version += 1
        row.updated_at, row.updated_by = self._stamp.at, self._stamp.by
        self._events.note(
            "profile.saved",
            "enterprise",
            row.id,
            subject=row.id,
            province=row.province_code,
            before=kept.profile,
            after=profile,
        )
        self._session.flush()
        return self._kept(row)

    def set_deleted(self, enterprise_id: UUID) -> None:
        """Hide an enterprise until it is erased or restored by an administrator."""
        row = self._row(enterprise_id, lock=True)
        row.deleted_at = self._stamp.at
        self._events.note("enterprise.deleted", "enterprise", row.id, subject=row.id, province=row.province_code)

    def erase(self, enterprise_id: UUID, keep: Iterable[AnonymousResult] = ()) -> None:
        """Delete an enterprise and all that is its own; keep what names nobody. Raises NotThere."""
        row = self._session.get(EnterpriseRow, enterprise_id)
        if row is None:
            raise NotThere
        self._events.blank(enterprise_id)
        self._session.execute(delete(EnterpriseRow).where(col(EnterpriseRow.id) == enterprise_id))
        self._session.expunge(row)
        drop_orphan_blobs(self._session)
        for result in keep:
            self._session.add(
                AnonymousResultRow(
                    province_code=result.province,
                    sector=result.sector,
                    size=result.size,
                    edition=result.edition,
                    month=result.month,
                    level=result.level,
                    score=result.score,
                    topics=json.dumps(dict(result.topics), sort_keys=True),
                )
            )
        self._events.note("enterprise.erased", "enterprise", enterprise_id)

    def anonymous_results(self) -> tuple[AnonymousResult, ...]:
        """Return what stayed of erased enterprises."""
        return tuple(
            AnonymousResult(
                province=row.province_code,
                sector=row.sector,
                size=row.size,
                edition=row.edition,
                month=row.month,
                level=row.level,
                score=row.score,
                topics=json.loads(row.topics),
            )
            for row in self._session.exec(select(AnonymousResultRow).order_by(AnonymousResultRow.month))
        )

    def _move(self, enterprise_id: UUID, province: str) -> None:
        # Rows are distributed by province, so all that belongs together moves together.
        assessments = select(AssessmentRow.id).where(AssessmentRow.enterprise_id == enterprise_id)
        view_rounds = select(ViewRoundRow.id).where(col(ViewRoundRow.assessment_id).in_(assessments))
        programmes = select(ProgrammeRow.id).where(ProgrammeRow.enterprise_id == enterprise_id)
        reports = select(ReportRow.id).where(ReportRow.enterprise_id == enterprise_id)
        for table, condition in (
            (AssessmentRow, col(AssessmentRow.enterprise_id) == enterprise_id),
            (ProgrammeRow, col(ProgrammeRow.enterprise_id) == enterprise_id),
            (HandedOutRow, col(HandedOutRow.enterprise_id) == enterprise_id),
            (InstrumentRow, col(InstrumentRow.enterprise_id) == enterprise_id),
            (AnswerRow, col(AnswerRow.assessment_id).in_(assessments)),
            (AttachmentRow, col(AttachmentRow.assessment_id).in_(assessments)),
            (ViewRoundRow, col(ViewRoundRow.assessment_id).in_(assessments)),
            (ViewAnswerRow, col(ViewAnswerRow.round_id).in_(view_rounds)),
            (ProgrammeEditRow, col(ProgrammeEditRow.programme_id).in_(programmes)),
            (ProgrammeStepRow, col(ProgrammeStepRow.programme_id).in_(programmes)),
            (ProgrammeTextRow, col(ProgrammeTextRow.programme_id).in_(programmes)),
            (TaskMarkRow, col(TaskMarkRow.programme_id).in_(programmes)),
            (ReportRow, col(ReportRow.enterprise_id) == enterprise_id),
            (ReportEntryRow, col(ReportEntryRow.report_id).in_(reports)),
            (FeedbackRow, col(FeedbackRow.enterprise_id) == enterprise_id),
        ):
            self._session.execute(update(table).where(condition).values(province_code=province))

    def _row(self, enterprise_id: UUID, *, lock: bool = False) -> EnterpriseRow:
        query = select(EnterpriseRow).where(EnterpriseRow.id == enterprise_id, col(EnterpriseRow.deleted_at).is_(None))
        if lock:
            query = locked(query)
        row = self._session.exec(query).first()
        if row is None:
            raise NotThere
        return row

    def _kept(self, row: EnterpriseRow) -> KeptEnterprise:
        return KeptEnterprise(
            id=row.id,
            profile=profile_of(row),
            version=row.version,
            created_at=row.created_at,
            updated_at=row.updated_at,
            updated_by_name=name_of(self._session, row.updated_by),
        )


def name_of(session: Session, account_id: UUID | None) -> str:
    """Return the name of an account, empty when it is gone."""
    account = session.get(AccountRow, account_id) if account_id else None
    return account.name if account else ""


def profile_of(row: EnterpriseRow) -> Profile:
    """Return the profile that a row holds."""
    return Profile(
        name=row.name,
        kind=EnterpriseKind(row.kind),
        province=row.province_code,
        sector=row.sector,
        vsic=row.vsic,
        tax_code=row.tax_code,
        address=row.address,
        workers=row.workers,
        revenue_billion_vnd=row.revenue_billion_vnd,
        capital_billion_vnd=row.capital_billion_vnd,
        uses=frozenset(Use(use) for use in row.uses.split()),
    )


def _write(row: EnterpriseRow, profile: Profile) -> None:
    row.name = profile.name
    row.kind = profile.kind.value
    row.province_code = profile.province
    row.sector = profile.sector
    row.vsic = profile.vsic
    row.tax_code = profile.tax_code
    row.address = profile.address
    row.workers = profile.workers
    row.revenue_billion_vnd = profile.revenue_billion_vnd
    row.capital_billion_vnd = profile.capital_billion_vnd
    row.uses = " ".join(sorted(profile.uses))
