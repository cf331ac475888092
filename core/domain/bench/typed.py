"""Numbers, lists and tables as they are typed or pasted: decimal comma or point, tab or semicolon between cells.

The decimal mark of the person's language is taken for one, whatever follows it: a workshop reads to three decimals.
The other mark before three digits may be either and is refused. Nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from core.domain.register.quantities import is_ambiguous, number_of
from core.errors import BadInput
from core.language import Language, clean

MARKS = {Language.VI: ",", Language.EN: "."}
_MOST_DIGITS = 18


class Fault(StrEnum):
    """Why a text is no number."""

    EMPTY = "empty"
    UNREADABLE = "unreadable"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a pasted table; row and column count from 1, as a spreadsheet shows them."""

    row: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that should hold a number and does not."""

    cell: Cell
    fault: Fault


def read_number(field: str, typed: str, language: Language) -> float | None:
    """Return a typed number; None for nothing. Raises BadInput("number-unreadable", "number-ambiguous")."""
    found = parsed(clean(typed), language)
    if found is Fault.EMPTY:
        return None
    if isinstance(found, Fault):
        code = "number-ambiguous" if found is Fault.AMBIGUOUS else "number-unreadable"
        raise BadInput(code, field=field, value=clean(typed))
    return found


def read_whole(field: str, typed: str) -> int | None:
    """Return a typed count, whose points and commas are thousands; None for nothing.

    Raises BadInput("number-unreadable", "number-not-whole").
    """
    text = clean(typed)
    bare = re.sub(r"(?<=\d)[., ](?=\d{3}(?!\d))", "", text)
    if re.fullmatch(r"\d{1,15}", bare):
        return int(bare)
    if text:
        is_number = number_of(text) is not None
        raise BadInput("number-not-whole" if is_number else "number-unreadable", field=field, value=text)
    return None


def read_numbers(typed: str, language: Language) -> tuple[tuple[float, ...], tuple[CellProblem, ...]]:
    """Return the numbers of a list, one a line or parted by tabs or semicolons, and the places that hold none."""
    found = [(cell, parsed(cell.text, language)) for row in rows_of(typed) for cell in row if cell.text]
    numbers = tuple(value for _, value in found if not isinstance(value, Fault))
    return numbers, tuple(CellProblem(cell, value) for cell, value in found if isinstance(value, Fault))


def rows_of(typed: str) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of a pasted table that are not empty, numbered as pasted; cells lose what surrounds them."""
    for number, line in enumerate(typed.replace("\r\n", "\n").split("\n"), start=1):
        if line.strip():
            mark = "\t" if "\t" in line else ";"
            yield tuple(Cell(number, place, clean(text)) for place, text in enumerate(line.split(mark), start=1))


def parsed(text: str, language: Language) -> float | Fault:
    """Return the number that a tidy text is, or why it is none."""
    if not text:
        return Fault.EMPTY
    bare = re.sub("[−–]", "-", text)
    if len(bare) <= _MOST_DIGITS and re.fullmatch(rf"[+-]?[0-9]+(?:[{MARKS[language]}][0-9]+)?", bare):
        return float(bare.replace(",", "."))
    value = number_of(text)
    if value is None:
        return Fault.AMBIGUOUS if is_ambiguous(text) else Fault.UNREADABLE
    return float(value)
