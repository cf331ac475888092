"""What several pages show of a draft that was handed out: whether it stands, and the hashes of its files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from core.domain.handed_out import HandedOutFile
from pages.frame import Visit
from pages.widgets.copy_field import copy_field


def standing_badge(visit: Visit, revoked_on: date | None) -> str:
    """Return as Markdown whether a draft stands or was revoked, and when."""
    if revoked_on is None:
        return f":green-badge[:material/check: {visit.t('check.standing')}]"
    return f":orange-badge[:material/do_not_disturb_on: {visit.t('check.revoked', day=revoked_on)}]"


def file_kind(visit: Visit, file: HandedOutFile) -> str:
    """Return what a file is: "PDF, Vietnamese"."""
    return visit.t(f"check.file-kind.{file.form}.{file.language.value}")


def hashes(visit: Visit, key: str, files: Sequence[HandedOutFile]) -> None:
    """Draw the SHA-256 of each file, closed until somebody opens them."""
    with st.expander(visit.t("check.hashes"), type="compact", icon=":material/list:", key=f"hashes_{key}"):
        for file in files:
            copy_field(visit, f"hash_{key}_{file.form}_{file.language}", file_kind(visit, file), file.sha256)
