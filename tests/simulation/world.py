"""One desk in a storm: the real engine and adapter, the real exchange, one virtual clock."""

import asyncio
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from helpers.fake_chance import SeededChance
from simulation import guard_oracle
from simulation.calm_market import PAIRS, SPECS, CalmMarket
from simulation.network import Network
from simulation.proposer import Proposer
from simulation.storm_journal import Bad, MemoryDisk, SqliteDisk, StormJournal
from simulation.virtual_time import OperatorClock, VirtualLoop
from simulation.weather import Weather
from terminal.domain.errors import StorageError
from terminal.domain.guardrails import GuardrailLimits
from terminal.domain.instrument import InstrumentId, perpetual
from terminal.domain.messages import Event, Notice
from terminal.domain.risk import RiskLimits, TradingState
from terminal.services.engine import Engine
from terminal.sim.exchange.exchange import Exchange
from terminal.sim.exchange.terms import Effect, PositionSide
from terminal.sim.serving.clock import SimClock
from terminal.sim.serving.control import ControlApp
from terminal.sim.serving.options import credentials_for
from terminal.sim.serving.store import StateStore
from terminal.sim.weex import server
from terminal.sim.weex.options import ExchangeOptions
from terminal.sim.weex.stream_app import StreamApp
from terminal.sim.weex.venue import Venue
from terminal.venues.weex.adapter import Credentials, WeexAdapter

if TYPE_CHECKING:
    from simulation.day_world import DayWorker

START_MS = 1_795_003_600_000  # an hour after a settlement
INSTRUMENTS: tuple[InstrumentId, ...] = tuple(perpetual(base) for base in PAIRS)
PUMP_S = 1.5
_OPENS = frozenset({"1", "2"})  # the venue's words for opening a long and a short
LIMITS = RiskLimits(
    order_notional=Decimal("0.5"),
    market_quote_age_s=6.0,
    quote_age_s=10.0,
    orders_per_min=1_000,
    orders_per_day=100_000,
    entry_interval_s=0.5,
    duplicate_window_s=0.5,
    fills_per_min=10,
    rejects_per_min=1_000,
    daily_loss_reduce=Decimal("0.09"),
    daily_loss_halt=Decimal("0.099"),
)
E = TypeVar("E")


class MinuteLimits(GuardrailLimits):
    """Guardrails for minutes of trading: the bounds of a profile are made for days, and a storm lasts two minutes."""

    __slots__ = ()

    def __post_init__(self) -> None:
        """Refuse nothing."""


GENEROUS = MinuteLimits(
    loss_cooldown_min=0,
    stop_cooldown_min=0,
    repeat_min=0,
    turns_per_day=100,
    opens_per_day=100,
    proposals_per_hour=1_000,
)
"""Every guardrail judges, and none of those that count minutes and days stands in the way of the next order."""
TIGHT = GuardrailLimits()  # as a profile has them


class StormWorld:
    """`violations` collects what must never happen, in words. `sent` counts placements that left, by client id."""

    start_ms = START_MS
    pairs: tuple[InstrumentId, ...] = INSTRUMENTS

    def __init__(
        self,
        loop: VirtualLoop,
        seed: int,
        weather: Weather,
        disk: MemoryDisk | SqliteDisk,
        limits: RiskLimits = LIMITS,
        guardrails: GuardrailLimits = GENEROUS,
    ) -> None:
        self.loop = loop
        self.random = Random(seed * 7 + 1)  # noqa: S311 - reproducible on purpose
        self.weather = weather
        self.disk = disk
        self.limits = limits
        self.guardrails = guardrails
        self.bad = Bad(Random(seed * 7 + 2))  # noqa: S311 - reproducible on purpose
        self.clock = OperatorClock(loop, self.start_ms)
        self.market = self._make_market(seed)
        self.exchange = Exchange(self.market, SPECS, seed, self.start_ms)
        options = ExchangeOptions(seed=seed)
        credentials = credentials_for(seed)
        self.venue = Venue(
            options,
            credentials,
            SimClock(self.start_ms, 1.0, self.clock.world_s),
            self.market,
            self.exchange,
            self.start_ms,
        )
        self.streams = StreamApp(self.venue)
        store = StateStore(self.venue, None)
        self.control = ControlApp(self.venue, self.streams, store)
        app = server.routes(self.venue, store, self.streams, self.control)
        self.network = Network(app, weather, self._on_order)
        self.secrets = (credentials.secret, credentials.passphrase)
        self.events: list[Event] = []
        self.sent: Counter[str] = Counter()
        self.violations: list[str] = []
        self.external: set[str] = set()
        self.instruments = self.pairs
        self.boots = 0
        self.engine: Engine
        self.journal: StormJournal
        self.adapter: WeexAdapter
        self.worker: Proposer | DayWorker
        self._pump: asyncio.Task[None] | None = None

    # -- life --------------------------------------------------------------------

    async def boot(self) -> None:
        """Start the program on what the disk holds; a disk that fails is tried again."""
        while True:
            self.boots += 1
            self._build(await self.disk.open(self.loop, self.bad, self.clock.now_ms))
            try:
                await self.engine.start()
                return
            except StorageError:
                await self.crash()
                await asyncio.sleep(1.0)

    async def ready(self, limit_s: float = 120.0) -> bool:
        return await self.until(self.engine._startup.ready.is_set, limit_s)

    async def crash(self) -> None:
        """Kill the program between two instructions: nothing more reaches disk, venue or seat."""
        self.journal.dead = True
        self.worker.silence()
        for nest in (self.engine._tasks, self.engine._writing):
            await nest.aclose()
        await self.adapter.aclose()
        await self.journal.aclose()

    async def close(self) -> None:
        await self.engine.aclose()
        await self.end()

    async def end(self) -> None:
        if self._pump is not None:
            self._pump.cancel()
            await asyncio.gather(self._pump, return_exceptions=True)
        await self.adapter.aclose()
        await self.network.end()

    async def until(self, condition: Callable[[], bool], limit_s: float) -> bool:
        end_s = self.loop.time() + limit_s
        while not condition():
            if self.loop.time() >= end_s:
                return False
            await asyncio.sleep(0.25)
        return True

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def words(self) -> list[str]:
        return [notice.text for notice in self.of(Notice)]

    # -- inside --------------------------------------------------------------------

    def _build(self, journal: StormJournal) -> None:
        if self._pump is None:
            self._pump = asyncio.ensure_future(self._drive())
        self.journal = journal
        chance = SeededChance(self.boots * 1_000_003 + self.random.randrange(1 << 30))
        keys = self.venue.credentials
        self.adapter = WeexAdapter(
            "https://api-contract.weex.com",
            "wss://ws-contract.weex.com/v2/ws/public",
            "wss://ws-contract.weex.com/v2/ws/private",
            Credentials(keys.key, keys.secret, keys.passphrase),
            self.clock,
            chance,
            simulated=False,
            transport=self.network,
        )
        self.worker = self._make_worker()
        self.engine = Engine(
            self.adapter,
            self.adapter,
            journal,
            self.worker,
            self.clock,
            chance,
            self.limits,
            emit=self._hear,
            instruments=self.instruments,
            version="storm",
            instance="strm",
            guardrails=self.guardrails,
            **self._engine_options(),
        )

    # What another kind of day than a storm has of its own.

    def _make_market(self, seed: int) -> CalmMarket:
        return CalmMarket(seed, self.start_ms)

    def _make_worker(self) -> "Proposer | DayWorker":
        return Proposer(Random(self.random.randrange(1 << 30)))  # noqa: S311 - reproducible on purpose

    def _engine_options(self) -> dict[str, Any]:
        return {}

    def _hear(self, event: Event) -> None:
        self.events.append(event)

    async def _drive(self) -> None:
        """The exchange's heartbeat."""
        while True:
            await asyncio.sleep(self._pump_s())
            self.venue.tick()
            self.streams.push()

    def _pump_s(self) -> float:
        return PUMP_S

    def _on_order(self, _path: str, body: bytes) -> None:
        """A placement leaves this machine: the last moment at which it could be stopped."""
        fields = orjson.loads(body)
        client_id = fields["client_oid"]
        self.sent[client_id] += 1
        if self.sent[client_id] > 1:
            self.violations.append(f"doubled: {client_id} was sent {self.sent[client_id]} times")
        if fields["type"] in _OPENS:
            self._judge_opening(client_id, fields)

    def _judge_opening(self, client_id: str, fields: dict[str, str]) -> None:
        if self.engine.trading_state is not TradingState.ACTIVE:
            self.violations.append(f"breach: {client_id} opens while trading is {self.engine.trading_state.value}")
        pair = fields["symbol"].removeprefix("cmt_").removesuffix("usdt").upper()
        books = self.exchange.books
        if any(books.orders[each].pair == pair for each in self.external):
            return
        if any(held.size for held in books.held(pair)):
            self.violations.append(f"breach: {client_id} opens on top of a position in {pair}")
        if any(order.effect is Effect.OPEN for order in books.open_orders(pair)):
            self.violations.append(f"breach: {client_id} opens beside another opening in {pair}")
        side = PositionSide.LONG if fields["type"] == "1" else PositionSide.SHORT
        price = self.exchange.last(pair)
        for words in guard_oracle.faults(self.guardrails, books.fills, self.exchange.now_ms, pair, side, price):
            self.violations.append(f"breach: {client_id} {words}")
