"""Administrators: accounts and content. For now done on the command line, and the page says so."""

from __future__ import annotations

import streamlit as st

from pages import frame
from pages.frame import Audience
from pages.widgets.boxes import empty_state


def show() -> None:
    """Say what will be here."""
    with frame.open_page(needs=Audience.ADMINISTRATOR) as visit:
        st.title(visit.t("frame.menu.administration"), anchor=False)
        title, text = visit.t("frame.later.administration.title"), visit.t("frame.later.administration.text")
        empty_state(title, text, icon=":material/terminal:")


if __name__ == "__main__":
    show()
