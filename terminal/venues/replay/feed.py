"""A recorded day as a market feed. It reaches no network and holds no key; orders meet the paper account's book.

Time is the replay's: it moves as far as the recording has been told, never ahead of it, and stands
while the replay is paused.
"""

# ruff: noqa: ARG002 - the port fixes the arguments, and a recording has no use for some of them

import asyncio
from typing import Final, TypeVar

from terminal.domain.errors import RequestRejected, VenueUnavailable
from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import (
    Candle,
    CandleUpdate,
    Funding,
    FundingSettled,
    Interval,
    MarketEvent,
    OpenInterest,
    OrderBook,
    PublicTrade,
    StreamState,
    Ticker,
)
from terminal.ports.market_feed import FeedSink, LinkHealth
from terminal.ports.recording import DrivenClock
from terminal.venues.replay.player import PUBLIC, Player

NAME: Final = "replay"
STEP_S: Final = 0.02
LONGEST_STEP_S: Final = 0.25  # after a busy moment, or a machine that slept, the market goes on where it was
PAGE: Final = 1_000  # bars
_BUDGET: Final = 1_000
_T = TypeVar("_T")


class ReplayFeed:
    """Implements `MarketFeed` on a recording."""

    def __init__(self, player: Player, clock: DrivenClock) -> None:
        self._player = player
        self._now = player.now
        self._clock = clock
        self._wanted: frozenset[tuple[InstrumentId, Interval]] = frozenset()
        self._tapes: frozenset[InstrumentId] = frozenset()

    @property
    def is_over(self) -> bool:
        """True when the recording has come to its end."""
        return self._player.is_over

    async def sync_clock(self) -> None:
        """Nothing to measure: the replay's time is the recording's."""

    async def instruments(self) -> tuple[Instrument, ...]:
        """Give the recorded contract rules. Raises `RequestRejected`."""
        if not self._now.rules:
            raise RequestRejected("The recording holds no contract rules. Choose another take or day.", venue=NAME)
        return self._now.rules

    async def candles(self, instrument_id: InstrumentId, interval: Interval, limit: int) -> tuple[Candle, ...]:
        """Give the newest bars that were known at this moment; none where none were recorded."""
        now_ms = self._clock.now_ms()
        series = (instrument_id, interval)
        forming = self._now.bars.forming(series, now_ms)
        bars = self._now.bars.closed(series, now_ms) + (() if forming is None else (forming,))
        return bars[-limit:]

    async def older_candles(
        self, instrument_id: InstrumentId, interval: Interval, before_ms: int
    ) -> tuple[Candle, ...]:
        """Give a page of recorded bars that opened before a time."""
        bars = self._now.bars.closed((instrument_id, interval), self._clock.now_ms())
        return tuple(bar for bar in bars if bar.open_ms < before_ms)[-PAGE:]

    async def ticker(self, instrument_id: InstrumentId) -> Ticker:
        """Give the newest recorded prices. Raises `VenueUnavailable`."""
        return _there(self._now.tickers.get(instrument_id), "price")

    async def book(self, instrument_id: InstrumentId, levels: int) -> OrderBook:
        """Give the newest recorded book, as deep as it was recorded. Raises `VenueUnavailable`."""
        return _there(self._now.books.get(instrument_id), "order book")

    async def recent_trades(self, instrument_id: InstrumentId, limit: int) -> tuple[PublicTrade, ...]:
        """Give the newest recorded prints; none where the tape was not watched then."""
        return tuple(self._now.tapes.get(instrument_id, ()))[-limit:]

    async def open_interest(self, instrument_id: InstrumentId) -> OpenInterest:
        """Give the open interest as it was last read. Raises `RequestRejected`."""
        found = self._now.interests.get(instrument_id)
        if found is None:
            raise RequestRejected("No open interest was recorded until now.", venue=NAME)
        return found

    async def funding(self, instrument_id: InstrumentId) -> Funding:
        """Give rate and next settlement as they were last told. Raises `RequestRejected`."""
        found = self._now.fundings.get(instrument_id)
        if found is None:
            raise RequestRejected("No funding rate was recorded until now.", venue=NAME)
        return found

    async def funding_history(self, instrument_id: InstrumentId, limit: int) -> tuple[FundingSettled, ...]:
        """Give the recorded settlements that lay in the past at this moment."""
        settled = self._now.settled.get(instrument_id, {})
        now_ms = self._clock.now_ms()
        return tuple(settled[at_ms] for at_ms in sorted(settled) if at_ms <= now_ms)[-limit:]

    def watch_candles(self, wanted: frozenset[tuple[InstrumentId, Interval]]) -> None:
        self._wanted = wanted

    def watch_trades(self, wanted: frozenset[InstrumentId]) -> None:
        self._tapes = wanted

    def watch_deep_books(self, wanted: frozenset[InstrumentId]) -> None:
        """Change nothing: books are as deep as they were recorded."""

    async def run_public(self, instruments: tuple[InstrumentId, ...], sink: FeedSink) -> None:
        """Play until cancelled; a second call goes on where the first was cut."""

        def tell(event: MarketEvent) -> None:
            sink(event)
            if isinstance(event, CandleUpdate):
                self._tell_longer(event, sink)

        sink(StreamState(PUBLIC, connected=True, detail="the recording is played"))
        for event in self._now.newest():
            sink(event)
        last_s = self._clock.monotonic_s()
        while not self._player.is_over:
            await self._clock.sleep(STEP_S)
            now_s = self._clock.monotonic_s()
            passed_s, last_s = min(LONGEST_STEP_S, now_s - last_s), now_s
            self._player.play(self._clock.now_ms() + max(1, round(passed_s * self._clock.speed * 1_000)), tell)
        words = "the recording ends here; close the window, or play another day"
        sink(StreamState(PUBLIC, connected=False, detail=words))
        await asyncio.Event().wait()

    def catch_up(self) -> None:
        """Nothing waits: what was recorded until now is told."""

    def health(self) -> LinkHealth:
        return LinkHealth(0.0, 0.0, 0, _BUDGET, clock_error_ms=0.0)

    def _tell_longer(self, update: CandleUpdate, sink: FeedSink) -> None:
        """Tell the bars that are watched and made of this one, where they were not recorded themselves."""
        for series in self._wanted:
            name, interval = series
            if name != update.instrument_id or self._now.bars.is_recorded(series):
                continue
            candle = self._now.bars.forming(series, self._clock.now_ms())
            if candle is not None:
                sink(CandleUpdate(name, interval, candle))


def _there(found: _T | None, what: str) -> _T:
    if found is None:
        raise VenueUnavailable(f"No {what} of this market was recorded until now.", venue=NAME)
    return found
