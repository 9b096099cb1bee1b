"""Public market endpoints of v3. Source: weex contract API v3, market."""

from typing import Any

from terminal.domain.errors import MalformedReply
from terminal.net.calls.caller import Caller
from terminal.venues.weex.codes import VENUE
from terminal.venues.weex.rest.shared import MarketCalls
from terminal.venues.weex.rest.v3.endpoints import V3
from terminal.venues.weex.wire.market import FundingPast
from terminal.venues.weex.wire.v3.market import (
    BookTicker,
    Depth,
    OpenInterest,
    PremiumIndex,
    SymbolPrice,
    Ticker24h,
    Trade,
)

MAX_HISTORY_CANDLES = 100


class MarketRest(MarketCalls):
    """One method an endpoint; symbols and intervals as the venue spells them."""

    def __init__(self, caller: Caller) -> None:
        super().__init__(caller, V3, Depth, Trade)

    async def exchange_info(self) -> list[dict[str, Any]]:
        """Fetch the rows of all symbols, not yet parsed: only some concern us. Source: GET market/exchangeInfo."""
        call = V3.public("market/exchangeInfo")
        value = await self._caller.read(call)
        symbols = value.get("symbols") if isinstance(value, dict) else None
        if not isinstance(symbols, list):
            raise MalformedReply("The answer names no symbols.", venue=VENUE, endpoint=call.path)
        return [row for row in symbols if isinstance(row, dict)]

    async def ticker_24h(self, symbol: str) -> list[Ticker24h]:
        """Source: GET market/ticker/24hr; an array, weight 40 even for one symbol."""
        return await self._caller.read_list(V3.public("market/ticker/24hr", symbol=symbol), Ticker24h)

    async def book_ticker(self, symbol: str) -> list[BookTicker]:
        """Fetch best bid and ask, which the ticker lacks. Source: GET market/ticker/bookTicker."""
        return await self._caller.read_list(V3.public("market/ticker/bookTicker", symbol=symbol), BookTicker)

    async def klines(self, symbol: str, interval: str, limit: int) -> list[Any]:
        """Fetch the newest bars (at most 1000) as arrays of eleven. Source: GET market/klines."""
        return await self._rows(V3.public("market/klines", symbol=symbol, interval=interval, limit=str(limit)))

    async def price_klines(self, price_type: str, symbol: str, interval: str, limit: int) -> list[Any]:
        """Fetch bars of the `index` or the `mark` price. Source: GET market/indexPriceKlines, markPriceKlines."""
        name = f"market/{price_type}PriceKlines"
        return await self._rows(V3.public(name, symbol=symbol, interval=interval, limit=str(limit)))

    async def history_klines(self, symbol: str, interval: str, end_ms: int, limit: int) -> list[Any]:
        """Fetch bars (at most 100) up to a time as arrays. Source: GET market/historyKlines."""
        count = str(max(1, min(limit, MAX_HISTORY_CANDLES)))
        return await self._rows(
            V3.bulk("market/historyKlines", symbol=symbol, interval=interval, endTime=str(end_ms), limit=count)
        )

    async def symbol_price(self, symbol: str, price_type: str) -> SymbolPrice:
        """Fetch the INDEX or the MARK price. Source: GET market/symbolPrice."""
        call = V3.public("market/symbolPrice", symbol=symbol, priceType=price_type)
        return await self._caller.read_model(call, SymbolPrice)

    async def open_interest(self, symbol: str) -> OpenInterest:
        """Source: GET market/openInterest."""
        return await self._caller.read_model(V3.public("market/openInterest", symbol=symbol), OpenInterest)

    async def premium_index(self, symbol: str) -> list[PremiumIndex]:
        """Fetch mark, index and funding in one. Source: GET market/premiumIndex."""
        return await self._caller.read_list(V3.public("market/premiumIndex", symbol=symbol), PremiumIndex)

    async def funding_rate(self, symbol: str, limit: int) -> list[FundingPast]:
        """Fetch the newest settlements, at most 1000. Source: GET market/fundingRate."""
        call = V3.public("market/fundingRate", symbol=symbol, limit=str(limit))
        return await self._caller.read_list(call, FundingPast)

    async def api_trading_symbols(self) -> list[str]:
        """Fetch which symbols may be traded through the API. Source: GET market/apiTradingSymbols."""
        return [str(row) for row in await self._rows(V3.public("market/apiTradingSymbols"))]
