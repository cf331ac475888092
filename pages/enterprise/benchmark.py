"""On the result: where the firm stands among enterprises like it, as a picture, a sentence and a table."""

from __future__ import annotations

import streamlit as st

from core.domain.statistics.benchmark import Benchmark
from core.domain.statistics.figures import QUANTILE_GROUP
from core.domain.statistics.sheets import SheetTeller
from core.language import number
from core.render import charts
from core.services import benchmarking
from core.services.assessing import Result
from core.services.benchmarking import Comparison
from pages.frame import Visit


def draw_benchmark(visit: Visit, result: Result) -> None:
    """Draw how the score of a result stands; one sentence where there is no group to stand in."""
    st.header(visit.t("benchmark.title"), anchor=False)
    found = benchmarking.compared(visit.environment, visit.person, result)
    if found is None:
        st.markdown(visit.t("benchmark.none", least=QUANTILE_GROUP))
        return
    compared = found.benchmark
    sentence = visit.t(f"benchmark.standing.{compared.standing}", group=_group(visit, compared))
    st.markdown(f"**{sentence}**")
    quartiles, own = compared.quartiles, number(compared.points, visit.language)
    left, right = st.columns([7, 5], gap="medium", vertical_alignment="center")
    with left:
        st.altair_chart(
            charts.quantile_band(quartiles.lower, quartiles.median, quartiles.upper, compared.points, own),
            width="stretch",
            alt=visit.t(
                "benchmark.alt",
                sentence=sentence,
                lower=quartiles.lower,
                median=quartiles.median,
                upper=quartiles.upper,
                own=compared.points,
            ),
        )
        st.caption(visit.t("benchmark.legend"))
    with right:
        _table(visit, found)
    for caption in _captions(visit, found):
        st.caption(caption)


def _table(visit: Visit, found: Comparison) -> None:
    quartiles = found.benchmark.quartiles
    own = "benchmark.own.reviewed" if found.is_reviewed else "benchmark.own.self"
    rows = (
        ("benchmark.lower", visit.t("benchmark.up-to", points=quartiles.lower)),
        ("benchmark.half", visit.t("benchmark.between", low=quartiles.lower, high=quartiles.upper)),
        ("benchmark.upper", visit.t("benchmark.from", points=quartiles.upper)),
        ("benchmark.median", number(quartiles.median, visit.language)),
        (own, number(found.benchmark.points, visit.language)),
    )
    headings = visit.t("benchmark.part"), visit.t("benchmark.points")
    st.table([dict(zip(headings, (visit.t(key), value), strict=True)) for key, value in rows], hide_index=True)


def _captions(visit: Visit, found: Comparison) -> list[str]:
    """Return who is compared with, why not with nearer ones, and what the own score is here for."""
    compared = found.benchmark
    teller = SheetTeller(visit.catalogue, visit.language)
    name = teller.value(compared.group, compared.value) if compared.group else teller.word("whole")
    lines = [
        visit.md("benchmark.among", group=name, count=compared.quartiles.firms, year=found.year, moment=found.at),
    ]
    if compared.too_small:
        small = ", ".join(visit.t(f"benchmark.group.{one}") for one in compared.too_small)
        lines.append(visit.t("benchmark.widened", groups=small, least=QUANTILE_GROUP))
    if compared.unnamed:
        names = ", ".join(teller.word(f"by.{one}") for one in compared.unnamed)
        lines.append(visit.t("benchmark.unnamed", names=names))
    return [*lines, visit.t("benchmark.note")]


def _group(visit: Visit, compared: Benchmark) -> str:
    return visit.t(f"benchmark.group.{compared.group or 'whole'}")
