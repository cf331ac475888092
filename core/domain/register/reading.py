"""A line of the register as numbers: what its typed quantities say, all in the instrument's own unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from core.domain.instruments import MeasuringInstrument
from core.domain.register.quantities import (
    Limit,
    Span,
    class_of,
    converted,
    coverage_of,
    error_of,
    limit_of,
    quantity_of,
    span_of,
    typed_unit,
    uncertainty_of,
    unit_of,
)

SCALE_CLASSES = ("I", "II", "III", "IIII")
"""Accuracy classes of weighing instruments (OIML R 76)."""

_OF_ANOTHER = re.compile(r"\d\s*/\s*\d+\s*MPE", re.IGNORECASE)
_OF_PACK = re.compile(
    r"T\s*/\s*5(?:[\s,;(]+(?:(?:gói|túi|bao|chai|hộp|pack|bag)\s+)?(?P<pack>[^()]*?)\)?)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line says; None where nothing was typed or it cannot be read.

    error: its sign and its size. coverage: as typed. accuracy_class: in one writing ("III", "1.6").
    pack: nominal quantity of a pack, for a tolerance typed as "T/5, 500 g". is_of_pack: typed as "T/5" with or without.
    """

    unit: str
    span: Span | None
    division: Decimal | None
    mpe: Limit | None
    tolerance: Limit | None
    error: tuple[Decimal, Limit] | None
    uncertainty: Limit | None
    coverage: Decimal | None
    accuracy_class: str | None
    is_of_pack: bool
    pack: Decimal | None
    is_of_another: bool

    @property
    def is_scale(self) -> bool:
        """Tell whether it is a weighing instrument of R 76: it shows a mass and has one of the four classes."""
        return self.accuracy_class in SCALE_CLASSES and converted(Decimal(1), self.unit, "g") is not None

    @property
    def maximum(self) -> Decimal | None:
        return self.span.high if self.span else None

    def value(self, limit: Limit) -> Decimal | None:
        """Return a limit in the instrument's unit at the end of its range; None while it needs what is not known."""
        return limit.at(self.maximum, self.span.full_scale if self.span else None, self.division)


def reading_of(one: MeasuringInstrument) -> Reading:
    """Read the quantities of a line in its own unit, else in the one of its range or division."""
    unit = unit_of(one.unit) or typed_unit(one.range) or typed_unit(one.division)
    tolerance = one.tolerance.strip()
    of_pack = _OF_PACK.fullmatch(tolerance)
    pack = quantity_of(of_pack["pack"], unit) if of_pack and of_pack["pack"] else None
    return Reading(
        unit=unit,
        span=span_of(one.range, unit),
        division=quantity_of(one.division, unit),
        mpe=limit_of(one.mpe, unit),
        tolerance=limit_of(tolerance, unit),
        error=error_of(one.error_found, unit),
        uncertainty=uncertainty_of(one.uncertainty, unit),
        coverage=coverage_of(one.coverage),
        accuracy_class=class_of(one.accuracy),
        is_of_pack=of_pack is not None,
        pack=pack if pack is not None and pack > 0 else None,
        is_of_another=of_pack is not None or _OF_ANOTHER.fullmatch(tolerance) is not None,
    )
