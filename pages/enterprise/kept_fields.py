"""A box of one line that keeps itself, with the refusal or the colleague's value right under it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import streamlit as st

from core.domain.register.amounts import read_amount, written_amount
from core.errors import BadInput, Conflict
from core.language import clean
from pages import frame
from pages.frame import Visit
from pages.widgets.boxes import conflict_box

TYPING = "1s"
"""A text field sends itself after this pause; leaving the page in the middle of a word loses nothing."""

KeepText = Callable[[Visit, str, bool], object]
"""Keeps a text; the truth says that it goes over what somebody else kept meanwhile."""
KeepAmount = Callable[[Visit, Decimal | None, bool], object]


def text_field(visit: Visit, key: str, label: str, value: str, keep: KeepText) -> None:
    """Draw a box for a line of text."""
    if frame.refused(key) is None and clean(str(st.session_state.get(key) or "")) != value:
        st.session_state[key] = value
    st.text_input(
        label,
        key=key,
        live=TYPING,
        on_change=lambda: frame.attempt(key, keep, clean(str(st.session_state[key] or "")), False),
    )
    _under(visit, key, lambda here: keep(here, clean(str(st.session_state[key] or "")), True))


def amount_field(
    visit: Visit,
    key: str,
    label: str,
    value: Decimal | int | None,
    keep: KeepAmount,
    *,
    whole: bool = False,
    disabled: bool = False,
) -> None:
    """Draw a box for an amount; empty means that it is not known."""
    shown = written_amount(value, visit.language)
    # What stands in the box and means the same is left as it was typed: the person may still be typing.
    if frame.refused(key) is None and not _means(key, value):
        st.session_state[key] = shown

    def read_and_keep(here: Visit, over: bool) -> None:
        keep(here, read_amount(key, str(st.session_state[key] or ""), whole=whole), over)

    st.text_input(
        label,
        key=key,
        placeholder=visit.t("plan.unknown-yet"),
        on_change=lambda: frame.attempt(key, read_and_keep, False),
        disabled=disabled,
    )
    _under(visit, key, lambda here: read_and_keep(here, True))


def typed_amount(key: str, *, whole: bool = False) -> Decimal | None:
    """Return what stands in a box of a trial calculation that is not kept. Raises BadInput."""
    return read_amount(key, str(st.session_state.get(key) or ""), whole=whole)


def _means(key: str, value: Decimal | int | None) -> bool:
    typed = st.session_state.get(key)
    if typed is None:
        return False
    try:
        return read_amount(key, str(typed)) == value
    except BadInput:
        return False


def _under(visit: Visit, key: str, insist: Callable[[Visit], object]) -> None:
    error = frame.refused(key)
    if isinstance(error, Conflict):
        conflict_box(
            visit,
            error,
            key,
            keep_theirs=lambda: frame.forget_refusal(key),
            keep_yours=lambda: frame.attempt(key, insist),
        )
    elif error:
        frame.error_box(visit, error)
