"""Sheets of labels with a QR code: 3 × 8 on A4, each label 70 × 37.125 mm, without gaps.

What stands on a label comes ready in its language; here it is made to fit. The same labels give the same bytes.
"""

# mypy: untyped-calls-exclude="reportlab,pypdfium2"

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from core.language import Language
from core.render.fonts import Font, one_line, text_width
from core.render.pdf import LANGUAGE_TAGS, set_date
from core.render.pen import Pen
from core.render.typesetting import MM, Typesetter

COLUMNS, ROWS = 3, 8
PER_SHEET = COLUMNS * ROWS
"""Labels of one sheet, counted from 1 at the upper left, row by row."""
_WIDTH, _HEIGHT = 70 * MM, 37.125 * MM
_SHEET = (COLUMNS * _WIDTH, ROWS * _HEIGHT)
# Printers miss the label by a millimetre or two, and many print nothing within 3 mm of the sheet's edge.
_INSET = 4 * MM
_SQUARE = _HEIGHT - 2 * _INSET
_TEXT_LEFT = _INSET + _SQUARE
_ROOM = _WIDTH - _INSET - _TEXT_LEFT
_ASCENT = 0.89
_LEADING = 1.17
_CUT = "…"

_Fits = tuple[tuple[float, int], ...]
"""Sizes in points to try, the best first, each with the most lines that it may take."""
_CODE: _Fits = ((16, 1), (14, 1), (12, 1), (10, 1), (9, 2))
_NAME: _Fits = ((9.5, 2), (8.5, 2), (7.5, 2))
_LINE: _Fits = ((8, 1), (7, 1))
_DUE: _Fits = ((10, 1), (9, 1), (8, 1))
_FIRM: _Fits = ((7.5, 1), (6.5, 1))


@dataclass(frozen=True, slots=True)
class Label:
    """One label. address: what the QR code holds. lines: serial number, group and the like, one line each."""

    address: str
    code: str
    name: str = ""
    lines: tuple[str, ...] = ()
    due: str = ""
    firm: str = ""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where labels begin on the first sheet (1–24), and how far all is moved to the right and down, in mm."""

    start: int = 1
    right: Decimal = Decimal(0)
    down: Decimal = Decimal(0)


def write_labels(
    labels: Sequence[Label],
    placement: Placement,
    *,
    title: str,
    language: Language,
    made_on: date,
    is_outlined: bool = False,
) -> bytes:
    """Return the sheets as a PDF file; `is_outlined` draws the edges of the labels, for looking only."""
    target = BytesIO()
    canvas = Canvas(
        target,
        pagesize=_SHEET,
        pageCompression=1,
        invariant=1,
        initialFontName=Font.REGULAR.value,
        lang=LANGUAGE_TAGS[language],
    )
    canvas.setTitle(one_line(title))
    canvas.setViewerPreference("DisplayDocTitle", "true")
    # Asks the reader's print dialogue for 100 % instead of "fit to page".
    canvas.setViewerPreference("PrintScaling", "None")
    set_date(canvas, made_on)
    writer = _Writer(canvas)
    for sheet in _sheets(labels, placement.start):
        if is_outlined:
            writer.edges()
        canvas.translate(float(placement.right) * MM, -float(placement.down) * MM)
        for place, label in sheet:
            row, column = divmod(place, COLUMNS)
            writer.label(label, column * _WIDTH, _SHEET[1] - row * _HEIGHT)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _sheets(labels: Sequence[Label], start: int) -> Iterator[list[tuple[int, Label]]]:
    """Return the labels of each sheet with their places from 0."""
    first = start - 1
    for begin in range(-first, len(labels), PER_SHEET):
        places = range(max(begin, 0), min(begin + PER_SHEET, len(labels)))
        yield [(number - begin, labels[number]) for number in places]


class _Writer:
    """Draws labels on one canvas."""

    def __init__(self, canvas: Canvas) -> None:
        self._pen = Pen(canvas)
        self._typesetter = Typesetter()

    def label(self, label: Label, left: float, top: float) -> None:
        """Draw a label whose upper left corner is here."""
        self._pen.square(label.address, left + _INSET, top - _INSET, _SQUARE)
        x, y = left + _TEXT_LEFT, top - _INSET
        y = self._text(label.code, Font.BOLD, _CODE, x, y)
        y = self._text(label.name, Font.REGULAR, _NAME, x, y)
        for line in label.lines:
            y = self._text(line, Font.REGULAR, _LINE, x, y)
        foot = top - _HEIGHT + _INSET
        foot += self._height(label.firm, Font.ITALIC, _FIRM)
        self._text(label.firm, Font.ITALIC, _FIRM, x, foot)
        foot += self._height(label.due, Font.BOLD, _DUE)
        self._text(label.due, Font.BOLD, _DUE, x, foot)

    def edges(self) -> None:
        """Draw where the labels of a sheet part."""
        width, height = _SHEET
        upright = [(column * _WIDTH, 0, column * _WIDTH, height) for column in range(1, COLUMNS)]
        level = [(0, row * _HEIGHT, width, row * _HEIGHT) for row in range(1, ROWS)]
        self._pen.add("q 0.7 G")
        self._pen.rules([*upright, *level], 0.6)
        self._pen.add("Q")

    def _text(self, text: str, font: Font, fits: _Fits, left: float, top: float) -> float:
        """Write a text below `top` and return where the next one begins."""
        size, lines = self._fitted(text, font, fits)
        baseline = top - _ASCENT * size
        for line in lines:
            self._pen.text(left, baseline, line, font, size)
            baseline -= _LEADING * size
        return top - len(lines) * _LEADING * size

    def _height(self, text: str, font: Font, fits: _Fits) -> float:
        size, lines = self._fitted(text, font, fits)
        return len(lines) * _LEADING * size

    def _fitted(self, text: str, font: Font, fits: _Fits) -> tuple[float, list[str]]:
        """Return the first size at which the text fits, and its lines; cut at the last size when it fits nowhere."""
        shown = self._typesetter.printable(one_line(text))
        if not shown:
            return fits[0][0], []
        for size, most in fits:
            lines = [line.text for line in self._typesetter.wrap(shown, font, size, _ROOM)]
            if len(lines) <= most:
                return size, lines
        kept = lines[:most]
        while text_width(kept[-1] + _CUT, font, size) > _ROOM:
            kept[-1] = kept[-1][:-1].rstrip()
        kept[-1] += _CUT
        return size, kept
