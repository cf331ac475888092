"""The ASGI application: `streamlit run app.py`. Streamlit in the middle, our doors and layers around it.

The script stands in pages/, not here: beside a pages/ folder a main script can be passed by (design page, section 3).
"""

from __future__ import annotations

from pathlib import Path

import streamlit
from streamlit.starlette import App

from core.services.environment import shared_environment
from core.web import server
from pages.frame import answer_fault

STATIC = Path(streamlit.__file__).parent / "static" / "static" / "media"
FONT = next((f"/static/media/{path.name}" for path in STATIC.glob("SourceSansVF-Upright*.woff2")), "")

environment = shared_environment()
app = App(
    Path(__file__).parent / "pages" / "router.py",
    routes=server.routes(environment, FONT),
    middleware=server.middleware(environment),
    lifespan=server.lifespan(environment),
    # Without any secret Streamlit would look for its files whenever it is asked who is here.
    secrets={"do-chuan": {}},
    on_script_error=answer_fault,
)
