"""Freezes the AI log of an order a person amended, before the order leaves."""

from dataclasses import replace

from terminal.domain.ai_log import AiLog, AiLogState
from terminal.domain.review import Approval, Proposal
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.services.ai_logs.content import STAGE_DECISION, Audit, ProgramMark, UnusableLog, amended_content, freeze
from terminal.services.ai_logs.guard import ContentGuard
from terminal.services.ai_logs.outbox import AiLogOutbox
from terminal.services.ids import fresh_id
from terminal.services.journal_writer import JournalWriter


class AmendedLogs:
    """Makes the log that stands in for a decision's; the decision's own stays in the journal as it was."""

    def __init__(
        self,
        outbox: AiLogOutbox,
        guard: ContentGuard,
        writer: JournalWriter,
        clock: Clock,
        chance: Chance,
        mark: ProgramMark,
    ) -> None:
        self._outbox = outbox
        self._guard = guard
        self._writer = writer
        self._clock = clock
        self._chance = chance
        self._mark = mark

    def freeze(self, shown: Proposal, approval: Approval) -> AiLog:
        """Freeze it; nothing is written yet, that is done together with the order's intent.

        Raises:
            UnusableLog: the decision's log is missing or was changed, or the new one would not pass.
        """
        own = next((log for log in self._outbox.of_order(shown.client_order_id) if log.stage == STAGE_DECISION), None)
        if own is None or not own.is_intact:
            raise UnusableLog("the decision's AI log is missing or was changed")
        content = amended_content(shown.decision, shown.terms, approval, Audit(self._writer.head, self._mark), own)
        self._guard.pass_event(content)
        now_ms = self._clock.now_ms()
        log_id = fresh_id("log", now_ms, self._chance)
        log = freeze(log_id, shown.decision_id, shown.client_order_id, content, AiLogState.WAITING, now_ms)
        return replace(log, supersedes=own.log_id)
