"""One seeded storm: decisions, people, faults, crashes; then quiet; then the oracles."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random

from simulation.mandate import ACTS, due_in, frame_kinds, request_kinds
from simulation.network import streams_through
from simulation.oracles import Watcher
from simulation.place import Place, fault_name
from simulation.place_weex import WeexPlace
from simulation.storm_journal import MemoryDisk, SqliteDisk
from simulation.virtual_time import VirtualLoop
from simulation.weather import Weather
from simulation.world import GENEROUS, TIGHT, StormWorld
from terminal.domain.commands import Approve, CancelAll, ClosePosition, Reject, SetTradingState
from terminal.domain.order import OrderState
from terminal.domain.risk import TradingState
from terminal.sim.exchange.terms import Refusal
from terminal.sim.serving.faults import Fault

QUIET_S = 20.0
UNKNOWN_S = 400.0
_GATE_S = 900.0  # the longest that an adapter keeps quiet after "too many requests"
_STEPS = 14
_ARMED = 1  # by then the desk is up and orders go out
_LESS_CHOOSY = 8
_TAKES_ANY = 12
_DUE_S = 60.0  # by then somebody has asked the venue something
_FULL_S = 16.0


def is_tight(seed: int) -> bool:
    """True for the seeds whose guardrails are those of a profile: most of their openings are blocked."""
    return seed % 10 == 7


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run did. `violations` is empty when every promise held; `trace` tells runs apart."""

    seed: int
    orders: int
    decisions: int
    crashes: int
    faults: Counter[str]
    violations: tuple[str, ...]
    trace: str


def run_storm(
    seed: int,
    *,
    sqlite: Path | None = None,
    prepare: Callable[[StormWorld], None] | None = None,
    place: type[Place] = WeexPlace,
) -> Outcome:
    """Run one seed to its end; `prepare` may change the world before it starts (mutants do)."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(_Storm(loop, seed, sqlite, prepare, place).run())
    finally:
        loop.close()


class _Storm:
    def __init__(
        self,
        loop: VirtualLoop,
        seed: int,
        sqlite: Path | None,
        prepare: Callable[[StormWorld], None] | None,
        place: type[Place],
    ) -> None:
        self._random = Random(seed)  # noqa: S311 - reproducible on purpose
        self._weather = Weather.drawn(self._random, place.own_kinds)
        disk = MemoryDisk() if sqlite is None else SqliteDisk(sqlite)
        guardrails = TIGHT if is_tight(seed) else GENEROUS
        self.world = StormWorld(loop, seed, self._weather, disk, guardrails=guardrails, place=place)
        self._watcher = Watcher(self.world)
        self._seed = seed
        self._prepare = prepare
        self._crashes = 0
        self._due = due_in(seed, place)

    async def run(self) -> Outcome:
        world = self.world
        with streams_through(world.network):
            await self._boot()
            for step in range(_STEPS):
                await self._mandate(step)
                await self._act()
                await asyncio.sleep(self._random.choice((0.2, 1.0, 2.0, 4.0)))
                self._watcher.step()
            await world.until(lambda: not self._weather.due, _DUE_S)
            await self._calm_down()
            await world.engine._writer.flush(5.0)
            self._watcher.at_rest(await world.disk.read())
            await world.close()
            kept = await world.disk.read()
        faults = Counter(self._weather.injected)
        faults["disk"] += world.bad.injected
        return Outcome(
            seed=self._seed,
            orders=len(world.sent),
            decisions=len(kept.decisions),
            crashes=self._crashes,
            faults=faults,
            violations=tuple(world.violations),
            trace=world.place.trace() + repr(world.network.requests) + repr(world.loop.now_s),
        )

    # -- the storm -------------------------------------------------------------------

    async def _boot(self) -> None:
        await self.world.boot()
        if self._prepare is not None:
            self._prepare(self.world)
        await self.world.ready(90.0)

    async def _mandate(self, step: int) -> None:
        """See to what this seed must have: armed early, and less and less choosy about the occasion."""
        weather, place = self._weather, type(self.world.place)
        if step == _ARMED and self._due in (*request_kinds(place), *frame_kinds(place)):
            weather.due = self._due
        elif step == _ARMED and self._due in ACTS:
            await self._forced(self._due)()
        elif step == _ARMED:
            self._misdo(next(fault for fault in place.misbehaviour if fault_name(fault) == self._due))
        elif step == _LESS_CHOOSY:
            weather.patience = 1
        elif step == _TAKES_ANY:
            weather.patience = 0

    def _forced(self, act: str) -> Callable[[], Awaitable[None]]:
        return {
            "crash": self._crash,
            "socket cut": self._cut,
            "silence": self._silence,
            "clock": self._skew,
            "sleep": self._doze,
            "matching": self._odd_matching,
            "shock": self._shock,
            "stranger": self._stranger,
            "disk": self._full_disk,
            "rate storm": self._rate_storm,
        }[act]

    async def _act(self) -> None:
        acts: dict[Callable[[], Awaitable[None]], float] = {
            self._decide: 10.0,
            self._close: 5.0,
            self._re_arm: 2.0,
            self._cancel_all: 0.4,
            self._halt: 0.4,
            self._crash: 0.8,
            self._skew: 0.3,
            self._doze: 0.25,
            self._odd_matching: 1.0,
            self._shock: 0.4,
            self._stranger: 0.2,
            self._bad_disk: 0.3,
            self._rate_storm: 0.1,
        }
        if self.world.place.has_streams:
            acts |= {self._cut: 0.7, self._silence: 0.4}
        if self.world.place.misbehaviour:
            acts[self._misbehave] = 3.0
        act = self._random.choices(list(acts), weights=list(acts.values()))[0]
        await act()

    async def _decide(self) -> None:
        """A cycle; what it proposes is approved, sometimes twice, or refused."""
        world = self.world
        await world.until(lambda: world.engine.trading_state is not TradingState.STARTING, world.place.patience_s)
        core = world.engine.core
        core.cycle.request("storm")
        await asyncio.sleep(self._random.uniform(0.3, 1.5))
        for proposal in core.review.open_proposals():
            if self._random.random() < 0.08:
                world.engine.post(Reject(proposal.decision_id, "ann", "no"))
                continue
            for _ in range(self._random.choice((1, 1, 1, 2, 3))):
                world.engine.post(Approve(proposal.decision_id, "ann", "key A", proposal.fingerprint))
            if self._random.random() < 0.1:
                await asyncio.sleep(self._random.uniform(0, 0.05))
                world.engine.post(SetTradingState(TradingState.HALTED, "ann"))

    async def _close(self) -> None:
        for held in self.world.engine.core.portfolio.positions:
            fraction = self._random.choice((Decimal(1), Decimal(1), Decimal("0.5")))
            self.world.engine.post(ClosePosition(held.instrument_id, held.side, fraction, "ann"))

    async def _re_arm(self) -> None:
        self.world.engine.post(SetTradingState(TradingState.ACTIVE, "ann"))

    async def _cancel_all(self) -> None:
        self.world.engine.post(CancelAll("ann"))

    async def _halt(self) -> None:
        state = self._random.choice((TradingState.HALTED, TradingState.REDUCE_ONLY))
        self.world.engine.post(SetTradingState(state, "ann"))

    async def _crash(self) -> None:
        """The program dies at some instant of what it is doing and comes back."""
        self._weather.note("crash")
        self._crashes += 1
        await asyncio.sleep(self._random.uniform(0.0, 0.3))
        await self.world.crash()
        await asyncio.sleep(self._random.choice((0.1, 2.0, 20.0)))
        await self._boot()

    async def _cut(self) -> None:
        self._weather.note("socket cut")
        self.world.network.cut_streams()
        if self._random.random() < 0.3:
            self.world.network.refuses_sockets = True
            await self._later(self._random.uniform(1, 15), self._accept_sockets)

    def _accept_sockets(self) -> None:
        self.world.network.refuses_sockets = False

    async def _silence(self) -> None:
        self._weather.note("silence")
        self.world.network.silent_until_s = self.world.loop.time() + self._random.uniform(3, 70)

    async def _skew(self) -> None:
        self._weather.note("clock")
        if self._random.random() < 0.5:
            self.world.clock.jump(self._random.choice((-300_000, -31_000, 31_000, 300_000, 86_400_000)))
        else:
            self.world.venue.clock.skew_ms = self._random.choice((-31_000, 0, 31_000, 300_000))

    async def _doze(self) -> None:
        """The machine sleeps."""
        self._weather.note("sleep")
        counts = self._random.random() < 0.5
        self.world.clock.sleep_machine(self._random.choice((12.0, 60.0, 1_800.0)), monotonic_counts=counts)

    async def _odd_matching(self) -> None:
        """Late and partial fills for the next orders."""
        self._weather.note("matching")
        late_ms = self._random.choice((0, 500, 4_000, 15_000))
        partial = self._random.choice((None, Decimal("0.3"), Decimal("0.7")))
        self.world.place.match_oddly(late_ms, partial, self._random.choice((1, 2)))

    async def _misbehave(self) -> None:
        """The venue does something only it does."""
        self._misdo(self._random.choice(self.world.place.misbehaviour))

    def _misdo(self, fault: Fault) -> None:
        place = self.world.place
        self._weather.note(fault_name(fault))
        place.misbehave(fault)
        if fault.count < 0:
            self.world.loop.call_later(self._random.uniform(*place.lasts_s), place.behave, fault)

    async def _shock(self) -> None:
        self._weather.note("shock")
        self.world.market.shock(self._random.choice(("BTC", "ETH")), self._random.choice((-0.02, 0.02, 0.03)))

    async def _stranger(self) -> None:
        """Somebody trades by hand on the same account."""
        self._weather.note("stranger")
        place, pair = self.world.place, self._random.choice(("BTC", "ETH"))
        key = self._random.choice(("", place.hand_key(self.world.random.randrange(10**9))))
        try:
            self.world.external.add(place.trade_by_hand(pair, key))
        except Refusal:
            return

    async def _bad_disk(self) -> None:
        bad = self.world.bad
        bad.full, bad.slow = self._random.choice(((0.0, 0.1), (0.3, 0.0), (0.1, 0.1)))
        await self._later(self._random.uniform(1, 8), bad.calm)

    async def _full_disk(self) -> None:
        """Nothing can be written until well after the next mark of the equity was due."""
        self.world.bad.full = 1.0
        await self._later(_FULL_S, self.world.bad.calm)

    async def _rate_storm(self) -> None:
        self._weather.note("rate storm")
        self._weather.script.extend([("", "429")] * 10)

    async def _later(self, seconds: float, what: Callable[[], None]) -> None:
        self.world.loop.call_later(seconds, what)

    # -- and the quiet after it ---------------------------------------------------------

    async def _calm_down(self) -> None:
        """No more faults; a person re-arms; everything unclear gets the time the rules give it."""
        world = self.world
        self._weather.calm()
        world.bad.calm()
        world.network.refuses_sockets = False
        world.network.silent_until_s = 0.0
        world.place.calm()
        await world.until(world.may_ask, _GATE_S)
        await asyncio.sleep(QUIET_S)
        if not world.engine._startup.ready.is_set():
            await world.ready(120.0)
        await self._re_arm()
        await world.until(self._is_settled, UNKNOWN_S)
        await asyncio.sleep(16.0)
        await world.until(self._is_settled, UNKNOWN_S)  # a key that ran out may have taken a stream away meanwhile
        self._watcher.step()

    def _is_settled(self) -> bool:
        core = self.world.engine.core
        waiting = {OrderState.SUBMITTING, OrderState.UNKNOWN}
        unclear = [order for order in core.ledger.orders.values() if order.state in waiting and not order.needs_human]
        causes = self.world.engine._switch._causes.values()
        if any(state is TradingState.STARTING for state, _ in causes):  # a halt hides that we still compare
            return False
        return not unclear and not any(log.is_open for log in core.outbox.logs.values())
