"""Two languages: texts in pairs, and how dates, numbers and money are written in each.

Also the one place where text from outside is cleaned: NFC, no control characters.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction
from math import floor
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
# Line breaks and tabs stay; every other control, format-override and private character goes.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff\ud800-\udfff\ue000-\uf8ff]"
)


class Language(StrEnum):
    """A language of the product; Vietnamese is the source."""

    VI = "vi"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages: `text[Language.VI]`."""

    vi: str
    en: str

    def __getitem__(self, language: Language) -> str:
        return self.vi if language == Language.VI else self.en


def clean(text: str) -> str:
    """Return text from outside as it may be kept: NFC, no control characters, plain line ends, trimmed."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNWANTED.sub("", plain)).strip()


def rounded(value: Fraction | Decimal | int, decimals: int = 1) -> Decimal:
    """Return an exact value rounded half up for display."""
    exact = Fraction(value)
    scale = 10**decimals
    steps = floor(abs(exact) * scale + Fraction(1, 2))
    return Decimal(f"{steps if exact >= 0 else -steps}E-{decimals}")


def number(value: Fraction | Decimal | int, language: Language, decimals: int = 0) -> str:
    """Write a number with a fixed count of decimals, half up: 1.234,5 in Vietnamese, 1,234.5 in English."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    shown = rounded(value, decimals)
    with localcontext(prec=max(28, len(shown.as_tuple().digits) + 2)):
        return format_decimal(shown, format=pattern, locale=language.value)


def money(vnd: int, language: Language) -> str:
    """Write an amount in đồng without its unit: 20.450.000 or 20,450,000."""
    return number(vnd, language)


def day(value: date, language: Language) -> str:
    """Write a date: 05/01/2027 in Vietnamese, 5 January 2027 in English."""
    return value.strftime("%d/%m/%Y") if language == Language.VI else format_date(value, "d MMMM y", locale="en")


def clock(moment: datetime) -> str:
    """Write the time of day in Vietnam: 10:42."""
    return moment.astimezone(VIETNAM).strftime("%H:%M")


def moment(value: datetime, language: Language) -> str:
    """Write date and time in Vietnam: 10:42 22/11/2026."""
    return f"{clock(value)} {day(value.astimezone(VIETNAM).date(), language)}"
