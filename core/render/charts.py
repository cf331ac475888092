"""Charts on screen with Altair, after the look: the theme of the page colours them, light or dark.

Words and numbers come in as they are to be read. Every chart runs without `unsafe-eval`, stands beside a table of the
same figures and gets its alternative text from the page.
"""

# mypy: untyped-calls-exclude="altair"

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from math import cos, pi, sin
from typing import Any

import altair as alt

# Streamlit's Vega theme sets the ramp but not the colour of text marks; its pale low end tells a light page.
INK = alt.ExprRef("luminance(scale('color', 0)) > 0.4 ? '#0a1418' : '#e8eef0'")
# Seen on light and dark pages alike.
_LINE = "#1d8796"
_TRACK = "#8a999f"
_RINGS = (20, 40, 60, 80, 100)
_RADAR_SIDE = 320
_LABEL_RADIUS = 114
_REACH = 124
_BAR_STEP = 42
_BAR_LIFT = 9
_BAND_HEIGHT = 100


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One topic: its number (1 to 9), its name, score and target from 0 to 100, and the score as it is written."""

    number: int
    label: str
    score: float | None
    target: float | None
    shown: str


def topic_bars(rows: Sequence[TopicRow]) -> alt.LayerChart:
    """Draw a bar for each topic, name and number above it, a tick at the target; fits 328 pixels without an axis."""
    data = alt.Data(values=[_bar(row) for row in rows])
    y = alt.Y("number:O", axis=None, scale=alt.Scale(padding=0))
    base = alt.Chart(data).encode(y=y)
    scale = alt.Scale(domain=[0, 100], nice=False, zero=True)
    bar = partial(base.mark_bar, height=12, yOffset=_BAR_LIFT, cornerRadius=3)
    write = partial(base.mark_text, baseline="middle", dy=-_BAR_LIFT, fontSize=14, color=INK)
    chart: alt.LayerChart = (
        alt.layer(
            bar(color=_TRACK, opacity=0.18).encode(x=alt.X("full:Q", axis=None, scale=scale), x2="none:Q"),
            bar(color=_LINE).encode(x=alt.X("score:Q", axis=None, scale=scale), x2="none:Q"),
            base.mark_tick(color=INK, thickness=2, height=18, yOffset=_BAR_LIFT).encode(
                x=alt.X("target:Q", axis=None, scale=scale)
            ),
            write(align="left").encode(x=alt.value(0), text="label:N"),
            write(align="right", fontWeight="bold").encode(x=alt.value("width"), text="shown:N"),
            ink_source(),
        )
        .properties(height=alt.Step(_BAR_STEP))
        .configure_view(stroke=None)
    )
    return chart


def _bar(row: TopicRow) -> dict[str, object]:
    return {
        "number": row.number,
        "label": row.label,
        "score": row.score,
        "target": row.target,
        "shown": row.shown,
        "full": 100,
        "none": 0,
    }


def topic_radar(rows: Sequence[TopicRow]) -> alt.LayerChart:
    """Draw scores as a filled polygon, targets dashed, the topics' numbers at the spokes; 320 pixels square."""
    count = max(len(rows), 1)
    rings = [
        {"ring": ring, **_corner(position % count, count, ring), "order": position}
        for ring in _RINGS
        for position in range(count + 1)
    ]
    spokes = [{**_corner(position, count, 100), "x0": 0, "y0": 0} for position in range(count)]
    labels = [
        {**_corner(position, count, _LABEL_RADIUS), "text": str(row.number), "label": row.label, "shown": row.shown}
        for position, row in enumerate(rows)
    ]
    scores = _polygon((row.score for row in rows), count)
    targets = _polygon((row.target for row in rows), count)
    area = _plane(scores).mark_line(
        filled=True, fill=_LINE, fillOpacity=0.18, stroke=_LINE, strokeWidth=2, interpolate="linear-closed"
    )
    chart: alt.LayerChart = (
        alt.layer(
            _plane(rings).mark_line(color=_TRACK, strokeWidth=1, opacity=0.45).encode(detail="ring:N", order="order:Q"),
            _plane(spokes).mark_rule(color=_TRACK, opacity=0.45).encode(x2="x0:Q", y2="y0:Q"),
            area.encode(order="order:Q"),
            _plane(targets)
            .mark_line(color=INK, strokeWidth=1.5, strokeDash=[4, 3], interpolate="linear-closed")
            .encode(order="order:Q"),
            _plane(scores).mark_point(filled=True, color=_LINE, size=36, opacity=1),
            _plane(labels)
            .mark_text(fontSize=14, color=INK)
            .encode(text="text:N", tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("shown:N", title=" ")]),
            ink_source(),
        )
        .properties(width=_RADAR_SIDE, height=_RADAR_SIDE)
        .configure_view(stroke=None)
    )
    return chart


def _corner(position: int, count: int, radius: float) -> dict[str, object]:
    angle = 2 * pi * position / count
    return {"x": round(radius * sin(angle), 3), "y": round(radius * cos(angle), 3)}


def _polygon(values: Iterable[float | None], count: int) -> list[dict[str, object]]:
    return [
        {**_corner(position, count, value), "order": position}
        for position, value in enumerate(values)
        if value is not None
    ]


def _plane(points: list[dict[str, object]]) -> alt.Chart:
    scale = alt.Scale(domain=[-_REACH, _REACH], nice=False)
    chart: alt.Chart = alt.Chart(alt.Data(values=points)).encode(
        x=alt.X("x:Q", axis=None, scale=scale), y=alt.Y("y:Q", axis=None, scale=scale)
    )
    return chart


def ink_source() -> alt.Chart:
    """Return an invisible point that brings in the colour scale by which INK knows a light page from a dark one."""
    color = alt.Color("level:Q", scale=alt.Scale(domain=[0, 4]), legend=None)
    points = alt.Chart(alt.Data(values=[{"level": 0}])).mark_point(opacity=0, size=0)
    chart: alt.Chart = points.encode(color=color, x=alt.value(0), y=alt.value(0))
    return chart


def quantile_band(lower: int, median: int, upper: int, own: int, shown: str) -> alt.LayerChart:
    """Draw the middle half of a group on the scale from 0 to 100, a tick at its middle, and the own score above.

    All in whole points; shown: the own score as it is written. Fits 300 pixels.
    """
    x = alt.X(
        "value:Q",
        scale=alt.Scale(domain=[0, 100], nice=False),
        axis=alt.Axis(title=None, values=[0, 25, 50, 75, 100], grid=False, domain=False, ticks=False),
    )

    def at(**values: object) -> alt.Chart:
        return alt.Chart(alt.Data(values=[values]))

    bar: dict[str, Any] = {"height": 22, "cornerRadius": 3}
    # Heights from the top: the page takes that of the axis from the bottom.
    # At the ends of the scale the number leans inward.
    side: Any = "left" if own < 10 else "right" if own > 90 else "center"
    own_at = at(value=own, shown=shown)
    y = alt.value(48)
    chart: alt.LayerChart = (
        alt.layer(
            at(value=0, end=100).mark_bar(color=_TRACK, opacity=0.18, **bar).encode(x=x, x2="end:Q", y=y),
            at(value=lower, end=upper).mark_bar(color=_LINE, opacity=0.55, **bar).encode(x=x, x2="end:Q", y=y),
            at(value=median).mark_tick(color=INK, thickness=2, height=22, orient="vertical").encode(x=x, y=y),
            own_at.mark_point(shape="triangle-down", filled=True, color=INK, size=110, opacity=1).encode(
                x=x, y=alt.value(28)
            ),
            own_at.mark_text(fontSize=15, fontWeight="bold", color=INK, align=side, baseline="bottom").encode(
                x=x, y=alt.value(18), text="shown:N"
            ),
            ink_source(),
        )
        .properties(height=_BAND_HEIGHT)
        .configure_view(stroke=None)
    )
    return chart


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """One period: its name, and its scores from 0 to 100 with what is written beside them; None where there is none."""

    label: str
    declared: float
    declared_shown: str
    validated: float | None
    validated_shown: str


def period_lines(rows: Sequence[PeriodRow]) -> alt.LayerChart:
    """Draw the self score of each period as a line with dots, the validated one dashed with squares, in order."""
    data = alt.Data(
        values=[
            {
                "place": place,
                "label": row.label,
                "declared": row.declared,
                "declared_shown": row.declared_shown,
                "validated": row.validated,
                "validated_shown": row.validated_shown,
            }
            for place, row in enumerate(rows)
        ]
    )
    labels = alt.Axis(title=None, labelColor=INK, labelFontSize=13, labelAngle=0, grid=False, labelOverlap=True)
    height = alt.Axis(title=None, labelColor=INK, labelFontSize=13, values=list(_RINGS), gridOpacity=0.35)
    scale = alt.Scale(domain=[0, 110], nice=False)
    base = alt.Chart(data).encode(x=alt.X("label:N", sort=alt.SortField("place"), axis=labels))
    declared = base.encode(y=alt.Y("declared:Q", scale=scale, axis=height))
    validated = base.transform_filter("datum.validated !== null").encode(y=alt.Y("validated:Q", scale=scale))
    declared_words = partial(declared.mark_text, fontSize=13, color=INK)
    validated_words = partial(validated.mark_text, fontSize=13, color=INK)
    layers = [
        declared.mark_line(color=_LINE, strokeWidth=2),
        declared.mark_point(filled=True, color=_LINE, size=80, opacity=1),
        declared_words(dy=-14).encode(text="declared_shown:N"),
    ]
    # A layer without any mark would be a picture without words to whoever listens to the page.
    if any(row.validated is not None for row in rows):
        layers += [
            validated.mark_line(color=INK, strokeWidth=2, strokeDash=[5, 4]),
            validated.mark_point(filled=True, shape="square", color=INK, size=70, opacity=1),
            validated_words(dy=16).encode(text="validated_shown:N"),
        ]
    chart: alt.LayerChart = alt.layer(*layers, ink_source()).properties(height=260).configure_view(stroke=None)
    return chart
