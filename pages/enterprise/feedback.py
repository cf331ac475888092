"""The short form of difficulties and proposals, and what was told for a year: on the page of the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from core.domain.feedback import FEEDBACK_LIMIT, Addressee, Feedback, FeedbackKind, Theme
from core.domain.statistics.suppression import MINIMUM_GROUP
from core.errors import Conflict
from core.services import reporting
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Visit
from pages.widgets.boxes import conflict_box
from pages.widgets.saving import empty_form, form_area, form_text, saving_text_area, take_stored_text

_ADDED = "feedback.added"


def show(visit: Visit, year: int, kinds: Sequence[FeedbackKind], *, with_heading: bool = True) -> None:
    """Draw what was told of some kinds for a year, and the form to tell more."""
    told = reporting.told(visit.environment, visit.person, chosen_enterprise(visit))
    if with_heading:
        st.header(visit.t("report.feedback"), anchor=False)
    st.markdown(visit.t("report.feedback.lead"))
    found = [one for one in told.feedback if one.feedback.year == year and one.feedback.kind in kinds]
    if not found:
        st.caption(visit.t("report.feedback.none", year=year))
    for one in found:
        _one(visit, one, may_tell=told.may_tell)
    if told.may_tell:
        _form(visit, year, kinds)


def _one(visit: Visit, one: Any, *, may_tell: bool) -> None:
    feedback: Feedback = one.feedback
    with st.container(border=True, gap="xsmall", key=f"feedback_{one.id}"):
        badges = f":blue-badge[{visit.t(f'report.theme.{feedback.theme.value}')}]"
        if feedback.addressee:
            badges += f" :gray-badge[{visit.t(f'report.addressee.{feedback.addressee.value}')}]"
        st.markdown(f"**{visit.t(f'report.feedback.kind.{feedback.kind.value}')}** {badges}")
        names = ("text", "cause") if feedback.kind is FeedbackKind.DIFFICULTY else ("text",)
        for name in names:
            _text(visit, one, name, may_tell=may_tell)
        _quote(visit, one, may_tell=may_tell)
        st.caption(visit.md("report.feedback.by", who=one.updated_by_name, moment=one.updated_at))
        if may_tell:
            place = f"feedback_back_{one.id}"
            st.button(
                visit.t("report.feedback.take-back"),
                icon=":material/undo:",
                type="tertiary",
                key=place,
                on_click=lambda: frame.attempt(place, _take_back, one.id),
            )
            frame.refusal(visit, place)


def _quote(visit: Visit, one: Any, *, may_tell: bool) -> None:
    place = f"feedback_quote_{one.id}"
    feedback: Feedback = one.feedback
    # What is kept, not what was ticked: a tick that was refused goes away.
    st.session_state[place] = feedback.may_quote
    st.checkbox(
        visit.t("report.feedback.quote"),
        key=place,
        disabled=not may_tell,
        on_change=lambda: frame.attempt(place, _allow, one.id, feedback, bool(st.session_state[place])),
    )
    frame.refusal(visit, place)


def _text(visit: Visit, one: Any, name: str, *, may_tell: bool) -> None:
    key = f"feedback_{name}_{one.id}"
    feedback: Feedback = one.feedback
    saving_text_area(
        visit,
        key,
        getattr(feedback, name),
        visit.t(f"report.feedback.{name}"),
        lambda fresh, text, before: _change(fresh, one.id, feedback, name, text, before),
        limit=FEEDBACK_LIMIT,
        place=f"{one.id}/{name}",
        disabled=not may_tell,
    )
    error = frame.refused(key)
    if isinstance(error, Conflict):
        details = error.details
        conflict_box(
            visit,
            error,
            key,
            keep_theirs=lambda: take_stored_text(key),
            keep_yours=lambda: _insist(key, one.id, feedback, name, str(details["yours"]), str(details["theirs"])),
        )
    elif error:
        frame.error_box(visit, error)


def _form(visit: Visit, year: int, kinds: Sequence[FeedbackKind]) -> None:
    place = f"feedback_new_{kinds[0].value}"
    with st.container(border=True, gap="small", key=place):
        if st.session_state.pop(f"{_ADDED}.{place}", False):
            st.success(visit.t("report.feedback.added"), icon=":material/check:")
        kind = kinds[0]
        if len(kinds) > 1:
            chosen = st.segmented_control(
                visit.t("report.feedback.kind"),
                list(kinds),
                default=kind,
                required=True,
                format_func=lambda one: visit.t(f"report.feedback.kind.{one.value}"),
                key=f"{place}_kind",
            )
            kind = chosen or kind
        st.selectbox(
            visit.t("report.feedback.theme"),
            list(Theme),
            format_func=lambda one: visit.t(f"report.theme.{one.value}"),
            key=f"{place}_theme",
            filter_mode=None,
        )
        _area(visit, place, "text")
        if kind is FeedbackKind.DIFFICULTY:
            _area(visit, place, "cause")
        else:
            st.selectbox(
                visit.t("report.feedback.addressee"),
                list(Addressee),
                format_func=lambda one: visit.t(f"report.addressee.{one.value}"),
                key=f"{place}_addressee",
                filter_mode=None,
            )
        st.checkbox(visit.t("report.feedback.quote"), key=f"{place}_quote")
        st.caption(visit.t("report.feedback.quote.why", least=MINIMUM_GROUP))
        frame.refusal(visit, place)
        st.button(
            visit.t("report.feedback.add"),
            icon=":material/add:",
            key=f"{place}_add",
            on_click=lambda: frame.attempt(place, _tell, place, kind, year),
        )


def _area(visit: Visit, place: str, name: str) -> None:
    box = f"{place}_{name}"
    label = visit.t(f"report.feedback.{name}")
    form_area(visit, box, label, limit=FEEDBACK_LIMIT, place=f"{chosen_enterprise(visit)}/{box}", rows=3)


# Deeds


def _tell(visit: Visit, place: str, kind: FeedbackKind, year: int) -> None:
    is_difficulty = kind is FeedbackKind.DIFFICULTY
    said = st.session_state
    feedback = Feedback(
        kind=kind,
        theme=said[f"{place}_theme"],
        text=form_text(f"{place}_text"),
        year=year,
        cause=form_text(f"{place}_cause") if is_difficulty else "",
        addressee=None if is_difficulty else said[f"{place}_addressee"],
        may_quote=bool(said[f"{place}_quote"]),
    )
    reporting.tell(visit.environment, visit.person, chosen_enterprise(visit), feedback)
    empty_form(f"{place}_text", f"{place}_cause")
    # Each is allowed by itself, never because the one before was.
    said[f"{place}_quote"] = False
    said[f"{_ADDED}.{place}"] = True


def _allow(visit: Visit, feedback_id: Any, feedback: Feedback, wanted: bool) -> None:
    enterprise_id, changed = chosen_enterprise(visit), replace(feedback, may_quote=wanted)
    reporting.change(visit.environment, visit.person, enterprise_id, feedback_id, seen=feedback, wanted=changed)


def _change(visit: Visit, feedback_id: Any, feedback: Feedback, name: str, typed: str, before: str) -> None:
    seen, wanted = (
        replace(feedback, text=text) if name == "text" else replace(feedback, cause=text) for text in (before, typed)
    )
    enterprise_id = chosen_enterprise(visit)
    reporting.change(visit.environment, visit.person, enterprise_id, feedback_id, seen=seen, wanted=wanted)


def _insist(key: str, feedback_id: Any, feedback: Feedback, name: str, yours: str, theirs: str) -> None:
    """Keep one's own words over a colleague's, having seen both."""
    frame.attempt(key, _change, feedback_id, feedback, name, yours, theirs)
    if frame.refused(key) is None:
        take_stored_text(key)


def _take_back(visit: Visit, feedback_id: Any) -> None:
    reporting.take_back(visit.environment, visit.person, chosen_enterprise(visit), feedback_id)
