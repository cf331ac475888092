"""A button that hands one file to the server. Streamlit's own uploader speaks English only, in a role that axe refuses.

The file comes as a trigger: it is there for one run and is not kept in the session.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from core.errors import FileRefused
from pages import frame
from pages.frame import Visit

_HERE = Path(__file__).parent
_picker = st.components.v2.component(
    "file_picker",
    html=(_HERE / "file_picker.html").read_text(encoding="utf-8"),
    css=(_HERE / "file_picker.css").read_text(encoding="utf-8"),
    js=(_HERE / "file_picker.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True, slots=True)
class PickedFile:
    """A file as the browser names it; nothing of it is to be trusted."""

    name: str
    content: bytes


def file_picker(
    visit: Visit,
    key: str,
    label: str,
    take: Callable[[Visit, PickedFile], object],
    *,
    kinds: tuple[str, ...],
    limit: int,
    help_text: str = "",
    disabled: bool = False,
) -> None:
    """Draw the button. `take` runs as a callback with a fresh visit; what it raises waits for `frame.refusal`.

    kinds: endings such as ".pdf", a help for the person only. limit: most bytes; the server looks again.
    """
    _picker(
        key=key,
        data={
            "label": label,
            "help": help_text,
            "accept": ",".join(kinds),
            "limit": limit,
            "disabled": disabled,
            "words": {
                "too_large": visit.catalogue.word("widgets.file-too-large")[visit.language].replace(
                    "{limit}", str(limit // (1024 * 1024))
                ),
                "sending": visit.t("widgets.file-sending"),
            },
        },
        on_picked_change=lambda: frame.attempt(key, _handed_over, key, take, limit),
    )


def _handed_over(visit: Visit, key: str, take: Callable[[Visit, PickedFile], object], limit: int) -> None:
    picked: dict[str, Any] | None = st.session_state.get(key, {}).get("picked")
    if picked:
        take(visit, read_picked(picked, limit))


def read_picked(picked: dict[str, Any], limit: int) -> PickedFile:
    """Return what the browser sent as a file. Raises FileRefused for what is no file or larger than `limit` bytes."""
    name, coded = str(picked.get("name", "")), str(picked.get("content", ""))
    if len(coded) > limit * 4 // 3 + 4:
        raise FileRefused("file-too-large", place=name, seen=len(coded) * 3 // 4, expected=limit)
    try:
        return PickedFile(name, base64.b64decode(coded, validate=True))
    except (binascii.Error, ValueError) as error:
        raise FileRefused("file-damaged", place=name) from error
