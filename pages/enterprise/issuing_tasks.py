"""The tasks of the programme in force: how far each is, when, with what evidence and money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from core.domain.carrying_out import TaskMark, TaskStanding, TaskState
from core.domain.programme_fields import LINE_LIMIT
from core.domain.programme_parsing import parse_date
from core.domain.register.amounts import read_amount, written_amount
from core.errors import Conflict
from core.language import Language, day
from core.services import following, issuing
from core.services.following import Followed, FollowedTask
from core.services.issuing import Life
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Visit
from pages.widgets.boxes import conflict_box, steady_label
from pages.widgets.saving import saving_line, take_stored_text
from pages.widgets.writing import plain

_SHEET = "issuing_followed"
STATES: tuple[TaskState | None, ...] = (None, TaskState.DOING, TaskState.DONE)
COLOURS = {
    TaskStanding.LATE: "orange",
    TaskStanding.DOING: "blue",
    TaskStanding.WAITING: "gray",
    TaskStanding.DONE: "green",
}
"""Badges by standing, in the order in which tasks are listed."""


def show(visit: Visit, life: Life, followed: Followed) -> None:
    st.header(visit.t("issuing.tasks"), anchor=False)
    st.session_state[_SHEET] = followed
    if not followed.tasks:
        st.markdown(visit.t("issuing.tasks.none"))
        return
    order = list(COLOURS)
    # Only the whole page sorts: a task must not run away from under the hands of whoever marks it.
    ids = [one.item.id for one in sorted(followed.tasks, key=lambda one: order.index(one.standing))]
    _tasks(life.opened.result.opened.catalogue, ids, may_follow=life.may_follow)


@st.fragment
def _tasks(catalogue: Any, ids: Sequence[str], *, may_follow: bool) -> None:
    with frame.refreshed() as here:
        visit = here.in_edition(catalogue)
        followed: Followed = st.session_state[_SHEET]
        counts = {standing.value: followed.count(standing) for standing in TaskStanding}
        st.caption(visit.t("issuing.due.tasks", **counts))
        by_id = {one.item.id: one for one in followed.tasks}
        for task_id in ids:
            _task(visit, by_id[task_id], may_follow=may_follow)


def _task(visit: Visit, task: FollowedTask, *, may_follow: bool) -> None:
    key = f"task_{task.item.id}"
    due = task.item.day("due")
    due_words = visit.t("issuing.task.due", day=due) if due else visit.t("issuing.task.no-due")
    badge = f":{COLOURS[task.standing]}-badge[{visit.t(f'issuing.standing.{task.standing.value}')}]"
    label = f"{plain(task.item.text('title', visit.language))} · {due_words} {badge}"
    body = st.expander(steady_label(key, label), key=key, on_change="rerun")
    # Closed tasks are not sent: a programme has dozens of them.
    if not body.open:
        return
    with body:
        owner, done_when = (task.item.text(name, visit.language) for name in ("owner", "done_when"))
        if owner:
            st.markdown(visit.md("issuing.task.owner", owner=owner))
        if done_when:
            st.caption(visit.md("issuing.task.done-when", text=done_when))
        _state(visit, task, may_follow=may_follow)
        if task.mark is not None:
            with st.grid(3, min_column_width=220):
                _line(visit, task, "day", _written_day(task.mark), may_follow=may_follow)
                _line(visit, task, "evidence", task.mark.evidence, may_follow=may_follow)
                spent = written_amount(task.mark.spent_vnd, visit.language)
                _line(visit, task, "spent", spent, may_follow=may_follow)
        if task.kept:
            kept = task.kept
            st.caption(visit.md("issuing.task.by", who=kept.updated_by_name, moment=kept.updated_at))


def _state(visit: Visit, task: FollowedTask, *, may_follow: bool) -> None:
    key = f"task_state_{task.item.id}"
    # The widget itself holds None for "nothing chosen", so its options are told apart by their place.
    st.session_state[key] = STATES.index(task.mark.state if task.mark else None)
    st.segmented_control(
        visit.t("issuing.task.state"),
        range(len(STATES)),
        format_func=lambda place: visit.t(f"issuing.standing.{_state_word(STATES[place])}"),
        required=True,
        key=key,
        on_change=lambda: frame.attempt(key, _set_state, task.item.id, STATES[st.session_state[key]]),
        disabled=not may_follow,
    )
    _refusal(visit, key, task)


def _state_word(state: TaskState | None) -> str:
    return state.value if state else TaskStanding.WAITING.value


def _line(visit: Visit, task: FollowedTask, name: str, value: str, *, may_follow: bool) -> None:
    key = f"task_{name}_{task.item.id}"
    followed: Followed = st.session_state[_SHEET]
    saving_line(
        visit,
        key,
        value,
        visit.t(f"issuing.task.{name}"),
        lambda fresh, text, before: _set_field(fresh, task.item.id, name, text, before),
        limit=LINE_LIMIT,
        place=f"{followed.version.programme.id}/{task.item.id}/{name}",
        waits=name != "evidence",
        disabled=not may_follow,
    )
    _refusal(visit, key, task)


def _refusal(visit: Visit, key: str, task: FollowedTask) -> None:
    error = frame.refused(key)
    if isinstance(error, Conflict):
        yours: Any = error.details["yours"]
        conflict_box(
            visit,
            error,
            key,
            keep_theirs=lambda: _look_again_at(key),
            keep_yours=lambda: _insist(key, task.item.id, yours),
            show=lambda mark: _words(visit, mark),
            nothing=visit.t("issuing.standing.waiting"),
        )
    elif error:
        frame.error_box(visit, error)


def _words(visit: Visit, mark: TaskMark) -> str:
    none = visit.t("widgets.none-yet")
    return visit.t(
        "issuing.task.mark",
        state=visit.t(f"issuing.standing.{mark.state.value}"),
        day=mark.day or none,
        evidence=mark.evidence or none,
        spent=written_amount(mark.spent_vnd, visit.language) or none,
    )


def _written_day(mark: TaskMark) -> str:
    return day(mark.day, Language.VI) if mark.day else ""


# Deeds: each keeps one mark and puts the tasks as they are now on the sheet


def _look_again(visit: Visit) -> None:
    life = issuing.life_of(visit.environment, visit.person, chosen_enterprise(visit))
    st.session_state[_SHEET] = following.followed(visit.environment, life) if life else None


def _seen(task_id: str) -> TaskMark | None:
    followed: Followed = st.session_state[_SHEET]
    return next(one.mark for one in followed.tasks if one.item.id == task_id)


def _save(visit: Visit, task_id: str, seen: TaskMark | None, wanted: TaskMark | None) -> None:
    enterprise_id = chosen_enterprise(visit)
    following.save_mark(visit.environment, visit.person, enterprise_id, task_id, seen=seen, wanted=wanted)
    _look_again(visit)


def _set_state(visit: Visit, task_id: str, state: TaskState | None) -> None:
    seen = _seen(task_id)
    if state is None:
        _save(visit, task_id, seen, None)
    else:
        today = visit.environment.today()
        wanted = replace(seen, state=state, day=today) if seen else TaskMark(state, today)
        _save(visit, task_id, seen, wanted)


def _set_field(visit: Visit, task_id: str, name: str, typed: str, before: str) -> None:
    """Keep one field; what the person saw in it before is what is compared."""
    seen = _seen(task_id)
    if seen is None:
        return
    was, now = (_with(seen, name, text) for text in (before, typed))
    _save(visit, task_id, was, now)


def _with(mark: TaskMark, name: str, typed: str) -> TaskMark:
    if name == "day":
        return replace(mark, day=parse_date(typed, "day") if typed else None)
    if name == "spent":
        amount = read_amount("spent", typed, whole=True)
        return replace(mark, spent_vnd=None if amount is None else int(amount))
    return replace(mark, evidence=" ".join(typed.split()))


def _look_again_at(key: str) -> None:
    frame.attempt(key, _look_again)
    if frame.refused(key) is None:
        take_stored_text(key)


def _insist(key: str, task_id: str, yours: TaskMark | None) -> None:
    """Keep one's own mark over a colleague's, having seen both."""

    def deed(visit: Visit) -> None:
        _look_again(visit)
        _save(visit, task_id, _seen(task_id), yours)

    frame.attempt(key, deed)
    if frame.refused(key) is None:
        take_stored_text(key)
