"""What is typed into a field of a line is kept as it was meant, or refused with the field and what was seen."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.register.typed import FIRST_DAY, LAST_DAY, LINE_LIMIT, MOST_VND, read_day, read_field, written_field
from core.errors import BadInput
from core.language import Language


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("verified_on", "29/02/2024", date(2024, 2, 29)),
        ("verified_on", "1-3-2026", date(2026, 3, 1)),
        ("calibrated_on", "2026-03-01", date(2026, 3, 1)),
        ("repaired_on", "  ", None),
        ("interval_months", "12", 12),
        ("price_vnd", "350.000", 350_000),
        ("price_vnd", "350,000", 350_000),
        ("price_vnd", "", None),
        ("name", "  Cân ba\u0300n ", "Cân bàn"),
        ("tolerance", "±0,2 % FS", "±0,2 % FS"),
    ],
)
def test_what_is_typed_is_read_as_it_is_meant(field, typed, value):
    assert read_field(field, typed) == value


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("verified_on", "29/02/2025", "date-unreadable"),
        ("verified_on", "31/04/2026", "date-unreadable"),
        ("verified_on", "hôm qua", "date-unreadable"),
        ("verified_on", "1/1/0202", "date-out-of-range"),
        ("interval_months", "0", "interval-out-of-range"),
        ("interval_months", "1201", "interval-out-of-range"),
        ("interval_months", "1,5", "number-not-whole"),
        ("price_vnd", "-1", "money-out-of-range"),
        ("price_vnd", "1" * 16, "money-out-of-range"),
        ("price_vnd", "nhiều", "number-unreadable"),
        ("name", "x" * (LINE_LIMIT + 1), "text-too-long"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_field(field, typed, code):
    with pytest.raises(BadInput) as refused:
        read_field(field, typed)
    assert (refused.value.code, refused.value.details["field"]) == (code, field)


@given(st.dates(FIRST_DAY, LAST_DAY), st.sampled_from(Language))
def test_a_date_that_is_shown_is_read_back(day, language):
    assert read_day("verified_on", written_field(day, language)) == day


@given(st.integers(0, MOST_VND), st.sampled_from(Language))
def test_money_that_is_shown_is_read_back(amount, language):
    assert read_field("price_vnd", written_field(amount, language)) == amount
