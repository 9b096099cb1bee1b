"""One question to the model at a time: at the start, at each closed bar, and when a person asks.

A failure or an abstention is reported in its own words; it is never counted as a hold.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from terminal.domain.decision import Abstained, Action, Decided, Decision, Failed, FailureKind, Outcome
from terminal.domain.errors import StorageError
from terminal.domain.frozen import BarsFrozen
from terminal.domain.instrument import InstrumentId, base_of
from terminal.domain.messages import CycleEnded, Event, Level
from terminal.domain.plain_words import ACTION, MODEL_FAILURE, clause, joined, why, without_code
from terminal.domain.records import CycleClosed, CycleOpened
from terminal.domain.snapshot import MarketSnapshot, Question
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.ports.strategy import StrategyWorker
from terminal.services.ai_logs.archive import Archive
from terminal.services.funnel.book import FunnelBook
from terminal.services.ids import fresh_id
from terminal.services.journal_writer import JournalWriter
from terminal.services.reporter import Reporter
from terminal.services.review.close_desk import CloseDesk
from terminal.services.review.cycle_words import grouped
from terminal.services.review.drafting import Drafted
from terminal.services.review.input_freezer import MANY_ROWS, InputFreezer, frozen_snapshot
from terminal.services.review.proposal_desk import ProposalDesk
from terminal.services.review.snapshot_builder import SnapshotBuilder

_ANSWER_LIMIT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class _Turn:
    reason: str
    instruments: tuple[InstrumentId, ...]
    question: Question | None = None


@dataclass(slots=True)
class _Tally:
    """What became of one cycle's decisions."""

    lines: list[str] = field(default_factory=list)
    holds: list[Decision] = field(default_factory=list)
    proposals: int = 0
    agreed: bool = False
    decision_id: str = ""

    def take(self, drafted: Drafted) -> None:
        self.lines.append(drafted.words)
        if drafted.proposal is not None:
            self.proposals += drafted.proposal.is_open
            self.decision_id = drafted.proposal.decision_id

    def held_words(self, question: Question | None) -> str:
        """Reasons of the holds: short ones of a whole cycle, the full one of an answer."""
        most = None if question is not None else 80
        return "; ".join(
            f"{base_of(each.instrument_id)} {_verb(each, question)}: {clause(each.explanation[:most])}"
            for each in self.holds
        )


def _verb(decision: Decision, question: Question | None) -> str:
    if question is not None and decision.action.opens:
        return f"not {ACTION[question.action]}, the model would {ACTION[decision.action]}"
    return "hold"


class DecisionCycle:
    """Queues turns and runs them one after another; a bar that closes during a turn waits.

    `on_asked(snapshot, model)` is told right before a model is asked, `on_holds(decisions)` of the
    pairs a cycle leaves alone.
    """

    def __init__(
        self,
        worker: StrategyWorker,
        snapshots: SnapshotBuilder,
        desk: ProposalDesk,
        closes: CloseDesk,
        writer: JournalWriter,
        archive: Archive,
        clock: Clock,
        chance: Chance,
        reporter: Reporter,
        instruments: tuple[InstrumentId, ...],
        funnel: FunnelBook,
        *,
        emit: Callable[[Event], None],
    ) -> None:
        self._worker = worker
        self._snapshots = snapshots
        self._desk = desk
        self._closes = closes
        self._writer = writer
        self._archive = archive
        self._clock = clock
        self._chance = chance
        self._reporter = reporter
        self._ids = instruments
        self._funnel = funnel
        self._emit = emit
        self._freezer = InputFreezer()
        self._turns: deque[_Turn] = deque()
        self._more = asyncio.Event()
        self._stopped = False
        self._waiting: dict[str, asyncio.Future[Outcome]] = {}
        self.on_asked: Callable[[MarketSnapshot, str], None] = lambda _snapshot, _model: None
        self.on_holds: Callable[[tuple[Decision, ...]], None] = lambda _holds: None

    def ask_heard_by(self, listener: Callable[[MarketSnapshot, str], None]) -> None:
        """Let one more hear of questions, after whoever hears already."""
        told = self.on_asked

        def on_asked(snapshot: MarketSnapshot, model: str) -> None:
            told(snapshot, model)
            listener(snapshot, model)

        self.on_asked = on_asked

    def request(self, reason: str) -> None:
        """Ask about all instruments soon; a request that already waits is enough."""
        if not self._stopped and not any(turn.question is None for turn in self._turns):
            self._turns.append(_Turn(reason, self._ids))
            self._more.set()

    def ask(self, question: Question) -> None:
        """Put a person's idea for one instrument to the model."""
        if not self._stopped:
            self._turns.append(_Turn(f"asked by {question.asked_by}", (question.instrument_id,), question))
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
            words = "An answer of the model came too late and was not used; the next bar asks again"
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
        # The model weighs a pair beside all others, so a question brings every market along.
        built = self._snapshots.build(cycle_id, self._ids, self._writer.head, turn.question)
        self._funnel.begin(cycle_id, turn.reason, turn.instruments, built)
        if built.snapshot is None or not _has_asked(built.snapshot, turn.question):
            lacking = "; ".join(built.missing) or f"{', '.join(map(base_of, turn.instruments))} is not followed here"
            self._end(turn, cycle_id, f"No cycle ({turn.reason}): {clause(lacking)}", Level.WARNING)
            return
        names = tuple(view.instrument.instrument_id for view in built.snapshot.views)
        opened = CycleOpened(cycle_id, turn.reason, names, self._worker.model_name, self._clock.now_ms())
        try:
            await self.freeze(built.snapshot, opened)
        except StorageError as error:
            self._end(turn, cycle_id, joined("The model was not asked: the journal failed", why(error)), Level.ERROR)
            return
        outcome = await self._answer(built.snapshot)
        missing = f"Left out: {'; '.join(built.missing)}" if built.missing else ""
        await self._finish(turn, outcome, missing)

    async def freeze(self, snapshot: MarketSnapshot, opened: CycleOpened) -> None:
        """Make the inputs of a decision durable before it is made, the long first blocks of bars one by one.

        Raises:
            StorageError: not written; the model must not be asked.
        """
        short: list[BarsFrozen] = []
        for block in self._freezer.blocks(snapshot):
            if block.rows.count("\n") < MANY_ROWS:
                short.append(block)
            else:
                await self._writer.commit(block)
                self._freezer.hold(snapshot, block)
        await self._writer.commit(opened, *short, frozen_snapshot(snapshot))
        self._freezer.hold(snapshot, *short)

    async def _answer(self, snapshot: MarketSnapshot) -> Outcome:
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting[snapshot.cycle_id] = future
        waits: set[asyncio.Future[Any]] = {future}
        timer: asyncio.Future[None] = asyncio.ensure_future(self._clock.sleep(_ANSWER_LIMIT_S))
        try:
            waits.add(timer)
            self.on_asked(snapshot, self._worker.model_name)
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
                words = joined(f"{turn.reason}: the model abstained: {without_code(reason)}", missing)
                self._end(turn, cycle_id, words, Level.WARNING, agreed=False)
            case Failed(cycle_id, kind, detail):
                self._close(cycle_id, "failed", f"{kind.value}: {detail}", 0, 0)
                failed = f"the model gave no answer, {MODEL_FAILURE[kind]}: {without_code(detail)}"
                words = joined(f"{turn.reason}: {failed}", missing)
                self._reporter.notice(Level.ERROR, "model", failed)
                self._end(turn, cycle_id, words, Level.ERROR, failure=kind)
            case Decided():
                await self._draft_all(turn, outcome, missing)

    async def _draft_all(self, turn: _Turn, outcome: Decided, missing: str) -> None:
        asked = set(turn.instruments)
        tally = _Tally()
        for decision in outcome.decisions:
            if decision.instrument_id not in asked or decision.cycle_id != outcome.cycle_id:
                tally.lines.append(f"{base_of(decision.instrument_id)} ignored: nobody asked about it")
                continue
            self._funnel.heard(decision, agrees=not _disagrees(decision, turn.question))
            if decision.action.opens and not _disagrees(decision, turn.question):
                await self._draft(decision, turn, tally)
            elif decision.action is Action.CLOSE:
                drafted = await self._closes.draft(decision)
                self._funnel.drafted(decision, drafted)
                tally.take(drafted)
            else:
                tally.holds.append(decision)
        self._archive.holds += len(tally.holds)
        self.on_holds(tuple(tally.holds))
        detail = "; ".join(part for part in (*tally.lines, tally.held_words(turn.question)) if part) or "no decisions"
        self._close(outcome.cycle_id, "decided", detail, tally.proposals, len(tally.holds))
        summary = f"{_capital(turn.reason)}: {tally.proposals} proposed, {len(tally.holds)} hold"
        reasons = () if turn.question is None else (tally.held_words(turn.question),)
        text = "; ".join(part for part in (summary, *grouped(tally.lines), *reasons) if part)
        text = joined(text, f"Took {outcome.latency_ms:.0f} ms", missing)
        level = Level.GOOD if tally.proposals else Level.INFO
        self._end(turn, outcome.cycle_id, text, level, agreed=tally.agreed, decision_id=tally.decision_id)

    async def _draft(self, decision: Decision, turn: _Turn, tally: _Tally) -> None:
        drafted = await self._desk.draft(decision, None if turn.question is None else turn.question.idea)
        self._funnel.drafted(decision, drafted)
        tally.take(drafted)
        tally.agreed = tally.agreed or (drafted.proposal is not None and drafted.proposal.is_open)

    def _close(self, cycle_id: str, kind: str, detail: str, proposals: int, holds: int) -> None:
        self._writer.post(CycleClosed(cycle_id, kind, detail, proposals, holds, self._clock.now_ms()))

    def _end(
        self,
        turn: _Turn,
        cycle_id: str,
        text: str,
        level: Level,
        *,
        agreed: bool | None = None,
        decision_id: str = "",
        failure: FailureKind | None = None,
    ) -> None:
        now_ms, question = self._clock.now_ms(), turn.question
        self._funnel.end(cycle_id, text, level)
        if question is None:
            self._emit(CycleEnded(cycle_id, text, level, now_ms, failure=failure))
            return
        where, asked = question.instrument_id, question.question_id
        self._emit(CycleEnded(cycle_id, text, level, now_ms, asked, where, agreed, decision_id, failure))


def _capital(reason: str) -> str:
    return reason[:1].upper() + reason[1:]


def _has_asked(snapshot: MarketSnapshot, question: Question | None) -> bool:
    """A question is only put when the asked instrument's own inputs are there."""
    names = {view.instrument.instrument_id for view in snapshot.views}
    return question is None or question.instrument_id in names


def _disagrees(decision: Decision, question: Question | None) -> bool:
    """An answer for the other side is no yes: nobody asked for that order."""
    return question is not None and question.action.opens and decision.action is not question.action
