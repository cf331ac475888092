"""Over time: the results of the periods, any two days side by side, and the beginning of the next period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from uuid import UUID

import streamlit as st

from core.domain.comparing import PeriodResult, edition_changes
from core.domain.register.typed import read_day
from core.domain.scorecard import Scorecard
from core.errors import BadInput
from core.language import day, number
from core.render import charts
from core.services import assessing, comparing
from core.services.comparing import OpenPast, PastDay
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Audience, Visit
from pages.widgets.comparison import draw_comparison
from pages.widgets.reviews import letter_links, state_badge

_PLACE = "next_period"
_BEGUN = "next_period.begun"
_ANOTHER = "another"
SIDES = ("tu", "den")
"""Names of the earlier and the later day in the address."""
SHOWN_PERIODS = 4
"""Periods in the table by topic: more columns are not read on a phone."""


def show() -> None:
    with frame.open_page(needs=Audience.ENTERPRISE) as here:
        enterprise_id = chosen_enterprise(here)
        assessing.open_assessment(here.environment, here.person, enterprise_id)
        past = comparing.open_past(here.environment, here.person, enterprise_id)
        visit = here.in_edition(past.catalogue)
        st.page_link("enterprise/result.py", label=visit.t("time.back"), icon=":material/arrow_back:")
        st.title(visit.t("time.title"), anchor=False)
        st.markdown(visit.t("time.lead"))
        _next(visit, past, enterprise_id)
        _years(visit, past)
        _days(visit, past, enterprise_id)


# The next period


def _next(visit: Visit, past: OpenPast, enterprise_id: UUID) -> None:
    frame.refusal(visit, _PLACE)
    if st.session_state.pop(_BEGUN, False):
        with st.container(border=True, gap="small"):
            st.markdown(f":green[:material/check:] {visit.t('time.next.begun')}")
            st.page_link(
                "enterprise/assessment.py", label=visit.t("time.next.to-answers"), icon=":material/chevron_right:"
            )
    if not past.may_begin:
        return
    with st.container(border=True, gap="small"):
        st.header(visit.t("time.next.title"), anchor=False)
        st.markdown(visit.t("time.next.text"))
        with st.popover(visit.t("time.next.begin"), type="primary", icon=":material/event:", key="begin_next"):
            st.markdown(visit.t("time.next.what"))
            st.button(
                visit.t("time.next.yes"),
                key="begin_next_yes",
                on_click=lambda: frame.attempt(_PLACE, _begin, enterprise_id),
            )


def _begin(visit: Visit, enterprise_id: UUID) -> None:
    assessing.begin_next(visit.environment, visit.person, enterprise_id)
    st.session_state[_BEGUN] = True


# The years


def _years(visit: Visit, past: OpenPast) -> None:
    st.header(visit.t("time.years.title"), anchor=False)
    results = past.results
    if not results:
        st.markdown(visit.t("time.years.none"))
        return
    names = _names(visit, results)
    _chart(visit, results, names)
    headings = [visit.t(f"time.years.{one}") for one in ("period", "self", "validated", "edition")]
    st.table(
        [
            dict(
                zip(
                    headings,
                    (
                        name,
                        _cell(visit, one.self_score),
                        _cell(visit, one.validated),
                        one.edition,
                    ),
                    strict=True,
                )
            )
            for name, one in zip(names, results, strict=True)
        ],
        hide_index=True,
    )
    for one in edition_changes(results):
        st.info(visit.md("time.years.edition-changed", day=one.on, edition=one.edition), icon=":material/info:")
    _topics(visit, results, names)
    _papers(visit, past)


def _names(visit: Visit, results: tuple[PeriodResult, ...]) -> tuple[str, ...]:
    """Return a name for each period: its day, with its number where another one has the same day."""
    days = Counter(one.on for one in results)
    return tuple(
        day(one.on, visit.language) if days[one.on] == 1 else visit.t("time.years.same-day", day=one.on, number=place)
        for place, one in enumerate(results, start=1)
    )


def _chart(visit: Visit, results: tuple[PeriodResult, ...], names: tuple[str, ...]) -> None:
    rows, listed = [], []
    for period, one in zip(names, results, strict=True):
        declared = _points(visit, one.self_score)
        validated = one.validated
        rows.append(
            charts.PeriodRow(
                label=period,
                declared=float(one.self_score.low or 0),
                declared_shown=declared,
                validated=float(validated.low) if validated and validated.low is not None else None,
                validated_shown=_points(visit, validated) if validated else "",
            )
        )
        words = "time.years.alt-both" if validated else "time.years.alt-one"
        listed.append(visit.t(words, period=period, declared=declared, validated=rows[-1].validated_shown))
    alt = visit.t("time.years.alt", list="; ".join(listed))
    st.altair_chart(charts.period_lines(rows), width="stretch", alt=alt)
    legend = visit.t("time.years.legend-self")
    if any(one.validated for one in results):
        legend += f" {visit.t('time.years.legend-validated')}"
    st.caption(legend)


def _topics(visit: Visit, results: tuple[PeriodResult, ...], names: tuple[str, ...]) -> None:
    latest = list(zip(names, results, strict=True))[-SHOWN_PERIODS:]
    with st.expander(visit.t("time.years.topics"), type="compact", key="years_topics"):
        table = []
        for topic in visit.catalogue.topics:
            title = visit.t("widgets.topic", number=topic.order, title=topic.title)
            line = {visit.t("time.pair.table.topic"): title}
            for name, one in latest:
                scores = [_topic_points(visit, one.self_score, topic.id)]
                if one.validated:
                    scores.append(_topic_points(visit, one.validated, topic.id))
                line[name] = " / ".join(scores)
            table.append(line)
        st.table(table, hide_index=True)
        st.caption(visit.t("time.years.topics-note"))
        if len(results) > len(latest):
            st.caption(visit.t("time.years.topics-latest", count=len(latest)))


def _papers(visit: Visit, past: OpenPast) -> None:
    handed_in = [one for one in past.periods if one.submission_id]
    if not handed_in:
        return
    with st.expander(visit.t("time.years.papers"), type="compact", icon=":material/history:", key="years_papers"):
        for one in reversed(handed_in):
            if one.submission_id:
                began = visit.md("time.years.began", day=one.started_on)
                st.markdown(f"{state_badge(visit, one.state)} {began}")
                letter_links(visit, one.submission_id, "receipt")
                if one.result and one.result.validated:
                    letter_links(visit, one.submission_id, "decision")


def _cell(visit: Visit, card: Scorecard | None) -> str:
    if card is None or card.level_low is None:
        return visit.t("time.years.no-score")
    return visit.t("time.years.cell", score=_points(visit, card), level=card.level_low.level)


def _points(visit: Visit, card: Scorecard) -> str:
    """Return a score as it is written, as a range while something is open."""
    if card.low is None or card.high is None:
        return visit.t("time.years.no-score")
    low = number(card.low, visit.language, 1)
    return low if card.low == card.high else f"{low}–{number(card.high, visit.language, 1)}"


def _topic_points(visit: Visit, card: Scorecard, topic_id: str) -> str:
    low = next((one.low for one in card.topics if one.topic == topic_id), None)
    return visit.t("result.no-topic-score") if low is None else number(low, visit.language, 1)


# Two days


def _days(visit: Visit, past: OpenPast, enterprise_id: UUID) -> None:
    st.header(visit.t("time.days.title"), anchor=False)
    st.markdown(visit.t("time.days.lead"))
    names = _marked(visit, past)
    marked = list(names)
    defaults = (marked[-2] if len(marked) > 1 else marked[-1], marked[-1])
    with st.container(border=True), st.grid(2, min_column_width=260):
        one, other = (_choose(visit, past, side, names, default) for side, default in zip(SIDES, defaults, strict=True))
    if one is None or other is None:
        return
    if one == other:
        st.info(visit.t("time.days.same"), icon=":material/info:")
        return
    found = comparing.compare_days(visit.environment, visit.person, enterprise_id, one, other)
    if found is None:
        return
    titles = (day(found.before.on, visit.language), day(found.after.on, visit.language))
    notices = [
        visit.md("time.pair.facts-unknown", day=one.on) for one in (found.before, found.after) if _is_partly(one)
    ]
    draw_comparison(visit.in_edition(found.catalogue), found.comparison, found.earlier_catalogue, titles, notices)


def _is_partly(one: PastDay) -> bool:
    return not one.are_facts_known


def _marked(visit: Visit, past: OpenPast) -> Mapping[date, str]:
    """Return the days on which something happened, with what it was, in order."""
    words: dict[date, list[str]] = {}
    for mark in past.marks:
        words.setdefault(mark.on, []).append(visit.t(f"time.days.mark.{mark.what}", round=mark.round))
    return {on: f"{day(on, visit.language)} · {', '.join(words[on])}" for on in sorted(words)}


def _choose(visit: Visit, past: OpenPast, side: str, names: Mapping[date, str], default: date) -> date | None:
    """Draw the choice of a day; None while another day is asked for and not typed yet."""
    key = f"day_{side}"
    with st.container(gap="xsmall"):
        asked = _asked(past, side) or default
        if f"{key}.other" not in st.session_state:
            st.session_state[key] = asked.isoformat()
        st.selectbox(
            visit.t(f"time.days.{'one' if side == SIDES[0] else 'other'}"),
            [*dict.fromkeys(one.isoformat() for one in (*names, asked)), _ANOTHER],
            format_func=lambda one: _day_words(visit, names, one),
            key=key,
            filter_mode=None,
            on_change=lambda: _chosen(side),
        )
        if st.session_state[key] != _ANOTHER:
            return asked
        st.text_input(
            visit.t("time.days.typed"),
            placeholder=visit.t("time.days.example"),
            key=f"{key}.typed",
            on_change=lambda: frame.attempt(key, _type, past, side),
        )
        frame.refusal(visit, key)
        return None


def _day_words(visit: Visit, names: Mapping[date, str], one: str) -> str:
    if one == _ANOTHER:
        return visit.t("time.days.another")
    on = date.fromisoformat(one)
    return names.get(on) or day(on, visit.language)


def _asked(past: OpenPast, side: str) -> date | None:
    """Return the day of the address; None for one that cannot be looked at."""
    try:
        found = date.fromisoformat(st.query_params.get(side, ""))
    except ValueError:
        return None
    return found if past.first_day <= found <= past.today else None


def _chosen(side: str) -> None:
    key = f"day_{side}"
    chosen = st.session_state[key]
    if chosen == _ANOTHER:
        st.session_state[f"{key}.other"] = True
        return
    st.session_state.pop(f"{key}.other", None)
    st.query_params[side] = chosen


def _type(_: Visit, past: OpenPast, side: str) -> None:
    key = f"day_{side}"
    found = read_day("on", st.session_state[f"{key}.typed"])
    if not past.first_day <= found <= past.today:
        raise BadInput("date-out-of-range", field="on", value=found, least=past.first_day, most=past.today)
    st.session_state.pop(f"{key}.other", None)
    st.query_params[side] = found.isoformat()


if __name__ == "__main__":
    show()
