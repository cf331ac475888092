"""How a programme in force is carried out: marks on its tasks, and what is due next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.domain.journey import review_due
from core.domain.programme_edits import MOST_MONEY, DraftItem
from core.domain.programme_fields import LINE_LIMIT
from core.errors import ProgrammeRefused

NEAR_DAYS = 60
"""Days before its date from which a review, a report or the end is the next thing to do; our own rule."""


class TaskState(StrEnum):
    """What the enterprise says about a task."""

    DOING = "doing"
    DONE = "done"


class TaskStanding(StrEnum):
    """Where a task stands on a day: LATE when its date has passed and nobody called it done."""

    DONE = "done"
    LATE = "late"
    DOING = "doing"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class TaskMark:
    """What the enterprise says about one task. spent_vnd: whole đồng, None when not known."""

    state: TaskState
    day: date | None = None
    evidence: str = ""
    spent_vnd: int | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """Something that the programme asks for by a day; `kind` is review, report or end."""

    kind: str
    day: date


def standing_of(task: DraftItem, mark: TaskMark | None, on: date) -> TaskStanding:
    """Return where a task stands on a day."""
    if mark is not None and mark.state is TaskState.DONE:
        return TaskStanding.DONE
    due = task.day("due")
    if due is not None and due < on:
        return TaskStanding.LATE
    return TaskStanding.DOING if mark is not None else TaskStanding.WAITING


def check_mark(task: str, mark: TaskMark) -> None:
    """Raise ProgrammeRefused unless a mark can be kept: text-too-long, money-out-of-range."""
    if len(mark.evidence) > LINE_LIMIT:
        raise ProgrammeRefused("text-too-long", path=f"{task}/evidence", length=len(mark.evidence), limit=LINE_LIMIT)
    if mark.spent_vnd is not None and not 0 <= mark.spent_vnd <= MOST_MONEY:
        raise ProgrammeRefused(
            "money-out-of-range", path=f"{task}/spent", value=str(mark.spent_vnd), least=0, most=MOST_MONEY
        )


def next_dues(issued_on: date, end: date, looked: Mapping[str, date]) -> tuple[Due, ...]:
    """Return the next review, the next report and the end of the programme, the earliest first.

    looked: kind → the day of the last review, or the last day that a finished report covers.
    Both are yearly: Decision 510 as it is practised, content/programme/sources.toml.
    """
    yearly = [Due(kind, review_due(looked.get(kind, issued_on))) for kind in ("review", "report")]
    return tuple(sorted([*yearly, Due("end", end)], key=lambda due: due.day))
