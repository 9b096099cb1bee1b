"""One desk in a storm: the real engine and adapter, the real exchange, one virtual clock."""

import asyncio
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from helpers.fake_chance import SeededChance
from simulation import guard_oracle
from simulation.calm_market import PAIRS, CalmMarket
from simulation.network import Network
from simulation.place import Leaving, Place
from simulation.place_weex import WeexPlace
from simulation.proposer import Proposer
from simulation.storm_journal import Bad, MemoryDisk, SqliteDisk, StormJournal
from simulation.virtual_time import OperatorClock, VirtualLoop
from simulation.weather import Weather
from terminal.domain.decision import Action
from terminal.domain.errors import StorageError
from terminal.domain.guardrails import GuardrailLimits
from terminal.domain.instrument import InstrumentId, perpetual
from terminal.domain.messages import Event, Notice
from terminal.domain.risk import RiskLimits, TradingState
from terminal.services.engine import Engine
from terminal.sim.exchange.terms import PositionSide

if TYPE_CHECKING:
    from simulation.day_world import DayWorker

START_MS = 1_795_003_600_000  # an hour after a settlement
INSTRUMENTS: tuple[InstrumentId, ...] = tuple(perpetual(base) for base in PAIRS)
PUMP_S = 1.5
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
    """`violations` collects what must never happen, in words. `sent` counts placements that left, by the venue's id."""

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
        place: type[Place] = WeexPlace,
    ) -> None:
        self.loop = loop
        self.random = Random(seed * 7 + 1)  # noqa: S311 - reproducible on purpose
        self.weather = weather
        self.disk = disk
        self.limits = limits
        self.guardrails = guardrails
        self.bad = Bad(Random(seed * 7 + 2))  # noqa: S311 - reproducible on purpose
        self.clock = OperatorClock(loop, self.start_ms)
        self.market = self._make_market(seed, place)
        self.place = place(seed, self.start_ms, self.market, self.clock.world_s)
        self.exchange = self.place.exchange
        self.venue, self.streams, self.control = self.place.venue, self.place.streams, self.place.control
        self.secrets = self.place.secrets
        self.network = Network(self.place, weather, self._on_order)
        self.events: list[Event] = []
        self.sent: Counter[str] = Counter()
        self.violations: list[str] = []
        self.external: set[str] = set()
        self.instruments = self.pairs
        self.boots = 0
        self.engine: Engine
        self.journal: StormJournal
        self.adapter: Any
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

    def may_ask(self) -> bool:
        """Tell whether the adapter's pause after "too many requests" is over."""
        return bool(self.adapter._desk.limiter._gate_until_s <= self.clock.monotonic_s())

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
        self.adapter = self.place.adapter(self.clock, chance, self.network)
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

    def _make_market(self, seed: int, place: type[Place]) -> CalmMarket:
        return CalmMarket(seed, self.start_ms, specs=place.specs, levels=place.levels)

    def _make_worker(self) -> "Proposer | DayWorker":
        actions = (Action.OPEN_LONG, Action.OPEN_SHORT) if self.place.has_short else (Action.OPEN_LONG,)
        return Proposer(Random(self.random.randrange(1 << 30)), actions)  # noqa: S311 - reproducible on purpose

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

    def _on_order(self, leaving: Leaving) -> None:
        """A placement leaves this machine: the last moment at which it could be stopped."""
        self.sent[leaving.key] += 1
        if self.sent[leaving.key] > 1:
            self.violations.append(f"doubled: {leaving.key} was sent {self.sent[leaving.key]} times")
        if leaving.opens:
            self._judge_opening(leaving.key, leaving.pair, leaving.side)

    def _judge_opening(self, key: str, pair: str, side: PositionSide) -> None:
        if self.engine.trading_state is not TradingState.ACTIVE:
            self.violations.append(f"breach: {key} opens while trading is {self.engine.trading_state.value}")
        orders = self.place.orders()
        if any(order.pair == pair for order in orders if order.order_id in self.external):
            return
        if any(where == pair for where, _ in self.place.held()):
            self.violations.append(f"breach: {key} opens on top of a position in {pair}")
        if any(order.opens and not order.is_final and order.pair == pair for order in orders):
            self.violations.append(f"breach: {key} opens beside another opening in {pair}")
        price = self.place.price(pair)
        for words in guard_oracle.faults(
            self.guardrails, self.place.guarded(), self.exchange.now_ms, pair, side, price
        ):
            self.violations.append(f"breach: {key} {words}")
