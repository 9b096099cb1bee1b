"""A venue we can trade on: orders, account and private events, in domain words."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Protocol

from terminal.domain.account import Balance, LeverageSetting
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import StreamState
from terminal.domain.order import Effect, OrderKind, OrderTerms, Side, TimeInForce
from terminal.domain.position import Position


@dataclass(frozen=True, slots=True)
class PreparedOrder:
    """A place-order request, serialised once: these bytes are journalled, signed and sent.

    `is_exit` orders close a position and come before all other traffic.
    """

    client_order_id: str
    endpoint: str
    body: bytes
    is_exit: bool


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The venue accepted the order; not yet a fill."""

    venue_order_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A definite no. `halts` when no order can succeed until a person acts (key, IP list)."""

    code: str
    message: str
    hint: str
    halts: bool


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing left this machine; the order may be proposed again."""

    message: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """The order may exist. It must be looked up and never sent again."""

    message: str


SubmitOutcome = Acknowledged | Refused | NotSent | Unclear


class VenueStatus(Enum):
    """An order's status in the venue's words, normalised. UNKNOWN freezes the order."""

    PENDING = "PENDING"
    OPEN = "OPEN"
    FILLED = "FILLED"
    CANCELING = "CANCELING"
    CANCELED = "CANCELED"
    UNTRIGGERED = "UNTRIGGERED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class OrderReport:
    """What the venue says of one order. Sizes in base coin; times Unix ms, venue clock.

    `client_order_id` is None when the venue does not echo it. `is_forced` marks orders the
    venue made itself: liquidation, auto-deleverage, agreement close.
    """

    venue_order_id: str
    client_order_id: str | None
    instrument_id: InstrumentId
    side: Side
    effect: Effect
    kind: OrderKind
    tif: TimeInForce
    status: VenueStatus
    size: Decimal
    price: Decimal | None
    filled_size: Decimal
    average_price: Decimal | None
    fee: Decimal
    is_forced: bool
    created_ms: int
    updated_ms: int


@dataclass(frozen=True, slots=True)
class TriggerReport:
    """A trigger (plan) order the venue keeps: stop, target or conditional entry."""

    venue_order_id: str
    client_order_id: str | None
    instrument_id: InstrumentId
    side: Side
    effect: Effect
    size: Decimal
    trigger_price: Decimal
    created_ms: int


@dataclass(frozen=True, slots=True)
class AccountTouched:
    """Balance or positions changed; read them again."""

    reason: str


@dataclass(frozen=True, slots=True)
class ResyncNeeded:
    """Events were lost or may have been; reconcile from REST."""

    reason: str


VenueEvent = OrderReport | Fill | AccountTouched | ResyncNeeded | StreamState
VenueSink = Callable[[VenueEvent], None]


@dataclass(frozen=True, slots=True)
class LogReceipt:
    """The venue's answer to an AI-log upload."""

    accepted: bool
    code: str
    message: str
    permanent: bool  # a retry cannot help: a person must act


class TradingVenue(Protocol):
    """Orders and account of one venue.

    Reads raise `VenueError`; a failed read is "no information", never "empty".
    """

    @property
    def name(self) -> str: ...

    @property
    def is_simulated(self) -> bool:
        """True when the other side is a built-in exchange: nothing here is real money."""
        ...

    @property
    def order_validity_ms(self) -> int:
        """How long after signing a request can still be accepted (WEEX: 30 000)."""
        ...

    def prepare_order(self, client_order_id: str, terms: OrderTerms) -> PreparedOrder:
        """Serialise a place-order request.

        Raises:
            RequestRejected: the terms cannot be expressed at this venue.
        """
        ...

    async def submit_order(self, prepared: PreparedOrder) -> SubmitOutcome:
        """Send once. Never retries, never raises for anything the network or venue does."""
        ...

    async def cancel_order(self, instrument_id: InstrumentId, venue_order_id: str) -> bool:
        """Ask to cancel; True when the venue took the request. Cancel of a done order gives False."""
        ...

    async def cancel_all(self, instrument_id: InstrumentId | None) -> int:
        """Cancel resting and trigger orders; gives how many requests the venue took."""
        ...

    async def set_leverage(self, instrument_id: InstrumentId, leverage: int) -> None: ...

    async def leverage(self, instrument_id: InstrumentId) -> LeverageSetting: ...

    async def balance(self) -> Balance: ...

    async def positions(self) -> tuple[Position, ...]: ...

    async def order(self, venue_order_id: str) -> OrderReport: ...

    async def open_orders(self) -> tuple[OrderReport, ...]: ...

    async def order_history(self, instrument_id: InstrumentId, since_ms: int) -> tuple[OrderReport, ...]: ...

    async def fills(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Fill, ...]:
        """Give fills since a time, oldest first, paged to the end."""
        ...

    async def trigger_orders(self, instrument_id: InstrumentId | None) -> tuple[TriggerReport, ...]: ...

    async def upload_ai_log(self, body: bytes) -> LogReceipt:
        """Upload exactly these bytes.

        Raises:
            VenueError: it is not known whether the log arrived; uploading the same bytes again is allowed.
        """
        ...

    async def run_private(self, sink: VenueSink) -> None:
        """Follow the private stream until cancelled, reconnecting by itself."""
        ...
