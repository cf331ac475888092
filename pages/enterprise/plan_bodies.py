"""The bodies that verify and calibrate for the firm: where they are and what a visit costs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import streamlit as st

from core.domain.register.points import ServiceBody
from core.language import money
from core.services import registering
from core.services.planning import OpenPlan
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.enterprise.kept_fields import Keep, amount_field, text_field
from pages.frame import Visit
from pages.widgets.boxes import pairs
from pages.widgets.saving import empty_form, form_line, form_text
from pages.widgets.writing import plain

_PLACE = "plan_bodies"
_NEW = "plan_new_body"
_ACCREDITED = {"unknown": None, "yes": True, "no": False}


def show(visit: Visit, opened: OpenPlan, enterprise_id: UUID) -> None:
    """Draw the part of the bodies, closed until somebody opens it."""
    bodies = opened.register.bodies
    part = st.expander(visit.t("plan.bodies"), icon=":material/storefront:", key="plan_look_bodies", on_change="rerun")
    if not part.open:
        return
    with part:
        st.markdown(visit.t("plan.bodies-lead"))
        for body in bodies:
            # By name, not by place: a box must not pass to another body when one is removed.
            key = f"plan_body_{uuid5(enterprise_id, body.name).hex}"
            with st.container(border=True, gap="small", key=key):
                st.markdown(f"### {plain(body.name)}", anchors=False)
                if opened.may_edit:
                    _fields(visit, body, key, enterprise_id)
                else:
                    _read_only(visit, body)
        named = {one.name for one in bodies}
        missing = [name for name in opened.plan.by_body if name and name not in named]
        if missing:
            st.caption(visit.md("plan.bodies-missing", names="; ".join(missing)))
        if opened.may_edit:
            _add(visit, missing)
        frame.refusal(visit, _PLACE)


def _read_only(visit: Visit, body: ServiceBody) -> None:
    price = None if body.visit_price_vnd is None else money(body.visit_price_vnd, visit.language)
    pairs(
        visit,
        [
            (visit.t("plan.body-address"), body.address),
            (visit.t("plan.body-visit_price_vnd"), price),
            (visit.t("plan.body-accredited"), visit.t(f"plan.accredited.{_accredited(body)}")),
        ],
    )


def _fields(visit: Visit, body: ServiceBody, key: str, enterprise_id: UUID) -> None:
    for field in ("address", "visit_price_vnd"):
        keep = _keeper(body, field)
        label, where = visit.t(f"plan.body-{field}"), f"{enterprise_id}/{body.name}/{field}"
        with st.container(gap="xxsmall"):
            if field == "address":
                text_field(visit, f"{key}_{field}", label, body.address, keep, place=where)
            else:
                amount_field(visit, f"{key}_{field}", label, body.visit_price_vnd, keep, place=where, whole=True)
    accredited = f"{key}_accredited"
    st.session_state[accredited] = _accredited(body)
    st.selectbox(
        visit.t("plan.body-accredited"),
        list(_ACCREDITED),
        format_func=lambda one: visit.t(f"plan.accredited.{one}"),
        key=accredited,
        filter_mode=None,
        on_change=lambda: frame.attempt(
            _PLACE, _keeper(body, "accredited"), _ACCREDITED[st.session_state[accredited]], body.accredited
        ),
    )
    with st.popover(visit.t("plan.body-remove"), type="tertiary", icon=":material/close:", key=f"{key}_remove"):
        st.markdown(visit.md("plan.body-remove-ask", name=body.name))
        st.button(
            visit.t("plan.body-remove-yes"),
            key=f"{key}_remove_yes",
            on_click=lambda: frame.attempt(_PLACE, _remove, body.name),
        )


def _accredited(body: ServiceBody) -> str:
    return next(name for name, truth in _ACCREDITED.items() if truth is body.accredited)


def _add(visit: Visit, missing: list[str]) -> None:
    if missing:
        st.button(
            visit.t("plan.bodies-take", count=len(missing)),
            icon=":material/add:",
            key="plan_take_bodies",
            on_click=lambda: frame.attempt(_PLACE, _take, missing),
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=420):
            form_line(visit, _NEW, visit.t("plan.body-name"), limit=200, place=f"{chosen_enterprise(visit)}/{_NEW}")
        st.button(
            visit.t("plan.body-add"),
            icon=":material/add:",
            key="plan_add_body",
            on_click=lambda: frame.attempt(_PLACE, _add_typed),
        )


# Deeds


def _keeper(body: ServiceBody, field: str) -> Keep:
    def keep(visit: Visit, value: Any, before: Any) -> None:
        enterprise_id = chosen_enterprise(visit)
        seen = body if before is ... else replace(body, **{field: _stored(before)})
        if before is ...:
            bodies = registering.open_register(visit.environment, visit.person, enterprise_id).bodies
            seen = next((one for one in bodies if one.name == body.name), body)
        wanted = replace(seen, **{field: _stored(value)})
        registering.save_body(visit.environment, visit.person, enterprise_id, seen=seen, wanted=wanted)

    return keep


def _stored(value: Any) -> Any:
    """Money of a visit is kept in whole VND."""
    return int(value) if isinstance(value, Decimal) else value


def _add_typed(visit: Visit) -> None:
    _take(visit, [form_text(_NEW)])
    empty_form(_NEW)


def _take(visit: Visit, names: list[str]) -> None:
    for name in names:
        registering.save_body(
            visit.environment, visit.person, chosen_enterprise(visit), seen=None, wanted=ServiceBody(name)
        )


def _remove(visit: Visit, name: str) -> None:
    registering.remove_body(visit.environment, visit.person, chosen_enterprise(visit), name)
