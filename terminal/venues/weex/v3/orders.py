"""v3's orders and triggers in domain words."""

from decimal import Decimal

from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.net.calls.caller import Caller
from terminal.net.calls.paging import Page
from terminal.ports.venue import FiredTrigger, OrderReport, TriggerReport
from terminal.venues.weex.codes import PAGE_SIZE
from terminal.venues.weex.mapper.v3.bodies import BodiesV3
from terminal.venues.weex.mapper.v3.orders import fill_from_row, fired_from, report_from_row, trigger_from
from terminal.venues.weex.mapper.words import v3_symbol
from terminal.venues.weex.rest.v3.orders import OrderRest
from terminal.venues.weex.rest.v3.triggers import TriggerRest
from terminal.venues.weex.sides import PlacingSide


class OrdersV3(PlacingSide):
    """Implements `OrderSide`."""

    def __init__(self, caller: Caller) -> None:
        self.rest = OrderRest(caller)
        self.trigger_rest = TriggerRest(caller)
        super().__init__(self.rest, BodiesV3(), v3_symbol)

    async def modify_trigger(self, venue_order_id: str, trigger_price: Decimal) -> None:
        await self.trigger_rest.modify_tpsl(venue_order_id, trigger_price)

    async def cancel_resting(self, instrument_id: InstrumentId | None) -> int:
        return await self.rest.cancel_all_open_orders(self.symbol(instrument_id))

    async def cancel_triggers(self, instrument_id: InstrumentId | None) -> int:
        return await self.rest.cancel_all_algo_orders(self.symbol(instrument_id))

    async def order(self, venue_order_id: str) -> OrderReport:
        return report_from_row(await self.rest.order(venue_order_id))

    async def open_orders(self, page: int) -> list[OrderReport]:
        return [report_from_row(row) for row in await self.rest.open_orders(page)]

    async def history(self, instrument_id: InstrumentId, start_ms: int, end_ms: int | None) -> Page[OrderReport]:
        rows = await self.rest.history(v3_symbol(instrument_id), start_ms, end_ms)
        return Page([report_from_row(row) for row in rows], has_more=len(rows) >= PAGE_SIZE)

    async def fills(self, instrument_id: InstrumentId | None, start_ms: int, end_ms: int | None) -> Page[Fill]:
        """Fetch a page; v3 does not say whether there are more, so a full page means yes."""
        rows = await self.rest.user_trades(self.symbol(instrument_id), start_ms, end_ms)
        return Page([fill_from_row(row) for row in rows], has_more=len(rows) >= PAGE_SIZE)

    async def triggers(self, instrument_id: InstrumentId | None, page: int) -> list[TriggerReport]:
        return [trigger_from(row) for row in await self.trigger_rest.open_algo_orders(self.symbol(instrument_id), page)]

    async def past_triggers(self, instrument_id: InstrumentId, start_ms: int, end_ms: int) -> Page[FiredTrigger]:
        page = await self.trigger_rest.all_algo_orders(v3_symbol(instrument_id), start_ms, end_ms)
        return Page([fired_from(row) for row in page.orders], page.has_more)

    async def _ask_to_cancel(self, venue_order_id: str) -> bool:
        return await self.rest.cancel_order(venue_order_id)

    async def _ask_to_cancel_trigger(self, venue_order_id: str) -> bool:
        return await self.trigger_rest.cancel_algo(venue_order_id)
