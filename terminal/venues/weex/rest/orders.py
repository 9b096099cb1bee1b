"""Order endpoints. Source: weex contract API v2, trade."""

import asyncio
from typing import Final

import orjson

from terminal.domain.errors import VenueError
from terminal.net.limiter import Cost, Lane
from terminal.ports.venue import PreparedOrder, SubmitOutcome, Unclear
from terminal.venues.weex.classify import classify_failure, classify_reply, reason_to_pause
from terminal.venues.weex.codes import Kind
from terminal.venues.weex.rest.caller import Call, Caller
from terminal.venues.weex.wire.orders import CancelledRow, CancelResult, FillPage, OrderRow

PAGE_SIZE: Final = 100
PREFIX: Final = "/capi/v2/order/"
PLACE_PATH: Final = PREFIX + "placeOrder"


class OrderRest:
    """One method an endpoint. Everything but placing raises `VenueError`."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def place_order(self, order: PreparedOrder) -> SubmitOutcome:
        """Send once and classify; never raises for the network, the venue or a cancelled task.

        A cancelled task gives `Unclear`, because bytes may have left; the request to cancel
        stays readable as `asyncio.current_task().cancelling()`.

        Source: POST order/placeOrder, weight 2/5, counted as an order call.
        """
        lane = Lane.EXIT if order.is_exit else Lane.ORDER
        call = Call("POST", PLACE_PATH, Cost(2, 5, order_call=True), body=order.body, lane=lane, is_write=True)
        try:
            reply = await self._caller.exchange(call)
        except VenueError as error:
            return classify_failure(error)
        except asyncio.CancelledError:
            return Unclear("Sending was interrupted; the order may have arrived.")
        outcome = classify_reply(reply, order.client_order_id)
        match reason_to_pause(outcome):
            case Kind.CLOCK:
                self._caller.distrust_clock()
            case Kind.RATE:
                self._caller.pause(reply.retry_after_s)
        return outcome

    async def cancel_order(self, order_id: str) -> CancelResult:
        """Source: POST order/cancel_order, weight 2/3, counted as an order call."""
        return await self._caller.write_model(cancel_call("cancel_order", order_id), CancelResult)

    async def cancel_all_orders(self, order_type: str, symbol: str | None) -> list[CancelledRow]:
        """Cancel everything of one type, `normal` or `plan`, of one symbol or of all.

        Source: POST order/cancelAllOrders, weight 40/50.
        """
        body = {"cancelOrderType": order_type} | ({} if symbol is None else {"symbol": symbol})
        call = Call(
            "POST",
            PREFIX + "cancelAllOrders",
            Cost(40, 50),
            body=orjson.dumps(body),
            lane=Lane.EXIT,
            is_write=True,
        )
        return await self._caller.write_list(call, CancelledRow)

    async def detail(self, order_id: str) -> OrderRow:
        """Source: GET order/detail, weight 2/2."""
        return await self._caller.read_model(read_call("detail", Cost(2, 2), orderId=order_id), OrderRow)

    async def current(self, page: int) -> list[OrderRow]:
        """Fetch one page of open orders of all symbols; pages count from 0.

        Source: GET order/current, weight 2/2.
        """
        call = read_call("current", Cost(2, 2), limit=str(PAGE_SIZE), page=str(page))
        return await self._caller.read_list(call, OrderRow)

    async def history(self, symbol: str, since_ms: int, until_ms: int | None) -> list[OrderRow]:
        """Fetch past orders. createDate is sent in ms, which the venue limits to 90 days back.

        Source: GET order/history, weight 10/10.
        """
        call = read_call(
            "history",
            Cost(10, 10),
            symbol=symbol,
            pageSize=str(PAGE_SIZE),
            createDate=str(since_ms),
            endCreateDate=None if until_ms is None else str(until_ms),
        )
        return await self._caller.read_list(call, OrderRow)

    async def fills(self, symbol: str | None, since_ms: int, until_ms: int | None) -> FillPage:
        """Fetch executions; `next_flag` tells that there are more.

        Source: GET order/fills, weight 5/5.
        """
        call = read_call(
            "fills",
            Cost(5, 5),
            symbol=symbol,
            startTime=str(since_ms),
            endTime=None if until_ms is None else str(until_ms),
            limit=str(PAGE_SIZE),
        )
        return await self._caller.read_model(call, FillPage)


def read_call(name: str, cost: Cost, **query: str | None) -> Call:
    """Build a signed GET of the order family, leaving out what is None."""
    present = tuple((key, value) for key, value in query.items() if value is not None)
    return Call("GET", PREFIX + name, cost, query=present)


def cancel_call(name: str, order_id: str) -> Call:
    """Build a cancel; the venue spells the id `orderId` here and `order_id` elsewhere."""
    return Call(
        "POST",
        PREFIX + name,
        Cost(2, 3, order_call=True),
        body=orjson.dumps({"orderId": order_id}),
        lane=Lane.EXIT,
        is_write=True,
    )
