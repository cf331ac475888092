"""The small metrology bench: one tool at a time, its fields left, its result right, and where the result may go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import BadInput
from pages import frame
from pages.enterprise.bench import attaching, budget, decision, lot, study
from pages.enterprise.bench.attaching import Finding
from pages.enterprise.bench.fields import example_button
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Audience, Visit


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool: its worked example as the fields hold it, and what draws fields and result."""

    example: Callable[[Visit], Mapping[str, object]]
    draw: Callable[[Visit, DeltaGenerator, DeltaGenerator], Finding | None]


TOOLS: Mapping[str, Tool] = {
    budget.TOOL: Tool(budget.example, budget.draw),
    decision.TOOL: Tool(decision.example, decision.draw),
    study.TOOL: Tool(study.example, study.draw),
    lot.TOOL: Tool(lot.example, lot.draw),
}


def show() -> None:
    with frame.open_page(width=1160, needs=Audience.ENTERPRISE) as visit:
        chosen_enterprise(visit)
        st.title(visit.t("tools.title"), anchor=False)
        st.markdown(visit.t("tools.lead"))
        name = _chosen(visit)
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.header(visit.t(f"tools.{name}.title"), anchor=False, width="content")
            example_button(visit, name, TOOLS[name].example(visit))
        st.markdown(visit.t(f"tools.{name}.lead"))
        left, right = st.columns([5, 7], gap="medium")
        finding = _found(visit, TOOLS[name], left, right)
        if finding is not None:
            with right:
                attaching.panel(visit, name, finding)


def _found(visit: Visit, tool: Tool, left: DeltaGenerator, right: DeltaGenerator) -> Finding | None:
    try:
        return tool.draw(visit, left, right)
    except BadInput as error:
        with right:
            frame.error_box(visit, error)
        return None


def _chosen(visit: Visit) -> str:
    names = list(TOOLS)
    st.session_state.setdefault("tools_chosen", names[0])
    chosen = st.pills(
        visit.t("tools.which"),
        names,
        required=True,
        format_func=lambda name: visit.t(f"tools.{name}.name"),
        key="tools_chosen",
        label_visibility="collapsed",
        persist_state="session",
    )
    return chosen or names[0]


if __name__ == "__main__":
    show()
