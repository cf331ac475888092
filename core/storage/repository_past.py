"""What the log of events tells of an enterprise's past: its answers, profile and register, change by change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from core.domain.assessment import Answer
from core.domain.comparing import Change
from core.domain.instruments import MeasuringInstrument
from core.domain.profile import Profile
from core.storage.tables import AccountRow, EventRow

V = TypeVar("V")
_ANSWER, _PROFILE = TypeAdapter(Answer), TypeAdapter(Profile)
_INSTRUMENT = TypeAdapter(MeasuringInstrument)
_LINES = ("instrument.saved", "instrument.removed", "register.replaced")
_FILES = {"file.added": 1, "file.removed": -1}


class PastOfEnterprise:
    """The past of one enterprise, oldest change first, as one transaction sees it."""

    def __init__(self, session: Session, enterprise_id: UUID) -> None:
        self._session = session
        self._enterprise_id = enterprise_id

    def answers(self, assessment_id: UUID) -> tuple[Change[Answer], ...]:
        """Return the changes of answers; the place is the question."""
        return tuple(self._changes(_ANSWER, "answer", ("answer.saved",), f"{assessment_id}/"))

    def profile(self) -> tuple[Change[Profile], ...]:
        """Return the changes of the profile; the place is empty."""
        return tuple(self._changes(_PROFILE, "enterprise", ("profile.saved",), str(self._enterprise_id)))

    def register(self) -> tuple[Change[MeasuringInstrument], ...]:
        """Return the changes of the register; one that replaced it as a whole tells no line, as if it were erased."""
        return tuple(self._changes(_INSTRUMENT, "instrument", _LINES, f"{self._enterprise_id}/"))

    def files(self, assessment_id: UUID) -> tuple[tuple[str, datetime, int], ...]:
        """Return when a file was put behind a question (1) or taken away (-1)."""
        place = f"{assessment_id}/"
        return tuple(
            (event.object_id.removeprefix(place), event.at, _FILES[event.action])
            for event, _ in self._events("answer", tuple(_FILES), place)
        )

    def _changes(self, adapter: TypeAdapter[V], kind: str, actions: tuple[str, ...], place: str) -> Iterator[Change[V]]:
        for event, name in self._events(kind, actions, place):
            is_whole = event.action != "register.replaced"
            yield Change(
                place=event.object_id.removeprefix(place),
                at=event.at,
                by_name=name or "",
                before=adapter.validate_json(event.before) if is_whole and event.before else None,
                after=adapter.validate_json(event.after) if is_whole and event.after else None,
            )

    def _events(self, kind: str, actions: tuple[str, ...], place: str) -> Iterator[tuple[EventRow, str | None]]:
        query = (
            select(EventRow, AccountRow.name)
            .outerjoin(AccountRow, col(AccountRow.id) == col(EventRow.actor_id))
            .where(
                EventRow.subject_id == self._enterprise_id,
                EventRow.object_kind == kind,
                col(EventRow.action).in_(actions),
                col(EventRow.object_id).startswith(place, autoescape=True),
            )
        )
        yield from self._session.exec(query.order_by(col(EventRow.sequence)))
