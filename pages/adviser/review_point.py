"""One question under review: its answer beside its evidence, the ruling that keeps itself, and what was said of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.domain.assessment import AssessmentState
from core.domain.catalogue import Question, Topic
from core.domain.review import NO_ANSWER, REMARK_LIMIT, PointState, RemarkAudience, Ruling, RulingKind
from core.errors import Conflict
from core.language import clock
from core.services import reviewing
from core.services.reviewing import WAITING, OpenReview
from pages import frame
from pages.adviser import review_evidence
from pages.adviser.review_sheet import keep, last_look, look_again, shown, under_way
from pages.frame import Visit
from pages.widgets.boxes import conflict_box, steady_label
from pages.widgets.levels import LEVELS
from pages.widgets.marks import law_mark
from pages.widgets.reviews import remark_box, remark_thread, ruling_badge, ruling_words
from pages.widgets.saving import saving_text_area, take_stored_text
from pages.widgets.writing import plain


@dataclass(frozen=True, slots=True)
class Slots:
    """Places outside the cards that a card writes to when its ruling changes."""

    progress: DeltaGenerator
    saved: DeltaGenerator


def draw_slots(visit: Visit, opened: OpenReview, slots: Slots, topic: Topic) -> None:
    """Say how far the topic is, and when the latest ruling was kept."""
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


@st.fragment
def draw_point(question_id: str, slots: Slots) -> None:
    """Draw the card of a question."""
    with frame.refreshed() as here:
        opened = shown()
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
        draw_slots(visit, opened, slots, opened.catalogue.topic_of[question_id])


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
    remark_thread(visit, found, last_look())
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


def _choose(visit: Visit, question_id: str) -> None:
    """Keep what was chosen as soon as it says all it needs; until then it waits in this tab."""
    kind_key = _keys(question_id)[0]
    chosen = st.session_state[kind_key]
    kind = RulingKind(chosen) if chosen else None
    valid = _valid(shown(), question_id)
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
    valid = _valid(shown(), question_id)
    if level is not None and valid and valid.reason:
        _rule(visit, question_id, RulingKind.ADJUSTED, level, valid.reason)


def _rule(visit: Visit, question_id: str, kind: RulingKind | None, level: int | None, reason: str) -> None:
    opened = shown()
    if kind is RulingKind.ADJUSTED and level is None:
        valid = _valid(opened, question_id)
        level = valid.level if valid else None
    wanted = None
    if kind is not None:
        wanted = Ruling(kind, NO_ANSWER, level=level if kind is RulingKind.ADJUSTED else None, reason=reason)
    kept = under_way(
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
    keep(replace(opened, rulings=rulings, submission=replace(opened.submission, state=state)))
    _settle(question_id)


def _settle(question_id: str) -> None:
    """Forget what waited in this tab: it is kept now, or given up."""
    kind_key, level_key, _ = _keys(question_id)
    st.session_state.pop(f"{kind_key}.pending", None)
    st.session_state.pop(level_key, None)


def _take_theirs(question_id: str, place: str) -> None:
    frame.attempt(place, look_again)
    if frame.refused(place) is None:
        _settle(question_id)
        take_stored_text(place)


def _insist(question_id: str, place: str, yours: object) -> None:
    """Keep one's own ruling over a colleague's, having seen both."""

    def deed(visit: Visit) -> None:
        look_again(visit)
        if isinstance(yours, Ruling):
            _rule(visit, question_id, yours.kind, yours.level, yours.reason)
        else:
            _rule(visit, question_id, None, None, "")

    frame.attempt(place, deed)
    if frame.refused(place) is None:
        take_stored_text(place)


def _remark(visit: Visit, text: str, audience: RemarkAudience, question: str) -> None:
    reviewing.remark(visit.environment, visit.person, shown().id, text, question=question, audience=audience)
    look_again(visit)
