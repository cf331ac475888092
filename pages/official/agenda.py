"""Officials: difficulties and proposals by theme, and the paper that gives a meeting its agenda."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from core.domain.feedback import Feedback, FeedbackKind, Theme
from core.domain.statistics.figures import Dimension
from core.domain.statistics.sheets import SheetTeller
from core.domain.statistics.suppression import MINIMUM_GROUP
from core.services.agenda import GROUP_SHEETS, MOST_QUOTES, SHEETS, OpenAgenda, open_agenda
from core.services.exchanging import DraftForm
from core.services.official_sheets import Asked, sheet_of
from core.services.officials import open_figures
from pages import frame
from pages.frame import Audience, Visit
from pages.official.choices import asked_now, choose
from pages.widgets.boxes import empty_state
from pages.widgets.figures import draw_sheet
from pages.widgets.writing import plain


def show() -> None:
    """Draw what was told, how often, and in whose words."""
    with frame.open_page(needs=Audience.OFFICIAL) as visit:
        st.title(visit.t("agenda.title"), anchor=False)
        st.caption(visit.t("agenda.lead", least=MINIMUM_GROUP))
        asked = asked_now(open_figures(visit.environment, visit.person))
        opened = open_agenda(visit.environment, visit.person, asked)
        if opened is None:
            title, text = visit.t("agenda.none.title"), visit.t("agenda.none.text", least=MINIMUM_GROUP)
            empty_state(title, text, icon=":material/forum:")
            return
        asked = replace(asked, year=opened.year)
        choose(visit, opened.figures, asked, with_year=True, years=opened.figures.told_years)
        teller = SheetTeller(visit.catalogue, visit.language)
        place = teller.value(Dimension.PROVINCE, opened.place) if opened.place else visit.t("status-report.nation")
        _files(visit, asked, opened, place)
        for kind in FeedbackKind:
            draw_sheet(visit, sheet_of(opened.figures, teller, SHEETS[kind], asked), asked)
            _quotes(visit, teller, opened, kind, place)
        for kind in FeedbackKind:
            draw_sheet(visit, sheet_of(opened.figures, teller, GROUP_SHEETS[kind], asked), asked, row=asked.value)


def _files(visit: Visit, asked: Asked, opened: OpenAgenda, place: str) -> None:
    st.markdown(visit.md("agenda.take.lead", place=place, year=opened.year))
    with st.container(horizontal=True, gap="small"):
        for form in (DraftForm.DOCX, DraftForm.PDF, DraftForm.XLSX):
            address = f"kien-nghi-{visit.language.value}.{form}?{urlencode(asked.address())}"
            label = visit.t("agenda.take", form=form.upper())
            frame.download_link(label, address, is_primary=form is DraftForm.DOCX)


def _quotes(visit: Visit, teller: SheetTeller, opened: OpenAgenda, kind: FeedbackKind, place: str) -> None:
    st.subheader(visit.t(f"agenda.quotes.{kind}", place=place), anchor=False)
    quoted = [(theme, opened.quotes[kind, theme]) for theme in Theme if (kind, theme) in opened.quotes]
    if not quoted:
        st.caption(visit.t("agenda.quotes.none"))
        return
    st.caption(visit.t("agenda.quotes.lead", most=MOST_QUOTES))
    for theme, words in quoted:
        with st.container(border=True, gap="small", key=f"quotes_{kind}_{theme}"):
            st.markdown(f"**{plain(teller.theme(theme))}**")
            for one in words:
                _quote(visit, one)


def _quote(visit: Visit, one: Feedback) -> None:
    with st.container(gap="xsmall"):
        st.markdown(f"“{plain(one.text)}”")
        if one.cause:
            st.caption(visit.md("agenda.quotes.cause", cause=one.cause))
        if one.addressee:
            addressee = visit.t(f"report.addressee.{one.addressee}")
            st.caption(visit.t("agenda.quotes.addressee", addressee=addressee))


if __name__ == "__main__":
    show()
