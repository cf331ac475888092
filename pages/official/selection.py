"""Officials of a province: firms that asked for support and agreed to be named, ranked by weights that can be moved."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from core.domain.statistics.selection import MOST_WEIGHT, Criterion, Ranked, Weights
from core.language import number
from core.services import selecting
from core.services.exchanging import DraftForm
from core.services.selecting import Selection
from core.services.selection_papers import SelectionTeller
from pages import frame
from pages.frame import Audience, Visit
from pages.widgets.boxes import empty_state, pairs, spread_line
from pages.widgets.writing import plain

SHOWN = 20
"""How many of the ranking stand on the page."""
_FORMS = (DraftForm.PDF, DraftForm.DOCX)
_PLACE = "selection"
_PROVINCE = "selection_province"


def show() -> None:
    """Draw weights, ranking and what moves when a weight does."""
    with frame.open_page(needs=Audience.DEPARTMENT) as visit:
        st.title(visit.t("selection.title"), anchor=False)
        st.caption(visit.t("selection.lead"))
        provinces = selecting.provinces_of(visit.person)
        address = st.query_params.to_dict()
        asked = address.get(selecting.PROVINCE, "")
        province = asked if asked in provinces else provinces[0]
        found = selecting.selection(visit.environment, visit.person, province, selecting.weights_of(address))
        teller = SelectionTeller(visit.environment, visit.language)
        if len(provinces) > 1:
            _province(visit, teller, provinces, province)
        _weights(visit, teller, found)
        if not found.ranked:
            empty_state(visit.t("selection.none.title"), visit.t("selection.none.text"), icon=":material/checklist:")
            return
        _ranking(visit, teller, found)
        _sensitivity(visit, teller, found)


def _province(visit: Visit, teller: SelectionTeller, provinces: tuple[str, ...], province: str) -> None:
    st.session_state[_PROVINCE] = province
    st.selectbox(
        visit.t("selection.province"),
        provinces,
        format_func=teller.province,
        key=_PROVINCE,
        filter_mode=None,
        width=280,
        on_change=lambda: st.query_params.from_dict({selecting.PROVINCE: st.session_state[_PROVINCE]}),
    )


def _weights(visit: Visit, teller: SelectionTeller, found: Selection) -> None:
    """Draw the weights; they stand in the address, so that a view can be passed on, until they are put to use."""

    def put() -> None:
        chosen = {one: int(st.session_state[f"weight_{one}"]) for one in Criterion}
        st.query_params.from_dict(selecting.weights_address(found.province, chosen))

    with st.container(border=True, gap="small"):
        st.markdown(f"**{visit.t('selection.weights')}**")
        st.caption(visit.t("selection.weights.legend"))
        with st.grid(4, min_column_width=130):
            for one in Criterion:
                st.session_state[f"weight_{one}"] = found.weights[one]
                st.selectbox(
                    teller.criterion(one),
                    list(range(MOST_WEIGHT + 1)),
                    key=f"weight_{one}",
                    filter_mode=None,
                    on_change=put,
                )
        frame.refusal(visit, _PLACE)
        if not any(found.weights.values()):
            st.caption(visit.t("selection.weights.all-zero"))
        if found.weights != found.in_use:
            st.caption(visit.md("selection.weights.in-use", list=teller.weights(found.in_use)))
            with st.container(horizontal=True):
                st.button(
                    visit.t("selection.weights.use"),
                    key="use_weights",
                    on_click=lambda: frame.attempt(_PLACE, _use, found.province, found.weights),
                )
                st.button(
                    visit.t("selection.weights.back"),
                    key="weights_back",
                    type="tertiary",
                    on_click=lambda: st.query_params.from_dict({selecting.PROVINCE: found.province}),
                )


def _use(visit: Visit, province: str, weights: Weights) -> None:
    selecting.use_weights(visit.environment, visit.person, province, weights)
    st.query_params.from_dict({selecting.PROVINCE: province})


def _ranking(visit: Visit, teller: SelectionTeller, found: Selection) -> None:
    st.header(visit.t("selection.table"), anchor=False)
    shown = found.ranked[:SHOWN]
    with st.container(border=True, gap="xxsmall"):
        for ranked in shown:
            _firm(visit, teller, found, ranked)
    if len(found.ranked) > len(shown):
        st.caption(visit.t("selection.more", count=len(found.ranked) - len(shown)))
    st.caption(visit.t("selection.span.how"))
    with st.expander(visit.t("selection.how"), type="compact", key="selection_how"):
        for one in Criterion:
            st.markdown(f"**{teller.criterion(one)}**: {plain(visit.t(f'selection.how.{one}'))}.")
        st.caption(visit.t("selection.own-choice"))
    asked = urlencode(selecting.weights_address(found.province, found.weights))
    with st.container(horizontal=True, gap="small"):
        for form in _FORMS:
            path = f"chon-ho-tro-{visit.language.value}.{form}?{asked}"
            label = visit.t("selection.take", form=form.upper())
            frame.download_link(label, path, is_primary=form is DraftForm.PDF)
    st.caption(visit.t("selection.take.note"))


def _firm(visit: Visit, teller: SelectionTeller, found: Selection, one: Ranked) -> None:
    """Draw a line of the ranking; no table, so that nobody has to push it sideways on a phone."""
    with st.container(key=f"row_support_{one.place}", gap="xsmall"):
        with spread_line():
            st.markdown(f"**{one.place}\\. {plain(one.candidate.name)}**", width="content")
            points = number(one.points, visit.language, 1)
            st.markdown(visit.md("selection.line", points=points, span=teller.span(one, found)), width="content")
        st.caption(visit.md("selection.line.wishes", wishes=teller.wishes(one.candidate.wishes)))
        pairs(visit, [(teller.criterion(each), teller.fact(one.candidate, each)) for each in Criterion])


def _sensitivity(visit: Visit, teller: SelectionTeller, found: Selection) -> None:
    st.header(visit.t("selection.sensitivity"), anchor=False)
    st.caption(visit.t("selection.sensitivity.how"))
    move, outcome = visit.t("selection.shift.column"), visit.t("selection.shift.outcome")
    rows = [{move: plain(teller.move(one)), outcome: plain(teller.outcome(one))} for one in found.sensitivity.shifts]
    st.table(rows, hide_index=True)


if __name__ == "__main__":
    show()
