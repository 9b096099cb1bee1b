"""One line in the event log for each thing that moves money or was answered by a person.

Fills, approvals, rejections, proposals nobody answered, orders the venue accepted or let
go, and funding payments. It reads what the engine tells its seat, so a fact that is told
twice (a replayed order, a repeated report) still gives one line.
"""

from collections.abc import Callable

from terminal.domain.account import Income
from terminal.domain.fill import Fill
from terminal.domain.hand_messages import FundingPaid
from terminal.domain.messages import Event, FillSeen, Level, OrderChanged, ProposalChanged
from terminal.domain.order import Order, OrderState, Origin
from terminal.domain.plain_words import (
    clause,
    figure,
    fill_line,
    funding_line,
    joined,
    leg_words,
    order_at,
)
from terminal.domain.review import Proposal, ReviewState
from terminal.services.orders.ledger import OrderLedger
from terminal.services.reporter import Reporter

_OURS = frozenset({Origin.AI, Origin.AI_AMENDED, Origin.API_TEST, Origin.HUMAN_EXIT, Origin.PROGRAM_STOP})
_NOT_THERE = frozenset({OrderState.REJECTED, OrderState.NOT_SENT, OrderState.NOT_ACCEPTED})


class Chronicle:
    """Turns events into notices, once `begin` was called; before that it only learns what is old."""

    def __init__(self, reporter: Reporter, ledger: OrderLedger) -> None:
        self._reporter = reporter
        self._ledger = ledger
        self._told: set[tuple[str, str]] = set()
        self._began = False

    def begin(self) -> None:
        """What comes from now on is news: what earlier runs left has been shown."""
        self._began = True

    def take(self, event: Event) -> None:
        """Hear one event."""
        match event:
            case FillSeen(fill):
                self._fill(fill)
            case OrderChanged(order):
                self._order(order)
            case ProposalChanged(proposal):
                self._proposal(proposal)
            case FundingPaid(income):
                self._funding(income)
            case _:
                return

    # -- one kind each -------------------------------------------------------------

    def _fill(self, fill: Fill) -> None:
        order = self._ledger.get(fill.client_order_id or "")
        if order is not None:
            self._accepted(order)  # an execution may be known before the answer to the request
        self._once("fill", fill.trade_id, lambda: (Level.GOOD, "fills", fill_line(fill)))

    def _order(self, order: Order) -> None:
        self._accepted(order)
        if order.state is OrderState.CANCELED:
            self._once("end", order.client_order_id, lambda: self._cancelled(order))
        elif order.state is OrderState.EXPIRED_BY_VENUE:
            self._once("end", order.client_order_id, lambda: self._expired(order))

    def _accepted(self, order: Order) -> None:
        if order.origin not in _OURS or order.venue_order_id is None or order.state in _NOT_THERE:
            return
        who = self._ledger.sent_by.get(order.client_order_id, "")
        words = f"the venue accepted {order_at(order.terms)}"
        told = words + (f", {_by(order)} {who}" if who else "")
        self._once("accepted", order.client_order_id, lambda: (Level.INFO, "orders", told))

    def _cancelled(self, order: Order) -> tuple[Level, str, str]:
        who = self._ledger.cancel_asked_by.get(order.client_order_id, "")
        if who:
            return Level.INFO, "orders", f"{order_at(order.terms)} was cancelled by {who}{_part(order)}"
        words = f"{order_at(order.terms)} was cancelled at the venue, not from here{_part(order)}"
        return Level.WARNING, "orders", joined(words, order.reason)

    @staticmethod
    def _expired(order: Order) -> tuple[Level, str, str]:
        return Level.WARNING, "orders", f"{order_at(order.terms)} expired at the venue{_part(order)}"

    def _proposal(self, proposal: Proposal) -> None:
        name = leg_words(proposal.terms.instrument_id, proposal.terms.position_side)
        match proposal.state:
            case ReviewState.APPROVED:
                words = f"{proposal.reviewer} approved {name}: {order_at(proposal.terms)}"
            case ReviewState.REJECTED:
                reason = f": {clause(proposal.reason)}" if proposal.reason else ""
                words = f"{proposal.reviewer} rejected {name}{reason}"
            case ReviewState.EXPIRED:
                words = f"The proposal {name} expired: {clause(proposal.reason)}. Nothing was sent"
            case _:
                return  # open, or stopped by the checks: both are told where that happens
        self._once("review", proposal.decision_id, lambda: (Level.INFO, "review", words))

    def _funding(self, income: Income) -> None:
        if not self._is_told("funding", income.income_id):
            words, at_ms = funding_line(income), income.ts_event_ms
            self._reporter.notice(Level.INFO, "funding", words, at_ms=at_ms, is_own_fact=True)

    # -- once ----------------------------------------------------------------------

    def _once(self, kind: str, key: str, say: Callable[[], tuple[Level, str, str]]) -> None:
        if not self._is_told(kind, key):
            self._reporter.notice(*say(), is_own_fact=True)

    def _is_told(self, kind: str, key: str) -> bool:
        """Whether this is old; from now on it is."""
        old = (kind, key) in self._told or not self._began
        self._told.add((kind, key))
        return old


def _by(order: Order) -> str:
    if order.origin is Origin.PROGRAM_STOP:
        return "sent by"
    return "approved by" if order.origin.is_ai else "asked for by"


def _part(order: Order) -> str:
    return f" after {figure(order.filled_size)} of it had filled" if order.filled_size > 0 else ""
