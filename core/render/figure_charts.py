"""The officials' sheets as charts on screen, in the colours of the page; a hidden number is a dashed outline."""

# mypy: untyped-calls-exclude="altair"

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from core.domain.statistics.sheets import Sheet, SheetRow
from core.render.charts import INK, ink_source

Write = Callable[[int | None], str]
"""Writes a number of the sheet; None is a hidden one."""

_LINE = "#1d8796"
_TRACK = "#8a999f"
_BAR_STEP, _BAR_LIFT = 42, 9
_CELL = 28
_PART_STEP = 46
_NAME_PIXELS = 320
_TREND_HEIGHT = 220
_TILE_ROWS, _TILE_COLUMNS, _TILE_HEIGHT = 18, 5, 700
# Black or white, whichever reads on the colour of the cell (4.58:1 at least on any).
_ON_CELL = alt.condition("luminance(scale('color', datum.value)) > 0.179", alt.value("#000"), alt.value("#fff"))


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of the grid; row_id: of the sheet, empty for one that is drawn without a number, only its `note`."""

    row_id: str
    label: str
    column: int
    row: int
    note: str = ""


_UNSPOKEN: dict[str, Any] = {"aria": False}
"""A layer without any shape would be a picture without a name; what all show is in the chart's alternative text."""
_TWO_NAMES = 560
"""Pixels from which two names of a legend stand side by side."""


def tiles(sheet: Sheet, grid: Sequence[Tile], column: int, write: Write) -> alt.LayerChart:
    """Draw the number of a column for each province, or of the total for column -1; five columns fit 328 pixels."""
    numbers = {row.id: row.total if column < 0 else row.values[column] for row in sheet.rows}
    values = []
    for tile in grid:
        value = numbers.get(tile.row_id, 0) if tile.row_id else None
        values.append(
            {
                "x": tile.column,
                "y": tile.row,
                "label": tile.label,
                "value": value,
                "shown": write(value) if tile.row_id else tile.note,
                "kind": "note" if not tile.row_id else "hidden" if value is None else "shown",
            }
        )
    base = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X("x:O", axis=None, scale=alt.Scale(domain=list(range(_TILE_COLUMNS)), padding=0.03)),
        y=alt.Y("y:O", axis=None, scale=alt.Scale(domain=list(range(_TILE_ROWS)), padding=0.06)),
        tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("shown:N", title=" ")],
    )
    is_shown = "datum.kind === 'shown'"
    write_text: dict[str, Any] = {"baseline": "middle", "align": "center"}
    chart: alt.LayerChart = (
        alt.layer(
            base.transform_filter(is_shown)
            .mark_rect(cornerRadius=4, **_UNSPOKEN)
            .encode(color=_ramp("value:Q", _most(values))),
            base.transform_filter("datum.kind === 'hidden'").mark_rect(
                cornerRadius=4, filled=False, stroke=_TRACK, strokeDash=[3, 3], **_UNSPOKEN
            ),
            base.transform_filter("datum.kind === 'note'").mark_rect(
                cornerRadius=4, filled=False, stroke=_LINE, **_UNSPOKEN
            ),
            base.transform_filter(is_shown)
            .mark_text(dy=-7, fontSize=11, **write_text)
            .encode(text="label:N", color=_ON_CELL),
            base.transform_filter(is_shown)
            .mark_text(dy=8, fontSize=13, fontWeight="bold", **write_text)
            .encode(text="shown:N", color=_ON_CELL),
            base.transform_filter(f"!({is_shown})")
            .mark_text(dy=-7, fontSize=11, color=INK, **write_text)
            .encode(text="label:N"),
            base.transform_filter(f"!({is_shown})")
            .mark_text(dy=8, fontSize=11, color=INK, **write_text)
            .encode(text="shown:N"),
            ink_source(),
        )
        .properties(height=_TILE_HEIGHT)
        .configure_view(stroke=None)
    )
    return chart


def parts(sheet: Sheet, write: Write) -> alt.LayerChart:
    """Draw a bar for each row, and first for the whole, parted by the columns; hidden ones stand together, dashed."""
    values: list[dict[str, object]] = []
    for row in (sheet.whole, *sheet.rows):
        values += _parts_of(sheet, row, write)
    order = [row.label for row in (sheet.whole, *sheet.rows)]
    depth = alt.Scale(domain=[0, max(len(sheet.columns) - 1, 1)])
    base = alt.Chart(alt.Data(values=values)).encode(
        y=alt.Y("row:N", sort=order, axis=None, scale=alt.Scale(padding=0)),
        tooltip=[alt.Tooltip(f"{name}:N", title=" ") for name in ("row", "column", "shown")],
    )
    x = alt.X("from:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    known, unknown = base.transform_filter("datum.isKnown"), base.transform_filter("!datum.isKnown")
    bar: dict[str, Any] = {"height": 18, "yOffset": _BAR_LIFT, **_UNSPOKEN}
    chart: alt.LayerChart = (
        alt.layer(
            known.mark_bar(**bar).encode(x=x, x2="to:Q", color=_depth(sheet, depth)),
            unknown.mark_bar(filled=False, stroke=_TRACK, strokeDash=[3, 3], **bar).encode(x=x, x2="to:Q"),
            base.transform_filter("datum.isFirst")
            .mark_text(align="left", baseline="middle", dy=-_BAR_LIFT - 3, fontSize=13, color=INK)
            .encode(x=alt.value(0), text="title:N"),
            known.transform_filter("datum.to - datum.from > 0.11")
            .transform_calculate(middle="(datum.from + datum.to) / 2", value="datum.depth")
            .mark_text(baseline="middle", dy=_BAR_LIFT, fontSize=12)
            .encode(
                x=alt.X("middle:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False)),
                text="shown:N",
                color=_ON_CELL,
            ),
            ink_source(),
        )
        .properties(height=alt.Step(_PART_STEP))
        .configure_view(stroke=None)
    )
    return chart


def _parts_of(sheet: Sheet, row: SheetRow, write: Write) -> list[dict[str, object]]:
    title = f"{row.label}: {write(row.total)}"
    found: list[dict[str, object]] = []

    def add(column: str, shown: str, begin: float, end: float, *, depth: int = 0, is_known: bool = True) -> None:
        found.append(
            {"row": row.label, "column": column, "shown": shown, "title": title, "from": begin, "to": end}
            | {"depth": depth, "isKnown": is_known, "isFirst": not found}
        )

    begin = 0
    for place, (name, value) in enumerate(zip(sheet.columns, row.values, strict=True)):
        if row.total and value:
            add(name, write(value), begin / row.total, (begin + value) / row.total, depth=place)
            begin += value
    # What is hidden stands together: their sum is what the shown numbers leave of the total.
    if row.total is None or not row.total or begin < row.total:
        add(
            "",
            write(None if row.total is None or row.total else 0),
            begin / row.total if row.total else 0,
            1,
            is_known=False,
        )
    return found


def heat(sheet: Sheet, write: Write, headings: Sequence[str] = ()) -> alt.LayerChart:
    """Draw a cell for each number. headings: shorter names of the columns, where the full ones stand elsewhere."""
    names = list(headings or sheet.columns)
    values = [
        {
            "row": row.label,
            "column": names[place],
            "name": sheet.columns[place],
            "value": value,
            "shown": write(value),
            "isKnown": value is not None,
        }
        for row in (sheet.whole, *sheet.rows)
        for place, value in enumerate(row.values)
        if sheet.column_ids[place] not in sheet.undrawn
    ]
    base = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X(
            "column:N", sort=names, axis=alt.Axis(orient="top", title=None, labelAngle=0, domain=False, ticks=False)
        ),
        y=alt.Y(
            "row:N",
            sort=[row.label for row in (sheet.whole, *sheet.rows)],
            axis=alt.Axis(title=None, labelLimit=130, domain=False, ticks=False),
        ),
        tooltip=[alt.Tooltip(f"{name}:N", title=" ") for name in ("row", "name", "shown")],
    )
    known, unknown = base.transform_filter("datum.isKnown"), base.transform_filter("!datum.isKnown")
    most = 100 if sheet.unit == "points" else _most(values)
    chart: alt.LayerChart = (
        alt.layer(
            known.mark_rect(cornerRadius=3, **_UNSPOKEN).encode(color=_ramp("value:Q", most)),
            unknown.mark_rect(cornerRadius=3, filled=False, stroke=_TRACK, strokeDash=[3, 3], opacity=0.7, **_UNSPOKEN),
            known.mark_text(fontSize=12).encode(text="shown:N", color=_ON_CELL),
            unknown.mark_text(fontSize=12, color=INK).encode(text="shown:N"),
            ink_source(),
        )
        .properties(height=alt.Step(_CELL))
        .configure_view(stroke=None)
    )
    return chart


def bars(sheet: Sheet, write: Write, most: int = 12) -> alt.LayerChart:
    """Draw a bar for each of the first rows, number and name above it, as a share of the whole; fits 328 pixels."""
    whole = 100 if sheet.unit == "points" else _length(sheet, sheet.whole) or 0
    values = [
        {
            "place": place,
            "label": row.label,
            "value": _length(sheet, row),
            "shown": f"{write(_length(sheet, row))} · {row.label}",
            "full": max(whole, 1),
            "none": 0,
        }
        for place, row in enumerate(sheet.rows[:most])
    ]
    base = alt.Chart(alt.Data(values=values)).encode(y=alt.Y("place:O", axis=None, scale=alt.Scale(padding=0)))
    scale = alt.Scale(domain=[0, max(whole, 1)], nice=False, zero=True)
    bar: dict[str, Any] = {"height": 12, "yOffset": _BAR_LIFT, "cornerRadius": 3}
    text: dict[str, Any] = {"baseline": "middle", "dy": -_BAR_LIFT, "fontSize": 13, "color": INK}
    chart: alt.LayerChart = (
        alt.layer(
            base.mark_bar(color=_TRACK, opacity=0.18, **bar).encode(
                x=alt.X("full:Q", axis=None, scale=scale), x2="none:Q"
            ),
            base.mark_bar(color=_LINE, **bar).encode(x=alt.X("value:Q", axis=None, scale=scale), x2="none:Q"),
            base.mark_text(align="left", limit=_NAME_PIXELS, **text).encode(
                x=alt.value(0), text="shown:N", tooltip=[alt.Tooltip("shown:N", title=" ")]
            ),
            ink_source(),
        )
        .properties(height=alt.Step(_BAR_STEP))
        .configure_view(stroke=None)
    )
    return chart


def _length(sheet: Sheet, row: SheetRow) -> int | None:
    return row.total if sheet.has_total else row.values[0]


def line(sheet: Sheet, row: SheetRow, write: Write) -> alt.LayerChart:
    """Draw a row in time, its columns; where a number is hidden the line is broken."""
    values = [
        {"month": name, "value": value, "shown": write(value)}
        for name, value in zip(sheet.columns, row.values, strict=True)
    ]
    base = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X(
            "month:N",
            sort=list(sheet.columns),
            axis=alt.Axis(title=None, labelAngle=0, labelOverlap="greedy", tickSize=3),
        ),
        y=alt.Y("value:Q", axis=alt.Axis(title=None, tickMinStep=1, format="d")),
        tooltip=[alt.Tooltip("month:N", title=" "), alt.Tooltip("shown:N", title=" ")],
    )
    chart: alt.LayerChart = (
        alt.layer(
            base.mark_line(color=_LINE, strokeWidth=2, invalid="break-paths-show-domains"),
            base.mark_point(color=_LINE, filled=True, size=40, invalid="break-paths-show-domains"),
        )
        .properties(height=_TREND_HEIGHT)
        .configure_view(stroke=None)
    )
    return chart


def _ramp(field: str, most: float) -> alt.Color:
    return alt.Color(field, scale=alt.Scale(domain=[0, max(most, 1)]), legend=None)


def _depth(sheet: Sheet, scale: alt.Scale) -> alt.Color:
    """Columns in depths of the page's hue, named above the chart."""
    names = "', '".join(name.replace("'", "\\'") for name in sheet.columns)
    legend = alt.Legend(
        title=None,
        orient="top",
        type="symbol",
        # One under the other where the page is narrow: side by side, names would be cut.
        columns=alt.ExprRef(f"width < {_TWO_NAMES} ? 1 : 2"),
        values=list(range(len(sheet.columns))),
        labelExpr=f"['{names}'][datum.value]",
        symbolOpacity=1,
        symbolType="square",
        labelLimit=300,
    )
    return alt.Color("depth:Q", scale=scale, legend=legend)


def _most(values: Sequence[dict[str, Any]]) -> float:
    return max((one["value"] for one in values if one["value"] is not None), default=1)
