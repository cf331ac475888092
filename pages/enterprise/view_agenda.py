"""What people said apart, put together: what differs to be settled one by one, what all say to be taken over."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from core.domain.assessment import NOTE_LIMIT, Answer, Choice
from core.domain.catalogue import Question
from core.domain.two_views import APART_IN_SCOPE, AgendaPoint, to_take_over
from core.errors import Conflict
from core.services import two_views
from core.services.two_views import OpenViews, TopicViews
from pages import frame
from pages.frame import Visit
from pages.widgets.boxes import conflict_box
from pages.widgets.questions import choice_key, choice_radio, choice_words
from pages.widgets.reviews import answer_words
from pages.widgets.saving import empty_form, form_area, form_text
from pages.widgets.writing import plain

_SHEET = "agenda_sheet"
_TAKE = "agenda_take"


def draw_agenda(visit: Visit, opened: OpenViews, topic: TopicViews, enterprise_id: UUID) -> None:
    """Draw what differs, farthest first, then what all say, then what is settled."""
    st.session_state[_SHEET] = opened
    st.title(visit.md("widgets.topic", number=topic.topic.order, title=topic.topic.title), anchor=False)
    agenda = topic.agenda or ()
    if not agenda:
        st.markdown(visit.t("views.agenda.none"))
        return
    st.markdown(visit.t("views.agenda.lead"))
    if not opened.may_settle and not opened.may_answer:
        st.info(visit.t("views.give.locked"), icon=":material/lock:")
    if topic.differing:
        st.header(visit.t("views.agenda.differ", count=len(topic.differing)), anchor=False)
    for point in topic.differing:
        _point(visit, opened, topic, point)
    _alike(visit, opened, topic, enterprise_id)
    settled = [point for point in agenda if point.is_settled]
    if settled:
        st.header(visit.t("views.agenda.settled", count=len(settled)), anchor=False)
    for point in settled:
        question = visit.catalogue.questions[point.question]
        with st.container(border=True, gap="xsmall"):
            _heading(visit, question)
            _answer(visit, question, opened.opened.answer(question.id))


def _point(visit: Visit, opened: OpenViews, topic: TopicViews, point: AgendaPoint) -> None:
    question = visit.catalogue.questions[point.question]
    with st.container(border=True, gap="small", key=f"point_{question.id}"):
        if point.apart == APART_IN_SCOPE:
            apart = visit.t("views.agenda.scope")
        else:
            apart = visit.t("views.agenda.apart", count=point.apart)
        weight = visit.t("views.agenda.weight", weight=point.weight)
        st.markdown(f":orange-badge[{apart}] :gray-badge[{weight}]")
        _heading(visit, question)
        with st.grid(2, min_column_width=240):
            for view in point.views:
                with st.container(gap="xxsmall"):
                    st.markdown(visit.md("views.agenda.said", name=view.name))
                    _answer(visit, question, view.answer)
        firm = opened.opened.answer(question.id)
        if firm.is_answered or firm.note:
            with st.container(gap="xxsmall"):
                st.caption(visit.t("views.agenda.firm"))
                _answer(visit, question, firm)
        if opened.may_settle:
            _settle_box(visit, topic, question, firm)


def _settle_box(visit: Visit, topic: TopicViews, question: Question, firm: Answer) -> None:
    key = f"settle_note_{question.id}"
    label = visit.t("views.settle.choice", number=question.number)
    with st.expander(label, icon=":material/check:", key=f"settle_open_{question.id}"):
        with st.container(key=f"qcard_settle_{question.id}"):
            choice_radio(visit, question, None, lambda: None)
        form_area(
            visit,
            key,
            visit.t("views.settle.note"),
            limit=NOTE_LIMIT,
            place=f"{topic.kept.id}/{question.id}/settle",
            first=firm.note,
        )
        st.button(
            visit.t("views.settle.button"),
            icon=":material/check:",
            key=f"settle_{question.id}",
            on_click=lambda: frame.attempt(key, _settle, topic.kept.id, question.id, firm),
        )
        _refusal(visit, topic, question, key)


def _refusal(visit: Visit, topic: TopicViews, question: Question, key: str) -> None:
    error = frame.refused(key)
    if isinstance(error, Conflict):
        conflict_box(
            visit,
            error,
            key,
            keep_theirs=lambda: frame.forget_refusal(key),
            keep_yours=lambda: _insist(topic.kept.id, question.id, key),
            show=lambda value: choice_words(visit, question, value) if isinstance(value, Choice) else str(value),
        )
    elif error:
        frame.error_box(visit, error)


def _alike(visit: Visit, opened: OpenViews, topic: TopicViews, enterprise_id: UUID) -> None:
    alike = [point for point in topic.agenda or () if not point.apart and not point.is_settled]
    if not alike:
        return
    st.header(visit.t("views.agenda.alike", count=len(alike)), anchor=False)
    with st.container(border=True, gap="small"):
        for point in alike:
            question = visit.catalogue.questions[point.question]
            st.markdown(visit.md("views.agenda.alike-line", number=question.number, text=question.text))
            st.markdown(answer_words(visit, question, point.views[0].answer))
        firm = {question: kept.answer for question, kept in opened.opened.answers.items()}
        waiting = to_take_over(alike, firm)
        frame.refusal(visit, _TAKE)
        if waiting and opened.may_settle:
            numbers = ", ".join(visit.catalogue.questions[point.question].number for point in waiting)
            st.caption(visit.md("views.agenda.take-over-note", numbers=numbers))
            st.button(
                visit.t("views.agenda.take-over", count=len(waiting)),
                icon=":material/check:",
                key="take_over",
                on_click=lambda: frame.attempt(_TAKE, _take_over, enterprise_id, topic.kept.id),
            )


def _heading(visit: Visit, question: Question) -> None:
    st.markdown(f"### {plain(question.number)}. {plain(visit.say(question.text))}", anchors=False)


def _answer(visit: Visit, question: Question, answer: Answer) -> None:
    st.markdown(answer_words(visit, question, answer))
    if answer.note:
        st.caption(visit.md("time.pair.note", text=answer.note))


# Deeds


def _settle(visit: Visit, round_id: UUID, question_id: str, seen: Answer) -> None:
    key = f"settle_note_{question_id}"
    chosen = st.session_state.get(choice_key(question_id))
    two_views.settle(
        visit.environment,
        visit.person,
        round_id,
        question_id,
        seen=seen,
        choice=Choice(chosen) if chosen else None,
        note=form_text(key),
    )
    empty_form(key)


def _insist(round_id: UUID, question_id: str, key: str) -> None:
    """Settle over what a colleague answered meanwhile, having seen it."""

    def deed(visit: Visit) -> None:
        opened: OpenViews = st.session_state[_SHEET]
        fresh = two_views.open_views(visit.environment, visit.person, opened.opened.enterprise.id)
        _settle(visit, round_id, question_id, fresh.opened.answer(question_id))

    frame.attempt(key, deed)


def _take_over(visit: Visit, enterprise_id: UUID, round_id: UUID) -> None:
    two_views.take_over(visit.environment, visit.person, enterprise_id, round_id)
