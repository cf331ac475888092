"""The gauge study: a pasted table of readings, the verdict on the measuring system, and where it scatters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.domain.bench.figures import figure
from core.domain.bench.studies import GOOD_CATEGORIES, CellMean, cell_means, read_table
from core.domain.metrology.checking import positive
from core.domain.metrology.gauge_study import GaugeStudy, Source, VarianceRow, gauge_study
from core.render.bench_charts import StudyPoint, study_lines
from pages.enterprise.bench.attaching import Finding
from pages.enterprise.bench.fields import Fields
from pages.enterprise.bench.showing import chart, formula, not_yet, problem_list, sentence, table, with_unit
from pages.frame import Visit
from pages.widgets.boxes import pairs
from pages.widgets.writing import plain

TOOL = "study"
_FORMULAS = (
    r"\sigma_\mathrm{rep}^2 = MS_e",
    r"\sigma_\mathrm{op}^2 = \frac{MS_{op} - MS_e}{r}",
    r"\sigma_o^2 = \frac{MS_o - MS_{op}}{p\,r}",
    r"\sigma_p^2 = \frac{MS_p - MS_{op}}{o\,r}",
    r"\%GRR = 100\,\frac{\sigma_{GRR}}{\sigma_{TV}}",
)


def example(visit: Visit) -> Mapping[str, object]:
    """Return the worked example as the fields hold it: content/words/tools.toml, EX-GRR-2."""
    return {name: visit.t(f"tools.{TOOL}.example.{name}") for name in ("table", "unit")} | {"tolerance": ""}


def draw(visit: Visit, left: DeltaGenerator, right: DeltaGenerator) -> Finding | None:
    """Draw the fields left and the result right; return it, None while there is nothing to judge."""
    fields = Fields(visit, TOOL)
    with left, st.container(border=True, gap="small"):
        typed = fields.table("table", 300)
        st.caption(visit.t("tools.study.shapes"))
        with st.grid(2, min_column_width=120):
            unit = fields.text("unit", limit=20)
            tolerance = fields.number("tolerance", check=positive)
        st.caption(visit.t("tools.study.tolerance-note"))
    with right:
        if fields.refused:
            not_yet(visit, "tools.mend-first")
            return None
        if not typed.strip():
            not_yet(visit, "tools.study.waiting")
            return None
        pasted = read_table(typed, visit.language)
        if pasted.problems:
            problem_list(visit, pasted.problems)
            return None
        study = gauge_study(pasted.readings, tolerance)
        return _outcome(visit, unit, study, cell_means(pasted.readings))


def _outcome(visit: Visit, unit: str, study: GaugeStudy, means: Sequence[CellMean]) -> Finding:
    said = sentence(visit, _said(visit, study))
    pairs(visit, _spreads(visit, unit, study))
    if study.distinct_categories is not None and study.distinct_categories < GOOD_CATEGORIES:
        st.caption(visit.t("tools.study.few-categories", good=GOOD_CATEGORIES))
    _where(visit, study)
    st.header(visit.t("tools.study.chart"), anchor=False)
    points = [StudyPoint(one.appraiser, one.part, one.mean, figure(one.mean, visit.language)) for one in means]
    readings = with_unit(visit.t("tools.study.readings"), f"({unit})" if unit else "")
    chart(study_lines(points, visit.t("tools.study.parts"), readings, visit.language), _alternative(visit, study))
    with table(visit, TOOL):
        _mean_table(visit, means)
        st.markdown(f"**{visit.t('tools.study.variance')}**")
        for row in study.rows:
            with st.container(key=f"row_variance_{row.source.value}", gap="xxsmall"):
                st.markdown(f"**{visit.t(f'tools.study.source.{row.source.value}')}**  \n{_row_told(visit, row)}")
        words = "pooled" if study.pooled else "not-pooled"
        limit = figure(study.pooling_probability, visit.language)
        st.caption(visit.t(f"tools.study.{words}", limit=limit))
    formula(visit, TOOL, _FORMULAS)
    return Finding(said)


def _said(visit: Visit, study: GaugeStudy) -> str:
    values = {
        "percent": figure(study.percent_of_study, visit.language, 3),
        "categories": visit.t("tools.study.no-limit")
        if study.distinct_categories is None
        else str(study.distinct_categories),
    }
    said = visit.t(f"tools.study.said.{study.verdict_on_study.value}", **values)
    if study.verdict_on_tolerance is None or study.percent_of_tolerance is None:
        return said
    share = figure(study.percent_of_tolerance, visit.language, 3)
    return f"{said} {visit.t(f'tools.study.said-tolerance.{study.verdict_on_tolerance.value}', percent=share)}"


def _spreads(visit: Visit, unit: str, study: GaugeStudy) -> list[tuple[str, object]]:
    spreads = {
        "repeatability": study.repeatability,
        "reproducibility": study.reproducibility,
        "gauge": study.gauge,
        "part": study.part,
        "total": study.total,
    }
    rows: list[tuple[str, object]] = [
        (visit.t("tools.study.percent"), f"{figure(study.percent_of_study, visit.language, 4)}\u00a0%"),
        (visit.t("tools.study.categories"), study.distinct_categories or visit.t("tools.study.no-limit")),
    ]
    if study.percent_of_tolerance is not None:
        shown = f"{figure(study.percent_of_tolerance, visit.language, 4)}\u00a0%"
        rows.append((visit.t("tools.study.percent-tolerance"), shown))
    for name, value in spreads.items():
        rows.append((visit.t(f"tools.study.spread.{name}"), with_unit(figure(value, visit.language), unit)))
    return rows


def _where(visit: Visit, study: GaugeStudy) -> None:
    """Say which of the two the gauge owes its scatter to: that is what can be mended."""
    larger = "repeatability" if study.repeatability >= study.reproducibility else "reproducibility"
    st.markdown(visit.t(f"tools.study.mostly.{larger}"))


def _alternative(visit: Visit, study: GaugeStudy) -> str:
    return visit.t(
        "tools.study.chart-alt",
        appraisers=study.appraisers,
        parts=study.parts,
        between=figure(study.part, visit.language, 3),
        gauge=figure(study.gauge, visit.language, 3),
    )


def _mean_table(visit: Visit, means: Sequence[CellMean]) -> None:
    """Write the mean of each part, by appraiser: what the chart shows."""
    parts = dict.fromkeys(one.part for one in means)
    by_part = {part: [one for one in means if one.part == part] for part in parts}
    st.markdown(f"**{visit.t('tools.study.means')}**")
    lines = (
        visit.t(
            "tools.study.part-told",
            part=part,
            means="; ".join(f"{one.appraiser}: {figure(one.mean, visit.language)}" for one in of_part),
        )
        for part, of_part in by_part.items()
    )
    st.markdown("  \n".join(plain(line) for line in lines))


def _row_told(visit: Visit, row: VarianceRow) -> str:
    def shown(value: float) -> str:
        return figure(value, visit.language, 6)

    told = visit.t(
        "tools.study.row-told",
        squares=shown(row.sum_of_squares),
        degrees=row.degrees_of_freedom,
        mean=shown(row.mean_square),
    )
    if row.source is not Source.INTERACTION or row.ratio is None or row.p_value is None:
        return told
    p_value = figure(row.p_value, visit.language, 3)
    return f"{told} {visit.t('tools.study.interaction-told', ratio=figure(row.ratio, visit.language), p=p_value)}"
