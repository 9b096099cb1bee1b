"""A market feed that records what it gives; beside that it is the feed it stands before."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import (
    Candle,
    Funding,
    FundingSettled,
    Interval,
    MarketEvent,
    OpenInterest,
    OrderBook,
    PublicTrade,
    Ticker,
)
from terminal.domain.recording import BarsRead, RulesRead, SettlementsRead
from terminal.ports.clock import Clock
from terminal.ports.market_feed import FeedSink, LinkHealth, MarketFeed
from terminal.storage.recording.recorder import Recorder

BEAT_S: Final = 0.5  # what may be lost when the program is killed


class RecordingFeed:
    """Implements `MarketFeed` on another one. `tell` hears once, in words, when recording has ended.

    `tapes`: the prints of every pair are recorded; the desk hears of those it watches, as it would without.
    """

    def __init__(
        self, real: MarketFeed, recorder: Recorder, clock: Clock, tell: Callable[[str], None], *, tapes: bool = True
    ) -> None:
        self._real = real
        self._recorder = recorder
        self._clock = clock
        self._tell = tell
        self._has_told = False
        self._tapes = tapes
        self._watched: frozenset[InstrumentId] = frozenset()
        self._followed: frozenset[InstrumentId] = frozenset()

    async def sync_clock(self) -> None:
        """Measure the venue's clock. Raises `VenueError`."""
        await self._real.sync_clock()

    async def instruments(self) -> tuple[Instrument, ...]:
        """Load contract rules. Raises `VenueError`."""
        found = await self._real.instruments()
        self._recorder.take(RulesRead(found))
        return found

    async def candles(self, instrument_id: InstrumentId, interval: Interval, limit: int) -> tuple[Candle, ...]:
        """Fetch the newest bars. Raises `VenueError`."""
        found = await self._real.candles(instrument_id, interval, limit)
        self._recorder.take(BarsRead(instrument_id, interval, found))
        return found

    async def older_candles(
        self, instrument_id: InstrumentId, interval: Interval, before_ms: int
    ) -> tuple[Candle, ...]:
        """Fetch a page of older bars. Raises `VenueError`."""
        found = await self._real.older_candles(instrument_id, interval, before_ms)
        self._recorder.take(BarsRead(instrument_id, interval, found))
        return found

    async def ticker(self, instrument_id: InstrumentId) -> Ticker:
        """Fetch last price and day figures once. Raises `VenueError`."""
        return await self._real.ticker(instrument_id)

    async def book(self, instrument_id: InstrumentId, levels: int) -> OrderBook:
        """Fetch the book once. Raises `VenueError`."""
        return await self._real.book(instrument_id, levels)

    async def recent_trades(self, instrument_id: InstrumentId, limit: int) -> tuple[PublicTrade, ...]:
        """Fetch the newest prints. Raises `VenueError`."""
        return await self._real.recent_trades(instrument_id, limit)

    async def open_interest(self, instrument_id: InstrumentId) -> OpenInterest:
        """Fetch open interest. Raises `VenueError`."""
        found = await self._real.open_interest(instrument_id)
        self._recorder.take(found)
        return found

    async def funding_history(self, instrument_id: InstrumentId, limit: int) -> tuple[FundingSettled, ...]:
        """Fetch the newest settlements. Raises `VenueError`."""
        found = await self._real.funding_history(instrument_id, limit)
        self._recorder.take(SettlementsRead(instrument_id, found))
        return found

    async def funding(self, instrument_id: InstrumentId) -> Funding:
        """Fetch rate and next settlement. Raises `VenueError`."""
        found = await self._real.funding(instrument_id)
        self._recorder.take(found)
        return found

    def watch_candles(self, wanted: frozenset[tuple[InstrumentId, Interval]]) -> None:
        self._real.watch_candles(wanted)

    def watch_trades(self, wanted: frozenset[InstrumentId]) -> None:
        self._watched = wanted
        self._real.watch_trades(wanted | self._followed)

    def watch_deep_books(self, wanted: frozenset[InstrumentId]) -> None:
        self._real.watch_deep_books(wanted)

    async def run_public(self, instruments: tuple[InstrumentId, ...], sink: FeedSink) -> None:
        """Follow the stream until cancelled."""

        def both(event: MarketEvent) -> None:
            if not isinstance(event, PublicTrade) or event.instrument_id in self._watched:
                sink(event)  # first: trading does not wait for its recording
            self._recorder.take(event)

        if self._tapes:
            self._followed = frozenset(instruments)
            self.watch_trades(self._watched)
        beating = asyncio.create_task(self._beat(), name="recording beat")
        try:
            await self._real.run_public(instruments, both)
        finally:
            beating.cancel()
            with suppress(asyncio.CancelledError):
                await beating
            self._recorder.beat()

    def catch_up(self) -> None:
        self._real.catch_up()

    def health(self) -> LinkHealth:
        return self._real.health()

    async def _beat(self) -> None:
        while True:
            self._recorder.beat()
            if self._recorder.trouble and not self._has_told:
                self._has_told = True
                self._tell(self._recorder.trouble)
            await self._clock.sleep(BEAT_S)
