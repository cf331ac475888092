"""What both sides of a review show alike: states, rulings, answers as handed in, remarks and the box for a new one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import streamlit as st

from core.domain.assessment import Answer, AssessmentState, Choice
from core.domain.catalogue import Question
from core.domain.review import REMARK_LIMIT, RemarkAudience, Ruling, RulingKind
from core.errors import NotThere
from core.language import clock
from core.services import reviewing
from core.services.reviewing import OpenReview, ReviewNews
from pages import frame
from pages.frame import Visit
from pages.widgets.saving import empty_form, form_area, form_line, form_text
from pages.widgets.writing import plain

NEWS_EVERY = timedelta(seconds=20)
_MOST_NEWS = 5
_STATE_COLOURS = {AssessmentState.CHANGES_REQUESTED: "orange", AssessmentState.REVIEWED: "green"}
_RULINGS = {
    RulingKind.ACCEPTED: (":material/check:", "green"),
    RulingKind.ADJUSTED: (":material/edit:", "blue"),
    RulingKind.CHANGE_ASKED: (":material/help:", "orange"),
}
Send = Callable[[Visit, str, RemarkAudience], object]
"""Keeps a remark: its text and who reads it."""


class Remark(Protocol):
    """A remark as it is shown."""

    @property
    def question(self) -> str: ...
    @property
    def audience(self) -> RemarkAudience: ...
    @property
    def text(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def by(self) -> UUID | None: ...
    @property
    def by_name(self) -> str: ...
    @property
    def is_reviewer(self) -> bool: ...


@st.fragment(run_every=NEWS_EVERY)
def review_news(opened: OpenReview) -> None:
    """Say who did what to a submission since it was read; nothing is replaced under the hands of who writes."""
    with frame.refreshed() as here:
        visit = here.in_edition(opened.catalogue)
        try:
            found = reviewing.news_since(visit.environment, visit.person, opened.id, opened.seen_event)
        except NotThere:
            st.warning(visit.t("review.news.gone"), icon=":material/info:")
            return
        if not found:
            return
        with st.container(border=True, key="review_news"):
            st.markdown(f"**{visit.t('review.news.title')}**")
            st.markdown("\n".join(f"- {_news_line(visit, one)}" for one in found[:_MOST_NEWS]))
            if len(found) > _MOST_NEWS:
                st.caption(visit.t("review.news.more", count=len(found) - _MOST_NEWS))
            st.caption(visit.t("review.news.kept"))
            if st.button(visit.t("review.news.load"), key="review_news_load"):
                st.rerun("app")


def _news_line(visit: Visit, one: ReviewNews) -> str:
    who = one.who or visit.t("widgets.conflict.somebody")
    question = visit.catalogue.questions.get(one.question)
    place = f" {visit.t('review.news.at', number=question.number)}" if question else ""
    return f"{visit.md(f'review.news.{one.kind.name.lower()}', who=who, time=clock(one.at))}{place}"


def letter_links(visit: Visit, submission_id: UUID, letter: str) -> None:
    """Draw the links to a letter: `letter` is receipt or decision. Its address asks again who wants it."""
    name = {"receipt": "giay-tiep-nhan", "decision": "y-kien"}[letter]
    with st.container(horizontal=True):
        for form in ("pdf", "docx"):
            address = f"ho-so/{submission_id}/{name}-{visit.language}.{form}"
            frame.download_link(visit.t(f"review.letter.{letter}-{form}"), address)


def state_badge(visit: Visit, state: AssessmentState) -> str:
    """Return a state as Markdown."""
    return f":{_STATE_COLOURS.get(state, 'blue')}-badge[{visit.t(f'review.state.{state.value}')}]"


def ruling_badge(visit: Visit, ruling: Ruling) -> str:
    """Return what a reviewer said, without the reason, as Markdown."""
    icon, colour = _RULINGS[ruling.kind]
    return f":{colour}-badge[{icon} {visit.t(f'review.ruling.said.{ruling.kind.value}', level=ruling.level)}]"


def ruling_words(visit: Visit, ruling: Ruling) -> str:
    """Return a ruling with its reason in one line of plain text."""
    said = visit.t(f"review.ruling.said.{ruling.kind.value}", level=ruling.level)
    return f"{said}: {ruling.reason}" if ruling.reason else said


def answer_words(visit: Visit, question: Question, answer: Answer) -> str:
    """Return an answer as Markdown: the level as a mark, with the words of the level, or what stands in its place."""
    if answer.choice is None:
        return f":gray-badge[{visit.t('review.answer.none')}]"
    if answer.choice.level is not None:
        mark = visit.t("review.answer.level", level=answer.choice.level)
        return f":blue-badge[{mark}] {plain(visit.say(question.levels[answer.choice.level]))}"
    if answer.choice is Choice.UNKNOWN:
        return f":gray-badge[{visit.t('widgets.choice.unknown')}]"
    mark = f":gray-badge[{visit.t('widgets.choice.not-applicable')}]"
    return f"{mark} {visit.md('review.answer.reason', text=answer.reason)}" if answer.reason else mark


def remark_thread(visit: Visit, remarks: Sequence[Remark], since: datetime | None = None) -> None:
    """Draw remarks with author and time, oldest first; what others wrote after `since` is marked as new."""
    for remark in remarks:
        side = visit.t("review.remark.reviewer" if remark.is_reviewer else "review.remark.firm")
        line = visit.md(
            "review.remark.line", who=remark.by_name or visit.t("widgets.conflict.somebody"), moment=remark.at
        )
        internal = remark.audience is RemarkAudience.INTERNAL
        mark = f" :gray-badge[:material/lock: {visit.t('review.remark.internal')}]" if internal else ""
        if since and remark.at > since and remark.by != visit.person.account_id:
            mark += f" :blue-badge[{visit.t('review.queue.new')}]"
        st.markdown(f":small[{line} · {side}]{mark}  \n{plain(remark.text)}")


def hand_over_fields(visit: Visit, names: Mapping[UUID, str], place: str) -> None:
    """Draw to whom a submission goes and why, for `hand_over`; `place` names what is handed over from."""
    st.selectbox(
        visit.t("review.queue.to"),
        [None, *names],
        format_func=lambda one: names.get(one) or visit.t("review.queue.nobody"),
        key="hand_over_to",
        filter_mode=None,
    )
    form_line(
        visit,
        _reason_box(place),
        visit.t("review.queue.reason"),
        limit=400,
        place=_reason_box(place),
        placeholder=visit.t("review.queue.reason-example"),
    )


def hand_over(visit: Visit, submission_ids: Sequence[UUID], place: str) -> None:
    """Hand over as the fields of the same place say."""
    to, reason = st.session_state["hand_over_to"], form_text(_reason_box(place))
    reviewing.hand_over(visit.environment, visit.person, submission_ids, to, reason)
    empty_form(_reason_box(place))


def _reason_box(place: str) -> str:
    return f"{place}/hand-over"


def remark_box(visit: Visit, key: str, place: str, label: str, send: Send, *, with_internal: bool) -> None:
    """Draw the box for a new remark; what is typed stays in it until it was sent.

    `place` names what the remark belongs to, as for `form_area`; the text is held by it, not by `key`: what was
    begun for one firm must not stand in the box of another.
    """
    form_area(visit, place, label, limit=REMARK_LIMIT, place=place)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if with_internal:
            st.segmented_control(
                visit.t("review.remark.audience"),
                list(RemarkAudience),
                default=RemarkAudience.FIRM,
                required=True,
                format_func=lambda one: visit.t(f"review.remark.audience.{one.value}"),
                key=f"{key}.audience",
            )
        st.button(
            visit.t("review.remark.send"),
            key=f"{key}.send",
            on_click=lambda: frame.attempt(f"{key}.sent", _send, key, place, send),
        )
    frame.refusal(visit, f"{key}.sent")


def _send(visit: Visit, key: str, place: str, send: Send) -> None:
    audience = RemarkAudience(st.session_state.get(f"{key}.audience") or RemarkAudience.FIRM)
    send(visit, form_text(place), audience)
    empty_form(place)
