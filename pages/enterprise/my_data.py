"""Placeholder of the screen "data" until it is built."""

from __future__ import annotations

import streamlit as st

from pages import frame
from pages.frame import Audience


def show() -> None:
    """Show the title."""
    with frame.open_page(needs=Audience.ENTERPRISE) as visit:
        st.title(visit.t("frame.menu.data"), anchor=False)


if __name__ == "__main__":
    show()
