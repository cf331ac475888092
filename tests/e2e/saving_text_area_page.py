"""A page with nothing but the saving text area, for test_saving_text_area.py; it keeps its text in a file."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from core.errors import AnswerRefused, Conflict  # noqa: E402
from pages import frame  # noqa: E402
from pages.widgets.boxes import conflict_box  # noqa: E402
from pages.widgets.saving import saving_line, saving_text_area, take_stored_text, unsaved_text  # noqa: E402

KEPT = Path(os.environ["SAVING_TEXT_AREA_FILE"])
KEPT_NUMBER = KEPT.with_suffix(".number")
KEY = "note"


def stored() -> str:
    return KEPT.read_text(encoding="utf-8") if KEPT.exists() else ""


def keep(text: str) -> None:
    whole = KEPT.with_suffix(".new")
    whole.write_text(text, encoding="utf-8")
    whole.replace(KEPT)


def save(_visit: frame.Visit, text: str, before: str) -> None:
    with KEPT.with_suffix(".sent").open("a", encoding="utf-8") as sent:
        sent.write(f"{text}\n")
    there = stored()
    if there not in (before, text):
        raise Conflict("answer-changed", who="Lan", at=datetime.now(UTC), theirs=there, yours=text)
    if "xx" in text:
        raise AnswerRefused("note-too-long", question="named-person", length=1, limit=1)
    keep(text)


def use_mine() -> None:
    keep(unsaved_text(KEY))
    take_stored_text(KEY)


@st.fragment
def card() -> None:
    with frame.refreshed() as visit:
        saving_text_area(visit, KEY, stored(), "Ghi chú", save, limit=100, place="note")
        error = frame.refused(KEY)
        if isinstance(error, Conflict):
            conflict_box(visit, error, KEY, keep_theirs=lambda: take_stored_text(KEY), keep_yours=use_mine)
        else:
            frame.refusal(visit, KEY)


def save_number(_visit: frame.Visit, text: str, _before: str) -> None:
    if not text.isdigit():
        raise AnswerRefused("note-too-long", question="named-person", length=1, limit=1)
    KEPT_NUMBER.write_text(str(int(text)), encoding="utf-8")


@st.fragment
def line() -> None:
    with frame.refreshed() as visit:
        number = KEPT_NUMBER.read_text(encoding="utf-8") if KEPT_NUMBER.exists() else ""
        saving_line(visit, "number", number, "Số", save_number, limit=10, place="number", waits=True)
        frame.refusal(visit, "number")


card()
line()
st.text_input("khác", key="other")
if st.button("chạy lâu"):
    time.sleep(1.5)
