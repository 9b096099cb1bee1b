"""Finds in what the engine tells its seat what a person wants to be called for.

What lasts (a missing stop, a halt, a frozen pair) is told when it begins, and again only after it had ended.
What earlier runs left is no news: answers and fills count from the moment the desk is ready.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from terminal.domain.ai_log import AiLogState
from terminal.domain.approval import DeskMode
from terminal.domain.hand_messages import ProtectionChanged
from terminal.domain.instrument import base_of
from terminal.domain.market import StreamState
from terminal.domain.messages import (
    AiLogChanged,
    CycleEnded,
    Event,
    FillSeen,
    Health,
    OrderChanged,
    Phase,
    PositionsFrozen,
    ProposalChanged,
    TradingStateChanged,
)
from terminal.domain.notification import NoticeKind, Notification
from terminal.domain.order import OrderState
from terminal.domain.plain_words import (
    MODEL_FAILURE,
    TRADING_STATE,
    clause,
    fill_line,
    joined,
    leg_words,
    order_at,
    sentence,
)
from terminal.domain.protection import ProtectionState
from terminal.domain.review import ReviewState
from terminal.domain.risk import TradingState

K = NoticeKind
_NAKED: Final = frozenset({ProtectionState.UNCONFIRMED, ProtectionState.PARTIAL})
_REFUSED: Final = frozenset({OrderState.REJECTED, OrderState.NOT_ACCEPTED})
_LOSS: Final = re.compile(r"lost [\d.]+ % today|[\d.]+ % below the peak")
_STREAM: Final = {"public": "Market data", "private": "The account's own stream"}


class Spotter:
    """Hears every event once; gives what is worth a call, mostly nothing."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._is_ready = False
        self._lasting: set[tuple[NoticeKind, str]] = set()
        self._told: set[tuple[NoticeKind, str]] = set()
        # By type: most events are prices, which must cost nothing here.
        self._handlers: dict[type, Callable[[Any], list[Notification]]] = {
            Phase: self._phase,
            ProposalChanged: self._proposal,
            OrderChanged: self._order,
            FillSeen: self._fill,
            AiLogChanged: self._log,
            CycleEnded: self._cycle,
            ProtectionChanged: self._protection,
            TradingStateChanged: self._trading,
            StreamState: self._stream,
            PositionsFrozen: self._frozen,
            Health: self._health,
        }

    def spot(self, event: Event) -> list[Notification]:
        handler = self._handlers.get(type(event))
        return [] if handler is None else handler(event)

    def _phase(self, event: Phase) -> list[Notification]:
        self._is_ready = self._is_ready or event.ready
        return []

    # -- once each -----------------------------------------------------------------

    def _proposal(self, event: ProposalChanged) -> list[Notification]:
        proposal = event.proposal
        name = leg_words(proposal.terms.instrument_id, proposal.terms.position_side)
        if proposal.is_open and proposal.mode is DeskMode.SEMI_AUTO:
            return self._once(K.DECISION_WAITS, proposal.decision_id, f"{name}: {order_at(proposal.terms)}")
        if proposal.state is ReviewState.BLOCKED:
            return self._once(K.GUARDRAIL, proposal.decision_id, f"{name}: {clause(proposal.reason)}")
        return []

    def _order(self, event: OrderChanged) -> list[Notification]:
        order = event.order
        if order.state not in _REFUSED:
            return []
        return self._once(K.ORDER_REFUSED, order.client_order_id, joined(order_at(order.terms), order.reason))

    def _fill(self, event: FillSeen) -> list[Notification]:
        return self._once(K.FILLED, event.fill.trade_id, fill_line(event.fill))

    def _cycle(self, event: CycleEnded) -> list[Notification]:
        """Tell of a failure when it begins; the next answer ends it."""
        if event.failure is None:
            return self._begun(K.MODEL_FAILED, {})
        words = f"{MODEL_FAILURE[event.failure]}. Nothing is proposed until it answers"
        return self._begun(K.MODEL_FAILED, {event.failure.value: words}) if self._is_ready else []

    def _once(self, kind: NoticeKind, key: str, words: str) -> list[Notification]:
        if (kind, key) in self._told:
            return []
        self._told.add((kind, key))
        return [self._made(kind, key, words)] if self._is_ready else []

    # -- what lasts ----------------------------------------------------------------

    def _log(self, event: AiLogChanged) -> list[Notification]:
        key = (K.AI_LOG_REFUSED, event.log.log_id)
        if event.log.state is not AiLogState.NEEDS_HAND:
            self._lasting.discard(key)
            return []
        if key in self._lasting:
            return []
        self._lasting.add(key)
        return [self._made(*key, "Nothing opens until it is dealt with: open AI logs and decide")]

    def _protection(self, event: ProtectionChanged) -> list[Notification]:
        naked = {
            f"{each.instrument_id} {each.side.value}": joined(leg_words(each.instrument_id, each.side), each.text)
            for each in event.statuses
            if each.state in _NAKED and each.size > 0 and each.uncovered > 0
        }
        return self._begun(K.STOP_MISSING, naked)

    def _trading(self, event: TradingStateChanged) -> list[Notification]:
        state, reason = event.state, event.reason
        if state not in {TradingState.HALTED, TradingState.REDUCE_ONLY}:
            self._begun(K.LOSS_LIMIT, {})
            return self._begun(K.TRADING_STOPPED, {})
        words = f"{TRADING_STATE[state]}: {clause(reason)}. Exits and cancels work"
        kind, other = (K.LOSS_LIMIT, K.TRADING_STOPPED) if _LOSS.search(reason) else (K.TRADING_STOPPED, K.LOSS_LIMIT)
        self._begun(other, {})
        return self._begun(kind, {state.value: words})

    def _stream(self, state: StreamState) -> list[Notification]:
        key = (K.LINK_DOWN, state.name)
        if state.connected:
            self._lasting.discard(key)
            return []
        if key in self._lasting:
            return []
        self._lasting.add(key)
        name = _STREAM.get(state.name, f"The {state.name}")
        return [self._made(*key, joined(f"{name} is not connected", state.detail))]

    def _frozen(self, event: PositionsFrozen) -> list[Notification]:
        now = {str(pair): f"{base_of(pair)}: {clause(why)}. Nothing opens there" for pair, why in event.frozen}
        return self._begun(K.PAIR_FROZEN, now)

    def _health(self, event: Health) -> list[Notification]:
        words = "The journal cannot be written. Nothing opens until it can; look at the disk"
        return self._begun(K.JOURNAL_FAILED, {} if event.journal_ok else {"journal": words})

    def lasts(self, notification: Notification) -> bool:
        """Tell whether what was told is still so."""
        return (notification.kind, notification.key) in self._lasting

    def _begun(self, kind: NoticeKind, now: dict[str, str]) -> list[Notification]:
        """Tell what is new among the keys of a kind, and forget those that have ended."""
        before = {key for each, key in self._lasting if each is kind}
        self._lasting -= {(kind, key) for key in before - now.keys()}
        self._lasting |= {(kind, key) for key in now}
        return [self._made(kind, key, words) for key, words in now.items() if key not in before]

    def _made(self, kind: NoticeKind, key: str, words: str) -> Notification:
        return Notification(kind, sentence(words), key, self._now_ms())
