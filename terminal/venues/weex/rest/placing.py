"""Making and closing positions, which both dialects do alike under other names."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from terminal.net.calls.caller import Caller
from terminal.net.calls.sending import send_once
from terminal.net.limiter import Lane
from terminal.ports.venue import PreparedOrder, SubmitOutcome
from terminal.venues.weex.classify import judge_reply
from terminal.venues.weex.rest.table import Endpoints
from terminal.venues.weex.wire.closing import ClosedRow
from terminal.venues.weex.wire.placed import Placed


@dataclass(frozen=True, slots=True)
class PlacingTerms:
    """A dialect's names of these endpoints, and how their answers are read."""

    table: Endpoints
    order: str
    trigger: str
    protection: str
    closing: str
    read_placed: Callable[[Any], Placed]
    read_protected: Callable[[Any], Placed]

    @property
    def order_path(self) -> str:
        return self.table.path(self.order)

    @property
    def trigger_path(self) -> str:
        return self.table.path(self.trigger)


class PlacingCalls:
    """Placing never raises; closing raises `VenueError`."""

    def __init__(self, caller: Caller, terms: PlacingTerms) -> None:
        self._caller = caller
        self.placing_terms = terms
        self._names = {terms.order_path: terms.order, terms.trigger_path: terms.trigger}

    async def place(self, order: PreparedOrder) -> SubmitOutcome:
        """Send an order or a conditional order once and classify the answer.

        Source: POST order/placeOrder, order/plan_order (v2); POST order, algoOrder (v3).
        """
        lane = Lane.EXIT if order.is_exit else Lane.ORDER
        terms = self.placing_terms
        call = terms.table.post(self._names[order.endpoint], order.body, lane)
        judge = partial(judge_reply, client_order_id=order.client_order_id, read=terms.read_placed)
        return await send_once(self._caller, call, judge, order.may_send)

    async def place_tpsl(self, client_order_id: str, body: bytes) -> SubmitOutcome:
        """Place a stop or a target once. Source: POST order/placeTpSlOrder (v2), placeTpSlOrder (v3)."""
        terms = self.placing_terms
        call = terms.table.post(terms.protection, body, Lane.EXIT)
        judge = partial(judge_reply, client_order_id=client_order_id, read=terms.read_protected)
        return await send_once(self._caller, call, judge)

    async def close_positions(self, symbol: str | None) -> list[ClosedRow]:
        """Close at market; None closes every position of the account.

        Source: POST order/closePositions (v2), closePositions (v3).
        """
        terms = self.placing_terms
        body = {} if symbol is None else {"symbol": symbol}
        return await self._caller.write_list(terms.table.post(terms.closing, body, Lane.EXIT), ClosedRow)
