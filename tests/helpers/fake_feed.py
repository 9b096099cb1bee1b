"""A market whose every message a test sends itself."""

from decimal import Decimal

from helpers.builders import make_book, make_candles, make_instrument, make_ticker
from helpers.fake_clock import ManualClock
from terminal.domain.errors import VenueError
from terminal.domain.instrument import Instrument, InstrumentId
from terminal.domain.market import (
    Candle,
    Funding,
    FundingSettled,
    Interval,
    OpenInterest,
    OrderBook,
    PublicTrade,
    StreamState,
    Ticker,
)
from terminal.domain.order import Side
from terminal.ports.market_feed import FeedSink, LinkHealth


class FakeFeed:
    """`prices` are sent every second of operator time while `live`."""

    def __init__(self, clock: ManualClock, instruments: tuple[InstrumentId, ...]) -> None:
        self.clock = clock
        self.ids = instruments
        self.prices: dict[InstrumentId, str] = dict.fromkeys(instruments, "60000.0")
        self.rules: dict[InstrumentId, Instrument] = {each: make_instrument(each) for each in instruments}
        self.live = True
        self.sink: FeedSink | None = None
        self.watched: frozenset[tuple[InstrumentId, Interval]] = frozenset()
        self.tapes: frozenset[InstrumentId] = frozenset()
        self.deep: frozenset[InstrumentId] = frozenset()
        self.fail_with: VenueError | None = None
        self.calls: list[str] = []
        self.older: dict[InstrumentId, tuple[Candle, ...]] = {}
        self.clock_offset_ms = 2.0
        self.clock_error_ms = 10.0

    async def sync_clock(self) -> None:
        self._may_fail("sync_clock")

    async def instruments(self) -> tuple[Instrument, ...]:
        self._may_fail("instruments")
        return tuple(self.rules.values())

    async def candles(self, instrument_id: InstrumentId, interval: Interval, limit: int) -> tuple[Candle, ...]:
        self._may_fail("candles")
        return make_candles(self.clock.now_ms(), min(limit, 60), interval)

    async def older_candles(
        self, instrument_id: InstrumentId, interval: Interval, before_ms: int
    ) -> tuple[Candle, ...]:
        """No older bars, unless `older` holds some."""
        self._may_fail("older_candles")
        bars = [bar for bar in self.older.get(instrument_id, ()) if bar.open_ms < before_ms]
        return tuple(bars[-100:])

    async def ticker(self, instrument_id: InstrumentId) -> Ticker:
        self._may_fail("ticker")
        return make_ticker(instrument_id, self.prices[instrument_id])

    async def book(self, instrument_id: InstrumentId, levels: int) -> OrderBook:
        self._may_fail("book")
        return make_book(instrument_id, self.prices[instrument_id])

    async def recent_trades(self, instrument_id: InstrumentId, limit: int) -> tuple[PublicTrade, ...]:
        self._may_fail("recent_trades")
        price = Decimal(self.prices[instrument_id])
        return (PublicTrade(instrument_id, "1", price, Decimal("0.01"), Side.BUY, self.clock.now_ms()),)

    async def open_interest(self, instrument_id: InstrumentId) -> OpenInterest:
        self._may_fail("open_interest")
        return OpenInterest(instrument_id, Decimal(10_000), None, self.clock.now_ms())

    async def funding_history(self, instrument_id: InstrumentId, limit: int) -> tuple[FundingSettled, ...]:
        self._may_fail("funding_history")
        return (FundingSettled(instrument_id, Decimal("0.0001"), self.clock.now_ms() - 3_600_000),)

    async def funding(self, instrument_id: InstrumentId) -> Funding:
        self._may_fail("funding")
        return Funding(instrument_id, Decimal("0.0001"), self.clock.now_ms() + 3_600_000, 480)

    def watch_candles(self, wanted: frozenset[tuple[InstrumentId, Interval]]) -> None:
        self.watched = wanted

    def watch_trades(self, wanted: frozenset[InstrumentId]) -> None:
        self.tapes = wanted

    def catch_up(self) -> None:
        """Nothing ever waits here."""

    def watch_deep_books(self, wanted: frozenset[InstrumentId]) -> None:
        self.deep = wanted

    async def run_public(self, instruments: tuple[InstrumentId, ...], sink: FeedSink) -> None:
        self.sink = sink
        sink(StreamState("public", connected=True, detail="connected"))
        while True:
            if self.live:
                self.tick()
            await self.clock.sleep(1.0)

    def tick(self) -> None:
        assert self.sink is not None
        for instrument_id in self.ids:
            self.sink(make_ticker(instrument_id, self.prices[instrument_id]))
            self.sink(make_book(instrument_id, self.prices[instrument_id]))

    def health(self) -> LinkHealth:
        return LinkHealth(self.clock_offset_ms, 20.0, 10, 500, clock_error_ms=self.clock_error_ms)

    def _may_fail(self, what: str) -> None:
        self.calls.append(what)
        if self.fail_with is not None:
            raise self.fail_with
