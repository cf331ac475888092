"""The result of scoring: numbers with everything needed to explain them.

Scores are exact fractions from 0 to 100; levels and bands are whole numbers from 0 to 4. Rounding is for display only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from core.domain.catalogue import Factor


class ScoreKind(StrEnum):
    """The three scores, by the same function: as declared, capped by evidence, as the reviewer sees it."""

    SELF = "self"
    EVIDENCE = "evidence"
    VALIDATED = "validated"


class Mark(StrEnum):
    """How a question enters the score."""

    LEVEL = "level"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class QuestionScore:
    """One question's part: weight w, counted level a (None when it does not count), and its points w·a of 4·w."""

    question: str
    weight: int
    mark: Mark
    level: int | None
    declared: int | None
    """The level given, where evidence caps it: `level` is what counts."""


@dataclass(frozen=True, slots=True)
class TopicScore:
    """One topic: S_d(low), S_d(high) and how much of it is answered; None where nothing applies."""

    topic: str
    factor: Factor
    weight: int
    low: Fraction | None
    high: Fraction | None
    completeness: Fraction
    questions: tuple[QuestionScore, ...]
    not_applicable_share: Fraction
    """Share of the topic's weight that was called not applicable, from 0 to 1."""

    @property
    def answered(self) -> int:
        return sum(one.mark is not Mark.UNANSWERED for one in self.questions)


@dataclass(frozen=True, slots=True)
class FailedGate:
    """A legal duty that is not met, or is not known to be met.

    certain: it fails in the upper bound too (False: only while the question is unanswered).
    overdue: codes of the register that make it fail whatever was answered.
    """

    question: str
    pass_level: int
    cap: int
    level: int | None
    certain: bool
    overdue: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """One bound of the level and what held it: level = min(band, weakest + 1, caps)."""

    level: int
    band: int
    weakest_topic: str
    weakest_band: int
    gates: tuple[FailedGate, ...]
    """Failed gates of this bound, lowest cap first, then in order of the catalogue."""

    @property
    def held_by_gates(self) -> tuple[FailedGate, ...]:
        """Gates whose cap is the level and lower than the score's own band."""
        return tuple(gate for gate in self.gates if gate.cap == self.level < self.band)

    @property
    def held_by_weakest(self) -> bool:
        return self.weakest_band + 1 == self.level < self.band


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An answer that the register does not bear out.

    declared: the level given; None when the question was called not applicable, or (in_scope False) when the profile
    says that there are no such instruments.
    """

    question: str
    declared: int | None
    overdue: tuple[str, ...]
    in_scope: bool = True


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One score of one assessment. `low` is the published score; it, high and the levels are None without a score."""

    edition: str
    kind: ScoreKind
    topics: tuple[TopicScore, ...]
    low: Fraction | None
    high: Fraction | None
    completeness: Fraction
    level_low: Level | None
    level_high: Level | None
    contradictions: tuple[Contradiction, ...] = ()

    @property
    def has_score(self) -> bool:
        return self.low is not None

    @property
    def is_complete(self) -> bool:
        return self.completeness == 100

    @property
    def answered(self) -> int:
        return sum(topic.answered for topic in self.topics)

    @property
    def applicable(self) -> int:
        """Questions in scope, those called not applicable included."""
        return sum(len(topic.questions) for topic in self.topics)

    def topic(self, topic_id: str) -> TopicScore:
        return next(topic for topic in self.topics if topic.topic == topic_id)


@dataclass(frozen=True, slots=True)
class Finding:
    """A gap: where the answer is, where it should be, how urgent. priority = impact · gap / effort, exact."""

    question: str
    number: str
    topic: str
    factor: Factor
    mark: Mark
    level: int | None
    target: int
    gap: int
    impact: int
    effort: int
    priority: Fraction
    gate_failed: bool
    due: date
    is_quick_win: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the cheapest way: raise a question from one level to another."""

    question: str
    from_level: int
    to_level: int
    effort: int


@dataclass(frozen=True, slots=True)
class CheapestWay:
    """The least total effort that reaches the next level; `exact` is False when a search limit was met.

    to_verify: codes of overdue instruments that must be verified besides, because no answer mends a fact;
    empty when the target level is reached without. Their effort is not counted.
    """

    target_level: int
    steps: tuple[Step, ...]
    effort: int
    exact: bool
    to_verify: tuple[str, ...] = ()
