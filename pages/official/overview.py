"""Officials: totals by province, trade and topic. Nothing is submitted yet, so the page says what will be here."""

from __future__ import annotations

import streamlit as st

from pages import frame
from pages.frame import Audience
from pages.widgets.boxes import empty_state


def show() -> None:
    """Say what will be here."""
    with frame.open_page(needs=Audience.OFFICIAL) as visit:
        st.title(visit.t("frame.menu.overview"), anchor=False)
        title, text = visit.t("frame.later.overview.title"), visit.t("frame.later.overview.text")
        empty_state(title, text, icon=":material/query_stats:")


if __name__ == "__main__":
    show()
