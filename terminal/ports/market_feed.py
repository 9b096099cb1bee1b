"""Public market data of one venue."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import Candle, Funding, Interval, MarketEvent

FeedSink = Callable[[MarketEvent], None]


@dataclass(frozen=True, slots=True)
class LinkHealth:
    """Measured state of the link. Times in ms; None until measured.

    `budget_used` of `budget_limit` request weight in the venue's window.
    """

    clock_offset_ms: float | None
    latency_ms: float | None
    budget_used: int
    budget_limit: int


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

    async def funding(self, instrument_id: InstrumentId) -> Funding: ...

    def watch_candles(self, wanted: frozenset[tuple[InstrumentId, Interval]]) -> None:
        """Set which bars the public stream follows; the stream adds and drops channels itself."""
        ...

    async def run_public(self, instruments: tuple[InstrumentId, ...], sink: FeedSink) -> None:
        """Follow tickers, books and watched candles until cancelled, reconnecting by itself."""
        ...

    def health(self) -> LinkHealth: ...
