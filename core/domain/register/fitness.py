"""Is an instrument good enough for its use? The verdict with its numbers, and which field each of them came from.

Two ratios that are often confused stand apart: fitness in use (what the use allows to the uncertainty there) and the
test uncertainty ratio of the calibration (maximum permissible error to the uncertainty of the laboratory).
What is missing is named and never assumed. Arithmetic: core/domain/metrology/risk.py. Source of the rules: ILAC-G8,
JCGM 106; corrections of a certificate are taken as not applied, since workshops read the display.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

from core.domain.instruments import MeasuringInstrument, ServiceKind
from core.domain.metrology.prepackages import PackingScale, ToleranceTable, packing_scale, tolerable_deficiency
from core.domain.metrology.risk import (
    USUAL_IN_TOLERANCE,
    Conformity,
    ConformityStatement,
    Fitness,
    GuardBand,
    GuardBandMethod,
    InstrumentInUse,
    Limits,
    Risks,
    Verdict,
    conformity,
    fitness_in_use,
    guard_band,
    process_spread,
    risks,
    tur,
)
from core.domain.register.quantities import Limit, converted
from core.domain.register.reading import Reading, reading_of

PACKS = "mass-volume"
"""Id of the table of tolerable deficiencies in content/prepackages.toml."""
NO_TABLES: Mapping[str, ToleranceTable] = MappingProxyType({})
USUAL_COVERAGE = Decimal(2)
"""Coverage factor of a certificate that names none; a page that uses it says so."""


class Lacking(StrEnum):
    """What must be known, or read, before a judgement can be made."""

    TOLERANCE = "tolerance"
    TOLERANCE_UNREADABLE = "tolerance-unreadable"
    TOLERANCE_OF_ANOTHER = "tolerance-of-another"
    PACK_QUANTITY = "pack-quantity"
    MPE = "mpe"
    MPE_UNREADABLE = "mpe-unreadable"
    UNCERTAINTY = "uncertainty"
    UNCERTAINTY_UNREADABLE = "uncertainty-unreadable"
    COVERAGE_UNREADABLE = "coverage-unreadable"
    ERROR_FOUND = "error-found"
    ERROR_FOUND_UNREADABLE = "error-found-unreadable"
    RANGE = "range"
    DIVISION = "division"


class InputName(StrEnum):
    """The quantities that enter a judgement."""

    TOLERANCE = "tolerance"
    MPE = "mpe"
    UNCERTAINTY = "uncertainty"
    COVERAGE = "coverage"
    RESOLUTION = "resolution"
    DRIFT = "drift"
    UNCORRECTED = "uncorrected"
    ERROR_FOUND = "error-found"


@dataclass(frozen=True, slots=True)
class Input:
    """One quantity that entered, in the instrument's unit (a coverage factor has none).

    field: field of the register it came from, empty where the usual value stands in. typed: as it stands there.
    """

    name: InputName
    value: Decimal
    field: str
    typed: str


@dataclass(frozen=True, slots=True)
class InstrumentFitness:
    """What is known of the fitness of one instrument, in its own unit.

    reading: where limits in percent were taken, the end of the range; None where none was needed or known.
    in_use: fitness for the tolerance of the use; `lacking` names what it still needs.
    packing: the rule for a scale that packs or checks packs; its tolerance is then the tolerable deficiency T, and the
    rule decides the verdict.
    calibration_ratio: test uncertainty ratio of the last calibration.
    statement: ILAC-G8 statement on the error that was found, against the maximum permissible error.
    """

    unit: str
    reading: Decimal | None
    inputs: tuple[Input, ...]
    in_use: Fitness
    lacking: tuple[Lacking, ...]
    calibration_ratio: float | None
    calibration_lacking: tuple[Lacking, ...]
    statement: ConformityStatement | None
    statement_lacking: tuple[Lacking, ...]
    packing: PackingScale | None = None

    @property
    def verdict(self) -> Verdict:
        if self.packing is None:
            return self.in_use.verdict
        return Verdict.FIT if self.packing.is_fit else Verdict.UNFIT

    @property
    def ratio(self) -> float | None:
        """Tolerance to the expanded uncertainty in use; None while something is lacking."""
        return self.in_use.ratio

    @property
    def is_out_of_tolerance(self) -> bool:
        """Tell whether the last calibration found an error beyond the maximum permissible one."""
        return self.statement is not None and self.statement.conformity in (
            Conformity.CONDITIONAL_FAIL,
            Conformity.FAIL,
        )

    def value(self, name: InputName) -> Decimal | None:
        """Return what entered under a name; None where nothing did."""
        return next((one.value for one in self.inputs if one.name is name), None)


@dataclass(frozen=True, slots=True)
class DecisionRisks:
    """Risks of deciding with an instrument, at the tolerance itself and inside a guard band of U.

    guarded is None where the guard band leaves nothing to accept. in_tolerance: share of the measured that is good,
    taken as usual since the register does not know it.
    """

    plain: Risks
    band: GuardBand
    guarded: Risks | None
    in_tolerance: float


@dataclass(frozen=True, slots=True)
class _Known:
    """A quantity, or what is lacking for it."""

    value: Decimal | None
    lacking: Lacking | None = None

    @property
    def lack(self) -> tuple[Lacking, ...]:
        return (self.lacking,) if self.lacking else ()


def fitness_of(
    instrument: MeasuringInstrument, tolerances: Mapping[str, ToleranceTable] = NO_TABLES
) -> InstrumentFitness:
    """Judge one instrument by its latest calibration and its history.

    tolerances: the tables of tolerable deficiencies, without which no scale that packs can be judged.
    """
    seen = reading_of(instrument)
    tolerance = _tolerance(instrument, seen, tolerances)
    mpe = _mpe(instrument, seen)
    uncertainty = _positive(
        instrument.uncertainty, seen.uncertainty, seen, Lacking.UNCERTAINTY, Lacking.UNCERTAINTY_UNREADABLE
    )
    coverage = _coverage(instrument, seen)
    error = _error(instrument, seen)
    inputs = tuple(_inputs(instrument, seen, tolerance, mpe, uncertainty, coverage, error))
    lacking = (*tolerance.lack, *uncertainty.lack, *coverage.lack)
    in_use = _in_use({one.name: one.value for one in inputs}, is_whole=not lacking)
    return InstrumentFitness(
        unit=seen.unit,
        reading=seen.maximum if _takes_percent(seen) else None,
        inputs=inputs,
        in_use=in_use,
        lacking=lacking,
        calibration_ratio=_calibration_ratio(mpe.value, uncertainty.value),
        calibration_lacking=(*mpe.lack, *uncertainty.lack),
        statement=_statement(error.value, mpe.value, uncertainty.value, coverage.value),
        statement_lacking=(*error.lack, *mpe.lack, *uncertainty.lack, *coverage.lack),
        packing=_packing(seen, tolerance.value, in_use),
    )


def decision_risks(fitness: InstrumentFitness) -> DecisionRisks | None:
    """Return the risks of decisions made with the instrument; None while its fitness cannot be assessed."""
    in_use, tolerance = fitness.in_use, fitness.value(InputName.TOLERANCE)
    if in_use.ratio is None or not in_use.standard_uncertainty or tolerance is None:
        return None
    limits = Limits(-float(tolerance), float(tolerance))
    spread = process_spread(limits, USUAL_IN_TOLERANCE)
    band = guard_band(GuardBandMethod.SUBTRACT_UNCERTAINTY, in_use.ratio)
    acceptance = band.acceptance(limits)
    return DecisionRisks(
        plain=risks(limits, in_use.standard_uncertainty, spread),
        band=band,
        guarded=risks(limits, in_use.standard_uncertainty, spread, acceptance) if acceptance else None,
        in_tolerance=USUAL_IN_TOLERANCE,
    )


# inputs ---------------------------------------------------------------------------------------------------------------


def _inputs(
    instrument: MeasuringInstrument,
    seen: Reading,
    tolerance: _Known,
    mpe: _Known,
    uncertainty: _Known,
    coverage: _Known,
    error: _Known,
) -> Iterator[Input]:
    if tolerance.value is not None:
        yield Input(InputName.TOLERANCE, tolerance.value, "tolerance", instrument.tolerance)
    if mpe.value is not None:
        yield Input(InputName.MPE, mpe.value, *_source_of_mpe(instrument))
    if uncertainty.value is not None:
        yield Input(InputName.UNCERTAINTY, uncertainty.value, "uncertainty", instrument.uncertainty)
        if coverage.value is not None:
            yield Input(InputName.COVERAGE, coverage.value, *_source_of_coverage(instrument, seen))
    if error.value is not None:
        yield Input(InputName.ERROR_FOUND, error.value, "error_found", instrument.error_found)
    if seen.division is not None and seen.division >= 0:
        yield Input(InputName.RESOLUTION, seen.division, "division", instrument.division)
    drift = _drift(instrument, seen)
    if drift is not None:
        yield Input(InputName.DRIFT, drift, "history", "")
    # What the maker allows may be left in the reading; without it, what the certificate found, if it was left so.
    if mpe.value is not None:
        yield Input(InputName.UNCORRECTED, mpe.value, *_source_of_mpe(instrument))
    elif error.value is not None and instrument.adjusted is False:
        yield Input(InputName.UNCORRECTED, abs(error.value), "error_found", instrument.error_found)


def _tolerance(instrument: MeasuringInstrument, seen: Reading, tolerances: Mapping[str, ToleranceTable]) -> _Known:
    if seen.is_of_pack:
        deficiency = _tolerable_deficiency(seen, tolerances.get(PACKS))
        return _Known(deficiency, Lacking.PACK_QUANTITY if deficiency is None else None)
    if seen.is_of_another:
        return _Known(None, Lacking.TOLERANCE_OF_ANOTHER)
    return _positive(instrument.tolerance, seen.tolerance, seen, Lacking.TOLERANCE, Lacking.TOLERANCE_UNREADABLE)


def _tolerable_deficiency(seen: Reading, table: ToleranceTable | None) -> Decimal | None:
    """Return T of the pack in the instrument's unit; None without a pack, or where it is no mass and no volume."""
    for unit in ("g", "mL"):
        nominal = None if seen.pack is None else converted(seen.pack, seen.unit, unit)
        if nominal is not None and table is not None:
            deficiency = tolerable_deficiency(float(nominal), table.bands).value
            return converted(Decimal(str(deficiency)), unit, seen.unit)
    return None


def _mpe(instrument: MeasuringInstrument, seen: Reading) -> _Known:
    """What was typed, else what the accuracy class of a scale or a pressure gauge allows in service."""
    by_class = None if instrument.mpe else seen.permissible_by_class()
    if by_class is not None and by_class > 0:
        return _Known(by_class)
    return _positive(instrument.mpe, seen.mpe, seen, Lacking.MPE, Lacking.MPE_UNREADABLE)


def _source_of_mpe(instrument: MeasuringInstrument) -> tuple[str, str]:
    return ("mpe", instrument.mpe) if instrument.mpe else ("accuracy", instrument.accuracy)


def _source_of_coverage(instrument: MeasuringInstrument, seen: Reading) -> tuple[str, str]:
    if instrument.coverage:
        return "coverage", instrument.coverage
    return ("", "") if seen.coverage is None else ("uncertainty", instrument.uncertainty)


def _positive(typed: str, limit: Limit | None, seen: Reading, missing: Lacking, unreadable: Lacking) -> _Known:
    if not typed:
        return _Known(None, missing)
    if limit is None:
        return _Known(None, unreadable)
    value = seen.value(limit)
    if value is None:
        return _Known(None, Lacking.DIVISION if limit.of_division and seen.division is None else Lacking.RANGE)
    return _Known(value) if value > 0 else _Known(None, unreadable)


def _coverage(instrument: MeasuringInstrument, seen: Reading) -> _Known:
    if not instrument.coverage:
        return _Known(seen.coverage or USUAL_COVERAGE)
    return _Known(seen.coverage, None if seen.coverage is not None else Lacking.COVERAGE_UNREADABLE)


def _error(instrument: MeasuringInstrument, seen: Reading) -> _Known:
    if not instrument.error_found:
        return _Known(None, Lacking.ERROR_FOUND)
    if seen.error_found is None:
        return _Known(None, Lacking.ERROR_FOUND_UNREADABLE)
    value = seen.error(instrument.error_found)
    return _Known(value, Lacking.RANGE if value is None else None)


def _drift(instrument: MeasuringInstrument, seen: Reading) -> Decimal | None:
    """Return the largest change of the error from a calibration without adjustment to the next; None without any."""
    errors = [
        (record.adjusted, seen.error(record.error_found)) for record in instrument.services(ServiceKind.CALIBRATION)
    ]
    changes = [
        abs(later - earlier)
        for (adjusted, earlier), (_, later) in pairwise(errors)
        if adjusted is False and earlier is not None and later is not None
    ]
    return max(changes, default=None)


def _takes_percent(seen: Reading) -> bool:
    error = seen.error_found[1] if seen.error_found else None
    limits = (seen.tolerance, seen.mpe, seen.uncertainty, error)
    return any(one is not None and (one.of_reading or one.of_scale) for one in limits)


# judgements -----------------------------------------------------------------------------------------------------------


def _in_use(known: dict[InputName, Decimal], *, is_whole: bool) -> Fitness:
    if not is_whole:
        return Fitness(Verdict.NOT_ASSESSABLE, ())
    values = {name: float(value) for name, value in known.items()}
    half = values[InputName.TOLERANCE]
    uncorrected = values.get(InputName.UNCORRECTED)
    return fitness_in_use(
        Limits(-half, half),
        InstrumentInUse(
            calibration_uncertainty=values[InputName.UNCERTAINTY],
            coverage_factor=values[InputName.COVERAGE],
            drift=values.get(InputName.DRIFT),
            resolution=values.get(InputName.RESOLUTION),
            corrections_applied=uncorrected is None,
            maximum_permissible_error=uncorrected,
        ),
    )


def _packing(seen: Reading, deficiency: Decimal | None, in_use: Fitness) -> PackingScale | None:
    if not seen.is_of_pack or deficiency is None or in_use.expanded_uncertainty is None:
        return None
    return packing_scale(in_use.expanded_uncertainty, float(deficiency))


def _calibration_ratio(mpe: Decimal | None, uncertainty: Decimal | None) -> float | None:
    if mpe is None or uncertainty is None:
        return None
    return tur(Limits(-float(mpe), float(mpe)), float(uncertainty))


def _statement(
    error: Decimal | None, mpe: Decimal | None, uncertainty: Decimal | None, coverage: Decimal | None
) -> ConformityStatement | None:
    if error is None or mpe is None or uncertainty is None or coverage is None:
        return None
    return conformity(float(error), Limits(-float(mpe), float(mpe)), float(uncertainty), float(coverage))
