"""Indicators over a whole series at once."""

from math import isqrt
from typing import Final

import numpy as np

from terminal.ui.charts.series.merge import Floats

_SHORTEST: Final = 16


def ema(values: Floats, period: int) -> Floats:
    """Give the exponential moving average with weight 2 / (period + 1), begun at the first value.

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


class RunningEma:
    """An EMA kept in step with a series whose last value changes or which grows at the end."""

    def __init__(self, period: int, values: Floats) -> None:
        self.period = period
        self._weight = 2 / (period + 1)
        self._data = ema(values, period)
        self._size = len(self._data)

    @property
    def values(self) -> Floats:
        """(n,) float64 view."""
        return self._data[: self._size]

    def follow(self, values: Floats) -> None:
        """Take the last value and any that came after; values before stay as they were."""
        if self._size == 0 or len(values) < self._size:
            self._data = ema(values, self.period)
            self._size = len(self._data)
            return
        start = self._size - 1
        if len(values) > len(self._data):
            grown = np.empty(max(1_024, len(values) * 2))
            grown[: self._size] = self._data[: self._size]
            self._data = grown
        for index in range(start, len(values)):
            before = self._data[index - 1] if index else values[0]
            self._data[index] = before + self._weight * (values[index] - before)
        self._size = len(values)
