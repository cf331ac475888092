"""The boxes that pages are filled with: paragraphs, tables, figures, letter heads, signatures.

A box knows its height, can be cut where that reads well, and draws itself.
Lengths are points; y grows upwards, so a box is drawn from its top edge down.
"""

# mypy: untyped-calls-exclude="reportlab,pypdfium2"

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing

from core.render.fonts import Font, text_width
from core.render.pen import Pen
from core.render.typesetting import Line, SetLine


class Box(Protocol):
    """What a page can hold."""

    @property
    def height(self) -> float:
        """Return the height of the whole box."""

    @property
    def least_height(self) -> float:
        """Return the height of the smallest first piece that may stand at the foot of a page."""

    @property
    def before(self) -> float:
        """Return the room wanted above; the larger of this and the `after` of the box above counts."""

    @property
    def after(self) -> float:
        """Return the room wanted below."""

    @property
    def keeps_with_next(self) -> bool:
        """Tell whether the box may not be the last of a page."""

    @property
    def key(self) -> str:
        """Return the bookmark that leads here, or an empty text."""

    def cut(self, room: float) -> tuple[Box, Box] | None:
        """Return the piece that fits in `room` and the rest; None when nothing fits."""

    def draw(self, pen: Pen, left: float, top: float) -> None:
        """Draw with the upper left corner at (left, top)."""


LEAST_PAGE = 400
"""Height that every page has to offer."""
# Of the height of a line, the part above the baseline; leaves room for the marks on Vietnamese capitals.
_ABOVE_BASELINE = 0.76


@dataclass(frozen=True, slots=True)
class LinesBox:
    """A paragraph. `dots_to` is how far a dotted line runs on after the text, for filling in by hand."""

    lines: tuple[SetLine, ...]
    size: float
    leading: float
    before: float = 0
    after: float = 6
    keeps_with_next: bool = False
    key: str = ""
    dots_to: float = 0

    @property
    def height(self) -> float:
        return len(self.lines) * self.leading

    @property
    def least_height(self) -> float:
        return self.height if len(self.lines) <= 3 else 2 * self.leading

    def cut(self, room: float) -> tuple[LinesBox, LinesBox] | None:
        """Cut between lines, leaving at least two on either side."""
        count = min(int(room / self.leading), len(self.lines) - 2)
        if count < 2:
            return None
        return replace(self, lines=self.lines[:count], after=0), replace(
            self, lines=self.lines[count:], before=0, key=""
        )

    def draw(self, pen: Pen, left: float, top: float) -> None:
        baseline = top - self.leading * _ABOVE_BASELINE
        pen.lines(left, baseline, self.leading, self.lines, self.size)
        if self.dots_to:
            *_, last = self.lines[-1]
            end = last.offset + text_width(last.text, last.font, self.size)
            pen.dots(left + end + 4, left + self.dots_to, baseline - (len(self.lines) - 1) * self.leading)


@dataclass(frozen=True, slots=True)
class RuleBox:
    """A short centred rule, as below a title."""

    offset: float
    length: float
    before: float = 2
    after: float = 12
    height: float = 2
    keeps_with_next: bool = False
    key: str = ""

    @property
    def least_height(self) -> float:
        return self.height

    def cut(self, room: float) -> None:
        """Never cut."""

    def draw(self, pen: Pen, left: float, top: float) -> None:
        pen.rules([(left + self.offset, top - 1, left + self.offset + self.length, top - 1)], 0.75)


@dataclass(frozen=True, slots=True)
class FigureBox:
    """A drawing, centred between the margins."""

    drawing: Drawing
    offset: float
    before: float = 6
    after: float = 4
    keeps_with_next: bool = True
    key: str = ""

    @property
    def height(self) -> float:
        return float(self.drawing.height)

    @property
    def least_height(self) -> float:
        return self.height

    def cut(self, room: float) -> None:
        """Never cut."""

    def draw(self, pen: Pen, left: float, top: float) -> None:
        pen.canvas.saveState()
        renderPDF.draw(self.drawing, pen.canvas, left + self.offset, top - self.height)
        pen.canvas.restoreState()


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Boxes placed at (x, depth below the top), parted only when no page could hold them: letter heads, signatures."""

    placed: tuple[tuple[float, float, Box], ...]
    height: float
    before: float = 0
    after: float = 12
    keeps_with_next: bool = False
    key: str = ""

    @property
    def least_height(self) -> float:
        return self.height

    def cut(self, room: float) -> tuple[SideBySide, SideBySide] | None:
        """Cut a box taller than a page along a line that no inner box crosses."""
        if self.height < LEAST_PAGE or room < LEAST_PAGE:
            return None
        line = room
        while crossed := [depth for _, depth, box in self.placed if depth < line < depth + box.height]:
            line = min(crossed)
        above = tuple(inner for inner in self.placed if inner[1] < line)
        below = tuple((x, depth - line, box) for x, depth, box in self.placed if depth >= line)
        if not above:
            return None
        return replace(self, placed=above, height=line), replace(self, placed=below, height=self.height - line)

    def draw(self, pen: Pen, left: float, top: float) -> None:
        for x, depth, box in self.placed:
            box.draw(pen, left + x, top - depth)


@dataclass(frozen=True, slots=True)
class ContentsBox:
    """A line of the contents: text, dotted leader, page number. The number is known only when all pages are filled."""

    target: str
    numbers: dict[str, str]
    lines: tuple[SetLine, ...]
    last_width: float
    width: float
    size: float
    leading: float
    indent: float
    before: float = 0
    after: float = 3
    keeps_with_next: bool = False
    key: str = ""

    @property
    def height(self) -> float:
        return len(self.lines) * self.leading

    @property
    def least_height(self) -> float:
        return self.height

    def cut(self, room: float) -> None:
        """Never cut."""

    def draw(self, pen: Pen, left: float, top: float) -> None:
        baseline = top - self.leading * _ABOVE_BASELINE
        pen.lines(left, baseline, self.leading, self.lines, self.size)
        last = baseline - (len(self.lines) - 1) * self.leading
        number = self.numbers.get(self.target, "")
        if number:
            x = left + self.width - text_width(number, Font.REGULAR, self.size)
            pen.dots(left + self.indent + self.last_width + 6, x - 4, last)
            pen.text(x, last, number, Font.REGULAR, self.size)
        pen.link(self.target, left + self.indent, top - self.height, left + self.width, top)


@dataclass(frozen=True, slots=True)
class Slice:
    """A row of a table, or a piece of a row too tall for a page."""

    cells: tuple[Sequence[Line], ...]
    height: float
    font: Font = Font.REGULAR
    ends_row: bool = True


@dataclass(frozen=True, slots=True)
class Grid:
    """What all pieces of one table share. `edges` are the x of the column lines; `tops[i]` is the depth of slice i."""

    edges: tuple[float, ...]
    alignments: tuple[str, ...]
    size: float
    leading: float
    padding: float
    header: Slice
    slices: tuple[Slice, ...]
    tops: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class TableBox:
    """The slices from `first` up to `last` of a table, under its header row."""

    grid: Grid
    first: int
    last: int
    before: float = 4
    after: float = 10
    keeps_with_next: bool = False
    key: str = ""

    @property
    def height(self) -> float:
        return self.grid.header.height + self.grid.tops[self.last] - self.grid.tops[self.first]

    @property
    def least_height(self) -> float:
        return self.grid.header.height + self.grid.tops[min(self.first + 1, self.last)] - self.grid.tops[self.first]

    def cut(self, room: float) -> tuple[TableBox, TableBox] | None:
        """Cut below the last slice that fits, never leaving one row alone; both pieces are views of the same table."""
        tops = self.grid.tops
        reach = tops[self.first] + room - self.grid.header.height
        last = bisect_right(tops, reach + 0.01, self.first, self.last + 1) - 1
        if last == self.last - 1 and last - 1 > self.first:
            last -= 1
        if last <= self.first:
            return None
        return replace(self, last=last), replace(self, first=last, before=0)

    def draw(self, pen: Pen, left: float, top: float) -> None:
        grid = self.grid
        slices = grid.slices[self.first : self.last]
        parts = ["BT"]
        _write_slice(pen, grid, grid.header, left, top, parts, is_header=True)
        y = top - grid.header.height
        rules = [y]
        for piece in slices:
            _write_slice(pen, grid, piece, left, y, parts, is_header=False)
            y -= piece.height
            if piece.ends_row:
                rules.append(y)
        if rules[-1] != y:
            rules.append(y)
        pen.add("\n".join((*parts, "ET")))
        start, end = left + grid.edges[0], left + grid.edges[-1]
        pen.rules(
            [(start, level, end, level) for level in (top, *rules)]
            + [(left + edge, top, left + edge, y) for edge in grid.edges]
        )


def _write_slice(
    pen: Pen, grid: Grid, piece: Slice, left: float, top: float, parts: list[str], *, is_header: bool
) -> None:
    edges, padding, leading, size, font = grid.edges, grid.padding, grid.leading, grid.size, piece.font
    first_baseline = top - padding - leading * _ABOVE_BASELINE
    for column, lines in enumerate(piece.cells):
        alignment = "centre" if is_header else grid.alignments[column]
        x = left + edges[column] + padding
        room = edges[column + 1] - edges[column] - 2 * padding
        baseline = first_baseline
        if is_header:
            baseline -= (piece.height - 2 * padding - len(lines) * leading) / 2
        for line in lines:
            if line.text:
                start = x if alignment == "left" else x + (room - line.width) * (0.5 if alignment == "centre" else 1)
                parts.append(f"1 0 0 1 {start:.2f} {baseline:.2f} Tm {pen.operators(line.text, font, size)}")
            baseline -= leading
