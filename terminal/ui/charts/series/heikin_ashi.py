"""Heikin-Ashi bars: each close is the mean of a bar's four prices, each open the middle of the bar before.

The open is a running half-and-half mean, so what came before fades by half with every bar: after 64
bars not one bit of it is left. That is why an older page in front changes a few bars only.
"""

from typing import Final

import numpy as np

from terminal.ui.charts.series.bars import Bars
from terminal.ui.charts.series.merge import CLOSE, HIGH, LOW, OPEN, VOLUME, Floats
from terminal.ui.charts.series.recursion import recursive_mean

_FADED: Final = 64
_HALF: Final = 3  # the period whose weight is one half


class HeikinAshi:
    """Keeps the Heikin-Ashi bars of a series in step with it.

    Attributes:
        bars: the derived series, as long as its source.
    """

    def __init__(self, source: Bars) -> None:
        self._source = source
        self.bars = Bars(source.interval_ms, source.open_ms, heikin_ashi(source.level()))

    def follow(self) -> None:
        """Take the source's last bar and any that came after it."""
        known = len(self.bars)
        if not known:
            self.bars = Bars(self._source.interval_ms, self._source.open_ms, heikin_ashi(self._source.level()))
            return
        rows, times = self._source.level(), self._source.open_ms
        for index in range(known - 1, len(self._source)):
            bar = self._next(rows[:, index], index)
            if index < known:
                self.bars.update_last(bar)
            else:
                self.bars.append(int(times[index]), bar)

    def prepended(self, count: int) -> None:
        """Take an older page of `count` bars that was put in front of the source."""
        made = heikin_ashi(self._source.level()[:, : count + _FADED])
        self.bars.prepend(self._source.open_ms[:count], made[:, :count])
        self.bars.rewrite(count, made[:, count:])

    def _next(self, bar: Floats, index: int) -> tuple[float, float, float, float, float]:
        opened, high, low, closed, volume = bar.tolist()
        close = (opened + high + low + closed) / 4
        if index:
            before = self.bars.level()[:, index - 1]
            start = float(before[OPEN] + before[CLOSE]) / 2
        else:
            start = (opened + closed) / 2
        return start, max(high, start, close), min(low, start, close), close, volume


def heikin_ashi(rows: Floats) -> Floats:
    """Give the Heikin-Ashi bars of (5, n) O H L C V, the first one opening in the middle of its own body."""
    made = np.empty_like(rows)
    if not rows.shape[1]:
        return made
    made[CLOSE] = (rows[OPEN] + rows[HIGH] + rows[LOW] + rows[CLOSE]) / 4
    begun = (rows[OPEN, 0] + rows[CLOSE, 0]) / 2
    made[OPEN] = recursive_mean(np.concatenate(((begun,), made[CLOSE, :-1])), _HALF)
    made[HIGH] = np.maximum(rows[HIGH], np.maximum(made[OPEN], made[CLOSE]))
    made[LOW] = np.minimum(rows[LOW], np.minimum(made[OPEN], made[CLOSE]))
    made[VOLUME] = rows[VOLUME]
    return made
