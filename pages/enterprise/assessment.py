"""The self-assessment: one topic at a time, each question a card that keeps itself.

The answers this tab shows lie in the session as a sheet. It is a picture of the database, made anew on every full run;
a save compares with it, so that what a colleague wrote meanwhile is never overwritten unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.domain.assessment import NOTE_LIMIT, REASON_LIMIT, Answer, AssessmentState, Choice, Evidence
from core.domain.catalogue import Question
from core.domain.findings import missing_prerequisites
from core.errors import Conflict, DoChuanError
from core.language import clock, day
from core.services import assessing
from core.services.assessing import OpenAssessment, TopicProgress
from core.services.attachments import FILE_LIMIT
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Audience, Visit
from pages.widgets.advising import advised_words
from pages.widgets.boxes import conflict_box, empty_state, steady_label
from pages.widgets.file_picker import PickedFile, file_picker
from pages.widgets.marks import duty_words, terms
from pages.widgets.questions import choice_key, choice_radio, choice_words, fact_words, question_card
from pages.widgets.saving import saving_text_area, take_stored_text
from pages.widgets.topics import TopicLine, topic_button, topic_column
from pages.widgets.writing import plain

_SHEET = "assessment_sheet"
_TOPIC = "chu-de"
# Not as "20s": Streamlit would load pandas to read it, 70 MB.
NEWS_EVERY = timedelta(seconds=20)
FILE_KINDS = (".jpg", ".jpeg", ".png", ".pdf", ".docx", ".xlsx")


@dataclass(frozen=True, slots=True)
class _Slots:
    """Places outside the cards that a card writes to when its answer changes."""

    progress: DeltaGenerator
    saved: DeltaGenerator
    topics: tuple[TopicProgress, ...]
    """As they were when the page was drawn."""
    place: int
    """Which of them it shows."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where the questions are answered: the page, what its address says besides the topic, and where the end leads."""

    file: str
    address: Mapping[str, str]
    ends_at: str
    to_end: str


OWN = Sheet("enterprise/assessment.py", {}, "enterprise/result.py", "assessment.to-result")


def show() -> None:
    answer_on(Audience.ENTERPRISE, lambda visit: (chosen_enterprise(visit), OWN))


def answer_on(needs: Audience, where: Callable[[Visit], tuple[UUID, Sheet]]) -> None:
    """Draw the whole page for those it is made for; `where` says of which enterprise and on which sheet."""
    drawn: tuple[DeltaGenerator, _Slots, Visit, TopicProgress] | None = None
    with frame.open_page(needs=needs) as here:
        enterprise_id, sheet = where(here)
        opened = assessing.open_assessment(here.environment, here.person, enterprise_id)
        visit = here.in_edition(opened.catalogue)
        st.session_state[_SHEET] = opened
        topics = assessing.progress(opened)
        current = _current(topics)
        lines = [TopicLine(one.topic, one.is_done, one.answered > 0) for one in topics]
        side, main = st.columns([5, 14], gap="medium")
        with side:
            pressed = topic_column(visit, lines, current.topic.id)
        with main:
            _why_locked(visit, opened, sheet)
            pressed = topic_button(visit, lines, current.topic.id) or pressed
            _open_topic(sheet, topics, pressed)
            progress = _heading(visit, current)
            _with_adviser(visit, opened, sheet)
        slots = _Slots(progress, _bar(visit, opened, sheet, topics, current), topics, topics.index(current))
        _draw_slots(visit, opened, slots)
        drawn = main, slots, visit, current
    # Out here, not inside the page's containers: Streamlit copies all that is open for every fragment, each time.
    if drawn:
        _questions(*drawn)


def _why_locked(visit: Visit, opened: OpenAssessment, sheet: Sheet) -> None:
    """Say why nothing can be changed here: the file is with the reviewers, or this person may only read."""
    if opened.may_answer:
        return
    state = opened.assessment.state
    if state in (AssessmentState.DRAFT, AssessmentState.CHANGES_REQUESTED):
        st.info(visit.t("assessment.read-only"), icon=":material/visibility:")
        return
    why = visit.t("assessment.locked", state=visit.t(f"review.state.{state.value}"))
    st.info(f"{why} {visit.t(f'assessment.locked.{state.value}')}", icon=":material/lock:")
    if sheet is OWN:
        st.page_link("enterprise/hand_in.py", icon=":material/chevron_right:")


def _with_adviser(visit: Visit, opened: OpenAssessment, sheet: Sheet) -> None:
    """Show the way to fill in together with an adviser; on the adviser's page, whose answers these are."""
    if sheet is not OWN:
        st.markdown(visit.md("visit.session.whose", firm=opened.profile.name))
    elif opened.may_answer:
        st.page_link("enterprise/advising.py", icon=":material/group:")


def _questions(main: DeltaGenerator, slots: _Slots, visit: Visit, current: TopicProgress) -> None:
    with main:
        _news(_sheet().id)
        for question in current.questions:
            _card(question.id, slots)
        if not current.questions:
            empty_state(
                visit.md("widgets.topic", number=current.topic.order, title=current.topic.title),
                visit.t("assessment.nothing-here"),
            )


def _current(topics: Sequence[TopicProgress]) -> TopicProgress:
    """Return the topic of the address, else the first one that is not finished: where the person stopped."""
    asked = st.query_params.get(_TOPIC, "")
    if asked.isdigit() and 1 <= int(asked) <= len(topics):
        return topics[int(asked) - 1]
    stopped = next((one for one in topics if not one.is_done), topics[0])
    st.query_params[_TOPIC] = str(stopped.topic.order)
    return stopped


def _open_topic(sheet: Sheet, topics: Sequence[TopicProgress], pressed: str | None) -> None:
    if pressed:
        order = next(one.topic.order for one in topics if one.topic.id == pressed)
        st.switch_page(sheet.file, query_params={**sheet.address, _TOPIC: str(order)})


def _heading(visit: Visit, current: TopicProgress) -> DeltaGenerator:
    topic = current.topic
    st.title(visit.md("widgets.topic", number=topic.order, title=topic.title), anchor=False)
    st.markdown(plain(visit.say(topic.intro)))
    st.caption(visit.t("assessment.factor", factor=visit.t(f"assessment.factor-name.{topic.factor.value}")))
    return st.empty()


def _bar(
    visit: Visit, opened: OpenAssessment, sheet: Sheet, topics: Sequence[TopicProgress], current: TopicProgress
) -> DeltaGenerator:
    place = topics.index(current)
    with frame.bottom_bar():
        back = st.button(
            visit.t("assessment.previous"), icon=":material/arrow_back:", disabled=place == 0, key="topic_back"
        )
        saved = st.empty()
        is_last = place == len(topics) - 1
        ahead = st.button(
            visit.t(sheet.to_end if is_last else "assessment.next"),
            type="primary",
            icon=":material/arrow_forward:",
            icon_position="right",
            key="topic_next",
        )
    if back:
        _open_topic(sheet, topics, topics[place - 1].topic.id)
    if ahead and is_last:
        st.switch_page(sheet.ends_at)
    if ahead:
        _open_topic(sheet, topics, topics[place + 1].topic.id)
    return saved


def _draw_slots(visit: Visit, opened: OpenAssessment, slots: _Slots) -> None:
    topics = assessing.progress_by_now(opened, slots.topics)
    current = topics[slots.place]
    words = visit.t(
        "assessment.progress",
        topic_done=current.answered,
        topic_all=len(current.questions),
        done=sum(one.answered for one in topics),
        all=sum(len(one.questions) for one in topics),
    )
    left = sum(question.id in opened.carried for question in current.questions)
    if left:
        words += f" · {visit.t('time.carried.left', count=left)}"
    slots.progress.progress(current.answered / max(1, len(current.questions)), text=words)
    with slots.saved:
        frame.saved_line(visit, opened.saved_at)


def _sheet() -> OpenAssessment:
    opened: OpenAssessment = st.session_state[_SHEET]
    return opened


@st.fragment(run_every=NEWS_EVERY)
def _news(assessment_id: UUID) -> None:
    """Offer what a colleague saved meanwhile; nothing is replaced under the hands of the person who writes."""
    with frame.refreshed() as visit:
        moment = _sheet().saved_at
        who = assessing.news_since(visit.environment, visit.person, assessment_id, moment)
        if who is not None and who != visit.person.name:
            with st.container(border=True, horizontal=True, vertical_alignment="center"):
                st.markdown(
                    visit.md(
                        "assessment.news",
                        who=who or visit.t("widgets.conflict.somebody"),
                        time=clock(visit.environment.now()),
                    )
                )
                if st.button(visit.t("assessment.news-load"), key="news_load"):
                    st.rerun("app")


@st.fragment
def _card(question_id: str, slots: _Slots) -> None:
    with frame.refreshed() as here:
        opened = _sheet()
        visit = here.in_edition(opened.catalogue)
        question = visit.catalogue.questions[question_id]
        answer = opened.answer(question_id)
        gate = question.gate
        is_gate = gate is not None and gate.applies_when.holds(opened.profile)
        refusal = frame.refused(question_id)
        if refusal is None:
            _seed(question_id, answer)
        with question_card(visit, question, answer, is_gate=is_gate):
            choice_radio(
                visit,
                question,
                answer.choice,
                lambda: frame.attempt(question_id, _choose, question_id),
                disabled=not opened.may_answer,
            )
            _refusal(visit, question, refusal)
            _carried(visit, opened, question_id)
            kept = opened.answers.get(question_id)
            if kept and kept.advised:
                st.caption(advised_words(visit, kept.advised))
            _by_register(visit, opened, question, answer)
            if answer.choice is Choice.UNKNOWN:
                st.caption(visit.t("assessment.choice.unknown-note"))
            if answer.choice is Choice.NOT_APPLICABLE:
                _reason(visit, opened, question, answer)
            _more(visit, opened, question, answer)
        _draw_slots(visit, opened, slots)


def _by_register(visit: Visit, opened: OpenAssessment, question: Question, answer: Answer) -> None:
    """Say what the register comes to, as long as the answer says something else; nothing is filled in."""
    found = opened.register.level_of(question.id)
    if found is not None and not found.agrees_with(answer):
        st.caption(visit.md("register-rules.suggestion", fact=fact_words(visit, found), level=found.suggested))


def _carried(visit: Visit, opened: OpenAssessment, question_id: str) -> None:
    """Say that an answer comes from the period before, until somebody says that it is still right."""
    given_on = opened.carried.get(question_id)
    if given_on is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"row_carried_{question_id}"):
        st.caption(visit.md("time.carried", day=given_on), width="content")
        if opened.may_answer:
            st.button(
                visit.t("time.carried.yes"),
                icon=":material/check:",
                key=f"still_right_{question_id}",
                on_click=lambda: frame.attempt(question_id, _look_at, question_id),
            )


def _seed(question_id: str, answer: Answer) -> None:
    key = choice_key(question_id)
    if st.session_state.get(key) != answer.choice:
        st.session_state[key] = answer.choice


def _reason(visit: Visit, opened: OpenAssessment, question: Question, answer: Answer) -> None:
    key = f"reason_{question.id}"
    saving_text_area(
        visit,
        key,
        answer.reason,
        visit.t("assessment.reason"),
        lambda fresh, text, before: _save(fresh, question.id, {"reason": before}, {"reason": text}),
        limit=REASON_LIMIT,
        place=f"{opened.id}/{question.id}/reason",
        rows=2,
        placeholder=visit.t("assessment.reason-placeholder"),
        disabled=not opened.may_answer,
    )
    _text_refusal(visit, question, key, "reason")
    st.caption(visit.t("assessment.choice.not-applicable-note" if answer.reason else "assessment.reason-missing"))


def _more(visit: Visit, opened: OpenAssessment, question: Question, answer: Answer) -> None:
    label = visit.t("assessment.more-with-note" if answer.note or opened.files.get(question.id) else "assessment.more")
    key = f"more_{question.id}"
    body = st.expander(
        steady_label(key, label), type="compact", icon=":material/attach_file:", key=key, on_change="rerun"
    )
    # A closed body is not sent: it would be a third of the page.
    if not body.open:
        return
    with body:
        st.markdown(visit.md("assessment.why", text=question.why))
        sector = visit.catalogue.sectors.get(opened.profile.sector)
        hint = sector.hint(question.id) if sector else None
        if sector and hint:
            st.markdown(visit.md("assessment.hint", sector=sector.title, text=hint))
        st.markdown(visit.md("assessment.evidence-hint", text=question.evidence))
        _basis(visit, opened, question)
        _note(visit, opened, question, answer)
        _evidence(visit, opened, question, answer)


def _basis(visit: Visit, opened: OpenAssessment, question: Question) -> None:
    duties = [visit.catalogue.duties[duty] for duty in question.duties]
    for duty in duties:
        st.markdown(f"{visit.t('assessment.basis-title')} {duty_words(visit, duty)}")
        st.caption(plain(visit.say(duty.what)))
    if not duties:
        st.markdown(visit.t("assessment.good-practice"))
    if question.gate and question.gate.applies_when.holds(opened.profile):
        st.markdown(visit.t("assessment.gate-fails", pass_level=question.gate.pass_level, cap=question.gate.cap))
    first = missing_prerequisites(question, opened.counted)
    in_scope = [visit.catalogue.questions[one] for one in first]
    numbers = ", ".join(one.number for one in in_scope if one.applies_when.holds(opened.profile))
    if numbers:
        st.caption(visit.t("assessment.prerequisite", numbers=numbers))
    terms(visit, question.terms, question.id)


def _note(visit: Visit, opened: OpenAssessment, question: Question, answer: Answer) -> None:
    key = f"note_{question.id}"
    saving_text_area(
        visit,
        key,
        answer.note,
        visit.t("assessment.note"),
        lambda fresh, text, before: _save(fresh, question.id, {"note": before}, {"note": text}),
        limit=NOTE_LIMIT,
        place=f"{opened.id}/{question.id}/note",
        placeholder=visit.t("assessment.note-placeholder"),
        disabled=not opened.may_answer,
    )
    _text_refusal(visit, question, key, "note")


def _text_refusal(visit: Visit, question: Question, key: str, field: str) -> None:
    error = frame.refused(key)
    if isinstance(error, Conflict):
        conflict_box(
            visit,
            error,
            key,
            keep_theirs=lambda: _reload(key),
            keep_yours=lambda: _insist(question.id, field, error.details["yours"], key),
        )
    elif error:
        frame.error_box(visit, error)


def _evidence(visit: Visit, opened: OpenAssessment, question: Question, answer: Answer) -> None:
    key = f"evidence_{question.id}"
    options = [Evidence.NONE, Evidence.DESCRIBED, Evidence.FILE]
    if answer.evidence is Evidence.CONFIRMED:
        options.append(Evidence.CONFIRMED)
    if st.session_state.get(key) != answer.evidence:
        st.session_state[key] = answer.evidence
    st.segmented_control(
        visit.t("assessment.evidence"),
        options,
        format_func=lambda one: visit.t(f"assessment.evidence-choice.{one.value}"),
        key=key,
        required=True,
        on_change=lambda: frame.attempt(question.id, _choose_evidence, question.id),
        disabled=not opened.may_answer,
    )
    if answer.evidence is Evidence.DESCRIBED:
        st.caption(visit.t("assessment.evidence-described-note"))
    if answer.evidence is Evidence.FILE:
        _files(visit, opened, question)


def _files(visit: Visit, opened: OpenAssessment, question: Question) -> None:
    files = opened.files.get(question.id, ())
    for file in files:
        with st.container(horizontal=True, vertical_alignment="center", key=f"row_{file.id}"):
            size = f"{max(1, file.size // 1024)} kB"
            st.markdown(
                visit.md(
                    "assessment.file-line",
                    name=file.file_name,
                    size=size,
                    day=day(file.added_at.date(), visit.language),
                )
            )
            st.button(
                visit.t("assessment.file-remove"),
                type="tertiary",
                icon=":material/close:",
                key=f"remove_{file.id}",
                on_click=lambda file_id=file.id: frame.attempt(f"file_{question.id}", _remove, file_id),
                disabled=not opened.may_attach,
            )
    if not files:
        st.caption(visit.t("assessment.file-none"))
    if opened.may_attach:
        file_picker(
            visit,
            f"upload_{question.id}",
            visit.t("assessment.file-choose"),
            lambda fresh, file: _upload(fresh, question.id, file),
            kinds=FILE_KINDS,
            limit=FILE_LIMIT,
            help_text=visit.t("assessment.file"),
        )
        frame.refusal(visit, f"upload_{question.id}")
    frame.refusal(visit, f"file_{question.id}")


def _refusal(visit: Visit, question: Question, error: DoChuanError | None) -> None:
    if isinstance(error, Conflict):
        field = str(error.details["field"])
        conflict_box(
            visit,
            error,
            question.id,
            keep_theirs=lambda: _reload(question.id),
            keep_yours=lambda: _insist(question.id, field, error.details["yours"], question.id),
            show=lambda value: _shown(visit, question, value),
        )
    elif error:
        frame.error_box(visit, error)


def _shown(visit: Visit, question: Question, value: object) -> str:
    if isinstance(value, Choice):
        return choice_words(visit, question, value)
    if isinstance(value, Evidence):
        return visit.t(f"assessment.evidence-choice.{value.value}")
    return str(value)


# Deeds of the cards: each keeps one field and puts the kept answer on the sheet


def _choose(visit: Visit, question_id: str) -> None:
    chosen = st.session_state[choice_key(question_id)]
    before = _sheet().answer(question_id)
    wanted: dict[str, Any] = {"choice": Choice(chosen) if chosen else None}
    _save(visit, question_id, {"choice": before.choice}, wanted)


def _choose_evidence(visit: Visit, question_id: str) -> None:
    before = _sheet().answer(question_id)
    wanted = Evidence(st.session_state[f"evidence_{question_id}"])
    _save(visit, question_id, {"evidence": before.evidence}, {"evidence": wanted})


def _look_at(visit: Visit, question_id: str) -> None:
    opened = _sheet()
    kept = assessing.look_again(visit.environment, visit.person, opened.id, question_id)
    st.session_state[_SHEET] = replace(opened, answers={**opened.answers, question_id: kept})


def _save(visit: Visit, question_id: str, seen: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    opened = _sheet()
    answer = opened.answer(question_id)
    kept = assessing.save_answer(
        visit.environment,
        visit.person,
        opened.id,
        question_id,
        seen=replace(answer, **seen),
        wanted=replace(answer, **wanted),
    )
    st.session_state[_SHEET] = replace(opened, answers={**opened.answers, question_id: kept})


def _insist(question_id: str, field: str, value: Any, place: str) -> None:
    """Keep one's own answer over a colleague's, having seen both."""

    def deed(visit: Visit) -> None:
        _look_again(visit)
        _save(visit, question_id, {}, {field: value})

    frame.attempt(place, deed)
    _show_stored(place)


def _reload(place: str) -> None:
    """Show what the colleague wrote and let go of one's own."""
    frame.attempt(place, _look_again)
    _show_stored(place)


def _show_stored(place: str) -> None:
    if frame.refused(place) is None:
        take_stored_text(place)


def _look_again(visit: Visit) -> None:
    st.session_state[_SHEET] = assessing.open_assessment(
        visit.environment, visit.person, _sheet().assessment.enterprise_id
    )


def _upload(visit: Visit, question_id: str, file: PickedFile) -> None:
    assessing.attach(visit.environment, visit.person, _sheet().id, question_id, file.name, file.content)
    _look_again(visit)


def _remove(visit: Visit, attachment_id: Any) -> None:
    assessing.detach(visit.environment, visit.person, attachment_id)
    _look_again(visit)


if __name__ == "__main__":
    show()
