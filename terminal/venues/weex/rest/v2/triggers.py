"""Trigger (plan, stop and target) endpoints of v2. Source: weex contract API v2, trade."""

from decimal import Decimal

from terminal.domain.canonical import decimal_text
from terminal.net.calls.caller import Caller
from terminal.net.limiter import Lane
from terminal.venues.weex.codes import PAGE_SIZE
from terminal.venues.weex.rest.v2.endpoints import V2
from terminal.venues.weex.wire.v2.orders import CancelResult, PlanPage, PlanRow

_AT_MARKET = "0"
_LAST_PRICE = 1


class TriggerRest:
    """One method an endpoint; triggers are placed by `OrderRest`."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def current_plan(self, symbol: str | None, page: int) -> list[PlanRow]:
        """Fetch one page of waiting triggers; new ones appear with a lag of seconds. Source: GET order/currentPlan."""
        call = V2.get("order/currentPlan", symbol=symbol, limit=str(PAGE_SIZE), page=str(page))
        return await self._caller.read_list(call, PlanRow)

    async def history_plan(self, symbol: str, start_ms: int, end_ms: int) -> PlanPage:
        """Fetch triggers that are done. Source: GET order/historyPlan."""
        call = V2.get(
            "order/historyPlan",
            symbol=symbol,
            startTime=str(start_ms),
            endTime=str(end_ms),
            pageSize=str(PAGE_SIZE),
        )
        return await self._caller.read_model(call, PlanPage)

    async def cancel_plan(self, order_id: str) -> CancelResult:
        """Source: POST order/cancel_plan."""
        call = V2.post("order/cancel_plan", {"orderId": order_id}, Lane.EXIT)
        return await self._caller.write_model(call, CancelResult)

    async def modify_tpsl(self, order_id: str, trigger_price: Decimal) -> None:
        """Move a stop or a target, judged by the last price. Source: POST order/modifyTpSlOrder."""
        body = {
            "orderId": int(order_id),
            "triggerPrice": decimal_text(trigger_price),
            "executePrice": _AT_MARKET,
            "triggerPriceType": _LAST_PRICE,
        }
        await self._caller.write(V2.post("order/modifyTpSlOrder", body, Lane.EXIT))
