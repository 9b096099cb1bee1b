"""Bars of one instrument and interval: loaded once, then kept by stream updates."""

from dataclasses import replace
from enum import Enum
from typing import Final

from terminal.domain.market import Candle, Interval

KEPT_BARS: Final = 3_000


class Applied(Enum):
    FORMING = "forming"  # the newest bar changed
    CLOSED = "closed"  # a bar closed with this update
    OLD = "old"  # a bar we no longer change
    GAP = "gap"  # bars are missing: load again


class CandleSeries:
    """Closed bars without gaps, and the bar that is forming."""

    def __init__(self, interval: Interval) -> None:
        self._interval = interval
        self._closed: list[Candle] = []
        self._forming: Candle | None = None

    @property
    def closed(self) -> tuple[Candle, ...]:
        """Closed bars, oldest first."""
        return tuple(self._closed)

    @property
    def newest_close_ms(self) -> int | None:
        """When the newest closed bar ended; None without one."""
        return self._closed[-1].open_ms + self._interval.ms if self._closed else None

    @property
    def oldest_open_ms(self) -> int | None:
        return self._closed[0].open_ms if self._closed else None

    def set_closed(self, candles: tuple[Candle, ...]) -> None:
        """Take these for all closed bars: oldest first and without gaps, which is not looked at again."""
        self._closed[:] = candles
        self._forming = None

    def load_older(self, candles: tuple[Candle, ...]) -> int:
        """Put older closed bars in front, as far as they join without a gap; gives how many did."""
        joined: list[Candle] = []
        edge_ms = self.oldest_open_ms
        for candle in sorted(candles, key=lambda bar: -bar.open_ms):
            if edge_ms is None or candle.open_ms != edge_ms - self._interval.ms:
                continue
            joined.append(candle)
            edge_ms = candle.open_ms
        self._closed[:0] = reversed(joined)
        return len(joined)

    def load(self, candles: tuple[Candle, ...]) -> None:
        """Replace the newest part; only the newest run without gaps is kept, older bars where they still join."""
        known = {bar.open_ms: bar for bar in self._closed} | {bar.open_ms: bar for bar in candles}
        run: list[Candle] = []
        for candle in sorted(known.values(), key=lambda bar: bar.open_ms):
            if run and candle.open_ms == run[-1].open_ms:
                run[-1] = candle
                continue
            if run and candle.open_ms != run[-1].open_ms + self._interval.ms:
                run.clear()
            run.append(candle)
        self._forming = run.pop() if run and not run[-1].closed else None
        self._closed = [bar if bar.closed else replace(bar, closed=True) for bar in run[-KEPT_BARS:]]

    def apply(self, candle: Candle) -> Applied:
        """Take one update of the stream."""
        newest = self._forming or (self._closed[-1] if self._closed else None)
        if newest is None:
            return Applied.GAP
        if candle.open_ms < newest.open_ms:
            return Applied.OLD
        if candle.open_ms == newest.open_ms:
            return self._update(candle)
        if candle.open_ms != newest.open_ms + self._interval.ms:
            return Applied.GAP
        closed_one = self._close_forming()
        self._forming = candle
        if candle.closed:
            closed_one = self._close_forming() or closed_one
        return Applied.CLOSED if closed_one else Applied.FORMING

    def close_by_clock(self, now_ms: int, grace_ms: int) -> bool:
        """Close the forming bar when its time is over and no update of the next one came."""
        forming = self._forming
        if forming is None or now_ms < forming.open_ms + self._interval.ms + grace_ms:
            return False
        return self._close_forming()

    def _update(self, candle: Candle) -> Applied:
        if self._forming is None:
            # The clock closed it before its last print arrived: keep the better figures.
            self._closed[-1] = replace(candle, closed=True)
            return Applied.OLD
        self._forming = candle
        return Applied.CLOSED if candle.closed and self._close_forming() else Applied.FORMING

    def _close_forming(self) -> bool:
        if self._forming is None:
            return False
        self._closed.append(replace(self._forming, closed=True))
        self._forming = None
        del self._closed[:-KEPT_BARS]
        return True
