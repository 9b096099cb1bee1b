"""Orders: their terms, their states, and the one table of legal moves between them.

`transition` is the whole state machine. An outcome we do not know is a state
(`UNKNOWN`), not an error, and nothing ever leads from it back to sending.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import Final

from terminal.domain.instrument import InstrumentId

ZERO: Final = Decimal(0)


class Side(Enum):
    BUY = "BUY"
    SELL = "SELL"

    @property
    def opposite(self) -> "Side":
        return Side.SELL if self is Side.BUY else Side.BUY


class Effect(Enum):
    """Whether an order opens or closes a position (hedge mode: both at once is possible)."""

    OPEN = "OPEN"
    CLOSE = "CLOSE"


class PositionSide(Enum):
    LONG = "LONG"
    SHORT = "SHORT"


class OrderKind(Enum):
    LIMIT = "LIMIT"
    MARKET = "MARKET"


class TimeInForce(Enum):
    GTC = "GTC"
    POST_ONLY = "POST_ONLY"
    IOC = "IOC"
    FOK = "FOK"


class Origin(Enum):
    """Who caused an order."""

    AI = "AI"
    AI_AMENDED = "AI_AMENDED"  # of the AI, made tighter by the person who approved it
    API_TEST = "API_TEST"  # the organiser's test order: a recorded decision that no model made, approved by a person
    HUMAN_EXIT = "HUMAN_EXIT"
    PROGRAM_STOP = "PROGRAM_STOP"  # a stop or target this program keeps, for a venue that keeps none
    VENUE = "VENUE"  # a stop, target or liquidation the venue executed
    EXTERNAL = "EXTERNAL"  # made elsewhere on the same account

    @property
    def is_ai(self) -> bool:
        """True when a decision stands behind the order: the AI's, or that of the API test."""
        return self in {Origin.AI, Origin.AI_AMENDED, Origin.API_TEST}


class OrderState(Enum):
    DRAFT = "DRAFT"
    PENDING_APPROVAL = "PENDING_APPROVAL"
    APPROVED = "APPROVED"
    SUBMITTING = "SUBMITTING"  # durable; bytes may have left
    UNKNOWN = "UNKNOWN"  # sent, outcome unclear
    ACKED = "ACKED"
    WORKING = "WORKING"
    PARTIAL = "PARTIAL"
    CANCEL_PENDING = "CANCEL_PENDING"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    REJECTED = "REJECTED"  # the venue's word
    NOT_SENT = "NOT_SENT"
    NOT_ACCEPTED = "NOT_ACCEPTED"  # our belief after the horizon
    EXPIRED_BY_VENUE = "EXPIRED_BY_VENUE"
    DENIED = "DENIED"  # our risk gate
    DECLINED = "DECLINED"  # a person
    EXPIRED = "EXPIRED"  # nobody answered in time


class OrderEvent(Enum):
    RISK_OK = "RISK_OK"
    RISK_FAIL = "RISK_FAIL"
    APPROVE = "APPROVE"
    DECLINE = "DECLINE"
    EXPIRE = "EXPIRE"
    COMMIT = "COMMIT"
    ACK = "ACK"
    REJECT = "REJECT"
    NOT_SENT = "NOT_SENT"
    UNCLEAR = "UNCLEAR"
    OPEN = "OPEN"
    FILL = "FILL"
    FILL_ALL = "FILL_ALL"
    CANCEL_REQUEST = "CANCEL_REQUEST"
    CANCEL_REFUSED = "CANCEL_REFUSED"
    CANCELED = "CANCELED"
    VENUE_EXPIRED = "VENUE_EXPIRED"
    ABSENT = "ABSENT"  # looked for long enough in every list, not there


S, E = OrderState, OrderEvent

_PROOFS: Final = {
    E.ACK: S.ACKED,
    E.OPEN: S.WORKING,
    E.FILL: S.PARTIAL,
    E.FILL_ALL: S.FILLED,
    E.CANCELED: S.CANCELED,
    E.REJECT: S.REJECTED,
    E.VENUE_EXPIRED: S.EXPIRED_BY_VENUE,
}

TRANSITIONS: Final[dict[OrderState, dict[OrderEvent, OrderState]]] = {
    S.DRAFT: {E.RISK_OK: S.PENDING_APPROVAL, E.RISK_FAIL: S.DENIED},
    S.PENDING_APPROVAL: {
        E.APPROVE: S.APPROVED,
        E.DECLINE: S.DECLINED,
        E.EXPIRE: S.EXPIRED,
        E.RISK_FAIL: S.DENIED,
    },
    S.APPROVED: {E.COMMIT: S.SUBMITTING, E.RISK_FAIL: S.DENIED, E.EXPIRE: S.EXPIRED},
    S.SUBMITTING: {**_PROOFS, E.NOT_SENT: S.NOT_SENT, E.UNCLEAR: S.UNKNOWN},
    S.UNKNOWN: {**_PROOFS, E.UNCLEAR: S.UNKNOWN, E.ABSENT: S.NOT_ACCEPTED},
    S.ACKED: {**_PROOFS, E.CANCEL_REQUEST: S.CANCEL_PENDING},
    S.WORKING: {**_PROOFS, E.ACK: S.WORKING, E.CANCEL_REQUEST: S.CANCEL_PENDING},
    S.PARTIAL: {
        E.ACK: S.PARTIAL,
        E.OPEN: S.PARTIAL,
        E.FILL: S.PARTIAL,
        E.FILL_ALL: S.FILLED,
        E.CANCEL_REQUEST: S.CANCEL_PENDING,
        E.CANCELED: S.CANCELED,
        E.VENUE_EXPIRED: S.EXPIRED_BY_VENUE,
    },
    S.CANCEL_PENDING: {
        E.ACK: S.CANCEL_PENDING,
        E.OPEN: S.CANCEL_PENDING,
        E.FILL: S.CANCEL_PENDING,
        E.FILL_ALL: S.FILLED,
        E.CANCEL_REQUEST: S.CANCEL_PENDING,
        E.CANCEL_REFUSED: S.WORKING,  # or PARTIAL when something was filled; see `apply_event`
        E.CANCELED: S.CANCELED,
        E.VENUE_EXPIRED: S.EXPIRED_BY_VENUE,
    },
    # Late truths: a cancelled order may still turn out to have been filled, and an
    # order believed absent may appear.
    S.CANCELED: {E.FILL: S.CANCELED, E.FILL_ALL: S.FILLED, E.CANCELED: S.CANCELED},
    S.NOT_ACCEPTED: {**_PROOFS},
    # Replays of what is already known are harmless.
    S.FILLED: {E.FILL_ALL: S.FILLED},
    S.REJECTED: {E.REJECT: S.REJECTED},
    S.NOT_SENT: {},
    S.EXPIRED_BY_VENUE: {E.VENUE_EXPIRED: S.EXPIRED_BY_VENUE},
    S.DENIED: {},
    S.DECLINED: {},
    S.EXPIRED: {},
}

TERMINAL: Final = frozenset(
    {
        S.FILLED,
        S.CANCELED,
        S.REJECTED,
        S.NOT_SENT,
        S.NOT_ACCEPTED,
        S.EXPIRED_BY_VENUE,
        S.DENIED,
        S.DECLINED,
        S.EXPIRED,
    }
)
AT_VENUE: Final = frozenset({S.SUBMITTING, S.UNKNOWN, S.ACKED, S.WORKING, S.PARTIAL, S.CANCEL_PENDING})
"""States in which the venue may hold, or may have received, the order."""


class IllegalTransition(ValueError):
    """An event that cannot happen in this state. Stored and counted; the instrument is frozen."""

    def __init__(self, state: OrderState, event: OrderEvent) -> None:
        super().__init__(f"{event.value} cannot happen to an order that is {state.value}")
        self.state = state
        self.event = event


def transition(state: OrderState, event: OrderEvent) -> OrderState:
    """Give the state after `event`.

    Raises:
        IllegalTransition: the table has no such move.
    """
    try:
        return TRANSITIONS[state][event]
    except KeyError:
        raise IllegalTransition(state, event) from None


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """What an order asks for. Prices in quote currency, size in base coin.

    `price` is None for a market order. `stop_price` and `target_price` are attached
    triggers the venue keeps. `reference_price` is the price the proposal was made at.
    """

    instrument_id: InstrumentId
    side: Side
    effect: Effect
    kind: OrderKind
    tif: TimeInForce
    size: Decimal
    price: Decimal | None
    leverage: int
    stop_price: Decimal | None
    target_price: Decimal | None
    reference_price: Decimal

    @property
    def position_side(self) -> PositionSide:
        """Which position this order changes: buying opens a long or closes a short."""
        opens = self.effect is Effect.OPEN
        return PositionSide.LONG if (self.side is Side.BUY) is opens else PositionSide.SHORT

    @property
    def expected_price(self) -> Decimal:
        return self.reference_price if self.price is None else self.price

    @property
    def notional(self) -> Decimal:
        """Size times expected price, in quote currency."""
        return self.size * self.expected_price


@dataclass(frozen=True, slots=True)
class Order:
    """One order's whole story so far.

    `client_order_id` is ours and fixed from birth; `venue_order_id` is set once.
    `decision_id` is None only for orders that no decision caused (exits, venue, external).
    Times are Unix ms: `created_ms` ours, `updated_ms` the newest the venue told us.
    """

    client_order_id: str
    terms: OrderTerms
    origin: Origin
    decision_id: str | None
    state: OrderState
    created_ms: int
    venue_order_id: str | None = None
    filled_size: Decimal = ZERO
    average_price: Decimal | None = None
    fee_paid: Decimal = ZERO
    realized_pnl: Decimal = ZERO
    updated_ms: int = 0
    reason: str = ""  # the venue's or the gate's words, plain text
    frozen: bool = False
    needs_human: bool = False

    @property
    def is_terminal(self) -> bool:
        return self.state in TERMINAL

    @property
    def open_size(self) -> Decimal:
        return max(ZERO, self.terms.size - self.filled_size)


def apply_event(order: Order, event: OrderEvent, *, reason: str = "", updated_ms: int = 0) -> Order:
    """Move an order by one event, keeping what is known.

    Raises:
        IllegalTransition: the table has no such move; the order is unchanged.
    """
    state = transition(order.state, event)
    if event is OrderEvent.CANCEL_REFUSED and order.filled_size > 0:
        state = OrderState.PARTIAL
    return replace(
        order,
        state=state,
        reason=reason or order.reason,
        updated_ms=max(order.updated_ms, updated_ms),
    )
