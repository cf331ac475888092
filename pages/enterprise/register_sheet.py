"""The register in Excel: download it, send it back, see what would change, take the good rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import streamlit as st

from core.domain.register.sheet import CellChange, CellFault, KnownLine, RowKind, SheetRow
from core.errors import Conflict
from core.language import clock
from core.services import register_sheets, registering
from core.services.register_sheets import Chosen, SheetPreview
from pages import frame
from pages.enterprise.chosen import chosen_enterprise
from pages.frame import Audience, Visit
from pages.widgets.file_picker import PickedFile, file_picker
from pages.widgets.writing import plain

_LIST = "enterprise/register.py"
_WIDTH = 720
_SENT = "sheet_sent"
_DONE = "sheet_done"
_PLACE = "sheet"
SHOWN = 50
"""Most rows of a kind that are drawn; the others are counted."""
_KINDS = (RowKind.NEW, RowKind.CHANGED, RowKind.CONFLICT, RowKind.WRONG, RowKind.SAME)
_Shown = TypeVar("_Shown")


@dataclass(frozen=True)
class Sent:
    """A file that was sent and not yet taken or dropped, with what it would change."""

    file: PickedFile
    preview: SheetPreview


def show() -> None:
    with frame.open_page(width=_WIDTH, needs=Audience.ENTERPRISE) as visit:
        enterprise_id = chosen_enterprise(visit)
        register = registering.open_register(visit.environment, visit.person, enterprise_id)
        sent = _sent(enterprise_id)
        st.page_link(_LIST, label=visit.t("register.card.back"), icon=":material/arrow_back:")
        st.title(visit.t("sheet.title"), anchor=False)
        st.markdown(visit.t("sheet.lead"))
        _download(visit, enterprise_id, len(register.kept), is_primary=sent is None)
        _upload(visit, enterprise_id, may_edit=register.may_edit)
        if sent is not None and register.may_edit:
            _preview(visit, sent.preview)


def _download(visit: Visit, enterprise_id: UUID, count: int, *, is_primary: bool) -> None:
    st.header(visit.t("sheet.download.title"), anchor=False)
    with st.container(border=True):
        st.markdown(visit.t("sheet.download.lead", count=count))
        address = f"{enterprise_id}/phuong-tien-do-{visit.language.value}.xlsx"
        frame.download_link(visit.t("sheet.download.button"), address, is_primary=is_primary)


def _upload(visit: Visit, enterprise_id: UUID, *, may_edit: bool) -> None:
    st.header(visit.t("sheet.upload.title"), anchor=False)
    with st.container(border=True):
        if not may_edit:
            st.markdown(visit.t("sheet.upload.viewer"))
            return
        st.markdown(visit.t("sheet.upload.lead"))
        file_picker(
            visit,
            _PLACE,
            visit.t("sheet.upload.choose"),
            lambda fresh, file: _read(fresh, file, enterprise_id),
            kinds=(".xlsx",),
            limit=register_sheets.FILE_LIMIT,
        )
        frame.refusal(visit, _PLACE)
        if _DONE in st.session_state:
            st.success("  \n".join(st.session_state.pop(_DONE)), icon=":material/check:")


def _sent(enterprise_id: UUID) -> Sent | None:
    """Return the file that waits; one that was sent for another enterprise waits no longer."""
    sent: Sent | None = st.session_state.get(_SENT)
    if sent is not None and sent.preview.enterprise_id != enterprise_id:
        del st.session_state[_SENT]
        return None
    return sent


# --- What would change ---


def _preview(visit: Visit, preview: SheetPreview) -> None:
    st.header(visit.t("sheet.preview.title"), anchor=False)
    with st.container(border=True):
        _counts(visit, preview)
        _wrong(visit, preview)
        _rows(visit, preview, RowKind.CHANGED)
        _rows(visit, preview, RowKind.NEW)
        taken = _conflicts(visit, preview)
        removed = _missing(visit, preview.missing)
        _decide(visit, preview, Chosen(frozenset(taken), frozenset(removed)))


def _counts(visit: Visit, preview: SheetPreview) -> None:
    st.markdown(visit.md("sheet.preview.file", name=preview.file_name, sheet=preview.sheet))
    if not preview.is_own:
        st.markdown(visit.t("sheet.preview.other-register"))
    counts = {kind.value: len(preview.of(kind)) for kind in _KINDS} | {"missing": len(preview.missing)}
    st.markdown(
        "\n".join(f"- {visit.t(f'sheet.count.{name}', count=count)}" for name, count in counts.items() if count)
    )
    if preview.foreign:
        st.caption(visit.md("sheet.preview.foreign", columns=", ".join(preview.foreign)))


def _wrong(visit: Visit, preview: SheetPreview) -> None:
    def draw(faults: Sequence[CellFault]) -> None:
        st.markdown("\n".join(f"- {_fault(visit, preview, one)}" for one in faults))

    _part(visit, "wrong", [fault for row in preview.rows for fault in row.faults], draw)
    _part(visit, "doubts", [doubt for row in preview.rows for doubt in row.doubts], draw)


def _fault(visit: Visit, preview: SheetPreview, fault: CellFault) -> str:
    details = {
        "place": fault.place,
        "column": preview.vocabulary.headings[fault.field],
        "seen": fault.seen,
        "expected": fault.expected,
    }
    return frame.notice_sentence(visit, fault.code, details)


def _rows(visit: Visit, preview: SheetPreview, kind: RowKind) -> None:
    def draw(rows: Sequence[SheetRow]) -> None:
        for row in rows:
            st.markdown("\n".join((_row_line(visit, row), *_change_lines(visit, preview, row.changes))))

    _part(visit, kind.value, preview.of(kind), draw)


def _row_line(visit: Visit, row: SheetRow) -> str:
    name = row.wanted.name if row.wanted else ""
    return f"{visit.t('sheet.preview.row', number=row.number)} · **{plain(row.code)}** {plain(name)}\n"


def _change_lines(visit: Visit, preview: SheetPreview, changes: Iterable[CellChange]) -> Iterable[str]:
    for change in changes:
        line = visit.md(
            "sheet.preview.change",
            column=preview.vocabulary.headings[change.field],
            kept=_value(visit, preview, change.field, change.kept),
            wanted=_value(visit, preview, change.field, change.wanted),
        )
        yield f"- {line}" + (f" ({visit.t('sheet.conflict.mark')})" if change.is_conflict else "")


def _value(visit: Visit, preview: SheetPreview, name: str, value: Any) -> str:
    return preview.vocabulary.shown(name, value, visit.language) or visit.t("sheet.preview.empty")


def _conflicts(visit: Visit, preview: SheetPreview) -> list[int]:
    """Draw the rows that were changed in both places; return the numbers of those in which the file is right."""
    taken: list[int] = []

    def draw(rows: Sequence[SheetRow]) -> None:
        st.markdown(visit.t("sheet.part.conflict-lead"))
        for row in rows:
            lines = [_row_line(visit, row), *_change_lines(visit, preview, row.changes)]
            if row.was_removed:
                lines.append(visit.t("sheet.conflict.removed"))
            st.markdown("\n".join(lines))
            choice = st.radio(
                f"{visit.t('sheet.preview.row', number=row.number)} · {plain(row.code)}",
                ("keep", "take"),
                format_func=lambda one: visit.t(f"sheet.conflict.{one}"),
                key=f"sheet_conflict_{row.number}",
                label_visibility="collapsed",
            )
            if choice == "take":
                taken.append(row.number)

    _part(visit, "conflict", preview.of(RowKind.CONFLICT), draw)
    return taken


def _missing(visit: Visit, missing: Sequence[KnownLine]) -> list[UUID]:
    """Draw the lines that the file does not hold; return the ids of those that are to leave the register."""
    removed: list[UUID] = []

    def draw(lines: Sequence[KnownLine]) -> None:
        st.markdown(visit.t("sheet.part.missing-lead"))
        for line in lines:
            one = line.instrument
            label = visit.md("sheet.missing.remove", code=one.code, name=one.name)
            if st.checkbox(label, key=f"sheet_remove_{line.id}"):
                removed.append(line.id)

    _part(visit, "missing", missing, draw)
    return removed


def _part(visit: Visit, part: str, every: Sequence[_Shown], draw: Callable[[Sequence[_Shown]], object]) -> None:
    """Draw a heading and the first of many; nothing where there are none."""
    if not every:
        return
    st.subheader(visit.t(f"sheet.part.{part}"), anchor=False)
    draw(every[:SHOWN])
    if len(every) > SHOWN:
        key = "sheet.preview.more-kept" if part in ("conflict", "missing") else "sheet.preview.more"
        st.caption(visit.t(key, count=len(every) - SHOWN))


def _decide(visit: Visit, preview: SheetPreview, chosen: Chosen) -> None:
    count = len(preview.good) + len(chosen.taken)
    if not (count or chosen.removed):
        is_same = all(row.kind is RowKind.SAME for row in preview.rows)
        st.info(visit.t(f"sheet.preview.{'nothing' if is_same else 'none-good'}"), icon=":material/info:")
    with st.container(horizontal=True):
        st.button(
            visit.t("sheet.take-and-remove", count=count, removed=len(chosen.removed))
            if chosen.removed
            else visit.t("sheet.take", count=count),
            type="primary",
            key="sheet_take",
            disabled=not (count or chosen.removed),
            on_click=lambda: frame.attempt(_PLACE, _take, chosen),
        )
        st.button(visit.t("sheet.drop"), key="sheet_drop", on_click=_drop)


# --- Deeds ---


def _read(visit: Visit, file: PickedFile, enterprise_id: UUID) -> None:
    preview = register_sheets.preview_sheet(
        visit.environment, visit.person, enterprise_id, file.content, name=file.name, language=visit.language
    )
    _drop()
    st.session_state[_SENT] = Sent(file, preview)


def _take(visit: Visit, chosen: Chosen) -> None:
    sent: Sent = st.session_state[_SENT]
    preview = sent.preview
    try:
        taken = register_sheets.apply_sheet(visit.environment, visit.person, preview, chosen)
    except Conflict:
        _read(visit, sent.file, preview.enterprise_id)
        raise
    _drop()
    done = [visit.t("sheet.done", count=taken.rows, time=clock(visit.environment.now()))]
    if taken.removed:
        done.append(visit.t("sheet.done-removed", count=taken.removed))
    if wrong := len(preview.of(RowKind.WRONG)):
        done.append(visit.t("sheet.done-wrong", count=wrong))
    st.session_state[_DONE] = done


def _drop() -> None:
    """Forget the file that waits and what was chosen about its rows."""
    st.session_state.pop(_SENT, None)
    for key in [key for key in st.session_state if str(key).startswith(("sheet_conflict_", "sheet_remove_"))]:
        del st.session_state[key]


if __name__ == "__main__":
    show()
