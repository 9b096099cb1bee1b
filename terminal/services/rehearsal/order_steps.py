"""The steps of the API test around its order: the order itself, its trade details, its AI log."""

from collections.abc import Callable
from typing import Final

from terminal.domain.ai_log import AiLog, AiLogState
from terminal.domain.order import Order, OrderState
from terminal.domain.plain_words import clause, figure, fill_line, joined, quoted, state_words
from terminal.domain.rehearsal import BY_OUTBOX, HttpExchange, TestOrder
from terminal.domain.review import Proposal, ReviewState
from terminal.ports.clock import Clock
from terminal.ports.venue import TradingVenue
from terminal.services.ai_logs.event_logs import EventLogs
from terminal.services.rehearsal.findings import StepFailed, StepSkipped
from terminal.services.rehearsal.overhearing import readable
from terminal.services.rehearsal.test_order import TEST_PAIR, NoTestOrder, TestOrderDesk, order_line
from terminal.services.risk.facts import RiskFacts

LOOK_S: Final = 0.25
START_LIMIT_S: Final = 60.0
ORDER_LIMIT_S: Final = 20.0
LOG_LIMIT_S: Final = 30.0
_BEFORE_MS: Final = 60_000  # the venue's clock may lie a little before ours
_UNDER_WAY: Final = frozenset(
    {OrderState.DRAFT, OrderState.PENDING_APPROVAL, OrderState.APPROVED, OrderState.SUBMITTING}
)
_NO_ORDER: Final = {
    ReviewState.REJECTED: "it was rejected, so no order was sent",
    ReviewState.EXPIRED: "nobody answered in time, so no order was sent",
    ReviewState.BLOCKED: "the checks stopped it",
    ReviewState.VOIDED: "the market moved before the answer, so nothing was sent",
}
_AGAIN: Final = "Run this step again."


class OrderSteps:
    """Each method is one step. `proposals` gives what the review desk holds by decision id.

    Attributes:
        order: the order of this test, None before there is one.
        uploads: the AI log of the newest step and the venue's words about it.
    """

    def __init__(
        self,
        venue: TradingVenue,
        facts: RiskFacts,
        desk: TestOrderDesk,
        proposals: Callable[[str], Proposal | None],
        events: EventLogs,
    ) -> None:
        self._venue = venue
        self._facts = facts
        self._clock: Clock = facts.clock
        self._desk = desk
        self._proposals = proposals
        self._outbox = facts.outbox
        self._events = events
        self.order: TestOrder | None = None
        self.uploads: tuple[HttpExchange, ...] = ()

    # -- the order ----------------------------------------------------------------

    async def place(self, who: str, on_asked: Callable[[], None]) -> str:
        """Propose the order and wait for a person's answer; `on_asked` is told once it stands there to be answered."""
        await self._until(lambda: self._desk.is_ready, START_LIMIT_S)
        drafted = await self._desk.draft(who)
        if isinstance(drafted, NoTestOrder):
            raise StepFailed(drafted.words, drafted.hint)
        self._show(drafted)
        on_asked()
        while (proposal := self._proposals(drafted.decision_id)) is not None and proposal.is_open:
            await self._clock.sleep(LOOK_S)
        self._show(proposal or drafted)
        await self._until(lambda: self._is_settled(drafted.decision_id), ORDER_LIMIT_S)
        return self._outcome(drafted.decision_id)

    def _show(self, proposal: Proposal) -> None:
        self.order = TestOrder(
            proposal.decision_id,
            proposal.fingerprint,
            proposal.client_order_id,
            order_line(proposal),
            is_open=proposal.is_open,
        )

    def _is_settled(self, decision_id: str) -> bool:
        """The order has an answer, or will never leave."""
        order, proposal = self._facts.ledger.of_decision(decision_id), self._proposals(decision_id)
        if order is not None:
            return order.state not in _UNDER_WAY
        return proposal is None or proposal.state is not ReviewState.APPROVED

    def _outcome(self, decision_id: str) -> str:
        order, proposal = self._facts.ledger.of_decision(decision_id), self._proposals(decision_id)
        if order is None:
            state = None if proposal is None else proposal.state
            why = "" if proposal is None else clause(proposal.reason)
            raise StepFailed("; ".join(filter(None, (_NO_ORDER.get(state or ReviewState.EXPIRED, ""), why))), _AGAIN)
        if order.venue_order_id is None:
            raise StepFailed(state_words(order), "Look at the order in Orders; it is never sent again by itself.")
        return f"{state_words(order)}, the venue's id {order.venue_order_id}"

    # -- after it -----------------------------------------------------------------

    async def details(self) -> str:
        """Read order and executions from the venue itself."""
        order = self._sent()
        report = await self._venue.order(order.venue_order_id or "")
        fills = await self._venue.fills(TEST_PAIR, order.created_ms - _BEFORE_MS)
        ours = [fill for fill in fills if fill.venue_order_id == report.venue_order_id]
        if not ours:
            return f"{figure(report.filled_size)} of {figure(report.size)} filled; the rest waits in the book"
        return joined(*(fill_line(fill) for fill in ours))

    def _sent(self) -> Order:
        order = None if self.order is None else self._facts.ledger.get(self.order.client_order_id)
        if order is None or order.venue_order_id is None:
            raise StepSkipped("there is no order of this test yet; run the step before it first")
        return order

    async def ai_log(self, who: str) -> str:
        """Wait for the log of the test's order; without an order a log about none is uploaded."""
        if not self._venue.capabilities.ai_logs:
            raise StepSkipped("this venue takes no AI logs; they stay in the journal")
        known = None if self.order is None else self._facts.ledger.get(self.order.client_order_id)
        if known is not None:
            await self._until(lambda: self._outbox.is_settled(known.client_order_id), LOG_LIMIT_S)
            logs = self._outbox.of_order(known.client_order_id)
            return self._log_words(logs[-1] if logs else None, "the order's log")
        log_id = self._events.probe(who, simulated=self._venue.is_simulated)
        await self._until(lambda: _is_answered(self._outbox.logs.get(log_id)), LOG_LIMIT_S)
        return self._log_words(self._outbox.logs.get(log_id), "a log about no order")

    def _log_words(self, log: AiLog | None, what: str) -> str:
        if log is None:
            raise StepFailed(f"{what} could not be written", "See Events for the reason.")
        self.uploads = (_upload(log),)
        said = quoted(log.last_message, log.last_code) if log.last_message or log.last_code else "no answer yet"
        if log.state is AiLogState.ACCEPTED:
            return f"{what} was accepted: {said}"
        if log.state is AiLogState.KEPT:
            return f"{what} was kept in the journal: nothing simulated is uploaded"
        hint = "See the AI logs panel. The venue must allow this account to upload; ask the organiser."
        raise StepFailed(f"{what} is not accepted: {said}", hint)

    async def _until(self, is_so: Callable[[], bool], limit_s: float) -> None:
        end_s = self._clock.monotonic_s() + limit_s
        while not is_so() and self._clock.monotonic_s() < end_s:
            await self._clock.sleep(LOOK_S)


def _is_answered(log: AiLog | None) -> bool:
    return log is not None and log.state in {AiLogState.ACCEPTED, AiLogState.NEEDS_HAND, AiLogState.KEPT}


def _upload(log: AiLog) -> HttpExchange:
    """The log as it was frozen, and what the venue said of it; the outbox uploads it with the order's id."""
    answer = " ".join(part for part in (log.last_code, log.last_message) if part)
    about = f"order {log.venue_order_id}" if log.venue_order_id else "no order"
    return HttpExchange(f"AI log about {about}", readable(log.content.decode()), BY_OUTBOX, answer, 0)
