"""An order's passport: each station of its way, from decision to accepted AI log."""

from dataclasses import dataclass

from terminal.domain.order import Order
from terminal.services.ai_logs.archive import Archive
from terminal.services.ai_logs.outbox import AiLogOutbox
from terminal.services.orders.ledger import OrderLedger


@dataclass(frozen=True, slots=True)
class Passport:
    """True where the station is proved by a durable record or the venue's word."""

    client_order_id: str
    decision: bool
    approval: bool
    intent: bool
    sent: bool
    filled: bool
    ai_log_accepted: bool

    @property
    def is_whole(self) -> bool:
        stations = (self.decision, self.approval, self.intent, self.sent, self.filled, self.ai_log_accepted)
        return all(stations)


def passport_of(order: Order, ledger: OrderLedger, archive: Archive, outbox: AiLogOutbox) -> Passport:
    """Collect the stations of one order."""
    decision_id = order.decision_id or ""
    return Passport(
        client_order_id=order.client_order_id,
        decision=decision_id in archive.decisions,
        approval=decision_id in archive.approvals,
        intent=order.client_order_id in ledger.signed_at_ms,
        sent=order.venue_order_id is not None,
        filled=order.filled_size > 0 and ledger.filled_sum(order.client_order_id) == order.filled_size,
        ai_log_accepted=outbox.is_accepted(order.client_order_id),
    )
