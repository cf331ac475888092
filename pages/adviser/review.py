"""One submission under review: answer beside evidence, question by question; then scores, decision and history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.domain.catalogue import Question, Topic
from core.domain.review import PointState
from core.errors import NotThere
from core.services import reviewing
from core.services.reviewing import OpenReview
from pages import frame
from pages.adviser import review_outcome
from pages.adviser.queue import ADDRESS
from pages.adviser.review_point import Slots, draw_point, draw_slots
from pages.adviser.review_sheet import open_for_reviewer, show_now, shown, under_way
from pages.frame import Audience, Visit
from pages.widgets.boxes import empty_state
from pages.widgets.reviews import review_news, state_badge
from pages.widgets.to_card import to_card
from pages.widgets.topics import TopicLine, topic_button, topic_column
from pages.widgets.writing import plain

HERE = "adviser/review.py"
_WIDTH = 1160
_ID, _PART, _SHOWN, _TOPIC, _QUESTION = "id", "phan", "loc", "chu-de", "cau"
_ASKED = "review_asked"
_PLACE = "review"


class Part(StrEnum):
    """Parts of the page; the address names the one that is shown."""

    QUESTIONS = "cau-hoi"
    OUTCOME = "ket-luan"
    HISTORY = "lich-su"


class Shown(StrEnum):
    """Which questions are shown; the address names it."""

    CHANGED = "da-doi"
    CONTRADICTED = "mau-thuan"
    OPEN = "chua-quyet"
    ALL = "tat-ca"


@dataclass(frozen=True, slots=True)
class _TopicQuestions:
    """A topic with those of its questions that are shown."""

    topic: Topic
    questions: tuple[Question, ...]


def show() -> None:
    drawn: tuple[DeltaGenerator, Slots, _TopicQuestions] | None = None
    opened: OpenReview | None = None
    news: DeltaGenerator | None = None
    with frame.open_page(width=_WIDTH, needs=Audience.ADVISER) as here:
        opened = open_for_reviewer(here, _asked_id())
        show_now(opened)
        visit = here.in_edition(opened.catalogue)
        _go_to_asked(opened)
        _heading(visit, opened)
        frame.refusal(visit, _PLACE)
        news = st.container()
        part = _part(visit)
        if part is Part.OUTCOME:
            review_outcome.draw_outcome(visit, opened)
        elif part is Part.HISTORY:
            review_outcome.draw_history(visit, opened)
        else:
            drawn = _questions(visit, opened)
    if news is not None and opened is not None:
        with news:
            review_news(opened)
    # Out here, not inside the page's containers: Streamlit copies all that is open for every fragment, each time.
    if drawn:
        main, slots, current = drawn
        with main:
            for question in current.questions:
                draw_point(question.id, slots)
        if asked := st.session_state.get(_ASKED):
            to_card(f"point_{asked[1]}", "/".join(asked))


def _go_to_asked(opened: OpenReview) -> None:
    """Turn to the question that the address names, as a scanned code does; a question out of scope names nothing."""
    asked = str(st.query_params.pop(_QUESTION, ""))
    if asked not in opened.progress.points:
        return
    is_settled = opened.progress.points[asked] is PointState.SETTLED
    topic = opened.catalogue.topic_of[asked]
    st.query_params.update(
        {
            _PART: Part.QUESTIONS.value,
            _SHOWN: (Shown.ALL if is_settled else Shown.OPEN).value,
            _TOPIC: str(topic.order),
        }
    )
    st.session_state[_ASKED] = (str(opened.id), asked)


def _asked_id() -> UUID:
    try:
        return UUID(str(st.query_params.get(_ID, "")))
    except ValueError as error:
        raise NotThere from error


def _heading(visit: Visit, opened: OpenReview) -> None:
    st.page_link(
        "adviser/queue.py",
        label=visit.t("review.page.back"),
        icon=":material/arrow_back:",
        query_params=st.session_state.get(ADDRESS, {}),
    )
    submission = opened.submission
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title(plain(opened.enterprise_name), anchor=False, width="content")
        if opened.may_review and submission.assigned_to != visit.person.account_id and not submission.assigned_to:
            st.button(
                visit.t("review.page.take"),
                key="take",
                on_click=lambda: frame.attempt(_PLACE, _take),
            )
    profile = opened.file.exchange.profile
    province, sector = visit.catalogue.provinces.get(profile.province), visit.catalogue.sectors.get(profile.sector)
    known = [
        visit.say(province.name) if province else "",
        visit.say(sector.title) if sector else "",
        visit.t("review.page.handed-in", round=submission.round, moment=opened.rounds[-1].at),
    ]
    changed = len(opened.progress.in_state(PointState.CHANGED))
    if changed:
        known.append(visit.t("review.page.changed", count=changed))
    who = opened.assigned_name or visit.t("review.queue.nobody")
    st.markdown(
        f"{state_badge(visit, submission.state)} :small[{plain(' · '.join(one for one in [*known, who] if one))}]"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            "adviser/redline.py",
            label=visit.t("redline.open"),
            icon=":material/edit_document:",
            query_params={_ID: str(opened.id)},
        )
        _visit_kit(visit, opened)
    if opened.advisers:
        st.caption(f":material/group: {visit.md('visit.session.authors', names=', '.join(opened.advisers))}")


def _visit_kit(visit: Visit, opened: OpenReview) -> None:
    """Offer the sheets for going to the firm."""
    with st.popover(visit.t("visit.kit.link"), type="tertiary", icon=":material/qr_code:", key="visit_kit"):
        st.markdown(visit.t("visit.kit.link.what"))
        for form in ("pdf", "docx"):
            address = f"ho-so/{opened.id}/phieu-di-co-so-{visit.language}.{form}"
            frame.download_link(visit.t(f"visit.kit.link-{form}"), address)


def _part(visit: Visit) -> Part:
    asked = str(st.query_params.get(_PART, ""))
    st.session_state["review_part"] = asked if asked in set(Part) else Part.QUESTIONS.value
    chosen = st.segmented_control(
        visit.t("review.page.part"),
        [part.value for part in Part],
        required=True,
        format_func=lambda one: visit.t(f"review.page.part.{one}"),
        key="review_part",
        label_visibility="collapsed",
        on_change=lambda: st.query_params.update({_PART: st.session_state["review_part"]}),
    )
    return Part(chosen or Part.QUESTIONS)


# The questions


def _questions(visit: Visit, opened: OpenReview) -> tuple[DeltaGenerator, Slots, _TopicQuestions] | None:
    topics = _shown_topics(visit, opened)
    if not topics:
        title, text = visit.t("review.page.none.title"), visit.t("review.page.none.text")
        if empty_state(title, text, ":material/check_circle:", visit.t("review.page.to-outcome"), "none"):
            st.switch_page(HERE, query_params={_ID: str(opened.id), _PART: Part.OUTCOME.value})
        return None
    asked = str(st.query_params.get(_TOPIC, ""))
    current = next((one for one in topics if str(one.topic.order) == asked), topics[0])
    lines = [_topic_line(opened, one) for one in topics]
    side, main = st.columns([4, 14], gap="medium")
    with side:
        pressed = topic_column(visit, lines, current.topic.id)
    with main:
        pressed = topic_button(visit, lines, current.topic.id) or pressed
        st.header(visit.md("widgets.topic", number=current.topic.order, title=current.topic.title), anchor=False)
        progress = st.empty()
        _easy(visit, opened, current.topic)
    if pressed:
        _go(next(one.topic for one in topics if one.topic.id == pressed))
    slots = Slots(progress, _bar(visit, topics, current))
    draw_slots(visit, opened, slots, current.topic)
    return main, slots, current


def _shown_topics(visit: Visit, opened: OpenReview) -> list[_TopicQuestions]:
    """Draw the filter, and return the topics with the questions that it lets through."""
    found = {
        Shown.CHANGED: set(opened.progress.in_state(PointState.CHANGED)),
        Shown.CONTRADICTED: set(opened.precheck.contradictions),
        Shown.OPEN: set(opened.progress.unsettled),
        Shown.ALL: set(opened.progress.points),
    }
    first = next(one for one in (Shown.CHANGED, Shown.OPEN, Shown.ALL) if found[one] or one is Shown.ALL)
    asked = str(st.query_params.get(_SHOWN, ""))
    st.session_state["review_shown"] = asked if asked in set(Shown) else first.value
    # Named at once: a ruling must not take a question away from under the hands of who gives it.
    st.query_params[_SHOWN] = st.session_state["review_shown"]
    chosen = st.pills(
        visit.t("review.page.shown"),
        [one.value for one in Shown],
        required=True,
        format_func=lambda one: f"{visit.t(f'review.page.shown.{one}')} {len(found[Shown(one)])}",
        key="review_shown",
        label_visibility="collapsed",
        on_change=_change_shown,
    )
    wanted = found[Shown(chosen or first)]
    profile = opened.file.exchange.profile
    topics = [
        _TopicQuestions(topic, tuple(one for one in opened.catalogue.applicable(topic, profile) if one.id in wanted))
        for topic in opened.catalogue.topics
    ]
    return [one for one in topics if one.questions]


def _change_shown() -> None:
    st.query_params[_SHOWN] = st.session_state["review_shown"]
    st.query_params.pop(_TOPIC, None)


def _topic_line(opened: OpenReview, one: _TopicQuestions) -> TopicLine:
    settled, questions = opened.progress.topics[one.topic.id]
    return TopicLine(one.topic, settled == questions, settled > 0)


def _go(topic: Topic) -> None:
    st.switch_page(HERE, query_params={**dict(st.query_params), _TOPIC: str(topic.order)})


def _easy(visit: Visit, opened: OpenReview, topic: Topic) -> None:
    """Offer what the rule of the content marks; a person decides."""
    easy = opened.easy(topic) if opened.may_review else ()
    if not easy:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        rule = opened.catalogue.method.easy_review
        proof = ", ".join(visit.t(f"assessment.evidence-choice.{one}") for one in sorted(rule.proof))
        numbers = ", ".join(opened.catalogue.questions[one].number for one in easy)
        st.markdown(
            f"{visit.t('review.page.easy-list', numbers=numbers)}  \n"
            f":small[{visit.t('review.page.easy-rule', level=rule.level_without_proof, proof=proof)}]",
            width=560,
        )
        st.button(
            visit.t("review.page.easy", count=len(easy)),
            icon=":material/check:",
            key=f"easy_{topic.id}",
            on_click=lambda: frame.attempt(_PLACE, _accept, easy),
        )


def _bar(visit: Visit, topics: Sequence[_TopicQuestions], current: _TopicQuestions) -> DeltaGenerator:
    following = topics[topics.index(current) + 1 :]
    ahead = {_TOPIC: str(following[0].topic.order)} if following else {_PART: Part.OUTCOME.value}
    with frame.bottom_bar(_WIDTH):
        saved = st.empty()
        # As a callback: with its last open question a topic leaves the list, and the button with it.
        st.button(
            visit.t("review.page.next" if following else "review.page.to-outcome"),
            type="primary",
            icon=":material/arrow_forward:",
            icon_position="right",
            key="topic_next",
            on_click=lambda: st.query_params.update(ahead),
        )
    return saved


# Deeds


def _take(visit: Visit) -> None:
    opened = shown()
    reviewing.take(visit.environment, visit.person, opened.id, seen=opened.submission.assigned_to)


def _accept(visit: Visit, questions: Sequence[str]) -> None:
    under_way(visit, lambda: reviewing.accept_together(visit.environment, visit.person, shown(), questions))


if __name__ == "__main__":
    show()
