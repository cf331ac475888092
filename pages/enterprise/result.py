"""The result: level first, why the law holds it back, what to do first, and where every number comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import streamlit as st

from core.domain.catalogue import Question, Topic
from core.domain.explaining import contributions, most_of, points_of
from core.domain.scorecard import FailedGate, Finding, Level, Mark, QuestionScore, Scorecard
from core.language import day, number
from core.render import charts
from core.services import assessing, reviewing
from core.services.assessing import Result
from pages import frame
from pages.enterprise.benchmark import draw_benchmark
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Audience, Visit
from pages.widgets.boxes import empty_state
from pages.widgets.levels import level_strip
from pages.widgets.marks import law_words
from pages.widgets.questions import fact_words
from pages.widgets.review_scores import draw_scores
from pages.widgets.writing import plain

REGISTER = "enterprise/register.py"
FIRST_STEPS = 3
SHOWN_GAPS = 5
LEVELS = range(5)


@dataclass(frozen=True, slots=True)
class _TopicLine:
    """One topic as the charts and tables show it."""

    topic: Topic
    score: Fraction | None
    target: Fraction | None
    answered: str


def show() -> None:
    with frame.open_page(needs=Audience.ENTERPRISE) as here:
        result = assessing.result(here.environment, here.person, chosen_enterprise(here))
        visit = here.in_edition(result.opened.catalogue)
        st.title(visit.t("result.title"), anchor=False)
        if not result.self_score.has_score:
            _empty(visit, result)
            return
        _caption(visit, result)
        st.page_link("enterprise/over_time.py", label=visit.t("time.link"), icon=":material/history:")
        st.page_link("enterprise/support.py", label=visit.t("selection.ask.link"), icon=":material/handshake:")
        _level_card(visit, result)
        _reviewed(visit, result)
        _contradictions(visit, result)
        _first(visit, result)
        _topics(visit, result)
        draw_benchmark(visit, result)
        _origin(visit, result.self_score)
        _strengths(visit, result)
        _gaps(visit, result)
        _unknowns(visit, result)
        _what_if(visit, result)
        if st.button(visit.t("result.to-programme"), type="primary", key="to_programme"):
            st.switch_page("enterprise/programme.py")


def _empty(visit: Visit, result: Result) -> None:
    answered = result.self_score.answered
    words = "result.empty-all-not-applicable" if answered else "result.empty"
    if empty_state(visit.t("result.empty-title"), visit.t(words), action=visit.t("result.answer"), key="result"):
        st.switch_page("enterprise/assessment.py")


def _caption(visit: Visit, result: Result) -> None:
    scorecard = result.self_score
    st.caption(
        visit.md(
            "result.caption",
            name=result.opened.profile.name,
            moment=result.computed_at,
            edition=scorecard.edition,
            answered=scorecard.answered,
            all=scorecard.applicable,
        )
    )


def _level_card(visit: Visit, result: Result) -> None:
    scorecard = result.self_score
    low, high = _known(scorecard)
    level, best = _levels(scorecard)
    kind = "now" if scorecard.is_complete else "provisional"
    with st.container(border=True):
        with st.grid(2, min_column_width=240):
            with st.container(gap="xsmall"):
                name = visit.catalogue.method.levels[level.level].name
                st.metric(visit.t(f"result.level-{kind}"), visit.t("result.level-value", level=level.level, name=name))
                if best.level > level.level:
                    name = visit.catalogue.method.levels[best.level].name
                    st.badge(visit.md("result.level-range", level=best.level, name=name), color="gray")
            with st.container(gap="xsmall"):
                st.metric(visit.t(f"result.score-{kind}"), visit.t("result.score-value", score=low))
                if high != low:
                    st.badge(visit.md("result.score-range", low=low, high=high), color="gray")
                if not scorecard.is_complete:
                    st.caption(visit.md("result.completeness", percent=scorecard.completeness))
        level_strip(
            visit, low, high, label=visit.t("result.strip-label", low=low, high=high, level=level.level, name=name)
        )
        _held(visit, scorecard, level)
        evidence = result.evidence_score
        if evidence.low is not None and evidence.low != low:
            st.markdown(f"{visit.t('result.evidence-score')}: **{number(evidence.low, visit.language, 1)}**")
            st.caption(visit.t("result.evidence-note"))
        st.caption(visit.t("result.advice-only"))


def _reviewed(visit: Visit, result: Result) -> None:
    """Show the reviewed score beside the two others, once the advisers have finished."""
    opened = reviewing.review_of(visit.environment, visit.person, result.opened.id)
    if opened is None or opened.decision is None:
        return
    st.header(visit.t("review.score.reviewed"), anchor=False)
    st.caption(visit.md("review.hand-in.decision.by", who=opened.decision.by_name, moment=opened.decision.at))
    draw_scores(visit, opened)


def _held(visit: Visit, scorecard: Scorecard, level: Level) -> None:
    """Say what the law asks and is not met, first what holds the level."""
    certain = [gate for gate in level.gates if gate.certain]
    open_gates = [gate for gate in level.gates if not gate.certain]
    holding = {gate.question for gate in level.held_by_gates}
    if certain:
        holds = any(gate.question in holding for gate in certain)
        lead = visit.t("result.held-by-law" if holds else "result.law-not-met", band=level.band, level=level.level)
        lines = "".join(f"\n- {_gate_line(visit, gate)}" for gate in certain)
        st.error(f"{lead}\n{lines}", icon=":material/gavel:")
    if open_gates:
        holds = any(gate.question in holding for gate in open_gates) and not certain
        key = "result.held-by-unanswered" if holds else "result.law-unanswered"
        lines = "".join(f"\n- {_gate_line(visit, gate)}" for gate in open_gates)
        st.info(f"{visit.t(key, band=level.band, level=level.level)}\n{lines}", icon=":material/gavel:")
    if level.held_by_weakest:
        is_second_reason = any(gate.question in holding for gate in level.gates)
        topic = scorecard.topic(level.weakest_topic)
        title = next(one.title for one in visit.catalogue.topics if one.id == topic.topic)
        words = visit.t(
            "result.also-held-by-weakest" if is_second_reason else "result.held-by-weakest",
            band=level.band,
            level=level.level,
            topic=plain(visit.say(title)),
            score=number(topic.low or 0, visit.language, 1),
            topic_band=level.weakest_band,
        )
        st.info(words, icon=":material/info:")


def _gate_line(visit: Visit, gate: FailedGate) -> str:
    question = visit.catalogue.questions[gate.question]
    values = {"number": question.number, "text": question.text, "pass_level": gate.pass_level, "cap": gate.cap}
    if gate.overdue:
        return visit.md("result.gate-line-register", codes=", ".join(gate.overdue), **values)
    if not gate.certain:
        return visit.md("result.gate-line-unanswered", **values)
    if gate.level is None:
        return visit.md("result.gate-line-unknown", **values)
    return visit.md("result.gate-line", level=gate.level, **values)


def _contradictions(visit: Visit, result: Result) -> None:
    for one in result.self_score.contradictions:
        question = visit.catalogue.questions[one.question]
        with st.container(border=True):
            st.header(visit.t("result.contradictions"), anchor=False)
            st.markdown(
                visit.md(
                    "result.contradiction-not-applicable" if one.declared is None else "result.contradiction",
                    number=question.number,
                    level=one.declared,
                    codes=", ".join(one.overdue),
                )
            )
            _open_both(visit, question, "contradiction")
    known = {one.question for one in result.self_score.contradictions}
    for above in result.above_register:
        if above.question not in known:
            question = visit.catalogue.questions[above.question]
            with st.container(border=True):
                st.header(visit.t("result.contradictions"), anchor=False)
                st.markdown(
                    visit.md(
                        "register-rules.above",
                        number=question.number,
                        level=above.declared,
                        shown=above.shown.level,
                        fact=fact_words(visit, above.shown),
                    )
                )
                _open_both(visit, question, "above")
    for topic_id in result.many_not_applicable:
        topic = next(one for one in visit.catalogue.topics if one.id == topic_id)
        share = result.self_score.topic(topic_id).not_applicable_share
        percent = number(share * 100, visit.language)
        st.warning(visit.md("result.many-not-applicable", topic=topic.title, percent=percent), icon=":material/help:")


def _open_both(visit: Visit, question: Question, place: str) -> None:
    with st.container(horizontal=True, key=f"row_both_{place}_{question.id}"):
        _open_button(visit, question, place)
        st.page_link(REGISTER, label=visit.t("register-rules.open-register"), icon=":material/chevron_right:")


def _first(visit: Visit, result: Result) -> None:
    first = result.findings[:FIRST_STEPS]
    if not first:
        return
    st.header(visit.t("result.first"), anchor=False)
    with st.grid(3, min_column_width=260):
        for place, finding in enumerate(first, start=1):
            question = visit.catalogue.questions[finding.question]
            with st.container(border=True, height="stretch"):
                st.markdown(f"### {place}\\. {plain(_matter(visit, finding.question))}", anchors=False)
                st.markdown(plain(visit.say(question.action)))
                st.space("stretch")
                st.markdown(f"{_urgency(visit, finding)} {visit.t('result.by', day=finding.due)}")


def _urgency(visit: Visit, finding: Finding) -> str:
    if finding.gate_failed:
        return law_words(visit, fails=finding.mark is not Mark.UNANSWERED)
    return f":gray-badge[{visit.t(f'result.effort.{finding.effort}')}]"


def _topics(visit: Visit, result: Result) -> None:
    lines = [
        _TopicLine(
            topic=next(topic for topic in visit.catalogue.topics if topic.id == one.topic),
            score=one.low,
            target=result.topic_targets[one.topic],
            answered=f"{one.answered}/{len(one.questions)}",
        )
        for one in result.self_score.topics
    ]
    st.header(visit.t("result.topics"), anchor=False)
    rows = [
        charts.TopicRow(
            number=line.topic.order,
            label=visit.t("widgets.topic", number=line.topic.order, title=line.topic.title),
            score=None if line.score is None else float(line.score),
            target=None if line.target is None else float(line.target),
            shown=_shown(visit, line.score),
        )
        for line in lines
    ]
    left, right = st.columns([5, 7], gap="medium")
    with left, st.container(horizontal_alignment="center"):
        st.altair_chart(charts.topic_radar(rows), width=320, alt=_radar_alt(visit, lines))
        st.caption(visit.t("result.legend-target"))
    with right:
        listed = "; ".join(f"{row.label}: {row.shown}" for row in rows)
        st.altair_chart(charts.topic_bars(rows), width="stretch", alt=visit.t("result.bars-alt", list=listed))
    with st.expander(visit.t("result.table-title"), type="compact", key="topic_table"):
        headings = [visit.t(f"result.table.{one}") for one in ("topic", "score", "target", "answered")]
        st.table(
            [
                dict(
                    zip(
                        headings,
                        (row.label, row.shown, _shown(visit, line.target), line.answered),
                        strict=True,
                    )
                )
                for row, line in zip(rows, lines, strict=True)
            ],
            hide_index=True,
        )


def _radar_alt(visit: Visit, lines: Sequence[_TopicLine]) -> str:
    scored = [line for line in lines if line.score is not None]
    best = max(scored, key=lambda line: line.score or 0)
    worst = min(scored, key=lambda line: line.score or 0)
    return visit.t(
        "result.radar-alt",
        best=best.topic.title,
        best_score=best.score,
        worst=worst.topic.title,
        worst_score=worst.score,
    )


def _origin(visit: Visit, scorecard: Scorecard) -> None:
    low, _ = _known(scorecard)
    with st.expander(visit.t("result.origin-title"), icon=":material/calculate:", key="origin"):
        st.markdown(visit.md("result.origin-lead", score=low))
        parts = contributions(scorecard)
        topics = {topic.id: topic for topic in visit.catalogue.topics}
        for part in parts:
            topic = topics[part.topic]
            line = visit.md(
                "result.origin-topic",
                number=topic.order,
                title=topic.title,
                points=part.points,
                most=part.most,
                score=part.score,
            )
            share = number(part.share, visit.language, 1)
            weight = f"{visit.t('result.origin.weight')} {part.weight}"
            with st.container(horizontal=True, horizontal_alignment="distribute", key=f"row_origin_{topic.id}"):
                st.markdown(f"**{line}** · {weight}", width="content")
                st.markdown(f"{visit.t('result.origin.share')} **{share}**", width="content")
            st.caption("  \n".join(_question_line(visit, one) for one in scorecard.topic(topic.id).questions))
        st.markdown(
            f"**{visit.t('result.origin.total')}: {number(sum(part.share for part in parts), visit.language, 1)}**"
        )
        level, _ = _levels(scorecard)
        caps = ", ".join(sorted({str(gate.cap) for gate in level.gates})) or visit.t("result.origin-no-caps")
        st.caption(visit.t("result.origin-rule", band=level.band, weakest=level.weakest_band + 1, caps=caps))


def _question_line(visit: Visit, one: QuestionScore) -> str:
    question = visit.catalogue.questions[one.question]
    key = {
        Mark.LEVEL: "result.origin-question",
        Mark.UNKNOWN: "result.origin-unknown",
        Mark.UNANSWERED: "result.origin-unanswered",
        Mark.NOT_APPLICABLE: "result.origin-not-applicable",
    }[one.mark]
    return visit.md(
        key, number=question.number, weight=one.weight, level=one.level, points=points_of(one), most=most_of(one)
    )


def _strengths(visit: Visit, result: Result) -> None:
    st.header(visit.t("result.strengths"), anchor=False)
    lines = []
    for one in result.strengths:
        number, matter = visit.catalogue.questions[one.question].number, _matter(visit, one.question)
        lines.append(f"- {visit.md('result.strength-line', number=number, matter=matter, level=one.declared)}")
    st.markdown("\n".join(lines) or visit.t("result.strengths-none"))


def _gaps(visit: Visit, result: Result) -> None:
    st.header(visit.t("result.gaps"), anchor=False)
    if not result.findings:
        st.markdown(visit.t("result.gaps-none"))
        return
    st.caption(visit.t("result.gaps-lead", count=len(result.findings)))
    shows_all = st.session_state.get("all_gaps", False)
    # What the law asks is never folded away.
    shown = max(SHOWN_GAPS, sum(finding.gate_failed for finding in result.findings))
    for finding in result.findings if shows_all else result.findings[:shown]:
        _gap(visit, finding)
    if len(result.findings) > shown and not shows_all:
        st.button(
            visit.t("result.show-all", count=len(result.findings)),
            key="show_all_gaps",
            on_click=lambda: st.session_state.update(all_gaps=True),
        )


def _gap(visit: Visit, finding: Finding) -> None:
    question = visit.catalogue.questions[finding.question]
    with st.container(key=f"row_{finding.question}", gap="xxsmall"):
        quick = f" :gray-badge[{visit.t('result.quick-win')}]" if finding.is_quick_win else ""
        if finding.mark is Mark.UNANSWERED:
            quick += f" :gray-badge[:material/help: {visit.t('result.unanswered')}]"
        st.markdown(visit.md("result.gap-line", number=question.number, action=question.action))
        due = visit.t("result.by", day=day(finding.due, visit.language))
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"{_urgency(visit, finding)}{quick} {due}", width="content")
            _open_button(visit, question, "gap")
        st.caption(
            visit.md(
                "result.gap-why",
                level=_level_shown(visit, finding),
                target=finding.target,
                priority=finding.priority,
                impact=finding.impact,
                gap=finding.gap,
                effort=finding.effort,
            )
        )


def _level_shown(visit: Visit, finding: Finding) -> str:
    if finding.mark is Mark.UNKNOWN:
        return visit.t("assessment.choice.unknown")
    if finding.level is None:
        return _capital(visit.t("result.unanswered"))
    return visit.t("result.gap-level", level=finding.level)


def _unknowns(visit: Visit, result: Result) -> None:
    if not result.unknowns:
        return
    st.header(visit.t("result.unknowns"), anchor=False)
    for one in result.unknowns:
        question = visit.catalogue.questions[one.question]
        st.markdown(f"- {plain(question.number)} · {plain(visit.say(question.text))}")


@st.fragment
def _what_if(visit: Visit, result: Result) -> None:
    scorecard = result.self_score
    st.header(visit.t("result.what-if"), anchor=False)
    with st.container(border=True):
        st.markdown(visit.t("result.what-if-lead"))
        raisable = [finding.question for finding in result.findings] or [
            one.question for topic in scorecard.topics for one in topic.questions if one.mark is not Mark.NOT_APPLICABLE
        ]
        questions = visit.catalogue.questions
        chosen = st.selectbox(
            visit.t("result.what-if-question"),
            raisable,
            format_func=lambda one: f"{questions[one].number} · {_matter(visit, one)}",
            key="what_if_question",
            filter_mode=None,
        )
        if chosen:
            st.caption(plain(visit.say(questions[chosen].text)))
        level = st.pills(
            visit.t("result.what-if-level"), LEVELS, default=4, required=True, key="what_if_level", format_func=str
        )
        if chosen and level is not None:
            _tried(visit, result, chosen, int(level))
        _cheapest(visit, result)


def _tried(visit: Visit, result: Result, question: str, level: int) -> None:
    after = assessing.tried(result.opened, {question: level})
    before_low, _ = _known(result.self_score)
    after_low, _ = _known(after)
    before_level, after_level = _levels(result.self_score)[0], _levels(after)[0]
    st.markdown(
        visit.t(
            "result.what-if-result",
            from_score=before_low,
            to_score=after_low,
            from_level=before_level.level,
            to_level=after_level.level,
            name=visit.catalogue.method.levels[after_level.level].name,
        )
    )


def _cheapest(visit: Visit, result: Result) -> None:
    way = assessing.cheapest_way(result.opened)
    if way is None:
        st.caption(visit.t("result.cheapest-top"))
        return
    name = visit.catalogue.method.levels[way.target_level].name
    title = visit.md("result.cheapest", level=way.target_level, name=name)
    with st.expander(title, type="compact", icon=":material/trending_up:", key="cheapest"):
        for step in way.steps:
            question = visit.catalogue.questions[step.question]
            st.markdown(
                "- "
                + visit.md(
                    "result.cheapest-step",
                    number=question.number,
                    from_level=step.from_level,
                    to_level=step.to_level,
                    action=question.levels[step.to_level],
                )
            )
        if way.to_verify:
            st.markdown(visit.t("result.cheapest-register"))
        st.caption(visit.t("result.cheapest-effort" if way.exact else "result.cheapest-estimate", effort=way.effort))


def _open_button(visit: Visit, question: Question, place: str) -> None:
    topic = visit.catalogue.topic_of[question.id]
    label = visit.t("result.open-question", number=question.number)
    if st.button(
        label,
        type="tertiary",
        icon=":material/chevron_right:",
        icon_position="right",
        key=f"open_{place}_{question.id}",
    ):
        st.switch_page("enterprise/assessment.py", query_params={"chu-de": str(topic.order)})


def _known(scorecard: Scorecard) -> tuple[Fraction, Fraction]:
    """Return both bounds of a scorecard that has a score."""
    return scorecard.low or Fraction(0), scorecard.high or Fraction(0)


def _levels(scorecard: Scorecard) -> tuple[Level, Level]:
    if scorecard.level_low is None or scorecard.level_high is None:
        raise ValueError("a scorecard without a score has no level")
    return scorecard.level_low, scorecard.level_high


def _shown(visit: Visit, value: Fraction | None) -> str:
    return visit.t("result.no-topic-score") if value is None else number(value, visit.language, 1)


def _matter(visit: Visit, question_id: str) -> str:
    """Return what a question is about, as a short phrase."""
    return _capital(visit.say(visit.catalogue.findings[question_id].object))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


if __name__ == "__main__":
    show()
