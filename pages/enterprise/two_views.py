"""Two views in one firm: which topics are answered apart and by whom, one's own view of one, and what differs."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import streamlit as st

from core.domain.two_views import LEAST_PEOPLE
from core.services import two_views
from core.services.two_views import OpenViews, TopicViews
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.enterprise.own_view import draw_own_view
from pages.enterprise.view_agenda import draw_agenda
from pages.frame import Audience, Visit
from pages.widgets.boxes import empty_state
from pages.widgets.writing import plain

HERE = "enterprise/two_views.py"
TOPIC = "chu-de"
_PLACE = "views"


def show() -> None:
    with frame.open_page(width=720, needs=Audience.ENTERPRISE) as here:
        enterprise_id = chosen_enterprise(here)
        opened = two_views.open_views(here.environment, here.person, enterprise_id)
        visit = here.in_edition(opened.opened.catalogue)
        chosen = _chosen(opened)
        if chosen is None:
            _list(visit, opened, enterprise_id)
            return
        st.page_link(HERE, label=visit.t("views.back"), icon=":material/arrow_back:")
        frame.refusal(visit, _PLACE)
        if chosen.is_closed:
            draw_agenda(visit, opened, chosen, enterprise_id)
        else:
            draw_own_view(visit, opened, chosen)


def _chosen(opened: OpenViews) -> TopicViews | None:
    """Return the topic of the address, where this person has something to see there."""
    asked = st.query_params.get(TOPIC, "")
    found = next((one for one in opened.topics if str(one.topic.order) == asked), None)
    return found if found and (found.is_closed or found.mine is not None) else None


def _list(visit: Visit, opened: OpenViews, enterprise_id: UUID) -> None:
    st.title(visit.t("views.title"), anchor=False)
    st.markdown(visit.t("views.lead"))
    st.caption(visit.t("views.whose"))
    frame.refusal(visit, _PLACE)
    if not opened.topics:
        empty_state(visit.t("views.none-title"), visit.t("views.none"), icon=":material/rate_review:")
    for one in opened.topics:
        _topic(visit, opened, one)
    if opened.may_manage:
        _give(visit, opened, enterprise_id)
    elif opened.topics and not opened.may_answer:
        st.info(visit.t("views.give.locked"), icon=":material/lock:")


def _topic(visit: Visit, opened: OpenViews, one: TopicViews) -> None:
    with st.container(border=True, gap="xsmall", key=f"views_{one.topic.id}"):
        st.header(visit.md("widgets.topic", number=one.topic.order, title=one.topic.title), anchor=False)
        st.markdown(_state(visit, one))
        if not one.is_closed:
            st.markdown("  \n".join(_people(visit, one)))
        shown = {TOPIC: str(one.topic.order)}
        if one.is_closed:
            st.page_link(HERE, label=visit.t("views.agenda.open"), icon=":material/chevron_right:", query_params=shown)
        elif one.mine is not None:
            words = "views.answer.look" if one.is_done or not opened.may_answer else "views.answer.open"
            st.page_link(HERE, label=visit.t(words), icon=":material/chevron_right:", query_params=shown)
        if opened.may_manage:
            _manage(visit, one)


def _state(visit: Visit, one: TopicViews) -> str:
    if not one.is_closed:
        return f":blue-badge[{visit.t('views.state.open')}]"
    left = len(one.differing)
    if left:
        return f":orange-badge[{visit.t('views.state.differ', count=left)}]"
    return f":green-badge[{visit.t('views.state.settled')}]"


def _people(visit: Visit, one: TopicViews) -> Sequence[str]:
    lines = []
    for person in one.kept.people:
        icon = ":material/check_circle:" if person.done_at else ":material/schedule:"
        words = "views.person.done" if person.done_at else "views.person.not-done"
        lines.append(f"{icon} {visit.md(words, name=person.name)}")
    return lines


def _manage(visit: Visit, one: TopicViews) -> None:
    round_id = one.kept.id
    with st.container(horizontal=True):
        if not one.is_closed:
            names = ", ".join(person.name for person in one.kept.people if person.done_at is None)
            with st.popover(visit.t("views.close"), icon=":material/lock:", key=f"close_{one.topic.id}"):
                st.markdown(visit.md("views.close.ask", names=names))
                st.button(
                    visit.t("views.close.yes"),
                    key=f"close_yes_{one.topic.id}",
                    on_click=lambda: frame.attempt(_PLACE, _close, round_id),
                )
        with st.popover(
            visit.t("views.remove"), type="tertiary", icon=":material/close:", key=f"remove_{one.topic.id}"
        ):
            st.markdown(visit.t("views.remove.ask"))
            st.button(
                visit.t("views.remove.yes"),
                key=f"remove_yes_{one.topic.id}",
                on_click=lambda: frame.attempt(_PLACE, _remove, round_id),
            )


def _give(visit: Visit, opened: OpenViews, enterprise_id: UUID) -> None:
    free = opened.free_topics
    if not free:
        return
    st.header(visit.t("views.give.title"), anchor=False)
    with st.container(border=True):
        if len(opened.people) < LEAST_PEOPLE:
            st.markdown(visit.t("views.give.alone"))
            st.page_link("enterprise/members.py", icon=":material/group:")
            return
        titles = {one.id: visit.t("widgets.topic", number=one.order, title=one.title) for one in free}
        st.selectbox(
            visit.t("views.give.topic"),
            list(titles),
            format_func=titles.__getitem__,
            key="give_topic",
            filter_mode=None,
        )
        st.pills(
            visit.t("views.give.people"),
            list(opened.people),
            selection_mode="multi",
            format_func=lambda one: plain(opened.people[one]),
            key="give_people",
        )
        st.button(
            visit.t("views.give.button"),
            type="primary",
            icon=":material/person_add:",
            key="give",
            on_click=lambda: frame.attempt(_PLACE, _ask, enterprise_id),
        )


# Deeds


def _ask(visit: Visit, enterprise_id: UUID) -> None:
    state = st.session_state
    two_views.give_topic(
        visit.environment, visit.person, enterprise_id, state["give_topic"], list(state["give_people"] or ())
    )
    state["give_people"] = []


def _close(visit: Visit, round_id: UUID) -> None:
    two_views.close(visit.environment, visit.person, round_id)


def _remove(visit: Visit, round_id: UUID) -> None:
    two_views.remove(visit.environment, visit.person, round_id)


if __name__ == "__main__":
    show()
