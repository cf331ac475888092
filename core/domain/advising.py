"""The advised session: a firm's owner lets one adviser of its province fill in the answers together with the firm.

The answers stay the firm's; each one kept meanwhile says that the adviser was beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from core.language import VIETNAM


@dataclass(frozen=True, slots=True)
class AdvisedSession:
    """A session that was offered; it is on from when the adviser comes in until it ends, at the latest `expires_at`."""

    id: UUID
    enterprise_id: UUID
    enterprise_name: str
    province: str
    adviser_id: UUID
    adviser_name: str
    opened_at: datetime
    expires_at: datetime
    joined_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_on(self) -> bool:
        """True while the adviser is in; whether the time is over is asked by whoever reads it."""
        return self.joined_at is not None and self.ended_at is None


@dataclass(frozen=True, slots=True)
class AdvisedMark:
    """With whom an answer was last written together, and when.

    by: None once the adviser's account was erased. stands: False when the firm changed the answer by itself since.
    """

    by: UUID | None
    name: str
    at: datetime
    stands: bool

    @property
    def on(self) -> date:
        return self.at.astimezone(VIETNAM).date()


@dataclass(frozen=True, slots=True)
class Advised:
    """How an exchange file says that an answer was written together with an adviser."""

    by: str
    on: date


def last_moment(now: datetime) -> datetime:
    """Return when a session that is opened now is over at the latest: the midnight that ends the day in Vietnam."""
    tomorrow = now.astimezone(VIETNAM).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), VIETNAM)
