"""The real market feed with a paper account listening in. It can read, and nothing else."""

from collections.abc import Callable

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
from terminal.ports.market_feed import FeedSink, LinkHealth, MarketFeed


class PaperFeed:
    """Implements `MarketFeed` on another one. `hear` is told of every event after the sink.

    `rules` is filled with the contracts as they are loaded: fees and steps of paper fills
    are the venue's own.
    """

    def __init__(
        self, real: MarketFeed, hear: Callable[[MarketEvent], None], rules: dict[InstrumentId, Instrument]
    ) -> None:
        self._real = real
        self._hear = hear
        self._rules = rules

    async def sync_clock(self) -> None:
        """Measure the venue's clock. Raises `VenueError`."""
        await self._real.sync_clock()

    async def instruments(self) -> tuple[Instrument, ...]:
        """Load contract rules. Raises `VenueError`."""
        found = await self._real.instruments()
        self._rules.update((rules.instrument_id, rules) for rules in found)
        return found

    async def candles(self, instrument_id: InstrumentId, interval: Interval, limit: int) -> tuple[Candle, ...]:
        """Fetch the newest bars. Raises `VenueError`."""
        return await self._real.candles(instrument_id, interval, limit)

    async def older_candles(
        self, instrument_id: InstrumentId, interval: Interval, before_ms: int
    ) -> tuple[Candle, ...]:
        """Fetch a page of older bars. Raises `VenueError`."""
        return await self._real.older_candles(instrument_id, interval, before_ms)

    async def ticker(self, instrument_id: InstrumentId) -> Ticker:
        """Fetch last price and day figures once. Raises `VenueError`."""
        return await self._real.ticker(instrument_id)

    async def book(self, instrument_id: InstrumentId, levels: int) -> OrderBook:
        """Fetch the book once. Raises `VenueError`."""
        return await self._real.book(instrument_id, levels)

    async def recent_trades(self, instrument_id: InstrumentId, limit: int) -> tuple[PublicTrade, ...]:
        """Fetch the newest prints. Raises `VenueError`."""
        return await self._real.recent_trades(instrument_id, limit)

    async def open_interest(self, instrument_id: InstrumentId) -> OpenInterest:
        """Fetch open interest. Raises `VenueError`."""
        return await self._real.open_interest(instrument_id)

    async def funding_history(self, instrument_id: InstrumentId, limit: int) -> tuple[FundingSettled, ...]:
        """Fetch the newest settlements. Raises `VenueError`."""
        return await self._real.funding_history(instrument_id, limit)

    async def funding(self, instrument_id: InstrumentId) -> Funding:
        """Fetch rate and next settlement. Raises `VenueError`."""
        found = await self._real.funding(instrument_id)
        self._hear(found)
        return found

    def watch_candles(self, wanted: frozenset[tuple[InstrumentId, Interval]]) -> None:
        self._real.watch_candles(wanted)

    def watch_trades(self, wanted: frozenset[InstrumentId]) -> None:
        self._real.watch_trades(wanted)

    def watch_deep_books(self, wanted: frozenset[InstrumentId]) -> None:
        self._real.watch_deep_books(wanted)

    async def run_public(self, instruments: tuple[InstrumentId, ...], sink: FeedSink) -> None:
        """Follow the stream until cancelled."""

        def both(event: MarketEvent) -> None:
            sink(event)  # first: whoever hears of a fill must know the price it was made at
            self._hear(event)

        await self._real.run_public(instruments, both)

    def catch_up(self) -> None:
        self._real.catch_up()

    def health(self) -> LinkHealth:
        return self._real.health()
