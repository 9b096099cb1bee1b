"""The passports of orders from what the engine holds in memory: for the tally and for tests."""

from dataclasses import dataclass

from terminal.domain.order import Order
from terminal.domain.passport import (
    Answer,
    Dot,
    PassportFacts,
    is_broken,
    is_whole,
    log_that_counts,
    passport,
)
from terminal.domain.review import ReviewState
from terminal.services.ai_logs.archive import Archive
from terminal.services.ai_logs.outbox import AiLogOutbox
from terminal.services.orders.ledger import OrderLedger


@dataclass(frozen=True, slots=True)
class Passport:
    """An order's seven dots."""

    client_order_id: str
    dots: tuple[Dot, ...]

    @property
    def is_whole(self) -> bool:
        """True when all seven steps are proved by a durable record or the venue's word."""
        return is_whole(self.dots)

    @property
    def is_broken(self) -> bool:
        return is_broken(self.dots)


def passport_of(order: Order, ledger: OrderLedger, archive: Archive, outbox: AiLogOutbox) -> Passport:
    """Give the passport of one order."""
    key, decision_id = order.client_order_id, order.decision_id or ""
    approval = archive.approvals.get(decision_id)
    facts = PassportFacts(
        order,
        decision=archive.decisions.get(decision_id),
        answer=None if approval is None else Answer(ReviewState.APPROVED, approval.who, approval.at_ms),
        log=log_that_counts(outbox.of_order(key)),
        complete=True,
        has_intent=key in ledger.signed_at_ms,
        booked=ledger.filled_sum(key),
    )
    return Passport(key, passport(facts))
