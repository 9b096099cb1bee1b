"""Watches the models: hears what the worker tells, keeps exchanges in the journal, tells the window how each stands."""

from collections.abc import Callable
from typing import Final

from terminal.domain.brain import BrainChanged, InputAge, ModelExchange, Part
from terminal.domain.decision import Abstained, Decided, Failed, Outcome
from terminal.domain.ensemble import ENSEMBLE
from terminal.domain.language_model import StrategySettings
from terminal.domain.messages import Event, Level, ModelStatus
from terminal.domain.plain_words import MODEL_FAILURE, joined
from terminal.domain.snapshot import MarketSnapshot
from terminal.ports.clock import Clock
from terminal.ports.spending import SpendBook
from terminal.ports.strategy import MemberAnswered, StrategyWorker, WorkerEvent
from terminal.services.brain.board import ModelRecord, day_of
from terminal.services.brain.input_ages import input_ages
from terminal.services.journal_writer import JournalWriter
from terminal.services.reporter import Reporter

LOOK_S: Final = 5.0


class BrainKit:
    """Only watches: it stops nothing and decides nothing. `interval_ms` is the bar length cycles follow."""

    def __init__(
        self,
        worker: StrategyWorker,
        writer: JournalWriter,
        clock: Clock,
        reporter: Reporter,
        interval_ms: int,
        *,
        emit: Callable[[Event], None],
    ) -> None:
        self._worker = worker
        self._writer = writer
        self._clock = clock
        self._reporter = reporter
        self._interval_ms = interval_ms
        self._emit = emit
        self._records: dict[str, ModelRecord] = {}
        self._asked_s: dict[str, float] = {}
        self._inputs: tuple[InputAge, ...] = ()

    def use(self, settings: StrategySettings, spending: SpendBook) -> None:
        """Learn who decides together, which language models there are, their caps, and what they cost today so far."""
        today = day_of(self._clock.now_ms())
        if settings.strategist == ENSEMBLE and settings.ensemble is not None:
            for member in settings.ensemble.members:
                self._record(member.strategist).part = Part.JUDGES if member.vetoes else Part.VOTES
        for model in settings.models:
            record = self._record(model.strategist)
            record.cap = model.daily_cap_usd
            record.spent_before(today, spending.spent(model.name, today))

    # -- hearing ----------------------------------------------------------------------

    def asked(self, snapshot: MarketSnapshot, model: str) -> None:
        """A cycle puts its question."""
        self._asked_s[snapshot.cycle_id] = self._clock.monotonic_s()
        self._inputs = input_ages(snapshot)
        self._first().asked(model)
        self.tell()

    def hear(self, event: WorkerEvent) -> None:
        """Take what the worker tells; exchanges are kept before the decision they led to is drafted."""
        match event:
            case ModelExchange():
                self._writer.post(event)
                self._record(event.strategist).exchange(event)
            case ModelStatus():
                self._first().model = event.model or self._first().model
                return
            case MemberAnswered():
                self._on_member(event)
            case Decided() | Abstained() | Failed():
                self._on_outcome(event)
            case _:
                return
        self.tell()

    def _on_outcome(self, outcome: Outcome) -> None:
        now_s = self._clock.monotonic_s()
        latency_ms = 1e3 * (now_s - self._asked_s.pop(outcome.cycle_id, now_s))
        record = self._first()
        is_alarm = record.outcome(outcome, latency_ms, self._clock.now_ms(), now_s)
        if is_alarm and isinstance(outcome, Failed):
            words = f"Nothing is decided until a person acts: {record.model or record.strategist}"
            cause = f"{MODEL_FAILURE[outcome.kind]} ({outcome.detail})"
            self._reporter.notice(Level.ERROR, "brain", joined(f"{words}, {cause}"), keep=True)

    def _on_member(self, answer: MemberAnswered) -> None:
        """A member's trouble is an alarm of its own: the others may still make a quorum, and hide it.

        An ensemble that only answers when it is asked by name has a part in no cycle, and neither have its members.
        """
        if self._worker.strategists[:1] != (ENSEMBLE,):
            return
        record, outcome = self._record(answer.strategist), answer.outcome
        record.asked(answer.model)
        now_ms, now_s = self._clock.now_ms(), self._clock.monotonic_s()
        if record.outcome(outcome, answer.latency_ms, now_ms, now_s) and isinstance(outcome, Failed):
            words = f"The ensemble goes on without {answer.strategist} until a person acts"
            cause = f"{MODEL_FAILURE[outcome.kind]} ({outcome.detail})"
            self._reporter.notice(Level.ERROR, "brain", joined(words, cause), keep=True)

    # -- telling ----------------------------------------------------------------------

    async def run(self) -> None:
        """Look again now and then: silence is told by nobody."""
        while True:
            await self._clock.sleep(LOOK_S)
            self.tell()

    def tell(self) -> None:
        """Tell the window how the models stand."""
        now_ms, now_s = self._clock.now_ms(), self._clock.monotonic_s()
        first = self._first()
        ordered = (first, *(each for each in self._records.values() if each is not first))
        self._emit(BrainChanged(tuple(each.health(now_ms, now_s) for each in ordered), self._inputs))

    def _first(self) -> ModelRecord:
        names = self._worker.strategists
        record = self._record(names[0] if names else "embedded")
        record.part = Part.DECIDES
        return record

    def _record(self, strategist: str) -> ModelRecord:
        if strategist not in self._records:
            self._records[strategist] = ModelRecord(strategist, self._interval_ms, self._clock.now_ms())
        return self._records[strategist]
