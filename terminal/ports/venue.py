"""A venue we can trade on: orders, account and private events, in domain words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Protocol, runtime_checkable

from terminal.domain.account import Balance, Income, LeverageSetting, MarginMode
from terminal.domain.capabilities import ProductKind as ProductKind  # noqa: PLC0414 - adapters take all they need here
from terminal.domain.capabilities import VenueCapabilities as VenueCapabilities  # noqa: PLC0414 - as the line above
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import StreamState
from terminal.domain.order import Effect, Order, OrderKind, OrderTerms, PositionSide, Side, TimeInForce
from terminal.domain.position import Position


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class PreparedOrder:
    """A request for an order or a trigger, serialised once: these bytes are journalled, signed and sent.

    `is_exit` orders close a position and come before all other traffic. `may_send` is the
    gate's last word, see `submit_order`.
    """

    client_order_id: str
    endpoint: str
    body: bytes
    is_exit: bool
    may_send: Callable[[], bool] = field(default=_always, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The venue accepted the order; not yet a fill. `note`: what it says of it beside that, for a person."""

    venue_order_id: str
    note: str = ""


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

    `client_order_id` is None when the venue does not echo it. The last three say who made it, as far
    as the venue tells here: `is_forced` the venue itself (liquidation, auto-deleverage, agreement
    close), `is_triggered` a stop, target or trigger that fired, `is_by_hand` a person on the venue's
    own page. All False means that it was not said.
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
    is_triggered: bool = False
    is_by_hand: bool = False


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
class FiredTrigger:
    """A trigger that has become an order. `order_id` is that order's id, None where the venue does not name it."""

    trigger_id: str
    order_id: str | None
    instrument_id: InstrumentId
    side: Side
    effect: Effect
    size: Decimal
    created_ms: int
    fired_ms: int


@dataclass(frozen=True, slots=True)
class TriggerTerms:
    """A conditional order: at `trigger_price` the venue makes an order of it.

    Size in base coin, prices in quote currency; `price` None makes a market order.
    `reference_price` is the market's price when the terms were made: it tells a rise from a fall.
    """

    instrument_id: InstrumentId
    position_side: PositionSide
    effect: Effect
    size: Decimal
    trigger_price: Decimal
    price: Decimal | None
    reference_price: Decimal


@dataclass(frozen=True, slots=True)
class Protection:
    """How each half of `protect` ended; None for a half that was not asked for."""

    stop: SubmitOutcome | None
    target: SubmitOutcome | None


@dataclass(frozen=True, slots=True)
class CloseOutcome:
    """What the venue did when told to close positions.

    `refusals` are its words for sides it did not close. `triggers_cancelled` False means that
    stops and targets may be left: look at `trigger_orders`.
    """

    venue_order_ids: tuple[str, ...]
    refusals: tuple[str, ...]
    triggers_cancelled: bool


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
    kept: bool = False  # this venue never takes logs (paper): it stays in the journal, and nobody need act


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
    def keeps_account(self) -> bool:
        """True when the account outlives this program: what earlier runs left is still there and still counts.

        False at the start at which a built-in exchange founds its account: orders, positions, equity and
        loss limits of an earlier run are then over. One that continues its state file keeps it.
        """
        ...

    @property
    def order_validity_ms(self) -> int:
        """How long after signing a request can still be accepted (WEEX: 30 000)."""
        ...

    @property
    def capabilities(self) -> VenueCapabilities:
        """What this venue can do. Methods it has no feature for raise `RequestRejected` in a trader's words."""
        ...

    def prepare_order(self, client_order_id: str, terms: OrderTerms) -> PreparedOrder:
        """Serialise a place-order request.

        Raises:
            RequestRejected: the terms cannot be expressed at this venue.
        """
        ...

    async def submit_order(self, prepared: PreparedOrder) -> SubmitOutcome:
        """Send once. Never retries, never raises for anything the network or venue does.

        `prepared.may_send` is asked at the last moment, after every wait for budget or clock and
        right before bytes leave; when it says no the outcome is `NotSent`.
        """
        ...

    def prepare_trigger(self, client_order_id: str, terms: TriggerTerms) -> PreparedOrder:
        """Serialise a conditional order; `submit_order` sends it, as it does any other.

        Raises:
            RequestRejected: the terms cannot be expressed at this venue.
        """
        ...

    async def protect(
        self, position: Position, stop: Decimal | None, target: Decimal | None, *, stop_id: str, target_id: str
    ) -> Protection:
        """Place a stop and/or a target for a whole position; they execute at market.

        `stop_id` and `target_id` are our own ids of the two. Never raises for anything the
        network or venue does; nothing already placed is replaced.

        Raises:
            RequestRejected: a price or an id cannot be expressed at this venue; nothing was sent.
        """
        ...

    async def modify_trigger(self, venue_order_id: str, trigger_price: Decimal) -> None:
        """Move a stop or target placed by `protect` or attached to an order.

        Raises:
            RequestRejected: the venue said no; the trigger stays as it was.
            OutcomeUnknown: not known whether it moved; read `trigger_orders`.
        """
        ...

    async def cancel_trigger(self, venue_order_id: str) -> bool:
        """Ask to cancel a trigger; True when the venue took the request, False when there is none."""
        ...

    async def close_position(self, instrument_id: InstrumentId) -> CloseOutcome:
        """Close both sides of an instrument at market, then cancel its triggers.

        Raises:
            OutcomeUnknown: not known whether it arrived; read `positions`.
        """
        ...

    async def close_everything(self) -> CloseOutcome:
        """Close every position of the account at market, then cancel all triggers.

        Raises:
            OutcomeUnknown: not known whether it arrived; read `positions`.
        """
        ...

    async def cancel_order(self, instrument_id: InstrumentId, venue_order_id: str) -> bool:
        """Ask to cancel; True when the venue took the request. Cancel of a done order gives False."""
        ...

    async def cancel_all(self, instrument_id: InstrumentId | None) -> int:
        """Cancel resting and trigger orders; gives how many requests the venue took."""
        ...

    async def set_leverage(self, instrument_id: InstrumentId, leverage: int) -> None: ...

    async def leverage(self, instrument_id: InstrumentId) -> LeverageSetting: ...

    async def set_margin_mode(self, instrument_id: InstrumentId, mode: MarginMode) -> None:
        """Switch between shared and isolated margin; only while the instrument has no position and no order.

        Raises:
            RequestRejected: it has some.
        """
        ...

    async def margin_mode(self, instrument_id: InstrumentId) -> MarginMode: ...

    async def balance(self) -> Balance: ...

    async def income(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Income, ...]:
        """Give the account's bill since a time, oldest first, paged to the end: funding, trades, transfers."""
        ...

    async def positions(self) -> tuple[Position, ...]: ...

    async def order(self, venue_order_id: str) -> OrderReport: ...

    async def open_orders(self) -> tuple[OrderReport, ...]: ...

    async def order_history(self, instrument_id: InstrumentId, since_ms: int) -> tuple[OrderReport, ...]: ...

    async def fills(self, instrument_id: InstrumentId | None, since_ms: int) -> tuple[Fill, ...]:
        """Give fills since a time, oldest first, paged to the end."""
        ...

    async def trigger_orders(self, instrument_id: InstrumentId | None) -> tuple[TriggerReport, ...]: ...

    async def fired_triggers(self, instrument_id: InstrumentId, since_ms: int) -> tuple[FiredTrigger, ...]:
        """Give stops, targets and triggers that were made since a time and have become orders, oldest first."""
        ...

    async def upload_ai_log(self, body: bytes) -> LogReceipt:
        """Upload exactly these bytes.

        Raises:
            VenueError: it is not known whether the log arrived; uploading the same bytes again is allowed.
        """
        ...

    async def run_private(self, sink: VenueSink) -> None:
        """Follow the private stream until cancelled, reconnecting by itself."""
        ...


@runtime_checkable
class ListsWholeHistory(Protocol):
    """A venue that lists the past orders of all instruments at once: asking pair by pair costs it a start's seconds."""

    async def whole_history(self, since_ms: int) -> tuple[OrderReport, ...] | None:
        """Give past orders since a time, of every instrument; None where it must be asked pair by pair.

        Raises:
            VenueError: no information.
        """
        ...


@runtime_checkable
class RecallsOrders(Protocol):
    """A venue that does not give our ids back as we gave them, so its adapter must know what was sent."""

    def recall_orders(self, orders: tuple[Order, ...]) -> None:
        """Learn the journal's orders, oldest first, before anything is read; a state UNKNOWN may have arrived."""
        ...
