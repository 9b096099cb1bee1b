"""The market half of the adapter."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol, TypeVar

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
    Ticker,
)
from terminal.net.stream.link import OwnPing, StreamLink, always_at
from terminal.net.stream.pace import Pace
from terminal.ports.market_feed import FeedSink, LinkHealth
from terminal.venues.woox.books import Books
from terminal.venues.woox.codes import VENUE
from terminal.venues.woox.desk import Desk
from terminal.venues.woox.mapper import market as mapping
from terminal.venues.woox.mapper.words import INTERVALS
from terminal.venues.woox.relay import FeedRelay
from terminal.venues.woox.rest.market import MAX_KLINES, MAX_TRADES
from terminal.venues.woox.stream.frames import PING_S, ping
from terminal.venues.woox.stream.mending import Snapshot
from terminal.venues.woox.stream.public import PublicSession
from terminal.venues.woox.stream.topics import DEEP, DEPTH, Market, Wishes
from terminal.venues.woox.wire.market import InstrumentRow
from terminal.venues.woox.wire.pushes import snapshot_levels

BarsWanted = frozenset[tuple[InstrumentId, Interval]]
OLDER_BARS: Final = 500
MAX_SETTLEMENTS: Final = 100
_DAY_HOURS: Final = 24
_NO_FUNDING: Final = "WOO X spot has no funding: coins are owned, not borrowed."
_log = logging.getLogger(__name__)


class _Named(Protocol):
    @property
    def symbol(self) -> str: ...


_Row = TypeVar("_Row", bound=_Named)


class WooxFeed:
    """Implements `MarketFeed` on a desk."""

    def __init__(self, desk: Desk, books: Books, public_url: str) -> None:
        self._desk = desk
        self._books = books
        self._public_url = public_url
        self._wishes = Wishes()
        self._public: PublicSession | None = None

    async def sync_clock(self) -> None:
        """Measure the venue's clock against ours. Raises `VenueError` when it cannot be read."""
        await self._desk.caller.sync_clock()

    async def instruments(self) -> tuple[Instrument, ...]:
        """Load the rules of the pairs this program trades, with the account's own fees where there is a key.

        Raises:
            VenueError: nothing was read, or none of the pairs is listed.
        """
        desk = self._desk
        rows = mapping.rows_of_ours(await desk.market.instruments(), desk.symbols)
        if not rows:
            raise MalformedReply("WOO X lists none of the pairs this program trades.", venue=VENUE)
        desk.known.rules |= {desk.symbols.instrument_of(row.symbol): row for row in rows}
        fees = await self._fees(rows[0])
        return tuple(mapping.instrument_from(row, fees, desk.symbols) for row in rows)

    async def _fees(self, row: InstrumentRow) -> mapping.Fees:
        """Ask for the account's fees; without a key, or an answer, what everybody pays.

        They go by the account's level, so one pair's stand for all: the question is allowed twice a second.
        """
        usual = mapping.SPOT_FEES if self._desk.symbols.is_spot else mapping.PERPETUAL_FEES
        if not self._desk.has_key:
            return usual
        try:
            return mapping.fees_from(await self._desk.account.trading_fee(row.symbol))
        except VenueError as error:
            _log.warning("the fees of %s could not be read: %s", row.symbol, error)
            return usual

    async def ticker(self, instrument_id: InstrumentId) -> Ticker:
        """Fetch last price and day figures once. Raises `VenueError`."""
        desk, symbol = self._desk, self._desk.symbols.spell(instrument_id)
        now_ms = desk.server_clock.now_ms
        if desk.symbols.is_spot:
            rows = await desk.market.kline(symbol, INTERVALS[Interval.H1], _DAY_HOURS)
            return mapping.ticker_from_hours(instrument_id, rows, now_ms())
        row = _row_of(await desk.market.futures(symbol), symbol)
        return mapping.ticker_from_day(instrument_id, row, now_ms())

    async def book(self, instrument_id: InstrumentId, levels: int) -> OrderBook:
        """Fetch the book orders meet, of 50 levels, or 200 when more are asked for. Raises `VenueError`."""
        symbol = self._desk.symbols.spell(instrument_id)
        reply = await self._desk.market.orderbook(symbol, DEPTH if levels <= DEPTH else DEEP)
        return mapping.book_from(instrument_id, reply)

    async def recent_trades(self, instrument_id: InstrumentId, limit: int) -> tuple[PublicTrade, ...]:
        """Fetch at most `limit` (up to 500) newest prints, oldest first. Raises `VenueError`."""
        wanted = max(1, min(limit, MAX_TRADES))
        rows = await self._desk.market.market_trades(self._desk.symbols.spell(instrument_id), wanted)
        return mapping.trades_from(instrument_id, rows)[-wanted:]

    async def open_interest(self, instrument_id: InstrumentId) -> OpenInterest:
        """Fetch the size of all open contracts. Raises `RequestRejected` on spot, else `VenueError`."""
        self._require_perpetual("WOO X spot has no open interest: there are no contracts.")
        symbol = self._desk.symbols.spell(instrument_id)
        row = _row_of(await self._desk.market.futures(symbol), symbol)
        return mapping.open_interest_from(instrument_id, row, self._desk.server_clock.now_ms())

    async def candles(self, instrument_id: InstrumentId, interval: Interval, limit: int) -> tuple[Candle, ...]:
        """Fetch at most `limit` (up to 1000) newest bars, oldest first; the last may be open. Raises `VenueError`."""
        wanted = max(1, min(limit, MAX_KLINES))
        symbol = self._desk.symbols.spell(instrument_id)
        rows = await self._desk.market.kline(symbol, INTERVALS[interval], wanted)
        return mapping.candles_from(rows, interval.ms, self._desk.server_clock.now_ms())[-wanted:]

    async def older_candles(
        self, instrument_id: InstrumentId, interval: Interval, before_ms: int
    ) -> tuple[Candle, ...]:
        """Fetch a page of closed bars that opened before a time, oldest first; empty when there are none.

        Raises:
            VenueError: nothing was read.
        """
        symbol = self._desk.symbols.spell(instrument_id)
        rows = await self._desk.market.kline_history(symbol, INTERVALS[interval], before_ms, OLDER_BARS)
        bars = mapping.candles_from(rows, interval.ms, self._desk.server_clock.now_ms())
        return tuple(bar for bar in bars if bar.open_ms < before_ms and bar.closed)

    async def funding(self, instrument_id: InstrumentId) -> Funding:
        """Fetch expected rate and next settlement. Raises `RequestRejected` on spot, else `VenueError`."""
        self._require_perpetual(_NO_FUNDING)
        symbol = self._desk.symbols.spell(instrument_id)
        return mapping.funding_from(instrument_id, _row_of(await self._desk.market.funding_rate(symbol), symbol))

    async def funding_history(self, instrument_id: InstrumentId, limit: int) -> tuple[FundingSettled, ...]:
        """Fetch at most `limit` (up to 100) newest settlements, oldest first. Raises as `funding`."""
        self._require_perpetual(_NO_FUNDING)
        wanted = max(1, min(limit, MAX_SETTLEMENTS))
        rows = await self._desk.market.funding_rate_history(self._desk.symbols.spell(instrument_id), wanted)
        settled = sorted((mapping.settled_from(instrument_id, row) for row in rows), key=lambda each: each.ts_event_ms)
        return tuple(settled)[-wanted:]

    # -- the stream --------------------------------------------------------------------

    def watch_candles(self, wanted: BarsWanted) -> None:
        """Set which bars the public stream follows. Raises `RequestRejected` for a pair this program does not trade."""
        spell = self._desk.symbols.spell
        bars = frozenset((spell(instrument_id), INTERVALS[interval]) for instrument_id, interval in wanted)
        self._wish(replace(self._wishes, bars=bars))

    def watch_trades(self, wanted: frozenset[InstrumentId]) -> None:
        """Set whose tape the public stream follows. Raises as `watch_candles`."""
        self._wish(replace(self._wishes, tapes=frozenset(map(self._desk.symbols.spell, wanted))))

    def watch_deep_books(self, wanted: frozenset[InstrumentId]) -> None:
        """Set whose book comes with 200 levels. Raises as `watch_candles`."""
        self._wish(replace(self._wishes, deep=frozenset(map(self._desk.symbols.spell, wanted))))

    async def run_public(self, instruments: tuple[InstrumentId, ...], sink: FeedSink) -> None:
        """Follow prices, books and what is watched until cancelled, reconnecting by itself.

        Raises:
            RequestRejected: a pair this program does not trade.
        """
        desk, symbols = self._desk, self._desk.symbols
        markets = tuple(
            Market(symbols.spell(each), None if symbols.is_spot else symbols.index_of(each)) for each in instruments
        )
        relay = FeedRelay(sink, desk.server_clock, symbols, self._books)
        session = PublicSession(markets, self._wishes, relay, desk.clock, self._books.shelf, self._snapshot)
        link = StreamLink(
            always_at(self._public_url),
            clock=desk.clock,
            chance=desk.chance,
            name="WOO X public stream",
            own_ping=OwnPing(PING_S, lambda: ping(desk.server_clock.now_ms())),
            route=desk.route,
            connection=desk.connection,
        )
        self._public = session
        pace = Pace(session.hand_on, desk.clock)
        session.pace_by(pace.wake)
        jobs = (session.follow_wishes(), session.mend_books(), pace.run())
        beside = [asyncio.create_task(job) for job in jobs]
        try:
            await link.run(session)
        finally:
            self._public = None
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    def catch_up(self) -> None:
        """Hand on at once what has come and waits for its turn."""
        if self._public is not None:
            self._public.hand_on()

    def health(self) -> LinkHealth:
        desk = self._desk
        return LinkHealth(
            clock_offset_ms=desk.server_clock.offset_ms,
            clock_error_ms=desk.server_clock.error_ms,
            latency_ms=desk.caller.latency_ms,
            budget_used=desk.limiter.used,
            budget_limit=desk.limiter.limit,
            too_many=desk.caller.too_many,
            address_refused=desk.caller.address_refused,
        )

    async def _snapshot(self, symbol: str, depth: int) -> Snapshot:
        reply = await self._desk.market.orderbook(symbol, depth)
        return Snapshot(reply.changed_ms, *snapshot_levels(reply))

    def _wish(self, wishes: Wishes) -> None:
        self._wishes = wishes
        if self._public is not None:
            self._public.watch(wishes)

    def _require_perpetual(self, words: str) -> None:
        if self._desk.symbols.is_spot:
            raise RequestRejected(words, venue=VENUE)


def _row_of(rows: Sequence[_Row], symbol: str) -> _Row:
    """Give the symbol's row of a list that should have one. Raises `MalformedReply`."""
    for row in rows:
        if row.symbol == symbol:
            return row
    raise MalformedReply(f"The answer does not name {symbol}.", venue=VENUE)
