"""Services of one instrument: enter a verification or calibration that was made, and look back at the earlier ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import streamlit as st

from core.domain.instruments import ServiceKind, ServiceRecord
from core.domain.register.typed import LINE_LIMIT, read_day
from core.errors import BadInput
from core.language import day
from core.services import registering
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.enterprise.line_fields import RESULTS, TRUTHS, Line, result_word, truth_word
from pages.frame import Visit
from pages.widgets.boxes import pairs
from pages.widgets.saving import empty_form, form_line, form_text

_ROUND = "record_round"
_DONE = "record_done"
TEXTS_OF_CALIBRATION = ("error_found", "uncertainty", "coverage")
_TEXTS = ("on", "until", "by", "number", *TEXTS_OF_CALIBRATION)
TRUTHS_OF_CALIBRATION = ("adjusted", "accredited", "confirmed")


def form(visit: Visit, line: Line) -> None:
    """Draw the form of a new service; what was kept is told above it."""
    if st.session_state.pop(_DONE, None) == line.id:
        st.success(visit.t("register.record.done"), icon=":material/check:")
    kinds = list(ServiceKind)
    first = ServiceKind.VERIFICATION if line.instrument.is_group2 else ServiceKind.CALIBRATION
    kind = st.segmented_control(
        visit.t("register.record.kind"),
        kinds,
        default=first,
        required=True,
        format_func=lambda one: visit.t(f"register.kind.{one.value}"),
        key=_key(line, "kind"),
    )
    is_calibration = kind is ServiceKind.CALIBRATION
    st.caption(visit.t(f"register.record.{'calibration' if is_calibration else 'verification'}-note"))
    with st.grid(2, min_column_width=280):
        _text(visit, line, "on", visit.t("register.record.on"))
        if not is_calibration:
            _text(visit, line, "until", visit.t("register.field.verified_until"))
        _text(visit, line, "by", visit.t("register.record.by"))
        _text(visit, line, "number", visit.t("register.record.number"))
        if is_calibration:
            for name in TEXTS_OF_CALIBRATION:
                _text(visit, line, name, visit.t(f"register.field.{name}"))
    _segments(visit, line, "result", visit.t("register.record.result"), [result_word(visit, one) for one in RESULTS])
    if is_calibration:
        for name in TRUTHS_OF_CALIBRATION:
            words = [truth_word(visit, one) for one in TRUTHS]
            _segments(visit, line, name, visit.t(f"register.field.{name}"), words)
    place = _place(line.id)
    error = frame.refused(place)
    if error and error.details.get("field") not in ("on", "until"):
        frame.error_box(visit, error)
    st.button(
        visit.t("register.record.keep"),
        type="primary",
        icon=":material/check:",
        key=_key(line, "keep"),
        on_click=_keep,
        args=(line, st.session_state.setdefault(_ROUND, 0)),
    )


def history(visit: Visit, line: Line) -> None:
    """Draw every service, the latest first; one that was filed by mistake can be taken away."""
    place = f"history_{line.id}"
    frame.refusal(visit, place)
    earlier = set(line.instrument.history)
    services = [one for kind in ServiceKind for one in line.instrument.services(kind)]
    for number, record in enumerate(sorted(services, key=lambda one: one.on, reverse=True)):
        with st.container(key=f"row_service_{number}", gap="xxsmall"):
            kind = visit.t(f"register.kind.{record.kind.value}")
            st.markdown(f"**{kind} {day(record.on, visit.language)}** · {result_word(visit, record.result)}")
            pairs(visit, _known(visit, record))
            if record in earlier and line.opened.may_edit:
                st.button(
                    visit.t("register.history.remove"),
                    type="tertiary",
                    icon=":material/close:",
                    key=f"forget_{number}_{line.id}",
                    on_click=lambda one=record: frame.attempt(place, _forget, line, one),
                )


def _known(visit: Visit, record: ServiceRecord) -> list[tuple[str, object]]:
    words = {
        "register.field.verified_until": record.until,
        "register.record.by": record.by,
        "register.record.number": record.number,
        **{f"register.field.{name}": getattr(record, name) for name in TEXTS_OF_CALIBRATION},
        "register.field.note": record.note,
    }
    rows: list[tuple[str, object]] = [
        (visit.t(word), value) for word, value in words.items() if value not in ("", None)
    ]
    for name in TRUTHS_OF_CALIBRATION:
        value = getattr(record, name)
        if value is not None:
            rows.append((visit.t(f"register.field.{name}"), truth_word(visit, value)))
    return rows


def _text(visit: Visit, line: Line, name: str, label: str) -> None:
    example = visit.catalogue.words.get(f"register.example.{'date' if name in ('on', 'until') else name}")
    with st.container(gap="xxsmall"):
        form_line(
            visit,
            _text_key(line, name),
            label,
            limit=LINE_LIMIT,
            place=f"{line.id}/record/{name}",
            placeholder=visit.say(example) if example else "",
        )
        error = frame.refused(_place(line.id))
        if error and error.details.get("field") == name:
            frame.error_box(visit, error)


def _segments(visit: Visit, line: Line, name: str, label: str, words: list[str]) -> None:
    key = _key(line, name)
    st.session_state.setdefault(key, len(words) - 1)
    st.segmented_control(label, range(len(words)), format_func=words.__getitem__, required=True, key=key)


def _key(line: Line, name: str) -> str:
    return f"record_{name}_{line.id}_{st.session_state.get(_ROUND, 0)}"


def _text_key(line: Line, name: str) -> str:
    return f"record_{name}_{line.id}"


def _place(line_id: UUID) -> str:
    return f"record_{line_id}"


# Deeds


def _keep(line: Line, drawn_in: int) -> None:
    """Keep the service; a second press of the same button keeps nothing more."""
    if drawn_in != st.session_state[_ROUND]:
        return
    frame.attempt(_place(line.id), _record, line)
    if frame.refused(_place(line.id)) is None:
        st.session_state[_ROUND] += 1
        empty_form(*(_text_key(line, name) for name in _TEXTS))
        st.session_state[_DONE] = line.id


def _record(visit: Visit, line: Line) -> None:
    state = st.session_state
    kind = ServiceKind(state[_key(line, "kind")])
    record = ServiceRecord(kind=kind, on=_day(line, "on"), by=_typed(line, "by"), number=_typed(line, "number"))
    record = replace(record, result=RESULTS[state[_key(line, "result")]])
    if kind is ServiceKind.CALIBRATION:
        texts: dict[str, Any] = {name: _typed(line, name) for name in TEXTS_OF_CALIBRATION}
        truths: dict[str, Any] = {name: TRUTHS[state[_key(line, name)]] for name in TRUTHS_OF_CALIBRATION}
        record = replace(record, **texts, **truths)
    elif _typed(line, "until"):
        record = replace(record, until=_day(line, "until"))
    if record.until is not None and record.until < record.on:
        raise BadInput("valid-before-made", field="until", until=record.until, on=record.on)
    if record.on > visit.environment.today():
        raise BadInput("service-in-future", field="on", value=record.on)
    registering.record_service(visit.environment, visit.person, chosen_enterprise(visit), line.id, record)


def _day(line: Line, name: str) -> date:
    typed = _typed(line, name)
    if not typed:
        raise BadInput("date-missing", field=name)
    return read_day(name, typed)


def _typed(line: Line, name: str) -> str:
    return form_text(_text_key(line, name))


def _forget(visit: Visit, line: Line, record: ServiceRecord) -> None:
    seen = line.instrument
    wanted = replace(seen, history=tuple(one for one in seen.history if one != record))
    registering.save_instrument(visit.environment, visit.person, chosen_enterprise(visit), seen=seen, wanted=wanted)
