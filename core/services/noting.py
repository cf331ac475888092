"""Deeds that put a computed result where it is kept: a line in a note, or the uncertainty of an instrument."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from core.domain.assessment import NOTE_LIMIT
from core.domain.instruments import MeasuringInstrument
from core.domain.permissions import Actor
from core.errors import BadInput
from core.services import assessing, registering
from core.services.environment import Environment
from core.storage.repository_assessments import KeptAnswer
from core.storage.repository_instruments import KeptInstrument


def note_on_instrument(
    environment: Environment, actor: Actor, enterprise_id: UUID, instrument_id: UUID, line: str
) -> KeptInstrument:
    """Add a line to the note of an instrument, under what stands there; the same line is not added twice.

    Raises BadInput("note-too-long"), Conflict, NotThere.
    """
    seen = registering.open_line(environment, actor, enterprise_id, instrument_id).of_id(instrument_id).instrument
    wanted = replace(seen, note=_with_line(seen.note, line))
    return registering.save_instrument(environment, actor, enterprise_id, seen=seen, wanted=wanted)


def set_uncertainty(
    environment: Environment,
    actor: Actor,
    enterprise_id: UUID,
    *,
    seen: MeasuringInstrument,
    uncertainty: str,
    coverage: str,
) -> KeptInstrument:
    """Let a computed uncertainty be that of an instrument, in place of the one that the person saw there.

    Raises Conflict when another one stands there meanwhile, NotThere.
    """
    wanted = replace(seen, uncertainty=uncertainty, coverage=coverage)
    return registering.save_instrument(environment, actor, enterprise_id, seen=seen, wanted=wanted)


def note_on_answer(environment: Environment, actor: Actor, enterprise_id: UUID, question: str, line: str) -> KeptAnswer:
    """Add a line to the note of an answer, under what stands there; the same line is not added twice.

    Raises BadInput("note-too-long"), Conflict, NotThere.
    """
    opened = assessing.open_assessment(environment, actor, enterprise_id)
    seen = opened.answer(question)
    wanted = replace(seen, note=_with_line(seen.note, line))
    return assessing.save_answer(environment, actor, opened.id, question, seen=seen, wanted=wanted)


def _with_line(note: str, line: str) -> str:
    if line in note.split("\n"):
        return note
    longer = f"{note}\n{line}" if note else line
    if len(longer) > NOTE_LIMIT:
        raise BadInput("note-too-long", field="note", length=len(longer), limit=NOTE_LIMIT)
    return longer
