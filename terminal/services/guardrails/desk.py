"""Gathers what the guardrails look at, and gives their checks for a draft and for the click."""

from collections import deque
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from terminal.domain.approval import UNPROVEN_DAY_LOSS, UNPROVEN_LEVERAGE, UNPROVEN_RISK
from terminal.domain.decision import Decision
from terminal.domain.funnel_messages import ShadowChanged
from terminal.domain.guardrails import GuardrailLimits
from terminal.domain.instrument import InstrumentId
from terminal.domain.messages import EquityPoint, Event, OrderChanged, ProposalChanged
from terminal.domain.order import ZERO, Effect, Order, OrderTerms
from terminal.domain.position import Position
from terminal.domain.recovered import Recovered
from terminal.domain.review import Proposal, ReviewState
from terminal.domain.risk import Check
from terminal.services.guardrails.context import Cap, Exposed, GuardContext
from terminal.services.guardrails.exposure import return_correlation
from terminal.services.guardrails.judging import judge_opening
from terminal.services.guardrails.trades import Trade, TradeBook
from terminal.services.guardrails.venue_time import RecordedOffsets
from terminal.services.review.desk_modes import DeskModes
from terminal.services.review.queue import ReviewQueue
from terminal.services.risk.facts import RiskFacts

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
_BARS: Final = 300  # of returns that are correlated
_COUNTED: Final = frozenset({ReviewState.PENDING, ReviewState.APPROVED})
UNPROVEN: Final = Cap(UNPROVEN_RISK, UNPROVEN_LEVERAGE, UNPROVEN_DAY_LOSS)


def _no_offset() -> float:
    return 0.0


class GuardDesk:
    """Judges openings.

    `error_ms` tells how wrong our reckoning of the venue's time may be, `offset_ms` the venue's time less our
    clock's; None before the first measurement. What it counts by the hour or day is reckoned in the venue's time.
    """

    def __init__(
        self,
        facts: RiskFacts,
        review: ReviewQueue,
        modes: DeskModes,
        trades: TradeBook,
        limits: GuardrailLimits,
        interval_ms: int,
        *,
        error_ms: Callable[[], float | None],
        offset_ms: Callable[[], float | None] = _no_offset,
    ) -> None:
        self._facts = facts
        self._review = review
        self._modes = modes
        self._trades = trades
        self._limits = limits
        self._interval_ms = interval_ms
        self._error_ms = error_ms
        self._offset_ms = offset_ms
        self._curve: deque[tuple[int, Decimal]] = deque()
        self._proposed_ms: dict[str, int] = {}  # by decision id
        self.is_broken = False

    # -- hearing -----------------------------------------------------------------

    def restore(self, recovered: Recovered) -> None:
        """Take in trades and equity of earlier runs."""
        then = RecordedOffsets([(mark.at_ms, mark.clock_offset_ms) for mark in recovered.equity])
        now_ms = self._now_ms()
        for order in recovered.orders:
            self._trades.take_order(order, then.at(order.created_ms))
        for shadow in recovered.shadows:
            self._trades.take_shadow(shadow, then.at(shadow.exit_ms or shadow.entry_ms), now_ms)
        self._trades.forget(now_ms - DAY_MS)
        for mark in recovered.equity:
            self._mark(mark.at_ms + mark.clock_offset_ms, mark.equity)

    def take(self, event: Event) -> None:
        """Hear one event."""
        match event:
            case OrderChanged(order):
                self._trades.take_order(order, self._offset())
            case ShadowChanged(trade):
                self._trades.take_shadow(trade, self._offset(), self._now_ms())
            case ProposalChanged(proposal):
                made_ms = min(self._now_ms(), proposal.decision.created_ms + self._offset())
                self._proposed_ms.setdefault(proposal.decision_id, made_ms)
            case EquityPoint(at_ms, equity):
                self._mark(at_ms + self._offset(), equity)
            case _:
                return

    def _mark(self, at_ms: int, equity: Decimal) -> None:
        self._curve.append((at_ms, equity))
        while self._curve and self._curve[0][0] < at_ms - HOUR_MS:
            self._curve.popleft()

    def _offset(self) -> int:
        return round(self._offset_ms() or 0.0)

    def _now_ms(self) -> int:
        """The venue's time, as bars and fills are stamped: ours may jump, and would forget or freeze what it counts."""
        return self._facts.clock.now_ms() + self._offset()

    def _made_ms(self, decision: Decision) -> int:
        return self._proposed_ms.get(decision.decision_id, decision.created_ms + self._offset())

    # -- judging -----------------------------------------------------------------

    def risk_of(self, decision: Decision) -> Decimal:
        """Give the fraction of equity code may put at risk: the model's bound, or the cap of an unproven desk."""
        return min(decision.risk_fraction, UNPROVEN.risk) if self._modes.is_unproven else decision.risk_fraction

    def at_draft(self, decision: Decision, terms: OrderTerms) -> tuple[Check, ...]:
        """Judge before a person sees it."""
        return self._judge(self._context(decision, terms, drafting=True))

    def at_click(self, proposal: Proposal) -> tuple[Check, ...]:
        """Judge again when it is approved: the budgets of drafting are spent already, all else may have changed."""
        if proposal.terms.effect is not Effect.OPEN:
            return ()
        return self._judge(self._context(proposal.decision, proposal.terms, drafting=False))

    def _judge(self, ctx: GuardContext) -> tuple[Check, ...]:
        if self.is_broken:
            words = "what it counts broke down; restart the program, the log file says more"
            return tuple(
                Check(each.rule, each.name, passed=False, text=words, crashed=True) for each in judge_opening(ctx)
            )
        return judge_opening(ctx)

    def _context(self, decision: Decision, terms: OrderTerms, *, drafting: bool) -> GuardContext:
        facts, where = self._facts, terms.instrument_id
        now_ms, equity = self._now_ms(), facts.portfolio.live_equity()
        self._trades.forget(now_ms - DAY_MS)
        self._proposed_ms = {key: at_ms for key, at_ms in self._proposed_ms.items() if key in self._review.proposals}
        past = [each for each in self._past() if each.moment > now_ms - DAY_MS]
        others = [each for each in self._review.proposals.values() if _counts(each, decision)] if drafting else []
        return GuardContext(
            decision=decision,
            terms=terms,
            limits=self._limits,
            now_ms=now_ms,
            interval_ms=self._interval_ms,
            bar_close_ms=facts.hub.series(where).newest_close_ms,
            account_age_s=facts.clock.monotonic_s() - facts.portfolio.read_s,
            clock_error_ms=self._error_ms(),
            spread=facts.hub.quote(where).spread,
            equity=equity,
            hour_high=None if equity is None else self._hour_high(equity, now_ms),
            day_equity=facts.portfolio.day_start_equity,
            trades=tuple(each for each in past if each.instrument_id == where),
            opens_day=sum(each.opened_ms > now_ms - DAY_MS for each in past),
            opened_here=sum(each.decision.cycle_id == decision.cycle_id for each in others),
            waiting=sum(each.is_open for each in others),
            proposals_hour=sum(self._made_ms(each.decision) > now_ms - HOUR_MS for each in others),
            exposed=self._exposed(where),
            cap=UNPROVEN if self._modes.is_unproven else None,
        )

    def _past(self) -> tuple[Trade, ...]:
        """Trades that count: a desk whose cards cannot become orders counts those on paper."""
        return self._trades.real() if self._modes.mode.may_approve else self._trades.shadow()

    def _hour_high(self, equity: Decimal, now_ms: int) -> Decimal:
        return max([equity, *(each for at_ms, each in self._curve if at_ms > now_ms - HOUR_MS)])

    # -- exposure ----------------------------------------------------------------

    def _exposed(self, where: InstrumentId) -> tuple[Exposed, ...]:
        facts = self._facts
        held = [self._of_position(each, where) for each in facts.portfolio.positions]
        waiting = [
            self._of_order(each, where)
            for each in facts.ledger.at_venue()
            if each.terms.effect is Effect.OPEN and each.open_size > 0
        ]
        return (*held, *waiting)

    def _of_position(self, position: Position, where: InstrumentId) -> Exposed:
        quote = self._facts.hub.quote(position.instrument_id)
        price = quote.mark or quote.last or position.entry_price
        entry = self._facts.ledger.entry_of(position.instrument_id, position.side)
        stop = None if entry is None else entry.terms.stop_price
        at_risk = position.margin if stop is None else max(ZERO, -position.pnl_at(stop) + position.pnl_at(price))
        return Exposed(
            position.instrument_id,
            position.side,
            position.size * price,
            at_risk,
            self._correlation(where, position.instrument_id),
        )

    def _of_order(self, order: Order, where: InstrumentId) -> Exposed:
        terms, price = order.terms, order.terms.expected_price
        notional = order.open_size * price
        at_risk = notional / max(1, terms.leverage)
        if terms.stop_price is not None:
            at_risk = abs(price - terms.stop_price) * order.open_size
        correlation = self._correlation(where, terms.instrument_id)
        return Exposed(terms.instrument_id, terms.position_side, notional, at_risk, correlation)

    def _correlation(self, one: InstrumentId, other: InstrumentId) -> float:
        if one == other:
            return 1.0
        first, second = (self._closes(each) for each in (one, other))
        return return_correlation(first, second)

    def _closes(self, instrument_id: InstrumentId) -> list[tuple[int, float]]:
        return [(bar.open_ms, float(bar.close)) for bar in self._facts.hub.series(instrument_id).closed[-_BARS:]]


def _counts(proposal: Proposal, decision: Decision) -> bool:
    is_other = proposal.decision_id != decision.decision_id
    return is_other and proposal.terms.effect is Effect.OPEN and proposal.state in _COUNTED
