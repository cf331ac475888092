"""Which firms of a province come first for support, by criteria and weights that everybody can see and reckon again.

Each criterion gives 0 to 100 points; the rank goes by their weighted mean. Criteria and points are our own choice, not
the law's; weights are an official's. Nothing is guessed: an unknown fact gives no points and is shown as unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from core.domain.catalogue import RiskTier
from core.domain.profile import SizeClass

MOST_WEIGHT = 10
FIRST = 10
"""How many of the ranking are watched when a weight is moved."""
_POINTS_PER_DUTY = 20
_RISK = {RiskTier.LOW: 0, RiskTier.MEDIUM: 50, RiskTier.HIGH: 100}
_SIZE = {SizeClass.MICRO: 100, SizeClass.SMALL: 75, SizeClass.MEDIUM: 50, SizeClass.LARGE: 0}


class Wish(StrEnum):
    """What a firm can ask for."""

    VERIFICATION = "verification"
    TRAINING = "training"
    ADVICE = "advice"
    EQUIPMENT = "equipment"


class Lapse(StrEnum):
    """Why a request no longer names the firm to anybody.

    moved: the firm is in another province, to whose Department nobody agreed. owner: who agreed does not own it any
    more, so that nobody who answers for the firm has agreed.
    """

    MOVED = "moved"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class SupportRequest:
    """What a firm asked the Department of a province for; with it an owner agreed to be named there.

    lapse: why it does not stand any more; None while it does.
    """

    enterprise_id: UUID
    province: str
    wishes: tuple[Wish, ...]
    asked_at: datetime
    lapse: Lapse | None = None


class Criterion(StrEnum):
    """What firms are ranked by.

    readiness: the score handed in. impact: legal duties not met, 20 points each up to five. risk: the tier of uses and
    trade, 0, 50 or 100. size: 100 for micro, 75 for small, 50 for medium, 0 for large.
    """

    READINESS = "readiness"
    IMPACT = "impact"
    RISK = "risk"
    SIZE = "size"


Weights = Mapping[Criterion, int]
"""A weight from 0 to MOST_WEIGHT for each criterion; one that is missing counts 0."""

EVEN: Weights = dict.fromkeys(Criterion, 1)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A firm that asked and agreed, by what it handed in last; None where it is not known. score: from 0 to 100."""

    id: UUID
    name: str
    asked_at: datetime
    score: Fraction | None
    duties_failed: int | None
    risk: RiskTier
    size: SizeClass | None
    wishes: tuple[Wish, ...] = ()

    def points(self, criterion: Criterion) -> Fraction | None:
        """Return 0 to 100 points; None where the fact is not known."""
        match criterion:
            case Criterion.READINESS:
                return self.score
            case Criterion.IMPACT:
                return None if self.duties_failed is None else Fraction(min(100, _POINTS_PER_DUTY * self.duties_failed))
            case Criterion.RISK:
                return Fraction(_RISK[self.risk])
            case Criterion.SIZE:
                return None if self.size is None else Fraction(_SIZE[self.size])


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its place from 1 on and its points from 0 to 100."""

    place: int
    candidate: Candidate
    points: Fraction


def points_of(candidate: Candidate, weights: Weights) -> Fraction:
    """Return the weighted mean of the points, 0 where all weights are 0."""
    whole = sum(weights.values())
    if not whole:
        return Fraction(0)
    weighted = (weights.get(one, 0) * (candidate.points(one) or Fraction(0)) for one in Criterion)
    return sum(weighted, Fraction(0)) / whole


def ranked(candidates: Sequence[Candidate], weights: Weights) -> tuple[Ranked, ...]:
    """Return candidates, most points first; of two with the same points, who asked first."""
    found = [(one, points_of(one, weights)) for one in candidates]
    found.sort(key=lambda pair: (-pair[1], pair[0].asked_at, pair[0].id))
    return tuple(Ranked(place, one, points) for place, (one, points) in enumerate(found, start=1))


@dataclass(frozen=True, slots=True)
class Shift:
    """What becomes of the first ten when one weight is another. entering, leaving: in order of their places.

    first: who takes the first place then; None where nobody else does.
    """

    criterion: Criterion
    weight: int
    entering: tuple[Candidate, ...]
    leaving: tuple[Candidate, ...]
    first: Candidate | None


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How a ranking moves when each weight alone goes one down and one up.

    spans: candidate → best and worst of its places, the one at the chosen weights among them.
    """

    shifts: tuple[Shift, ...]
    spans: Mapping[UUID, tuple[int, int]]


def sensitivity(candidates: Sequence[Candidate], weights: Weights) -> Sensitivity:
    """Move each weight one down and one up, as far as it goes, and tell what becomes of the places."""
    before = ranked(candidates, weights)
    spans = {one.candidate.id: (one.place, one.place) for one in before}
    first = [one.candidate for one in before[:FIRST]]
    shifts = []
    for criterion, weight in _moves(weights):
        after = ranked(candidates, {**weights, criterion: weight})
        for one in after:
            best, worst = spans[one.candidate.id]
            spans[one.candidate.id] = min(best, one.place), max(worst, one.place)
        later = [one.candidate for one in after[:FIRST]]
        shifts.append(
            Shift(
                criterion,
                weight,
                entering=tuple(one for one in later if one not in first),
                leaving=tuple(one for one in first if one not in later),
                first=later[0] if later[:1] != first[:1] else None,
            )
        )
    return Sensitivity(tuple(shifts), spans)


def _moves(weights: Weights) -> Iterator[tuple[Criterion, int]]:
    for criterion in Criterion:
        own = weights.get(criterion, 0)
        yield from ((criterion, weight) for weight in (own - 1, own + 1) if 0 <= weight <= MOST_WEIGHT)
