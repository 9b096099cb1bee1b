"""The world of one whole day: the real strategist on a market with a trend, a real journal, rule lights.

Time is virtual as in the storm, and the exchange's heart beats fast only while somebody
looks: near a bar's close, while a card waits, around an event. In between it rests.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import httpx
from starlette.requests import Request

from helpers.inline_worker import InlineWorker
from helpers.rule_kit import rules_for
from simulation.day_market import DAY_PAIRS, DayMarket
from simulation.network import _scope
from simulation.place import Place
from simulation.storm_journal import Bad, OnSqlite, SqliteDisk, StormJournal
from simulation.virtual_time import VirtualLoop
from simulation.weather import Weather
from simulation.world import StormWorld
from terminal.domain.guardrails import GuardrailLimits
from terminal.domain.instrument import perpetual
from terminal.domain.market import CandleUpdate, Funding, OrderBook, PublicTrade, Ticker
from terminal.domain.messages import CandlesLoaded, EquityHistory, EquityPoint, Event, Health
from terminal.domain.records import ChainHead, IntentCommitted, Record
from terminal.domain.risk import RiskLimits
from terminal.domain.season import Season
from terminal.ports.strategy import WorkerEvent, WorkerSink
from terminal.services.ai_logs.guard import SecretScreen
from terminal.strategy.embedded import EmbeddedStrategist
from terminal.strategy.policy import PolicySettings

DAY_MS = 86_400_000
RESET_MS = 20_776 * DAY_MS  # midnight UTC: the day's reset, and a settlement
BEFORE_S = 60.0  # the program starts a little before the reset
BUSY_S, IDLE_S = 1.5, 20.0
LIGHTS_S = 20.0
POLICY = PolicySettings(margin_bp=-8.0)  # eager: the day needs trades more than it needs money
DAY_LIMITS = RiskLimits(
    order_notional=Decimal("0.3"),
    market_quote_age_s=9.0,
    quote_age_s=10.0,
    daily_loss_reduce=Decimal("0.09"),
    daily_loss_halt=Decimal("0.099"),
    drawdown_reduce=Decimal("0.14"),
)
DAY_GUARDRAILS = GuardrailLimits(
    loss_cooldown_min=5,
    stop_cooldown_min=15,
    most_cooldown_min=15,
    turns_per_day=6,
    repeat_min=5,
    opens_per_day=50,
    proposals_per_hour=120,
)
"""As generous as a profile's may be."""
# A day of prices is not kept: nobody asks for it afterwards.
_STREAMED = (Ticker, OrderBook, Funding, CandleUpdate, CandlesLoaded, PublicTrade, Health, EquityPoint, EquityHistory)


class InlineThreads(ThreadPoolExecutor):
    """Model code runs where it is asked for: virtual time stands still meanwhile, and no thread is left."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(work(*args, **named))
        except Exception as error:  # noqa: BLE001 - handed on to whoever waits for the result
            done.set_exception(error)
        return done


class DayWorker(InlineWorker):
    """The real strategist and its engine; `silence` is the program's death."""

    def __init__(self, world: "DayWorld") -> None:
        super().__init__(world.clock, 1, EmbeddedStrategist(world.clock, POLICY))
        self._sink: WorkerSink = lambda _event: None

    def start(self, sink: WorkerSink) -> None:
        self._sink = sink
        super().start(self._tell)

    def silence(self) -> None:
        self._sink = lambda _event: None
        if self._task is not None:
            self._task.cancel()

    def _tell(self, event: WorkerEvent) -> None:
        self._sink(event)


class DayDisk(SqliteDisk):
    """The journal's file; `blackout` makes the next intent durable and its answer lost, with the power."""

    key = b"the whole day's own chain key..."

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.blackout: asyncio.Event | None = None

    async def open(self, loop: VirtualLoop, bad: Bad, now_ms: Callable[[], int]) -> OnSqlite:
        opened = await super().open(loop, bad, now_ms)
        return DayJournal(opened._journal, loop, bad, self)


class DayJournal(OnSqlite):
    def __init__(self, journal: Any, loop: VirtualLoop, bad: Bad, disk: DayDisk) -> None:
        super().__init__(journal, loop, bad)
        self._disk = disk

    async def commit(self, *records: Record) -> ChainHead:
        head = await super().commit(*records)
        blackout = self._disk.blackout
        if blackout is not None and any(isinstance(record, IntentCommitted) for record in records):
            self._disk.blackout, self.dead = None, True
            blackout.set()
            await asyncio.Event().wait()
        return head


class DayWorld(StormWorld):
    """`busy_for` keeps the exchange's heart beating fast for a while."""

    start_ms = RESET_MS - round(BEFORE_S * 1_000)
    pairs = tuple(perpetual(base) for base in DAY_PAIRS)
    market: DayMarket

    def __init__(self, loop: VirtualLoop, seed: int, folder: Path) -> None:
        loop.set_default_executor(InlineThreads(1))
        weather = Weather(Random(seed * 7 + 3))  # noqa: S311 - reproducible on purpose
        super().__init__(loop, seed, weather, DayDisk(folder / "journal.sqlite"), DAY_LIMITS, DAY_GUARDRAILS)
        self._busy_until_s = 0.0
        self._beat = asyncio.Event()
        round_ms = (RESET_MS - 3_600_000, RESET_MS + 14 * DAY_MS)
        self.season = Season(*round_ms, start_equity=Decimal(1_000), pairs=self.pairs)

    def busy_for(self, seconds: float) -> None:
        self._busy_until_s = max(self._busy_until_s, self.loop.time() + seconds)
        self._beat.set()

    async def wait(self, seconds: float) -> None:
        """Let time pass with the exchange wide awake."""
        self.busy_for(seconds)
        await asyncio.sleep(seconds)

    async def sleep_until(self, at_ms: int) -> None:
        await asyncio.sleep(max(0.0, (at_ms - self.clock.now_ms()) / 1_000))

    async def restart(self) -> None:
        """End the program in order and start it again."""
        await self.engine.aclose()
        await self.adapter.aclose()
        await self.boot()

    async def on_page(self, path: str, body: bytes) -> int:
        """Use the exchange's control endpoints, as the venue's page would; gives the HTTP status."""

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        scope = _scope("http", path.encode(), httpx.Headers(), "POST")
        scope["path_params"] = {"what": path.rpartition("/")[2]}
        return (await self.control.answer(Request(scope, receive))).status_code

    # -- inside --------------------------------------------------------------------

    def _make_market(self, seed: int, _place: type[Place]) -> DayMarket:
        return DayMarket(seed, self.start_ms)

    def _make_worker(self) -> DayWorker:
        return DayWorker(self)

    def _engine_options(self) -> dict[str, Any]:
        rules = rules_for(self.season, self.limits)
        return {
            "rules": rules,
            "rule_version": rules.book.version,
            "screen": SecretScreen(lambda: (self.venue.credentials.key, *self.secrets)),
            "build": "day",
        }

    def _build(self, journal: StormJournal) -> None:
        super()._build(journal)
        lights = self.engine._lights
        assert lights is not None
        lights.run = self._look_at_the_lights  # type: ignore[method-assign]

    def _hear(self, event: Event) -> None:
        if not isinstance(event, _STREAMED):
            super()._hear(event)

    async def _look_at_the_lights(self) -> None:
        """As the desk does it, but not once a second: that would be a third of the day's work."""
        while True:
            if self.engine._lights is not None:
                self.engine._lights.look()
            await asyncio.sleep(LIGHTS_S)

    async def _drive(self) -> None:
        while True:
            self._beat.clear()
            with suppress(TimeoutError):  # nobody woke it: it beats in its own time
                await asyncio.wait_for(self._beat.wait(), self._pump_s())
            self.venue.tick()
            self.streams.push()

    def _pump_s(self) -> float:
        if self.loop.time() < self._busy_until_s:
            return BUSY_S
        to_close_ms = 900_000 - self.clock.now_ms() % 900_000
        return min(IDLE_S, to_close_ms / 1_000 + 0.5)
