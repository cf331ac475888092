"""Boxes that save while one types. Streamlit's own save on leaving or after a pause; a reload would lose the text.

The browser's side stands in saving.js; the two talk in numbers of sendings: `confirmed` is the last one kept,
`refused` the last one that could not be kept (the text then stays in the box).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import streamlit as st

from core.errors import DoChuanError
from core.language import clean
from pages import frame
from pages.frame import Visit

_HERE = Path(__file__).parent
_area, _line = (
    st.components.v2.component(
        name,
        html=(_HERE / f"{name}.html").read_text(encoding="utf-8"),
        css=(_HERE / "saving.css").read_text(encoding="utf-8"),
        js=(_HERE / "saving.js").read_text(encoding="utf-8"),
    )
    for name in ("saving_text_area", "saving_line")
)

_EMPTIED = "saving.emptied"
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
    data = {
        "value": value,
        "label": label,
        "placeholder": placeholder,
        "help": help_text,
        "hide_label": hide_label,
        "disabled": disabled,
        "rows": rows,
        "limit": limit,
    }
    return _box(_area, visit, key, place, save, data)


def saving_line(
    visit: Visit,
    key: str,
    value: str,
    label: str,
    save: Save,
    *,
    limit: int,
    place: str = "",
    waits: bool = False,
    placeholder: str = "",
    disabled: bool = False,
) -> str:
    """Draw the same box for one line. `waits`: send on Enter and on leaving only, as half a date says nothing.

    `save` may keep the text in another form: the box then shows `value`, once it was left.
    """
    data = {
        "value": value,
        "label": label,
        "placeholder": placeholder,
        "help": "",
        "hide_label": False,
        "disabled": disabled,
        "waits": waits,
        "limit": limit,
    }
    return _box(_line, visit, key, place, save, data)


def form_area(visit: Visit, key: str, label: str, *, limit: int, place: str, first: str = "", rows: int = 2) -> None:
    """Draw a box of a form, whose text waits for a button; `form_text` tells it then, and `empty_form` ends it.

    The browser's tab remembers the text until the form is emptied, also over a reload. `first` stands in it until
    somebody types: a proposal, which may change.
    """
    _form_box(_area, visit, key, place, {"label": label, "limit": limit, "first": first, "rows": rows})


def form_line(
    visit: Visit,
    key: str,
    label: str,
    *,
    limit: int,
    place: str,
    first: str = "",
    placeholder: str = "",
    help_text: str = "",
) -> None:
    """Draw the same box for one line."""
    data = {"label": label, "limit": limit, "first": first, "placeholder": placeholder, "help": help_text}
    _form_box(_line, visit, key, place, data)


def form_text(key: str) -> str:
    """Return what stands in a box of a form."""
    state = st.session_state
    return typed_text(key, str(state.get(f"{key}.text", state.get(f"{key}.first", ""))))


def empty_form(*keys: str) -> None:
    """Empty boxes of a form, because their texts were kept or sent."""
    state = st.session_state
    for key in keys:
        state.pop(f"{key}.text", None)
        take_stored_text(key)
        if place := state.get(f"{key}.place"):
            state.setdefault(_EMPTIED, {})[place] = _numbers(key)["reset"]


def unsaved_text(key: str) -> str:
    """Return the text last sent from the box, for example the one that met a conflict."""
    return clean(str(_draft(key).get("text", "")))


def typed_text(key: str, stored: str) -> str:
    """Return what stands in the box: the text last sent from it, else the stored one.

    For a button beside the box: pressed right after the last key, its deed may run before the text was kept.
    """
    draft = _draft(key)
    return clean(str(draft["text"])) if draft and draft["number"] > _numbers(key)["reset"] else stored


def take_stored_text(key: str) -> None:
    """Replace what stands in the box, where the place has one, by the stored text, because the person chose so."""
    frame.forget_refusal(key)
    if f"{key}.numbers" not in st.session_state:
        return
    numbers = _numbers(key)
    numbers["reset"] = max(numbers["reset"] + 1, int(_draft(key).get("number", 0)))


def _box(draw: Callable[..., Any], visit: Visit, key: str, place: str, save: Save, data: dict[str, Any]) -> str:
    numbers = _numbers(key)
    state = draw(
        key=key,
        data={
            **data,
            **numbers,
            "place": _whole_place(visit, place),
            "emptied": st.session_state.get(_EMPTIED, {}),
            "words": {
                "count": visit.catalogue.word("widgets.count")[visit.language],
                "too_long": visit.t("widgets.too-long"),
                "unsaved": visit.t("widgets.unsaved"),
            },
        },
        on_draft_change=lambda: _keep(key, save),
    )
    draft = state.get("draft")
    unanswered = draft and draft["number"] > numbers["confirmed"] and numbers["reset"] < draft["number"]
    return str(draft["text"]) if draft and unanswered else str(data["value"])


def _form_box(draw: Callable[..., Any], visit: Visit, key: str, place: str, data: dict[str, Any]) -> None:
    def hold(_visit: Visit, text: str, _before: str) -> None:
        st.session_state[f"{key}.text"] = text

    st.session_state[f"{key}.place"] = _whole_place(visit, place)
    st.session_state[f"{key}.first"] = data.setdefault("first", "")
    shared = {"value": form_text(key), "placeholder": "", "help": "", "hide_label": False, "is_form": True}
    _box(draw, visit, key, place, hold, {**shared, "disabled": False, "waits": False, **data})


def _whole_place(visit: Visit, place: str) -> str:
    return f"{visit.actor.account_id if visit.actor else ''}/{place}" if place else ""


def _keep(key: str, save: Save) -> None:
    draft, numbers = _draft(key), _numbers(key)
    believed = [clean(str(text)) for text in draft["before"]]
    frame.attempt(key, _save_over, save, clean(str(draft["text"])), believed)
    numbers["refused" if frame.refused(key) else "confirmed"] = int(draft["number"])


def _save_over(visit: Visit, save: Save, text: str, believed: Sequence[str]) -> None:
    """Save over any of the texts that this person saw or wrote; `believed`: the latest first, at least one.

    More than one after a lost line: nobody knows then whether an earlier sending arrived; meeting it is no conflict.
    The text itself is none of them: over itself it would count as kept, though it may never have arrived.
    """
    others = [before for before in believed if before != text] or [text]
    for before in others[:-1]:
        # An earlier text may be one that was refused: half a date cannot even be read.
        with suppress(DoChuanError):
            save(visit, text, before)
            return
    save(visit, text, others[-1])


def _draft(key: str) -> dict[str, Any]:
    return dict(st.session_state.get(key, {}).get("draft") or {})


def _numbers(key: str) -> dict[str, int]:
    numbers: dict[str, int] = st.session_state.setdefault(f"{key}.numbers", {"confirmed": 0, "refused": 0, "reset": 0})
    return numbers
