"""Cancels: they pass every gate, need no journal, and are never assumed to have worked."""

from typing import Final

from terminal.domain.errors import VenueError
from terminal.domain.messages import Level
from terminal.domain.order import Order, OrderEvent, OrderState
from terminal.ports.clock import Clock
from terminal.ports.venue import TradingVenue
from terminal.services.orders.intake import OrderIntake
from terminal.services.orders.ledger import OrderLedger
from terminal.services.pace import PaceBook
from terminal.services.reporter import Reporter

_CANCELABLE: Final = frozenset({OrderState.ACKED, OrderState.WORKING, OrderState.PARTIAL, OrderState.CANCEL_PENDING})
_RETRY_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0)


class OrderCanceler:
    """Cancels one order, or everything."""

    def __init__(
        self,
        venue: TradingVenue,
        ledger: OrderLedger,
        intake: OrderIntake,
        pace: PaceBook,
        clock: Clock,
        reporter: Reporter,
    ) -> None:
        self._venue = venue
        self._ledger = ledger
        self._intake = intake
        self._pace = pace
        self._clock = clock
        self._reporter = reporter

    async def cancel(self, client_order_id: str) -> None:
        """Ask the venue to cancel one order; the order says CANCELED only when the venue does."""
        order = self._ledger.get(client_order_id)
        if order is None or order.venue_order_id is None or order.state not in _CANCELABLE:
            state = "unknown here" if order is None else order.state.value
            self._reporter.notice(Level.INFO, "orders", f"Nothing to cancel: order {client_order_id} is {state}.")
            return
        self._ledger.move(order, OrderEvent.CANCEL_REQUEST)
        self._pace.cancel_sent()
        try:
            taken = await self._venue.cancel_order(order.terms.instrument_id, order.venue_order_id)
            if not taken:
                await self._after_refusal(order, order.venue_order_id)
        except VenueError as error:
            self._reporter.notice(
                Level.WARNING, "orders", f"The cancel of {client_order_id} got no clear answer: {error}. Cancel again."
            )

    async def cancel_all(self, who: str) -> None:
        """Cancel every resting and trigger order, trying on for half a minute."""
        for pause_s in (*_RETRY_S, None):
            self._pace.cancel_sent()
            try:
                count = await self._venue.cancel_all(None)
            except VenueError as error:
                if pause_s is None:
                    self._reporter.notice(
                        Level.ERROR, "orders", f"Cancel all failed: {error}. Orders may still be open; press it again."
                    )
                    return
                self._reporter.failing("cancel all", f"Cancel all got no answer: {error}. Trying on.")
                await self._clock.sleep(pause_s)
                continue
            self._reporter.works("cancel all")
            words = f"Cancel all by {who}: the venue took {count} requests. Stops and targets are cancelled as well."
            self._reporter.notice(Level.WARNING, "orders", words, keep=True)
            for order in self._ledger.at_venue():
                if order.state in _CANCELABLE:
                    self._ledger.move(order, OrderEvent.CANCEL_REQUEST)
            return

    async def _after_refusal(self, order: Order, venue_order_id: str) -> None:
        """The venue refused: usually the order is done already, so ask what it is."""
        self._intake.on_report(await self._venue.order(venue_order_id))
        present = self._ledger.orders[order.client_order_id]
        if present.state is OrderState.CANCEL_PENDING:
            self._ledger.move(present, OrderEvent.CANCEL_REFUSED, reason="the venue did not take the cancel")
