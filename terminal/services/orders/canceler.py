"""Cancels: they pass every gate, need no journal, and are never assumed to have worked."""

from typing import Final

from terminal.domain.errors import VenueError
from terminal.domain.messages import Level
from terminal.domain.order import Order, OrderEvent, OrderState
from terminal.domain.plain_words import joined, order_words, state_words, why
from terminal.ports.clock import Clock
from terminal.ports.venue import TradingVenue
from terminal.ports.way_out import way_out
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

    async def cancel(self, client_order_id: str, who: str) -> None:
        """Ask the venue to cancel one order; the order says CANCELED only when the venue does.

        `who` asked for it: a person's name, or words such as "the program".
        """
        order = self._ledger.get(client_order_id)
        if order is None or order.venue_order_id is None or order.state not in _CANCELABLE:
            words = "this order is not known here"
            if order is not None:
                words = f"{order_words(order.terms)} is {state_words(order)}"
            self._reporter.notice(Level.INFO, "orders", f"Nothing to cancel: {words}")
            return
        self._ledger.cancel_asked_by[client_order_id] = who
        self._ledger.move(order, OrderEvent.CANCEL_REQUEST)
        self._pace.cancel_sent()
        try:
            taken = await self._venue.cancel_order(order.terms.instrument_id, order.venue_order_id)
            if not taken:
                await self._after_refusal(order, order.venue_order_id)
        except VenueError as error:
            words = f"The cancel of {order_words(order.terms)} got no clear answer"
            self._reporter.notice(Level.WARNING, "orders", joined(words, why(error), "Cancel it again"))

    async def cancel_all(self, who: str) -> None:
        """Cancel every resting and trigger order, trying on for half a minute."""
        for pause_s in (*_RETRY_S, None):
            self._pace.cancel_sent()
            try:
                count = await self._venue.cancel_all(None)
            except VenueError as error:
                if pause_s is None:
                    words = joined("Cancel all failed", why(error), "Orders may still be open; press it again")
                    self._reporter.notice(Level.ERROR, "orders", words)
                    return
                self._reporter.failing("cancel all", "Cancel all got no answer", error)
                await self._clock.sleep(pause_s)
                continue
            self._reporter.works("cancel all")
            words = f"Cancel all by {who}: the venue took {count} requests. Stops and targets are cancelled as well."
            self._reporter.notice(Level.INFO, "orders", words, keep=True)
            for order in self._ledger.at_venue():
                if order.state in _CANCELABLE:
                    self._ledger.cancel_asked_by[order.client_order_id] = who
                    self._ledger.move(order, OrderEvent.CANCEL_REQUEST)
            return

    async def _after_refusal(self, order: Order, venue_order_id: str) -> None:
        """The venue refused: usually the order is done already, so ask what it is."""
        with way_out():
            report = await self._venue.order(venue_order_id)
        self._intake.on_report(report)
        present = self._ledger.orders[order.client_order_id]
        if present.state is OrderState.CANCEL_PENDING:
            self._ledger.move(present, OrderEvent.CANCEL_REFUSED, reason="the venue did not take the cancel")
