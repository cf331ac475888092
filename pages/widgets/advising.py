"""The advised session on the screen: the line that tells of it on every page, and the mark on an answer."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import streamlit as st

from core.domain.advising import Advised, AdvisedMark, AdvisedSession
from core.domain.permissions import REVIEWER_ROLES, Role
from core.language import clock, day
from core.services import advising
from pages import frame
from pages.frame import Visit

_PLACE = "advised_session"
_WIDTH = 1040
# Not as "20s": Streamlit would load pandas to read it, 70 MB.
_LOOK_EVERY = timedelta(seconds=20)
_WRITES = (Role.OWNER, Role.EDITOR)


def session_line(visit: Visit) -> None:
    """Tell on every page of an open session, to the firm and to its adviser, with what each may do about it."""
    if _sessions(visit):
        _line()
    else:
        frame.refusal(visit, _PLACE)


@st.fragment(run_every=_LOOK_EVERY)
def _line() -> None:
    with frame.refreshed() as visit, frame.centred(_WIDTH):
        frame.refusal(visit, _PLACE)
        for session in _sessions(visit):
            with (
                st.container(border=True, key=f"session_{session.id}"),
                st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"),
            ):
                if session.adviser_id == visit.person.account_id:
                    _advisers(visit, session)
                else:
                    _firms(visit, session)


def _sessions(visit: Visit) -> tuple[AdvisedSession, ...]:
    actor = visit.actor
    if actor is None:
        return ()
    reviews = any(held.role in REVIEWER_ROLES for held in actor.roles)
    offered = advising.offered_to(visit.environment, actor) if reviews else ()
    return (*advising.open_at_firms(visit.environment, actor), *offered)


def _firms(visit: Visit, session: AdvisedSession) -> None:
    words = "visit.session.firm.on" if session.is_on else "visit.session.firm.waits"
    said = visit.md(words, adviser=session.adviser_name, firm=session.enterprise_name, until=_last_minute(session))
    st.markdown(f":material/group: {said}", width="content")
    if visit.person.memberships[session.enterprise_id] in _WRITES:
        _end(visit, session, "visit.session.end")


def _advisers(visit: Visit, session: AdvisedSession) -> None:
    words = "visit.session.adviser.on" if session.is_on else "visit.session.adviser.offered"
    said = visit.md(words, firm=session.enterprise_name, until=_last_minute(session))
    st.markdown(f":material/group: {said}", width="content")
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        if session.is_on:
            st.page_link(
                "adviser/advised.py",
                label=visit.t("visit.session.open"),
                icon=":material/edit:",
                query_params={"id": str(session.enterprise_id)},
            )
        else:
            st.button(
                visit.t("visit.session.join"),
                type="primary",
                key=f"session_join_{session.id}",
                on_click=lambda: frame.attempt(_PLACE, _join, session.id),
            )
        _end(visit, session, "visit.session.end" if session.is_on else "visit.session.decline")


def _end(visit: Visit, session: AdvisedSession, words: str) -> None:
    st.button(
        visit.t(words),
        key=f"session_end_{session.id}",
        on_click=lambda: frame.attempt(_PLACE, _ended, session.id),
    )


def _last_minute(session: AdvisedSession) -> str:
    return clock(session.expires_at - timedelta(minutes=1))


def advised_words(visit: Visit, mark: AdvisedMark | Advised) -> str:
    """Return, as Markdown, beside whom and when an answer was written, and whether the firm changed it since."""
    who = (mark.by if isinstance(mark, Advised) else mark.name) or visit.t("widgets.conflict.somebody")
    said = visit.md("visit.session.mark", who=who, day=day(mark.on, visit.language))
    is_changed = isinstance(mark, AdvisedMark) and not mark.stands
    return f":material/group: {said}{visit.t('visit.session.mark.changed') if is_changed else ''}"


def _join(visit: Visit, session_id: UUID) -> None:
    advising.join(visit.environment, visit.person, session_id)
    frame.forget_visit()


def _ended(visit: Visit, session_id: UUID) -> None:
    advising.end(visit.environment, visit.person, session_id)
    frame.forget_visit()
