"""AI logs of exits no model asked for: a person's close, a stop or target the venue held.

They state facts, name the decision the position came from, and are made at the time.
"""

from collections.abc import Callable
from decimal import Decimal

from terminal.domain.ai_log import AiLog, AiLogState
from terminal.domain.canonical import decimal_text
from terminal.domain.errors import DuplicateRecord, StorageError
from terminal.domain.messages import Level
from terminal.domain.order import Order
from terminal.domain.plain_words import joined, order_words, why
from terminal.domain.records import AiLogFrozen
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.ports.venue import OrderReport
from terminal.services.ai_logs.archive import Archive
from terminal.services.ai_logs.content import Audit, ProgramMark, UnusableLog, exit_content, freeze
from terminal.services.ai_logs.guard import ContentGuard
from terminal.services.ai_logs.outbox import AiLogOutbox
from terminal.services.ids import fresh_id
from terminal.services.journal_writer import CommitTooSlow, JournalWriter
from terminal.services.orders.ledger import OrderLedger
from terminal.services.reporter import Reporter


class ExitLogs:
    """Writes the logs of exits. `on_unattributed(order)` is told of one that can have none."""

    def __init__(
        self,
        ledger: OrderLedger,
        archive: Archive,
        outbox: AiLogOutbox,
        writer: JournalWriter,
        clock: Clock,
        chance: Chance,
        reporter: Reporter,
        mark: ProgramMark,
        guard: ContentGuard,
    ) -> None:
        self._ledger = ledger
        self._archive = archive
        self._outbox = outbox
        self._writer = writer
        self._clock = clock
        self._chance = chance
        self._reporter = reporter
        self._mark = mark
        self._guard = guard
        self.on_unattributed: Callable[[Order], None] = lambda _order: None

    def by_person(self, order: Order, who: str, fraction: Decimal) -> AiLog | None:
        """Freeze the log of a person's close; None when no decision opened that position."""
        terms = order.terms
        return self._make(
            order,
            "closed by a person",
            f"{fraction * 100:.0f} % of the {terms.position_side.value} position in {terms.instrument_id}"
            f" was closed by a person ({who}); no model asked for it.",
        )

    def by_program(self, order: Order, cause: str) -> AiLog | None:
        """Freeze the log of an exit this program sent because the market met a stop or target it keeps.

        `cause` says which, in words: "its stop at 59000 was met". None as in `by_person`.
        """
        terms = order.terms
        statement = (
            f"The {terms.position_side.value} position in {terms.instrument_id} is closed at the market because"
            f" {cause}; the venue keeps no stops, so this program does. {self._protection(order)}"
        )
        return self._make(order, "stop or target kept by the program", statement)

    async def by_venue(self, order: Order, report: OrderReport) -> None:
        """Write and queue the log of a close the venue executed."""
        terms = order.terms
        price = report.average_price or report.price
        forced = "a forced close by the venue" if report.is_forced else "an order the venue held (stop or target)"
        at_price = "" if price is None else f" at {decimal_text(price)}"
        statement = (
            f"The {terms.position_side.value} position in {terms.instrument_id} was closed by {forced}:"
            f" {terms.side.value} {decimal_text(terms.size)}{at_price}. {self._protection(order)}"
        )
        log = self._make(order, "forced by the venue" if report.is_forced else "venue-held order", statement)
        if log is None:
            return
        if await self._written(log):
            self._outbox.add(log)
            self._outbox.on_order(self._ledger.orders[order.client_order_id])

    async def _written(self, log: AiLog) -> bool:
        while True:
            try:
                await self._commit(log)
                return True
            except DuplicateRecord as error:
                self.refused(why(error))
                return False
            except StorageError:
                await self._clock.sleep(2.0)

    async def _commit(self, log: AiLog) -> None:
        try:
            await self._writer.commit(AiLogFrozen(log))
        except CommitTooSlow as slow:
            await slow.late  # written a second time it would look like another log of the same exit

    def refused(self, words: str) -> None:
        """Say that the journal keeps no second log here."""
        self._reporter.notice(Level.ERROR, "AI logs", joined("The exit's AI log could not be kept", words), keep=True)

    def _protection(self, order: Order) -> str:
        entry = self._ledger.entry_of(order.terms.instrument_id, order.terms.position_side)
        if entry is None:
            return ""
        parts = [
            f"{name} was {decimal_text(price)}"
            for name, price in (("stop", entry.terms.stop_price), ("target", entry.terms.target_price))
            if price is not None
        ]
        return f"The entry's {', its '.join(parts)}." if parts else ""

    def _make(self, order: Order, cause: str, statement: str) -> AiLog | None:
        entry = self._ledger.entry_of(order.terms.instrument_id, order.terms.position_side)
        decision = (
            None if entry is None or entry.decision_id is None else self._archive.decisions.get(entry.decision_id)
        )
        if decision is None:
            words = f"{order_words(order.terms)} closes a position no decision of ours opened: it stays without a log"
            self._reporter.notice(Level.WARNING, "AI logs", words, keep=True)
            self.on_unattributed(order)
            return None
        text = f"Position of decision {decision.decision_id}: {statement}"
        try:
            content = exit_content(order, decision, cause, text, Audit(self._writer.head, self._mark))
            self._guard.pass_event(content)
        except UnusableLog as error:
            words = f"{order_words(order.terms)} goes without an AI log; the exit itself is not held up"
            self._reporter.notice(Level.ERROR, "AI logs", joined(words, why(error)), keep=True)
            return None
        now_ms = self._clock.now_ms()
        log_id = fresh_id("log", now_ms, self._chance)
        return freeze(log_id, decision.decision_id, order.client_order_id, content, AiLogState.WAITING, now_ms)
