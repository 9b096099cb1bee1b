"""The values of one indicator over a whole series, kept in step with it.

The running state has taken every bar but the last one; a fork of it takes the last, as often as
that changes. So a change costs one bar's work at any length. What cannot be taken at once (a long
series, or one that got older bars in front and has to be worked out anew) is taken in blocks, by
whoever calls `advance` between two frames; until then the values worked out before stay.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from terminal.ui.charts.series.bars import Bars
from terminal.ui.charts.series.merge import Floats
from terminal.ui.charts.studies.feeds import Feed
from terminal.ui.charts.studies.study import Study

BLOCK: Final = 4_096  # bars a turn; a few ms for the dearest indicator


class StudyValues:
    """Lines of numbers, one for each line the indicator draws.

    Attributes:
        version: another one after every change.
    """

    def __init__(self, study: Study, bars: Bars) -> None:
        """Begin with the bars there are; `study` must be of a kind that has a feed."""
        self._study = study
        self._bars = bars
        self._data = np.full((len(study.kind.lines), 0), np.nan)
        self._size = self._taken = 0
        self.version = 0
        self._state = self._begin()
        self.follow()

    @property
    def lines(self) -> Floats:
        """(lines, n) float64 view, n as many as there are bars; NaN while warming up or not worked out yet."""
        return self._data[:, : self._size]

    @property
    def is_behind(self) -> bool:
        """True while bars before the last one wait for `advance`."""
        return self._taken < len(self._bars) - 1

    def at(self, last: NDArray[np.int64]) -> Floats | None:
        """Give the values at bars, (lines, m) for rising `last` (m,); None when they are not of this series."""
        first, newest = int(last[0]), int(last[-1])
        if newest >= self._size:
            return None
        if newest - first == len(last) - 1:
            return self._data[:, first : newest + 1]  # neighbours: nothing is copied
        return self._data[:, last]

    def follow(self) -> None:
        """Take the last bar as it is now, and those that came after it as far as one block reaches."""
        self._grow(len(self._bars))
        self.advance()

    def prepended(self, count: int) -> None:
        """Begin anew after `count` older bars were put in front; what was known moves along and stays till then."""
        before = np.full((len(self._data), count), np.nan)
        self._data = np.concatenate((before, self.lines), axis=1)
        self._size += count
        self._taken = 0
        self._state = self._begin()
        self.follow()

    def advance(self) -> None:
        """Take one block of the bars that wait; the last bar too once it is the only one left."""
        newest = len(self._bars) - 1
        self.version += 1
        if newest < 0:
            return
        stop = min(newest, self._taken + BLOCK)
        if self._taken < stop:
            self._data[:, self._taken : stop] = self._extended(self._state, self._taken, stop)
            self._taken = stop
        if stop == newest:
            self._data[:, newest : newest + 1] = self._extended(self._state.fork(), newest, newest + 1)

    def _begin(self) -> Feed:
        feed = self._study.kind.feed
        if feed is None:
            raise ValueError(f"{self._study.name} has no values of bars; it is made of what is in view")
        return feed(self._study.values)

    def _extended(self, state: Feed, first: int, last: int) -> Floats:
        return state.extend(self._bars.open_ms[first:last], self._bars.level()[:, first:last])

    def _grow(self, count: int) -> None:
        """Make room for as many values as there are bars."""
        if count > self._data.shape[1]:
            grown = np.full((len(self._data), count + max(256, count // 4)), np.nan)
            grown[:, : self._size] = self.lines
            self._data = grown
        self._size = count
