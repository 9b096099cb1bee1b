"""Who answers when nobody sits there: a stated policy for demonstrations, never for real money."""

import asyncio
from typing import Protocol

from terminal.domain.commands import Approve, Command
from terminal.domain.review import Proposal
from terminal.ports.clock import Clock


class Reviewer(Protocol):
    """Answers proposals in place of a person."""

    async def review(self, proposal: Proposal) -> Command | None:
        """Give Approve or Reject, or None to leave it to a person."""
        ...


class DemoReviewer:
    """Approves each allowed proposal after a stated delay, one after the other, and signs as what it is."""

    def __init__(self, clock: Clock, delay_s: float = 2.0, who: str = "demo policy") -> None:
        self._clock = clock
        self._delay_s = delay_s
        self._who = who
        self._turn = asyncio.Lock()  # a person looks at one card at a time, too

    async def review(self, proposal: Proposal) -> Command | None:
        if not proposal.verdict.allowed or not proposal.mode.may_approve:
            return None
        async with self._turn:
            await self._clock.sleep(self._delay_s)
        return Approve(proposal.decision_id, self._who, "demo policy", proposal.fingerprint)
