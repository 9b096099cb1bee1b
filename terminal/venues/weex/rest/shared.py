"""Reads and settings both dialects have under the same name, with rows of their own spelling."""

from typing import Any

from terminal.domain.errors import MalformedReply
from terminal.net.calls.caller import Call, Caller
from terminal.venues.weex.codes import VENUE
from terminal.venues.weex.rest.table import Endpoints
from terminal.venues.weex.wire.account import PositionRow
from terminal.venues.weex.wire.market import BookReply, TradeRow


class MarketCalls:
    """Book and prints; symbols and intervals as the venue spells them."""

    def __init__(self, caller: Caller, table: Endpoints, depth: type[BookReply], trade: type[TradeRow]) -> None:
        self._caller = caller
        self._table = table
        self._depth = depth
        self._trade = trade

    async def depth(self, symbol: str, limit: int) -> BookReply:
        """Fetch a book of 15 or 200 levels; other limits are refused. Source: GET market/depth."""
        call = self._table.public("market/depth", symbol=symbol, limit=str(limit))
        return await self._caller.read_model(call, self._depth)

    async def trades(self, symbol: str, limit: int) -> list[TradeRow]:
        """Fetch the newest prints, 1 to 1000, in no order of time. Source: GET market/trades."""
        call = self._table.public("market/trades", symbol=symbol, limit=str(limit))
        return await self._caller.read_list(call, self._trade)

    async def _rows(self, call: Call) -> list[Any]:
        """Fetch an array that is not read yet. Raises `VenueError`."""
        value = await self._caller.read(call)
        if not isinstance(value, list):
            raise MalformedReply("The answer is not a list.", venue=VENUE, endpoint=call.path)
        return value


class PositionCalls:
    """Held positions and their margin."""

    def __init__(self, caller: Caller, table: Endpoints, position: type[PositionRow]) -> None:
        self._caller = caller
        self._table = table
        self._position = position

    async def all_position(self) -> list[PositionRow]:
        """Source: GET account/position/allPosition."""
        return await self._caller.read_list(self._table.get("account/position/allPosition"), self._position)

    async def single_position(self, symbol: str) -> list[PositionRow]:
        """Source: GET account/position/singlePosition; array or one object."""
        call = self._table.get("account/position/singlePosition", symbol=symbol)
        return await self._caller.read_list(call, self._position)

    async def modify_auto_append_margin(self, position_id: str, enabled: bool) -> None:
        """Let an isolated position draw on free margin by itself. Source: POST account/modifyAutoAppendMargin."""
        body = {"positionId": int(position_id), "autoAppendMargin": enabled}
        await self._caller.write(self._table.post("account/modifyAutoAppendMargin", body))
