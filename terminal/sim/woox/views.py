"""Orders and fills of both products in one form, before REST and stream name their fields."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from terminal.sim.exchange.records import Fill, Order
from terminal.sim.exchange.terms import ZERO, Effect, MarginMode, OrderStatus, PositionSide
from terminal.sim.market.types import BookSide, BookTif
from terminal.sim.woox.instruments import QUOTE, Listing, Product

REJECTED: Final = "REJECTED: "  # begins the cancel reason of an order that was refused after it was accepted
TYPES: Final = {BookTif.GTC: "LIMIT", BookTif.IOC: "IOC", BookTif.FOK: "FOK", BookTif.POST_ONLY: "POST_ONLY"}
_OPEN: Final = {"NEW", "PARTIAL_FILLED"}


@dataclass(frozen=True, slots=True)
class OrderView:
    """One order; `price` None = market, `client_id` 0 = none."""

    order_id: int
    client_id: int
    listing: Listing
    side: BookSide
    type: str
    size: Decimal
    price: Decimal | None
    status: str
    reason: str
    filled: Decimal
    value: Decimal
    fee: Decimal
    fee_asset: str
    realized: Decimal | None
    reduce_only: bool
    position_side: str
    margin_mode: MarginMode
    leverage: int
    created_ms: int
    updated_ms: int

    @property
    def is_open(self) -> bool:
        return self.status in _OPEN

    @property
    def average(self) -> Decimal:
        """Mean price of what was filled, 0 when nothing was."""
        return (self.value / self.filled).quantize(Decimal("1E-8")) if self.filled else ZERO


@dataclass(frozen=True, slots=True)
class FillView:
    """One execution of an account's order."""

    trade_id: int
    order_id: int
    listing: Listing
    side: BookSide
    size: Decimal
    price: Decimal
    fee: Decimal
    fee_asset: str
    realized: Decimal | None
    is_maker: bool
    time_ms: int


def position_side(side: PositionSide, *, one_way: bool) -> str:
    return "BOTH" if one_way else side.value


def order_view(order: Order, *, one_way: bool) -> OrderView:
    """A perpetual's order."""
    return OrderView(
        order_id=int(order.order_id),
        client_id=int(order.client_oid or 0),
        listing=Listing(Product.PERP, order.pair),
        side=order.book_side,
        type="MARKET" if order.price is None else TYPES[order.tif],
        size=order.size,
        price=order.price,
        status=status_text(order.status, order.filled_size, order.cancel_reason),
        reason=order.cancel_reason.removeprefix(REJECTED),
        filled=order.filled_size,
        value=order.filled_value,
        fee=order.fee,
        fee_asset=QUOTE,
        realized=order.realized_pnl,
        reduce_only=order.reduce_only if one_way else order.effect is Effect.CLOSE,
        position_side=position_side(order.side, one_way=one_way),
        margin_mode=order.margin_mode,
        leverage=int(order.leverage),
        created_ms=order.created_ms,
        updated_ms=order.updated_ms,
    )


def fill_view(fill: Fill) -> FillView:
    """A perpetual's execution."""
    return FillView(
        trade_id=int(fill.trade_id),
        order_id=int(fill.order_id),
        listing=Listing(Product.PERP, fill.pair),
        side=fill.book_side,
        size=fill.size,
        price=fill.value / fill.size,
        fee=fill.fee,
        fee_asset=QUOTE,
        realized=fill.realized_pnl,
        is_maker=fill.is_maker,
        time_ms=fill.created_ms,
    )


def status_text(status: OrderStatus, filled: Decimal, reason: str) -> str:
    """The venue's word. An order that ended with a part filled is CANCELLED."""
    if status is OrderStatus.FILLED:
        return "FILLED"
    if status is OrderStatus.CANCELED:
        return "REJECTED" if reason.startswith(REJECTED) else "CANCELLED"
    return "PARTIAL_FILLED" if filled else "NEW"
