"""From what a person types to an amount of a measuring point or a body, and back to the box."""

from __future__ import annotations

from decimal import Decimal

from core.domain.programme_parsing import parse_whole
from core.errors import BadInput, ProgrammeRefused
from core.language import Language, Text, clean, number

MOST = 10**9
"""Largest amount that is taken, here as in the exchange file."""


def read_amount(field: str, typed: str, *, whole: bool = False) -> Decimal | None:
    """Return typed text as an amount from 0; points and commas before three digits are thousands, empty is None.

    Raises BadInput with `field`: number-unreadable, number-not-whole, figure-out-of-range.
    """
    text = clean(typed)
    if not text:
        return None
    try:
        amount = parse_whole(text)
    except ProgrammeRefused as refused:
        raise BadInput(refused.code, field=field, value=text) from refused
    if whole and amount != amount.to_integral_value():
        raise BadInput("number-not-whole", field=field, value=text)
    if not 0 <= amount <= MOST:
        raise BadInput("figure-out-of-range", field=field, value=text, least=0, most=_in_both(MOST))
    return amount


def written_amount(amount: Decimal | int | None, language: Language) -> str:
    """Write an amount with the decimals it has, as it may be typed again; what is not known is empty."""
    if amount is None:
        return ""
    exponent = Decimal(amount).normalize().as_tuple().exponent
    return number(amount, language, max(-exponent, 0) if isinstance(exponent, int) else 0)


def _in_both(amount: int) -> Text:
    return Text(number(amount, Language.VI), number(amount, Language.EN))
