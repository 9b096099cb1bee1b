"""v2's public data in domain words."""

from typing import Any

from terminal.domain.errors import MalformedReply
from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import Funding, FundingSettled, Interval, OpenInterest, OrderBook, PublicTrade, Ticker
from terminal.net.server_clock import ServerClock
from terminal.venues.weex.codes import VENUE
from terminal.venues.weex.mapper.market import book_from_reply, is_ours, ticker_from, trades_from
from terminal.venues.weex.mapper.v2.market import funding_from, instrument_from, open_interest_from, settled_from
from terminal.venues.weex.mapper.words import REST_INTERVALS, v2_symbol
from terminal.venues.weex.rest.caller import Caller
from terminal.venues.weex.rest.v2.market import MAX_HISTORY_CANDLES, MarketRest
from terminal.venues.weex.wire.decode import parse
from terminal.venues.weex.wire.v2.market import Contract


class MarketV2:
    """Implements `MarketSide`."""

    def __init__(self, caller: Caller, server_clock: ServerClock) -> None:
        self.rest = MarketRest(caller)
        self._server_clock = server_clock

    async def instruments(self) -> tuple[Instrument, ...]:
        rows = await self.rest.contracts()
        return tuple(instrument_from(parse(Contract, row)) for row in rows if is_ours(row))

    async def ticker(self, instrument_id: InstrumentId) -> Ticker:
        return ticker_from(await self.rest.ticker(v2_symbol(instrument_id)), self._server_clock.now_ms())

    async def book(self, instrument_id: InstrumentId, levels: int) -> OrderBook:
        reply = await self.rest.depth(v2_symbol(instrument_id), levels)
        return book_from_reply(instrument_id, reply, self._server_clock.now_ms())

    async def trades(self, instrument_id: InstrumentId, limit: int) -> tuple[PublicTrade, ...]:
        return trades_from(instrument_id, await self.rest.trades(v2_symbol(instrument_id), limit))

    async def candle_rows(self, instrument_id: InstrumentId, interval: Interval, limit: int) -> list[Any]:
        return await self.rest.candles(v2_symbol(instrument_id), REST_INTERVALS[interval], limit)

    async def older_candle_rows(self, instrument_id: InstrumentId, interval: Interval, end_ms: int) -> list[Any]:
        symbol, word = v2_symbol(instrument_id), REST_INTERVALS[interval]
        return await self.rest.history_candles(symbol, word, end_ms, MAX_HISTORY_CANDLES)

    async def funding(self, instrument_id: InstrumentId) -> Funding:
        """Join present rate and next settlement. Raises `VenueError`."""
        symbol = v2_symbol(instrument_id)
        rates = await self.rest.current_funding_rate(symbol)
        rate = next((row for row in rates if row.symbol == symbol), None)
        if rate is None:
            raise MalformedReply(f"The venue gave no funding rate of {symbol}.", venue=VENUE)
        return funding_from(rate, await self.rest.funding_time(symbol))

    async def funding_history(self, instrument_id: InstrumentId, limit: int) -> tuple[FundingSettled, ...]:
        return tuple(map(settled_from, await self.rest.funding_history(v2_symbol(instrument_id), limit)))

    async def open_interest(self, instrument_id: InstrumentId) -> OpenInterest:
        """Read the symbol's row of an array of one. Raises `VenueError`."""
        symbol = v2_symbol(instrument_id)
        rows = await self.rest.open_interest(symbol)
        row = next((row for row in rows if row.symbol == symbol), None)
        if row is None:
            raise MalformedReply(f"The venue gave no open interest of {symbol}.", venue=VENUE)
        return open_interest_from(row, self._server_clock.now_ms())
