"""Handing in: what to look at before, the receipt after, what the reviewers say, handing in again, withdrawing."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import streamlit as st

from core.domain.assessment import AssessmentState
from core.domain.review import PointState, RemarkAudience, RulingKind
from core.services import reviewing
from core.services.reviewing import HandIn, OpenReview, Receipt
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Audience, Visit
from pages.widgets.boxes import pairs
from pages.widgets.copy_field import copy_field
from pages.widgets.redline import proposals_link
from pages.widgets.reviews import (
    answer_words,
    letter_links,
    remark_box,
    remark_thread,
    review_news,
    ruling_badge,
    state_badge,
)
from pages.widgets.writing import plain

_PLACE = "hand_in"
_SENT = "hand_in.sent"
_ASSESSMENT = "enterprise/assessment.py"
_VIEWS = "enterprise/two_views.py"
PRECHECKS = ("contradictions", "unanswered", "unknown", "without_evidence", "carried", "unsettled")
DECIDED = (AssessmentState.CHANGES_REQUESTED, AssessmentState.REVIEWED)


def show() -> None:
    with frame.open_page(width=720, needs=Audience.ENTERPRISE) as here:
        enterprise_id = chosen_enterprise(here)
        found = reviewing.hand_in_of(here.environment, here.person, enterprise_id)
        visit = here.in_edition(found.opened.catalogue)
        st.title(visit.t("review.hand-in.title"), anchor=False)
        frame.refusal(visit, _PLACE)
        if st.session_state.pop(_SENT, False):
            st.success(visit.t("review.hand-in.sent"), icon=":material/check:")
        opened = (
            reviewing.open_review(visit.environment, visit.person, found.submission.id) if found.submission else None
        )
        if opened:
            review_news(opened)
        _state(visit, found, opened)
        if opened:
            _decision(visit, opened)
            proposals_link(visit, enterprise_id)
            _rulings(visit, opened)
        if found.opened.assessment.state in (AssessmentState.DRAFT, AssessmentState.CHANGES_REQUESTED):
            _precheck(visit, found)
            _submit(visit, found, enterprise_id)
        if opened:
            _overall(visit, opened)
        _receipts(visit, found.receipts)
        if found.opened.assessment.state is AssessmentState.REVIEWED:
            st.page_link("enterprise/over_time.py", label=visit.t("time.next.title"), icon=":material/event:")
        if found.may_withdraw and found.submission:
            _withdraw(visit, enterprise_id)


def _state(visit: Visit, found: HandIn, opened: OpenReview | None) -> None:
    state = found.opened.assessment.state
    if opened is None:
        st.markdown(visit.t("review.hand-in.lead"))
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{visit.t('review.hand-in.now')}** {state_badge(visit, state)}")
        st.markdown(visit.t(f"review.hand-in.is.{state.value}"))
        if opened:
            submission = opened.submission
            line = visit.md("review.hand-in.since", moment=submission.waiting_since, round=submission.round)
            if opened.assigned_name:
                line += " · " + visit.md("review.hand-in.reviewer", who=opened.assigned_name)
            st.caption(line)


# What the reviewers say


def _decision(visit: Visit, opened: OpenReview) -> None:
    decision = opened.decision
    if decision is None:
        return
    with st.container(border=True, gap="xsmall"):
        st.header(visit.t(f"review.hand-in.decision.{decision.kind.value}"), anchor=False)
        st.markdown(plain(decision.reason) or visit.t("review.hand-in.decision.no-reason"))
        st.caption(visit.md("review.hand-in.decision.by", who=decision.by_name, moment=decision.at))
        letter_links(visit, opened.id, "decision")


def _rulings(visit: Visit, opened: OpenReview) -> None:
    """Show what was asked and adjusted; before a decision these are still the reviewers' own papers."""
    of_kind: dict[RulingKind, list[str]] = {kind: [] for kind in RulingKind}
    for question in opened.progress.points:
        if question in opened.rulings:
            of_kind[opened.standing[question].kind].append(question)
    asked, adjusted = of_kind[RulingKind.CHANGE_ASKED], of_kind[RulingKind.ADJUSTED]
    said = {remark.question for remark in opened.remarks}
    talked = [one for one in opened.progress.points if one in said and one not in (*asked, *adjusted)]
    for words, questions in (("asked", asked), ("adjusted", adjusted), ("talked", talked)):
        if questions:
            st.header(visit.t(f"review.hand-in.{words}", count=len(questions)), anchor=False)
        for question in questions:
            _question(visit, opened, question)
    if of_kind[RulingKind.ACCEPTED]:
        st.caption(visit.t("review.hand-in.accepted", count=len(of_kind[RulingKind.ACCEPTED])))


def _question(visit: Visit, opened: OpenReview, question_id: str) -> None:
    question = visit.catalogue.questions[question_id]
    kept = opened.rulings.get(question_id)
    with st.container(border=True, gap="xsmall", key=f"point_{question_id}"):
        st.markdown(f"### {plain(question.number)}. {plain(visit.say(question.text))}", anchors=False)
        st.markdown(answer_words(visit, question, kept.ruling.answer if kept else opened.answers[question_id]))
        if kept:
            is_changed = opened.progress.points[question_id] is PointState.CHANGED
            mark = f" :gray-badge[{visit.t('review.hand-in.changed-since')}]" if is_changed else ""
            st.markdown(f"{ruling_badge(visit, kept.ruling)}{mark}")
            if kept.ruling.reason:
                st.markdown(plain(kept.ruling.reason))
            st.caption(visit.md("review.ruling.by", who=kept.by_name, moment=kept.updated_at, round=kept.round))
        remark_thread(visit, [one for one in opened.remarks if one.question == question_id])
        if opened.may_remark:
            _answer_box(visit, opened.id, question_id, question.number)
        _question_link(visit, question_id, visit.t("review.hand-in.open-question", number=question.number))


def _overall(visit: Visit, opened: OpenReview) -> None:
    remarks = [one for one in opened.remarks if not one.question]
    if not remarks and not opened.may_remark:
        return
    st.header(visit.t("review.hand-in.overall"), anchor=False)
    with st.container(border=True):
        remark_thread(visit, remarks)
        if opened.may_remark:
            _answer_box(visit, opened.id)


def _answer_box(visit: Visit, submission_id: UUID, question: str = "", number: str = "") -> None:
    label = visit.t("review.remark.write-at", number=number) if number else visit.t("review.remark.write")

    def send(fresh: Visit, text: str, _: RemarkAudience) -> None:
        reviewing.remark(fresh.environment, fresh.person, submission_id, text, question=question)

    remark_box(visit, f"remark_{question}", f"{submission_id}/{question}/remark", label, send, with_internal=False)


def _question_link(visit: Visit, question_id: str, label: str, page: str = _ASSESSMENT) -> None:
    topic = visit.catalogue.topic_of[question_id]
    st.page_link(page, label=label, icon=":material/chevron_right:", query_params={"chu-de": str(topic.order)})


# Handing in


def _precheck(visit: Visit, found: HandIn) -> None:
    st.header(visit.t("review.hand-in.precheck"), anchor=False)
    if found.precheck.is_clear:
        st.markdown(f":material/check_circle: {visit.t('review.hand-in.precheck.clear')}")
        return
    st.markdown(visit.t("review.hand-in.precheck.note"))
    for kind in PRECHECKS:
        questions: Sequence[str] = getattr(found.precheck, kind)
        if questions:
            label = visit.t(f"review.hand-in.precheck.{kind}", count=len(questions))
            icon = ":material/error:" if kind == "contradictions" else ":material/help:"
            with st.expander(label, icon=icon, key=f"precheck_{kind}", expanded=kind == "contradictions"):
                for question_id in questions:
                    question = visit.catalogue.questions[question_id]
                    text = visit.md("review.hand-in.question", number=question.number, text=question.text)
                    _question_link(visit, question_id, text, _VIEWS if kind == "unsettled" else _ASSESSMENT)


def _submit(visit: Visit, found: HandIn, enterprise_id: UUID) -> None:
    st.header(visit.t("review.hand-in.after"), anchor=False)
    st.markdown(visit.t("review.hand-in.after.text"))
    if found.may_submit:
        words = "review.hand-in.submit-again" if found.submission else "review.hand-in.submit"
        st.button(
            visit.t(words),
            type="primary",
            icon=":material/arrow_forward:",
            icon_position="right",
            key="submit",
            on_click=lambda: frame.attempt(_PLACE, _hand_in, enterprise_id),
        )
    else:
        st.info(visit.md("review.hand-in.who-may", names=", ".join(found.owners)), icon=":material/info:")


def _receipts(visit: Visit, receipts: Sequence[Receipt]) -> None:
    if not receipts:
        return
    st.header(visit.t("review.hand-in.receipt"), anchor=False)
    *earlier, last = receipts
    _receipt(visit, last, visit.t("review.hand-in.receipt.hash"))
    letter_links(visit, last.submission_id, "receipt")
    if earlier:
        with st.expander(
            visit.t("review.hand-in.receipt.earlier", count=len(earlier)),
            type="compact",
            icon=":material/history:",
            key="earlier_receipts",
        ):
            for receipt in reversed(earlier):
                _receipt(visit, receipt, visit.t("review.hand-in.receipt.hash-round", round=receipt.round))


def _receipt(visit: Visit, receipt: Receipt, label: str) -> None:
    with st.container(border=True):
        pairs(
            visit,
            [
                (visit.t("review.hand-in.receipt.round"), receipt.round),
                (visit.t("review.hand-in.receipt.at"), receipt.at),
                (visit.t("review.hand-in.receipt.edition"), receipt.edition),
            ],
        )
        copy_field(visit, f"hash_{receipt.round}", label, receipt.sha256)


def _withdraw(visit: Visit, enterprise_id: UUID) -> None:
    with st.popover(visit.t("review.hand-in.withdraw"), type="tertiary", icon=":material/undo:", key="withdraw"):
        st.markdown(visit.t("review.hand-in.withdraw.ask"))
        st.button(
            visit.t("review.hand-in.withdraw.yes"),
            key="withdraw_yes",
            on_click=lambda: frame.attempt(_PLACE, _take_back, enterprise_id),
        )


# Deeds


def _hand_in(visit: Visit, enterprise_id: UUID) -> None:
    reviewing.submit(visit.environment, visit.person, enterprise_id)
    st.session_state[_SENT] = True


def _take_back(visit: Visit, enterprise_id: UUID) -> None:
    reviewing.withdraw(visit.environment, visit.person, enterprise_id)


if __name__ == "__main__":
    show()
