"""Two standings of an assessment side by side: scores, what holds the level, topics, and every answer that differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

import streamlit as st

from core.domain.assessment import Answer, Evidence
from core.domain.catalogue import Catalogue, Question
from core.domain.comparing import ChangedAnswer, Comparison, Standing
from core.domain.scorecard import TopicScore
from core.language import number
from core.render import charts
from pages.frame import Visit
from pages.widgets.levels import level_name
from pages.widgets.reviews import answer_words
from pages.widgets.writing import plain

SHOWN_ANSWERS = 12


def draw_comparison(
    visit: Visit, found: Comparison, earlier: Catalogue, titles: tuple[str, str], notices: Iterable[str] = ()
) -> None:
    """Draw two standings; `visit` reads the edition of the later one, `earlier` is that of the other.

    titles: of the earlier and the later one, as Markdown; notices: what is to be said before everything.
    """
    questions = {**earlier.questions, **visit.catalogue.questions}
    with st.grid(2, min_column_width=260):
        for title, standing in zip(titles, (found.before, found.after), strict=True):
            with st.container(border=True, height="stretch", gap="xsmall"):
                _standing(visit, questions, title, standing)
    for words in (*notices, *_notices(visit, questions, found)):
        st.info(words, icon=":material/info:")
    _topics(visit, found, earlier, titles)
    _answers(visit, questions, found)


def _standing(visit: Visit, questions: Mapping[str, Question], title: str, standing: Standing) -> None:
    card = standing.scorecard
    shown = visit.t("time.pair.no-score") if card.low is None else number(card.low, visit.language, 1)
    st.metric(title, shown)
    if card.low != card.high and card.low is not None and card.high is not None:
        st.badge(visit.md("time.pair.range", low=card.low, high=card.high), color="gray")
    low, high = card.level_low, card.level_high
    if low and high:
        st.markdown(f":blue-badge[{level_name(visit, low.level)}]")
        if high.level > low.level:
            st.caption(visit.t("time.pair.level-to", level=high.level))
        if low.held_by_gates:
            numbers = _numbers(questions, (gate.question for gate in low.held_by_gates))
            st.caption(visit.md("time.pair.held-gate", level=low.level, numbers=numbers))
        if low.held_by_weakest:
            topic = _topic_name(visit, visit.catalogue, low.weakest_topic)
            st.caption(visit.md("time.pair.held-weakest", level=low.level, topic=topic))
    st.caption(visit.md("time.pair.answered", answered=card.answered, all=card.applicable, edition=card.edition))
    if standing.unknown:
        numbers = _numbers(questions, (one for one in questions if one in standing.unknown))
        st.caption(visit.md("time.pair.unknown", count=len(standing.unknown), numbers=numbers))


def _notices(visit: Visit, questions: Mapping[str, Question], found: Comparison) -> Iterable[str]:
    if found.is_edition_changed:
        before, after = found.before.scorecard.edition, found.after.scorecard.edition
        yield visit.md("time.pair.edition", before=before, after=after)
    if found.asked_before_only:
        yield visit.md("time.pair.asked-before", numbers=_numbers(questions, found.asked_before_only))
    if found.asked_after_only:
        yield visit.md("time.pair.asked-after", numbers=_numbers(questions, found.asked_after_only))


def _topics(visit: Visit, found: Comparison, earlier: Catalogue, titles: tuple[str, str]) -> None:
    rows, table = [], []
    change = visit.t("time.pair.table.change")
    for place, one in enumerate(found.topics, start=1):
        catalogue = visit.catalogue if one.after else earlier
        label = _topic_name(visit, catalogue, one.topic)
        before, after = _bound(one.before), _bound(one.after)
        rows.append(
            charts.TopicRow(
                number=place,
                label=label,
                score=None if after is None else float(after),
                target=None if before is None else float(before),
                shown=f"{_shown(visit, one.before)} → {_shown(visit, one.after)}",
            )
        )
        table.append(
            {
                visit.t("time.pair.table.topic"): label,
                titles[0]: _shown(visit, one.before),
                titles[1]: _shown(visit, one.after),
                change: _difference(visit, before, after),
            }
        )
    st.header(visit.t("time.pair.topics"), anchor=False)
    listed = "; ".join(
        visit.t(
            "time.pair.topics-one", topic=row.label, before=_shown(visit, one.before), after=_shown(visit, one.after)
        )
        for row, one in zip(rows, found.topics, strict=True)
    )
    st.altair_chart(charts.topic_bars(rows), width="stretch", alt=visit.t("time.pair.topics-alt", list=listed))
    st.caption(visit.t("time.pair.topics-legend"))
    with st.expander(visit.t("time.pair.topics-table"), type="compact", key="pair_table"):
        st.table(table, hide_index=True)


def _answers(visit: Visit, questions: Mapping[str, Question], found: Comparison) -> None:
    if not found.answers:
        st.header(visit.t("time.pair.answers", count=0), anchor=False)
        st.markdown(visit.t("time.pair.answers-none"))
        return
    st.header(visit.t("time.pair.answers", count=len(found.answers)), anchor=False)
    shows_all = st.session_state.get("all_changes", False)
    for one in found.answers if shows_all else found.answers[:SHOWN_ANSWERS]:
        _answer(visit, questions[one.question], one)
    if len(found.answers) > SHOWN_ANSWERS and not shows_all:
        st.button(
            visit.t("time.pair.show-all", count=len(found.answers)),
            key="show_all_changes",
            on_click=lambda: st.session_state.update(all_changes=True),
        )


def _answer(visit: Visit, question: Question, one: ChangedAnswer) -> None:
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(question.number)}. {plain(visit.say(question.text))}**")
        with st.grid(2, min_column_width=260):
            for side, answer in (("before", one.before), ("after", one.after)):
                with st.container(gap="xxsmall"):
                    st.caption(visit.t(f"time.pair.{side}"))
                    _side(visit, question, answer)
        if one.touch:
            who = one.touch.by_name or visit.t("widgets.conflict.somebody")
            st.caption(visit.md("time.pair.touch", who=who, moment=one.touch.at))


def _side(visit: Visit, question: Question, answer: Answer | None) -> None:
    if answer is None:
        st.markdown(f":gray-badge[:material/help: {visit.t('time.pair.answer-unknown')}]")
        return
    st.markdown(answer_words(visit, question, answer))
    if answer.evidence is not Evidence.NONE:
        kind = visit.t(f"assessment.evidence-choice.{answer.evidence.value}")
        st.caption(visit.md("review.page.with-evidence", kind=kind))
    if answer.note:
        st.caption(visit.md("time.pair.note", text=answer.note))


def _bound(topic: TopicScore | None) -> Fraction | None:
    return topic.low if topic else None


def _shown(visit: Visit, topic: TopicScore | None) -> str:
    if topic is None or topic.low is None:
        return visit.t("result.no-topic-score")
    low = number(topic.low, visit.language, 1)
    return low if topic.high in (None, topic.low) else f"{low}–{number(topic.high, visit.language, 1)}"


def _difference(visit: Visit, before: Fraction | None, after: Fraction | None) -> str:
    if before is None or after is None:
        return visit.t("result.no-topic-score")
    sign = "+" if after > before else ""
    return f"{sign}{number(after - before, visit.language, 1)}"


def _numbers(questions: Mapping[str, Question], ids: Iterable[str]) -> str:
    return ", ".join(questions[one].number for one in ids)


def _topic_name(visit: Visit, catalogue: Catalogue, topic_id: str) -> str:
    topic = next((one for one in catalogue.topics if one.id == topic_id), None)
    return visit.t("widgets.topic", number=topic.order, title=topic.title) if topic else topic_id
