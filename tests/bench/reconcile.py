"""How much of the request budget comparing with the venue takes: the worst 10 s of each situation.

Beside it, how old what is known of the account becomes meanwhile, against the guardrail that asks for it.
On virtual time with the real adapter and exchange; the limiter itself is read. All eight
instruments are followed, and the account-wide bucket counts, which is the fuller one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from random import Random

from bench.rows import Row
from simulation.kit import Desk
from simulation.network import streams_through
from simulation.storm_journal import MemoryDisk
from simulation.virtual_time import VirtualLoop
from simulation.weather import Weather
from simulation.world import StormWorld
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.guardrails import GuardrailLimits
from terminal.net.limiter import WEIGHT_WINDOW_S, RequestLimiter
from terminal.services.recovery.recovery import Recovery

_reconciling: ContextVar[bool] = ContextVar("reconciling", default=False)
_ages_s: list[float] = []  # of the quiet story
_QUIET_S = 1_300.0
_LOOK_S = 0.1
_BUSY_S = 180.0


def measure() -> list[Row]:
    rows = []
    for name, story in (
        ("all quiet, full passes included", _quiet),
        ("without a private stream", _streamless),
        ("an unclear order and lost events every second", _gaps),
    ):
        share = _worst_share(story) * 100
        rows.append(Row(f"Comparing with the venue, share of budget: {name}", round(share, 1), "%", 50, (share,)))
    oldest, goal = max(_ages_s), float(GuardrailLimits().account_age_s)
    return [*rows, Row("Balance and positions at their oldest, all quiet", round(oldest, 1), "s", goal, (oldest,))]


async def _quiet(desk: Desk) -> None:
    facts = desk.engine.core.facts
    for _ in range(int(_QUIET_S / _LOOK_S)):
        await asyncio.sleep(_LOOK_S)
        _ages_s.append(facts.clock.monotonic_s() - facts.portfolio.read_s)


async def _streamless(desk: Desk) -> None:
    desk.world.network.refuses_sockets = True
    desk.world.network.cut_streams()
    await asyncio.sleep(_BUSY_S)


async def _gaps(desk: Desk) -> None:
    await desk.open("lost", wait_s=11.0)
    for _ in range(int(_BUSY_S)):
        desk.engine.core.recovery.distrust("a gap")
        await asyncio.sleep(1.0)


def _worst_share(story: Callable[[Desk], Awaitable[None]]) -> float:
    spent: list[tuple[float, int]] = []
    plain = RequestLimiter._spend, Recovery._pass, Recovery._glance
    Recovery._pass, Recovery._glance = _marked(plain[1]), _marked(plain[2])

    def spend(limiter: RequestLimiter, cost: object, now_s: float) -> None:
        if _reconciling.get():
            spent.append((now_s, max(cost.ip, cost.uid)))
        plain[0](limiter, cost, now_s)

    RequestLimiter._spend = spend
    loop = VirtualLoop()
    try:
        limit = loop.run_until_complete(_live(loop, story))
    finally:
        loop.close()
        RequestLimiter._spend, Recovery._pass, Recovery._glance = plain
    worst = max(sum(weight for at_s, weight in spent if 0 <= at_s - start_s < WEIGHT_WINDOW_S) for start_s, _ in spent)
    return worst / limit


def _marked(work: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
    async def marked(self: Recovery) -> object:
        token = _reconciling.set(True)
        try:
            return await work(self)
        finally:
            _reconciling.reset(token)

    return marked


async def _live(loop: VirtualLoop, story: Callable[[Desk], Awaitable[None]]) -> int:
    world = StormWorld(loop, 1, Weather(Random(1)), MemoryDisk())  # noqa: S311 - reproducible on purpose
    world.instruments = ALLOWED_INSTRUMENTS
    with streams_through(world.network):
        await world.boot()
        assert await world.ready()
        await story(Desk(world))
        limit = world.adapter._desk.limiter.limit
        await world.close()
    return limit
