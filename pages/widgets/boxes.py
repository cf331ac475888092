"""Boxes and lists that many screens share: nothing here yet, somebody else was faster, next step, steps, pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import streamlit as st

from core.errors import Conflict
from core.language import clock
from pages.frame import Visit
from pages.widgets.writing import in_html, written


def empty_state(title: str, text: str, icon: str = ":material/inbox:", action: str = "", key: str = "empty") -> bool:
    """Say what will be here and offer the first step; True when its button was pressed. Texts are Markdown."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.markdown(f":blue[{icon}]", width="content")
        st.markdown(f"**{title}**", width="content", text_alignment="center")
        st.markdown(text, width="content", text_alignment="center")
        return bool(action) and st.button(action, type="primary", key=f"{key}.first-step")


def conflict_box(
    visit: Visit,
    error: Conflict,
    key: str,
    *,
    keep_theirs: Callable[[], None],
    keep_yours: Callable[[], None],
    show: Callable[[Any], str] | None = None,
    nothing: str = "",
) -> None:
    """Show what somebody else saved meanwhile beside one's own, with one button for each.

    Reads who, at, theirs and yours from the error. `show` writes a value as plain text; `nothing` stands for None.
    Both deeds run as callbacks and should end with `frame.forget_refusal`.
    """
    details = error.details
    who = str(details.get("who") or visit.t("widgets.conflict.somebody"))
    at = details.get("at")
    time = clock(at) if isinstance(at, datetime) else written(at or "", visit.language)
    theirs, yours = (
        _shown(visit, details.get(side), show, nothing) or visit.t("widgets.conflict.empty")
        for side in ("theirs", "yours")
    )
    with st.container(border=True, gap="small", key=f"conflict_{key}"):
        title = visit.md("widgets.conflict.title", who=who, time=time)
        st.markdown(f":orange[:material/group:] **{title}**")
        st.markdown(visit.md("widgets.conflict.theirs", who=who, value=theirs))
        st.markdown(visit.md("widgets.conflict.yours", value=yours))
        st.markdown(visit.t("widgets.conflict.ask"))
        with st.container(horizontal=True):
            st.button(visit.md("widgets.conflict.keep-theirs", who=who), key=f"{key}.theirs", on_click=keep_theirs)
            st.button(visit.t("widgets.conflict.keep-yours"), key=f"{key}.yours", on_click=keep_yours)


def steady_label(key: str, label: str) -> str:
    """Return the label for an expander with `on_change`: while it is open, the one with which it was opened.

    Under another label Streamlit takes it for another expander and closes it, under the hands of whoever writes inside.
    """
    kept = f"{key}.label"
    if not st.session_state.get(key):
        st.session_state[kept] = label
    return str(st.session_state.setdefault(kept, label))


@contextmanager
def next_card(visit: Visit, key: str = "main") -> Iterator[None]:
    """Draw the tinted card of the next step; inside stand a heading, a line and the primary button of the screen."""
    with st.container(border=True, key=f"next_card_{key}", gap="small"):
        st.markdown(f":small[{visit.t('widgets.next-step')}]")
        yield


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a list; `icon` and `badge` say its state, steps without a line are waiting. Texts are Markdown."""

    key: str
    title: str
    icon: str = ":material/radio_button_unchecked:"
    line: str = ""
    badge: str = ""
    action: str = ""
    is_primary: bool = False


STEP_DONE = ":material/check_circle:"
STEP_NOW = ":material/arrow_circle_right:"
STEP_LAW = ":material/error:"
STEP_WAITS = ":material/radio_button_unchecked:"


def step_list(steps: Sequence[Step]) -> str | None:
    """Draw steps as a timeline; return the key of the step whose button was pressed."""
    pressed = [step.key for number, step in enumerate(steps, start=1) if _step(number, step)]
    return pressed[0] if pressed else None


def _step(number: int, step: Step) -> bool:
    key, title = f"step_{step.key}", f"{number}\\. {step.title}"
    if not step.line:
        st.expander(
            f"**{title}**" if step.icon == STEP_DONE else f":gray[{title}]", type="step", icon=step.icon, key=key
        )
        return False
    label = f"**{title}** {step.badge}".rstrip()
    with st.expander(label, expanded=True, type="step", icon=step.icon, key=key), spread_line():
        st.markdown(step.line, width="content")
        return bool(step.action) and st.button(
            step.action,
            key=f"step_open_{step.key}",
            type="primary" if step.is_primary else "secondary",
            icon=":material/chevron_right:",
            icon_position="right",
        )


@contextmanager
def spread_line() -> Iterator[None]:
    """Draw what follows on one line, the first thing left and the last right; on a phone it wraps."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        yield


def pairs(visit: Visit, rows: Sequence[tuple[str, object]]) -> None:
    """Draw words with their values, four beside each other where there is room; what is unknown is said."""
    none_yet = visit.t("widgets.none-yet")
    cells = ""
    for word, value in rows:
        shown = none_yet if value in (None, "") else written(value, visit.language)
        cells += f"<div><dt>{in_html(word)}</dt><dd>{in_html(shown)}</dd></div>"
    st.html(f'<dl class="pairs">{cells}</dl>')


def _shown(visit: Visit, value: object, show: Callable[[Any], str] | None, nothing: str) -> str:
    if value is None:
        return nothing
    if value == "":
        return ""
    return show(value) if show else written(value, visit.language)
