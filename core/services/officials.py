"""What officials see: aggregates that tell nothing about a single enterprise.

An official of a province sees the lines of that province and the figures of the whole nation, the nation's official all
lines. Tables come protected out of core/storage/figures.py; here rights are asked, and lines of others left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from core.domain.feedback import FeedbackKind
from core.domain.instruments import ServiceKind
from core.domain.permissions import Action, Actor, Concern, Role, may, require
from core.domain.statistics.figures import (
    SCORE,
    Change,
    Demand,
    Dimension,
    FigureTable,
    ProtectedTable,
    Quartiles,
    Stage,
    Subject,
)
from core.errors import BadInput, NotThere
from core.services.environment import Environment, reading, transaction
from core.storage.figures import Axis, Figures
from core.storage.repository_counting import Counting

T = TypeVar("T")
OFFICIALS = (Role.OFFICIAL_PROVINCE, Role.OFFICIAL_NATION)


@dataclass(frozen=True)
class OpenFigures:
    """The figures as one official may see them, all of one moment.

    provinces: whose lines are shown; None for all. edition: that of the questions. years: with results, latest first.
    """

    at: datetime
    edition: str
    years: tuple[int, ...]
    provinces: frozenset[str] | None
    _figures: Figures

    def stages(self, dimension: Dimension) -> ProtectedTable:
        """Return how many enterprises stand at each stage, as of now; the totals are those of the nation."""
        return self._lines(self._figures.stages(dimension), dimension)

    def stage_months(self, stage: Stage, dimension: Dimension) -> ProtectedTable:
        """Return in which month enterprises reached a stage: EARLIER, 24 months as "2026-11", NOT_YET."""
        return self._lines(self._figures.stage_months(stage, dimension), dimension)

    def results(self, year: int, subject: Subject, dimension: Dimension, about: str = "") -> ProtectedTable:
        """Return the enterprises with a result of a year by what it says; about: a gate's question, question or topic.

        Raises NotThere for an `about` that there is not.
        """
        try:
            return self._lines(self._figures.results(year, subject, dimension, about), dimension)
        except KeyError:
            raise NotThere from None

    def pairs(self, year: int, dimension: Dimension, other: Dimension) -> ProtectedTable:
        """Return the enterprises with a result of a year by two dimensions. Raises NotThere, see `_other`."""
        return self._lines(self._figures.pairs(year, dimension, self._other(dimension, other)), dimension)

    def means(self, year: int, dimension: Dimension) -> FigureTable[int]:
        """Return mean scores in whole points: SCORE, OWN and CHECKED of the reviewed, then each topic."""
        return self._figure_lines(self._figures.means(year, dimension), dimension)

    def pair_means(self, year: int, dimension: Dimension, other: Dimension, of: str = SCORE) -> FigureTable[int]:
        """Return mean scores by two dimensions, of SCORE or of a topic. Raises NotThere."""
        if of not in (SCORE, *self._figures.topics()):
            raise NotThere
        return self._figure_lines(
            self._figures.pair_means(year, dimension, self._other(dimension, other), of), dimension
        )

    def quartiles(self, year: int, dimension: Dimension) -> FigureTable[Quartiles]:
        """Return the quartiles of the score, of groups of twenty at least; one column."""
        return self._figure_lines(self._figures.quartiles(year, dimension), dimension)

    def changes(self, before: int, year: int, dimension: Dimension) -> FigureTable[Change]:
        """Return how the mean score of the same enterprises moved between two years; one column."""
        return self._figure_lines(self._figures.changes(before, year, dimension), dimension)

    @property
    def told_years(self) -> tuple[int, ...]:
        """The years of which enterprises told something, the latest first."""
        return self._figures.told_years()

    def told(self, year: int, kind: FeedbackKind, dimension: Dimension) -> FigureTable[int]:
        """Return how many enterprises told a difficulty or proposal of a year, by theme; each theme by itself."""
        return self._figure_lines(self._figures.told(year, kind, dimension), dimension)

    def demand(self, service: ServiceKind, rows: Axis, columns: Axis) -> FigureTable[Demand]:
        """Return the services that instruments will need, by two axes; of a province official PROVINCE only as rows.

        Raises NotThere for columns of provinces that are not theirs to see.
        """
        if columns is Axis.PROVINCE and self.provinces is not None:
            raise NotThere
        table = self._figures.demand(service, rows, columns)
        return table if self.provinces is None or rows is not Axis.PROVINCE else table.only(self.provinces)

    def _lines(self, table: ProtectedTable, dimension: Dimension) -> ProtectedTable:
        if self.provinces is None or dimension is not Dimension.PROVINCE:
            return table
        return table.only(self.provinces)

    def _figure_lines(self, table: FigureTable[T], dimension: Dimension) -> FigureTable[T]:
        if self.provinces is None or dimension is not Dimension.PROVINCE:
            return table
        return table.only(self.provinces)

    def _other(self, dimension: Dimension, other: Dimension) -> Dimension:
        """A dimension is not crossed with itself, and provinces stand in the rows, where a line can be left out."""
        if other is dimension or (other is Dimension.PROVINCE and self.provinces is not None):
            raise NotThere
        return other


@dataclass(frozen=True)
class PublicFigures(OpenFigures):
    """The figures as anybody may see them: the row of the whole nation, and nothing by two dimensions."""

    def demand(self, service: ServiceKind, rows: Axis, columns: Axis) -> FigureTable[Demand]:
        """Raises NotThere."""
        raise NotThere

    def _lines(self, table: ProtectedTable, dimension: Dimension) -> ProtectedTable:
        return table.only(())

    def _figure_lines(self, table: FigureTable[T], dimension: Dimension) -> FigureTable[T]:
        return table.only(())

    def _other(self, dimension: Dimension, other: Dimension) -> Dimension:
        raise NotThere


@dataclass(frozen=True)
class GroupFigures:
    """What a firm may see of others: the quartiles of one group of one dimension at a time, all of one moment."""

    at: datetime
    years: tuple[int, ...]
    _figures: Figures

    def quartiles(self, year: int, dimension: Dimension | None, value: str) -> Quartiles | None:
        """Return the quartiles of a group, of the nation without a dimension; None where they may not be told."""
        if dimension is None:
            return self._figures.quartiles(year, Dimension.SECTOR).column_totals[0]
        return self._figures.quartiles(year, dimension).line(value)[0]


def open_figures(environment: Environment, actor: Actor) -> OpenFigures:
    """Return the figures that an official may see, at most a minute old. Raises NotThere for everybody else."""
    granted = [one for one in actor.roles if one.role in OFFICIALS]
    provinces = {one.province for one in granted if one.role is Role.OFFICIAL_PROVINCE}
    seen = frozenset(one for one in provinces if may(actor, Action.VIEW_AGGREGATES, Concern(province=one)))
    sees_nation = any(one.role is Role.OFFICIAL_NATION for one in granted) and may(
        actor, Action.VIEW_AGGREGATES, Concern()
    )
    if not seen and not sees_nation:
        raise NotThere
    figures = _figures(environment)
    return OpenFigures(
        figures.at, environment.catalogue.edition, figures.years(), None if sees_nation else seen, figures
    )


def open_public_figures(environment: Environment) -> PublicFigures:
    """Return the figures of the whole nation, at most a minute old; whoever calls has asked whether they are open."""
    figures = _figures(environment)
    return PublicFigures(figures.at, environment.catalogue.edition, figures.years(), frozenset(), figures)


def open_group_figures(environment: Environment) -> GroupFigures:
    """Return what firms compare themselves with, at most a minute old; whoever calls has asked the permission."""
    figures = _figures(environment)
    return GroupFigures(figures.at, figures.years(), figures)


def _figures(environment: Environment) -> Figures:
    @contextmanager
    def counting() -> Iterator[Counting]:
        with transaction(environment) as repository:
            yield repository.counting

    return environment.figures.current(
        environment.now(), environment.read_database.reading, counting, environment.edition
    )


# --- What a province aims at


MOST_TARGET = 1_000_000


def may_set_target(actor: Actor, province: str) -> bool:
    """Tell whether somebody may say what a province aims at."""
    return may(actor, Action.SET_TARGET, Concern(province=province))


def target_of(environment: Environment, actor: Actor, province: str) -> int | None:
    """Return how many enterprises of a province are to have a programme; None where nobody said. Raises NotThere."""
    require(actor, Action.VIEW_AGGREGATES, Concern(province=province))
    with reading(environment) as repository:
        kept = repository.setting(f"target.{province}")
    return int(kept) if kept else None


def set_target(environment: Environment, actor: Actor, province: str, target: int | None) -> None:
    """Keep what a province aims at; None for nothing. Raises NotThere, BadInput("number-out-of-range")."""
    require(actor, Action.SET_TARGET, Concern(province=province))
    if province not in environment.catalogue.provinces:
        raise NotThere
    if target is not None and not 1 <= target <= MOST_TARGET:
        raise BadInput("number-out-of-range", field="target", value=target, least=1, most=MOST_TARGET)
    with transaction(environment, actor) as repository:
        repository.set_setting(f"target.{province}", "" if target is None else str(target))
