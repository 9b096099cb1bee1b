"""Turns the model's decisions into proposals.

Code sizes, the gate checks, the log is frozen, and only what is durable (W2) is shown.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from terminal.domain.ai_log import AiLogState
from terminal.domain.decision import Action, Decision
from terminal.domain.errors import StorageError
from terminal.domain.instrument import Instrument, base_of
from terminal.domain.messages import Level
from terminal.domain.order import ZERO, Effect, OrderKind, OrderTerms, PositionSide, Side, TimeInForce
from terminal.domain.records import AiLogFrozen, DecisionRecorded, ProposalRecorded, Record, ReviewClosed
from terminal.domain.review import Proposal, ReviewState
from terminal.domain.risk import Verdict
from terminal.domain.ticket import TicketIdea
from terminal.ports.chance import Chance
from terminal.services.ai_logs.archive import Archive
from terminal.services.ai_logs.content import Audit, UnusableLog, decision_content, freeze
from terminal.services.ai_logs.outbox import AiLogOutbox
from terminal.services.ids import fresh_id
from terminal.services.journal_writer import JournalWriter
from terminal.services.orders.sizing import Sized, SizingInputs, size_order
from terminal.services.reporter import Reporter
from terminal.services.review.queue import ReviewQueue
from terminal.services.review.ticket_terms import Narrowed, narrow
from terminal.services.risk.checks.verdicts import check
from terminal.services.risk.context import DecisionFacts, RiskStage
from terminal.services.risk.facts import RiskFacts
from terminal.services.risk.gate import judge


@dataclass(frozen=True, slots=True)
class Drafted:
    """What became of one opening decision: a proposal, or the words why there is none."""

    proposal: Proposal | None
    words: str


class ProposalDesk:
    """Drafts proposals. `new_client_order_id` comes from the one sender."""

    def __init__(
        self,
        facts: RiskFacts,
        review: ReviewQueue,
        outbox: AiLogOutbox,
        archive: Archive,
        writer: JournalWriter,
        chance: Chance,
        reporter: Reporter,
        *,
        new_client_order_id: Callable[[], str],
        version: str,
    ) -> None:
        self._facts = facts
        self._review = review
        self._outbox = outbox
        self._archive = archive
        self._writer = writer
        self._chance = chance
        self._reporter = reporter
        self._new_client_order_id = new_client_order_id
        self._version = version

    async def draft(self, decision: Decision, idea: TicketIdea | None = None) -> Drafted:
        """Draft, write and show one proposal; blocked ones are written and shown as blocked.

        `idea` are the terms of the person who asked: they may narrow the order, never widen it.
        """
        name = spoken(decision)
        busy = self._why_busy(decision)
        if busy:
            return Drafted(None, f"{name} skipped: {busy}")
        rules = self._facts.hub.instruments.get(decision.instrument_id)
        terms, sized = (None, None) if rules is None else self._terms(decision, rules)
        if terms is None or sized is None:
            return Drafted(None, f"{name} skipped: price, equity or leverage is not known yet")
        narrowed = Narrowed(terms, sized, ())
        if idea is not None and rules is not None and self._facts.portfolio.balance is not None:
            narrowed = narrow(terms, sized, idea, rules, self._facts.portfolio.balance.equity)
        try:
            drafted = await self._record(decision, narrowed.terms, narrowed.sized)
            return replace(drafted, words="; ".join((drafted.words, *narrowed.words)))
        except UnusableLog as error:
            self._reporter.notice(Level.ERROR, "model", f"{name} cannot be proposed: {error}.", keep=True)
            return Drafted(None, f"{name} dropped: {error}")
        except StorageError as error:
            self._reporter.notice(
                Level.ERROR, "journal", f"{name} is not shown because it could not be written: {error}"
            )
            return Drafted(None, f"{name} dropped: the journal failed")

    # -- one direction, one order a symbol ----------------------------------------

    def _why_busy(self, decision: Decision) -> str:
        instrument_id = decision.instrument_id
        if any(each.decision.instrument_id == instrument_id for each in self._review.open_proposals()):
            return "a proposal of it is open"
        if any(order.terms.instrument_id == instrument_id for order in self._facts.ledger.at_venue()):
            return "an order of it is at the venue"
        for side in PositionSide:
            if self._facts.portfolio.held(instrument_id, side) > 0:
                return f"a {side.value} position is held (no averaging, one direction a symbol)"
        return ""

    # -- terms -------------------------------------------------------------------

    def _terms(self, decision: Decision, rules: Instrument) -> tuple[OrderTerms | None, Sized | None]:
        facts, long = self._facts, decision.action is Action.OPEN_LONG
        side = Side.BUY if long else Side.SELL
        price = facts.hub.quote(decision.instrument_id).touch(side)
        leverage = facts.leverage_of(decision.instrument_id)
        balance, day_equity = facts.portfolio.balance, facts.portfolio.day_start_equity
        if price is None or price <= 0 or not leverage or balance is None or day_equity is None:
            return None, None
        stop, target = _on_tick(decision, rules, long=long)
        inputs = SizingInputs(
            price=price,
            stop_price=stop,
            risk_fraction=decision.risk_fraction,
            leverage=leverage,
            equity=balance.equity,
            day_equity=day_equity,
            available=balance.available,
            held=ZERO,
            gross=facts.gross_notional(),
        )
        sized = size_order(inputs, rules, facts.limits)
        terms = OrderTerms(
            instrument_id=decision.instrument_id,
            side=side,
            effect=Effect.OPEN,
            kind=OrderKind.MARKET,
            tif=TimeInForce.IOC,
            size=sized.size,
            price=None,
            leverage=leverage,
            stop_price=stop,
            target_price=target,
            reference_price=price,
        )
        return terms, sized

    # -- writing (W2) --------------------------------------------------------------

    async def _record(self, decision: Decision, terms: OrderTerms, sized: Sized) -> Drafted:
        clock = self._facts.clock
        now_ms, now_s = clock.now_ms(), clock.monotonic_s()
        client_order_id = self._new_client_order_id()
        verdict = self._verdict(decision, terms, sized)
        state = ReviewState.PENDING if verdict.allowed else ReviewState.BLOCKED
        content = decision_content(decision, terms, Audit(self._writer.head, self._version))
        log_state = AiLogState.WAITING if verdict.allowed else AiLogState.KEPT
        log_id = fresh_id("log", now_ms, self._chance)
        log = freeze(log_id, decision.decision_id, client_order_id, content, log_state, now_ms)
        records: list[Record] = [
            DecisionRecorded(decision),
            AiLogFrozen(log),
            ProposalRecorded(decision.decision_id, client_order_id, terms, verdict, now_ms),
        ]
        if not verdict.allowed:
            records.append(ReviewClosed(decision.decision_id, state, "risk gate", verdict.text, now_ms))
        await self._writer.commit(*records)
        self._archive.decisions[decision.decision_id] = decision
        self._outbox.add(log)
        proposal = Proposal(
            decision=decision,
            terms=terms,
            client_order_id=client_order_id,
            state=state,
            verdict=verdict,
            created_s=now_s,
            deadline_s=now_s + self._facts.limits.decision_age_s,
            reviewer="" if verdict.allowed else "risk gate",
            reviewed_ms=0 if verdict.allowed else now_ms,
            reason=verdict.text,
        )
        self._review.add(proposal)
        name = spoken(decision)
        return Drafted(proposal, f"{name} proposed" if verdict.allowed else f"{name} blocked: {verdict.text}")

    def _verdict(self, decision: Decision, terms: OrderTerms, sized: Sized) -> Verdict:
        facts = DecisionFacts(
            decision_id=decision.decision_id,
            age_s=0.0,
            price=decision.reference_price,
            has_approval=False,
            log_ready=True,  # frozen and written together with the proposal
        )
        verdict = judge(self._facts.context(terms, RiskStage.DRAFT, facts))
        if sized.refusal:
            return Verdict((check("R12", "Size", False, sized.refusal), *verdict.checks))
        return verdict


def _on_tick(decision: Decision, rules: Instrument, *, long: bool) -> tuple[Decimal | None, Decimal | None]:
    """Round stop and target towards the entry: never more risk, never a farther target than decided."""
    towards_up, towards_down = rules.ceil_price, rules.floor_price
    stop, target = decision.stop_price, decision.target_price
    return (
        None if stop is None else (towards_up(stop) if long else towards_down(stop)),
        None if target is None else (towards_down(target) if long else towards_up(target)),
    )


def spoken(decision: Decision) -> str:
    """Name a decision the way a trader says it: "BTC long"."""
    sides = {Action.OPEN_LONG: "long", Action.OPEN_SHORT: "short", Action.CLOSE: "close", Action.HOLD: "hold"}
    return f"{base_of(decision.instrument_id)} {sides[decision.action]}"
