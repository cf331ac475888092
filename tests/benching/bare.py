"""The floor of answering: the widgets of the largest topic, each card a fragment, one upsert into SQLite; nothing else.

What makes ours fast is here too: the settings of .streamlit (the server is started where they lie), small messages that
leave at once and the collector that leaves alone what stays (bare_app.py). What ours draws again after an answer is
drawn again here: the card, the progress and the saved line. Else the floor would flatter us.
Nobody signs in, no question is read from the content, nothing is asked before or noted after the one upsert.
"""

from __future__ import annotations

import os
import sqlite3
import time
from functools import cache

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

TOPICS = 9
QUESTIONS = 8
BY_LAW = 4
OPTIONS = [f":gray[{level}]\u2002words of this level, about as long as ours" for level in range(5)]
OPTIONS += ["Nobody here knows this", "This does not apply to us"]


@cache
def database() -> sqlite3.Connection:
    """Return the one connection, as durable as the application's."""
    connection = sqlite3.connect(os.environ["BARE_DATABASE"], check_same_thread=False, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS answer (who TEXT, question INTEGER, choice TEXT, UNIQUE (who, question))"
    )
    return connection


def save(question: int) -> None:
    """Keep one answer."""
    choice = st.session_state[f"choice_{question}"]
    database().execute(
        "INSERT INTO answer VALUES (?, ?, ?) ON CONFLICT (who, question) DO UPDATE SET choice = excluded.choice",
        (st.session_state["who"], question, choice),
    )
    st.session_state["answers"][question] = choice
    st.session_state["saved_at"] = time.strftime("%H:%M")


@st.fragment
def card(question: int, progress: DeltaGenerator, saved: DeltaGenerator) -> None:
    """Draw one card, and what it changes outside."""
    with st.container(border=True, key=f"card_{question}", gap="xsmall"):
        if question < BY_LAW:
            st.badge("Required by law", icon=":material/gavel:", color="gray")
        st.radio(
            f"{question}. A question about as long as one of ours, which takes a line and a half of the card?",
            OPTIONS,
            index=None,
            key=f"choice_{question}",
            on_change=save,
            args=(question,),
            width="stretch",
        )
        st.expander("More", type="compact", icon=":material/attach_file:", key=f"more_{question}", on_change="rerun")
    draw_slots(progress, saved)


def draw_slots(progress: DeltaGenerator, saved: DeltaGenerator) -> None:
    """Say how far it is and when the last answer was kept."""
    done = len(st.session_state["answers"])
    progress.progress(done / QUESTIONS, text=f"{done} of {QUESTIONS} in this topic, {done} of 60 in all")
    saved.markdown(f":material/cloud_done: Saved at {st.session_state['saved_at']}", width="content")


def topics(place: str) -> None:
    """Draw a button for each topic."""
    for topic in range(TOPICS):
        st.button(f"{topic + 1}. A topic", key=f"{place}_{topic}", type="tertiary", width="stretch")


st.session_state.setdefault("who", os.urandom(16).hex())
st.session_state.setdefault("answers", {})
st.session_state.setdefault("saved_at", "–")
side, main = st.columns([5, 14], gap="medium")
with side:
    topics("wide")
with main:
    with st.popover("Topics"):
        topics("phone")
    st.title("A topic", anchor=False)
    st.markdown("A sentence about the topic.")
    st.caption("Another one.")
    progress_place = st.empty()
with st.bottom, st.container(horizontal=True):
    st.button("Back", key="back")
    saved_place = st.empty()
    st.button("Next", key="next", type="primary")
draw_slots(progress_place, saved_place)
with main:
    for number in range(QUESTIONS):
        card(number, progress_place, saved_place)
