"""The page of the saving text area behind the real security headers, which decide whether its script may load."""

from __future__ import annotations

import sys
from pathlib import Path

from starlette.middleware import Middleware
from streamlit.starlette import App

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from core.services.environment import shared_environment  # noqa: E402
from core.web.shield import ShieldMiddleware  # noqa: E402

app = App(
    HERE / "saving_text_area_page.py",
    middleware=[Middleware(ShieldMiddleware, environment=shared_environment())],
)
