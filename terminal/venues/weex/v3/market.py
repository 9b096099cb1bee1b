"""v3's public data in domain words."""

from typing import Any, TypeVar

from terminal.domain.errors import MalformedReply
from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import Funding, FundingSettled, Interval, OpenInterest, OrderBook, PublicTrade, Ticker
from terminal.net.server_clock import ServerClock
from terminal.venues.weex.codes import VENUE
from terminal.venues.weex.mapper.market import book_from_reply, is_ours, ticker_from, trades_from
from terminal.venues.weex.mapper.v3.market import funding_from, instrument_from, open_interest_from, settled_from
from terminal.venues.weex.mapper.words import REST_INTERVALS, v3_symbol
from terminal.venues.weex.rest.caller import Caller
from terminal.venues.weex.rest.v3.market import MAX_HISTORY_CANDLES, MarketRest
from terminal.venues.weex.wire.decode import parse
from terminal.venues.weex.wire.v3.market import PremiumIndex, SymbolInfo, Ticker24h

_Row = TypeVar("_Row", Ticker24h, PremiumIndex)


class MarketV3:
    """Implements `MarketSide`."""

    def __init__(self, caller: Caller, server_clock: ServerClock) -> None:
        self.rest = MarketRest(caller)
        self._server_clock = server_clock

    async def instruments(self) -> tuple[Instrument, ...]:
        rows = await self.rest.exchange_info()
        return tuple(instrument_from(parse(SymbolInfo, row)) for row in rows if is_ours(row))

    async def ticker(self, instrument_id: InstrumentId) -> Ticker:
        symbol = v3_symbol(instrument_id)
        return ticker_from(_of(await self.rest.ticker_24h(symbol), symbol), self._server_clock.now_ms())

    async def book(self, instrument_id: InstrumentId, levels: int) -> OrderBook:
        reply = await self.rest.depth(v3_symbol(instrument_id), levels)
        return book_from_reply(instrument_id, reply, self._server_clock.now_ms())

    async def trades(self, instrument_id: InstrumentId, limit: int) -> tuple[PublicTrade, ...]:
        return trades_from(instrument_id, await self.rest.trades(v3_symbol(instrument_id), limit))

    async def candle_rows(self, instrument_id: InstrumentId, interval: Interval, limit: int) -> list[Any]:
        return await self.rest.klines(v3_symbol(instrument_id), REST_INTERVALS[interval], limit)

    async def older_candle_rows(self, instrument_id: InstrumentId, interval: Interval, end_ms: int) -> list[Any]:
        symbol, word = v3_symbol(instrument_id), REST_INTERVALS[interval]
        return await self.rest.history_klines(symbol, word, end_ms, MAX_HISTORY_CANDLES)

    async def funding(self, instrument_id: InstrumentId) -> Funding:
        symbol = v3_symbol(instrument_id)
        return funding_from(_of(await self.rest.premium_index(symbol), symbol))

    async def funding_history(self, instrument_id: InstrumentId, limit: int) -> tuple[FundingSettled, ...]:
        return tuple(map(settled_from, await self.rest.funding_rate(v3_symbol(instrument_id), limit)))

    async def open_interest(self, instrument_id: InstrumentId) -> OpenInterest:
        row = await self.rest.open_interest(v3_symbol(instrument_id))
        return open_interest_from(row, self._server_clock.now_ms())


def _of(rows: list[_Row], symbol: str) -> _Row:
    """Give the symbol's row of an array that should have one.

    Raises:
        MalformedReply: it is not there.
    """
    for row in rows:
        if row.symbol == symbol:
            return row
    raise MalformedReply(f"The answer does not name {symbol}.", venue=VENUE)
