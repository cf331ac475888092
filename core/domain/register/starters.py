"""From what is usual in a trade to lines of a register, with no more in them than the trade can know.

A price of the trade is never written into a line: it stays an estimate, looked up by where the line came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from core.domain.catalogue import Sector, StarterInstrument
from core.domain.instruments import MeasuringInstrument
from core.domain.register.listing import free_code
from core.language import Language

_GROUP2 = "yes"
_DEPENDS = "depends"
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")


def starter_name(sector: Sector, starter: StarterInstrument) -> str:
    """Return how a line names the starter it came from."""
    return f"{sector.id}/{starter.id}"


def starter_of(instrument: MeasuringInstrument, sectors: Mapping[str, Sector]) -> StarterInstrument | None:
    """Return what the trade says of a line that came from a starter register; None for any other line."""
    sector_id, _, starter_id = instrument.starter.partition("/")
    sector = sectors.get(sector_id)
    return next((one for one in sector.instruments if one.id == starter_id), None) if sector else None


def is_group_open(instrument: MeasuringInstrument, starter: StarterInstrument | None) -> bool:
    """Tell whether the use must still say if the instrument is of group 2; nobody has named a row yet."""
    return starter is not None and starter.group2 == _DEPENDS and not instrument.is_group2


def lines_from(
    sector: Sector, counts: Mapping[str, int], taken: Iterable[str], language: Language
) -> tuple[MeasuringInstrument, ...]:
    """Return new lines for a register; `counts` says how many of each starter, by its id, `taken` the codes in use.

    Group 2 is written only where the trade is sure of it ("yes"). Class, price and dates stay unknown: they are the
    firm's to say.
    """
    codes = set(taken)
    lines = []
    for starter in sector.instruments:
        for _ in range(counts.get(starter.id, 0)):
            line = _line(sector, starter, free_code(starter.name[language], codes.__contains__), language)
            codes.add(line.code)
            lines.append(line)
    return tuple(lines)


def _line(sector: Sector, starter: StarterInstrument, code: str, language: Language) -> MeasuringInstrument:
    point = next((one for one in sector.measuring_points if one.id == starter.point), None)
    return MeasuringInstrument(
        code=code,
        name=starter.name[language],
        group2_row=starter.group2_row if starter.group2 == _GROUP2 else "",
        range=_measure(starter.range, starter.unit, language),
        division=_measure(starter.division, starter.unit, language),
        tolerance=_measure(starter.tolerance, starter.unit, language),
        use=point.criticality if point else "",
        interval_months=starter.interval_months,
        starter=starter_name(sector, starter),
        point=starter.point,
        quantity=starter.quantity[language],
        unit=starter.unit,
    )


def _measure(text: str, unit: str, language: Language) -> str:
    """Return a measure with its unit, where it has none and there is just one; decimals as the language writes them."""
    begins_with_number = text.lstrip("±≤ -")[:1].isdigit()
    if begins_with_number and text[-1].isdigit() and unit not in text and "," not in unit:
        text = f"{text} {unit}"
    return text if language is Language.VI else _DECIMAL_COMMA.sub(".", text)
