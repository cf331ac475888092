"""The list of topics: a column on a wide screen, one button on a phone. Both are drawn, CSS shows one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.domain.catalogue import Topic
from pages.frame import Visit


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic with how far it is: `is_done` when nothing is open in it, `is_begun` when something is answered."""

    topic: Topic
    is_done: bool
    is_begun: bool


def topic_column(visit: Visit, lines: Sequence[TopicLine], current: str) -> str | None:
    """Draw the list for wide screens, inside a column of its own; return the id of the topic that was pressed."""
    with st.container(key="topics_wide", gap="xxsmall"):
        st.caption(visit.t("widgets.topics"))
        return _buttons(visit, lines, current, "wide")


def topic_button(visit: Visit, lines: Sequence[TopicLine], current: str) -> str | None:
    """Draw the button for phones, above the title; return the id of the topic that was pressed."""
    place = next(number for number, line in enumerate(lines, start=1) if line.topic.id == current)
    label = visit.t("widgets.topics-phone", number=place, count=len(lines))
    with (
        st.container(key="topics_phone"),
        st.popover(label, icon=":material/list:", width="stretch", key="topics_popover"),
        st.container(gap="xxsmall"),
    ):
        return _buttons(visit, lines, current, "phone")


def _buttons(visit: Visit, lines: Sequence[TopicLine], current: str, place: str) -> str | None:
    pressed = None
    for line in lines:
        is_current = line.topic.id == current
        if st.button(
            visit.t("widgets.topic", number=line.topic.order, title=line.topic.title),
            key=f"topic_{place}_{line.topic.id}",
            icon=_icon(line, is_current),
            type="secondary" if is_current else "tertiary",
            width="stretch",
        ):
            pressed = line.topic.id
    return pressed


def _icon(line: TopicLine, is_current: bool) -> str:
    if line.is_done:
        return ":material/check_circle:"
    return ":material/arrow_circle_right:" if is_current or line.is_begun else ":material/radio_button_unchecked:"
