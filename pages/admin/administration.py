"""Administrators: the log of events is checked here, the public page opened, another method previewed.

The rest is on the command line.
"""

from __future__ import annotations

import streamlit as st

from core.language import moment
from core.services import auditing, public_figures
from core.services.auditing import LogCheck
from pages import frame
from pages.admin import method_preview
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
        _public_page(visit)
        method_preview.draw(visit)
        st.header(visit.t("administration.more"), anchor=False)
        title, text = visit.t("frame.administration-elsewhere.title"), visit.t("frame.administration-elsewhere.text")
        empty_state(title, text, icon=":material/terminal:")


def _public_page(visit: Visit) -> None:
    is_open = public_figures.is_open(visit.environment)
    state = "open" if is_open else "closed"
    st.header(visit.t("public-figures.title"), anchor=False)
    st.markdown(visit.t("public-figures.administration"))
    st.markdown(f"**{visit.t(f'public-figures.state.{state}')}**")
    st.button(
        visit.t(f"public-figures.change.{state}"),
        key="change_public_page",
        icon=":material/lock:" if is_open else ":material/public:",
        on_click=frame.attempt,
        args=("public_page", _set_open, not is_open),
    )
    frame.refusal(visit, "public_page")
    if is_open:
        st.page_link("public/figures.py", icon=":material/query_stats:")


def _set_open(visit: Visit, wanted: bool) -> None:
    public_figures.set_open(visit.environment, visit.person, wanted)


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
