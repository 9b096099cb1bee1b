"""The newest market data, its age, the strategy's bars, and the moment a bar has closed."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from terminal.domain.errors import RequestRejected, VenueError
from terminal.domain.instrument import Instrument, InstrumentId, base_of
from terminal.domain.market import (
    CandleUpdate,
    Funding,
    Interval,
    MarketEvent,
    OpenInterest,
    OrderBook,
    PublicTrade,
    StreamState,
    Ticker,
)
from terminal.domain.messages import Event
from terminal.ports.clock import Clock
from terminal.ports.market_feed import MarketFeed
from terminal.services.market.candle_series import KEPT_BARS, Applied, CandleSeries
from terminal.services.market.depth import shallow
from terminal.services.market.quote import Quote
from terminal.services.reporter import Reporter

_NEVER_S: Final = float("inf")
_CLOSE_GRACE_MS: Final = 2_000  # a quiet instrument prints nothing when its bar ends
_ALL_CLOSED_GRACE_S: Final = 5.0
_CHECK_S: Final = 0.5
_FUNDING_S: Final = 300.0
_INTEREST_FIRST_S: Final = 45.0  # the start needs its requests for other things
_RELOAD_S: Final = 2.0

Spawn = Callable[[Coroutine[Any, Any, None], str], object]
BarClosed = Callable[[int], None]


class MarketHub:
    """Latest-wins market data of all instruments.

    `on_bar_closed(close_ms)` is called once a bar: when every instrument has it, or
    some seconds after the first with those that have.
    """

    def __init__(
        self,
        feed: MarketFeed,
        clock: Clock,
        instruments: tuple[InstrumentId, ...],
        interval: Interval,
        *,
        emit: Callable[[Event], None],
        reporter: Reporter,
        spawn: Spawn,
        on_bar_closed: BarClosed,
    ) -> None:
        self._feed = feed
        self._clock = clock
        self._ids = instruments
        self.interval = interval
        self._emit = emit
        self._reporter = reporter
        self._spawn = spawn
        self._on_bar_closed = on_bar_closed
        self.instruments: dict[InstrumentId, Instrument] = {}
        self.tickers: dict[InstrumentId, Ticker] = {}
        self.books: dict[InstrumentId, OrderBook] = {}
        self.fundings: dict[InstrumentId, Funding] = {}
        self.interests: dict[InstrumentId, OpenInterest] = {}
        self._series = {instrument_id: CandleSeries(interval) for instrument_id in instruments}
        self._ticker_s: dict[InstrumentId, float] = {}
        self._book_s: dict[InstrumentId, float] = {}
        self._funding_s: dict[InstrumentId, float] = {}
        self._interest_s: dict[InstrumentId, float] = {}
        self._loading: set[InstrumentId] = set()
        self._no_funding: set[InstrumentId] = set()
        self._bar_listeners: list[Callable[[], None]] = []
        self._followers: list[Callable[[MarketEvent], None]] = []
        self._announced_ms = 0
        self._first_seen: tuple[int, float] | None = None
        self._stream_was_lost = False
        self._shown: tuple[InstrumentId, Interval] | None = None
        self._beside: tuple[tuple[InstrumentId, Interval], ...] = ()

    # -- reading ---------------------------------------------------------------

    def quote(self, instrument_id: InstrumentId) -> Quote:
        """Give the newest prices with their ages; parts never received are None."""
        self._feed.catch_up()
        ticker = self.tickers.get(instrument_id)
        book = self.books.get(instrument_id)
        usable = book is not None and book.synchronised
        bid = book.best_bid if book is not None and usable else None
        ask = book.best_ask if book is not None and usable else None
        now_s = self._clock.monotonic_s()
        return Quote(
            bid=None if bid is None else bid.price,
            ask=None if ask is None else ask.price,
            last=None if ticker is None else ticker.last,
            mark=None if ticker is None else ticker.mark,
            index=None if ticker is None else ticker.index,
            book_age_s=now_s - self._book_s.get(instrument_id, -_NEVER_S),
            ticker_age_s=now_s - self._ticker_s.get(instrument_id, -_NEVER_S),
        )

    def is_listed(self, instrument_id: InstrumentId) -> bool:
        """Tell whether the venue lists the pair; every one of ours until its contracts are loaded."""
        return not self.instruments or instrument_id in self.instruments

    @property
    def listed(self) -> tuple[InstrumentId, ...]:
        return tuple(each for each in self._ids if self.is_listed(each))

    def series(self, instrument_id: InstrumentId) -> CandleSeries:
        return self._series[instrument_id]

    def funding_rate(self, instrument_id: InstrumentId) -> Funding | None:
        return self.fundings.get(instrument_id)

    def funding_age_s(self, instrument_id: InstrumentId) -> float:
        return self._clock.monotonic_s() - self._funding_s.get(instrument_id, -_NEVER_S)

    def interest_age_s(self, instrument_id: InstrumentId) -> float:
        return self._clock.monotonic_s() - self._interest_s.get(instrument_id, -_NEVER_S)

    def catch_up(self) -> None:
        """Take what the stream has said so far: bars, books and tickers are then as new as they can be."""
        self._feed.catch_up()

    # -- feeding ---------------------------------------------------------------

    def on_market(self, event: MarketEvent) -> None:
        """Take one event of the public stream and pass it on to the seat; prints go to the followers alone."""
        for follower in self._followers:
            follower(event)
        match event:
            case PublicTrade():
                return
            case Ticker():
                self.tickers[event.instrument_id] = event
                self._ticker_s[event.instrument_id] = self._clock.monotonic_s()
            case OrderBook():
                event = shallow(event)
                self.books[event.instrument_id] = event
                self._book_s[event.instrument_id] = self._clock.monotonic_s()
            case Funding():
                self.fundings[event.instrument_id] = event
                self._funding_s[event.instrument_id] = self._clock.monotonic_s()
            case CandleUpdate():
                self._on_candle(event)
            case StreamState():
                self._on_stream(event)
        self._emit(event)

    def show(self, instrument_id: InstrumentId, interval: Interval) -> None:
        """Follow the bars of the chart, beside those of the strategy."""
        self._shown = (instrument_id, interval)
        self.watch()

    def show_beside(self, series: tuple[tuple[InstrumentId, Interval], ...]) -> None:
        """Follow the bars of the charts beside the linked one."""
        self._beside = series
        self.watch()

    def listen(self, on_bar_closed: Callable[[], None]) -> None:
        """Call back, beside the decision cycle, each time a bar has closed."""
        self._bar_listeners.append(on_bar_closed)

    def follow(self, follower: Callable[[MarketEvent], None]) -> None:
        """Call with every event of the public stream as it came, before anybody else hears of it."""
        self._followers.append(follower)

    def watch(self) -> None:
        wanted = {(instrument_id, self.interval) for instrument_id in self.listed} | set(self._beside)
        if self._shown is not None:
            wanted.add(self._shown)
        self._feed.watch_candles(frozenset(wanted))

    async def load(self, instrument_id: InstrumentId) -> None:
        """Load the strategy's bars of one instrument; of one that is not listed there are none.

        Raises:
            VenueError: they could not be read; the old ones are kept.
        """
        if not self.is_listed(instrument_id):
            return
        candles = await self._feed.candles(instrument_id, self.interval, KEPT_BARS)
        self._series[instrument_id].load(candles)

    async def load_older(self, instrument_id: InstrumentId) -> int:
        """Fetch one page of older bars; gives how many joined, 0 when the venue has no more.

        Raises:
            VenueError: nothing was read.
        """
        series = self._series[instrument_id]
        oldest_ms = series.oldest_open_ms
        if oldest_ms is None:
            return 0
        return series.load_older(await self._feed.older_candles(instrument_id, self.interval, oldest_ms))

    async def load_funding(self, instrument_id: InstrumentId) -> None:
        """Read the funding rate; a market that has none (spot) says so, and is not asked again.

        Raises:
            VenueError: it could not be read; the old one is kept.
        """
        if instrument_id in self._no_funding or not self.is_listed(instrument_id):
            return
        try:
            funding = await self._feed.funding(instrument_id)
        except RequestRejected:
            self._no_funding.add(instrument_id)
        else:
            self.on_market(funding)

    # -- watching --------------------------------------------------------------

    async def run(self) -> None:
        """Close bars by the clock and announce closed ones, until cancelled."""
        while True:
            await self._clock.sleep(_CHECK_S)
            for series in self._series.values():
                series.close_by_clock(self._clock.now_ms(), _CLOSE_GRACE_MS)
            self._announce_if_due()

    async def run_funding(self) -> None:
        """Refresh funding rates that the stream may not carry, until cancelled."""
        while True:
            await self._clock.sleep(_FUNDING_S)
            for instrument_id in self.listed:
                try:
                    await self.load_funding(instrument_id)
                except VenueError as error:
                    self._reporter.failing("funding", "Funding rates could not be read", error)
                    break
            else:
                self._reporter.works("funding")

    async def run_interest(self) -> None:
        """Read open interest now and then, where the venue gives it, until cancelled."""
        await self._clock.sleep(_INTEREST_FIRST_S)
        while True:
            for instrument_id in self.listed:
                try:
                    interest = await self._feed.open_interest(instrument_id)
                except RequestRejected:
                    continue  # a market without contracts
                except VenueError as error:
                    self._reporter.failing("open interest", "Open interest could not be read", error)
                    break
                self.interests[instrument_id] = interest
                self._interest_s[instrument_id] = self._clock.monotonic_s()
            else:
                self._reporter.works("open interest")
            await self._clock.sleep(_FUNDING_S)

    def start_counting(self) -> None:
        """Regard the bars loaded so far as announced: the start has its own cycle."""
        self._announced_ms = max((series.newest_close_ms or 0 for series in self._series.values()), default=0)

    # -- inside ----------------------------------------------------------------

    def _on_candle(self, event: CandleUpdate) -> None:
        series = self._series.get(event.instrument_id)
        if event.interval is not self.interval or series is None:
            return
        applied = series.apply(event.candle)
        if applied is Applied.GAP:
            self._reload(event.instrument_id)
        elif applied is Applied.CLOSED:
            self._announce_if_due()

    def _on_stream(self, event: StreamState) -> None:
        if not event.connected:
            self._stream_was_lost = True
        elif self._stream_was_lost:
            self._stream_was_lost = False
            for instrument_id in self._ids:
                self._reload(instrument_id)

    def _reload(self, instrument_id: InstrumentId) -> None:
        if instrument_id not in self._loading:
            self._loading.add(instrument_id)
            self._spawn(self._load_until_read(instrument_id), f"candles {instrument_id}")

    async def _load_until_read(self, instrument_id: InstrumentId) -> None:
        try:
            while True:
                try:
                    await self.load(instrument_id)
                    break
                except VenueError as error:
                    self._reporter.failing("candles", f"Bars of {base_of(instrument_id)} could not be read", error)
                await self._clock.sleep(_RELOAD_S)
            self._reporter.works("candles")
            self._announce_if_due()
        finally:
            self._loading.discard(instrument_id)

    def _announce_if_due(self) -> None:
        closes = [self._series[each].newest_close_ms or 0 for each in self.listed]
        newest_ms = max(closes, default=0)
        if self._announced_ms == 0 or newest_ms <= self._announced_ms:
            return
        now_s = self._clock.monotonic_s()
        if self._first_seen is None or self._first_seen[0] != newest_ms:
            self._first_seen = (newest_ms, now_s)
        if min(closes) == newest_ms or now_s - self._first_seen[1] >= _ALL_CLOSED_GRACE_S:
            self._announced_ms = newest_ms
            self._first_seen = None
            self._on_bar_closed(newest_ms)
            for listener in self._bar_listeners:
                listener()
