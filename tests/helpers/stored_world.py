"""An engine between fakes, but with the real model and the real journal file, on virtual time."""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from helpers import market_paths
from helpers.builders import make_instrument
from helpers.fake_chance import SeededChance
from helpers.fake_clock import ManualClock, settle
from helpers.fake_feed import FakeFeed
from helpers.fake_venue import FakeVenue
from helpers.step_clock import RealClock
from helpers.store_journal import StoreJournal
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.errors import ModelUnavailable
from terminal.domain.frozen import ModelFitted
from terminal.domain.market import BookLevel, Candle, CandleUpdate, Interval, OrderBook, Ticker
from terminal.domain.messages import Event, ModelPhase, ModelStatus
from terminal.domain.risk import RiskLimits
from terminal.domain.snapshot import MarketSnapshot
from terminal.ports.strategy import KeptModel, TrainingSet, WorkerSink
from terminal.services.engine import Engine
from terminal.services.review.demo_reviewer import DemoReviewer
from terminal.strategy.embedded import EmbeddedStrategist

SPEED = 20.0
_FIRST_BAR = 700  # of the planted market: where the story begins
_SEED = 7


class PathFeed(FakeFeed):
    """A market along a planted path: eight pairs, tight books, one bar after the other."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock, ALLOWED_INSTRUMENTS)
        self.panel = market_paths.market(11, bars=900, strength=0.45)
        self.rules = {each: make_instrument(each, price_step=Decimal("0.01")) for each in self.ids}
        self.now_bar = _FIRST_BAR
        self._begun_ms = clock.now_ms() - clock.now_ms() % Interval.M15.ms
        self._bars = {name: market_paths.candles(self.panel, row) for row, name in enumerate(self.panel.instruments)}

    def bar(self, name, number: int, *, closed: bool) -> Candle:
        source = self._bars[name][number]
        open_ms = self._begun_ms + (number - _FIRST_BAR) * Interval.M15.ms
        return Candle(open_ms, source.open, source.high, source.low, source.close, source.volume, closed)

    async def candles(self, instrument_id, interval, limit):
        first = max(0, self.now_bar - min(limit, 650))
        bars = [self.bar(instrument_id, number, closed=True) for number in range(first, self.now_bar)]
        return (*bars, self.bar(instrument_id, self.now_bar, closed=False))

    def price(self, instrument_id) -> Decimal:
        return Decimal(str(round(self._bars[instrument_id][self.now_bar - 1].close, 2)))

    async def ticker(self, instrument_id):
        return self._ticker(instrument_id)

    async def book(self, instrument_id, levels):
        return self._book(instrument_id)

    def tick(self) -> None:
        assert self.sink is not None
        for instrument_id in self.ids:
            self.sink(self._ticker(instrument_id))
            self.sink(self._book(instrument_id))

    def next_bar(self) -> None:
        """Close the forming bar of every pair and begin the next."""
        assert self.sink is not None
        self.now_bar += 1
        for instrument_id in self.ids:
            for number in (self.now_bar - 1, self.now_bar):
                bar = self.bar(instrument_id, number, closed=number < self.now_bar)
                self.sink(CandleUpdate(instrument_id, Interval.M15, bar))

    def _ticker(self, instrument_id) -> Ticker:
        price = self.price(instrument_id)
        at_ms = self.clock.now_ms()
        return Ticker(instrument_id, price, price, price, None, None, None, None, None, at_ms)

    def _book(self, instrument_id) -> OrderBook:
        price, step, size = self.price(instrument_id), Decimal("0.01"), Decimal(5_000)
        bids, asks = (BookLevel(price, size),), (BookLevel(price + step, size),)
        return OrderBook(instrument_id, bids, asks, 1, synchronised=True, ts_event_ms=self.clock.now_ms())


class ModelWorker:
    """The embedded model, answering at once on the engine's own loop."""

    def __init__(self) -> None:
        self.now_ms: Callable[[], int] = lambda: 0
        self._strategist = EmbeddedStrategist(RealClock())
        self._sink: WorkerSink | None = None
        self.fits = 0

    @property
    def strategists(self) -> tuple[str, ...]:
        return ("embedded",)

    @property
    def model_name(self) -> str:
        return self._strategist.model_name

    def start(self, sink: WorkerSink) -> None:
        self._sink = sink

    def fit(self, training: TrainingSet) -> None:
        self.fits += 1
        report = self._strategist.fit(training, _SEED)
        self._say(
            ModelFitted(
                report.model,
                report.model_sha256,
                report.model_json,
                report.policy_json,
                _SEED,
                self.now_ms(),
                forecasts=report.forecasts,
                quick=report.quick,
            ),
            ModelStatus(ModelPhase.READY, report.model, "fitted"),
        )

    def take_up(self, kept: KeptModel) -> None:
        try:
            report = self._strategist.take_up(kept)
        except ModelUnavailable as refused:
            self._say(ModelStatus(ModelPhase.IDLE, self.model_name, str(refused)))
        else:
            self._say(ModelStatus(ModelPhase.READY, report.model, "goes on"))

    def decide(self, snapshot: MarketSnapshot) -> None:
        self._say(self._strategist.decide(snapshot))

    async def aclose(self) -> None:
        self._sink = None

    def _say(self, *events) -> None:
        assert self._sink is not None
        for event in events:
            asyncio.get_running_loop().call_soon(self._sink, event)


class StoredWorld:
    """`run(bars)` trades by itself; the journal file is whole after `close`. `before` is the run it follows."""

    def __init__(self, path: Path, before: "StoredWorld | None" = None) -> None:
        self.clock = ManualClock(speed=SPEED) if before is None else before.clock
        self.venue = FakeVenue(self.clock, simulated=True) if before is None else before.venue
        self.feed = PathFeed(self.clock) if before is None else before.feed
        self.worker = ModelWorker()
        self.worker.now_ms = self.clock.now_ms
        self.events: list[Event] = []
        self.journal = StoreJournal(path, self.clock.now_ms)
        self.engine = Engine(
            self.venue,
            self.feed,
            self.journal,
            self.worker,
            self.clock,
            SeededChance(3 if before is None else 4),
            limits=RiskLimits(),
            emit=self.events.append,
            reviewer=DemoReviewer(self.clock),
            version="test",
            build="b" * 64,
            instance="aaaa" if before is None else "bbbb",
        )

    async def run(self, bars: int) -> None:
        await self.engine.start()
        await self.clock.until(self.engine._startup.ready.is_set)
        await self.clock.advance(20)
        for _ in range(bars):
            self.feed.next_bar()
            await self.clock.advance(Interval.M15.ms / 1_000 / SPEED)

    async def close(self) -> None:
        ending = asyncio.ensure_future(self.engine.aclose())
        await self.clock.until(ending.done, 60)
        await ending
        await settle()
