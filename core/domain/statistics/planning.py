"""What a budget would close: courses for enterprises with gaps, the one with most gaps closed for each đồng first.

Pure arithmetic on numbers that may be told to anybody. Costs and sizes of courses are those that an official typed.
Courses for one topic are alike: each takes in `seats` enterprises, the last the rest, and of each it is taken to close
as many gaps as an enterprise with a gap in the topic has on average. Taking the best for each đồng first is not always
the very most that a budget can buy; it can be said in one sentence, and lags behind by less than one course at a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Need:
    """Gaps of a topic, and the enterprises that have one at least; several gaps of one enterprise count each."""

    topic: str
    gaps: int
    firms: int


@dataclass(frozen=True, slots=True)
class Course:
    """A course that closes a need: what one costs in whole đồng, and how many enterprises it takes; both above 0."""

    need: Need
    cost_vnd: int
    seats: int


@dataclass(frozen=True, slots=True)
class Bought:
    """Courses of one topic that a budget pays for. gaps: what they close, exactly; firms: how many take part."""

    course: Course
    courses: int
    firms: int
    gaps: Fraction
    cost_vnd: int

    @property
    def gaps_per_million(self) -> Fraction:
        """Gaps that a million đồng closes with these courses; 0 where nothing was bought."""
        return self.gaps * 1_000_000 / self.cost_vnd if self.cost_vnd else Fraction(0)


@dataclass(frozen=True, slots=True)
class Allotment:
    """What becomes of a budget, in the order in which it was spent; courses that nothing was left for stand last."""

    bought: tuple[Bought, ...]
    budget_vnd: int

    @property
    def spent_vnd(self) -> int:
        return sum(one.cost_vnd for one in self.bought)

    @property
    def left_vnd(self) -> int:
        return self.budget_vnd - self.spent_vnd

    @property
    def gaps(self) -> Fraction:
        return sum((one.gaps for one in self.bought), Fraction(0))


@dataclass(frozen=True, slots=True)
class _Offer:
    """Courses with the same number of enterprises in each."""

    course: Course
    courses: int
    firms: int

    @property
    def gaps(self) -> Fraction:
        return Fraction(self.course.need.gaps * self.firms, self.course.need.firms)


def allot(budget_vnd: int, courses: Iterable[Course]) -> Allotment:
    """Spend a budget, in whole courses, on what closes most gaps for each đồng; ties go by topic.

    When the next best costs more than is left, a cheaper one further down is still bought. A need without enterprises
    is left out.
    """
    offers = [offer for course in courses for offer in _offers(course)]
    offers.sort(key=lambda one: (-one.gaps / one.course.cost_vnd, one.course.need.topic))
    left, bought = budget_vnd, dict[str, Bought]()
    for offer in offers:
        course = offer.course
        count = min(offer.courses, left // course.cost_vnd)
        left -= count * course.cost_vnd
        before = bought.get(course.need.topic, Bought(course, 0, 0, Fraction(0), 0))
        bought[course.need.topic] = Bought(
            course,
            before.courses + count,
            before.firms + count * offer.firms,
            before.gaps + count * offer.gaps,
            before.cost_vnd + count * course.cost_vnd,
        )
    return Allotment(tuple(sorted(bought.values(), key=lambda one: not one.courses)), budget_vnd)


def _offers(course: Course) -> Iterable[_Offer]:
    full, rest = divmod(course.need.firms, course.seats)
    if full:
        yield _Offer(course, full, course.seats)
    if rest:
        yield _Offer(course, 1, rest)


def ordered(needs: Iterable[Need]) -> tuple[tuple[Need, int], ...]:
    """Return needs, most gaps first, each with the share of all gaps that it and those before it have, in percent.

    Shares are whole, half up; ties go by topic. 0 where there is no gap at all.
    """
    found = sorted(needs, key=lambda one: (-one.gaps, one.topic))
    total, reached, lines = sum(one.gaps for one in found), 0, []
    for one in found:
        reached += one.gaps
        lines.append((one, (200 * reached + total) // (2 * total) if total else 0))
    return tuple(lines)
