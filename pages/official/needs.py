"""Officials: services that instruments will need, training and support, and what a budget would close."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.domain.catalogue import Topic
from core.domain.statistics.figures import Dimension
from core.domain.statistics.sheets import Sheet, SheetTeller, Unit
from core.errors import BadInput, NotThere
from core.language import day
from core.services import officials
from core.services.official_sheets import OVERDUE_COLUMN, Asked, SheetName, TypedCourse, sheet_of
from core.services.officials import OpenFigures
from pages import frame
from pages.frame import Audience, Visit
from pages.official.choices import asked_now, choose
from pages.widgets.boxes import empty_state, pairs
from pages.widgets.figures import draw_sheet
from pages.widgets.writing import plain

_PLACE = "planner"
_BUDGET = "planner_budget"


def show() -> None:
    """Draw demand, training, support and the planner."""
    with frame.open_page(needs=Audience.OFFICIAL) as visit:
        st.title(visit.t("needs.title"), anchor=False)
        st.caption(visit.t("needs.lead"))
        figures = officials.open_figures(visit.environment, visit.person)
        asked = asked_now(figures)
        choose(visit, figures, asked, with_year=True, with_service=True)
        teller = SheetTeller(visit.catalogue, visit.language)
        _demand(visit, figures, teller, asked)
        if not figures.years:
            st.info(visit.t("needs.no-results"), icon=":material/info:")
            return
        draw_sheet(visit, sheet_of(figures, teller, SheetName.TRAINING, asked), asked)
        courses = sheet_of(figures, teller, SheetName.COURSES, asked)
        draw_sheet(visit, courses, asked)
        _planner(visit, figures, teller, courses, asked)
        _support(visit, figures, teller, asked)


def _demand(visit: Visit, figures: OpenFigures, teller: SheetTeller, asked: Asked) -> None:
    months = sheet_of(figures, teller, SheetName.DEMAND_MONTHS, asked)
    if not months.rows:
        empty_state(visit.t("needs.none.title"), visit.t("needs.none.text"), icon=":material/straighten:")
        return
    province = asked.value if asked.by is Dimension.PROVINCE else ""
    kinds = sheet_of(figures, teller, SheetName.DEMAND_KINDS, asked)
    cost = sheet_of(figures, teller, SheetName.DEMAND_COST, asked)
    _numbers(visit, teller, months, kinds, cost, province)
    if asked.by is not Dimension.PROVINCE:
        st.caption(visit.t("needs.demand.by-province-only"))
    if province:
        draw_sheet(visit, kinds, asked)
    else:
        draw_sheet(visit, sheet_of(figures, teller, SheetName.DEMAND_KIND_MONTHS, asked), asked)
    draw_sheet(visit, months, asked, row=province)
    if not province:
        draw_sheet(visit, sheet_of(figures, teller, SheetName.DEMAND_PROVINCES, asked), asked, column=0)
    draw_sheet(visit, cost, asked)


def _numbers(visit: Visit, teller: SheetTeller, months: Sheet, kinds: Sheet, cost: Sheet, province: str) -> None:
    """Say the numbers of the chosen province, or of all, in one place."""
    row = months.row(province) if province else months.whole
    overdue: int | None = 0
    if row and OVERDUE_COLUMN in months.column_ids:
        overdue = row.values[months.column_ids.index(OVERDUE_COLUMN)]
    amount = teller.shown(cost.whole.values[0], Unit.VND)
    with st.container(border=True, gap="small"):
        st.markdown(f"**{visit.md('needs.demand')} · {plain(row.label if row else kinds.columns[0])}**")
        pairs(
            visit,
            [
                (visit.t("needs.services"), teller.shown(row.total if row else 0, months.unit)),
                (visit.t("needs.overdue"), teller.shown(overdue, months.unit)),
                (visit.t("needs.unpriced"), teller.shown(kinds.whole.values[1], kinds.unit)),
                (visit.t("needs.cost"), visit.t("needs.cost.value", amount=amount)),
            ],
        )


def _planner(visit: Visit, figures: OpenFigures, teller: SheetTeller, courses: Sheet, asked: Asked) -> None:
    topics = {topic.id: topic for topic in visit.catalogue.topics}
    needed = [topics[row.id] for row in courses.rows if row.values[1]]
    st.header(visit.t("needs.planner"), anchor=False)
    if not needed:
        st.caption(visit.t("needs.planner.hidden"))
        return
    st.markdown(visit.t("needs.planner.lead"))
    typed = {one.topic: one for one in asked.courses}
    with st.form("planner"):
        budget = "" if asked.budget_vnd is None else teller.number(asked.budget_vnd)
        st.session_state.setdefault(_BUDGET, budget)
        st.text_input(visit.t("needs.planner.budget"), key=_BUDGET, max_chars=19, width=280)
        with st.grid(2, min_column_width=220):
            for topic in needed:
                _course_fields(visit, teller, topic, typed.get(topic.id))
        st.form_submit_button(
            visit.t("needs.planner.reckon"),
            type="primary",
            on_click=lambda: frame.attempt(_PLACE, _reckon, asked, [one.id for one in needed]),
        )
    frame.refusal(visit, _PLACE)
    try:
        allotment = sheet_of(figures, teller, SheetName.ALLOTMENT, asked)
    except NotThere:
        st.caption(visit.t("needs.planner.nothing"))
        return
    draw_sheet(visit, allotment, asked)


def _course_fields(visit: Visit, teller: SheetTeller, topic: Topic, typed: TypedCourse | None) -> None:
    cost, seats = (teller.number(typed.cost_vnd), str(typed.seats)) if typed else ("", "")
    for name, value, most in (("cost", cost, 19), ("seats", seats, 4)):
        key = f"planner_{name}_{topic.id}"
        st.session_state.setdefault(key, value)
        st.text_input(visit.t(f"needs.planner.{name}", topic=visit.say(topic.title)), key=key, max_chars=most)


def _reckon(visit: Visit, asked: Asked, topics: list[str]) -> None:
    """Put what was typed into the address; a topic with one of its two fields empty is left out."""
    courses = []
    for topic in topics:
        cost, seats = (_typed(f"planner_{name}_{topic}", name) for name in ("cost", "seats"))
        if cost and seats:
            courses.append(TypedCourse(topic, cost, seats))
    wanted = replace(asked, budget_vnd=_typed(_BUDGET, "budget"), courses=tuple(courses))
    st.query_params.from_dict(wanted.address())


def _typed(key: str, field: str) -> int | None:
    """Return a whole number that was typed; None for an empty field. Raises BadInput."""
    text = str(st.session_state.get(key, "")).strip()
    digits = text.replace(".", "").replace(",", "").replace(" ", "")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 14:
        raise BadInput("number-unreadable", field=field, value=text)
    return int(digits)


def _support(visit: Visit, figures: OpenFigures, teller: SheetTeller, asked: Asked) -> None:
    sheet = sheet_of(figures, teller, SheetName.SUPPORT, asked)
    draw_sheet(visit, sheet, asked)
    for line in visit.catalogue.support_lines:
        row = sheet.row(line.id)
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{plain(teller.support_line(line))}**")
            st.markdown(plain(visit.say(line.share)))
            if row is not None:
                st.markdown(visit.md("needs.support.firms", count=teller.shown(row.values[0], sheet.unit)))
            source, review = visit.say(line.cite), day(line.review_by, visit.language)
            st.caption(visit.md("needs.support.source", source=source, review=review))
            if line.doubt_note is not None:
                note = plain(visit.say(line.doubt_note))
                st.markdown(f":orange[:material/help: {visit.t('needs.support.doubt')}]: {note}")


if __name__ == "__main__":
    show()
