"""What happened to one's files: the notices of a signed-in person, newest first."""

from __future__ import annotations

import streamlit as st

from core.domain.notices import KeptNotice, NoticeKind
from core.language import moment
from core.services import noticing
from pages import frame
from pages.frame import Visit
from pages.widgets.boxes import empty_state

_WIDTH = 720
FIRM, REVIEWER = "/gui-ho-so", "/xem-ho-so?id={id}"
_INVITED = {
    NoticeKind.VIEW_ASKED: "/hai-goc-nhin",
    # The line above every page holds the button by which an adviser comes in.
    NoticeKind.SESSION_OFFERED: "/ho-so-cho",
    NoticeKind.SESSION_JOINED: "/lam-cung-chuyen-gia",
}


def show() -> None:
    with frame.open_page(width=_WIDTH) as visit:
        if visit.actor is None:
            frame.closed(visit)
            frame.stop(visit)
        notices = noticing.notices_of(visit.environment, visit.person)
        st.title(visit.t("notices.title"), anchor=False)
        if not notices:
            empty_state(visit.t("notices.none"), visit.t("notices.none.text"), icon=":material/notifications:")
            return
        if any(notice.seen_at is None for notice in notices):
            st.button(
                visit.t("notices.see-all"),
                key="see_all",
                on_click=frame.attempt,
                args=("notices", _see_all),
                type="tertiary",
            )
        with st.container(border=True):
            for notice in notices:
                _notice(visit, notice)


def _notice(visit: Visit, notice: KeptNotice) -> None:
    is_own = notice.enterprise_id in visit.person.memberships
    reviewed = FIRM if is_own else REVIEWER.format(id=notice.submission_id)
    address = _INVITED.get(notice.kind, reviewed)
    mark = "" if notice.seen_at else f" :blue-badge[{visit.t('notices.new')}]"
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        horizontal_alignment="distribute",
        key=f"row_notice_{notice.id}",
    ):
        with st.container(gap=None, width="stretch"):
            st.markdown(visit.md(f"notices.kind.{notice.kind.value}", enterprise=notice.enterprise_name) + mark)
            st.caption(moment(notice.at, visit.language))
        frame.action_link(visit.t("notices.open"), address)


def _see_all(visit: Visit) -> None:
    noticing.see_all(visit.environment, visit.person)


if __name__ == "__main__":
    show()
