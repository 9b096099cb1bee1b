"""What a paper account answers when it is asked. Nothing here changes it."""

from typing import Final

from terminal.domain.account import Balance, Income, LeverageSetting, MarginMode
from terminal.domain.errors import RequestRejected
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import ZERO
from terminal.domain.position import Position
from terminal.ports.clock import Clock
from terminal.ports.venue import FiredTrigger, OrderReport, TriggerReport
from terminal.venues.paper.exchange import PaperExchange
from terminal.venues.paper.reports import position_of, report_of, trigger_report_of

NAME: Final = "paper"


class PaperReads:
    """The reading half of `TradingVenue` on a paper account."""

    def __init__(self, exchange: PaperExchange, clock: Clock) -> None:
        self._exchange = exchange
        self._account = exchange.account
        self._clock = clock

    async def leverage(self, instrument_id: InstrumentId) -> LeverageSetting:
        value = self._exchange.leverage_of(instrument_id)
        return LeverageSetting(instrument_id, value, value, value, is_isolated=False)

    async def balance(self) -> Balance:
        """Value the account. Raises `VenueUnavailable` while something held has no live price."""
        margin = self._exchange.margin
        return Balance(
            equity=margin.equity(),
            available=max(ZERO, margin.available()),
            frozen=margin.frozen(),
            unrealized_pnl=margin.unrealized(),
            ts_init_ms=self._clock.now_ms(),
        )

    async def positions(self) -> tuple[Position, ...]:
        """Give what is held. Raises `VenueUnavailable` while something held has no live price."""
        return tuple(position_of(each, self._exchange.margin) for each in self._account.positions)

    # -- listings ----------------------------------------------------------------

    async def order(self, venue_order_id: str) -> OrderReport:
        """Give one order. Raises `RequestRejected` when there is none such."""
        for order in self._account.orders:
            if order.venue_order_id == venue_order_id:
                return report_of(order)
        raise RequestRejected(f"There is no order {venue_order_id}.", venue=NAME)

    async def open_orders(self) -> tuple[OrderReport, ...]:
        return tuple(report_of(order) for order in self._account.live_orders())

    async def order_history(self, instrument_id: InstrumentId, since_ms: int) -> tuple[OrderReport, ...]:
        return tuple(
            report_of(order)
            for order in self._account.orders
            if not order.is_live and order.instrument_id == instrument_id and order.updated_ms >= since_ms
        )

    async def fills(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Fill, ...]:
        return tuple(
            fill
            for fill in self._account.fills
            if fill.ts_event_ms >= since_ms and instrument_id in {None, fill.instrument_id}
        )

    async def trigger_orders(self, instrument_id: InstrumentId | None) -> tuple[TriggerReport, ...]:
        return tuple(
            trigger_report_of(each) for each in self._account.triggers if instrument_id in {None, each.instrument_id}
        )

    async def fired_triggers(self, instrument_id: InstrumentId, since_ms: int) -> tuple[FiredTrigger, ...]:
        """Give none: each order of a paper account says itself whether a trigger made it."""
        del instrument_id, since_ms
        return ()

    async def margin_mode(self, instrument_id: InstrumentId) -> MarginMode:
        del instrument_id
        return MarginMode.CROSS

    async def income(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Income, ...]:
        """Give the bill since a time, oldest first: what each fill and each funding did to the cash."""
        return tuple(
            entry
            for entry in self._account.bill
            if entry.ts_event_ms >= since_ms and instrument_id in {None, entry.instrument_id}
        )
