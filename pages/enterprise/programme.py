"""The draft programme: write left, paper right. What the enterprise writes is kept; the rest follows the analysis."""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from uuid import UUID

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.domain.journey import ProgrammeState
from core.domain.programme import OutlineSection, outline
from core.domain.programme_edits import DraftField, DraftItem
from core.domain.programme_fields import INCLUDED, LINE_LIMIT, NO, TEXT_LIMIT, YES, FieldKind, ItemKind, parse_item_id
from core.errors import Conflict
from core.language import Language, day, money
from core.services import programming
from core.services.programming import OpenProgramme
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.enterprise.programme_values import place_words, shown_value, written_value
from pages.frame import Audience, Visit
from pages.widgets.boxes import conflict_box, empty_state, steady_label
from pages.widgets.redline import proposals_link
from pages.widgets.saving import saving_line, saving_text_area, take_stored_text
from pages.widgets.writing import plain

_SHEET = "programme_sheet"
_PAGE = "preview_page"
_PART = "phan"
_SHOWN_PART = "preview_part"
_WIDTH = 1160
_NUMBER_LIMIT = 40
WITH_NUMBERS = (FieldKind.MONEY, FieldKind.PERCENT, FieldKind.FIGURE, FieldKind.COUNT)


def show() -> None:
    with frame.open_page(width=_WIDTH, needs=Audience.ENTERPRISE) as here:
        enterprise_id = chosen_enterprise(here)
        opened = programming.open_programme(here.environment, here.person, enterprise_id)
        if opened is None:
            _empty(here)
            return
        st.session_state[_SHEET] = opened
        visit = here.in_edition(opened.result.opened.catalogue)
        _heading(visit, opened, enterprise_id)
        _notices(visit, opened)
        left, right = st.columns([5, 7], gap="medium")
        section = _chosen_section(opened)
        with frame.bottom_bar(_WIDTH):
            saved = st.empty()
            _download(visit, enterprise_id, "pdf")
        _draw_saved(visit, saved)
        with left:
            _choose_section(visit, opened, section)
            _section(section.id, saved)
            _neighbours(visit, opened, section)
        with right:
            _preview(enterprise_id, section.number if section.id != "organisation" else "")


def _empty(visit: Visit) -> None:
    st.title(visit.t("editor.title"), anchor=False)
    if empty_state(
        visit.t("editor.empty-title"),
        visit.t("editor.empty"),
        icon=":material/edit_document:",
        action=visit.t("result.answer"),
        key="programme",
    ):
        st.switch_page("enterprise/assessment.py")


def _heading(visit: Visit, opened: OpenProgramme, enterprise_id: UUID) -> None:
    period = opened.draft.period
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title(visit.t("editor.title"), anchor=False, width="content")
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            st.badge(visit.t(f"issuing.state.{opened.programme.state}"), icon=":material/edit_document:", color="blue")
            _download(visit, enterprise_id, "docx")
            _download(visit, enterprise_id, "xlsx")
    st.caption(
        f"{day(period.start, visit.language)} – {day(period.end, visit.language)} · {visit.t('editor.not-binding')}"
    )
    with st.container(horizontal=True):
        st.page_link("enterprise/handed_out.py", icon=":material/qr_code:")
        st.page_link("enterprise/hand_in.py", icon=":material/rate_review:")
        st.page_link("enterprise/issuing.py", icon=":material/gavel:")
        proposals_link(visit, enterprise_id)
    st.segmented_control(
        visit.t("editor.download-language"),
        list(Language),
        default=visit.language,
        required=True,
        format_func=lambda one: visit.t(f"frame.language-name.{one.value}"),
        key="document_language",
    )


def _document_language(visit: Visit) -> Language:
    return Language(st.session_state.get("document_language") or visit.language)


def _download(visit: Visit, enterprise_id: UUID, kind: str) -> None:
    language = _document_language(visit)
    address = f"{enterprise_id}/chuong-trinh-{language.value}.{kind}"
    frame.download_link(visit.t(f"editor.download-{kind}"), address, is_primary=kind == "pdf")


def _notices(visit: Visit, opened: OpenProgramme) -> None:
    if opened.programme.state != ProgrammeState.DRAFT:
        state = visit.t(f"issuing.state.{opened.programme.state}")
        st.info(visit.t("issuing.stands-still", state=state), icon=":material/lock:")
        return
    scorecard = opened.result.self_score
    changed = [
        (section, field)
        for section in outline(opened.draft)
        for item in section.items
        for name, field in item.fields.items()
        if field.changed_underneath and name in section.fields[item.kind]
    ]
    if changed:
        parts = ", ".join(dict.fromkeys(visit.t(f"editor.part.{section.id}") for section, _ in changed))
        st.warning(visit.t("editor.changed-list", count=len(changed), parts=parts), icon=":material/schedule:")
    left = scorecard.applicable - scorecard.answered
    if left:
        st.info(visit.t("editor.incomplete", left=left), icon=":material/info:")
    if opened.warnings:
        with st.expander(
            f"{visit.t('editor.warnings')} ({len(opened.warnings)})",
            type="compact",
            icon=":material/help:",
            key="draft_warnings",
        ):
            for warning in opened.warnings:
                place = place_words(visit, opened.draft, warning.path)
                st.markdown(f"- {visit.md(f'editor.warning.{warning.code}', place=place)}")


def _chosen_section(opened: OpenProgramme) -> OutlineSection:
    """Return the section that the address names, else the first."""
    sections = outline(opened.draft)
    asked = st.query_params.get(_PART, "")
    return next((one for one in sections if one.id == asked), sections[0])


def _choose_section(visit: Visit, opened: OpenProgramme, current: OutlineSection) -> None:
    st.session_state["programme_section"] = current.id
    st.selectbox(
        visit.t("editor.section"),
        [section.id for section in outline(opened.draft)],
        format_func=lambda one: visit.t(f"editor.part.{one}"),
        key="programme_section",
        filter_mode=None,
        on_change=lambda: st.query_params.update({_PART: st.session_state["programme_section"]}),
    )


def _neighbours(visit: Visit, opened: OpenProgramme, current: OutlineSection) -> None:
    """Draw the ways to the section before and after, under what was just edited."""
    ids = [section.id for section in outline(opened.draft)]
    place = ids.index(current.id)
    with st.container(horizontal=True):
        back = st.button(
            visit.t("editor.previous-part"), icon=":material/arrow_back:", key="part_back", disabled=place == 0
        )
        ahead = st.button(
            visit.t("editor.next-part"),
            icon=":material/arrow_forward:",
            icon_position="right",
            key="part_next",
            disabled=place == len(ids) - 1,
        )
    if back or ahead:
        st.switch_page("enterprise/programme.py", query_params={_PART: ids[place + (1 if ahead else -1)]})


def _draw_saved(visit: Visit, slot: DeltaGenerator) -> None:
    saved_at = _sheet().saved_at
    with slot:
        if saved_at:
            frame.saved_line(visit, saved_at)
        else:
            st.markdown(visit.t("editor.nothing-edited"), width="content")


@st.fragment
def _section(section_id: str, saved: DeltaGenerator) -> None:
    with frame.refreshed() as here:
        opened = _sheet()
        visit = here.in_edition(opened.result.opened.catalogue)
        section = next(one for one in outline(opened.draft) if one.id == section_id)
        if section_id == "money":
            _totals(visit, opened)
        for item in section.items:
            _item(visit, opened, section, item)
        for prefix in section.adds:
            kind = parse_item_id(f"{prefix}:new").kind
            st.button(
                visit.t(f"editor.add.{kind.value}"),
                icon=":material/add:",
                key=f"add_{kind.value}",
                on_click=lambda kind=kind: frame.attempt("programme_items", _add, kind),
                disabled=not opened.may_edit,
            )
        frame.refusal(visit, "programme_items")
        _draw_saved(visit, saved)


def _item(visit: Visit, opened: OpenProgramme, section: OutlineSection, item: DraftItem) -> None:
    names = [name for name in section.fields[item.kind] if name != INCLUDED]
    if INCLUDED not in item.fields and item.kind is not ItemKind.FINDING:
        with st.container(border=True):
            _item_head(visit, item)
            for name in names:
                _field(visit, opened, item.fields[name])
        return
    key = f"item_{item.id}"
    body = st.expander(steady_label(key, _item_title(visit, section, item)), key=key, on_change="rerun")
    # Closed items are not sent: a programme has dozens of them.
    if not body.open:
        return
    with body:
        _item_head(visit, item)
        for name in names:
            _field(visit, opened, item.fields[name])
        if section.id != "money" and INCLUDED in item.fields:
            _inclusion(visit, opened, item)


def _item_title(visit: Visit, section: OutlineSection, item: DraftItem) -> str:
    words = place_words(visit, _sheet().draft, item.id)
    question = visit.catalogue.questions.get(item.origin)
    if item.kind is ItemKind.FINDING and question:
        words = f"{question.number} · {words}"
    marks = ""
    if section.id == "money":
        amount = item.money()
        price = (
            visit.t("editor.no-price")
            if amount is None
            else visit.t("editor.price", money=money(amount, visit.language))
        )
        marks += f" :gray-badge[{price}]"
    if INCLUDED in item.fields and item.value(INCLUDED) == NO:
        marks += f" :gray-badge[{visit.t('editor.left-out')}]"
    if any(field.changed_underneath for field in item.fields.values()) or item.origin_vanished:
        marks += f" :orange-badge[:material/schedule: {visit.t('editor.changed-mark')}]"
    return f"{plain(words)}{marks}"


def _price(visit: Visit, amount: int | None) -> str:
    if amount is None:
        return visit.t("editor.no-price")
    return visit.t("editor.price", money=money(amount, visit.language))


def _item_head(visit: Visit, item: DraftItem) -> None:
    question = visit.catalogue.questions.get(item.origin)
    if question and item.kind is not ItemKind.FINDING:
        st.caption(f"{visit.t('editor.item.question', number=question.number)} · {plain(visit.say(question.text))}")
    if item.hint:
        st.caption(plain(visit.say(item.hint)))
    if item.origin_vanished:
        st.warning(visit.t("editor.origin-gone"), icon=":material/schedule:")


def _inclusion(visit: Visit, opened: OpenProgramme, item: DraftItem) -> None:
    field = item.fields[INCLUDED]
    key = f"field_{field.path}"
    if item.is_own:
        st.button(
            visit.t("editor.remove"),
            icon=":material/close:",
            type="tertiary",
            key=f"remove_{item.id}",
            on_click=lambda: frame.attempt("programme_items", _remove, item.id),
            disabled=not opened.may_edit,
        )
        return
    st.session_state[key] = item.value(INCLUDED) == YES
    st.checkbox(
        visit.t("editor.include"),
        key=key,
        on_change=lambda: frame.attempt(key, _keep, field.path, YES if st.session_state[key] else NO),
        disabled=not opened.may_edit,
    )
    _refusal(visit, field)


def _field(visit: Visit, opened: OpenProgramme, field: DraftField) -> None:
    """Draw one field by what it takes, with the proposal beside it once it was edited."""
    item_id, _, name = field.path.rpartition("/")
    kind = parse_item_id(item_id).kind
    label = visit.t(f"editor.field.{kind.value}.{name}")
    match field.rule.kind:
        case FieldKind.TEXT:
            _text(visit, opened, field, label)
        case FieldKind.YES_NO:
            _truth(opened, field, label)
        case FieldKind.CHOICE:
            _choice(visit, opened, field, label)
        case _:
            _line(visit, opened, field, label)
    _beside(visit, opened, field)


def _text(visit: Visit, opened: OpenProgramme, field: DraftField, label: str) -> None:
    saving_text_area(
        visit,
        f"field_{field.path}",
        field.value[visit.language],
        label,
        lambda fresh, text, before: _keep(fresh, field.path, text, before),
        limit=TEXT_LIMIT,
        place=f"{opened.programme.id}/{field.path}",
        disabled=not opened.may_edit,
    )


def _line(visit: Visit, opened: OpenProgramme, field: DraftField, label: str) -> None:
    key = f"field_{field.path}"
    is_words = field.rule.kind is FieldKind.LINE
    placeholder = ""
    if field.rule.kind is FieldKind.DATE:
        placeholder = visit.t("editor.date-placeholder")
    elif field.rule.kind is FieldKind.MONEY:
        placeholder = visit.t("editor.money-placeholder")
    saving_line(
        visit,
        key,
        shown_value(visit, field),
        label,
        lambda fresh, typed, before: _keep(fresh, field.path, typed, before),
        limit=LINE_LIMIT if is_words else _NUMBER_LIMIT,
        place=f"{opened.programme.id}/{field.path}",
        waits=not is_words,
        placeholder=placeholder,
        disabled=not opened.may_edit,
    )


def _truth(opened: OpenProgramme, field: DraftField, label: str) -> None:
    key = f"field_{field.path}"
    st.session_state[key] = field.value.vi == YES
    st.checkbox(
        label,
        key=key,
        on_change=lambda: frame.attempt(key, _keep, field.path, YES if st.session_state[key] else NO),
        disabled=not opened.may_edit,
    )


def _choice(visit: Visit, opened: OpenProgramme, field: DraftField, label: str) -> None:
    key = f"field_{field.path}"
    st.session_state[key] = field.value.vi
    st.selectbox(
        label,
        field.rule.choices,
        key=key,
        filter_mode=None,
        format_func=lambda one: written_value(visit, field, one),
        on_change=lambda: frame.attempt(key, _keep, field.path, st.session_state[key]),
        disabled=not opened.may_edit,
    )


def _beside(visit: Visit, opened: OpenProgramme, field: DraftField) -> None:
    """Say what the proposal is where it was replaced, and what could not be kept."""
    key = f"field_{field.path}"
    _refusal(visit, field)
    if not field.is_edited or field.proposed is None:
        return
    value = shown_value(visit, field, proposed=True) or visit.t("widgets.none-yet")
    if field.changed_underneath:
        st.warning(visit.md("editor.changed", value=value), icon=":material/schedule:")
    else:
        st.caption(f"{visit.t('editor.edited')} · {visit.md('editor.proposed', value=value)}")
    st.button(
        visit.t("editor.restore"),
        type="tertiary",
        icon=":material/undo:",
        key=f"restore_{field.path}",
        on_click=lambda: _restore_at(key, field.path),
        disabled=not opened.may_edit,
    )


def _refusal(visit: Visit, field: DraftField) -> None:
    key = f"field_{field.path}"
    error = frame.refused(key)
    if isinstance(error, Conflict):
        yours: Any = error.details["yours"]
        conflict_box(
            visit,
            error,
            key,
            keep_theirs=lambda: _look_again_at(key),
            keep_yours=lambda: _insist(key, field.path, yours and yours.value),
            show=lambda edit: written_value(visit, field, edit.value),
            nothing=shown_value(visit, field, proposed=True),
        )
    elif error:
        frame.error_box(visit, error)


def _totals(visit: Visit, opened: OpenProgramme) -> None:
    amounts = [item.money() for item in opened.draft.included(ItemKind.TASK)]
    total = sum(amount for amount in amounts if amount is not None)
    unpriced = sum(amount is None for amount in amounts)
    st.markdown(visit.t("editor.totals", total=money(total, visit.language), unpriced=unpriced))


@st.fragment
def _preview(enterprise_id: UUID, section: str) -> None:
    """Draw a page of the paper: where the section begins, until somebody turns the pages."""
    with frame.refreshed() as visit:
        if st.session_state.get(_SHOWN_PART) != section:
            st.session_state.pop(_PAGE, None)
            st.session_state[_SHOWN_PART] = section
        shown = programming.preview(
            visit.environment,
            visit.person,
            enterprise_id,
            _document_language(visit),
            st.session_state.get(_PAGE),
            section,
        )
        if shown is None:
            return
        page, count = shown.page, shown.count
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.caption(visit.t("editor.preview", page=page + 1, pages=count), width="content")
            with st.container(horizontal=True, width="content"):
                st.button(
                    visit.t("editor.previous-page"),
                    key="preview_back",
                    disabled=page == 0,
                    on_click=lambda: st.session_state.update({_PAGE: page - 1}),
                )
                st.button(
                    visit.t("editor.next-page"),
                    key="preview_next",
                    disabled=page >= count - 1,
                    on_click=lambda: st.session_state.update({_PAGE: page + 1}),
                )
        with st.container(border=True, key="paper"):
            st.image(_embedded(shown.picture), width="stretch", alt=visit.t("editor.preview-alt", page=page + 1))
        st.button(visit.t("editor.refresh"), type="tertiary", icon=":material/refresh:", key="preview_refresh")


def _embedded(picture: bytes) -> str:
    """Return a picture as an address that holds it, so that nobody else can ask the server for it."""
    return f"data:image/png;base64,{b64encode(picture).decode()}"


# Deeds: each keeps one place and puts the new draft on the sheet


def _sheet() -> OpenProgramme:
    opened: OpenProgramme = st.session_state[_SHEET]
    return opened


def _look_again(visit: Visit) -> None:
    st.session_state[_SHEET] = programming.open_programme(visit.environment, visit.person, chosen_enterprise(visit))


def _keep(visit: Visit, path: str, typed: str, before: str | None = None) -> None:
    opened = _sheet()
    field = next(field for field in opened.draft.fields() if field.path == path)
    programming.save_wording(visit.environment, visit.person, opened, field, typed, before)
    _look_again(visit)


def _add(visit: Visit, kind: ItemKind) -> None:
    item_id = programming.add_item(visit.environment, visit.person, _sheet(), kind)
    st.session_state[f"item_{item_id}"] = True
    _look_again(visit)


def _remove(visit: Visit, item_id: str) -> None:
    programming.remove_item(visit.environment, visit.person, _sheet(), item_id)
    _look_again(visit)


def _restore_at(key: str, path: str) -> None:
    def deed(visit: Visit) -> None:
        programming.restore_wording(visit.environment, visit.person, _sheet(), path)
        _look_again(visit)

    frame.attempt(key, deed)
    _show_stored(key)


def _look_again_at(key: str) -> None:
    frame.attempt(key, _look_again)
    _show_stored(key)


def _insist(key: str, path: str, yours: str | None) -> None:
    """Keep one's own words, or the proposal again, over a colleague's, having seen both."""

    def deed(visit: Visit) -> None:
        _look_again(visit)
        if yours is None:
            programming.restore_wording(visit.environment, visit.person, _sheet(), path)
            _look_again(visit)
        else:
            _keep(visit, path, yours)

    frame.attempt(key, deed)
    _show_stored(key)


def _show_stored(key: str) -> None:
    if frame.refused(key) is None:
        take_stored_text(key)


if __name__ == "__main__":
    show()
