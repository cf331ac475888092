"""Notices: what a person should know about a submission. They name the kind and the place, never what was written."""

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


@dataclass(frozen=True, slots=True)
class KeptNotice:
    """A notice with the name of the enterprise it is about."""

    id: UUID
    kind: NoticeKind
    submission_id: UUID
    enterprise_id: UUID
    enterprise_name: str
    at: datetime
    seen_at: datetime | None
