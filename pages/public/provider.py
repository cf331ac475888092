"""Signing in by the identity provider: on the way there, and back with its word or without an account here."""

from __future__ import annotations

import streamlit as st

from core.errors import NotThere
from core.services import providers
from core.services.providers import ProviderIdentity
from pages import frame
from pages.frame import Visit
from pages.widgets.leading_on import lead_on


def show() -> None:
    """Lead to the provider, or from its word to a session of ours."""
    with frame.open_page(width=720) as visit:
        provider = visit.environment.settings.provider_title
        if not provider:
            raise NotThere
        if visit.actor is not None:
            st.switch_page("public/home.py")
        st.title(visit.md("provider.title", provider=provider), anchor=False)
        identity = frame.provider_identity(visit)
        if identity is None or not providers.is_fresh(visit.environment, identity):
            _set_out(visit, provider)
            return
        ticket = providers.make_ticket(visit.environment, identity, frame.door())
        if ticket is None:
            _no_account(visit, identity, provider)
        else:
            st.markdown(visit.md("provider.coming-in", provider=provider))
            lead_on(visit.t("provider.go-on"), f"/lien-thong/vao/{ticket}")


def _set_out(visit: Visit, provider: str) -> None:
    if frame.door():
        st.markdown(visit.md("provider.going", provider=provider))
        st.login(visit.environment.settings.oidc_provider)
    else:
        # Whoever comes by a bookmark has no mark of this browser yet, which the way back is bound to.
        frame.action_link(visit.t("provider.go-on"), "/lien-thong", is_primary=True)


def _no_account(visit: Visit, identity: ProviderIdentity, provider: str) -> None:
    frame.stay_a_guest()
    case = "no-account" if identity.is_verified and identity.email else "not-verified"
    st.info(visit.md(f"provider.{case}", provider=provider, email=identity.email), icon=":material/info:")
    st.markdown(visit.md(f"provider.{case}.mend", provider=provider))
    if contact := visit.environment.settings.data_contact:
        st.markdown(visit.md("provider.ask", contact=contact))
    with st.container(horizontal=True, vertical_alignment="center"):
        frame.action_link(visit.t("frame.sign-up"), "/dang-ky", is_primary=case == "no-account")
        frame.action_link(visit.t("frame.sign-in"), "/dang-nhap")
        if st.button(visit.t("provider.another"), type="tertiary", key="provider_another"):
            st.logout()


if __name__ == "__main__":
    show()
