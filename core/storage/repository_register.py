"""What stands beside the instruments of a register: the firm's measuring points and the bodies that serve it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from core.domain.register.points import ProcessPoint, ServiceBody
from core.errors import BadInput, NotThere
from core.storage.merging import fresh, locked, merged
from core.storage.repository_enterprises import name_of
from core.storage.repository_events import Events, Stamp
from core.storage.tables import EnterpriseRow, RegisterLineRow

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Line = TypeVar("Line", bound="DataclassInstance")


@dataclass(frozen=True, slots=True)
class LineKind(Generic[Line]):
    """A kind of line: its name in the table, how it is read and written, and what names a line in it."""

    name: str
    shape: TypeAdapter[Line]
    key_of: Callable[[Line], str]


POINT: LineKind[ProcessPoint] = LineKind("point", TypeAdapter(ProcessPoint), lambda point: point.id)
BODY: LineKind[ServiceBody] = LineKind("body", TypeAdapter(ServiceBody), lambda body: body.name)


class RegisterLines(Generic[Line]):
    """The lines of one kind, within one transaction."""

    def __init__(self, session: Session, stamp: Stamp, events: Events, kind: LineKind[Line]) -> None:
        self._session = session
        self._stamp = stamp
        self._events = events
        self._kind = kind

    def of_enterprise(self, enterprise_id: UUID) -> tuple[Line, ...]:
        """Return the lines in their order."""
        return tuple(self._line(row) for row in self._rows(enterprise_id))

    def save(self, enterprise_id: UUID, *, seen: Line | None, wanted: Line) -> Line:
        """Add a line (`seen` None) or keep the fields that differ from what was seen.

        Raises BadInput("code-taken") when another line has the name, Conflict, NotThere.
        """
        enterprise = self._enterprise(enterprise_id)
        rows = {row.key: row for row in self._rows(enterprise_id)}
        seen_key = None if seen is None else self._kind.key_of(seen)
        wanted_key = self._kind.key_of(wanted)
        if seen_key != wanted_key and wanted_key in rows:
            if seen is None and self._line(rows[wanted_key]) == wanted:
                return wanted
            raise BadInput("code-taken", field="name", seen=wanted_key)
        before: Line | None = None
        if seen is None or seen_key is None:
            position = max((row.position for row in rows.values()), default=0) + 1
            row = self._new(enterprise_id, position, wanted)
        else:
            kept = rows.get(seen_key)
            if kept is None:
                raise NotThere
            row, before = kept, self._line(kept)
            after = merged(before, seen, wanted, who=lambda: name_of(self._session, kept.updated_by), at=row.updated_at)
            if after == before:
                return before
            self._write(row, after)
        self._session.flush()
        self._note(enterprise, "saved", row.key, before, self._line(row))
        return self._line(row)

    def remove(self, enterprise_id: UUID, key: str) -> None:
        """Take a line away. Raises NotThere."""
        enterprise = self._enterprise(enterprise_id)
        row = next((row for row in self._rows(enterprise_id) if row.key == key), None)
        if row is None:
            raise NotThere
        self._session.delete(row)
        self._session.flush()
        self._note(enterprise, "removed", key, self._line(row), None)

    def add_missing(self, enterprise_id: UUID, lines: Sequence[Line]) -> int:
        """Add the lines whose name is not there yet, after the others; return how many were added."""
        enterprise = self._enterprise(enterprise_id)
        rows = {row.key: row for row in self._rows(enterprise_id)}
        position = max((row.position for row in rows.values()), default=0)
        new = [line for line in lines if self._kind.key_of(line) not in rows]
        for place, line in enumerate(new, start=position + 1):
            self._new(enterprise_id, place, line)
        self._session.flush()
        if new:
            self._note(enterprise, "added", "", None, {"lines": [self._kind.key_of(line) for line in new]})
        return len(new)

    def _new(self, enterprise_id: UUID, position: int, line: Line) -> RegisterLineRow:
        row = RegisterLineRow(
            enterprise_id=enterprise_id,
            kind=self._kind.name,
            key="",
            position=position,
            details="",
            version=0,
            updated_at=self._stamp.at,
        )
        self._write(row, line)
        self._session.add(row)
        return row

    def _write(self, row: RegisterLineRow, line: Line) -> None:
        row.key = self._kind.key_of(line)
        row.details = self._kind.shape.dump_json(line, exclude_defaults=True).decode()
        row.version += 1
        row.updated_at, row.updated_by = self._stamp.at, self._stamp.by

    def _line(self, row: RegisterLineRow) -> Line:
        return self._kind.shape.validate_json(row.details)

    def _rows(self, enterprise_id: UUID) -> Sequence[RegisterLineRow]:
        query = select(RegisterLineRow).where(
            RegisterLineRow.enterprise_id == enterprise_id, RegisterLineRow.kind == self._kind.name
        )
        return self._session.exec(fresh(query.order_by(col(RegisterLineRow.position), col(RegisterLineRow.key)))).all()

    def _enterprise(self, enterprise_id: UUID) -> EnterpriseRow:
        # Locked: the lines of one register change one after the other.
        query = select(EnterpriseRow).where(EnterpriseRow.id == enterprise_id, col(EnterpriseRow.deleted_at).is_(None))
        row = self._session.exec(locked(query)).first()
        if row is None:
            raise NotThere
        return row

    def _note(self, enterprise: EnterpriseRow, deed: str, key: str, before: Any, after: Any) -> None:
        self._events.note(
            f"{self._kind.name}.{deed}",
            self._kind.name,
            f"{enterprise.id}/{key}",
            subject=enterprise.id,
            province=enterprise.province_code,
            before=before,
            after=after,
        )
