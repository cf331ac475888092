"""Leads to one card of a page, when an address names it: a scanned QR code opens just its point."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_mark = st.components.v2.component(
    "to_card", html="<span></span>", js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
)


def to_card(key: str, asked: str) -> None:
    """Bring the container of this key into sight, once for each `asked`, as soon as it is drawn."""
    _mark(key="to_card", data={"card": f"st-key-{key}", "asked": asked})
