"""What the books hold: orders, fills, positions, plan orders, bills, AI logs.

Orders, positions and plans change over their life; everything that has
happened (fills, bills, logs) is frozen. Prices in USDT, sizes in base coin.
"""

from dataclasses import dataclass, field
from decimal import ROUND_UP, Decimal
from typing import Any

from terminal.sim.exchange.terms import (
    MONEY_GRAIN,
    ZERO,
    BillKind,
    Effect,
    EventCause,
    EventKind,
    MarginMode,
    OrderOrigin,
    OrderStatus,
    PlanKind,
    PlanStatus,
    PositionSide,
    PriceSource,
)
from terminal.sim.market.types import BookSide, BookTif


def book_side(side: PositionSide, effect: Effect) -> BookSide:
    """Opening a long and closing a short buy; the other two sell."""
    return BookSide.BUY if (side is PositionSide.LONG) == (effect is Effect.OPEN) else BookSide.SELL


@dataclass(slots=True)
class Order:
    """One order; `price` is None for a market order."""

    order_id: str
    client_oid: str
    pair: str
    side: PositionSide
    effect: Effect
    size: Decimal
    price: Decimal | None
    tif: BookTif
    margin_mode: MarginMode
    leverage: Decimal
    created_ms: int
    updated_ms: int
    preset_take_profit: Decimal | None = None
    preset_stop_loss: Decimal | None = None
    take_profit_source: PriceSource = PriceSource.LAST
    stop_loss_source: PriceSource = PriceSource.LAST
    origin: OrderOrigin = OrderOrigin.API
    plan_id: str = ""
    reduce_only: bool = False  # of a one-way account, whose orders are not by themselves opening or closing
    status: OrderStatus = OrderStatus.PENDING
    cancel_reason: str = ""
    reserve_price: Decimal = ZERO  # what open margin is reserved at
    filled_size: Decimal = ZERO
    filled_value: Decimal = ZERO
    fee: Decimal = ZERO
    liquidate_fee: Decimal = ZERO
    realized_pnl: Decimal = ZERO
    latest_price: Decimal = ZERO
    max_price: Decimal = ZERO
    min_price: Decimal = ZERO

    @property
    def book_side(self) -> BookSide:
        return book_side(self.side, self.effect)

    @property
    def remaining(self) -> Decimal:
        return ZERO if self.status.is_final else self.size - self.filled_size


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution of an account's order."""

    trade_id: str
    order_id: str
    pair: str
    side: PositionSide
    effect: Effect
    origin: OrderOrigin
    margin_mode: MarginMode
    size: Decimal
    value: Decimal
    fee: Decimal
    liquidate_fee: Decimal
    realized_pnl: Decimal
    is_maker: bool
    created_ms: int

    @property
    def book_side(self) -> BookSide:
        return book_side(self.side, self.effect)


@dataclass(slots=True)
class Position:
    """One side of one pair. Entry price is open_value / size; size 0 means flat."""

    position_id: str
    pair: str
    side: PositionSide
    margin_mode: MarginMode
    leverage: Decimal
    created_ms: int
    updated_ms: int
    created_sequence: int
    updated_sequence: int
    size: Decimal = ZERO
    open_value: Decimal = ZERO
    open_fee: Decimal = ZERO
    funding_fee: Decimal = ZERO  # positive = paid
    isolated_margin: Decimal = ZERO
    auto_append: bool = False
    cum_open_size: Decimal = ZERO
    cum_open_value: Decimal = ZERO
    cum_open_fee: Decimal = ZERO
    cum_close_size: Decimal = ZERO
    cum_close_value: Decimal = ZERO
    cum_close_fee: Decimal = ZERO
    cum_funding_fee: Decimal = ZERO
    cum_liquidate_fee: Decimal = ZERO

    def unrealized(self, mark: Decimal) -> Decimal:
        worth = self.size * mark
        return worth - self.open_value if self.side is PositionSide.LONG else self.open_value - worth

    @property
    def margin(self) -> Decimal:
        if self.margin_mode is MarginMode.ISOLATED:
            return self.isolated_margin
        return self.initial_margin

    @property
    def initial_margin(self) -> Decimal:
        """What the entry takes at the present leverage."""
        return (self.open_value / self.leverage).quantize(MONEY_GRAIN, ROUND_UP)


@dataclass(slots=True)
class Plan:
    """An order that waits for a price: a trigger order, a take profit or a stop loss."""

    order_id: str
    client_oid: str
    kind: PlanKind
    pair: str
    side: PositionSide
    effect: Effect
    size: Decimal
    execute_price: Decimal | None  # None = market
    trigger_price: Decimal
    price_source: PriceSource
    fires_above: bool
    margin_mode: MarginMode
    created_ms: int
    updated_ms: int
    visible_ms: int  # the query endpoints show it from this time on
    status: PlanStatus = PlanStatus.UNTRIGGERED
    parent_order_id: str = ""
    actual_order_id: str = ""
    triggered_ms: int = 0
    cancel_reason: str = ""
    preset_take_profit: Decimal | None = None
    preset_stop_loss: Decimal | None = None

    @property
    def book_side(self) -> BookSide:
        return book_side(self.side, self.effect)


@dataclass(frozen=True, slots=True)
class Bill:
    """One change of the cash balance; `amount` is signed, `balance` is after it."""

    bill_id: str
    pair: str
    kind: BillKind
    amount: Decimal
    balance: Decimal
    fee: Decimal
    created_ms: int


@dataclass(frozen=True, slots=True)
class AiLog:
    """An accepted AI log, exactly as it was uploaded."""

    log_id: str
    order_id: str  # "" = not tied to an order
    body: dict[str, Any]
    received_ms: int


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """A change for the private streams; `subject` is a copy taken at that moment."""

    version: int
    kind: EventKind
    cause: EventCause
    subject: "Order | Fill | Position | Wallet"
    time_ms: int


@dataclass(slots=True)
class Wallet:
    """The collateral and its running totals, all in USDT."""

    cash: Decimal
    created_ms: int
    updated_ms: int
    liquidating: bool = False
    totals: dict[str, Decimal] = field(default_factory=dict)

    def add_total(self, name: str, amount: Decimal) -> None:
        self.totals[name] = self.totals.get(name, ZERO) + amount
