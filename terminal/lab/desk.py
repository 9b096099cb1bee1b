"""The live services on a virtual clock: the same snapshot, sizing, checks and loss limits, with nobody to wire to.

What is left out is only what has no meaning in a replay: the journal, the AI logs and the venue. A person is
stood in for in two ways: what passes the checks is approved at once, and what a loss limit stopped is armed again
at the next start of a day. After a fall from the peak that needs a new peak, which live nobody gets: each is
counted, and the time of the first is kept, because live it would have been the end.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, cast

from terminal.domain.account import LeverageSetting
from terminal.domain.decision import Decision
from terminal.domain.guardrails import GuardrailLimits
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import BookLevel, OrderBook, Ticker
from terminal.domain.messages import EquityPoint, OrderChanged
from terminal.domain.order import ZERO, Effect, Order, OrderState, OrderTerms, Origin, Side
from terminal.domain.records import ChainHead
from terminal.domain.review import Proposal, ReviewState
from terminal.domain.risk import RiskLimits, TradingState, Verdict
from terminal.domain.snapshot import MarketSnapshot
from terminal.lab.clock import FixedChance, VirtualClock
from terminal.lab.desk_parts import JudgingDrafter, NoGuards, NoPen, NoStream
from terminal.lab.market import BarWindow, LabMarket
from terminal.lab.paper_account import PaperAccount
from terminal.services.ai_logs.outbox import AiLogOutbox
from terminal.services.guardrails.desk import GuardDesk
from terminal.services.guardrails.trades import TradeBook
from terminal.services.market.hub import MarketHub
from terminal.services.orders.ledger import OrderLedger
from terminal.services.pace import PaceBook
from terminal.services.positions.portfolio import Portfolio
from terminal.services.reporter import Reporter
from terminal.services.review.desk_modes import DeskModes
from terminal.services.review.proposal_desk import ProposalDesk
from terminal.services.review.queue import ReviewQueue
from terminal.services.review.snapshot_builder import SnapshotBuilder
from terminal.services.review.snapshot_facts import FactGatherer
from terminal.services.risk.context import DecisionFacts, RiskStage
from terminal.services.risk.facts import RiskFacts
from terminal.services.risk.gate import judge
from terminal.services.trading_switch import TradingSwitch

SEEN_BARS: Final = 3
"""Bars a replay's snapshot carries: its inputs come from one pass over the whole history, not from these."""
_DEPTH: Final = Decimal(1_000_000_000)
_DAY_MS: Final = 86_400_000
_HOUR_S: Final = 3_600.0
_OPPOSITE: Final = {Side.BUY: Side.SELL, Side.SELL: Side.BUY}
_REARM: Final = "the lab, at the start of a day"
_VENUE: Final = "lab"
_CORRELATED_BARS: Final = 301  # the guardrails correlate 300 returns


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """`leverage` is capped by the limits. `answer_ms`: from the close of a bar to the model's answer.

    Without `guardrails` there are none: fixed rules claim no confidence they could judge.
    """

    limits: RiskLimits
    guardrails: GuardrailLimits | None = None
    equity: Decimal = Decimal(1000)
    leverage: int = 5
    answer_ms: int = 2_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What the desk said to a decision: terms that may be sent, or why not (the check that stopped it first)."""

    terms: OrderTerms | None
    stopped_by: str
    words: str


class LabDesk:
    """One account's desk during a replay. Times only go forward."""

    def __init__(self, market: LabMarket, settings: DeskSettings) -> None:
        self._market = market
        self._settings = settings
        self.clock = VirtualClock(market.close_ms(0))
        self._rows = {name: row for row, name in enumerate(market.instruments)}
        self.halts = 0
        self.falls = 0
        self.first_fall_ms: int | None = None
        self._day = -1
        most = SEEN_BARS if settings.guardrails is None else _CORRELATED_BARS
        self._windows = [BarWindow(market, row, most) for row in range(len(market.instruments))]
        clock, limits, writer = self.clock, settings.limits, NoPen()
        reporter = Reporter(_drop, writer, clock)
        self.switch = TradingSwitch(_drop, reporter)
        self._hub = MarketHub(
            cast("Any", NoStream()),  # the rest of a feed is never asked for
            clock,
            market.instruments,
            market.interval,
            emit=_drop,
            reporter=reporter,
            spawn=_never,
            on_bar_closed=_drop,
        )
        self._hub.instruments.update(zip(market.instruments, market.rules, strict=True))
        leverage = min(settings.leverage, limits.max_leverage)
        self.account = PaperAccount(settings.equity, leverage, clock, self._mark_of)
        venue = cast("Any", None)  # nothing is ever asked for: the account is read here
        self.portfolio = Portfolio(
            venue, writer, clock, limits, self.switch, reporter, emit=_drop, mark_of=self._mark_of
        )
        self._facts = RiskFacts(
            limits=limits,
            clock=clock,
            switch=self.switch,
            hub=self._hub,
            portfolio=self.portfolio,
            ledger=OrderLedger(writer, clock, self.switch, reporter, _drop),
            outbox=AiLogOutbox(venue, writer, clock, FixedChance(), self.switch, reporter, _drop),
            pace=PaceBook(clock),
            leverage={each: _setting(each, leverage) for each in market.instruments},
        )
        self._snapshots = SnapshotBuilder(
            self._hub,
            self.portfolio,
            FactGatherer(self._facts),
            clock,
            FixedChance(),
            venue=_VENUE,
            offset_ms=_no_offset,
            simulated=market.simulated,
        )
        self._review = review = ReviewQueue(writer, clock, emit=_drop)
        self._trades = TradeBook()
        self._guards: GuardDesk = NoGuards()
        if settings.guardrails is not None:
            modes = DeskModes(writer, clock, self.switch, reporter, emit=_drop)
            self._guards = GuardDesk(
                self._facts, review, modes, self._trades, settings.guardrails, market.interval.ms, error_ms=_no_offset
            )
        self._drafter = JudgingDrafter(self._facts)
        self._proposals = ProposalDesk(self._facts, review, self._drafter, reporter, self._guards)
        self.switch.clear("start")

    @property
    def is_active(self) -> bool:
        """False while the loss limits let nothing open."""
        return self.switch.state is TradingState.ACTIVE

    def mark(self, bar: int) -> Decimal:
        """Go to the moment just after a bar's close and mark the account; gives the equity."""
        now_ms = self._market.close_ms(bar) + self._settings.answer_ms
        if now_ms > self.clock.now_ms():
            self.clock.move_to(now_ms)
        for position in self.portfolio.positions:
            self._put_price(self._rows[position.instrument_id], bar)
        if self.clock.now_ms() // _DAY_MS != self._day:
            self._day = self.clock.now_ms() // _DAY_MS
            self._arm_again()
        was_active = self.is_active
        self._read_account()
        self.halts += was_active and not self.is_active
        balance = self.portfolio.balance
        equity = self._settings.equity if balance is None else balance.equity
        self._guards.take(EquityPoint(self.clock.now_ms(), equity))
        return equity

    def _arm_again(self) -> None:
        portfolio = self.portfolio
        peak, balance = portfolio.peak_equity, portfolio.balance
        if peak and balance is not None and (peak - balance.equity) / peak >= self._settings.limits.drawdown_reduce:
            portfolio.peak_equity = None  # the next reading is the new peak
            self.falls += 1
            self.first_fall_ms = self.first_fall_ms or self.clock.now_ms()
        self.switch.set_by_person(TradingState.ACTIVE, _REARM)

    def snapshot(self, bar: int, row: int) -> MarketSnapshot | None:
        """The inputs of one instrument, built as live from what is known at the close of this bar."""
        name = self._market.instruments[row]
        self._quote(row, bar)
        self._load(row, bar, SEEN_BARS)
        cycle_id = f"lab-{self._market.close_ms(bar)}"
        return self._snapshots.build(cycle_id, (name,), ChainHead(0, ""), None).snapshot

    async def ask(self, decision: Decision, bar: int) -> Answer:
        """Size and judge an opening as live, before a person sees it."""
        if self._settings.guardrails is not None:  # they correlate it with what is held
            for name in {decision.instrument_id, *(each.instrument_id for each in self.portfolio.positions)}:
                self._load(self._rows[name], bar, _CORRELATED_BARS)
        drafted = await self._proposals.draft(decision)
        judged = self._drafter.taken()
        if judged is None:
            return Answer(None, drafted.stopped_at or "busy", drafted.words)
        answer = _answer(*judged)
        if answer.terms is not None:
            self._note_approved(decision, *judged)
        return answer

    def _note_approved(self, decision: Decision, terms: OrderTerms, verdict: Verdict) -> None:
        """Keep the approved cards of the last hour: guardrails count them."""
        now_s = self.clock.monotonic_s()
        cards = self._review.proposals
        for key in [key for key, card in cards.items() if card.created_s < now_s - _HOUR_S]:
            del cards[key]
        state = ReviewState.APPROVED
        cards[decision.decision_id] = Proposal(decision, terms, decision.decision_id, state, verdict, now_s, now_s)

    def send(self, decision: Decision, terms: OrderTerms, bid: Decimal, ask: Decimal) -> Answer:
        """Judge once more at the price it would meet, as the sender does; an order that passes counts as sent."""
        row = self._rows[terms.instrument_id]
        self._put_quote(row, bid, ask)
        facts = DecisionFacts(
            decision_id=decision.decision_id,
            age_s=self._settings.answer_ms / 1000.0,
            price=decision.reference_price,
            has_approval=True,
            log_ready=True,
        )
        answer = _answer(terms, judge(self._facts.context(terms, RiskStage.FINAL, facts)))
        if answer.terms is not None:
            self._facts.pace.sent(terms)
        return answer

    def opened(self, terms: OrderTerms, decision_id: str, price: Decimal, fee: Decimal) -> None:
        """Book the fill of an opening, so that account, checks and guardrails know of it."""
        self.account.open(terms.instrument_id, terms.position_side, terms.size, price, fee)
        self._facts.pace.filled(terms.instrument_id, terms.side, decision_id)
        order = self._filled(decision_id, terms, Origin.AI, price, fee, ZERO)
        self._facts.ledger.put(order)
        self._guards.take(OrderChanged(order))
        self._read_account()

    def _read_account(self) -> None:
        balance, positions = self.account.reading()
        self.portfolio.take(balance, positions, self.clock.monotonic_s())

    def closed(self, entry_id: str, terms: OrderTerms, exit_price: Decimal, result: Decimal, *, by_stop: bool) -> None:
        """Book the end of a trade; `result` is after all fees and funding."""
        self.account.close(terms.instrument_id, result)
        # Finished orders are not looked at again; kept, each look would be at all of them.
        self._facts.ledger.orders.pop(entry_id, None)
        way = replace(terms, side=_OPPOSITE[terms.side], effect=Effect.CLOSE)
        origin = Origin.VENUE if by_stop else Origin.AI
        order = self._filled(f"{entry_id}-exit", way, origin, exit_price, ZERO, result)
        self._guards.take(OrderChanged(order))

    def _filled(
        self, order_id: str, terms: OrderTerms, origin: Origin, price: Decimal, fee: Decimal, realised: Decimal
    ) -> Order:
        now_ms = self.clock.now_ms()
        return Order(
            client_order_id=order_id,
            terms=terms,
            origin=origin,
            decision_id=order_id,
            state=OrderState.FILLED,
            created_ms=now_ms,
            filled_size=terms.size,
            average_price=price,
            fee_paid=fee,
            realized_pnl=realised,
            updated_ms=now_ms,
        )

    # -- prices ------------------------------------------------------------------

    def _load(self, row: int, bar: int, count: int) -> None:
        self._hub.series(self._market.instruments[row]).set_closed(self._windows[row].until(bar, count))

    def _mark_of(self, instrument_id: InstrumentId) -> Decimal | None:
        ticker = self._hub.tickers.get(instrument_id)
        return None if ticker is None else ticker.mark

    def _put_price(self, row: int, bar: int) -> None:
        """A new mark for what is held; its book is not looked at until it is asked about."""
        name = self._market.instruments[row]
        price = Decimal(repr(float(self._market.panel.close[row, bar])))
        now_ms = self.clock.now_ms()
        self._hub.on_market(Ticker(name, price, price, price, None, None, None, None, None, now_ms))

    def _quote(self, row: int, bar: int) -> None:
        bid, ask = self._market.quote(row, float(self._market.panel.close[row, bar]))
        self._put_quote(row, bid, ask, Decimal(repr(float(self._market.panel.close[row, bar]))))

    def _put_quote(self, row: int, bid: Decimal, ask: Decimal, last: Decimal | None = None) -> None:
        name, now_ms = self._market.instruments[row], self.clock.now_ms()
        price = (bid + ask) / 2 if last is None else last
        self._hub.on_market(Ticker(name, price, price, price, None, None, None, None, None, now_ms))
        bids, asks = (BookLevel(bid, _DEPTH),), (BookLevel(ask, _DEPTH),)
        self._hub.on_market(OrderBook(name, bids, asks, 1, synchronised=True, ts_event_ms=now_ms))


def _answer(terms: OrderTerms, verdict: Verdict) -> Answer:
    if verdict.allowed:
        return Answer(terms, "", "")
    return Answer(None, verdict.failures[0].name, verdict.text)


def _setting(instrument_id: InstrumentId, leverage: int) -> LeverageSetting:
    return LeverageSetting(instrument_id, leverage, leverage, leverage, is_isolated=False)


def _no_offset() -> float:
    return 0.0


def _drop(_event: object) -> None:
    """Nobody listens to a replay's desk."""


def _never(*_: object) -> None:
    """Nothing runs beside a replay."""
