"""A journal with one order of each sort: a whole one, and others that each lack something."""

from dataclasses import replace
from decimal import Decimal

from helpers.builders import make_decision, make_terms
from helpers.store_journal import StoreJournal
from terminal.domain.ai_log import AiLogState, upload_body
from terminal.domain.canonical import digest
from terminal.domain.fill import Fill
from terminal.domain.order import Order, OrderState, Origin, PositionSide, Side
from terminal.domain.records import (
    AiLogAnswered,
    AiLogAttempted,
    AiLogFrozen,
    AiLogLinked,
    ApprovalGiven,
    DecisionRecorded,
    EquityMarked,
    FillBooked,
    IntentCommitted,
    Noted,
    OrderMoved,
    ProposalRecorded,
    SessionOpened,
)
from terminal.domain.review import Approval
from terminal.domain.risk import Verdict
from terminal.services.ai_logs.content import Audit, ProgramMark, decision_content, freeze
from terminal.storage.pack.content import PackFacts

MARK = ProgramMark("1.0", "b" * 64)
FACTS = PackFacts("team-a", "competition", (("alphadesk", "1.0"),), 1_760_000_000_000, sealed=True)


def opening(name, **changes):
    """An opening order of decision `name`, and the ids it goes by."""
    return Order(f"c-{name}", make_terms(**changes), Origin.AI, name, OrderState.SUBMITTING, 5)


def at_venue(order, number):
    return replace(order, state=OrderState.FILLED, venue_order_id=str(number), filled_size=order.terms.size)


def fill(order, number):
    terms = order.terms
    return Fill(
        trade_id=f"t{number}",
        venue_order_id=str(number),
        client_order_id=order.client_order_id,
        instrument_id=terms.instrument_id,
        side=terms.side,
        position_side=PositionSide.LONG,
        price=Decimal("60001.5"),
        size=terms.size,
        fee=Decimal("0.2"),
        is_maker=False,
        realized_pnl=Decimal(0),
        ts_event_ms=6,
    )


class Story:
    """Writes orders into a journal; each step may be left out."""

    def __init__(self, path) -> None:
        self.journal = StoreJournal(path)
        self._next = 700_000_000_000_000_000
        self.journal.write(SessionOpened("1.0", "weex", False, 1, "b" * 64, "{}"))

    def decide(self, name, order, *, anchor=None, log=True):
        """Decision, proposal and frozen log (W2)."""
        head = self.journal.head if anchor is None else anchor
        decision = make_decision(name)
        content = decision_content(decision, order.terms, Audit(head, MARK))
        frozen = freeze(f"log-{name}", name, order.client_order_id, content, AiLogState.WAITING, 2)
        proposed = ProposalRecorded(name, order.client_order_id, order.terms, Verdict(()), 2)
        records = (DecisionRecorded(decision), *((AiLogFrozen(frozen),) if log else ()), proposed)
        self.journal.write(*records)
        return frozen

    def approve(self, name):
        self.journal.write(ApprovalGiven(Approval(name, "Ada", "key A", 3, "60000", 1.5)))

    def send(self, order, *, signed_ms=4):
        """Intent, fill and the venue's id; gives that id."""
        self._next += 1
        self.journal.write(IntentCommitted(order, "POST /order", b'{"size":"0.0050"}', signed_ms))
        done = at_venue(order, self._next)
        self.journal.write(FillBooked(fill(order, self._next)), OrderMoved("FILL_ALL", done, 6))
        return str(self._next)

    def upload(self, log, venue_id, outcome=AiLogState.ACCEPTED):
        body = upload_body(log.content, venue_id)
        self.journal.write(AiLogLinked(log.log_id, venue_id, body, digest(body.decode()), 7))
        self.journal.write(AiLogAttempted(log.log_id, 1, 8))
        self.journal.write(AiLogAnswered(log.log_id, 1, outcome.value, "00000", "success", 9))

    def whole(self, name, **changes):
        """One order with everything; gives the venue's id."""
        order = opening(name, **changes)
        log = self.decide(name, order)
        self.approve(name)
        venue_id = self.send(order)
        self.upload(log, venue_id)
        return venue_id

    def adopted(self, name, origin, effect, **changes):
        """An order somebody else made."""
        self._next += 1
        terms = make_terms(effect=effect, side=Side.SELL, stop_price=None, target_price=None, **changes)
        order = Order(f"x-{name}", terms, origin, None, OrderState.SUBMITTING, 5)
        self.journal.write(OrderMoved("FILL_ALL", at_venue(order, self._next), 6))
        return str(self._next)

    def equity(self, *amounts):
        for at_ms, amount in enumerate(amounts, 1):
            self.journal.write(EquityMarked(Decimal(amount), Decimal(amount), at_ms * 1_000))

    def note(self, text):
        self.journal.write(Noted("info", "test", text, 1))

    def close(self):
        self.journal.close()
