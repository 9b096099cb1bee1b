"""The volume profile against a slow, obvious loop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.indicators.volume_profile import volume_profile

bars = st.lists(
    st.tuples(st.floats(90, 110), st.floats(0.01, 8.0), st.floats(0.0, 50.0)), min_size=1, max_size=40
)  # low, range, volume


def slow_rows(lows, ranges, volumes, edges):
    """Share each bar among the rows by how much of its range lies in each."""
    rows = [0.0] * (len(edges) - 1)
    for low, reach, volume in zip(lows, ranges, volumes, strict=True):
        for row in range(len(rows)):
            inside = min(low + reach, edges[row + 1]) - max(low, edges[row])
            rows[row] += volume * max(0.0, inside) / reach
    return rows


@given(bars, st.integers(1, 30))
def test_each_bar_is_spread_evenly_over_its_range(made, rows):
    lows, ranges, volumes = (np.array(column) for column in zip(*made, strict=True))
    profile = volume_profile(lows + ranges, lows, volumes, rows, 0.7)
    if volumes.sum() == 0:
        assert profile is None
        return
    np.testing.assert_allclose(
        profile.volume, slow_rows(lows, ranges, volumes, profile.edges.tolist()), atol=1e-6 * volumes.sum()
    )
    assert profile.volume.sum() == pytest.approx(volumes.sum())
    assert profile.volume[profile.control] == profile.volume.max()


@given(bars, st.integers(1, 30), st.floats(0.05, 1.0))
def test_the_value_area_holds_its_share_and_its_smaller_end_is_needed(made, rows, share):
    lows, ranges, volumes = (np.array(column) for column in zip(*made, strict=True))
    profile = volume_profile(lows + ranges, lows, volumes + 1.0, rows, share)
    first, last = profile.area
    held = profile.volume[first : last + 1]
    total = profile.volume.sum()
    assert first <= profile.control <= last
    assert held.sum() >= share * total * (1 - 1e-9)
    if len(held) > 1:
        ends = [held[at] for at in (0, -1) if (first, last)[at] != profile.control]
        assert held.sum() - max(ends) < share * total * (1 + 1e-9)


def test_bars_without_a_range_go_where_they_stand():
    prices = np.array([100.0, 100.0, 104.0])
    profile = volume_profile(prices, prices, np.array([1.0, 2.0, 5.0]), 4, 0.5)
    np.testing.assert_allclose(profile.volume, [3.0, 0.0, 0.0, 5.0])
    assert profile.control == 3
    assert profile.middle(3) == pytest.approx(103.5)
    one = volume_profile(prices[:1], prices[:1], np.array([2.0]), 4, 0.5)
    assert one.volume.sum() == pytest.approx(2.0)


def test_without_volume_there_is_no_profile():
    prices = np.array([100.0, 101.0])
    assert volume_profile(prices, prices, np.zeros(2), 10, 0.7) is None
    assert volume_profile(prices[:0], prices[:0], np.zeros(0), 10, 0.7) is None
