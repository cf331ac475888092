"""What somebody can work out who knows every published number and how the tables hang together.

Unknowns are named; equations say what sums to what. Arithmetic is exact, modulo a prime: what follows there follows in
whole numbers too, but for one chance in a thousand million.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from itertools import combinations

import numpy as np

PRIME = 2**31 - 1


class Attacker:
    """Gathers equations between named unknowns, then tells which sums of unknowns they settle."""

    def __init__(self):
        self.places: dict[Hashable, int] = {}
        self.truth: dict[Hashable, int] = {}
        self.equations: list[dict[Hashable, int]] = []

    def unknown(self, name, truth, shown=None):
        self.places.setdefault(name, len(self.places))
        assert self.truth.setdefault(name, truth) == truth
        assert shown is None or shown == truth, name
        if shown is not None:
            self.equations.append({name: 1})

    def adds_up(self, parts: Iterable[Hashable], whole: Hashable):
        self.equations.append({whole: -1} | dict.fromkeys(parts, 1))

    def table(self, name, rows, columns, truth, cells, *, row_margin, column_margin):
        """Add a table: its truth, what is shown of it (None: hidden), and the names of its margins."""
        for row_place, row in enumerate(rows):
            for place, column in enumerate(columns):
                self.unknown((name, row, column), truth[row_place][place], cells[row_place][place])
            self.adds_up([(name, row, column) for column in columns], row_margin(row))
        for column in columns:
            self.adds_up([(name, row, column) for row in rows], column_margin(column))

    def settled(self, wanted: list[Mapping[Hashable, int]]):
        """Return those of the wanted sums that follow."""
        if not wanted:
            return []
        width = len(self.places)
        matrix = self._matrix(self.equations, width)
        targets = self._matrix(wanted, width)
        done = 0
        for column in range(width):
            found = np.flatnonzero(matrix[done:, column])
            if not len(found):
                continue
            pivot = done + found[0]
            matrix[[done, pivot]] = matrix[[pivot, done]]
            head = matrix[done] * pow(int(matrix[done, column]), PRIME - 2, PRIME) % PRIME
            matrix[done] = head
            for one in (matrix[done + 1 :], targets):
                factors = one[:, column].copy()
                at = np.flatnonzero(factors)
                one[at] = (one[at] - factors[at, None] * head[None, :]) % PRIME
            done += 1
        return [one for one, rest in zip(wanted, targets, strict=True) if not rest.any()]

    def _matrix(self, sums, width):
        matrix = np.zeros((len(sums), width), np.int64)
        for row, one in enumerate(sums):
            for name, factor in one.items():
                matrix[row, self.places[name]] = factor % PRIME
        return matrix

    def parts(self, lines: Iterable[Iterable[Hashable]], most=5):
        """Return parts of lines to ask about: each unknown, each two … of those that are not 0, and all together."""
        found = set()
        for line in lines:
            names = [name for name in line if self.truth[name] and {name: 1} not in self.equations]
            for count in range(1, min(len(names), most) + 1):
                found |= set(map(frozenset, combinations(names, count))) if len(names) <= 8 or count < 3 else set()
            if names:
                found.add(frozenset(names))
        return [dict.fromkeys(sorted(one, key=repr), 1) for one in sorted(found, key=repr)]
