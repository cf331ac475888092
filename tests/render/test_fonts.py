"""The typeface: it has every letter that the content uses, and what it lacks is marked."""

from __future__ import annotations

import tomllib
import unicodedata

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from core.render.fonts import DRAWABLE, FONTS, WIDTHS, Font, printable, text_width

CONTENT = FONTS.parent
FILES = sorted([*CONTENT.rglob("*.toml"), *CONTENT.rglob("*.csv")])
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VOWELS = "aăâeêioôơuưy"


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(CONTENT)))
def test_every_letter_of_the_content_can_be_printed(path):
    text = path.read_text(encoding="utf-8")
    texts = strings(tomllib.loads(text)) if path.suffix == ".toml" else [text]
    lacking = {letter for one in texts for letter in one if letter not in DRAWABLE and letter != "\n"}
    assert not lacking, f"{path.name}: no glyph for {sorted(lacking)}"


def test_content_was_looked_at():
    assert len(FILES) > 30


@pytest.mark.parametrize("style", ["Regular", "Bold", "Italic", "BoldItalic"])
def test_every_style_has_all_letters_of_vietnamese(style):
    letters = {unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES} | {"đ"}
    letters |= {letter.upper() for letter in letters}
    assert len(letters) == 146
    known = TTFont(FONTS / f"Tinos-{style}.ttf").getBestCmap()
    assert not [letter for letter in letters if ord(letter) not in known]


def test_the_licence_lies_beside_the_fonts():
    assert "SIL Open Font License" in (FONTS / "OFL.txt").read_text(encoding="utf-8")


def test_widths_are_those_of_times_new_roman():
    units = {letter: round(WIDTHS[Font.REGULAR][ord(letter)] * 2048 / 1000) for letter in "aAm"}
    assert units == {"a": 909, "A": 1479, "m": 1593}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ki\u00ea\u0309m \u0111i\u0323nh", "Kiểm định"),
        ("cân 😀", "cân ?"),
        ("x\u0304 = 5", "x¯ = 5"),
        ("ﬁ ①", "fi 1"),
        ("a\u00adb\u200dc", "abc"),
        ("một\r\nhai\tba", "một\nhai ba"),
        ("12 µm ≤ 5 Ω", "12 µm ≤ 5 Ω"),
    ],
)
def test_text_becomes_printable(text, shown):
    assert printable(text) == shown


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_anything_becomes_printable_and_stays_so(text):
    shown = printable(text)
    assert set(shown) <= DRAWABLE | {"\n"}
    assert printable(shown) == shown.strip()
    assert all(text_width(line, Font.BOLD, 10) >= 0 for line in shown.split("\n"))


def test_nothing_visible_disappears():
    for letter in "漢☐✓😀字":
        assert printable(letter) == "?"
