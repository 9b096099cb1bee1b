"""The running states every indicator is made of.

A state takes bars in blocks of any length, oldest first, and gives a value for each: the
whole history as one block when a model is fitted, a block of one bar when a bar has
closed. There is no second implementation; how the bars are cut into blocks changes the
last digits only (tests hold it to 1e-9). No value looks past its own bar.

A bar that still forms is given to a `fork`: the state itself waits until the bar has closed.

Blocks are (m, k) float64: m instruments, k bars; results have the same shape, NaN while
warming up. The first block decides m.
"""

from functools import lru_cache
from typing import Any, Final, Self

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from terminal.indicators.arrays import FloatArray

_BLOCK: Final = 64


class State:
    """What every state has: a copy that goes on by itself.

    A subclass keeps numbers, states, tuples of states, and arrays that it replaces and never writes into.
    """

    def fork(self) -> Self:
        """Give a copy; whatever either of the two takes from now on, the other does not see."""
        twin = object.__new__(type(self))
        for name, value in vars(self).items():
            setattr(twin, name, _forked(value))
        return twin


def _forked(value: Any) -> Any:
    if isinstance(value, State):
        return value.fork()
    return tuple(map(_forked, value)) if isinstance(value, tuple) else value


class Tail(State):
    """The newest `size` values of a row of blocks; NaN where there were none yet."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: FloatArray | None = None

    def join(self, block: FloatArray) -> FloatArray:
        """Give the kept values with the block behind them, (m, size + k), and keep the newest of it."""
        if self._kept is None:
            self._kept = np.full((block.shape[0], self._size), np.nan)
        joined = np.concatenate([self._kept, block], axis=1)
        self._kept = joined[:, joined.shape[1] - self._size :].copy()
        return joined


class Lag(State):
    """The value `bars` bars ago."""

    def __init__(self, bars: int) -> None:
        self._tail = Tail(bars)

    def extend(self, block: FloatArray) -> FloatArray:
        return self._tail.join(block)[:, : block.shape[1]]


class Window(State):
    """The last `period` values at every bar."""

    def __init__(self, period: int) -> None:
        self._period = period
        self._tail = Tail(period - 1)

    def extend(self, block: FloatArray) -> FloatArray:
        """Give (m, k, period), a view; a window that is not full yet holds NaN."""
        if block.shape[1] == 0:
            return np.empty((*block.shape, self._period))
        return windows(self._tail.join(block), self._period)


class RollingSum(State):
    def __init__(self, period: int) -> None:
        self._window = Window(period)

    def extend(self, block: FloatArray) -> FloatArray:
        return np.asarray(self._window.extend(block).sum(axis=-1))


class Sma(State):
    """Mean of the last `period` values, first at index period - 1."""

    def __init__(self, period: int) -> None:
        self._window = Window(period)

    def extend(self, block: FloatArray) -> FloatArray:
        return np.asarray(self._window.extend(block).mean(axis=-1))


class RollingStd(State):
    """Population standard deviation of the last `period` values."""

    def __init__(self, period: int) -> None:
        self._window = Window(period)

    def extend(self, block: FloatArray) -> FloatArray:
        return np.asarray(self._window.extend(block).std(axis=-1))


class RecursiveMean(State):
    """y += alpha * (x - y), seeded with the mean of the first `period` values that are numbers.

    Leading bars with a NaN in any row are passed over; later NaN stay in the state. Runs in
    blocks of bars as one small matrix product each, so no Python loop goes over single bars.
    """

    def __init__(self, period: int, alpha: float) -> None:
        self._period = period
        self._alpha = alpha
        self._seeds: FloatArray | None = None
        self._state: FloatArray | None = None

    def extend(self, block: FloatArray) -> FloatArray:
        result = np.full_like(block, np.nan)
        start = self._seed(block, result) if self._state is None else 0
        state = self._state
        if state is None:
            return result
        kernel, decay = _kernel(self._alpha)
        for first in range(start, block.shape[1], _BLOCK):
            part = block[:, first : first + _BLOCK]
            size = part.shape[1]
            smooth = part @ kernel[:size, :size].T + state[:, None] * decay[:size]
            result[:, first : first + size] = smooth
            state = smooth[:, -1]
        self._state = state
        return result

    def _seed(self, block: FloatArray, result: FloatArray) -> int:
        """Collect seeds; gives the index of the first bar after them."""
        seeds = block[:, :0] if self._seeds is None else self._seeds
        begin = 0
        if seeds.shape[1] == 0:
            known = ~np.isnan(block).any(axis=0)
            begin = int(np.argmax(known)) if known.any() else block.shape[1]
        end = int(min(begin + self._period - seeds.shape[1], block.shape[1]))
        self._seeds = seeds = np.concatenate([seeds, block[:, begin:end]], axis=1)
        if seeds.shape[1] == self._period:
            self._state = seeds.mean(axis=1)
            result[:, end - 1] = self._state
        return end


def ema_state(period: int) -> RecursiveMean:
    """EMA: seeded with the simple mean, then y += 2 / (period + 1) * (x - y)."""
    return RecursiveMean(period, 2.0 / (period + 1.0))


def wilder_state(period: int) -> RecursiveMean:
    """Wilder's mean: seeded with the simple mean, then y += (x - y) / period."""
    return RecursiveMean(period, 1.0 / period)


def windows(values: FloatArray, period: int) -> FloatArray:
    """Every run of `period` neighbours, shape (m, n - period + 1, period); a view, not a copy."""
    return sliding_window_view(values, period, axis=1)


def ratio(top: FloatArray, bottom: FloatArray) -> FloatArray:
    """Quotient; 0 where nothing is there to divide by, NaN where an input is NaN."""
    empty = np.where(np.isnan(top) | np.isnan(bottom), np.nan, 0.0)
    return np.divide(top, bottom, out=empty, where=bottom > 0.0)


@lru_cache(maxsize=32)
def _kernel(alpha: float) -> tuple[FloatArray, FloatArray]:
    """Weights of a block's own values (lower triangle) and of the state before it."""
    steps = np.arange(1, _BLOCK + 1, dtype=np.float64)
    decay: FloatArray = (1.0 - alpha) ** steps
    lags = steps[:, None] - steps[None, :]
    kernel: FloatArray = np.where(lags >= 0, alpha * (1.0 - alpha) ** np.maximum(lags, 0), 0.0)
    kernel.flags.writeable = decay.flags.writeable = False  # shared between states
    return kernel, decay
