"""The pen that draws set lines and rules on a ReportLab canvas.

Text operators are written directly, and each distinct string is encoded once for a document: half the work of the
canvas's own text objects.
"""

# mypy: untyped-calls-exclude="reportlab,pypdfium2"

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from core.render.fonts import Font
from core.render.squares import square_of
from core.render.typesetting import SetLine


class Pen:
    """Draws on the current page of a canvas. Origin at the lower left corner, points."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self._shown: dict[tuple[str, Font, float], str] = {}
        self._faces: dict[Font, Any] = {font: pdfmetrics.getFont(font.value) for font in Font}

    def operators(self, text: str, font: Font, size: float) -> str:
        """Return the operators that show a text at the current point."""
        key = (text, font, size)
        shown = self._shown.get(key)
        if shown is None:
            face, document = self._faces[font], self.canvas._doc
            shown = self._shown[key] = " ".join(
                f"{face.getSubsetInternalName(subset, document)} {size:g} Tf ({self.canvas._escape(letters)}) Tj"
                for subset, letters in face.splitString(text, document)
            )
        return shown

    def add(self, operators: str) -> None:
        """Add raw operators to the page."""
        self.canvas._code.append(operators)

    def text(self, x: float, baseline: float, text: str, font: Font, size: float) -> None:
        """Write one string."""
        self.add(f"BT 1 0 0 1 {x:.2f} {baseline:.2f} Tm {self.operators(text, font, size)} ET")

    def lines(self, left: float, baseline: float, leading: float, lines: Iterable[SetLine], size: float) -> None:
        """Write lines one under another, the first on `baseline`."""
        parts = ["BT"]
        spacing = 0.0
        for line in lines:
            for offset, font, text, word_space in line:
                if not text:
                    continue
                if word_space != spacing:
                    parts.append(f"{word_space:.3f} Tw")
                    spacing = word_space
                parts.append(f"1 0 0 1 {left + offset:.2f} {baseline:.2f} Tm {self.operators(text, font, size)}")
            baseline -= leading
        parts.append("0 Tw ET" if spacing else "ET")
        self.add(" ".join(parts))

    def rules(self, segments: Iterable[tuple[float, float, float, float]], thickness: float = 0.5) -> None:
        """Draw straight lines (x, y, x, y) in one stroke."""
        path = " ".join(f"{x0:.2f} {y0:.2f} m {x1:.2f} {y1:.2f} l" for x0, y0, x1, y1 in segments)
        self.add(f"{thickness:g} w {path} S")

    def dots(self, x0: float, x1: float, y: float) -> None:
        """Draw a dotted leader; drawn, so that it is not read out as a row of full stops."""
        if x1 - x0 > 6:
            self.add(f"q 1 J 0.9 w [0 3] 0 d {x0:.2f} {y:.2f} m {x1:.2f} {y:.2f} l S Q")

    def square(self, text: str, left: float, top: float, side: float) -> None:
        """Draw the QR code that holds a text, `side` wide and high with its quiet zone: one path of dark runs."""
        square = square_of(text)
        module = side / square.side
        runs = " ".join(f"{x} {y} {length} 1 re" for x, y, length in square.runs)
        self.add(f"q {module:.4f} 0 0 {-module:.4f} {left:.2f} {top:.2f} cm {runs} f Q")

    def link(self, key: str, left: float, bottom: float, right: float, top: float) -> None:
        """Make a rectangle of the page lead to a bookmark."""
        self.canvas.linkRect("", key, (left, bottom, right, top), relative=0)
