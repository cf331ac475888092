"""Put a result where it is kept: into the note of an instrument or of an answer, or as an instrument's uncertainty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import streamlit as st

from core.domain.instruments import MeasuringInstrument
from core.errors import Conflict, NotThere
from core.language import day
from core.services import assessing, noting, registering
from core.services.registering import OpenRegister
from pages import frame
from pages.enterprise.bench.fields import is_example
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Visit
from pages.widgets.boxes import conflict_box
from pages.widgets.writing import plain

CARD = "enterprise/instrument.py"
ASSESSMENT = "enterprise/assessment.py"


class Goal(StrEnum):
    """What a result is attached to."""

    INSTRUMENT = "instrument"
    ANSWER = "answer"


class Manner(StrEnum):
    """How a budget is attached to an instrument."""

    NOTE = "note"
    UNCERTAINTY = "uncertainty"


@dataclass(frozen=True, slots=True)
class Finding:
    """A result as it is attached: one sentence; a budget also as uncertainty and coverage factor of the register."""

    sentence: str
    uncertainty: str = ""
    coverage: str = ""


def panel(visit: Visit, tool: str, finding: Finding) -> None:
    """Draw the part in which a result is attached; what it needs is read when it is opened."""
    body = st.expander(
        visit.t("tools.attach.title"), icon=":material/attach_file:", key=f"do_attach_{tool}", on_change="rerun"
    )
    if not body.open:
        return
    with body:
        if is_example(tool):
            st.caption(visit.t("tools.attach.example"))
            return
        goal = st.segmented_control(
            visit.t("tools.attach.goal"),
            list(Goal),
            default=Goal.INSTRUMENT,
            required=True,
            format_func=lambda one: visit.t(f"tools.attach.goal.{one.value}"),
            key=f"do_goal_{tool}",
        )
        if goal is Goal.ANSWER:
            _to_answer(visit, tool, finding)
        else:
            _to_instrument(visit, tool, finding)


# to an instrument -----------------------------------------------------------------------------------------------------


def _to_instrument(visit: Visit, tool: str, finding: Finding) -> None:
    opened = registering.open_register(visit.environment, visit.person, chosen_enterprise(visit))
    if not opened.may_edit:
        st.caption(visit.t("tools.attach.reader"))
        return
    if not opened.kept:
        st.caption(visit.t("tools.attach.no-instruments"))
        return
    names = {str(one.id): _name(one.instrument) for one in opened.kept}
    key = f"do_instrument_{tool}"
    if st.session_state.get(key) not in names:
        st.session_state[key] = None
    chosen = st.selectbox(
        visit.t("tools.attach.instrument"),
        list(names),
        format_func=lambda one: names.get(one, ""),
        placeholder=visit.t("tools.attach.choose"),
        key=key,
    )
    if chosen is None:
        return
    line_id = UUID(chosen)
    place = f"tools_attach_{tool}_{chosen}"
    seen = opened.of_id(line_id).instrument
    if finding.uncertainty and _manner(visit, tool, seen, finding) is Manner.UNCERTAINTY:
        _button(visit, tool, "uncertainty", lambda: _set(place, seen, finding))
        _set_refusal(visit, place, opened, line_id, finding)
    else:
        line = dated(visit, finding.sentence)
        st.markdown(f"> {plain(line)}")
        _button(visit, tool, "note", lambda: _note_instrument(place, line_id, line, finding.sentence))
        frame.refusal(visit, place)
    if _is_done(place, finding.sentence):
        st.success(visit.md("tools.attach.done", where=names[chosen]), icon=":material/check:")
        st.page_link(
            CARD, label=visit.t("tools.attach.open-card"), icon=":material/chevron_right:", query_params={"id": chosen}
        )


def _manner(visit: Visit, tool: str, seen: MeasuringInstrument, finding: Finding) -> Manner:
    manner = st.radio(
        visit.t("tools.attach.manner"),
        list(Manner),
        format_func=lambda one: visit.t(f"tools.attach.manner.{one.value}"),
        key=f"do_manner_{tool}",
    )
    if manner is Manner.UNCERTAINTY:
        stands = _uncertainty(visit, seen.uncertainty, seen.coverage) or visit.t("tools.attach.nothing-yet")
        becomes = _uncertainty(visit, finding.uncertainty, finding.coverage)
        st.markdown(visit.md("tools.attach.replaces", stands=stands, becomes=becomes))
        st.caption(visit.t("tools.attach.replaces-note"))
    return manner or Manner.NOTE


def _set_refusal(visit: Visit, place: str, opened: OpenRegister, line_id: UUID, finding: Finding) -> None:
    error = frame.refused(place)
    if isinstance(error, Conflict):
        # Both fields go together, so what stands there now is shown whole.
        now = opened.of_id(line_id).instrument
        conflict_box(
            visit,
            error,
            place,
            keep_theirs=lambda: frame.forget_refusal(place),
            keep_yours=lambda: _set(place, now, finding),
        )
    elif error:
        frame.error_box(visit, error)


# to an answer ---------------------------------------------------------------------------------------------------------


def _to_answer(visit: Visit, tool: str, finding: Finding) -> None:
    try:
        opened = assessing.open_assessment(visit.environment, visit.person, chosen_enterprise(visit))
    except NotThere:
        # A viewer, before the self-assessment was begun.
        opened = None
    if opened is None or not opened.may_answer:
        st.caption(visit.t("tools.attach.reader"))
        return
    questions = [question for topic in assessing.progress(opened) for question in topic.questions]
    names = {question.id: f"{question.number}. {visit.say(question.text)}" for question in questions}
    chosen = st.selectbox(
        visit.t("tools.attach.question"),
        list(names),
        index=None,
        format_func=names.__getitem__,
        placeholder=visit.t("tools.attach.choose"),
        key=f"do_question_{tool}",
    )
    if chosen is None:
        return
    st.caption(plain(names[chosen]))
    place = f"tools_attach_{tool}_{chosen}"
    line = dated(visit, finding.sentence)
    st.markdown(f"> {plain(line)}")
    _button(visit, tool, "note", lambda: _note_answer(place, chosen, line, finding.sentence))
    frame.refusal(visit, place)
    if _is_done(place, finding.sentence):
        number = opened.catalogue.questions[chosen].number
        st.success(visit.md("tools.attach.done-answer", number=number), icon=":material/check:")


def dated(visit: Visit, sentence: str) -> str:
    """Return the line as it is kept: the day, where it comes from, what was found."""
    return visit.t("tools.attach.line", day=day(visit.environment.today(), visit.language), sentence=sentence)


# Deeds


def _button(visit: Visit, tool: str, words: str, deed: Callable[[], None]) -> None:
    st.button(visit.t(f"tools.attach.do.{words}"), icon=":material/attach_file:", key=f"do_keep_{tool}", on_click=deed)


def _set(place: str, seen: MeasuringInstrument, finding: Finding) -> None:
    def deed(visit: Visit) -> None:
        noting.set_uncertainty(
            visit.environment,
            visit.person,
            chosen_enterprise(visit),
            seen=seen,
            uncertainty=finding.uncertainty,
            coverage=finding.coverage,
        )

    _attempt(place, deed, finding.sentence)


def _note_instrument(place: str, line_id: UUID, line: str, sentence: str) -> None:
    def deed(visit: Visit) -> None:
        noting.note_on_instrument(visit.environment, visit.person, chosen_enterprise(visit), line_id, line)

    _attempt(place, deed, sentence)


def _note_answer(place: str, question: str, line: str, sentence: str) -> None:
    def deed(visit: Visit) -> None:
        noting.note_on_answer(visit.environment, visit.person, chosen_enterprise(visit), question, line)

    _attempt(place, deed, sentence)


def _attempt(place: str, deed: Callable[[Visit], None], sentence: str) -> None:
    frame.attempt(place, deed)
    st.session_state[f"{place}.done"] = sentence if frame.refused(place) is None else None


def _is_done(place: str, sentence: str) -> bool:
    """Tell whether this very result was kept here in this visit."""
    return bool(st.session_state.get(f"{place}.done") == sentence)


def _name(instrument: MeasuringInstrument) -> str:
    return " · ".join(one for one in (instrument.code, instrument.name) if one)


def _uncertainty(visit: Visit, uncertainty: str, coverage: str) -> str:
    if not uncertainty:
        return ""
    return f"U = {uncertainty} (k = {coverage or visit.t('tools.attach.nothing-yet')})"
