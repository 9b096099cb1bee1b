"""What the simulated market and the exchange around it say to each other.

Prices are integers in ticks and sizes integers in lots, so that matching is
exact and fast; `PairSpec` turns them into decimals at the protocol's edge.
Times are Unix ms on the exchange's own clock, which may run faster than ours.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum


class BookSide(Enum):
    """Side of an order in the book."""

    BUY = "BUY"
    SELL = "SELL"

    @property
    def opposite(self) -> "BookSide":
        return BookSide.SELL if self is BookSide.BUY else BookSide.BUY


class BookTif(Enum):
    """How long an order stays: rest, post only, all or nothing, or now."""

    GTC = "GTC"
    POST_ONLY = "POST_ONLY"
    FOK = "FOK"
    IOC = "IOC"


@dataclass(frozen=True, slots=True)
class PairSpec:
    """One simulated market: its names, steps and starting point.

    `tick` and `lot` are the price and size steps in quote and base units.
    `minute_turnover` is the typical quote volume of one minute; depth and
    open interest scale with it.
    """

    base: str  # "BTC"
    tick: Decimal
    lot: Decimal
    min_lots: int
    start_price: float  # USDT
    annual_volatility: float  # fraction, e.g. 0.55
    beta: float  # loading on the common factor, 1.0 = moves with it
    minute_turnover: float = 100_000.0  # USDT


@dataclass(frozen=True, slots=True)
class Execution:
    """One match that concerns an account's order (never a stranger's)."""

    order_id: str
    pair: str  # base coin, e.g. "BTC"
    side: BookSide
    price_ticks: int
    lots: int
    is_maker: bool
    time_ms: int
    trade_id: str


@dataclass(frozen=True, slots=True)
class Print:
    """One trade on the tape, whoever made it."""

    pair: str
    trade_id: str
    price_ticks: int
    lots: int
    taker_side: BookSide
    time_ms: int


@dataclass(frozen=True, slots=True)
class FundingDue:
    """A funding settlement of one pair: longs pay shorts when the rate is positive."""

    pair: str
    rate: Decimal  # fraction of notional for this interval
    mark_ticks: int
    time_ms: int


@dataclass(frozen=True, slots=True)
class SubmitResult:
    """What became of an order that just reached the book."""

    executions: tuple[Execution, ...]
    resting_lots: int
    cancelled_lots: int  # IOC remainder, or everything for a refused FOK / POST_ONLY


class PriceKind(Enum):
    """Which price a candle follows."""

    LAST = "LAST"
    MARK = "MARK"
    INDEX = "INDEX"
