"""Gauge repeatability and reproducibility by analysis of variance of a crossed study.

Every appraiser measures every part the same number of times. Sums are exact fractions of the numbers as they were
written, so equal readings have no spread at all; square roots and probabilities are the only rounded steps.
Source: AIAG, Measurement Systems Analysis, 4th edition, chapter III B.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from math import floor, hypot, inf, sqrt

from core.domain.metrology.checking import at_least, finite, positive, share
from core.domain.metrology.distributions import f_above
from core.errors import BadInput

POOLING_PROBABILITY = 0.05
"""Interactions with a greater p-value are pooled with repeatability; 0.25 is also in use."""

Cells = Mapping[tuple[str, str], Sequence[Fraction]]


class Source(StrEnum):
    """A source of variation."""

    APPRAISER = "appraiser"
    PART = "part"
    INTERACTION = "interaction"
    REPEATABILITY = "repeatability"


class GaugeVerdict(StrEnum):
    """What the share of the gauge in the variation or in the tolerance says."""

    ACCEPTABLE = "acceptable"
    CONDITIONAL = "conditional"
    UNACCEPTABLE = "unacceptable"


@dataclass(frozen=True, slots=True)
class Reading:
    """One measurement of a part by an appraiser."""

    appraiser: str
    part: str
    value: float


@dataclass(frozen=True, slots=True)
class VarianceRow:
    """A row of the analysis of variance; ratio and p_value: of the interaction, against repeatability."""

    source: Source
    sum_of_squares: float
    degrees_of_freedom: int
    mean_square: float
    ratio: float | None = None
    p_value: float | None = None


@dataclass(frozen=True, slots=True)
class GaugeStudy:
    """The study with what it came from; spreads are standard deviations in the unit of the readings.

    percent_of_study: 100 times gauge to total variation. percent_of_tolerance: 100 times six gauge spreads to the
    tolerance, None without one. distinct_categories: cut, at least 1; None where the gauge has no spread at all.
    pooled: whether the interaction was pooled with repeatability.
    """

    appraisers: int
    parts: int
    trials: int
    rows: tuple[VarianceRow, ...]
    pooled: bool
    pooling_probability: float
    repeatability: float
    appraiser: float
    interaction: float
    part: float
    tolerance: float | None
    percent_of_tolerance: float | None

    @property
    def reproducibility(self) -> float:
        return hypot(self.appraiser, self.interaction)

    @property
    def gauge(self) -> float:
        return hypot(self.repeatability, self.appraiser, self.interaction)

    @property
    def total(self) -> float:
        return hypot(self.gauge, self.part)

    @property
    def percent_of_study(self) -> float:
        return 100 * (self.gauge / self.total)

    @property
    def distinct_categories(self) -> int | None:
        return max(1, floor(1.41 * self.part / self.gauge)) if self.gauge > 0 else None

    @property
    def verdict_on_study(self) -> GaugeVerdict:
        return verdict_on_percent(self.percent_of_study)

    @property
    def verdict_on_tolerance(self) -> GaugeVerdict | None:
        return None if self.percent_of_tolerance is None else verdict_on_percent(self.percent_of_tolerance)


def verdict_on_percent(percent: float) -> GaugeVerdict:
    """Return the verdict on a share of the gauge: below 10 % acceptable, to 30 % conditional, above unacceptable."""
    if percent < 10:
        return GaugeVerdict.ACCEPTABLE
    return GaugeVerdict.CONDITIONAL if percent <= 30 else GaugeVerdict.UNACCEPTABLE


def gauge_study(
    readings: Iterable[Reading], tolerance: float | None = None, pooling_probability: float = POOLING_PROBABILITY
) -> GaugeStudy:
    """Return the study of crossed readings; at least two appraisers, two parts and two trials.

    tolerance: its whole span, upper less lower limit.
    Raises BadInput("study-unbalanced"), naming the cell, when an appraiser measured a part more or less often than
    usual; BadInput("study-without-variation") when all readings are equal.
    """
    share(pooling_probability, "pooling_probability")
    cells = _cells(readings)
    trials = _trials(cells)
    appraisers, parts = ({cell[place] for cell in cells} for place in (0, 1))
    o, p = len(appraisers), len(parts)
    rows = _rows(cells, sorted(appraisers), sorted(parts), trials)
    interaction, repeatability = rows[Source.INTERACTION], rows[Source.REPEATABILITY]
    ratio, p_value = _interaction_test(interaction, repeatability)
    pooled = p_value > pooling_probability
    error = _mean_square(repeatability)
    against = _mean_square(interaction)
    if pooled:
        error = against = Fraction(interaction[0] + repeatability[0], interaction[1] + repeatability[1])
    variances = {
        Source.REPEATABILITY: error,
        Source.INTERACTION: (against - error) / trials,
        Source.APPRAISER: (_mean_square(rows[Source.APPRAISER]) - against) / (p * trials),
        Source.PART: (_mean_square(rows[Source.PART]) - against) / (o * trials),
    }
    spreads = {source: sqrt(max(Fraction(0), variance)) for source, variance in variances.items()}
    if not any(spreads.values()):
        raise BadInput("study-without-variation", field="readings")
    study = GaugeStudy(
        appraisers=o,
        parts=p,
        trials=trials,
        rows=tuple(_row(source, rows[source], ratio, p_value) for source in Source),
        pooled=pooled,
        pooling_probability=pooling_probability,
        repeatability=spreads[Source.REPEATABILITY],
        appraiser=spreads[Source.APPRAISER],
        interaction=spreads[Source.INTERACTION],
        part=spreads[Source.PART],
        tolerance=tolerance,
        percent_of_tolerance=None,
    )
    if tolerance is None:
        return study
    return replace(study, percent_of_tolerance=100 * 6 * study.gauge / positive(tolerance, "tolerance"))


def _cells(readings: Iterable[Reading]) -> Cells:
    cells: defaultdict[tuple[str, str], list[Fraction]] = defaultdict(list)
    for one in readings:
        cells[one.appraiser, one.part].append(Fraction(str(finite(one.value, "readings"))))
    return cells


def _trials(cells: Cells) -> int:
    """Return how often each cell was measured; the usual number decides which cell is the odd one."""
    appraisers, parts = ({cell[place] for cell in cells} for place in (0, 1))
    at_least(len(appraisers), 2, "appraisers")
    at_least(len(parts), 2, "parts")
    usual = Counter(map(len, cells.values())).most_common(1)[0][0]
    for appraiser in sorted(appraisers):
        for part in sorted(parts):
            seen = len(cells.get((appraiser, part), ()))
            if seen != usual:
                raise BadInput(
                    "study-unbalanced", field="readings", appraiser=appraiser, part=part, seen=seen, expected=usual
                )
    return at_least(usual, 2, "trials")


def _rows(
    cells: Cells, appraisers: Sequence[str], parts: Sequence[str], trials: int
) -> dict[Source, tuple[Fraction, int]]:
    """Return sum of squares and degrees of freedom of every source."""
    o, p = len(appraisers), len(parts)
    mean = {cell: sum(values, Fraction(0)) / trials for cell, values in cells.items()}
    of_appraiser = {one: sum((mean[one, part] for part in parts), Fraction(0)) / p for one in appraisers}
    of_part = {part: sum((mean[one, part] for one in appraisers), Fraction(0)) / o for part in parts}
    grand = sum(of_part.values(), Fraction(0)) / p
    squares = {
        Source.APPRAISER: p * trials * sum((value - grand) ** 2 for value in of_appraiser.values()),
        Source.PART: o * trials * sum((value - grand) ** 2 for value in of_part.values()),
        Source.INTERACTION: trials
        * sum((mean[one, part] - of_appraiser[one] - of_part[part] + grand) ** 2 for one, part in cells),
        Source.REPEATABILITY: sum((value - mean[cell]) ** 2 for cell, values in cells.items() for value in values),
    }
    degrees = {
        Source.APPRAISER: o - 1,
        Source.PART: p - 1,
        Source.INTERACTION: (o - 1) * (p - 1),
        Source.REPEATABILITY: o * p * (trials - 1),
    }
    return {source: (Fraction(squares[source]), degrees[source]) for source in Source}


def _mean_square(row: tuple[Fraction, int]) -> Fraction:
    return row[0] / row[1]


def _interaction_test(interaction: tuple[Fraction, int], repeatability: tuple[Fraction, int]) -> tuple[float, float]:
    """Return the ratio of the mean squares and its p-value; no interaction at all is never significant."""
    if interaction[0] == 0:
        return 0.0, 1.0
    if repeatability[0] == 0:
        return inf, 0.0
    ratio = float(_mean_square(interaction) / _mean_square(repeatability))
    return ratio, f_above(ratio, interaction[1], repeatability[1])


def _row(source: Source, row: tuple[Fraction, int], ratio: float, p_value: float) -> VarianceRow:
    tested = source is Source.INTERACTION
    return VarianceRow(
        source,
        float(row[0]),
        row[1],
        float(_mean_square(row)),
        ratio if tested else None,
        p_value if tested else None,
    )
