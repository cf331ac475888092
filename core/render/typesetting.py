"""From text to lines: measuring words, breaking paragraphs, setting a bold lead before running text.

Widths and sizes are points. Plain text only: nothing in a text is ever read as markup.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

from core.render.fonts import WIDTHS, Font, printable, text_width

MM = 72 / 25.4
"""Points in a millimetre."""


# A number is not parted from its unit, nor a sign from its number: 20 kg, 0,1 %, \u00b1 5.
_BOUND = re.compile(r"(?<=\d) (?=%|\u00b0|[A-Za-z\u00b5\u03bc\u03a9]{1,3}(?!\w))|(?<=[\u00b1\u2264\u2265<>=]) (?=\d)")

KEPT_TOGETHER = Path(__file__).resolve().parents[2] / "content" / "programme" / "kept-together.txt"


@cache
def _one_word() -> re.Pattern[str]:
    """Match what makes one word together in a title."""
    lines = KEPT_TOGETHER.read_text(encoding="utf-8").splitlines()
    words = "|".join(re.escape(line) for line in lines if line and not line.startswith("#"))
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


class Line(NamedTuple):
    """A line of one style; `width` in points; `is_last` ends a paragraph and is never stretched."""

    text: str
    width: float
    is_last: bool


class Alignment(StrEnum):
    """How lines stand between their margins."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"
    JUSTIFIED = "justified"


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a paragraph is set, in points. Room between two paragraphs is the larger of `after` and `before`."""

    font: Font = Font.REGULAR
    size: float = 14
    leading: float = 17.5
    alignment: Alignment = Alignment.JUSTIFIED
    first_indent: float = 0
    left_indent: float = 0
    right_indent: float = 0
    before: float = 0
    after: float = 6


class Piece(NamedTuple):
    """A stretch of one style on a line: offset from the left margin, and extra room at each of its blanks."""

    offset: float
    font: Font
    text: str
    word_space: float = 0.0


SetLine = tuple[Piece, ...]
"""A line ready to draw."""


class Typesetter:
    """Breaks texts into lines for one document and remembers what it measured."""

    def __init__(self) -> None:
        self._words: dict[Font, dict[str, float]] = {font: {} for font in Font}
        self._texts: dict[str, str] = {}

    def printable(self, text: str) -> str:
        """Return the printable form of a text, numbers bound to their units; the cells of a table are often alike."""
        known = self._texts.get(text)
        if known is None:
            known = self._texts[text] = _BOUND.sub("\u00a0", printable(text))
        return known

    def wrap(self, text: str, font: Font, size: float, room: float, first_room: float | None = None) -> list[Line]:
        """Break a printable text into lines of at most `room` points (the first of at most `first_room`).

        A word longer than a line is broken between letters; a line break in the text begins a new line.
        """
        scale = size / 1000
        limit, full = (room if first_room is None else first_room) / scale, room / scale
        known, widths = self._words[font], WIDTHS[font]
        blank = widths[32]
        lines: list[Line] = []
        for stretch in text.split("\n"):
            words: list[str] = []
            used = 0.0
            for word in stretch.split(" "):
                if not word:
                    continue
                width = known.get(word)
                if width is None:
                    width = known[word] = sum(widths[code] for code in map(ord, word))
                if words and used + blank + width <= limit:
                    words.append(word)
                    used += blank + width
                    continue
                if words or (width > limit < full):
                    lines.append(Line(" ".join(words), used * scale, False))
                    limit = full
                rest = word
                while width > limit and len(rest) > 1:
                    rest, start, taken = _break_word(rest, widths, limit)
                    lines.append(Line(start, taken * scale, False))
                    limit = full
                    width -= taken
                words, used = [rest], width
            lines.append(Line(" ".join(words), used * scale, True))
            limit = full
        return lines

    def balanced(self, text: str, font: Font, size: float, room: float) -> list[Line]:
        """Break a text into as few lines as needed, all about equally long: for centred names and titles."""
        bound = _one_word().sub(lambda found: found[0].replace(" ", "\u00a0"), text)
        lines = self.wrap(text, font, size, room)
        bound_lines = self.wrap(bound, font, size, room)
        if len(bound_lines) == len(lines):
            text, lines = bound, bound_lines
        narrow, wide = 0.0, room
        while len(lines) > 1 and wide - narrow > 2:
            middle = (narrow + wide) / 2
            tried = self.wrap(text, font, size, middle)
            if len(tried) > len(lines) or max(line.width for line in tried) > middle:
                narrow = middle
            else:
                wide, lines = middle, tried
        return lines

    def paragraph(self, text: str, style: TextStyle, room: float, lead: str = "") -> tuple[SetLine, ...]:
        """Set a paragraph; `lead` stands bold before it on the first line."""
        text, lead = self.printable(text), self.printable(lead)
        room -= style.left_indent + style.right_indent
        start = style.first_indent
        if not lead:
            if style.alignment is Alignment.CENTRE:
                return _placed(self.balanced(text, style.font, style.size, room), style, room, 0)
            return _placed(self.wrap(text, style.font, style.size, room, room - start), style, room, start)
        *above, last = _placed(self.wrap(lead, Font.BOLD, style.size, room, room - start), _lead_of(style), room, start)
        start = last[0].offset - style.left_indent + text_width(f"{last[0].text} ", Font.BOLD, style.size)
        beside, *below = _placed(self.wrap(text, style.font, style.size, room, room - start), style, room, start)
        return (*above, last + beside, *below)


# A line filled to less than this share is left ragged rather than pulled apart.
_LEAST_FILL = 0.6


def _lead_of(style: TextStyle) -> TextStyle:
    return replace(style, font=Font.BOLD, alignment=Alignment.LEFT)


def _placed(lines: list[Line], style: TextStyle, room: float, first_start: float) -> tuple[SetLine, ...]:
    placed = []
    for number, line in enumerate(lines):
        start = first_start if number == 0 else 0.0
        slack = room - start - line.width
        space = 0.0
        if style.alignment is Alignment.CENTRE:
            start += slack / 2
        elif style.alignment is Alignment.RIGHT:
            start += slack
        elif style.alignment is Alignment.JUSTIFIED and not line.is_last and slack < (1 - _LEAST_FILL) * room:
            blanks = line.text.count(" ") + line.text.count("\u00a0")
            space = slack / blanks if blanks else 0.0
        placed.append((Piece(start + style.left_indent, style.font, line.text, space),))
    return tuple(placed)


def _break_word(word: str, widths: Mapping[int, float], limit: float) -> tuple[str, str, float]:
    """Part a word too long for its line: the rest, the start that fits (at least one letter), the start's width."""
    taken = widths[ord(word[0])]
    for position, letter in enumerate(word[1:], start=1):
        if taken + widths[ord(letter)] > limit:
            return word[position:], word[:position], taken
        taken += widths[ord(letter)]
    return "", word, taken
