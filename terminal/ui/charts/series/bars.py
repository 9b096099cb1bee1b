"""The bars behind a chart: arrays that grow at both ends, and a pyramid of coarser bars above them.

Level 0 holds the bars, each level above one bar for four below it, so any number of bars draws
as about one column a pixel and any range is searched in a handful of short slices. Bars lie at
fixed places of a roomy array; a merged bar covers places that begin at a multiple of its size,
so an older page in front moves nothing and only the merged bars it touches are made anew. New
bars, a changed last bar and older pages cost the same at any length (room doubles when it is
used up). GUI thread only.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from terminal.domain.market import Candle
from terminal.ui.charts.series.merge import CLOSE, FACTOR, HIGH, LOW, OPEN, VOLUME, Floats, merge_into

__all__ = ["CLOSE", "FACTOR", "HIGH", "LOW", "OPEN", "VOLUME", "Bars", "Floats", "Times", "rows_of"]

Times = NDArray[np.int64]

_TOP_SIZE: Final = 64  # no further level above one as small as this
_LEAST_ROOM: Final = 1_024


class Bars:
    """One series of bars, oldest first, indexed from 0; an older page moves every index up."""

    def __init__(self, interval_ms: int, open_ms: Times | None = None, rows: Floats | None = None) -> None:
        """Copy a series.

        Args:
            interval_ms: length of a bar.
            open_ms: (n,) int64, Unix ms, rising.
            rows: (5, n) float64: O H L C V.
        """
        self.interval_ms = interval_ms
        first = np.empty((5, 0)) if rows is None else rows
        times = np.empty(0, dtype=np.int64) if open_ms is None else open_ms
        _check_shape(times, first)
        count = len(times)
        self._begin, self._end = 0, count
        room = max(_LEAST_ROOM, count + count // 4)
        self._times = np.empty(room, dtype=np.int64)
        self._times[:count] = times
        self._levels = [np.empty((5, room))]
        self._levels[0][:, :count] = first
        self._add_levels()

    @classmethod
    def from_candles(cls, interval_ms: int, candles: Sequence[Candle]) -> "Bars":
        """Copy candles, oldest first."""
        return cls(interval_ms, *rows_of(candles))

    def __len__(self) -> int:
        count: int = self._end - self._begin
        return count

    @property
    def open_ms(self) -> Times:
        """(n,) int64 view: opening times, Unix ms."""
        return self._times[self._begin : self._end]

    @property
    def level_count(self) -> int:
        return len(self._levels)

    def level(self, number: int = 0) -> Floats:
        """(5, size) float64 view of a level: O H L C V; a bar of level k covers up to 4**k bars."""
        begin, end = self._span(number)
        return self._levels[number][:, begin:end]

    def origin(self, number: int) -> int:
        """Give the index at which the first bar of a level would begin if it were whole; 0 or below."""
        size: int = FACTOR**number
        return self._span(number)[0] * size - self._begin

    def level_for(self, bar_px: float, column_px: float) -> int:
        """Give the lowest level whose columns are at least `column_px` wide when a bar is `bar_px`."""
        number = 0
        while bar_px < column_px and number < len(self._levels) - 1:
            bar_px *= FACTOR
            number += 1
        return number

    # -- changes --------------------------------------------------------------------

    def append(self, open_ms: int, bar: Sequence[float]) -> None:
        """Add the next bar (O H L C V).

        Raises:
            ValueError: it does not begin after the newest one.
        """
        if self._end > self._begin and open_ms <= self._times[self._end - 1]:
            newest = int(self._times[self._end - 1])
            raise ValueError(f"bar at {open_ms} does not follow the newest one at {newest}")
        if self._end == len(self._times):
            self._make_room(front=0, back=self._end - self._begin)
        at = self._end
        self._times[at] = open_ms
        self._levels[0][:, at] = bar
        self._end += 1
        self._raise_levels(at, at + 1)
        self._add_levels()

    def update_last(self, bar: Sequence[float]) -> None:
        """Replace the newest bar's O H L C V.

        Raises:
            ValueError: there is no bar yet.
        """
        if not len(self):
            raise ValueError("there is no bar to update yet; append one first")
        self._levels[0][:, self._end - 1] = bar
        self._raise_levels(self._end - 1, self._end)

    def prepend(self, open_ms: Times, rows: Floats) -> None:
        """Put an older page in front: (m,) rising times and (5, m) rows. Every index moves up by m.

        Raises:
            ValueError: the page does not end before the first bar.
        """
        _check_shape(open_ms, rows)
        count = len(open_ms)
        if not count:
            return
        if len(self) and open_ms[-1] >= self._times[self._begin]:
            first = int(self._times[self._begin])
            raise ValueError(f"a page that ends at {int(open_ms[-1])} does not lie before the first bar at {first}")
        if self._begin < count:
            self._make_room(front=max(count, len(self)), back=0)
        self._begin -= count
        page = slice(self._begin, self._begin + count)
        self._times[page] = open_ms
        self._levels[0][:, page] = rows
        self._raise_levels(page.start, page.stop)
        self._add_levels()

    def rewrite(self, first: int, rows: Floats) -> None:
        """Replace the values of bars `first` on with (5, m) others; their times stay."""
        begin = self._begin + first
        end = begin + rows.shape[1]
        self._levels[0][:, begin:end] = rows
        self._raise_levels(begin, end)

    # -- reading --------------------------------------------------------------------

    def extent(self, first: int, last: int) -> tuple[float, float] | None:
        """Give the lowest low and highest high of bars `first` to `last` - 1; None when there are none.

        Exact: ragged ends are read on the fine levels, what lies between on the coarse ones.
        """
        first, last = max(0, first) + self._begin, min(len(self), last) + self._begin
        if first >= last:
            return None
        low, high = np.inf, -np.inf
        for data in self._levels:
            inner = -(-first // FACTOR) * FACTOR
            outer = last // FACTOR * FACTOR
            whole = data is self._levels[-1] or inner >= outer
            for start, stop in ((first, last),) if whole else ((first, inner), (outer, last)):
                if start < stop:
                    low = min(low, float(data[LOW, start:stop].min()))
                    high = max(high, float(data[HIGH, start:stop].max()))
            if whole:
                break
            first, last = inner // FACTOR, outer // FACTOR
        return low, high

    def places_of(self, at_ms: Times) -> Floats:
        """Give the indices at which moments stand: a bar's own inside the series, beyond it by the clock.

        Args:
            at_ms: (n,) int64, Unix ms.

        Returns:
            (n,) float64.
        """
        times = self.open_ms
        if not len(times):
            return np.zeros(len(at_ms))
        places = np.searchsorted(times, at_ms).astype(np.float64)
        before, beyond = at_ms < times[0], at_ms > times[-1]
        places[before] = (at_ms[before] - times[0]) / self.interval_ms
        places[beyond] = len(times) - 1 + (at_ms[beyond] - times[-1]) / self.interval_ms
        return places

    def place_of(self, at_ms: int) -> float:
        """Give the index at which one moment stands, as `places_of` does."""
        return float(self.places_of(np.array([at_ms], dtype=np.int64))[0])

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

    # -- inside ---------------------------------------------------------------------

    def _span(self, number: int) -> tuple[int, int]:
        """Give the first place of a level that is used and one past the last."""
        size = FACTOR**number
        return self._begin // size, -(-self._end // size)

    def _raise_levels(self, begin: int, end: int) -> None:
        """Bring the levels above the places `begin` to `end` of level 0 up to date."""
        for number in range(1, len(self._levels)):
            begin, end = begin // FACTOR, -(-end // FACTOR)
            merge_into(self._levels[number], self._levels[number - 1], self._span(number - 1), begin, end)

    def _add_levels(self) -> None:
        while True:
            begin, end = self._span(len(self._levels) - 1)
            if end - begin <= _TOP_SIZE:
                return
            below = self._levels[-1]
            above = np.empty((5, -(-below.shape[1] // FACTOR)))
            self._levels.append(above)
            merge_into(above, below, (begin, end), begin // FACTOR, -(-end // FACTOR))

    def _make_room(self, front: int, back: int) -> None:
        """Move the bars into larger arrays; by whole blocks of the top level, so that every merged bar stays whole."""
        block = FACTOR ** (len(self._levels) - 1)
        shift = -(-front // block) * block
        size = len(self._times) + shift + max(back, 0)
        grown = np.empty(size, dtype=np.int64)
        grown[self._begin + shift : self._end + shift] = self.open_ms
        self._times = grown
        for number, data in enumerate(self._levels):
            begin, end = self._span(number)
            moved = np.empty((5, -(-size // FACTOR**number)))
            by = shift // FACTOR**number
            moved[:, begin + by : end + by] = data[:, begin:end]
            self._levels[number] = moved
        self._begin += shift
        self._end += shift


def rows_of(candles: Sequence[Candle]) -> tuple[Times, Floats]:
    """Give candles as arrays: (n,) int64 opening times and (5, n) float64 O H L C V."""
    count = len(candles)
    rows = np.empty((5, count))
    for row, name in enumerate(("open", "high", "low", "close", "volume")):
        rows[row] = np.fromiter((getattr(candle, name) for candle in candles), np.float64, count)
    return np.fromiter((candle.open_ms for candle in candles), np.int64, count), rows


def _check_shape(times: Times, rows: Floats) -> None:
    if rows.shape != (5, len(times)):
        raise ValueError(f"{len(times)} times do not fit rows of shape {rows.shape}; give (5, n) rows")
