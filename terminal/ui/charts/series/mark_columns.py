"""Marks on the chart as columns of numbers: any number of them is placed and drawn without a loop."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from terminal.ui.charts.series.bars import Bars, Times
from terminal.ui.charts.series.merge import Floats

BESIDE: Final = float("nan")
"""The price of a mark that stands above or below its bar."""

_FIRST_ROOM: Final = 64
_LATE_BARS: Final = 2  # a moment so long after its bar opened lies in a gap of the series


class MarkColumns:
    """Columns that grow at the end: a moment, a price or `BESIDE`, and a glyph's number."""

    def __init__(self) -> None:
        self.count = 0
        self._at_ms = np.empty(_FIRST_ROOM, dtype=np.int64)
        self._price = np.empty(_FIRST_ROOM)
        self._glyph = np.empty(_FIRST_ROOM, dtype=np.uint8)

    def __len__(self) -> int:
        return self.count

    @property
    def at_ms(self) -> Times:
        """(n,) int64, Unix ms."""
        return self._at_ms[: self.count]

    @property
    def price(self) -> Floats:
        """(n,) float64; not a number where the mark stands beside its bar."""
        return self._price[: self.count]

    @property
    def glyph(self) -> NDArray[np.uint8]:
        """(n,) uint8."""
        return self._glyph[: self.count]

    def add(self, at_ms: int, price: float, glyph: int) -> None:
        if self.count == len(self._at_ms):
            size = 2 * self.count
            self._at_ms = np.resize(self._at_ms, size)
            self._price = np.resize(self._price, size)
            self._glyph = np.resize(self._glyph, size)
        self._at_ms[self.count] = at_ms
        self._price[self.count] = price
        self._glyph[self.count] = glyph
        self.count += 1


def bars_of(at_ms: Times, bars: Bars) -> NDArray[np.int64]:
    """Give the index of the bar each moment lies in; -1 outside the series and in its gaps."""
    times = bars.open_ms
    if not len(times):
        return np.full(len(at_ms), -1, dtype=np.int64)
    index = np.searchsorted(times, at_ms, side="right").astype(np.int64) - 1
    late = at_ms >= times[np.maximum(index, 0)] + _LATE_BARS * bars.interval_ms
    index[late] = -1
    return index
