"""The plan of a year as charts: services by month, and instruments in time. Words come in as they are to be read."""

# mypy: untyped-calls-exclude="altair"

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import altair as alt

# Depths of the page's one hue, in light and dark: the first kind of service is the deepest.
_DEPTHS = (4, 2)
_BAR_HEIGHT = 220
_ROW_STEP = 24
_LABEL_PIXELS = 96


@dataclass(frozen=True, slots=True)
class MonthBar:
    """How many services of a kind fall into a month (1 to 12)."""

    month: int
    service: str
    count: int


@dataclass(frozen=True, slots=True)
class PlanMark:
    """One service in time: the day it is planned for and its last day; `shown` is read on touch."""

    label: str
    service: str
    planned: date
    due: date
    shown: str


def month_bars(bars: Sequence[MonthBar], services: Sequence[str]) -> alt.Chart:
    """Draw a bar for each month, one part for each of the two kinds of service."""
    data = alt.Data(
        values=[
            {"month": one.month, "service": one.service, "count": one.count, "depth": _depth(one.service, services)}
            for one in bars
        ]
    )
    chart: alt.Chart = (
        alt.Chart(data)
        .mark_bar(cornerRadius=2)
        .encode(
            x=alt.X(
                "month:O",
                scale=alt.Scale(domain=list(range(1, 13)), paddingInner=0.25),
                axis=alt.Axis(title=None, labelAngle=0),
            ),
            y=alt.Y("sum(count):Q", axis=alt.Axis(title=None, tickMinStep=1, format="d")),
            color=_service(services),
            order=alt.Order("depth:Q", sort="descending"),
            tooltip=[alt.Tooltip("service:N", title=" "), alt.Tooltip("sum(count):Q", title=" ")],
        )
        .properties(height=_BAR_HEIGHT)
    )
    return chart


def gantt(marks: Sequence[PlanMark], services: Sequence[str], year: int) -> alt.LayerChart:
    """Draw a row for each label in the order given: a point on the planned day, a line on to the last day."""
    values = [
        {
            "label": one.label,
            "depth": _depth(one.service, services),
            "planned": one.planned.isoformat(),
            "due": max(one.planned, one.due).isoformat(),
            "shown": one.shown,
        }
        for one in marks
    ]
    months = alt.Axis(title=None, format="%m", tickCount="month", grid=True, labelOverlap=True)
    scale = alt.Scale(type="utc", domain=[f"{year}-01-01", f"{year}-12-31"], nice=False)
    base = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X("planned:T", scale=scale, axis=months),
        y=alt.Y(
            "label:N",
            sort=list(dict.fromkeys(one.label for one in marks)),
            axis=alt.Axis(title=None, labelLimit=_LABEL_PIXELS, grid=True),
        ),
        color=_service(services),
        tooltip=[alt.Tooltip("shown:N", title=" ")],
    )
    chart: alt.LayerChart = (
        alt.layer(
            base.mark_rule(strokeWidth=3, opacity=0.5).encode(x2="due:T"),
            base.mark_point(filled=True, size=90, opacity=1),
        )
        .properties(height=alt.Step(_ROW_STEP))
        .configure_view(stroke=None)
    )
    return chart


def _depth(service: str, services: Sequence[str]) -> int:
    return _DEPTHS[services.index(service)]


def _service(services: Sequence[str]) -> alt.Color:
    """Return the colour of a kind of service: quantitative, so that the page's own ramp is used, and named."""
    names = [json.dumps(name, ensure_ascii=False) for name in services]
    legend = alt.Legend(
        title=None,
        orient="top",
        type="symbol",
        values=list(_DEPTHS),
        labelExpr=f"datum.value == {_DEPTHS[0]} ? {names[0]} : {names[1]}",
        symbolOpacity=1,
    )
    return alt.Color("depth:Q", scale=alt.Scale(domain=[0, 4]), legend=legend)
