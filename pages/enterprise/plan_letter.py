"""The letter that asks a body for its services: for whom, for which months, and the files."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

import streamlit as st

from core.domain.register.papers import PlanWriter, chosen_services
from core.services.planning import OpenPlan
from pages import frame
from pages.frame import Visit

MONTHS = list(range(1, 13))
_BODY, _FIRST, _LAST, _UNKNOWN = (f"plan_look_letter_{name}" for name in ("body", "first", "last", "unknown"))


def show(visit: Visit, writer: PlanWriter, opened: OpenPlan, enterprise_id: UUID) -> None:
    """Draw the part of the letter, closed until somebody opens it."""
    part = st.expander(
        visit.t("plan.letter"), icon=":material/edit_document:", key="plan_look_letter", on_change="rerun"
    )
    if part.open:
        with part:
            _letter(writer, opened, enterprise_id)


@st.fragment
def _letter(writer: PlanWriter, opened: OpenPlan, enterprise_id: UUID) -> None:
    with frame.refreshed() as here:
        visit = here.in_edition(opened.register.catalogue)
        plan = opened.plan
        bodies = list(dict.fromkeys([name for name in plan.by_body if name] + [one.name for one in plan.bodies]))
        st.markdown(visit.t("plan.letter-lead"))
        if not bodies:
            st.info(visit.t("plan.letter-no-body"), icon=":material/info:")
            return
        if st.session_state.get(_BODY, bodies[0]) not in bodies:
            st.session_state[_BODY] = bodies[0]
        body = st.selectbox(visit.t("plan.letter-body"), bodies, key=_BODY, filter_mode=None)
        start = plan.on.month if plan.year == plan.on.year else 1
        st.session_state.setdefault(_FIRST, start)
        st.session_state.setdefault(_LAST, 12)
        with st.container(horizontal=True):
            first = st.selectbox(visit.t("plan.letter-first"), MONTHS, key=_FIRST, filter_mode=None, width=160)
            last = st.selectbox(visit.t("plan.letter-last"), MONTHS, key=_LAST, filter_mode=None, width=160)
        with_unknown = st.checkbox(visit.t("plan.letter-unknown"), key=_UNKNOWN)
        if body is None or first > last:
            st.warning(visit.t("plan.letter-months"), icon=":material/schedule:")
            return
        count = len(chosen_services(plan, body, first, last, with_unknown=with_unknown).services)
        if not count:
            st.info(visit.md("plan.letter-nothing", body=body), icon=":material/info:")
            return
        st.markdown(visit.md("plan.letter-count", count=count, body=body))
        asked = {"noi": body, "nam": plan.year, "tu": first, "den": last, "ca-chua-chon": int(with_unknown)}
        with st.container(horizontal=True):
            for form in ("pdf", "docx"):
                address = f"{enterprise_id}/de-nghi-{visit.language.value}.{form}?{urlencode(asked)}"
                frame.download_link(visit.t(f"plan.letter-{form}"), address)
