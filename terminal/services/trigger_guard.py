"""Removes stops and targets that outlived their position: an orphan would open nothing good."""

from typing import Final

from terminal.domain.errors import VenueError
from terminal.domain.instrument import InstrumentId
from terminal.domain.messages import Level
from terminal.domain.order import Effect, Order
from terminal.ports.clock import Clock
from terminal.ports.venue import TradingVenue
from terminal.services.order_ledger import OrderLedger
from terminal.services.portfolio import Portfolio
from terminal.services.reporter import Reporter

_SETTLE_S: Final = 2.0  # venues show preset triggers, and their end, with a delay


class TriggerGuard:
    """Looks at one instrument after a close of it is done."""

    def __init__(
        self, venue: TradingVenue, ledger: OrderLedger, portfolio: Portfolio, clock: Clock, reporter: Reporter
    ) -> None:
        self._venue = venue
        self._ledger = ledger
        self._portfolio = portfolio
        self._clock = clock
        self._reporter = reporter

    @staticmethod
    def concerns(order: Order) -> bool:
        return order.terms.effect is Effect.CLOSE and order.is_terminal and order.filled_size > 0

    async def look(self, instrument_id: InstrumentId) -> None:
        """Cancel what is left when the instrument is flat on both sides and nothing of ours works there."""
        await self._clock.sleep(_SETTLE_S)
        try:
            await self._portfolio.refresh()
            if self._is_in_use(instrument_id) or not await self._venue.trigger_orders(instrument_id):
                return
            count = await self._venue.cancel_all(instrument_id)
        except VenueError as error:
            words = f"Left-over stops of {instrument_id} could not be checked: {error}. Look at Triggers."
            self._reporter.notice(Level.WARNING, "orders", words)
            return
        if count:
            words = f"{instrument_id} is flat: {count} left-over stops and targets were cancelled."
            self._reporter.notice(Level.INFO, "orders", words, keep=True)

    def _is_in_use(self, instrument_id: InstrumentId) -> bool:
        held = any(position.instrument_id == instrument_id for position in self._portfolio.positions)
        return held or any(order.terms.instrument_id == instrument_id for order in self._ledger.at_venue())
