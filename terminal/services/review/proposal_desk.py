"""Turns the model's wishes to open into proposals.

Code sizes, the guardrails and the gate check, the log is frozen, and only what is durable (W2) is shown.
"""

from dataclasses import replace
from decimal import Decimal

from terminal.domain.approval import ApprovalSettings
from terminal.domain.decision import Action, Decision
from terminal.domain.errors import StorageError
from terminal.domain.funnel import SIZED, WRITTEN
from terminal.domain.instrument import Instrument
from terminal.domain.messages import Level
from terminal.domain.order import ZERO, Effect, OrderKind, OrderTerms, PositionSide, Side, TimeInForce
from terminal.domain.plain_words import clause, joined, position_word, why
from terminal.domain.risk import Verdict
from terminal.domain.room import SizingInputs
from terminal.domain.ticket import TicketIdea
from terminal.services.ai_logs.content import UnusableLog
from terminal.services.guardrails.desk import GuardDesk
from terminal.services.orders.sizing import Sized, size_order
from terminal.services.reporter import Reporter
from terminal.services.review.drafting import Drafted, Drafter, spoken
from terminal.services.review.queue import ReviewQueue
from terminal.services.review.ticket_terms import Narrowed, narrow
from terminal.services.risk.checks.verdicts import check
from terminal.services.risk.facts import RiskFacts


class ProposalDesk:
    """Drafts openings; closes are `CloseDesk`'s. `approval` tells how far a price may move before the answer."""

    def __init__(
        self,
        facts: RiskFacts,
        review: ReviewQueue,
        drafter: Drafter,
        reporter: Reporter,
        guards: GuardDesk,
        approval: ApprovalSettings = ApprovalSettings(),  # noqa: B008 - frozen: the common rule
    ) -> None:
        self._facts = facts
        self._guards = guards
        self._review = review
        self._drafter = drafter
        self._reporter = reporter
        self._approval = approval

    async def draft(self, decision: Decision, idea: TicketIdea | None = None) -> Drafted:
        """Draft, write and show one proposal; blocked ones are written and shown as blocked.

        `idea` are the terms of the person who asked: they may narrow the order, never widen it.
        """
        name = spoken(decision)
        unusable = _why_unusable(decision)
        if unusable:
            words = joined(f"{name} cannot be proposed", f"{unusable}. The next bar asks again")
            self._reporter.notice(Level.ERROR, "model", words, keep=True)
            return Drafted(None, f"{name} dropped: {unusable}")
        busy = self._why_busy(decision)
        if busy:
            return Drafted(None, f"{name} skipped: {busy}")
        rules = self._facts.hub.instruments.get(decision.instrument_id)
        terms, sized = (None, None) if rules is None else self._terms(decision, rules)
        if terms is None or sized is None:
            return Drafted(None, f"{name} skipped: price, equity or leverage is not known yet", SIZED)
        narrowed = Narrowed(terms, sized, ())
        if idea is not None and rules is not None and self._facts.portfolio.balance is not None:
            narrowed = narrow(terms, sized, idea, rules, self._facts.portfolio.balance.equity)
        try:
            verdict = self._verdict(decision, narrowed.terms, narrowed.sized)
            drafted = await self._drafter.record(decision, narrowed.terms, verdict)
            return replace(drafted, words="; ".join((drafted.words, *narrowed.words)))
        except UnusableLog as error:
            self._reporter.notice(Level.ERROR, "model", joined(f"{name} cannot be proposed", why(error)), keep=True)
            return Drafted(None, f"{name} dropped: {clause(str(error))}", WRITTEN)
        except StorageError as error:
            words = joined(f"{name} is not shown because it could not be written", why(error))
            self._reporter.notice(Level.ERROR, "journal", words)
            return Drafted(None, f"{name} dropped: the journal failed", WRITTEN)

    # -- one direction, one order a symbol ----------------------------------------

    def _why_busy(self, decision: Decision) -> str:
        instrument_id = decision.instrument_id
        if any(each.decision.instrument_id == instrument_id for each in self._review.open_proposals()):
            return "a proposal of it is open"
        if any(order.terms.instrument_id == instrument_id for order in self._facts.ledger.at_venue()):
            return "an order of it is at the venue"
        for side in PositionSide:
            if self._facts.portfolio.held(instrument_id, side) > 0:
                return f"a {position_word(side)} position is held (no averaging, one direction a symbol)"
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
            risk_fraction=self._guards.risk_of(decision),
            leverage=leverage,
            equity=balance.equity,
            day_equity=day_equity,
            available=balance.available,
            held=ZERO,
            gross=facts.gross_notional(),
            band=self._approval.rule_of(decision.model).band,
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

    def _verdict(self, decision: Decision, terms: OrderTerms, sized: Sized) -> Verdict:
        guards, verdict = self._guards.at_draft(decision, terms), self._drafter.judge(decision, terms)
        if sized.refusal:
            return Verdict((check("R12", "Size", False, sized.refusal), *guards, *verdict.checks))
        return Verdict((*guards, *verdict.checks))


def _why_unusable(decision: Decision) -> str:
    """Name the figures that are no numbers: they can be neither sized nor compared."""
    figures = {
        "risk": decision.risk_fraction,
        "price": decision.reference_price,
        "stop": decision.stop_price,
        "target": decision.target_price,
    }
    wrong = [name for name, value in figures.items() if value is not None and not value.is_finite()]
    if not wrong:
        return ""
    return f"the model's {' and '.join(wrong)} {'is no number' if len(wrong) == 1 else 'are no numbers'}"


def _on_tick(decision: Decision, rules: Instrument, *, long: bool) -> tuple[Decimal | None, Decimal | None]:
    """Round stop and target towards the entry: never more risk, never a farther target than decided."""
    towards_up, towards_down = rules.ceil_price, rules.floor_price
    stop, target = decision.stop_price, decision.target_price
    return (
        None if stop is None else (towards_up(stop) if long else towards_down(stop)),
        None if target is None else (towards_down(target) if long else towards_up(target)),
    )
