"""Programmes as they are kept: versions, states, and the places where the enterprise put its own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.errors import NotThere
from core.storage.merging import fresh, locked, merged
from core.storage.repository_enterprises import name_of
from core.storage.repository_events import Events, Stamp
from core.storage.tables import AccountRow, ProgrammeEditRow, ProgrammeRow


@dataclass(frozen=True, slots=True)
class ProgrammeFacts:
    """What the enterprise says about a version of its programme."""

    reason: str = ""
    period_start: date | None = None
    period_end: date | None = None
    issued_number: str = ""
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class KeptProgramme:
    """One version of a programme; `state` is a state of core/domain/journey.py."""

    id: UUID
    enterprise_id: UUID
    assessment_id: UUID | None
    province: str
    number: int
    state: str
    facts: ProgrammeFacts
    version: int
    created_at: datetime
    state_at: datetime


@dataclass(frozen=True, slots=True)
class ProgrammeEdit:
    """Own words at one place; `base` is the wording that they replaced, so that a later change of it is seen."""

    value: str
    base: str = ""


@dataclass(frozen=True, slots=True)
class KeptEdit:
    """An edit with who kept it last, and when."""

    edit: ProgrammeEdit
    version: int
    updated_at: datetime
    updated_by_name: str


class Programmes:
    """Programmes, within one transaction."""

    def __init__(self, session: Session, stamp: Stamp, events: Events) -> None:
        self._session = session
        self._stamp = stamp
        self._events = events

    def add(
        self, enterprise_id: UUID, province: str, assessment_id: UUID | None, state: str, facts: ProgrammeFacts
    ) -> KeptProgramme:
        """Begin the next version of the enterprise's programme."""
        newest = select(func.max(ProgrammeRow.number)).where(ProgrammeRow.enterprise_id == enterprise_id)
        row = ProgrammeRow(
            enterprise_id=enterprise_id,
            province_code=province,
            assessment_id=assessment_id,
            number=(self._session.exec(newest).one() or 0) + 1,
            state=state,
            created_at=self._stamp.at,
            state_at=self._stamp.at,
        )
        _write(row, facts)
        self._session.add(row)
        self._session.flush()
        self._note(row, "programme.begun", "programme", row.id, after=facts)
        return _kept(row)

    def get(self, programme_id: UUID, *, lock: bool = False) -> KeptProgramme:
        """Return a version; `lock` keeps it as it is until the transaction ends. Raises NotThere."""
        return _kept(self._row(programme_id, lock=lock))

    def of_enterprise(self, enterprise_id: UUID) -> tuple[KeptProgramme, ...]:
        """Return all versions, newest first."""
        query = select(ProgrammeRow).where(ProgrammeRow.enterprise_id == enterprise_id)
        return tuple(_kept(row) for row in self._session.exec(query.order_by(col(ProgrammeRow.number).desc())))

    def save_facts(self, programme_id: UUID, *, seen: ProgrammeFacts, wanted: ProgrammeFacts) -> KeptProgramme:
        """Keep the facts that differ between what was seen and what is wanted. Raises Conflict, NotThere."""
        row = self._row(programme_id, lock=True)
        before = _facts(row)
        after = merged(before, seen, wanted, who=str, at=row.state_at)
        if after != before:
            _write(row, after)
            row.version += 1
            self._note(row, "programme.saved", "programme", row.id, before=before, after=after)
        return _kept(row)

    def set_state(self, programme_id: UUID, state: str) -> KeptProgramme:
        """Move a version on; whether it may is asked before."""
        row = self._row(programme_id, lock=True)
        before = row.state
        row.state, row.state_at = state, self._stamp.at
        row.version += 1
        self._note(row, "programme.moved", "programme", row.id, before=before, after=state)
        return _kept(row)

    def edits(self, programme_id: UUID) -> dict[str, KeptEdit]:
        """Return path → own words."""
        query = (
            select(ProgrammeEditRow, AccountRow.name)
            .join(AccountRow, col(AccountRow.id) == col(ProgrammeEditRow.updated_by), isouter=True)
            .where(ProgrammeEditRow.programme_id == programme_id)
        )
        return {row.path: _kept_edit(row, name or "") for row, name in self._session.exec(query)}

    def save_edit(
        self, programme_id: UUID, path: str, *, seen: ProgrammeEdit | None, wanted: ProgrammeEdit | None
    ) -> KeptEdit | None:
        """Keep own words at a place; None is the wording of the template. Raises Conflict, NotThere."""
        programme = self._row(programme_id, lock=True)
        query = select(ProgrammeEditRow).where(
            ProgrammeEditRow.programme_id == programme_id, ProgrammeEditRow.path == path
        )
        row = self._session.exec(fresh(query)).first()
        before = ProgrammeEdit(row.value, row.base) if row else None
        if before == wanted:
            return _kept_edit(row, name_of(self._session, row.updated_by)) if row else None
        # The place as a whole is one field: words and the base they stand on belong together.
        merged(
            _Place(before),
            _Place(seen),
            _Place(wanted),
            who=lambda: name_of(self._session, row.updated_by if row else None),
            at=row.updated_at if row else self._stamp.at,
        )
        self._note(programme, "programme.edited", "programme", f"{programme_id}/{path}", before=before, after=wanted)
        if wanted is None:
            self._session.delete(row)
            return None
        row = row or ProgrammeEditRow(
            programme_id=programme_id,
            province_code=programme.province_code,
            path=path,
            value="",
            version=0,
            updated_at=self._stamp.at,
        )
        row.value, row.base = wanted.value, wanted.base
        row.version += 1
        row.updated_at, row.updated_by = self._stamp.at, self._stamp.by
        self._session.add(row)
        self._session.flush()
        return _kept_edit(row, name_of(self._session, self._stamp.by))

    def _note(
        self,
        row: ProgrammeRow,
        action: str,
        kind: str,
        object_id: object,
        *,
        before: object = None,
        after: object = None,
    ) -> None:
        self._events.note(
            action,
            kind,
            object_id,
            subject=row.enterprise_id,
            province=row.province_code,
            before=before,
            after=after,
        )

    def _row(self, programme_id: UUID, *, lock: bool = False) -> ProgrammeRow:
        query = select(ProgrammeRow).where(ProgrammeRow.id == programme_id)
        if lock:
            query = locked(query)
        row = self._session.exec(query).first()
        if row is None:
            raise NotThere
        return row


@dataclass(frozen=True, slots=True)
class _Place:
    edit: ProgrammeEdit | None


def _facts(row: ProgrammeRow) -> ProgrammeFacts:
    return ProgrammeFacts(row.reason, row.period_start, row.period_end, row.issued_number, row.issued_on)


def _write(row: ProgrammeRow, facts: ProgrammeFacts) -> None:
    row.reason = facts.reason
    row.period_start, row.period_end = facts.period_start, facts.period_end
    row.issued_number, row.issued_on = facts.issued_number, facts.issued_on


def _kept_edit(row: ProgrammeEditRow, name: str) -> KeptEdit:
    return KeptEdit(ProgrammeEdit(row.value, row.base), row.version, row.updated_at, name)


def _kept(row: ProgrammeRow) -> KeptProgramme:
    return KeptProgramme(
        id=row.id,
        enterprise_id=row.enterprise_id,
        assessment_id=row.assessment_id,
        province=row.province_code,
        number=row.number,
        state=row.state,
        facts=_facts(row),
        version=row.version,
        created_at=row.created_at,
        state_at=row.state_at,
    )
