"""Where a review leads: three scores with every difference, remarks on the whole, the decision, and the history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from core.domain.assessment import AssessmentState
from core.domain.review import REMARK_LIMIT, PointState, RemarkAudience
from core.errors import NotThere, OutOfOrder
from core.language import VIETNAM, day
from core.services import comparing, handing_out, reviewing
from core.services.reviewing import OpenReview
from pages import frame
from pages.frame import Visit
from pages.widgets.comparison import draw_comparison
from pages.widgets.handed_out import file_kind, standing_badge
from pages.widgets.review_scores import draw_scores
from pages.widgets.reviews import hand_over, hand_over_fields, letter_links, remark_box, remark_thread
from pages.widgets.saving import empty_form, form_area, form_text
from pages.widgets.writing import plain

_HERE = "adviser/review.py"
_PLACE = "review_decision"
DECISIONS = (AssessmentState.CHANGES_REQUESTED, AssessmentState.REVIEWED)


def draw_outcome(visit: Visit, opened: OpenReview) -> None:
    """Draw scores, remarks on the whole file, and what can be decided."""
    st.header(visit.t("review.score.title"), anchor=False)
    draw_scores(visit, opened)
    _last_change(visit, opened)
    _overall(visit, opened)
    _decision(visit, opened)
    _handed_out(visit, opened)
    if opened.may_assign or (opened.may_review and opened.submission.assigned_to == visit.person.account_id):
        _hand_over(visit, opened)


def _last_change(visit: Visit, opened: OpenReview) -> None:
    """Offer what the latest round changed; nothing after the first one."""
    if len(opened.rounds) < 2:
        return
    label = visit.t("time.rounds.title")
    body = st.expander(label, icon=":material/history:", key="last_change", on_change="rerun")
    # Scoring two files and drawing them is done for whoever looks.
    found = comparing.compare_rounds(opened) if body.open else None
    if found is None:
        return
    before, after = (
        visit.md("time.rounds.before", round=one.number, day=one.at.astimezone(VIETNAM).date())
        for one in opened.rounds[-2:]
    )
    with body:
        draw_comparison(visit, found, opened.catalogue, (before, after))


# Remarks and decision


def _overall(visit: Visit, opened: OpenReview) -> None:
    st.header(visit.t("review.hand-in.overall"), anchor=False)
    with st.container(border=True):
        found = [one for one in opened.remarks if not one.question]
        if not found:
            st.caption(visit.t("review.remark.none"))
        remark_thread(visit, found)
        if opened.may_remark:
            remark_box(
                visit,
                "remark_overall",
                f"{opened.id}//remark",
                visit.t("review.remark.write"),
                lambda fresh, text, audience: _remark(fresh, opened, text, audience),
                with_internal=True,
            )


def _decision(visit: Visit, opened: OpenReview) -> None:
    st.header(visit.t("review.decision.title"), anchor=False)
    frame.refusal(visit, _PLACE)
    decision = opened.decision
    if decision:
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{visit.t(f'review.hand-in.decision.{decision.kind.value}')}**")
            st.markdown(plain(decision.reason) or visit.t("review.hand-in.decision.no-reason"))
            st.caption(visit.md("review.hand-in.decision.by", who=decision.by_name, moment=decision.at))
            letter_links(visit, opened.id, "decision")
        if opened.may_revoke:
            _revoke(visit, opened)
    if opened.may_review:
        _decide(visit, opened)


def _decide(visit: Visit, opened: OpenReview) -> None:
    with st.container(border=True):
        _blocks(visit, opened)
        if not opened.may_finish:
            st.info(visit.t("visit.session.not-finish"), icon=":material/lock:")
        _reason_box(visit, opened, "review.decision.reason")
        with st.container(horizontal=True):
            is_settled = not opened.progress.unsettled
            for kind in DECISIONS:
                st.button(
                    visit.t(f"review.decision.{kind.value}"),
                    type="primary" if is_settled == (kind is AssessmentState.REVIEWED) else "secondary",
                    disabled=kind is AssessmentState.REVIEWED and not (is_settled and opened.may_finish),
                    key=f"decide_{kind.value}",
                    on_click=lambda kind=kind: frame.attempt(_PLACE, _decided, opened, kind),
                )


def _blocks(visit: Visit, opened: OpenReview) -> None:
    """Say what is still open, each kind with a way to it."""
    if not opened.progress.unsettled:
        st.markdown(f":material/check_circle: {visit.t('review.decision.ready', count=len(opened.progress.points))}")
        return
    st.markdown(visit.t("review.decision.open", count=len(opened.progress.unsettled)))
    for state in (PointState.OPEN, PointState.CHANGED, PointState.CHANGE_ASKED):
        found = opened.progress.in_state(state)
        if not found:
            continue
        numbers = ", ".join(visit.catalogue.questions[one].number for one in found)
        st.markdown(f"- {visit.md(f'review.decision.open.{state.value}', count=len(found), numbers=numbers)}")
    shown = {"id": str(opened.id), "phan": "cau-hoi", "loc": "chua-quyet"}
    st.page_link(_HERE, label=visit.t("review.decision.to-open"), icon=":material/chevron_right:", query_params=shown)


def _reason_box(visit: Visit, opened: OpenReview, words: str) -> None:
    form_area(visit, _reason(opened), visit.t(words), limit=REMARK_LIMIT, place=_reason(opened), rows=3)


def _reason(opened: OpenReview) -> str:
    """Return the name of the box: what was begun for one firm must not stand in the box of another."""
    return f"{opened.id}/decision"


def _revoke(visit: Visit, opened: OpenReview) -> None:
    with st.expander(visit.t("review.decision.revoke"), type="compact", icon=":material/undo:", key="revoke"):
        st.markdown(visit.t("review.decision.revoke.what"))
        _reason_box(visit, opened, "review.decision.revoke.reason")
        st.button(
            visit.t("review.decision.revoke.yes"),
            key="revoke_yes",
            on_click=lambda: frame.attempt(_PLACE, _revoked, opened),
        )


def _handed_out(visit: Visit, opened: OpenReview) -> None:
    """List the drafts that the firm handed out under a check code, where there are any."""
    drafts = handing_out.handed_out_beside(visit.environment, visit.person, opened.id)
    if not drafts:
        return
    label = visit.t("check.adviser.title", count=len(drafts))
    with st.expander(label, type="compact", icon=":material/qr_code:", key="handed_out_open"):
        for kept in drafts:
            st.markdown(f"**{kept.draft.code}** · {day(kept.draft.on, visit.language)}")
            st.markdown(standing_badge(visit, kept.revoked_on))
            if kept.revoked_reason:
                st.markdown(plain(kept.revoked_reason))
            for file in kept.files:
                st.caption(f"{file_kind(visit, file)}: {file.sha256}")


def _hand_over(visit: Visit, opened: OpenReview) -> None:
    names = reviewing.reviewers_of(visit.environment, visit.person)
    with st.expander(visit.t("review.queue.hand-over"), type="compact", icon=":material/group:", key="hand_over_open"):
        hand_over_fields(visit, names, str(opened.id))
        st.button(
            visit.t("review.decision.hand-over"),
            key="hand_over",
            on_click=lambda: frame.attempt(_PLACE, hand_over, [opened.id], str(opened.id)),
        )


# History


def draw_history(visit: Visit, opened: OpenReview) -> None:
    """Draw every round, decision and revocation, by name and time, the latest first."""
    st.header(visit.t("review.history.title"), anchor=False)
    for at, line, words in sorted(_steps(visit, opened), reverse=True):
        with st.container(border=True, gap="xxsmall"):
            st.markdown(line)
            if words:
                st.markdown(words)
            st.caption(visit.md("review.history.at", moment=at))


def _steps(visit: Visit, opened: OpenReview) -> Sequence[tuple[datetime, str, str]]:
    found = [
        (
            one.at,
            visit.md("review.history.round", round=one.number, who=one.by_name),
            f":small[{visit.md('review.history.hash', hash=one.sha256)}]",
        )
        for one in opened.rounds
    ]
    for decision in opened.decisions:
        what = visit.t(f"review.hand-in.decision.{decision.kind.value}")
        line = visit.md("review.history.decision", what=what, round=decision.round, who=decision.by_name)
        found.append((decision.at, line, plain(decision.reason)))
        if decision.revoked_at:
            line = visit.md("review.history.revoked", what=what, round=decision.round, who=decision.revoked_by_name)
            found.append((decision.revoked_at, line, plain(decision.revoked_reason)))
    return found


# Deeds


def _remark(visit: Visit, opened: OpenReview, text: str, audience: RemarkAudience) -> None:
    reviewing.remark(visit.environment, visit.person, opened.id, text, audience=audience)


def _decided(visit: Visit, opened: OpenReview, kind: AssessmentState) -> None:
    decide = reviewing.finish if kind is AssessmentState.REVIEWED else reviewing.request_changes
    try:
        decide(visit.environment, visit.person, opened.id, form_text(_reason(opened)), on_round=opened.submission.round)
    except NotThere:
        state = reviewing.open_review(visit.environment, visit.person, opened.id).submission.state
        raise OutOfOrder("step-not-allowed", state=state.value, step="review") from None
    empty_form(_reason(opened))


def _revoked(visit: Visit, opened: OpenReview) -> None:
    reviewing.revoke(visit.environment, visit.person, opened.id, form_text(_reason(opened)))
    empty_form(_reason(opened))
