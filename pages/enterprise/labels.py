"""Print labels with a QR code: for which instruments, where on the sheet, how it will look."""

from __future__ import annotations

from base64 import b64encode
from uuid import UUID

import streamlit as st

from core.errors import BadInput
from core.render.labels import PER_SHEET
from core.services import labelling
from core.services.labelling import Chosen, LabelOrder
from core.services.registering import OpenRegister
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Audience, Visit
from pages.widgets.boxes import empty_state

LIST = "enterprise/register.py"
TYPING = "1s"


def show() -> None:
    with frame.open_page(needs=Audience.ENTERPRISE) as visit:
        enterprise_id = chosen_enterprise(visit)
        opened = labelling.open_labels(visit.environment, visit.person, enterprise_id)
        st.page_link(LIST, label=visit.t("register.card.back"), icon=":material/arrow_back:")
        st.title(visit.t("labels.title"), anchor=False)
        st.markdown(visit.t("labels.lead"))
        if not opened.kept:
            _empty(visit)
            return
        if labelling.is_for_this_computer_only(visit.environment):
            st.warning(visit.t("labels.address-not-set"), icon=":material/warning:")
        left, right = st.columns(2, gap="large")
        with left:
            _which(visit, opened)
            _where(visit)
        with right:
            _sheet(visit, opened, enterprise_id)


def _empty(visit: Visit) -> None:
    action = visit.t("register.card.back")
    if empty_state(visit.t("labels.empty-title"), visit.t("labels.empty"), action=action, key="label_empty"):
        st.switch_page(LIST)


def _which(visit: Visit, opened: OpenRegister) -> None:
    counts = {
        one: len(labelling.chosen_instruments(opened, LabelOrder(one))) for one in Chosen if one is not Chosen.TICKED
    }
    st.radio(
        visit.t("labels.which"),
        tuple(Chosen),
        format_func=lambda one: visit.t(f"labels.which.{one.value}", count=counts.get(one, "")),
        key="label_which",
    )
    if st.session_state["label_which"] == Chosen.TICKED:
        names = {one.code: f"{one.code} · {one.name}" if one.name else one.code for one in opened.instruments}
        st.multiselect(
            visit.t("labels.codes"),
            tuple(names),
            format_func=lambda code: names.get(code, code),
            max_selections=labelling.TICKED_LIMIT,
            placeholder=visit.t("labels.codes-choose"),
            select_all=False,
            key="label_codes",
        )


def _where(visit: Visit) -> None:
    st.segmented_control(
        visit.t("labels.start"),
        tuple(range(1, PER_SHEET + 1)),
        default=1,
        required=True,
        key="label_start",
        width=240,
    )
    st.caption(visit.t("labels.start-help"))
    st.markdown(f"**{visit.t('labels.offset')}**")
    with st.container(horizontal=True):
        for key, words in (("label_right", "labels.right"), ("label_down", "labels.down")):
            st.text_input(visit.t(words), key=key, max_chars=8, width=150, placeholder="0", live=TYPING)
    st.caption(visit.t("labels.offset-help"))


def _sheet(visit: Visit, opened: OpenRegister, enterprise_id: UUID) -> None:
    st.header(visit.t("labels.preview"), anchor=False)
    try:
        order = _order()
        chosen = labelling.chosen_instruments(opened, order)
        picture = labelling.preview(visit.environment, opened, order, visit.language)
    except BadInput as error:
        frame.error_box(visit, error)
        return
    if picture is None:
        st.info(visit.t("labels.nothing-chosen"), icon=":material/info:")
        return
    start = order.placement.start
    sheets = labelling.sheet_count(len(chosen), start)
    st.markdown(visit.t("labels.count", labels=len(chosen), sheets=sheets))
    address = f"{enterprise_id}/nhan-{visit.language.value}.pdf?{order.query()}"
    frame.download_link(visit.t("labels.download"), address, is_primary=True)
    st.caption(visit.t("labels.hint"))
    with st.container(border=True, key="label_sheet"):
        # Held in the address itself, so that nobody else can ask the server for it.
        held = f"data:image/png;base64,{b64encode(picture).decode()}"
        st.image(held, width="stretch", alt=visit.t("labels.preview-alt", start=start))


def _order() -> LabelOrder:
    state = st.session_state
    fields = {
        "chon": state["label_which"],
        "vi-tri": str(state["label_start"]),
        "phai": state["label_right"],
        "xuong": state["label_down"],
    }
    return labelling.read_order(fields, tuple(state.get("label_codes") or ()))


if __name__ == "__main__":
    show()
