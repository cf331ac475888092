"""Quantities as people type them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.instruments import MeasuringInstrument
from core.domain.register.quantities import (
    Limit,
    Span,
    class_of,
    converted,
    coverage_of,
    error_of,
    is_ambiguous,
    limit_of,
    number_of,
    price_of,
    quantity_of,
    span_of,
    typed_unit,
    uncertainty_of,
    unit_of,
    unit_shown,
)
from core.domain.register.reading import reading_of
from core.language import Language, number, rounded
from tests.domain.strategies import moderate

D = Decimal


@pytest.mark.parametrize(
    "typed, value",
    [
        ("2,5", "2.5"),
        ("2.5", "2.5"),
        ("-0,05", "-0.05"),
        ("−3", "-3"),
        ("0,005", "0.005"),
        ("1 200", "1200"),
        ("60 000,5", "60000.5"),
        ("1.200.000", "1200000"),
        ("1.200,5", "1200.5"),
        ("1,200.5", "1200.5"),
    ],
)
def test_a_number_is_read_in_both_ways_of_writing(typed, value):
    assert number_of(typed) == D(value)


@pytest.mark.parametrize("typed", ["", "abc", "1.2.3", "12,3,4", "1,5 kg", "1e5", "٣", "9" * 40, "--1"])
def test_what_is_no_number_is_not_guessed(typed):
    assert number_of(typed) is None


@pytest.mark.parametrize("typed", ["1.200", "60,000", "-1.200"])
def test_a_number_that_can_be_read_in_two_ways_is_not_guessed(typed):
    assert number_of(typed) is None
    assert is_ambiguous(typed)


@moderate
@given(st.decimals(-(10**9), 10**9, places=6), st.sampled_from(Language), st.integers(0, 6))
def test_a_written_number_is_read_back_or_left_open_but_never_another(value, language, decimals):
    shown = number(value, language, decimals)
    assert number_of(shown) == (None if is_ambiguous(shown) else rounded(value, decimals))


@pytest.mark.parametrize(
    "typed, unit, low, high",
    [
        ("0–500 kg", "kg", "0", "500"),
        ("0-500", "kg", "0", "500"),
        ("20..95", "°C", "20", "95"),
        ("-20 - 50 °C", "°C", "-20", "50"),
        ("−20…+50 độ C", "°C", "-20", "50"),
        ("từ 0 đến 60 tấn", "kg", "0", "60000"),
        ("0,1 g – 10 kg", "g", "0.1", "10000"),
        ("0–16 bar", "MPa", "0", "1.6"),
        ("50–1000 m³/h", "m3/h", "50", "1000"),
        ("Max 500 kg", "kg", None, "500"),
        ("≤ 5 t", "kg", None, "5000"),
    ],
)
def test_a_range_is_read_in_the_unit_of_the_instrument(typed, unit, low, high):
    assert span_of(typed, unit) == Span(None if low is None else D(low), D(high))


@pytest.mark.parametrize(
    "typed, unit, shown",
    [
        ("0–500", "kg", "0–500 kg"),
        ("0,1", "kg", "0,1 kg"),
        ("1, 2, 5", "kg", "1, 2, 5 kg"),
        ("0–500 kg", "kg", "0–500 kg"),
        ("0–10 m3", "m3", "0–10 m3"),
        ("1, 2 m3", "m3", "1, 2 m3"),
        ("DN15–50", "mm", "DN15–50"),
        ("0–80000 / 0–120000", "kg", "0–80000 / 0–120000"),
        ("0–500", "", "0–500"),
        ("", "kg", ""),
    ],
)
def test_a_bare_range_is_shown_with_its_unit_and_means_the_same(typed, unit, shown):
    assert unit_shown(typed, unit) == shown
    assert span_of(shown, unit) == span_of(typed, unit)


def test_a_set_of_values_is_a_range_too():
    assert span_of("1, 2, 5, 10 kg", "g") == Span(D(1000), D(10000), (D(1000), D(2000), D(5000), D(10000)))


@pytest.mark.parametrize(
    "typed, unit",
    [
        ("0–80000 / 0–120000", "kg"),
        ("DN15–50", "mm"),
        ("5(80) A", "A"),
        ("500–0", "kg"),
        ("0–60.000", "kg"),
        ("1,2,5,10", "kg"),
        ("0–50 °C", "kg"),
    ],
)
def test_a_range_of_another_form_stays_unread(typed, unit):
    assert span_of(typed, unit) is None


@pytest.mark.parametrize(
    "typed, unit, parts",
    [
        ("±0,5 g", "g", {"absolute": "0.5"}),
        ("±0,5 g", "kg", {"absolute": "0.0005"}),
        ("+/- 0.3", "mm", {"absolute": "0.3"}),
        ("±0,2 %", "kg", {"of_reading": "0.2"}),
        ("±0,2 % FS", "bar", {"of_scale": "0.2"}),
        ("0.5%FS", "bar", {"of_scale": "0.5"}),
        ("±1 % thang đo", "bar", {"of_scale": "1"}),
        ("±(0,3 + 0,5 %·rdg)", "°C", {"absolute": "0.3", "of_reading": "0.5"}),
        ("±(0,3 °C + 0,5 % rdg)", "°C", {"absolute": "0.3", "of_reading": "0.5"}),
        ("±1,5 e", "kg", {"of_division": "1.5"}),
        ("±0,5 %", "%", {"absolute": "0.5"}),
        ("±0,5 % (tuyệt đối)", "%", {"absolute": "0.5"}),
    ],
)
def test_a_limit_of_error_is_read_by_its_parts(typed, unit, parts):
    assert limit_of(typed, unit) == Limit(**{name: D(value) for name, value in parts.items()})


@pytest.mark.parametrize(
    "typed, unit",
    [
        ("1/3 MPE", "kg"),
        ("±10 % / ±200 K", "K"),
        ("±2 % (Q2–Q4), ±5 % (Q1–Q2)", "m3"),
        ("±0,3–0,5 °C", "°C"),
        ("-3 g", "g"),
        ("±5 °C", "g"),
        ("ISO 3310-1", "mm"),
        ("", "g"),
    ],
)
def test_a_limit_of_another_form_stays_unread(typed, unit):
    assert limit_of(typed, unit) is None


@pytest.mark.parametrize(
    "typed, reading, full_scale, division, value",
    [
        ("±0,2 % FS", "10", "500", None, "1"),
        ("±0,2 % FS", "10", None, None, None),
        ("±0,2 %", "100", "500", None, "0.2"),
        ("±0,2 %", None, "500", None, None),
        ("±(0,3 + 0,5 % rdg)", "40", None, None, "0.5"),
        ("±2 e", None, None, "0.1", "0.2"),
        ("±2 e", None, None, None, None),
        ("±3", None, None, None, "3"),
    ],
)
def test_a_limit_has_a_value_where_what_it_needs_is_known(typed, reading, full_scale, division, value):
    known = [None if one is None else D(one) for one in (reading, full_scale, division)]
    assert limit_of(typed, "kg").at(*known) == (None if value is None else D(value))


@moderate
@given(
    st.decimals("0.001", "999", places=3, allow_nan=False),
    st.sampled_from(["µg", "mg", "g", "kg", "t"]),
    st.sampled_from(["mg", "g", "kg", "t"]),
)
def test_a_unit_there_and_back_is_the_same_quantity(value, unit, other):
    assert converted(converted(value, unit, other), other, unit) == value
    shown = f"{value} {unit}".replace(".", ",")
    if not is_ambiguous(shown):
        assert quantity_of(shown, other) == converted(value, unit, other)


@pytest.mark.parametrize(
    "value, unit, wanted, result",
    [
        ("1", "t", "kg", "1000"),
        ("250", "mL", "L", "0.25"),
        ("1", "m³", "L", "1000"),
        ("25", "cm", "m", "0.25"),
        ("1.6", "MPa", "bar", "16"),
        ("1", "bar", "kPa", "100"),
        ("5", "lít", "ML", "5000"),
        ("20", "℃", "oC", "20"),
        ("3", "N·m", "N·m", "3"),
    ],
)
def test_units_are_converted_within_a_family(value, unit, wanted, result):
    assert converted(D(value), unit, wanted) == D(result)


@pytest.mark.parametrize("unit, wanted", [("kg", "L"), ("mPa", "MPa"), ("kW", "kWh"), ("°C", "%"), ("g", "")])
def test_units_of_different_families_are_not_converted(unit, wanted):
    assert converted(D(1), unit, wanted) is None


def test_the_unit_that_was_typed_is_known_in_its_usual_writing():
    assert typed_unit("0–60 tấn") == "t"
    assert typed_unit("±0,5 g") == "g"
    assert typed_unit("0–500") == ""
    assert unit_of(" m³ ") == "m3"


def test_an_error_keeps_its_sign():
    assert error_of("-0,2 g", "g") == (D(-1), Limit(absolute=D("0.2")))
    assert error_of("+0,3", "g") == (D(1), Limit(absolute=D("0.3")))
    assert error_of("−0,1 %", "g") == (D(-1), Limit(of_reading=D("0.1")))


@pytest.mark.parametrize("typed", ["0,05 g", "U = 0,05 g", "±0,05 (k=2)", "0,05 g, k = 2", "50 mg"])
def test_an_uncertainty_is_read_as_certificates_write_it(typed):
    assert uncertainty_of(typed, "g") == Limit(absolute=D("0.05"))


def test_an_uncertainty_of_nothing_is_none():
    assert uncertainty_of("0", "g") is None


def test_a_coverage_factor_is_from_one_to_five():
    assert (coverage_of("k = 2,0"), coverage_of("2"), coverage_of("20"), coverage_of("hai")) == (D(2), D(2), None, None)


@pytest.mark.parametrize(
    "typed, name",
    [
        ("1,6", "1.6"),
        ("Cấp 1,6", "1.6"),
        ("class 0.5", "0.5"),
        ("III", "III"),
        ("cấp chính xác iii", "III"),
        ("Cấp III, e = 10 kg", "III"),
        ("0,5S", "0.5S"),
        ("m1", "M1"),
        ("E2", "E2"),
    ],
)
def test_a_class_has_one_writing(typed, name):
    assert class_of(typed) == name


@pytest.mark.parametrize("typed", ["Cấp II–III", "Cấp 1,6–2,5", "±1 °C", "", "IV"])
def test_what_is_no_single_class_stays_unread(typed):
    assert class_of(typed) is None


@pytest.mark.parametrize("typed", ["350.000", "350,000 đ", "350 000 VNĐ", "350000"])
def test_a_price_is_in_whole_dong(typed):
    assert price_of(typed) == 350_000


@pytest.mark.parametrize("typed", ["350k", "350.5", "-350", "", "miễn phí", "9" * 30])
def test_what_is_no_price_stays_unread(typed):
    assert price_of(typed) is None


@moderate
@given(st.integers(0, 10**12), st.sampled_from(Language))
def test_a_written_price_is_read_back(value, language):
    assert price_of(number(value, language)) == value


@moderate
@given(st.text(max_size=40), st.sampled_from(["kg", "%", "°C", "", "lạ"]))
def test_no_text_breaks_the_reading(typed, unit):
    one = MeasuringInstrument(
        "A",
        unit=unit,
        range=typed,
        division=typed,
        accuracy=typed,
        tolerance=typed,
        mpe=typed,
        error_found=typed,
        uncertainty=typed,
        coverage=typed,
    )
    assert reading_of(one).unit is not None
    assert price_of(typed) is None or price_of(typed) >= 0


@pytest.mark.parametrize(
    "typed, pack", [("T/5", None), ("T/5, gói 500 g", "500"), ("T/5 (túi 1 kg)", "1000"), ("t / 5; 250 g", "250")]
)
def test_a_packing_scale_names_its_pack(typed, pack):
    read = reading_of(MeasuringInstrument("A", unit="g", tolerance=typed))
    assert read.is_of_pack
    assert read.pack == (None if pack is None else D(pack))
