"""The check page: whether a draft with this code was handed out and stands, and whether a file is one of them."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.domain.check_code import CODE_PARAMETER
from core.services import handing_out
from core.services.handing_out import Checked, CheckedFile
from pages import frame
from pages.frame import Visit
from pages.widgets.boxes import pairs
from pages.widgets.copy_field import copy_field
from pages.widgets.file_picker import PickedFile, file_picker
from pages.widgets.handed_out import file_kind, hashes, standing_badge

_TYPED = "check_code"
_LOOKED_UP = "check.looked-up"
_ARRIVED = "check.arrived"
_FILE = "check_file"
_COMPARED = "check.compared"
KINDS = (".pdf", ".docx")
_LONGEST_TYPED = 60


@dataclass(frozen=True, slots=True)
class _LookedUp:
    """A code as it was typed, and what is told of it; None for an unknown one."""

    typed: str
    checked: Checked | None


def show() -> None:
    """Ask for a code or a file, and tell what is known of it."""
    with frame.open_page(width=720) as visit:
        st.title(visit.t("check.title"), anchor=False)
        st.markdown(visit.t("check.lead"))
        _take_scanned()
        _code(visit)
        _file(visit)


def _take_scanned() -> None:
    """Look up the code that the address names, once."""
    scanned = str(st.query_params.get(CODE_PARAMETER, ""))[:_LONGEST_TYPED]
    if scanned and st.session_state.get(_ARRIVED) != scanned:
        st.session_state[_ARRIVED] = st.session_state[_TYPED] = scanned
        frame.attempt(_TYPED, _look_up)


def _code(visit: Visit) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            visit.t("check.code"),
            key=_TYPED,
            placeholder=visit.t("check.code.example"),
            max_chars=_LONGEST_TYPED,
            autocomplete="off",
            on_change=lambda: frame.attempt(_TYPED, _look_up),
        )
        st.button(
            visit.t("check.code.button"),
            type="primary",
            key="check_look_up",
            on_click=lambda: frame.attempt(_TYPED, _look_up),
        )
    frame.refusal(visit, _TYPED)
    found: _LookedUp | None = st.session_state.get(_LOOKED_UP)
    if found is None:
        return
    if found.checked:
        _result(visit, found.checked)
    else:
        with st.container(border=True, gap="xsmall"):
            st.markdown(f":orange[:material/help:] **{visit.t('check.unknown')}**")
            st.markdown(visit.t("check.unknown.why"))


def _result(visit: Visit, checked: Checked) -> None:
    with st.container(border=True, gap="small", key="check_result"):
        _facts(visit, checked)
        hashes(visit, "code", checked.files)


def _facts(visit: Visit, checked: Checked) -> None:
    st.markdown(standing_badge(visit, checked.revoked_on))
    pairs(
        visit,
        [
            (visit.t("check.fact.code"), checked.code),
            (visit.t("check.fact.day"), checked.on),
            (visit.t("check.fact.edition"), checked.edition),
        ],
    )
    st.markdown(visit.t("check.revoked.what" if checked.revoked_on else "check.only-draft"))


def _file(visit: Visit) -> None:
    st.header(visit.t("check.file"), anchor=False)
    st.markdown(visit.t("check.file.lead"))
    file_picker(visit, _FILE, visit.t("check.file.choose"), _compare, kinds=KINDS, limit=handing_out.FILE_LIMIT)
    frame.refusal(visit, _FILE)
    compared: tuple[str, CheckedFile] | None = st.session_state.get(_COMPARED)
    if compared is None:
        return
    name, found = compared
    with st.container(border=True, gap="small", key="check_compared"):
        if found.checked and found.file:
            words = {"name": name, "kind": file_kind(visit, found.file), "code": found.checked.code}
            st.markdown(f":green[:material/check:] **{visit.md('check.file.same', **words)}**")
            looked_up: _LookedUp | None = st.session_state.get(_LOOKED_UP)
            above = looked_up.checked if looked_up else None
            if above and above.code != found.checked.code:
                st.markdown(visit.t("check.file.other-code"))
            if above != found.checked:
                _facts(visit, found.checked)
        else:
            st.markdown(f":orange[:material/warning:] **{visit.md('check.file.differs', name=name)}**")
            st.markdown(visit.t("check.file.differs.why"))
        copy_field(visit, "check_file_hash", visit.t("check.file.hash"), found.sha256)


# Deeds


def _look_up(visit: Visit) -> None:
    typed = str(st.session_state.get(_TYPED) or "")
    before: _LookedUp | None = st.session_state.pop(_LOOKED_UP, None)
    if before and before.typed == typed and before.checked is None:
        # Leaving the field and pressing the button are one question; asked twice, it would count twice.
        st.session_state[_LOOKED_UP] = before
        return
    checked = handing_out.check_code(visit.environment, typed, frame.network_address())
    st.session_state[_LOOKED_UP] = _LookedUp(typed, checked)


def _compare(visit: Visit, file: PickedFile) -> None:
    st.session_state[_COMPARED] = (file.name, handing_out.check_file(visit.environment, file.content))


if __name__ == "__main__":
    show()
