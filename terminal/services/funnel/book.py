"""Collects, for each cycle and pair, how far it came and why no further.

The decision cycle tells what happens while it runs; what becomes of a proposal is read from what the
engine tells its seat. Nothing here decides anything: a hook that comes at the wrong time changes nothing.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from terminal.domain.decision import Action, Decision
from terminal.domain.funnel import (
    APPROVED,
    FREE,
    INPUTS,
    SIGNAL,
    SIZED,
    WRITTEN,
    CycleFunnel,
    FunnelRecorded,
    FunnelStep,
    PairFunnel,
    StepState,
    gate_key,
)
from terminal.domain.funnel_messages import FunnelChanged
from terminal.domain.instrument import InstrumentId
from terminal.domain.messages import Event, Level, OrderChanged, ProposalChanged
from terminal.domain.plain_words import ACTION, clause, figure
from terminal.domain.recovered import Recovered
from terminal.domain.risk import Check, Verdict
from terminal.domain.votes import votes_of
from terminal.ports.clock import Clock
from terminal.services.funnel.counts import DAY_MS, Digests, counts_of, in_order, keys_of
from terminal.services.funnel.flags import flags_of
from terminal.services.funnel.outcomes import order_steps, review_steps, vote_steps
from terminal.services.journal_writer import JournalWriter
from terminal.services.review.drafting import Drafted
from terminal.services.review.snapshot_builder import Built

_TELL_S: Final = 1.0  # a cycle and an order's first events come in bursts
_SIZE: Final = ("R12", "Size")
_WORDS: Final = 240  # of a model's explanation: a record is written for each cycle
PASSED: Final = StepState.PASSED
STOPPED: Final = StepState.STOPPED


class FunnelBook:
    """Cycles of the last day, by id, oldest first. `run` tells the seat of changes."""

    def __init__(self, writer: JournalWriter, clock: Clock, *, emit: Callable[[Event], None]) -> None:
        self._writer = writer
        self._clock = clock
        self._emit = emit
        self._changed = asyncio.Event()
        self._where: dict[str, tuple[str, InstrumentId]] = {}  # by decision id
        self._digests = Digests()
        self.cycles: dict[str, CycleFunnel] = {}

    # -- from the decision cycle ---------------------------------------------------

    def begin(self, cycle_id: str, reason: str, wanted: tuple[InstrumentId, ...], built: Built) -> None:
        """A cycle asks about these pairs; say which have their inputs."""
        lacking = dict(built.left_out)
        general = built.missing[-1] if built.snapshot is None and built.missing else ""
        partial = {} if built.snapshot is None else {
            view.instrument.instrument_id: _partial(
                no_mark=view.mark is None and built.snapshot.can_short,  # spot has none
                no_funding=view.funding_rate is None,
            )
            for view in built.snapshot.views
        }  # fmt: skip
        pairs = []
        for each in wanted:
            if each in partial and not general:
                step = FunnelStep(INPUTS, StepState.PARTIAL if partial[each] else PASSED, partial[each])
            else:
                words = lacking.get(each) or general or "this pair is not followed here"
                step = FunnelStep(INPUTS, STOPPED, words)
            pairs.append(PairFunnel(each, (step,)))
        self.cycles[cycle_id] = CycleFunnel(cycle_id, reason, self._clock.now_ms(), tuple(pairs))

    def heard(self, decision: Decision, *, agrees: bool = True) -> None:
        """The model said something of a pair; `agrees` False: not what a person had asked about."""
        words, voted = _short(clause(decision.explanation)), vote_steps(votes_of(decision))
        step: FunnelStep | None
        if voted and voted[0].key == SIGNAL:
            step = None  # the members wanted to open, and a judge stopped it
        elif decision.action is Action.HOLD:
            step = FunnelStep(SIGNAL, STOPPED, _led(ACTION[Action.HOLD], words))
        elif not agrees:
            step = FunnelStep(SIGNAL, STOPPED, f"the model would {ACTION[decision.action]} instead: {words}")
        else:
            step = FunnelStep(SIGNAL, PASSED, _led(ACTION[decision.action], words))
        self._where[decision.decision_id] = (decision.cycle_id, decision.instrument_id)
        steps = voted if step is None else (step, *voted)
        self._put(decision.decision_id, steps, action=decision.action)

    def drafted(self, decision: Decision, drafted: Drafted) -> None:
        """A wish became a proposal, or `drafted.words` say why not."""
        proposal = drafted.proposal
        if proposal is None:
            at = drafted.stopped_at or FREE
            before = () if at == FREE else (FunnelStep(FREE, PASSED),)
            self._put(decision.decision_id, (*before, FunnelStep(at, STOPPED, clause(drafted.words))))
            return
        size = f"{figure(proposal.terms.size)} at {figure(proposal.terms.expected_price)}"
        steps = [FunnelStep(FREE, PASSED), FunnelStep(SIZED, PASSED, size)]
        steps += [_gate(check) for check in proposal.verdict.checks]
        if proposal.verdict.allowed:
            steps.append(FunnelStep(WRITTEN, PASSED))
        self._put(decision.decision_id, tuple(steps))

    def judged_again(self, decision_id: str, verdict: Verdict) -> None:
        """The gate's last word at the click; what it stopped now counts there."""
        failed = tuple(_gate(check) for check in verdict.failures)
        if failed and self._put(decision_id, failed):
            self._keep(self._where[decision_id][0])

    def end(self, cycle_id: str, text: str, level: Level) -> None:
        """The cycle is over: what the model did not speak of ends here with the cycle's own words."""
        cycle = self.cycles.get(cycle_id)
        if cycle is None:
            return
        state = StepState.CRASHED if level is Level.ERROR else STOPPED
        silent = FunnelStep(SIGNAL, state, clause(text))
        pairs = tuple(
            pair if pair.stop or pair.step(SIGNAL) else replace(pair, steps=pair.having(silent)) for pair in cycle.pairs
        )
        self.cycles[cycle_id] = replace(cycle, pairs=pairs)
        self._keep(cycle_id)
        self._forget_old()
        self._changed.set()

    # -- from what the engine tells --------------------------------------------------

    def take(self, event: Event) -> None:
        """Hear what became of a proposal or its order."""
        match event:
            case ProposalChanged(proposal):
                self._put(proposal.decision_id, review_steps(proposal))
            case OrderChanged(order) if order.decision_id is not None:
                self._put(order.decision_id, order_steps(order))
            case _:
                return

    # -- life ----------------------------------------------------------------------

    def restore(self, recovered: Recovered) -> None:
        """Take in the cycles of earlier runs and what the journal says became of them."""
        for cycle in sorted(recovered.funnels, key=lambda each: each.at_ms):
            self.cycles[cycle.cycle_id] = cycle
            for pair in cycle.pairs:
                if pair.decision_id:
                    self._where[pair.decision_id] = (cycle.cycle_id, pair.instrument_id)
        for proposal in recovered.history:
            self._put(proposal.decision_id, review_steps(proposal))
        for record in recovered.unanswered:
            words = "the program was restarted before anyone answered"
            self._put(record.decision_id, (FunnelStep(APPROVED, STOPPED, words),))
        for order in recovered.orders:
            if order.decision_id is not None:
                self._put(order.decision_id, order_steps(order))
        self._forget_old()
        self._changed.set()

    async def run(self) -> None:
        """Tell the seat what has changed, a few times a second at most, until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            self._emit(self.state())
            await self._clock.sleep(_TELL_S)

    def state(self) -> FunnelChanged:
        """What there is to say now."""
        now_ms = self._clock.now_ms()
        cycles = tuple(cycle for cycle in self.cycles.values() if cycle.at_ms > now_ms - DAY_MS)
        newest = cycles[-1] if cycles else None
        digests = self._digests.of(cycles)
        counts = counts_of(digests, now_ms)
        return FunnelChanged(newest, keys_of(counts), counts, flags_of(digests), now_ms)

    # -- inside --------------------------------------------------------------------

    def _put(self, decision_id: str, steps: tuple[FunnelStep, ...], action: Action | None = None) -> bool:
        """Put steps into the pair a decision is about; True when anything changed."""
        cycle_id, instrument_id = self._where.get(decision_id, ("", None))
        cycle = self.cycles.get(cycle_id)
        pair = None if cycle is None or instrument_id is None else cycle.pair(instrument_id)
        if cycle is None or pair is None or not steps:
            return False
        after = replace(
            pair, steps=in_order(pair.having(*steps)), action=action or pair.action, decision_id=decision_id
        )
        if after == pair:
            return False
        pairs = tuple(after if each is pair else each for each in cycle.pairs)
        self.cycles[cycle_id] = replace(cycle, pairs=pairs)
        self._changed.set()
        return True

    def _keep(self, cycle_id: str) -> None:
        self._writer.post(FunnelRecorded(self.cycles[cycle_id]))

    def _forget_old(self) -> None:
        oldest_ms = self._clock.now_ms() - DAY_MS
        for cycle_id, cycle in tuple(self.cycles.items()):
            if cycle.at_ms <= oldest_ms:
                del self.cycles[cycle_id]
        self._where = {key: where for key, where in self._where.items() if where[0] in self.cycles}


def _partial(*, no_mark: bool, no_funding: bool) -> str:
    lacking = [name for name, lacks in (("mark price", no_mark), ("funding rate", no_funding)) if lacks]
    return f"asked without its {' and '.join(lacking)}" if lacking else ""


def _led(action: str, words: str) -> str:
    """Put the action before its reason, unless the reason begins with it."""
    return words if words.lower().startswith(action) else f"{action}: {words}"


def _short(text: str) -> str:
    """Cut a model's words at a space: the whole text is in its AI log."""
    return text if len(text) <= _WORDS else f"{text[:_WORDS].rsplit(' ', 1)[0]}…"


def _gate(check: Check) -> FunnelStep:
    key = SIZED if (check.rule, check.name) == _SIZE else gate_key(check.rule, check.name)
    state = StepState.CRASHED if check.crashed else PASSED if check.passed else STOPPED
    return FunnelStep(key, state, clause(check.text))
