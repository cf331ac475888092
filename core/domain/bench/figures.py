"""Numbers as the bench shows them: significant figures instead of decimals, for nobody knows the unit beforehand."""

from __future__ import annotations

from decimal import Decimal
from math import isinf

from core.language import Language, number

FIGURES = 4
_SMALLEST, _LARGEST = -7, 15
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def figure(value: float | Decimal, language: Language, figures: int = FIGURES) -> str:
    """Write a number with so many significant figures, without zeros at the end: 0,07118.

    Beyond 15 digits before or 7 zeros after the decimal mark as a power of ten; infinity as ∞.
    """
    if isinf(value):
        return "∞" if value > 0 else "−∞"
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not exact:
        return "0"
    rounded = exact.quantize(Decimal((0, (1,), exact.adjusted() - figures + 1)))
    power = rounded.adjusted()
    if not _SMALLEST <= power <= _LARGEST:
        mantissa = figure(rounded.scaleb(-power), language, figures)
        return f"{mantissa}·10{str(power).translate(_RAISED)}"
    return as_given(rounded.normalize(), language)


def as_given(value: Decimal, language: Language) -> str:
    """Write a decimal with all its decimals, zeros at the end too: 0,140."""
    exponent = value.as_tuple().exponent
    return number(value, language, max(-exponent, 0) if isinstance(exponent, int) else 0)


def percent(share: float, language: Language) -> str:
    """Write a share from 0 to 1 in percent, without its sign, with three significant figures."""
    return figure(100 * share, language, 3) if share == 0 or share >= 1e-8 else "< " + figure(1e-6, language, 1)
