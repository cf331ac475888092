"""A text area that saves while one types. Streamlit's own saves on leaving the box only; a reload would lose the text.

The browser's side stands in saving_text_area.js; the two talk in numbers of sendings: `confirmed` is the last one kept,
`refused` the last one that could not be kept (the text then stays in the box).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import streamlit as st

from core.errors import Conflict
from core.language import clean
from pages import frame
from pages.frame import Visit

_HERE = Path(__file__).parent
_area = st.components.v2.component(
    "saving_text_area",
    html=(_HERE / "saving_text_area.html").read_text(encoding="utf-8"),
    css=(_HERE / "saving_text_area.css").read_text(encoding="utf-8"),
    js=(_HERE / "saving_text_area.js").read_text(encoding="utf-8"),
)

Save = Callable[[Visit, str, str], object]
"""Keeps a text: called with a fresh visit, the cleaned text, and the text this person believed to be stored before."""


def saving_text_area(
    visit: Visit,
    key: str,
    value: str,
    label: str,
    save: Save,
    *,
    limit: int,
    place: str = "",
    rows: int = 3,
    placeholder: str = "",
    help_text: str = "",
    hide_label: bool = False,
    disabled: bool = False,
) -> str:
    """Draw the box and return what stands in it now, as far as the server knows.

    `place` names what the text belongs to, over sessions: under it the browser's tab remembers what is not kept yet.

    `value` is the stored text. `save` runs as a callback a second after the last key, on leaving the box and before the
    page goes away; what it raises is kept for `frame.refusal(visit, key)`, and the text stays in the box.
    A text longer than `limit` characters is not sent; the box says so.
    """
    kept = _numbers(key)
    state = _area(
        key=key,
        data={
            "value": value,
            "label": label,
            "placeholder": placeholder,
            "help": help_text,
            "hide_label": hide_label,
            "disabled": disabled,
            "rows": rows,
            "place": f"{visit.actor.account_id if visit.actor else ''}/{place}" if place else "",
            "limit": limit,
            "confirmed": kept["confirmed"],
            "refused": kept["refused"],
            "reset": kept["reset"],
            "words": {
                "count": visit.catalogue.word("widgets.count")[visit.language],
                "too_long": visit.t("widgets.too-long"),
                "unsaved": visit.t("widgets.unsaved"),
            },
        },
        on_draft_change=lambda: _keep(key, save),
    )
    draft = state.get("draft")
    unanswered = draft and draft["number"] > kept["confirmed"] and kept["reset"] < draft["number"]
    return str(draft["text"]) if draft and unanswered else value


def unsaved_text(key: str) -> str:
    """Return the text last sent from the box, for example the one that met a conflict."""
    return clean(str(_draft(key).get("text", "")))


def take_stored_text(key: str) -> None:
    """Replace what stands in the box by the stored text, because the person chose so."""
    frame.forget_refusal(key)
    numbers = _numbers(key)
    numbers["reset"] = max(numbers["reset"] + 1, int(_draft(key).get("number", 0)))


def _keep(key: str, save: Save) -> None:
    draft, numbers = _draft(key), _numbers(key)
    believed = [clean(str(text)) for text in draft["before"]]
    frame.attempt(key, _save_over, save, clean(str(draft["text"])), believed)
    numbers["refused" if frame.refused(key) else "confirmed"] = int(draft["number"])


def _save_over(visit: Visit, save: Save, text: str, believed: Sequence[str]) -> None:
    """Save over any of the texts that this person saw or wrote; `believed`: the latest first, at least one.

    More than one after a lost line: nobody knows then whether an earlier sending arrived; meeting it is no conflict.
    """
    for before in believed[:-1]:
        with suppress(Conflict):
            save(visit, text, before)
            return
    save(visit, text, believed[-1])


def _draft(key: str) -> dict[str, Any]:
    return dict(st.session_state.get(key, {}).get("draft") or {})


def _numbers(key: str) -> dict[str, int]:
    numbers: dict[str, int] = st.session_state.setdefault(f"{key}.numbers", {"confirmed": 0, "refused": 0, "reset": 0})
    return numbers
