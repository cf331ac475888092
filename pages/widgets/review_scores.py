"""Three scores of one submission: as declared, as backed by evidence, as reviewed; every difference is explained."""

from __future__ import annotations

import streamlit as st

from core.domain import review
from core.domain.scorecard import Scorecard, ScoreKind
from core.language import number
from core.services.reviewing import OpenReview
from pages.frame import Visit
from pages.widgets.levels import level_name


def draw_scores(visit: Visit, opened: OpenReview) -> None:
    """Draw the three scores beside each other, and under them every question that makes them differ."""
    cards = {kind: opened.scorecard(kind) for kind in ScoreKind}
    with st.grid(3, min_column_width=220):
        for kind, card in cards.items():
            with st.container(border=True, height="stretch", gap="xsmall"):
                st.metric(visit.t(f"review.score.{kind.value}"), _points(visit, card))
                if card.level_low:
                    st.markdown(f":blue-badge[{level_name(visit, card.level_low.level)}]")
                st.caption(visit.t(f"review.score.{kind.value}.what"))
    _differences(visit, opened)
    lines = [
        visit.md(
            "review.score.capped",
            number=visit.catalogue.questions[one.question].number,
            declared=one.declared,
            level=one.level,
        )
        for topic in cards[ScoreKind.EVIDENCE].topics
        for one in topic.questions
        if one.declared is not None and one.level is not None and one.level < one.declared
    ]
    if lines:
        label = visit.t("review.score.capped-title", count=len(lines))
        with st.expander(label, type="compact", icon=":material/calculate:", key="capped"):
            st.markdown("\n".join(f"- {line}" for line in lines))


def _differences(visit: Visit, opened: OpenReview) -> None:
    found = review.differences(opened.answers, opened.standing)
    if not found:
        st.caption(visit.t("review.score.no-difference"))
        return
    st.markdown(f"**{visit.t('review.score.differences', count=len(found))}**")
    lines = []
    for one in found:
        question = visit.catalogue.questions[one.question]
        words = "review.score.difference" if one.declared is not None else "review.score.difference-none"
        line = visit.md(
            words, number=question.number, declared=one.declared, validated=one.validated, reason=one.reason
        )
        lines.append(f"- {line}")
    st.markdown("\n".join(lines))


def _points(visit: Visit, card: Scorecard) -> str:
    return number(card.low, visit.language, 1) if card.low is not None else visit.t("review.score.none")
