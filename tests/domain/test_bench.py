"""What is typed on the metrology bench becomes numbers, and numbers become figures, in either way of writing."""

from decimal import Decimal
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.bench.figures import figure, percent
from core.domain.bench.typed import Fault, read_number, read_numbers, read_whole
from core.errors import BadInput
from core.language import Language

VI, EN = Language.VI, Language.EN


@pytest.mark.parametrize(
    ("typed", "language", "expected"),
    [
        ("0,5", VI, 0.5),
        ("0.5", VI, 0.5),
        ("25,004", VI, 25.004),
        ("25.004", EN, 25.004),
        ("−1,25", VI, -1.25),
        ("1.234,5", VI, 1234.5),
        ("1 000", VI, 1000),
        (" 12 ", EN, 12),
        ("", VI, None),
    ],
)
def test_numbers_are_read_as_the_language_writes_them(typed, language, expected):
    assert read_number("value", typed, language) == expected


@pytest.mark.parametrize(
    ("typed", "language", "code"),
    [
        ("25.004", VI, "number-ambiguous"),
        ("25,004", EN, "number-ambiguous"),
        ("abc", VI, "number-unreadable"),
        ("1,2,3", VI, "number-unreadable"),
        ("12 g", VI, "number-unreadable"),
        ("9" * 30, VI, "number-unreadable"),
    ],
)
def test_what_can_be_read_in_two_ways_or_none_is_refused(typed, language, code):
    with pytest.raises(BadInput) as refused:
        read_number("value", typed, language)
    assert refused.value.code == code
    assert refused.value.details == {"field": "value", "value": typed}


@pytest.mark.parametrize(("typed", "expected"), [("1.000", 1000), ("1,000,000", 1_000_000), ("80", 80), ("", None)])
def test_counts_take_points_and_commas_for_thousands(typed, expected):
    assert read_whole("lot", typed) == expected


@pytest.mark.parametrize(
    ("typed", "code"), [("2,5", "number-not-whole"), ("-3", "number-not-whole"), ("x", "number-unreadable")]
)
def test_no_count_is_made_of_what_is_none(typed, code):
    with pytest.raises(BadInput) as refused:
        read_whole("lot", typed)
    assert refused.value.code == code


def test_a_list_names_the_place_of_what_is_no_number():
    numbers, problems = read_numbers("998,1; 999\n\n1000,25\tx\r\n1.001", VI)
    assert numbers == (998.1, 999, 1000.25)
    assert [(one.cell.row, one.cell.column, one.cell.text, one.fault) for one in problems] == [
        (3, 2, "x", Fault.UNREADABLE),
        (4, 1, "1.001", Fault.AMBIGUOUS),
    ]


@given(st.decimals(min_value=-(10**6), max_value=10**6, places=4))
def test_what_a_language_writes_it_reads_back(value):
    text = f"{value:f}"
    assert read_number("value", text, EN) == float(value)
    assert read_number("value", text.replace(".", ","), VI) == float(value)


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        (0.07118052168020875, "0,07118", "0.07118"),
        (12345.678, "12.350", "12,350"),
        (0.5, "0,5", "0.5"),
        (0.0, "0", "0"),
        (inf, "∞", "∞"),
        (-2.0, "-2", "-2"),
        (1.5e-12, "1,5·10⁻¹²", "1.5·10⁻¹²"),
        (9.9999e20, "1·10²¹", "1·10²¹"),
        (Decimal("0.140"), "0,14", "0.14"),
    ],
)
def test_figures_keep_what_is_significant(value, vietnamese, english):
    assert (figure(value, VI), figure(value, EN)) == (vietnamese, english)


@pytest.mark.parametrize(
    ("share", "shown"), [(0.10573822, "10,6"), (1.0, "100"), (0.0, "0"), (8.8417e-05, "0,00884"), (1e-12, "< 0,000001")]
)
def test_shares_are_percentages_and_tiny_ones_are_never_nothing(share, shown):
    assert percent(share, VI) == shown
