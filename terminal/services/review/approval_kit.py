"""Builds the services behind approval and takes their commands."""

from collections.abc import Callable, Coroutine
from typing import Any

from terminal.domain.approval import ApprovalSettings, DeskModeSet
from terminal.domain.commands import Approve, Reject
from terminal.domain.messages import Event
from terminal.domain.review import Proposal
from terminal.domain.review_messages import ApproveMany, SetDeskMode, UndoApproval
from terminal.domain.risk import Verdict
from terminal.ports.strategy import StrategyWorker
from terminal.services.orders.manager import OrderManager
from terminal.services.orders.margin_changes import MarginChanges
from terminal.services.reporter import Reporter
from terminal.services.review.amended_log import AmendedLogs
from terminal.services.review.approval_desk import ApprovalDesk, ApprovalParts
from terminal.services.review.auto_desk import AutoDesk
from terminal.services.review.binding import Binding
from terminal.services.review.close_desk import CloseDesk
from terminal.services.review.queue import ReviewQueue
from terminal.services.review.recheck import Rechecker
from terminal.services.risk.facts import RiskFacts

AnswerCommand = Approve | ApproveMany | UndoApproval | Reject | SetDeskMode
Spawn = Callable[[Coroutine[Any, Any, None], str], object]


class ApprovalKit:
    """Everything between a card and the one sender."""

    def __init__(
        self,
        facts: RiskFacts,
        review: ReviewQueue,
        orders: OrderManager,
        closes: CloseDesk,
        margins: MarginChanges,
        binding: Binding,
        logs: AmendedLogs,
        worker: StrategyWorker,
        settings: ApprovalSettings,
        reporter: Reporter,
        spawn: Spawn,
        *,
        emit: Callable[[Event], None],
        verdict_of: Callable[[Proposal], Verdict],
    ) -> None:
        """`verdict_of` judges a card at the click: guardrails and gate."""
        self._modes = binding.modes
        rechecker = Rechecker(facts, binding, verdict_of, lambda: worker.model_name)
        parts = ApprovalParts(facts, review, orders, closes, margins, binding, rechecker, logs, reporter, emit)
        self._desk = ApprovalDesk(parts, settings)
        self._auto = AutoDesk(self._modes, self._desk, spawn)

    def restore(self, kept: DeskModeSet | None) -> None:
        """Go on in the mode of the last run; never automatically."""
        self._modes.restore(kept)

    def hear(self, event: Event) -> None:
        """Hear what the engine tells its seat."""
        self._auto.hear(event)

    def stop(self) -> None:
        """The program ends: nothing that still waits is sent."""
        self._desk.stop()

    async def handle(self, command: AnswerCommand) -> None:
        """Carry out one answer, or a change of the mode; what cannot be done is said in a notice."""
        match command:
            case Approve():
                await self._desk.approve(command)
            case ApproveMany():
                await self._desk.approve_many(command)
            case UndoApproval():
                self._desk.undo(command)
            case Reject():
                self._desk.reject(command)
            case SetDeskMode():
                await self._modes.set_by_person(command)
