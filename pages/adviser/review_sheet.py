"""What the tab of a reviewer shows: a picture of the database that lies in the session, made anew on every full run.

A ruling is compared with it when it is saved, so that a colleague's words are never overwritten unseen.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import streamlit as st

from core.errors import NotThere, OutOfOrder
from core.services import reviewing
from core.services.reviewing import OpenReview
from pages.frame import Visit

_SHEET = "review_sheet"
_LOOKED_AT, _SINCE = "review_looked_at", "review_since"


def open_for_reviewer(visit: Visit, submission_id: UUID) -> OpenReview:
    """Return a submission as its reviewers see it. Raises NotThere for everybody else."""
    opened = reviewing.open_review(visit.environment, visit.person, submission_id)
    if not opened.is_reviewer:
        # Who belongs to the firm reads the review on the firm's own page.
        raise NotThere
    return opened


def show_now(opened: OpenReview) -> None:
    """Let this tab show a submission, and remember for as long when the person had looked at it before."""
    keep(opened)
    if st.session_state.get(_LOOKED_AT) != opened.id:
        st.session_state[_LOOKED_AT], st.session_state[_SINCE] = opened.id, opened.last_look


def keep(opened: OpenReview) -> None:
    """Put what a deed changed on the sheet."""
    st.session_state[_SHEET] = opened


def shown() -> OpenReview:
    """Return what this tab shows."""
    opened: OpenReview = st.session_state[_SHEET]
    return opened


def last_look() -> datetime | None:
    """Return when the person had looked before this tab was opened; None for never."""
    found: datetime | None = st.session_state.get(_SINCE)
    return found


def look_again(visit: Visit) -> None:
    """Read anew what this tab shows. Raises NotThere."""
    keep(open_for_reviewer(visit, shown().id))


def under_way(visit: Visit, deed: Callable[[], Any]) -> Any:
    """Do a deed of the review; where it is over meanwhile, say so instead of saying that there is nothing here."""
    try:
        return deed()
    except NotThere:
        state = open_for_reviewer(visit, shown().id).submission.state
        raise OutOfOrder("step-not-allowed", state=state.value, step="review") from None
