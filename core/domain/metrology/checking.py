"""What a number must be before anything is counted with it; `field` names the input that was refused."""

from __future__ import annotations

from math import isfinite

from core.errors import BadInput

LARGEST = 1e50
"""Beyond this, and below its inverse, no quantity of a workshop lies; squares and products stay in range."""


def finite(value: float, field: str) -> float:
    """Return the number; raises BadInput("number-unusable") for NaN, infinity and what no instrument reads."""
    if not isfinite(value) or abs(value) > LARGEST:
        raise BadInput("number-unusable", field=field, seen=value)
    return value


def positive(value: float, field: str) -> float:
    """Return the number; raises BadInput("number-not-positive") for zero and below."""
    if finite(value, field) < 1 / LARGEST:
        raise BadInput("number-not-positive", field=field, seen=value)
    return value


def not_negative(value: float, field: str) -> float:
    """Return the number; raises BadInput("number-negative") below zero."""
    if finite(value, field) < 0:
        raise BadInput("number-negative", field=field, seen=value)
    return value


def share(value: float, field: str) -> float:
    """Return the share; raises BadInput("share-out-of-range") unless it is from one in 1e9 to 1 − 1e-12."""
    if not 1e-9 <= value <= 1 - 1e-12:
        raise BadInput("share-out-of-range", field=field, seen=value)
    return value


def at_least(value: int, least: int, field: str) -> int:
    """Return the count; raises BadInput("count-too-small") below `least`."""
    if value < least:
        raise BadInput("count-too-small", field=field, seen=value, least=least)
    return value
