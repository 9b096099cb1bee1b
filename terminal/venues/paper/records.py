"""What a paper account consists of. Changed in place by the exchange, written down as one JSON file.

Money in USDT, sizes in base coin, prices in USDT per coin, times in Unix ms.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from terminal.domain.account import Income
from terminal.domain.fill import Fill
from terminal.domain.instrument import InstrumentId
from terminal.domain.order import ZERO, Effect, OrderKind, PositionSide, Side, TimeInForce
from terminal.ports.venue import VenueStatus

LIVE = frozenset({VenueStatus.PENDING, VenueStatus.OPEN})


@dataclass(slots=True)
class PaperOrder:
    """One order. `must_fill` orders (stops, targets, liquidation) go on until nothing is left.

    `last_at_arrival` is the last trade when the order began to rest: that trade came before
    it, so only another one can fill it.
    """

    venue_order_id: str
    client_order_id: str | None
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
    created_ms: int
    updated_ms: int
    status: VenueStatus = VenueStatus.OPEN
    filled_size: Decimal = ZERO
    filled_value: Decimal = ZERO
    fee: Decimal = ZERO
    is_forced: bool = False
    must_fill: bool = False
    last_at_arrival: Decimal | None = None

    @property
    def remaining(self) -> Decimal:
        return self.size - self.filled_size

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def position_side(self) -> PositionSide:
        opens = self.effect is Effect.OPEN
        return PositionSide.LONG if (self.side is Side.BUY) is opens else PositionSide.SHORT


@dataclass(slots=True)
class PaperPosition:
    """One side of one instrument; entry price = `open_value` / `size`."""

    instrument_id: InstrumentId
    side: PositionSide
    size: Decimal
    open_value: Decimal
    leverage: int
    updated_ms: int

    @property
    def entry_price(self) -> Decimal:
        return self.open_value / self.size

    def unrealized_at(self, mark: Decimal) -> Decimal:
        gain = self.size * mark - self.open_value
        return gain if self.side is PositionSide.LONG else -gain


@dataclass(slots=True)
class PaperTrigger:
    """A stop, a target or a conditional order, watched on the last price.

    `rises` tells on which side of `price` it waits; `limit_price` None makes a market order
    of it. Of one `group` ("" for none) the first that fires removes the others.
    """

    venue_order_id: str
    client_order_id: str | None
    instrument_id: InstrumentId
    position_side: PositionSide
    effect: Effect
    size: Decimal
    price: Decimal
    limit_price: Decimal | None
    rises: bool
    group: str
    created_ms: int

    @property
    def side(self) -> Side:
        opens = self.effect is Effect.OPEN
        return Side.BUY if (self.position_side is PositionSide.LONG) is opens else Side.SELL

    def is_reached(self, last: Decimal) -> bool:
        return last >= self.price if self.rises else last <= self.price


@dataclass(slots=True)
class FundingMark:
    """The rate that will be paid at `next_ms`, as last told by the feed."""

    rate: Decimal
    next_ms: int
    interval_min: int


@dataclass(slots=True)
class PaperAccount:
    """The whole account. `next_id` numbers orders and trades and never goes back."""

    cash: Decimal
    next_id: int
    leverage: dict[str, int] = field(default_factory=dict)
    positions: list[PaperPosition] = field(default_factory=list)
    orders: list[PaperOrder] = field(default_factory=list)
    triggers: list[PaperTrigger] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    bill: list[Income] = field(default_factory=list)
    funding: dict[str, FundingMark] = field(default_factory=dict)
    fees_paid: Decimal = ZERO
    funding_paid: Decimal = ZERO

    def take_id(self) -> str:
        """Give a fresh id: digits only, as an AI log needs."""
        self.next_id += 1
        return str(self.next_id)

    def position(self, instrument_id: InstrumentId, side: PositionSide) -> PaperPosition | None:
        return next((each for each in self.positions if (each.instrument_id, each.side) == (instrument_id, side)), None)

    def live_orders(self, instrument_id: InstrumentId | None = None) -> list[PaperOrder]:
        return [each for each in self.orders if each.is_live and instrument_id in {None, each.instrument_id}]
