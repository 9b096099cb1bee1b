"""v2's orders and triggers in domain words."""

from collections.abc import Mapping
from decimal import Decimal

from terminal.domain.account import MarginMode
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.net.calls.caller import Caller
from terminal.net.calls.paging import Page
from terminal.ports.venue import FiredTrigger, OrderReport, TriggerReport
from terminal.venues.weex.codes import PAGE_SIZE
from terminal.venues.weex.mapper.private import valued_fill
from terminal.venues.weex.mapper.v2.bodies import BodiesV2
from terminal.venues.weex.mapper.v2.orders import fired_from, report_from_row, trigger_from
from terminal.venues.weex.mapper.words import v2_symbol
from terminal.venues.weex.rest.v2.orders import OrderRest
from terminal.venues.weex.rest.v2.triggers import TriggerRest
from terminal.venues.weex.sides import PlacingSide


class OrdersV2(PlacingSide):
    """Implements `OrderSide`."""

    def __init__(self, caller: Caller, modes: Mapping[InstrumentId, MarginMode]) -> None:
        self.rest = OrderRest(caller)
        self.trigger_rest = TriggerRest(caller)
        super().__init__(self.rest, BodiesV2(modes), v2_symbol)

    async def modify_trigger(self, venue_order_id: str, trigger_price: Decimal) -> None:
        await self.trigger_rest.modify_tpsl(venue_order_id, trigger_price)

    async def cancel_resting(self, instrument_id: InstrumentId | None) -> int:
        return await self._cancel_all("normal", instrument_id)

    async def cancel_triggers(self, instrument_id: InstrumentId | None) -> int:
        return await self._cancel_all("plan", instrument_id)

    async def order(self, venue_order_id: str) -> OrderReport:
        return report_from_row(await self.rest.detail(venue_order_id))

    async def open_orders(self, page: int) -> list[OrderReport]:
        return [report_from_row(row) for row in await self.rest.current(page)]

    async def history(self, instrument_id: InstrumentId, start_ms: int, end_ms: int | None) -> Page[OrderReport]:
        rows = await self.rest.history(v2_symbol(instrument_id), start_ms, end_ms)
        return Page([report_from_row(row) for row in rows], has_more=len(rows) >= PAGE_SIZE)

    async def fills(self, instrument_id: InstrumentId | None, start_ms: int, end_ms: int | None) -> Page[Fill]:
        page = await self.rest.fills(self.symbol(instrument_id), start_ms, end_ms)
        return Page([valued_fill(row) for row in page.list], page.next_flag)

    async def triggers(self, instrument_id: InstrumentId | None, page: int) -> list[TriggerReport]:
        return [trigger_from(row) for row in await self.trigger_rest.current_plan(self.symbol(instrument_id), page)]

    async def past_triggers(self, instrument_id: InstrumentId, start_ms: int, end_ms: int) -> Page[FiredTrigger]:
        page = await self.trigger_rest.history_plan(v2_symbol(instrument_id), start_ms, end_ms)
        return Page([fired_from(row) for row in page.list], page.next_page)

    async def _cancel_all(self, kind: str, instrument_id: InstrumentId | None) -> int:
        return sum(row.success for row in await self.rest.cancel_all_orders(kind, self.symbol(instrument_id)))

    async def _ask_to_cancel(self, venue_order_id: str) -> bool:
        return (await self.rest.cancel_order(venue_order_id)).result

    async def _ask_to_cancel_trigger(self, venue_order_id: str) -> bool:
        return (await self.trigger_rest.cancel_plan(venue_order_id)).result
