"""One's own view of a topic: each answer keeps itself, and nobody else sees it until the views are closed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import streamlit as st

from core.domain.assessment import NOTE_LIMIT, REASON_LIMIT, Choice
from core.domain.catalogue import Question
from core.errors import Conflict
from core.services import two_views
from core.services.two_views import OpenViews, TopicViews
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Visit
from pages.widgets.boxes import conflict_box
from pages.widgets.questions import choice_key, choice_radio, choice_words, question_card
from pages.widgets.saving import saving_text_area, take_stored_text

_SHEET = "own_view_sheet"
_DONE = "own_view.done"


def draw_own_view(visit: Visit, opened: OpenViews, topic: TopicViews) -> None:
    """Draw the questions of a topic that is answered apart, and the button that says one is through."""
    st.session_state[_SHEET] = topic
    st.title(visit.md("widgets.topic", number=topic.topic.order, title=topic.topic.title), anchor=False)
    st.markdown(visit.t("views.mine.lead"))
    may_write = opened.may_answer and not topic.is_done
    done = sum(topic.answer(question.id).is_answered for question in topic.questions)
    words = visit.t("views.mine.progress", done=done, all=len(topic.questions))
    st.progress(done / max(1, len(topic.questions)), text=words)
    if topic.is_done:
        names = ", ".join(person.name for person in topic.kept.people if person.done_at is None)
        st.info(visit.md("views.mine.is-done", names=names), icon=":material/check:")
    for question in topic.questions:
        _question(visit, topic, question, may_write=may_write)
    frame.refusal(visit, _DONE)
    with frame.bottom_bar(720):
        latest = max((view.updated_at for view in (topic.mine or {}).values()), default=None)
        frame.saved_line(visit, latest)
        if opened.may_answer:
            st.button(
                visit.t("views.mine.resume" if topic.is_done else "views.mine.done"),
                type="secondary" if topic.is_done else "primary",
                icon=":material/edit:" if topic.is_done else ":material/check:",
                key="own_view_done",
                on_click=lambda: frame.attempt(_DONE, _set_done, topic.kept.id, is_done=not topic.is_done),
            )


def _question(visit: Visit, topic: TopicViews, question: Question, *, may_write: bool) -> None:
    answer = topic.answer(question.id)
    if frame.refused(question.id) is None:
        st.session_state[choice_key(question.id)] = answer.choice
    with question_card(visit, question, None, is_gate=False):
        choice_radio(
            visit,
            question,
            answer.choice,
            lambda: frame.attempt(question.id, _choose, question.id),
            disabled=not may_write,
        )
        _refusal(visit, question, question.id, "choice")
        if answer.choice is Choice.NOT_APPLICABLE:
            _text(visit, topic, question, "reason", answer.reason, may_write=may_write)
        if answer.choice is not None:
            _text(visit, topic, question, "note", answer.note, may_write=may_write)


def _text(visit: Visit, topic: TopicViews, question: Question, field: str, value: str, *, may_write: bool) -> None:
    key = f"view_{field}_{question.id}"
    saving_text_area(
        visit,
        key,
        value,
        visit.t("assessment.reason" if field == "reason" else "views.mine.note"),
        lambda fresh, text, before: _save(fresh, question.id, {field: before}, {field: text}),
        limit=REASON_LIMIT if field == "reason" else NOTE_LIMIT,
        place=f"{topic.kept.id}/{question.id}/{field}",
        rows=2,
        disabled=not may_write,
    )
    _refusal(visit, question, key, field)


def _refusal(visit: Visit, question: Question, place: str, field: str) -> None:
    error = frame.refused(place)
    if isinstance(error, Conflict):
        conflict_box(
            visit,
            error,
            place,
            keep_theirs=lambda: _take_stored(place),
            keep_yours=lambda: _insist(question.id, field, error.details["yours"], place),
            show=lambda value: choice_words(visit, question, value) if isinstance(value, Choice) else str(value),
        )
    elif error:
        frame.error_box(visit, error)


# Deeds


def _sheet() -> TopicViews:
    topic: TopicViews = st.session_state[_SHEET]
    return topic


def _choose(visit: Visit, question_id: str) -> None:
    chosen = st.session_state[choice_key(question_id)]
    before = _sheet().answer(question_id)
    _save(visit, question_id, {"choice": before.choice}, {"choice": Choice(chosen) if chosen else None})


def _save(visit: Visit, question_id: str, seen: dict[str, Any], wanted: dict[str, Any]) -> None:
    topic = _sheet()
    answer = topic.answer(question_id)
    kept = two_views.save_view(
        visit.environment,
        visit.person,
        topic.kept.id,
        question_id,
        seen=replace(answer, **seen),
        wanted=replace(answer, **wanted),
    )
    st.session_state[_SHEET] = replace(topic, mine={**(topic.mine or {}), question_id: kept})


def _insist(question_id: str, field: str, value: Any, place: str) -> None:
    """Keep what was written in this tab over what another tab kept, having seen both."""

    def deed(visit: Visit) -> None:
        fresh = two_views.open_views(visit.environment, visit.person, chosen_enterprise(visit))
        topic = fresh.of_topic(_sheet().topic.id)
        if topic is not None:
            st.session_state[_SHEET] = topic
            _save(visit, question_id, {}, {field: value})

    frame.attempt(place, deed)
    if frame.refused(place) is None:
        take_stored_text(place)


def _take_stored(place: str) -> None:
    frame.forget_refusal(place)
    take_stored_text(place)


def _set_done(visit: Visit, round_id: UUID, *, is_done: bool) -> None:
    two_views.set_done(visit.environment, visit.person, round_id, is_done=is_done)
