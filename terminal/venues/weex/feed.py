"""The market half of the adapter."""

import asyncio
from typing import Final

from terminal.domain.errors import MalformedReply
from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import Candle, Funding, Interval
from terminal.ports.market_feed import FeedSink, LinkHealth
from terminal.venues.weex.codes import VENUE
from terminal.venues.weex.desk import Desk
from terminal.venues.weex.mapper.market import candles_from, funding_from, instrument_from, is_ours
from terminal.venues.weex.mapper.words import REST_INTERVALS, STREAM_INTERVALS, venue_symbol
from terminal.venues.weex.relay import FeedRelay
from terminal.venues.weex.rest.market import MAX_CANDLES, MAX_HISTORY_CANDLES
from terminal.venues.weex.stream.link import StreamLink
from terminal.venues.weex.stream.public import PublicSession
from terminal.venues.weex.wire.decode import parse
from terminal.venues.weex.wire.market import Contract

BarsWanted = frozenset[tuple[InstrumentId, Interval]]
_NO_BARS: Final[BarsWanted] = frozenset()


class WeexFeed:
    """Implements `MarketFeed` on a desk."""

    def __init__(self, desk: Desk, ws_public_url: str) -> None:
        self._desk = desk
        self._ws_public_url = ws_public_url
        self._bars_wanted = _NO_BARS
        self._public: PublicSession | None = None

    async def sync_clock(self) -> None:
        """Measure the venue's clock against ours. Raises `VenueError` when it cannot be read."""
        await self._desk.caller.sync_clock()

    async def instruments(self) -> tuple[Instrument, ...]:
        """Load the rules of the competition's pairs.

        Raises:
            VenueError: nothing was read, or none of the pairs is listed.
        """
        rows = await self._desk.market.contracts()
        found = tuple(instrument_from(parse(Contract, row)) for row in rows if is_ours(row))
        if not found:
            raise MalformedReply("The venue lists none of the competition's pairs.", venue=VENUE)
        return found

    async def candles(self, instrument_id: InstrumentId, interval: Interval, limit: int) -> tuple[Candle, ...]:
        """Fetch at most `limit` (up to 1000) newest bars, oldest first; the last may be forming.

        Raises:
            VenueError: nothing was read; one impossible bar spoils the answer.
        """
        symbol = venue_symbol(instrument_id)
        wanted = max(1, min(limit, MAX_CANDLES))
        rows = await self._desk.market.candles(symbol, REST_INTERVALS[interval], wanted)
        return candles_from(rows, interval.ms, self._desk.server_clock.now_ms())[-wanted:]

    async def older_candles(
        self, instrument_id: InstrumentId, interval: Interval, before_ms: int
    ) -> tuple[Candle, ...]:
        """Fetch at most 100 closed bars that opened before a time, oldest first; none when there are no older ones.

        Raises:
            VenueError: nothing was read.
        """
        symbol, words = venue_symbol(instrument_id), REST_INTERVALS[interval]
        rows = await self._desk.market.history_candles(symbol, words, before_ms - 1, MAX_HISTORY_CANDLES)
        bars = candles_from(rows, interval.ms, self._desk.server_clock.now_ms())
        # An end the venue does not like gives its newest rows instead of an error.
        return tuple(bar for bar in bars if bar.open_ms < before_ms and bar.closed)

    async def funding(self, instrument_id: InstrumentId) -> Funding:
        """Fetch present rate and next settlement. Raises `VenueError`."""
        symbol = venue_symbol(instrument_id)
        rates = await self._desk.market.current_funding_rate(symbol)
        rate = next((row for row in rates if row.symbol == symbol), None)
        if rate is None:
            raise MalformedReply(f"The venue gave no funding rate of {symbol}.", venue=VENUE)
        return funding_from(rate, await self._desk.market.funding_time(symbol))

    def watch_candles(self, wanted: BarsWanted) -> None:
        """Set which bars the public stream follows.

        Raises:
            RequestRejected: an instrument outside the competition.
        """
        bars = _in_venue_words(wanted)
        self._bars_wanted = wanted
        if self._public is not None:
            self._public.watch(bars)

    async def run_public(self, instruments: tuple[InstrumentId, ...], sink: FeedSink) -> None:
        """Follow tickers, books and watched bars until cancelled, reconnecting by itself.

        Raises:
            RequestRejected: an instrument outside the competition.
        """
        desk = self._desk
        symbols = tuple(venue_symbol(instrument_id) for instrument_id in instruments)
        relay = FeedRelay(sink, desk.server_clock)
        session = PublicSession(symbols, _in_venue_words(self._bars_wanted), relay, desk.clock)
        link = StreamLink(self._ws_public_url, _no_headers, clock=desk.clock, chance=desk.chance)
        self._public = session
        follower = asyncio.create_task(session.follow_wishes())
        try:
            await link.run(session)
        finally:
            self._public = None
            follower.cancel()
            await asyncio.gather(follower, return_exceptions=True)

    def health(self) -> LinkHealth:
        """Give clock offset, smoothed round trip and used request weight."""
        desk = self._desk
        return LinkHealth(
            clock_offset_ms=desk.server_clock.offset_ms,
            latency_ms=desk.caller.latency_ms,
            budget_used=desk.limiter.used,
            budget_limit=desk.limiter.limit,
        )


async def _no_headers() -> dict[str, str]:
    return {}


def _in_venue_words(wanted: BarsWanted) -> frozenset[tuple[str, str]]:
    return frozenset((venue_symbol(instrument_id), STREAM_INTERVALS[interval]) for instrument_id, interval in wanted)
