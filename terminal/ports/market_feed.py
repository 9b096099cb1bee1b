"""Public market data of one venue."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import (
    Candle,
    Funding,
    FundingSettled,
    Interval,
    MarketEvent,
    OpenInterest,
    OrderBook,
    PublicTrade,
    Ticker,
)

FeedSink = Callable[[MarketEvent], None]


@dataclass(frozen=True, slots=True)
class LinkHealth:
    """Measured state of the link. Times in ms; None until measured.

    `budget_used` of `budget_limit` request weight in the venue's window. `too_many` counts the
    answers "too many requests" (HTTP 429) since the link was made, `address_refused` those that
    said our internet address is not on the account's list (HTTP 521). `clock_error_ms`: how wrong
    the venue's time as we reckon it may be; one in doubt is measured anew before anything is signed.
    """

    clock_offset_ms: float | None
    latency_ms: float | None
    budget_used: int
    budget_limit: int
    too_many: int = 0
    address_refused: int = 0
    clock_error_ms: float | None = None


class MarketFeed(Protocol):
    """Instruments, candles and live streams."""

    async def sync_clock(self) -> None:
        """Measure the venue's clock against ours; signing uses the offset.

        Raises:
            VenueError: the time could not be read.
        """
        ...

    async def instruments(self) -> tuple[Instrument, ...]:
        """Load contract rules of the allowed instruments."""
        ...

    async def candles(self, instrument_id: InstrumentId, interval: Interval, limit: int) -> tuple[Candle, ...]:
        """Fetch the newest bars, oldest first; the last may still be forming (`closed` False)."""
        ...

    async def older_candles(
        self, instrument_id: InstrumentId, interval: Interval, before_ms: int
    ) -> tuple[Candle, ...]:
        """Fetch a page of closed bars that opened before a time, oldest first; empty when there are none."""
        ...

    async def ticker(self, instrument_id: InstrumentId) -> Ticker:
        """Fetch last price and day figures once, for when the stream is silent."""
        ...

    async def book(self, instrument_id: InstrumentId, levels: int) -> OrderBook:
        """Fetch the book once; the venue serves the next depth it knows (WEEX: 15 or 200)."""
        ...

    async def recent_trades(self, instrument_id: InstrumentId, limit: int) -> tuple[PublicTrade, ...]:
        """Fetch the newest prints of the tape, oldest first."""
        ...

    async def open_interest(self, instrument_id: InstrumentId) -> OpenInterest: ...

    async def funding(self, instrument_id: InstrumentId) -> Funding: ...

    async def funding_history(self, instrument_id: InstrumentId, limit: int) -> tuple[FundingSettled, ...]:
        """Fetch the newest settlements, oldest first."""
        ...

    def watch_candles(self, wanted: frozenset[tuple[InstrumentId, Interval]]) -> None:
        """Set which bars the public stream follows; the stream adds and drops channels itself."""
        ...

    def watch_trades(self, wanted: frozenset[InstrumentId]) -> None:
        """Set whose tape the public stream follows, as `PublicTrade` events; none at first."""
        ...

    def watch_deep_books(self, wanted: frozenset[InstrumentId]) -> None:
        """Set whose book comes with 200 levels instead of 15; none at first."""
        ...

    async def run_public(self, instruments: tuple[InstrumentId, ...], sink: FeedSink) -> None:
        """Follow tickers, books and what is watched until cancelled, reconnecting by itself.

        Of tickers, books and forming bars the sink gets the newest, some fifty times a second; every
        print, every closed bar and a book that broke are told.
        """
        ...

    def catch_up(self) -> None:
        """Hand on at once what has come and waits for its turn: called before something is decided by it."""
        ...

    def health(self) -> LinkHealth: ...
