"""The programme under review: what the firm handed in, clause by clause, and what the adviser proposes there.

What this tab shows lies in the session as a sheet; a proposal is compared with it when it is saved, so that a
colleague's words are never overwritten unseen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import streamlit as st

from core.domain.programme import OutlineSection, outline
from core.domain.programme_edits import DraftField, DraftItem
from core.domain.programme_fields import (
    INCLUDED,
    LINE_LIMIT,
    MAIN_FIELD,
    NO,
    TEXT_LIMIT,
    YES,
    FieldKind,
    ItemKind,
    parse_item_id,
)
from core.domain.redline import REASON_LIMIT
from core.errors import Conflict, NotThere, OutOfOrder
from core.services import programming, redlining
from core.services.redlining import OpenRedline
from pages import frame
from pages.enterprise.programme_values import field_words, item_words, place_words, shown_value, value_at
from pages.frame import Audience, Visit
from pages.widgets.boxes import conflict_box, empty_state, spread_line, steady_label
from pages.widgets.redline import draw_answer, draw_earlier, draw_reason, draw_redline
from pages.widgets.reviews import review_news, state_badge
from pages.widgets.saving import saving_line, saving_text_area, take_stored_text
from pages.widgets.writing import plain

_HERE = "adviser/redline.py"
_REVIEW = "adviser/review.py"
_SHEET = "redline_sheet"
_ID, _PART, _SHOWN, _PROPOSED = "id", "phan", "loc", "de-nghi"
_PLACE = "redline"
_SENT, _ADDED = "redline.sent", "redline_added"
_WIDTH = 1040
_NUMBER_LIMIT = 40


def show() -> None:
    with frame.open_page(width=_WIDTH, needs=Audience.ADVISER) as here:
        opened = _opened(here, _asked_id())
        st.session_state[_SHEET] = opened
        visit = here.in_edition(opened.review.catalogue)
        _heading(visit, opened)
        frame.refusal(visit, _PLACE)
        if sent := st.session_state.pop(_SENT, 0):
            st.success(visit.t("redline.sent", count=sent), icon=":material/check:")
        review_news(opened.review)
        if _shows_proposed(visit, opened):
            _proposed(visit, opened)
        else:
            section = _chosen_section(visit, opened)
            for item in section.items:
                _item(visit, opened, section, item)
            if opened.review.may_review:
                _adding(visit, section)
        _earlier(visit, opened)
        if opened.review.may_review:
            _bar(visit, opened)


def _asked_id() -> UUID:
    try:
        return UUID(str(st.query_params.get(_ID, "")))
    except ValueError as error:
        raise NotThere from error


def _opened(visit: Visit, submission_id: UUID) -> OpenRedline:
    added = st.session_state.get(f"{_ADDED}.{submission_id}", ())
    return redlining.open_redline(visit.environment, visit.person, submission_id, added)


def _heading(visit: Visit, opened: OpenRedline) -> None:
    review = opened.review
    st.page_link(
        _REVIEW,
        label=visit.t("redline.back"),
        icon=":material/arrow_back:",
        query_params={_ID: str(review.id)},
    )
    st.title(visit.t("redline.title"), anchor=False)
    round_words = visit.md("redline.round", enterprise=review.enterprise_name, round=review.submission.round)
    st.markdown(f"{state_badge(visit, review.submission.state)} :small[{round_words}]")
    st.markdown(visit.t("redline.lead" if review.may_review else "redline.lead-closed"))


# What is shown


def _shows_proposed(visit: Visit, opened: OpenRedline) -> bool:
    key = "redline_shown"
    st.session_state[key] = _PROPOSED if st.query_params.get(_SHOWN) == _PROPOSED else ""
    labels = {
        "": visit.t("redline.shown.all"),
        _PROPOSED: visit.t("redline.shown.proposed", count=len(opened.proposals)),
    }
    chosen = st.segmented_control(
        visit.t("redline.shown"),
        list(labels),
        required=True,
        format_func=lambda one: labels[one],
        key=key,
        label_visibility="collapsed",
        on_change=lambda: st.query_params.update({_SHOWN: st.session_state[key]}),
    )
    return chosen == _PROPOSED


def _chosen_section(visit: Visit, opened: OpenRedline) -> OutlineSection:
    """Draw the list of sections, each with how many places are proposed in it; return the chosen one."""
    sections = {section.id: section for section in outline(opened.draft)}
    asked = str(st.query_params.get(_PART, ""))
    st.session_state["redline_section"] = asked if asked in sections else next(iter(sections))

    def name(section_id: str) -> str:
        title, count = visit.t(f"editor.part.{section_id}"), _count(opened, sections[section_id])
        return visit.t("redline.section", title=title, count=count) if count else title

    chosen = st.selectbox(
        visit.t("editor.section"),
        list(sections),
        format_func=name,
        key="redline_section",
        filter_mode=None,
        on_change=lambda: st.query_params.update({_PART: st.session_state["redline_section"]}),
    )
    return sections[chosen]


def _count(opened: OpenRedline, section: OutlineSection) -> int:
    paths = {f"{item.id}/{name}" for item in section.items for name in section.fields[item.kind]}
    return len(paths & set(opened.proposals))


def _proposed(visit: Visit, opened: OpenRedline) -> None:
    """Draw every place with a proposal, in the order of the document."""
    if not opened.proposals:
        title, text = visit.t("redline.none.title"), visit.t("redline.none.text")
        if empty_state(title, text, ":material/edit_document:", visit.t("redline.none.action"), "none"):
            st.switch_page(_HERE, query_params={_ID: str(opened.review.id)})
        return
    for path, field in opened.fields.items():
        if path in opened.proposals:
            with st.container(border=True):
                st.markdown(f"**{plain(place_words(visit, opened.draft, path))}**")
                _clause(visit, opened, field, is_named=True)


def _item(visit: Visit, opened: OpenRedline, section: OutlineSection, item: DraftItem) -> None:
    names = [name for name in section.fields[item.kind] if name != INCLUDED or item.id not in opened.added]
    if INCLUDED not in item.fields and item.kind is not ItemKind.FINDING:
        with st.container(border=True):
            for name in names:
                _clause(visit, opened, item.fields[name])
        return
    count = sum(f"{item.id}/{name}" in opened.proposals for name in names)
    marks = f" :green-badge[{visit.t('redline.new')}]" if item.id in opened.added else ""
    if count:
        marks += f" :blue-badge[{visit.t('redline.count', count=count)}]"
    if INCLUDED in item.fields and item.value(INCLUDED) == NO:
        marks += f" :gray-badge[{visit.t('editor.left-out')}]"
    question = visit.catalogue.questions.get(item.origin)
    number = f"{question.number} · " if question and item.kind is ItemKind.FINDING else ""
    key = f"clause_{section.id}_{item.id}"
    label = f"{plain(number + item_words(visit, item))}{marks}"
    body = st.expander(steady_label(key, label), key=key, on_change="rerun")
    # Closed items are not sent: a programme has dozens of them.
    if body.open:
        with body:
            for name in names:
                _clause(visit, opened, item.fields[name])


def _adding(visit: Visit, section: OutlineSection) -> None:
    """Offer to propose an item that the firm has not."""
    for prefix in section.adds:
        kind = parse_item_id(f"{prefix}:new").kind
        st.button(
            visit.t("redline.add", what=visit.t(f"editor.add.{kind.value}")),
            icon=":material/add:",
            key=f"propose_new_{kind.value}",
            on_click=lambda kind=kind: _add(section.id, kind),
        )


def _add(section: str, kind: ItemKind) -> None:
    """Keep the new item in this tab; it is stored with the first words that are proposed in it."""
    item_id = programming.own_item_id(kind)
    key = f"{_ADDED}.{_sheet().review.id}"
    st.session_state[key] = (*st.session_state.get(key, ()), item_id)
    st.session_state[f"clause_{section}_{item_id}"] = True
    st.session_state[_wish(f"{item_id}/{MAIN_FIELD[kind]}")] = True


# One clause


def _clause(visit: Visit, opened: OpenRedline, field: DraftField, *, is_named: bool = False) -> None:
    path = field.path
    kept = opened.proposals.get(path)
    may_review = opened.review.may_review
    # What was typed and could not be kept stays in its box, also when the review is over meanwhile.
    is_refused = any(frame.refused(key) for key in (_key(path), f"{_key(path)}.reason"))
    is_written = is_refused or (may_review and (kept is not None or bool(st.session_state.get(_wish(path)))))
    with st.container(gap="xsmall", key=f"place_{path}"):
        if not is_named:
            with spread_line():
                st.markdown(f"**{plain(field_words(visit, path))}**", width="content")
                if may_review and not is_written:
                    _wish_button(visit, path)
        if kept:
            draw_redline(visit, path, kept.change.base, kept.change.value)
        else:
            st.markdown(plain(shown_value(visit, field)) or f":small[{visit.t('redline.nothing')}]")
        if is_written:
            _box(visit, opened, field)
        if kept:
            if is_written:
                _reason(visit, opened, field)
            draw_reason(visit, kept, with_text=not is_written)
            if kept.sent_at is None:
                st.caption(visit.t("redline.unsent"))
            draw_answer(visit, kept)
        for key in (_key(path), f"{_key(path)}.reason"):
            _refusal(visit, field, key)


def _wish_button(visit: Visit, path: str) -> None:
    st.button(
        visit.t("redline.propose"),
        icon=":material/edit:",
        type="tertiary",
        key=f"propose_{path}",
        help=field_words(visit, path),
        on_click=lambda: st.session_state.update({_wish(path): True}),
    )


def _box(visit: Visit, opened: OpenRedline, field: DraftField) -> None:
    """Draw the field for the proposed value, by what the place takes; it begins with what was handed in."""
    path, key = field.path, _key(field.path)
    kept = opened.proposals.get(path)
    value = kept.change.value if kept else field.value[visit.language]
    label = visit.t("redline.proposal", field=field_words(visit, path))
    place = f"{opened.review.id}/{path}/{opened.review.submission.round}"
    kind = field.rule.kind
    if kind in (FieldKind.CHOICE, FieldKind.YES_NO):
        st.session_state[key] = value
        st.selectbox(
            label,
            field.rule.choices if kind is FieldKind.CHOICE else (YES, NO),
            key=key,
            filter_mode=None,
            format_func=lambda one: value_at(visit, path, one),
            on_change=lambda: frame.attempt(key, _propose, path, st.session_state[key], value),
        )
    elif kind is FieldKind.TEXT:
        saving_text_area(
            visit,
            key,
            value,
            label,
            lambda fresh, text, before: _propose(fresh, path, text, before),
            limit=TEXT_LIMIT,
            place=place,
        )
    else:
        saving_line(
            visit,
            key,
            value_at(visit, path, value),
            label,
            lambda fresh, text, before: _propose(fresh, path, text, before),
            limit=LINE_LIMIT if kind is FieldKind.LINE else _NUMBER_LIMIT,
            place=place,
            waits=kind is not FieldKind.LINE,
        )


def _reason(visit: Visit, opened: OpenRedline, field: DraftField) -> None:
    path = field.path
    key = f"{_key(path)}.reason"
    kept = opened.proposals[path]
    saving_text_area(
        visit,
        key,
        kept.change.reason,
        visit.t("redline.reason", field=field_words(visit, path)),
        lambda fresh, text, before: _under_way(
            fresh,
            lambda: redlining.give_reason(fresh.environment, fresh.person, _sheet(), path, text, before=before),
        ),
        limit=REASON_LIMIT,
        place=f"{opened.review.id}/{path}/{opened.review.submission.round}/reason",
        rows=2,
    )
    st.button(
        visit.t("redline.take-back"),
        icon=":material/undo:",
        type="tertiary",
        key=f"take_back_{path}",
        on_click=lambda: _take_back(path),
    )


def _refusal(visit: Visit, field: DraftField, key: str) -> None:
    error = frame.refused(key)
    if isinstance(error, Conflict) and error.code == "changed-meanwhile":
        yours = error.details["yours"]
        is_value = key == _key(field.path)
        conflict_box(
            visit,
            error,
            key,
            keep_theirs=lambda: _settle(key, _look_again),
            keep_yours=lambda: _settle(key, lambda fresh: _insist(fresh, field.path, yours, is_value=is_value)),
            show=(lambda value: value_at(visit, field.path, value)) if is_value else None,
            nothing=shown_value(visit, field),
        )
    elif error:
        frame.error_box(visit, error)


# Below the clauses


def _earlier(visit: Visit, opened: OpenRedline) -> None:
    if not opened.earlier:
        return
    label = visit.t("redline.earlier", count=len(opened.earlier))
    with st.expander(label, type="compact", icon=":material/history:", key="redline_earlier"):
        for kept in opened.earlier:
            named = place_words(visit, opened.draft, kept.change.path)
            unnamed = visit.t("redline.new-place", field=field_words(visit, kept.change.path))
            draw_earlier(visit, kept, named or unnamed)


def _bar(visit: Visit, opened: OpenRedline) -> None:
    unsent = len(opened.unsent)
    with frame.bottom_bar(_WIDTH):
        st.markdown(visit.t("redline.left", count=unsent) if unsent else visit.t("redline.all-sent"), width="content")
        st.button(
            visit.t("redline.send"),
            type="primary",
            icon=":material/arrow_forward:",
            icon_position="right",
            key="redline_send",
            disabled=not unsent,
            on_click=lambda: frame.attempt(_PLACE, _send),
        )


# Deeds


def _sheet() -> OpenRedline:
    opened: OpenRedline = st.session_state[_SHEET]
    return opened


def _key(path: str) -> str:
    return f"proposal_{path}"


def _wish(path: str) -> str:
    return f"redline_open_{path}"


def _look_again(visit: Visit) -> None:
    st.session_state[_SHEET] = _opened(visit, _sheet().review.id)


def _propose(visit: Visit, path: str, typed: str, before: str) -> None:
    st.session_state[_wish(path)] = True
    _under_way(
        visit,
        lambda: redlining.propose(
            visit.environment, visit.person, _sheet(), path, typed, before=before, language=visit.language
        ),
    )


def _under_way(visit: Visit, deed: Callable[[], Any]) -> Any:
    """Do a deed of the review; where it is over meanwhile, say so instead of saying that there is nothing here."""
    try:
        done = deed()
    except NotThere:
        state = redlining.open_redline(visit.environment, visit.person, _sheet().review.id).review.submission.state
        raise OutOfOrder("step-not-allowed", state=state.value, step="review") from None
    _look_again(visit)
    return done


def _take_back(path: str) -> None:
    def deed(visit: Visit) -> None:
        _under_way(visit, lambda: redlining.take_back(visit.environment, visit.person, _sheet(), path))

    key = _key(path)
    frame.attempt(key, deed)
    if frame.refused(key) is None:
        st.session_state.pop(_wish(path), None)
        take_stored_text(key)
        take_stored_text(f"{key}.reason")


def _insist(visit: Visit, path: str, yours: Any, *, is_value: bool) -> None:
    """Keep one's own words over a colleague's, having seen both."""
    _look_again(visit)
    opened = _sheet()
    kept = opened.proposals.get(path)
    if yours is None:
        redlining.take_back(visit.environment, visit.person, opened, path)
        _look_again(visit)
    elif is_value:
        before = kept.change.value if kept else opened.fields[path].value[visit.language]
        _propose(visit, path, value_at(visit, path, str(yours)), value_at(visit, path, before))
    else:
        before = kept.change.reason if kept else ""
        _under_way(
            visit,
            lambda: redlining.give_reason(visit.environment, visit.person, _sheet(), path, str(yours), before=before),
        )


def _settle(key: str, deed: Callable[[Visit], object]) -> None:
    frame.attempt(key, deed)
    if frame.refused(key) is None:
        take_stored_text(key)


def _send(visit: Visit) -> None:
    submission = _sheet().review.submission
    sent = _under_way(
        visit,
        lambda: redlining.send(visit.environment, visit.person, submission.id, on_round=submission.round),
    )
    st.session_state[_SENT] = sent


if __name__ == "__main__":
    show()
