"""Which labels the time axis shows. Made for three views at a time, so that panning makes none."""

from typing import Final

import numpy as np

from terminal.domain.market import Interval
from terminal.ui.charts.axes.ticks import TimeStep, TimeTick, time_step, time_ticks
from terminal.ui.charts.axes.zones import Zone
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.series.bars import Bars
from terminal.ui.charts.series.merge import Floats

_GAP_PX: Final = 96.0
_LEAST_GAP_PX: Final = 58.0  # at a midnight or a hole in the series


class TimeLabels:
    """Remembers labels and their places until the view, the bars or the step leave them."""

    def __init__(self) -> None:
        self._known: tuple[object, ...] = ()
        self._from, self._to = 0.0, 0.0
        self._ticks: list[TimeTick] = []
        self._places: Floats = np.empty(0)

    def in_view(self, bars: Bars, projection: Projection, zone: Zone) -> list[tuple[TimeTick, float]]:
        """Give labels with their x in px, oldest first, about 100 px apart; none without bars."""
        if not len(bars):
            return []
        step = time_step(max(1.0, _GAP_PX / projection.bar_px) * bars.interval_ms)
        known = (bars, int(bars.open_ms[0]), len(bars), step, zone)
        if known != self._known or not self._from <= projection.x0 <= projection.x1 <= self._to:
            self._make(bars, projection, step, zone)
            self._known = known
        first, last = np.searchsorted(self._places, (projection.x0, projection.x1))
        labels: list[tuple[TimeTick, float]] = []
        for tick, place in zip(self._ticks[first:last], self._places[first:last].tolist(), strict=True):
            x = projection.x(place)
            if not labels or x - labels[-1][1] >= _LEAST_GAP_PX:
                labels.append((tick, x))
        return labels

    def _make(self, bars: Bars, projection: Projection, step: TimeStep, zone: Zone) -> None:
        span = projection.x1 - projection.x0
        self._from, self._to = projection.x0 - span, projection.x1 + span
        clock = Zone.UTC if bars.interval_ms >= Interval.D1.ms else zone
        self._ticks = time_ticks(bars.time_at(self._from), bars.time_at(self._to), step, clock)
        self._places = bars.places_of(np.array([tick.at_ms for tick in self._ticks], dtype=np.int64))
