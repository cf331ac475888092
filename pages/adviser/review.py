"""One submission under review: answer beside evidence, question by question; then scores, decision and history.

What this tab shows lies in the session as a sheet, a picture of the database made anew on every full run; a ruling is
compared with it when it is saved, so that a colleague's words are never overwritten unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.domain.assessment import AssessmentState
from core.domain.catalogue import Question, Topic
from core.domain.review import NO_ANSWER, REMARK_LIMIT, PointState, RemarkAudience, Ruling, RulingKind
from core.errors import Conflict, NotThere, OutOfOrder
from core.language import clock
from core.services import reviewing
from core.services.reviewing import WAITING, OpenReview
from pages import frame
from pages.adviser import review_evidence, review_outcome
from pages.adviser.queue import ADDRESS
from pages.frame import Audience, Visit
from pages.widgets.boxes import conflict_box, empty_state, steady_label
from pages.widgets.levels import LEVELS
from pages.widgets.marks import law_mark
from pages.widgets.reviews import remark_box, remark_thread, review_news, ruling_badge, ruling_words, state_badge
from pages.widgets.saving import saving_text_area, take_stored_text
from pages.widgets.to_card import to_card
from pages.widgets.topics import TopicLine, topic_button, topic_column
from pages.widgets.writing import plain

HERE = "adviser/review.py"
_WIDTH = 1160
_SHEET = "review_sheet"
_LOOKED_AT, _SINCE = "review_looked_at", "review_since"
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
class _Slots:
    """Places outside the cards that a card writes to when its ruling changes."""

    progress: DeltaGenerator
    saved: DeltaGenerator


@dataclass(frozen=True, slots=True)
class _TopicQuestions:
    """A topic with those of its questions that are shown."""

    topic: Topic
    questions: tuple[Question, ...]


def show() -> None:
    drawn: tuple[DeltaGenerator, _Slots, _TopicQuestions] | None = None
    opened: OpenReview | None = None
    news: DeltaGenerator | None = None
    with frame.open_page(width=_WIDTH, needs=Audience.ADVISER) as here:
        opened = _opened(here, _asked_id())
        st.session_state[_SHEET] = opened
        _remember_last_look(opened)
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
                _card(question.id, slots)
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


def _remember_last_look(opened: OpenReview) -> None:
    """Keep, for as long as this tab shows the submission, when the person had looked before."""
    if st.session_state.get(_LOOKED_AT) != opened.id:
        st.session_state[_LOOKED_AT], st.session_state[_SINCE] = opened.id, opened.last_look


def _asked_id() -> UUID:
    try:
        return UUID(str(st.query_params.get(_ID, "")))
    except ValueError as error:
        raise NotThere from error


def _opened(visit: Visit, submission_id: UUID) -> OpenReview:
    opened = reviewing.open_review(visit.environment, visit.person, submission_id)
    if not opened.is_reviewer:
        # Who belongs to the firm reads the review on the firm's own page.
        raise NotThere
    return opened


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


def _questions(visit: Visit, opened: OpenReview) -> tuple[DeltaGenerator, _Slots, _TopicQuestions] | None:
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
    slots = _Slots(progress, _bar(visit, topics, current))
    _draw_slots(visit, opened, slots, current.topic)
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


def _draw_slots(visit: Visit, opened: OpenReview, slots: _Slots, topic: Topic) -> None:
    settled, questions = opened.progress.topics[topic.id]
    slots.progress.progress(
        settled / max(1, questions),
        text=visit.t(
            "review.page.progress",
            settled=settled,
            questions=questions,
            left=len(opened.progress.unsettled),
        ),
    )
    latest = max((kept.updated_at for kept in opened.rulings.values()), default=None)
    with slots.saved:
        words = visit.t("frame.saved", time=clock(latest)) if latest else visit.t("review.page.saved-each")
        st.markdown(f":material/cloud_done: {words} · {settled}/{questions}", width="content")


# One question


def _sheet() -> OpenReview:
    opened: OpenReview = st.session_state[_SHEET]
    return opened


@st.fragment
def _card(question_id: str, slots: _Slots) -> None:
    with frame.refreshed() as here:
        opened = _sheet()
        visit = here.in_edition(opened.catalogue)
        question = visit.catalogue.questions[question_id]
        answer = opened.answers.get(question_id, NO_ANSWER)
        with st.container(border=True, key=f"point_{question_id}", gap="small"):
            _marks(visit, opened, question)
            st.markdown(f"### {plain(question.number)}. {plain(visit.say(question.text))}", anchors=False)
            left, right = st.columns(2, gap="medium")
            with left:
                review_evidence.draw_answer(visit, opened, question)
            with right:
                review_evidence.draw_evidence(visit, opened, question, answer)
            if opened.may_review and question_id in opened.own_words:
                st.info(visit.t("visit.session.own-words"), icon=":material/lock:")
                _standing(visit, opened, question_id)
            elif opened.may_review:
                _ruling(visit, opened, question)
            else:
                _standing(visit, opened, question_id)
            kind_key, _, reason_key = _keys(question_id)
            for place in (kind_key, reason_key):
                _refusal(visit, question_id, place)
            _remarks(visit, opened, question)
        _draw_slots(visit, opened, slots, opened.catalogue.topic_of[question_id])


def _marks(visit: Visit, opened: OpenReview, question: Question) -> None:
    gate = question.gate
    is_gate = gate is not None and gate.applies_when.holds(opened.file.exchange.profile)
    is_changed = opened.progress.points[question.id] is PointState.CHANGED
    if not (is_gate or is_changed):
        return
    with st.container(horizontal=True):
        if gate and is_gate:
            level = opened.answers.get(question.id, NO_ANSWER).counted_level
            law_mark(visit, fails=level is not None and level < gate.pass_level)
        if is_changed:
            st.badge(visit.t("review.page.is-changed"), icon=":material/edit:", color="blue")


def _standing(visit: Visit, opened: OpenReview, question_id: str) -> None:
    kept = opened.rulings.get(question_id)
    if kept is None:
        st.caption(visit.t("review.ruling.none"))
        return
    st.markdown(f"{ruling_badge(visit, kept.ruling)} {plain(kept.ruling.reason)}")
    st.caption(visit.md("review.ruling.by", who=kept.by_name, moment=kept.updated_at, round=kept.round))


def _valid(opened: OpenReview, question_id: str) -> Ruling | None:
    """Return the ruling that still belongs to the answer; one on an earlier answer is only shown."""
    is_old = opened.progress.points[question_id] is PointState.CHANGED
    return None if is_old else opened.standing.get(question_id)


def _ruling(visit: Visit, opened: OpenReview, question: Question) -> None:
    kind_key, level_key, reason_key = _keys(question.id)
    valid = _valid(opened, question.id)
    kind = _shown_kind(question.id, valid)
    st.session_state[kind_key] = kind
    st.segmented_control(
        visit.t("review.page.ruling", number=question.number),
        list(RulingKind),
        format_func=lambda one: visit.t(f"review.ruling.{one.value}"),
        key=kind_key,
        label_visibility="collapsed",
        on_change=lambda: frame.attempt(kind_key, _choose, question.id),
    )
    level = _level(visit, opened, question, valid) if kind is RulingKind.ADJUSTED else None
    if kind is RulingKind.CHANGE_ASKED or level is not None:
        saving_text_area(
            visit,
            reason_key,
            valid.reason if valid else "",
            visit.t(f"review.page.reason.{'adjusted' if level is not None else 'change_asked'}"),
            lambda fresh, text, _: _rule(
                fresh, question.id, _shown_kind(question.id, valid), _level_of(level_key), text
            ),
            limit=REMARK_LIMIT,
            place=f"{opened.id}/{question.id}/reason",
            rows=2,
        )
    if valid is None or valid.kind is not kind:
        if kind is not None:
            st.caption(
                visit.t("review.page.not-yet" if kind is not RulingKind.ADJUSTED else "review.page.not-yet-level")
            )
    elif kept := opened.rulings.get(question.id):
        st.caption(visit.md("review.ruling.by", who=kept.by_name, moment=kept.updated_at, round=kept.round))


def _keys(question_id: str) -> tuple[str, str, str]:
    return f"ruling_{question_id}", f"ruling_level_{question_id}", f"ruling_reason_{question_id}"


def _shown_kind(question_id: str, valid: Ruling | None) -> RulingKind | None:
    """Return what is chosen on the screen: the kept ruling, unless another one is being written."""
    pending: RulingKind | None = st.session_state.get(f"ruling_{question_id}.pending")
    return pending or (valid.kind if valid else None)


def _level(visit: Visit, opened: OpenReview, question: Question, valid: Ruling | None) -> int | None:
    key = _keys(question.id)[1]
    declared = opened.answers.get(question.id, NO_ANSWER).level
    kept = valid.level if valid else None
    pending = _level_of(key)
    st.session_state[f"{key}.shown"] = kept if pending is None else pending
    found = st.pills(
        visit.t("review.page.level"),
        [level for level in LEVELS if level != declared],
        format_func=lambda level: visit.t("review.answer.level", level=level),
        required=False,
        key=f"{key}.shown",
        on_change=lambda: frame.attempt(f"ruling_{question.id}", _choose_level, question.id),
    )
    if found is not None:
        st.caption(plain(visit.say(question.levels[found])))
    return found


def _level_of(key: str) -> int | None:
    level: int | None = st.session_state.get(key)
    return level


def _refusal(visit: Visit, question_id: str, place: str) -> None:
    error = frame.refused(place)
    if isinstance(error, Conflict):
        conflict_box(
            visit,
            error,
            place,
            keep_theirs=lambda: _take_theirs(question_id, place),
            keep_yours=lambda: _insist(question_id, place, error.details["yours"]),
            show=lambda ruling: ruling_words(visit, ruling),
            nothing=visit.t("review.ruling.none"),
        )
    elif error:
        frame.error_box(visit, error)


def _remarks(visit: Visit, opened: OpenReview, question: Question) -> None:
    found = [one for one in opened.remarks if one.question == question.id]
    remark_thread(visit, found, st.session_state.get(_SINCE))
    if not opened.may_remark:
        return
    key = f"talk_{question.id}"
    label = visit.t("review.remark.title-count", count=len(found)) if found else visit.t("review.remark.title")
    body = st.expander(
        steady_label(key, label), type="compact", icon=":material/rate_review:", key=key, on_change="rerun"
    )
    # A closed body is not sent: a box and two controls for each question would be a third of the page.
    if not body.open:
        return
    with body:
        remark_box(
            visit,
            f"remark_{question.id}",
            f"{opened.id}/{question.id}/remark",
            visit.t("review.remark.write-at", number=question.number),
            lambda fresh, text, audience: _remark(fresh, text, audience, question.id),
            with_internal=True,
        )


# Deeds


def _take(visit: Visit) -> None:
    opened = _sheet()
    reviewing.take(visit.environment, visit.person, opened.id, seen=opened.submission.assigned_to)


def _accept(visit: Visit, questions: Sequence[str]) -> None:
    _under_way(visit, lambda: reviewing.accept_together(visit.environment, visit.person, _sheet(), questions))


def _choose(visit: Visit, question_id: str) -> None:
    """Keep what was chosen as soon as it says all it needs; until then it waits in this tab."""
    kind_key = _keys(question_id)[0]
    chosen = st.session_state[kind_key]
    kind = RulingKind(chosen) if chosen else None
    valid = _valid(_sheet(), question_id)
    st.session_state.pop(f"{kind_key}.pending", None)
    if valid and kind is valid.kind:
        return
    if kind is None:
        if valid:
            _rule(visit, question_id, None, None, "")
    elif kind is RulingKind.ACCEPTED:
        _rule(visit, question_id, kind, None, "")
    else:
        st.session_state[f"{kind_key}.pending"] = kind
        if kind is RulingKind.CHANGE_ASKED and valid and valid.reason:
            _rule(visit, question_id, kind, None, valid.reason)


def _choose_level(visit: Visit, question_id: str) -> None:
    level_key = _keys(question_id)[1]
    level = st.session_state.get(f"{level_key}.shown")
    st.session_state[level_key] = level
    valid = _valid(_sheet(), question_id)
    if level is not None and valid and valid.reason:
        _rule(visit, question_id, RulingKind.ADJUSTED, level, valid.reason)


def _rule(visit: Visit, question_id: str, kind: RulingKind | None, level: int | None, reason: str) -> None:
    opened = _sheet()
    if kind is RulingKind.ADJUSTED and level is None:
        valid = _valid(opened, question_id)
        level = valid.level if valid else None
    wanted = None
    if kind is not None:
        wanted = Ruling(kind, NO_ANSWER, level=level if kind is RulingKind.ADJUSTED else None, reason=reason)
    kept = _under_way(
        visit,
        lambda: reviewing.rule(
            visit.environment,
            visit.person,
            opened.id,
            question_id,
            on_round=opened.submission.round,
            seen=opened.standing.get(question_id),
            wanted=wanted,
        ),
    )
    rulings = {question: one for question, one in opened.rulings.items() if question != question_id}
    if kept is not None:
        rulings[question_id] = kept
    state = AssessmentState.IN_REVIEW if opened.submission.state in WAITING else opened.submission.state
    st.session_state[_SHEET] = replace(opened, rulings=rulings, submission=replace(opened.submission, state=state))
    _settle(question_id)


def _under_way(visit: Visit, deed: Callable[[], Any]) -> Any:
    """Do a deed of the review; where it is over meanwhile, say so instead of saying that there is nothing here."""
    try:
        return deed()
    except NotThere:
        state = _opened(visit, _sheet().id).submission.state
        raise OutOfOrder("step-not-allowed", state=state.value, step="review") from None


def _settle(question_id: str) -> None:
    """Forget what waited in this tab: it is kept now, or given up."""
    kind_key, level_key, _ = _keys(question_id)
    st.session_state.pop(f"{kind_key}.pending", None)
    st.session_state.pop(level_key, None)


def _take_theirs(question_id: str, place: str) -> None:
    frame.attempt(place, _look_again)
    if frame.refused(place) is None:
        _settle(question_id)
        take_stored_text(place)


def _insist(question_id: str, place: str, yours: object) -> None:
    """Keep one's own ruling over a colleague's, having seen both."""

    def deed(visit: Visit) -> None:
        _look_again(visit)
        if isinstance(yours, Ruling):
            _rule(visit, question_id, yours.kind, yours.level, yours.reason)
        else:
            _rule(visit, question_id, None, None, "")

    frame.attempt(place, deed)
    if frame.refused(place) is None:
        take_stored_text(place)


def _look_again(visit: Visit) -> None:
    st.session_state[_SHEET] = _opened(visit, _sheet().id)


def _remark(visit: Visit, text: str, audience: RemarkAudience, question: str) -> None:
    reviewing.remark(visit.environment, visit.person, _sheet().id, text, question=question, audience=audience)
    _look_again(visit)


if __name__ == "__main__":
    show()
