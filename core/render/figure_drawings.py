"""Charts of aggregate figures as ReportLab drawings: tiles, parts, heat, bars, line; and as pictures of their own.

They stay legible on a grey printer. A hidden number is a dashed outline with the word that says so, and no length or
colour tells it. Lengths are points.
"""

# mypy: untyped-calls-exclude="reportlab"

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from reportlab.graphics.shapes import Circle, Drawing, Line, Rect
from reportlab.lib.colors import Color, linearlyInterpolatedColor

from core.domain.document import Bars, Chart, ChartRow, ChartTile, Figure, Gantt, Radar, Shape
from core.render.drawings import (
    ACCENT,
    BAR,
    HAIRLINE,
    INK,
    SOFT,
    TINT,
    WHITE,
    WIDEST,
    cut_to,
    draw_bars,
    draw_gantt,
    draw_radar,
    fitted_lines,
    lettering,
    upright_lettering,
)
from core.render.fonts import Font, one_line, text_width
from core.render.pictures import figure_picture

SIZE = 10.0
SMALL = 8.5
_DASHES = [2.5, 2]


def draw_figure(figure: Figure, room: float, height: float) -> tuple[Drawing, ...]:
    """Draw a figure at most `room` wide and `height` high; what is long comes in several drawings."""
    if isinstance(figure, Radar):
        return (draw_radar(figure, min(room, WIDEST)),)
    if isinstance(figure, Bars):
        return (draw_bars(figure, min(room, WIDEST)),)
    if isinstance(figure, Gantt):
        return tuple(draw_gantt(figure, room, height))
    return tuple(draw_chart(figure, min(room, WIDEST), height))


def draw_chart(chart: Chart, width: float, height: float) -> Iterator[Drawing]:
    """Draw a chart; rows that do not fit into the height stand in further drawings with the same heading."""
    match chart.shape:
        case Shape.TILES:
            yield _tiles(chart, width)
        case Shape.PARTS:
            yield from _parts(chart, width, height)
        case Shape.HEAT:
            yield from _heat(chart, width, height)
        case Shape.BARS:
            yield from _bars(chart, width, height)
        case Shape.LINE:
            yield _line(chart, width)


# --- a picture of its own

_MARGIN = 12.0
_TITLE_SIZE, _TITLE_LEADING = 13.0, 16.0
_NOTE_LEADING = 11.0


def chart_picture(chart: Chart, title: str, notes: Sequence[str]) -> bytes:
    """Return a chart as PNG at 200 dots per inch, its title above it and the notes below; equal inputs, equal bytes."""
    (figure,) = draw_chart(chart, WIDEST, float("inf"))
    above = fitted_lines(one_line(title), Font.BOLD, _TITLE_SIZE, WIDEST, 3)
    below = [line for note in notes for line in fitted_lines(one_line(note), Font.ITALIC, SMALL, WIDEST, 4)]
    high, low = len(above) * _TITLE_LEADING + 8, len(below) * _NOTE_LEADING + 8
    drawing = Drawing(WIDEST + 2 * _MARGIN, figure.height + high + low + 2 * _MARGIN)
    figure.translate(_MARGIN, _MARGIN + low)
    drawing.add(figure.asGroup())
    for number, line in enumerate(above):
        baseline = drawing.height - _MARGIN - number * _TITLE_LEADING - _TITLE_SIZE * 0.85
        drawing.add(lettering(_MARGIN, baseline, line, _TITLE_SIZE, font=Font.BOLD))
    for number, line in enumerate(below):
        baseline = _MARGIN + low - 8 - number * _NOTE_LEADING - SMALL * 0.85
        drawing.add(lettering(_MARGIN, baseline, line, SMALL, font=Font.ITALIC))
    return figure_picture(drawing)


# --- tiles

_TILE_HEIGHT, _TILE_GAP = 30.0, 3.0
_TILE_LABEL = 8.5


def _tiles(chart: Chart, width: float) -> Drawing:
    columns = max((tile.column for tile in chart.tiles), default=0) + 1
    rows = max((tile.row for tile in chart.tiles), default=0) + 1
    drawing = Drawing(width, rows * _TILE_HEIGHT)
    wide = width / columns
    most = max((tile.value for tile in chart.tiles if tile.value is not None), default=1)
    for tile in chart.tiles:
        top = drawing.height - tile.row * _TILE_HEIGHT
        _tile(drawing, tile, tile.column * wide, top, wide, max(most, 1))
    return drawing


def _tile(drawing: Drawing, tile: ChartTile, left: float, top: float, wide: float, most: int) -> None:
    x, y = left + _TILE_GAP / 2, top - _TILE_HEIGHT + _TILE_GAP / 2
    room, high = wide - _TILE_GAP, _TILE_HEIGHT - _TILE_GAP
    middle = x + room / 2
    ink = INK
    if tile.is_note:
        drawing.add(Rect(x, y, room, high, fillColor=None, strokeColor=ACCENT, strokeWidth=0.6))
    elif tile.value is None:
        _outline(drawing, x, y, room, high)
    else:
        fill, ink = _ramp(tile.value / most)
        drawing.add(Rect(x, y, room, high, fillColor=fill, strokeColor=HAIRLINE, strokeWidth=0.4))
    label = cut_to(one_line(tile.label), _TILE_LABEL, room - 4)
    drawing.add(lettering(middle, y + high - 11, label, _TILE_LABEL, "middle", colour=ink))
    font = Font.REGULAR if tile.is_note or tile.value is None else Font.BOLD
    size = SMALL if tile.is_note else SIZE
    drawing.add(lettering(middle, y + 5, cut_to(one_line(tile.shown), size, room - 4, font), size, "middle", font, ink))


# --- parts

_PART_BAR, _PART_ROW = 12.0, 30.0
_LEGEND_ROW, _SWATCH = 14.0, 9.0


def _parts(chart: Chart, width: float, height: float) -> Iterator[Drawing]:
    """A bar for the whole and for each row. A row with a hidden part is an outline: lengths would tell the number."""
    legend = _legend(chart.columns, width)
    head = len(legend) * _LEGEND_ROW + 6
    for rows in _fitting((chart.whole, *chart.rows), [_PART_ROW] * (len(chart.rows) + 1), height - head):
        drawing = Drawing(width, head + len(rows) * _PART_ROW)
        for number, line in enumerate(legend):
            baseline = drawing.height - (number + 1) * _LEGEND_ROW + 4
            for x, place, name in line:
                swatch = _part_colour(place, len(chart.columns))[0]
                drawing.add(
                    Rect(x, baseline - 1, _SWATCH, _SWATCH, fillColor=swatch, strokeColor=SOFT, strokeWidth=0.4)
                )
                drawing.add(lettering(x + _SWATCH + 4, baseline, name, SIZE))
        top = drawing.height - head
        for row in rows:
            _part_row(drawing, row, top, width)
            top -= _PART_ROW
        yield drawing


def _legend(names: Sequence[str], width: float) -> list[list[tuple[float, int, str]]]:
    """Lines of (left edge, place of the column, name)."""
    lines: list[list[tuple[float, int, str]]] = [[]]
    x = 0.0
    for place, name in enumerate(names):
        text = cut_to(one_line(name), SIZE, width - _SWATCH - 4)
        wide = _SWATCH + 4 + text_width(text, Font.REGULAR, SIZE) + 14
        if lines[-1] and x + wide - 14 > width:
            lines.append([])
            x = 0.0
        lines[-1].append((x, place, text))
        x += wide
    return lines


def _part_row(drawing: Drawing, row: ChartRow, top: float, width: float) -> None:
    number = one_line(row.total_shown)
    room = width - text_width(number, Font.BOLD, SIZE) - 10
    drawing.add(lettering(0, top - 10, cut_to(one_line(row.label), SIZE, room), SIZE))
    drawing.add(lettering(width, top - 10, number, SIZE, "end", Font.BOLD))
    low = top - 14 - _PART_BAR
    values = [value for value in row.values if value is not None]
    if row.total is None or len(values) < len(row.values):
        _outline(drawing, 0, low, width, _PART_BAR)
        shown = ", ".join(one_line(text) for text in row.shown)
        drawing.add(lettering(width / 2, low + 3.2, cut_to(shown, SMALL, width - 8), SMALL, "middle"))
        return
    drawing.add(Rect(0, low, width, _PART_BAR, fillColor=None, strokeColor=HAIRLINE, strokeWidth=0.5))
    x = 0.0
    for place, (value, shown) in enumerate(zip(values, row.shown, strict=True)):
        wide = width * value / row.total if row.total else 0.0
        if not wide:
            continue
        fill, ink = _part_colour(place, len(values))
        drawing.add(Rect(x, low, wide, _PART_BAR, fillColor=fill, strokeColor=WHITE, strokeWidth=0.6))
        if text_width(one_line(shown), Font.REGULAR, SMALL) + 4 < wide:
            drawing.add(lettering(x + wide / 2, low + 3.2, one_line(shown), SMALL, "middle", colour=ink))
        x += wide


def _part_colour(place: int, count: int) -> tuple[Color, Color]:
    return _ramp(place / max(count - 1, 1))


# --- heat

_HEAT_LABELS = 130.0
_HEAT_LINE, _HEAT_LEADING = 17.0, 10.5
_MOST_NAMED_COLUMNS = 6


def _heat(chart: Chart, width: float, height: float) -> Iterator[Drawing]:
    """A cell for each number; many columns are numbered and named below."""
    count = max(len(chart.columns), 1)
    wide = (width - _HEAT_LABELS) / count
    if count > _MOST_NAMED_COLUMNS:
        headings = [[str(place)] for place in range(1, count + 1)]
        names = " · ".join(f"{place}\u00a0{one_line(name)}" for place, name in enumerate(chart.columns, start=1))
        key = fitted_lines(names, Font.REGULAR, SMALL, width, count)
    else:
        headings = [fitted_lines(one_line(name), Font.REGULAR, SMALL, wide - 4, 3) for name in chart.columns]
        key = []
    head = max(map(len, headings), default=1) * _HEAT_LEADING + 5
    foot = len(key) * _HEAT_LEADING + 4
    every = (chart.whole, *chart.rows)
    labels = {id(row): fitted_lines(one_line(row.label), Font.REGULAR, SMALL, _HEAT_LABELS - 6, 2) for row in every}
    heights = [_HEAT_LINE + (len(labels[id(row)]) - 1) * _HEAT_LEADING for row in every]
    for rows in _fitting(every, heights, height - head - foot):
        tall = {id(row): _HEAT_LINE + (len(labels[id(row)]) - 1) * _HEAT_LEADING for row in rows}
        drawing = Drawing(width, head + sum(tall.values()) + foot)
        for place, lines in enumerate(headings):
            for number, line in enumerate(lines):
                baseline = drawing.height - head + 5 + (len(lines) - 1 - number) * _HEAT_LEADING
                drawing.add(lettering(_HEAT_LABELS + (place + 0.5) * wide, baseline, line, SMALL, "middle"))
        top = drawing.height - head
        for row in rows:
            _heat_row(drawing, chart, row, labels[id(row)], top, tall[id(row)], wide)
            top -= tall[id(row)]
        for number, line in enumerate(key):
            drawing.add(lettering(0, foot - 4 - (number + 0.8) * _HEAT_LEADING, line, SMALL))
        yield drawing


def _heat_row(
    drawing: Drawing, chart: Chart, row: ChartRow, label: Sequence[str], top: float, tall: float, wide: float
) -> None:
    font = Font.BOLD if row is chart.whole else Font.REGULAR
    for number, line in enumerate(label):
        baseline = top - tall / 2 + (len(label) - 1) * _HEAT_LEADING / 2 - number * _HEAT_LEADING - SMALL * 0.33
        drawing.add(lettering(0, baseline, line, SMALL, font=font))
    for place, (value, shown) in enumerate(zip(row.values, row.shown, strict=True)):
        x, low = _HEAT_LABELS + place * wide + 1, top - tall + 1
        ink = INK
        if value is None:
            _outline(drawing, x, low, wide - 2, tall - 2)
        else:
            fill, ink = _ramp(value / max(chart.most, 1))
            drawing.add(Rect(x, low, wide - 2, tall - 2, fillColor=fill, strokeColor=None))
        text = one_line(shown)
        room = wide - 3
        size = min(SMALL, SMALL * room / max(text_width(text, Font.REGULAR, SMALL), 0.1))
        drawing.add(lettering(x + wide / 2 - 1, low + tall / 2 - 1 - size * 0.33, text, size, "middle", colour=ink))


# --- bars

_BAR_ROW, _BAR_THICK = 28.0, 9.0
MOST_BARS = 12


def _bars(chart: Chart, width: float, height: float) -> Iterator[Drawing]:
    """The first rows as shares of the whole, name and number above each."""
    whole = chart.whole.values[0] if chart.whole.values else None
    shown = chart.rows[:MOST_BARS]
    for rows in _fitting(shown, [_BAR_ROW] * len(shown), height):
        drawing = Drawing(width, max(len(rows) * _BAR_ROW, 1))
        top = drawing.height
        for row in rows:
            number = one_line(row.shown[0])
            room = width - text_width(number, Font.BOLD, SIZE) - 10
            drawing.add(lettering(0, top - 10, cut_to(one_line(row.label), SIZE, room), SIZE))
            drawing.add(lettering(width, top - 10, number, SIZE, "end", Font.BOLD))
            low = top - 14 - _BAR_THICK
            value = row.values[0]
            if value is None:
                _outline(drawing, 0, low, width, _BAR_THICK)
            else:
                drawing.add(Rect(0, low, width, _BAR_THICK, fillColor=None, strokeColor=HAIRLINE, strokeWidth=0.5))
                length = width * min(value / max(whole or value, 1), 1)
                if length:
                    drawing.add(Rect(0, low, length, _BAR_THICK, fillColor=BAR, strokeColor=ACCENT, strokeWidth=0.6))
            top -= _BAR_ROW
        yield drawing


# --- line

_LINE_AREA, _LINE_LEFT, _LINE_FOOT, _LINE_HEAD = 130.0, 34.0, 18.0, 10.0


def _line(chart: Chart, width: float) -> Drawing:
    """A row in time; where a number is hidden the line is broken, and a dashed outline stands there."""
    drawing = Drawing(width, _LINE_AREA + _LINE_FOOT + _LINE_HEAD)
    row = chart.whole
    most = max((value for value in row.values if value is not None), default=0)
    slot = (width - _LINE_LEFT) / max(len(chart.columns), 1)

    def at(place: int) -> float:
        return _LINE_LEFT + (place + 0.5) * slot

    def high(value: float) -> float:
        return _LINE_FOOT + _LINE_AREA * value / max(most, 1)

    for grid in sorted({0, most}):
        drawing.add(Line(_LINE_LEFT, high(grid), width, high(grid), strokeColor=HAIRLINE, strokeWidth=0.5))
        name = row.shown[row.values.index(grid)] if grid in row.values else str(grid)
        drawing.add(lettering(_LINE_LEFT - 4, high(grid) - 3, one_line(name), SMALL, "end"))
    widest = max((text_width(one_line(name), Font.REGULAR, SMALL) for name in chart.columns), default=1.0) + 6
    step = max(int(widest // slot) + 1, 1)
    for place, name in enumerate(chart.columns):
        if place % step == 0:
            drawing.add(lettering(at(place), 4, one_line(name), SMALL, "middle"))
    for (place, value), (_, following) in pairwise(enumerate(row.values)):
        if value is not None and following is not None:
            drawing.add(
                Line(at(place), high(value), at(place + 1), high(following), strokeColor=ACCENT, strokeWidth=1.5)
            )
    for place, (known, shown) in enumerate(zip(row.values, row.shown, strict=True)):
        if known is not None:
            drawing.add(Circle(at(place), high(known), 2.2, fillColor=ACCENT, strokeColor=WHITE, strokeWidth=0.5))
            continue
        text = one_line(shown)
        tall = text_width(text, Font.REGULAR, SMALL) + 8
        _outline(drawing, at(place) - slot * 0.4, _LINE_FOOT, slot * 0.8, tall)
        upright_lettering(drawing, at(place), _LINE_FOOT + 4, text, SMALL, "start")
    return drawing


# --- shared


def _outline(drawing: Drawing, x: float, y: float, wide: float, high: float) -> None:
    drawing.add(Rect(x, y, wide, high, fillColor=None, strokeColor=SOFT, strokeWidth=0.6, strokeDashArray=_DASHES))


def _ramp(share: float) -> tuple[Color, Color]:
    """Return the colour of a share of the most, and black or white, whichever reads on it."""
    colour = linearlyInterpolatedColor(TINT, ACCENT, 0.0, 1.0, min(max(share, 0.0), 1.0))

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else float(((part + 0.055) / 1.055) ** 2.4)

    luminance = 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue)
    # From this luminance on black has the higher contrast.
    return colour, INK if luminance > 0.179 else WHITE


def _fitting(rows: Sequence[ChartRow], heights: Sequence[float], room: float) -> Iterator[tuple[ChartRow, ...]]:
    """Yield the rows in stretches that fit into the room; one row at least in each; without rows one empty."""
    found: list[ChartRow] = []
    used = 0.0
    for row, tall in zip(rows, heights, strict=True):
        if found and used + tall > room:
            yield tuple(found)
            found, used = [], 0.0
        found.append(row)
        used += tall
    yield tuple(found)
