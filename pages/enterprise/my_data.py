"""My data: what is kept, take it along, bring it back, consents, delete."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from core.language import clock, day
from core.services import accounts, exchanging, own_data
from core.services.exchanging import ChangeKind, ImportPreview
from core.services.own_data import Kept
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Audience, Visit
from pages.widgets.file_picker import PickedFile, file_picker
from pages.widgets.questions import choice_words
from pages.widgets.writing import plain

_WIDTH = 720
_PREVIEW = "import_preview"
_DONE = "import_done"
SHOWN_CHANGES = 20
CONTACT = ("name", "post", "phone")
MOST_BYTES = 10 * 1024 * 1024


def show() -> None:
    with frame.open_page(width=_WIDTH, needs=Audience.ENTERPRISE) as visit:
        enterprise_id = chosen_enterprise(visit)
        kept = own_data.overview(visit.environment, visit.person, enterprise_id)
        st.title(visit.t("data.title"), anchor=False)
        st.markdown(visit.t("data.lead"))
        _see(visit, kept)
        if kept.may_export:
            _download(visit, kept, enterprise_id)
        elif kept.views:
            with st.container(border=True):
                _views_link(visit, kept, enterprise_id)
        if kept.may_import:
            _upload(visit, enterprise_id)
        _consents(visit)
        if kept.may_erase:
            _delete(visit, kept, enterprise_id)
        else:
            _delete_account(visit)


def _see(visit: Visit, kept: Kept) -> None:
    st.header(visit.t("data.see.title"), anchor=False)
    with st.container(border=True):
        st.markdown(visit.md("data.see.account", name=kept.account.name, email=kept.account.email))
        st.markdown(
            visit.md(
                "data.see.enterprise",
                name=kept.enterprise_name,
                answers=kept.answers,
                notes=kept.notes,
                files=len(kept.files) + len(kept.instrument_files),
                instruments=kept.instruments,
                edits=kept.edits,
            )
        )
        if kept.reports or kept.feedback:
            st.markdown(visit.t("data.see.told", reports=kept.reports, feedback=kept.feedback))
        if kept.asked_on:
            st.markdown(visit.md("data.see.support", day=kept.asked_on))
        days = visit.environment.settings.draft_days
        st.caption(visit.md("data.see.since", day=kept.since.date(), draft_days=days))
        st.caption(visit.t("data.see.who"))
        st.page_link("enterprise/members.py", icon=":material/group:")
        _correct(visit, kept)


def _correct(visit: Visit, kept: Kept) -> None:
    with st.expander(visit.t("data.correct.title"), type="compact", key="correct"):
        for field in CONTACT:
            key = f"contact_{field}"
            if frame.refused("contact") is None:
                st.session_state[key] = getattr(kept.account, field)
            st.text_input(
                visit.t(f"data.correct.{field}"),
                key=key,
                max_chars=accounts.NAME_LIMIT,
                on_change=lambda: frame.attempt("contact", _keep_contact),
            )
        frame.refusal(visit, "contact")


def _keep_contact(visit: Visit) -> None:
    typed = {field: st.session_state[f"contact_{field}"] or "" for field in CONTACT}
    accounts.correct_contact(visit.environment, visit.person, **typed)
    frame.forget_visit()


def _download(visit: Visit, kept: Kept, enterprise_id: UUID) -> None:
    st.header(visit.t("data.download.title"), anchor=False)
    with st.container(border=True):
        st.markdown(visit.t("data.download.lead"))
        frame.download_link(visit.t("data.download.button"), f"{enterprise_id}/du-lieu.json", is_primary=True)
        if kept.views:
            _views_link(visit, kept, enterprise_id)
        st.page_link("enterprise/handed_out.py", icon=":material/qr_code:")
        if kept.files:
            st.markdown(visit.t("data.download.files"))
        for file in kept.files:
            frame.download_link(file.file_name, f"tep/{file.id}")
        if kept.instrument_files:
            count = len(kept.instrument_files)
            with st.expander(visit.t("data.download.instrument-files", count=count), icon=":material/attach_file:"):
                for code, kept_file in kept.instrument_files:
                    frame.download_link(f"{code} · {kept_file.file_name}", f"phuong-tien/{kept_file.id}")


def _views_link(visit: Visit, kept: Kept, enterprise_id: UUID) -> None:
    frame.download_link(visit.t("views.download", count=kept.views), f"{enterprise_id}/goc-nhin-rieng.json")
    st.caption(visit.t("views.download.note"))


def _upload(visit: Visit, enterprise_id: UUID) -> None:
    st.header(visit.t("data.upload.title"), anchor=False)
    with st.container(border=True):
        st.markdown(visit.t("data.upload.lead"))
        file_picker(
            visit,
            "import",
            visit.t("data.upload.choose"),
            lambda fresh, file: _read(fresh, file, enterprise_id),
            kinds=(".json",),
            limit=MOST_BYTES,
        )
        frame.refusal(visit, "import")
        frame.refusal(visit, "import_take")
        if _DONE in st.session_state:
            st.success(visit.t("data.upload.done", time=st.session_state.pop(_DONE)), icon=":material/check:")
        preview: ImportPreview | None = st.session_state.get(_PREVIEW)
        if preview is not None:
            _preview(visit, preview, enterprise_id)


def _preview(visit: Visit, preview: ImportPreview, enterprise_id: UUID) -> None:
    st.markdown(f"**{visit.t('data.upload.preview')}**")
    counts = {
        **{kind.value: preview.count(kind) for kind in ChangeKind},
        "instruments": sum(one.kind is not ChangeKind.SAME for one in preview.instruments),
        "edits": sum(one.kind is not ChangeKind.SAME for one in preview.edits),
        "feedback": len(preview.feedback),
    }
    st.markdown(
        "\n".join(f"- {visit.t(f'data.upload.{name}', count=count)}" for name, count in counts.items() if count)
    )
    for notice in preview.file.notices:
        st.caption(frame.notice_sentence(visit, notice.code, notice.details))
    changed = [one for one in preview.answers if one.kind is ChangeKind.CHANGED]
    for change in changed[:SHOWN_CHANGES]:
        question = visit.catalogue.questions[change.place]
        ours, theirs = (
            choice_words(visit, question, one.choice) if one and one.choice else visit.t("widgets.none-yet")
            for one in (change.kept, change.wanted)
        )
        st.caption(f"{visit.md('data.upload.change-number', number=question.number)} {ours} → {theirs}")
    if not preview.changes_anything:
        st.info(visit.t("data.upload.nothing"), icon=":material/info:")
        return
    with st.container(horizontal=True):
        st.button(
            visit.t("data.upload.take-new"),
            key="take_new",
            on_click=lambda: frame.attempt("import_take", _take, enterprise_id, preview.only_new()),
        )
        if preview.only_new() != preview:
            st.button(
                visit.t("data.upload.take-all"),
                key="take_all",
                on_click=lambda: frame.attempt("import_take", _take, enterprise_id, preview),
            )


def _read(visit: Visit, file: PickedFile, enterprise_id: UUID) -> None:
    st.session_state.pop(_PREVIEW, None)
    st.session_state[_PREVIEW] = exchanging.preview_import(visit.environment, visit.person, enterprise_id, file.content)


def _take(visit: Visit, enterprise_id: UUID, preview: ImportPreview) -> None:
    exchanging.apply_import(visit.environment, visit.person, enterprise_id, preview)
    st.session_state.pop(_PREVIEW)
    st.session_state[_DONE] = clock(visit.environment.now())


def _consents(visit: Visit) -> None:
    st.header(visit.t("data.consents.title"), anchor=False)
    records = {record.consent: record for record in accounts.consents(visit.environment, visit.person)}
    with st.container(border=True):
        for consent in visit.catalogue.consents:
            record = records.get(consent.id)
            is_given = record is not None and record.given
            with st.container(key=f"row_consent_{consent.id}", gap="xxsmall"):
                st.markdown(plain(visit.say(consent.label)))
                with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                    if record is None:
                        st.caption(visit.t("data.consents.not-given"))
                    else:
                        key = "given" if is_given else "withdrawn" if record.given else "not-given"
                        shown = day(record.at.date(), visit.language)
                        st.caption(visit.md(f"data.consents.{key}", day=shown, version=record.version))
                    if consent.needed and is_given:
                        st.caption(visit.t("data.consents.needed"))
                    else:
                        st.button(
                            visit.t("data.consents.withdraw" if is_given else "data.consents.give"),
                            key=f"consent_{consent.id}",
                            on_click=lambda one=consent.id, given=not is_given: frame.attempt(
                                "consents", _set_consent, one, given
                            ),
                        )
                if consent.id == accounts.NAMING_CONSENT:
                    st.page_link("enterprise/support.py", icon=":material/handshake:")
        frame.refusal(visit, "consents")


def _set_consent(visit: Visit, consent_id: str, given: bool) -> None:
    accounts.set_consent(visit.environment, visit.person, consent_id, given=given, language=visit.language)


def _delete(visit: Visit, kept: Kept, enterprise_id: UUID) -> None:
    st.header(visit.t("data.delete.title"), anchor=False)
    with st.container(border=True):
        st.markdown(visit.t("data.delete.lead"))
        st.caption(visit.t("data.delete.statistics"))
        st.text_input(visit.t("data.delete.confirm", name=kept.enterprise_name), key="delete_name")
        st.checkbox(visit.t("data.delete.account"), key="delete_account")
        st.button(
            visit.t("data.delete.button"),
            icon=":material/delete:",
            key="delete",
            on_click=lambda: frame.attempt("delete", _erase, enterprise_id),
        )
        frame.refusal(visit, "delete")


def _delete_account(visit: Visit) -> None:
    """For those who may not delete the enterprise: their own account only."""
    st.header(visit.t("data.delete.title"), anchor=False)
    with st.container(border=True):
        st.markdown(visit.t("data.delete.account-lead"))
        is_sure = st.checkbox(visit.t("data.delete.account-sure"), key="account_sure")
        st.button(
            visit.t("data.delete.account-button"),
            icon=":material/delete:",
            key="delete_own_account",
            disabled=not is_sure,
            on_click=lambda: frame.attempt("delete", _erase_account),
        )
        frame.refusal(visit, "delete")


def _erase_account(visit: Visit) -> None:
    accounts.erase_own_account(visit.environment, visit.person)


def _erase(visit: Visit, enterprise_id: UUID) -> None:
    own_data.erase(visit.environment, visit.person, enterprise_id, st.session_state["delete_name"] or "")
    frame.forget_visit()
    if st.session_state["delete_account"]:
        accounts.erase_own_account(visit.environment, frame.current_visit().person)


if __name__ == "__main__":
    show()
