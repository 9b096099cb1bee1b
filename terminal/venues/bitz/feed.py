"""The market half of the adapter."""

from dataclasses import replace
from typing import Final

from terminal.domain.errors import MalformedReply
from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import (
    Candle,
    Funding,
    FundingSettled,
    Interval,
    OpenInterest,
    OrderBook,
    PublicTrade,
    Ticker,
)
from terminal.net.limiter import WEIGHT_WINDOW_S
from terminal.ports.market_feed import FeedSink, LinkHealth
from terminal.venues.bitz.codes import VENUE
from terminal.venues.bitz.desk import WINDOW_S, Desk
from terminal.venues.bitz.mapper.catalogue import Listed
from terminal.venues.bitz.mapper.market import (
    INTERVALS,
    book_from,
    candles_from,
    depth_for,
    funding_from,
    interest_from,
    ticker_from,
    trade_from,
)
from terminal.venues.bitz.polling.public import PublicPolling, Wishes
from terminal.venues.bitz.wire import market as wire

MAX_CANDLES: Final = 1_000
PAGE: Final = 300
MAX_TRADES: Final = 300
_OLDEST_MS: Final = 10**12  # the venue takes times of thirteen digits


class BitzFeed:
    """Implements `MarketFeed` on a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._wishes = Wishes()
        self._public: PublicPolling | None = None

    async def sync_clock(self) -> None:
        """Measure the venue's clock against ours. Raises `VenueError`."""
        await self._desk.caller.sync_clock()

    async def instruments(self) -> tuple[Instrument, ...]:
        """Load the rules of the competition's pairs, anew. Raises `VenueError`."""
        return tuple(listed.rules for listed in await self._desk.read_catalogue())

    async def candles(self, instrument_id: InstrumentId, interval: Interval, limit: int) -> tuple[Candle, ...]:
        """Fetch at most 1000 newest bars, oldest first, 300 with each request; the last may be forming.

        Raises:
            VenueError: nothing was read.
        """
        listed = await self._listed(instrument_id)
        wanted = max(1, min(limit, MAX_CANDLES))
        rows = await self._desk.calls.kline(listed.contract_id, INTERVALS[interval], min(wanted, PAGE))
        bars = candles_from(listed, rows, interval, self._desk.server_clock.now_ms())
        while bars and len(bars) < wanted:
            older = await self.older_candles(instrument_id, interval, bars[0].open_ms)
            if not older:
                break
            bars = (*older, *bars)
        return bars[-wanted:]

    async def older_candles(
        self, instrument_id: InstrumentId, interval: Interval, before_ms: int
    ) -> tuple[Candle, ...]:
        """Fetch at most 300 closed bars that opened before a time, oldest first. Raises `VenueError`."""
        if before_ms <= _OLDEST_MS:
            return ()
        listed = await self._listed(instrument_id)
        rows = await self._desk.calls.kline(listed.contract_id, INTERVALS[interval], PAGE, to_ms=before_ms - 1)
        bars = candles_from(listed, rows, interval, self._desk.server_clock.now_ms())
        return tuple(bar for bar in bars if bar.open_ms < before_ms and bar.closed)

    async def ticker(self, instrument_id: InstrumentId) -> Ticker:
        """Fetch last price and day figures once. Raises `VenueError`."""
        listed, row = await self._row(instrument_id)
        return ticker_from(listed, row, self._desk.server_clock.now_ms())

    async def book(self, instrument_id: InstrumentId, levels: int) -> OrderBook:
        """Fetch 5, 10, 15, 20, 30 or 100 levels, the next that suffice. Raises `VenueError`."""
        listed = await self._listed(instrument_id)
        reply = await self._desk.calls.order_book(listed.contract_id, depth_for(levels))
        now_ms = self._desk.server_clock.now_ms()
        return book_from(listed, reply, now_ms, now_ms)

    async def recent_trades(self, instrument_id: InstrumentId, limit: int) -> tuple[PublicTrade, ...]:
        """Fetch at most 300 newest prints, oldest first. Raises `VenueError`."""
        listed = await self._listed(instrument_id)
        rows = await self._desk.calls.trades_history(listed.contract_id, max(1, min(limit, MAX_TRADES)))
        return tuple(trade_from(listed, row) for row in reversed(rows))

    async def open_interest(self, instrument_id: InstrumentId) -> OpenInterest:
        """Fetch the size of all open contracts. Raises `VenueError`."""
        listed, row = await self._row(instrument_id)
        return interest_from(listed, row, self._desk.server_clock.now_ms())

    async def funding(self, instrument_id: InstrumentId) -> Funding:
        """Fetch the next rate. Raises `VenueError`."""
        listed, row = await self._row(instrument_id)
        return funding_from(listed, row, self._desk.server_clock.now_ms())

    async def funding_history(self, instrument_id: InstrumentId, limit: int) -> tuple[FundingSettled, ...]:
        """Give none: the venue shows no past rates."""
        del instrument_id, limit
        return ()

    def watch_candles(self, wanted: frozenset[tuple[InstrumentId, Interval]]) -> None:
        """Set which bars are asked for."""
        self._wish(replace(self._wishes, bars=wanted))

    def watch_trades(self, wanted: frozenset[InstrumentId]) -> None:
        """Set whose tape is asked for."""
        self._wish(replace(self._wishes, tapes=wanted))

    def watch_deep_books(self, wanted: frozenset[InstrumentId]) -> None:
        """Set whose book comes with 100 levels."""
        self._wish(replace(self._wishes, deep=wanted))

    async def run_public(self, instruments: tuple[InstrumentId, ...], sink: FeedSink) -> None:
        """Ask for tickers, books and what is watched until cancelled."""
        self._public = PublicPolling(self._desk, instruments, sink, self._wishes)
        try:
            await self._public.run()
        finally:
            self._public = None

    def catch_up(self) -> None:
        """Nothing waits: what is read is handed on at once."""

    def health(self) -> LinkHealth:
        """Give clock offset, smoothed round trip, and the account's calls in ten seconds on average.

        Calls for prices are not shown: their polling takes nearly all of their budget, and is meant to.
        """
        desk = self._desk
        used, limit = desk.limiter.account
        spans = round(WINDOW_S / WEIGHT_WINDOW_S)
        return LinkHealth(
            clock_offset_ms=desk.server_clock.offset_ms,
            clock_error_ms=desk.server_clock.error_ms,
            latency_ms=desk.caller.latency_ms,
            budget_used=used // spans,
            budget_limit=limit // spans,
            too_many=desk.caller.too_many + desk.manners.too_many,
            address_refused=desk.caller.address_refused,
        )

    def _wish(self, wishes: Wishes) -> None:
        self._wishes = wishes
        if self._public is not None:
            self._public.wishes = wishes

    async def _listed(self, instrument_id: InstrumentId) -> Listed:
        return (await self._desk.catalogue()).of(instrument_id)

    async def _row(self, instrument_id: InstrumentId) -> tuple[Listed, wire.Ticker]:
        listed = await self._listed(instrument_id)
        rows = await self._desk.calls.contract_tickers(listed.contract_id)
        row = next((row for row in rows if row.contract_id == listed.contract_id), None)
        if row is None:
            raise MalformedReply(f"The venue gave no ticker of {instrument_id}.", venue=VENUE)
        return listed, row
