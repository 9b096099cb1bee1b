"""Builds what looks after AI logs beside the outbox, and connects it with where things happen."""

from collections.abc import Callable, Coroutine
from typing import Any

from terminal.domain.commands import ResolveLog
from terminal.domain.frozen import ModelFitted
from terminal.domain.instrument import InstrumentId
from terminal.domain.log_messages import FindLogGaps, RecordLogGap
from terminal.domain.messages import Event, Level, ModelStatus
from terminal.domain.recovered import Recovered
from terminal.ports.chance import Chance
from terminal.ports.venue import TradingVenue
from terminal.services.ai_logs.archive import Archive
from terminal.services.ai_logs.content import ProgramMark
from terminal.services.ai_logs.event_logs import EventLogs
from terminal.services.ai_logs.exit_logs import ExitLogs
from terminal.services.ai_logs.gap_finder import GapFinder
from terminal.services.ai_logs.guard import ContentGuard
from terminal.services.ai_logs.resolving import LogResolver
from terminal.services.journal_writer import JournalWriter
from terminal.services.orders.manager import OrderManager
from terminal.services.protection.wishes import ProtectionWishes
from terminal.services.recovery.recovery import Recovery
from terminal.services.reporter import Reporter
from terminal.services.review.decision_cycle import DecisionCycle
from terminal.services.review.drafting import Drafter
from terminal.services.risk.facts import RiskFacts

Spawn = Callable[[Coroutine[Any, Any, None], str], object]


class LogKit:
    """Event logs, the gap finder, and what persons decide about logs."""

    def __init__(
        self,
        venue: TradingVenue,
        facts: RiskFacts,
        archive: Archive,
        guard: ContentGuard,
        recovery: Recovery,
        instruments: tuple[InstrumentId, ...],
        writer: JournalWriter,
        chance: Chance,
        reporter: Reporter,
        spawn: Spawn,
        mark: ProgramMark,
        *,
        emit: Callable[[Event], None],
    ) -> None:
        self._guard = guard
        self._spawn = spawn
        self._reporter = reporter
        self._recovery = recovery
        self._takes_logs = venue.capabilities.ai_logs
        clock, outbox, ledger = facts.clock, facts.outbox, facts.ledger
        self.resolver = LogResolver(outbox, writer, clock, reporter)
        self.events = EventLogs(
            ledger,
            archive,
            outbox,
            guard,
            writer,
            clock,
            chance,
            reporter,
            mark,
            facts.limits.event_logs_per_hour,
        )
        self.finder = GapFinder(
            venue,
            ledger,
            outbox,
            instruments,
            writer,
            clock,
            facts.switch,
            reporter,
            emit=emit,
            concerns_us=recovery.concerns_us,
        )

    def join(
        self,
        cycle: DecisionCycle,
        drafter: Drafter,
        orders: OrderManager,
        exits: ExitLogs,
        wishes: ProtectionWishes,
    ) -> None:
        """Hear of what needs a log from where it happens."""
        cycle.on_asked = self._guard.asked
        cycle.on_holds = self.events.holds
        drafter.on_veto = self.events.veto
        orders.on_veto = self.events.veto
        exits.on_unattributed = self.finder.note_unattributed
        wishes.on_set = self.events.protection
        self._recovery.on_pass = self.finder.after_pass

    # -- life --------------------------------------------------------------------

    def restore(self, recovered: Recovered) -> None:
        """Take in what earlier runs left."""
        self.events.restore(recovered.ai_logs)
        self.finder.restore(recovered.log_gaps)

    def start(self) -> None:
        """Begin comparing, once our records and the venue's agree; where no logs are taken there is nothing to."""
        if self._takes_logs:
            self._spawn(self.finder.run(), "AI-log gaps")

    def on_worker(self, event: ModelStatus | ModelFitted) -> None:
        """Hear of the model."""
        self._guard.on_model(event)
        if isinstance(event, ModelFitted):
            self.events.fitted(event)

    async def handle(self, command: ResolveLog | RecordLogGap | FindLogGaps) -> None:
        """Carry out one command; what cannot be done is said in a notice."""
        match command:
            case ResolveLog():
                await self.resolver.resolve(command)
                self.finder.judge_again("a log was settled")
            case RecordLogGap():
                await self.finder.record(command)
            case FindLogGaps() if not self._takes_logs:
                words = "This venue takes no AI logs: they are kept in the journal, and there is nothing to compare"
                self._reporter.notice(Level.INFO, "AI logs", words)
            case FindLogGaps(who):
                await self.finder.look(f"asked by {who}")
