"""Public market endpoints. Source: weex contract API v2, market."""

from typing import Any

from terminal.domain.errors import MalformedReply
from terminal.net.limiter import Cost
from terminal.venues.weex.codes import VENUE
from terminal.venues.weex.rest.caller import Call, Caller
from terminal.venues.weex.wire.market import FundingRate, FundingTime

MAX_CANDLES = 1000
MAX_HISTORY_CANDLES = 100
_PREFIX = "/capi/v2/market/"


class MarketRest:
    """One method an endpoint; symbols and intervals as the venue spells them."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def contracts(self) -> list[dict[str, Any]]:
        """Fetch the rows of all contracts, not yet parsed: only some concern us.

        Source: GET market/contracts, weight 10.
        """
        return [row for row in await self._rows(_public("contracts", 10)) if isinstance(row, dict)]

    async def candles(self, symbol: str, granularity: str, limit: int) -> list[Any]:
        """Fetch the newest bars as arrays, in the venue's order.

        Source: GET market/candles, weight 1, at most 1000 rows.
        """
        count = str(max(1, min(limit, MAX_CANDLES)))
        return await self._rows(_public("candles", 1, symbol=symbol, granularity=granularity, limit=count))

    async def history_candles(self, symbol: str, granularity: str, end_ms: int, limit: int) -> list[Any]:
        """Fetch bars up to a time as arrays, in the venue's order.

        Source: GET market/historyCandles, weight 5, at most 100 rows.
        """
        count = str(max(1, min(limit, MAX_HISTORY_CANDLES)))
        call = _public("historyCandles", 5, symbol=symbol, granularity=granularity, endTime=str(end_ms), limit=count)
        return await self._rows(call)

    async def current_funding_rate(self, symbol: str) -> list[FundingRate]:
        """Source: GET market/currentFundRate, weight 1."""
        return await self._caller.read_list(_public("currentFundRate", 1, symbol=symbol), FundingRate)

    async def funding_time(self, symbol: str) -> FundingTime:
        """Source: GET market/funding_time, weight 1."""
        return await self._caller.read_model(_public("funding_time", 1, symbol=symbol), FundingTime)

    async def _rows(self, call: Call) -> list[Any]:
        value = await self._caller.read(call)
        if not isinstance(value, list):
            raise MalformedReply("The answer is not a list.", venue=VENUE, endpoint=call.path)
        return value


def _public(name: str, weight: int, **query: str) -> Call:
    return Call("GET", _PREFIX + name, Cost(ip=weight), query=tuple(query.items()), signed=False)
