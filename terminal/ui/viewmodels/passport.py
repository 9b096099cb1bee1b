"""The seven dots that trace an order, from frozen inputs to the accepted AI log."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from PySide6.QtCore import QObject, Signal

from terminal.domain.ai_log import AiLog, AiLogState
from terminal.domain.order import AT_VENUE, Order, OrderState, Origin
from terminal.domain.plain_words import clause
from terminal.domain.review import Proposal, ReviewState
from terminal.ui.formatting import local_time, trimmed
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.words import AI_LOG_STATE, REVIEW_STATE

S = OrderState


class DotState(Enum):
    """How a dot is painted; value = palette role."""

    DONE = "up"
    WAITING = "amber"
    BROKEN = "down"
    NOT_DUE = "faint"  # hollow


@dataclass(frozen=True, slots=True)
class Dot:
    name: str
    state: DotState
    words: str


_NEVER_LEFT: Final = frozenset({S.DRAFT, S.PENDING_APPROVAL, S.APPROVED, S.DENIED, S.DECLINED, S.EXPIRED})
_NO_DECISION: Final[dict[Origin, str]] = {
    Origin.AI: "no decision is known for this order",
    Origin.HUMAN_EXIT: "closing by a person needs none",
    Origin.VENUE: "the venue executed a stop, target or liquidation",
    Origin.EXTERNAL: "made outside this program",
}


def passport(order: Order, proposal: Proposal | None, log: AiLog | None) -> tuple[Dot, ...]:
    """Give the seven dots of an order, in the order things happen."""
    return (
        *_before_sending(order, proposal),
        _checks(order),
        _request(order),
        _fills(order),
        _ai_log(order, log),
    )


def _before_sending(order: Order, proposal: Proposal | None) -> tuple[Dot, Dot, Dot]:
    names = ("inputs", "decision", "approval")
    if order.decision_id is None:
        broken = order.origin in {Origin.AI, Origin.EXTERNAL}
        state = DotState.BROKEN if broken else DotState.NOT_DUE
        first, second, third = (Dot(name, state, _NO_DECISION[order.origin]) for name in names)
        return first, second, third
    if proposal is None:
        words = f"decision {order.decision_id} is in the journal, not loaded in this window"
        first, second, third = (Dot(name, DotState.WAITING, words) for name in names)
        return first, second, third
    decision = proposal.decision
    return (
        Dot("inputs", DotState.DONE, f"frozen, SHA-256 {decision.snapshot_sha256[:12]}…"),
        Dot("decision", DotState.DONE, f"{decision.model}, {decision.confidence:.0%} confident"),
        _approval(proposal),
    )


def _approval(proposal: Proposal) -> Dot:
    words = REVIEW_STATE[proposal.state][0]
    if proposal.state is ReviewState.APPROVED:
        who = proposal.reviewer or "unknown"
        return Dot("approval", DotState.DONE, f"{words} by {who}, {local_time(proposal.reviewed_ms)}")
    if proposal.state is ReviewState.PENDING:
        return Dot("approval", DotState.WAITING, words)
    return Dot("approval", DotState.BROKEN, _with(words, proposal.reason))


def _with(words: str, reason: str) -> str:
    return f"{words}. {clause(reason)}" if reason else words


def _checks(order: Order) -> Dot:
    if order.state is S.DENIED:
        return Dot("checks", DotState.BROKEN, order.reason or "a risk check failed")
    if order.state in _NEVER_LEFT:
        return Dot("checks", DotState.NOT_DUE, "run again right before sending")
    if order.origin in {Origin.VENUE, Origin.EXTERNAL}:
        return Dot("checks", DotState.NOT_DUE, _NO_DECISION[order.origin])
    return Dot("checks", DotState.DONE, "passed right before sending")


def _request(order: Order) -> Dot:
    if order.state in _NEVER_LEFT:
        return Dot("request", DotState.NOT_DUE, "nothing was sent")
    if order.state is S.SUBMITTING:
        return Dot("request", DotState.WAITING, "written down, on its way")
    if order.state is S.UNKNOWN:
        return Dot("request", DotState.WAITING, _with("sent, outcome unknown: the venue is being asked", order.reason))
    if order.state in {S.NOT_SENT, S.NOT_ACCEPTED, S.REJECTED}:
        return Dot("request", DotState.BROKEN, order.reason or "the venue does not have it")
    return Dot("request", DotState.DONE, f"venue order {order.venue_order_id or 'id unknown'}")


def _fills(order: Order) -> Dot:
    if order.state is S.FILLED:
        return Dot("fills", DotState.DONE, f"all of {trimmed(order.terms.size)}")
    if order.filled_size > 0:
        state = DotState.WAITING if order.state in AT_VENUE else DotState.DONE
        return Dot("fills", state, f"{trimmed(order.filled_size)} of {trimmed(order.terms.size)}")
    return Dot("fills", DotState.NOT_DUE, "none" if order.is_terminal else "none yet")


def _ai_log(order: Order, log: AiLog | None) -> Dot:
    if log is None:
        if order.origin is Origin.AI and order.state not in _NEVER_LEFT:
            return Dot("AI log", DotState.BROKEN, "missing: open AI logs")
        return Dot("AI log", DotState.NOT_DUE, "none: no AI decision led to this order or nothing was sent")
    words = AI_LOG_STATE[log.state][0]
    if log.state is AiLogState.ACCEPTED:
        return Dot("AI log", DotState.DONE, f"{words} {local_time(log.accepted_ms)}")
    if log.state is AiLogState.NEEDS_HAND:
        return Dot("AI log", DotState.BROKEN, f"{words}: {log.last_code} {log.last_message}".strip())
    if log.state is AiLogState.GAP:
        return Dot("AI log", DotState.BROKEN, f"{words} by {log.resolved_by}: {log.resolved_reason}")
    if log.state is AiLogState.KEPT:
        why = "kept on paper, never sent" if log.is_on_paper else "kept here: no order came of it"
        return Dot("AI log", DotState.NOT_DUE, why)
    return Dot("AI log", DotState.WAITING, words)


DOT_WORDS: Final = {
    DotState.DONE: "done",
    DotState.WAITING: "waiting",
    DotState.BROKEN: "broken",
    DotState.NOT_DUE: "not due",
}


def dots_in_words(dots: Sequence[Dot]) -> str:
    """Give the dots for hover, one a line."""
    return "\n".join(f"{dot.name}: {DOT_WORDS[dot.state]} – {dot.words}" for dot in dots)


def dots_rank(dots: Sequence[Dot]) -> float:
    """Sort broken before waiting before done."""
    states = {dot.state for dot in dots}
    if DotState.BROKEN in states:
        return 0.0
    return 1.0 if DotState.WAITING in states else 2.0


class PassportBook(QObject):
    """Passports of the desk's orders; knows which order an AI log or a proposal belongs to.

    Signals:
        changed (str): the client order id whose passport may look different now.
    """

    changed = Signal(str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._log_of: dict[str, str] = {}
        for log in desk.ai_logs.values():
            self._log_of[log.client_order_id] = log.log_id
        desk.ai_log_changed.connect(self._on_log)
        desk.proposal_changed.connect(self._on_proposal)

    def of(self, order: Order) -> tuple[Dot, ...]:
        """Give an order's dots from what the desk knows now."""
        proposal = self._desk.proposals.get(order.decision_id) if order.decision_id else None
        log_id = self._log_of.get(order.client_order_id)
        return passport(order, proposal, self._desk.ai_logs.get(log_id) if log_id else None)

    def _on_log(self, log: AiLog) -> None:
        self._log_of[log.client_order_id] = log.log_id
        self.changed.emit(log.client_order_id)

    def _on_proposal(self, proposal: Proposal) -> None:
        self.changed.emit(proposal.client_order_id)
