"""Drafts that were handed out, as they are kept: check code, files byte for byte, and whether one was revoked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from uuid import UUID

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from core.domain.handed_out import HandedOut, HandedOutFile, KeptHandedOut
from core.domain.scorecard import ScoreKind
from core.errors import NotThere
from core.language import Language
from core.storage.merging import locked
from core.storage.repository_enterprises import name_of
from core.storage.repository_events import Events, Stamp
from core.storage.repository_files import Files
from core.storage.tables import BlobRow, EnterpriseRow, HandedOutFileRow, HandedOutRow


class HandedOutDrafts:
    """Drafts that were handed out, within one transaction."""

    def __init__(self, session: Session, stamp: Stamp, events: Events, files: Files) -> None:
        self._session = session
        self._stamp = stamp
        self._events = events
        self._files = files

    def add(
        self, enterprise_id: UUID, province: str, draft: HandedOut, files: Mapping[tuple[Language, str], bytes]
    ) -> KeptHandedOut:
        """Keep a draft with its files by language and form; the enterprise is held. Raises FileRefused."""
        row = HandedOutRow(
            enterprise_id=enterprise_id,
            province_code=province,
            programme_id=draft.programme_id,
            code=draft.code,
            edition=draft.edition,
            score_kind=draft.score_kind.value,
            score_low=str(draft.score_low),
            score_high=str(draft.score_high),
            draft_sha256=draft.draft_sha256,
            on=draft.on,
            at=self._stamp.at,
            by=self._stamp.by,
        )
        self._session.add(row)
        self._session.flush()
        hashes = {}
        for (language, form), content in files.items():
            digest = hashes[f"{language}.{form}"] = hashlib.sha256(content).hexdigest()
            self._files.keep_bytes(enterprise_id, f"{draft.code}-{language}.{form}", digest, content)
            self._session.add(
                HandedOutFileRow(
                    handed_out_id=row.id, language=language.value, form=form, sha256=digest, size=len(content)
                )
            )
            self._session.flush()
        self._note(row, "draft.handed-out", {"code": row.code, "edition": row.edition, "sha256": hashes})
        return self._kept(row)

    def of_enterprise(self, enterprise_id: UUID) -> tuple[KeptHandedOut, ...]:
        """Return all that an enterprise handed out, newest first."""
        query = select(HandedOutRow).where(HandedOutRow.enterprise_id == enterprise_id)
        return tuple(self._kept(row) for row in self._session.exec(query.order_by(col(HandedOutRow.id).desc())))

    def get(self, handed_out_id: UUID) -> KeptHandedOut:
        """Return one. Raises NotThere."""
        row = self._session.get(HandedOutRow, handed_out_id)
        if row is None:
            raise NotThere
        return self._kept(row)

    def content(self, sha256: str) -> bytes:
        """Return the bytes of a file that `KeptHandedOut.files` names."""
        return self._session.get_one(BlobRow, sha256).content

    def by_code(self, code: str) -> KeptHandedOut | None:
        """Return what stands under a code; None also for one whose enterprise is no more."""
        return self._found(_of_living().where(HandedOutRow.code == code))

    def by_file(self, sha256: str) -> KeptHandedOut | None:
        """Return what holds a file of this SHA-256; None also for one whose enterprise is no more."""
        held = select(HandedOutFileRow.handed_out_id).where(HandedOutFileRow.sha256 == sha256)
        return self._found(_of_living().where(col(HandedOutRow.id).in_(held)))

    def revoke(self, handed_out_id: UUID, reason: str) -> None:
        """Revoke one; what was revoked before stays as it is. Raises NotThere."""
        row = self._session.exec(locked(select(HandedOutRow).where(HandedOutRow.id == handed_out_id))).first()
        if row is None:
            raise NotThere
        if row.revoked_at is None:
            row.revoked_at, row.revoked_by, row.revoked_reason = self._stamp.at, self._stamp.by, reason
            self._note(row, "draft.revoked", {"code": row.code, "reason": reason})

    def _found(self, query: SelectOfScalar[HandedOutRow]) -> KeptHandedOut | None:
        row = self._session.exec(query).first()
        return self._kept(row) if row else None

    def _note(self, row: HandedOutRow, action: str, after: Mapping[str, object]) -> None:
        self._events.note(
            action, "handed-out", row.id, subject=row.enterprise_id, province=row.province_code, after=after
        )

    def _kept(self, row: HandedOutRow) -> KeptHandedOut:
        query = select(HandedOutFileRow).where(HandedOutFileRow.handed_out_id == row.id)
        return KeptHandedOut(
            id=row.id,
            enterprise_id=row.enterprise_id,
            draft=HandedOut(
                programme_id=row.programme_id,
                code=row.code,
                edition=row.edition,
                score_kind=ScoreKind(row.score_kind),
                score_low=Fraction(row.score_low),
                score_high=Fraction(row.score_high),
                draft_sha256=row.draft_sha256,
                on=row.on,
            ),
            files=_in_order(self._session.exec(query).all()),
            at=row.at,
            by_name=name_of(self._session, row.by),
            revoked_at=row.revoked_at,
            revoked_by_name=name_of(self._session, row.revoked_by),
            revoked_reason=row.revoked_reason,
        )


def _of_living() -> SelectOfScalar[HandedOutRow]:
    return (
        select(HandedOutRow)
        .join(EnterpriseRow, col(EnterpriseRow.id) == col(HandedOutRow.enterprise_id))
        .where(col(EnterpriseRow.deleted_at).is_(None))
    )


def _in_order(rows: Sequence[HandedOutFileRow]) -> tuple[HandedOutFile, ...]:
    """Return the files, those in Vietnamese first, of each language the one to read before the one to write in."""
    found = [HandedOutFile(Language(row.language), row.form, row.sha256, row.size) for row in rows]
    return tuple(sorted(found, key=lambda file: (file.language, file.form), reverse=True))
