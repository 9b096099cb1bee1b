"""What a snapshot knows beside bars and best prices, with units in the names and an age on every source.

Prices and amounts are decimals, derived figures floats rounded where they are made. What is not
known is None, never zero, and `missing` of its view says why. Ages are seconds on the operator's
clock at the moment of the snapshot.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that is None, and why in plain words."""

    field: str
    why: str


@dataclass(frozen=True, slots=True)
class PriceFacts:
    """The venue's ticker beside last and mark. `change_24h` is a fraction; volumes of the last 24 hours."""

    ticker_age_s: float
    book_age_s: float
    index: Decimal | None
    change_24h: Decimal | None
    high_24h: Decimal | None
    low_24h: Decimal | None
    base_volume_24h: Decimal | None
    quote_volume_24h: Decimal | None
    mark_index_bp: float | None


@dataclass(frozen=True, slots=True)
class BookFacts:
    """Resting orders around the mid price.

    Imbalance: (bids - asks) / (bids + asks) of the sizes of the first levels, -1 to 1; None with
    fewer levels on a side. Depth: quote currency within 10 bp of the mid. Microprice: the mid
    weighted by the opposite sizes of the first level, against the mid. Slippage: what taking
    `probe_quote` of quote currency would pay beyond the best price; None when the known levels do
    not hold it.
    """

    spread_bp: float
    levels_bid: int
    levels_ask: int
    imbalance_5: float | None
    imbalance_15: float | None
    depth_bid_quote: Decimal
    depth_ask_quote: Decimal
    microprice_dev_bp: float
    probe_quote: Decimal | None
    slippage_buy_bp: float | None
    slippage_sell_bp: float | None


@dataclass(frozen=True, slots=True)
class CostFacts:
    """Fees of one side and of a whole trade in basis points; a round trip that takes pays the spread once."""

    maker_fee_bp: float
    taker_fee_bp: float
    round_trip_maker_bp: float
    round_trip_taker_bp: float | None


@dataclass(frozen=True, slots=True)
class FundingFacts:
    """When the view's funding rate is charged next, and how old our knowledge of it is."""

    next_ms: int
    minutes_to_next: float
    interval_min: int
    age_s: float


@dataclass(frozen=True, slots=True)
class OpenInterestFacts:
    """Open contracts in base coin, in quote currency where the venue says it or a mark price is known."""

    base_size: Decimal
    quote_value: Decimal | None
    age_s: float


@dataclass(frozen=True, slots=True)
class HeldFacts:
    """One of our positions. `side` LONG or SHORT; amounts in quote currency."""

    side: str
    size: Decimal
    entry_price: Decimal
    leverage: int
    notional_quote: Decimal
    unrealized_pnl: Decimal | None
    liquidation_price: Decimal | None


@dataclass(frozen=True, slots=True)
class VenueReference:
    """Another venue's mid price of the same coin against ours, in basis points of ours; None until it is known.

    `mid` in quote currency, `spread_bp` of that mid; `listed` None until the venue has told its pairs.
    """

    venue: str
    basis_bp: float | None
    reference_age_s: float | None
    mid: Decimal | None = None
    spread_bp: float | None = None
    listed: bool | None = None


@dataclass(frozen=True, slots=True)
class ViewFacts:
    """Everything else about one instrument. `working_quote`: what resting openings may still add.

    `dispersion_bp`: the widest gap among our mid and the fresh ones of `references`, of ours.
    """

    prices: PriceFacts
    book: BookFacts | None
    cost: CostFacts
    funding: FundingFacts | None
    open_interest: OpenInterestFacts | None
    positions: tuple[HeldFacts, ...]
    working_orders: int
    working_quote: Decimal
    leverage: int | None
    references: tuple[VenueReference, ...]
    dispersion_bp: float | None
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """The account in quote currency. Exposures are multiples of live equity, long minus short when net.

    The day is the UTC day on the venue's clock. `account_age_s`: of the newest reading of
    balance and positions.
    """

    live_equity: Decimal
    unrealized_pnl: Decimal
    day_start_equity: Decimal | None
    day_pnl: Decimal | None
    day_pnl_pct: float | None
    drawdown_pct: float | None
    gross_quote: Decimal
    net_quote: Decimal
    gross_exposure_x: float | None
    net_exposure_x: float | None
    open_positions: int
    working_orders: int
    account_age_s: float


@dataclass(frozen=True, slots=True)
class LimitFacts:
    """The limits in force, in quote currency where `_quote`; what they leave is `*_left_quote`.

    The quote figures are None until the equity at the start of the day is known.
    """

    trading_state: str
    max_leverage: int
    risk_per_trade: Decimal
    order_quote: Decimal | None
    position_quote: Decimal | None
    gross_quote: Decimal | None
    gross_left_quote: Decimal | None
    day_loss_left_quote: Decimal | None
    quote_age_limit_s: float
    stop_required: bool
