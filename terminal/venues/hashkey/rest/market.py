"""Public endpoints. Source: HashKey API, market data. Everything raises `VenueError`."""

from typing import Any

from terminal.domain.errors import MalformedReply
from terminal.net.calls.caller import Call, Caller
from terminal.net.limiter import Lane
from terminal.venues.hashkey.codes import VENUE
from terminal.venues.hashkey.rest.limits import PUBLIC
from terminal.venues.hashkey.wire.market import DayRow, Depth, PriceRow, TradeRow


class MarketRest:
    """One method an endpoint; symbols and intervals as HashKey spells them."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def exchange_info(self, site: str) -> Any:
        """Fetch pairs and filters, not read yet. Without `site` another company's list comes.

        Source: GET /api/v1/exchangeInfo.
        """
        return await self._caller.read(_call("/api/v1/exchangeInfo", ("site", site)))

    async def depth(self, symbol: str, limit: int) -> Depth:
        """Fetch a book of at most 200 levels. Source: GET /quote/v1/depth."""
        call = _call("/quote/v1/depth", ("symbol", symbol), ("limit", str(limit)))
        return await self._caller.read_model(call, Depth)

    async def trades(self, symbol: str, limit: int) -> list[TradeRow]:
        """Fetch the newest prints, at most 100. Source: GET /quote/v1/trades."""
        call = _call("/quote/v1/trades", ("symbol", symbol), ("limit", str(limit)))
        return await self._caller.read_list(call, TradeRow)

    async def klines(
        self, symbol: str, interval: str, limit: int, *, start_ms: int | None = None, end_ms: int | None = None
    ) -> list[Any]:
        """Fetch array rows of bars, at most 1000, not read yet. Older ones are in no hurry.

        Source: GET /quote/v1/klines.
        """
        query = [("symbol", symbol), ("interval", interval), ("limit", str(limit))]
        if start_ms is not None and end_ms is not None:
            query += [("startTime", str(start_ms)), ("endTime", str(end_ms))]
        lane = Lane.READ if end_ms is None else Lane.BULK
        call = Call("GET", "/quote/v1/klines", PUBLIC, query=tuple(query), lane=lane, signed=False)
        value = await self._caller.read(call)
        if not isinstance(value, list):
            raise MalformedReply("The answer is not a list.", venue=VENUE, endpoint=call.path)
        return value

    async def day(self, symbol: str) -> list[DayRow]:
        """Fetch day figures: an array, even of one symbol. Source: GET /quote/v1/ticker/24hr."""
        return await self._caller.read_list(_call("/quote/v1/ticker/24hr", ("symbol", symbol)), DayRow)

    async def prices(self) -> list[PriceRow]:
        """Fetch the last price of every pair. Source: GET /quote/v1/ticker/price."""
        return await self._caller.read_list(_call("/quote/v1/ticker/price"), PriceRow)


def _call(path: str, *query: tuple[str, str]) -> Call:
    return Call("GET", path, PUBLIC, query=query, signed=False)
