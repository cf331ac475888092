"""The queue of submissions: what waits longest first, found by state, person, place, trade and level; taken, given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from uuid import UUID

import streamlit as st

from core.domain.assessment import AssessmentState
from core.domain.review import QueueFilter
from core.language import number
from core.services import reviewing
from core.services.reviewing import PAGE_SIZE, WAITING, QueuePage
from pages import frame
from pages.frame import Audience, Visit
from pages.widgets.boxes import empty_state
from pages.widgets.levels import LEVELS, level_name
from pages.widgets.reviews import hand_over, hand_over_fields, state_badge
from pages.widgets.writing import plain

HERE = "adviser/queue.py"
REVIEW = "adviser/review.py"
LONG_WAIT_DAYS = 7
"""A submission that waits longer is marked."""
ADDRESS = "queue_address"
"""Where the session keeps the filters of the queue, to come back to them."""
_PLACE = "queue"
_ALL = "all"
_STATE, _WHO, _PROVINCE, _SECTOR, _LEVEL, _GATES, _PAGE = (
    "trang-thai",
    "nguoi",
    "tinh",
    "nghe",
    "muc",
    "vi-pham",
    "trang",
)
_MINE, _NOBODY = "mine", "nobody"
_STATES = (
    AssessmentState.SUBMITTED,
    AssessmentState.IN_REVIEW,
    AssessmentState.CHANGES_REQUESTED,
    AssessmentState.REVIEWED,
)


def show() -> None:
    with frame.open_page(width=1160, needs=Audience.ADVISER) as visit:
        st.session_state[ADDRESS] = dict(st.query_params)
        wanted, first = _wanted(visit), _first_line()
        page = reviewing.queue(visit.environment, visit.person, wanted, offset=first)
        st.title(visit.t("review.queue.title"), anchor=False)
        frame.refusal(visit, _PLACE)
        _filters(visit, page)
        if not page.lines:
            _nothing(visit)
            return
        with st.container(border=True, gap="xxsmall"):
            for place in range(len(page.lines)):
                _row(visit, page, place)
        _paging(visit, page)
        if page.leads:
            _hand_over(visit, page)


# Filters: the address holds them


def _wanted(visit: Visit) -> QueueFilter:
    state, who = _asked(_STATE), _asked(_WHO)
    province, sector, level = _asked(_PROVINCE), _asked(_SECTOR), _asked(_LEVEL)
    return QueueFilter(
        provinces=frozenset({province} if province else ()),
        states=frozenset({AssessmentState(state)}) if state in set(_STATES) else WAITING,
        sectors=frozenset({sector} if sector in visit.catalogue.sectors else ()),
        levels=frozenset({int(level)} if level in {str(one) for one in LEVELS} else ()),
        only_gates=_asked(_GATES) == "1",
        mine=visit.person.account_id if who == _MINE else None,
        nobodys=who == _NOBODY,
    )


def _asked(name: str) -> str:
    return str(st.query_params.get(name, ""))


def _first_line() -> int:
    asked = _asked(_PAGE)
    page = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
    return (max(page, 1) - 1) * PAGE_SIZE


def _filters(visit: Visit, page: QueuePage) -> None:
    counts = page.counts
    states = {_ALL: f"{visit.t('review.queue.waiting')} {sum(counts.get(one, 0) for one in WAITING)}"}
    states |= {one.value: f"{visit.t(f'review.queue.state.{one.value}')} {counts.get(one, 0)}" for one in _STATES}
    _pills(visit, _STATE, states)
    people = {
        _ALL: visit.t("review.queue.everybodys"),
        _MINE: f"{visit.t('review.queue.mine')} {page.on_me}",
        _NOBODY: f"{visit.t('review.queue.nobodys')} {page.on_nobody}",
    }
    _pills(visit, _WHO, people)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        provinces = sorted(reviewing.provinces_of(visit.person))
        if len(provinces) > 1:
            names = {one: visit.say(visit.catalogue.provinces[one].name) for one in provinces}
            _choice(visit, _PROVINCE, names, "review.queue.every-province")
        sectors = {one.id: visit.say(one.title) for one in visit.catalogue.sectors.values()}
        _choice(visit, _SECTOR, sectors, "review.queue.every-trade")
        _choice(visit, _LEVEL, {str(one): level_name(visit, one) for one in LEVELS}, "review.queue.every-level")
        key = f"queue_{_GATES}"
        st.session_state[key] = _asked(_GATES) == "1"
        st.checkbox(visit.t("review.queue.gates"), key=key, on_change=_put, args=(_GATES, key))


def _pills(visit: Visit, name: str, labels: Mapping[str, str]) -> None:
    key = f"queue_{name}"
    st.session_state[key] = _asked(name) if _asked(name) in labels else _ALL
    st.pills(
        visit.t(f"review.queue.by.{name}"),
        list(labels),
        required=True,
        format_func=lambda one: labels.get(one, one),
        key=key,
        label_visibility="collapsed",
        on_change=_put,
        args=(name, key),
    )


def _choice(visit: Visit, name: str, names: Mapping[str, str], everything: str) -> None:
    key = f"queue_{name}"
    labels = {_ALL: visit.t(everything), **names}
    st.session_state[key] = _asked(name) if _asked(name) in names else _ALL
    st.selectbox(
        visit.t(f"review.queue.by.{name}"),
        list(labels),
        format_func=lambda one: labels.get(one, one),
        key=key,
        filter_mode=None,
        label_visibility="collapsed",
        width=240,
        on_change=_put,
        args=(name, key),
    )


def _put(name: str, key: str) -> None:
    """Bring a chosen filter into the address, and begin at the first page."""
    value = st.session_state[key]
    chosen = "1" if value is True else "" if value in (False, None, _ALL) else str(value)
    for gone in (name, _PAGE):
        st.query_params.pop(gone, None)
    if chosen:
        st.query_params[name] = chosen


def _nothing(visit: Visit) -> None:
    is_filtered = any(_asked(name) for name in (_STATE, _WHO, _PROVINCE, _SECTOR, _LEVEL, _GATES, _PAGE))
    words = "review.queue.none-found" if is_filtered else "review.queue.empty"
    if empty_state(
        visit.t(f"{words}.title"),
        visit.t(f"{words}.text"),
        action=visit.t("review.queue.show-all") if is_filtered else "",
        key="queue",
    ):
        st.switch_page(HERE)


# The list


def _row(visit: Visit, page: QueuePage, place: int) -> None:
    line = page.lines[place]
    submission = line.submission
    is_waiting = submission.state in WAITING
    with st.container(
        horizontal=True,
        gap="xsmall",
        vertical_alignment="center",
        horizontal_alignment="distribute",
        key=f"row_{submission.id}",
    ):
        law = _law(visit, submission.gates_failed, is_overdue=submission.is_overdue)
        mark = f" :blue-badge[{visit.t('review.queue.new')}]" if line.is_new else ""
        where = _place(visit, submission.province, submission.sector)
        with st.container(horizontal=True, wrap=False, gap="xsmall", vertical_alignment="center", width=350):
            if page.leads:
                st.checkbox(
                    visit.md("review.queue.tick", name=line.enterprise_name),
                    key=f"tick_{submission.id}",
                    label_visibility="collapsed",
                    disabled=submission.id not in page.may_assign,
                )
            st.markdown(f"**{plain(line.enterprise_name)}**{mark}  \n:small[{where}]")
        st.markdown(
            f"{state_badge(visit, submission.state)} {visit.t('review.queue.round', round=submission.round)}  \n"
            f":small[{' · '.join([*_score(visit, submission.level, submission.score), *law])}]",
            width=330,
        )
        who = line.assigned_name or visit.t("review.queue.nobody")
        st.markdown(f"{_wait(visit, submission.waiting_since, is_waiting)}  \n:small[{plain(who)}]", width=130)
        with st.container(horizontal=True, wrap=False, horizontal_alignment="right", width=140):
            if submission.id in page.may_take and submission.assigned_to is None:
                st.button(
                    visit.t("review.queue.take"),
                    key=f"take_{submission.id}",
                    on_click=lambda: frame.attempt(_PLACE, _take, submission.id, submission.assigned_to),
                )
            if st.button(
                visit.t("review.queue.open"),
                type="primary" if place == 0 else "secondary",
                key=f"open_{submission.id}",
            ):
                st.switch_page(REVIEW, query_params={"id": str(submission.id)})


def _place(visit: Visit, province_code: str, sector_id: str) -> str:
    province, sector = visit.catalogue.provinces.get(province_code), visit.catalogue.sectors.get(sector_id)
    known = [visit.say(province.name) if province else "", visit.say(sector.title) if sector else ""]
    return plain(" · ".join(one for one in known if one))


def _score(visit: Visit, level: int | None, score: str) -> Sequence[str]:
    if level is None:
        return ()
    return (visit.t("review.queue.level", level=level, score=number(Fraction(score), visit.language, 1)),)


def _law(visit: Visit, gates_failed: int, *, is_overdue: bool) -> Sequence[str]:
    said = []
    if gates_failed:
        said.append(f":red[:material/gavel: {visit.t('review.queue.gates-failed', count=gates_failed)}]")
    if is_overdue:
        said.append(f":red[{visit.t('review.queue.overdue')}]")
    return said


def _wait(visit: Visit, since: datetime, is_waiting: bool) -> str:
    days = (visit.environment.now() - since).days
    colour = "orange" if is_waiting and days > LONG_WAIT_DAYS else "gray"
    words = visit.t("review.queue.days", days=days) if days else visit.t("review.queue.today")
    return f":{colour}-badge[:material/schedule: {words}]"


def _paging(visit: Visit, page: QueuePage) -> None:
    last = page.offset + len(page.lines)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(
            visit.t("review.queue.shown", first=page.offset + 1, last=last, count=page.total),
            width="content",
        )
        if page.total <= PAGE_SIZE:
            return
        with st.container(horizontal=True, width="content"):
            back = st.button(
                visit.t("register.page-back"),
                icon=":material/chevron_left:",
                disabled=page.offset == 0,
                key="page_back",
            )
            ahead = st.button(
                visit.t("register.page-ahead"),
                icon=":material/chevron_right:",
                icon_position="right",
                disabled=last >= page.total,
                key="page_ahead",
            )
        if back or ahead:
            wanted = page.offset // PAGE_SIZE + 1 + (1 if ahead else -1)
            st.switch_page(HERE, query_params={**dict(st.query_params), _PAGE: str(wanted)})


# Handing over


def _hand_over(visit: Visit, page: QueuePage) -> None:
    ticked = [line.submission.id for line in page.lines if st.session_state.get(f"tick_{line.submission.id}")]
    st.header(visit.t("review.queue.hand-over"), anchor=False)
    with st.container(border=True):
        names = reviewing.reviewers_of(visit.environment, visit.person)
        load = reviewing.load(visit.environment, visit.person)
        lines = [visit.md("review.queue.load", name=name, count=load.get(one, 0)) for one, name in names.items()]
        lines.append(visit.t("review.queue.load-nobody", count=load.get(None, 0)))
        st.caption(" · ".join(lines))
        hand_over_fields(visit, names, "queue")
        st.button(
            visit.t("review.queue.hand-over-some", count=len(ticked)),
            disabled=not ticked,
            key="hand_over",
            on_click=lambda: frame.attempt(_PLACE, _give, ticked),
        )


# Deeds


def _take(visit: Visit, submission_id: UUID, seen: UUID | None) -> None:
    reviewing.take(visit.environment, visit.person, submission_id, seen=seen)


def _give(visit: Visit, submission_ids: Sequence[UUID]) -> None:
    hand_over(visit, submission_ids, "queue")
    for submission_id in submission_ids:
        st.session_state[f"tick_{submission_id}"] = False


if __name__ == "__main__":
    show()
