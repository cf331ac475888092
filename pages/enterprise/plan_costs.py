"""What measuring badly costs: by point of the process, from what passes through it and what its instruments show."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import streamlit as st

from core.domain.metrology.losses import DecisionLoss, PaybackState, Unknown
from core.domain.register.amounts import written_amount
from core.domain.register.costs import (
    BiasBasis,
    BiasCost,
    Obstacle,
    PointCosts,
    better_instrument,
    point_costs,
    wrong_decisions,
)
from core.domain.register.points import ProcessPoint, instruments_at
from core.language import money, number, rounded
from core.services import registering
from core.services.planning import OpenPlan
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.enterprise.kept_fields import Keep, amount_field, trial_amount
from pages.frame import Visit
from pages.widgets.writing import plain

_PLACE = "plan_costs"
_FIELDS = ("throughput", "unit_price_vnd")


def show(visit: Visit, opened: OpenPlan, enterprise_id: UUID) -> None:
    """Draw the part of the costs, closed until somebody opens it."""
    part = st.expander(visit.t("plan.costs"), icon=":material/query_stats:", key="plan_look_costs", on_change="rerun")
    if not part.open:
        return
    with part:
        st.markdown(visit.t("plan.costs-lead"))
        points = opened.register.points
        if not points:
            _no_points(visit, opened)
            return
        at = instruments_at(points, opened.register.instruments)
        costs = [point_costs(point, at[point.id]) for point in points]
        for one in costs:
            if one.obstacle is not Obstacle.NOT_AN_AMOUNT:
                _point(visit, opened, one)
        others = [plain(one.point.step or one.point.id) for one in costs if one.obstacle is Obstacle.NOT_AN_AMOUNT]
        if others:
            st.caption(visit.t("plan.costs-not-amounts", points="; ".join(others)))


def _no_points(visit: Visit, opened: OpenPlan) -> None:
    st.info(visit.t("plan.costs-no-points"), icon=":material/info:")
    frame.refusal(visit, _PLACE)
    if opened.may_edit:
        st.button(
            visit.t("plan.costs-take-points"),
            icon=":material/add:",
            key="plan_take_points",
            on_click=lambda: frame.attempt(_PLACE, _take_points),
        )


def _point(visit: Visit, opened: OpenPlan, costs: PointCosts) -> None:
    point = costs.point
    key = f"plan_point_{point.id}"
    with st.container(border=True, gap="small", key=key):
        st.markdown(f"### {plain(point.step or point.id)}", anchors=False)
        with st.grid(2, min_column_width=220):
            for field in _FIELDS:
                amount_field(
                    visit,
                    f"{key}_{field}",
                    visit.t(f"plan.costs-{field}", unit=point.unit),
                    getattr(point, field),
                    _keeper(point, field),
                    place=f"{opened.register.enterprise_id}/{point.id}/{field}",
                    disabled=not opened.may_edit,
                )
        if costs.obstacle is not None:
            st.caption(visit.t(f"plan.obstacle.{costs.obstacle}"))
            return
        for one in costs.instruments:
            st.markdown(_cost(visit, point, one))
        if len(costs.instruments) > 1 and costs.largest is not None:
            st.caption(visit.t("plan.costs-not-added"))
        _trials(visit, opened, costs, key)


def _cost(visit: Visit, point: ProcessPoint, one: BiasCost) -> str:
    """One instrument: the money, how it arose, and what is assumed."""
    name = f"**{plain(one.name or one.code)}** · {plain(one.code)}"
    if one.loss is None or one.bias is None or one.basis is None:
        return f"{name}  \n:gray[:material/help: {visit.t(f'plan.obstacle.{one.obstacle}')}]"
    bias = visit.t(f"plan.bias.{one.basis}", percent=_percent(visit, one.bias))
    if one.loss.loss_vnd is None:
        missing = ", ".join(visit.t(f"plan.missing.{what}") for what in one.loss.unknown)
        return f"{name}  \n{bias}. :gray[:material/help: {visit.t('plan.costs-missing', missing=missing)}]"
    amount = money(one.loss.loss_vnd, visit.language)
    words = visit.t("plan.costs-least" if one.is_least else "plan.costs-year", amount=amount)
    origin = visit.md(
        "plan.costs-origin",
        throughput=written_amount(point.throughput, visit.language),
        unit=point.unit,
        percent=_percent(visit, one.bias),
        price=written_amount(point.unit_price_vnd, visit.language),
    )
    mark = f" :gray[:material/help: {visit.t('plan.assumed')}]" if one.basis is BiasBasis.LIMIT else ""
    return f"{name}  \n{words}{mark}  \n:small[{bias}. {origin}]"


def _trials(visit: Visit, opened: OpenPlan, costs: PointCosts, key: str) -> None:
    """Reckon with figures that are not kept: wrong decisions, and what a better instrument would save."""
    part = st.expander(visit.t("plan.trials"), type="compact", key=f"plan_look_trials_{key}", on_change="rerun")
    if not part.open:
        return
    with part:
        by_code = {one.code: one for one in opened.register.instruments}
        codes = [one.code for one in costs.instruments]
        code = st.selectbox(visit.t("plan.trial-instrument"), codes, key=f"plan_look_which_{key}", filter_mode=None)
        if code is None:
            return
        cost = next(one for one in costs.instruments if one.code == code)
        st.markdown(f"**{visit.t('plan.trial-better')}**")
        bias, price = _boxes(visit, key, ("better", "price"))
        if bias is not None and price is not None:
            st.markdown(_payback(visit, costs.point, cost, bias / 100, int(price)))
        st.markdown(f"**{visit.t('plan.trial-wrong')}**")
        items, accept, reject = _boxes(visit, key, ("items", "accept", "reject"))
        if items is not None:
            money_of = [None if one is None else int(one) for one in (accept, reject)]
            tables = opened.register.catalogue.tolerances
            wrong = wrong_decisions(by_code[code], tables, int(items), money_of[0], money_of[1])
            st.markdown(_wrong(visit, wrong))


def _boxes(visit: Visit, key: str, names: tuple[str, ...]) -> list[Decimal | None]:
    """Draw boxes beside each other and return what stands in them; a refusal stands under its box."""
    found: list[Decimal | None] = []
    with st.grid(len(names), min_column_width=180):
        for name in names:
            with st.container(gap="xsmall"):
                label, whole = visit.t(f"plan.trial.{name}"), name != "better"
                found.append(trial_amount(visit, f"plan_look_{name}_{key}", label, whole=whole))
    return found


def _payback(visit: Visit, point: ProcessPoint, cost: BiasCost, bias: Decimal, price: int) -> str:
    found = better_instrument(point, cost, bias, price)
    if found.state is PaybackState.UNKNOWN:
        return visit.t("plan.payback-unknown")
    if found.state is PaybackState.NEVER or found.months is None:
        return visit.t("plan.payback-never")
    saving = money(found.saving_per_year_vnd or 0, visit.language)
    return visit.t("plan.payback", saving=saving, months=number(found.months, visit.language, 1))


def _wrong(visit: Visit, loss: DecisionLoss | None) -> str:
    if loss is None:
        return f":gray[:material/help: {visit.t('plan.wrong-not-assessable')}]"
    risks = visit.t(
        "plan.wrong-risks",
        accept=_percent(visit, Decimal(str(loss.false_accept))),
        reject=_percent(visit, Decimal(str(loss.false_reject))),
    )
    if loss.loss_vnd is None:
        missing = ", ".join(visit.t(f"plan.missing.{what}") for what in loss.unknown if what is not Unknown.ITEMS)
        return f"{risks} :gray[:material/help: {visit.t('plan.costs-missing', missing=missing)}]"
    return f"{risks} {visit.t('plan.wrong', amount=money(loss.loss_vnd, visit.language))}"


def _percent(visit: Visit, share: Decimal) -> str:
    """Write a share in percent, to the fourth decimal at most."""
    return written_amount(rounded(share * 100, 4), visit.language)


# Deeds


def _keeper(point: ProcessPoint, field: str) -> Keep:
    def keep(visit: Visit, value: Any, before: Any) -> None:
        enterprise_id = chosen_enterprise(visit)
        seen = point if before is ... else replace(point, **{field: before})
        if before is ...:
            points = registering.open_register(visit.environment, visit.person, enterprise_id).points
            seen = next((one for one in points if one.id == point.id), point)
        wanted = replace(seen, **{field: value})
        registering.save_point(visit.environment, visit.person, enterprise_id, seen=seen, wanted=wanted)

    return keep


def _take_points(visit: Visit) -> None:
    registering.take_usual_points(visit.environment, visit.person, chosen_enterprise(visit), visit.language)
