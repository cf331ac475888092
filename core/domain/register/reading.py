"""A line of the register as numbers: what its typed quantities say, all in the instrument's own unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from core.domain.instruments import MeasuringInstrument
from core.domain.metrology.scales import AccuracyClass, Scale, maximum_permissible_error
from core.domain.register.quantities import (
    KEPT_READINGS,
    Limit,
    Span,
    class_of,
    converted,
    coverage_beside,
    coverage_of,
    error_of,
    limit_of,
    number_of,
    quantity_of,
    span_of,
    typed_unit,
    uncertainty_of,
    unit_of,
)
from core.errors import BadInput

_OF_ANOTHER = re.compile(r"\d\s*/\s*\d+\s*MPE", re.IGNORECASE)
_OF_PACK = re.compile(
    r"T\s*/\s*5(?:[\s,;(]+(?:(?:gói|túi|bao|chai|hộp|pack|bag)\s+)?(?P<pack>[^()]*?)\)?)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line says; None where nothing was typed or it cannot be read.

    error_found: its sign and its size. coverage: as typed, else beside the uncertainty.
    accuracy_class: in one writing ("III", "1.6"). is_of_another: the tolerance is stated by that of what is measured
    ("1/3 MPE", "T/5"). is_of_pack: as "T/5" of a pack; pack: its nominal quantity, where it was typed ("T/5, 500 g").
    """

    unit: str
    span: Span | None
    division: Decimal | None
    mpe: Limit | None
    tolerance: Limit | None
    error_found: tuple[Decimal, Limit] | None
    uncertainty: Limit | None
    coverage: Decimal | None
    accuracy_class: str | None
    is_of_pack: bool
    pack: Decimal | None
    is_of_another: bool

    @property
    def maximum(self) -> Decimal | None:
        return self.span.high if self.span else None

    @property
    def scale(self) -> Scale | None:
        """The plate of a weighing instrument of R 76, in gram; None for anything else."""
        gram = converted(Decimal(1), self.unit, "g")
        if gram is None or self.accuracy_class not in set(AccuracyClass):
            return None
        division, span = self.division, self.span
        return Scale(
            accuracy_class=AccuracyClass(self.accuracy_class),
            interval=float(division * gram) if division is not None and division > 0 else None,
            maximum=float(span.high * gram) if span else None,
            minimum=float(span.low * gram) if span and span.low is not None and span.low > 0 else None,
        )

    def permissible_by_class(self) -> Decimal | None:
        """Return the maximum permissible error in service that the accuracy class gives at the end of the range.

        For scales by OIML R 76-1:2006; for pressure gauges the class is the percentage of the span (EN 837-1). None for
        every other kind, whose class says something else, and where range or division are not known.
        """
        scale, span = self.scale, self.span
        if scale is not None and scale.interval is not None and scale.maximum is not None and self.division is not None:
            try:
                error = maximum_permissible_error(scale.maximum, scale.interval, scale.accuracy_class, in_service=True)
            except BadInput:
                return None
            return Decimal(str(error.intervals)) * self.division
        if span is None or self.accuracy_class is None or converted(Decimal(1), self.unit, "Pa") is None:
            return None
        percent = number_of(self.accuracy_class)
        return None if percent is None else span.full_scale * percent / 100

    def error(self, typed: str) -> Decimal | None:
        """Return an error that was found, with its sign; None while it cannot be read or needs what is not known."""
        read = error_of(typed, self.unit)
        size = self.value(read[1]) if read else None
        return None if read is None or size is None else read[0] * size

    def value(self, limit: Limit) -> Decimal | None:
        """Return a limit in the instrument's unit at the end of its range; None while it needs what is not known."""
        return limit.at(self.maximum, self.span.full_scale if self.span else None, self.division)


def reading_of(one: MeasuringInstrument) -> Reading:
    """Read the quantities of a line in its own unit, else in the one of its range or division."""
    return _reading(
        unit_of(one.unit) or typed_unit(one.range) or typed_unit(one.division),
        one.range,
        one.division,
        one.accuracy,
        one.mpe,
        one.tolerance.strip(),
        one.error_found,
        one.uncertainty,
        one.coverage,
    )


# Doubts, fitness and advice each ask for the reading of every line.
@lru_cache(KEPT_READINGS)
def _reading(
    unit: str,
    span: str,
    division: str,
    accuracy: str,
    mpe: str,
    tolerance: str,
    error_found: str,
    uncertainty: str,
    coverage: str,
) -> Reading:
    of_pack = _OF_PACK.fullmatch(tolerance)
    pack = quantity_of(of_pack["pack"], unit) if of_pack and of_pack["pack"] else None
    return Reading(
        unit=unit,
        span=span_of(span, unit),
        division=quantity_of(division, unit),
        mpe=limit_of(mpe, unit),
        tolerance=limit_of(tolerance, unit),
        error_found=error_of(error_found, unit),
        uncertainty=uncertainty_of(uncertainty, unit),
        coverage=coverage_of(coverage) if coverage else coverage_beside(uncertainty),
        accuracy_class=class_of(accuracy),
        is_of_pack=of_pack is not None,
        pack=pack if pack is not None and pack > 0 else None,
        is_of_another=of_pack is not None or _OF_ANOTHER.fullmatch(tolerance) is not None,
    )
