"""The profile: who the enterprise is and what it measures for. Each field is kept when it is filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import streamlit as st

from core.domain.profile import EnterpriseKind, Profile, Use
from core.domain.programme_parsing import parse_figure, parse_whole
from core.domain.sizing import SizeReason
from core.errors import Conflict, ProfileRefused, ProgrammeRefused
from core.language import clean, number
from core.services import enterprises
from core.services.enterprises import OpenProfile
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Audience, Visit
from pages.widgets.boxes import conflict_box
from pages.widgets.saving import saving_line, take_stored_text
from pages.widgets.writing import plain, typed_number

T = TypeVar("T")
_SEEN = "profile_seen"
_USES = "profile_uses"
_WIDTH = 720
_NUMBERS = ("workers", "revenue", "capital")
_LIMITS = {"name": enterprises.NAME_LIMIT, "address": enterprises.ADDRESS_LIMIT, "tax_code": enterprises.TAX_CODE_LIMIT}
_NUMBER_LIMIT = 40


def show() -> None:
    with frame.open_page(width=_WIDTH, needs=Audience.ENTERPRISE) as visit:
        enterprise_id = chosen_enterprise(visit)
        opened = enterprises.open_profile(visit.environment, visit.person, enterprise_id)
        st.session_state[_SEEN] = opened.profile
        st.title(visit.t("profile.title"), anchor=False)
        st.markdown(visit.t("profile.lead"))
        _who(visit, opened)
        _trade(visit, opened)
        _size(visit, opened)
        _uses(visit, opened)
        _scope(visit, opened)
    _bar(visit, opened)


def _who(visit: Visit, opened: OpenProfile) -> None:
    profile = opened.profile
    st.header(visit.t("profile.section.who"), anchor=False)
    with st.container(border=True):
        _text(visit, opened, "name", profile.name, help_key="profile.field.name-help")
        _choice(
            visit, opened, "kind", tuple(EnterpriseKind), profile.kind, lambda one: visit.t(f"profile.kind.{one.value}")
        )
        hint = "household" if profile.kind is EnterpriseKind.HOUSEHOLD else "help"
        _text(visit, opened, "tax_code", profile.tax_code, help_key=f"profile.field.tax_code-{hint}")
        provinces = visit.catalogue.provinces
        _list(
            visit, opened, "province", tuple(provinces), profile.province, lambda code: visit.say(provinces[code].name)
        )
        province = provinces.get(profile.province)
        if province and len(province.former_units) > 1:
            st.caption(visit.md("profile.field.province-former", former=", ".join(province.former_units)))
        _text(visit, opened, "address", profile.address, help_key="profile.field.address-help")


def _trade(visit: Visit, opened: OpenProfile) -> None:
    sectors, sections = visit.catalogue.sectors, visit.catalogue.vsic
    st.header(visit.t("profile.section.trade"), anchor=False)
    with st.container(border=True):
        _list(visit, opened, "sector", tuple(sectors), opened.profile.sector, lambda one: visit.say(sectors[one].title))
        sector = sectors.get(opened.profile.sector)
        st.caption(plain(visit.say(sector.summary)) if sector else visit.t("profile.field.sector-help"))
        business = tuple(letter for letter, section in sections.items() if section.size_group)
        _list(
            visit,
            opened,
            "vsic",
            business,
            opened.profile.vsic,
            lambda letter: f"{letter}. {visit.say(sections[letter].name)}",
        )


def _size(visit: Visit, opened: OpenProfile) -> None:
    profile = opened.profile
    st.header(visit.t("profile.section.size"), anchor=False)
    with st.container(border=True):
        _number(visit, opened, "workers", profile.workers)
        _number(visit, opened, "revenue", profile.revenue_billion_vnd, example=True)
        _number(visit, opened, "capital", profile.capital_billion_vnd, example=True)
        size = visit.t(f"profile.size.{opened.size.size.value if opened.size.size else 'unknown'}")
        st.markdown(f"{visit.t('profile.size.title')}: **{size}**")
        for reason in opened.size.reasons:
            st.caption(_reason(visit, reason))
        if opened.size.is_aid:
            st.caption(visit.t("profile.size.aid-only"))


def _reason(visit: Visit, reason: SizeReason) -> str:
    values = {
        "size": visit.t(f"profile.size.{reason.size.value}") if reason.size else "",
        "value": _typed(visit, reason.value),
        "limit": _typed(visit, reason.limit),
    }
    return visit.md(f"profile.size-reason.{reason.code.value}", **values)


def _uses(visit: Visit, opened: OpenProfile) -> None:
    st.header(visit.t("profile.section.uses"), anchor=False)
    sector = visit.catalogue.sectors.get(opened.profile.sector)
    with st.container(border=True, gap="xxsmall"):
        if sector and not sector.uses <= opened.profile.uses:
            missing = [use for use in Use if use in sector.uses - opened.profile.uses]
            names = "; ".join(_use_within(visit, use) for use in missing)
            st.markdown(visit.md("profile.use.suggest", uses=names))
            st.button(
                visit.t("profile.use.take"),
                icon=":material/check:",
                on_click=_save_uses,
                args=(opened.profile.uses | sector.uses,),
                key="take_uses",
                disabled=not opened.may_edit,
            )
        for use in Use:
            key = f"use_{use.value}"
            st.session_state[key] = use in opened.profile.uses
            st.checkbox(
                visit.t(f"profile.use.{use.value}"),
                key=key,
                on_change=_save_use,
                args=(use,),
                disabled=not opened.may_edit,
            )
            if use is Use.GROUP2:
                st.caption(visit.t("profile.use.group2-why"))
        _refusal(visit, opened, _USES)


def _scope(visit: Visit, opened: OpenProfile) -> None:
    scope = enterprises.scope_of(visit.catalogue, opened.profile)
    count = len({question.id for questions in scope.values() for question in questions})
    total, edition = len(visit.catalogue.questions), visit.catalogue.edition
    st.header(visit.t("profile.section.scope"), anchor=False)
    with st.container(border=True, gap="xsmall"):
        st.markdown(visit.t("profile.scope.count", count=count, total=total, edition=edition))
        for use, questions in scope.items():
            if use is None:
                st.markdown(visit.t("profile.scope.every", count=len(questions)))
                continue
            numbers = ", ".join(question.number for question in questions)
            words = visit.t(f"profile.use.{use.value}")
            st.markdown(visit.md("profile.scope.use", use=words, count=len(questions), numbers=numbers))
        absent = [_use_within(visit, use) for use in Use if use not in opened.profile.uses]
        if absent:
            st.caption(visit.md("profile.scope.left-out", uses="; ".join(absent)))


def _use_within(visit: Visit, use: Use) -> str:
    """Return a use of measuring as it stands within a sentence."""
    words = visit.t(f"profile.use.{use.value}")
    return words[:1].lower() + words[1:]


def _bar(visit: Visit, opened: OpenProfile) -> None:
    with frame.bottom_bar(_WIDTH):
        frame.saved_line(visit, opened.enterprise.updated_at)
        if st.button(
            visit.t("profile.done"),
            type="primary",
            icon=":material/arrow_forward:",
            icon_position="right",
            key="profile_done",
        ):
            st.switch_page("enterprise/assessment.py")


def _refusal(visit: Visit, opened: OpenProfile, place: str) -> None:
    """Say right under a field why its last change was not kept."""
    error = frame.refused(place)
    if isinstance(error, Conflict):
        field = str(error.details["field"])
        conflict_box(
            visit,
            error,
            place,
            keep_theirs=lambda: take_stored_text(place),
            keep_yours=lambda: _insist(opened.enterprise.id, field, error.details["yours"], place),
            show=lambda value: _shown(visit, field, value),
        )
    elif error:
        frame.error_box(visit, error)


def _insist(enterprise_id: UUID, field: str, value: Any, place: str) -> None:
    """Keep one's own value over a colleague's, having seen both."""

    def deed(visit: Visit) -> None:
        now = enterprises.open_profile(visit.environment, visit.person, enterprise_id).profile
        wanted = replace(now, **{field: value})
        enterprises.save_profile(visit.environment, visit.person, enterprise_id, seen=now, wanted=wanted)

    frame.attempt(place, deed)
    if frame.refused(place) is None:
        take_stored_text(place)


def _shown(visit: Visit, field: str, value: Any) -> str:
    """Return a value of the profile as its field shows it."""
    catalogue = visit.catalogue
    match field:
        case "kind":
            return visit.t(f"profile.kind.{value.value}")
        case "province":
            return visit.say(catalogue.provinces[value].name)
        case "sector":
            return visit.say(catalogue.sectors[value].title)
        case "vsic":
            return visit.say(catalogue.vsic[value].name)
        case "uses":
            return "; ".join(visit.t(f"profile.use.{use.value}") for use in Use if use in value)
        case _:
            return _typed(visit, value) if isinstance(value, Decimal | int) else str(value)


# Fields: each seeds its widget from what is kept, and keeps itself when it changes


def _text(
    visit: Visit, opened: OpenProfile, field: str, value: str, *, help_key: str = "", example: bool = False
) -> None:
    key = f"profile_{field}"
    saving_line(
        visit,
        key,
        value,
        visit.t(f"profile.field.{field}"),
        lambda fresh, typed, before: _keep(fresh, {field: typed}, {field: before}),
        limit=_LIMITS.get(field, _NUMBER_LIMIT),
        place=f"{opened.enterprise.id}/{field}",
        waits=field not in ("name", "address"),
        placeholder=visit.t("profile.field.example-number") if example else "",
        disabled=not opened.may_edit,
    )
    _refusal(visit, opened, key)
    if help_key:
        st.caption(visit.t(help_key))
    for warning in opened.warnings:
        if warning.field == field:
            details = dict(warning.details)
            if "why" in details:
                details["why"] = visit.t(f"profile.warning.{details['why']}", **details)
            st.warning(visit.md(f"profile.warning.{warning.code}", **details), icon=":material/help:")


def _number(
    visit: Visit, opened: OpenProfile, field: str, value: Decimal | int | None, *, example: bool = False
) -> None:
    _text(visit, opened, field, "" if value is None else typed_number(value, visit.language), example=example)


def _choice(
    visit: Visit, opened: OpenProfile, field: str, options: tuple[T, ...], value: T, words: Callable[[T], str]
) -> None:
    key = f"profile_{field}"
    st.session_state[key] = value
    st.radio(
        visit.t(f"profile.field.{field}"),
        options,
        key=key,
        format_func=words,
        on_change=_save_value,
        args=(field,),
        disabled=not opened.may_edit,
    )
    _refusal(visit, opened, key)


def _list(
    visit: Visit,
    opened: OpenProfile,
    field: str,
    options: tuple[str, ...],
    value: str,
    words: Callable[[str], str],
) -> None:
    key = f"profile_{field}"
    st.session_state[key] = value if value in options else None
    st.selectbox(
        visit.t(f"profile.field.{field}"),
        options,
        key=key,
        format_func=words,
        placeholder=visit.t("profile.field.choose"),
        on_change=_save_value,
        args=(field,),
        disabled=not opened.may_edit,
    )
    _refusal(visit, opened, key)


def _save_value(field: str) -> None:
    key = f"profile_{field}"
    frame.attempt(key, _keep, {field: st.session_state[key] or ""})


def _save_use(use: Use) -> None:
    seen: Profile = st.session_state[_SEEN]
    _save_uses(seen.uses | {use} if st.session_state[f"use_{use.value}"] else seen.uses - {use})


def _save_uses(uses: frozenset[Use]) -> None:
    frame.attempt(_USES, _keep, {"uses": uses})


def _keep(visit: Visit, changes: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> None:
    shown: Profile = st.session_state[_SEEN]
    seen = replace(shown, **_read_all(before or {}))
    wanted = replace(seen, **_read_all(changes))
    enterprises.save_profile(visit.environment, visit.person, chosen_enterprise(visit), seen=seen, wanted=wanted)


def _read_all(typed: Mapping[str, Any]) -> dict[str, Any]:
    return dict(_read(field, value) for field, value in typed.items())


def _read(field: str, typed: object) -> tuple[str, Any]:
    """Return the name of a field in the profile, and what was typed as its value."""
    if field in ("name", "address", "tax_code"):
        return field, clean(str(typed))
    if field not in _NUMBERS:
        return field, typed
    text = clean(str(typed))
    try:
        if field == "workers":
            whole = parse_whole(text) if text else None
            if whole is not None and whole != whole.to_integral_value():
                raise ProfileRefused("number-not-whole", field=field, value=text)
            return field, None if whole is None else int(whole)
        return f"{field}_billion_vnd", parse_figure(text) if text else None
    except ProgrammeRefused as error:
        raise ProfileRefused(error.code, **{**error.details, "field": field}) from error


def _typed(visit: Visit, value: Decimal | int | None) -> str:
    if value is None:
        return ""
    exact = Decimal(value)
    places = max(0, -int(exact.normalize().as_tuple().exponent))
    return number(exact, visit.language, places)


if __name__ == "__main__":
    show()
