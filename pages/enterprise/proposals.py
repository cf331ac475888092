"""What the adviser proposes in the programme: the firm accepts or refuses each place, or all at once."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.redline import REASON_LIMIT, Verdict
from core.services import redlining
from core.services.redlining import Clause, OpenProposals
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.enterprise.programme_values import field_words, place_words
from pages.frame import Audience, Visit
from pages.widgets.boxes import empty_state
from pages.widgets.redline import draw_answer, draw_earlier, draw_reason, draw_redline, verdict_badge
from pages.widgets.saving import saving_line, take_stored_text, typed_text
from pages.widgets.writing import plain

_SHEET = "proposals_sheet"
_PLACE = "proposals"
_DONE = "proposals.done"
_PROGRAMME = "enterprise/programme.py"


def show() -> None:
    with frame.open_page(width=720, needs=Audience.ENTERPRISE) as here:
        found = redlining.proposals_of(here.environment, here.person, chosen_enterprise(here))
        if found is None or not (found.clauses or found.earlier):
            _empty(here)
            return
        st.session_state[_SHEET] = found
        visit = here.in_edition(found.opened.result.opened.catalogue)
        _heading(visit, found)
        for clause in found.clauses:
            _clause(visit, found, clause)
        _earlier(visit, found)


def _empty(visit: Visit) -> None:
    st.title(visit.t("redline.firm.title"), anchor=False)
    title, text = visit.t("redline.firm.none.title"), visit.t("redline.firm.none.text")
    if empty_state(title, text, ":material/edit_document:", visit.t("redline.firm.to-programme"), "proposals"):
        st.switch_page(_PROGRAMME)


def _heading(visit: Visit, found: OpenProposals) -> None:
    st.page_link(_PROGRAMME, label=visit.t("redline.firm.to-programme"), icon=":material/arrow_back:")
    st.title(visit.t("redline.firm.title"), anchor=False)
    st.markdown(visit.t("redline.firm.lead"))
    if done := st.session_state.pop(_DONE, None):
        verdict, count = done
        st.success(visit.t(f"redline.firm.done.{verdict.value}", count=count), icon=":material/check:")
    frame.refusal(visit, _PLACE)
    if not found.open:
        st.markdown(f":material/check_circle: {visit.t('redline.firm.all-answered')}")
        return
    st.markdown(f"**{visit.t('redline.firm.open', count=len(found.open))}**")
    if not found.may_answer:
        st.info(visit.t("redline.firm.not-now"), icon=":material/lock:")
        return
    _together(visit, found)


def _together(visit: Visit, found: OpenProposals) -> None:
    """Offer to answer all at once; what the firm has changed since it handed in is answered one by one."""
    paths = [clause.kept.change.path for clause in found.open if not clause.has_moved]
    moved = len(found.open) - len(paths)
    if moved:
        st.caption(visit.t("redline.firm.moved-left", count=moved))
    if len(paths) < 2:
        return
    with st.container(horizontal=True):
        for verdict, kind in ((Verdict.ACCEPTED, "primary"), (Verdict.REFUSED, "secondary")):
            st.button(
                visit.t(f"redline.firm.all.{verdict.value}", count=len(paths)),
                type=kind,  # type: ignore[arg-type]
                key=f"all_{verdict.value}",
                on_click=lambda verdict=verdict: frame.attempt(_PLACE, _answer_all, paths, verdict),
            )


def _clause(visit: Visit, found: OpenProposals, clause: Clause) -> None:
    change = clause.kept.change
    path = change.path
    with st.container(border=True, gap="small", key=f"clause_{path}"):
        mark = f" {verdict_badge(visit, clause.kept.verdict)}" if clause.is_open else ""
        st.markdown(f"**{plain(_place(visit, found, path))}**{mark}")
        if clause.is_open and clause.has_moved:
            _three_ways(visit, clause)
        else:
            draw_redline(visit, path, change.base, change.value)
        draw_reason(visit, clause.kept)
        if clause.is_open and found.may_answer:
            _answer_box(visit, clause)
        elif not clause.is_open:
            draw_answer(visit, clause.kept)
            if found.may_answer:
                st.button(
                    visit.t("redline.firm.reopen"),
                    icon=":material/undo:",
                    type="tertiary",
                    key=f"reopen_{path}",
                    on_click=lambda: frame.attempt(path, _reopen, path),
                )
        frame.refusal(visit, path)


def _three_ways(visit: Visit, clause: Clause) -> None:
    """Show what was handed in, what the firm wrote since, and what accepting would make of that."""
    change = clause.kept.change
    now = clause.now(visit.language)
    st.warning(visit.t("redline.firm.moved"), icon=":material/schedule:")
    st.markdown(f":small[{visit.t('redline.firm.handed-in-to-proposal')}]")
    draw_redline(visit, change.path, change.base, change.value)
    st.markdown(f":small[{visit.t('redline.firm.now-to-proposal')}]")
    draw_redline(visit, change.path, now, change.value)


def _answer_box(visit: Visit, clause: Clause) -> None:
    path = clause.kept.change.path
    key = f"word_{path}"
    saving_line(
        visit,
        key,
        str(st.session_state.get(f"{key}.text", "")),
        visit.t("redline.firm.word"),
        lambda _, text, __: st.session_state.update({f"{key}.text": text}),
        limit=REASON_LIMIT,
        place=f"{clause.kept.id}/word",
    )
    with st.container(horizontal=True):
        for verdict, icon in ((Verdict.ACCEPTED, ":material/check:"), (Verdict.REFUSED, ":material/close:")):
            moved = "-moved" if clause.has_moved and verdict is Verdict.ACCEPTED else ""
            st.button(
                visit.t(f"redline.firm.{verdict.value}{moved}"),
                icon=icon,
                key=f"{verdict.value}_{path}",
                on_click=lambda verdict=verdict: frame.attempt(path, _answer, path, verdict),
            )


def _earlier(visit: Visit, found: OpenProposals) -> None:
    if not found.earlier:
        return
    label = visit.t("redline.earlier", count=len(found.earlier))
    with st.expander(label, type="compact", icon=":material/history:", key="proposals_earlier"):
        for kept in found.earlier:
            draw_earlier(visit, kept, _place(visit, found, kept.change.path))


def _place(visit: Visit, found: OpenProposals, path: str) -> str:
    """Name a place; an item that the adviser proposes to add is not in the draft yet."""
    named = place_words(visit, found.opened.draft, path)
    return named or visit.t("redline.new-place", field=field_words(visit, path))


# Deeds


def _sheet() -> OpenProposals:
    found: OpenProposals = st.session_state[_SHEET]
    return found


def _answer_all(visit: Visit, paths: Sequence[str], verdict: Verdict) -> None:
    redlining.answer(visit.environment, visit.person, _sheet(), paths, verdict)
    st.session_state[_DONE] = (verdict, len(paths))


def _answer(visit: Visit, path: str, verdict: Verdict) -> None:
    key = f"word_{path}"
    word = typed_text(key, str(st.session_state.get(f"{key}.text", "")))
    redlining.answer(visit.environment, visit.person, _sheet(), [path], verdict, word)
    st.session_state[f"{key}.text"] = ""
    take_stored_text(key)


def _reopen(visit: Visit, path: str) -> None:
    redlining.reopen(visit.environment, visit.person, _sheet(), path)


if __name__ == "__main__":
    show()
