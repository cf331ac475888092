"""The first page: what this is, an example of the result, three doors, who sees what."""

from __future__ import annotations

from fractions import Fraction

import streamlit as st

from core.domain.statistics.suppression import MINIMUM_GROUP
from core.services import providers, public_figures
from pages import frame
from pages.frame import Audience, Visit
from pages.widgets.levels import level_name, level_strip

# The example is invented; its numbers stand for a firm on level 2 with some questions open.
EXAMPLE_LEVEL, EXAMPLE_LOW, EXAMPLE_HIGH = 2, Fraction(414, 10), Fraction(558, 10)
DOORS = (
    ("enterprise", ":material/storefront:"),
    ("adviser", ":material/rate_review:"),
    ("official", ":material/query_stats:"),
)
START = {
    Audience.ENTERPRISE: "enterprise/home.py",
    Audience.ADVISER: "adviser/queue.py",
    Audience.OFFICIAL: "official/overview.py",
    Audience.ADMINISTRATOR: "admin/administration.py",
}


def show() -> None:
    """Welcome a guest; send who is signed in to where their work begins."""
    with frame.open_page() as visit:
        if visit.actor is not None:
            st.switch_page(START[frame.audiences(visit.actor)[0]])
        _from_the_provider(visit)
        promise, example = st.columns([4, 3], gap="medium", vertical_alignment="center")
        with promise:
            the_promise(visit)
        with example, st.container(border=True, gap="small"):
            the_example(visit)
        the_doors(visit)
        who_sees_what(visit)
        the_figures(visit)
        the_check(visit)


def _from_the_provider(visit: Visit) -> None:
    """Lead on who just comes back from the identity provider: Streamlit leads everybody here."""
    if not frame.door() or frame.stays_a_guest():
        return
    identity = frame.provider_identity(visit)
    if identity is not None and providers.is_fresh(visit.environment, identity):
        st.switch_page("public/provider.py")
    if provider := visit.environment.settings.provider_title:
        st.info(visit.md("provider.failed", provider=provider), icon=":material/info:")


def the_promise(visit: Visit) -> None:
    """Say what this does for a firm, and offer the first step."""
    st.title(visit.t("home.title"), anchor=False)
    st.markdown(visit.t("home.promise"))
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(visit.t("home.quick"), type="primary", icon=":material/play_arrow:", key="home.quick"):
            st.switch_page("public/quick_check.py")
        frame.action_link(visit.t("frame.sign-in"), "/dang-nhap")
    st.caption(visit.t("home.quick-note"))


def the_example(visit: Visit) -> None:
    """Show what a result looks like."""
    st.markdown(f":small[:gray[{visit.t('home.example.title')}]]  \n**{level_name(visit, EXAMPLE_LEVEL)}**")
    level_strip(visit, EXAMPLE_LOW, EXAMPLE_HIGH)
    first, second = visit.t("home.example.first"), visit.t("home.example.second")
    st.markdown(f":red[:material/gavel:] {first}  \n:blue[:material/event:] {second}")


def the_doors(visit: Visit) -> None:
    """Show the three doors."""
    st.header(visit.t("home.doors"), anchor=False)
    with st.grid(3, min_column_width=260):
        for door, icon in DOORS:
            with st.container(border=True, height="stretch"):
                st.markdown(f"### :blue[{icon}] {visit.t(f'home.door.{door}.title')}", anchors=False)
                st.markdown(visit.t(f"home.door.{door}.text"))
                st.space("stretch")
                frame.action_link(visit.t(f"home.door.{door}.enter"), "/dang-nhap", is_wide=True)


def who_sees_what(visit: Visit) -> None:
    """Say in three sentences who sees which data."""
    st.header(visit.t("home.who-sees"), anchor=False)
    sentences = (
        visit.t("home.sees.draft"),
        visit.t("home.sees.sent"),
        visit.t("home.sees.totals", minimum=MINIMUM_GROUP),
    )
    st.markdown("\n".join(f"* {sentence}" for sentence in sentences))


def the_figures(visit: Visit) -> None:
    """Lead on to the figures of the nation, where their page is open."""
    if public_figures.is_open(visit.environment):
        st.header(visit.t("public-figures.title"), anchor=False)
        st.markdown(visit.t("public-figures.home"))
        st.page_link("public/figures.py", icon=":material/query_stats:")


def the_check(visit: Visit) -> None:
    """Lead on who holds a draft that somebody gave them."""
    st.header(visit.t("check.home"), anchor=False)
    st.markdown(visit.t("check.home.text"))
    st.page_link("public/check.py", icon=":material/qr_code:")


if __name__ == "__main__":
    show()
