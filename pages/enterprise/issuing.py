"""Issuing and following: where the programme stands, the one next step, tasks, what is due, all versions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import streamlit as st

from core.domain.assessment import AssessmentState
from core.domain.carrying_out import TaskMark, TaskState
from core.domain.journey import ProgrammeState, ProgrammeStep
from core.domain.programme_fields import LINE_LIMIT, TEXT_LIMIT
from core.domain.programme_parsing import parse_date
from core.language import Language, day
from core.services import following, issuing
from core.services.following import Followed, FollowedTask
from core.services.issuing import Life, Version
from pages import frame
from pages.enterprise import issuing_tasks
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Audience, Visit
from pages.widgets.boxes import STEP_DONE, STEP_NOW, STEP_WAITS, Step, empty_state, next_card, spread_line, step_list
from pages.widgets.saving import empty_form, form_area, form_line, form_text

_PLACE = "issuing"
_DONE = "issuing.done"
_DAY_LIMIT = 20
WITH_ADVISERS = (AssessmentState.SUBMITTED, AssessmentState.IN_REVIEW, AssessmentState.CHANGES_REQUESTED)
"""States in which a reviewer is still to say something."""
STEP_INTO = {
    ProgrammeState.OPINIONS_ASKED: ProgrammeStep.ASK_OPINIONS,
    ProgrammeState.AGREED: ProgrammeStep.AGREE,
    ProgrammeState.ISSUED: ProgrammeStep.ISSUE,
    ProgrammeState.UNDER_WAY: ProgrammeStep.START,
    ProgrammeState.ENDED: ProgrammeStep.END,
}
REPORT_PAGE = "enterprise/yearly_report.py"
_PROGRAMME = "enterprise/programme.py"


def show() -> None:
    with frame.open_page(needs=Audience.ENTERPRISE) as here:
        life = issuing.life_of(here.environment, here.person, chosen_enterprise(here))
        if life is None:
            _empty(here)
            return
        visit = here.in_edition(life.opened.result.opened.catalogue)
        followed = following.followed(visit.environment, life)
        st.title(visit.t("issuing.title"), anchor=False)
        st.markdown(visit.t("issuing.lead"))
        frame.refusal(visit, _PLACE)
        if st.session_state.pop(_DONE, False):
            st.success(visit.t("issuing.done"), icon=":material/check:")
        _ahead(visit, life)
        _next(visit, life, followed)
        st.header(visit.t("issuing.stages"), anchor=False)
        step_list([_stage(visit, life.newest, state) for state in ProgrammeState])
        if followed:
            _dues(visit, followed)
            issuing_tasks.show(visit, life, followed)
        _versions(visit, life)


def _empty(visit: Visit) -> None:
    st.title(visit.t("issuing.title"), anchor=False)
    if empty_state(
        visit.t("issuing.empty-title"),
        visit.t("issuing.empty"),
        icon=":material/gavel:",
        action=visit.t("result.answer"),
        key="issuing",
    ):
        st.switch_page("enterprise/assessment.py")


def _ahead(visit: Visit, life: Life) -> None:
    """Point out days that are still to come; they are no fault, but may be a slip."""
    today = visit.environment.today()
    for version in life.versions:
        facts = version.programme.facts
        if facts.issued_on and facts.issued_on > today:
            st.warning(visit.t("issuing.ahead", day=facts.issued_on), icon=":material/schedule:")
    for step in life.newest.steps:
        if step.step is not ProgrammeStep.ISSUE and step.day > today:
            st.warning(visit.t("issuing.ahead", day=step.day), icon=":material/schedule:")


# Where it stands


def _stage(visit: Visit, version: Version, state: ProgrammeState) -> Step:
    order = list(ProgrammeState)
    now, here = order.index(version.state), order.index(state)
    taken = version.last(STEP_INTO[state]) if state in STEP_INTO and here <= now else None
    if state is ProgrammeState.DRAFT:
        words = "now" if now == 0 else "done"
        line = visit.t(f"issuing.line.draft-{words}", number=version.number)
    else:
        line = _step_line(visit, version, taken) if taken else ""
    # Writing and carrying out take their time; the other states are reached in a day, and the next thing is to do.
    takes_time = version.state in (ProgrammeState.DRAFT, ProgrammeState.UNDER_WAY)
    is_next = here == (now if takes_time else now + 1)
    is_done = here <= now and not is_next
    return Step(
        key=f"stage_{state.value}",
        title=visit.t(f"issuing.stage.{state.value}"),
        icon=STEP_DONE if is_done else STEP_NOW if is_next else STEP_WAITS,
        line=line,
    )


def _step_line(visit: Visit, version: Version, step: Any) -> str:
    who = step.by_name or visit.t("widgets.conflict.somebody")
    facts = version.programme.facts
    if step.step is ProgrammeStep.ISSUE and facts.issued_on:
        # The step keeps what was typed first; number and day may have been corrected since.
        return visit.md("issuing.line.issued", number=facts.issued_number, day=facts.issued_on, who=who)
    if step.note:
        return visit.md("issuing.line.step-note", day=step.day, note=step.note, who=who)
    return visit.md("issuing.line.step", day=step.day, who=who)


# The next step


def _next(visit: Visit, life: Life, followed: Followed | None) -> None:
    newest = life.newest
    state = newest.state
    with next_card(visit):
        if state is ProgrammeState.DRAFT:
            _next_of_draft(visit, life)
        elif state is ProgrammeState.UNDER_WAY and followed:
            _next_under_way(visit, life, followed)
        else:
            st.header(visit.t(f"issuing.next.{state.value}"), anchor=False)
            asked = newest.last(ProgrammeStep.ASK_OPINIONS)
            if state is ProgrammeState.OPINIONS_ASKED and asked:
                st.markdown(visit.md("issuing.next.opinions_asked.text", asked=asked.note, day=asked.day))
            else:
                st.markdown(visit.t(f"issuing.next.{state.value}.text"))
            if life.may_step:
                _FORMS[state](visit, life)
        if not life.may_step:
            st.info(visit.t("issuing.who-may"), icon=":material/info:")
    if life.may_step:
        _aside(visit, life, followed)


def _next_of_draft(visit: Visit, life: Life) -> None:
    scorecard = life.opened.result.self_score
    left = scorecard.applicable - scorecard.answered
    if left:
        st.header(visit.t("issuing.next.analysis"), anchor=False)
        st.markdown(visit.t("issuing.next.analysis.text", left=left))
        if st.button(visit.t("issuing.next.analysis.action"), type="primary", key="to_analysis"):
            st.switch_page("enterprise/assessment.py")
        return
    st.header(visit.t("issuing.next.draft"), anchor=False)
    st.markdown(visit.t("issuing.next.draft.text"))
    st.page_link(_PROGRAMME, icon=":material/edit_document:", label=visit.t("issuing.version.read"))
    if life.opened.result.opened.assessment.state in WITH_ADVISERS:
        st.info(visit.t("issuing.with-advisers"), icon=":material/info:")
    if life.may_step:
        _typed(visit, "asked", life.opened.draft.item("organisation").text("opinion_givers", visit.language))
        _typed_day(visit, "asked_day")
        _button(visit, "ask_opinions", _ask, is_primary=True)


def _next_under_way(visit: Visit, life: Life, followed: Followed) -> None:
    due, task = followed.next_due, followed.open_task
    if due is None and task is not None:
        st.header(visit.t("issuing.next.under_way"), anchor=False)
        day_of_task = task.item.day("due")
        title = task.item.text("title", visit.language)
        if day_of_task:
            st.markdown(visit.md("issuing.next.task", title=title, day=day_of_task))
        else:
            st.markdown(visit.md("issuing.next.task-without-day", title=title))
        if life.may_follow:
            st.button(
                visit.t("issuing.do.task"),
                type="primary",
                icon=":material/check:",
                key="task_done",
                on_click=lambda: frame.attempt(_PLACE, _task_done, task),
            )
        return
    if due is None:
        return
    st.header(visit.t(f"issuing.next.{due.kind}"), anchor=False)
    st.markdown(visit.t(f"issuing.next.{due.kind}.text", day=due.day))
    if due.kind == "report":
        if st.button(visit.t("issuing.do.report"), type="primary", key="to_report"):
            st.switch_page(REPORT_PAGE)
    elif due.kind == "review" and life.may_step:
        _review_form(visit, is_primary=True)
    elif due.kind == "end" and life.may_step:
        _end_form(visit, is_primary=True)


def _form_opinions_asked(visit: Visit, life: Life) -> None:
    _typed_day(visit, "agreed_day")
    _area(visit, "outcome")
    _button(visit, "agree", _agree, is_primary=True)


def _form_agreed(visit: Visit, life: Life) -> None:
    _typed(visit, "number", "", placeholder=visit.t("issuing.field.number-example"))
    _typed_day(visit, "issued_day")
    _button(visit, "issue", _issue, is_primary=True)


def _form_issued(visit: Visit, life: Life) -> None:
    _typed_day(visit, "start_day")
    _button(visit, "start", _start, is_primary=True)


def _form_ended(visit: Visit, life: Life) -> None:
    _button(visit, "renew", _renew, is_primary=True)


def _review_form(visit: Visit, *, is_primary: bool) -> None:
    _area(visit, "review-outcome")
    _typed_day(visit, "review_day")
    _button(visit, "review", _review, is_primary=is_primary)


def _end_form(visit: Visit, *, is_primary: bool) -> None:
    st.markdown(visit.t("issuing.do.end.ask"))
    _typed_day(visit, "end_day")
    _button(visit, "end", _end, is_primary=is_primary)


_FORMS: dict[ProgrammeState, Callable[[Visit, Life], None]] = {
    ProgrammeState.OPINIONS_ASKED: _form_opinions_asked,
    ProgrammeState.AGREED: _form_agreed,
    ProgrammeState.ISSUED: _form_issued,
    ProgrammeState.ENDED: _form_ended,
}


def _aside(visit: Visit, life: Life, followed: Followed | None) -> None:
    """Draw the other steps that the state allows, each behind a button that asks first."""
    steps = life.steps
    held = life.in_force
    with st.container(horizontal=True):
        if ProgrammeStep.REVISE in steps:
            with _popover(visit, "revise", ":material/undo:"):
                st.markdown(visit.t("issuing.do.revise.ask"))
                _area(visit, "revise-reason", "reason")
                _button(visit, "revise", _revise)
        if ProgrammeStep.AMEND in steps:
            with _popover(visit, "amend", ":material/edit_document:"):
                st.markdown(visit.t("issuing.do.amend.ask"))
                _area(visit, "amend-reason", "reason")
                _button(visit, "amend", _amend)
        is_main = followed is not None and life.newest.state is ProgrammeState.UNDER_WAY
        due = followed.next_due if followed and is_main else None
        first = due.kind if due else ""
        if ProgrammeStep.REVIEW in steps and first != "review":
            with _popover(visit, "review", ":material/event:"):
                _review_form(visit, is_primary=False)
        if held is not None:
            with _popover(visit, "correct", ":material/edit:"):
                facts = held.programme.facts
                _typed(visit, "correct_number", facts.issued_number, "number")
                _typed_day(visit, "correct_day", facts.issued_on)
                st.button(
                    visit.t("issuing.do.correct.yes"),
                    key="do_correct",
                    on_click=lambda: frame.attempt(_PLACE, _correct, held),
                )
        if version := next((one for one in life.versions if one.correctable), None):
            with _popover(visit, "correct-days", ":material/edit:"):
                for step in version.correctable:
                    _typed_day(visit, f"step_{step.id}", step.day, f"step.{step.step.value}")
                st.button(
                    visit.t("issuing.do.correct-days.yes"),
                    key="do_correct_days",
                    on_click=lambda: frame.attempt(_PLACE, _correct_days, version),
                )
        if ProgrammeStep.END in steps and first != "end":
            with _popover(visit, "end", ":material/do_not_disturb_on:"):
                _end_form(visit, is_primary=False)


def _popover(visit: Visit, name: str, icon: str) -> Any:
    return st.popover(visit.t(f"issuing.do.{name}"), type="tertiary", icon=icon, key=f"open_{name}")


def _typed(visit: Visit, name: str, value: str, words: str = "", placeholder: str = "") -> None:
    _line(visit, name, visit.t(f"issuing.field.{words or name}"), LINE_LIMIT, value, placeholder)


def _typed_day(visit: Visit, name: str, value: date | None = None, words: str = "field.day") -> None:
    # Always day/month/year, in both languages: so it can be read back.
    first = day(value or visit.environment.today(), Language.VI)
    with st.container(width=220):
        _line(visit, name, visit.t(f"issuing.{words}"), _DAY_LIMIT, first)


def _line(visit: Visit, name: str, label: str, limit: int, first: str, placeholder: str = "") -> None:
    box = f"issuing_{name}"
    place = f"{chosen_enterprise(visit)}/{box}"
    form_line(visit, box, label, limit=limit, place=place, first=first, placeholder=placeholder)


def _area(visit: Visit, name: str, words: str = "") -> None:
    box = f"issuing_{name}"
    label = visit.t(f"issuing.field.{words or name}")
    form_area(visit, box, label, limit=TEXT_LIMIT, place=f"{chosen_enterprise(visit)}/{box}")


def _button(visit: Visit, step: str, deed: Callable[[Visit], None], *, is_primary: bool = False) -> None:
    st.button(
        visit.t(f"issuing.do.{step}"),
        type="primary" if is_primary else "secondary",
        key=f"do_{step}",
        on_click=lambda: frame.attempt(_PLACE, deed),
    )


# What is due, and the versions


def _dues(visit: Visit, followed: Followed) -> None:
    st.header(visit.t("issuing.dues"), anchor=False)
    with st.container(border=True, gap="xsmall"):
        for due in followed.dues:
            mark = f" :orange-badge[{visit.t('issuing.due.past')}]" if due.day < followed.on else ""
            st.markdown(f"**{day(due.day, visit.language)}** · {visit.t(f'issuing.due.{due.kind}')}{mark}")
    st.page_link(REPORT_PAGE, icon=":material/rate_review:")


def _versions(visit: Visit, life: Life) -> None:
    st.header(visit.t("issuing.versions"), anchor=False)
    for place, version in enumerate(life.versions):
        with st.container(border=True, gap="xsmall", key=f"version_{version.number}"):
            later = life.versions[place - 1] if place else None
            _version(visit, life, version, later)


def _version(visit: Visit, life: Life, version: Version, later: Version | None) -> None:
    facts = version.programme.facts
    held = f" :green-badge[{visit.t('issuing.version.in-force')}]" if version.is_in_force else ""
    state = f":blue-badge[{visit.t(f'issuing.state.{version.state.value}')}]"
    with spread_line():
        st.markdown(
            f"### {visit.t('issuing.version', number=version.number)} {state}{held}", anchors=False, width="content"
        )
        with st.container(horizontal=True, width="content"):
            _files(life, visit, version, "phien-ban", ("pdf", "docx"))
    if facts.issued_on:
        st.markdown(visit.md("issuing.line.decision", number=facts.issued_number, day=facts.issued_on))
    period = (version.draft or life.opened.draft).period
    st.caption(visit.t("issuing.version.period", start=period.start, end=period.end))
    if facts.reason:
        st.markdown(visit.md("issuing.version.reason", reason=facts.reason))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(visit.t("issuing.version.amendment"), width="content")
            _files(life, visit, version, "sua-doi", ("pdf", "docx"))
    if version is life.newest:
        st.page_link(_PROGRAMME, icon=":material/menu_book:", label=visit.t("issuing.version.read"))
    replaced = later.programme.facts.issued_on if later and version.was_issued else None
    if later and replaced:
        st.markdown(visit.t("issuing.version.replaced", number=later.number, day=replaced))
    if version.steps:
        label = visit.t("issuing.version.history", count=len(version.steps))
        with st.expander(label, type="compact", icon=":material/history:", key=f"history_{version.number}"):
            for step in version.steps:
                line = _step_line(visit, version, step)
                st.markdown(f"- **{visit.t(f'issuing.step.{step.step.value}')}** · {line}")
                for told in step.corrected:
                    who = told.by_name or visit.t("widgets.conflict.somebody")
                    st.caption(visit.md("issuing.line.corrected", day=told.day, who=who, moment=told.at))


def _files(life: Life, visit: Visit, version: Version, name: str, forms: tuple[str, ...]) -> None:
    enterprise_id = version.programme.enterprise_id
    for form in forms:
        address = f"{enterprise_id}/{name}-{version.number}-{visit.language.value}.{form}"
        frame.download_link(form.upper(), address)


# Deeds


def _said(name: str) -> str:
    return form_text(f"issuing_{name}")


def _said_day(name: str) -> date:
    return parse_date(_said(name), "day")


def _finished(*names: str) -> None:
    empty_form(*(f"issuing_{name}" for name in names))
    st.session_state[_DONE] = True


def _where(visit: Visit) -> tuple[Any, Any, Any]:
    return visit.environment, visit.person, chosen_enterprise(visit)


def _ask(visit: Visit) -> None:
    issuing.ask_opinions(*_where(visit), asked=_said("asked"), day=_said_day("asked_day"))
    _finished("asked", "asked_day")


def _agree(visit: Visit) -> None:
    issuing.agree(*_where(visit), day=_said_day("agreed_day"), outcome=_said("outcome"))
    _finished("agreed_day", "outcome")


def _revise(visit: Visit) -> None:
    issuing.revise(*_where(visit), reason=_said("revise-reason"))
    _finished("revise-reason")


def _issue(visit: Visit) -> None:
    issuing.issue(*_where(visit), number=_said("number"), day=_said_day("issued_day"))
    _finished("number", "issued_day")


def _correct(visit: Visit, held: Version) -> None:
    seen = held.programme.facts
    number, on = _said("correct_number"), _said_day("correct_day")
    issuing.correct_decision(*_where(visit), number=number, day=on, seen=seen)
    _finished("correct_number", "correct_day")


def _correct_days(visit: Visit, version: Version) -> None:
    steps = version.correctable
    names = {one.id: f"step_{one.id}" for one in steps}
    issuing.correct_days(
        *_where(visit),
        number=version.number,
        seen={one.id: one.day for one in steps},
        wanted={one.id: _said_day(names[one.id]) for one in steps},
    )
    _finished(*names.values())


def _start(visit: Visit) -> None:
    issuing.start(*_where(visit), day=_said_day("start_day"))
    _finished("start_day")


def _task_done(visit: Visit, task: FollowedTask) -> None:
    today = visit.environment.today()
    mark = replace(task.mark, state=TaskState.DONE, day=today) if task.mark else TaskMark(TaskState.DONE, today)
    following.save_mark(*_where(visit), task.item.id, seen=task.mark, wanted=mark)
    _finished()


def _review(visit: Visit) -> None:
    issuing.review(*_where(visit), day=_said_day("review_day"), outcome=_said("review-outcome"))
    _finished("review_day", "review-outcome")


def _amend(visit: Visit) -> None:
    issuing.amend(*_where(visit), reason=_said("amend-reason"))
    _finished("amend-reason")


def _end(visit: Visit) -> None:
    issuing.end(*_where(visit), day=_said_day("end_day"))
    _finished("end_day")


def _renew(visit: Visit) -> None:
    issuing.renew(*_where(visit))
    _finished()


if __name__ == "__main__":
    show()
