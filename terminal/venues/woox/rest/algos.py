"""Stops and targets the venue keeps. Source: WOO X API v3, algo orders."""

from collections.abc import Callable
from typing import Any, Final

from terminal.net.calls.paging import Page
from terminal.net.calls.sending import Verdict, send_once
from terminal.net.http import HttpReply
from terminal.net.limiter import Lane
from terminal.net.wire.decode import parse
from terminal.ports.venue import SubmitOutcome
from terminal.venues.woox.classify import judge_placing
from terminal.venues.woox.rest.asking import Asker, delete, get, sending
from terminal.venues.woox.wire.orders import AlgoRow, PlacedAlgos, PlacedOrder, Sent

PLACE_PATH: Final = "/v3/trade/algoOrder"
PAGE_SIZE: Final = 500
_NAME: Final = "trade/algoOrder"


class AlgoRest:
    """Everything but placing raises `VenueError`."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    async def place(
        self, number: int, body: bytes, lane: Lane, may_send: Callable[[], bool] | None = None
    ) -> SubmitOutcome:
        """Send a conditional order once and judge the answer; never raises. `number` is our own in it.

        Source: POST trade/algoOrder.
        """

        def judge(reply: HttpReply) -> Verdict:
            return judge_placing(reply, number, _placed)

        return await send_once(self._asker.caller, sending("POST", _NAME, body, lane), judge, may_send)

    async def move(self, body: bytes) -> str:
        """Edit a waiting one; gives the venue's word. Source: PUT trade/algoOrder."""
        return (await self._asker.write(sending("PUT", _NAME, body, Lane.EXIT), Sent)).status

    async def cancel(self, algo_id: str) -> str:
        """Source: DELETE trade/algoOrder."""
        return (await self._asker.write(delete(_NAME, algoOrderId=algo_id), Sent)).status

    async def cancel_all(self, symbol: str | None) -> str:
        """Source: DELETE trade/algoOrders."""
        return (await self._asker.write(delete("trade/algoOrders", symbol=symbol), Sent)).status

    async def algos(self, symbol: str | None, start_ms: int | None, page: int, *, is_triggered: bool) -> Page[AlgoRow]:
        """Read stops and targets that wait, or those that have fired. Pages count from 1.

        Source: GET trade/algoOrders.
        """
        call = get(
            "trade/algoOrders",
            symbol=symbol,
            isTriggered="true" if is_triggered else "false",
            startTime=None if start_ms is None else str(start_ms),
            page=str(page),
            size=str(PAGE_SIZE),
        )
        return await self._asker.page(call, AlgoRow)


def _placed(envelope: Any) -> PlacedOrder:
    data = envelope.get("data")
    if isinstance(data, dict) and "rows" in data:
        return parse(PlacedAlgos, data).rows[0]
    return parse(PlacedOrder, data)
