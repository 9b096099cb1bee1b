"""The market half of the adapter."""

import asyncio
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
from terminal.net.stream.link import StreamLink, always_at
from terminal.net.stream.pace import Pace
from terminal.ports.market_feed import FeedSink, LinkHealth
from terminal.venues.weex.codes import VENUE
from terminal.venues.weex.desk import Desk
from terminal.venues.weex.mapper.market import candles_from
from terminal.venues.weex.relay import FeedRelay
from terminal.venues.weex.stream.opening import refusal_words
from terminal.venues.weex.stream.public import DEEP, DEPTH, PublicSession, Wishes

BarsWanted = frozenset[tuple[InstrumentId, Interval]]
MAX_CANDLES: Final = 1000
MAX_TRADES: Final = 1000
MAX_SETTLEMENTS: Final = 100


class WeexFeed:
    """Implements `MarketFeed` on a desk."""

    def __init__(self, desk: Desk, ws_public_url: str) -> None:
        self._desk = desk
        self._ws_public_url = ws_public_url
        self._wishes = Wishes()
        self._public: PublicSession | None = None

    async def sync_clock(self) -> None:
        """Measure the venue's clock against ours. Raises `VenueError` when it cannot be read."""
        await self._desk.caller.sync_clock()

    async def instruments(self) -> tuple[Instrument, ...]:
        """Load the rules of the competition's pairs.

        Raises:
            VenueError: nothing was read, or none of the pairs is listed.
        """
        found = await self._desk.dialect.market.instruments()
        if not found:
            raise MalformedReply("The venue lists none of the competition's pairs.", venue=VENUE)
        return found

    async def ticker(self, instrument_id: InstrumentId) -> Ticker:
        """Fetch last price and day figures once. Raises `VenueError`."""
        return await self._desk.dialect.market.ticker(instrument_id)

    async def book(self, instrument_id: InstrumentId, levels: int) -> OrderBook:
        """Fetch 15 levels, or 200 when more are asked for. Raises `VenueError`."""
        return await self._desk.dialect.market.book(instrument_id, DEPTH if levels <= DEPTH else DEEP)

    async def recent_trades(self, instrument_id: InstrumentId, limit: int) -> tuple[PublicTrade, ...]:
        """Fetch at most `limit` (up to 1000) newest prints, oldest first. Raises `VenueError`."""
        wanted = max(1, min(limit, MAX_TRADES))
        return (await self._desk.dialect.market.trades(instrument_id, wanted))[-wanted:]

    async def open_interest(self, instrument_id: InstrumentId) -> OpenInterest:
        """Fetch the size of all open contracts. Raises `VenueError`."""
        return await self._desk.dialect.market.open_interest(instrument_id)

    async def candles(self, instrument_id: InstrumentId, interval: Interval, limit: int) -> tuple[Candle, ...]:
        """Fetch at most `limit` (up to 1000) newest bars, oldest first; the last may be forming.

        Raises:
            VenueError: nothing was read; one impossible bar spoils the answer.
        """
        wanted = max(1, min(limit, MAX_CANDLES))
        rows = await self._desk.dialect.market.candle_rows(instrument_id, interval, wanted)
        return candles_from(rows, interval.ms, self._desk.server_clock.now_ms())[-wanted:]

    async def older_candles(
        self, instrument_id: InstrumentId, interval: Interval, before_ms: int
    ) -> tuple[Candle, ...]:
        """Fetch at most 100 closed bars that opened before a time, oldest first; none when there are no older ones.

        Raises:
            VenueError: nothing was read.
        """
        rows = await self._desk.dialect.market.older_candle_rows(instrument_id, interval, before_ms - 1)
        bars = candles_from(rows, interval.ms, self._desk.server_clock.now_ms())
        # An end the venue does not like gives its newest rows instead of an error.
        return tuple(bar for bar in bars if bar.open_ms < before_ms and bar.closed)

    async def funding(self, instrument_id: InstrumentId) -> Funding:
        """Fetch present rate and next settlement. Raises `VenueError`."""
        return await self._desk.dialect.market.funding(instrument_id)

    async def funding_history(self, instrument_id: InstrumentId, limit: int) -> tuple[FundingSettled, ...]:
        """Fetch at most `limit` (up to 100) newest settlements, oldest first. Raises `VenueError`."""
        wanted = max(1, min(limit, MAX_SETTLEMENTS))
        settled = await self._desk.dialect.market.funding_history(instrument_id, wanted)
        return tuple(sorted(settled, key=lambda each: each.ts_event_ms))[-wanted:]

    def watch_candles(self, wanted: BarsWanted) -> None:
        """Set which bars the public stream follows.

        Raises:
            RequestRejected: an instrument outside the competition.
        """
        stream = self._desk.dialect.stream
        bars = frozenset(
            (stream.symbol(instrument_id), stream.intervals[interval]) for instrument_id, interval in wanted
        )
        self._wish(replace(self._wishes, bars=bars))

    def watch_trades(self, wanted: frozenset[InstrumentId]) -> None:
        """Set whose tape the public stream follows. Raises as `watch_candles`."""
        self._wish(replace(self._wishes, tapes=frozenset(map(self._desk.dialect.stream.symbol, wanted))))

    def watch_deep_books(self, wanted: frozenset[InstrumentId]) -> None:
        """Set whose book comes with 200 levels. Raises as `watch_candles`."""
        self._wish(replace(self._wishes, deep=frozenset(map(self._desk.dialect.stream.symbol, wanted))))

    async def run_public(self, instruments: tuple[InstrumentId, ...], sink: FeedSink) -> None:
        """Follow tickers, books and what is watched until cancelled, reconnecting by itself.

        Raises:
            RequestRejected: an instrument outside the competition.
        """
        desk, stream = self._desk, self._desk.dialect.stream
        symbols = tuple(map(stream.symbol, instruments))
        relay = FeedRelay(sink, desk.server_clock)
        session = PublicSession(symbols, self._wishes, relay, desk.clock, stream.public_grammar())
        link = StreamLink(
            always_at(self._ws_public_url),
            name="the public stream of WEEX",
            refused=refusal_words,
            clock=desk.clock,
            chance=desk.chance,
            route=desk.route,
            connection=desk.connection,
        )
        self._public = session
        pace = Pace(session.hand_on, desk.clock)
        session.pace_by(pace.wake)
        beside = [asyncio.create_task(job) for job in (session.follow_wishes(), pace.run())]
        try:
            await link.run(session)
        finally:
            self._public = None
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    def catch_up(self) -> None:
        """Hand on what the public stream has said so far."""
        if self._public is not None:
            self._public.hand_on()

    def health(self) -> LinkHealth:
        """Give clock offset, smoothed round trip and used request weight."""
        desk = self._desk
        return LinkHealth(
            clock_offset_ms=desk.server_clock.offset_ms,
            latency_ms=desk.caller.latency_ms,
            budget_used=desk.limiter.used,
            budget_limit=desk.limiter.limit,
            too_many=desk.caller.too_many,
            address_refused=desk.caller.address_refused,
            clock_error_ms=desk.server_clock.error_ms,
        )

    def _wish(self, wishes: Wishes) -> None:
        self._wishes = wishes
        if self._public is not None:
            self._public.watch(wishes)
