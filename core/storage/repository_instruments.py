"""The register of instruments as it is kept: one row per instrument, its fields as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import func
from sqlmodel import Session, col, select

from core.domain.instruments import MeasuringInstrument
from core.errors import BadInput, NotThere
from core.storage.merging import fresh, locked, merged
from core.storage.repository_enterprises import name_of
from core.storage.repository_events import Events, Stamp
from core.storage.repository_files import drop_orphan_blobs
from core.storage.tables import EnterpriseRow, InstrumentRow

_INSTRUMENT = TypeAdapter(MeasuringInstrument)


@dataclass(frozen=True, slots=True)
class KeptInstrument:
    """An instrument with what is known about the keeping."""

    id: UUID
    instrument: MeasuringInstrument
    version: int
    updated_at: datetime


class Instruments:
    """Registers, within one transaction."""

    def __init__(self, session: Session, stamp: Stamp, events: Events) -> None:
        self._session = session
        self._stamp = stamp
        self._events = events

    def of_enterprise(self, enterprise_id: UUID) -> tuple[KeptInstrument, ...]:
        """Return the register in its order."""
        # Only what is asked for: whole rows take three times as long, and a register may have thousands.
        query = select(InstrumentRow.id, InstrumentRow.details, InstrumentRow.version, InstrumentRow.updated_at)
        of_one = query.where(InstrumentRow.enterprise_id == enterprise_id)
        lines = self._session.exec(of_one.order_by(col(InstrumentRow.position), col(InstrumentRow.code)))
        return tuple(
            KeptInstrument(line_id, _INSTRUMENT.validate_json(details), version, updated_at)
            for line_id, details, version, updated_at in lines
        )

    def of_id(self, enterprise_id: UUID, line_id: UUID) -> KeptInstrument:
        """Return one line by its stable id. Raises NotThere."""
        row = self._session.get(InstrumentRow, line_id, populate_existing=True)
        if row is None or row.enterprise_id != enterprise_id:
            raise NotThere
        return _kept(row)

    def enterprise_of(self, line_id: UUID) -> UUID:
        """Return in whose register a line stands. Raises NotThere."""
        row = self._session.get(InstrumentRow, line_id)
        if row is None:
            raise NotThere
        return row.enterprise_id

    def get(self, enterprise_id: UUID, code: str) -> KeptInstrument:
        """Return one line of the register. Raises NotThere."""
        return _kept(self._line(enterprise_id, code))

    def count(self, enterprise_id: UUID) -> int:
        """Return how many lines the register has."""
        query = select(func.count()).select_from(InstrumentRow).where(InstrumentRow.enterprise_id == enterprise_id)
        return self._session.exec(query).one()

    def save(
        self, enterprise_id: UUID, *, seen: MeasuringInstrument | None, wanted: MeasuringInstrument
    ) -> KeptInstrument:
        """Add a line (`seen` None) or keep the fields that differ from what was seen. Raises Conflict, NotThere.

        The code is the line's name in the register: a line whose code changes is found by the code that was seen.
        Raises BadInput("code-taken") when another line has the code.
        """
        return self.save_all(enterprise_id, [(seen, wanted)])[0]

    def save_all(
        self, enterprise_id: UUID, changes: Sequence[tuple[MeasuringInstrument | None, MeasuringInstrument]]
    ) -> tuple[KeptInstrument, ...]:
        """Keep many lines, each as `save` does and in this order; all are read and written at once."""
        enterprise = self._enterprise(enterprise_id)
        rows = self._rows_of(enterprise_id, {one.code for change in changes for one in change if one is not None})
        position = self._last_position(enterprise_id) if any(seen is None for seen, _ in changes) else 0
        touched: list[InstrumentRow] = []
        noted: list[tuple[str, MeasuringInstrument | None, MeasuringInstrument]] = []
        for seen, wanted in changes:
            other = rows.get(wanted.code) if seen is None or seen.code != wanted.code else None
            if other is not None:
                # The same line sent twice is no second line; any other would be mixed up with that of somebody else.
                if seen is None and _instrument(other) == wanted:
                    touched.append(other)
                    continue
                raise BadInput("code-taken", field="code", seen=wanted.code)
            if seen is None:
                position += 1
                row, before, after = self._new(enterprise, position, wanted), None, wanted
            else:
                row, before, after = self._changed(rows, seen, wanted)
            touched.append(row)
            if after == before:
                continue
            if seen is not None and after.code != seen.code:
                del rows[seen.code]
                # At once: the database asks at every single row whether its code is free.
                self._session.flush()
            rows[after.code] = row
            noted.append((after.code, before, after))
        self._session.flush()
        for code, before, after in noted:
            self._note(enterprise, "instrument.saved", code, before, after)
        return tuple(map(_kept, touched))

    def _changed(
        self, rows: Mapping[str, InstrumentRow], seen: MeasuringInstrument, wanted: MeasuringInstrument
    ) -> tuple[InstrumentRow, MeasuringInstrument, MeasuringInstrument]:
        """Write what was changed into its row; return the row, the line before and after."""
        row = rows.get(seen.code)
        if row is None:
            raise NotThere
        before = _instrument(row)
        after = merged(before, seen, wanted, who=lambda: name_of(self._session, row.updated_by), at=row.updated_at)
        if after != before:
            self._write(row, after)
        return row, before, after

    def remove(self, enterprise_id: UUID, code: str) -> None:
        """Take a line out of the register. Raises NotThere."""
        enterprise = self._enterprise(enterprise_id)
        row = self._line(enterprise_id, code)
        self._session.delete(row)
        self._session.flush()
        drop_orphan_blobs(self._session)
        self._note(enterprise, "instrument.removed", code, _instrument(row), None)

    def replace(self, enterprise_id: UUID, instruments: Sequence[MeasuringInstrument]) -> None:
        """Make the register hold exactly these, in this order; lines that stay as they were keep their version.

        Raises BadInput("code-taken") when two lines have one code, NotThere without the enterprise.
        """
        codes = Counter(instrument.code for instrument in instruments)
        for code, count in codes.items():
            if count > 1:
                raise BadInput("code-taken", field="code", seen=code)
        enterprise = self._enterprise(enterprise_id)
        rows = {row.code: row for row in self._rows(enterprise_id)}
        for code in rows.keys() - codes.keys():
            self._session.delete(rows[code])
        self._session.flush()
        drop_orphan_blobs(self._session)
        for position, instrument in enumerate(instruments, start=1):
            row = rows.get(instrument.code)
            if row is None:
                self._new(enterprise, position, instrument)
                continue
            row.position = position
            if _instrument(row) != instrument:
                self._write(row, instrument)
        self._session.flush()
        self._note(enterprise, "register.replaced", "", {"lines": len(rows)}, {"lines": len(instruments)})

    def _new(self, enterprise: EnterpriseRow, position: int, instrument: MeasuringInstrument) -> InstrumentRow:
        row = InstrumentRow(
            enterprise_id=enterprise.id,
            province_code=enterprise.province_code,
            position=position,
            code=instrument.code,
            details="",
            version=0,
            updated_at=self._stamp.at,
        )
        self._write(row, instrument)
        self._session.add(row)
        return row

    def _write(self, row: InstrumentRow, instrument: MeasuringInstrument) -> None:
        row.code = instrument.code
        row.details = _INSTRUMENT.dump_json(instrument, exclude_defaults=True).decode()
        row.version += 1
        row.updated_at, row.updated_by = self._stamp.at, self._stamp.by

    def _rows(self, enterprise_id: UUID) -> Sequence[InstrumentRow]:
        query = select(InstrumentRow).where(InstrumentRow.enterprise_id == enterprise_id)
        return self._session.exec(fresh(query.order_by(col(InstrumentRow.position), col(InstrumentRow.code)))).all()

    def _rows_of(self, enterprise_id: UUID, codes: Collection[str]) -> dict[str, InstrumentRow]:
        query = select(InstrumentRow).where(
            InstrumentRow.enterprise_id == enterprise_id, col(InstrumentRow.code).in_(codes)
        )
        return {row.code: row for row in self._session.exec(fresh(query))}

    def _last_position(self, enterprise_id: UUID) -> int:
        query = select(func.max(InstrumentRow.position)).where(InstrumentRow.enterprise_id == enterprise_id)
        return self._session.exec(query).one() or 0

    def _line(self, enterprise_id: UUID, code: str) -> InstrumentRow:
        row = self._rows_of(enterprise_id, [code]).get(code)
        if row is None:
            raise NotThere
        return row

    def _enterprise(self, enterprise_id: UUID) -> EnterpriseRow:
        # Locked: the lines of one register change one after the other.
        query = select(EnterpriseRow).where(EnterpriseRow.id == enterprise_id, col(EnterpriseRow.deleted_at).is_(None))
        row = self._session.exec(locked(query)).first()
        if row is None:
            raise NotThere
        return row

    def _note(self, enterprise: EnterpriseRow, action: str, code: str, before: object, after: object) -> None:
        self._events.note(
            action,
            "instrument",
            f"{enterprise.id}/{code}",
            subject=enterprise.id,
            province=enterprise.province_code,
            before=before,
            after=after,
        )


def _kept(row: InstrumentRow) -> KeptInstrument:
    return KeptInstrument(row.id, _instrument(row), row.version, row.updated_at)


def _instrument(row: InstrumentRow) -> MeasuringInstrument:
    return _INSTRUMENT.validate_json(row.details)
