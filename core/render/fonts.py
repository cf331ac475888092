"""The typeface of every printed paper: Tinos, the twin in width of Times New Roman, and what it can show.

The four files lie in content/fonts/ with their licence. ReportLab keeps its fonts in one register for the whole
process, so they are registered once, when this module is read, before any thread can build a document.
"""

# mypy: untyped-calls-exclude="reportlab,pypdfium2"

from __future__ import annotations

import unicodedata
from enum import StrEnum
from pathlib import Path
from threading import Lock

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from core.language import clean

FONTS = Path(__file__).resolve().parents[2] / "content" / "fonts"
"""Folder of the font files."""
MISSING_MARK = "?"
"""Stands for a letter that the typeface does not have, so that nobody believes nothing was there."""


class Font(StrEnum):
    """The four styles, by the names under which ReportLab knows them."""

    REGULAR = "Tinos"
    BOLD = "Tinos-Bold"
    ITALIC = "Tinos-Italic"
    BOLD_ITALIC = "Tinos-BoldItalic"


_FILES = {
    Font.REGULAR: "Tinos-Regular.ttf",
    Font.BOLD: "Tinos-Bold.ttf",
    Font.ITALIC: "Tinos-Italic.ttf",
    Font.BOLD_ITALIC: "Tinos-BoldItalic.ttf",
}
# Without shaping the font draws a loose tone mark beside its letter; the marks that stand alone are drawn as such.
_LOOSE_MARKS = {"\u0300": "`", "\u0301": "\u00b4", "\u0302": "^", "\u0303": "~", "\u0304": "\u00af", "\u0308": "\u00a8"}
_UNDRAWN = ("Mn", "Me", "Cf", "Cc")


class _SharedFont(TTFont):
    """A font that several documents may be written with at once."""

    def addObjects(self, doc: object) -> None:
        # ReportLab cuts a font down with one cursor for all documents; two at once would mix up their letters.
        with _CURSOR:
            super().addObjects(doc)  # type: ignore[no-untyped-call]


_CURSOR = Lock()


def _register() -> dict[str, dict[int, float]]:
    for font, file in _FILES.items():
        pdfmetrics.registerFont(_SharedFont(font.value, str(FONTS / file)))  # type: ignore[no-untyped-call]
    # Plain streams are a fifth smaller and faster to write than ASCII85.
    rl_config.useA85 = 0  # type: ignore[attr-defined]
    return {font: pdfmetrics.getFont(font.value).face.charWidths for font in Font}


WIDTHS = _register()
"""Style → code point → advance width in thousandths of the size."""


def text_width(text: str, font: Font, size: float) -> float:
    """Return the width in points of a printable text set on one line."""
    widths = WIDTHS[font]
    return sum(widths[code] for code in map(ord, text)) * size / 1000


def _drawable() -> frozenset[str]:
    shared = set.intersection(*(set(pdfmetrics.getFont(font.value).face.charToGlyph) for font in Font))
    return frozenset(chr(code) for code in shared if unicodedata.category(chr(code)) not in _UNDRAWN)


DRAWABLE = _drawable()
"""Letters that all four styles can show as they stand."""
_PLAIN = DRAWABLE | {"\n"}


def printable(text: str) -> str:
    """Return a text as it can be printed: NFC, no control characters, a visible mark for every letter without a glyph.

    Line breaks stay. A letter that has a plain form in the typeface ("\ufb01", "\u2460") is written in it.
    """
    cleaned = clean(text.replace("\t", " "))
    if _PLAIN.issuperset(cleaned):
        return cleaned
    return "".join(letter if letter in _PLAIN else _substitute(letter) for letter in cleaned)


def one_line(text: str) -> str:
    """Return the printable form of a text without its line breaks and needless blanks."""
    return " ".join(printable(text).split())


def _substitute(letter: str) -> str:
    if letter in _LOOSE_MARKS:
        return _LOOSE_MARKS[letter]
    if unicodedata.category(letter) in ("Cf", "Cc", "Me") or "\ufe00" <= letter <= "\ufe0f":
        return ""
    plain = unicodedata.normalize("NFKC", letter)
    return plain if DRAWABLE.issuperset(plain) else MISSING_MARK
