"""What people type, in both ways of writing, becomes one canonical value or a refusal with a reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.programme_parsing import canonical_value, parse_date, parse_figure, parse_whole, plain
from core.errors import ProgrammeRefused
from core.language import Language, day, number


@pytest.mark.parametrize(
    "path, typed, kept",
    [
        ("task:named-person/due", "31/12/2027", "2027-12-31"),
        ("task:named-person/due", "1-2-2027", "2027-02-01"),
        ("task:named-person/due", "01.02.2027", "2027-02-01"),
        ("task:named-person/due", " 2027-02-01 ", "2027-02-01"),
        ("task:named-person/money", "1.200.000", "1200000"),
        ("task:named-person/money", "1,200,000", "1200000"),
        ("task:named-person/money", "1 200 000 VND", "1200000"),
        ("task:named-person/money", "1.200", "1200"),
        ("task:named-person/money", "0", "0"),
        ("task:named-person/money", "  ", ""),
        ("objective:level/target", "", ""),
        ("objective:level/target", "2,5", "2.5"),
        ("objective:level/target", "2.50", "2.5"),
        ("objective:level/target", "0,125", "0.125"),
        ("objective:level/target", "1.234,5", "1234.5"),
        ("objective:level/target", "1,234.5", "1234.5"),
        ("objective:level/target", "-18", "-18"),
        ("objective:level/target", "-0,0", "0"),
        ("effect/loss_cut_percent", "50 %", "50"),
        ("task:named-person/owner", " Tổ  trưởng\nkỹ thuật ", "Tổ trưởng kỹ thuật"),
        ("task:named-person/title", "Một dòng\r\nhai dòng\x00", "Một dòng\nhai dòng"),
    ],
)
def test_typed_text_becomes_the_canonical_value(path, typed, kept):
    assert canonical_value(path, typed) == kept


@pytest.mark.parametrize(
    "path, typed, code",
    [
        ("task:named-person/due", "31/02/2027", "date-unreadable"),
        ("task:named-person/due", "31/12/27", "date-unreadable"),
        ("task:named-person/due", "tháng sau", "date-unreadable"),
        ("task:named-person/money", "mười triệu", "number-unreadable"),
        ("task:named-person/money", "1.2.3", "number-unreadable"),
        ("objective:level/target", "1.200", "number-ambiguous"),
        ("objective:level/target", "12,000", "number-ambiguous"),
        ("task:named-person/colour", "xanh", "unknown-path"),
        ("tasks/title", "x", "unknown-path"),
        ("organisation:1/place", "x", "unknown-path"),
        ("task/title", "x", "unknown-path"),
        ("own-finding:1/cause", "x", "unknown-path"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(path, typed, code):
    with pytest.raises(ProgrammeRefused) as refused:
        canonical_value(path, typed)
    assert refused.value.code == code
    assert refused.value.details["path"] in path
    assert refused.value.details.get("value", typed) == typed


@given(st.dates(date(1000, 1, 1), date(2999, 12, 31)))
def test_a_date_written_in_vietnamese_is_read_back(value):
    assert parse_date(day(value, Language.VI)) == value
    assert parse_date(value.isoformat()) == value


@given(st.integers(0, 10**12), st.sampled_from(Language))
def test_money_written_in_either_language_is_read_back(value, language):
    assert parse_whole(number(value, language)) == value


@given(st.decimals(-(10**6), 10**6, places=2), st.sampled_from(Language))
@settings(max_examples=200)
def test_a_figure_with_two_decimals_is_read_back_in_either_language(value, language):
    assert parse_figure(number(value, language, 2)) == value


@given(st.text(max_size=20))
@settings(max_examples=300)
def test_any_text_is_read_or_refused_and_nothing_else(text):
    for path in ("task:named-person/due", "task:named-person/money", "objective:level/target"):
        try:
            kept = canonical_value(path, text)
        except ProgrammeRefused:
            continue
        assert kept == "" or path.endswith("due") or plain(Decimal(kept)) == kept


def test_a_number_longer_than_the_usual_precision_is_written_out():
    assert number(Decimal("9" * 30), Language.VI) == ".".join(["999"] * 10)
    assert number(Decimal("-1234.565"), Language.EN, 2) == "-1,234.57"
