"""v2's orders and triggers in domain words."""

from decimal import Decimal

from terminal.domain.errors import RequestRejected
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import Effect, OrderTerms
from terminal.domain.position import Position
from terminal.ports.venue import OrderReport, PreparedOrder, SubmitOutcome, TriggerReport, TriggerTerms
from terminal.venues.weex.dialect import Closed
from terminal.venues.weex.mapper.v2.orders import (
    fill_from_row,
    place_body,
    plan_body,
    report_from_row,
    tpsl_body,
    trigger_from,
)
from terminal.venues.weex.mapper.words import v2_symbol
from terminal.venues.weex.paging import Page
from terminal.venues.weex.rest.caller import Caller
from terminal.venues.weex.rest.v2.endpoints import PLACE, PLACE_PLAN, V2
from terminal.venues.weex.rest.v2.orders import PAGE_SIZE, OrderRest
from terminal.venues.weex.rest.v2.triggers import TriggerRest


class OrdersV2:
    """Implements `OrderSide`."""

    def __init__(self, caller: Caller) -> None:
        self.rest = OrderRest(caller)
        self.trigger_rest = TriggerRest(caller)

    def prepare_order(self, client_order_id: str, terms: OrderTerms) -> PreparedOrder:
        body = place_body(client_order_id, terms)
        return PreparedOrder(client_order_id, V2.path(PLACE), body, is_exit=terms.effect is Effect.CLOSE)

    def prepare_trigger(self, client_order_id: str, terms: TriggerTerms) -> PreparedOrder:
        body = plan_body(client_order_id, terms)
        return PreparedOrder(client_order_id, V2.path(PLACE_PLAN), body, is_exit=terms.effect is Effect.CLOSE)

    def protection_body(
        self, client_order_id: str, position: Position, trigger_price: Decimal, *, is_stop: bool
    ) -> bytes:
        return tpsl_body(client_order_id, position, trigger_price, is_stop=is_stop)

    async def submit(self, prepared: PreparedOrder) -> SubmitOutcome:
        return await self.rest.place(prepared)

    async def protect(self, client_order_id: str, body: bytes) -> SubmitOutcome:
        return await self.trigger_rest.place_tpsl(client_order_id, body)

    async def modify_trigger(self, venue_order_id: str, trigger_price: Decimal) -> None:
        await self.trigger_rest.modify_tpsl(venue_order_id, trigger_price)

    async def cancel(self, venue_order_id: str) -> bool:
        """Give the venue's `result`; False when it said no in an error."""
        try:
            return (await self.rest.cancel_order(venue_order_id)).result
        except RequestRejected:
            return False

    async def cancel_trigger(self, venue_order_id: str) -> bool:
        """Give the venue's `result`; False when it said no in an error."""
        try:
            return (await self.trigger_rest.cancel_plan(venue_order_id)).result
        except RequestRejected:
            return False

    async def cancel_resting(self, instrument_id: InstrumentId | None) -> int:
        return await self._cancel_all("normal", instrument_id)

    async def cancel_triggers(self, instrument_id: InstrumentId | None) -> int:
        return await self._cancel_all("plan", instrument_id)

    async def close(self, instrument_id: InstrumentId | None) -> Closed:
        rows = await self.rest.close_positions(_symbol(instrument_id))
        return Closed(
            tuple(row.order_id for row in rows if row.success),
            tuple(row.error_message or "no reason given" for row in rows if not row.success),
        )

    async def order(self, venue_order_id: str) -> OrderReport:
        return report_from_row(await self.rest.detail(venue_order_id))

    async def open_orders(self, page: int) -> list[OrderReport]:
        return [report_from_row(row) for row in await self.rest.current(page)]

    async def history(self, instrument_id: InstrumentId, start_ms: int, end_ms: int | None) -> Page[OrderReport]:
        rows = await self.rest.history(v2_symbol(instrument_id), start_ms, end_ms)
        return Page([report_from_row(row) for row in rows], has_more=len(rows) >= PAGE_SIZE)

    async def fills(self, instrument_id: InstrumentId | None, start_ms: int, end_ms: int | None) -> Page[Fill]:
        page = await self.rest.fills(_symbol(instrument_id), start_ms, end_ms)
        return Page([fill_from_row(row) for row in page.list], page.next_flag)

    async def triggers(self, instrument_id: InstrumentId | None, page: int) -> list[TriggerReport]:
        return [trigger_from(row) for row in await self.trigger_rest.current_plan(_symbol(instrument_id), page)]

    async def _cancel_all(self, kind: str, instrument_id: InstrumentId | None) -> int:
        return sum(row.success for row in await self.rest.cancel_all_orders(kind, _symbol(instrument_id)))


def _symbol(instrument_id: InstrumentId | None) -> str | None:
    return None if instrument_id is None else v2_symbol(instrument_id)
