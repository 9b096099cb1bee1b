"""Fetches what is needed to carry shadow trades over a time nobody watched: bars and funding."""

from collections.abc import Sequence
from typing import Final

from terminal.domain.errors import VenueError
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import FundingSettled, Interval
from terminal.domain.shadow import ShadowTrade
from terminal.ports.clock import Clock
from terminal.ports.market_feed import MarketFeed
from terminal.services.shadow.replay import Bar, bars_of, is_whole, replayed, unknown

MOST_BARS: Final = 900  # what one request brings on every venue
_FINE: Final = (Interval.M1, Interval.M5, Interval.M15, Interval.M30, Interval.H1)
_TRIES: Final = 4
_PAUSE_S: Final = 5.0
_SETTLEMENTS: Final = 100


class GapReader:
    """Reads the past of one pair; holds nothing."""

    def __init__(self, feed: MarketFeed, clock: Clock) -> None:
        self._feed = feed
        self._clock = clock

    async def carried(self, instrument_id: InstrumentId, trades: Sequence[ShadowTrade]) -> tuple[ShadowTrade, ...]:
        """Carry these trades of one pair up to now; those whose prices cannot be had end unknown."""
        for attempt in range(_TRIES):
            if attempt:
                await self._clock.sleep(_PAUSE_S)
            now_ms = self._clock.now_ms()
            since_ms = min(trade.seen_ms for trade in trades)
            interval = interval_for(since_ms, now_ms)
            if interval is None:
                return tuple(unknown(trade, "its prices lie too far back to be read", now_ms) for trade in trades)
            try:
                bars, settlements = await self._read(instrument_id, interval, since_ms, now_ms)
            except VenueError:
                continue
            whole = [each for each in trades if is_whole(bars, each.seen_ms, _needed_to(each, interval, now_ms))]
            if len(whole) == len(trades):
                return tuple(replayed(trade, bars, settlements, now_ms) for trade in trades)
        now_ms = self._clock.now_ms()
        return tuple(unknown(each, "the prices of a time nobody watched could not be read", now_ms) for each in trades)

    async def _read(
        self, instrument_id: InstrumentId, interval: Interval, since_ms: int, now_ms: int
    ) -> tuple[tuple[Bar, ...], tuple[FundingSettled, ...]]:
        wanted = (now_ms - since_ms) // interval.ms + 3
        candles = await self._feed.candles(instrument_id, interval, wanted)
        settlements = await self._feed.funding_history(instrument_id, _SETTLEMENTS)
        return bars_of(candles, interval.ms), settlements


def interval_for(since_ms: int, now_ms: int) -> Interval | None:
    """Give the finest bars that reach back so far in one request; None when none do."""
    return next((each for each in _FINE if (now_ms - since_ms) // each.ms + 3 <= MOST_BARS), None)


def _needed_to(trade: ShadowTrade, interval: Interval, now_ms: int) -> int:
    """How far the bars must reach: to the end of the horizon, or until now but for a bar that has just begun."""
    return min(trade.plan.ends_ms, now_ms - interval.ms)
