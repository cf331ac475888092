"""The check of a lot of prepackages: what may be missing, which packs to measure, the verdict, the packer's side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.domain.bench.figures import figure
from core.domain.bench.packs import UNITS, LotResult, cost_of, look_at_lot, scale_of, sold, target_of
from core.domain.bench.typed import read_numbers
from core.domain.metrology.checking import not_negative, positive
from core.domain.metrology.prepackages import LotCheck, PackingTarget, SamplingPlan, ToleranceTable
from core.language import money
from core.render.bench_charts import Rule, contents_in_order
from pages import frame
from pages.enterprise.bench.attaching import Finding
from pages.enterprise.bench.fields import Fields
from pages.enterprise.bench.showing import chart, formula, not_yet, problem_list, sentence, table, with_unit
from pages.frame import Visit
from pages.widgets.boxes import pairs
from pages.widgets.writing import plain

TOOL = "lot"
PLAN = "r-87-2004"
_CONTENT_FIGURES = 6
_FIELDS = ("nominal", "lot", "contents", "scale", "deviation", "packs", "price")
_FORMULAS = (
    r"\bar{x} \ge Q_n - k\,s",
    r"n_{x < Q_n - T} \le c,\quad n_{x < Q_n - 2T} = 0",
    r"U \le \frac{T}{5}",
    r"Q = \max(Q_n,\ Q_1,\ Q_2)",
    r"Q_1 = Q_n - T + z_1 s",
    r"Q_2 = Q_n - 2T + z_2 s",
)


@dataclass(frozen=True, slots=True)
class _Packer:
    """What the packer entered beside the lot; unknown is None."""

    scale: float | None
    deviation: float | None
    packs: int | None
    price: int | None


def example(visit: Visit) -> Mapping[str, object]:
    """Return the worked example as the fields hold it: content/words/tools.toml, EX-PRE-2."""
    return {"unit": "g"} | {name: visit.t(f"tools.{TOOL}.example.{name}") for name in _FIELDS}


def draw(visit: Visit, left: DeltaGenerator, right: DeltaGenerator) -> Finding | None:
    """Draw the fields left and the result right; return it, None while there is nothing to say."""
    fields = Fields(visit, TOOL)
    with left:
        with st.container(border=True, gap="small"):
            unit = _unit(fields)
            with st.grid(2, min_column_width=120):
                nominal = fields.number("nominal", check=positive)
                lot = fields.whole("lot")
            typed = fields.table("contents", 240)
            st.caption(visit.t("tools.lot.contents-note"))
        packer = _packer(fields, unit)
    with right:
        if fields.refused:
            not_yet(visit, "tools.mend-first")
            return None
        if nominal is None:
            not_yet(visit, "tools.lot.waiting")
            return None
        contents, problems = read_numbers(typed, visit.language)
        if problems:
            problem_list(visit, problems)
            return None
        deficiencies, plan = visit.catalogue.tolerances[UNITS[unit].table], visit.catalogue.sampling_plans[PLAN]
        found = look_at_lot(UNITS[unit], nominal, lot, contents, deficiencies, plan)
        return _outcome(visit, found, packer, deficiencies, plan)


def _unit(fields: Fields) -> str:
    st.session_state.setdefault(fields.key("unit"), next(iter(UNITS)))
    chosen = st.pills(
        fields.visit.t("tools.lot.field.unit"),
        list(UNITS),
        required=True,
        format_func=lambda unit: _named(fields.visit, unit),
        key=fields.key("unit"),
        persist_state="session",
    )
    return chosen or next(iter(UNITS))


def _packer(fields: Fields, unit: str) -> _Packer:
    visit = fields.visit
    with st.expander(visit.t("tools.lot.packer"), icon=":material/storefront:", key="do_packer"):
        with st.grid(2, min_column_width=120):
            scale = fields.number("scale", check=positive)
            deviation = fields.number("deviation", check=not_negative)
            packs = fields.whole("packs")
            price = fields.whole("price", least=0)
        st.caption(visit.t("tools.lot.packer-note", unit=_named(visit, UNITS[unit].priced)))
    return _Packer(scale, deviation, packs, price)


def _outcome(
    visit: Visit, found: LotResult, packer: _Packer, deficiencies: ToleranceTable, plan: SamplingPlan
) -> Finding:
    said = sentence(visit, _said(visit, found))
    if found.refused is not None:
        frame.error_box(visit, found.refused)
    pairs(visit, _numbers(visit, found))
    if found.step is not None:
        values = {"sample": found.step.sample, "allowed": found.step.allowed}
        factor = figure(found.step.factor, visit.language)
        st.markdown(visit.t("tools.lot.plan-told", factor=factor, **values))
    notes = [one.doubt_note for one in (deficiencies, plan) if one.doubt_note is not None]
    st.markdown("  \n".join(f":gray-badge[:material/help: {plain(visit.say(note))}]" for note in notes))
    if found.sample is not None:
        _contents(visit, found)
    _packing(visit, found, packer)
    formula(visit, TOOL, _FORMULAS)
    return Finding(said)


def _said(visit: Visit, found: LotResult) -> str:
    values = {
        "nominal": _amount(visit, found, found.deficiency.nominal),
        "tolerance": _amount(visit, found, found.deficiency.value),
    }
    if found.check is None or found.sample is None:
        return visit.t("tools.lot.said.deficiency", **values)
    if found.check.is_accepted:
        return visit.t(
            "tools.lot.said.accepted",
            mean=_amount(visit, found, found.sample.mean),
            limit=_amount(visit, found, found.check.mean_limit),
            short=found.sample.short_once,
            allowed=found.check.step.allowed,
            **values,
        )
    return visit.t("tools.lot.said.refused", reasons="; ".join(_reasons(visit, found, found.check)), **values)


def _reasons(visit: Visit, found: LotResult, check: LotCheck) -> Sequence[str]:
    reasons = []
    if not check.mean_holds:
        values = {"mean": _amount(visit, found, check.sample.mean), "limit": _amount(visit, found, check.mean_limit)}
        reasons.append(visit.t("tools.lot.reason.mean", **values))
    if not check.short_once_holds:
        values = {"short": str(check.sample.short_once), "allowed": str(check.step.allowed)}
        reasons.append(visit.t("tools.lot.reason.short-once", **values))
    if not check.short_twice_holds:
        reasons.append(visit.t("tools.lot.reason.short-twice", short=check.sample.short_twice))
    return reasons


def _numbers(visit: Visit, found: LotResult) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [
        (visit.t("tools.lot.tolerance"), _amount(visit, found, found.deficiency.value)),
        (visit.t("tools.lot.least-once"), _amount(visit, found, found.deficiency.nominal - found.deficiency.value)),
    ]
    if found.sample is None:
        return rows
    return [
        *rows,
        (visit.t("tools.lot.size"), found.sample.size),
        (visit.t("tools.lot.mean"), _amount(visit, found, found.sample.mean)),
        (visit.t("tools.lot.deviation"), _amount(visit, found, found.sample.deviation)),
        (visit.t("tools.lot.short-once"), str(found.sample.short_once)),
        (visit.t("tools.lot.short-twice"), str(found.sample.short_twice)),
    ]


def _contents(visit: Visit, found: LotResult) -> None:
    nominal, tolerance = found.deficiency.nominal, found.deficiency.value
    st.header(visit.t("tools.lot.chart"), anchor=False)
    rules = [
        Rule(at, visit.t(f"tools.lot.rule.{name}"))
        for name, at in (("nominal", nominal), ("once", nominal - tolerance), ("twice", nominal - 2 * tolerance))
    ]
    axis = f"{visit.t('tools.lot.content')} ({_counted(visit, found)})"
    values = {
        "least": _amount(visit, found, min(found.contents)),
        "most": _amount(visit, found, max(found.contents)),
        "nominal": _amount(visit, found, nominal),
    }
    count = len(found.contents)
    drawing = contents_in_order(found.contents, rules, visit.t("tools.lot.packs"), axis, visit.language)
    chart(drawing, visit.t("tools.lot.chart-alt", count=count, **values))
    with table(visit, TOOL):
        st.markdown(visit.t("tools.lot.range-told", count=count, **values))
        if found.check is not None:
            _tests(visit, found, found.check)


def _tests(visit: Visit, found: LotResult, check: LotCheck) -> None:
    tests = {
        "mean": (check.mean_holds, visit.t("tools.lot.test.mean", **_mean_test(visit, found, check))),
        "short-once": (
            check.short_once_holds,
            visit.t("tools.lot.test.short-once", short=check.sample.short_once, allowed=check.step.allowed),
        ),
        "short-twice": (
            check.short_twice_holds,
            visit.t("tools.lot.test.short-twice", short=check.sample.short_twice),
        ),
    }
    for name, (holds, told) in tests.items():
        with st.container(key=f"row_test_{name}", gap="xxsmall"):
            st.markdown(f"**{visit.t('tools.lot.holds' if holds else 'tools.lot.fails')}** · {told}")


def _mean_test(visit: Visit, found: LotResult, check: LotCheck) -> dict[str, str]:
    return {
        "mean": _amount(visit, found, check.sample.mean),
        "nominal": figure(check.nominal, visit.language, _CONTENT_FIGURES),
        "factor": figure(check.step.factor, visit.language),
        "deviation": figure(check.sample.deviation, visit.language),
        "limit": _amount(visit, found, check.mean_limit),
    }


# The packer


def _packing(visit: Visit, found: LotResult, packer: _Packer) -> None:
    target = target_of(found, packer.deviation)
    if packer.scale is None and target is None:
        return
    st.header(visit.t("tools.lot.packing"), anchor=False)
    if packer.scale is not None and found.deficiency.value > 0:
        scale = scale_of(found, packer.scale)
        values = {
            "uncertainty": _amount(visit, found, scale.expanded_uncertainty),
            "most": _amount(visit, found, scale.most),
        }
        words = "tools.lot.scale.fit" if scale.is_fit else "tools.lot.scale.unfit"
        st.markdown(visit.t(words, **values))
    if target is not None:
        _target(visit, found, packer, target)


def _target(visit: Visit, found: LotResult, packer: _Packer, target: PackingTarget) -> None:
    values = {
        "target": _amount(visit, found, target.target),
        "overfill": _amount(visit, found, target.overfill),
        "deviation": _amount(visit, found, target.deviation),
    }
    st.markdown(visit.t("tools.lot.target-told", reason=visit.t(f"tools.lot.rule-of.{target.reason.value}"), **values))
    source = "typed" if packer.deviation is not None else "sample"
    st.caption(visit.t(f"tools.lot.deviation-from.{source}"))
    rules = [
        (visit.t(f"tools.lot.rule-of.{reason.value}"), _amount(visit, found, value)) for reason, value in target.rules
    ]
    pairs(visit, rules)
    cost = cost_of(target, found.unit, packer.packs, packer.price)
    quantity = sold(cost, found.unit)
    if quantity is None:
        return
    amount = with_unit(figure(quantity, visit.language, _CONTENT_FIGURES), _named(visit, found.unit.priced))
    if cost.cost_vnd is None:
        st.markdown(visit.t("tools.lot.overfill-unpriced", quantity=amount))
    else:
        st.markdown(visit.t("tools.lot.overfill", quantity=amount, cost=money(cost.cost_vnd, visit.language)))


# Words


def _amount(visit: Visit, found: LotResult, value: float) -> str:
    return with_unit(figure(value, visit.language, _CONTENT_FIGURES), _counted(visit, found))


def _counted(visit: Visit, found: LotResult) -> str:
    return _named(visit, found.unit.counted)


def _named(visit: Visit, unit: str) -> str:
    return visit.t("tools.lot.unit.count") if unit == "count" else unit
