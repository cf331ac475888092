"""Charts of the metrology bench, in the manner of core/render/charts.py.

Words and numbers come in as they are to be read; the page writes the alternative text and the table beside.
"""

# mypy: untyped-calls-exclude="altair"

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import exp, isfinite, pi, sqrt

import altair as alt

from core.language import Language
from core.render.charts import INK, ink_source

_LINE = "#1d8796"
_TRACK = "#8a999f"
_BAR_STEP, _BAR_LIFT = 42, 9
_HEIGHT = 240
_WORD_STEP = 17
_CURVE_POINTS = 160
_ROOM = 1.4
"""Width of a chart of packs in packs: beyond the last one stand the words of the limits."""
_CURVE_REACH = 4
# Vega writes 1,234.5; in Vietnamese the two marks change places.
_VIETNAMESE = "replace(replace(replace(datum.label, /,/g, ' '), '.', ','), / /g, '.')"
# Read on a light and on a dark page alike.
_MIDDLE = "#6f7f86"
_SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"]


@dataclass(frozen=True, slots=True)
class ShareBar:
    """A share from 0 to 1, with its name and its figure as they are read."""

    label: str
    share: float
    shown: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A line at a value, with the word beside it."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class StudyPoint:
    """The mean of what one appraiser read on one part."""

    appraiser: str
    part: str
    mean: float
    shown: str


def share_bars(bars: Sequence[ShareBar]) -> alt.LayerChart:
    """Draw a bar for each share, name and figure above it; fits 328 pixels without an axis."""
    data = alt.Data(
        values=[
            {"place": place, "label": bar.label, "share": bar.share, "shown": bar.shown, "none": 0, "full": 1}
            for place, bar in enumerate(bars)
        ]
    )
    base = alt.Chart(data).encode(y=alt.Y("place:O", axis=None, scale=alt.Scale(padding=0)))
    x = partial(alt.X, axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    bar = partial(base.mark_bar, height=12, yOffset=_BAR_LIFT, cornerRadius=3)
    write = partial(base.mark_text, baseline="middle", dy=-_BAR_LIFT, fontSize=14, color=INK)
    return _finished(
        bar(color=_TRACK, opacity=0.18).encode(x=x("full:Q"), x2="none:Q"),
        bar(color=_LINE).encode(x=x("share:Q"), x2="none:Q"),
        write(align="left", limit=250).encode(x=alt.value(0), text="label:N"),
        write(align="right", fontWeight="bold").encode(x=alt.value("width"), text="shown:N"),
        height=alt.Step(_BAR_STEP),
    )


def distribution(
    mean: float, deviation: float, lower: float, upper: float, rules: Sequence[Rule], title: str, language: Language
) -> alt.LayerChart:
    """Draw where the true value may be: a normal curve, what lies outside the limits filled darker.

    lower and upper may be infinite; rules: the limits and the reading, with their words.
    """
    reach = _CURVE_REACH * deviation
    least = min(mean - reach, *(rule.at for rule in rules))
    most = max(mean + reach, *(rule.at for rule in rules))
    margin = 0.06 * (most - least)
    ends = (least - margin, most + margin)
    cuts = sorted({*_steps(mean - reach, mean + reach), *(x for x in (lower, upper) if isfinite(x))})
    curve = [{"x": x, "y": _density(x, mean, deviation), "zero": 0} for x in cuts if mean - reach <= x <= mean + reach]
    outside = [
        [one for one in curve if one["x"] <= lower],
        [one for one in curve if one["x"] >= upper],
    ]
    scale = alt.Scale(domain=list(ends), nice=False, zero=False)
    x = alt.X("x:Q", scale=scale, axis=_axis(title, language))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, 1.45 * _density(mean, mean, deviation)]))
    filled = [
        alt.Chart(alt.Data(values=part)).mark_area(color=_LINE, opacity=0.75).encode(x=x, y=y, y2="zero:Q")
        for part in outside
        if len(part) > 1
    ]
    plane = alt.Chart(alt.Data(values=curve)).encode(x=x, y=y)
    return _finished(
        plane.mark_area(color=_LINE, opacity=0.18).encode(y2="zero:Q"),
        *filled,
        plane.mark_line(color=_LINE, strokeWidth=2),
        *_upright(rules, scale),
        height=_HEIGHT,
    )


def study_lines(points: Sequence[StudyPoint], parts: str, readings: str, language: Language) -> alt.LayerChart:
    """Draw the mean of each part, one line for each appraiser, told apart by colour and by shape."""
    data = alt.Data(
        values=[{"appraiser": one.appraiser, "part": one.part, "mean": one.mean, "shown": one.shown} for one in points]
    )
    order = list(dict.fromkeys(one.part for one in points))
    who = list(dict.fromkeys(one.appraiser for one in points))
    # INK asks the ramp of the page; the colours here are those of categories, so words take a grey for both pages.
    legend = alt.Legend(title=None, orient="top", labelFontSize=14, labelColor=_MIDDLE, columns=3, symbolSize=90)
    base = alt.Chart(data).encode(
        x=alt.X("part:N", sort=order, axis=_axis(parts, None, _MIDDLE)),
        y=alt.Y("mean:Q", scale=alt.Scale(zero=False), axis=_axis(readings, language, _MIDDLE)),
        color=alt.Color("appraiser:N", sort=who, legend=legend),
    )
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(
        shape=alt.Shape("appraiser:N", sort=who, scale=alt.Scale(range=_SHAPES), legend=legend),
        tooltip=[alt.Tooltip(f"{field}:N", title=" ") for field in ("appraiser", "part", "shown")],
    )
    chart: alt.LayerChart = (
        alt.layer(base.mark_line(strokeWidth=1.5, opacity=0.7), dots).properties(height=300).configure_view(stroke=None)
    )
    return chart


def contents_in_order(
    values: Sequence[float], rules: Sequence[Rule], packs: str, contents: str, language: Language
) -> alt.LayerChart:
    """Draw the contents of packs in the order in which they were entered, with the limits across."""
    data = alt.Data(values=[{"pack": place, "content": value} for place, value in enumerate(values, start=1)])
    least, most = min((*values, *(rule.at for rule in rules))), max((*values, *(rule.at for rule in rules)))
    margin = 0.08 * (most - least) or 1
    scale = alt.Scale(domain=[least - margin, most + margin], nice=False, zero=False)
    wide = alt.Scale(domain=[0, _ROOM * len(values) + 1], nice=False)
    dots = (
        alt.Chart(data)
        .mark_point(filled=True, size=42, color=_LINE, opacity=0.85)
        .encode(
            x=alt.X("pack:Q", scale=wide, axis=_axis(packs, language)),
            y=alt.Y("content:Q", scale=scale, axis=_axis(contents, language)),
        )
    )
    lines = alt.Chart(_rows(rules)).encode(y=alt.Y("at:Q", scale=scale))
    return _finished(
        dots,
        lines.mark_rule(color=INK, strokeDash=[5, 4], strokeWidth=1.5),
        lines.mark_text(align="right", dy=-7, fontSize=13, color=INK).encode(x=alt.value("width"), text="label:N"),
        height=300,
    )


def _upright(rules: Sequence[Rule], scale: alt.Scale) -> list[alt.Chart]:
    """Return upright lines that begin under their words, each word one step lower than the one before."""
    drawn = []
    for place, rule in enumerate(sorted(rules, key=lambda one: one.at)):
        one = alt.Chart(_rows([rule])).encode(x=alt.X("at:Q", scale=scale))
        line = one.mark_rule(color=INK, strokeDash=[5, 4], strokeWidth=1.5)
        drawn.append(line.encode(y=alt.value(_WORD_STEP * len(rules)), y2=alt.value("height")))
        text = one.mark_text(fontSize=13, color=INK, baseline="top")
        drawn.append(text.encode(y=alt.value(_WORD_STEP * place), text="label:N"))
    return drawn


def _rows(rules: Sequence[Rule]) -> alt.Data:
    return alt.Data(values=[{"at": rule.at, "label": rule.label} for rule in rules])


def _steps(least: float, most: float) -> list[float]:
    return [least + (most - least) * place / _CURVE_POINTS for place in range(_CURVE_POINTS + 1)]


def _density(x: float, mean: float, deviation: float) -> float:
    return exp(-(((x - mean) / deviation) ** 2) / 2) / (deviation * sqrt(2 * pi))


def _axis(title: str, language: Language | None, color: alt.ExprRef | str = INK) -> alt.Axis:
    """Return a bare axis; with a language its numbers are written as that does."""
    axis = alt.Axis(
        title=title, grid=False, labelColor=color, titleColor=color, tickCount=5, labelFontSize=13, labelAngle=0
    )
    if language is Language.VI:
        axis.labelExpr = _VIETNAMESE
    return axis


def _finished(*layers: alt.Chart, height: object) -> alt.LayerChart:
    chart: alt.LayerChart = alt.layer(*layers, ink_source()).properties(height=height).configure_view(stroke=None)
    return chart
