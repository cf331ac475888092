"""How a register is looked through: in the order of what is due, by state, by words without their marks."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.domain.catalogue import Group2Row
from core.domain.instruments import InstrumentState, MeasuringInstrument, Standing

URGENCY = (
    InstrumentState.OVERDUE,
    InstrumentState.NO_DATE,
    InstrumentState.DUE_SOON,
    InstrumentState.IN_DATE,
    InstrumentState.OUT_OF_USE,
)
"""The states, those that ask for a deed first."""
SHORTEST_NOUN = 4
"""Letters of the shortest part of a row's name that is looked for: "khí" alone says too little."""
_PARTS = re.compile(r"[:;,()]| - ")
_PARTS_EN = re.compile(r"[:;,()]| - | (?:for|of|with|in|at) ")
_GENERAL = ("phuong tien do kiem tra", "phuong tien do", "phuong tien thu", "thiet bi do", "dong ho do", "may do", "bo")
"""How names begin that say only that something measures, without marks; longer ones first."""
_NO_NOUNS = frozenset({"dien tu", "lo xo", "thuy ngan", "electronic", "spring", "mercury"})


def folded(text: str) -> str:
    """Return text as a search reads it: small letters without marks, đ as d, one blank between words."""
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person looks for: a state (None: any) and words, each of which must be found in a line."""

    state: InstrumentState | None = None
    words: str = ""


def listed(
    instruments: Iterable[MeasuringInstrument], standings: Mapping[str, Standing], wanted: Wanted
) -> tuple[MeasuringInstrument, ...]:
    """Return the lines that were looked for, what is due first before the others; `standings` by code.

    Words are looked for in name, code, place, serial number, maker and model.
    """
    words = folded(wanted.words).split()
    found = [
        one
        for one in instruments
        if wanted.state in (None, standings[one.code].state) and (not words or _holds(one, words))
    ]
    return tuple(sorted(found, key=lambda one: _urgency(one, standings[one.code])))


def count_by_state(standings: Mapping[str, Standing]) -> Mapping[InstrumentState, int]:
    """Return how many lines are in each state; states without any are left out."""
    return Counter(standing.state for standing in standings.values())


def _holds(instrument: MeasuringInstrument, words: Sequence[str]) -> bool:
    texts = (
        instrument.name,
        instrument.code,
        instrument.place,
        instrument.serial,
        instrument.maker,
        instrument.model,
    )
    line = folded(" ".join(texts))
    return all(word in line for word in words)


def _urgency(instrument: MeasuringInstrument, standing: Standing) -> tuple[int, bool, date, str]:
    # What the law asks of group 2 stands before what is only recommended.
    return (
        URGENCY.index(standing.state),
        standing.state is InstrumentState.NO_DATE and not instrument.is_group2,
        standing.due or date.max,
        instrument.code,
    )


def likely_rows(name: str, rows: Mapping[str, Group2Row]) -> tuple[Group2Row, ...]:
    """Return the rows of the group-2 list that an instrument's name points to, the closest first; at most three.

    Marks are left aside. Only a pointer: whether a row applies depends on what the instrument is used for, and a person
    decides that.
    """
    scores = {row.row: _closeness(name, row) for row in rows.values()}
    close = [row for row in rows.values() if scores[row.row]]
    return tuple(sorted(close, key=lambda row: -scores[row.row])[:3])


def _closeness(name: str, row: Group2Row) -> int:
    """Return the letters of the longest part of the row's name that says what the instrument is; 0 for none.

    The noun begins a Vietnamese name ("cân bàn điện tử") and ends an English one ("electronic platform scale").
    """
    beginnings = [f"{_without_general(folded(part))} " for part in _PARTS.split(name)]
    endings = [f" {folded(part)}" for part in _PARTS_EN.split(name)]
    found = [part for part in _nouns(row.name.vi) if any(one.startswith(f"{part} ") for one in beginnings)]
    found += [part for part in _nouns(row.name.en) if any(one.endswith(f" {part}") for one in endings)]
    return max(map(len, found), default=0)


def _nouns(name: str) -> Iterator[str]:
    for part in _PARTS.split(name):
        noun = _without_general(folded(part))
        if len(noun) >= SHORTEST_NOUN and noun not in _NO_NOUNS:
            yield noun


def _without_general(part: str) -> str:
    return next((part[len(one) :].strip() for one in _GENERAL if part.startswith(f"{one} ")), part)


def free_code(name: str, is_taken: Callable[[str], bool]) -> str:
    """Return a readable code that nothing has yet: the first letter of the name and a number, as in C-03.

    A name without a letter gets M, for "máy" and "measuring".
    """
    letter = next((letter for letter in folded(name).upper() if "A" <= letter <= "Z"), "M")
    number = 1
    while is_taken(f"{letter}-{number:02}"):
        number += 1
    return f"{letter}-{number:02}"
