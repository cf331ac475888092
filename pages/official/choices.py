"""What an official looks at: grouping, one group, year, stage; it stands in the address and can be passed on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

import streamlit as st

from core.domain.instruments import ServiceKind
from core.domain.programme_proposal import upper_first
from core.domain.statistics.figures import Dimension, Stage
from core.domain.statistics.sheets import SheetTeller
from core.services.official_sheets import Asked
from core.services.officials import OpenFigures
from pages.frame import Visit


def asked_now(figures: OpenFigures) -> Asked:
    """Return what the address asks for; an official of one province begins with it."""
    found = Asked.from_address(st.query_params.to_dict())
    if figures.provinces is None or found.by is not Dimension.PROVINCE:
        return found
    own = sorted(figures.provinces)
    return found if found.value in figures.provinces else replace(found, value=own[0])


def choose(
    visit: Visit,
    figures: OpenFigures,
    asked: Asked,
    *,
    with_year: bool,
    years: Sequence[int] = (),
    with_stage: bool = False,
    with_service: bool = False,
) -> None:
    """Draw the choices; a choice goes into the address, from which the next run reads it.

    years: to choose from; those with results where there are none.
    """
    years = years or figures.years
    teller = SheetTeller(visit.catalogue, visit.language)
    with st.container(horizontal=True, vertical_alignment="bottom", key="figures_choices"):
        _list(
            visit.t("figures.choose.by"),
            list(Dimension),
            asked.by,
            lambda one: visit.t(f"figures.dimension.{one}"),
            lambda one: replace(asked, by=one, value="", other=asked.other if asked.other is not one else asked.by),
            "by",
        )
        _list(
            visit.t("figures.choose.group"),
            _groups(visit, figures, asked.by),
            asked.value,
            lambda one: teller.value(asked.by, one) if one else visit.t("figures.whole"),
            lambda one: replace(asked, value=one),
            f"value_{asked.by}",
        )
        if with_year and years:
            _list(
                visit.t("figures.choose.year"),
                list(years),
                asked.year if asked.year in years else years[0],
                str,
                lambda one: replace(asked, year=one),
                "year",
            )
        if with_stage:
            _list(
                visit.t("figures.choose.stage"),
                list(Stage),
                asked.stage,
                teller.stage,
                lambda one: replace(asked, stage=one),
                "stage",
            )
        if with_service:
            _list(
                visit.t("figures.choose.service"),
                list(ServiceKind),
                asked.service,
                lambda one: upper_first(teller.word(f"service.{one}")),
                lambda one: replace(asked, service=one),
                "service",
            )


def _groups(visit: Visit, figures: OpenFigures, by: Dimension) -> list[str]:
    if by is Dimension.PROVINCE and figures.provinces is not None:
        return sorted(figures.provinces)
    return ["", *SheetTeller(visit.catalogue, visit.language).codes(by)]


T = TypeVar("T")


def _list(
    label: str,
    options: Sequence[T],
    chosen: T,
    write: Callable[[T], str],
    after: Callable[[T], Asked],
    name: str,
) -> None:
    key = f"figures_{name}"
    st.session_state[key] = chosen

    def put() -> None:
        st.query_params.from_dict(after(st.session_state[key]).address())

    st.selectbox(label, options, format_func=write, key=key, filter_mode=None, width=240, on_change=put)
