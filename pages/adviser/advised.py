"""Filling in together with a firm: its own questions as the firm sees them, for as long as the session is on."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from core.errors import NotThere
from pages.enterprise.assessment import Sheet, answer_on
from pages.frame import Audience, Visit

HERE = "adviser/advised.py"
_ID = "id"


def show() -> None:
    answer_on(Audience.ADVISER, _where)


def _where(visit: Visit) -> tuple[UUID, Sheet]:
    """Return the firm that the address names and the adviser is in a session with. Raises NotThere."""
    asked = str(st.query_params.get(_ID, ""))
    found = next((one for one in visit.person.advised if str(one) == asked), None)
    if found is None:
        raise NotThere
    return found, Sheet(HERE, {_ID: asked}, "adviser/queue.py", "visit.session.to-queue")


if __name__ == "__main__":
    show()
