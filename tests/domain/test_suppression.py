"""What a reader with pencil and paper, or with a computer, can work out from a protected table: never a small group."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.statistics.figures import FigureTable, protected
from core.domain.statistics.suppression import MINIMUM_GROUP, hidden_in_line, is_small


@st.composite
def tables(draw, most=9):
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    count = st.integers(0, most) | st.sampled_from([0, 1, 2, 2 * most])
    return [[draw(count) for _ in range(columns)] for _ in range(rows)]


def named(counts):
    return protected([f"r{row}" for row in range(len(counts))], [f"c{one}" for one in range(len(counts[0]))], counts)


def equations(table, counts):
    """Everything that the shown numbers say, as rows of (coefficients of all cells, sum)."""
    rows, columns = len(counts), len(counts[0])
    cells = list(product(range(rows), range(columns)))

    def equation(of, total):
        return [Fraction(one in of) for one in cells] + [Fraction(total)]

    found = [equation([cell], table.counts[cell[0]][cell[1]]) for cell in cells if known(table.counts, cell)]
    for row, total in enumerate(table.row_totals):
        if total is not None:
            found.append(equation([(row, column) for column in range(columns)], total))
    for column, total in enumerate(table.column_totals):
        if total is not None:
            found.append(equation([(row, column) for row in range(rows)], total))
    if table.total is not None:
        found.append(equation(cells, table.total))
    return cells, found


def known(counts, cell):
    return counts[cell[0]][cell[1]] is not None


def reduced(matrix):
    """The reduced row echelon form, exact."""
    matrix = [line[:] for line in matrix]
    width = len(matrix[0]) - 1 if matrix else 0
    done = 0
    for column in range(width):
        pivot = next((row for row in range(done, len(matrix)) if matrix[row][column]), None)
        if pivot is None:
            continue
        matrix[done], matrix[pivot] = matrix[pivot], matrix[done]
        head = matrix[done][column]
        matrix[done] = [value / head for value in matrix[done]]
        for row in range(len(matrix)):
            if row != done and matrix[row][column]:
                factor = matrix[row][column]
                matrix[row] = [one - factor * other for one, other in zip(matrix[row], matrix[done], strict=True)]
        done += 1
    return matrix[:done]


def follows(matrix, target):
    """What the equations say of a sum of cells; None where they leave it open. matrix: reduced."""
    rest, total = target[:], Fraction(0)
    for line in matrix:
        pivot = next(place for place, value in enumerate(line) if value)
        factor = rest[pivot]
        if factor:
            rest = [one - factor * other for one, other in zip(rest, line[:-1], strict=True)]
            total += factor * line[-1]
    return None if any(rest) else total


@settings(deadline=None)
@given(tables())
def test_no_small_group_follows_from_what_is_shown(counts):
    table = named(counts)
    cells, found = equations(table, counts)
    matrix = reduced(found)
    for place, (row, column) in enumerate(cells):
        target = [Fraction(one == place) for one in range(len(cells))]
        assert not (is_small(counts[row][column]) and follows(matrix, target) is not None), (row, column)


@settings(deadline=None)
@given(tables())
def test_no_line_has_a_part_of_fewer_than_five_that_follows(counts):
    """Of all that is hidden in a line, any part that the shown numbers add up to counts nobody or five at least."""
    table = named(counts)
    cells, found = equations(table, counts)
    matrix = reduced(found)
    lines = [[(row, column) for column in range(len(counts[0]))] for row in range(len(counts))]
    lines += [[(row, column) for row in range(len(counts))] for column in range(len(counts[0]))]
    for line in lines:
        hidden = [cell for cell in line if not known(table.counts, cell) and counts[cell[0]][cell[1]]]
        for chosen in product((0, 1), repeat=len(hidden)):
            part = {cell for cell, taken in zip(hidden, chosen, strict=True) if taken}
            told = follows(matrix, [Fraction(cell in part) for cell in cells])
            assert told is None or told == 0 or told >= MINIMUM_GROUP, part


def is_possible(table, counts, fixed):
    """Whether a table of whole numbers agrees with what is shown and with one cell that is given, by trying."""
    rows, columns = range(len(counts)), range(len(counts[0]))
    free = [cell for cell in product(rows, columns) if not known(table.counts, cell)]
    left: dict = {("row", row): total for row, total in enumerate(table.row_totals)}
    left |= {("column", column): total for column, total in enumerate(table.column_totals)}
    left["all"] = table.total

    def places(cell):
        return [one for one in (("row", cell[0]), ("column", cell[1]), "all") if left[one] is not None]

    for cell in product(rows, columns):
        if cell not in free:
            for one in places(cell):
                left[one] -= counts[cell[0]][cell[1]]
    last = {one: cell for cell in free for one in places(cell)}

    def tried(place):
        if place == len(free):
            return all(not one for one in left.values())
        cell = free[place]
        truth = counts[cell[0]][cell[1]]
        most = min((left[one] for one in places(cell)), default=12)
        for value in [fixed[cell]] if cell in fixed else sorted(range(most + 1), key=lambda one: abs(one - truth)):
            if value < 0 or value > most or any(last[one] == cell and left[one] != value for one in places(cell)):
                continue
            for one in places(cell):
                left[one] -= value
            found = tried(place + 1)
            for one in places(cell):
                left[one] += value
            if found:
                return True
        return False

    return tried(0)


@settings(deadline=None, max_examples=40)
@given(tables(most=5).filter(lambda counts: len(counts) * len(counts[0]) <= 9))
def test_every_small_group_could_be_another_whole_number(counts):
    table = named(counts)
    for row, column in product(range(len(counts)), range(len(counts[0]))):
        count = counts[row][column]
        if is_small(count):
            assert not known(table.counts, (row, column))
            assert any(is_possible(table, counts, {(row, column): other}) for other in (count + 1, count - 1))


@settings(deadline=None)
@given(tables(), st.randoms())
def test_what_is_hidden_does_not_hang_on_the_order_of_rows(counts, random):
    rows = [f"r{row}" for row in range(len(counts))]
    columns = [f"c{one}" for one in range(len(counts[0]))]
    order = list(range(len(rows)))
    random.shuffle(order)
    table = protected(rows, columns, counts)
    shuffled = protected([rows[one] for one in order], columns, [counts[one] for one in order])
    assert {row: shuffled.line(row) for row in rows} == {row: table.line(row) for row in rows}
    assert (shuffled.column_totals, shuffled.total) == (table.column_totals, table.total)


@settings(deadline=None)
@given(tables())
def test_what_is_shown_is_true_and_adds_up(counts):
    table = named(counts)
    for line, shown, total in zip(counts, table.counts, table.row_totals, strict=True):
        assert all(one is None or one == count for one, count in zip(shown, line, strict=True))
        assert total is None or total == sum(line)
    assert table.total is None or table.total == sum(map(sum, counts))
    if all(count == 0 or count >= MINIMUM_GROUP for line in counts for count in line):
        assert table.hidden == 0


def test_the_smallest_is_hidden_beside_a_small_group():
    assert hidden_in_line({"a": 3, "b": 40, "c": 7, "d": 0}) == {"a", "c"}
    assert hidden_in_line({"a": 1, "b": 2, "c": 7, "d": 90}) == {"a", "b", "c"}
    assert hidden_in_line({"a": 6, "b": 7}) == set()
    assert hidden_in_line({"a": 3}) == {"a"}


def test_a_table_of_some_rows_counts_what_is_missing_in_them_and_in_the_totals():
    table = FigureTable(("01", "19"), ("x", "y"), ((1, None), (None, None)), (), (3, None), None, (1, 2), 1)
    assert table.hidden == 4
    assert table.only(("01",)).hidden == 2
    assert table.only(()).hidden == 1
