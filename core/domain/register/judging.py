"""Everything the register can say about each of its instruments on a day; linear in the number of instruments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from core.domain.catalogue import Catalogue
from core.domain.instruments import MeasuringInstrument, Standing, standing_of
from core.domain.register.advice import Advice, advices
from core.domain.register.doubts import Doubt, doubts_of_register
from core.domain.register.fitness import InstrumentFitness, fitness_of
from core.domain.register.points import ProcessPoint


@dataclass(frozen=True, slots=True)
class Judgement:
    """One instrument judged. point: the firm's measuring point it serves, None without one."""

    instrument: MeasuringInstrument
    point: ProcessPoint | None
    standing: Standing
    doubts: tuple[Doubt, ...]
    fitness: InstrumentFitness
    advice: Advice


def judged(
    instruments: Iterable[MeasuringInstrument], points: Iterable[ProcessPoint], catalogue: Catalogue, on: date
) -> Mapping[str, Judgement]:
    """Return the judgement on every instrument by its code, in order of the register."""
    lines, rows = tuple(instruments), catalogue.group2
    doubts = doubts_of_register(lines, rows, on)
    known_points = {point.id: point for point in points}
    advice = advices(lines, known_points.values(), catalogue)
    return {
        one.code: Judgement(
            instrument=one,
            point=known_points.get(one.point),
            standing=standing_of(one, rows.get(one.group2_row), on),
            doubts=doubts[one.code],
            fitness=fitness_of(one, catalogue.tolerances),
            advice=advice[one.code],
        )
        for one in lines
    }
