"""Amending a working order: cancel, prove, ask again.

One decision makes one order: its approval, its intent and its AI log are unique in the
journal, so a changed order cannot hang on the old decision. The old order is cancelled, the
venue's proof awaited, and the AI asked for the same direction with the new terms; what it
proposes is approved like any other. In between nothing works at the venue, and that gap is
shown. Nothing is asked when the cancel is not proved, or when part of the order was filled.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from terminal.domain.decision import Action
from terminal.domain.errors import VenueError
from terminal.domain.hand_messages import AmendOrder, AmendPhase, AmendProgress
from terminal.domain.messages import Event, Level
from terminal.domain.order import Effect, Order, OrderKind, OrderState, PositionSide
from terminal.domain.plain_words import ORDER_STATE, figure, joined, order_words, trading_words
from terminal.domain.risk import TradingState
from terminal.domain.snapshot import Question
from terminal.domain.ticket import SizeMode, TicketIdea
from terminal.ports.venue import TradingVenue
from terminal.services.orders.canceler import OrderCanceler
from terminal.services.orders.intake import OrderIntake
from terminal.services.reporter import Reporter
from terminal.services.risk.facts import RiskFacts

_WORKING: Final = frozenset({OrderState.ACKED, OrderState.WORKING, OrderState.PARTIAL})
_PROOF_S: Final = (0.5, 1.0, 2.0, 4.0, 8.0)


class AmendDesk:
    """Carries out `AmendOrder`. `ask(question)` puts a question to the AI."""

    def __init__(
        self,
        venue: TradingVenue,
        facts: RiskFacts,
        canceler: OrderCanceler,
        intake: OrderIntake,
        reporter: Reporter,
        *,
        ask: Callable[[Question], None],
        emit: Callable[[Event], None],
    ) -> None:
        self._venue = venue
        self._facts = facts
        self._canceler = canceler
        self._intake = intake
        self._reporter = reporter
        self._ask = ask
        self._emit = emit

    async def amend(self, command: AmendOrder) -> None:
        """Cancel, prove, ask; each step is told as `AmendProgress`."""
        order = self._facts.ledger.get(command.client_order_id)
        refusal = "no such order is known here" if order is None else self._refusal(order, command)
        if order is None or refusal:
            self._tell(command, AmendPhase.REFUSED, f"Not amended: {refusal}. Nothing was changed.")
            return
        words = "Cancelling; nothing will work at the venue until a new proposal is approved."
        self._tell(command, AmendPhase.CANCELLING, words)
        await self._canceler.cancel(command.client_order_id, command.who)
        if not await self._proved_gone(command.client_order_id):
            self._after_failure(command)
            return
        gap_ms = self._facts.clock.now_ms()
        words = "The old order is proved cancelled. The AI is asked with the new terms; its proposal needs approval."
        self._tell(command, AmendPhase.ASKED, words, gap_ms)
        self._ask(self._question(order, command))

    def _refusal(self, order: Order, command: AmendOrder) -> str:
        terms = order.terms
        rules = self._facts.hub.instruments.get(terms.instrument_id)
        if not order.origin.is_ai or order.decision_id is None or terms.effect is not Effect.OPEN:
            return "only openings of a decision can be amended"
        if terms.kind is not OrderKind.LIMIT or order.state not in _WORKING:
            return f"only working limit orders can be amended; this one is {ORDER_STATE[order.state]}"
        if order.filled_size > 0:
            return "part of it is filled, and nothing is added to a position; cancel the rest instead"
        if self._facts.switch.state is not TradingState.ACTIVE:
            return f"trading is {trading_words(self._facts.switch.state)}, so it could not come back; cancel it instead"
        if rules is None:
            return "its contract rules are not loaded yet"
        if command.price is None and command.size is None:
            return "neither price nor size was changed"
        if command.price is not None and (command.price <= 0 or not rules.is_on_tick(command.price)):
            return f"the price is not a multiple of {figure(rules.price_step)}"
        if command.size is not None:
            return self._size_refusal(order, command.size, rules.min_size, rules.size_step)
        return ""

    @staticmethod
    def _size_refusal(order: Order, size: Decimal, least: Decimal, step: Decimal) -> str:
        if size > order.open_size:
            return f"the size may only shrink; {figure(order.open_size)} is open"
        if size < least or size % step != 0:
            return f"the size must be at least {figure(least)}, in steps of {figure(step)}"
        return ""

    async def _proved_gone(self, client_order_id: str) -> bool:
        """Wait for the venue's word; an order that filled instead is not gone."""
        for pause_s in _PROOF_S:
            order = self._facts.ledger.orders[client_order_id]
            if order.is_terminal:
                break
            await self._facts.clock.sleep(pause_s)
            if order.venue_order_id is not None and not self._facts.ledger.orders[client_order_id].is_terminal:
                try:
                    self._intake.on_report(await self._venue.order(order.venue_order_id))
                except VenueError as error:
                    self._reporter.failing("amend", "The order could not be read", error)
        order = self._facts.ledger.orders[client_order_id]
        return order.state is OrderState.CANCELED and order.filled_size == 0

    def _after_failure(self, command: AmendOrder) -> None:
        order = self._facts.ledger.orders[command.client_order_id]
        if order.filled_size > 0:
            words = f"Not amended: {figure(order.filled_size)} filled before the cancel. Manage the position."
        else:
            state = ORDER_STATE[order.state]
            words = f"Not amended: the cancel is not proved, the order is {state} and may still fill. Cancel it again."
        self._tell(command, AmendPhase.REFUSED, words)

    @staticmethod
    def _question(order: Order, command: AmendOrder) -> Question:
        terms = order.terms
        long = terms.position_side is PositionSide.LONG
        idea = TicketIdea(
            kind=OrderKind.LIMIT,
            limit_price=command.price or terms.price,
            tif=terms.tif,
            size_mode=SizeMode.COIN,
            size_value=command.size or order.open_size,
            stop_price=terms.stop_price,
            target_price=terms.target_price,
        )
        action = Action.OPEN_LONG if long else Action.OPEN_SHORT
        return Question(action, command.who, terms.instrument_id, command.question_id, idea)

    def _tell(self, command: AmendOrder, phase: AmendPhase, text: str, gap_since_ms: int = 0) -> None:
        now_ms = self._facts.clock.now_ms()
        self._emit(AmendProgress(command.client_order_id, phase, text, gap_since_ms, command.question_id, now_ms))
        level = Level.WARNING if phase is AmendPhase.REFUSED else Level.INFO
        order = self._facts.ledger.get(command.client_order_id)
        what = "an order" if order is None else order_words(order.terms)
        self._reporter.notice(level, "orders", joined(f"Amending {what}", text))
