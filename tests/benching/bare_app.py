"""The bare page as an application of its own."""

from __future__ import annotations

from pathlib import Path

from streamlit.starlette import App

app = App(Path(__file__).parent / "bare.py")
