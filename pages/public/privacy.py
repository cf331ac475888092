"""The privacy notice, as content/notices.toml words it and the settings of the operator fill it."""

from __future__ import annotations

import streamlit as st

from core.domain.statistics.suppression import MINIMUM_GROUP
from core.domain.template import Block, ListBlock, ParagraphBlock
from core.language import Text
from pages import frame
from pages.frame import Visit
from pages.widgets.writing import Details, plain

NOTICE = "notice-privacy"


def show() -> None:
    """Show the notice."""
    with frame.open_page(width=720) as visit:
        notice = visit.catalogue.templates[NOTICE]
        st.title(visit.say(notice.title) if notice.title else visit.t("frame.menu.privacy"), anchor=False)
        for block in notice.blocks:
            show_block(visit, block)


def show_block(visit: Visit, block: Block) -> None:
    """Draw a paragraph or a list; a notice has nothing else."""
    match block:
        case ParagraphBlock(style="note"):
            st.caption(filled(visit, block.text))
        case ParagraphBlock():
            st.markdown(filled(visit, block.text))
        case ListBlock():
            lead = f"{filled(visit, block.text)}\n\n" if block.text else ""
            st.markdown(lead + "\n".join(f"* {filled(visit, item.text)}" for item in block.items))


def filled(visit: Visit, text: Text) -> str:
    """Return a text with the operator's settings in it; what is not set is said to be missing."""
    settings = visit.environment.settings
    values = {
        "operator_name": settings.operator_name,
        "data_contact": settings.data_contact,
        "draft_days": str(settings.draft_days),
        "submitted_months": str(settings.submitted_months),
        "group_minimum": str(MINIMUM_GROUP),
    }
    missing = visit.t("widgets.none-yet")
    return visit.say(text).format_map(
        Details({name: plain(value or missing) for name, value in values.items()}, missing)
    )


if __name__ == "__main__":
    show()
