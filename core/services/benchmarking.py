"""The firm's own score beside those of enterprises like it; the score may be a draft's and enters no figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from core.domain.permissions import Action, Actor, Concern, require
from core.domain.statistics.benchmark import Benchmark, benchmark
from core.domain.statistics.counting import place_of
from core.services import officials, reviewing
from core.services.assessing import Result
from core.services.environment import Environment


@dataclass(frozen=True, slots=True)
class Comparison:
    """A benchmark, the year of its results and the moment of its data; is_reviewed: of the reviewed score."""

    benchmark: Benchmark
    year: int
    at: datetime
    is_reviewed: bool


def compared(environment: Environment, actor: Actor, result: Result) -> Comparison | None:
    """Return how a firm stands in the latest year that can be told; None where no group is large enough.

    Like in the figures, the reviewed score counts once there is one. Raises NotThere for everybody but its own people.
    """
    opened = result.opened
    require(actor, Action.VIEW_RESULT, Concern(enterprise_id=opened.assessment.enterprise_id))
    outcome = reviewing.outcome_of(environment, opened.assessment)
    score = outcome.validated.low if outcome else result.self_score.low
    if score is None:
        return None
    figures = officials.open_group_figures(environment)
    place = place_of(opened.profile, opened.catalogue)
    for year in figures.years:
        found = benchmark(score, place, partial(figures.quartiles, year))
        if found is not None:
            return Comparison(found, year, figures.at, outcome is not None)
    return None
