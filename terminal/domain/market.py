"""What the market shows: tickers, quotes, books, candles, prints.

Candles hold floats: they feed charts and features only. Everything an order is
made from is `Decimal`.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from terminal.domain.instrument import InstrumentId
from terminal.domain.order import Side

MINUTE_MS = 60_000


class Interval(Enum):
    """Candle lengths the venue serves both by request and by stream; value = minutes."""

    M1 = 1
    M5 = 5
    M15 = 15
    M30 = 30
    H1 = 60
    H4 = 240
    H12 = 720
    D1 = 1_440
    W1 = 10_080

    @property
    def ms(self) -> int:
        return self.value * MINUTE_MS

    @property
    def label(self) -> str:
        minutes = self.value
        for unit, size in (("w", 10_080), ("d", 1_440), ("h", 60)):
            if minutes % size == 0:
                return f"{minutes // size}{unit}"
        return f"{minutes}m"


@dataclass(frozen=True, slots=True)
class Ticker:
    """Last trade and day figures of one instrument. `change_24h` is a fraction (0.01 = +1 %).

    Fields the venue left out are `None`, never zero. Volume: base coin and quote currency.
    """

    instrument_id: InstrumentId
    last: Decimal
    mark: Decimal | None
    index: Decimal | None
    change_24h: Decimal | None
    high_24h: Decimal | None
    low_24h: Decimal | None
    base_volume_24h: Decimal | None
    quote_volume_24h: Decimal | None
    ts_event_ms: int


@dataclass(frozen=True, slots=True)
class BookLevel:
    """One price level: price and resting size in base coin."""

    price: Decimal
    size: Decimal


@dataclass(frozen=True, slots=True)
class OrderBook:
    """Resting orders, best first. `synchronised` is False while a gap is being repaired."""

    instrument_id: InstrumentId
    bids: tuple[BookLevel, ...]
    asks: tuple[BookLevel, ...]
    version: int
    synchronised: bool
    ts_event_ms: int

    @property
    def best_bid(self) -> BookLevel | None:
        return self.bids[0] if self.bids else None

    @property
    def best_ask(self) -> BookLevel | None:
        return self.asks[0] if self.asks else None


@dataclass(frozen=True, slots=True)
class Candle:
    """One bar. Floats: for charts and features only. `volume` is in base coin."""

    open_ms: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    closed: bool


@dataclass(frozen=True, slots=True)
class CandleUpdate:
    """A forming bar changed (same `open_ms`) or the next one began."""

    instrument_id: InstrumentId
    interval: Interval
    candle: Candle


@dataclass(frozen=True, slots=True)
class Funding:
    """Funding of one instrument: present rate as a fraction, next settlement, length in minutes."""

    instrument_id: InstrumentId
    rate: Decimal
    next_ms: int
    interval_min: int


@dataclass(frozen=True, slots=True)
class FundingSettled:
    """One past settlement: the rate as a fraction and when it was charged."""

    instrument_id: InstrumentId
    rate: Decimal
    ts_event_ms: int


@dataclass(frozen=True, slots=True)
class OpenInterest:
    """Open contracts of one instrument in base coin; `quote_value` is None when the venue gives none."""

    instrument_id: InstrumentId
    base_size: Decimal
    quote_value: Decimal | None
    ts_event_ms: int


@dataclass(frozen=True, slots=True)
class PublicTrade:
    """One print of the tape. `taker` is the side that crossed the spread.

    `trade_id` is "" where the venue gives none (the WEEX v2 stream).
    """

    instrument_id: InstrumentId
    trade_id: str
    price: Decimal
    size: Decimal
    taker: Side
    ts_event_ms: int


@dataclass(frozen=True, slots=True)
class StreamState:
    """A stream's health. `name` is "public" or "private"; `detail` is plain words for a person."""

    name: str
    connected: bool
    detail: str


MarketEvent = Ticker | OrderBook | CandleUpdate | PublicTrade | Funding | StreamState
