"""Enumerations in plain words, each with the palette role its words are shown in."""

from typing import Final

from terminal.domain import plain_words
from terminal.domain.ai_log import AiLogState
from terminal.domain.instrument import base_of
from terminal.domain.messages import Level, ModelPhase
from terminal.domain.order import (
    TRANSITIONS,
    Effect,
    Order,
    OrderEvent,
    OrderKind,
    OrderState,
    OrderTerms,
    TimeInForce,
)
from terminal.domain.review import Proposal, ReviewState
from terminal.domain.risk import TradingState
from terminal.ui.formatting import number, trimmed

S = OrderState

# The words themselves are the domain's; widgets take them from here, beside their colours.
ACTION: Final = plain_words.ACTION
sentence = plain_words.sentence
joined = plain_words.joined
position_word = plain_words.position_word

_ORDER_ROLE: Final[dict[OrderState, str]] = {
    S.DRAFT: "muted",
    S.PENDING_APPROVAL: "ai",
    S.APPROVED: "accent",
    S.SUBMITTING: "accent",
    S.UNKNOWN: "amber",
    S.ACKED: "accent",
    S.WORKING: "accent",
    S.PARTIAL: "accent",
    S.CANCEL_PENDING: "amber",
    S.FILLED: "text",
    S.CANCELED: "muted",
    S.REJECTED: "down",
    S.NOT_SENT: "amber",
    S.NOT_ACCEPTED: "amber",
    S.EXPIRED_BY_VENUE: "muted",
    S.DENIED: "amber",
    S.DECLINED: "muted",
    S.EXPIRED: "muted",
}
ORDER_STATE: Final[dict[OrderState, tuple[str, str]]] = {
    state: (words, _ORDER_ROLE[state]) for state, words in plain_words.ORDER_STATE.items()
}

_TRADING_ROLE: Final[dict[TradingState, str]] = {
    TradingState.STARTING: "amber",
    TradingState.ACTIVE: "accent",
    TradingState.REDUCE_ONLY: "amber",
    TradingState.HALTED: "down",
}
TRADING_STATE: Final[dict[TradingState, tuple[str, str]]] = {
    state: (words, _TRADING_ROLE[state]) for state, words in plain_words.TRADING_STATE.items()
}

TRADING_STATE_HELP: Final[dict[TradingState, str]] = {
    TradingState.STARTING: "The program compares its books with the venue. Nothing opens yet.",
    TradingState.ACTIVE: "Approved orders are sent. Closing and cancelling always work.",
    TradingState.REDUCE_ONLY: "Nothing opens. Closing and cancelling work.",
    TradingState.HALTED: "Nothing opens until a person sets Active again. Closing and cancelling work.",
}

LEVEL: Final[dict[Level, tuple[str, str]]] = {
    Level.INFO: ("info", "muted"),
    Level.GOOD: ("done", "up"),
    Level.WARNING: ("look", "amber"),
    Level.ERROR: ("alarm", "down"),
}

MODEL_PHASE: Final[dict[ModelPhase, tuple[str, str]]] = {
    ModelPhase.IDLE: ("idle", "muted"),
    ModelPhase.TRAINING: ("training", "amber"),
    ModelPhase.READY: ("ready", "muted"),
    ModelPhase.THINKING: ("thinking", "ai"),
    ModelPhase.FAILED: ("failed", "down"),
}

AI_LOG_STATE: Final[dict[AiLogState, tuple[str, str]]] = {
    AiLogState.KEPT: ("kept", "muted"),
    AiLogState.WAITING: ("waits for its order", "muted"),
    AiLogState.QUEUED: ("queued", "accent"),
    AiLogState.SENDING: ("sending", "accent"),
    AiLogState.ACCEPTED: ("accepted", "up"),
    AiLogState.RETRYING: ("retrying", "amber"),
    AiLogState.NEEDS_HAND: ("needs a hand", "down"),
    AiLogState.GAP: ("gap on record", "amber"),
}

REVIEW_STATE: Final[dict[ReviewState, tuple[str, str]]] = {
    ReviewState.PENDING: ("waits in the review desk", "ai"),
    ReviewState.APPROVED: ("approved", "up"),
    ReviewState.REJECTED: ("rejected", "muted"),
    ReviewState.EXPIRED: ("expired: nobody answered", "muted"),
    ReviewState.BLOCKED: ("stopped by the risk checks", "amber"),
    ReviewState.VOIDED: ("void: a fresh check failed at the click", "amber"),
}


def short_model(name: str) -> str:
    """Give the first word of a model's name, e.g. `embedded-ridge/1`; hashes and seeds are for hover."""
    return name.split(maxsplit=1)[0] if name.strip() else ""


def can_cancel(order: Order) -> bool:
    """Tell whether a cancel request makes sense in the order's present state."""
    return OrderEvent.CANCEL_REQUEST in TRANSITIONS[order.state] and order.state is not S.CANCEL_PENDING


def order_act(terms: OrderTerms) -> str:
    """What an order does, e.g. `open long` or `close short`."""
    verb = "open" if terms.effect is Effect.OPEN else "close"
    return f"{verb} {position_word(terms.position_side)}"


def order_kind(terms: OrderTerms) -> str:
    """Kind and, for limit orders, how long it rests, e.g. `limit post-only`."""
    if terms.kind is OrderKind.MARKET:
        return "market"
    tif = "post-only" if terms.tif is TimeInForce.POST_ONLY else terms.tif.value
    return f"limit {tif}"


def proposal_line(proposal: Proposal) -> str:
    """One proposal in a few words, e.g. `Open long 0.17 ETH at 3,010.50`."""
    terms = proposal.terms
    price = "the market" if terms.price is None else number(terms.price)
    return f"{order_act(terms).capitalize()} {trimmed(terms.size)} {base_of(terms.instrument_id)} at {price}"
