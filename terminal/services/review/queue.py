"""Proposals in front of a person. Silence, crash and restart all end in EXPIRED.

An answer flips the state at once, before anything is awaited: a second click finds
nothing left to answer.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from terminal.domain.approval import ClickVoided
from terminal.domain.messages import Event, ProposalChanged
from terminal.domain.records import ProposalRecorded, ReviewClosed
from terminal.domain.review import Approval, Proposal, ReviewState
from terminal.net.waiting import wait_for
from terminal.ports.clock import Clock
from terminal.services.journal_writer import JournalWriter


class ReviewQueue:
    """Open and answered proposals of this run.

    `on_closed(proposal)` is told of every proposal that ended without an order.
    """

    def __init__(self, writer: JournalWriter, clock: Clock, *, emit: Callable[[Event], None]) -> None:
        self._writer = writer
        self._clock = clock
        self._emit = emit
        self.proposals: dict[str, Proposal] = {}
        self.on_closed: Callable[[Proposal], None] = lambda _proposal: None
        self._changed = asyncio.Event()

    def open_proposals(self) -> tuple[Proposal, ...]:
        return tuple(proposal for proposal in self.proposals.values() if proposal.is_open)

    def add(self, proposal: Proposal) -> None:
        """Show a proposal the journal holds already (W2)."""
        self.proposals[proposal.decision_id] = proposal
        self._emit(ProposalChanged(proposal))
        self._changed.set()

    def approve(self, decision_id: str, who: str, how: str, price_at: str) -> tuple[Proposal, Approval] | None:
        """Answer yes to what is shown, once. None when there is nothing (left) to approve.

        The approval is not durable yet: it is written with the order's intent, or not at all.
        """
        proposal = self.proposals.get(decision_id)
        if proposal is None or not proposal.is_open:
            return None
        now_s = self._clock.monotonic_s()
        if now_s >= proposal.deadline_s:
            self._close(proposal, ReviewState.EXPIRED, "", "nobody answered in time")
            return None
        now_ms = self._clock.now_ms()
        approved = replace(proposal, state=ReviewState.APPROVED, reviewer=who, reviewed_ms=now_ms)
        self.proposals[decision_id] = approved
        age_s = round(now_s - proposal.created_s, 3)
        mark = proposal.fingerprint
        return approved, Approval(
            decision_id, who, how, now_ms, price_at, age_s, fingerprint=mark, sent_fingerprint=mark
        )

    def put_off(self, approved: Proposal, sends_at_s: float) -> Proposal:
        """Show that an approved order leaves at `sends_at_s` and may be taken back until then."""
        waiting = replace(approved, sends_at_s=sends_at_s)
        self.proposals[waiting.decision_id] = waiting
        self._emit(ProposalChanged(waiting))
        return waiting

    def leaves(self, approved: Proposal) -> Proposal:
        """Note that it can no longer be taken back; shown once the approval is durable."""
        leaving = replace(approved, sends_at_s=None)
        self.proposals[leaving.decision_id] = leaving
        return leaving

    def reopen(self, shown: Proposal) -> None:
        """An approval was taken back before anything left: the card waits again, for what is left of its life."""
        self.add(shown)

    def confirm(self, proposal: Proposal) -> None:
        """The approval is durable: show it."""
        self._emit(ProposalChanged(proposal))

    def void_click(self, approved: Proposal, reason: str, click: ClickVoided) -> None:
        """A fresh check at the click failed; nothing left this machine."""
        self._writer.post(click)
        self._close(approved, ReviewState.VOIDED, approved.reviewer, reason)

    def unsent(self, approved: Proposal, reason: str) -> None:
        """The program ends before an approved order left: that is a no."""
        self._close(approved, ReviewState.EXPIRED, approved.reviewer, reason)

    def block(self, proposal: Proposal, reason: str) -> None:
        """The order could not be sent after all; nothing left this machine."""
        self._close(proposal, ReviewState.BLOCKED, proposal.reviewer, reason)

    def reject(self, decision_id: str, who: str, reason: str) -> bool:
        """Answer no, once."""
        proposal = self.proposals.get(decision_id)
        if proposal is None or not proposal.is_open:
            return False
        self._close(proposal, ReviewState.REJECTED, who, reason)
        return True

    def void(self, decision_id: str, reason: str) -> None:
        """What it was about is not there any more: nobody can answer it."""
        proposal = self.proposals.get(decision_id)
        if proposal is not None and proposal.is_open:
            self._close(proposal, ReviewState.EXPIRED, "", reason)

    def expire_open(self, reason: str) -> None:
        """What waits is answered by nobody any more."""
        for proposal in self.open_proposals():
            self._close(proposal, ReviewState.EXPIRED, "", reason)

    def expire_recovered(self, unanswered: tuple[ProposalRecorded, ...], history: tuple[Proposal, ...]) -> None:
        """A restart answers nothing: what was open before it is denied."""
        for proposal in history:
            self.proposals.setdefault(proposal.decision_id, proposal)
        now_ms = self._clock.now_ms()
        for record in unanswered:
            reason = "the program was restarted before anyone answered"
            self._writer.post(ReviewClosed(record.decision_id, ReviewState.EXPIRED, "", reason, now_ms))
            known = self.proposals.get(record.decision_id)
            if known is not None:
                self.proposals[record.decision_id] = replace(known, state=ReviewState.EXPIRED, reason=reason)

    async def run(self) -> None:
        """Expire proposals nobody answered, until cancelled."""
        while True:
            self._changed.clear()
            for proposal in self.open_proposals():
                if self._clock.monotonic_s() >= proposal.deadline_s:
                    self._close(proposal, ReviewState.EXPIRED, "", "nobody answered in time")
            await self._wait()

    async def _wait(self) -> None:
        deadlines = [proposal.deadline_s for proposal in self.open_proposals()]
        pause_s = max(0.0, min(deadlines) - self._clock.monotonic_s()) if deadlines else None
        await wait_for(self._changed, self._clock, pause_s)

    def _close(self, proposal: Proposal, state: ReviewState, who: str, reason: str) -> None:
        now_ms = self._clock.now_ms()
        closed = replace(proposal, state=state, reviewer=who, reviewed_ms=now_ms, reason=reason, sends_at_s=None)
        self.proposals[proposal.decision_id] = closed
        record = ReviewClosed(proposal.decision_id, state, who, reason, now_ms)
        self._writer.post(record, then=lambda: self._emit(ProposalChanged(closed)))
        self.on_closed(closed)
