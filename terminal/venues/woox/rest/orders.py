"""Orders and executions. Source: WOO X API v3, trading."""

from typing import Any, Final

from terminal.net.calls.caller import Call
from terminal.net.calls.paging import Page
from terminal.net.calls.sending import Verdict, send_once
from terminal.net.http import HttpReply
from terminal.net.limiter import Lane
from terminal.net.wire.decode import parse
from terminal.ports.venue import PreparedOrder, SubmitOutcome
from terminal.venues.woox.classify import judge_placing
from terminal.venues.woox.rest.asking import Asker, delete, get
from terminal.venues.woox.rest.limits import cost_of_placing
from terminal.venues.woox.wire.orders import FillRow, OrderRow, PlacedOrder, Sent

PLACE_PATH: Final = "/v3/trade/order"
PAGE_SIZE: Final = 500
_OPEN: Final = "INCOMPLETE"


class OrderRest:
    """Everything but placing raises `VenueError`."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    async def place(self, prepared: PreparedOrder, symbol: str, number: int) -> SubmitOutcome:
        """Send an order once and judge the answer; never raises. `number` is our own in it.

        Source: POST trade/order.
        """
        lane = Lane.EXIT if prepared.is_exit else Lane.ORDER
        call = Call("POST", PLACE_PATH, cost_of_placing(symbol), body=prepared.body, lane=lane, is_write=True)

        def judge(reply: HttpReply) -> Verdict:
            return judge_placing(reply, number, _placed)

        return await send_once(self._asker.caller, call, judge, prepared.may_send)

    async def cancel(self, symbol: str, order_id: str) -> str:
        """Ask to cancel; gives the venue's word, which says that it was taken and not that it is done.

        Source: DELETE trade/order.
        """
        call = delete("trade/order", orderId=order_id, symbol=symbol)
        return (await self._asker.write(call, Sent)).status

    async def cancel_all(self, symbol: str | None) -> str:
        """Ask to cancel everything that rests, stops and targets too. Source: DELETE trade/allOrders."""
        return (await self._asker.write(delete("trade/allOrders", symbol=symbol), Sent)).status

    async def order(self, order_id: str) -> OrderRow:
        """Source: GET trade/order."""
        return await self._asker.data(get("trade/order", orderId=order_id), OrderRow)

    async def order_by_number(self, number: int) -> OrderRow:
        """Read an order by our own number. Source: GET trade/order."""
        return await self._asker.data(get("trade/order", clientOrderId=str(number)), OrderRow)

    async def open_orders(self, page: int) -> Page[OrderRow]:
        """Source: GET trade/orders with the status that stands for all open ones; pages count from 1."""
        call = get("trade/orders", status=_OPEN, page=str(page), size=str(PAGE_SIZE))
        return await self._asker.page(call, OrderRow)

    async def orders(self, symbol: str | None, start_ms: int, page: int) -> Page[OrderRow]:
        """Read orders of any state made since a time. Source: GET trade/orders."""
        call = get("trade/orders", symbol=symbol, startTime=str(start_ms), page=str(page), size=str(PAGE_SIZE))
        return await self._asker.page(call, OrderRow)

    async def transactions(self, symbol: str | None, start_ms: int, end_ms: int | None) -> Page[FillRow]:
        """Read a page of executions in a span of time. Source: GET trade/transactionHistory."""
        call = get(
            "trade/transactionHistory",
            symbol=symbol,
            startTime=str(start_ms),
            endTime=None if end_ms is None else str(end_ms),
            limit=str(PAGE_SIZE),
        )
        page = await self._asker.page(call, FillRow)
        # What it says of pages counts from one, but it takes no page: a full one may have another after it.
        return Page(page.rows, has_more=len(page.rows) >= PAGE_SIZE)

    async def transaction(self, trade_id: str) -> FillRow:
        """Read one execution. Source: GET trade/transaction."""
        return await self._asker.data(get("trade/transaction", tradeId=trade_id), FillRow)


def _placed(envelope: Any) -> PlacedOrder:
    return parse(PlacedOrder, envelope.get("data"))
