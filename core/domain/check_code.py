"""The code of a draft that was handed out: read aloud, typed on any keyboard, not to be guessed.

Sixteen signs in groups of four, the last of them a check sign. The signs leave out what looks alike (0 O, 1 I L, 2 Z,
5 S) and what a Vietnamese keyboard turns into other letters (vowels, D and W of Telex).
"""

from __future__ import annotations

from collections.abc import Iterable

from core.errors import BadInput

SIGNS = "23456789BCFGHJKMNPQRTVX"
"""The 23 signs of a code. A prime number of them, so that the check sign finds every slip of the kinds named below."""
LENGTH = 16
VARIETY = len(SIGNS) ** (LENGTH - 1)
"""How many codes there are: 23^15, a little under 2^68."""
CODE_PARAMETER = "ma"
"""What the code is called in the address of the check page."""
_GROUP = 4
_LONGEST_TYPED = 100


def make_check_code(number: int) -> str:
    """Return the code of a random number from 0 to VARIETY - 1, such as "4XKH-9BQT-JVM7-C3PN"."""
    if not 0 <= number < VARIETY:
        raise ValueError(number)
    values = []
    for _ in range(LENGTH - 1):
        number, value = divmod(number, len(SIGNS))
        values.append(value)
    # The weighted sum of a whole code is a multiple of 23.
    check = -_weighted(values) * pow(LENGTH, -1, len(SIGNS)) % len(SIGNS)
    return _grouped("".join(SIGNS[value] for value in (*values, check)))


def read_check_code(typed: str) -> str:
    """Return the code as it is kept, from what a person typed: blanks, hyphens and small letters do not matter.

    One wrong sign, or any two signs exchanged, is always noticed. Raises BadInput("check-code-mistyped").
    """
    signs = "".join(sign for sign in typed[:_LONGEST_TYPED].upper() if sign.isalnum())
    if len(signs) != LENGTH or not set(signs) <= set(SIGNS) or _weighted(map(SIGNS.index, signs)) % len(SIGNS):
        raise BadInput("check-code-mistyped", field="code", count=LENGTH)
    return _grouped(signs)


def bare_check_code(code: str) -> str:
    """Return a code without hyphens, as it stands in an address."""
    return code.replace("-", "")


def _weighted(values: Iterable[int]) -> int:
    """Return the sum of the values, each times its place from 1: no two of the sixteen places weigh the same."""
    return sum(place * value for place, value in enumerate(values, start=1))


def _grouped(signs: str) -> str:
    return "-".join(signs[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))
