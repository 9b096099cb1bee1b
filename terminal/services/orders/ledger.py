"""Every order and fill we know, and the single place where an order changes.

Memory changes at once, without waiting in between; the journal follows in the same
order, and only what is durable is announced (W4).
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.messages import Event, FillSeen, Level, OrderChanged
from terminal.domain.order import (
    AT_VENUE,
    ZERO,
    Effect,
    IllegalTransition,
    Order,
    OrderEvent,
    OrderState,
    PositionSide,
    apply_event,
)
from terminal.domain.plain_words import ORDER_STATE, figure, joined, order_words
from terminal.domain.records import FillBooked, OrderMoved, Record
from terminal.ports.clock import Clock
from terminal.services.journal_writer import JournalWriter
from terminal.services.reporter import Reporter
from terminal.services.trading_switch import TradingSwitch

OrderListener = Callable[[Order], None]


class OrderLedger:
    """Orders by client id, fills by trade id.

    `listeners` hear of every order after its newest state is durable. `seen_s` is when
    an order was first known here, on the operator's clock.
    """

    def __init__(
        self,
        writer: JournalWriter,
        clock: Clock,
        switch: TradingSwitch,
        reporter: Reporter,
        emit: Callable[[Event], None],
    ) -> None:
        self._writer = writer
        self._clock = clock
        self._switch = switch
        self._reporter = reporter
        self._emit = emit
        self.orders: dict[str, Order] = {}
        self.fills: dict[str, Fill] = {}
        self.seen_s: dict[str, float] = {}
        self.signed_at_ms: dict[str, int] = {}
        self.sent_by: dict[str, str] = {}  # whose word sent an order of this run: for words alone
        self.cancel_asked_by: dict[str, str] = {}
        self.filled_s: dict[InstrumentId, float] = {}  # when we last learnt of a fill
        self.listeners: list[OrderListener] = []
        self.illegal_transitions = 0
        self._by_venue: dict[str, str] = {}
        self._by_decision: dict[str, str] = {}
        self._fills_of: dict[str, list[Fill]] = {}

    # -- reading ---------------------------------------------------------------

    def get(self, client_order_id: str) -> Order | None:
        return self.orders.get(client_order_id)

    def of_venue_id(self, venue_order_id: str) -> Order | None:
        client_order_id = self._by_venue.get(venue_order_id)
        return None if client_order_id is None else self.orders[client_order_id]

    def of_decision(self, decision_id: str) -> Order | None:
        client_order_id = self._by_decision.get(decision_id)
        return None if client_order_id is None else self.orders[client_order_id]

    def at_venue(self) -> tuple[Order, ...]:
        """Orders the venue may hold."""
        return tuple(order for order in self.orders.values() if order.state in AT_VENUE)

    def unknown(self) -> tuple[Order, ...]:
        return tuple(order for order in self.orders.values() if order.state is OrderState.UNKNOWN)

    def fills_of(self, client_order_id: str) -> tuple[Fill, ...]:
        return tuple(self._fills_of.get(client_order_id, ()))

    def filled_sum(self, client_order_id: str) -> Decimal:
        """Sum of the executions seen; at rest it equals the order's `filled_size`."""
        return sum((fill.size for fill in self._fills_of.get(client_order_id, ())), ZERO)

    def entry_of(self, instrument_id: InstrumentId, side: PositionSide) -> Order | None:
        """Give the newest order of a decision that opened this position."""
        return next(
            (
                order
                for order in reversed(self.orders.values())
                if order.origin.is_ai
                and order.filled_size > 0
                and order.terms.instrument_id == instrument_id
                and order.terms.effect is Effect.OPEN
                and order.terms.position_side is side
            ),
            None,
        )

    # -- changing --------------------------------------------------------------

    def put(self, order: Order) -> None:
        """Take an order in (or replace it) without writing or announcing."""
        known = self.orders.get(order.client_order_id)
        if known is not None and order.filled_size != known.filled_size:
            self.filled_s[order.terms.instrument_id] = self._clock.monotonic_s()
        self.orders[order.client_order_id] = order
        self.seen_s.setdefault(order.client_order_id, self._clock.monotonic_s())
        if order.venue_order_id is not None:
            self._by_venue[order.venue_order_id] = order.client_order_id
        if order.decision_id is not None:
            self._by_decision[order.decision_id] = order.client_order_id

    def restore(self, orders: tuple[Order, ...], fills: tuple[Fill, ...], signed: tuple[tuple[str, int], ...]) -> None:
        """Take in what the journal kept."""
        for order in orders:
            self.put(order)
        for fill in fills:
            self._keep(fill)
        self.signed_at_ms.update(signed)

    def move(self, order: Order, event: OrderEvent, *, reason: str = "", updated_ms: int = 0) -> Order:
        """Apply one event to the newest state of this order, write and announce it.

        An event the table does not allow is noted and counted, and pauses the
        instrument; the order stays as it was.
        """
        present = self.orders[order.client_order_id]
        try:
            moved = apply_event(present, event, reason=reason, updated_ms=updated_ms)
        except IllegalTransition as error:
            return self._refuse_move(present, event, _impossible(error))
        self.save(moved, event.value)
        return moved

    def change(self, order: Order, why: str, **changes: object) -> Order:
        """Change fields other than the state, write and announce."""
        changed = replace(self.orders[order.client_order_id], **changes)  # type: ignore[arg-type]  # callers name real fields
        self.save(changed, why)
        return changed

    def save(self, order: Order, event: str, *before: Record) -> None:
        """Keep an order's new state; `before` is written in the same transaction, ahead of it."""
        self.put(order)
        record = OrderMoved(event, order, self._clock.now_ms())
        self._writer.post(*before, record, then=lambda: self.announce(order))

    def announce(self, order: Order) -> None:
        self._emit(OrderChanged(order))
        for listener in tuple(self.listeners):
            listener(order)

    def book(self, order: Order, fill: Fill) -> Order:
        """Book one execution, once: a trade id seen before changes nothing.

        Filled size never shrinks. More than the order's size is reality too: it is
        booked, and the instrument is paused.
        """
        known = self.fills.get(fill.trade_id)
        if known is not None:
            self._compare_replay(known, fill)
            return self.orders[order.client_order_id]
        own = replace(fill, client_order_id=order.client_order_id)
        self._keep(own)
        present = self.orders[order.client_order_id]
        filled = max(present.filled_size, self.filled_sum(order.client_order_id))
        if filled > present.terms.size:
            self._switch.pause(present.terms.instrument_id, "an order filled more than its size")
        event = OrderEvent.FILL_ALL if filled >= present.terms.size else OrderEvent.FILL
        try:
            moved = apply_event(present, event, updated_ms=fill.ts_event_ms)
        except IllegalTransition as error:
            moved = self._refuse_move(present, event, _impossible(error))
        moved = self._with_sums(replace(moved, filled_size=filled))
        self.put(moved)
        records = (FillBooked(own), OrderMoved(event.value, moved, self._clock.now_ms()))
        self._writer.post(*records, then=lambda: self._announce_fill(moved, own))
        return moved

    def note_illegal(self, order: Order, text: str) -> None:
        """Count and keep something that cannot be, and stop openings of its instrument."""
        self.illegal_transitions += 1
        words = f"{order_words(order.terms)}: {text}"
        if not self._switch.pause(order.terms.instrument_id, words):
            self._reporter.notice(Level.ERROR, "orders", joined(words, "Look at the venue"), keep=True)

    # -- inside ----------------------------------------------------------------

    def _refuse_move(self, present: Order, event: OrderEvent, text: str) -> Order:
        self.note_illegal(present, text)
        frozen = replace(present, frozen=True, needs_human=True)
        self.save(frozen, f"ILLEGAL_{event.value}")
        return frozen

    def _compare_replay(self, known: Fill, again: Fill) -> None:
        if (known.price, known.size) != (again.price, again.size):
            self._reporter.notice(
                Level.WARNING,
                "orders",
                f"An execution of {base_of(known.instrument_id)} came again as {figure(again.size)} at "
                f"{figure(again.price)}; kept the first: {figure(known.size)} at {figure(known.price)}. "
                "Compare it with the venue's list of fills.",
                keep=True,
            )

    def _keep(self, fill: Fill) -> None:
        if fill.trade_id not in self.fills:
            self.fills[fill.trade_id] = fill
            if fill.client_order_id is not None:
                self._fills_of.setdefault(fill.client_order_id, []).append(fill)

    def _with_sums(self, order: Order) -> Order:
        """Refresh average, fee and PnL from the executions when they explain the whole fill."""
        fills = self._fills_of.get(order.client_order_id, [])
        total = sum((fill.size for fill in fills), ZERO)
        if total < order.filled_size or total == 0:
            return order
        return replace(
            order,
            average_price=sum((fill.price * fill.size for fill in fills), ZERO) / total,
            fee_paid=sum((fill.fee for fill in fills), ZERO),
            realized_pnl=sum((fill.realized_pnl for fill in fills), ZERO),
        )

    def _announce_fill(self, order: Order, fill: Fill) -> None:
        self._emit(FillSeen(fill))
        self.announce(order)


def _impossible(error: IllegalTransition) -> str:
    return f"the venue reports what cannot happen to an order that is {ORDER_STATE[error.state]}"
