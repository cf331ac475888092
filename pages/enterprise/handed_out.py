"""Drafts with a check code: make one from the present draft, take its files, revoke it."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from core.domain.handed_out import KeptHandedOut
from core.language import number
from core.services import handing_out
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Audience, Visit
from pages.widgets.boxes import empty_state, pairs
from pages.widgets.handed_out import file_kind, hashes, standing_badge
from pages.widgets.saving import empty_form, form_line, form_text

_PLACE = "hand_out"
_MADE = "handed_out.made"


def show() -> None:
    with frame.open_page(width=720, needs=Audience.ENTERPRISE) as visit:
        enterprise_id = chosen_enterprise(visit)
        listed = handing_out.handed_out(visit.environment, visit.person, enterprise_id)
        st.title(visit.t("check.firm.title"), anchor=False)
        # Without its beginning, which Streamlit would turn into half a link.
        address = handing_out.check_address(visit.environment).partition("://")[2]
        st.markdown(visit.md("check.firm.lead", address=address))
        if listed.may_hand_out and st.button(
            visit.t("check.firm.make"), type="primary", icon=":material/qr_code:", key="hand_out"
        ):
            with st.spinner(visit.t("check.firm.making")):
                frame.attempt(_PLACE, _hand_out, enterprise_id)
            st.rerun()
        frame.refusal(visit, _PLACE)
        if made := st.session_state.pop(_MADE, ""):
            st.success(visit.t("check.firm.made", code=made), icon=":material/check:")
        if not listed.drafts:
            empty_state(visit.t("check.firm.none"), visit.t("check.firm.none.text"), icon=":material/qr_code:")
        for kept in listed.drafts:
            _draft(visit, kept, may_revoke=listed.may_hand_out)


def _draft(visit: Visit, kept: KeptHandedOut, *, may_revoke: bool) -> None:
    draft = kept.draft
    with st.container(border=True, gap="small", key=f"draft_{draft.code}"):
        st.header(draft.code, anchor=False)
        st.markdown(standing_badge(visit, kept.revoked_on))
        low, high = (number(value, visit.language, 1) for value in (draft.score_low, draft.score_high))
        pairs(
            visit,
            [
                (visit.t("check.fact.day"), draft.on),
                (visit.t("check.fact.edition"), draft.edition),
                (visit.t(f"check.firm.score.{draft.score_kind.value}"), low if low == high else f"{low}–{high}"),
            ],
        )
        somebody = visit.t("widgets.conflict.somebody")
        st.caption(visit.md("check.firm.by", who=kept.by_name or somebody, moment=kept.at))
        if kept.revoked_at:
            words = {"who": kept.revoked_by_name or somebody, "moment": kept.revoked_at, "reason": kept.revoked_reason}
            st.markdown(visit.md("check.firm.revoked", **words))
        with st.container(horizontal=True):
            for file in kept.files:
                address = f"ban-co-ma/{kept.id}/chuong-trinh-{file.language}.{file.form}"
                frame.download_link(file_kind(visit, file), address)
        hashes(visit, draft.code, kept.files)
        if may_revoke and kept.revoked_at is None:
            _revoke_box(visit, kept)


def _revoke_box(visit: Visit, kept: KeptHandedOut) -> None:
    code = kept.draft.code
    with st.expander(visit.t("check.firm.revoke"), type="compact", icon=":material/undo:", key=f"revoke_{code}"):
        st.markdown(visit.t("check.firm.revoke.what"))
        label = visit.t("check.firm.revoke.reason", code=code)
        form_line(visit, f"reason_{code}", label, limit=handing_out.REASON_LIMIT, place=f"{kept.id}/revoke")
        st.button(
            visit.t("check.firm.revoke.yes", code=code),
            key=f"revoke_yes_{code}",
            on_click=lambda: frame.attempt(f"revoke_{code}", _revoke, kept),
        )
        frame.refusal(visit, f"revoke_{code}")


# Deeds


def _hand_out(visit: Visit, enterprise_id: UUID) -> None:
    st.session_state[_MADE] = handing_out.hand_out(visit.environment, visit.person, enterprise_id).draft.code


def _revoke(visit: Visit, kept: KeptHandedOut) -> None:
    box = f"reason_{kept.draft.code}"
    handing_out.revoke(visit.environment, visit.person, kept.id, form_text(box))
    empty_form(box)


if __name__ == "__main__":
    show()
