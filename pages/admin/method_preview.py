"""Administrators: whose level would move under the method of a file; nothing is written."""

from __future__ import annotations

import re
from collections.abc import Mapping

import streamlit as st

from core.domain.scorecard import ScoreKind
from core.domain.statistics.figures import Dimension, ProtectedTable
from core.domain.statistics.sheets import SheetTeller, Unit
from core.domain.statistics.suppression import MINIMUM_GROUP
from core.errors import ContentError, DoChuanError, FileRefused
from core.services import recomputing
from core.services.recomputing import DOWN, FILE_LIMIT, SAME, UP, Moves
from pages import frame
from pages.frame import Visit
from pages.widgets.file_picker import PickedFile, file_picker
from pages.widgets.writing import plain

PLACE = "method_file"
PICKED = "method_preview.picked"
_MOVES = "method_preview.moves"
_MOST_TOLD = 300
_AT = re.compile(r"at line (\d+), column (\d+)")


def draw(visit: Visit) -> None:
    """Draw the file button and what the last file would move."""
    st.header(visit.t("method-preview.title"), anchor=False)
    st.markdown(visit.t("method-preview.lead"))
    file_picker(visit, PLACE, visit.t("method-preview.choose"), _take, kinds=(".toml",), limit=FILE_LIMIT)
    frame.refusal(visit, PLACE)
    if picked := st.session_state.pop(PICKED, None):
        _compute(visit, picked)
    if found := st.session_state.get(_MOVES):
        _show(visit, *found)


def _take(visit: Visit, picked: PickedFile) -> None:
    """Keep the file for the run that follows: there the wait can be seen."""
    st.session_state.pop(_MOVES, None)
    st.session_state[PICKED] = picked


def _compute(visit: Visit, picked: PickedFile) -> None:
    try:
        with st.spinner(visit.md("method-preview.computing", file=picked.name)):
            moves = recomputing.preview_method(visit.environment, visit.person, picked.content, picked.name)
    except ContentError as error:
        frame.error_box(visit, _told(visit, picked.name, error))
    except DoChuanError as error:
        frame.error_box(visit, error)
    else:
        st.session_state[_MOVES] = picked.name, moves


def _told(visit: Visit, name: str, error: ContentError) -> FileRefused:
    """Say what is wrong with a file, with its place."""
    details = error.details
    problem = str(details["problem"])[:_MOST_TOLD].rstrip(".")
    place = " · ".join(str(details[part]) for part in ("record", "field") if details.get(part))
    if found := _AT.search(problem):
        place = visit.t("method-preview.place", line=found[1], column=found[2])
    place = place or visit.t("method-preview.whole-file")
    return FileRefused("method-wrong", file=name, place=place, problem=problem)


def _show(visit: Visit, name: str, moves: Mapping[ScoreKind, Moves]) -> None:
    teller = SheetTeller(visit.catalogue, visit.language)
    st.subheader(visit.t("method-preview.of", file=plain(name)), anchor=False)
    for kind, one in moves.items():
        with st.container(border=True, gap="small", key=f"moves_{kind}"):
            st.markdown(f"**{visit.t(f'method-preview.kind.{kind}')}**")
            if not one.levels.total:
                st.caption(visit.t("method-preview.nobody", least=MINIMUM_GROUP))
                continue
            sums = dict(zip(one.sectors.columns, one.sectors.column_totals, strict=True))
            counts = {way: teller.shown(sums[way], Unit.FIRMS) for way in (DOWN, SAME, UP)}
            total = teller.shown(one.levels.total, Unit.FIRMS)
            st.markdown(visit.t("method-preview.moved", total=total, **counts))
            st.markdown(visit.t("method-preview.levels"))
            _table(
                visit,
                teller,
                one.levels,
                visit.t("method-preview.now"),
                {level: visit.t("method-preview.level", level=level) for level in one.levels.rows},
                {level: visit.t("method-preview.after", level=level) for level in one.levels.columns},
            )
            with st.expander(visit.t("method-preview.sectors"), type="compact", key=f"moves_sectors_{kind}"):
                _table(
                    visit,
                    teller,
                    one.sectors,
                    visit.t("method-preview.sector"),
                    {sector: teller.value(Dimension.SECTOR, sector) for sector in one.sectors.rows},
                    {way: visit.t(f"method-preview.{way}") for way in one.sectors.columns},
                )
    st.caption(visit.t("method-preview.note", least=MINIMUM_GROUP))


def _table(
    visit: Visit,
    teller: SheetTeller,
    table: ProtectedTable,
    heading: str,
    rows: dict[str, str],
    columns: dict[str, str],
) -> None:
    """Draw the rows that anybody stands in, with totals."""
    total = visit.t("method-preview.total")

    def line(name: str, counts: tuple[int | None, ...], whole: int | None) -> dict[str, str]:
        shown = (teller.shown(one, Unit.FIRMS) for one in (*counts, whole))
        return dict(zip((heading, *columns.values(), total), (plain(name), *shown), strict=True))

    lines = [
        line(rows[row], counts, whole)
        for row, counts, whole in zip(table.rows, table.counts, table.row_totals, strict=True)
        if whole != 0
    ]
    st.table([*lines, line(total, table.column_totals, table.total)], hide_index=True)
