"""The enterprise's start page: the next step, and all steps with their state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from core.domain.assessment import AssessmentState
from core.domain.carrying_out import TaskStanding
from core.domain.instruments import InstrumentState
from core.domain.journey import ProgrammeState
from core.domain.register.listing import URGENCY, count_by_state
from core.domain.scorecard import Scorecard
from core.services import assessing, enterprises, following, issuing, programming, registering, two_views
from core.services.assessing import Result, TopicProgress
from core.services.enterprises import OpenProfile
from core.services.following import Followed
from core.services.issuing import Stage
from pages import frame
from pages.enterprise.chosen import choose_enterprise, chosen_enterprise
from pages.frame import Audience, Visit
from pages.widgets.boxes import STEP_DONE, STEP_LAW, STEP_NOW, STEP_WAITS, Step, next_card, step_list
from pages.widgets.writing import plain

MINUTES_PER_QUESTION = 0.75
PAGES = {
    "profile": "enterprise/profile.py",
    "assessment": "enterprise/assessment.py",
    "instruments": "enterprise/register.py",
    "result": "enterprise/result.py",
    "programme": "enterprise/programme.py",
    "submit": "enterprise/hand_in.py",
    "issue": "enterprise/issuing.py",
    "follow": "enterprise/issuing.py",
}
WITH_SCORE = ("result", "programme", "submit", "issue", "follow")
"""Steps that open once a question is answered."""
BEING_ISSUED = (ProgrammeState.OPINIONS_ASKED, ProgrammeState.AGREED, ProgrammeState.ISSUED)
IN_PLACE = (ProgrammeState.UNDER_WAY, ProgrammeState.ENDED)


@dataclass(frozen=True, slots=True)
class _Work:
    """What the start page needs to know."""

    profile: OpenProfile
    result: Result
    topics: Sequence[TopicProgress]
    edits: int
    stage: Stage
    followed: Followed | None
    states: Mapping[InstrumentState, int]

    @property
    def left(self) -> int:
        return sum(topic.left for topic in self.topics)

    @property
    def scorecard(self) -> Scorecard:
        return self.result.self_score

    @property
    def state(self) -> AssessmentState:
        return self.result.opened.assessment.state

    @property
    def next_step(self) -> str:
        if self.profile.missing:
            return "profile"
        if self.state is AssessmentState.CHANGES_REQUESTED:
            return "submit"
        if self.stage.state in IN_PLACE:
            return "follow"
        if self.stage.state in BEING_ISSUED:
            return "issue"
        if self.left:
            return "assessment"
        return "issue" if self.state is AssessmentState.REVIEWED else "programme"


def show() -> None:
    with frame.open_page(needs=Audience.ENTERPRISE) as here:
        work = _work(here)
        visit = here.in_edition(work.result.opened.catalogue)
        _heading(visit, work)
        _next(visit, work)
        st.header(visit.t("start.steps"), anchor=False)
        pressed = step_list(
            [_step(visit, work, key) for key in ("profile", "assessment", "instruments", "result")]
            + [_step(visit, work, key) for key in ("programme", "submit", "issue", "follow")]
        )
        st.page_link("enterprise/tools.py", label=visit.t("tools.link"), icon=":material/calculate:")
        st.page_link("enterprise/yearly_report.py", icon=":material/rate_review:")
        st.page_link("enterprise/members.py", icon=":material/group:")
        waiting = two_views.waiting(here.environment, here.person, work.profile.enterprise.id)
        label = visit.t("views.waiting", count=waiting) if waiting else visit.t("views.title")
        st.page_link("enterprise/two_views.py", label=label, icon=":material/rate_review:")
        if pressed:
            _go(pressed)


def _work(visit: Visit) -> _Work:
    enterprise_id = chosen_enterprise(visit)
    result = assessing.result(visit.environment, visit.person, enterprise_id)
    profile = enterprises.open_profile(visit.environment, visit.person, enterprise_id)
    edits = programming.edit_count(visit.environment, result)
    stage = issuing.stage_of(visit.environment, result)
    followed = following.followed_version(visit.environment, stage.in_force)
    register = registering.open_register(visit.environment, visit.person, enterprise_id)
    states = count_by_state(register.standings)
    return _Work(profile, result, assessing.progress(result.opened), edits, stage, followed, states)


def _heading(visit: Visit, work: _Work) -> None:
    profile = work.profile.profile
    st.title(plain(profile.name), anchor=False)
    province = visit.catalogue.provinces.get(profile.province)
    sector = visit.catalogue.sectors.get(profile.sector)
    known = [visit.say(province.name) if province else "", visit.say(sector.title) if sector else ""]
    if profile.workers is not None:
        known.append(visit.t("start.workers", count=profile.workers))
    st.caption(plain(" · ".join(one for one in known if one)))
    others = [one for one in visit.person.memberships if one != work.profile.enterprise.id]
    if others:
        _other_enterprises(visit, work)


def _other_enterprises(visit: Visit, work: _Work) -> None:
    names = {
        one: enterprises.open_profile(visit.environment, visit.person, one).profile.name
        for one in visit.person.memberships
    }
    st.selectbox(
        visit.t("start.other-enterprise"),
        list(names),
        index=list(names).index(work.profile.enterprise.id),
        format_func=lambda one: names[one],
        key="other_enterprise",
        filter_mode=None,
        on_change=lambda: choose_enterprise(st.session_state["other_enterprise"]),
    )


def _next(visit: Visit, work: _Work) -> None:
    key = work.next_step
    title, detail, action = _next_words(visit, work, key)
    with next_card(visit):
        st.header(title, anchor=False)
        st.markdown(detail)
        if st.button(action, type="primary", icon=":material/arrow_forward:", icon_position="right", key="next_step"):
            _go(key)


def _next_words(visit: Visit, work: _Work, key: str) -> tuple[str, str, str]:
    saved = work.result.opened.saved_at
    last = visit.md("start.saved-last", moment=saved) if saved else visit.t("start.nothing-saved")
    if key == "assessment":
        topic = next(one for one in work.topics if not one.is_done)
        detail = visit.md(
            "start.step.assessment.next-topic-detail",
            title=topic.topic.title,
            left=topic.left,
            minutes=_minutes(topic.left),
        )
        action = "continue" if work.scorecard.answered else "action"
        return (
            visit.t("start.step.assessment.next-topic", number=topic.topic.order),
            f"{detail} {last}",
            visit.t(f"start.step.assessment.{action}"),
        )
    action = f"issuing.home.{key}.action" if key in ("issue", "follow") else f"start.step.{key}.action"
    return visit.t(f"start.step.{key}.title"), _line(visit, work, key), visit.t(action)


def _step(visit: Visit, work: _Work, key: str) -> Step:
    is_next = key == work.next_step
    has_page = key in PAGES and (work.scorecard.has_score or key not in WITH_SCORE)
    has_page &= key != "follow" or work.stage.held is not None
    return Step(
        key=key,
        title=visit.t(f"start.step.{key}.title"),
        icon=_icon(work, key),
        line=_line(visit, work, key),
        badge=f":blue-badge[{visit.t('start.state.now')}]" if is_next else "",
        action=visit.t("start.open") if has_page else "",
    )


def _icon(work: _Work, key: str) -> str:
    done = {
        "profile": not work.profile.missing,
        "assessment": work.left == 0,
        "result": work.scorecard.is_complete and work.scorecard.has_score,
        "programme": work.stage.state is not ProgrammeState.DRAFT,
        "submit": work.state is AssessmentState.REVIEWED,
        "issue": work.stage.held is not None or work.stage.state is ProgrammeState.ENDED,
        "follow": work.stage.state is ProgrammeState.ENDED,
    }
    if key == "instruments":
        if work.result.opened.register.overdue:
            return STEP_LAW
        waits = {InstrumentState.OVERDUE, InstrumentState.NO_DATE, InstrumentState.DUE_SOON} & work.states.keys()
        return STEP_NOW if waits or not work.states else STEP_DONE
    if done.get(key):
        return STEP_DONE
    return STEP_NOW if key == work.next_step or (key == "result" and work.scorecard.has_score) else STEP_WAITS


def _line(visit: Visit, work: _Work, key: str) -> str:
    scorecard = work.scorecard
    match key:
        case "profile":
            if not work.profile.missing:
                return visit.t("start.step.profile.done")
            if work.profile.missing == ("name", "province", "address", "sector", "workers"):
                return visit.t("start.step.profile.todo")
            fields = ", ".join(visit.t(f"start.missing.{field}") for field in work.profile.missing)
            return visit.md("start.step.profile.missing", fields=fields)
        case "assessment":
            questions = sum(len(topic.questions) for topic in work.topics)
            if work.left == 0:
                return visit.t("start.step.assessment.done", questions=questions)
            if not scorecard.answered:
                return visit.t("start.step.assessment.todo", questions=questions, minutes=_minutes(questions))
            return visit.t(
                "start.step.assessment.doing", done=sum(topic.is_done for topic in work.topics), left=work.left
            )
        case "instruments":
            return _instruments_line(visit, work)
        case "result":
            return _result_line(visit, scorecard)
        case "programme":
            return _programme_line(visit, work)
        case "submit":
            return visit.t(f"review.hand-in.home.{work.state.value if scorecard.has_score else 'waiting'}")
        case "issue":
            return _issue_line(visit, work)
        case _:
            return _follow_line(visit, work)


def _instruments_line(visit: Visit, work: _Work) -> str:
    if not work.states:
        return visit.t("start.step.instruments.none")
    counts = [
        f"{work.states[state]} {visit.t(f'start.step.instruments.{state.value}')}"
        for state in URGENCY
        if work.states.get(state)
    ]
    law = len(work.result.opened.register.overdue)
    by_law = [visit.t("start.step.instruments.law", count=law)] if law else []
    return " · ".join([visit.t("start.step.instruments.some", count=sum(work.states.values())), *by_law, *counts])


def _programme_line(visit: Visit, work: _Work) -> str:
    if work.stage.state is not ProgrammeState.DRAFT:
        return visit.t("issuing.home.programme", number=work.stage.number)
    if not work.scorecard.has_score:
        return visit.t("start.step.programme.waiting")
    if work.left:
        return visit.t("start.step.programme.started")
    if work.edits:
        return visit.t("start.step.programme.edited", count=work.edits)
    return visit.t("start.step.programme.ready")


def _issue_line(visit: Visit, work: _Work) -> str:
    stage = work.stage
    if stage.state in (ProgrammeState.OPINIONS_ASKED, ProgrammeState.AGREED):
        return visit.t(f"issuing.home.issue.{stage.state.value}", number=stage.number)
    if stage.held is not None:
        facts = stage.held.facts
        return visit.md("issuing.home.issue.in-force", number=facts.issued_number, day=facts.issued_on)
    return visit.t(f"issuing.home.issue.{'ended' if stage.state is ProgrammeState.ENDED else 'later'}")


def _follow_line(visit: Visit, work: _Work) -> str:
    followed = work.followed
    if followed is None:
        return visit.t("issuing.home.follow.later")
    return visit.t(
        "issuing.home.follow.now",
        done=followed.count(TaskStanding.DONE),
        count=len(followed.tasks),
        late=followed.count(TaskStanding.LATE),
        day=next(due.day for due in followed.dues if due.kind == "report"),
    )


def _result_line(visit: Visit, scorecard: Scorecard) -> str:
    if scorecard.level_low is None or scorecard.low is None:
        return visit.t("start.step.result.none")
    level = scorecard.level_low.level
    name = visit.catalogue.method.levels[level].name
    if scorecard.is_complete:
        return visit.md("start.step.result.final", level=level, name=name, score=scorecard.low)
    return visit.md("start.step.result.provisional", level=level, name=name)


def _minutes(questions: int) -> int:
    return max(1, round(questions * MINUTES_PER_QUESTION))


def _go(step: str) -> None:
    st.switch_page(PAGES[step])


if __name__ == "__main__":
    show()
