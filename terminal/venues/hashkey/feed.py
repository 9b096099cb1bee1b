"""The market half of the adapter."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from terminal.domain.errors import MalformedReply, RequestRejected, VenueError
from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import (
    Candle,
    Funding,
    FundingSettled,
    Interval,
    OpenInterest,
    OrderBook,
    PublicTrade,
    StreamState,
    Ticker,
)
from terminal.domain.plain_words import why
from terminal.net.backoff import Backoff
from terminal.net.stream.link import StreamLink, always_at
from terminal.net.stream.pace import Pace
from terminal.ports.market_feed import FeedSink, LinkHealth
from terminal.venues.hashkey.codes import VENUE
from terminal.venues.hashkey.desk import Desk
from terminal.venues.hashkey.mapper.market import book_from, candles_from, ticker_from, trades_from
from terminal.venues.hashkey.mapper.words import INTERVALS, symbol_of
from terminal.venues.hashkey.relay import FeedRelay
from terminal.venues.hashkey.stream.bars import Bars, BarSession
from terminal.venues.hashkey.stream.frames import SILENCE_S, own_ping
from terminal.venues.hashkey.stream.public import DEEP, PublicSession, Wishes

BarsWanted = frozenset[tuple[InstrumentId, Interval]]
MAX_CANDLES: Final = 1000
OLDER_CANDLES: Final = 500
MAX_TRADES: Final = 100
_WINDOW: Final = 4
"""The limiter's window is 2.5 s; health is told for ten, as the desk's own plans reckon."""


class HashKeyFeed:
    """Implements `MarketFeed` on a desk."""

    def __init__(self, desk: Desk, ws_public_url: str) -> None:
        """`ws_public_url` is the one of v2; bars come from its neighbour v1."""
        self._desk = desk
        self._ws_public_url = ws_public_url
        self._ws_bars_url = f"{ws_public_url.removesuffix('/v2')}/v1"
        self._tapes: frozenset[InstrumentId] = frozenset()
        self._deep: frozenset[InstrumentId] = frozenset()
        self._bars_wanted: BarsWanted = frozenset()
        self._public: PublicSession | None = None
        self._bar_session: BarSession | None = None

    async def sync_clock(self) -> None:
        """Measure the venue's clock against ours. Raises `VenueError` when it cannot be read."""
        await self._desk.caller.sync_clock()

    async def instruments(self) -> tuple[Instrument, ...]:
        """Load the rules of the pairs that can be traded here now; `not_listed` names the others.

        Raises:
            VenueError: nothing was read, or none of the pairs is listed.
        """
        return await self._desk.listings.reload()

    @property
    def not_listed(self) -> Mapping[InstrumentId, str]:
        """Why a pair cannot be traded on this site, in plain words, once the instruments are loaded."""
        return self._desk.listings.missing

    async def ticker(self, instrument_id: InstrumentId) -> Ticker:
        """Fetch last price and day figures once. Raises `VenueError`."""
        symbol = symbol_of(instrument_id)
        for row in await self._desk.market.day(symbol):
            if row.symbol == symbol:
                return ticker_from(row)
        raise MalformedReply(f"The answer does not name {symbol}.", venue=VENUE)

    async def book(self, instrument_id: InstrumentId, levels: int) -> OrderBook:
        """Fetch at most 200 levels. Raises `VenueError`."""
        wanted = max(1, min(levels, DEEP))
        return book_from(instrument_id, await self._desk.market.depth(symbol_of(instrument_id), wanted), wanted)

    async def recent_trades(self, instrument_id: InstrumentId, limit: int) -> tuple[PublicTrade, ...]:
        """Fetch at most `limit` (up to 100) newest prints, oldest first. Raises `VenueError`."""
        wanted = max(1, min(limit, MAX_TRADES))
        rows = await self._desk.market.trades(symbol_of(instrument_id), wanted)
        return trades_from(instrument_id, rows)[-wanted:]

    async def candles(self, instrument_id: InstrumentId, interval: Interval, limit: int) -> tuple[Candle, ...]:
        """Fetch at most `limit` (up to 1000) newest bars, oldest first; the last may be forming.

        Raises:
            VenueError: nothing was read; one impossible bar spoils the answer.
        """
        wanted = max(1, min(limit, MAX_CANDLES))
        rows = await self._desk.market.klines(symbol_of(instrument_id), INTERVALS[interval], wanted)
        return candles_from(rows, interval.ms, self._desk.server_clock.now_ms())[-wanted:]

    async def older_candles(
        self, instrument_id: InstrumentId, interval: Interval, before_ms: int
    ) -> tuple[Candle, ...]:
        """Fetch at most 500 closed bars that opened before a time, oldest first; none when there are no older ones.

        Raises:
            VenueError: nothing was read.
        """
        start_ms = max(0, before_ms - OLDER_CANDLES * interval.ms)
        rows = await self._desk.market.klines(
            symbol_of(instrument_id), INTERVALS[interval], OLDER_CANDLES, start_ms=start_ms, end_ms=before_ms - 1
        )
        bars = candles_from(rows, interval.ms, self._desk.server_clock.now_ms())
        return tuple(bar for bar in bars if bar.open_ms < before_ms and bar.closed)

    async def open_interest(self, instrument_id: InstrumentId) -> OpenInterest:
        """Refuse: spot has none. Raises `RequestRejected`."""
        raise RequestRejected(f"HashKey spot has no open contracts of {instrument_id}.", venue=VENUE)

    async def funding(self, instrument_id: InstrumentId) -> Funding:
        """Refuse: spot has none. Raises `RequestRejected`."""
        raise RequestRejected(f"HashKey spot pays no funding on {instrument_id}.", venue=VENUE)

    async def funding_history(self, instrument_id: InstrumentId, limit: int) -> tuple[FundingSettled, ...]:  # noqa: ARG002 - the port's arguments
        """Give none: spot pays no funding."""
        return ()

    def watch_candles(self, wanted: BarsWanted) -> None:
        """Set which bars the stream follows.

        Raises:
            RequestRejected: a pair this program does not trade.
        """
        for instrument_id, _ in wanted:
            symbol_of(instrument_id)
        self._bars_wanted = wanted
        if self._bar_session is not None:
            self._bar_session.watch(self._bars())

    def watch_trades(self, wanted: frozenset[InstrumentId]) -> None:
        """Set whose tape the public stream follows. Raises as `watch_candles`."""
        self._listed_symbols(wanted)
        self._tapes = wanted
        self._wish()

    def watch_deep_books(self, wanted: frozenset[InstrumentId]) -> None:
        """Set whose book comes with 200 levels. Raises as `watch_candles`."""
        self._listed_symbols(wanted)
        self._deep = wanted
        self._wish()

    async def run_public(self, instruments: tuple[InstrumentId, ...], sink: FeedSink) -> None:
        """Follow tickers, books and what is watched until cancelled, reconnecting by itself.

        Pairs the site does not list are left out: one of them, and it refuses every other of the
        same subscription too. So the list is read first, again and again until it is there.

        Raises:
            RequestRejected: a pair this program does not trade.
        """
        desk = self._desk
        for instrument_id in instruments:
            symbol_of(instrument_id)
        await self._until_listed(sink)
        symbols = tuple(symbol_of(each) for each in instruments if each not in self.not_listed)
        relay = FeedRelay(sink, desk.server_clock, desk.prices)
        session = PublicSession(symbols, self._wishes(), relay, desk.clock)
        bars = BarSession(self._bars(), relay)
        self._public, self._bar_session = session, bars
        pace = Pace(session.hand_on, desk.clock)
        session.pace_by(pace.wake)
        beside = (session.follow_wishes(), session.watch_books(), pace.run(), bars.run(self._bar_link()))
        tasks = [asyncio.create_task(job) for job in beside]
        try:
            await self._public_link().run(session)
        finally:
            self._public = self._bar_session = None
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def catch_up(self) -> None:
        """Hand on what the public stream has said so far."""
        if self._public is not None:
            self._public.hand_on()

    def health(self) -> LinkHealth:
        """Give clock offset, smoothed round trip and used request weight."""
        desk = self._desk
        return LinkHealth(
            clock_offset_ms=desk.server_clock.offset_ms,
            clock_error_ms=desk.server_clock.error_ms,
            latency_ms=desk.caller.latency_ms,
            budget_used=desk.limiter.used * _WINDOW,
            budget_limit=desk.limiter.limit * _WINDOW,
            too_many=desk.caller.too_many,
            address_refused=desk.caller.address_refused,
        )

    def _public_link(self) -> StreamLink:
        return self._link(self._ws_public_url, "the public stream of HashKey")

    def _bar_link(self) -> StreamLink:
        return self._link(self._ws_bars_url, "the stream of HashKey's bars")

    def _link(self, url: str, name: str) -> StreamLink:
        desk = self._desk
        now_ms: Callable[[], int] = desk.server_clock.now_ms
        return StreamLink(
            always_at(url),
            name=name,
            clock=desk.clock,
            chance=desk.chance,
            silence_s=SILENCE_S,
            own_ping=own_ping(now_ms),
            route=desk.route,
            connection=desk.connection,
        )

    async def _until_listed(self, sink: FeedSink) -> None:
        backoff = Backoff(self._desk.chance, first_s=1.0, cap_s=15.0, floor_s=0.2)
        while True:
            try:
                await self._desk.listings.load()
            except VenueError as error:
                sink(StreamState("public", connected=False, detail=f"the list of pairs was not read: {why(error)}"))
                await self._desk.clock.sleep(backoff.next_s())
            else:
                return

    def _listed_symbols(self, wanted: frozenset[InstrumentId]) -> frozenset[str]:
        """Give the venue's names of those pairs it is not known to lack."""
        return frozenset(symbol for each in wanted if (symbol := symbol_of(each)) and each not in self.not_listed)

    def _bars(self) -> Bars:
        listed = ((each, interval) for each, interval in self._bars_wanted if each not in self.not_listed)
        return frozenset((symbol_of(each), INTERVALS[interval]) for each, interval in listed)

    def _wishes(self) -> Wishes:
        return Wishes(self._listed_symbols(self._tapes), self._listed_symbols(self._deep))

    def _wish(self) -> None:
        if self._public is not None:
            self._public.watch(self._wishes())
