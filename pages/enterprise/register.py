"""The register of measuring instruments: what is due first, found by state and by words, begun with what is usual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import streamlit as st

from core.domain.catalogue import Sector, StarterInstrument
from core.domain.instruments import InstrumentState, MeasuringInstrument
from core.domain.register.listing import URGENCY, Wanted, count_by_state, listed
from core.domain.register.starters import starter_name
from core.language import money
from core.services import registering
from core.services.registering import OpenRegister
from pages import frame
from pages.enterprise import register_findings, register_table
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Audience, Visit
from pages.widgets.boxes import empty_state
from pages.widgets.instruments import group_words, state_badge, state_brief
from pages.widgets.writing import plain

HERE = "enterprise/register.py"
CARD = "enterprise/instrument.py"
ROWS = 20
"""Lines on one page of the list."""
MOST_OF_ONE_KIND = 50
_VIEW, _STARTER, _TABLE = "xem", "theo-nghe", "bang"
_PAGE = "trang"
_ALL = "all"
_FILTER, _SEARCH = "register_filter", "register_search"
_PLACE = "register_starter"
_ROUND = "register_round"
_ADDED = "register_added"
WAYS = (
    ("register.way.sheet", ":material/table_view:", "enterprise/register_sheet.py"),
    ("register.way.points", ":material/account_tree:", "enterprise/points.py"),
    ("register.way.plan", ":material/event:", "enterprise/plan.py"),
    ("register.way.labels", ":material/qr_code:", "enterprise/labels.py"),
    ("tools.link", ":material/calculate:", "enterprise/tools.py"),
)


def show() -> None:
    with frame.open_page(needs=Audience.ENTERPRISE) as here:
        enterprise_id = chosen_enterprise(here)
        opened = registering.open_register(here.environment, here.person, enterprise_id)
        visit = here.in_edition(opened.catalogue)
        _heading(visit, opened)
        if _ADDED in st.session_state:
            st.success(visit.t("register.added", count=st.session_state.pop(_ADDED)), icon=":material/check:")
        if opened.may_edit and (not opened.kept or st.query_params.get(_VIEW) == _STARTER):
            _starter(visit, opened)
        elif opened.kept and st.query_params.get(_VIEW) == _TABLE:
            register_table.draw(visit, opened)
        elif not opened.kept:
            empty_state(visit.t("register.empty.title"), visit.t("register.empty.viewer"))
        else:
            _list(visit, opened)


def _heading(visit: Visit, opened: OpenRegister) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title(visit.t("register.title"), anchor=False, width="content")
        with st.container(horizontal=True, width="content"):
            _other_ways(visit, opened)
            if opened.may_edit and st.button(
                visit.t("register.add"),
                type="primary" if opened.kept and not st.query_params.get(_VIEW) else "secondary",
                icon=":material/add:",
                key="add_instrument",
            ):
                st.switch_page(CARD)


def _other_ways(visit: Visit, opened: OpenRegister) -> None:
    with st.popover(visit.t("register.ways"), key="register_ways"), st.container(gap="xxsmall"):
        if opened.may_edit and opened.kept:
            st.page_link(
                HERE,
                label=visit.t("register.way.starter"),
                icon=":material/checklist:",
                query_params={_VIEW: _STARTER},
            )
        if opened.kept:
            st.page_link(
                HERE,
                label=visit.t("register.way.table"),
                icon=":material/table_rows:",
                query_params={_VIEW: _TABLE},
            )
        for words, icon, file in WAYS:
            st.page_link(file, label=visit.t(words), icon=icon)


# The list


def _list(visit: Visit, opened: OpenRegister) -> None:
    wanted = _wanted(visit, opened)
    found = listed(opened.instruments, opened.standings, wanted)
    if not found:
        st.info(visit.t("register.none-found"), icon=":material/search:")
        return
    pages = -(-len(found) // ROWS)
    page = _page(pages)
    ids = {one.instrument.code: one.id for one in opened.kept}
    first = (page - 1) * ROWS
    with st.container(border=True, gap="xxsmall"):
        for instrument in found[first : first + ROWS]:
            _row(visit, opened, ids[instrument.code], instrument)
    _paging(visit, page, pages, len(found))
    register_findings.draw(visit, opened)


def _wanted(visit: Visit, opened: OpenRegister) -> Wanted:
    counts = count_by_state(opened.standings)
    words = {state.value: visit.t(f"register.state.{state.value}") for state in URGENCY if counts.get(state)}
    labels = {_ALL: f"{visit.t('register.all')} {len(opened.kept)}"}
    labels |= {value: f"{name} {counts[InstrumentState(value)]}" for value, name in words.items()}
    if st.session_state.get(_FILTER, _ALL) not in labels:
        st.session_state[_FILTER] = _ALL
    state = st.pills(
        visit.t("register.filter"),
        list(labels),
        default=_ALL,
        required=True,
        format_func=lambda value: labels.get(value, value),
        key=_FILTER,
        label_visibility="collapsed",
        on_change=_first_page,
        persist_state="session",
    )
    typed = st.text_input(
        visit.t("register.search"),
        type="search",
        placeholder=visit.t("register.search"),
        icon=":material/search:",
        label_visibility="collapsed",
        live="500ms",
        key=_SEARCH,
        on_change=_first_page,
        persist_state="session",
    )
    return Wanted(None if state in (None, _ALL) else InstrumentState(state), typed or "")


def _row(visit: Visit, opened: OpenRegister, line_id: UUID, instrument: MeasuringInstrument) -> None:
    with st.container(
        horizontal=True,
        gap="xxsmall",
        vertical_alignment="center",
        horizontal_alignment="distribute",
        key=f"row_{line_id}",
    ):
        where = [plain(one) for one in (instrument.code, instrument.place) if one]
        line = " · ".join([*where, group_words(visit, opened, instrument)])
        name = plain(instrument.name or visit.t("register.no-name"))
        st.markdown(f"**{name}**  \n:small[{line}]", width=540)
        badge, brief = state_badge(visit, opened, instrument), state_brief(visit, opened, instrument)
        with st.container(
            horizontal=True,
            wrap=False,
            vertical_alignment="center",
            horizontal_alignment="distribute",
            width=430,
        ):
            st.markdown(f"{badge} :small[{brief}]")
            if st.button(
                visit.t("register.open"),
                type="tertiary",
                icon=":material/chevron_right:",
                icon_position="right",
                key=f"open_{line_id}",
            ):
                st.switch_page(CARD, query_params={"id": str(line_id)})


def _paging(visit: Visit, page: int, pages: int, count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        last = min(page * ROWS, count)
        st.caption(visit.t("register.shown", first=(page - 1) * ROWS + 1, last=last, count=count), width="content")
        if pages == 1:
            return
        with st.container(horizontal=True, width="content"):
            back = st.button(
                visit.t("register.page-back"), icon=":material/chevron_left:", disabled=page == 1, key="page_back"
            )
            ahead = st.button(
                visit.t("register.page-ahead"),
                icon=":material/chevron_right:",
                icon_position="right",
                disabled=page == pages,
                key="page_ahead",
            )
        if back or ahead:
            st.session_state[_PAGE] = page + (1 if ahead else -1)
            st.switch_page(HERE, query_params={_PAGE: str(st.session_state[_PAGE])})


def _page(pages: int) -> int:
    """Return the page of the address, else the one this tab showed last; never one that is not there."""
    asked = st.query_params.get(_PAGE, str(st.session_state.get(_PAGE, 1)))
    page = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 6 else 1
    st.session_state[_PAGE] = page
    return page


def _first_page() -> None:
    st.session_state[_PAGE] = 1
    st.query_params.pop(_PAGE, None)


# What is usual in a trade


def _starter(visit: Visit, opened: OpenRegister) -> None:
    sectors = visit.catalogue.sectors
    st.header(visit.t("register.starter.title"), anchor=False)
    st.markdown(visit.t("register.starter.lead"))
    key = "starter_sector"
    st.session_state.setdefault(key, opened.profile.sector if opened.profile.sector in sectors else None)
    sector_id = st.selectbox(
        visit.t("register.starter.sector"),
        list(sectors),
        format_func=lambda one: visit.say(sectors[one].title),
        placeholder=visit.t("profile.field.choose"),
        key=key,
    )
    if sector_id is None:
        return
    sector = sectors[sector_id]
    have = [one.starter for one in opened.instruments]
    with st.container(border=True, gap="small"):
        for starter in sector.instruments:
            _kind(visit, sector, starter, have.count(starter_name(sector, starter)))
    counts = _counts(sector)
    frame.refusal(visit, _PLACE)
    st.caption(visit.t("register.starter.estimate"))
    with frame.bottom_bar():
        is_back = bool(opened.kept) and st.button(
            visit.t("register.starter.back"), icon=":material/arrow_back:", key="starter_back"
        )
        st.button(
            visit.t("register.starter.add", count=sum(counts.values())),
            type="primary",
            icon=":material/add:",
            disabled=not counts,
            key="starter_add",
            on_click=_add,
            args=(sector_id, counts, st.session_state.setdefault(_ROUND, 0)),
        )
    if is_back:
        st.switch_page(HERE)


def _kind(visit: Visit, sector: Sector, starter: StarterInstrument, have: int) -> None:
    tick, count = _keys(sector, starter)
    st.session_state.setdefault(tick, not have)
    st.session_state.setdefault(count, 1)
    name = visit.say(starter.name)
    with st.container(key=f"row_{tick}", gap="xxsmall"):
        with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
            st.checkbox(plain(f"{name} ({_group(visit, starter)})"), key=tick, width="stretch", wrap=True)
            if st.session_state[tick]:
                st.number_input(
                    visit.t("register.starter.count", name=name),
                    min_value=1,
                    max_value=MOST_OF_ONE_KIND,
                    step=1,
                    key=count,
                    label_visibility="collapsed",
                    width=130,
                )
        st.caption(" · ".join(_about(visit, starter, have)))
        if starter.doubt:
            st.caption(f":material/help: {visit.t('marks.doubt.group2')}")


def _group(visit: Visit, starter: StarterInstrument) -> str:
    row = visit.catalogue.group2.get(starter.group2_row)
    if starter.group2 == "depends":
        return visit.t("register.starter.group-depends")
    if starter.group2 != "yes":
        return visit.t("register.group1")
    if row is None or row.cycle_months is None:
        return visit.t("register.group2")
    return visit.t("register.starter.group2", months=row.cycle_months)


def _about(visit: Visit, starter: StarterInstrument, have: int) -> Sequence[str]:
    said = [visit.md("register.starter.range", range=starter.range, unit=starter.unit)]
    said.append(visit.md("register.starter.tolerance", tolerance=starter.tolerance))
    if starter.price_low_vnd is not None and starter.price_high_vnd is not None:
        low, high = (money(amount, visit.language) for amount in (starter.price_low_vnd, starter.price_high_vnd))
        said.append(visit.t("register.starter.price", low=low, high=high))
    if starter.typical_count is not None and starter.typical_count > 1:
        said.append(visit.t("register.starter.typical", count=starter.typical_count))
    if have:
        said.append(visit.t("register.starter.have", count=have))
    if starter.group2 == "depends" and starter.note:
        said.append(plain(visit.say(starter.note)))
    return said


def _counts(sector: Sector) -> Mapping[str, int]:
    keys = {starter.id: _keys(sector, starter) for starter in sector.instruments}
    return {one: st.session_state[count] or 1 for one, (tick, count) in keys.items() if st.session_state[tick]}


def _keys(sector: Sector, starter: StarterInstrument) -> tuple[str, str]:
    name = f"{sector.id}_{starter.id}_{st.session_state.get(_ROUND, 0)}"
    return f"starter_tick_{name}", f"starter_count_{name}"


def _add(sector_id: str, counts: Mapping[str, int], drawn_in: int) -> None:
    """Add what is ticked; a second press of the same button adds nothing more."""
    if drawn_in != st.session_state[_ROUND]:
        return
    frame.attempt(_PLACE, _add_kinds, sector_id, counts)
    if frame.refused(_PLACE) is None:
        st.session_state[_ROUND] += 1
        st.session_state[_ADDED] = sum(counts.values())
        st.query_params.pop(_VIEW, None)


def _add_kinds(visit: Visit, sector_id: str, counts: Mapping[str, int]) -> None:
    registering.add_starters(
        visit.environment, visit.person, chosen_enterprise(visit), sector_id, counts, visit.language
    )


if __name__ == "__main__":
    show()
