"""What in a line of the register looks wrong or is missing. A doubt warns and never blocks: the firm may be right.

Doubts carry codes and values; the sentences stand in content/words/register-rules.toml.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import partial

from core.domain.catalogue import Group2Row
from core.domain.instruments import MeasuringInstrument
from core.domain.metrology import scales
from core.domain.metrology.scales import ScaleDoubt
from core.domain.register.quantities import Limit, converted, is_ambiguous, typed_unit, unit_of
from core.domain.register.reading import reading_of

MOST_MONTHS = 120
"""No interval of calibration that a workshop keeps is longer."""
Shown = str | int | Decimal | date | tuple[str, ...]
"""A value of a doubt, written by the screen in the reader's language; a tuple holds codes of instruments."""

_COUNTS_OF_INTERVALS = (
    ScaleDoubt.TOO_FEW_INTERVALS,
    ScaleDoubt.TOO_MANY_INTERVALS,
    ScaleDoubt.INTERVALS_NOT_WHOLE,
)
_SCALE_FIELDS = {
    ScaleDoubt.INTERVAL_TOO_SMALL: "division",
    ScaleDoubt.INTERVAL_NOT_1_2_5: "division",
    ScaleDoubt.TOO_FEW_INTERVALS: "range",
    ScaleDoubt.TOO_MANY_INTERVALS: "range",
    ScaleDoubt.INTERVALS_NOT_WHOLE: "range",
    ScaleDoubt.MINIMUM_TOO_SMALL: "range",
}


class DoubtCode(StrEnum):
    """Kinds of doubt."""

    SERIAL_MISSING = "serial-missing"
    PLACE_MISSING = "place-missing"
    SERIAL_DUPLICATE = "serial-duplicate"
    DATE_IN_FUTURE = "date-in-future"
    UNTIL_BEFORE_SERVICE = "until-before-service"
    INTERVAL_ABSURD = "interval-absurd"
    INTERVAL_LONGER_THAN_CYCLE = "interval-longer-than-cycle"
    GROUP2_ROW_UNKNOWN = "group2-row-unknown"
    GROUP2_ROW_DOUBTFUL = "group2-row-doubtful"
    QUANTITY_UNREADABLE = "quantity-unreadable"
    QUANTITY_AMBIGUOUS = "quantity-ambiguous"
    UNIT_MISSING = "unit-missing"
    UNIT_OTHER = "unit-other"
    RANGE_NEEDED = "range-needed"
    DIVISION_NEEDED = "division-needed"
    COVERAGE_UNREADABLE = "coverage-unreadable"
    SCALE_INTERVAL_TOO_SMALL = "scale-interval-too-small"
    SCALE_INTERVAL_NOT_1_2_5 = "scale-interval-not-1-2-5"
    SCALE_TOO_FEW_INTERVALS = "scale-too-few-intervals"
    SCALE_TOO_MANY_INTERVALS = "scale-too-many-intervals"
    SCALE_INTERVALS_NOT_WHOLE = "scale-intervals-not-whole"
    SCALE_MINIMUM_TOO_SMALL = "scale-minimum-too-small"


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubt about a field. seen: what stands there; expected: what would be right; None where there is none."""

    code: DoubtCode
    field: str
    seen: Shown | None = None
    expected: Shown | None = None


def doubts_of(instrument: MeasuringInstrument, row: Group2Row | None, on: date) -> tuple[Doubt, ...]:
    """Return the doubts about one line, seen alone, in the order of its fields."""
    return (
        *_identity(instrument),
        *_group2(instrument, row),
        *_dates(instrument, on),
        *_intervals(instrument, row),
        *_quantities(instrument),
    )


def doubts_of_register(
    instruments: Iterable[MeasuringInstrument], group2_rows: Mapping[str, Group2Row], on: date
) -> Mapping[str, tuple[Doubt, ...]]:
    """Return the doubts about every line by its code; only here a serial number is known to stand twice.

    A line that is out of use is in doubt only about that.
    """
    lines = tuple(instruments)
    doubles = _same_serial(lines)
    return {
        one.code: (
            *(doubts_of(one, group2_rows.get(one.group2_row), on) if one.in_use else ()),
            *(
                [Doubt(DoubtCode.SERIAL_DUPLICATE, "serial", one.serial, doubles[one.code])]
                if one.code in doubles
                else ()
            ),
        )
        for one in lines
    }


def _identity(one: MeasuringInstrument) -> Iterator[Doubt]:
    if not one.serial:
        yield Doubt(DoubtCode.SERIAL_MISSING, "serial")
    if not one.place:
        yield Doubt(DoubtCode.PLACE_MISSING, "place")


def _group2(one: MeasuringInstrument, row: Group2Row | None) -> Iterator[Doubt]:
    if one.is_group2 and row is None:
        yield Doubt(DoubtCode.GROUP2_ROW_UNKNOWN, "group2_row", one.group2_row)
    elif row is not None and row.is_doubtful and one.verified_until is None:
        yield Doubt(DoubtCode.GROUP2_ROW_DOUBTFUL, "group2_row", one.group2_row, row.cycle_months)


def _dates(one: MeasuringInstrument, on: date) -> Iterator[Doubt]:
    for field in ("verified_on", "calibrated_on", "repaired_on", "checked_on"):
        day = getattr(one, field)
        if day is not None and day > on:
            yield Doubt(DoubtCode.DATE_IN_FUTURE, field, day, on)
    for record in one.history:
        if record.on > on:
            yield Doubt(DoubtCode.DATE_IN_FUTURE, "history", record.on, on)
        if record.until is not None and record.until < record.on:
            yield Doubt(DoubtCode.UNTIL_BEFORE_SERVICE, "history", record.until, record.on)
    if one.verified_on is not None and one.verified_until is not None and one.verified_until < one.verified_on:
        yield Doubt(DoubtCode.UNTIL_BEFORE_SERVICE, "verified_until", one.verified_until, one.verified_on)


def _intervals(one: MeasuringInstrument, row: Group2Row | None) -> Iterator[Doubt]:
    months = one.interval_months
    if months is None:
        return
    if not 1 <= months <= MOST_MONTHS:
        yield Doubt(DoubtCode.INTERVAL_ABSURD, "interval_months", months, MOST_MONTHS)
    elif row is not None and row.cycle_months is not None and months > row.cycle_months:
        yield Doubt(DoubtCode.INTERVAL_LONGER_THAN_CYCLE, "interval_months", months, row.cycle_months)


def _quantities(one: MeasuringInstrument) -> Iterator[Doubt]:
    seen = reading_of(one)
    error = seen.error_found[1] if seen.error_found else None
    limits = (seen.mpe, seen.tolerance, error, seen.uncertainty)
    needs_range = seen.scale is not None or any(limit is not None and limit.of_scale for limit in limits)
    needs_division = seen.scale is not None or any(limit is not None and limit.of_division for limit in limits)
    for field, value, is_needed in (
        ("range", seen.span, needs_range),
        ("division", seen.division, needs_division),
        ("mpe", seen.mpe, True),
        ("tolerance", seen.tolerance, not seen.is_of_another),
        ("error_found", error, True),
        ("uncertainty", seen.uncertainty, True),
    ):
        typed = getattr(one, field)
        # A range such as "DN15–50" is in order as long as nothing is counted with it.
        if typed and value is None and (is_needed or is_ambiguous(typed)):
            yield _why_unread(field, typed, seen.unit)
        elif isinstance(value, Limit):
            if value.of_scale and not one.range:
                yield Doubt(DoubtCode.RANGE_NEEDED, field, typed)
            if value.of_division and not one.division:
                yield Doubt(DoubtCode.DIVISION_NEEDED, field, typed)
    if one.coverage and seen.coverage is None:
        yield Doubt(DoubtCode.COVERAGE_UNREADABLE, "coverage", one.coverage)
    if seen.scale is not None:
        for odd in scales.doubts(seen.scale):
            yield _scale_doubt(odd, seen.unit)


def _why_unread(field: str, typed: str, unit: str) -> Doubt:
    if is_ambiguous(typed):
        return Doubt(DoubtCode.QUANTITY_AMBIGUOUS, field, typed)
    other = typed_unit(typed)
    if other and unit_of(other) != unit:
        return Doubt(DoubtCode.UNIT_OTHER, field, typed, unit) if unit else Doubt(DoubtCode.UNIT_MISSING, "unit", typed)
    return Doubt(DoubtCode.QUANTITY_UNREADABLE, field, typed)


def _scale_doubt(odd: scales.Doubt, unit: str) -> Doubt:
    """Bring a doubt about a scale's plate, which speaks in gram or in counts of e, to the unit of the line."""
    code = DoubtCode(f"scale-{odd.code}")
    is_mass = odd.code not in _COUNTS_OF_INTERVALS
    write = partial(_in_unit, unit=unit) if is_mass else _count
    return Doubt(code, _SCALE_FIELDS[odd.code], write(odd.seen), None if odd.limit is None else write(odd.limit))


def _count(intervals: float) -> Decimal:
    return round(Decimal(str(intervals)), 2).normalize()


def _in_unit(gram: float, unit: str) -> Decimal:
    # Twelve digits: beyond them stands only what the conversion to a binary number left.
    value = converted(Decimal(f"{gram:.12g}"), "g", unit)
    return Decimal(0) if value is None else value.normalize()


def _same_serial(lines: Iterable[MeasuringInstrument]) -> Mapping[str, tuple[str, ...]]:
    """Code → codes of the other lines with its serial number, maker and model; without these, with its name."""
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for one in lines:
        if one.serial:
            known_by = (one.maker, one.model) if one.maker or one.model else (one.name,)
            alike[tuple(text.casefold() for text in (one.serial, *known_by))].append(one.code)
    # Sorted, so that the order of rows changes nothing.
    return {
        code: tuple(sorted(other for other in codes if other != code))
        for codes in alike.values()
        if len(codes) > 1
        for code in codes
    }
