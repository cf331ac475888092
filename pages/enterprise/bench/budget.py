"""The uncertainty budget: sources line by line, what each contributes, and U as a certificate states it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.domain.bench.budgets import covers_less_than_said
from core.domain.bench.figures import as_given, figure, percent
from core.domain.metrology.checking import finite, not_negative, positive, share
from core.domain.metrology.uncertainty import (
    Budget,
    BudgetLine,
    CountedLine,
    Coverage,
    LineKind,
    budget,
    round_result,
)
from core.render.bench_charts import ShareBar, share_bars
from pages.enterprise.bench.attaching import Finding
from pages.enterprise.bench.fields import Fields
from pages.enterprise.bench.showing import chart, formula, not_yet, percentage, sentence, table, with_unit
from pages.frame import Visit
from pages.widgets.boxes import pairs
from pages.widgets.writing import plain

TOOL = "budget"
MOST_LINES = 20
_LINES = f"tools_in_{TOOL}_lines"
_NEXT = "tools_budget_next"
_FIRST = (1, 2, 3)
_EXAMPLE_KINDS = (LineKind.CERTIFICATE, LineKind.RESOLUTION, LineKind.TYPE_A, LineKind.RECTANGULAR)
_FORMULAS = (
    r"u_i = \frac{s}{\sqrt{n}},\ \frac{U}{k},\ \frac{d}{\sqrt{12}}",
    r"u_i = \frac{a}{\sqrt{3}},\ \frac{a}{\sqrt{6}},\ \frac{a}{\sqrt{2}}",
    r"u_c = \sqrt{\textstyle\sum (c_i u_i)^2}",
    r"\nu_\mathrm{eff} = \frac{u_c^4}{\sum (c_i u_i)^4 / \nu_i}",
    r"U = k\,u_c",
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for beside the lines."""

    unit: str
    result: float | None
    coverage: Coverage
    probability: float | None


def example(visit: Visit) -> Mapping[str, object]:
    """Return the worked example as the fields hold it: content/words/tools.toml, EX-UNC-2."""
    ids = range(-len(_EXAMPLE_KINDS), 0)
    filled: dict[str, object] = {"lines": tuple(ids), "unit": visit.t("tools.budget.example.unit")}
    filled |= {"result": visit.t("tools.budget.example.result"), "coverage": Coverage.FACTOR_2}
    for place, (line, kind) in enumerate(zip(ids, _EXAMPLE_KINDS, strict=True), start=1):
        words = f"tools.budget.example.line-{place}"
        filled |= {f"{line}_name": visit.t(words), f"{line}_kind": kind, f"{line}_value": visit.t(f"{words}.value")}
        filled |= {f"{line}_sensitivity": "1", f"{line}_degrees": ""}
    filled["-4_coverage"] = visit.t("tools.budget.example.line-1.coverage")
    filled["-2_readings"] = visit.t("tools.budget.example.line-3.readings")
    return filled


def draw(visit: Visit, left: DeltaGenerator, right: DeltaGenerator) -> Finding | None:
    """Draw the fields left and the result right; return it, None while there is nothing to count."""
    fields = Fields(visit, TOOL)
    with left:
        asked, lines = _inputs(fields)
    with right:
        if fields.refused:
            not_yet(visit, "tools.mend-first")
            return None
        return _outcome(visit, asked, lines)


def _inputs(fields: Fields) -> tuple[_Asked, Sequence[BudgetLine]]:
    visit = fields.visit
    with st.grid(2, min_column_width=150):
        unit = fields.text("unit", limit=20)
        result = fields.number("result", check=finite)
    st.session_state.setdefault(fields.key("coverage"), Coverage.FACTOR_2)
    coverage = st.segmented_control(
        visit.t("tools.budget.field.coverage"),
        list(Coverage),
        required=True,
        format_func=lambda one: visit.t(f"tools.budget.coverage.{one.value}"),
        key=fields.key("coverage"),
        persist_state="session",
    )
    probability = None
    if coverage is Coverage.STUDENT_T:
        probability = fields.percent("probability", share, usual=visit.t("tools.budget.usual-probability"))
    lines = _lines(fields)
    return _Asked(unit, result, coverage or Coverage.FACTOR_2, probability), lines


def _outcome(visit: Visit, asked: _Asked, lines: Sequence[BudgetLine]) -> Finding | None:
    if not lines:
        not_yet(visit, "tools.budget.waiting")
        return None
    counted = budget(lines, asked.coverage, asked.probability) if asked.probability else budget(lines, asked.coverage)
    said = sentence(visit, _said(visit, asked, counted))
    if covers_less_than_said(counted):
        degrees = figure(counted.effective_degrees_of_freedom, visit.language, 3)
        st.warning(visit.md("tools.budget.few-degrees", degrees=degrees), icon=":material/warning:")
    _numbers(visit, asked, counted)
    _shares(visit, asked, counted)
    formula(visit, TOOL, _FORMULAS)
    reported = with_unit(as_given(counted.reported, visit.language), asked.unit)
    return Finding(said, reported, figure(counted.coverage_factor, visit.language, 3))


def _said(visit: Visit, asked: _Asked, counted: Budget) -> str:
    reported = as_given(counted.reported, visit.language)
    values = {
        "uncertainty": with_unit(reported, asked.unit),
        "k": figure(counted.coverage_factor, visit.language, 3),
        "probability": percent(counted.coverage_probability, visit.language)
        if counted.coverage is Coverage.STUDENT_T
        else "95",
    }
    if asked.result is None:
        return visit.t("tools.budget.said", **values)
    rounded = round_result(asked.result, counted.reported)
    both = f"({as_given(rounded, visit.language)} ± {reported})"
    return visit.t("tools.budget.said-result", result=with_unit(both, asked.unit), **values)


def _numbers(visit: Visit, asked: _Asked, counted: Budget) -> None:
    def shown(value: float, digits: int = 4) -> str:
        return figure(value, visit.language, digits)

    pairs(
        visit,
        [
            (visit.t("tools.budget.combined"), with_unit(shown(counted.combined), asked.unit)),
            (visit.t("tools.budget.degrees"), shown(counted.effective_degrees_of_freedom, 3)),
            (visit.t("tools.budget.factor"), shown(counted.coverage_factor, 3)),
            (visit.t("tools.budget.exact"), with_unit(shown(counted.expanded), asked.unit)),
            (
                visit.t("tools.budget.reported"),
                with_unit(as_given(counted.reported, visit.language), asked.unit),
            ),
        ],
    )
    st.caption(visit.t("tools.budget.rounding"))


def _shares(visit: Visit, asked: _Asked, counted: Budget) -> None:
    rows = [(_name(visit, place, one), one) for place, one in enumerate(counted.lines, start=1)]
    ordered = sorted(rows, key=lambda row: row[1].share, reverse=True)
    bars = [ShareBar(name, one.share, percentage(visit, one.share)) for name, one in ordered]
    listed = "; ".join(f"{bar.label}: {bar.shown}" for bar in bars)
    st.header(visit.t("tools.budget.shares"), anchor=False)
    chart(share_bars(bars), visit.t("tools.budget.shares-alt", list=listed))
    with table(visit, TOOL):
        for place, (name, one) in enumerate(rows):
            with st.container(key=f"row_share_{place}", gap="xxsmall"):
                st.markdown(f"**{plain(name)}**  \n{plain(_line_told(visit, asked, one))}")


def _line_told(visit: Visit, asked: _Asked, one: CountedLine) -> str:
    def shown(value: float) -> str:
        return figure(value, visit.language)

    return visit.t(
        "tools.budget.line-told",
        value=shown(one.line.value),
        divisor=shown(one.divisor),
        standard=shown(one.standard_uncertainty),
        sensitivity=shown(one.line.sensitivity),
        contribution=with_unit(shown(one.contribution), asked.unit),
        degrees=figure(one.degrees_of_freedom, visit.language, 3),
        share=percent(one.share, visit.language),
    )


def _name(visit: Visit, place: int, one: CountedLine) -> str:
    return one.line.name or visit.t("tools.budget.line", number=place)


# The lines


def _lines(fields: Fields) -> list[BudgetLine]:
    visit = fields.visit
    ids: tuple[int, ...] = st.session_state.setdefault(_LINES, _FIRST)
    drawn = [_line(fields, line, place, is_only=len(ids) == 1) for place, line in enumerate(ids, start=1)]
    st.button(
        visit.t("tools.budget.add"),
        icon=":material/add:",
        key="do_add_source",
        on_click=_add,
        disabled=len(ids) >= MOST_LINES,
    )
    return [line for line in drawn if line is not None]


def _line(fields: Fields, line: int, place: int, *, is_only: bool) -> BudgetLine | None:
    visit = fields.visit
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(f"**{visit.t('tools.budget.line', number=place)}**", width="content")
            st.button(
                visit.t("tools.budget.remove", number=place),
                type="tertiary",
                icon=":material/close:",
                key=f"do_remove_{line}",
                on_click=_remove,
                args=(line,),
                disabled=is_only,
            )
        name = fields.text(f"{line}_name", "name")
        st.session_state.setdefault(fields.key(f"{line}_kind"), LineKind.CERTIFICATE)
        chosen = st.selectbox(
            visit.t("tools.budget.field.kind"),
            list(LineKind),
            format_func=lambda one: visit.t(f"tools.budget.kind.{one.value}"),
            key=fields.key(f"{line}_kind"),
            filter_mode=None,
            persist_state="session",
        )
        kind = chosen or LineKind.CERTIFICATE
        with st.grid(2, min_column_width=120):
            value = fields.number(f"{line}_value", f"value-{kind.value}", not_negative)
            k, readings = None, None
            if kind is LineKind.CERTIFICATE:
                k = fields.number(f"{line}_coverage", "k", positive, usual="2")
            elif kind is LineKind.TYPE_A:
                readings = fields.whole(f"{line}_readings", "readings", is_needed=value is not None)
        with st.expander(visit.t("tools.budget.more"), type="compact", key=f"do_more_{line}"):
            sensitivity = fields.number(f"{line}_sensitivity", "sensitivity", finite, usual="1")
            degrees = fields.number(f"{line}_degrees", "degrees", positive)
    if value is None:
        return None
    return BudgetLine(name, kind, value, readings or 1, k or 2.0, 1.0 if sensitivity is None else sensitivity, degrees)


def _add() -> None:
    state = st.session_state
    fresh = max(state.get(_NEXT, max(_FIRST)), *state[_LINES]) + 1
    state[_NEXT] = fresh
    state[_LINES] = (*state[_LINES], fresh)


def _remove(line: int) -> None:
    st.session_state[_LINES] = tuple(one for one in st.session_state[_LINES] if one != line)
