"""Attachments as they are kept: the bytes once per content, the rest once per answer or instrument.

What a file is and whether it may come in is decided before; here only size and quota are guarded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, union_all
from sqlmodel import Session, col, select

from core.domain.instruments import InstrumentFileKind
from core.errors import FileRefused, NotThere
from core.storage.merging import locked
from core.storage.repository_events import Events, Stamp
from core.storage.tables import (
    AssessmentRow,
    AttachmentRow,
    BlobRow,
    EnterpriseRow,
    HandedOutFileRow,
    HandedOutRow,
    InstrumentFileRow,
    InstrumentRow,
)

FILE_LIMIT = 5 * 1024 * 1024
"""Most bytes of one file."""
ENTERPRISE_LIMIT = 100 * 1024 * 1024
"""Most bytes of all files of one enterprise."""


@dataclass(frozen=True, slots=True)
class KeptAttachment:
    """A file of an answer, without its bytes."""

    id: UUID
    assessment_id: UUID
    question: str
    sha256: str
    file_name: str
    media_type: str
    size: int
    added_at: datetime


@dataclass(frozen=True, slots=True)
class KeptInstrumentFile:
    """A picture or certificate of an instrument, without its bytes."""

    id: UUID
    enterprise_id: UUID
    instrument_id: UUID
    kind: InstrumentFileKind
    sha256: str
    file_name: str
    media_type: str
    size: int
    added_at: datetime


class Files:
    """Attachments, within one transaction."""

    def __init__(self, session: Session, stamp: Stamp, events: Events) -> None:
        self._session = session
        self._stamp = stamp
        self._events = events

    def add(
        self, assessment_id: UUID, question: str, *, file_name: str, media_type: str, content: bytes
    ) -> KeptAttachment:
        """Keep a file; the same bytes under the same answer are kept once. Raises FileRefused, NotThere."""
        assessment = self._session.get(AssessmentRow, assessment_id)
        if assessment is None:
            raise NotThere
        self._hold(assessment.enterprise_id, file_name, content)
        digest = hashlib.sha256(content).hexdigest()
        same = self._same(assessment_id, question, digest)
        if same is not None:
            return _kept(same)
        self.keep_bytes(assessment.enterprise_id, file_name, digest, content)
        row = AttachmentRow(
            assessment_id=assessment_id,
            province_code=assessment.province_code,
            question=question,
            sha256=digest,
            file_name=file_name,
            media_type=media_type,
            size=len(content),
            added_at=self._stamp.at,
            added_by=self._stamp.by,
        )
        self._session.add(row)
        self._session.flush()
        self._note(assessment, "file.added", row)
        return _kept(row)

    def of(self, assessment_id: UUID) -> tuple[KeptAttachment, ...]:
        """Return the files of an assessment, oldest first."""
        query = select(AttachmentRow).where(AttachmentRow.assessment_id == assessment_id)
        return tuple(_kept(row) for row in self._session.exec(query.order_by(col(AttachmentRow.id))))

    def get(self, attachment_id: UUID) -> KeptAttachment:
        """Return one attachment. Raises NotThere."""
        return _kept(self._row(attachment_id))

    def content(self, attachment_id: UUID) -> bytes:
        """Return the bytes of a file. Raises NotThere."""
        blob = self._session.get(BlobRow, self._row(attachment_id).sha256)
        if blob is None:
            raise NotThere
        return blob.content

    def remove(self, attachment_id: UUID) -> None:
        """Remove a file; its bytes go when no other answer has them. Raises NotThere."""
        row = self._row(attachment_id)
        assessment = self._session.get_one(AssessmentRow, row.assessment_id)
        self._note(assessment, "file.removed", row)
        self._session.delete(row)
        self._session.flush()
        drop_orphan_blobs(self._session)

    def used_bytes(self, enterprise_id: UUID) -> int:
        """Return the bytes of all files of an enterprise."""
        of_answers = (
            select(func.coalesce(func.sum(AttachmentRow.size), 0))
            .join(AssessmentRow, col(AssessmentRow.id) == col(AttachmentRow.assessment_id))
            .where(AssessmentRow.enterprise_id == enterprise_id)
        )
        of_instruments = select(func.coalesce(func.sum(InstrumentFileRow.size), 0)).where(
            InstrumentFileRow.enterprise_id == enterprise_id
        )
        of_drafts = (
            select(func.coalesce(func.sum(HandedOutFileRow.size), 0))
            .join(HandedOutRow, col(HandedOutRow.id) == col(HandedOutFileRow.handed_out_id))
            .where(HandedOutRow.enterprise_id == enterprise_id)
        )
        return sum(int(self._session.exec(query).one()) for query in (of_answers, of_instruments, of_drafts))

    # --- Files of instruments

    def add_to_instrument(
        self, instrument_id: UUID, kind: InstrumentFileKind, *, file_name: str, media_type: str, content: bytes
    ) -> KeptInstrumentFile:
        """Keep a file; the same bytes of the same kind are kept once. Raises FileRefused, NotThere."""
        instrument = self._session.get(InstrumentRow, instrument_id)
        if instrument is None:
            raise NotThere
        self._hold(instrument.enterprise_id, file_name, content)
        digest = hashlib.sha256(content).hexdigest()
        same = next(
            (one for one in self._instrument_rows(instrument_id) if (one.kind, one.sha256) == (kind, digest)), None
        )
        if same is not None:
            return _kept_of_instrument(same)
        self.keep_bytes(instrument.enterprise_id, file_name, digest, content)
        row = InstrumentFileRow(
            enterprise_id=instrument.enterprise_id,
            instrument_id=instrument_id,
            kind=kind,
            sha256=digest,
            file_name=file_name,
            media_type=media_type,
            size=len(content),
            added_at=self._stamp.at,
            added_by=self._stamp.by,
        )
        self._session.add(row)
        self._session.flush()
        self._note_of_instrument(instrument, "file.added", row)
        return _kept_of_instrument(row)

    def of_instrument(self, instrument_id: UUID) -> tuple[KeptInstrumentFile, ...]:
        """Return the files of an instrument, oldest first."""
        return tuple(_kept_of_instrument(row) for row in self._instrument_rows(instrument_id))

    def of_register(self, enterprise_id: UUID) -> tuple[KeptInstrumentFile, ...]:
        """Return the files of all instruments of an enterprise, oldest first."""
        query = select(InstrumentFileRow).where(InstrumentFileRow.enterprise_id == enterprise_id)
        return tuple(_kept_of_instrument(row) for row in self._session.exec(query.order_by(col(InstrumentFileRow.id))))

    def get_of_instrument(self, file_id: UUID) -> KeptInstrumentFile:
        """Return one file of an instrument. Raises NotThere."""
        return _kept_of_instrument(self._instrument_row(file_id))

    def content_of_instrument(self, file_id: UUID) -> bytes:
        """Return the bytes of a file of an instrument. Raises NotThere."""
        return self._session.get_one(BlobRow, self._instrument_row(file_id).sha256).content

    def remove_of_instrument(self, file_id: UUID) -> None:
        """Remove a file of an instrument; its bytes go when nothing else has them. Raises NotThere."""
        row = self._instrument_row(file_id)
        self._note_of_instrument(self._session.get_one(InstrumentRow, row.instrument_id), "file.removed", row)
        self._session.delete(row)
        self._session.flush()
        drop_orphan_blobs(self._session)

    def _instrument_rows(self, instrument_id: UUID) -> Sequence[InstrumentFileRow]:
        query = select(InstrumentFileRow).where(InstrumentFileRow.instrument_id == instrument_id)
        return self._session.exec(query.order_by(col(InstrumentFileRow.id))).all()

    def _instrument_row(self, file_id: UUID) -> InstrumentFileRow:
        row = self._session.get(InstrumentFileRow, file_id)
        if row is None:
            raise NotThere
        return row

    def _note_of_instrument(self, instrument: InstrumentRow, action: str, row: InstrumentFileRow) -> None:
        self._events.note(
            action,
            "instrument",
            f"{instrument.enterprise_id}/{instrument.code}",
            subject=instrument.enterprise_id,
            province=instrument.province_code,
            after={"file": row.file_name, "sha256": row.sha256, "size": row.size},
        )

    # --- Bytes

    def _hold(self, enterprise_id: UUID, file_name: str, content: bytes) -> None:
        if len(content) > FILE_LIMIT:
            raise FileRefused("file-too-large", place=file_name, seen=len(content), expected=FILE_LIMIT)
        # Locked, so that two uploads at the same time cannot pass the quota together.
        self._session.exec(locked(select(EnterpriseRow).where(EnterpriseRow.id == enterprise_id))).one()

    def keep_bytes(self, enterprise_id: UUID, file_name: str, digest: str, content: bytes) -> None:
        """Keep bytes under their SHA-256 within the quota of an enterprise that is held. Raises FileRefused."""
        if self.used_bytes(enterprise_id) + len(content) > ENTERPRISE_LIMIT:
            raise FileRefused("quota-exceeded", place=file_name, seen=len(content), expected=ENTERPRISE_LIMIT)
        if self._session.get(BlobRow, digest) is None:
            self._session.add(BlobRow(sha256=digest, content=content))
            self._session.flush()

    def _same(self, assessment_id: UUID, question: str, digest: str) -> AttachmentRow | None:
        query = select(AttachmentRow).where(
            AttachmentRow.assessment_id == assessment_id,
            AttachmentRow.question == question,
            AttachmentRow.sha256 == digest,
        )
        return self._session.exec(query).first()

    def _note(self, assessment: AssessmentRow, action: str, row: AttachmentRow) -> None:
        self._events.note(
            action,
            "answer",
            f"{row.assessment_id}/{row.question}",
            subject=assessment.enterprise_id,
            province=row.province_code,
            after={"file": row.file_name, "sha256": row.sha256, "size": row.size},
        )

    def _row(self, attachment_id: UUID) -> AttachmentRow:
        row = self._session.get(AttachmentRow, attachment_id)
        if row is None:
            raise NotThere
        return row


def drop_orphan_blobs(session: Session) -> None:
    """Delete the bytes that nothing has any more."""
    held = union_all(
        select(AttachmentRow.sha256), select(InstrumentFileRow.sha256), select(HandedOutFileRow.sha256)
    ).subquery()
    session.execute(delete(BlobRow).where(~col(BlobRow.sha256).in_(select(held.c.sha256))))


def _kept(row: AttachmentRow) -> KeptAttachment:
    return KeptAttachment(
        id=row.id,
        assessment_id=row.assessment_id,
        question=row.question,
        sha256=row.sha256,
        file_name=row.file_name,
        media_type=row.media_type,
        size=row.size,
        added_at=row.added_at,
    )


def _kept_of_instrument(row: InstrumentFileRow) -> KeptInstrumentFile:
    return KeptInstrumentFile(
        id=row.id,
        enterprise_id=row.enterprise_id,
        instrument_id=row.instrument_id,
        kind=InstrumentFileKind(row.kind),
        sha256=row.sha256,
        file_name=row.file_name,
        media_type=row.media_type,
        size=row.size,
        added_at=row.added_at,
    )
