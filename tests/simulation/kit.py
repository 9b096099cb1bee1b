"""One desk and one fault at a time: the storm's world with the weather in a test's own hands."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from random import Random

from simulation.network import streams_through
from simulation.oracles import Watcher
from simulation.place import Place
from simulation.place_weex import WeexPlace
from simulation.storm_journal import MemoryDisk
from simulation.virtual_time import VirtualLoop
from simulation.weather import Weather
from simulation.world import GENEROUS, LIMITS, StormWorld
from terminal.domain.commands import Approve, ClosePosition
from terminal.domain.guardrails import GuardrailLimits
from terminal.domain.order import Effect, Order
from terminal.domain.risk import RiskLimits, TradingState

Story = Callable[["Desk"], Awaitable[None]]


class Desk:
    """A world that is up and trading in calm weather."""

    def __init__(self, world: StormWorld) -> None:
        self.world = world
        self.weather = world.weather
        self.exchange = world.exchange

    @property
    def engine(self):
        return self.world.engine

    @property
    def orders(self) -> list[Order]:
        """Our orders, oldest first."""
        return [order for order in self.engine.core.ledger.orders.values() if not order.client_order_id.startswith("v")]

    async def open(self, *faults: str, wait_s: float = 1.0) -> Order:
        """Get a proposal, approve it while `faults` wait for the placement; give the order."""
        known = len(self.orders)
        for _ in range(60):
            self.engine.core.cycle.request("test")
            await asyncio.sleep(0.6)
            proposals = self.engine.core.review.open_proposals()
            if proposals and self.engine.trading_state is TradingState.ACTIVE:
                break
        self.weather.script.extend((self.world.place.place_path, fault) for fault in faults)
        self.engine.post(Approve(proposals[0].decision_id, "ann", "key A", proposals[0].fingerprint))
        await asyncio.sleep(wait_s)
        return self.orders[known]

    async def close(self, fraction: str = "1", wait_s: float = 1.0) -> None:
        for held in self.engine.core.portfolio.positions:
            self.engine.post(ClosePosition(held.instrument_id, held.side, Decimal(fraction), "ann"))
        await asyncio.sleep(wait_s)

    def again(self, order: Order) -> Order:
        """The order as it is now."""
        return self.engine.core.ledger.orders[order.client_order_id]

    def at_venue(self, order: Order) -> list:
        """What the exchange holds under this order's client id."""
        return [each for each in self.exchange.books.orders.values() if each.client_oid == order.client_order_id]

    def openings(self) -> int:
        return sum(order.terms.effect is Effect.OPEN for order in self.orders)

    async def until(self, condition: Callable[[], bool], limit_s: float = 200.0) -> None:
        assert await self.world.until(condition, limit_s), "it did not happen in time"


def play(
    story: Story,
    *,
    seed: int = 1,
    limits: RiskLimits = LIMITS,
    guardrails: GuardrailLimits = GENEROUS,
    check: bool = True,
    place: type[Place] = WeexPlace,
    prepare: Callable[[StormWorld], None] | None = None,
) -> None:
    """Bring a desk up, tell the story, let it come to rest and ask every oracle; `prepare` makes a mutant of it."""
    loop = VirtualLoop()

    async def whole() -> None:
        weather = Weather(Random(seed))  # noqa: S311 - reproducible
        world = StormWorld(loop, seed, weather, MemoryDisk(), limits, guardrails, place)
        with streams_through(world.network):
            await world.boot()
            if prepare is not None:
                prepare(world)
            assert await world.ready()
            await asyncio.sleep(3.0)
            try:
                await story(Desk(world))
                if check:
                    await _rest(world)
            finally:
                await world.close()

    try:
        loop.run_until_complete(whole())
    finally:
        loop.close()


async def _rest(world: StormWorld) -> None:
    world.weather.calm()
    await asyncio.sleep(20.0)
    await world.engine._writer.flush(5.0)
    Watcher(world).at_rest(await world.disk.read())
    assert world.violations == []


@contextmanager
def said(desk: Desk, *words: str) -> Iterator[None]:
    """Within the block a notice must hold each of these words."""
    before = len(desk.world.words())
    yield
    told = " | ".join(desk.world.words()[before:])
    for word in words:
        assert word in told, f"{word!r} not in {told}"
