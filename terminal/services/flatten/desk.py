"""Flattening: entries paused first, orders and triggers cancelled, legs closed, and all of it proved.

It ends only when the venue has shown twice in a row that nothing is left, or when a person
stops it; until then it tries again with back-off, whatever state trading is in and whether
or not the journal works. Closes go through the one sender, which never closes more than is
held. After a crash nothing is resumed: the latch holds and the flatten is offered again.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final

from terminal.domain.flatten import FlattenPhase, FlattenPlan, FlattenScope, LegKey
from terminal.domain.hand_messages import Flatten, PlanFlatten
from terminal.domain.messages import Event, Level
from terminal.domain.plain_words import joined, why
from terminal.domain.records import FlattenBegun, FlattenEnded
from terminal.domain.risk import TradingState
from terminal.net.waiting import wait_for
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.services.flatten.hands import FlattenHands
from terminal.services.flatten.job import FlattenJob, Reading
from terminal.services.flatten.plan import FlattenPlanner
from terminal.services.ids import fresh_id
from terminal.services.journal_writer import JournalWriter
from terminal.services.reporter import Reporter
from terminal.services.trading_switch import TradingSwitch

CAUSE: Final = "flatten"
_log = logging.getLogger(__name__)
ENTRIES_STAY: Final = "Entries stay paused; set trading to Active to resume"
_PLANS_KEPT: Final = 20
_ROUND_S: Final = 1.0
_PROOF_GAP_S: Final = 2.5  # the venue's trigger list lags by two seconds
_BACK_OFF_S: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)

Spawn = Callable[[Coroutine[Any, Any, None], str], object]


class Flattener:
    """Plans and runs flattens.

    `look_soon()` asks reconciliation to hurry; `on_over(plan)` is told when one has ended.
    """

    def __init__(
        self,
        hands: FlattenHands,
        planner: FlattenPlanner,
        writer: JournalWriter,
        clock: Clock,
        chance: Chance,
        switch: TradingSwitch,
        reporter: Reporter,
        spawn: Spawn,
        *,
        emit: Callable[[Event], None],
        look_soon: Callable[[], None],
    ) -> None:
        self._hands = hands
        self._planner = planner
        self._writer = writer
        self._clock = clock
        self._chance = chance
        self._switch = switch
        self._reporter = reporter
        self._spawn = spawn
        self._emit = emit
        self._look_soon = look_soon
        self._plans: dict[str, FlattenPlan] = {}
        self._jobs: dict[str, FlattenJob] = {}
        self._sent_s: dict[LegKey, float] = {}  # one for all flattens: none doubles another's close
        self._interrupted: list[FlattenBegun] = []
        self._wake = asyncio.Event()
        self.on_over: Callable[[FlattenPlan], None] = lambda _plan: None

    @property
    def is_running(self) -> bool:
        return bool(self._jobs)

    # -- commands ----------------------------------------------------------------

    def plan(self, command: PlanFlatten) -> FlattenPlan:
        """Make and show a plan; it stays known for the `Flatten` that names it."""
        return self._show(self._planner.plan(command.target))

    def begin(self, command: Flatten) -> None:
        """Start. Entries are paused before this returns; everything else runs by itself."""
        self._latch(f"flatten ({command.target.text}) ordered by {command.who}", command.who)
        if any(self._includes(job, command) for job in self._jobs.values()):
            words = f"A flatten of {command.target.text} is running already; it goes on."
            self._reporter.notice(Level.INFO, CAUSE, words)
            return
        plan = self._plans.get(command.plan_id)
        if plan is None or plan.target != command.target:
            plan = self._planner.plan(command.target)
        now_ms = self._clock.now_ms()
        goals = None
        if command.target.scope in {FlattenScope.LOSERS, FlattenScope.HALF}:
            goals = {leg.key: leg.held - leg.size for leg in plan.legs}
        job = FlattenJob(
            fresh_id("flat", now_ms, self._chance), plan, command.who, now_ms, self._clock.monotonic_s(), goals
        )
        job.sent_s = self._sent_s
        job.at_start.update({leg.key: leg.held for leg in plan.legs})
        self._jobs[job.flatten_id] = job
        self._writer.post(FlattenBegun(job.flatten_id, plan, command.who, command.how, now_ms))
        self._spawn(self._run(job), f"flatten {job.flatten_id}")
        words = f"Flatten ({command.target.text}) by {command.who} ({command.how}): entries are paused."
        self._reporter.notice(Level.INFO, CAUSE, words, keep=True)

    def stop(self, who: str) -> None:
        """Give up what runs and drop what was offered. Entries stay paused."""
        for job in self._jobs.values():
            job.stopped_by = who
        self._wake.set()
        if self._interrupted:
            self._settle_interrupted("stopped", who, "dropped by a person after the restart")
        elif not self._jobs:
            self._reporter.notice(Level.INFO, CAUSE, "No flatten is running.")

    # -- after a restart -----------------------------------------------------------

    def restore(self, unfinished: tuple[FlattenBegun, ...]) -> None:
        """Latch what a crash interrupted. Nothing is sent."""
        self._interrupted = list(unfinished)
        if unfinished:
            newest = unfinished[-1]
            self._latch(f"a flatten ({newest.plan.target.text}) by {newest.who} was interrupted by the restart")

    def offer(self) -> None:
        """Show the interrupted flatten again, at today's books. A person confirms or drops it."""
        for begun in self._interrupted:
            plan = self._show(self._planner.plan(begun.plan.target, offered_again=True))
            words = (
                f"The flatten ({plan.target.text}) {begun.who} ordered was interrupted by the restart: "
                f"{len(plan.legs)} legs are held now. Entries stay paused. Confirm it again, or drop it."
            )
            self._reporter.notice(Level.ERROR, CAUSE, words, keep=True)

    # -- running -------------------------------------------------------------------

    async def _run(self, job: FlattenJob) -> None:
        failures = clean = 0
        while not job.stopped_by:
            try:
                went_well, is_clean = await self._round(job)
            except Exception as error:  # noqa: BLE001 - boundary: whatever breaks in one round, the way out goes on
                went_well, is_clean = False, False
                _log.warning("a step of the flatten failed", exc_info=error)
                self._say(job, FlattenPhase.WAITING, joined("A step failed", why(error), "Trying again"))
            clean = clean + 1 if is_clean else 0
            if clean >= 2:
                self._end(job, FlattenPhase.FLAT, "flat", "two readings in a row showed nothing left of it")
                return
            failures = 0 if went_well else failures + 1
            pause_s = _PROOF_GAP_S if is_clean else _ROUND_S
            await self._pause(pause_s if went_well else _BACK_OFF_S[min(failures, len(_BACK_OFF_S)) - 1])
        self._end(job, FlattenPhase.STOPPED, "stopped", f"stopped by {job.stopped_by} before the venue showed it done")

    async def _round(self, job: FlattenJob) -> tuple[bool, bool]:
        """One try. Gives whether everything asked was answered, and whether nothing is left."""
        job.rounds += 1
        if job.rounds == 1:
            self._say(job, FlattenPhase.CANCELLING, "Cancelling orders and triggers.")
            trouble = await self._hands.cancel(job)
            if trouble:
                self._say(job, FlattenPhase.WAITING, joined("The cancel got no clear answer", trouble, "Trying on"))
        self._say(job, FlattenPhase.CHECKING, "Reading positions, orders and triggers.")
        seen = await self._hands.look(job)
        self._hands.refresh_words(job)
        if isinstance(seen, str):
            if job.rounds == 1:
                # No reading, but what we last knew may still be closable.
                await self._hands.close(job, self._hands.known_positions(job))
            self._say(job, FlattenPhase.WAITING, joined("The venue gave no answer", seen, "Trying again"))
            return False, False
        if self._is_done(job, seen):
            self._say(job, FlattenPhase.CHECKING, "The venue shows nothing left; reading once more to be sure.")
            return True, True
        return await self._work(job, seen), False

    async def _work(self, job: FlattenJob, seen: Reading) -> bool:
        """Cancel and close what a reading showed; True when nothing failed."""
        well = True
        if job.rounds > 1 and (job.left_orders(seen) or job.left_triggers(seen)):
            self._say(job, FlattenPhase.CANCELLING, f"{len(job.unproved)} orders and triggers are still there.")
            well = not await self._hands.cancel(job)
        elif job.by_listing and job.rounds == 1:
            well = not await self._hands.cancel(job)
        self._look_soon()
        legs = job.left_legs(seen)
        if legs:
            self._say(job, FlattenPhase.CLOSING, f"{len(legs)} legs are still held.")
            sent = await self._hands.close(job, legs)
            well = well and (sent or self._is_waiting(job, seen))
            self._say(job, FlattenPhase.CLOSING, f"{len(legs)} legs are being closed.")
        return well

    def _is_waiting(self, job: FlattenJob, seen: Reading) -> bool:
        """Every leg's close is on its way: nothing failed, it just takes time."""
        now_s = self._clock.monotonic_s()
        return all(
            now_s - job.sent_s.get((each.instrument_id, each.side), float("-inf")) < _PROOF_GAP_S
            for each in job.left_legs(seen)
        )

    def _is_done(self, job: FlattenJob, seen: Reading) -> bool:
        return not (job.left_legs(seen) or job.unproved)

    async def _pause(self, seconds: float) -> None:
        self._wake.clear()
        await wait_for(self._wake, self._clock, seconds)

    # -- ends and words --------------------------------------------------------------

    def _end(self, job: FlattenJob, phase: FlattenPhase, outcome: str, proof: str) -> None:
        now_ms = self._clock.now_ms()
        self._jobs.pop(job.flatten_id, None)
        who = job.stopped_by or job.who
        ended = FlattenEnded(job.flatten_id, outcome, who, job.leg_progress(), proof, job.started_ms, now_ms)
        self._writer.post(ended)
        if phase is FlattenPhase.FLAT:
            self._settle_interrupted("flat", job.who, f"done by flatten {job.flatten_id}", job)
        seconds = self._clock.monotonic_s() - job.started_s
        words = f"Flatten ({job.target.text}): {outcome} after {seconds:.1f} s, {job.rounds} rounds: {proof}"
        level = Level.GOOD if phase is FlattenPhase.FLAT else Level.WARNING
        self._reporter.notice(level, CAUSE, joined(words, ENTRIES_STAY), keep=True)
        self._say(job, phase, joined(words))
        self.on_over(job.plan)

    def _settle_interrupted(self, outcome: str, who: str, proof: str, by: FlattenJob | None = None) -> None:
        """Close the books on flattens of an earlier run that this one covers, or that a person dropped."""
        left, now_ms = [], self._clock.now_ms()
        for begun in self._interrupted:
            if by is None or _covers(by.plan, begun.plan):
                self._writer.post(FlattenEnded(begun.flatten_id, outcome, who, (), proof, begun.at_ms, now_ms))
            else:
                left.append(begun)
        self._interrupted = left

    def _say(self, job: FlattenJob, phase: FlattenPhase, text: str) -> None:
        job.phase, job.text = phase, text
        self._emit(job.progress(self._clock.now_ms()))

    def _show(self, plan: FlattenPlan) -> FlattenPlan:
        self._plans[plan.plan_id] = plan
        while len(self._plans) > _PLANS_KEPT:
            del self._plans[next(iter(self._plans))]
        self._emit(plan)
        return plan

    def _latch(self, reason: str, by: str = "") -> None:
        """Pause entries; the flatten's own note says so, so the switch need not."""
        self._switch.demand(CAUSE, TradingState.REDUCE_ONLY, reason, by=by, is_told=True)

    def _includes(self, job: FlattenJob, command: Flatten) -> bool:
        """Whether what runs already does what is asked."""
        return not job.stopped_by and (job.target == command.target or _whole(job.plan))


def _whole(plan: FlattenPlan) -> bool:
    return plan.target.scope is FlattenScope.EVERYTHING and plan.target.instrument_id is None


def _covers(plan: FlattenPlan, other: FlattenPlan) -> bool:
    return _whole(plan) or plan.target == other.target
