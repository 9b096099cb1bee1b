"""Trigger (algo, stop and target) endpoints of v3. Source: weex contract API v3, trade."""

from decimal import Decimal

from pydantic import Field

from terminal.domain.canonical import decimal_text
from terminal.domain.errors import RequestRejected
from terminal.net.calls.caller import Caller
from terminal.net.limiter import Lane
from terminal.net.wire.types import OptionalText, Wire
from terminal.venues.weex.codes import PAGE_SIZE, VENUE
from terminal.venues.weex.rest.v3.endpoints import V3
from terminal.venues.weex.rest.v3.orders import is_taken
from terminal.venues.weex.wire.v3.orders import AlgoPage, AlgoRow, CancelResult

_AT_MARKET = "0"
_LAST_PRICE = "CONTRACT_PRICE"


class _Modified(Wire):
    """POST modifyTpSlOrder."""

    success: bool = Field(strict=True)
    error_message: OptionalText = Field(default=None, alias="errorMessage")


class TriggerRest:
    """One method an endpoint; triggers are placed by `OrderRest`."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def open_algo_orders(self, symbol: str | None, page: int) -> list[AlgoRow]:
        """Fetch one page of waiting triggers; new ones appear with a lag. Source: GET openAlgoOrders."""
        call = V3.get("openAlgoOrders", symbol=symbol, limit=str(PAGE_SIZE), page=str(page))
        return await self._caller.read_list(call, AlgoRow)

    async def all_algo_orders(self, symbol: str, start_ms: int, end_ms: int) -> AlgoPage:
        """Fetch triggers, done ones too. Source: GET allAlgoOrders."""
        call = V3.get(
            "allAlgoOrders", symbol=symbol, startTime=str(start_ms), endTime=str(end_ms), limit=str(PAGE_SIZE)
        )
        return await self._caller.read_model(call, AlgoPage)

    async def cancel_algo(self, order_id: str) -> bool:
        """Cancel by id; True when the venue took it. Source: DELETE algoOrder."""
        call = V3.delete("algoOrder", orderId=order_id)
        return is_taken(call, await self._caller.write_model(call, CancelResult))

    async def modify_tpsl(self, order_id: str, trigger_price: Decimal) -> None:
        """Move a stop or a target, judged by the last price.

        Raises:
            RequestRejected: HTTP 200 with `success` false.
            VenueError: as any write.

        Source: POST modifyTpSlOrder.
        """
        body = {
            "orderId": int(order_id),
            "triggerPrice": decimal_text(trigger_price),
            "executePrice": _AT_MARKET,
            "triggerPriceType": _LAST_PRICE,
        }
        call = V3.post("modifyTpSlOrder", body, Lane.EXIT)
        reply = await self._caller.write_model(call, _Modified)
        if not reply.success:
            text = reply.error_message or "The venue did not move the trigger."
            raise RequestRejected(text, venue=VENUE, endpoint=call.path)
