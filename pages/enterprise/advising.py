"""Filling in together with an adviser: who is invited, for how long, what that means, and ending it."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from core.language import clock
from core.services import advising, assessing
from core.services.advising import FirmsSession
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Audience, Visit
from pages.widgets.saving import empty_form, form_line, form_text

_WIDTH = 720
_PLACE = "advising"
_EMAIL = "advising_email"
_EMAIL_LIMIT = 254


def show() -> None:
    with frame.open_page(width=_WIDTH, needs=Audience.ENTERPRISE) as visit:
        enterprise_id = chosen_enterprise(visit)
        assessing.open_assessment(visit.environment, visit.person, enterprise_id)
        opened = advising.of_firm(visit.environment, visit.person, enterprise_id)
        st.title(visit.t("visit.session.title"), anchor=False)
        st.markdown(visit.t("visit.session.lead"))
        frame.refusal(visit, _PLACE)
        _now(visit, opened, enterprise_id)
        st.markdown(visit.t("visit.session.rules"))


def _now(visit: Visit, opened: FirmsSession, enterprise_id: UUID) -> None:
    session = opened.session
    if session is not None:
        words = "visit.session.now.on" if session.is_on else "visit.session.now.waits"
        st.info(visit.md(words, adviser=session.adviser_name, moment=clock(session.opened_at)), icon=":material/group:")
    elif opened.may_open:
        with st.container(border=True):
            form_line(
                visit,
                _EMAIL,
                visit.t("visit.session.email"),
                limit=_EMAIL_LIMIT,
                place=f"{enterprise_id}/{_EMAIL}",
                placeholder=visit.t("visit.session.email-example"),
                help_text=visit.t("visit.session.email-help"),
            )
            st.button(
                visit.t("visit.session.offer"),
                type="primary",
                icon=":material/person_add:",
                key="advising_offer",
                on_click=lambda: frame.attempt(_PLACE, _offer, enterprise_id),
            )
    else:
        st.info(visit.t("visit.session.cannot"), icon=":material/lock:")


def _offer(visit: Visit, enterprise_id: UUID) -> None:
    advising.offer(visit.environment, visit.person, enterprise_id, form_text(_EMAIL))
    empty_form(_EMAIL)


if __name__ == "__main__":
    show()
