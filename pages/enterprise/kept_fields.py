"""A line of text or an amount that keeps itself, with the refusal or the colleague's value right under it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import streamlit as st

from core.domain.register.amounts import read_amount, written_amount
from core.domain.register.typed import LINE_LIMIT
from core.errors import BadInput, Conflict
from pages import frame
from pages.frame import Visit
from pages.widgets.boxes import conflict_box
from pages.widgets.saving import saving_line, take_stored_text

Keep = Callable[[Visit, Any, Any], object]
"""Keeps a value over the one that the person saw before; over whatever is stored where that is `...`."""


def text_field(visit: Visit, key: str, label: str, value: str, keep: Keep, *, place: str) -> None:
    """Draw a box for a line of text. `place`: what it belongs to, over sessions."""
    saving_line(visit, key, value, label, keep, limit=LINE_LIMIT, place=place)
    _under(visit, key, keep, str)


def amount_field(
    visit: Visit,
    key: str,
    label: str,
    value: Decimal | int | None,
    keep: Keep,
    *,
    place: str,
    whole: bool = False,
    disabled: bool = False,
) -> None:
    """Draw a box for an amount, which is sent when it is left; empty means that it is not known."""

    def read(typed: str) -> Decimal | None:
        return read_amount(key, typed, whole=whole)

    saving_line(
        visit,
        key,
        written_amount(value, visit.language),
        label,
        lambda here, text, before: keep(here, read(text), read(before)),
        limit=LINE_LIMIT,
        place=place,
        waits=True,
        placeholder=visit.t("plan.unknown-yet"),
        disabled=disabled,
    )
    _under(visit, key, keep, lambda amount: written_amount(amount, visit.language))


def trial_amount(visit: Visit, key: str, label: str, *, whole: bool = False) -> Decimal | None:
    """Draw a box for an amount that is only reckoned with and not kept; return it, None while it cannot be read."""
    typed = st.text_input(label, key=key)
    try:
        return read_amount(key, typed or "", whole=whole)
    except BadInput as refused:
        frame.error_box(visit, refused)
        return None


def _under(visit: Visit, key: str, keep: Keep, show: Callable[[Any], str]) -> None:
    error = frame.refused(key)
    if isinstance(error, Conflict):
        conflict_box(
            visit,
            error,
            key,
            keep_theirs=lambda: take_stored_text(key),
            keep_yours=lambda: _keep_yours(key, keep, error.details["yours"]),
            show=show,
        )
    elif error:
        frame.error_box(visit, error)


def _keep_yours(key: str, keep: Keep, value: object) -> None:
    """Keep one's own value over a colleague's, having seen both."""
    frame.attempt(key, keep, value, ...)
    if frame.refused(key) is None:
        take_stored_text(key)
