"""Fields of a tool: what is typed stays in this browser tab's session, and what cannot be read is told beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import streamlit as st

from core.domain.bench.typed import read_number, read_whole
from core.errors import BadInput
from pages import frame
from pages.frame import Visit

LINE_LIMIT = 60
TABLE_LIMIT = 20_000
TYPING = "1s"
_BEFORE = "tools_before"
_EXAMPLE = "tools_example"


@dataclass(slots=True)
class Fields:
    """The fields of one tool in one run. refused: how many of them cannot be read."""

    visit: Visit
    tool: str
    refused: int = field(default=0)

    def key(self, name: str) -> str:
        return f"{_prefix(self.tool)}{name}"

    def text(self, name: str, words: str = "", *, limit: int = LINE_LIMIT, usual: str = "") -> str:
        """Draw a line of text and return it."""
        st.session_state.setdefault(self.key(name), usual)
        typed = st.text_input(
            self._label(name, words),
            key=self.key(name),
            max_chars=limit,
            live=TYPING,
            persist_state="session",
            help=None,
        )
        return (typed or "").strip()

    def number(
        self, name: str, words: str = "", check: Callable[[float, str], float] | None = None, usual: str = ""
    ) -> float | None:
        """Draw a field of a number and return it; None when empty or refused, which is then told under it."""
        with st.container(gap="xxsmall"):
            typed = self.text(name, words, usual=usual)
            try:
                value = read_number(name, typed, self.visit.language)
                return value if value is None or check is None else check(value, name)
            except BadInput as error:
                self.refuse(error)
        return None

    def percent(self, name: str, check: Callable[[float, str], float], usual: str) -> float | None:
        """Draw a field of a percentage and return it as a share from 0 to 1."""
        return self.number(name, check=lambda value, field: check(value / 100, field), usual=usual)

    def whole(self, name: str, words: str = "", least: int = 1, *, is_needed: bool = False) -> int | None:
        """Draw a field of a count and return it; None when empty (which is refused where it is needed) or refused."""
        with st.container(gap="xxsmall"):
            typed = self.text(name, words)
            try:
                value = read_whole(name, typed)
                if value is None and is_needed:
                    raise BadInput("number-missing", field=name)
                if value is not None and value < least:
                    raise BadInput("count-too-small", field=name, seen=value, least=least)
            except BadInput as error:
                self.refuse(error)
            else:
                return value
        return None

    def table(self, name: str, height: int) -> str:
        """Draw a large field for what is pasted and return it."""
        st.session_state.setdefault(self.key(name), "")
        typed = st.text_area(
            self._label(name, ""),
            key=self.key(name),
            height=height,
            max_chars=TABLE_LIMIT,
            placeholder=self.visit.t(f"tools.{self.tool}.{name}-example"),
            persist_state="session",
        )
        return typed or ""

    def refuse(self, error: BadInput) -> None:
        """Tell what is wrong, here, and remember that something is."""
        self.refused += 1
        frame.error_box(self.visit, error)

    def _label(self, name: str, words: str) -> str:
        return self.visit.t(f"tools.{self.tool}.field.{words or name}")


def example_button(visit: Visit, tool: str, example: Mapping[str, object]) -> None:
    """Draw the button that fills in the worked example, or takes it away and brings back what was typed before."""
    if st.session_state.get(_before(tool)) is None:
        words, icon, deed = "tools.example.show", ":material/visibility:", _fill
    else:
        words, icon, deed = "tools.example.hide", ":material/undo:", _bring_back
    st.button(visit.t(words), icon=icon, key=f"do_example_{tool}", on_click=deed, args=(tool, example))


def is_example(tool: str) -> bool:
    """Tell whether a tool holds its worked example as it is: that is nobody's result."""
    filled = st.session_state.get(f"{_EXAMPLE}_{tool}")
    return filled is not None and st.session_state.get(_before(tool)) is not None and filled == _typed(tool, filled)


def _fill(tool: str, example: Mapping[str, object]) -> None:
    state = st.session_state
    state[_before(tool)] = _typed(tool)
    filled = {_prefix(tool) + name: value for name, value in example.items()}
    for key in state[_before(tool)]:
        # A field that the example says nothing about is empty in it; one that holds a choice keeps it.
        if type(state[key]) is str and key not in filled:
            state[key] = ""
    state.update(filled)
    state[f"{_EXAMPLE}_{tool}"] = filled


def _bring_back(tool: str, example: Mapping[str, object]) -> None:
    before = st.session_state.pop(_before(tool))
    for name in example:
        key = _prefix(tool) + name
        if key not in before:
            st.session_state[key] = ""
    st.session_state.update(before)


def _typed(tool: str, only: Mapping[str, object] | None = None) -> dict[str, object]:
    """Return what stands in the fields of a tool, or in those that are named."""
    keys = [str(key) for key in st.session_state if str(key).startswith(_prefix(tool))]
    return {key: st.session_state[key] for key in keys if only is None or key in only}


def _prefix(tool: str) -> str:
    return f"tools_in_{tool}_"


def _before(tool: str) -> str:
    return f"{_BEFORE}_{tool}"
