"""Reads the hidden process minute by minute and hands out what one step needs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from terminal.sim.market.candles import MINUTE_MS
from terminal.sim.market.history import backdated_levels, minute_bars
from terminal.sim.market.noise import FloatArray, IntArray
from terminal.sim.market.pair_market import Beat
from terminal.sim.market.process import PATH_POINTS, MarketProcess
from terminal.sim.market.reference import Reference
from terminal.sim.market.types import PairSpec

POINT_MS = MINUTE_MS // PATH_POINTS


@dataclass(frozen=True, slots=True)
class _Moment:
    """All pairs at the end of a span, one value per pair."""

    fair: list[float]
    index: list[float]
    due_lots: list[int]
    activity: list[float]


class Feed:
    """The fair prices of all pairs at the current minute.

    `levels` are log prices at the start of `minute`, shape (pairs,).
    """

    def __init__(self, process: MarketProcess, reference: Reference, specs: Sequence[PairSpec]) -> None:
        self._process = process
        self._reference = reference
        self._specs = specs
        self._usual = [s.minute_turnover / (s.start_price * float(s.lot)) for s in specs]
        self.minute = 0
        self.levels: FloatArray = np.zeros(len(specs))

    def history(self, end_minute: int, count: int, anchor_minute: int) -> IntArray:
        """Bars of `count` minutes; the start prices hold at the anchor. Stands at `end_minute` afterwards."""
        draws = self._process.minutes(end_minute - count, count)
        since = self._process.since(anchor_minute, end_minute)
        bars, levels = minute_bars(draws, backdated_levels(draws, self._specs, since), self._specs)
        self.enter(end_minute, levels)
        return bars

    def enter(self, minute: int, levels: FloatArray) -> None:
        """Stand at the start of a minute with known log prices."""
        self.minute = minute
        self.levels = levels
        self._draws = self._process.minutes(minute, 1)
        self._path = self._process.path(self._draws, 0)
        self._clock = self._process.volume_clock(minute)
        self._basis = self._reference.basis(minute, 2)

    def next_minute(self) -> None:
        self.enter(self.minute + 1, self.levels + self._draws.returns[:, 0])

    def skip_to(self, minute: int) -> IntArray:
        """Make the bars from the current minute up to `minute` at once and stand there."""
        draws = self._process.minutes(self.minute, minute - self.minute)
        bars, levels = minute_bars(draws, self.levels, self._specs)
        self.enter(minute, levels)
        return bars

    def prices(self, time_ms: int) -> tuple[list[float], list[float]]:
        """(fair, index) of each pair at a time within the current minute, its end included."""
        fraction = (time_ms - self.minute * MINUTE_MS) / MINUTE_MS
        fair = np.exp(self.levels + _read(self._path, fraction))
        basis = self._basis[:, 0] * (1.0 - fraction) + self._basis[:, 1] * fraction
        return fair.tolist(), (fair * (1.0 + basis)).tolist()

    def beats(self, start_ms: int, end_ms: int, seen: Sequence[tuple[int, int]]) -> list[list[Beat]]:
        """What each pair does in a step within the current minute, in order of time.

        A long step also visits the highs and lows that its path makes beyond
        `seen`, each pair's (low, high) of the forming minute in ticks: a
        minute's range must not depend on the step.
        """
        whole = self._at(start_ms, end_ms)
        first, last = self._point(start_ms) + 1, self._point(end_ms)
        if last - first < 1:
            return [[self._beat(row, start_ms, end_ms, whole)] for row in range(len(self._specs))]
        span = self._path[:, first:last]
        lows, highs = span.argmin(axis=1), span.argmax(axis=1)
        beats: list[list[Beat]] = []
        for row, spec in enumerate(self._specs):
            times: set[int] = set()
            low, high = (math.log(ticks * float(spec.tick)) - self.levels[row] for ticks in seen[row])
            if span[row, highs[row]] > high:
                times.add(self._point_ms(first + int(highs[row])))
            if span[row, lows[row]] < low:
                times.add(self._point_ms(first + int(lows[row])))
            marks = [start_ms, *sorted(times), end_ms]
            visits = [
                self._beat(row, begin, end, self._at(begin, end), must_trade=True)
                for begin, end in pairwise(marks[:-1])
            ]
            beats.append([*visits, self._beat(row, marks[-2], end_ms, self._at(marks[-2], end_ms))])
        return beats

    def _point(self, time_ms: int) -> int:
        return (time_ms - self.minute * MINUTE_MS) // POINT_MS

    def _point_ms(self, point: int) -> int:
        return self.minute * MINUTE_MS + point * POINT_MS

    def _at(self, start_ms: int, end_ms: int) -> _Moment:
        opened = self.minute * MINUTE_MS
        before = _read(self._clock, (start_ms - opened) / MINUTE_MS)
        after = _read(self._clock, (end_ms - opened) / MINUTE_MS)
        lots = self._draws.lots[:, 0]
        fair, index = self.prices(end_ms)
        return _Moment(
            fair=fair,
            index=index,
            due_lots=np.floor(lots * after + 1e-9).astype(np.int64).tolist(),
            activity=(lots * (after - before) * MINUTE_MS / (end_ms - start_ms) / self._usual).tolist(),
        )

    def _beat(self, row: int, start_ms: int, end_ms: int, moment: _Moment, *, must_trade: bool = False) -> Beat:
        return Beat(
            start_ms=start_ms,
            end_ms=end_ms,
            fair=moment.fair[row],
            index=moment.index[row],
            minute_sigma=float(self._draws.sigma[row, 0]),
            due_lots=moment.due_lots[row],
            activity=moment.activity[row],
            buy_share=float(self._draws.buy_share[row, 0]),
            must_trade=must_trade or end_ms == (self.minute + 1) * MINUTE_MS,
        )


def _read(curve: FloatArray, fraction: float) -> FloatArray:
    """Value of (pairs, 241) curves at a fraction of the minute, between points linearly."""
    place = fraction * PATH_POINTS
    left = min(int(place), PATH_POINTS - 1)
    part = place - left
    value: FloatArray = curve[:, left] * (1.0 - part) + curve[:, left + 1] * part
    return value
