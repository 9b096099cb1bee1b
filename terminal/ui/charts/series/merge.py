"""Merging four bars into one, and the rows bars are kept in."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

OPEN, HIGH, LOW, CLOSE, VOLUME = range(5)
FACTOR: Final = 4  # bars of one level in a bar of the next


def merge_into(above: Floats, below: Floats, used: tuple[int, int], first: int, last: int) -> None:
    """Make the merged bars `first` to `last` - 1 of a level from the level below.

    A merged bar covers the places 4 k to 4 k + 3 below, as far as they are used: the first and
    the last one may be ragged.

    Args:
        above: (5, m) float64 O H L C V, written to.
        below: (5, n) float64 O H L C V.
        used: first place of `below` that holds a bar, and one past the last.
        first: first merged bar to make.
        last: one past the last.
    """
    begin, end = max(used[0], first * FACTOR), min(used[1], last * FACTOR)
    whole_first, whole_last = -(-begin // FACTOR), end // FACTOR
    if whole_first > whole_last or last - first == 1:
        for block in range(first, last):
            _merge_ragged(above, below, block, max(begin, block * FACTOR), min(end, (block + 1) * FACTOR))
        return
    if first < whole_first:
        _merge_ragged(above, below, first, begin, whole_first * FACTOR)
    if whole_last < last:
        _merge_ragged(above, below, whole_last, whole_last * FACTOR, end)
    _merge_whole(above, below, whole_first, whole_last)


def _merge_whole(above: Floats, below: Floats, first: int, last: int) -> None:
    """Merge blocks that are complete, all at once."""
    fours = below[:, first * FACTOR : last * FACTOR]
    one, two, three, four = (fours[:, part::FACTOR] for part in range(FACTOR))
    made = above[:, first:last]
    made[OPEN] = one[OPEN]
    made[HIGH] = np.maximum(np.maximum(one[HIGH], two[HIGH]), np.maximum(three[HIGH], four[HIGH]))
    made[LOW] = np.minimum(np.minimum(one[LOW], two[LOW]), np.minimum(three[LOW], four[LOW]))
    made[CLOSE] = four[CLOSE]
    made[VOLUME] = one[VOLUME] + two[VOLUME] + three[VOLUME] + four[VOLUME]


def _merge_ragged(above: Floats, below: Floats, block: int, begin: int, end: int) -> None:
    """Merge one block of one to four bars; for so few, plain floats are quicker than arrays."""
    highs, lows = below[HIGH, begin:end].tolist(), below[LOW, begin:end].tolist()
    volumes = below[VOLUME, begin:end].tolist()
    above[:, block] = (below[OPEN, begin], max(highs), min(lows), below[CLOSE, end - 1], sum(volumes))
