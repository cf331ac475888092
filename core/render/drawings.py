"""Figures of printed papers as ReportLab drawings: radar, bars, time plan; charts stand in figure_drawings.py.

Everything stays legible on a grey printer: targets are dashed, urgent tasks hatched. Lengths are points.
The same drawing goes into the PDF as it is and into the DOCX as a picture.
"""

# mypy: untyped-calls-exclude="reportlab,pypdfium2"

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import cos, pi, sin

from reportlab.graphics.shapes import STATE_DEFAULTS, Circle, Drawing, Group, Line, Polygon, Rect, String
from reportlab.lib.colors import Color, HexColor

from core.domain.document import Bars, Gantt, GanttRow, Radar
from core.render.fonts import Font, one_line, text_width
from core.render.typesetting import MM, Typesetter

# ReportLab's own default is Helvetica, which would be named in the file without being embedded.
STATE_DEFAULTS["fontName"] = Font.REGULAR.value

INK = HexColor("#0a1418")
SOFT = HexColor("#52636a")
HAIRLINE = HexColor("#b4c0c4")
ACCENT = HexColor("#006375")
TINT = HexColor("#d3e6e8")
BAR = HexColor("#5498a2")
TASK = HexColor("#9ac4c8")
URGENT = HexColor("#9b0a12")
URGENT_TINT = HexColor("#fdecea")
WHITE = HexColor("#ffffff")

WIDEST = 165 * MM
RINGS = (20, 40, 60, 80, 100)


# --- radar

RADIUS = 100.0
LABEL_SIZE = 11.0
LABEL_LEADING = 12.5
LABEL_LINES = 3
LABEL_GAP = 8.0
ASIDE = 0.2
"""Sine from which a label stands beside its spoke instead of above or below it."""
LEGEND_HEIGHT = 26.0


def draw_radar(radar: Radar, width: float) -> Drawing:
    """Draw scores as a filled polygon and targets as a dashed one; labels stand outside the outermost ring."""
    count = max(len(radar.axes), 1)
    labels = [
        _radar_label(one_line(axis.label), sin(2 * pi * position / count), cos(2 * pi * position / count), width)
        for position, axis in enumerate(radar.axes)
    ]
    margin = max((len(label) for label in labels), default=0) * LABEL_LEADING + 8
    drawing = Drawing(width, 2 * (RADIUS + margin) + LEGEND_HEIGHT)
    x, y = width / 2, LEGEND_HEIGHT + margin + RADIUS

    def at(position: float, share: float) -> tuple[float, float]:
        angle = 2 * pi * position / count
        return x + RADIUS * share * sin(angle), y + RADIUS * share * cos(angle)

    for ring in RINGS:
        corners = [at(position, ring / 100) for position in range(count)]
        drawing.add(_polygon(corners, stroke=SOFT if ring == RINGS[-1] else HAIRLINE, thickness=0.5))
    for position in range(count):
        drawing.add(Line(x, y, *at(position, 1), strokeColor=HAIRLINE, strokeWidth=0.5))
    scores = [at(position, _share(axis.score)) for position, axis in enumerate(radar.axes) if axis.score is not None]
    targets = [at(position, _share(axis.target)) for position, axis in enumerate(radar.axes) if axis.target is not None]
    if scores:
        drawing.add(_polygon(scores, stroke=ACCENT, thickness=1.8, fill=TINT, opacity=0.75))
    if targets:
        drawing.add(_polygon(targets, stroke=INK, thickness=1.1, dashes=[4, 3]))
    for px, py in scores:
        drawing.add(Circle(px, py, 2.6, fillColor=ACCENT, strokeColor=WHITE, strokeWidth=0.5))
    for ring in RINGS:
        _ring_number(drawing, *at(0.5, ring / 100 * cos(pi / count)), str(ring))
    for position, label in enumerate(labels):
        _place_radar_label(drawing, label, *at(position, 1), x, y)
    _radar_legend(drawing, one_line(radar.score_label), one_line(radar.target_label))
    return drawing


def _share(value: Fraction | None) -> float:
    return min(max(float(value or 0), 0.0), 100.0) / 100


def _polygon(
    points: Sequence[tuple[float, float]],
    *,
    stroke: Color,
    thickness: float,
    fill: Color | None = None,
    opacity: float = 1.0,
    dashes: list[int] | None = None,
) -> Polygon:
    flat = [coordinate for point in points for coordinate in point]
    return Polygon(
        flat,
        strokeColor=stroke,
        strokeWidth=thickness,
        fillColor=fill,
        fillOpacity=opacity,
        strokeDashArray=dashes,
        strokeLineJoin=1,
    )


def _ring_number(drawing: Drawing, x: float, y: float, number: str) -> None:
    # A white ground behind the number keeps every line away from it.
    half = text_width(number, Font.REGULAR, 8) / 2
    drawing.add(Rect(x - half - 1, y - 4, 2 * half + 2, 8, fillColor=WHITE, strokeColor=None))
    drawing.add(
        String(x, y - 2.7, number, fontName=Font.REGULAR.value, fontSize=8, fillColor=SOFT, textAnchor="middle")
    )


def _radar_label(label: str, reach_x: float, reach_y: float, width: float) -> list[str]:
    """Break a label to the room between its spoke's end and the edge; labels above and below take the middle."""
    room = width / 2 - (RADIUS + LABEL_GAP) * abs(reach_x) if abs(reach_x) > ASIDE else width * 0.45
    return fitted_lines(label, Font.REGULAR, LABEL_SIZE, room, LABEL_LINES)


def _place_radar_label(
    drawing: Drawing, lines: Sequence[str], x: float, y: float, middle_x: float, middle_y: float
) -> None:
    reach_x, reach_y = (x - middle_x) / RADIUS, (y - middle_y) / RADIUS
    x, y = x + LABEL_GAP * reach_x, y + LABEL_GAP * reach_y
    # The block of lines slides from standing on the spoke's end (at the top) to hanging below it (at the bottom).
    top = y + len(lines) * LABEL_LEADING * (1 + reach_y) / 2
    anchor = ("start" if reach_x > 0 else "end") if abs(reach_x) > ASIDE else "middle"
    for number, line in enumerate(lines):
        baseline = top - number * LABEL_LEADING - LABEL_SIZE * 0.82
        drawing.add(lettering(x, baseline, line, LABEL_SIZE, anchor))


def _radar_legend(drawing: Drawing, score: str, target: str) -> None:
    samples = 28.0
    score, target = (cut_to(text, LABEL_SIZE, drawing.width / 2 - 60) for text in (score, target))
    widths = [samples + 6 + text_width(text, Font.REGULAR, LABEL_SIZE) for text in (score, target)]
    x = max(0.0, (drawing.width - sum(widths) - 24) / 2)
    drawing.add(Rect(x, 4, samples, 8, fillColor=TINT, strokeColor=ACCENT, strokeWidth=1.8))
    drawing.add(lettering(x + samples + 6, 4.5, score, LABEL_SIZE))
    x += widths[0] + 24
    drawing.add(Line(x, 8, x + samples, 8, strokeColor=INK, strokeWidth=1.1, strokeDashArray=[4, 3]))
    drawing.add(lettering(x + samples + 6, 4.5, target, LABEL_SIZE))


# --- bars

BAR_AREA = 110.0
BAR_LABEL_LINES = 3


def draw_bars(bars: Bars, width: float) -> Drawing:
    """Draw vertical bars with their value above and their name below; names too long for their place stand upright."""
    count = max(len(bars.bars), 1)
    slot = (width - 10) / count
    labels = [one_line(bar.label) for bar in bars.bars]
    shown = [cut_to(one_line(bar.shown), 8, 80) for bar in bars.bars]
    label_size = _fitting_size(labels, slot - 4, by_words=True)
    is_upright = label_size is None
    size = label_size or 9.0
    rows = [
        [cut_to(label, size, 80)] if is_upright else fitted_lines(label, Font.REGULAR, size, slot - 2, BAR_LABEL_LINES)
        for label in labels
    ]
    longest = max((text_width(row[0], Font.REGULAR, size) for row in rows), default=0.0)
    foot = (longest if is_upright else max(map(len, rows), default=1) * size * 1.15) + 8
    value_size = _fitting_size(shown, slot - 1, by_words=False)
    head = 16.0 if value_size else 10 + max(text_width(text, Font.REGULAR, 8) for text in shown)
    unit_room = 16.0 if bars.unit else 0.0
    drawing = Drawing(width, foot + BAR_AREA + head + unit_room)
    most = max([bar.value for bar in bars.bars], default=0)
    if bars.unit:
        drawing.add(
            lettering(
                5,
                drawing.height - 11,
                cut_to(one_line(bars.unit), 10, width - 10, Font.ITALIC),
                10,
                "start",
                Font.ITALIC,
            )
        )
    for number, (bar, row, text) in enumerate(zip(bars.bars, rows, shown, strict=True)):
        middle = 5 + (number + 0.5) * slot
        height = BAR_AREA * max(bar.value, 0) / most if most > 0 else 0.0
        thick = min(slot * 0.62, 34)
        if height:
            drawing.add(
                Rect(middle - thick / 2, foot, thick, height, fillColor=BAR, strokeColor=ACCENT, strokeWidth=0.6)
            )
        if value_size:
            drawing.add(lettering(middle, foot + height + 4, text, value_size, "middle"))
        else:
            upright_lettering(drawing, middle, foot + height + 4, text, 8, "start")
        for line_number, line in enumerate(row):
            if is_upright:
                upright_lettering(drawing, middle, foot - 5, line, size, "end")
            else:
                drawing.add(lettering(middle, foot - 3 - (line_number + 0.85) * size * 1.15, line, size, "middle"))
    drawing.add(Line(5, foot, width - 5, foot, strokeColor=INK, strokeWidth=0.7))
    return drawing


def _fitting_size(texts: Sequence[str], room: float, *, by_words: bool) -> float | None:
    """Return the largest size from 11 to 8 at which every text (or each of its words) fits; None if none does."""
    pieces = [piece for text in texts for piece in (text.split() if by_words else [text])]
    widest = max((text_width(piece, Font.REGULAR, 1) for piece in pieces), default=0.0)
    return next((size for size in (11.0, 10.0, 9.0, 8.0) if widest * size <= room), None)


# --- time plan

GANTT_LABEL_SHARE = 0.42
GANTT_HEADER = 30.0
GANTT_SIZE = 10.5
GANTT_LEADING = 12.0
GANTT_LABEL_LINES = 2
MONTHS_SHOWN = 18
QUARTERS_SHOWN = 6 * 12
_QUARTERS = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days on a line from `left` to `right`."""

    start: date
    end: date
    left: float
    right: float

    def at(self, day: date) -> float:
        length = max((self.end - self.start).days + 1, 1)
        passed = min(max((day - self.start).days, 0), length)
        return self.left + (self.right - self.left) * passed / length


def draw_gantt(gantt: Gantt, width: float, height: float) -> Iterator[Drawing]:
    """Draw tasks over months (up to a year and a half), quarters (up to six years) or years."""
    scale = _Scale(gantt.start, max(gantt.end, gantt.start), width * GANTT_LABEL_SHARE, width)
    room = scale.left - 8
    labels = [
        fitted_lines(one_line(row.label), Font.REGULAR, GANTT_SIZE, room, GANTT_LABEL_LINES) for row in gantt.rows
    ]
    pending: list[tuple[GanttRow, list[str]]] = []
    used = GANTT_HEADER
    for row, lines in zip(gantt.rows, labels, strict=True):
        tall = _row_height(lines)
        if pending and used + tall > height:
            yield _gantt_sheet(pending, scale, width)
            pending, used = [], GANTT_HEADER
        pending.append((row, lines))
        used += tall
    if pending or not gantt.rows:
        yield _gantt_sheet(pending, scale, width)


def _row_height(lines: Sequence[str]) -> float:
    return max(len(lines), 1) * GANTT_LEADING + 6


def _gantt_sheet(rows: Sequence[tuple[GanttRow, list[str]]], scale: _Scale, width: float) -> Drawing:
    body = sum(_row_height(lines) for _, lines in rows)
    drawing = Drawing(width, body + GANTT_HEADER + 1)
    _gantt_header(drawing, scale, body)
    top = body + 0.5
    for row, lines in rows:
        tall = _row_height(lines)
        for number, line in enumerate(lines):
            baseline = top - 3 - number * GANTT_LEADING - GANTT_SIZE * 0.85
            drawing.add(lettering(2, baseline, line, GANTT_SIZE))
        _task(drawing, row, scale, top - tall / 2)
        top -= tall
        drawing.add(Line(0, top, width, top, strokeColor=HAIRLINE, strokeWidth=0.4))
    drawing.add(Rect(0.3, 0.5, width - 0.6, body + GANTT_HEADER, fillColor=None, strokeColor=INK, strokeWidth=0.6))
    drawing.add(Line(scale.left, 0.5, scale.left, body + GANTT_HEADER + 0.5, strokeColor=INK, strokeWidth=0.6))
    return drawing


def _gantt_header(drawing: Drawing, scale: _Scale, body: float) -> None:
    """Write years in the upper half, months or quarters in the lower; years alone take both."""
    months = (scale.end.year - scale.start.year) * 12 + scale.end.month - scale.start.month + 1
    step = 1 if months <= MONTHS_SHOWN else 3 if months <= QUARTERS_SHOWN else 12
    middle, top = body + GANTT_HEADER / 2, body + GANTT_HEADER
    _span_row(drawing, scale, 12, body if step == 12 else middle, top, SOFT)
    if step < 12:
        _span_row(drawing, scale, step, body, middle, HAIRLINE)
    drawing.add(Line(0, body + 0.5, scale.right, body + 0.5, strokeColor=INK, strokeWidth=0.6))


def _span_row(drawing: Drawing, scale: _Scale, months: int, low: float, top: float, colour: Color) -> None:
    for first, left, right in _spans(scale, months):
        name = _span_name(first, months)
        if text_width(name, Font.REGULAR, 10) < right - left - 1:
            drawing.add(lettering((left + right) / 2, (low + top) / 2 - 3, name, 10, "middle"))
        if left > scale.left:
            drawing.add(Line(left, 0.5, left, top, strokeColor=colour, strokeWidth=0.5))


def _span_name(first: date, months: int) -> str:
    if months == 12:
        return str(first.year)
    return _QUARTERS[(first.month - 1) // 3] if months == 3 else str(first.month)


def _spans(scale: _Scale, months: int) -> Iterator[tuple[date, float, float]]:
    """Yield calendar spans of 1, 3 or 12 months that touch the period: first day, left and right edge."""
    first = date(scale.start.year, (scale.start.month - 1) // months * months + 1, 1)
    while first <= scale.end:
        years, month = divmod(first.month - 1 + months, 12)
        following = date(first.year + years, month + 1, 1)
        yield first, scale.at(first), scale.at(following)
        first = following


def _task(drawing: Drawing, row: GanttRow, scale: _Scale, middle: float) -> None:
    left = scale.at(row.start)
    right = max(scale.at(date.fromordinal(row.end.toordinal() + 1)), left + 3)
    right = min(right, scale.right - 1)
    left = min(left + 0.5, right - 2)
    half = 4.5
    fill, stroke = (URGENT_TINT, URGENT) if row.is_urgent else (TASK, ACCENT)
    drawing.add(Rect(left, middle - half, right - left, 2 * half, fillColor=fill, strokeColor=stroke, strokeWidth=0.8))
    if row.is_urgent:
        for segment in _hatching(left, middle - half, right, middle + half):
            drawing.add(Line(*segment, strokeColor=URGENT, strokeWidth=0.7))


def _hatching(left: float, low: float, right: float, high: float) -> Iterator[tuple[float, float, float, float]]:
    """Yield slanting lines inside a rectangle."""
    rise = high - low
    start = left - rise
    while start < right:
        begin, end = max(start, left), min(start + rise, right)
        if end > begin:
            yield begin, low + begin - start, end, low + end - start
        start += 3.5


# --- text


def fitted_lines(text: str, font: Font, size: float, room: float, most: int) -> list[str]:
    """Break a label into at most `most` lines; what does not fit is cut with "…"."""
    lines = [line.text for line in Typesetter().wrap(text, font, size, room)]
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], cut_to(" ".join(lines[most - 1 :]), size, room)]


def cut_to(text: str, size: float, room: float, font: Font = Font.REGULAR) -> str:
    """Return a text as it is where it fits, else cut with "…"."""
    if text_width(text, font, size) <= room:
        return text
    while text and text_width(f"{text}\u2026", font, size) > room:
        text = text[:-1].rstrip()
    return f"{text}\u2026"


def lettering(
    x: float,
    y: float,
    text: str,
    size: float,
    anchor: str = "start",
    font: Font = Font.REGULAR,
    colour: Color = INK,
) -> String:
    """Return a line of text on its baseline; anchor: start, middle or end."""
    return String(x, y, text, fontName=font.value, fontSize=size, fillColor=colour, textAnchor=anchor)


def upright_lettering(drawing: Drawing, x: float, y: float, text: str, size: float, anchor: str) -> None:
    """Write a line of text upwards, its middle at `x`."""
    group = Group(lettering(0, 0, text, size, anchor))
    group.translate(x + size * 0.3, y)
    group.rotate(90)
    drawing.add(group)
