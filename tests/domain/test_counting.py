"""Results enter the figures together: whatever is shown of a group changes by five enterprises at least, or not."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from core.domain.statistics.counting import Waiting, ready
from core.domain.statistics.suppression import MINIMUM_GROUP

GROUPS = st.frozensets(st.sampled_from("abcdef"), min_size=1, max_size=3)
WAITING = st.dictionaries(st.integers(0, 99), st.builds(Waiting, GROUPS, st.booleans()), max_size=25)
SIZES = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12))


@given(WAITING, SIZES)
def test_a_group_that_is_shown_changes_by_five_fresh_ones_or_not_at_all(waiting, sizes):
    chosen = ready(waiting, sizes)
    fresh = Counter(group for key in chosen for group in waiting[key].groups if waiting[key].is_fresh)
    for group in {group for key in chosen for group in waiting[key].groups}:
        assert fresh[group] >= MINIMUM_GROUP or sizes.get(group, 0) < MINIMUM_GROUP
    assert not chosen or sum(waiting[key].is_fresh for key in chosen) >= MINIMUM_GROUP


@given(st.dictionaries(st.integers(0, 99), st.builds(Waiting, GROUPS), max_size=25), SIZES)
def test_what_may_be_counted_does_not_wait(waiting, sizes):
    """Of those left out none could have been let in beside the others, nor all of them by themselves."""
    chosen = ready(waiting, sizes)
    rest = waiting.keys() - chosen
    assert not ready({key: waiting[key] for key in rest}, sizes)
    for key in rest:
        assert key not in ready({one: waiting[one] for one in (*chosen, key)}, sizes)


def test_four_wait_and_five_do_not():
    four = {number: Waiting(frozenset({"19"})) for number in range(4)}
    assert ready(four, {}) == set()
    assert ready({**four, 5: Waiting(frozenset({"01"}))}, {}) == {0, 1, 2, 3, 5}
    assert ready({**four, 5: Waiting(frozenset({"01"}))}, {"19": 5}) == set()
    assert ready({**four, 5: Waiting(frozenset({"19"}), is_fresh=False)}, {}) == set()
