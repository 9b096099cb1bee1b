"""Order endpoints. Source: HashKey API, spot trade. Everything but placing raises `VenueError`."""

from collections.abc import Sequence
from typing import Final

import orjson

from terminal.domain.errors import MalformedReply, RequestRejected
from terminal.net.calls.caller import Call, Caller
from terminal.net.limiter import Lane
from terminal.net.wire.decode import parse
from terminal.venues.hashkey.codes import NOT_FOUND, VENUE
from terminal.venues.hashkey.rest.limits import HEAVY, ORDER, QUERY
from terminal.venues.hashkey.rest.manners import BATCH
from terminal.venues.hashkey.signing import encoded
from terminal.venues.hashkey.wire.orders import Accepted, Batch, BatchItem, Failures, FillRow, OrderRow, Placed

PLACE: Final = "/api/v1.1/spot/order"
ORDER_PATH: Final = "/api/v1/spot/order"
PAGE: Final = 1000
MOST_IN_BATCH: Final = 20
MOST_BY_ID: Final = 100
MOST_CANCELLED: Final = 200


class OrderRest:
    """One method an endpoint."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def test_order(self, fields: tuple[tuple[str, str], ...]) -> None:
        """Have an order checked and not made. Source: POST /api/v1/spot/orderTest."""
        await self._caller.read(Call("POST", "/api/v1/spot/orderTest", ORDER, body=encoded(fields).encode()))

    async def batch(self, orders: Sequence[tuple[tuple[str, str], ...]], lane: Lane) -> tuple[BatchItem, ...]:
        """Make at most 20 orders of one symbol; each has an answer of its own. Source: POST batchOrders.

        Raises:
            OutcomeUnknown: it is not known which of them arrived, or the answers are not as many.
        """
        if not 1 <= len(orders) <= MOST_IN_BATCH:
            raise RequestRejected(f"A batch has 1 to {MOST_IN_BATCH} orders.", venue=VENUE)
        call = Call("POST", BATCH, ORDER, body=orjson.dumps([dict(each) for each in orders]), lane=lane, is_write=True)
        return (await self._caller.write_model(call, Batch)).result

    async def cancel(self, order_id: str) -> None:
        """Ask to cancel one; the status in the answer is the one before. Source: DELETE /api/v1/spot/order."""
        await self._caller.write_model(_delete(ORDER_PATH, ("orderId", order_id)), Placed)

    async def cancel_symbol(self, symbol: str) -> None:
        """Ask to cancel a symbol's orders, at most 200. Source: DELETE /api/v1/spot/openOrders."""
        reply = await self._caller.write_model(_delete("/api/v1/spot/openOrders", ("symbol", symbol)), Accepted)
        if not reply.success:
            raise RequestRejected("HashKey did not take the request to cancel.", venue=VENUE)

    async def cancel_all(self) -> None:
        """Ask to cancel everything, at most 200; accepted is not done. Source: DELETE cancelAllOpenOrders."""
        await self._caller.write_model(
            _delete("/api/v1/spot/cancelAllOpenOrders", ("limit", str(MOST_CANCELLED))), Accepted
        )

    async def cancel_ids(self, order_ids: Sequence[str]) -> dict[str, str]:
        """Ask to cancel at most 100; gives the codes of those that were not. Source: DELETE cancelOrderByIds."""
        if not 1 <= len(order_ids) <= MOST_BY_ID:
            raise RequestRejected(f"One request cancels 1 to {MOST_BY_ID} orders.", venue=VENUE)
        call = _delete("/api/v1/spot/cancelOrderByIds", ("ids", ",".join(order_ids)))
        reply = await self._caller.write_model(call, Failures)
        return {row.order_id: row.code for row in reply.result}

    async def order(self, order_id: str) -> OrderRow:
        """Fetch one order.

        Raises:
            RequestRejected: HashKey does not know it.
        """
        return await self._one(Call("GET", ORDER_PATH, QUERY, query=(("orderId", order_id),)))

    async def order_of(self, client_order_id: str) -> OrderRow:
        """Fetch one order by our own id; soon, for something waits for the answer. Raises as `order`."""
        query = (("origClientOrderId", client_order_id),)
        return await self._one(Call("GET", ORDER_PATH, QUERY, query=query, lane=Lane.EXIT))

    async def open_orders(self, symbol: str | None = None, *, max_wait_s: float | None = None) -> list[OrderRow]:
        """Fetch resting orders, at most 1000; see `Call.max_wait_s`. Source: GET /api/v1/spot/openOrders."""
        query = (("limit", str(PAGE)),) if symbol is None else (("symbol", symbol), ("limit", str(PAGE)))
        call = Call("GET", "/api/v1/spot/openOrders", QUERY, query=query, max_wait_s=max_wait_s)
        return await self._caller.read_list(call, OrderRow)

    async def history(self, symbol: str | None, start_ms: int, end_ms: int) -> list[OrderRow]:
        """Fetch past orders, at most 1000 and 90 days. Source: GET /api/v1/spot/tradeOrders, weight 5."""
        query = _between(start_ms, end_ms) if symbol is None else [("symbol", symbol), *_between(start_ms, end_ms)]
        return await self._caller.read_list(
            Call("GET", "/api/v1/spot/tradeOrders", HEAVY, query=tuple(query)), OrderRow
        )

    async def trades(self, symbol: str | None, start_ms: int, end_ms: int) -> list[FillRow]:
        """Fetch executions, at most 1000 and 30 days. Source: GET /api/v1/account/trades, weight 5."""
        query = _between(start_ms, end_ms) if symbol is None else [("symbol", symbol), *_between(start_ms, end_ms)]
        return await self._caller.read_list(Call("GET", "/api/v1/account/trades", HEAVY, query=tuple(query)), FillRow)

    async def _one(self, call: Call) -> OrderRow:
        """Of the refusals only "not found" says something of the order; the others are no information."""
        try:
            return await self._caller.read_model(call, OrderRow)
        except RequestRejected as error:
            if error.code in NOT_FOUND:
                raise
            raise MalformedReply(
                error.message, venue=VENUE, endpoint=call.path, code=error.code, hint=error.hint
            ) from error


def placed_of(item: BatchItem) -> Placed:
    """Read the order of a batch's element. Raises `MalformedReply`."""
    return parse(Placed, item.order)


def _delete(path: str, *query: tuple[str, str]) -> Call:
    return Call("DELETE", path, ORDER, query=query, lane=Lane.EXIT, is_write=True)


def _between(start_ms: int, end_ms: int) -> list[tuple[str, str]]:
    return [("startTime", str(start_ms)), ("endTime", str(end_ms)), ("limit", str(PAGE))]
