"""The decision time machine of an engine: opens a recorded day and answers for any moment of it.

It reads the journal and writes one kind of record only: that a stored question was asked again.
"""

import logging
from collections.abc import Callable
from typing import Final

from terminal.domain.asked_again import AskedAgain
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.errors import StorageError, TerminalError
from terminal.domain.market import Interval
from terminal.domain.messages import Event, Level, Notice
from terminal.domain.past import RecordedDay
from terminal.domain.plain_words import joined, why
from terminal.domain.records import DecisionRecorded
from terminal.domain.time_messages import (
    AskFrozenAgain,
    AskingAgain,
    BarsThen,
    CheckSeals,
    DayOpened,
    DayReading,
    DaySealed,
    DecisionThen,
    OpenDay,
    ShowBarsThen,
    ShowDecisionThen,
    ShowMoment,
    TimeCommand,
)
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.ports.past import StoredModels
from terminal.ports.strategy import SecondAnswer, StrategyWorker
from terminal.services.journal_writer import JournalWriter
from terminal.services.time_machine.again import AgainDesk
from terminal.services.time_machine.day_book import DayBook
from terminal.services.time_machine.day_reader import DayReader
from terminal.services.time_machine.sections import decision_of, sections_of

_log = logging.getLogger(__name__)
NOTHING: Final = "Nothing is on record yet. Come back when the program has run for a while."
BROKEN: Final = "It did not work because of an error in the program. Trading goes on; the log file says more."
UNREAD: Final = "The journal could not be read"
SOURCE: Final = "time machine"
MOMENTS: Final = 2_000  # whose times are read: one for each pixel of a wide window
SEALED: Final = "Every record of this day fits its seal"
TAMPERED: Final = (
    "Record {seq:,} is not as it was written: {reason}. Nothing shown from there on proves anything. Close the "
    "program, keep a copy of the journal, and run 'alphadesk verify' on it."
)
_TRY: Final = "Try again"


class TimeMachine:
    """One day is open at a time; opening another one stops the reading of the first."""

    def __init__(
        self,
        writer: JournalWriter,
        worker: StrategyWorker,
        clock: Clock,
        chance: Chance,
        *,
        emit: Callable[[Event], None],
    ) -> None:
        self._writer = writer
        self._emit = emit
        self._reader = DayReader(lambda: writer.past)
        self._again = AgainDesk(writer, worker, clock, chance)
        self._clock = clock
        self._book: DayBook | None = None
        self._opening = 0
        self._asking: set[str] = set()

    def use(self, stored: StoredModels) -> None:
        """Let models kept in the journal be asked too."""
        self._again.stored = stored

    def on_answer(self, answer: SecondAnswer) -> bool:
        """Hear the worker; False when the answer is none of ours."""
        return self._again.on_answer(answer)

    async def handle(self, command: TimeCommand) -> None:
        """Carry out one command; what could not be read is said in the answer."""
        try:
            await self._carry_out(command)
        except Exception:  # noqa: BLE001  # boundary: a fault in looking back must not halt what trades
            _log.exception("the time machine could not carry out %s", type(command).__name__)
            self._tell_broken(command)

    def _tell_broken(self, command: TimeCommand) -> None:
        match command:
            case OpenDay():
                self._emit(_unread(BROKEN))
            case ShowBarsThen(instrument_id):
                self._emit(BarsThen(instrument_id, Interval.M15, (), BROKEN))
            case ShowDecisionThen(decision_id):
                self._emit(DecisionThen(decision_id, None, (), (), BROKEN))
            case AskFrozenAgain(decision_id, choice):
                self._emit(AskingAgain(decision_id, choice, running=False, problem=BROKEN))
            case ShowMoment() | CheckSeals():
                pass  # the next place is asked for anyway, and no seal is said to fit

    async def _carry_out(self, command: TimeCommand) -> None:
        match command:
            case OpenDay():
                await self._open(command)
            case ShowMoment(seq):
                await self._show_moment(seq)
            case CheckSeals():
                await self._check_seals()
            case ShowBarsThen():
                await self._show_bars(command)
            case ShowDecisionThen(decision_id):
                await self._show_decision(decision_id)
            case AskFrozenAgain():
                await self._ask_again(command)

    # -- a day -----------------------------------------------------------------------

    async def _open(self, command: OpenDay) -> None:
        self._opening += 1
        turn = self._opening
        try:
            opened = await self._read(command, turn)
        except StorageError as error:
            opened = _unread(joined(UNREAD, why(error), _TRY))
        if opened is None or turn != self._opening:
            return  # somebody has asked for another day since
        self._emit(opened)
        if opened.day is not None:
            await self._show_moment(opened.at_seq)

    async def _read(self, command: OpenDay, turn: int) -> DayOpened | None:
        days = await self._writer.past.days()
        if not days:
            return _unread(NOTHING)
        at_seq, decision_id = await self._place(command)
        wanted = at_seq or command.first_seq or days[-1].first_seq
        day = next((each for each in days if each.holds(wanted)), None)
        if day is None or ((command.decision_id or command.client_order_id) and not at_seq):
            problem = "The journal holds nothing about it. Choose a day from the list instead."
            return DayOpened(None, days, (), 0, "", (), (), problem)

        def goes_on(read: int) -> bool:
            if turn == self._opening:
                self._emit(DayReading(day, read, day.last_seq - day.first_seq + 1))
            return turn == self._opening

        try:
            book = await self._reader.read(day, goes_on)
        except StorageError as error:
            return DayOpened(None, days, (), 0, "", (), (), await self._why_unread(day, error))
        if book is None:
            return None
        choices, times = await self._again.choices(), await self._writer.past.times(day, MOMENTS)
        if turn != self._opening:
            return None
        self._book = book
        pairs = tuple(dict.fromkeys((*ALLOWED_INSTRUMENTS, *book.instruments)))
        return DayOpened(day, days, tuple(book.marks), at_seq or day.last_seq, decision_id, pairs, choices, times=times)

    async def _why_unread(self, day: RecordedDay, error: StorageError) -> str:
        """Say why a day cannot be read: a record that was changed is named before its unreadable text is."""
        broken = await self._writer.past.broken_seal(day)
        if broken is None:
            return joined(UNREAD, why(error), _TRY)
        return TAMPERED.format(seq=broken[0], reason=broken[1])

    async def _place(self, command: OpenDay) -> tuple[int, str]:
        """Give the record to look at first and the decision meant, (0, "") for none."""
        past, decision_id, seq = self._writer.past, command.decision_id, 0
        if command.client_order_id:
            seq, decision_id = await past.order_decision(command.client_order_id)
        if decision_id:
            chain = await past.decision(decision_id)
            records = () if chain is None else chain.records
            seq = next((each.seq for each in records if isinstance(each.record, DecisionRecorded)), seq)
        return seq, decision_id

    # -- within it -------------------------------------------------------------------

    async def _check_seals(self) -> None:
        if self._book is None:
            return
        day = self._book.day
        try:
            broken = await self._writer.past.broken_seal(day)
        except StorageError as error:
            self._emit(DaySealed(day, day.first_seq, joined("The seals of this day could not be checked", why(error))))
            return
        if broken is None:
            self._emit(DaySealed(day, None, SEALED))
        else:
            seq, reason = broken
            self._emit(DaySealed(day, seq, TAMPERED.format(seq=seq, reason=reason)))

    async def _show_moment(self, seq: int) -> None:
        book = self._book
        if book is None:
            return
        seq = book.inside(seq)
        try:
            at_ms, equity = await self._writer.past.equity_at(seq)
        except StorageError as error:
            self._emit(Notice(Level.ERROR, SOURCE, joined(UNREAD, why(error), _TRY), self._clock.now_ms()))
            return
        self._emit(book.moment(seq, at_ms, equity))

    async def _show_bars(self, command: ShowBarsThen) -> None:
        book = self._book
        if book is None:
            return
        try:
            interval, learnt = await self._reader.bars(book.day, command.instrument_id)
        except (StorageError, ValueError) as error:
            self._emit(BarsThen(command.instrument_id, Interval.M15, (), joined(UNREAD, why(error), _TRY)))
            return
        if book is self._book:
            self._emit(BarsThen(command.instrument_id, interval, learnt))

    async def _show_decision(self, decision_id: str) -> None:
        try:
            chain = await self._writer.past.decision(decision_id)
            again = () if chain is None else await self._answers(decision_id)
            decision = None if chain is None else decision_of(chain)
            exchanges = () if decision is None else await self._writer.past.exchanges(decision)
        except StorageError as error:
            self._emit(DecisionThen(decision_id, None, (), (), joined(UNREAD, why(error), _TRY)))
            return
        if chain is None:
            self._emit(DecisionThen(decision_id, None, (), (), "The journal holds no such decision."))
        else:
            self._emit(DecisionThen(decision_id, decision, sections_of(chain, exchanges), again))

    async def _answers(self, decision_id: str) -> tuple[AskedAgain, ...]:
        """Give the later answers on record about a decision, oldest first."""
        found: list[AskedAgain] = []
        at, last = 0, self._writer.head.seq
        while at < last:
            page = await self._writer.past.page(at, last, (AskedAgain,))
            records = [each.record for each in page.records]
            found.extend(each for each in records if isinstance(each, AskedAgain) and each.decision_id == decision_id)
            at = page.read_to
        return tuple(found)

    # -- asking again ----------------------------------------------------------------

    async def _ask_again(self, command: AskFrozenAgain) -> None:
        decision_id, choice = command.decision_id, command.choice
        if decision_id in self._asking:
            words = "This question is being asked already. Wait for its answer."
            self._emit(AskingAgain(decision_id, choice, running=True, problem=words))
            return
        self._asking.add(decision_id)
        self._emit(AskingAgain(decision_id, choice, running=True))
        problem = ""
        try:
            await self._again.ask(command)
        except TerminalError as error:
            problem = joined("It was not asked again", why(error))
        finally:
            self._asking.discard(decision_id)
        self._emit(AskingAgain(decision_id, choice, running=False, problem=problem))
        if not problem:
            await self._show_decision(decision_id)


def _unread(problem: str) -> DayOpened:
    return DayOpened(None, (), (), 0, "", (), (), problem)
