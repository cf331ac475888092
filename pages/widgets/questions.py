"""The question card: what the law asks, the question, and one choice of seven that can never contradict itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache

import streamlit as st

from core.domain.assessment import Answer, Choice, RegisterLevel
from core.domain.catalogue import Question
from core.language import Language, Text
from pages.frame import Visit
from pages.widgets.marks import law_mark
from pages.widgets.writing import plain

_OPTIONS = tuple(Choice)
_LEVELS = {choice: choice.level for choice in Choice if choice.level is not None}


@contextmanager
def question_card(
    visit: Visit, question: Question, answer: Answer | None, *, is_gate: bool | None = None
) -> Iterator[None]:
    """Open the card of a question; the radio and what belongs to it are drawn inside.

    `is_gate`: whether the law asks this of the enterprise (None: as the question says); the mark is red while it fails.
    """
    gate = question.gate if is_gate is not False else None
    with st.container(border=True, key=f"qcard_{question.id}", gap="xsmall"):
        if gate:
            level = answer.counted_level if answer else None
            law_mark(visit, fails=level is not None and level < gate.pass_level)
        yield


def choice_radio(
    visit: Visit, question: Question, choice: Choice | None, on_change: Callable[[], None], *, disabled: bool = False
) -> Choice | None:
    """Draw the seven rows: levels 0 to 4, "don't know", "does not apply"; return what is chosen.

    Its key is `choice_key(question.id)`: the callback reads the new choice from the session state there.
    """
    key = choice_key(question.id)
    st.session_state.setdefault(key, choice)
    words = {option: choice_words(visit, question, option) for option in _OPTIONS}
    chosen = st.radio(
        f"{question.number}. {visit.say(question.text)}",
        _OPTIONS,
        index=None,
        format_func=words.__getitem__,
        key=key,
        on_change=on_change,
        width="stretch",
        disabled=disabled,
    )
    return Choice(chosen) if chosen else None


def choice_key(question_id: str) -> str:
    """Return the key of a question's radio in the session state."""
    return f"choice_{question_id}"


def choice_words(visit: Visit, question: Question, choice: Choice) -> str:
    """Return an option as Markdown; the number of a level stands in grey before it."""
    if choice in _LEVELS:
        return _level_words(question.levels, visit.language)[_LEVELS[choice]]
    return visit.t("widgets.choice.unknown" if choice is Choice.UNKNOWN else "widgets.choice.not-applicable")


def fact_words(visit: Visit, found: RegisterLevel) -> str:
    """Return what the register shows about a question: "4 of 5 instruments …"."""
    return visit.t(f"register-rules.fact.{found.fact}", good=found.good, count=found.count)


@lru_cache(maxsize=1024)
def _level_words(levels: tuple[Text, ...], language: Language) -> tuple[str, ...]:
    return tuple(f":gray[{level}]\u2002{plain(text[language])}" for level, text in enumerate(levels))
