"""v3's public data in domain words."""

from typing import Any

from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import Funding, FundingSettled, Interval, OpenInterest, Ticker
from terminal.net.calls.caller import Caller
from terminal.net.server_clock import ServerClock
from terminal.venues.weex.mapper.market import (
    funding_from,
    instruments_from,
    open_interest_from,
    settled_from,
    ticker_from,
)
from terminal.venues.weex.mapper.words import REST_INTERVALS, v3_symbol
from terminal.venues.weex.rest.v3.market import MAX_HISTORY_CANDLES, MarketRest
from terminal.venues.weex.sides import BookSide, row_of
from terminal.venues.weex.wire.quick import ticker_of
from terminal.venues.weex.wire.v3.market import SymbolInfo


class MarketV3(BookSide):
    """Implements `MarketSide`."""

    def __init__(self, caller: Caller, server_clock: ServerClock) -> None:
        self.rest = MarketRest(caller)
        super().__init__(self.rest, server_clock, v3_symbol)

    async def instruments(self) -> tuple[Instrument, ...]:
        return instruments_from(SymbolInfo, await self.rest.exchange_info())

    async def ticker(self, instrument_id: InstrumentId) -> Ticker:
        symbol = v3_symbol(instrument_id)
        row = row_of(await self.rest.ticker_24h(symbol), symbol)
        return ticker_from(ticker_of(row), self._server_clock.now_ms())

    async def candle_rows(self, instrument_id: InstrumentId, interval: Interval, limit: int) -> list[Any]:
        return await self.rest.klines(v3_symbol(instrument_id), REST_INTERVALS[interval], limit)

    async def older_candle_rows(self, instrument_id: InstrumentId, interval: Interval, end_ms: int) -> list[Any]:
        symbol, word = v3_symbol(instrument_id), REST_INTERVALS[interval]
        return await self.rest.history_klines(symbol, word, end_ms, MAX_HISTORY_CANDLES)

    async def funding(self, instrument_id: InstrumentId) -> Funding:
        symbol = v3_symbol(instrument_id)
        row = row_of(await self.rest.premium_index(symbol), symbol)
        return funding_from(row, row.next_funding_time)

    async def funding_history(self, instrument_id: InstrumentId, limit: int) -> tuple[FundingSettled, ...]:
        return tuple(map(settled_from, await self.rest.funding_rate(v3_symbol(instrument_id), limit)))

    async def open_interest(self, instrument_id: InstrumentId) -> OpenInterest:
        row = await self.rest.open_interest(v3_symbol(instrument_id))
        return open_interest_from(row, self._server_clock.now_ms())
