"""The floor of answering: the widgets of a topic page, each card a fragment, one upsert into SQLite; nothing else."""

from __future__ import annotations

import os
import sqlite3

import streamlit as st

QUESTIONS = 6
OPTIONS = [f"{level} words of this level, about as long as ours are" for level in range(7)]


@st.cache_resource
def database() -> sqlite3.Connection:
    """Return the one connection, as durable as the application's."""
    connection = sqlite3.connect(os.environ["BARE_DATABASE"], check_same_thread=False, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS answer (who TEXT, question INTEGER, choice TEXT, UNIQUE (who, question))"
    )
    return connection


def save(question: int) -> None:
    """Keep one answer."""
    database().execute(
        "INSERT INTO answer VALUES (?, ?, ?) ON CONFLICT (who, question) DO UPDATE SET choice = excluded.choice",
        (st.session_state.setdefault("who", os.urandom(8).hex()), question, st.session_state[f"choice_{question}"]),
    )


@st.fragment
def card(question: int) -> None:
    """Draw one card."""
    with st.container(border=True):
        st.radio(
            f"{question}. A question", OPTIONS, index=None, key=f"choice_{question}", on_change=save, args=(question,)
        )
        st.expander("More", type="compact", key=f"more_{question}", on_change="rerun")


side, main = st.columns([5, 14])
with side:
    for topic in range(9):
        st.button(f"{topic + 1}. A topic", key=f"topic_{topic}")
with main:
    st.title("A topic")
    st.progress(0.5, text="3 of 6")
    for number in range(QUESTIONS):
        card(number)
