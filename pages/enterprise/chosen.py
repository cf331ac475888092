"""Which enterprise a page is about; a person without one is asked for it first."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from core.domain.profile import EnterpriseKind
from core.services import enterprises
from pages import frame
from pages.frame import Visit
from pages.widgets.saving import empty_form, form_line, form_text

_CHOSEN = "chosen_enterprise"
_PLACE = "begin"
_NAME = "begin_name"


def chosen_enterprise(visit: Visit) -> UUID:
    """Return the enterprise of this visit; stop with the form for the first one where there is none."""
    actor = visit.person
    if not actor.memberships:
        _first_enterprise(visit)
        frame.stop(visit)
    chosen = st.session_state.get(_CHOSEN)
    return enterprises.own_enterprise(actor, chosen if chosen in actor.memberships else None)


def choose_enterprise(enterprise_id: UUID) -> None:
    """Let the following pages be about another enterprise of the same person."""
    st.session_state[_CHOSEN] = enterprise_id


def _first_enterprise(visit: Visit) -> None:
    st.title(visit.t("start.begin.title"), anchor=False)
    st.markdown(visit.t("start.begin.lead"))
    frame.refusal(visit, _PLACE)
    with st.container(border=True):
        form_line(
            visit,
            _NAME,
            visit.t("profile.field.name"),
            limit=enterprises.NAME_LIMIT,
            place="begin/name",
            placeholder=visit.t("start.begin.example"),
        )
        st.radio(
            visit.t("profile.field.kind"),
            tuple(EnterpriseKind),
            format_func=lambda kind: visit.t(f"profile.kind.{kind.value}"),
            key="begin_kind",
        )
        st.button(
            visit.t("start.begin.action"),
            type="primary",
            icon=":material/arrow_forward:",
            icon_position="right",
            on_click=_begin,
            key="begin",
        )


def _begin() -> None:
    frame.attempt(_PLACE, _add)


def _add(visit: Visit) -> None:
    kind = EnterpriseKind(st.session_state["begin_kind"])
    enterprises.begin(visit.environment, visit.person, name=form_text(_NAME), kind=kind)
    empty_form(_NAME)
    frame.forget_visit()
