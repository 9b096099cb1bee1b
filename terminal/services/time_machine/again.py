"""Puts a stored question to a model once more.

The answer goes into a record of its own and to the seat, and nowhere else: this module knows no
review queue, no order and no AI log, and what it keeps is no decision (see `domain/asked_again`).
"""

import asyncio
from typing import Final

from terminal.domain.asked_again import AskedAgain, LaterAnswer
from terminal.domain.decision import Abstained, Decided, Decision, Failed, Outcome
from terminal.domain.errors import TerminalError
from terminal.domain.instrument import base_of
from terminal.domain.plain_words import MODEL_FAILURE, joined, without_code
from terminal.domain.snapshot import MarketSnapshot
from terminal.domain.time_messages import AskFrozenAgain, ModelChoice
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.ports.past import StoredModels
from terminal.ports.strategy import SecondAnswer, StrategyWorker
from terminal.services.ids import fresh_id
from terminal.services.journal_writer import JournalWriter

ANSWER_LIMIT_S: Final = 180.0
_NAMED: Final = "named:"
_STORED: Final = "stored:"


class CannotAsk(TerminalError):
    """The question was not put; the text says why and what to do."""


class AgainDesk:
    """Asks who is chosen, writes the answer down, and gives it back.

    Attributes:
        stored: answers for models kept in the journal; None while only those running now can be asked.
    """

    def __init__(
        self,
        writer: JournalWriter,
        worker: StrategyWorker,
        clock: Clock,
        chance: Chance,
    ) -> None:
        self._writer = writer
        self._worker = worker
        self.stored: StoredModels | None = None
        self._clock = clock
        self._chance = chance
        self._waiting: dict[str, asyncio.Future[SecondAnswer]] = {}

    async def choices(self) -> tuple[ModelChoice, ...]:
        """Give whom a question can be put to: the models running now first, then the stored ones, newest first.

        Raises:
            StorageError: the journal cannot be read.
        """
        now = [ModelChoice(f"{_NAMED}{name}", f"{_title(name)}, as it runs now") for name in self._worker.strategists]
        stored = () if self.stored is None else await self._writer.past.models()
        return (*now, *(ModelChoice(f"{_STORED}{each.sha256}", f"{each.model}, stored") for each in stored))

    def on_answer(self, answer: SecondAnswer) -> bool:
        """Take a worker's answer; False when this desk did not ask."""
        future = self._waiting.get(answer.ask_id)
        if future is None:
            return False
        if not future.done():
            future.set_result(answer)
        return True

    async def ask(self, command: AskFrozenAgain) -> AskedAgain:
        """Put the question and write the answer down.

        Raises:
            TerminalError: it could not be put, or its answer could not be written down and counts for nothing.
        """
        decision, snapshot = await self._writer.past.question(command.decision_id)
        ask_id = fresh_id("again", self._clock.now_ms(), self._chance)
        began_s = self._clock.monotonic_s()
        name, outcome = await self._outcome(command.choice, snapshot, ask_id)
        latency_ms = 1e3 * (self._clock.monotonic_s() - began_s)
        record = _record(decision, outcome, ask_id, name, latency_ms, command.who, self._clock.now_ms())
        await self._writer.commit(record)
        return record

    async def _outcome(self, choice: str, snapshot: MarketSnapshot, ask_id: str) -> tuple[str, Outcome]:
        if choice.startswith(_STORED):
            return await self._stored_outcome(choice.removeprefix(_STORED), snapshot)
        name = choice.removeprefix(_NAMED)
        if name not in self._worker.strategists:
            raise CannotAsk(f"No model called {name or 'nothing'} runs now. Choose another one, or set it up first.")
        return name, await self._named_outcome(name, snapshot, ask_id)

    async def _stored_outcome(self, sha256: str, snapshot: MarketSnapshot) -> tuple[str, Outcome]:
        fitted = await self._writer.past.model(sha256)
        if fitted is None or self.stored is None:
            raise CannotAsk("That model is not in the journal. Open the day again and choose another one.")
        return fitted.model, await self.stored.answer(snapshot, fitted)

    async def _named_outcome(self, name: str, snapshot: MarketSnapshot, ask_id: str) -> Outcome:
        future: asyncio.Future[SecondAnswer] = asyncio.get_running_loop().create_future()
        self._waiting[ask_id] = future
        timer = asyncio.ensure_future(self._clock.sleep(ANSWER_LIMIT_S))
        try:
            self._worker.ask(snapshot, name, ask_id)
            waits: set[asyncio.Future[object]] = {future, timer}  # type: ignore[arg-type]  # of different results
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            del self._waiting[ask_id]
        if not future.done():
            raise CannotAsk(f"{_title(name)} did not answer within {ANSWER_LIMIT_S:.0f} s. Ask again later.")
        return future.result().outcome


def _record(
    decision: Decision, outcome: Outcome, ask_id: str, asked: str, latency_ms: float, who: str, at_ms: int
) -> AskedAgain:
    said = _same_pair(decision, outcome)
    kind, detail = _ending(decision, outcome, said)
    return AskedAgain(
        ask_id=ask_id,
        decision_id=decision.decision_id,
        snapshot_sha256=decision.snapshot_sha256,
        asked=asked,
        model=asked if said is None else said.model,
        outcome=kind,
        detail=detail,
        answer=None if said is None else LaterAnswer.of(said),
        latency_ms=latency_ms,
        who=who,
        at_ms=at_ms,
    )


def _same_pair(decision: Decision, outcome: Outcome) -> Decision | None:
    said = outcome.decisions if isinstance(outcome, Decided) else ()
    return next((each for each in said if each.instrument_id == decision.instrument_id), None)


def _ending(decision: Decision, outcome: Outcome, said: Decision | None) -> tuple[str, str]:
    match outcome:
        case Abstained(reason=reason):
            return "abstained", joined(without_code(reason))
        case Failed(kind=kind, detail=detail):
            return "failed", joined(MODEL_FAILURE[kind], without_code(detail))
        case Decided() if said is None:
            return "abstained", f"It said nothing about {base_of(decision.instrument_id)}."
        case Decided():
            return "decided", ""


def _title(name: str) -> str:
    """Name a strategist for a person: `language:local` gives `Language model local`."""
    kind, _, own = name.partition(":")
    return f"{kind.capitalize()} model {own}".strip()
