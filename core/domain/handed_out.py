"""A draft that was handed out: what it says about itself, its files, and whether it was revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from core.domain.scorecard import ScoreKind
from core.language import VIETNAM, Language


@dataclass(frozen=True, slots=True)
class HandedOutFile:
    """One file of a draft that was handed out; form: the ending of its name, "pdf" or "docx"."""

    language: Language
    form: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class HandedOut:
    """What a draft says about itself when it is handed out. on: the day that stands in it, in Vietnam.

    score_low, score_high: two while answers are missing. draft_sha256: of the Vietnamese PDF without a code.
    """

    programme_id: UUID
    code: str
    edition: str
    score_kind: ScoreKind
    score_low: Fraction
    score_high: Fraction
    draft_sha256: str
    on: date


@dataclass(frozen=True, slots=True)
class KeptHandedOut:
    """A draft that was handed out, by whom, and whether it was revoked."""

    id: UUID
    enterprise_id: UUID
    draft: HandedOut
    files: tuple[HandedOutFile, ...]
    at: datetime
    by_name: str
    revoked_at: datetime | None
    revoked_by_name: str
    revoked_reason: str

    @property
    def revoked_on(self) -> date | None:
        """The day of the revocation in Vietnam; None while the draft stands."""
        return self.revoked_at.astimezone(VIETNAM).date() if self.revoked_at else None
