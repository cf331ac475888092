"""Text of people on screen: made harmless for Markdown and HTML, and shown in the language of the visit."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from core.language import Language, Text, day, moment, number

# Letters that mean something anywhere; then those that begin a directive, a link or an entity; then those that
# begin a block at the start of a line.
_MARKDOWN = re.compile(
    r"[\\`*_\[\]<>$|~]"
    r"|:(?=[A-Za-z/+-])|&(?=[#A-Za-z])"
    r"|^[#+=-]|(?<=^\d)[.)]|(?<=^\d\d)[.)]|(?<=^\d\d\d)[.)]",
    re.MULTILINE,
)
# Icons and emoji are put in after Markdown was read, so escaping does not stop them: an invisible letter does.
_ICON = re.compile(r":(?=[\w+-]+(?:/\w+)?:)")
_WORD_JOINER = "\u2060"


def plain(text: str) -> str:
    """Return text so that Markdown shows it letter by letter; line ends stay line ends, blanks before a line go.

    Addresses of pages and of mail still become links, to just what they show.
    """
    lines = (_ICON.sub(f":{_WORD_JOINER}", line.lstrip()) for line in text.split("\n"))
    return _MARKDOWN.sub(r"\\\g<0>", "\n".join(lines)).replace("\n", "  \n")


def in_html(text: str) -> str:
    """Return text for st.html: escaped, also inside quoted attributes."""
    return html.escape(text, quote=True)


def written(value: object, language: Language) -> str:
    """Write a value of any kind that a word or an error may carry."""
    match value:
        case Text():
            return value[language]
        case datetime():
            return moment(value, language)
        case date():
            return day(value, language)
        case Fraction() | Decimal():
            return number(value, language, 1)
        case _:
            return str(value)


def typed_number(value: Decimal | int, language: Language) -> str:
    """Write a number for a field, so that it can be read back: without thousands, which might be read as decimals."""
    exact = f"{Decimal(value).normalize():f}"
    if re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", exact):
        # Three decimals might be read as thousands, four are none.
        exact += "0"
    return exact.replace(".", ",") if language is Language.VI else exact


class Details(dict[str, str]):
    """Values for a sentence; one that was not given is shown as a word instead of failing."""

    def __init__(self, values: Mapping[str, str], missing: str) -> None:
        super().__init__(values)
        self._missing = missing

    def __missing__(self, key: str) -> str:
        return self._missing
