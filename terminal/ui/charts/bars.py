"""The bars behind a chart: growing arrays and a pyramid of coarser bars above them.

Level 0 holds the bars, each level above holds one bar for four below it, so any
number of bars draws as about one column a pixel. GUI thread only.
"""

from collections.abc import Sequence
from operator import attrgetter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from terminal.domain.market import Candle

Floats = NDArray[np.float64]
Times = NDArray[np.int64]

OPEN, HIGH, LOW, CLOSE, VOLUME = range(5)
_PRICES: Final = attrgetter("open", "high", "low", "close", "volume")  # a candle's row
FACTOR: Final = 4  # bars of one level in a bar of the next
_TOP_SIZE: Final = 64  # no further level above one as small as this
_FIRST_CAPACITY: Final = 1_024


class _Level:
    """Rows O H L C V of one level, in an array that doubles when it is full."""

    def __init__(self, rows: Floats) -> None:
        self.size = rows.shape[1]
        self._data = np.empty((5, max(_FIRST_CAPACITY, self.size * 5 // 4)))
        self._data[:, : self.size] = rows

    @property
    def rows(self) -> Floats:
        """(5, size) float64 view: O H L C V."""
        return self._data[:, : self.size]

    def put(self, index: int, column: Floats) -> None:
        """Write a bar; `index` may be one past the end."""
        if index == self._data.shape[1]:
            grown = np.empty((5, index * 2))
            grown[:, :index] = self._data
            self._data = grown
        self._data[:, index] = column
        self.size = max(self.size, index + 1)


class Bars:
    """One series of bars, oldest first.

    `append` and `update_last` cost the same at any length: one column a level.
    """

    def __init__(self, interval_ms: int, open_ms: Times | None = None, rows: Floats | None = None) -> None:
        """Take a series.

        Args:
            interval_ms: length of a bar.
            open_ms: (n,) int64, Unix ms, rising.
            rows: (5, n) float64: O H L C V.
        """
        self.interval_ms = interval_ms
        first = np.empty((5, 0)) if rows is None else rows
        times = np.empty(0, dtype=np.int64) if open_ms is None else open_ms
        if first.shape != (5, len(times)):
            raise ValueError(f"{len(times)} times do not fit rows of shape {first.shape}; give (5, n) rows")
        self._times = np.empty(max(_FIRST_CAPACITY, len(times) * 5 // 4), dtype=np.int64)
        self._times[: len(times)] = times
        self._levels = [_Level(first)]
        while self._levels[-1].size > _TOP_SIZE:
            self._levels.append(_Level(aggregate(self._levels[-1].rows)))

    @classmethod
    def from_candles(cls, interval_ms: int, candles: Sequence[Candle]) -> "Bars":
        """Copy candles, oldest first."""
        count = len(candles)
        rows = np.array(list(map(_PRICES, candles)), dtype=np.float64).reshape(count, 5).T
        times = np.fromiter((candle.open_ms for candle in candles), np.int64, count)
        return cls(interval_ms, times, rows)

    def __len__(self) -> int:
        count: int = self._levels[0].size
        return count

    @property
    def open_ms(self) -> Times:
        """(n,) int64 view: opening times, Unix ms."""
        return self._times[: len(self)]

    @property
    def level_count(self) -> int:
        return len(self._levels)

    def level(self, number: int = 0) -> Floats:
        """(5, size) float64 view of a level: O H L C V; level k has a bar for 4**k bars."""
        return self._levels[number].rows

    def level_for(self, bar_px: float, column_px: float) -> int:
        """Give the lowest level whose columns are at least `column_px` wide when a bar is `bar_px`."""
        number = 0
        while bar_px < column_px and number < len(self._levels) - 1:
            bar_px *= FACTOR
            number += 1
        return number

    def append(self, open_ms: int, bar: Sequence[float]) -> None:
        """Add the next bar (O H L C V).

        Raises:
            ValueError: it does not begin after the newest one.
        """
        index = len(self)
        if index and open_ms <= self._times[index - 1]:
            raise ValueError(f"bar at {open_ms} does not follow the newest one at {self._times[index - 1]}")
        if index == len(self._times):
            self._times = np.concatenate((self._times, np.empty_like(self._times)))
        self._times[index] = open_ms
        self._levels[0].put(index, np.asarray(bar, dtype=np.float64))
        self._rise(index)

    def update_last(self, bar: Sequence[float]) -> None:
        """Replace the newest bar's O H L C V.

        Raises:
            ValueError: there is no bar yet.
        """
        if not len(self):
            raise ValueError("there is no bar to update yet; append one first")
        index = len(self) - 1
        self._levels[0].put(index, np.asarray(bar, dtype=np.float64))
        self._rise(index)

    def extent(self, first: int, last: int) -> tuple[float, float] | None:
        """Give the lowest low and highest high of bars `first` to `last` - 1; None when there are none.

        Exact, in a handful of short slices at any length: ragged ends are read on
        the fine levels, what lies between on the coarse ones.
        """
        first, last = max(0, first), min(len(self), last)
        if first >= last:
            return None
        low, high = np.inf, -np.inf
        for level in self._levels:
            inner = -(-first // FACTOR) * FACTOR
            outer = last // FACTOR * FACTOR
            whole = level is self._levels[-1] or inner >= outer
            for start, stop in ((first, last),) if whole else ((first, inner), (outer, last)):
                if start < stop:
                    low = min(low, float(np.min(level.rows[LOW, start:stop])))
                    high = max(high, float(np.max(level.rows[HIGH, start:stop])))
            if whole:
                break
            first, last = inner // FACTOR, outer // FACTOR
        return low, high

    def place_of(self, at_ms: int) -> float:
        """Give the index at which a moment stands: a bar's own inside the series, beyond it by the clock."""
        times = self.open_ms
        if not len(times):
            return 0.0
        if at_ms < times[0]:
            return float(at_ms - times[0]) / self.interval_ms
        if at_ms > times[-1]:
            return len(times) - 1 + float(at_ms - times[-1]) / self.interval_ms
        return float(np.searchsorted(times, at_ms, side="left"))

    def time_at(self, index: float) -> int:
        """Give the opening time of the bar at an index, beyond the series by the clock; Unix ms."""
        times = self.open_ms
        if not len(times):
            return 0
        inside = min(max(int(np.floor(index + 0.5)), 0), len(times) - 1)
        return int(times[inside]) + round(index - inside) * self.interval_ms

    def index_of(self, at_ms: int) -> int:
        """Give the bar in which a moment lies; -1 before the first."""
        return int(np.searchsorted(self.open_ms, at_ms, side="right")) - 1

    def _rise(self, index: int) -> None:
        """Bring the levels above a changed bar up to date."""
        for below, above in zip(self._levels, self._levels[1:], strict=False):
            index //= FACTOR
            above.put(index, _merged(below.rows[:, index * FACTOR : (index + 1) * FACTOR]))
        if self._levels[-1].size > _TOP_SIZE:
            self._levels.append(_Level(aggregate(self._levels[-1].rows)))


def aggregate(rows: Floats) -> Floats:
    """Merge every four bars into one: (5, n) gives (5, ceil(n / 4))."""
    count = rows.shape[1]
    whole = count // FACTOR
    merged = np.empty((5, -(-count // FACTOR)))
    first, second, third, fourth = (rows[:, part : whole * FACTOR : FACTOR] for part in range(FACTOR))
    merged[OPEN, :whole] = first[OPEN]
    merged[HIGH, :whole] = np.maximum(np.maximum(first[HIGH], second[HIGH]), np.maximum(third[HIGH], fourth[HIGH]))
    merged[LOW, :whole] = np.minimum(np.minimum(first[LOW], second[LOW]), np.minimum(third[LOW], fourth[LOW]))
    merged[CLOSE, :whole] = fourth[CLOSE]
    merged[VOLUME, :whole] = first[VOLUME] + second[VOLUME] + third[VOLUME] + fourth[VOLUME]
    if whole * FACTOR < count:
        merged[:, -1] = _merged(rows[:, whole * FACTOR :])
    return merged


def _merged(block: Floats) -> Floats:
    """Merge one to four bars into one column."""
    return np.array((block[OPEN, 0], block[HIGH].max(), block[LOW].min(), block[CLOSE, -1], block[VOLUME].sum()))
