"""The card of one instrument: how it stands and why, what the law asks of it, its fields, services and files.

Its address names the line by its stable id, so that a label on the instrument leads here. Without one, a new line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

import streamlit as st

from core.domain.catalogue import Group2Row
from core.domain.instruments import InstrumentFileKind, MeasuringInstrument, ServiceKind
from core.domain.metrology.risk import Verdict
from core.domain.register.doubts import doubts_of
from core.domain.register.fitness import fitness_of
from core.domain.register.judging import judged
from core.domain.register.listing import free_code
from core.domain.register.quantities import unit_shown
from core.domain.register.starters import starter_of
from core.domain.register.telling import Teller
from core.domain.register.typed import LINE_LIMIT
from core.errors import NotThere
from core.language import day, money
from core.services import registering
from core.services.attachments import FILE_LIMIT, TAKEN_PHOTO_LIMIT
from core.services.registering import OpenRegister
from pages import frame
from pages.enterprise import line_fields, recording
from pages.enterprise.chosen import choose_enterprise, chosen_enterprise
from pages.enterprise.line_fields import Line, use_word
from pages.frame import Audience, Visit
from pages.widgets.boxes import pairs, spread_line
from pages.widgets.file_picker import PickedFile, file_picker
from pages.widgets.instruments import group_words, state_badge, state_sentence
from pages.widgets.marks import doubt_words, duty_words
from pages.widgets.saving import empty_form, form_line, form_text
from pages.widgets.writing import in_html, plain

LIST = "enterprise/register.py"
HERE = "enterprise/instrument.py"
LAW = "circular-23-2013-4"
PHOTO_KINDS = (".jpg", ".jpeg", ".png")
CERTIFICATE_KINDS = (".pdf", ".jpg", ".jpeg", ".png", ".docx", ".xlsx")
_NEW = "new_line"
_FRESH = "fresh_line"
_PROPOSED = "new_code_proposed"
_TYPED_NEW = ("name", "code", "place", "serial")


def show() -> None:
    with frame.open_page(width=800, needs=Audience.ENTERPRISE) as here:
        enterprise_id = chosen_enterprise(here)
        asked = st.query_params.get("id", "")
        if not asked:
            _new(here, registering.open_register(here.environment, here.person, enterprise_id))
            return
        line_id = _id(asked)
        # Whoever belongs to two enterprises scans a label of the one while the other is open.
        enterprise_id = registering.enterprise_of_line(here.environment, here.person, line_id)
        choose_enterprise(enterprise_id)
        opened = registering.open_line(here.environment, here.person, enterprise_id, line_id)
        visit = here.in_edition(opened.catalogue)
        instrument = opened.of_id(line_id).instrument
        odd = doubts_of(instrument, opened.row_of(instrument), opened.on)
        line = Line(opened, line_id, instrument, odd)
        line_fields.hold(line)
        if st.session_state.get(_FRESH) == line_id:
            # Not before: a second press on the way here must still meet the same code, and add nothing.
            del st.session_state[_FRESH]
            empty_form(*(f"new_{name}" for name in _TYPED_NEW))
        _card(visit, line)


def _id(asked: str) -> UUID:
    try:
        return UUID(asked)
    except ValueError as error:
        raise NotThere from error


def _card(visit: Visit, line: Line) -> None:
    instrument = line.instrument
    _back(visit)
    st.title(plain(instrument.name or visit.t("register.no-name")), anchor=False)
    about = [plain(one) for one in (instrument.code, instrument.place) if one]
    st.markdown(" · ".join([*about, group_words(visit, line.opened, instrument)]))
    with st.container(border=True):
        st.markdown(f"{state_badge(visit, line.opened, instrument)} {state_sentence(visit, line.opened, instrument)}")
        _pairs(visit, line)
    st.header(visit.t("register.card.enter" if line.opened.may_edit else "register.card.details"), anchor=False)
    if line.opened.may_edit:
        _part(visit, line, "record", ":material/event:", recording.form)
    _part(visit, line, "edit", ":material/edit:", _fields)
    _part(visit, line, "files", ":material/attach_file:", _files)
    services = [one for kind in ServiceKind for one in instrument.services(kind)]
    if services:
        _part(visit, line, "history", ":material/history:", recording.history, count=len(services))
    _law(visit, line)
    _fitness(visit, line)
    if line.opened.may_edit:
        _removal(visit, line)


def _back(visit: Visit) -> None:
    st.page_link(LIST, label=visit.t("register.card.back"), icon=":material/arrow_back:")


def _part(
    visit: Visit,
    line: Line,
    name: str,
    icon: str,
    draw: Callable[[Visit, Line], None],
    *,
    count: int | None = None,
) -> None:
    """Draw a part that opens; a closed body is not sent."""
    label = visit.t(f"register.part.{name}") if count is None else visit.t(f"register.part.{name}", count=count)
    body = st.expander(label, icon=icon, key=f"part_{name}_{line.id}", on_change="rerun")
    if body.open:
        with body:
            draw(visit, line)


# What is known


def _pairs(visit: Visit, line: Line) -> None:
    one = line.instrument
    point = next((point.step for point in line.opened.points if point.id == one.point), one.point)
    maker = " ".join(text for text in (one.maker, one.model) if text)
    rows: list[tuple[str, object]] = [
        (visit.t("register.field.serial"), one.serial),
        (visit.t("register.pair.maker"), maker),
        (visit.t("register.field.quantity"), f"{one.quantity} ({one.unit})" if one.unit else one.quantity),
        (visit.t("register.field.range"), unit_shown(one.range, one.unit)),
        (visit.t("register.field.division"), unit_shown(one.division, one.unit)),
        (visit.t("register.field.accuracy"), one.accuracy),
        (visit.t("register.field.mpe"), one.mpe),
        (visit.t("register.field.tolerance"), one.tolerance),
        (visit.t("register.field.point"), point),
        (visit.t("register.field.use"), use_word(visit, one.use) if one.use else ""),
    ]
    if one.is_group2 or one.verified_on:
        rows += [
            (visit.t("register.pair.verified"), one.verified_on),
            (visit.t("register.field.verified_until"), one.verified_until),
            (visit.t("register.field.verification_price_vnd"), _price(visit, one.verification_price_vnd)),
        ]
    rows += [
        (visit.t("register.pair.calibrated"), one.calibrated_on),
        (visit.t("register.pair.interval"), _months(visit, one.interval_months)),
        (visit.t("register.field.price_vnd"), _price(visit, one.price_vnd)),
    ]
    pairs(visit, [row for row in rows if row[1]])
    missing = [word[:1].lower() + word[1:] for word, value in rows if not value]
    if missing:
        st.caption(visit.md("register.card.missing", fields=", ".join(missing)))
    _estimate(visit, line)


def _estimate(visit: Visit, line: Line) -> None:
    starter = starter_of(line.instrument, line.opened.catalogue.sectors)
    if starter is None or starter.price_low_vnd is None or starter.price_high_vnd is None:
        return
    low, high = (money(amount, visit.language) for amount in (starter.price_low_vnd, starter.price_high_vnd))
    st.caption(visit.t("register.card.estimate", low=low, high=high))


def _price(visit: Visit, amount: int | None) -> str:
    return "" if amount is None else visit.t("register.money", amount=money(amount, visit.language))


def _months(visit: Visit, months: int | None) -> str:
    return "" if months is None else visit.t("register.months", count=months)


def _law(visit: Visit, line: Line) -> None:
    """Say what the group-2 list asks of this instrument, where it stands, and how sure that is."""
    row = line.opened.row_of(line.instrument)
    st.header(visit.t("register.law.title"), anchor=False)
    with st.container(border=True):
        if row is None:
            key = "unknown-row" if line.instrument.is_group2 else "group1"
            st.markdown(visit.md(f"register.law.{key}", row=line.instrument.group2_row))
            if not line.instrument.is_group2:
                st.caption(visit.t("register.law.group1-note"))
            return
        st.markdown(visit.md("register.law.row", row=row.row, name=row.name))
        pairs(visit, [*_measures(visit, row), (visit.t("register.law.cycle"), _cycle(visit, row))])
        if row.is_doubtful:
            st.markdown(f"{doubt_words(visit, 'marks.doubt.group2')} {visit.t('marks.doubt.group2-rule')}")
        st.caption(visit.t("register.law.two-dates"))
        duty = visit.catalogue.duties.get(LAW)
        if duty:
            since = visit.md("register.law.since", since=duty.valid_from, review=duty.review_by)
            st.markdown(f":small[{visit.t('assessment.basis-title')} {duty_words(visit, duty)} {since}]")


def _measures(visit: Visit, row: Group2Row) -> list[tuple[str, object]]:
    measures = {
        "type": row.type_approval,
        "initial": row.initial_verification,
        "periodic": row.periodic_verification,
        "repair": row.after_repair_verification,
    }
    words = {True: "register.law.asked", False: "register.law.not-asked", None: "register.unknown"}
    return [(visit.t(f"register.law.{name}"), visit.t(words[value])) for name, value in measures.items()]


def _cycle(visit: Visit, row: Group2Row) -> str:
    if row.cycle_months is not None:
        return _months(visit, row.cycle_months)
    return visit.t("register.law.no-cycle") if row.periodic_verification is False else visit.t("register.unknown")


# Good enough?

_VERDICTS = {
    Verdict.FIT: ("green", ":material/check:"),
    Verdict.FIT_WITH_GUARD_BAND: ("orange", ":material/warning:"),
    Verdict.HIGH_RISK: ("orange", ":material/warning:"),
    Verdict.UNFIT: ("orange", ":material/error:"),
    Verdict.NOT_ASSESSABLE: ("gray", ":material/help:"),
}


def _fitness(visit: Visit, line: Line) -> None:
    """Say whether the instrument is good enough for its use; the numbers behind it stand in a part that opens."""
    found = fitness_of(line.instrument, line.opened.catalogue.tolerances)
    told = Teller(visit.catalogue, visit.language).fitness(found)
    colour, icon = _VERDICTS[found.verdict]
    st.header(visit.t("register.fit.title"), anchor=False)
    with st.container(border=True):
        st.markdown(f":{colour}-badge[{icon} {plain(told.verdict)}] {plain(told.why)}")
    _part(visit, line, "why", ":material/calculate:", _why)


def _why(visit: Visit, line: Line) -> None:
    # Advice is drawn from all instruments of a kind, so the whole register is read when somebody asks for it.
    opened = registering.open_register(visit.environment, visit.person, line.opened.enterprise_id)
    judgement = judged(opened.instruments, opened.points, opened.catalogue, opened.on)[line.instrument.code]
    teller = Teller(visit.catalogue, visit.language)
    _paragraph(visit, "register.fit.how", teller.fitness(judgement.fitness).how)
    advice = teller.advice(judgement.advice)
    _paragraph(visit, "register.fit.interval", (advice.what, *advice.why))
    starter = starter_of(line.instrument, line.opened.catalogue.sectors)
    if starter and starter.self_check:
        _paragraph(visit, "register.fit.self-check", (visit.say(starter.self_check),))
        st.caption(visit.t("marks.estimate.practice"))


def _paragraph(visit: Visit, words: str, sentences: Sequence[str]) -> None:
    if sentences:
        st.markdown(f"### {visit.t(words)}", anchors=False)
        st.markdown("  \n".join(plain(sentence) for sentence in sentences))


# Fields

_TEXTS = {
    "identity": ("name", "code", "serial", "maker", "model", "place", "owner"),
    "measure": ("quantity", "unit", "range", "division", "accuracy", "mpe", "tolerance"),
    "verification": ("verified_on", "verified_until", "verified_by", "verification_number"),
    "calibration": (
        "calibrated_on",
        "calibrated_by",
        "calibration_number",
        "error_found",
        "uncertainty",
        "coverage",
    ),
    "dates": ("interval_months", "repaired_on", "checked_on"),
    "money": ("verification_price_vnd", "price_vnd"),
}


def _fields(visit: Visit, line: Line) -> None:
    st.caption(visit.t("register.edit.each-kept" if line.opened.may_edit else "register.edit.reader"))
    _section(visit, line, "identity")
    line_fields.group_field(visit, line)
    line_fields.tick_field(visit, line, "in_use")
    _section(visit, line, "measure")
    line_fields.point_field(visit, line)
    line_fields.use_field(visit, line)
    _section(visit, line, "dates")
    line_fields.tick_field(visit, line, "end_of_month")
    if line.instrument.is_group2 or line.instrument.verified_on:
        line_fields.truth_field(visit, line, "type_approved")
        _section(visit, line, "verification")
        line_fields.result_field(visit, line, "verification_result")
    _section(visit, line, "calibration")
    line_fields.result_field(visit, line, "calibration_result")
    for name in ("adjusted", "accredited", "confirmed"):
        line_fields.truth_field(visit, line, name)
    _section(visit, line, "money")
    line_fields.note_field(visit, line)


def _section(visit: Visit, line: Line, name: str) -> None:
    st.markdown(f"### {visit.t(f'register.section.{name}')}", anchors=False)
    if f"register.section.{name}-note" in visit.catalogue.words:
        st.caption(visit.t(f"register.section.{name}-note"))
    with st.grid(2, min_column_width=280):
        for field in _TEXTS[name]:
            with st.container(gap="xxsmall"):
                line_fields.text_field(visit, line, field)


# Files


def _files(visit: Visit, line: Line) -> None:
    place = f"files_{line.id}"
    files = registering.files_of(visit.environment, visit.person, line.opened.enterprise_id, line.id)
    for kind in InstrumentFileKind:
        st.markdown(f"### {visit.t(f'register.file.{kind.value}')}", anchors=False)
        for file in files:
            if file.kind is not kind:
                continue
            address = f"phuong-tien/{file.id}"
            if kind is InstrumentFileKind.PHOTO:
                _picture(visit, line.instrument, address)
            with spread_line():
                frame.download_link(file.file_name, address)
                with st.container(horizontal=True, width="content", vertical_alignment="center"):
                    st.caption(day(file.added_at.date(), visit.language), width="content")
                    _file_away(visit, line, file.id, place)
        if line.opened.may_edit:
            _picker(visit, line, kind)
    frame.refusal(visit, place)


def _picture(visit: Visit, instrument: MeasuringInstrument, address: str) -> None:
    alt = in_html(visit.t("register.file.photo-alt", name=instrument.name or instrument.code))
    st.html(f'<img class="plate" src="/tai-ve/{address}" alt="{alt}" loading="lazy">')


def _picker(visit: Visit, line: Line, kind: InstrumentFileKind) -> None:
    key = f"upload_{kind.value}_{line.id}"
    is_photo = kind is InstrumentFileKind.PHOTO
    file_picker(
        visit,
        key,
        visit.t(f"register.file.{kind.value}-choose"),
        _taker(line.id, kind),
        kinds=PHOTO_KINDS if is_photo else CERTIFICATE_KINDS,
        limit=TAKEN_PHOTO_LIMIT if is_photo else FILE_LIMIT,
        help_text=visit.t(f"register.file.{kind.value}-help"),
    )
    frame.refusal(visit, key)


def _file_away(visit: Visit, line: Line, file_id: UUID, place: str) -> None:
    st.button(
        visit.t("register.file.remove"),
        type="tertiary",
        icon=":material/close:",
        key=f"remove_{file_id}",
        on_click=lambda: frame.attempt(place, _drop_file, file_id),
        disabled=not line.opened.may_edit,
    )


def _taker(line_id: UUID, kind: InstrumentFileKind) -> Callable[[Visit, PickedFile], object]:
    return lambda visit, file: registering.attach_file(
        visit.environment, visit.person, chosen_enterprise(visit), line_id, kind, file.name, file.content
    )


def _drop_file(visit: Visit, file_id: UUID) -> None:
    registering.detach_file(visit.environment, visit.person, file_id)


# Away with it


def _removal(visit: Visit, line: Line) -> None:
    place = f"remove_{line.id}"
    st.space("small")
    with st.popover(visit.t("register.remove"), type="tertiary", icon=":material/delete:", key="remove_line"):
        st.markdown(visit.md("register.remove.ask", name=line.instrument.name or line.instrument.code))
        st.caption(visit.t("register.remove.rather"))
        if st.button(visit.md("register.remove.yes", code=line.instrument.code), key="remove_line_yes"):
            frame.attempt(place, _remove, line.instrument.code)
            if frame.refused(place) is None:
                st.switch_page(LIST)
    frame.refusal(visit, place)


def _remove(visit: Visit, code: str) -> None:
    registering.remove_instrument(visit.environment, visit.person, chosen_enterprise(visit), code)


# A new line


def _new(visit: Visit, opened: OpenRegister) -> None:
    if not opened.may_edit:
        raise NotThere
    _back(visit)
    st.title(visit.t("register.new.title"), anchor=False)
    st.markdown(visit.t("register.new.lead"))
    taken = {one.code for one in opened.instruments}
    with st.container(border=True):
        _new_text(visit, opened, "name", placeholder=visit.t("register.example.name"))
        first = _proposed_code(form_text("new_name"), taken)
        _new_text(visit, opened, "code", first=first, placeholder="C-01", help_text=visit.t("register.new.code-note"))
        _new_text(visit, opened, "place")
        _new_text(visit, opened, "serial", placeholder=visit.t("register.example.serial"))
        frame.refusal(visit, _NEW)
        if st.button(visit.t("register.new.add"), type="primary", icon=":material/add:", key="new_add"):
            frame.attempt(_NEW, _add)
            if frame.refused(_NEW) is None:
                st.switch_page(HERE, query_params={"id": str(st.session_state[_FRESH])})
            st.rerun()


def _new_text(visit: Visit, opened: OpenRegister, name: str, **shown: str) -> None:
    label, place = visit.t(f"register.field.{name}"), f"{opened.enterprise_id}/new/{name}"
    form_line(visit, f"new_{name}", label, limit=LINE_LIMIT, place=place, **shown)


def _proposed_code(name: str, taken: set[str]) -> str:
    """Return a code for a name, the same one as long as the name stays: pressing twice adds one line, not two."""
    named, code = st.session_state.get(_PROPOSED, ("", ""))
    if name != named:
        code = free_code(name, taken.__contains__) if name else ""
        st.session_state[_PROPOSED] = name, code
    return str(code)


def _add(visit: Visit) -> None:
    state = st.session_state
    name, code, place, serial = (form_text(f"new_{name}") for name in _TYPED_NEW)
    # Who emptied the box wants a code all the same.
    wanted = MeasuringInstrument(code or _proposed_code(name, set()), name, place=place, serial=serial)
    kept = registering.save_instrument(
        visit.environment, visit.person, chosen_enterprise(visit), seen=None, wanted=wanted
    )
    state[_FRESH] = kept.id
    state[f"part_edit_{kept.id}"] = True


if __name__ == "__main__":
    show()
