"""Automatic within limits: the program approves as a person would, with the same fresh checks.

It falls back to a person at the first sign that something is wrong.
"""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from terminal.domain.ai_log import AiLogState
from terminal.domain.approval import DeskMode
from terminal.domain.commands import Approve
from terminal.domain.log_messages import AiLogGaps
from terminal.domain.market import StreamState
from terminal.domain.messages import AiLogChanged, CycleEnded, Event, Level, ProposalChanged, TradingStateChanged
from terminal.domain.plain_words import trading_words
from terminal.domain.rehearsal import API_TEST_MODEL
from terminal.domain.review import Proposal
from terminal.domain.risk import TradingState
from terminal.services.review.approval_desk import BY_PROGRAM, ApprovalDesk
from terminal.services.review.desk_modes import DeskModes

_MOST_FAILURES: Final = 3
_HOW: Final = "automatic within limits"

Spawn = Callable[[Coroutine[Any, Any, None], str], object]


class AutoDesk:
    """Hears everything the engine tells its seat; acts in AUTO only."""

    def __init__(self, modes: DeskModes, approvals: ApprovalDesk, spawn: Spawn) -> None:
        self._modes = modes
        self._approvals = approvals
        self._spawn = spawn
        self._taken: set[str] = set()
        self._failures: dict[str, int] = {}

    def hear(self, event: Event) -> None:
        """Approve what is proposed in AUTO, and fall back on whatever is wrong."""
        reason = trouble_of(event)
        if reason:
            self._modes.fall_back(reason)
        if self._modes.mode is not DeskMode.AUTO:
            self._failures.clear()
            return
        match event:
            case ProposalChanged(proposal) if proposal.is_open:
                self._take(proposal)
            case CycleEnded(level=level):
                self._count("decision cycles failed", ok=level is not Level.ERROR)
            case _:
                pass

    def _take(self, proposal: Proposal) -> None:
        if proposal.decision.model == API_TEST_MODEL:
            return  # a person presses for the API test, or nobody does
        if proposal.mode is DeskMode.AUTO and proposal.decision_id not in self._taken:
            self._taken.add(proposal.decision_id)
            self._spawn(self._approve(proposal), f"automatic approval {proposal.decision_id}")

    async def _approve(self, proposal: Proposal) -> None:
        if self._modes.mode is DeskMode.AUTO:
            ask = Approve(proposal.decision_id, BY_PROGRAM, _HOW, proposal.fingerprint)
            self._count("approvals were not sent", ok=await self._approvals.approve(ask, by_program=True))

    def _count(self, what: str, *, ok: bool) -> None:
        failures = self._failures[what] = 0 if ok else self._failures.get(what, 0) + 1
        if failures >= _MOST_FAILURES:
            self._modes.fall_back(f"{failures} {what} in a row")


def trouble_of(event: Event) -> str:
    """Say what in an event ends automatic approval; "" for nothing."""
    match event:
        case TradingStateChanged(state, reason) if state is not TradingState.ACTIVE:
            return f"trading is {trading_words(state)}: {reason}"
        case AiLogChanged(log) if log.state is AiLogState.NEEDS_HAND:
            return "an AI log was refused for good"
        case AiLogGaps(gaps) if any(gap.is_open for gap in gaps):
            return "an order at the venue has no accepted AI log"
        case StreamState(connected=False, detail=detail):
            return f"a stream is lost: {detail}"
        case _:
            return ""
