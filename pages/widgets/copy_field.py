"""A line of text with a button that copies it. Streamlit's own code box says "Copy to clipboard" in English only."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.frame import Visit

_HERE = Path(__file__).parent
_field = st.components.v2.component(
    "copy_field",
    html=(_HERE / "copy_field.html").read_text(encoding="utf-8"),
    css=(_HERE / "copy_field.css").read_text(encoding="utf-8"),
    js=(_HERE / "copy_field.js").read_text(encoding="utf-8"),
)


def copy_field(visit: Visit, key: str, label: str, value: str) -> None:
    """Draw the line and its button."""
    words = {"copy": "widgets.copy", "copied": "widgets.copied", "by_hand": "widgets.copy-by-hand"}
    _field(
        key=key,
        data={"label": label, "value": value, "words": {name: visit.t(word) for name, word in words.items()}},
    )
