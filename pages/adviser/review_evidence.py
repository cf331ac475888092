"""What a reviewer reads of one question: the answer, now and before, and beside it what backs or contradicts it."""

from __future__ import annotations

import streamlit as st

from core.domain.assessment import Answer, Evidence
from core.domain.catalogue import Question
from core.domain.instruments import verification_due
from core.domain.review import NO_ANSWER, PointState
from core.domain.scorecard import ScoreKind
from core.language import day
from core.services.reviewing import OpenReview
from pages import frame
from pages.frame import Visit
from pages.widgets.advising import advised_words
from pages.widgets.questions import fact_words
from pages.widgets.reviews import answer_words, ruling_badge
from pages.widgets.writing import plain


def draw_answer(visit: Visit, opened: OpenReview, question: Question) -> None:
    """Draw what the firm answers now, and what it answered when a reviewer last ruled, or in the round before."""
    answer = opened.answers.get(question.id, NO_ANSWER)
    st.caption(visit.t("review.page.answer"))
    _one(visit, question, answer)
    if mark := opened.file.exchange.advised.get(question.id):
        st.caption(advised_words(visit, mark))
    ruling = opened.standing.get(question.id)
    if ruling and opened.progress.points[question.id] is PointState.CHANGED:
        st.caption(visit.t("review.page.before-ruling"))
        _before(visit, question, ruling.answer)
        st.markdown(f"{ruling_badge(visit, ruling)} {plain(ruling.reason)}")
        return
    before = opened.previous.get(question.id, NO_ANSWER)
    if len(opened.rounds) > 1 and before != answer:
        st.caption(visit.t("review.page.before-round"))
        _before(visit, question, before)


def _one(visit: Visit, question: Question, answer: Answer) -> None:
    st.markdown(answer_words(visit, question, answer))
    if answer.note:
        quoted = plain(answer.note).replace("\n", "\n> ")
        st.markdown(f"> {quoted}")


def _before(visit: Visit, question: Question, answer: Answer) -> None:
    _one(visit, question, answer)
    if answer.evidence is not Evidence.NONE:
        st.caption(visit.t("review.page.with-evidence", kind=visit.t(f"assessment.evidence-choice.{answer.evidence}")))


def draw_evidence(visit: Visit, opened: OpenReview, question: Question, answer: Answer) -> None:
    """Draw evidence with its files, what counts as proof, what the register shows, and what it contradicts."""
    st.caption(visit.t("review.page.evidence"))
    kind = visit.t(f"assessment.evidence-choice.{answer.evidence.value}")
    st.markdown(visit.t("review.page.evidence-kind", kind=kind))
    for file in opened.files.get(question.id, ()):
        if file.attachment_id:
            frame.download_link(file.name, f"tep/{file.attachment_id}")
        else:
            st.markdown(visit.md("review.page.file-gone", name=file.name))
    st.caption(visit.md("assessment.evidence-hint", text=question.evidence))
    _register(visit, opened, question)


def _register(visit: Visit, opened: OpenReview, question: Question) -> None:
    shown = opened.file.register.level_of(question.id)
    if shown:
        st.markdown(visit.md("review.page.register", fact=fact_words(visit, shown), level=shown.level))
    found = next((one for one in opened.scorecard(ScoreKind.SELF).contradictions if one.question == question.id), None)
    if found is None:
        return
    instruments = {one.code: one for one in opened.file.exchange.instruments}
    lines = []
    for code in found.overdue:
        instrument = instruments[code]
        due = verification_due(instrument, opened.catalogue.group2.get(instrument.group2_row))
        words = "review.page.overdue" if due else "review.page.never-verified"
        due_words = day(due, visit.language) if due else ""
        lines.append(f"- {visit.md(words, code=code, name=instrument.name, due=due_words)}")
    st.error("\n".join([visit.t("review.page.contradiction"), "", *lines]), icon=":material/gavel:")
