"""The measuring points: the firm's process step by step, with what measures there, as a picture and as fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import streamlit as st

from core.domain.instruments import MeasuringInstrument
from core.domain.register.amounts import read_amount, written_amount
from core.domain.register.points import ProcessPoint, instruments_at
from core.domain.register.typed import LINE_LIMIT
from core.errors import Conflict
from core.language import clean
from core.services import registering
from core.services.registering import OpenRegister
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.enterprise.line_fields import USES, use_word
from pages.frame import Audience, Visit
from pages.widgets.boxes import conflict_box, empty_state
from pages.widgets.saving import saving_line, take_stored_text
from pages.widgets.writing import in_html, plain

LIST = "enterprise/register.py"
TEXTS = ("step", "quantity", "unit", "needed", "risk")
FIGURES = ("throughput", "unit_price_vnd")
_SEEN = "points_seen"
_PLACE = "points"
_OPEN = "points_open"


def show() -> None:
    with frame.open_page(needs=Audience.ENTERPRISE) as here:
        opened = registering.open_register(here.environment, here.person, chosen_enterprise(here))
        visit = here.in_edition(opened.catalogue)
        st.session_state[_SEEN] = {point.id: point for point in opened.points}
        st.page_link(LIST, label=visit.t("register.card.back"), icon=":material/arrow_back:")
        st.title(visit.t("points.title"), anchor=False)
        st.markdown(visit.t("points.lead"))
        frame.refusal(visit, _PLACE)
        if opened.points:
            _map(visit, opened)
            _list(visit, opened)
        elif not opened.may_edit:
            empty_state(visit.t("points.empty.title"), visit.t("points.empty.viewer"))
        if opened.may_edit:
            _more(visit, opened)


# The picture: plain words in boxes that wrap, so that it can be read aloud and on a phone


def _map(visit: Visit, opened: OpenRegister) -> None:
    there = instruments_at(opened.points, opened.instruments)
    bare = sum(not there[point.id] for point in opened.points)
    st.header(visit.t("points.map"), anchor=False)
    boxes = "".join(_box(visit, point, there[point.id]) for point in opened.points)
    st.html(f'<ol class="flow" aria-label="{in_html(visit.t("points.map"))}">{boxes}</ol>')
    st.caption(visit.t("points.summary", count=len(opened.points), bare=bare))


def _box(visit: Visit, point: ProcessPoint, instruments: Sequence[MeasuringInstrument]) -> str:
    place = USES.index(point.criticality) if point.criticality in USES else len(USES)
    # Deeper petrol: more depends on it. The word says the same.
    depth = (3, 3, 2, 1, 1, 0)[place]
    use = (
        f'<span class="use lv{depth}">{in_html(use_word(visit, point.criticality))}</span>' if point.criticality else ""
    )
    unit = f" ({in_html(point.unit)})" if point.unit else ""
    if instruments:
        codes = in_html(", ".join(one.code for one in instruments))
        measured = f'<span class="with">{codes}</span>'
    else:
        measured = f'<span class="bare">{in_html(visit.t("points.bare"))}</span>'
    step = in_html(point.step or visit.t("points.no-step"))
    return f"<li><b>{step}</b><span>{in_html(point.quantity)}{unit}</span>{use}{measured}</li>"


# The fields


def _list(visit: Visit, opened: OpenRegister) -> None:
    st.header(visit.t("points.each"), anchor=False)
    there = instruments_at(opened.points, opened.instruments)
    with st.container(border=True, gap="xxsmall"):
        for point in opened.points:
            _row(visit, opened, point, there[point.id])


def _row(visit: Visit, opened: OpenRegister, point: ProcessPoint, instruments: Sequence[MeasuringInstrument]) -> None:
    # No expander: one whose label changes while the name is typed closes under the hands.
    is_open = st.session_state.get(_OPEN) == point.id
    with st.container(key=f"row_point_{point.id}"):
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", horizontal_alignment="distribute"):
            step = plain(point.step or visit.t("points.no-step"))
            about = visit.md(
                "points.line", quantity=point.quantity or visit.t("widgets.none-yet"), count=len(instruments)
            )
            st.markdown(f"**{step}**  \n:small[{about}]")
            st.button(
                visit.t("points.close" if is_open else "points.open"),
                type="tertiary",
                icon=":material/expand_less:" if is_open else ":material/expand_more:",
                icon_position="right",
                key=f"open_point_{point.id}",
                on_click=_open,
                args=("" if is_open else point.id,),
            )
        if is_open:
            _fields(visit, opened, point, instruments)


def _open(point_id: str) -> None:
    st.session_state[_OPEN] = point_id


def _fields(
    visit: Visit, opened: OpenRegister, point: ProcessPoint, instruments: Sequence[MeasuringInstrument]
) -> None:
    if instruments:
        names = "; ".join(f"{one.code} {one.name}" for one in instruments)
        st.caption(visit.md("points.instruments", names=names))
    with st.grid(2, min_column_width=280):
        for name in TEXTS:
            _text(visit, opened, point, name)
        _use(visit, opened, point)
        for name in FIGURES:
            _text(visit, opened, point, name)
    if opened.may_edit:
        place = f"remove_{point.id}"
        with st.popover(visit.t("points.remove"), type="tertiary", icon=":material/delete:", key=f"away_{point.id}"):
            st.markdown(visit.md("points.remove.ask", step=point.step or point.id))
            st.button(
                visit.t("points.remove.yes"),
                key=f"away_yes_{point.id}",
                on_click=lambda: frame.attempt(place, _remove, point.id),
            )
        frame.refusal(visit, place)


def _text(visit: Visit, opened: OpenRegister, point: ProcessPoint, name: str) -> None:
    with st.container(gap="xxsmall"):
        saving_line(
            visit,
            _key(point, name),
            _written(visit, getattr(point, name)),
            visit.t(f"points.field.{name}"),
            lambda fresh, text, before: _save(fresh, point.id, name, _read(name, text), _read(name, before)),
            limit=LINE_LIMIT,
            place=f"{opened.enterprise_id}/{point.id}/{name}",
            waits=name in FIGURES,
            disabled=not opened.may_edit,
        )
        _refusal(visit, point, name)


def _use(visit: Visit, opened: OpenRegister, point: ProcessPoint) -> None:
    key = _key(point, "criticality")
    options = ["", *USES] if point.criticality in ("", *USES) else ["", *USES, point.criticality]
    st.session_state[key] = point.criticality
    with st.container(gap="xxsmall"):
        st.selectbox(
            visit.t("points.field.criticality"),
            options,
            key=key,
            format_func=lambda value: use_word(visit, value),
            filter_mode=None,
            on_change=lambda: frame.attempt(key, _save, point.id, "criticality", st.session_state[key] or ""),
            disabled=not opened.may_edit,
        )
        _refusal(visit, point, "criticality")


def _refusal(visit: Visit, point: ProcessPoint, name: str) -> None:
    key = _key(point, name)
    error = frame.refused(key)
    if isinstance(error, Conflict):
        conflict_box(
            visit,
            error,
            key,
            keep_theirs=lambda: take_stored_text(key),
            keep_yours=lambda: _keep_yours(key, point.id, name, error.details["yours"]),
            show=lambda value: _written(visit, value),
        )
    elif error:
        frame.error_box(visit, error)


def _key(point: ProcessPoint, name: str) -> str:
    return f"point_{name}_{point.id}"


# More points


def _more(visit: Visit, opened: OpenRegister) -> None:
    sector = visit.catalogue.sectors.get(opened.profile.sector)
    have = {point.id for point in opened.points}
    usual = [point for point in sector.measuring_points if point.id not in have] if sector else []
    if not opened.points:
        with st.container(border=True):
            st.markdown(f"**{visit.t('points.empty.title')}**")
            st.markdown(visit.t("points.empty.text" if usual else "points.empty.no-trade"))
    with st.container(horizontal=True):
        if usual and sector:
            st.button(
                visit.md("points.take", count=len(usual), sector=sector.title),
                type="secondary" if opened.points else "primary",
                icon=":material/account_tree:",
                key="take_points",
                on_click=lambda: frame.attempt(_PLACE, _take),
            )
        st.button(
            visit.t("points.add"),
            icon=":material/add:",
            key="add_point",
            on_click=lambda: frame.attempt(_PLACE, _add),
        )


# Deeds


def _take(visit: Visit) -> None:
    registering.take_usual_points(visit.environment, visit.person, chosen_enterprise(visit), visit.language)


def _add(visit: Visit) -> None:
    """Add an empty point with a name of its own; one that is still empty is opened instead of a second one."""
    known: Mapping[str, ProcessPoint] = st.session_state[_SEEN]
    empty = next((point.id for point in known.values() if point == ProcessPoint(point.id)), "")
    if not empty:
        place = len(known) + 1
        while f"point-{place}" in known:
            place += 1
        empty = f"point-{place}"
        registering.save_point(
            visit.environment, visit.person, chosen_enterprise(visit), seen=None, wanted=ProcessPoint(empty)
        )
    _open(empty)


def _remove(visit: Visit, point_id: str) -> None:
    registering.remove_point(visit.environment, visit.person, chosen_enterprise(visit), point_id)


def _save(visit: Visit, point_id: str, name: str, value: Any, before: Any = ...) -> None:
    seen: ProcessPoint = st.session_state[_SEEN][point_id]
    if before is not ...:
        seen = replace(seen, **{name: before})
    kept = registering.save_point(
        visit.environment, visit.person, chosen_enterprise(visit), seen=seen, wanted=replace(seen, **{name: value})
    )
    st.session_state[_SEEN][point_id] = kept


def _keep_yours(key: str, point_id: str, name: str, value: object) -> None:
    """Keep one's own value over a colleague's, having seen both."""

    def deed(visit: Visit) -> None:
        opened = registering.open_register(visit.environment, visit.person, chosen_enterprise(visit))
        st.session_state[_SEEN] = {point.id: point for point in opened.points}
        _save(visit, point_id, name, value)

    frame.attempt(key, deed)
    if frame.refused(key) is None:
        take_stored_text(key)


def _read(name: str, typed: str) -> str | Decimal | None:
    return read_amount(name, typed) if name in FIGURES else clean(typed)


def _written(visit: Visit, value: object) -> str:
    return written_amount(value, visit.language) if isinstance(value, Decimal) else str(value or "")


if __name__ == "__main__":
    show()
