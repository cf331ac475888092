"""Asking the Department for support: what for, the consent to be named, and why one is ranked as one is."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from core.domain.statistics.selection import Criterion, Wish
from core.domain.statistics.suppression import MINIMUM_GROUP
from core.language import VIETNAM, day, number
from core.services import selecting
from core.services.selecting import OwnRequest
from core.services.selection_papers import SelectionTeller
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Audience, Visit
from pages.widgets.writing import plain

_WIDTH = 720
_PLACE = "support"
_CONSENT = "support_consent"


def show() -> None:
    """Draw the request and what it is judged by."""
    with frame.open_page(width=_WIDTH, needs=Audience.ENTERPRISE) as visit:
        enterprise_id = chosen_enterprise(visit)
        found = selecting.own_request(visit.environment, visit.person, enterprise_id)
        teller = SelectionTeller(visit.environment, visit.language)
        st.title(visit.t("selection.ask.title"), anchor=False)
        st.markdown(visit.t("selection.ask.lead"))
        frame.refusal(visit, _PLACE)
        _lapsed(visit, found, enterprise_id)
        if found.stands:
            _standing(visit, teller, found, enterprise_id)
        elif not found.may_ask:
            st.info(visit.t("selection.ask.cannot"), icon=":material/lock:")
        elif not found.province:
            st.info(visit.t("selection.ask.no-province"), icon=":material/info:")
            st.page_link("enterprise/profile.py", label=visit.t("selection.ask.profile"))
        else:
            _form(visit, teller, found, enterprise_id)
        _why(visit, teller, found)


def _lapsed(visit: Visit, found: OwnRequest, enterprise_id: UUID) -> None:
    request = found.request
    if request is None or request.lapse is None:
        return
    asked = day(request.asked_at.astimezone(VIETNAM).date(), visit.language)
    said = visit.md(f"selection.ask.lapsed.{request.lapse}", day=asked)
    again = visit.t("selection.ask.lapsed.again") if found.may_ask and found.province else ""
    st.warning(f"{said} {again}".rstrip(), icon=":material/visibility_off:")
    if found.may_ask:
        # Else it would stand again, unasked, should the firm move back.
        st.button(
            visit.t("selection.ask.lapsed.forget"),
            key="support_forget",
            type="tertiary",
            on_click=lambda: frame.attempt(_PLACE, _withdraw, enterprise_id),
        )


def _standing(visit: Visit, teller: SelectionTeller, found: OwnRequest, enterprise_id: UUID) -> None:
    request = found.request
    assert request is not None
    with st.container(border=True, gap="small"):
        asked = day(request.asked_at.astimezone(VIETNAM).date(), visit.language)
        wishes = teller.wishes(request.wishes)
        st.markdown(f":material/check_circle: **{visit.md('selection.ask.stands', day=asked, wishes=wishes)}**")
        data = visit.say(selecting.consent_to_name(visit.environment).data)
        data = data[0].lower() + data[1:]
        st.markdown(visit.md("selection.ask.seen", province=teller.province(request.province), data=data))
        if not found.may_ask:
            st.caption(visit.t("selection.ask.cannot"))
            return
        st.caption(visit.t("selection.ask.change"))
        with st.popover(
            visit.t("selection.ask.withdraw"), type="tertiary", icon=":material/undo:", key="support_withdraw"
        ):
            st.markdown(visit.t("selection.ask.withdraw.ask"))
            st.button(
                visit.t("selection.ask.withdraw.yes"),
                key="support_withdraw_yes",
                on_click=lambda: frame.attempt(_PLACE, _withdraw, enterprise_id),
            )


def _form(visit: Visit, teller: SelectionTeller, found: OwnRequest, enterprise_id: UUID) -> None:
    consent = selecting.consent_to_name(visit.environment)
    with st.container(border=True, gap="small"):
        st.markdown(f"**{visit.t('selection.ask.what')}**")
        for one in Wish:
            st.checkbox(teller.wish(one), key=f"support_wish_{one}")
        st.markdown(f"**{visit.md('selection.ask.consent', province=teller.province(found.province))}**")
        st.checkbox(plain(visit.say(consent.label)), key=_CONSENT)
        with st.expander(visit.t("account.consent.more"), type="compact", key="support_consent_facts"):
            for part in ("purpose", "data", "receiver", "kept", "without"):
                st.markdown(f"**{visit.t(f'account.consent.{part}')}**: {plain(visit.say(getattr(consent, part)))}")
        st.button(
            visit.t("selection.ask.do"),
            type="primary",
            key="support_ask",
            on_click=lambda: frame.attempt(_PLACE, _ask, enterprise_id),
        )


def _ask(visit: Visit, enterprise_id: UUID) -> None:
    wishes = [one for one in Wish if st.session_state.get(f"support_wish_{one}")]
    agreed = bool(st.session_state.get(_CONSENT))
    selecting.ask(visit.environment, visit.person, enterprise_id, wishes, agreed=agreed, language=visit.language)


def _withdraw(visit: Visit, enterprise_id: UUID) -> None:
    selecting.withdraw(visit.environment, visit.person, enterprise_id, visit.language)


def _why(visit: Visit, teller: SelectionTeller, found: OwnRequest) -> None:
    st.header(visit.t("selection.ask.why"), anchor=False)
    points, weights = number(found.points, visit.language, 1), teller.weights(found.weights)
    st.markdown(visit.md("selection.ask.points", points=points, weights=weights))
    if found.place is not None:
        st.markdown(visit.md("selection.ask.place", place=found.place, of=found.of))
    elif found.stands:
        st.caption(visit.t("selection.ask.few", count=MINIMUM_GROUP))
    with st.container(border=True, gap="small"):
        for one in Criterion:
            fact, how = plain(teller.fact(found.own, one)), plain(visit.t(f"selection.how.{one}"))
            st.markdown(f"**{teller.criterion(one)}: {fact}**  \n:small[{how}]")
    if found.own.score is None:
        st.caption(visit.t("selection.ask.not-handed-in"))
    st.caption(visit.t("selection.own-choice"))


if __name__ == "__main__":
    show()
