"""Order endpoints of v3. Source: weex contract API v3, trade.

POST batchOrders is documented but answers "method not supported", so it is not here.
"""

from collections.abc import Sequence
from typing import Final

from terminal.domain.errors import OutcomeUnknown
from terminal.net.calls.caller import Call, Caller
from terminal.net.wire.decode import parse_list
from terminal.venues.weex.codes import PAGE_SIZE, VENUE
from terminal.venues.weex.rest.placing import PlacingCalls, PlacingTerms
from terminal.venues.weex.rest.v3.endpoints import V3
from terminal.venues.weex.wire.placed import placed_v3, protected_v3
from terminal.venues.weex.wire.v3.orders import CancelResult, FillRow, OrderRow

PLACING: Final = PlacingTerms(
    V3,
    order="order",
    trigger="algoOrder",
    protection="placeTpSlOrder",
    closing="closePositions",
    read_placed=placed_v3,
    read_protected=protected_v3,
)
_TAKEN: Final = frozenset({"CANCELED", "CANCELING"})
_REFUSED: Final = "FAILED"


class OrderRest(PlacingCalls):
    """One method an endpoint. Everything but placing raises `VenueError`."""

    def __init__(self, caller: Caller) -> None:
        super().__init__(caller, PLACING)

    async def cancel_order(self, order_id: str) -> bool:
        """Cancel by id; True when the venue took it. Source: DELETE order."""
        call = V3.delete("order", orderId=order_id)
        return is_taken(call, await self._caller.write_model(call, CancelResult))

    async def cancel_batch_orders(self, order_ids: Sequence[str]) -> list[bool]:
        """Cancel several; every row answers by itself, bare or under `orderList`. Source: DELETE batchOrders."""
        call = V3.delete("batchOrders", {"orderIdList": list(order_ids)})
        value = await self._caller.write(call)
        rows = parse_list(
            CancelResult, value["orderList"] if isinstance(value, dict) and "orderList" in value else value
        )
        return [is_taken(call, row) for row in rows]

    async def cancel_all_open_orders(self, symbol: str | None) -> int:
        """Cancel all resting orders; gives how many. Source: DELETE allOpenOrders."""
        return await self._cancel_list(V3.delete("allOpenOrders", symbol=symbol))

    async def cancel_all_algo_orders(self, symbol: str | None) -> int:
        """Cancel all triggers; gives how many. Source: DELETE algoOpenOrders."""
        return await self._cancel_list(V3.delete("algoOpenOrders", symbol=symbol))

    async def order(self, order_id: str) -> OrderRow:
        """Read one order; the venue refuses our own id alone. Source: GET order."""
        return await self._caller.read_model(V3.get("order", orderId=order_id), OrderRow)

    async def open_orders(self, page: int) -> list[OrderRow]:
        """Fetch one page of open orders of all symbols; pages count from 0. Source: GET openOrders."""
        return await self._caller.read_list(V3.get("openOrders", limit=str(PAGE_SIZE), page=str(page)), OrderRow)

    async def history(self, symbol: str, since_ms: int, until_ms: int | None) -> list[OrderRow]:
        """Fetch past orders, at most 90 days back. Source: GET order/history."""
        return await self._caller.read_list(_window("order/history", symbol, since_ms, until_ms), OrderRow)

    async def user_trades(self, symbol: str | None, since_ms: int, until_ms: int | None) -> list[FillRow]:
        """Fetch executions, at most 100 a call. Source: GET userTrades."""
        return await self._caller.read_list(_window("userTrades", symbol, since_ms, until_ms), FillRow)

    async def _cancel_list(self, call: Call) -> int:
        rows = await self._caller.write_list(call, CancelResult)
        return sum(is_taken(call, row) for row in rows)


def is_taken(call: Call, row: CancelResult) -> bool:
    """Read `success`, or the other sample's `status`.

    Raises:
        OutcomeUnknown: the row says neither.
    """
    status = (row.status or "").upper()
    if row.success is not None:
        return row.success
    if status in _TAKEN:
        return True
    if status == _REFUSED:
        return False
    text = "The answer does not tell whether the order was cancelled."
    raise OutcomeUnknown(text, venue=VENUE, endpoint=call.path)


def _window(name: str, symbol: str | None, since_ms: int, until_ms: int | None) -> Call:
    until = None if until_ms is None else str(until_ms)
    return V3.get(name, symbol=symbol, startTime=str(since_ms), endTime=until, limit=str(PAGE_SIZE))
