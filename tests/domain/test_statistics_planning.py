"""A budget for courses: what it buys, and that nothing better for each đồng was passed over."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from core.domain.statistics.planning import Course, Need, allot, ordered

needs = st.integers(0, 60).flatmap(
    lambda firms: st.builds(Need, st.sampled_from("abcdefgh"), st.integers(firms, firms * 8), st.just(firms))
)
courses = st.lists(
    st.builds(Course, needs, st.integers(1, 5_000), st.integers(1, 25)), unique_by=lambda one: one.need.topic
)


def test_a_worked_example():
    """25 firms miss 100 things: a course for ten closes 40 for 8 million. 12 firms miss 12: 10 each 2 million."""
    people, records = Need("people", 100, 25), Need("records", 12, 12)
    found = allot(19_000_000, [Course(records, 2_000_000, 10), Course(people, 8_000_000, 10)])
    # Both close 5 gaps for a million; ties go by topic, and a third course for people would cost too much.
    assert [(one.course.need.topic, one.courses, one.firms, one.gaps) for one in found.bought] == [
        ("people", 2, 20, 80),
        ("records", 1, 10, 10),
    ]
    assert (found.spent_vnd, found.left_vnd, found.gaps) == (18_000_000, 1_000_000, 90)
    assert found.bought[0].gaps_per_million == 5
    whole = allot(26_000_000 + 2_000_000, [Course(records, 2_000_000, 10), Course(people, 8_000_000, 10)])
    assert (whole.gaps, whole.left_vnd) == (112, 0)
    assert allot(7_999_999, [Course(people, 8_000_000, 10)]).bought[0].courses == 0
    assert ordered([records, people]) == ((people, 89), (records, 100))
    assert ordered([Need("a", 0, 0)]) == ((Need("a", 0, 0), 0),)


@given(st.integers(0, 100_000), courses)
def test_never_more_than_the_budget_the_needs_or_what_is_better(budget, offered):
    found = allot(budget, offered)
    assert 0 <= found.spent_vnd <= budget
    for one in found.bought:
        need, course = one.course.need, one.course
        assert one.cost_vnd == one.courses * course.cost_vnd
        assert one.firms == min(need.firms, one.courses * course.seats)
        assert one.gaps == (Fraction(need.gaps * one.firms, need.firms) if need.firms else 0)
        # Whoever is not reached yet could not be paid for with what is left.
        assert one.firms == need.firms or course.cost_vnd > found.left_vnd


@given(st.integers(0, 100_000), courses, st.integers(0, 5_000))
def test_more_budget_for_one_course_never_closes_less(budget, offered, more):
    for one in offered:
        assert allot(budget + more, [one]).gaps >= allot(budget, [one]).gaps


@given(st.lists(needs, max_size=8))
def test_shares_add_up(found):
    lines = ordered(found)
    shares = [share for _, share in lines]
    assert shares == sorted(shares)
    assert not lines or shares[-1] == (100 if any(one.gaps for one in found) else 0)
