"""Many lines at once: a table for wide screens; each changed cell is kept at once, by its difference.

What the table was made from stays as it was until it is read anew: a table that changes under the hands of somebody who
types loses what was typed. The returned rows are compared with what they last held, by the line's stable id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pandas as pd
import streamlit as st

from core.domain.instruments import MeasuringInstrument
from core.domain.register.typed import FIRST_DAY, LAST_DAY, LINE_LIMIT, MOST_MONTHS, written_field
from core.errors import Conflict, DoChuanError
from core.language import clean
from core.services import registering
from core.services.registering import OpenRegister
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Visit
from pages.widgets.boxes import conflict_box
from pages.widgets.writing import plain

LIST = "enterprise/register.py"
TEXTS = ("name", "serial", "place", "range", "tolerance")
DATES = ("verified_on", "verified_until", "calibrated_on")
FIELDS = ("name", "group2_row", "serial", "place", "range", "tolerance", *DATES, "interval_months")
_SHEET = "register_sheet"
_PLACE = "register_table"


@dataclass(frozen=True, slots=True)
class _Refused:
    """A change of one line that was not kept, with why."""

    line_id: UUID
    code: str
    wanted: Mapping[str, Any]
    error: DoChuanError


@dataclass(slots=True)
class _Sheet:
    """The lines as the table was made from them, as it shows them now, and as they were last seen in the register.

    round: a new one makes a new table. saved_at: when the last cell was kept.
    """

    enterprise_id: UUID
    lines: Mapping[UUID, MeasuringInstrument]
    round: int = 0
    saved_at: datetime | None = None
    refused: list[_Refused] = field(default_factory=list)
    shown: dict[UUID, MeasuringInstrument] = field(init=False)
    seen: dict[UUID, MeasuringInstrument] = field(init=False)

    def __post_init__(self) -> None:
        self.shown, self.seen = dict(self.lines), dict(self.lines)


def draw(visit: Visit, opened: OpenRegister) -> None:
    """Draw the table, and what of the changed cells was not kept."""
    sheet = _sheet(opened)
    st.header(visit.t("register.table.title"), anchor=False)
    st.markdown(visit.t("register.table.lead" if opened.may_edit else "register.edit.reader"))
    above = st.container()
    base = frame_of(sheet.lines)
    edited = st.data_editor(
        base,
        num_rows="fixed",
        hide_index=True,
        column_config=_columns(visit, opened),
        disabled=["code"] if opened.may_edit else True,
        height=min(38 * (len(base) + 1) + 2, 640),
        key=_key(sheet),
        placeholder="",
        alt=visit.t("register.table.title"),
    )
    overtaken = {one.id: one.instrument for one in opened.kept} != sheet.seen
    if changes := changes_in(sheet.shown, edited.iloc[_touched(sheet)]):
        _keep(visit, sheet, changes)
    with above:
        for number, refused in enumerate(sheet.refused):
            _refusal(visit, number, refused)
        frame.refusal(visit, _PLACE)
        if overtaken and not sheet.refused:
            st.info(visit.t("register.table.overtaken"), icon=":material/group:")
            st.button(visit.t("register.table.anew"), icon=":material/refresh:", key="table_anew", on_click=_make_anew)
    with frame.bottom_bar():
        if st.button(visit.t("register.starter.back"), icon=":material/arrow_back:", key="table_back"):
            st.session_state.pop(_SHEET, None)
            st.switch_page(LIST)
        if sheet.saved_at:
            frame.saved_line(visit, sheet.saved_at)


def _sheet(opened: OpenRegister) -> _Sheet:
    """Return what the table is made from; while nothing was typed in it, that is the register as it stands."""
    lines = {one.id: one.instrument for one in opened.kept}
    sheet: _Sheet | None = st.session_state.get(_SHEET)
    if sheet is None or sheet.enterprise_id != opened.enterprise_id:
        sheet = _Sheet(opened.enterprise_id, lines)
    elif sheet.lines != lines and not st.session_state.get(_key(sheet), {}).get("edited_rows"):
        sheet = _Sheet(sheet.enterprise_id, lines, sheet.round + 1, sheet.saved_at, sheet.refused)
    st.session_state[_SHEET] = sheet
    return sheet


def _touched(sheet: _Sheet) -> list[int]:
    """Return the places of the rows that hold typed cells, and of those that held some: of 5,000 rows a few."""
    typed = st.session_state.get(_key(sheet), {}).get("edited_rows", {})
    changed = (place for place, one in enumerate(sheet.lines) if sheet.shown[one] is not sheet.lines[one])
    return sorted({*typed, *changed})


def _key(sheet: _Sheet) -> str:
    return f"register_table_{sheet.round}"


def frame_of(lines: Mapping[UUID, MeasuringInstrument]) -> pd.DataFrame:
    """Return the lines as a table, one row for each, by the line's id."""
    rows = [{name: getattr(one, name) for name in ("code", *FIELDS)} for one in lines.values()]
    made = pd.DataFrame(rows, index=[str(line_id) for line_id in lines], columns=["code", *FIELDS])
    for name in DATES:
        made[name] = pd.to_datetime(made[name]).astype("datetime64[s]")
    made["interval_months"] = made["interval_months"].astype("Int64")
    return made


def _columns(visit: Visit, opened: OpenRegister) -> dict[str, Any]:
    made: dict[str, Any] = {
        name: st.column_config.TextColumn(visit.t(f"register.field.{name}"), max_chars=LINE_LIMIT)
        for name in ("code", *TEXTS)
    }
    made["group2_row"] = st.column_config.SelectboxColumn(
        visit.t("register.table.group2_row"), options=["", *opened.catalogue.group2]
    )
    for name in DATES:
        made[name] = st.column_config.DateColumn(
            visit.t(f"register.field.{name}"), format="DD/MM/YYYY", min_value=FIRST_DAY, max_value=LAST_DAY
        )
    made["interval_months"] = st.column_config.NumberColumn(
        visit.t("register.table.interval_months"), min_value=1, max_value=MOST_MONTHS, step=1, format="%d"
    )
    return made


def changes_in(lines: Mapping[UUID, MeasuringInstrument], edited: pd.DataFrame) -> Mapping[UUID, Mapping[str, Any]]:
    """Return line → the fields that differ from what the table showed before."""
    found: dict[UUID, Mapping[str, Any]] = {}
    for row in edited.reset_index(names="id").to_dict("records"):
        line_id = UUID(str(row["id"]))
        changed = {name: value for name in FIELDS if (value := _value(row[name])) != _kept(lines[line_id], name)}
        if changed:
            found[line_id] = changed
    return {line_id: {name: _empty_as(name, value) for name, value in one.items()} for line_id, one in found.items()}


def _kept(instrument: MeasuringInstrument, name: str) -> Any:
    return getattr(instrument, name) or None


def _value(cell: Any) -> Any:
    """Return a cell as the field holds it; what is empty is None."""
    if cell is None or pd.isna(cell):
        return None
    if isinstance(cell, pd.Timestamp):
        return cell.date()
    if isinstance(cell, date):
        return cell
    return clean(cell) or None if isinstance(cell, str) else int(cell)


def _empty_as(name: str, value: Any) -> Any:
    return "" if value is None and name in (*TEXTS, "group2_row") else value


def _refusal(visit: Visit, number: int, refused: _Refused) -> None:
    key = f"table_refused_{number}"
    if not isinstance(refused.error, Conflict):
        st.markdown(f"**{plain(refused.code)}**")
        frame.error_box(visit, refused.error)
        return
    name = str(refused.error.details["field"])
    st.markdown(f"**{plain(refused.code)} · {visit.t(f'register.field.{name}')}**")
    conflict_box(
        visit,
        refused.error,
        key,
        keep_theirs=lambda: _settled(refused),
        keep_yours=lambda: frame.attempt(_PLACE, _insist, refused),
        show=lambda value: written_field(value, visit.language),
    )


# Deeds


def _sheet_now() -> _Sheet:
    sheet: _Sheet = st.session_state[_SHEET]
    return sheet


def _make_anew() -> None:
    """Let the table begin from the register as it stands; what was refused waits above it."""
    sheet = _sheet_now()
    st.session_state[_SHEET] = _Sheet(sheet.enterprise_id, {}, sheet.round + 1, sheet.saved_at, sheet.refused)


def _keep(visit: Visit, sheet: _Sheet, changes: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Keep each changed line by itself: one that met a colleague's change holds none of the others up."""
    for line_id, changed in changes.items():
        seen = sheet.seen[line_id]
        sheet.shown[line_id] = replace(sheet.shown[line_id], **changed)
        sheet.refused = [
            one for one in sheet.refused if one.line_id != line_id or not one.wanted.keys() <= changed.keys()
        ]
        try:
            kept = registering.save_instrument(
                visit.environment, visit.person, sheet.enterprise_id, seen=seen, wanted=replace(seen, **changed)
            )
        except DoChuanError as error:
            sheet.refused.append(_Refused(line_id, seen.code, changed, error))
        else:
            sheet.seen[line_id] = kept.instrument
            sheet.saved_at = visit.environment.now()


def _insist(visit: Visit, refused: _Refused) -> None:
    """Keep one's own line over a colleague's, having seen both."""
    opened = registering.open_line(visit.environment, visit.person, chosen_enterprise(visit), refused.line_id)
    seen = opened.of_id(refused.line_id).instrument
    registering.save_instrument(
        visit.environment, visit.person, opened.enterprise_id, seen=seen, wanted=replace(seen, **refused.wanted)
    )
    _sheet_now().saved_at = visit.environment.now()
    _settled(refused)


def _settled(refused: _Refused) -> None:
    _sheet_now().refused.remove(refused)
    _make_anew()
