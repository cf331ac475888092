"""Notices: what a person should know about a submission, and invitations: kind and place, never what was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class NoticeKind(StrEnum):
    """What happened."""

    HANDED_IN = "handed_in"
    HANDED_OVER = "handed_over"
    REMARK = "remark"
    PROPOSALS = "proposals"
    CHANGES_REQUESTED = "changes_requested"
    REVIEWED = "reviewed"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"
    VIEW_ASKED = "view_asked"
    SESSION_OFFERED = "session_offered"
    SESSION_JOINED = "session_joined"


@dataclass(frozen=True, slots=True)
class KeptNotice:
    """A notice with the name of the enterprise it is about; without a submission it is about the enterprise alone."""

    id: UUID
    kind: NoticeKind
    submission_id: UUID | None
    enterprise_id: UUID
    enterprise_name: str
    at: datetime
    seen_at: datetime | None
