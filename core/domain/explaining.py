"""How a score arose, in numbers that add up as they are shown.

The score is exact; its parts are rounded so that their sum is the rounded score to the last digit (largest remainder).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from core.domain.scorecard import Mark, QuestionScore, Scorecard
from core.language import rounded


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one topic adds to the published score: `points` of `most` raw points, and its shown share."""

    topic: str
    weight: int
    points: int
    most: int
    score: Fraction
    share: Decimal


def points_of(question: QuestionScore) -> int:
    """Return w·a of one question in the published score; 0 where it does not count or is unanswered."""
    return question.weight * (question.level or 0)


def most_of(question: QuestionScore) -> int:
    """Return 4·w, the most that a question can give; 0 when it does not apply."""
    return 0 if question.mark is Mark.NOT_APPLICABLE else 4 * question.weight


def contributions(scorecard: Scorecard, decimals: int = 1) -> tuple[Contribution, ...]:
    """Return what each topic adds; the shares sum to the score as `rounded` shows it. Empty without a score."""
    counted = [topic for topic in scorecard.topics if topic.low is not None]
    if scorecard.low is None:
        return ()
    weights = sum(topic.weight for topic in counted)
    exact = [Fraction(topic.weight) * (topic.low or 0) / weights for topic in counted]
    shares = spread(exact, rounded(scorecard.low, decimals), decimals)
    return tuple(
        Contribution(
            topic=topic.topic,
            weight=topic.weight,
            points=sum(points_of(question) for question in topic.questions),
            most=sum(most_of(question) for question in topic.questions),
            score=topic.low or Fraction(0),
            share=share,
        )
        for topic, share in zip(counted, shares, strict=True)
    )


def spread(parts: Sequence[Fraction], total: Decimal, decimals: int) -> list[Decimal]:
    """Round parts down, then give the missing last digits to the largest remainders, so that they sum to `total`.

    `total` must be the sum of the parts rounded to `decimals`.
    """
    scale = 10**decimals
    floors = [floor(part * scale) for part in parts]
    missing = int(total * scale) - sum(floors)
    by_remainder = sorted(range(len(parts)), key=lambda index: (floors[index] - parts[index] * scale, index))
    for index in by_remainder[: max(missing, 0)]:
        floors[index] += 1
    return [(Decimal(value) / scale).quantize(Decimal(1).scaleb(-decimals)) for value in floors]
