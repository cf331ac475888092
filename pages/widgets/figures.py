"""A sheet of the officials on screen: its chart, what it rests on, its table, its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

import altair as alt
import streamlit as st

from core.domain.document import Shape
from core.domain.statistics.sheets import ISLANDS, Sheet, SheetTeller
from core.render import figure_charts
from core.render.figure_charts import Tile
from core.services.official_sheets import FORMS, Asked
from pages import frame
from pages.frame import Visit
from pages.widgets.writing import plain

_MOST_NAMED_COLUMNS, _MOST_LETTERS = 6, 60
_MOST_ROWS = 12
_FEW_COLUMNS = 3
_TILES_WIDTH = 680


def draw_sheet(
    visit: Visit, sheet: Sheet, asked: Asked, *, column: int = -1, row: str = "", with_files: bool = True
) -> None:
    """Draw a sheet under its title.

    column: the one that tiles show, -1 for the total. row: the chosen group, which a line shows, and which stands
    beside the whole where a chart has no room for all. with_files: for officials; others get none.
    """
    teller = SheetTeller(visit.catalogue, visit.language)
    with st.container(key=f"sheet_{sheet.id}", gap="small"):
        st.header(sheet.title, anchor=False)
        _draw(visit, teller, sheet, column, row)
        for caption in _captions(visit, teller, sheet):
            st.caption(plain(caption))
        with st.expander(visit.t("figures.table"), type="compact", key=f"table_{sheet.id}"):
            _table(teller, sheet)
        if with_files:
            files(visit, sheet.id, asked)


def _draw(visit: Visit, teller: SheetTeller, sheet: Sheet, column: int, row: str) -> None:
    if sheet.shape is Shape.LINE and all(value is None for value in (sheet.row(row) or sheet.whole).values):
        st.info(visit.t("figures.all-hidden"), icon=":material/visibility_off:")
        return
    drawn = _drawn(sheet, row)
    st.altair_chart(
        _chart(visit, teller, drawn, column, row),
        width=_TILES_WIDTH if sheet.shape is Shape.TILES else "stretch",
        alt=teller.alternative(sheet),
    )
    if drawn is not sheet:
        st.caption(visit.t("figures.note.few-drawn"))


def files(visit: Visit, sheet_id: str, asked: Asked) -> None:
    """Offer the files of a sheet: what is looked at stands in their addresses."""
    with st.container(horizontal=True, gap="small"):
        for form in FORMS:
            address = f"so-lieu/{sheet_id}-{visit.language.value}.{form}?{urlencode(asked.address())}"
            frame.download_link(visit.t("figures.take", form=form.upper()), address)


def _drawn(sheet: Sheet, row: str) -> Sheet:
    """Return what a chart has room for: of very many bars those of the whole and of the chosen group."""
    is_long = len(sheet.rows) > _MOST_ROWS and sheet.shape in (Shape.PARTS, Shape.HEAT)
    if not is_long or (sheet.shape is Shape.HEAT and len(sheet.columns) > _FEW_COLUMNS):
        return sheet
    return replace(sheet, rows=tuple(one for one in sheet.rows if one.id == row))


def _chart(visit: Visit, teller: SheetTeller, sheet: Sheet, column: int, row: str) -> alt.LayerChart:
    def write(value: int | None) -> str:
        return teller.shown(value, sheet.unit)

    match sheet.shape:
        case Shape.TILES:
            return figure_charts.tiles(sheet, _grid(visit, teller), column, write)
        case Shape.PARTS:
            return figure_charts.parts(sheet, write)
        case Shape.HEAT:
            return figure_charts.heat(sheet, write, _headings(sheet))
        case Shape.BARS:
            return figure_charts.bars(sheet, write)
        case Shape.LINE:
            return figure_charts.line(sheet, sheet.row(row) or sheet.whole, write)


def _grid(visit: Visit, teller: SheetTeller) -> list[Tile]:
    provinces = [Tile(one.code, visit.say(one.name), *one.tile) for one in visit.catalogue.provinces.values()]
    islands = [
        Tile("", teller.word(f"island.{name}"), column, row, teller.word(f"island.{name}.of"))
        for name, column, row in ISLANDS
    ]
    return [*provinces, *islands]


def _headings(sheet: Sheet) -> Sequence[str]:
    """Columns without room for their names are numbered; the names stand under the chart."""
    return [str(place) for place in range(1, len(sheet.columns) + 1)] if _is_numbered(sheet) else sheet.columns


def _is_numbered(sheet: Sheet) -> bool:
    is_long = len(sheet.columns) > _MOST_NAMED_COLUMNS or sum(map(len, sheet.columns)) > _MOST_LETTERS
    return sheet.shape is Shape.HEAT and is_long


def _captions(visit: Visit, teller: SheetTeller, sheet: Sheet) -> list[str]:
    found = []
    if sheet.shape is Shape.TILES:
        found.append(visit.t("figures.tiles-note"))
    if _is_numbered(sheet):
        found.append(" · ".join(f"{place} {name}" for place, name in enumerate(sheet.columns, start=1)))
    return [*found, teller.origin(sheet), *sheet.notes]


def _table(teller: SheetTeller, sheet: Sheet) -> None:
    table = teller.table(sheet)
    headings = [column.heading for column in table.columns]
    rows = [*table.rows, *([table.total] if table.total else [])]
    st.table([dict(zip(headings, map(plain, row), strict=True)) for row in rows], hide_index=True)
