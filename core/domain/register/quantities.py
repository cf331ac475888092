"""From what people type to quantities: numbers, ranges, limits of error, classes and prices of a register.

Takes both ways of writing: "2,5" and "2.5", "0–500 kg" and "20..95", "±0,2 % FS". What cannot be read, or can be read
in two ways ("1.200" is 1200 to one reader and 1,2 to another), is None: the doubts speak of it, nothing is guessed.
Units are converted within one family only. All arithmetic is decimal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

KEPT_READINGS = 16_384
"""Texts whose reading is remembered: a register of 5,000 lines has at most a few fields each that differ."""
# No quantity of a workshop needs more digits; longer strings of digits are no number that was meant.
_MOST_DIGITS = 18

_FAMILIES: tuple[Mapping[str, Decimal], ...] = tuple(
    {unit: Decimal(factor) for unit, factor in family.items()}
    for family in (
        {"µg": "1E-6", "mg": "0.001", "g": "1", "kg": "1000", "t": "1E6"},
        {"µL": "0.001", "mL": "1", "cm3": "1", "L": "1000", "dm3": "1000", "m3": "1E6"},
        {"µm": "0.001", "mm": "1", "cm": "10", "m": "1000", "km": "1E6"},
        {"Pa": "1", "hPa": "100", "mbar": "100", "kPa": "1E3", "bar": "1E5", "MPa": "1E6"},
        {"°C": "1"},
        {"%": "1"},
    )
)
_ALIASES = {
    **{unit.replace("µ", "μ"): unit for family in _FAMILIES for unit in family},
    **{"KG": "kg", "Kg": "kg", "kG": "kg", "gam": "g", "gram": "g", "tấn": "t", "Tấn": "t", "ton": "t", "T": "t"},
    **{"l": "L", "lít": "L", "Lít": "L", "lit": "L", "ml": "mL", "ML": "mL", "Ml": "mL", "μl": "µL", "cc": "cm3"},
    **{"MM": "mm", "CM": "cm", "BAR": "bar", "Bar": "bar", "KPA": "kPa", "Kpa": "kPa", "PA": "Pa"},
    **{"Mpa": "MPa", "mpa": "MPa", "MPA": "MPa", "oC": "°C", "độC": "°C", "ºC": "°C"},
}

_NUMBER = r"[+\-]?(?:\d{1,3}(?: \d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)*)"
_UNIT = r"(?:[^\W\d_]|[%°µμΩ])[^\s()+±,;-]*"
_GROUPS = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")
_GROUPED_DECIMAL = re.compile(r"(\d{1,3}(?:([.,])\d{3})+)(?!\2)[.,](\d+)")
_QUANTITY = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<unit>{_UNIT})?")
_SPAN = re.compile(
    rf"(?P<low>{_NUMBER})\s*(?P<low_unit>{_UNIT})?\s*(?:-|~|÷|\.\.+|to|đến|tới)\s*"
    rf"(?P<high>{_NUMBER})\s*(?P<high_unit>{_UNIT})?"
)
_UP_TO = re.compile(r"(?:max|≤|<=|đến|tới|up to)\s*[:=]?\s*", re.IGNORECASE)
_ENDS_IN_A_NUMBER = re.compile(r"(?:^|[^\w.,])\d[\d.,]*\s*$")
_BETWEEN = re.compile(r"(?:từ|from)\s+", re.IGNORECASE)
_LIST = re.compile(r";\s*|,\s+")
_PLUS_MINUS = re.compile(r"(?:±|\+\s?/\s?-|\+-|≤|<=)\s*")
_NAMED = re.compile(r"^(?:[uk]|e|d|sai số|error)\s*[=:]\s*", re.IGNORECASE)
_COVERAGE_BESIDE = re.compile(r"[\s,;]*\(?\s*k\s*=\s*(?P<factor>\d+(?:[.,]\d+)?)\s*\)?$", re.IGNORECASE)
_OF_SCALE = re.compile(
    r"%\s*(?:f\.?\s?s\.?|fsd|span|of (?:full )?(?:scale|span)|(?:của )?(?:toàn thang|thang đo|thang|dải đo))",
    re.IGNORECASE,
)
_OF_READING = re.compile(
    r"%\s*(?:[·.*]?\s?(?:rdg|rd|mw)\.?|of (?:the )?(?:reading|load|value)"
    r"|(?:của )?(?:số đọc|số chỉ|giá trị đo|giá trị đọc|lượng cân))",
    re.IGNORECASE,
)
_ABSOLUTE_PERCENT = re.compile(r"%\s*\(?(?:tuyệt đối|absolute|abs\.?|rh|ẩm)\)?", re.IGNORECASE)
_CLASS = re.compile(
    r"(?:(?:cấp(?: chính xác)?|ccx|class|cl\.?)\s*:?\s*)?"
    r"(?P<name>I{1,4}|[EFM][123]|M1-2|M2-3|\d+(?:[.,]\d+)?S?)(?:\s*$|[,;]\s+.*|\s*\(.*)",
    re.IGNORECASE,
)
_PRICE = re.compile(r"(\d{1,3}(?:([., ])\d{3})(?:\2\d{3})*|\d+)\s*(?:đ|₫|vnd|vnđ|đồng)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """A measuring range; low is None where only the maximum was typed. values: of a set (weights of 1, 2, 5 kg)."""

    low: Decimal | None
    high: Decimal
    values: tuple[Decimal, ...] = ()

    @property
    def full_scale(self) -> Decimal:
        """What "% FS" is taken of: the width of the range, or its end where the beginning is not known."""
        return self.high - (self.low or 0)


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of error, the same either way: a sum of parts, none of them negative.

    absolute: in the unit it was read for. of_reading, of_scale: in percent. of_division: multiples of e.
    """

    absolute: Decimal = Decimal(0)
    of_reading: Decimal = Decimal(0)
    of_scale: Decimal = Decimal(0)
    of_division: Decimal = Decimal(0)

    def at(
        self, reading: Decimal | None, full_scale: Decimal | None = None, division: Decimal | None = None
    ) -> Decimal | None:
        """Return the limit at a reading, in its unit; None while a part needs what is not known."""
        total = self.absolute
        for part, whole, share in (
            (self.of_reading, None if reading is None else abs(reading), Decimal("0.01")),
            (self.of_scale, full_scale, Decimal("0.01")),
            (self.of_division, division, Decimal(1)),
        ):
            if part:
                if whole is None:
                    return None
                total += part * whole * share
        return total


# numbers and units ----------------------------------------------------------------------------------------------------


@lru_cache(KEPT_READINGS)
def number_of(text: str) -> Decimal | None:
    """Read one number in either way of writing; None when it is none, or can be read in two ways."""
    bare = _plain(text)
    return _number(bare) if re.fullmatch(_NUMBER, bare) else None


def is_ambiguous(text: str) -> bool:
    """Tell whether a text holds a number that one reader takes for thousands and another for decimals."""
    return any(_is_two_ways(one) for one in re.findall(r"\d+(?:[.,]\d+)*", text))


@lru_cache(KEPT_READINGS)
def unit_of(text: str) -> str:
    """Return a unit in its usual writing: "tấn" is t, "ML" is mL, "m³" is m3; one not known stays as typed."""
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return _ALIASES.get(bare, bare)


def converted(value: Decimal, unit: str, wanted: str) -> Decimal | None:
    """Convert a value into another unit of the same family; None where the two have nothing in common."""
    given, goal = unit_of(unit), unit_of(wanted)
    if given == goal:
        return value
    family = next((one for one in _FAMILIES if given in one and goal in one), None)
    return None if family is None else value * family[given] / family[goal]


def typed_unit(text: str) -> str:
    """Return the unit that a quantity or a range was typed with; empty without one, or when it cannot be read."""
    bare = _plain(text)
    found = _SPAN.fullmatch(_BETWEEN.sub("", bare, count=1))
    if found:
        return unit_of(found["high_unit"] or "")
    one = _QUANTITY.fullmatch(_UP_TO.sub("", _PLUS_MINUS.sub("", _NAMED.sub("", bare)), count=1))
    return unit_of(one["unit"] or "") if one else ""


def unit_shown(text: str, unit: str) -> str:
    """Return what was typed with the unit that it is read in: "0–500" in kg is "0–500 kg"; all else stays as typed."""
    is_bare = unit and _ENDS_IN_A_NUMBER.search(text) and span_of(text, unit) is not None
    return f"{text.rstrip()} {unit}" if is_bare else text


@lru_cache(KEPT_READINGS)
def quantity_of(text: str, unit: str) -> Decimal | None:
    """Read one quantity in `unit`, which counts where none was typed: "500 g" in kg is 0.5.

    None when it cannot be read, or its unit is of another family.
    """
    found = _QUANTITY.fullmatch(_NAMED.sub("", _plain(text), count=1))
    return None if found is None else _in_unit(found["number"], found["unit"] or "", unit)


@lru_cache(KEPT_READINGS)
def span_of(text: str, unit: str) -> Span | None:
    """Read a measuring range in `unit`: "0–500 kg", "20..95", "-20 đến 50", "Max 500 kg", or a set: "1, 2, 5, 10"."""
    bare = _plain(text)
    between = _SPAN.fullmatch(_BETWEEN.sub("", bare, count=1))
    if between:
        high_unit = between["high_unit"] or ""
        low = _in_unit(between["low"], between["low_unit"] or high_unit, unit)
        high = _in_unit(between["high"], high_unit, unit)
        return Span(low, high) if low is not None and high is not None and low < high else None
    parts = _LIST.split(bare)
    if len(parts) > 1:
        shared = _QUANTITY.fullmatch(parts[-1])
        last_unit = (shared["unit"] or "") if shared else ""
        values = [quantity_of(part, unit) for part in (*(_with_unit(one, last_unit) for one in parts[:-1]), parts[-1])]
        known = tuple(one for one in values if one is not None)
        return Span(min(known), max(known), known) if len(known) == len(parts) else None
    most = quantity_of(_UP_TO.sub("", bare, count=1), unit)
    return Span(None, most) if most is not None and most > 0 else None


# limits of error ------------------------------------------------------------------------------------------------------


@lru_cache(KEPT_READINGS)
def limit_of(text: str, unit: str) -> Limit | None:
    """Read a limit of error: "±0,5 g", "±0,2 %", "±0,2 % FS", "±1 e", "±(0,3 + 0,5 % rdg)".

    A percentage is one of the reading, unless it says otherwise or the instrument itself shows percent.
    One-sided limits, several limits in one and limits below zero are not read.
    """
    bare = _PLUS_MINUS.sub("", _COVERAGE_BESIDE.sub("", _plain(text)), count=1)
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1].strip()
    parts = [_part(one.strip(), unit) for one in re.split(r"\s\+\s", bare)]
    known = [one for one in parts if one is not None]
    if len(known) != len(parts):
        return None
    return Limit(
        absolute=sum((one.absolute for one in known), Decimal(0)),
        of_reading=sum((one.of_reading for one in known), Decimal(0)),
        of_scale=sum((one.of_scale for one in known), Decimal(0)),
        of_division=sum((one.of_division for one in known), Decimal(0)),
    )


@lru_cache(KEPT_READINGS)
def error_of(text: str, unit: str) -> tuple[Decimal, Limit] | None:
    """Read an error that was found: its sign (1 or -1) and its size as a limit, "-0,2 %" as well as "0,5 g".

    "±" gives the size alone; the sign is then 1.
    """
    bare = _NAMED.sub("", _plain(text), count=1)
    is_negative = re.match(r"-\s?\d", bare) is not None
    size = limit_of(bare.lstrip("+-").strip() if re.match(r"[+-]\s?\d", bare) else bare, unit)
    return None if size is None else (Decimal(-1 if is_negative else 1), size)


@lru_cache(KEPT_READINGS)
def uncertainty_of(text: str, unit: str) -> Limit | None:
    """Read an expanded uncertainty: "0,05 g", "U = 0,2 %", "±0,05 (k = 2)"; None unless it is above zero."""
    size = limit_of(_NAMED.sub("", _plain(text), count=1), unit)
    return size if size is not None and size != Limit() else None


@lru_cache(KEPT_READINGS)
def coverage_of(text: str) -> Decimal | None:
    """Read a coverage factor: "2", "k = 2,0"; None unless it is from 1 to 5."""
    value = number_of(_NAMED.sub("", _plain(text), count=1))
    return value if value is not None and 1 <= value <= 5 else None


def coverage_beside(text: str) -> Decimal | None:
    """Read the coverage factor that stands beside an uncertainty: "0,05 g (k = 2)"; None where there is none."""
    found = _COVERAGE_BESIDE.search(_plain(text))
    return coverage_of(found["factor"]) if found else None


# classes and prices ---------------------------------------------------------------------------------------------------


@lru_cache(KEPT_READINGS)
def class_of(text: str) -> str | None:
    """Return an accuracy class in one writing: "cấp 1,6" is "1.6", "class iii, e = 5 kg" is "III", "0,5s" is "0.5S"."""
    found = _CLASS.fullmatch(_plain(text))
    return found["name"].upper().replace(",", ".") if found else None


def price_of(text: str) -> int | None:
    """Read a price in whole đồng: "350.000", "350 000 đ"; None for anything else, also for a fraction."""
    found = _PRICE.fullmatch(_plain(text))
    return int(re.sub(r"[., ]", "", found[1])) if found and len(found[1]) <= _MOST_DIGITS else None


# inner ----------------------------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """Return typed text with one kind of dash, blank and small figures."""
    bare = re.sub("[‐-―−]", "-", unicodedata.normalize("NFKC", text.replace("º", "°")))
    return re.sub(r"(?:°|[Đđ]ộ) C\b", "°C", " ".join(bare.split())).rstrip(". ")


def _number(bare: str) -> Decimal | None:
    """Read what looks like a number; None when it can be read in two ways."""
    sign, digits = ("-" if bare.startswith("-") else ""), bare.lstrip("+-")
    if sum(one.isdigit() for one in digits) > _MOST_DIGITS or not digits.isascii():
        return None
    whole, _, rest = digits.replace(" ", "\0").rpartition("\0")
    if whole:
        digits = whole.replace("\0", "") + rest.replace(",", ".")
    elif _is_two_ways(digits):
        return None
    elif grouped := _GROUPED_DECIMAL.fullmatch(digits):
        digits = f"{re.sub('[.,]', '', grouped[1])}.{grouped[3]}"
    elif _GROUPS.fullmatch(digits) and not digits.startswith("0"):
        digits = re.sub("[.,]", "", digits)
    else:
        digits = digits.replace(",", ".")
    return Decimal(sign + digits) if digits.count(".") <= 1 else None


def _is_two_ways(digits: str) -> bool:
    grouped = _GROUPS.fullmatch(digits)
    return grouped is not None and digits.count(grouped[1]) == 1 and not digits.startswith("0")


def _in_unit(number: str, given: str, unit: str) -> Decimal | None:
    value = _number(number)
    if value is None or not given:
        return value
    return converted(value, given, unit) if unit_of(unit) else None


def _with_unit(part: str, unit: str) -> str:
    return f"{part} {unit}" if re.fullmatch(_NUMBER, part) else part


def _part(text: str, unit: str) -> Limit | None:
    """Read one part of a limit."""
    found = re.match(rf"{_NUMBER}(?=\s*\D|$)", text)
    value = _number(found[0]) if found else None
    if found is None or value is None or value < 0:
        return None
    rest = text[found.end() :].strip()
    if not rest:
        return Limit(absolute=value)
    if _OF_SCALE.fullmatch(rest):
        return Limit(of_scale=value)
    if _OF_READING.fullmatch(rest):
        return Limit(of_reading=value)
    if unit_of(unit) == "%" and (rest == "%" or _ABSOLUTE_PERCENT.fullmatch(rest)):
        return Limit(absolute=value)
    if rest == "%":
        return Limit(of_reading=value)
    if rest in ("e", "d"):
        return Limit(of_division=value)
    absolute = quantity_of(text, unit)
    return None if absolute is None else Limit(absolute=absolute)
