"""How every tool shows its result: the sentence first, then numbers, the chart with its table, the formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import altair as alt
import streamlit as st

from core.domain.bench.figures import percent
from core.domain.bench.typed import CellProblem
from pages.frame import Visit
from pages.widgets.writing import plain

MOST_PROBLEMS = 6
"""Cells that are named one by one; the rest are counted."""


def sentence(visit: Visit, said: str) -> str:
    """Draw the result in one plain sentence, and return it as it is kept."""
    with st.container(border=True, key="next_card_tool", gap="xxsmall"):
        st.markdown(f":small[{visit.t('tools.result')}]  \n**{plain(said)}**")
    return said


def not_yet(visit: Visit, words: str) -> None:
    """Say what is still needed before there is a result."""
    st.info(visit.t(words), icon=":material/calculate:")


def chart(drawing: alt.LayerChart, alternative: str) -> None:
    """Draw a chart as wide as its place, with what it says in words."""
    st.altair_chart(drawing, width="stretch", alt=alternative)


@contextmanager
def table(visit: Visit, tool: str) -> Iterator[None]:
    """Open the part that holds the figures of the chart and how they arose."""
    with st.expander(visit.t(f"tools.{tool}.table"), icon=":material/calculate:", key=f"do_table_{tool}"):
        yield


def formula(visit: Visit, tool: str, lines: Sequence[str]) -> None:
    """Draw the formulas with their words and sources, folded."""
    with st.expander(visit.t("tools.formula"), icon=":material/menu_book:", key=f"do_formula_{tool}"):
        for line in lines:
            st.latex(line)
        st.markdown(visit.t(f"tools.{tool}.formula"))
        st.caption(visit.t("tools.source", source=visit.t(f"tools.{tool}.source")))


def with_unit(value: str, unit: str) -> str:
    """Return a written number with its unit, where one was given."""
    return f"{value} {unit}" if unit else value


def percentage(visit: Visit, share: float) -> str:
    """Return a share from 0 to 1 as it is read, with a sign that stays beside it."""
    return f"{percent(share, visit.language)}\u00a0%"


def problem_list(visit: Visit, problems: Sequence[CellProblem]) -> None:
    """Name the cells that hold no number, and what is seen in each."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f":orange[:material/warning:] **{visit.t('tools.cells.title', count=len(problems))}**")
        for one in problems[:MOST_PROBLEMS]:
            place = {"row": one.cell.row, "column": one.cell.column, "seen": one.cell.text}
            st.markdown(visit.md(f"tools.cells.{one.fault.value}", **place))
        if len(problems) > MOST_PROBLEMS:
            st.caption(visit.t("tools.cells.more", count=len(problems) - MOST_PROBLEMS))
        st.caption(visit.t("tools.cells.mend"))
