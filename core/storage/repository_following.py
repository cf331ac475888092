"""What became of a programme: the steps it took, the text that stands since opinions were asked, marks on its tasks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from core.domain.carrying_out import TaskMark, TaskState
from core.domain.journey import ProgrammeStep
from core.storage.merging import fresh, merged
from core.storage.repository_enterprises import name_of
from core.storage.repository_events import Events, Stamp
from core.storage.repository_programmes import KeptProgramme
from core.storage.tables import AccountRow, ProgrammeStepRow, ProgrammeTextRow, TaskMarkRow


@dataclass(frozen=True, slots=True)
class ToldDay:
    """A day as it was told once."""

    day: date
    at: datetime
    by_name: str


@dataclass(frozen=True, slots=True)
class KeptStep:
    """A step that was taken: on which day as the enterprise says, by whom and when it was told.

    corrected: the days that were told before, oldest first, each with who told it and when.
    """

    id: UUID
    step: ProgrammeStep
    day: date
    note: str
    at: datetime
    by_name: str
    corrected: tuple[ToldDay, ...] = ()


@dataclass(frozen=True, slots=True)
class StandingText:
    """What a version rests on: exchange files as answered and as reviewed, files as (question, count), the days."""

    content: str
    validated: str
    files: tuple[tuple[str, int], ...]
    assessed_on: date
    reviewed_on: date | None


@dataclass(frozen=True, slots=True)
class KeptMark:
    """A mark with who made it last, and when."""

    mark: TaskMark
    version: int
    updated_at: datetime
    updated_by_name: str


class Following:
    """Steps, texts and marks of programmes, within one transaction."""

    def __init__(self, session: Session, stamp: Stamp, events: Events) -> None:
        self._session = session
        self._stamp = stamp
        self._events = events

    # --- Steps

    def add_step(self, programme: KeptProgramme, step: ProgrammeStep, day: date, note: str) -> None:
        """Note that a version took a step; whether it may is asked before."""
        row = ProgrammeStepRow(
            programme_id=programme.id,
            province_code=programme.province,
            step=step.value,
            day=day,
            note=note,
            at=self._stamp.at,
            by=self._stamp.by,
        )
        self._session.add(row)
        self._session.flush()
        self._note(programme, f"programme.{step.value}", programme.id, after={"day": day.isoformat(), "note": note})

    def correct_day(self, programme: KeptProgramme, kept: KeptStep, day: date) -> None:
        """Note that a step was on another day than was told; whether it may be is asked before."""
        row = ProgrammeStepRow(
            programme_id=programme.id,
            province_code=programme.province,
            step=kept.step.value,
            day=day,
            at=self._stamp.at,
            by=self._stamp.by,
            corrects=kept.id,
        )
        self._session.add(row)
        self._session.flush()
        self._note(
            programme,
            "programme.day-corrected",
            f"{programme.id}/{kept.id}",
            before={"day": kept.day.isoformat()},
            after={"day": day.isoformat()},
        )

    def steps(self, programme_id: UUID) -> tuple[KeptStep, ...]:
        """Return the steps of a version, oldest first."""
        query = (
            select(ProgrammeStepRow, AccountRow.name)
            .join(AccountRow, col(AccountRow.id) == col(ProgrammeStepRow.by), isouter=True)
            .where(ProgrammeStepRow.programme_id == programme_id)
            .order_by(col(ProgrammeStepRow.corrects).is_not(None), col(ProgrammeStepRow.at), col(ProgrammeStepRow.id))
        )
        steps: dict[UUID, KeptStep] = {}
        for row, name in self._session.exec(query):
            if row.corrects is None:
                steps[row.id] = KeptStep(row.id, ProgrammeStep(row.step), row.day, row.note, row.at, name or "")
            else:
                kept = steps[row.corrects]
                told = ToldDay(kept.day, kept.at, kept.by_name)
                steps[row.corrects] = replace(
                    kept, day=row.day, at=row.at, by_name=name or "", corrected=(*kept.corrected, told)
                )
        return tuple(steps.values())

    # --- The text that stands still

    def keep_text(self, programme: KeptProgramme, text: StandingText) -> None:
        """Keep what a version rests on from now on, in place of an earlier text."""
        row = self._session.get(ProgrammeTextRow, programme.id) or ProgrammeTextRow(
            programme_id=programme.id,
            province_code=programme.province,
            content="",
            assessed_on=text.assessed_on,
            at=self._stamp.at,
        )
        row.content, row.validated = text.content, text.validated
        row.files = json.dumps(dict(text.files), sort_keys=True)
        row.assessed_on, row.reviewed_on, row.at = text.assessed_on, text.reviewed_on, self._stamp.at
        self._session.add(row)
        self._session.flush()

    def text(self, programme_id: UUID) -> StandingText | None:
        """Return what a version rests on; None for one that was never put out for opinions."""
        row = self._session.get(ProgrammeTextRow, programme_id)
        if row is None:
            return None
        files = tuple(sorted(json.loads(row.files).items()))
        return StandingText(row.content, row.validated, files, row.assessed_on, row.reviewed_on)

    # --- Marks on tasks

    def marks(self, programme_id: UUID) -> dict[str, KeptMark]:
        """Return task → mark."""
        query = (
            select(TaskMarkRow, AccountRow.name)
            .join(AccountRow, col(AccountRow.id) == col(TaskMarkRow.updated_by), isouter=True)
            .where(TaskMarkRow.programme_id == programme_id)
        )
        return {row.task: _kept_mark(row, name or "") for row, name in self._session.exec(query)}

    def save_mark(
        self, programme: KeptProgramme, task: str, *, seen: TaskMark | None, wanted: TaskMark | None
    ) -> KeptMark | None:
        """Keep a mark, None to take it away. Raises Conflict. The programme is held by the caller."""
        query = select(TaskMarkRow).where(TaskMarkRow.programme_id == programme.id, TaskMarkRow.task == task)
        row = self._session.exec(fresh(query)).first()
        before = _mark(row) if row else None
        if before == wanted:
            return _kept_mark(row, name_of(self._session, row.updated_by)) if row else None
        # What was marked, when and with what evidence belongs together: one field.
        merged(
            _Place(before),
            _Place(seen),
            _Place(wanted),
            who=lambda: name_of(self._session, row.updated_by if row else None),
            at=row.updated_at if row else self._stamp.at,
        )
        self._note(programme, "programme.task-marked", f"{programme.id}/{task}", before=before, after=wanted)
        if wanted is None:
            self._session.delete(row)
            return None
        row = row or TaskMarkRow(
            programme_id=programme.id,
            province_code=programme.province,
            task=task,
            state="",
            version=0,
            updated_at=self._stamp.at,
        )
        row.state, row.day = wanted.state.value, wanted.day
        row.evidence, row.spent_vnd = wanted.evidence, wanted.spent_vnd
        row.version += 1
        row.updated_at, row.updated_by = self._stamp.at, self._stamp.by
        self._session.add(row)
        self._session.flush()
        return _kept_mark(row, name_of(self._session, self._stamp.by))

    def carry_over(self, earlier: KeptProgramme, later: KeptProgramme) -> None:
        """Give the marks of a version to the one that amends it."""
        marks: Mapping[str, KeptMark] = self.marks(earlier.id)
        there = self.marks(later.id)
        for task, kept in marks.items():
            if task not in there:
                self.save_mark(later, task, seen=None, wanted=kept.mark)

    def _note(
        self, programme: KeptProgramme, action: str, object_id: object, *, before: object = None, after: object = None
    ) -> None:
        self._events.note(
            action,
            "programme",
            object_id,
            subject=programme.enterprise_id,
            province=programme.province,
            before=before,
            after=after,
        )


@dataclass(frozen=True, slots=True)
class _Place:
    mark: TaskMark | None


def _mark(row: TaskMarkRow) -> TaskMark:
    return TaskMark(TaskState(row.state), row.day, row.evidence, row.spent_vnd)


def _kept_mark(row: TaskMarkRow, name: str) -> KeptMark:
    return KeptMark(_mark(row), row.version, row.updated_at, name)
