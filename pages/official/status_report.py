"""Officials: the status report on a year, as it will read, and its files."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import urlencode

import streamlit as st

from core.domain.document import Block, Chart, Drawing, Heading, Paragraph, ParagraphStyle, Table
from core.render.figure_drawings import chart_picture
from core.services import status_reports
from core.services.exchanging import DraftForm
from core.services.status_reports import NATION, OfferedReports
from pages import frame
from pages.frame import Audience, Visit
from pages.widgets.writing import plain

_PLACE, _YEAR = "tinh", "nam"


def show() -> None:
    """Draw the choices, the files and the text of the report."""
    with frame.open_page(width=860, needs=Audience.OFFICIAL) as visit:
        st.title(visit.t("status-report.menu"), anchor=False)
        st.markdown(visit.t("status-report.lead"))
        offered = status_reports.offered_reports(visit.environment, visit.person)
        place, year = _chosen(visit, offered)
        document = status_reports.report_of(visit.environment, visit.person, place, year, visit.language)
        _files(visit, place, year)
        st.header(visit.t("status-report.preview"), anchor=False)
        with st.container(border=True, key="report_preview"):
            main, appendix = document.parts[0], document.parts[-1]
            st.markdown(f"**{plain(main.title)}** {plain(main.summary)}")
            for block in main.blocks:
                _block(visit, block)
            tables = sum(isinstance(one, Table) for one in appendix.blocks)
            st.caption(visit.t("status-report.preview.appendix", count=tables))


def _chosen(visit: Visit, offered: OfferedReports) -> tuple[str, int]:
    """Draw the choices; they stand in the address, so that they can be passed on."""
    provinces = visit.catalogue.provinces

    def name(place: str) -> str:
        return visit.t("figures.whole") if place == NATION else visit.say(provinces[place].name)

    asked_place, asked_year = str(st.query_params.get(_PLACE, "")), str(st.query_params.get(_YEAR, ""))
    years = {str(one): one for one in offered.years}
    st.session_state["report_place"] = asked_place if asked_place in offered.places else offered.places[0]
    st.session_state["report_on"] = years.get(asked_year, offered.years[0])
    with st.container(horizontal=True):
        place = st.selectbox(
            visit.t("status-report.place"),
            offered.places,
            format_func=name,
            key="report_place",
            filter_mode=None,
            width=280,
            on_change=lambda: st.query_params.update({_PLACE: st.session_state["report_place"]}),
        )
        year = st.selectbox(
            visit.t("status-report.year"),
            offered.years,
            key="report_on",
            filter_mode=None,
            width=160,
            on_change=lambda: st.query_params.update({_YEAR: str(st.session_state["report_on"])}),
        )
    return place, year


def _files(visit: Visit, place: str, year: int) -> None:
    with st.container(horizontal=True, gap="small"):
        for form in (DraftForm.DOCX, DraftForm.PDF, DraftForm.XLSX):
            address = f"bao-cao-tinh-hinh-{visit.language.value}.{form}?{urlencode({_PLACE: place, _YEAR: year})}"
            label = visit.t("status-report.take", form=form.upper())
            frame.download_link(label, address, is_primary=form is DraftForm.DOCX)
    st.caption(visit.t("status-report.tables"))


def _block(visit: Visit, block: Block) -> None:
    if isinstance(block, Heading):
        st.subheader(plain(f"{block.number}. {block.text}" if block.number else block.text), anchor=False)
    elif isinstance(block, Paragraph):
        text = plain(block.text)
        if block.style is ParagraphStyle.NOTE:
            st.caption(text)
        else:
            st.markdown(text)
    elif isinstance(block, Table):
        if block.caption:
            st.markdown(plain(block.caption))
        headings = [column.heading for column in block.columns]
        st.table([dict(zip(headings, map(plain, row), strict=True)) for row in block.rows], hide_index=True)
    elif isinstance(block, Drawing) and isinstance(block.figure, Chart):
        # Held in the page itself: nobody else can ask the server for it.
        picture = b64encode(chart_picture(block.figure, block.caption, [])).decode()
        st.image(f"data:image/png;base64,{picture}", width="stretch", alt=block.alt)


if __name__ == "__main__":
    show()
