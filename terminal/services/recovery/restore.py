"""Takes in what earlier runs left in the journal, before anything else happens."""

from collections.abc import Callable
from dataclasses import dataclass

from terminal.domain.messages import AiLogChanged, Event, FillSeen, Level, Notice, OrderChanged, ProposalChanged
from terminal.domain.order import OrderEvent, OrderState
from terminal.domain.recovered import Recovered
from terminal.ports.clock import Clock
from terminal.ports.venue import RecallsOrders, TradingVenue
from terminal.services.ai_logs.archive import Archive
from terminal.services.ai_logs.outbox import AiLogOutbox
from terminal.services.orders.ledger import OrderLedger
from terminal.services.positions.portfolio import Portfolio
from terminal.services.recovery.other_terminal import OtherTerminal
from terminal.services.recovery.recovery import Recovery
from terminal.services.review.queue import ReviewQueue
from terminal.services.trading_switch import TradingSwitch


@dataclass(frozen=True, slots=True)
class Restorer:
    """The services that remember, and the seat that is shown what they remember."""

    ledger: OrderLedger
    archive: Archive
    review: ReviewQueue
    outbox: AiLogOutbox
    portfolio: Portfolio
    recovery: Recovery
    others: OtherTerminal
    switch: TradingSwitch
    clock: Clock
    emit: Callable[[Event], None]
    venue: TradingVenue

    def take(self, recovered: Recovered, *, same_account: bool) -> None:
        """Restore all services. Unanswered proposals are denied; interrupted sends become UNKNOWN.

        `same_account` False: the venue began anew, so equity, loss limits and pauses begin anew too.
        """
        self.others.restore(recovered)
        self.ledger.restore(recovered.orders, recovered.fills, recovered.signed_at_ms)
        self.archive.restore(recovered.decisions, recovered.approvals)
        self.review.expire_recovered(recovered.unanswered, recovered.history)
        self.outbox.restore(recovered.ai_logs)
        self.portfolio.restore(recovered.equity, same_account=same_account)
        self.switch.carry_over(recovered.switch, recovered.notes, same_account=same_account)
        new = not (recovered.orders or recovered.equity)
        self.recovery.begin(*self._times(recovered), recovered.accepted, new=new)
        self._show(recovered)
        for order in tuple(self.ledger.orders.values()):
            if order.state is OrderState.SUBMITTING:
                self.ledger.move(order, OrderEvent.UNCLEAR, reason="the program ended while it was being sent")
        if isinstance(self.venue, RecallsOrders):
            self.venue.recall_orders(tuple(self.ledger.orders.values()))
        self._settle_logs(recovered)

    def _settle_logs(self, recovered: Recovered) -> None:
        """Logs whose order moved on just before the end are linked or kept now."""
        for order in tuple(self.ledger.orders.values()):
            self.outbox.on_order(order)
        for record in recovered.unanswered:
            for log in self.outbox.of_order(record.client_order_id):
                self.outbox.keep(log, "the program was restarted before anyone answered")

    def _times(self, recovered: Recovered) -> tuple[int, int]:
        """When the journal began, and when the venue was last known to agree with it: in the venue's time."""
        marks = [mark.at_ms + mark.clock_offset_ms for mark in recovered.equity]
        if marks:
            return marks[0], max(marks)
        begun = min((order.created_ms for order in recovered.orders), default=self.clock.now_ms())
        return begun, begun

    def _show(self, recovered: Recovered) -> None:
        for note in recovered.notes:
            self.emit(Notice(Level(note.level), note.source, note.text, note.at_ms))
        for proposal in self.review.proposals.values():
            self.emit(ProposalChanged(proposal))
        for order in recovered.orders:
            self.emit(OrderChanged(order))
        for fill in recovered.fills:
            self.emit(FillSeen(fill))
        for log in self.outbox.logs.values():
            self.emit(AiLogChanged(log))
