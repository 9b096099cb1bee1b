"""Passports of the seat's orders: the domain's seven dots, from what the window knows."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QObject, Signal

from terminal.domain.ai_log import AiLog
from terminal.domain.built_by import builders
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import ZERO, Order, PositionSide
from terminal.domain.passport import (
    Answer,
    Dot,
    DotState,
    PassportFacts,
    is_broken,
    log_that_counts,
    merged,
    origin_word,
    passport,
    unattributed,
)
from terminal.domain.plain_words import leg_words
from terminal.domain.review import Proposal
from terminal.ui.formatting import local_time
from terminal.ui.viewmodels.desk import Desk

DOT_ROLE: Final = {
    DotState.DONE: "up",
    DotState.WAITING: "amber",
    DotState.BROKEN: "down",
    DotState.NOT_DUE: "faint",  # hollow
}
ORIGIN_TONE: Final = {"AI": "ai", "AI amended": "ai", "external": "amber", "unattributed": "down"}


def dot_in_words(dot: Dot) -> str:
    """Give one dot for hover or a screen reader, with what to do where something is missing."""
    at = f", {local_time(dot.at_ms)}" if dot.at_ms else ""
    todo = f". {dot.todo}" if dot.todo else ""
    return f"{dot.name}: {dot.state.value} – {dot.words}{at}{todo}"


def dots_in_words(dots: Sequence[Dot]) -> str:
    """Give the dots for hover, one a line."""
    return "\n".join(map(dot_in_words, dots))


def dots_summary(dots: Sequence[Dot]) -> str:
    """Give a passport in a few words, e.g. `broken: approval`; for those who cannot see dots."""
    for state in (DotState.BROKEN, DotState.WAITING):
        names = [dot.name for dot in dots if dot.state is state]
        if names:
            return f"{state.value}: {', '.join(names)}"
    return "whole"


def dots_rank(dots: Sequence[Dot]) -> float:
    """Sort broken before waiting before done."""
    if is_broken(dots):
        return 0.0
    return 1.0 if any(dot.state is DotState.WAITING for dot in dots) else 2.0


class PassportBook(QObject):
    """Passports of the desk's orders, fills and positions.

    Knows which order an AI log, a proposal or an execution belongs to, and which orders built a position.

    Signals:
        changed (str): the client order id whose passport may look different now; "" for a fill of no known order.
    """

    changed = Signal(str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._logs_of: dict[str, set[str]] = {}
        self._booked: dict[str, Decimal] = {}
        self._seen: set[str] = set()
        self._builders: dict[tuple[InstrumentId, PositionSide], tuple[str, ...]] = {}
        for log in desk.ai_logs.values():
            self._logs_of.setdefault(log.client_order_id, set()).add(log.log_id)
        for fill in desk.fills.values():
            self._book(fill)
        desk.ai_log_changed.connect(self._on_log)
        desk.proposal_changed.connect(self._on_proposal)
        desk.order_changed.connect(self._on_order)
        desk.fill_seen.connect(self._on_fill)

    # -- reading --------------------------------------------------------------

    def of(self, order: Order) -> tuple[Dot, ...]:
        """Give an order's dots from what the desk knows now."""
        key = order.client_order_id
        proposal = self._proposal_of(order)
        return passport(
            PassportFacts(
                order,
                decision=None if proposal is None else proposal.decision,
                answer=None if proposal is None else _answer(proposal),
                log=log_that_counts(self._desk.ai_logs[name] for name in sorted(self._logs_of.get(key, ()))),
                booked=self._booked.get(key),
            )
        )

    def of_fill(self, fill: Fill) -> tuple[Dot, ...]:
        """Give the dots of the order an execution belongs to."""
        order = self._desk.orders.get(fill.client_order_id or "")
        return unattributed("no order on record explains this fill") if order is None else self.of(order)

    def of_position(self, instrument_id: InstrumentId, side: PositionSide) -> tuple[Dot, ...]:
        """Give the dots of the orders that built a position, each step as bad as its worst."""
        where = leg_words(instrument_id, side)
        names = self._built_by(instrument_id, side)
        orders = [self._desk.orders.get(name) for name in names]
        return merged(
            [
                unattributed(f"no order on record opened this {where}") if order is None else self.of(order)
                for order in orders or [None]
            ]
        )

    def origin(self, order: Order | None) -> str:
        """Say who caused an order; for an unknown one that nobody knows."""
        if order is None:
            return "unattributed"
        proposal = self._proposal_of(order)
        return origin_word(order, amended=proposal is not None and proposal.amendment is not None)

    def _proposal_of(self, order: Order) -> Proposal | None:
        return self._desk.proposals.get(order.decision_id) if order.decision_id else None

    def _built_by(self, instrument_id: InstrumentId, side: PositionSide) -> tuple[str, ...]:
        key = (instrument_id, side)
        if key not in self._builders:
            desk = self._desk
            self._builders[key] = builders(desk.orders.values(), desk.fills.values(), instrument_id, side)
        return self._builders[key]

    # -- hearing --------------------------------------------------------------

    def _on_log(self, log: AiLog) -> None:
        self._logs_of.setdefault(log.client_order_id, set()).add(log.log_id)
        self.changed.emit(log.client_order_id)

    def _on_proposal(self, proposal: Proposal) -> None:
        self.changed.emit(proposal.client_order_id)

    def _on_order(self, order: Order) -> None:
        self._builders.pop((order.terms.instrument_id, order.terms.position_side), None)
        self.changed.emit(order.client_order_id)

    def _on_fill(self, fill: Fill) -> None:
        self._book(fill)
        self.changed.emit(fill.client_order_id or "")

    def _book(self, fill: Fill) -> None:
        self._builders.pop((fill.instrument_id, fill.position_side), None)
        if fill.client_order_id and fill.trade_id not in self._seen:
            self._seen.add(fill.trade_id)
            self._booked[fill.client_order_id] = self._booked.get(fill.client_order_id, ZERO) + fill.size


def _answer(proposal: Proposal) -> Answer:
    return Answer(proposal.state, proposal.reviewer, proposal.reviewed_ms, proposal.reason)
