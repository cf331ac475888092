"""The people of the enterprise: who they are, what each may do, inviting somebody by a link, leaving."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from core.domain.permissions import Role
from core.language import VIETNAM, day
from core.services import accounts, members
from core.services.members import Colleague, OpenMembers
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Audience, Visit
from pages.widgets.copy_field import copy_field
from pages.widgets.writing import plain

_WIDTH = 720
_PLACE = "members"
_NEW = "new_invitation"
ROLES = (Role.OWNER, Role.EDITOR, Role.VIEWER)


def show() -> None:
    with frame.open_page(width=_WIDTH, needs=Audience.ENTERPRISE) as visit:
        enterprise_id = chosen_enterprise(visit)
        opened = members.open_members(visit.environment, visit.person, enterprise_id)
        st.title(visit.t("members.title"), anchor=False)
        st.markdown(visit.md("members.lead", enterprise=opened.enterprise_name))
        frame.refusal(visit, _PLACE)
        with st.container(border=True):
            for person in opened.people:
                _person(visit, opened, enterprise_id, person)
        if opened.may_manage:
            _invite(visit, opened, enterprise_id)
            _waiting(visit, opened, enterprise_id)
        else:
            st.caption(visit.t("members.owners-manage"))


def _person(visit: Visit, opened: OpenMembers, enterprise_id: UUID, person: Colleague) -> None:
    is_me = person.account_id == visit.person.account_id
    mark = f" :gray-badge[{visit.t('members.this-account')}]" if is_me else ""
    with st.container(key=f"row_member_{person.account_id}", gap="xxsmall"):
        st.markdown(f"**{plain(person.name)}**{mark}  \n{plain(person.email)}")
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            if opened.may_manage:
                _role_choice(visit, enterprise_id, person)
            else:
                st.caption(_role_name(visit, person.role), width="content")
            if is_me:
                _leave(visit, opened, enterprise_id, person)
            elif opened.may_manage:
                _remove(visit, enterprise_id, person)


def _role_choice(visit: Visit, enterprise_id: UUID, person: Colleague) -> None:
    key = f"role_{person.account_id}"
    st.session_state[key] = person.role
    st.selectbox(
        visit.t("members.role", name=person.name),
        ROLES,
        key=key,
        filter_mode=None,
        format_func=lambda role: _role_name(visit, role),
        label_visibility="collapsed",
        width=260,
        on_change=lambda: frame.attempt(
            _PLACE, _set_role, enterprise_id, person.account_id, Role(st.session_state[key])
        ),
    )


def _leave(visit: Visit, opened: OpenMembers, enterprise_id: UUID, person: Colleague) -> None:
    with st.popover(visit.t("members.leave"), type="tertiary", icon=":material/logout:", key="leave"):
        st.markdown(visit.t("members.leave.ask"))
        st.button(
            visit.md("members.leave.yes", enterprise=opened.enterprise_name),
            key="leave_yes",
            on_click=lambda: frame.attempt(_PLACE, _take_out, enterprise_id, person.account_id),
        )


def _remove(visit: Visit, enterprise_id: UUID, person: Colleague) -> None:
    with st.popover(
        visit.t("members.remove"), type="tertiary", icon=":material/person_remove:", key=f"remove_{person.account_id}"
    ):
        st.markdown(visit.md("members.remove.ask", name=person.name))
        st.button(
            visit.md("members.remove.yes", name=person.name),
            key=f"remove_yes_{person.account_id}",
            on_click=lambda: frame.attempt(_PLACE, _take_out, enterprise_id, person.account_id),
        )


def _invite(visit: Visit, opened: OpenMembers, enterprise_id: UUID) -> None:
    st.header(visit.t("members.invite.title"), anchor=False)
    with st.container(border=True):
        st.markdown(visit.t("members.invite.lead"))
        st.radio(
            visit.t("members.invite.role"),
            ROLES,
            index=ROLES.index(Role.EDITOR),
            format_func=lambda role: _role_name(visit, role),
            captions=[visit.t(f"notices.role.{role.value}.sees") for role in ROLES],
            key="invite_role",
        )
        st.button(
            visit.t("members.invite.button"),
            type="primary",
            icon=":material/person_add:",
            key="invite",
            on_click=lambda: frame.attempt(_PLACE, _make_link, enterprise_id),
        )
        # The link is kept nowhere but in this tab, and shown for as long as somebody can use it.
        link = str(st.session_state.get(_NEW, ""))
        if accounts.key_of(link.rpartition("/")[2]) in {one.key for one in opened.invitations}:
            copy_field(visit, "invitation_link", visit.t("members.invite.link"), link)
            st.caption(visit.t("members.invite.once", days=members.INVITATION_LASTS.days))


def _waiting(visit: Visit, opened: OpenMembers, enterprise_id: UUID) -> None:
    if not opened.invitations:
        return
    st.header(visit.t("members.waiting.title"), anchor=False)
    with st.container(border=True):
        for one in opened.invitations:
            until = day(one.expires_at.astimezone(VIETNAM).date(), visit.language)
            with st.container(
                key=f"row_invitation_{one.key[:12]}",
                horizontal=True,
                vertical_alignment="center",
                horizontal_alignment="distribute",
            ):
                line = visit.md("members.waiting.line", role=_role_name(visit, one.role), day=until)
                st.markdown(line, width="content")
                st.button(
                    visit.t("members.waiting.withdraw"),
                    type="tertiary",
                    icon=":material/close:",
                    key=f"withdraw_{one.key[:12]}",
                    on_click=lambda key=one.key: frame.attempt(_PLACE, _withdraw, enterprise_id, key),
                )


def _role_name(visit: Visit, role: Role) -> str:
    return visit.t(f"notices.role.{role.value}.name")


# Deeds


def _set_role(visit: Visit, enterprise_id: UUID, account_id: UUID, role: Role) -> None:
    members.set_member_role(visit.environment, visit.person, enterprise_id, account_id, role)
    frame.forget_visit()


def _take_out(visit: Visit, enterprise_id: UUID, account_id: UUID) -> None:
    members.remove_member(visit.environment, visit.person, enterprise_id, account_id)
    frame.forget_visit()


def _make_link(visit: Visit, enterprise_id: UUID) -> None:
    role = Role(st.session_state["invite_role"])
    st.session_state[_NEW] = members.invite(visit.environment, visit.person, enterprise_id, role)


def _withdraw(visit: Visit, enterprise_id: UUID, key: str) -> None:
    members.withdraw_invitation(visit.environment, visit.person, enterprise_id, key)


if __name__ == "__main__":
    show()
