"""QR codes: as runs of dark modules for whoever draws them, and as a drawing of its own.

The same text gives the same code.
"""

# mypy: untyped-calls-exclude="reportlab,pypdfium2"

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import segno
from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib.colors import black

# Every mask is readable. Weighing all eight takes five times as long and mostly finds this one for addresses of ours.
_MASK = 2
QUIET = 4
"""Modules that stay white around a code."""
_DARK = re.compile(b"\x01+")


@dataclass(frozen=True, slots=True)
class Square:
    """A QR code. side: its modules in a row, the quiet zone included. runs: x, y from the upper left, length."""

    side: int
    runs: tuple[tuple[int, int, int], ...]


@lru_cache(maxsize=8)
def square_of(text: str) -> Square:
    """Return the QR code that holds a text."""
    rows = segno.make_qr(text, error="m", mask=_MASK).matrix
    return Square(len(rows) + 2 * QUIET, tuple(_runs(rows)))


def _runs(rows: tuple[bytearray, ...]) -> Iterator[tuple[int, int, int]]:
    for y, row in enumerate(rows, start=QUIET):
        for run in _DARK.finditer(row):
            yield run.start() + QUIET, y, run.end() - run.start()


def draw_square(text: str, size: float) -> Drawing:
    """Draw the QR code that holds a text, `size` points wide and high with its quiet zone."""
    square = square_of(text)
    module = size / square.side
    drawing = Drawing(size, size)
    for x, y, length in square.runs:
        top = size - y * module
        drawing.add(Rect(x * module, top - module, length * module, module, fillColor=black, strokeColor=None))
    return drawing
