"""Public market endpoints of v2. Source: weex contract API v2, market."""

from typing import Any

from terminal.net.calls.caller import Caller
from terminal.venues.weex.rest.shared import MarketCalls
from terminal.venues.weex.rest.v2.endpoints import V2
from terminal.venues.weex.wire.market import FundingPast
from terminal.venues.weex.wire.v2.market import (
    Depth,
    FundingRate,
    FundingTime,
    IndexPrice,
    OpenInterest,
    Ticker,
    Trade,
)

MAX_CANDLES = 1000
MAX_HISTORY_CANDLES = 100


class MarketRest(MarketCalls):
    """One method an endpoint; symbols and intervals as the venue spells them."""

    def __init__(self, caller: Caller) -> None:
        super().__init__(caller, V2, Depth, Trade)

    async def contracts(self) -> list[dict[str, Any]]:
        """Fetch the rows of all contracts, not yet parsed: only some concern us. Source: GET market/contracts."""
        return [row for row in await self._rows(V2.public("market/contracts")) if isinstance(row, dict)]

    async def ticker(self, symbol: str) -> Ticker:
        """Source: GET market/ticker."""
        return await self._caller.read_model(V2.public("market/ticker", symbol=symbol), Ticker)

    async def tickers(self) -> list[Ticker]:
        """Fetch all tickers at once; too heavy (40) to be polled. Source: GET market/tickers."""
        return await self._caller.read_list(V2.public("market/tickers"), Ticker)

    async def candles(self, symbol: str, granularity: str, limit: int, price_type: str | None = None) -> list[Any]:
        """Fetch the newest bars (at most 1000) as arrays, in the venue's order.

        `price_type` is LAST, MARK or INDEX. Source: GET market/candles.
        """
        count = str(max(1, min(limit, MAX_CANDLES)))
        return await self._rows(
            V2.public("market/candles", symbol=symbol, granularity=granularity, limit=count, priceType=price_type)
        )

    async def history_candles(self, symbol: str, granularity: str, end_ms: int, limit: int) -> list[Any]:
        """Fetch bars (at most 100) up to a time as arrays, in the venue's order.

        With both times given the venue would ignore the start, so only the end is sent.
        Source: GET market/historyCandles.
        """
        count = str(max(1, min(limit, MAX_HISTORY_CANDLES)))
        return await self._rows(
            V2.bulk("market/historyCandles", symbol=symbol, granularity=granularity, endTime=str(end_ms), limit=count)
        )

    async def index(self, symbol: str, price_type: str) -> IndexPrice:
        """Fetch the index price, or with MARK the mark price. Source: GET market/index."""
        return await self._caller.read_model(V2.public("market/index", symbol=symbol, priceType=price_type), IndexPrice)

    async def open_interest(self, symbol: str) -> list[OpenInterest]:
        """Source: GET market/open_interest; an array of one."""
        return await self._caller.read_list(V2.public("market/open_interest", symbol=symbol), OpenInterest)

    async def current_funding_rate(self, symbol: str) -> list[FundingRate]:
        """Source: GET market/currentFundRate."""
        return await self._caller.read_list(V2.public("market/currentFundRate", symbol=symbol), FundingRate)

    async def funding_time(self, symbol: str) -> FundingTime:
        """Source: GET market/funding_time."""
        return await self._caller.read_model(V2.public("market/funding_time", symbol=symbol), FundingTime)

    async def funding_history(self, symbol: str, limit: int) -> list[FundingPast]:
        """Fetch the newest settlements, 1 to 100. Source: GET market/getHistoryFundRate."""
        call = V2.public("market/getHistoryFundRate", symbol=symbol, limit=str(limit))
        return await self._caller.read_list(call, FundingPast)
