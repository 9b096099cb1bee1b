"""One question to the model at a time: at the start, at each closed bar, and when a person asks.

A failure or an abstention is reported in its own words; it is never counted as a hold.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from terminal.domain.decision import Abstained, Action, Decided, Failed, FailureKind, Outcome
from terminal.domain.errors import StorageError
from terminal.domain.instrument import InstrumentId
from terminal.domain.messages import CycleEnded, Event, Level
from terminal.domain.records import CycleClosed, CycleOpened
from terminal.domain.snapshot import MarketSnapshot, Question
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.ports.strategy import StrategyWorker
from terminal.services.archive import Archive
from terminal.services.ids import fresh_id
from terminal.services.journal_writer import JournalWriter
from terminal.services.proposal_desk import ProposalDesk
from terminal.services.reporter import Reporter
from terminal.services.snapshot_builder import SnapshotBuilder

_ANSWER_LIMIT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class _Turn:
    reason: str
    instruments: tuple[InstrumentId, ...]
    question: Question | None = None


class DecisionCycle:
    """Queues turns and runs them one after another; a bar that closes during a turn waits."""

    def __init__(
        self,
        worker: StrategyWorker,
        snapshots: SnapshotBuilder,
        desk: ProposalDesk,
        writer: JournalWriter,
        archive: Archive,
        clock: Clock,
        chance: Chance,
        reporter: Reporter,
        instruments: tuple[InstrumentId, ...],
        *,
        emit: Callable[[Event], None],
    ) -> None:
        self._worker = worker
        self._snapshots = snapshots
        self._desk = desk
        self._writer = writer
        self._archive = archive
        self._clock = clock
        self._chance = chance
        self._reporter = reporter
        self._ids = instruments
        self._emit = emit
        self._turns: deque[_Turn] = deque()
        self._more = asyncio.Event()
        self._stopped = False
        self._waiting: dict[str, asyncio.Future[Outcome]] = {}

    def request(self, reason: str) -> None:
        """Ask about all instruments soon; a request that already waits is enough."""
        if not self._stopped and not any(turn.question is None for turn in self._turns):
            self._turns.append(_Turn(reason, self._ids))
            self._more.set()

    def ask(self, instrument_id: InstrumentId, action: Action, who: str) -> None:
        """Put a person's idea for one instrument to the model."""
        if not self._stopped:
            self._turns.append(_Turn(f"asked by {who}", (instrument_id,), Question(action, who)))
            self._more.set()

    def stop(self) -> None:
        """Begin no further turn: the program is closing."""
        self._stopped = True
        self._turns.clear()

    def on_outcome(self, outcome: Outcome) -> None:
        """Take the worker's answer; one that comes too late is noted and thrown away."""
        future = self._waiting.get(outcome.cycle_id)
        if future is not None and not future.done():
            future.set_result(outcome)
        else:
            words = f"An answer for cycle {outcome.cycle_id} came too late and was not used."
            self._reporter.notice(Level.WARNING, "model", words, keep=True)

    async def run(self) -> None:
        """Run turns as they come, until cancelled."""
        while True:
            await self._more.wait()
            self._more.clear()
            while self._turns:
                await self._turn(self._turns.popleft())

    async def _turn(self, turn: _Turn) -> None:
        cycle_id = fresh_id("cycle", self._clock.now_ms(), self._chance)
        built = self._snapshots.build(cycle_id, turn.instruments, self._writer.head, turn.question)
        if built.snapshot is None:
            self._end(cycle_id, f"No cycle ({turn.reason}): {'; '.join(built.missing)}", Level.WARNING)
            return
        names = tuple(view.instrument.instrument_id for view in built.snapshot.views)
        opened = CycleOpened(cycle_id, turn.reason, names, self._worker.model_name, self._clock.now_ms())
        try:
            await self._writer.commit(opened)
        except StorageError as error:
            self._end(cycle_id, f"The model was not asked: the journal failed ({error})", Level.ERROR)
            return
        outcome = await self._answer(built.snapshot)
        missing = f" Left out: {'; '.join(built.missing)}." if built.missing else ""
        await self._finish(turn, outcome, missing)

    async def _answer(self, snapshot: MarketSnapshot) -> Outcome:
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting[snapshot.cycle_id] = future
        waits: set[asyncio.Future[Any]] = {future}
        timer: asyncio.Future[None] = asyncio.ensure_future(self._clock.sleep(_ANSWER_LIMIT_S))
        try:
            waits.add(timer)
            self._worker.decide(snapshot)
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            del self._waiting[snapshot.cycle_id]
        if future.done():
            return future.result()
        return Failed(snapshot.cycle_id, FailureKind.TIMEOUT, f"no answer within {_ANSWER_LIMIT_S:.0f} s")

    async def _finish(self, turn: _Turn, outcome: Outcome, missing: str) -> None:
        self._archive.cycles += 1
        match outcome:
            case Abstained(cycle_id, reason):
                self._close(cycle_id, "abstained", reason, 0, 0)
                self._end(cycle_id, f"{turn.reason}: the model abstained: {reason}.{missing}", Level.WARNING)
            case Failed(cycle_id, kind, detail):
                self._close(cycle_id, "failed", f"{kind.value}: {detail}", 0, 0)
                words = f"{turn.reason}: the model failed ({kind.value}): {detail}.{missing}"
                self._reporter.notice(Level.ERROR, "model", f"The model failed ({kind.value}): {detail}.")
                self._end(cycle_id, words, Level.ERROR)
            case Decided():
                await self._draft_all(turn, outcome, missing)

    async def _draft_all(self, turn: _Turn, outcome: Decided, missing: str) -> None:
        asked = set(turn.instruments)
        lines, proposals, holds = [], 0, []
        for decision in outcome.decisions:
            if decision.instrument_id not in asked or decision.cycle_id != outcome.cycle_id:
                lines.append(f"{decision.instrument_id} ignored: nobody asked about it")
            elif decision.action.opens:
                drafted = await self._desk.draft(decision)
                proposals += drafted.proposal is not None and drafted.proposal.is_open
                lines.append(drafted.words)
            elif decision.action is Action.CLOSE:
                words = f"The model would close {decision.instrument_id}: {decision.explanation}"
                self._reporter.notice(Level.WARNING, "model", f"{words} Close it in Positions if you agree.", keep=True)
                lines.append(f"{decision.instrument_id} close advised")
            else:
                holds.append(decision)
        self._archive.holds += len(holds)
        held = "; ".join(f"{each.instrument_id} hold: {each.explanation[:80]}" for each in holds)
        detail = "; ".join(part for part in (*lines, held) if part) or "no decisions"
        self._close(outcome.cycle_id, "decided", detail, proposals, len(holds))
        summary = f"{turn.reason}: {proposals} proposed, {len(holds)} hold"
        text = "; ".join((summary, *lines)) + f" ({outcome.latency_ms:.0f} ms).{missing}"
        self._end(outcome.cycle_id, text, Level.GOOD if proposals else Level.INFO)

    def _close(self, cycle_id: str, kind: str, detail: str, proposals: int, holds: int) -> None:
        self._writer.post(CycleClosed(cycle_id, kind, detail, proposals, holds, self._clock.now_ms()))

    def _end(self, cycle_id: str, text: str, level: Level) -> None:
        self._emit(CycleEnded(cycle_id, text, level, self._clock.now_ms()))
