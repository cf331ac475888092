"""The yearly result report in eight parts: what is computed stands there, the rest is written and saves itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import streamlit as st

from core.domain.carrying_out import TaskStanding
from core.domain.feedback import FeedbackKind
from core.domain.programme_edits import DraftItem
from core.domain.programme_facts import DraftFacts
from core.domain.programme_fields import LINE_LIMIT, TEXT_LIMIT, FieldKind
from core.domain.yearly_report import (
    CONCLUSION,
    EFFECT,
    FIELDS,
    GENERAL,
    OWN_CORRECTIVE,
    OWN_EFFECT,
    computed_figure,
    is_reached,
    own_items,
    reached_figure,
    rule_of,
)
from core.errors import Conflict
from core.language import Language, day, money, number
from core.services import reporting
from core.services.reporting import OpenReport
from pages import frame
from pages.enterprise import feedback
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Audience, Visit
from pages.widgets.boxes import conflict_box, empty_state
from pages.widgets.saving import saving_line, saving_text_area, take_stored_text
from pages.widgets.writing import plain, typed_number

_SHEET = "report_sheet"
_YEAR = "nam"
_PLACE = "report"
_ISSUING = "enterprise/issuing.py"
_NUMBERS = (FieldKind.FIGURE, FieldKind.MONEY)


def show() -> None:
    with frame.open_page(width=860, needs=Audience.ENTERPRISE) as here:
        enterprise_id = chosen_enterprise(here)
        opened = reporting.open_report(here.environment, here.person, enterprise_id, _asked_year())
        st.title(here.t("report.title"), anchor=False)
        if opened is None:
            _nothing(here)
            feedback.show(here, here.environment.today().year, tuple(FeedbackKind))
            return
        visit = here.in_edition(opened.draft.analysis.catalogue)
        st.session_state[_SHEET] = opened
        st.markdown(visit.t("report.lead"))
        frame.refusal(visit, _PLACE)
        _heading(visit, opened)
        _parts(opened.year)
        _end(visit, opened)


def _asked_year() -> int | None:
    asked = str(st.query_params.get(_YEAR, ""))
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) == len("2026") else None


def _nothing(visit: Visit) -> None:
    if empty_state(
        visit.t("report.none-title"),
        visit.t("report.none"),
        icon=":material/edit_document:",
        action=visit.t("report.none.action"),
        key="report",
    ):
        st.switch_page(_ISSUING)


def _heading(visit: Visit, opened: OpenReport) -> None:
    st.session_state["report_year"] = opened.year
    st.selectbox(
        visit.t("report.year"),
        opened.years,
        key="report_year",
        filter_mode=None,
        width=200,
        on_change=lambda: st.query_params.update({_YEAR: str(st.session_state["report_year"])}),
    )
    matter = opened.matter
    finished = opened.kept.finished_on if opened.kept else None
    state = visit.t("report.state.finished", day=finished) if finished else visit.t("report.state.draft")
    st.badge(state, icon=":material/check:" if finished else ":material/edit:", color="green" if finished else "blue")
    st.caption(visit.t("report.time", first=matter.first, last=matter.last, version=matter.version))
    if opened.is_finished:
        st.success(visit.t("report.finished"), icon=":material/check:")
    with st.container(horizontal=True):
        for form in ("pdf", "docx"):
            address = f"{opened.version.programme.enterprise_id}/bao-cao-{opened.year}-{visit.language.value}.{form}"
            label = visit.t("report.download", form=form.upper())
            frame.download_link(label, address, is_primary=form == "pdf" and opened.is_finished)


@st.fragment
def _parts(year: int) -> None:
    with frame.refreshed() as here:
        opened: OpenReport = st.session_state[_SHEET]
        visit = here.in_edition(opened.draft.analysis.catalogue)
        _part(visit, "general")
        _fields(visit, opened, GENERAL, ("author",))
        _part(visit, "objectives")
        _objectives(visit, opened)
        _part(visit, "tasks")
        _tasks(visit, opened)
        _part(visit, "effect")
        _effect(visit, opened)
        _part(visit, "difficulties")
        feedback.show(visit, year, (FeedbackKind.DIFFICULTY,), with_heading=False)
        _part(visit, "corrective")
        _rows(visit, opened, OWN_CORRECTIVE)
        _part(visit, "proposals")
        feedback.show(visit, year, (FeedbackKind.PROPOSAL,), with_heading=False)
        _part(visit, "conclusion")
        _fields(visit, opened, CONCLUSION)


def _part(visit: Visit, name: str) -> None:
    st.header(visit.t(f"report.part.{name}"), anchor=False)


def _objectives(visit: Visit, opened: OpenReport) -> None:
    objectives = DraftFacts(opened.draft).objectives
    if not objectives:
        st.markdown(visit.t("report.no-objectives"))
    for item in objectives:
        with st.container(border=True, gap="xsmall"):
            _objective(visit, opened, item)
    matter = opened.matter
    before = opened.draft.analysis.scorecard.low
    if matter.score and before is not None and matter.level is not None:
        levels = {one.level: one.name for one in visit.catalogue.method.levels}
        now = Fraction(matter.score)
        st.markdown(visit.t("report.score", before=before, now=now, level=levels[matter.level]))


def _objective(visit: Visit, opened: OpenReport, item: DraftItem) -> None:
    unit = item.text("unit", visit.language)
    target = item.figure("target")
    shown = f"{typed_number(target, visit.language)} {unit}" if target is not None else visit.t("widgets.none-yet")
    figure = reached_figure(item, opened.matter, opened.entries)
    mark = f" :green-badge[{visit.t('report.objective.reached')}]" if is_reached(item, figure) else ""
    st.markdown(f"**{plain(item.text('name', visit.language))}**{mark}")
    st.caption(visit.md("report.objective.target", target=shown))
    computed = computed_figure(item, opened.matter)
    if computed is not None:
        st.caption(visit.t("report.objective.computed", figure=f"{typed_number(computed, visit.language)} {unit}"))
    _fields(visit, opened, item.id)


def _tasks(visit: Visit, opened: OpenReport) -> None:
    matter = opened.matter
    counts = {one.value: matter.count(one) for one in (TaskStanding.DONE, TaskStanding.DOING, TaskStanding.LATE)}
    st.markdown(visit.t("report.tasks", count=len(matter.tasks), **counts))
    st.page_link(_ISSUING, label=visit.t("report.to-tasks"), icon=":material/checklist:")
    if matter.group2:
        overdue = matter.overdue
        st.markdown(visit.t("report.register", valid=matter.valid, count=matter.group2, overdue=overdue))
    if matter.overdue:
        _fields(visit, opened, GENERAL, ("stopped_on",))


def _effect(visit: Visit, opened: OpenReport) -> None:
    for item in DraftFacts(opened.draft).losses:
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{plain(item.text('name', visit.language))}**")
            before = item.money()
            if before is not None:
                st.caption(visit.t("report.loss.before", money=money(before, visit.language)))
            _fields(visit, opened, item.id)
    _rows(visit, opened, OWN_EFFECT)
    _fields(visit, opened, EFFECT)


def _rows(visit: Visit, opened: OpenReport, kind: str) -> None:
    for item in own_items(opened.entries, kind):
        with st.container(border=True, gap="xsmall"):
            _fields(visit, opened, item)
            st.button(
                visit.t("report.remove"),
                icon=":material/close:",
                type="tertiary",
                key=f"remove_{item}",
                on_click=lambda item=item: frame.attempt(_PLACE, _remove, item),
                disabled=not opened.may_edit,
            )
    st.button(
        visit.t(f"report.add.{kind}"),
        icon=":material/add:",
        key=f"add_{kind}",
        on_click=lambda: frame.attempt(_PLACE, _add, kind),
        disabled=not opened.may_edit,
    )


def _end(visit: Visit, opened: OpenReport) -> None:
    """Draw what closes the report, outside the fragment: the whole page says then that it is finished."""
    if opened.is_finished and opened.may_follow:
        st.button(
            visit.t("report.open-again"),
            icon=":material/undo:",
            key="open_again",
            on_click=lambda: frame.attempt(_PLACE, _open_again, opened.year),
        )
    elif opened.may_edit:
        st.caption(visit.t("report.finish.ask"))
        st.button(
            visit.t("report.finish"),
            type="primary",
            icon=":material/check:",
            key="finish",
            on_click=lambda: frame.attempt(_PLACE, _finish, opened.year),
        )


# Fields


def _fields(visit: Visit, opened: OpenReport, item: str, names: tuple[str, ...] = ()) -> None:
    kind = item.partition(":")[0]
    kind = kind if kind in FIELDS else kind.removeprefix("own-")
    wanted = [name for name in FIELDS[kind] if name != "included" and (not names or name in names)]
    texts = [name for name in wanted if FIELDS[kind][name].kind is FieldKind.TEXT]
    lines = [name for name in wanted if name not in texts]
    for name in texts:
        _field(visit, opened, f"{item}/{name}", f"report.field.{kind}.{name}")
    if lines:
        with st.grid(2, min_column_width=240):
            for name in lines:
                with st.container():
                    _field(visit, opened, f"{item}/{name}", f"report.field.{kind}.{name}")


def _field(visit: Visit, opened: OpenReport, path: str, words: str) -> None:
    key = f"report_{path}"
    kind = rule_of(path).kind
    value = _shown(visit, path, opened.entries.get(path, ""))
    place = f"{opened.version.programme.enterprise_id}/{opened.year}/{path}"
    if kind is FieldKind.TEXT:
        saving_text_area(
            visit,
            key,
            value,
            visit.t(words),
            lambda fresh, text, before: _keep(fresh, path, text, before),
            limit=TEXT_LIMIT,
            place=place,
            disabled=not opened.may_edit,
        )
    else:
        saving_line(
            visit,
            key,
            value,
            visit.t(words),
            lambda fresh, text, before: _keep(fresh, path, text, before),
            limit=LINE_LIMIT,
            place=place,
            waits=kind is not FieldKind.LINE,
            disabled=not opened.may_edit,
        )
    error = frame.refused(key)
    if isinstance(error, Conflict):
        yours: Any = error.details["yours"]
        conflict_box(
            visit,
            error,
            key,
            keep_theirs=lambda: _look_again_at(key),
            keep_yours=lambda: _insist(key, path, str(yours)),
            show=lambda kept: _shown(visit, path, kept),
        )
    elif error:
        frame.error_box(visit, error)


def _shown(visit: Visit, path: str, value: str) -> str:
    """Return a value as it is typed, so that it can be read back."""
    kind = rule_of(path).kind
    if not value:
        return ""
    if kind is FieldKind.DATE:
        return day(date.fromisoformat(value), Language.VI)
    if kind is FieldKind.MONEY:
        return number(int(value), visit.language)
    return typed_number(Decimal(value), visit.language) if kind is FieldKind.FIGURE else value


# Deeds: each keeps one place and puts the report as it is now on the sheet


def _look_again(visit: Visit) -> None:
    opened: OpenReport = st.session_state[_SHEET]
    st.session_state[_SHEET] = reporting.open_report(
        visit.environment, visit.person, chosen_enterprise(visit), opened.year
    )


def _keep(visit: Visit, path: str, typed: str, before: str) -> None:
    opened: OpenReport = st.session_state[_SHEET]
    enterprise_id = chosen_enterprise(visit)
    reporting.save_entry(visit.environment, visit.person, enterprise_id, opened, path, typed, before)
    _look_again(visit)


def _add(visit: Visit, kind: str) -> None:
    opened: OpenReport = st.session_state[_SHEET]
    reporting.add_row(visit.environment, visit.person, chosen_enterprise(visit), opened, kind)
    _look_again(visit)


def _remove(visit: Visit, item: str) -> None:
    opened: OpenReport = st.session_state[_SHEET]
    reporting.remove_row(visit.environment, visit.person, chosen_enterprise(visit), opened, item)
    _look_again(visit)


def _finish(visit: Visit, year: int) -> None:
    reporting.finish(visit.environment, visit.person, chosen_enterprise(visit), year)
    _look_again(visit)


def _open_again(visit: Visit, year: int) -> None:
    reporting.open_again(visit.environment, visit.person, chosen_enterprise(visit), year)
    _look_again(visit)


def _look_again_at(key: str) -> None:
    frame.attempt(key, _look_again)
    if frame.refused(key) is None:
        take_stored_text(key)


def _insist(key: str, path: str, yours: str) -> None:
    """Keep one's own words over a colleague's, having seen both."""

    def deed(visit: Visit) -> None:
        _look_again(visit)
        opened: OpenReport = st.session_state[_SHEET]
        _keep(visit, path, yours, opened.entries.get(path, ""))

    frame.attempt(key, deed)
    if frame.refused(key) is None:
        take_stored_text(key)


if __name__ == "__main__":
    show()
