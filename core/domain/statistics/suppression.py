"""Which counts of a table are hidden, so that nobody finds a small group by subtraction.

A count from 1 to 4 is never shown. Beside it as much is hidden as is needed, the smallest first, so that what can be
worked out from all that is shown is never such a count either:

- margins are protected first, once for each dimension, and shared by all tables that have it;
- lines whose margin is hidden are hidden whole, and count together as one line whose margin is known by subtraction;
- in what is left, each hidden count lies on a cycle of hidden ones, in each knot of cycles the hidden counts of a line
  come to five at least, and each that is not 0 could be another whole number.

Pure arithmetic: the same counts give the same answer, whatever order their rows are in. Ties go by name.
Source: a cell of a two-way table with known margins is determined exactly when it lies on no cycle of hidden cells
(Gusfield, A graph theoretic approach to statistical data security, 1988).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from itertools import pairwise, product

MINIMUM_GROUP = 5
"""Least enterprises in a group of which anything is told."""

Cell = tuple[int, int]
Counts = Sequence[Sequence[int]]
_Node = tuple[bool, int]
"""A line of the table: True and the place of a row, False and the place of a column."""


def is_small(count: int) -> bool:
    """Tell whether a count is of somebody, but of too few."""
    return 0 < count < MINIMUM_GROUP


def hidden_in_line(
    counts: Mapping[str, int], forced: Collection[str] = (), *, overlapping: bool = False
) -> frozenset[str]:
    """Return the names whose counts are hidden where the sum of all is known.

    forced: names that are hidden anyway. What is hidden are two counts above 0 at least, which come to five together;
    all of them where the whole line has no more. overlapping: as for `hidden_cells`.
    """
    hidden = {name for name, count in counts.items() if is_small(count)} | (counts.keys() & set(forced))
    if not any(counts[name] for name in hidden):
        return frozenset(hidden)
    for name in sorted(counts, key=lambda name: (counts[name], name)):
        found = [counts[one] for one in hidden if counts[one]]
        if len(found) > 1 and (max(found) if overlapping else sum(found)) >= MINIMUM_GROUP:
            break
        if counts[name]:
            hidden.add(name)
    return frozenset(hidden)


def hidden_cells(counts: Counts, *, overlapping: bool = False) -> frozenset[Cell]:
    """Return the places that are hidden in a table whose margins are known, each of them 0 or five at least.

    overlapping: an enterprise may stand in several cells of a line, so that counts do not add up to enterprises; the
    greatest hidden count of a line must then be five at least.
    """
    hidden = {(row, column) for row, line in enumerate(counts) for column, count in enumerate(line) if is_small(count)}
    can_vary: set[Cell] = set()
    while hidden:
        added = _closed(counts, hidden, can_vary) or _weighty(counts, hidden, overlapping=overlapping)
        if not added:
            break
        hidden |= added
    return frozenset(hidden)


def protects(counts: Counts, hidden: Set[Cell]) -> bool:
    """Tell whether no small group follows where these places are hidden, with known margins; 0 may stand anywhere."""
    cells = {(row, column) for row, line in enumerate(counts) for column, count in enumerate(line) if is_small(count)}
    return cells <= hidden and not any(_light(counts, knot) for knot in _knots(hidden))


def _closed(counts: Counts, hidden: Set[Cell], can_vary: set[Cell]) -> set[Cell]:
    """Return what must be hidden besides, so that every count that can only be what it is could be another.

    can_vary: cells of which that is known; more hidden cells never take it away, so it grows from call to call.
    """
    can_vary |= _movable(counts, hidden, can_vary)
    added: set[Cell] = set()
    for place in sorted(hidden):
        if counts[place[0]][place[1]] and place not in can_vary:
            corners = _rectangle(counts, hidden | added, place)
            can_vary |= corners
            added |= corners - hidden
    return added


def _movable(counts: Counts, hidden: Set[Cell], known: Set[Cell]) -> set[Cell]:
    """Return the hidden cells that could be one more or one less while all margins and no sign change.

    A change runs in a circle: one more here, one less in the same column, one more in that row … Each step is an arc
    between lines; a cell can change when its arc lies on a circle that does not just turn back on itself.
    """
    more: dict[_Node, set[_Node]] = {}
    for row, column in hidden:
        more.setdefault((True, row), set()).add((False, column))
        if counts[row][column]:
            more.setdefault((False, column), set()).add((True, row))
    found = set(known)
    for row, column in hidden:
        if (row, column) in found or not counts[row][column]:
            continue
        for start, end in (((False, column), (True, row)), ((True, row), (False, column))):
            path = _path(more, start, end)
            if path:
                steps = [*path, path[0]]
                found |= {(one[1], other[1]) if one[0] else (other[1], one[1]) for one, other in pairwise(steps)}
                break
    return found


def _path(arcs: Mapping[_Node, set[_Node]], start: _Node, end: _Node) -> list[_Node]:
    """Return the lines of a way from one to another without the cell that joins them; empty where there is none."""
    came_from: dict[_Node, _Node] = {start: start}
    open_ends = [start]
    while open_ends:
        node = open_ends.pop()
        for following in arcs.get(node, ()):
            if following in came_from or (node == start and following == end):
                continue
            came_from[following] = node
            if following == end:
                way = [end]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            open_ends.append(following)
    return []


def _rectangle(counts: Counts, hidden: Set[Cell], place: Cell) -> set[Cell]:
    """Return the cheapest rectangle with this cell in which all four could be more or less; none: the empty set."""
    row, column = place
    best: tuple[int, int, int, int] | None = None
    others = ((r, c) for r, c in product(range(len(counts)), range(len(counts[0]))) if r != row and c != column)
    for other_row, other_column in others:
        across, along, beyond = (
            counts[row][other_column],
            counts[other_row][column],
            counts[other_row][other_column],
        )
        if not ((across and along) or beyond):
            continue
        corners = [(row, other_column), (other_row, column), (other_row, other_column)]
        new = [one for one in corners if one not in hidden]
        price = (sum(counts[r][c] for r, c in new), len(new), other_row, other_column)
        if new and (best is None or price < best):
            best = price
    if best is None:
        return set()
    return {place, (row, best[3]), (best[2], column), (best[2], best[3])}


def _weighty(counts: Counts, hidden: Set[Cell], *, overlapping: bool) -> set[Cell]:
    """Return what must be hidden besides, so that a line's share in a knot of cycles is no small group."""
    found: set[Cell] = set()
    for knot in _knots(hidden):
        for node in _light(counts, knot, overlapping=overlapping):
            if _is_light(counts, {one for one in knot | found if one[0 if node[0] else 1] == node[1]}, overlapping):
                found |= _joined(counts, hidden | found, knot, node)
    return found


def _light(counts: Counts, knot: Set[Cell], *, overlapping: bool = False) -> list[_Node]:
    """Return the lines whose share in a knot is a small group."""
    shares: dict[_Node, set[Cell]] = {}
    for row, column in knot:
        for node in ((True, row), (False, column)):
            shares.setdefault(node, set()).add((row, column))
    return sorted(node for node, cells in shares.items() if _is_light(counts, cells, overlapping))


def _is_light(counts: Counts, cells: Set[Cell], overlapping: bool) -> bool:
    values = [counts[row][column] for row, column in cells]
    return is_small(max(values) if overlapping else sum(values))


def _joined(counts: Counts, hidden: Set[Cell], knot: Set[Cell], node: _Node) -> set[Cell]:
    """Return the cheapest cells that bring one more count of a line into its knot."""
    by_row, place = node
    best: tuple[int, int, int, int] | None = None
    knot_lines = sorted({one[0 if by_row else 1] for one in knot} - {place})
    crossing = {one[1 if by_row else 0] for one in knot if one[0 if by_row else 1] == place}
    for across in range(len(counts[0]) if by_row else len(counts)):
        here = (place, across) if by_row else (across, place)
        if across in crossing or not counts[here[0]][here[1]]:
            continue
        for line in knot_lines:
            there = (line, across) if by_row else (across, line)
            new = [one for one in (here, there) if one not in hidden]
            price = (sum(counts[r][c] for r, c in new), len(new), across, line)
            if new and (best is None or price < best):
                best = price
    if best is None:
        return set()
    _, _, across, line = best
    return ({(place, across), (line, across)} if by_row else {(across, place), (across, line)}) - set(hidden)


def _knots(hidden: Set[Cell]) -> Iterator[set[Cell]]:
    """Yield the hidden cells in knots: those that lie on cycles with one another (the blocks of their graph)."""
    neighbours: dict[_Node, list[_Node]] = {}
    for row, column in sorted(hidden):
        neighbours.setdefault((True, row), []).append((False, column))
        neighbours.setdefault((False, column), []).append((True, row))
    depth: dict[_Node, int] = {}
    lowest: dict[_Node, int] = {}
    for root, beside in neighbours.items():
        if root in depth:
            continue
        depth[root] = lowest[root] = 0
        edges: list[tuple[_Node, _Node]] = []
        stack: list[tuple[_Node, _Node | None, Iterator[_Node]]] = [(root, None, iter(beside))]
        while stack:
            node, parent, ahead = stack[-1]
            following = next(ahead, None)
            if following is None:
                stack.pop()
                if parent is None:
                    continue
                lowest[parent] = min(lowest[parent], lowest[node])
                if lowest[node] >= depth[parent]:
                    cut = edges.index((parent, node))
                    yield set(_cells(edges[cut:]))
                    del edges[cut:]
            elif following not in depth:
                edges.append((node, following))
                depth[following] = lowest[following] = depth[node] + 1
                stack.append((following, node, iter(neighbours[following])))
            elif following != parent and depth[following] < depth[node]:
                edges.append((node, following))
                lowest[node] = min(lowest[node], depth[following])


def _cells(edges: Iterable[tuple[_Node, _Node]]) -> Iterator[Cell]:
    for one, other in edges:
        yield (one[1], other[1]) if one[0] else (other[1], one[1])
