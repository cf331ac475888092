"""The services of a year in order of their visits, by month and body, with their money."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.register.papers import PlanWriter
from core.domain.register.plan import Money, PlannedService
from core.domain.register.plan import Visit as Journey
from core.services.planning import OpenPlan
from pages import frame
from pages.frame import Visit
from pages.widgets.marks import doubt_words
from pages.widgets.writing import plain

CARD = "enterprise/instrument.py"
ROWS = 20
"""Services on one page of the list."""
_MONTH, _BODY, _PRICE, _PAGE = "plan_look_month", "plan_look_body", "plan_look_price", "plan_look_page"
_ALL = 0
_EVERY = "*"


def show(visit: Visit, writer: PlanWriter, opened: OpenPlan) -> None:
    """Draw the list with its filters."""
    st.header(visit.t("plan.list"), anchor=False)
    _list(writer, opened)


def instrument_link(visit: Visit, opened: OpenPlan, code: str, key: str) -> None:
    """Draw the way to the instrument's card."""
    line = opened.ids[code]
    if st.button(
        visit.t("plan.open"),
        type="tertiary",
        icon=":material/chevron_right:",
        icon_position="right",
        key=f"plan_look_open_{key}",
    ):
        st.switch_page(CARD, query_params={"id": str(line)})


@st.fragment
def _list(writer: PlanWriter, opened: OpenPlan) -> None:
    with frame.refreshed() as here:
        visit = here.in_edition(opened.register.catalogue)
        _filters(visit, writer, opened)
        journeys = _wanted(opened)
        services = [one for journey in journeys for one in journey.services]
        if not services:
            st.info(visit.t("plan.none-found"), icon=":material/info:")
            return
        cost = Money.of(one.price_vnd for one in services)
        transport = Money.of(journey.transport_vnd for journey in journeys)
        st.markdown(
            visit.t(
                "plan.list-sum",
                services=len(services),
                visits=len(journeys),
                cost=writer.amount(cost + transport),
                unknown=(cost + transport).unknown,
            )
        )
        page = _page(len(services))
        shown = services[(page - 1) * ROWS : page * ROWS]
        with st.container(border=True, gap="xxsmall"):
            for journey in journeys:
                here_shown = [one for one in journey.services if one in shown]
                if here_shown:
                    _journey(visit, writer, opened, journey, here_shown)
        _paging(visit, page, len(services))


def _filters(visit: Visit, writer: PlanWriter, opened: OpenPlan) -> None:
    plan = opened.plan
    months = [month for month, total in enumerate(plan.months, start=1) if total.services]
    if st.session_state.get(_MONTH, _ALL) not in (_ALL, *months):
        st.session_state[_MONTH] = _ALL
    st.pills(
        visit.t("plan.month-choice"),
        [_ALL, *months],
        default=_ALL,
        required=True,
        format_func=lambda month: str(month) if month else visit.t("plan.whole-year"),
        key=_MONTH,
        on_change=_first_page,
    )
    bodies = [_EVERY, *plan.by_body]
    if st.session_state.get(_BODY, _EVERY) not in bodies:
        st.session_state[_BODY] = _EVERY
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            visit.t("plan.body-choice"),
            bodies,
            format_func=lambda name: visit.t("plan.every-body") if name == _EVERY else writer.body(name),
            key=_BODY,
            filter_mode=None,
            on_change=_first_page,
            width=420,
        )
        st.checkbox(visit.t("plan.only-without-price"), key=_PRICE, on_change=_first_page)


def _wanted(opened: OpenPlan) -> list[Journey]:
    month, body = st.session_state.get(_MONTH, _ALL), st.session_state.get(_BODY, _EVERY)
    only_without = st.session_state.get(_PRICE, False)
    return [
        one
        for one in opened.plan.visits
        if month in (_ALL, one.day.month)
        and body in (_EVERY, one.body)
        and (not only_without or one.transport_vnd is None or any(each.price_vnd is None for each in one.services))
    ]


def _journey(
    visit: Visit, writer: PlanWriter, opened: OpenPlan, journey: Journey, services: Sequence[PlannedService]
) -> None:
    key = f"{journey.day.isoformat()}_{opened.plan.visits.index(journey)}"
    with st.container(key=f"row_visit_{key}", gap="xxsmall"):
        transport = visit.t("plan.transport", amount=writer.price_with_unit(journey.transport_vnd))
        st.markdown(f"**{writer.day(journey.day)}** · {plain(writer.body(journey.body))}  \n:small[{transport}]")
    for place, one in enumerate(services):
        with st.container(
            key=f"row_service_{key}_{one.code}_{one.kind}_{one.number}",
            horizontal=True,
            gap="xxsmall",
            vertical_alignment="center",
            horizontal_alignment="distribute",
        ):
            name = f"{plain(writer.name(one))} · {plain(one.code)}"
            reason = writer.word(f"reason.{one.reason}")
            doubt = f" {doubt_words(visit)}" if one.is_doubtful else ""
            st.markdown(f"{name}  \n:small[{writer.service(one.kind)} · {reason}]{doubt}", width=460)
            with st.container(horizontal=True, wrap=False, vertical_alignment="center", width=470):
                st.markdown(_due(visit, writer, one), width="stretch")
                st.markdown(_price(writer, one), width="content")
                instrument_link(visit, opened, one.code, f"{key}_{place}_{one.kind}_{one.number}")


def _due(visit: Visit, writer: PlanWriter, one: PlannedService) -> str:
    if one.is_overdue:
        colour = "red" if one.kind == "verification" else "orange"
        return f":{colour}-badge[:material/error: {writer.word('overdue')}] {writer.day(one.due)}"
    if one.planned == one.due:
        return visit.t("plan.due-same")
    return visit.t("plan.due-moved", due=one.due, days=(one.due - one.planned).days)


def _price(writer: PlanWriter, one: PlannedService) -> str:
    words = writer.price_with_unit(one.price_vnd)
    return f":gray-badge[:material/help: {words}]" if one.price_vnd is None else words


def _page(count: int) -> int:
    pages = -(-count // ROWS)
    page = min(max(int(st.session_state.get(_PAGE, 1)), 1), pages)
    st.session_state[_PAGE] = page
    return page


def _first_page() -> None:
    st.session_state[_PAGE] = 1


def _paging(visit: Visit, page: int, count: int) -> None:
    pages = -(-count // ROWS)
    if pages == 1:
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        first, last = (page - 1) * ROWS + 1, min(page * ROWS, count)
        st.caption(visit.t("plan.shown", first=first, last=last, count=count), width="content")
        with st.container(horizontal=True, width="content"):
            st.button(
                visit.t("plan.page-back"),
                icon=":material/chevron_left:",
                disabled=page == 1,
                key="plan_look_back",
                on_click=lambda: st.session_state.update({_PAGE: page - 1}),
            )
            st.button(
                visit.t("plan.page-ahead"),
                icon=":material/chevron_right:",
                icon_position="right",
                disabled=page == pages,
                key="plan_look_ahead",
                on_click=lambda: st.session_state.update({_PAGE: page + 1}),
            )
