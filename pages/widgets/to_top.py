"""Lets every page, topic and part begin at its top. Streamlit keeps the scroll when the page changes."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_mark = st.components.v2.component(
    "to_top", html="<span></span>", js=(Path(__file__).parent / "to_top.js").read_text(encoding="utf-8")
)


def to_top(place: str) -> None:
    """Mark where one is; the browser goes to the top when the next drawing is of another place."""
    _mark(key="to_top", data={"place": place})
