"""What of a handed-in assessment enters the figures, and when: never alone, so that no one result shows by itself.

A result is one narrow row: where the enterprise belongs, its scores in hundredths of a point, and one letter for each
question of the edition, in order of the catalogue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor
from typing import Protocol, TypeVar

from core.domain.assessment import Answers, RegisterFacts
from core.domain.catalogue import Catalogue
from core.domain.findings import find_gaps
from core.domain.profile import Profile
from core.domain.scorecard import Mark, Scorecard, ScoreKind
from core.domain.scoring import score
from core.domain.sizing import size_class
from core.domain.statistics.figures import Dimension
from core.domain.statistics.suppression import MINIMUM_GROUP

SCORE_WIDTH = 5
"""Digits of a score in hundredths: "10000" is 100 points; blanks where a topic has none."""
UNKNOWN, NOT_APPLICABLE, UNANSWERED, OUT_OF_SCOPE = "?", "-", " ", "."
"""What stands for an answer without a level."""
GAP, FAILED_GATE, AT_TARGET, NO_TARGET = "1", "2", "0", "."
"""What stands for an answer beside its target. A failed gate is a gap too."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an enterprise belongs; the empty text where that is not known."""

    province: str
    sector: str
    size: str
    kind: str

    def value(self, dimension: Dimension) -> str:
        return {
            Dimension.PROVINCE: self.province,
            Dimension.SECTOR: self.sector,
            Dimension.SIZE: self.size,
            Dimension.KIND: self.kind,
        }[dimension]


class Counted(Protocol):
    """What is counted of an enterprise in a year."""

    @property
    def place(self) -> Place: ...

    @property
    def year(self) -> int: ...


@dataclass(frozen=True, slots=True)
class CountedResult:
    """The result of an enterprise in a year: of the latest assessment that it handed in, as reviewed where it was.

    Scores in hundredths of a point, half up. topics: SCORE_WIDTH digits for each topic. answers, marks: one letter for
    each question, see UNKNOWN and GAP; both, and `topics`, of the validated answers where there are such.
    """

    place: Place
    edition: str
    year: int
    month: int
    self_score: int
    self_level: int
    validated_score: int | None
    validated_level: int | None
    topics: str
    answers: str
    marks: str


def place_of(profile: Profile, catalogue: Catalogue) -> Place:
    """Return where an enterprise belongs, by its profile."""
    size = size_class(profile, catalogue.method, catalogue.vsic).size
    return Place(profile.province, profile.sector, size.value if size else "", profile.kind.value)


def counted_result(
    catalogue: Catalogue,
    profile: Profile,
    declared: Answers,
    validated: Answers | None,
    register: RegisterFacts,
    handed_in: date,
) -> CountedResult:
    """Return what is counted of an assessment that was handed in on a day; validated None: it is not reviewed.

    The assessment must have a score: without one nothing can be handed in.
    """
    own = score(catalogue, profile, declared, register)
    checked = score(catalogue, profile, validated, register, ScoreKind.VALIDATED) if validated is not None else None
    answers, scorecard = (declared, own) if validated is None or checked is None else (validated, checked)
    gaps = {
        one.question: FAILED_GATE if one.gate_failed else GAP
        for one in find_gaps(catalogue, profile, answers, scorecard, register, handed_in)
    }
    marks = {one.question: one.mark for topic in scorecard.topics for one in topic.questions}
    self_score, self_level = _figures(own)
    validated_score, validated_level = _figures(checked) if checked else (None, None)
    return CountedResult(
        place=place_of(profile, catalogue),
        edition=catalogue.edition,
        year=handed_in.year,
        month=handed_in.month,
        self_score=self_score,
        self_level=self_level,
        validated_score=validated_score,
        validated_level=validated_level,
        topics="".join(_written(topic.low) for topic in scorecard.topics),
        answers="".join(_answer(marks.get(one), answers, one) for one in catalogue.questions),
        marks="".join(
            gaps.get(one) or (NO_TARGET if marks.get(one) in (None, Mark.NOT_APPLICABLE) else AT_TARGET)
            for one in catalogue.questions
        ),
    )


def hundredths(value: Fraction) -> int:
    """Return a score in hundredths of a point, half up."""
    return floor(value * 100 + Fraction(1, 2))


def _figures(scorecard: Scorecard) -> tuple[int, int]:
    assert scorecard.low is not None
    assert scorecard.level_low is not None
    return hundredths(scorecard.low), scorecard.level_low.level


def _written(value: Fraction | None) -> str:
    return f"{hundredths(value):0{SCORE_WIDTH}}" if value is not None else " " * SCORE_WIDTH


def _answer(mark: Mark | None, answers: Answers, question: str) -> str:
    if mark is None:
        return OUT_OF_SCOPE
    letters = {Mark.UNKNOWN: UNKNOWN, Mark.NOT_APPLICABLE: NOT_APPLICABLE, Mark.UNANSWERED: UNANSWERED}
    return letters.get(mark) or str(answers[question].level)


# --- Together or not at all


Group = tuple[Hashable, ...]
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits to be counted, and the groups in which it would change a figure.

    is_fresh: never counted as it is; what was counted once and waits again does not help others in.
    """

    groups: frozenset[Group]
    is_fresh: bool = True


def groups_of(counted: Counted) -> frozenset[Group]:
    """Return the groups whose figures something enters: its year, and there its province, trade, size and kind."""
    by_dimension = ((counted.year, one.value, counted.place.value(one)) for one in Dimension)
    return frozenset({(counted.year,), *by_dimension})


def ready(waiting: Mapping[Key, Waiting], sizes: Mapping[Group, int]) -> Set[Key]:
    """Return what can be counted now, all at once: the most so that a group that is shown changes by five or by none.

    sizes: how many are counted in a group. One of fewer than five is not shown yet and hinders nobody; what was counted
    there once and waits again is taken as being there, and so is the one for whose sake it waits.
    """
    there: Counter[Group] = Counter(sizes)
    returning = Counter(group for one in waiting.values() if not one.is_fresh for group in one.groups)
    there.update({group: count + 1 for group, count in returning.items()})
    chosen = dict(waiting)
    while chosen:
        fresh: Counter[Group] = Counter()
        for one in chosen.values():
            if one.is_fresh:
                fresh.update(one.groups)
        if sum(one.is_fresh for one in chosen.values()) < MINIMUM_GROUP:
            return set()
        kept = {
            key: one
            for key, one in chosen.items()
            if all(fresh[group] >= MINIMUM_GROUP or there[group] < MINIMUM_GROUP for group in one.groups)
        }
        if len(kept) == len(chosen):
            return kept.keys()
        chosen = kept
    return set()
