"""A recursive mean of a whole series at once, without warm-up; indicators have theirs in `terminal.indicators`."""

from math import isqrt
from typing import Final

import numpy as np

from terminal.ui.charts.series.merge import Floats

_SHORTEST: Final = 16


def recursive_mean(values: Floats, period: int) -> Floats:
    """Give the exponential mean with weight 2 / (period + 1), begun at the first value.

    The series is cut into blocks, and the recursion runs over all blocks at once, place by place;
    only the last value of each block is carried on by hand. (As a product of matrices it would
    wake the threads of the linear algebra library, which wait for each other on a busy machine.)

    Args:
        values: (n,) float64.
        period: at least 1.

    Returns:
        (n,) float64.
    """
    count = len(values)
    if not count:
        return np.empty(0)
    weight = 2 / (period + 1)
    keep = 1 - weight
    length = max(_SHORTEST, isqrt(count))
    blocks = -(-count // length)
    padded = np.zeros(blocks * length)
    padded[:count] = values
    inside = np.ascontiguousarray(padded.reshape(blocks, length).T) * weight  # (place, block)
    for place in range(1, length):
        inside[place] += keep * inside[place - 1]
    fade = keep ** np.arange(1, length + 1)
    carried, last = np.empty(blocks), float(values[0])
    for block, end in enumerate(inside[-1].tolist()):
        carried[block] = last
        last = end + float(fade[-1]) * last
    inside += fade[:, None] * carried
    averages: Floats = inside.T.ravel()[:count]
    return averages
