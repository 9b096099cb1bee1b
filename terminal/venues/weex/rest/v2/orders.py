"""Order endpoints of v2. Source: weex contract API v2, trade."""

from collections.abc import Sequence
from typing import Any, Final

import orjson

from terminal.net.calls.caller import Caller
from terminal.net.limiter import Lane
from terminal.venues.weex.codes import PAGE_SIZE
from terminal.venues.weex.rest.placing import PlacingCalls, PlacingTerms
from terminal.venues.weex.rest.v2.endpoints import V2
from terminal.venues.weex.wire.placed import placed_v2, protected_v2
from terminal.venues.weex.wire.v2.orders import (
    BatchCancelReply,
    BatchCancelRow,
    BatchReply,
    BatchRow,
    CancelledRow,
    CancelResult,
    FillPage,
    OrderRow,
)

MAX_BATCH: Final = 20
PLACING: Final = PlacingTerms(
    V2,
    order="order/placeOrder",
    trigger="order/plan_order",
    protection="order/placeTpSlOrder",
    closing="order/closePositions",
    read_placed=placed_v2,
    read_protected=protected_v2,
)


class OrderRest(PlacingCalls):
    """One method an endpoint. Everything but placing raises `VenueError`."""

    def __init__(self, caller: Caller) -> None:
        super().__init__(caller, PLACING)

    async def batch_orders(self, symbol: str, bodies: Sequence[bytes]) -> tuple[BatchRow, ...]:
        """Place up to 20 orders of one symbol; every row succeeds or fails by itself.

        `bodies` are place-order bodies. Source: POST order/batchOrders.
        """
        rows: list[dict[str, Any]] = [orjson.loads(body) for body in bodies[:MAX_BATCH]]
        shared: dict[str, Any] = {"symbol": symbol}
        for row in rows:
            row.pop("symbol", None)
            if "marginMode" in row:  # one symbol, one mode
                shared["marginMode"] = row.pop("marginMode")
        call = V2.post("order/batchOrders", shared | {"orderDataList": rows}, Lane.ORDER)
        return (await self._caller.write_model(call, BatchReply)).order_info

    async def cancel_order(self, order_id: str) -> CancelResult:
        """Cancel by id, spelled `orderId` here and `order_id` elsewhere. Source: POST order/cancel_order."""
        call = V2.post("order/cancel_order", {"orderId": order_id}, Lane.EXIT)
        return await self._caller.write_model(call, CancelResult)

    async def cancel_batch_orders(self, order_ids: Sequence[str]) -> tuple[BatchCancelRow, ...]:
        """Cancel several; every row answers by itself. Source: POST order/cancel_batch_orders."""
        call = V2.post("order/cancel_batch_orders", {"ids": list(order_ids)}, Lane.EXIT)
        return (await self._caller.write_model(call, BatchCancelReply)).rows

    async def cancel_all_orders(self, order_type: str, symbol: str | None) -> list[CancelledRow]:
        """Cancel everything of one type, `normal` or `plan`, of one symbol or of all.

        Source: POST order/cancelAllOrders.
        """
        body = {"cancelOrderType": order_type} | ({} if symbol is None else {"symbol": symbol})
        return await self._caller.write_list(V2.post("order/cancelAllOrders", body, Lane.EXIT), CancelledRow)

    async def detail(self, order_id: str) -> OrderRow:
        """Source: GET order/detail."""
        return await self._caller.read_model(V2.get("order/detail", orderId=order_id), OrderRow)

    async def current(self, page: int) -> list[OrderRow]:
        """Fetch one page of open orders of all symbols; pages count from 0. Source: GET order/current."""
        call = V2.get("order/current", limit=str(PAGE_SIZE), page=str(page))
        return await self._caller.read_list(call, OrderRow)

    async def history(self, symbol: str, since_ms: int, until_ms: int | None) -> list[OrderRow]:
        """Fetch past orders. createDate is sent in ms, which the venue limits to 90 days back.

        Source: GET order/history.
        """
        call = V2.get(
            "order/history",
            symbol=symbol,
            pageSize=str(PAGE_SIZE),
            createDate=str(since_ms),
            endCreateDate=None if until_ms is None else str(until_ms),
        )
        return await self._caller.read_list(call, OrderRow)

    async def fills(self, symbol: str | None, since_ms: int, until_ms: int | None) -> FillPage:
        """Fetch executions; `next_flag` tells that there are more. Source: GET order/fills."""
        call = V2.get(
            "order/fills",
            symbol=symbol,
            startTime=str(since_ms),
            endTime=None if until_ms is None else str(until_ms),
            limit=str(PAGE_SIZE),
        )
        return await self._caller.read_model(call, FillPage)
