"""Conformity and risk: what one reading says about its limits, and what the ways to draw acceptance limits risk."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.domain.bench.decisions import Acceptance, Decision, decide
from core.domain.bench.figures import figure
from core.domain.metrology.checking import finite, positive, share
from core.domain.metrology.risk import USUAL_IN_TOLERANCE, USUAL_TARGET, GuardBandMethod, Limits
from core.render.bench_charts import Rule, distribution
from pages.enterprise.bench.attaching import Finding
from pages.enterprise.bench.fields import Fields
from pages.enterprise.bench.showing import chart, formula, not_yet, percentage, sentence, table, with_unit
from pages.frame import Visit
from pages.widgets.boxes import pairs

TOOL = "decision"
_FIELDS = ("unit", "reading", "lower", "upper", "uncertainty", "coverage", "in-tolerance", "target")
_FORMULAS = (
    r"u = \frac{U}{k}",
    r"p = \Phi\!\left(\tfrac{T_L - y}{u}\right) + \Phi\!\left(\tfrac{y - T_U}{u}\right)",
    r"\mathrm{TUR} = \frac{T_U - T_L}{2\,U}",
    r"A = g \cdot T",
)


def example(visit: Visit) -> Mapping[str, object]:
    """Return the worked example as the fields hold it: content/words/tools.toml, EX-CON-1."""
    return {name: visit.t(f"tools.{TOOL}.example.{name}") for name in _FIELDS}


def draw(visit: Visit, left: DeltaGenerator, right: DeltaGenerator) -> Finding | None:
    """Draw the fields left and the result right; return it, None while there is nothing to say."""
    fields = Fields(visit, TOOL)
    with left, st.container(border=True, gap="small"):
        with st.grid(2, min_column_width=120):
            reading = fields.number("reading", check=finite)
            unit = fields.text("unit", limit=20)
            lower = fields.number("lower", check=finite)
            upper = fields.number("upper", check=finite)
            uncertainty = fields.number("uncertainty", check=positive)
            k = fields.number("coverage", check=positive, usual="2")
        st.caption(visit.t("tools.decision.one-sided"))
        with st.grid(2, min_column_width=120):
            in_tolerance = fields.percent("in-tolerance", share, usual=visit.t("tools.decision.usual-in-tolerance"))
            target = fields.percent("target", share, usual=visit.t("tools.decision.usual-target"))
        st.caption(visit.t("tools.decision.assumed"))
    with right:
        if fields.refused:
            not_yet(visit, "tools.mend-first")
            return None
        if reading is None or uncertainty is None or (lower is None and upper is None):
            not_yet(visit, "tools.decision.waiting")
            return None
        found = decide(
            reading,
            Limits(lower, upper),
            uncertainty,
            k or 2.0,
            in_tolerance or USUAL_IN_TOLERANCE,
            target or USUAL_TARGET,
        )
        return _outcome(visit, unit, found)


def _outcome(visit: Visit, unit: str, found: Decision) -> Finding:
    said = sentence(visit, _said(visit, unit, found))
    pairs(
        visit,
        [
            (visit.t("tools.decision.specific-risk"), percentage(visit, found.specific_risk)),
            (visit.t("tools.decision.conforms"), percentage(visit, found.statement.conforms)),
            (visit.t("tools.decision.standard"), with_unit(figure(found.uncertainty, visit.language), unit)),
        ],
    )
    if found.verdict is None or found.ratio is None:
        st.caption(visit.t("tools.decision.no-ratio"))
    else:
        ratio = figure(found.ratio, visit.language, 3)
        st.markdown(visit.t(f"tools.decision.verdict.{found.verdict.value}", ratio=ratio))
    _curve(visit, unit, found)
    if found.ways:
        _ways(visit, unit, found)
    formula(visit, TOOL, _FORMULAS)
    return Finding(said)


def _said(visit: Visit, unit: str, found: Decision) -> str:
    statement = found.statement
    return visit.t(
        f"tools.decision.said.{statement.conformity.value}",
        reading=with_unit(figure(statement.reading, visit.language, 8), unit),
        uncertainty=with_unit(figure(statement.expanded_uncertainty, visit.language), unit),
        limits=_limits(visit, unit, statement.limits),
        risk=percentage(visit, found.specific_risk),
    )


def _limits(visit: Visit, unit: str, limits: Limits) -> str:
    lower, upper = (None if one is None else figure(one, visit.language, 8) for one in (limits.lower, limits.upper))
    if lower is None or upper is None:
        key, one = ("least", lower) if upper is None else ("most", upper)
        return visit.t(f"tools.decision.limits.{key}", limit=with_unit(str(one), unit))
    return visit.t("tools.decision.limits.both", lower=lower, upper=with_unit(upper, unit))


def _curve(visit: Visit, unit: str, found: Decision) -> None:
    limits, reading = found.statement.limits, found.statement.reading
    rules = [
        Rule(at, f"{visit.t(f'tools.decision.rule.{name}')} {figure(at, visit.language, 8)}")
        for name, at in (("lower", limits.lower), ("reading", reading), ("upper", limits.upper))
        if at is not None
    ]
    st.header(visit.t("tools.decision.curve"), anchor=False)
    axis = with_unit(visit.t("tools.decision.axis"), f"({unit})" if unit else "")
    drawing = distribution(reading, found.uncertainty, limits.least, limits.most, rules, axis, visit.language)
    values = {
        "reading": with_unit(figure(reading, visit.language, 8), unit),
        "limits": _limits(visit, unit, limits),
        "risk": percentage(visit, found.specific_risk),
    }
    chart(drawing, visit.t("tools.decision.curve-alt", **values))
    with table(visit, TOOL):
        pairs(
            visit,
            [
                (visit.t("tools.decision.below"), percentage(visit, found.statement.below)),
                (visit.t("tools.decision.within"), percentage(visit, found.statement.conforms)),
                (visit.t("tools.decision.above"), percentage(visit, found.statement.above)),
            ],
        )


def _ways(visit: Visit, unit: str, found: Decision) -> None:
    st.header(visit.t("tools.decision.ways"), anchor=False)
    shares = {"share": percentage(visit, found.in_tolerance)}
    st.markdown(visit.t("tools.decision.ways-lead", **shares))
    with st.container(border=True, gap="xxsmall"):
        for place, way in enumerate(found.ways):
            with st.container(key=f"row_way_{place}", gap="xxsmall"):
                factor = figure(1.0 if way.band is None else way.band.factor, visit.language, 3)
                st.markdown(f"**{_name(visit, way)}** · g = {factor}")
                pairs(visit, _way(visit, unit, way))


def _name(visit: Visit, way: Acceptance) -> str:
    if way.band is None:
        return visit.t("tools.decision.way.none")
    name = visit.t(f"tools.decision.way.{way.band.method.value}")
    if way.band.method is GuardBandMethod.TARGET_FALSE_ACCEPT and way.band.target is not None:
        return f"{name} {percentage(visit, way.band.target)}"
    return name


def _way(visit: Visit, unit: str, way: Acceptance) -> list[tuple[str, object]]:
    acceptance = visit.t("tools.decision.acceptance")
    if way.limits is None or way.risks is None:
        return [(acceptance, visit.t("tools.decision.nothing-passes"))]
    return [
        (acceptance, _limits_short(visit, unit, way.limits)),
        (visit.t("tools.decision.false-accept"), percentage(visit, way.risks.false_accept)),
        (visit.t("tools.decision.false-reject"), percentage(visit, way.risks.false_reject)),
    ]


def _limits_short(visit: Visit, unit: str, limits: Limits) -> str:
    lower, upper = limits.both()
    both = f"{figure(lower, visit.language)} … {figure(upper, visit.language)}"
    return with_unit(both, unit)
