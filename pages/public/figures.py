"""The figures of the nation for everybody, where the administrator has opened this page; elsewhere there is none."""

from __future__ import annotations

import streamlit as st

from core.services import public_figures
from core.services.official_sheets import Asked
from core.services.public_figures import PublicPage
from pages import frame
from pages.frame import Visit
from pages.widgets.figures import draw_sheet

_YEAR = "public_year"


def show() -> None:
    """Draw stages, levels and topics; the year stands in the address."""
    with frame.open_page() as visit:
        asked = Asked.from_address(st.query_params.to_dict())
        page = public_figures.public_page(visit.environment, asked, visit.language)
        st.title(visit.t("public-figures.title"), anchor=False)
        st.markdown(visit.t("public-figures.lead"))
        _choose_year(visit, page)
        for sheet in page.sheets:
            draw_sheet(visit, sheet, asked, with_files=False)
        if not page.years:
            st.caption(visit.t("public-figures.no-results"))


def _choose_year(visit: Visit, page: PublicPage) -> None:
    if len(page.years) < 2:
        return
    st.session_state[_YEAR] = page.year

    def put() -> None:
        st.query_params["nam"] = str(st.session_state[_YEAR])

    st.selectbox(
        visit.t("figures.choose.year"),
        page.years,
        format_func=str,
        key=_YEAR,
        filter_mode=None,
        width=240,
        on_change=put,
    )


if __name__ == "__main__":
    show()
