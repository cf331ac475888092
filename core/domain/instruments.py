"""Measuring instruments and what the law asks of each.

A small beginning: enough for the exchange file, the verification gate and appendix II of the draft.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class MeasuringInstrument:
    """One line of the register; unknown stays empty or None.

    group2_row: row of the group-2 list, empty for group 1. verified_until: the certificate's own date, which always wins.
    """

    code: str
    name: str = ""
    group2_row: str = ""
    maker: str = ""
    model: str = ""
    serial: str = ""
    place: str = ""
    owner: str = ""
    range: str = ""
    division: str = ""
    accuracy: str = ""
    tolerance: str = ""
    use: str = ""
    in_use: bool = True
    verified_on: date | None = None
    verified_until: date | None = None
    verified_by: str = ""
    calibrated_on: date | None = None
    calibrated_by: str = ""
    interval_months: int | None = None
    price_vnd: int | None = None
    note: str = ""
