"""One trading day from reset to reset: an AI that proposes, a person who answers, and everything that happens to them.

What must happen is a list of wishes with seeded hours. At each bar's close the person looks
at the cards; the next wish that fits is carried out through the engine's own commands, and
every card no wish needs is approved.
"""

import asyncio
import gc
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TypeVar

from simulation.day_world import DAY_MS, RESET_MS, DayDisk, DayWorld
from simulation.network import streams_through
from simulation.oracles import Watcher
from simulation.virtual_time import VirtualLoop
from terminal.domain.account import MarginMode
from terminal.domain.ai_log import AiLogState, LogResolution
from terminal.domain.approval import Amendment
from terminal.domain.commands import (
    AcceptVenuePosition,
    Approve,
    ClosePosition,
    Command,
    Reject,
    ResolveLog,
    SetTradingState,
)
from terminal.domain.flatten import FlattenPlan, FlattenScope, FlattenTarget
from terminal.domain.hand_messages import Flatten, PlanFlatten, SetMarginMode
from terminal.domain.instrument import base_of
from terminal.domain.log_messages import FindLogGaps
from terminal.domain.order import Effect as OurEffect
from terminal.domain.order import PositionSide
from terminal.domain.position import Position
from terminal.domain.review import Proposal, ReviewState
from terminal.domain.risk import TradingState
from terminal.services.ai_logs.shelf import TO_SEND
from terminal.sim.exchange.order_desk import OrderRequest
from terminal.sim.exchange.terms import Effect, OrderOrigin
from terminal.sim.exchange.terms import PositionSide as VenueSide
from terminal.sim.market.types import BookTif
from terminal.sim.serving.faults import Fault

WHO = "ann"
BAR_MS = 900_000
BARS = DAY_MS // BAR_MS
LOG_PATH = "uploadAiLog"
GAP_REASON = "The venue refused this log for good; its support was told."

OnCard = Callable[[Proposal], Awaitable[bool]]
A = TypeVar("A", bound=Callable[..., Awaitable[bool]])
Prepare = Callable[[DayWorld], None]


@dataclass(slots=True)
class Day:
    """What a day left behind. `done` names the wishes that came true; `left` those that did not."""

    world: DayWorld
    done: Counter[str] = field(default_factory=Counter)
    left: list[str] = field(default_factory=list)
    restarts: int = 0
    crashes: int = 0


def run_day(
    seed: int,
    folder: Path,
    judge: Callable[[Day], Awaitable[None]],
    prepare: Prepare | None = None,
    bars: int = BARS,
) -> Day:
    """Run one day and let `judge` look at it while the program still runs; then end the program.

    `prepare` may change the program after each start (mutants do); fewer `bars` end the day early.
    """
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(_Person(loop, seed, folder, prepare, bars).live(judge))
    finally:
        loop.close()


class _Person:
    """Sits before the desk all day."""

    def __init__(self, loop: VirtualLoop, seed: int, folder: Path, prepare: Prepare | None, bars: int) -> None:
        self._random = Random(seed * 11 + 5)  # noqa: S311 - reproducible on purpose
        self.world = DayWorld(loop, seed, folder)
        self.day = Day(self.world)
        self._prepare = prepare
        self._bars = bars
        self._watcher = Watcher(self.world)
        on_card: list[tuple[str, OnCard]] = [
            ("amended", self._amend),
            ("rejected", self._reject),
            ("expired", self._let_expire),
            ("voided", self._void),
            ("log refused for a while", self._refuse_log_for_a_while),
            ("log refused for a while", self._refuse_log_for_a_while),
            ("log refused for a while", self._refuse_log_for_a_while),
            ("log refused for good", self._refuse_log_for_good),
            ("blackout", self._blackout),
            ("liquidated", self._liquidate),
        ]
        at_will: list[tuple[str, Callable[[], Awaitable[bool]]]] = [
            ("restart", self._restart),
            ("restart", self._restart),
            ("stop fired", self._fire_stop),
            ("target fired", self._fire_target),
            ("closed by hand", self._close),
            ("flattened", self._flatten),
            ("external order", self._outsider),
        ]
        self._on_card = self._drawn(on_card, range(2, 70))
        self._at_will = self._drawn(at_will, range(4, 76))

    def _drawn(self, wishes: list[tuple[str, A]], bars: range) -> list[tuple[int, str, A]]:
        """Give each wish the bar from which on it may come true."""
        return sorted(((self._random.choice(bars), name, act) for name, act in wishes), key=lambda wish: wish[0])

    async def live(self, judge: Callable[[Day], Awaitable[None]]) -> Day:
        world = self.world
        with streams_through(world.network):
            await self._boot()
            for bar in range(self._bars):
                await self._bar(bar)
                if bar % 8 == 0:
                    gc.collect()  # collections are off in the tests, see conftest
            await self._evening()
            await judge(self.day)
            await world.close()
        return self.day

    # -- the hours -----------------------------------------------------------------

    async def _boot(self) -> None:
        world = self.world
        world.busy_for(30.0)
        await world.boot()
        if self._prepare is not None:
            self._prepare(world)
        if not await world.ready(120.0):
            world.violations.append("stuck: the program did not become ready")

    async def _bar(self, bar: int) -> None:
        """From shortly before a bar's close until its cards are answered, and one act between two bars."""
        world = self.world
        await world.sleep_until(RESET_MS + (bar + 1) * BAR_MS - 12_000)
        world.busy_for(22.0)
        await world.sleep_until(RESET_MS + (bar + 1) * BAR_MS + 7_000)
        for proposal in world.engine.core.review.open_proposals():
            await self._answer(proposal, bar)
        self._watcher.step()
        if bar % 2:
            await world.sleep_until(RESET_MS + (bar + 1) * BAR_MS + 300_000)
            await self._act(bar)
        await self._tidy()
        self._watcher.step()

    async def _answer(self, proposal: Proposal, bar: int) -> None:
        if not self._is_open(proposal):
            return
        opens = proposal.terms.effect is OurEffect.OPEN
        wish = next((each for each in self._on_card if each[0] <= bar), None) if opens else None
        if wish is not None and await wish[2](proposal):
            self._on_card.remove(wish)
            self.day.done[wish[1]] += 1
        elif self._is_open(proposal):
            await self._say(self._yes(proposal), 2.0)

    async def _act(self, bar: int) -> None:
        wish = next((each for each in self._at_will if each[0] <= bar), None)
        if wish is not None and await wish[2]():
            self._at_will.remove(wish)
            self.day.done[wish[1]] += 1

    async def _evening(self) -> None:
        """Past the last reset and settlement; everything on its way arrives, and the logs are compared once more."""
        world = self.world
        await world.sleep_until(RESET_MS + self._bars * BAR_MS + 330_000)  # the bill is read every five minutes
        await self._tidy()
        await world.wait(60.0)
        world.engine.post(FindLogGaps(WHO))
        await world.wait(60.0)
        self._watcher.step()
        self.day.left += [name for _, name, _ in (*self._on_card, *self._at_will)]

    async def _tidy(self) -> None:
        """What a person does after something went wrong: settle refused logs, accept positions, set Active."""
        core, engine = self.world.engine.core, self.world.engine
        for log in tuple(core.outbox.logs.values()):
            if log.state is AiLogState.NEEDS_HAND:
                await self._say(ResolveLog(log.log_id, LogResolution.UNMENDABLE, GAP_REASON, WHO), 2.0)
        for where in tuple(core.switch.frozen):
            await self._say(AcceptVenuePosition(where, WHO), 2.0)
        if engine.trading_state is not TradingState.ACTIVE or any(map(core.switch.pause_of, self.world.instruments)):
            await self._say(SetTradingState(TradingState.ACTIVE, WHO), 5.0)

    # -- answers to a card ------------------------------------------------------------

    async def _amend(self, proposal: Proposal) -> bool:
        """Half the size, and the stop a quarter nearer."""
        terms = proposal.terms
        rules = self._rules(proposal)
        stop = terms.stop_price + (terms.reference_price - terms.stop_price) / 4
        change = Amendment(size=rules.floor_size(terms.size / 2), stop_price=rules.floor_price(stop))
        await self._say(self._yes(proposal, change), 3.0)
        return self._state(proposal) is ReviewState.APPROVED

    async def _reject(self, proposal: Proposal) -> bool:
        await self._say(Reject(proposal.decision_id, WHO, "The news of today speak against it."), 1.0)
        return self._state(proposal) is ReviewState.REJECTED

    async def _let_expire(self, proposal: Proposal) -> bool:
        await self.world.wait(100.0)
        return self._state(proposal) is ReviewState.EXPIRED

    async def _void(self, proposal: Proposal) -> bool:
        """The price runs away while the person reads."""
        self.world.market.shock(base_of(proposal.terms.instrument_id), 0.004)
        await self.world.wait(4.5)
        await self._say(self._yes(proposal), 2.0)
        return self._state(proposal) is ReviewState.VOIDED

    async def _refuse_log_for_a_while(self, proposal: Proposal) -> bool:
        kind = self._random.choice(("500", "429", "code"))
        self._fault(Fault(kind, path=LOG_PATH, count=self._random.randrange(1, 4), code="40015", message="try later"))
        await self._say(self._yes(proposal), 40.0)
        return self._state(proposal) is ReviewState.APPROVED

    async def _refuse_log_for_good(self, proposal: Proposal) -> bool:
        """The venue refuses the log of this order; the person records the gap in the tidying after it."""
        if any(log.state in TO_SEND for log in self._logs()):
            return False
        self._fault(Fault("ai_log_blocked", count=1))
        await self._say(self._yes(proposal), 20.0)
        return any(log.state is AiLogState.NEEDS_HAND for log in self._logs())

    async def _blackout(self, proposal: Proposal) -> bool:
        """The power goes after the intent is on disk and before anybody hears of it."""
        world, disk = self.world, self.world.disk
        assert isinstance(disk, DayDisk)
        disk.blackout = gone = asyncio.Event()
        world.busy_for(5.0)
        world.engine.post(self._yes(proposal))
        try:
            await asyncio.wait_for(gone.wait(), 2.0)
        except TimeoutError:
            disk.blackout = None
            return False
        await world.crash()
        self.day.crashes += 1
        await asyncio.sleep(20.0)
        await self._boot()
        await world.wait(60.0)
        return True

    async def _liquidate(self, proposal: Proposal) -> bool:
        """A small isolated position loses its stop on the venue's page, and then the market falls through the floor."""
        world, where = self.world, proposal.terms.instrument_id
        pair = base_of(where)
        if world.exchange.books.leverage[pair].mode.value != "ISOLATED":
            await self._say(SetMarginMode(where, MarginMode.ISOLATED, WHO), 10.0)
        if not self._is_open(proposal) or proposal.terms.size < 10 * self._rules(proposal).min_size:
            return False
        small = self._rules(proposal).floor_size(proposal.terms.size / 8)
        await self._say(self._yes(proposal, Amendment(size=small)), 15.0)
        position = next((each for each in world.engine.core.portfolio.positions if each.instrument_id == where), None)
        if position is None:
            return False
        for plan in tuple(world.exchange.books.open_plans(pair)):
            world.exchange.plans.cancel(plan.order_id, world.exchange.now_ms)
        away = 0.24 if position.side is PositionSide.SHORT else -0.21
        world.market.shock(pair, away)
        await world.wait(60.0)
        return any(order.origin is OrderOrigin.LIQUIDATION for order in world.exchange.books.orders.values())

    # -- acts between bars ---------------------------------------------------------------

    async def _restart(self) -> bool:
        self.world.busy_for(60.0)
        await self.world.restart()
        self.day.restarts += 1
        await self.world.ready(90.0)
        await self.world.wait(10.0)
        return True

    async def _fire_stop(self) -> bool:
        return await self._fire(lambda plan, mark: (plan.trigger_price - mark) / mark, loses=True)

    async def _fire_target(self) -> bool:
        return await self._fire(lambda plan, mark: (plan.trigger_price - mark) / mark, loses=False)

    async def _fire(self, away: Callable[..., Decimal], *, loses: bool) -> bool:
        """Push the price just through a stop or target at the venue."""
        world, exchange = self.world, self.world.exchange
        for plan in exchange.books.open_plans():
            is_stop = (plan.side is VenueSide.LONG) is not plan.fires_above
            if is_stop is loses:
                world.market.shock(plan.pair, float(away(plan, exchange.last(plan.pair))) * 1.05)
                await world.wait(30.0)
                return exchange.books.position(plan.pair, plan.side).size == 0
        return False

    async def _close(self) -> bool:
        held = self._held()
        if held:
            await self._say(ClosePosition(held[0].instrument_id, held[0].side, Decimal(1), WHO), 10.0)
        return bool(held) and len(self._held()) < len(held)

    async def _flatten(self) -> bool:
        if not self._held():
            return False
        target = FlattenTarget(FlattenScope.EVERYTHING)
        await self._say(PlanFlatten(target, WHO), 3.0)
        plan = self.world.of(FlattenPlan)[-1]
        await self._say(Flatten(target, plan.plan_id, WHO, "held 1.5 s"), 60.0)
        return not self._held()

    async def _outsider(self) -> bool:
        """Somebody opens on the venue's page, and closes it there some minutes later."""
        world, exchange = self.world, self.world.exchange
        for where in world.instruments:
            pair = base_of(where)
            if any(exchange.books.held(pair)) or any(exchange.books.open_plans(pair)):
                continue
            size = exchange.rules[pair].lot * 10
            request = OrderRequest(
                pair, "", VenueSide.LONG, Effect.OPEN, size, None, BookTif.IOC, origin=OrderOrigin.WEB
            )
            world.external.add(exchange.orders.place(request, exchange.now_ms).order_id)
            await world.wait(120.0)
            known = set(exchange.books.orders)
            status = await world.on_page("/_sim/close", b'{"pair":"%b","side":"LONG"}' % pair.encode())
            world.external |= set(exchange.books.orders) - known
            await world.wait(60.0)
            return status == 200
        return False

    # -- small things --------------------------------------------------------------------

    async def _say(self, command: Command, wait_s: float) -> None:
        self.world.busy_for(wait_s)
        self.world.engine.post(command)
        await self.world.wait(wait_s)

    def _yes(self, proposal: Proposal, amendment: Amendment | None = None) -> Approve:
        return Approve(proposal.decision_id, WHO, "key A", proposal.fingerprint, amendment)

    def _state(self, proposal: Proposal) -> ReviewState | None:
        now = self.world.engine.core.review.proposals.get(proposal.decision_id)
        return None if now is None else now.state

    def _is_open(self, proposal: Proposal) -> bool:
        return self._state(proposal) is ReviewState.PENDING

    def _rules(self, proposal: Proposal):
        return self.world.engine.core.hub.instruments[proposal.terms.instrument_id]

    def _held(self) -> tuple[Position, ...]:
        return self.world.engine.core.portfolio.positions

    def _logs(self):
        return tuple(self.world.engine.core.outbox.logs.values())

    def _fault(self, fault: Fault) -> None:
        self.world.venue.faults.add(fault)
