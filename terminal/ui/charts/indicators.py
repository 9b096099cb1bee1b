"""Indicators over a whole series at once."""

from typing import Final

import numpy as np

from terminal.ui.charts.bars import Floats

_BLOCK: Final = 64


def ema(values: Floats, period: int) -> Floats:
    """Give the exponential moving average with weight 2 / (period + 1), begun at the first value.

    The recursion is cut into blocks: inside a block it is one matrix product, and only
    the last value of each block is carried on by hand.

    Args:
        values: (n,) float64.
        period: at least 1.

    Returns:
        (n,) float64.
    """
    if not len(values):
        return np.empty(0)
    weight = 2 / (period + 1)
    keep = 1 - weight
    steps = np.arange(_BLOCK)
    powers = keep ** np.maximum(steps[:, None] - steps[None, :], 0)
    kernel = np.tril(powers) * weight  # kernel[i, j]: share of value j in the average at i
    fade = keep ** (steps + 1)
    blocks = -(-len(values) // _BLOCK)
    padded = np.zeros(blocks * _BLOCK)
    padded[: len(values)] = values
    inside = padded.reshape(blocks, _BLOCK) @ kernel.T
    carried = np.empty(blocks)
    last = float(values[0])
    ends, full_fade = inside[:, -1].tolist(), float(fade[-1])
    for block in range(blocks):
        carried[block] = last
        last = ends[block] + full_fade * last
    averages: Floats = (inside + carried[:, None] * fade).ravel()[: len(values)]
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
