"""The one sender: nothing reaches the venue's order endpoint but through here, and once.

Openings: final risk check, then approval, verdict and the exact bytes in one durable
transaction (W3), then the single send. Exits: the same order of things, but neither the
journal nor any gate beyond the position's size can hold them back.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from terminal.domain.ai_log import AiLog, AiLogState
from terminal.domain.commands import ClosePosition
from terminal.domain.decision import Decision
from terminal.domain.errors import DuplicateRecord, RequestRejected, StorageError
from terminal.domain.messages import Level
from terminal.domain.order import (
    Effect,
    Order,
    OrderEvent,
    OrderKind,
    OrderState,
    OrderTerms,
    Origin,
    PositionSide,
    Side,
    TimeInForce,
    apply_event,
)
from terminal.domain.plain_words import clause, joined, leg_words, order_words, quoted, why
from terminal.domain.position import Position
from terminal.domain.records import AiLogAnswered, AiLogFrozen, ApprovalGiven, IntentCommitted, Record, RiskChecked
from terminal.domain.rehearsal import API_TEST_MODEL
from terminal.domain.review import Approval, Proposal
from terminal.domain.risk import TradingState, Verdict
from terminal.ports.chance import Chance
from terminal.ports.venue import (
    Acknowledged,
    NotSent,
    PreparedOrder,
    Refused,
    SubmitOutcome,
    TradingVenue,
    Unclear,
)
from terminal.services.ai_logs.archive import Archive
from terminal.services.ai_logs.exit_logs import ExitLogs
from terminal.services.ai_logs.outbox import SUPERSEDED
from terminal.services.ids import client_order_id
from terminal.services.journal_writer import CommitTooSlow, JournalWriter
from terminal.services.orders.intake import OrderIntake
from terminal.services.reporter import Reporter
from terminal.services.risk.context import DecisionFacts, RiskStage
from terminal.services.risk.facts import RiskFacts
from terminal.services.risk.gate import judge

Spawn = Callable[[Coroutine[Any, Any, None], str], object]


@dataclass(frozen=True, slots=True)
class Submission:
    """What became of an approved proposal: `refusal` is "" when its intent is durable and it was sent."""

    order: Order | None
    refusal: str


class OrderManager:
    """Sends openings and exits.

    `on_durable(order, approval)` is told once an approval and its intent are durable,
    `on_unclear(order)` when an outcome must be looked up, `on_veto(decision, terms, verdict, "send")`
    when the last checks stopped an approved one; `before_sending()` is called right before the
    gate's last word.
    """

    def __init__(
        self,
        venue: TradingVenue,
        facts: RiskFacts,
        intake: OrderIntake,
        writer: JournalWriter,
        archive: Archive,
        exits: ExitLogs,
        chance: Chance,
        reporter: Reporter,
        spawn: Spawn,
        instance: str,
    ) -> None:
        self._venue = venue
        self._facts = facts
        self._ledger = facts.ledger
        self._clock = facts.clock
        self._switch = facts.switch
        self._intake = intake
        self._writer = writer
        self._archive = archive
        self._exits = exits
        self._chance = chance
        self._reporter = reporter
        self._spawn = spawn
        self._instance = instance
        self._taken: set[str] = set()
        self.on_durable: Callable[[Order, Approval], None] = lambda _order, _approval: None
        self.on_unclear: Callable[[Order], None] = lambda _order: None
        self.before_sending: Callable[[], None] = lambda: None
        self.on_veto: Callable[[Decision, OrderTerms, Verdict, str], None] = lambda *_: None

    def new_client_order_id(self) -> str:
        return client_order_id(self._instance, self._clock.now_ms(), self._chance)

    # -- approved proposals ----------------------------------------------------

    async def submit_approved(self, proposal: Proposal, approval: Approval, amended: AiLog | None = None) -> Submission:
        """Send the order of an approved proposal; at most once a decision, whoever calls.

        `amended` is the log of an order a person made tighter; it is frozen together with the intent.
        """
        decision_id = proposal.decision_id
        if decision_id in self._taken or self._ledger.of_decision(decision_id) is not None:
            return Submission(None, "an order of this decision exists already")
        self._taken.add(decision_id)
        verdict = self.final_verdict(proposal)
        if not verdict.allowed:
            self.refused_by(verdict, proposal)
            return Submission(None, verdict.text)
        try:
            prepared = self._venue.prepare_order(proposal.client_order_id, proposal.terms)
        except RequestRejected as error:
            return Submission(None, why(error))
        order = self._begin(_approved_order(proposal, self._clock.now_ms()))
        refusal = await self._commit_intent(order, prepared, verdict, approval, amended)
        if refusal:
            return Submission(None, refusal)
        if amended is not None:
            self._facts.outbox.supersede(amended)
        self._archive.approvals[decision_id] = approval
        self._ledger.sent_by[order.client_order_id] = approval.who
        self.on_durable(order, approval)
        self._ledger.announce(order)
        await self._send(order, prepared)
        return Submission(order, "")

    def refused_by(self, verdict: Verdict, proposal: Proposal) -> None:
        """Write down and tell that the last checks stopped an approved order."""
        self._writer.post(RiskChecked(proposal.client_order_id, verdict, self._clock.now_ms()))
        self.on_veto(proposal.decision, proposal.terms, verdict, "send")

    def final_verdict(self, proposal: Proposal) -> Verdict:
        """Run the checks an approved order must meet right before it is sent."""
        facts = DecisionFacts(
            decision_id=proposal.decision_id,
            age_s=self._clock.monotonic_s() - proposal.created_s,
            price=proposal.decision.reference_price,
            has_approval=True,
            log_ready=self._facts.outbox.is_ready(proposal.client_order_id),
        )
        return judge(self._facts.context(proposal.terms, RiskStage.FINAL, facts))

    async def _commit_intent(
        self, order: Order, prepared: PreparedOrder, verdict: Verdict, approval: Approval, amended: AiLog | None
    ) -> str:
        """W3. Gives "" once durable, else why nothing may be sent.

        A close is sent even if the journal is broken, and written down later; but never when the
        journal says that its decision was answered already.
        """
        now_ms = self._clock.now_ms()
        self._ledger.signed_at_ms[order.client_order_id] = now_ms
        needed: tuple[Record, ...] = (
            *([] if amended is None else _superseding(amended, now_ms)),
            ApprovalGiven(approval),
            RiskChecked(order.client_order_id, verdict, now_ms),
            IntentCommitted(order, prepared.endpoint, prepared.body, now_ms),
        )
        try:
            await self._writer.commit(*needed)
        except CommitTooSlow as error:
            if self._goes_unwritten(order, error, needed):
                return ""
            self._spawn(self._withdraw_late(order, error), f"late commit {order.client_order_id}")
            return self._withdraw(order, why(error))
        except DuplicateRecord as error:
            words = joined(f"{order_words(order.terms)} was not sent", why(error), "Ask for a new decision")
            self._reporter.notice(Level.ERROR, "orders", words, keep=True)
            return self._withdraw(order, why(error))
        except StorageError as error:
            if self._goes_unwritten(order, error, needed):
                return ""
            return self._withdraw(order, why(error))
        return ""

    def _goes_unwritten(self, order: Order, error: StorageError, records: tuple[Record, ...]) -> bool:
        """Let an exit pass a broken journal: its records follow as soon as they can be written."""
        if order.terms.effect is Effect.OPEN:
            return False
        words = f"{order_words(order.terms)} is sent although the journal failed; it is written down later"
        self._reporter.notice(Level.ERROR, "orders", joined(words, why(error), "Free the disk"))
        self._writer.post(*records)
        return True

    def _withdraw(self, order: Order, cause: str) -> str:
        """Forget about sending. The journal does not know this order, so neither memory nor window shows it moving."""
        words = f"not sent: {clause(cause)}. Ask for a new decision once the journal works"
        self._ledger.put(apply_event(order, OrderEvent.NOT_SENT, reason=words))
        return words

    async def _withdraw_late(self, order: Order, error: CommitTooSlow) -> None:
        """A commit that succeeded too late left an intent: write down that nothing was sent."""
        try:
            await error.late
        except StorageError:
            return
        self._ledger.save(self._ledger.orders[order.client_order_id], OrderEvent.NOT_SENT.value)

    # -- exits -----------------------------------------------------------------

    async def close(self, command: ClosePosition, *, stop_met: str = "") -> None:
        """Close part of a position at the market, by a person's word alone.

        `stop_met` says which stop or target of this program's the market met, when no person asked.
        """
        position = self._facts.portfolio.position(command.instrument_id, command.side)
        where = leg_words(command.instrument_id, command.side)
        if position is None or not 0 < command.fraction <= 1:
            words = f"Nothing to close: there is no {where}, or no such part of it"
            self._reporter.notice(Level.WARNING, "orders", words)
            return
        terms = self._closing_terms(position, command.fraction)
        verdict = judge(self._facts.context(terms, RiskStage.FINAL, None))
        if not verdict.allowed:
            self._reporter.notice(Level.WARNING, "orders", f"{where} was not closed. {verdict.text}")
            return
        origin = Origin.PROGRAM_STOP if stop_met else Origin.HUMAN_EXIT
        order = Order(self.new_client_order_id(), terms, origin, None, OrderState.APPROVED, self._clock.now_ms())
        try:
            prepared = self._venue.prepare_order(order.client_order_id, terms)
        except RequestRejected as error:
            words = joined(f"{where} was not closed", why(error), "Look at the position and close it again")
            self._reporter.notice(Level.ERROR, "orders", words)
            return
        order = self._begin(order)
        self._ledger.sent_by[order.client_order_id] = command.who
        log = self._exit_log(order, command, stop_met)
        await self._commit_exit(order, prepared, verdict, log)
        self._ledger.announce(order)
        await self._send(order, prepared)

    def _exit_log(self, order: Order, command: ClosePosition, stop_met: str) -> AiLog | None:
        if stop_met:
            return self._exits.by_program(order, stop_met)
        return self._exits.by_person(order, command.who, command.fraction)

    def _closing_terms(self, position: Position, fraction: Decimal) -> OrderTerms:
        rules = self._facts.hub.instruments.get(position.instrument_id)
        wanted = position.size * fraction
        # On spot a fee taken in the coin leaves a crumb beside the step, which cannot be sold.
        whole = fraction == 1 and not self._venue.capabilities.is_spot
        size = wanted if whole or rules is None else rules.floor_size(wanted)
        side = Side.SELL if position.side is PositionSide.LONG else Side.BUY
        quote = self._facts.hub.quote(position.instrument_id)
        return OrderTerms(
            instrument_id=position.instrument_id,
            side=side,
            effect=Effect.CLOSE,
            kind=OrderKind.MARKET,
            tif=TimeInForce.IOC,
            size=size,
            price=None,
            leverage=position.leverage,
            stop_price=None,
            target_price=None,
            reference_price=quote.touch(side) or quote.mark or quote.last or position.entry_price,
        )

    async def _commit_exit(self, order: Order, prepared: PreparedOrder, verdict: Verdict, log: AiLog | None) -> None:
        """Intent first as always; but a broken journal does not keep anyone in a position."""
        now_ms = self._clock.now_ms()
        self._ledger.signed_at_ms[order.client_order_id] = now_ms
        frozen: tuple[Record, ...] = () if log is None else (AiLogFrozen(log),)
        needed: tuple[Record, ...] = (
            RiskChecked(order.client_order_id, verdict, now_ms),
            IntentCommitted(order, prepared.endpoint, prepared.body, now_ms),
        )
        try:
            await self._writer.commit(*frozen, *needed)
        except DuplicateRecord as error:
            if log is not None:
                self._exits.refused(why(error))
                log = None
            self._writer.post(*needed)
        except StorageError as error:
            self._goes_unwritten(order, error, (*frozen, *needed))
        if log is not None:
            self._facts.outbox.add(log)

    # -- sending ---------------------------------------------------------------

    def _begin(self, approved: Order) -> Order:
        """From here on the order counts as being at the venue."""
        order = apply_event(approved, OrderEvent.COMMIT)
        self._ledger.put(order)
        self._facts.pace.sent(order.terms)
        return order

    async def _send(self, order: Order, prepared: PreparedOrder) -> None:
        try:
            outcome = await self._venue.submit_order(replace(prepared, may_send=lambda: self._may_send(order)))
        except BaseException:  # cancelled or broken while the bytes were on their way: an unknown outcome
            self._take(order, Unclear("sending was interrupted"))
            raise
        self._take(order, outcome)

    def _may_send(self, order: Order) -> bool:
        """The gate's last word, asked when nothing but the wire is left to wait for.

        Writing to the journal and waiting for the request budget take time, and a person may
        have pressed the kill switch meanwhile. Orders that reduce always pass.
        """
        self.before_sending()
        return order.terms.effect is Effect.CLOSE or self._switch.may_open(order.terms.instrument_id)

    def _take(self, order: Order, outcome: SubmitOutcome) -> None:
        match outcome:
            case Acknowledged(venue_order_id, note):
                self._intake.acknowledge(order, venue_order_id)
                if note:
                    self._say(Level.WARNING, order, f"was taken; the venue says: {quoted(note)}")
            case Refused():
                self._take_refusal(order, outcome)
            case NotSent(message):
                self._ledger.move(order, OrderEvent.NOT_SENT, reason=message)
                self._say(Level.WARNING, order, joined("was not sent", message, "Nothing left this machine; try again"))
            case Unclear(message):
                self._take_unclear(order, message)

    def _take_refusal(self, order: Order, outcome: Refused) -> None:
        words = said = quoted(outcome.message, outcome.code, outcome.hint)
        self._facts.pace.rejected()
        if self._facts.pace.rejects_last_min() >= self._facts.limits.rejects_per_min:
            words = "the venue refused too many orders within a minute; look at why, then set Active"
            self._switch.demand("rejects", TradingState.REDUCE_ONLY, words)
        self._ledger.move(order, OrderEvent.REJECT, reason=words)
        self._say(Level.ERROR, order, f"was refused by the venue: {said}")
        if outcome.halts:
            self._switch.demand("venue refuses", TradingState.HALTED, f"the venue takes no orders from here. {said}")

    def _take_unclear(self, order: Order, message: str) -> None:
        present = self._ledger.orders[order.client_order_id]
        if present.state is not OrderState.SUBMITTING:
            return  # the stream has proved it in the meantime
        self._ledger.move(present, OrderEvent.UNCLEAR, reason=message)
        words = joined("may or may not have arrived", message, "It is looked up and never sent again")
        self._say(Level.WARNING, order, words)
        if len(self._ledger.unknown()) >= self._facts.limits.unknown_orders:
            self._switch.demand("unclear orders", TradingState.HALTED, "too many orders with an unknown outcome")
        self.on_unclear(present)

    def _say(self, level: Level, order: Order, words: str) -> None:
        words = words[:1].lower() + words[1:]
        self._reporter.notice(level, "orders", f"{order_words(order.terms)} {words}")


def _approved_order(proposal: Proposal, now_ms: int) -> Order:
    origin = Origin.AI if proposal.amendment is None else Origin.AI_AMENDED
    if proposal.decision.model == API_TEST_MODEL:
        origin = Origin.API_TEST
    order = Order(proposal.client_order_id, proposal.terms, origin, proposal.decision_id, OrderState.DRAFT, now_ms)
    for event in (OrderEvent.RISK_OK, OrderEvent.APPROVE):
        order = apply_event(order, event)
    return order


def _superseding(amended: AiLog, now_ms: int) -> tuple[Record, ...]:
    """Freeze the amended order's log; the decision's own stays as it is and is not uploaded."""
    return AiLogFrozen(amended), AiLogAnswered(amended.supersedes, 0, AiLogState.KEPT.value, "", SUPERSEDED, now_ms)
