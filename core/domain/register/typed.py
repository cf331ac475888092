"""From what a person types into a line of the register to the value that is kept, and back to the box."""

from __future__ import annotations

from datetime import date
from typing import get_type_hints

from core.domain.instruments import MeasuringInstrument
from core.domain.programme_parsing import parse_date, parse_whole
from core.errors import BadInput, ProgrammeRefused
from core.language import Language, Text, clean, number

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""Calendar arithmetic on dates inside these bounds cannot leave the calendar."""
MOST_MONTHS = 1_200
MOST_VND = 10**15 - 1
LINE_LIMIT = 500
"""Most letters of one line of text."""
_KINDS = get_type_hints(MeasuringInstrument)


def read_field(name: str, typed: str) -> object:
    """Return typed text as the value of a field of MeasuringInstrument; empty text is None, or "" for a text.

    Raises BadInput with `field`: date-unreadable, date-out-of-range, number-unreadable, number-not-whole,
    interval-out-of-range, money-out-of-range, text-too-long.
    """
    text = clean(typed)
    kind = _KINDS[name]
    if kind == (date | None):
        return read_day(name, text) if text else None
    if kind == (int | None):
        return _whole(name, text) if text else None
    if len(text) > LINE_LIMIT:
        raise BadInput("text-too-long", field=name, length=len(text), limit=LINE_LIMIT)
    return text


def read_day(name: str, typed: str) -> date:
    """Read day/month/year or an ISO date. Raises BadInput("date-unreadable", "date-out-of-range")."""
    try:
        found = parse_date(clean(typed))
    except ProgrammeRefused as refused:
        raise BadInput(refused.code, field=name, value=clean(typed)) from refused
    if not FIRST_DAY <= found <= LAST_DAY:
        raise BadInput("date-out-of-range", field=name, value=found, least=FIRST_DAY, most=LAST_DAY)
    return found


def written_field(value: object, language: Language) -> str:
    """Write a value of a field as it may be typed again; what is not known is empty."""
    match value:
        case None:
            return ""
        case date():
            return value.strftime("%d/%m/%Y")
        case int():
            return number(value, language)
        case _:
            return str(value)


def _whole(name: str, text: str) -> int:
    try:
        amount = parse_whole(text)
    except ProgrammeRefused as refused:
        raise BadInput(refused.code, field=name, value=text) from refused
    if amount != amount.to_integral_value():
        raise BadInput("number-not-whole", field=name, value=text)
    if name == "interval_months" and not 1 <= amount <= MOST_MONTHS:
        raise BadInput("interval-out-of-range", field=name, value=text, most=MOST_MONTHS)
    if not 0 <= amount <= MOST_VND:
        raise BadInput("money-out-of-range", field=name, value=text, least=0, most=_in_both(MOST_VND))
    return int(amount)


def _in_both(amount: int) -> Text:
    return Text(number(amount, Language.VI), number(amount, Language.EN))
