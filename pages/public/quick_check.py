"""The quick check: a trade, nine questions in short words, the result at once. Nothing is stored."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from core.domain.assessment import Choice
from core.domain.catalogue import Question
from core.domain.quick_check import LEVELS, Choices, QuickResult, carried, may_not_apply, quick_questions, quick_result
from core.domain.scorecard import Finding, Scorecard
from pages import frame
from pages.frame import Visit
from pages.widgets.levels import level_name, level_strip
from pages.widgets.marks import law_words
from pages.widgets.writing import plain

MOST_URGENT = 3
NOT_APPLICABLE = "not-applicable"
TRADE = "quick_trade"


def show() -> None:
    """Ask nine questions and show what they say."""
    with frame.open_page(width=720) as visit:
        st.title(visit.t("quick.title"), anchor=False)
        st.markdown(visit.t("quick.lead"))
        questions_and_result()


@st.fragment
def questions_and_result() -> None:
    """Draw the questions with the result under them; a click draws only this part again."""
    with frame.refreshed() as visit:
        sector = trade(visit)
        choices = {
            question.id: choice
            for number, question in enumerate(quick_questions(visit.catalogue), start=1)
            if (choice := short_answer(visit, number, question, sector))
        }
        st.header(visit.t("quick.result"), anchor=False)
        if not choices:
            st.markdown(visit.t("quick.result-empty"))
            return
        result(visit, sector, choices)


def trade(visit: Visit) -> str:
    """Ask for the trade; empty while none is chosen."""
    sectors = visit.catalogue.sectors
    chosen = st.selectbox(
        visit.t("quick.trade"),
        list(sectors),
        index=None,
        format_func=lambda sector: visit.say(sectors[sector].title),
        placeholder=visit.t("quick.trade-placeholder"),
        filter_mode=None,
        key=TRADE,
        persist_state="session",
    )
    st.caption(visit.t("quick.trade-hint"))
    return chosen or ""


def short_answer(visit: Visit, number: int, question: Question, sector: str) -> Choice | None:
    """Ask one question in short words."""
    options = [*LEVELS, *([NOT_APPLICABLE] if may_not_apply(question) else [])]
    with st.container(key=f"quick_{question.id}", gap="xxsmall"):
        chosen = st.pills(
            visit.t("quick.question", number=number, text=question.text),
            options,
            format_func=lambda option: visit.t(f"quick.choice.{option}"),
            key=answer_key(question.id),
            persist_state="session",
        )
        hint = visit.catalogue.sectors[sector].hint(question.id) if sector else None
        if hint:
            st.caption(visit.md("quick.in-trade", text=hint))
    if chosen is None:
        return None
    return Choice.NOT_APPLICABLE if chosen == NOT_APPLICABLE else LEVELS[chosen]


def answer_key(question_id: str) -> str:
    """Return the key of a question's answer in the session state."""
    return f"quick_answer_{question_id}"


def result(visit: Visit, sector: str, choices: Choices) -> None:
    """Show about which level it is, what is most urgent, and how to go on."""
    reason = visit.t("quick.not-applicable-reason")
    found = quick_result(visit.catalogue, sector, choices, reason, visit.environment.today())
    with st.container(border=True, gap="small"):
        about_which_level(visit, found.scorecard)
    most_urgent(visit, found)
    if visit.actor is None:
        address = "/dang-ky?" + urlencode({"quick": carried(sector, choices)})
        frame.action_link(visit.t("quick.keep"), address, is_primary=True)
        st.caption(visit.t("quick.keep-note"))


def about_which_level(visit: Visit, scorecard: Scorecard) -> None:
    """Show the level or its range, the strip, and what holds the level down."""
    if scorecard.low is None or scorecard.level_low is None or scorecard.level_high is None:
        st.markdown(visit.t("quick.result-none"))
        return
    low, high = scorecard.level_low.level, scorecard.level_high.level
    st.markdown(f"### {level_words(visit, low, high)}", anchors=False)
    level_strip(visit, scorecard.low, scorecard.high)
    held = [gate for gate in scorecard.level_low.held_by_gates if gate.certain]
    if held:
        st.markdown(f":red[:material/gavel:] {visit.t('quick.held-by-law', cap=held[0].cap)}")
    everything = len(visit.catalogue.questions)
    st.caption(visit.t("quick.only-nine", answered=scorecard.answered, all=everything))


def level_words(visit: Visit, low: int, high: int) -> str:
    """Return "about level 1" or "between level 1 and level 3"."""
    if low == high:
        return visit.t("quick.level-about", level=level_name(visit, low))
    return visit.t("quick.level-range", low=level_name(visit, low), high=level_name(visit, high))


def most_urgent(visit: Visit, found: QuickResult) -> None:
    """List the most urgent things, with why."""
    st.header(visit.t("quick.urgent"), anchor=False)
    if not found.findings:
        st.markdown(visit.t("quick.urgent-none"))
    for number, finding in enumerate(found.findings[:MOST_URGENT], start=1):
        with st.container(border=True, gap="xsmall"):
            one_thing(visit, number, finding)


def one_thing(visit: Visit, number: int, finding: Finding) -> None:
    """Say what to do, why, and whether the law asks it."""
    question = visit.catalogue.questions[finding.question]
    if finding.gate_failed:
        st.markdown(law_words(visit, fails=True))
    st.markdown(f"**{number}\\. {plain(visit.say(question.action))}**")
    st.markdown(plain(visit.say(question.why)))


if __name__ == "__main__":
    show()
