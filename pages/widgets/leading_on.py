"""Leads the browser on to a plain page of ours by itself; Streamlit can only lead to its own pages."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages import frame

_lead = st.components.v2.component("leading_on", js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"))


def lead_on(label: str, address: str) -> None:
    """Go to the address; the link is for a browser that does not."""
    _lead(key="leading_on", data={"address": address})
    frame.action_link(label, address, is_primary=True)
