"""Administrators: the log of events can be checked here; accounts and content are kept on the command line."""

from __future__ import annotations

import streamlit as st

from core.language import moment
from core.services import auditing
from core.services.auditing import LogCheck
from pages import frame
from pages.frame import Audience, Visit
from pages.widgets.boxes import empty_state

_FOUND = "log_check"


def show() -> None:
    with frame.open_page(needs=Audience.ADMINISTRATOR) as visit:
        st.title(visit.t("frame.menu.administration"), anchor=False)
        st.header(visit.t("administration.log"), anchor=False)
        st.markdown(visit.t("administration.log.lead"))
        st.button(
            visit.t("administration.log.check"),
            key="check_log",
            icon=":material/link:",
            on_click=frame.attempt,
            args=("check_log", _check),
        )
        frame.refusal(visit, "check_log")
        if found := st.session_state.pop(_FOUND, None):
            _say(visit, found)
        st.header(visit.t("administration.more"), anchor=False)
        title, text = visit.t("frame.later.administration.title"), visit.t("frame.later.administration.text")
        empty_state(title, text, icon=":material/terminal:")


def _check(visit: Visit) -> None:
    st.session_state[_FOUND] = auditing.check_log(visit.environment, visit.person)


def _say(visit: Visit, found: LogCheck) -> None:
    if found.broken is None:
        st.success(visit.t("administration.log.whole", count=found.whole), icon=":material/check:")
        return
    event = found.broken
    st.error(
        visit.md(
            "administration.log.broken",
            sequence=event.sequence,
            action=event.action,
            object=event.place,
            at=moment(event.at, visit.language),
        ),
        icon=":material/link_off:",
    )


if __name__ == "__main__":
    show()
