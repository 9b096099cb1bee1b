"""What a spot account's books hold.

Orders and holdings change over their life; what has happened (fills, flows)
is frozen. Prices in the quote coin, sizes in the base coin.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from terminal.sim.exchange.terms import ZERO, OrderOrigin, OrderStatus
from terminal.sim.market.types import BookSide, BookTif


class SelfTrade(Enum):
    """What happens when an order would meet another of the same account."""

    ALLOW = "ALLOW"
    EXPIRE_TAKER = "EXPIRE_TAKER"
    EXPIRE_MAKER = "EXPIRE_MAKER"


class EndReason(Enum):
    """Why what is left of an order was cancelled."""

    NONE = ""
    USER = "USER"
    IOC = "IOC"
    FOK = "FOK"
    POST_ONLY = "POST_ONLY"
    SELF_TRADE = "SELF_TRADE"
    SYSTEM = "SYSTEM"


class FlowKind(Enum):
    """Why a balance changed."""

    DEPOSIT = "DEPOSIT"
    WITHDRAWAL = "WITHDRAWAL"
    TRADE = "TRADE"
    FEE = "FEE"


class SpotEventKind(Enum):
    ORDER = "ORDER"
    FILL = "FILL"
    BALANCE = "BALANCE"


@dataclass(slots=True)
class SpotOrder:
    """One order; `price` None = market, `amount` set = that much of the quote coin instead of a size.

    `locked` is what of `lock_asset` it still may spend.
    """

    order_id: str
    client_oid: str
    pair: str
    side: BookSide
    size: Decimal  # of an order by amount: what the amount came to at the book's prices, 0 before
    amount: Decimal | None
    price: Decimal | None
    tif: BookTif
    self_trade: SelfTrade
    origin: OrderOrigin
    lock_asset: str
    locked: Decimal
    created_ms: int
    updated_ms: int
    status: OrderStatus = OrderStatus.PENDING
    end_reason: EndReason = EndReason.NONE
    filled_size: Decimal = ZERO
    filled_value: Decimal = ZERO
    latest_price: Decimal = ZERO
    latest_size: Decimal = ZERO

    @property
    def remaining(self) -> Decimal:
        """What may still be filled, in the base coin."""
        return ZERO if self.status.is_final else self.size - self.filled_size

    @property
    def average_price(self) -> Decimal:
        """Exact mean price of what was filled; 0 when nothing was."""
        return self.filled_value / self.filled_size if self.filled_size else ZERO


@dataclass(frozen=True, slots=True)
class SpotFill:
    """One execution of an account's order; the fee is in the coin received."""

    trade_id: str
    match_id: str  # the market's trade
    order_id: str
    client_oid: str
    pair: str
    side: BookSide
    size: Decimal
    price: Decimal
    fee: Decimal
    fee_asset: str
    is_maker: bool
    created_ms: int

    @property
    def value(self) -> Decimal:
        return self.size * self.price


@dataclass(frozen=True, slots=True)
class Flow:
    """One change of a coin's total; `total` is after it."""

    flow_id: str
    asset: str
    kind: FlowKind
    change: Decimal
    total: Decimal
    created_ms: int


@dataclass(slots=True)
class Holding:
    """A coin of the account."""

    asset: str
    free: Decimal = ZERO
    locked: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.free + self.locked


@dataclass(frozen=True, slots=True)
class SpotEvent:
    """A change for the private streams; `subject` is a copy taken at that moment.

    `fill` is the execution an order event is about, None when it is about no execution.
    """

    version: int
    kind: SpotEventKind
    subject: SpotOrder | SpotFill | tuple[Holding, ...]
    time_ms: int
    fill: SpotFill | None = None
