"""Advisers: the queue of submissions. Submissions do not exist yet, so the page says what will be here."""

from __future__ import annotations

import streamlit as st

from pages import frame
from pages.frame import Audience
from pages.widgets.boxes import empty_state


def show() -> None:
    """Say what will be here."""
    with frame.open_page(needs=Audience.ADVISER) as visit:
        st.title(visit.t("frame.menu.queue"), anchor=False)
        title, text = visit.t("frame.later.queue.title"), visit.t("frame.later.queue.text")
        empty_state(title, text, icon=":material/inbox:")


if __name__ == "__main__":
    show()
