from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from terminal.storage.journal.recover import evenly


def test_short_lists_stay_whole():
    assert evenly([], 5) == []
    assert evenly([1, 2, 3], 3) == [1, 2, 3]


def test_both_ends_are_kept():
    assert evenly(list(range(101)), 5) == [0, 25, 50, 75, 100]


@given(st.integers(0, 3000), st.integers(2, 200))
def test_steps_differ_by_at_most_one(length, most):
    picked = evenly(list(range(length)), most)
    assert len(picked) == min(length, most)
    steps = {later - earlier for earlier, later in pairwise(picked)}
    assert not steps or max(steps) - min(steps) <= 1
