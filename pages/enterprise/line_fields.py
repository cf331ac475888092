"""Fields of one line of the register: each keeps itself when it was filled in, and tells beside it what was refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import streamlit as st

from core.domain.assessment import NOTE_LIMIT
from core.domain.instruments import MeasuringInstrument, ServiceResult
from core.domain.register.doubts import Doubt
from core.domain.register.listing import folded, likely_rows
from core.domain.register.starters import starter_of
from core.domain.register.telling import Teller
from core.domain.register.typed import LINE_LIMIT, read_field, written_field
from core.errors import Conflict
from core.services import registering
from core.services.registering import OpenRegister
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Visit
from pages.widgets.boxes import conflict_box
from pages.widgets.saving import saving_line, saving_text_area, take_stored_text
from pages.widgets.writing import plain

_SEEN = "line_seen"
TRUTHS = (True, False, None)
RESULTS = (*ServiceResult, None)
USES = ("trade", "safety", "quality", "cost", "environment")
"""What may depend on a measurement; the words of content/sectors."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the register while its card is on the screen."""

    opened: OpenRegister
    id: UUID
    instrument: MeasuringInstrument
    doubts: tuple[Doubt, ...]

    def key(self, name: str) -> str:
        """Return the key of a field's widget; lines never share one."""
        return f"line_{name}_{self.id}"


def hold(line: Line) -> None:
    """Remember what the person sees: a save compares with it, so that nobody's words are overwritten unseen."""
    st.session_state[_SEEN] = line.instrument


def text_field(visit: Visit, line: Line, name: str) -> None:
    """Draw a field of text, a date, months or money; half a date says nothing, so it waits until the box is left."""
    value = getattr(line.instrument, name)
    example = visit.catalogue.words.get(f"register.example.{name}")
    saving_line(
        visit,
        line.key(name),
        written_field(value, visit.language),
        visit.t(f"register.field.{name}"),
        lambda fresh, text, before: _save(fresh, line.id, name, read_field(name, text), read_field(name, before)),
        limit=LINE_LIMIT,
        place=f"{line.id}/{name}",
        waits=not isinstance(value, str),
        placeholder=visit.say(example) if example else "",
        disabled=not line.opened.may_edit,
    )
    refusal(visit, line, name)


def note_field(visit: Visit, line: Line) -> None:
    """Draw the note, which saves while one types."""
    key = line.key("note")
    saving_text_area(
        visit,
        key,
        line.instrument.note,
        visit.t("register.field.note"),
        lambda fresh, text, before: _save(fresh, line.id, "note", text, before),
        limit=NOTE_LIMIT,
        place=f"{line.id}/note",
        disabled=not line.opened.may_edit,
    )
    refusal(visit, line, "note")


def tick_field(visit: Visit, line: Line, name: str) -> None:
    """Draw a field that is true or not."""
    key = line.key(name)
    st.session_state[key] = getattr(line.instrument, name)
    st.checkbox(
        visit.t(f"register.field.{name}"),
        key=key,
        on_change=lambda: _keep(line, name, st.session_state[key]),
        disabled=not line.opened.may_edit,
    )
    refusal(visit, line, name)


def truth_field(visit: Visit, line: Line, name: str) -> None:
    """Draw a field that is true, false or not known."""
    _segments(visit, line, name, TRUTHS, lambda value: truth_word(visit, value))


def result_field(visit: Visit, line: Line, name: str) -> None:
    """Draw the result of a service."""
    _segments(visit, line, name, RESULTS, lambda value: result_word(visit, value))


def truth_word(visit: Visit, value: bool | None) -> str:
    """Return yes, no, or that it is not known."""
    return visit.t({True: "register.yes", False: "register.no", None: "register.unknown"}[value])


def result_word(visit: Visit, value: ServiceResult | None) -> str:
    """Return what a certificate says in a word."""
    return visit.t(f"register.result.{value.value}" if value else "register.unknown")


def point_field(visit: Visit, line: Line) -> None:
    """Draw the choice of the measuring point; a point that is gone keeps its name."""
    points = {point.id: f"{point.step} · {point.quantity}" for point in line.opened.points}
    kept = line.instrument.point
    names = {"": visit.t("register.no-point"), **points} | ({kept: kept} if kept not in points and kept else {})
    _list(visit, line, "point", list(names), lambda value: names.get(value, value))


def use_field(visit: Visit, line: Line) -> None:
    """Draw the choice of what depends on the measurement; another word from a file stays as it stands."""
    kept = line.instrument.use
    options = ["", *USES] if kept in ("", *USES) else ["", *USES, kept]
    _list(visit, line, "use", options, lambda value: use_word(visit, value))


def use_word(visit: Visit, value: str) -> str:
    """Return what depends on a measurement, in words."""
    if not value:
        return visit.t("register.unknown")
    return visit.t(f"register.use.{value}") if value in USES else value


def group_field(visit: Visit, line: Line) -> None:
    """Draw the choice of the row of the group-2 list: by a search without marks, or from what the name points to."""
    rows = line.opened.catalogue.group2
    kept = line.instrument.group2_row
    query = ""
    if line.opened.may_edit:
        query = st.text_input(
            visit.t("register.group.search"),
            placeholder=visit.t("register.group.search-example"),
            icon=":material/search:",
            live="500ms",
            key=line.key("group_search"),
        )
    words = folded(query or "").split()
    texts = {row.row: folded(f"{row.row} {row.name[visit.language]}") for row in rows.values()}
    found = [row for row, text in texts.items() if all(word in text for word in words)]
    options: list[str] = list(dict.fromkeys(["", kept, *found]))
    if words:
        st.caption(visit.t("register.group.found", count=len(found)))

    def shown(value: str) -> str:
        row = rows.get(value)
        return f"{value}. {visit.say(row.name)}" if row else value or visit.t("register.group.none")

    _list(visit, line, "group2_row", options, shown)
    if not kept and line.opened.may_edit:
        _likely(visit, line)


def _likely(visit: Visit, line: Line) -> None:
    starter = starter_of(line.instrument, line.opened.catalogue.sectors)
    rows = line.opened.catalogue.group2
    of_trade = (rows[starter.group2_row],) if starter and starter.group2_row in rows else ()
    found = list(dict.fromkeys([*of_trade, *likely_rows(line.instrument.name, rows)]))
    if starter and starter.note and starter.group2 == "depends":
        st.info(plain(visit.say(starter.note)), icon=":material/help:")
    if not found:
        return
    st.caption(visit.t("register.group.likely"))
    for row in found:
        st.button(
            visit.md("register.group.choose", row=row.row, name=row.name),
            type="tertiary",
            icon=":material/check:",
            key=line.key(f"likely_{row.row}"),
            on_click=lambda chosen=row.row: _keep(line, "group2_row", chosen),
        )


def refusal(visit: Visit, line: Line, name: str) -> None:
    """Show under a field what was refused in it: somebody else's words beside one's own, or what cannot be read."""
    key = line.key(name)
    error = frame.refused(key)
    if isinstance(error, Conflict):
        conflict_box(
            visit,
            error,
            key,
            keep_theirs=lambda: take_stored_text(key),
            keep_yours=lambda: _insist(line, name, error.details["yours"]),
            show=lambda value: _shown(visit, value),
        )
    elif error:
        frame.error_box(visit, error)
    doubts(visit, line, name)


def doubts(visit: Visit, line: Line, name: str) -> None:
    """Say under a field what looks odd in it; nothing is refused for that."""
    teller = Teller(visit.catalogue, visit.language)
    for doubt in line.doubts:
        if doubt.field == name:
            st.markdown(f":small[:material/help: {plain(teller.doubt(doubt))}]")


def _shown(visit: Visit, value: object) -> str:
    if isinstance(value, bool):
        return truth_word(visit, value)
    if isinstance(value, ServiceResult):
        return result_word(visit, value)
    return written_field(value, visit.language)


def _segments(visit: Visit, line: Line, name: str, options: Sequence[Any], words: Callable[[Any], str]) -> None:
    key = line.key(name)
    # The widget itself holds None for "nothing chosen", so its options are told apart by their place.
    st.session_state[key] = options.index(getattr(line.instrument, name))
    st.segmented_control(
        visit.t(f"register.field.{name}"),
        range(len(options)),
        format_func=lambda place: words(options[place]),
        required=True,
        key=key,
        on_change=lambda: _keep(line, name, options[st.session_state[key]]),
        disabled=not line.opened.may_edit,
    )
    refusal(visit, line, name)


def _list(visit: Visit, line: Line, name: str, options: Sequence[str], words: Callable[[str], str]) -> None:
    key = line.key(name)
    st.session_state[key] = getattr(line.instrument, name)
    st.selectbox(
        visit.t(f"register.field.{name}"),
        options,
        key=key,
        format_func=words,
        filter_mode=None,
        on_change=lambda: _keep(line, name, st.session_state[key] or ""),
        disabled=not line.opened.may_edit,
    )
    refusal(visit, line, name)


# Deeds


def _keep(line: Line, name: str, value: object) -> None:
    frame.attempt(line.key(name), _save, line.id, name, value)


def _save(visit: Visit, line_id: UUID, name: str, value: Any, before: Any = ...) -> None:
    seen: MeasuringInstrument = st.session_state[_SEEN]
    if before is not ...:
        seen = replace(seen, **{name: before})
    kept = registering.save_instrument(
        visit.environment, visit.person, chosen_enterprise(visit), seen=seen, wanted=replace(seen, **{name: value})
    )
    st.session_state[_SEEN] = kept.instrument


def _insist(line: Line, name: str, value: object) -> None:
    """Keep one's own value over a colleague's, having seen both."""

    def deed(visit: Visit) -> None:
        opened = registering.open_line(visit.environment, visit.person, chosen_enterprise(visit), line.id)
        st.session_state[_SEEN] = opened.of_id(line.id).instrument
        _save(visit, line.id, name, value)

    frame.attempt(line.key(name), deed)
    if frame.refused(line.key(name)) is None:
        take_stored_text(line.key(name))
