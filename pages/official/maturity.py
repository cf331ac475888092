"""Officials: levels and gaps of a year, by province, trade, size and kind, and what moved since the year before."""

from __future__ import annotations

import streamlit as st

from core.domain.statistics.sheets import SheetTeller
from core.errors import NotThere
from core.services import officials
from core.services.official_sheets import SheetName, sheet_of
from pages import frame
from pages.frame import Audience
from pages.official.choices import asked_now, choose
from pages.widgets.boxes import empty_state
from pages.widgets.figures import draw_sheet

_SHEETS = (
    SheetName.LEVELS,
    SheetName.VALIDATED_LEVELS,
    SheetName.TOPICS,
    SheetName.GATES,
    SheetName.GAPS,
    SheetName.QUARTILES,
    SheetName.PAIR_MEANS,
    SheetName.PAIRS,
    SheetName.CHANGES,
)


def show() -> None:
    """Draw the figures of the results."""
    with frame.open_page(needs=Audience.OFFICIAL) as visit:
        st.title(visit.t("overview.maturity.title"), anchor=False)
        st.caption(visit.t("overview.maturity.lead"))
        figures = officials.open_figures(visit.environment, visit.person)
        if not figures.years:
            empty_state(
                visit.t("overview.nothing.title"), visit.t("overview.nothing.text"), icon=":material/query_stats:"
            )
            return
        teller = SheetTeller(visit.catalogue, visit.language)
        asked = asked_now(figures)
        choose(visit, figures, asked, with_year=True)
        for name in _SHEETS:
            try:
                sheet = sheet_of(figures, teller, name, asked)
            except NotThere:
                if name is SheetName.CHANGES:
                    st.caption(visit.t("overview.change.none"))
                continue
            draw_sheet(visit, sheet, asked, row=asked.value)


if __name__ == "__main__":
    show()
