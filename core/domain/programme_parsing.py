"""From what a person types to the canonical value of a field.

Takes the Vietnamese and the English way of writing: 31/12/2027, 1.200.000 or 1,200,000, "2,5" or "2.5".
What can be read in two ways is refused rather than guessed.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from core.domain.programme_fields import FieldKind, rule_of
from core.errors import ProgrammeRefused
from core.language import clean

_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_UNIT = re.compile(r"(?:vnd|%)$", re.IGNORECASE)
_PLAIN = re.compile(r"-?\d+")
_DECIMAL = re.compile(r"-?\d+[.,]\d+")
_GROUPED = re.compile(r"-?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")
_GROUPED_DECIMAL = re.compile(r"-?\d{1,3}(?:([.,])\d{3})+(?!\1)[.,]\d+")


def canonical_value(path: str, typed: str) -> str:
    """Return typed text as the value that is kept for a place; whether it is allowed is for check_edit to say.

    Raises ProgrammeRefused: unknown-path, date-unreadable, number-unreadable, number-ambiguous.
    """
    return canonical_text(rule_of(path).kind, typed, path)


def canonical_text(kind: FieldKind, typed: str, path: str = "") -> str:
    """Return typed text as the value of a field of a kind. Raises ProgrammeRefused as `canonical_value`."""
    text = clean(typed)
    if not text:
        return ""
    if kind is FieldKind.DATE:
        return parse_date(text, path).isoformat()
    if kind in (FieldKind.MONEY, FieldKind.COUNT):
        return plain(parse_whole(text, path))
    if kind in (FieldKind.FIGURE, FieldKind.PERCENT):
        return plain(parse_figure(text, path))
    if kind is FieldKind.LINE:
        return " ".join(text.split())
    return text


def parse_date(text: str, path: str = "") -> date:
    """Read day/month/year or an ISO date. Raises ProgrammeRefused("date-unreadable")."""
    day_first, iso = _DAY_FIRST.fullmatch(text.strip()), _ISO.fullmatch(text.strip())
    try:
        if day_first:
            day, month, year = (int(part) for part in day_first.groups())
            return date(year, month, day)
        if iso:
            return date(*(int(part) for part in iso.groups()))
    except ValueError as unreal:
        raise ProgrammeRefused("date-unreadable", path=path, value=text) from unreal
    raise ProgrammeRefused("date-unreadable", path=path, value=text)


def parse_whole(text: str, path: str = "") -> Decimal:
    """Read a number whose points and commas are thousands: "1.200" is 1200.

    A fraction stays one, for the check to refuse. Raises ProgrammeRefused("number-unreadable").
    """
    bare = _bare(text)
    if _GROUPED.fullmatch(bare):
        return Decimal(re.sub(r"[.,]", "", bare))
    return parse_figure(text, path)


def parse_figure(text: str, path: str = "") -> Decimal:
    """Read a number with decimals in either way of writing.

    "1.200" and "1,200" mean 1200 to one reader and 1.2 to another, so they are refused.
    Raises ProgrammeRefused: number-ambiguous, number-unreadable.
    """
    bare = _bare(text)
    grouped = _GROUPED.fullmatch(bare)
    if grouped and bare.count(grouped[1]) == 1 and not bare.lstrip("-").startswith("0"):
        raise ProgrammeRefused("number-ambiguous", path=path, value=text)
    if _PLAIN.fullmatch(bare):
        return Decimal(bare)
    if _DECIMAL.fullmatch(bare):
        return Decimal(bare.replace(",", "."))
    if grouped:
        return Decimal(re.sub(r"[.,]", "", bare))
    if _GROUPED_DECIMAL.fullmatch(bare):
        whole, decimals = re.split(r"[.,](?=\d+$)", bare)
        return Decimal(re.sub(r"[.,]", "", whole) + "." + decimals)
    raise ProgrammeRefused("number-unreadable", path=path, value=text)


def plain(value: Decimal) -> str:
    """Write a number canonically: no exponent, no zeros at the end, no sign before zero."""
    text = format(value.normalize(), "f")
    return "0" if text == "-0" else text


def _bare(text: str) -> str:
    return _UNIT.sub("", "".join(text.split()))
