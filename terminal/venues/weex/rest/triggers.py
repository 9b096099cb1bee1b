"""Trigger (plan) order endpoints. Source: weex contract API v2, trade."""

from terminal.net.limiter import Cost
from terminal.venues.weex.rest.caller import Caller
from terminal.venues.weex.rest.orders import PAGE_SIZE, cancel_call, read_call
from terminal.venues.weex.wire.orders import CancelResult, PlanRow


class TriggerRest:
    """One method an endpoint."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def current_plan(self, symbol: str | None, page: int) -> list[PlanRow]:
        """Fetch one page of waiting trigger orders; new ones appear with a lag of seconds.

        Source: GET order/currentPlan, weight 3/3.
        """
        call = read_call("currentPlan", Cost(3, 3), symbol=symbol, limit=str(PAGE_SIZE), page=str(page))
        return await self._caller.read_list(call, PlanRow)

    async def cancel_plan(self, order_id: str) -> CancelResult:
        """Source: POST order/cancel_plan, weight 2/3, counted as an order call."""
        return await self._caller.write_model(cancel_call("cancel_plan", order_id), CancelResult)
