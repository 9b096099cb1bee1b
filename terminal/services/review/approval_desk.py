"""Approving, taking back and rejecting: every yes passes the same fresh checks, whoever gives it.

An approval is bound to what the card showed. The card is answered in memory before anything is awaited; the
approval becomes durable with the order's intent, or not at all.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from terminal.domain.ai_log import AiLog
from terminal.domain.approval import Amendment, ApprovalSettings, ClickVoided
from terminal.domain.canonical import decimal_text
from terminal.domain.commands import Approve, Reject
from terminal.domain.hand_messages import SetLeverage
from terminal.domain.messages import Event, Level
from terminal.domain.order import Effect, OrderTerms
from terminal.domain.plain_words import clause, joined, leg_words, why
from terminal.domain.review import Approval, Proposal
from terminal.domain.review_messages import ApprovalVoided, ApproveMany, UndoApproval
from terminal.services.ai_logs.content import UnusableLog
from terminal.services.orders.manager import OrderManager
from terminal.services.orders.margin_changes import MarginChanges
from terminal.services.reporter import Reporter
from terminal.services.review.amended_log import AmendedLogs
from terminal.services.review.amending import AmendmentRefused, amended_terms
from terminal.services.review.binding import Binding
from terminal.services.review.close_desk import CloseDesk
from terminal.services.review.desk_modes import MODE_WORDS
from terminal.services.review.queue import ReviewQueue
from terminal.services.review.recheck import Recheck, Rechecker
from terminal.services.risk.facts import RiskFacts

BY_PROGRAM: Final = "auto"
_GONE: Final = "it was answered already or has expired."


@dataclass(frozen=True, slots=True)
class ApprovalParts:
    """The services an approval passes through."""

    facts: RiskFacts
    review: ReviewQueue
    orders: OrderManager
    closes: CloseDesk
    margins: MarginChanges
    binding: Binding
    rechecker: Rechecker
    logs: AmendedLogs
    reporter: Reporter
    emit: Callable[[Event], None]


class ApprovalDesk:
    """Carries out a person's answers, and the program's own in AUTO."""

    def __init__(self, parts: ApprovalParts, settings: ApprovalSettings) -> None:
        self._parts = parts
        self._facts, self._review, self._reporter = parts.facts, parts.review, parts.reporter
        self._modes = parts.binding.modes
        self._undo_s = settings.undo_s
        self._countdowns: dict[str, asyncio.Future[str]] = {}
        self._ending = False

    # -- commands ----------------------------------------------------------------

    async def approve(self, ask: Approve, *, by_program: bool = False) -> bool:
        """Approve one card; True when its order was sent or may have been."""
        if not by_program and ask.who.strip().casefold() == BY_PROGRAM:
            words = joined(f"Not approved: {BY_PROGRAM} is how the program signs", "Enter your own name first")
            self._reporter.notice(Level.WARNING, "review", words)
            return False
        proposal = self._review.proposals.get(ask.decision_id)
        if proposal is None or not proposal.is_open:
            self._reporter.notice(Level.INFO, "review", f"Nothing to approve: {_GONE}")
            return False
        refusal = self._why_refused(proposal, ask)
        if refusal:
            self._refuse(proposal, refusal)
            return False
        try:
            terms = await self._amended(proposal, ask)
        except AmendmentRefused as error:
            self._refuse(proposal, str(error))
            return False
        price = self._facts.hub.quote(terms.instrument_id).touch(terms.side)
        price_at = "" if price is None else decimal_text(price)
        refusal = self._why_refused(proposal, ask)  # setting a leverage takes time
        answered = None if refusal else self._review.approve(ask.decision_id, ask.who.strip(), ask.how, price_at)
        if answered is None:
            self._reporter.notice(Level.INFO, "review", f"Nothing to approve: {clause(refusal) or _GONE}")
            return False
        approved, approval = self._bound(*answered, terms)
        return await self._carry_out(proposal, approved, approval)

    async def approve_many(self, ask: ApproveMany) -> None:
        """Approve cards of one cycle, one after the other; the first that is not sent ends it."""
        ids = [decision_id for decision_id, _ in ask.cards]
        known = [self._review.proposals.get(decision_id) for decision_id in ids]
        if not ids or len(set(ids)) != len(ids):
            self._reporter.notice(Level.WARNING, "review", "Nothing was approved: mark each card once, one at least")
            return
        if any(each is None or each.decision.cycle_id != ask.cycle_id for each in known):
            words = joined("Nothing was approved: the cards are not of one cycle", "Mark cards of the same cycle only")
            self._reporter.notice(Level.WARNING, "review", words)
            return
        for number, (decision_id, mark) in enumerate(ask.cards):
            if not await self.approve(Approve(decision_id, ask.who, ask.how, mark)):
                left = len(ask.cards) - number - 1
                words = f"{number} of {len(ask.cards)} marked cards were sent; then one could not be"
                rest = f"{left} after it wait as they are" if left else ""
                self._reporter.notice(Level.WARNING, "review", joined(words, rest), keep=True)
                return

    def undo(self, ask: UndoApproval) -> None:
        """Take an approval back while its order has not left; the card waits again."""
        countdown = self._countdowns.get(ask.decision_id)
        if countdown is None or countdown.done() or not ask.who.strip():
            self._reporter.notice(Level.WARNING, "review", "Nothing to take back: the order has left, or never will")
            return
        countdown.set_result(ask.who.strip())

    def reject(self, ask: Reject) -> None:
        """Answer no, with a reason."""
        if not ask.reason.strip() or not ask.who.strip():
            words = joined("Not rejected: a reason is needed", "Choose or type one, then reject it")
            self._reporter.notice(Level.WARNING, "review", words)
        elif not self._review.reject(ask.decision_id, ask.who.strip(), ask.reason.strip()):
            self._reporter.notice(Level.INFO, "review", f"Nothing to reject: {_GONE}")

    def stop(self) -> None:
        """The program ends: what is approved but has not left is not sent."""
        self._ending = True
        for countdown in self._countdowns.values():
            if not countdown.done():
                countdown.set_result("")

    # -- before the answer ----------------------------------------------------------

    def _why_refused(self, proposal: Proposal, ask: Approve) -> str:
        if self._ending:
            return "the program is ending"
        if not ask.who.strip() or not ask.how.strip():
            return "nobody signed it. Enter a name first"
        for mode in (self._modes.mode, proposal.mode):
            if not mode.may_approve:
                return f"the review desk is, or was then, {MODE_WORDS[mode]}"
        if not proposal.fingerprint or ask.fingerprint != proposal.fingerprint:
            return "the card showed something else than is proposed now. Look at it again"
        return ""

    async def _amended(self, proposal: Proposal, ask: Approve) -> OrderTerms:
        """Give the terms to send. A lower leverage is set at the venue first, while the card still waits.

        Raises:
            AmendmentRefused: the change is not one a person may make, or cannot be made now.
        """
        terms, change = proposal.terms, ask.amendment
        if change is None or change.is_empty:
            return terms
        where = terms.instrument_id
        rules = self._facts.hub.instruments.get(where)
        if rules is None:
            raise AmendmentRefused("the contract's rules are not known yet. Try again in a moment")
        changed = amended_terms(terms, change, rules, self._facts.hub.quote(where).touch(terms.side))
        if changed.leverage != terms.leverage:
            await self._lower(changed, ask.who)
        return changed

    async def _lower(self, terms: OrderTerms, who: str) -> None:
        where, wanted = terms.instrument_id, terms.leverage
        if self._facts.leverage_of(where) != wanted:
            await self._parts.margins.handle(SetLeverage(where, wanted, who))
        if self._facts.leverage_of(where) != wanted:
            raise AmendmentRefused(
                f"the leverage could not be lowered to {wanted}x at the venue: that needs a pair without position and "
                "orders. The card still waits; approve it with the leverage it has"
            )

    def _bound(self, approved: Proposal, approval: Approval, terms: OrderTerms) -> tuple[Proposal, Approval]:
        """Bind the answer to the terms as amended; the approval keeps the fingerprint the card showed."""
        shown = approved.terms
        if terms == shown:
            return approved, approval
        mark = self._parts.binding.mark(terms, approved.band)
        change = Amendment(
            size=None if terms.size == shown.size else terms.size,
            stop_price=None if terms.stop_price == shown.stop_price else terms.stop_price,
            leverage=None if terms.leverage == shown.leverage else terms.leverage,
        )
        approved = replace(approved, terms=terms, fingerprint=mark, amendment=change)
        self._review.proposals[approved.decision_id] = approved
        return approved, replace(approval, sent_fingerprint=mark, amendment=change, terms=terms)

    # -- after the answer -----------------------------------------------------------

    async def _carry_out(self, shown: Proposal, approved: Proposal, approval: Approval) -> bool:
        check = await self._check(approved)
        if check.ok and self._undo_s > 0 and approval.who != BY_PROGRAM:
            if not await self._count_down(shown, approved):
                return False
            approved = self._review.leaves(approved)
            check = await self._check(approved)
        if not check.ok:
            self._void(approved, approval, check)
            return False
        try:
            log = self._log_of(shown, approval)
        except UnusableLog as error:
            return self._block(approved, why(error))
        approval = replace(approval, rows=check.rows)
        refusal = (await self._parts.orders.submit_approved(approved, approval, log)).refusal
        return self._block(approved, refusal) if refusal else True

    async def _check(self, approved: Proposal) -> Recheck:
        moved = await self._parts.closes.why_void(approved)
        check = self._parts.rechecker.run(approved, moved)
        is_exit = approved.terms.effect is Effect.CLOSE
        if is_exit or (self._modes.mode.may_approve and not self._ending):
            return check
        words = "the program is ending" if self._ending else f"the review desk is {MODE_WORDS[self._modes.mode]}"
        return replace(check, text=words)

    async def _count_down(self, shown: Proposal, approved: Proposal) -> bool:
        """Wait until the order leaves; False when the approval was taken back or the program ends."""
        now_s = self._facts.clock.monotonic_s()
        sends_at_s = min(now_s + self._undo_s, max(now_s, approved.deadline_s))
        approved = self._review.put_off(approved, sends_at_s)
        countdown: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        timer: asyncio.Future[None] = asyncio.ensure_future(self._facts.clock.sleep(sends_at_s - now_s))
        self._countdowns[approved.decision_id] = countdown
        waits: set[asyncio.Future[object]] = {countdown, timer}  # type: ignore[arg-type]  # different results
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            del self._countdowns[approved.decision_id]
        if not countdown.done():
            return True
        who, name = countdown.result(), _name(approved)
        if who:
            self._review.reopen(shown)
            words = joined(f"{who} took the approval of {name} back", "Nothing was sent; the card waits again")
            self._reporter.notice(Level.INFO, "review", words, keep=True)
        else:
            self._review.unsent(approved, "the program ended before it was sent")
        return False

    def _log_of(self, shown: Proposal, approval: Approval) -> AiLog | None:
        """Freeze the log of an amended order. Raises `UnusableLog`."""
        return None if approval.amendment is None else self._parts.logs.freeze(shown, approval)

    def _void(self, approved: Proposal, approval: Approval, check: Recheck) -> None:
        now_ms, decision_id = self._facts.clock.now_ms(), approved.decision_id
        click = ClickVoided(decision_id, approval.who, approval.how, approval.fingerprint, check.rows, now_ms)
        self._review.void_click(approved, check.text, click)
        if not check.verdict.allowed:
            self._parts.orders.refused_by(check.verdict, approved)
        self._parts.emit(ApprovalVoided(decision_id, check.rows, check.text, now_ms))
        way_out = "Close it in Positions" if approved.terms.effect is Effect.CLOSE else "Ask again"
        words = joined(f"{approval.who} approved {_name(approved)}, but it was not sent: {clause(check.text)}", way_out)
        self._reporter.notice(Level.WARNING, "review", words)

    def _block(self, approved: Proposal, refusal: str) -> bool:
        self._review.block(approved, refusal)
        words = f"{approved.reviewer} approved {_name(approved)}, but it was not sent"
        self._reporter.notice(Level.WARNING, "review", joined(words, refusal))
        return False

    def _refuse(self, proposal: Proposal, refusal: str) -> None:
        self._reporter.notice(Level.WARNING, "review", joined(f"{_name(proposal)} was not approved", refusal))


def _name(proposal: Proposal) -> str:
    return leg_words(proposal.terms.instrument_id, proposal.terms.position_side)
