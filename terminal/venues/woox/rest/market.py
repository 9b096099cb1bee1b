"""Public endpoints. Source: WOO X API v3, public data."""

from typing import Any, Final

from terminal.net.limiter import Lane
from terminal.venues.woox.rest.asking import Asker, public
from terminal.venues.woox.wire.market import (
    BookReply,
    FundingPast,
    FundingRow,
    FuturesRow,
    KlineRow,
    TradeRow,
)

MAX_KLINES: Final = 1_000
MAX_TRADES: Final = 500


class MarketRest:
    """Symbols and intervals as the venue spells them. Everything raises `VenueError`."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    async def instruments(self) -> list[dict[str, Any]]:
        """Fetch every market's rules, not read yet. Source: GET public/instruments."""
        return await self._asker.raw_rows(public("public/instruments"))

    async def orderbook(self, symbol: str, levels: int, lane: Lane = Lane.READ) -> BookReply:
        """Fetch the book that orders meet, without hidden retail liquidity. Source: GET public/orderbook."""
        call = public("public/orderbook", lane=lane, symbol=symbol, maxLevel=str(levels), rpi="false")
        return await self._asker.whole(call, BookReply)

    async def market_trades(self, symbol: str, limit: int) -> list[TradeRow]:
        """Fetch the newest prints. Source: GET public/marketTrades."""
        return await self._asker.rows(public("public/marketTrades", symbol=symbol, limit=str(limit)), TradeRow)

    async def kline(self, symbol: str, interval: str, limit: int) -> list[KlineRow]:
        """Fetch the newest bars, 1 to 1000. Source: GET public/kline."""
        call = public("public/kline", symbol=symbol, type=interval, limit=str(limit))
        return await self._asker.rows(call, KlineRow)

    async def kline_history(self, symbol: str, interval: str, before_ms: int, limit: int) -> list[KlineRow]:
        """Fetch bars before a time; nobody is in a hurry for these. Source: GET public/klineHistory."""
        call = public(
            "public/klineHistory",
            lane=Lane.BULK,
            symbol=symbol,
            type=interval,
            before=str(before_ms),
            limit=str(limit),
        )
        return await self._asker.rows(call, KlineRow)

    async def futures(self, symbol: str) -> list[FuturesRow]:
        """Fetch a perpetual's day figures. Source: GET public/futures."""
        return await self._asker.rows(public("public/futures", symbol=symbol), FuturesRow)

    async def funding_rate(self, symbol: str) -> list[FundingRow]:
        """Fetch the expected rate. Source: GET public/fundingRate."""
        return await self._asker.rows(public("public/fundingRate", symbol=symbol), FundingRow)

    async def funding_rate_history(self, symbol: str, limit: int) -> list[FundingPast]:
        """Fetch a page of past settlements, the newest. Source: GET public/fundingRateHistory."""
        call = public("public/fundingRateHistory", symbol=symbol, page="1", size=str(limit))
        return await self._asker.rows(call, FundingPast)
