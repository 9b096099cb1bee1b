"""What a run came to: passports, gaps and counts, for the demo's last words and for tests."""

from typing import Final

from terminal.domain.ai_log import AiLogState
from terminal.domain.order import Order
from terminal.ports.clock import Clock
from terminal.services.ai_logs.archive import Archive
from terminal.services.ai_logs.outbox import AiLogOutbox, orders_without_log
from terminal.services.orders.ledger import OrderLedger
from terminal.services.passport.summary import Passport, passport_of

_GRACE_S: Final = 60.0  # how long an order may wait for its log before it counts as a gap


class Tally:
    """Reads; changes nothing."""

    def __init__(self, ledger: OrderLedger, archive: Archive, outbox: AiLogOutbox, clock: Clock) -> None:
        self._ledger = ledger
        self._archive = archive
        self._outbox = outbox
        self._clock = clock

    def passports(self) -> tuple[Passport, ...]:
        """Give the passport of every order a decision caused."""
        orders = [order for order in self._ledger.orders.values() if order.origin.is_ai]
        return tuple(passport_of(order, self._ledger, self._archive, self._outbox) for order in orders)

    def gaps(self, min_age_s: float = _GRACE_S) -> tuple[Order, ...]:
        """Give the orders known for that long (operator time) that no accepted AI log explains."""
        now_s = self._clock.monotonic_s()
        seen_s = self._ledger.seen_s
        old = [order for key, order in self._ledger.orders.items() if now_s - seen_s[key] >= min_age_s]
        return orders_without_log(old, self._outbox)

    def summary(self) -> dict[str, int]:
        archive, ledger = self._archive, self._ledger
        return {
            "cycles": archive.cycles,
            "decisions": len(archive.decisions),
            "holds": archive.holds,
            "approvals": len(archive.approvals),
            "orders": sum(order.venue_order_id is not None for order in ledger.orders.values()),
            "fills": len(ledger.fills),
            "ai_logs_accepted": sum(log.state is AiLogState.ACCEPTED for log in self._outbox.logs.values()),
            "gaps": len(self.gaps()),
            "illegal_transitions": ledger.illegal_transitions,
            "whole_passports": sum(passport.is_whole for passport in self.passports()),
        }
