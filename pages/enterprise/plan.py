"""The plan of verification and calibration: a year at a glance, in time, in a list with its money, and as files."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import streamlit as st

from core.domain.instruments import ServiceKind
from core.domain.register.papers import PlanWriter
from core.domain.register.plan import PlannedService, UndatedService
from core.render.plan_charts import MonthBar, PlanMark, gantt, month_bars
from core.services import planning
from core.services.planning import OpenPlan
from pages import frame
from pages.enterprise import plan_bodies, plan_costs, plan_letter, plan_list
from pages.enterprise.chosen import chosen_enterprise
from pages.enterprise.plan_list import instrument_link
from pages.frame import Audience, Visit
from pages.widgets.boxes import empty_state
from pages.widgets.marks import law_words
from pages.widgets.writing import plain

REGISTER = "enterprise/register.py"
_YEAR = "nam"
_YEAR_KEY = "plan_look_year"
CHART_INSTRUMENTS = 30
"""Instruments that the drawing in time shows: more rows are no picture any more."""
SHOWN_UNDATED = 10


def show() -> None:
    with frame.open_page(needs=Audience.ENTERPRISE) as here:
        enterprise_id = chosen_enterprise(here)
        opened = planning.open_plan(here.environment, here.person, enterprise_id, _asked_year(here))
        visit = here.in_edition(opened.register.catalogue)
        writer = PlanWriter(visit.catalogue, visit.language)
        st.page_link(REGISTER, label=visit.t("plan.back"), icon=":material/arrow_back:")
        st.title(visit.t("plan.title"), anchor=False)
        st.caption(visit.t("plan.lead", day=opened.plan.on))
        if not opened.register.kept:
            _empty(visit)
            return
        _choose_year(visit, opened)
        _notices(visit, writer, opened)
        if opened.plan.services:
            _figures(visit, writer, opened)
            _files(visit, opened, enterprise_id)
            _months(visit, writer, opened)
            _in_time(visit, writer, opened)
            plan_list.show(visit, writer, opened)
        else:
            st.info(visit.t("plan.nothing-due", year=opened.plan.year), icon=":material/event:")
        _undated(visit, writer, opened)
        plan_letter.show(visit, writer, opened, enterprise_id)
        plan_bodies.show(visit, opened, enterprise_id)
        plan_costs.show(visit, opened, enterprise_id)


def _asked_year(visit: Visit) -> int | None:
    """Return the year of the address, None for one that cannot be planned: then it is this year's."""
    asked = st.query_params.get(_YEAR, "")
    this_year = visit.environment.today().year
    year = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == 4 else 0
    return year if this_year <= year < this_year + planning.YEARS_AHEAD else None


def _empty(visit: Visit) -> None:
    if empty_state(
        visit.t("plan.empty-title"),
        visit.t("plan.empty"),
        icon=":material/event:",
        action=visit.t("plan.to-register"),
        key="plan_look_register",
    ):
        st.switch_page(REGISTER)


def _choose_year(visit: Visit, opened: OpenPlan) -> None:
    st.session_state[_YEAR_KEY] = opened.plan.year
    st.pills(
        visit.t("plan.year"),
        list(opened.years),
        required=True,
        format_func=str,
        key=_YEAR_KEY,
        on_change=lambda: st.query_params.update({_YEAR: str(st.session_state[_YEAR_KEY])}),
    )


def _notices(visit: Visit, writer: PlanWriter, opened: OpenPlan) -> None:
    """Say first what the law does not allow now, whatever year is looked at."""
    plan = opened.plan
    by_law = [one for one in plan.overdue if one.kind is ServiceKind.VERIFICATION]
    other = [one for one in plan.overdue if one.kind is ServiceKind.CALIBRATION]
    if by_law:
        words = visit.md("plan.overdue-law", count=len(by_law), codes=writer.codes(by_law))
        st.error(f"{words} {law_words(visit, fails=True)}", icon=":material/gavel:")
    if other:
        words = visit.md("plan.overdue-own", count=len(other), codes=writer.codes(other))
        st.warning(words, icon=":material/schedule:")
    if plan.overdue and plan.year != plan.on.year:
        st.caption(visit.t("plan.overdue-elsewhere", year=plan.on.year))
    if plan.undated:
        st.info(visit.t("plan.undated-notice", count=len(plan.undated)), icon=":material/help:")


def _figures(visit: Visit, writer: PlanWriter, opened: OpenPlan) -> None:
    total = opened.plan.total
    with st.container(border=True), st.grid(4, min_column_width=150):
        st.metric(visit.t("plan.services"), str(total.services))
        st.metric(visit.t("plan.visits"), str(total.visits))
        st.metric(visit.t("plan.cost"), writer.amount(total.cost))
        st.metric(visit.t("plan.without-price"), str(total.cost.unknown))
    parts = visit.t(
        "plan.cost-parts", services=writer.amount(total.service_cost), transport=writer.amount(total.transport)
    )
    st.caption(f"{parts} {visit.t('plan.before-tax')}")


def _files(visit: Visit, opened: OpenPlan, enterprise_id: UUID) -> None:
    language = visit.language
    address = f"{enterprise_id}/ke-hoach-{opened.plan.year}-{language.value}"
    with st.container(horizontal=True, vertical_alignment="center"):
        frame.download_link(visit.t("plan.download-pdf"), f"{address}.pdf", is_primary=True)
        frame.download_link(visit.t("plan.download-docx"), f"{address}.docx")
        frame.download_link(visit.t("plan.download-xlsx"), f"{address}.xlsx")
        frame.download_link(visit.t("plan.download-calendar"), f"{enterprise_id}/lich-{language.value}.ics")
    st.caption(visit.t("plan.calendar-note"))


def _months(visit: Visit, writer: PlanWriter, opened: OpenPlan) -> None:
    plan = opened.plan
    st.header(visit.t("plan.by-month"), anchor=False)
    counts = Counter((one.planned.month, one.kind) for one in plan.services)
    services = [writer.service(kind) for kind in ServiceKind]
    bars = [MonthBar(month, writer.service(kind), count) for (month, kind), count in sorted(counts.items())]
    busiest = max(range(12), key=lambda place: plan.months[place].services)
    alt = visit.t("plan.by-month-alt", year=plan.year, month=busiest + 1, count=plan.months[busiest].services)
    st.altair_chart(month_bars(bars, services), width="stretch", alt=alt)
    with st.expander(visit.t("plan.table-title"), type="compact", key="plan_look_month_table"):
        headings = [visit.t(f"plan.table.{one}") for one in ("month", "services", "visits", "cost", "without-price")]
        rows = [(str(month), one) for month, one in enumerate(plan.months, start=1) if one.services]
        rows.append((visit.t("plan.table.total"), plan.total))
        shown = [
            (name, str(one.services), str(one.visits), writer.sum(one.cost), str(one.cost.unknown))
            for name, one in rows
        ]
        st.table([dict(zip(headings, row, strict=True)) for row in shown], hide_index=True)


def _in_time(visit: Visit, writer: PlanWriter, opened: OpenPlan) -> None:
    plan = opened.plan
    st.header(visit.t("plan.in-time"), anchor=False)
    codes = list(dict.fromkeys(one.code for one in plan.services))
    drawn = set(codes[:CHART_INSTRUMENTS])
    marks = [
        PlanMark(one.code, writer.service(one.kind), one.planned, one.due, _mark_words(visit, writer, one))
        for one in plan.services
        if one.code in drawn
    ]
    services = [writer.service(kind) for kind in ServiceKind]
    st.altair_chart(
        gantt(marks, services, plan.year),
        width="stretch",
        alt=visit.t(
            "plan.in-time-alt", count=len(drawn), first=plan.services[0].planned, last=plan.services[-1].planned
        ),
    )
    st.caption(visit.t("plan.in-time-legend"))
    if len(codes) > CHART_INSTRUMENTS:
        st.caption(visit.t("plan.in-time-more", shown=CHART_INSTRUMENTS, count=len(codes)))


def _mark_words(visit: Visit, writer: PlanWriter, one: PlannedService) -> str:
    return visit.t(
        "plan.in-time-mark",
        name=writer.name(one),
        service=writer.service(one.kind),
        planned=one.planned,
        due=writer.due(one),
    )


def _undated(visit: Visit, writer: PlanWriter, opened: OpenPlan) -> None:
    undated = opened.plan.undated
    if not undated:
        return
    st.header(visit.t("plan.undated"), anchor=False)
    st.markdown(visit.t("plan.undated-lead"))
    shows_all = st.session_state.get("plan_undated_all", False)
    with st.container(border=True, gap="xxsmall"):
        for place, one in enumerate(undated if shows_all else undated[:SHOWN_UNDATED]):
            _undated_row(visit, writer, opened, one, place)
    if len(undated) > SHOWN_UNDATED and not shows_all:
        st.button(
            visit.t("plan.show-all", count=len(undated)),
            key="plan_look_all_undated",
            on_click=lambda: st.session_state.update(plan_undated_all=True),
        )


def _undated_row(visit: Visit, writer: PlanWriter, opened: OpenPlan, one: UndatedService, place: int) -> None:
    with st.container(
        key=f"row_undated_{place}", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        name = f"**{plain(writer.name(one))}** · {plain(one.code)} · {writer.service(one.kind)}"
        st.markdown(f"{name}  \n:small[{writer.word(f'undated.{one.reason}')}]", width=760)
        instrument_link(visit, opened, one.code, f"undated_{place}")


if __name__ == "__main__":
    show()
