"""Builds the services of one engine and joins them. No task runs here yet."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from terminal.domain.account import LeverageSetting
from terminal.domain.approval import ApprovalSettings
from terminal.domain.capabilities import TradedVenue
from terminal.domain.guardrails import GuardrailLimits
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Interval
from terminal.domain.messages import Event
from terminal.domain.order import ZERO, Effect, Order
from terminal.domain.review import Approval, Proposal
from terminal.domain.risk import RiskLimits
from terminal.domain.season import Season
from terminal.ports.candle_store import CandleStore
from terminal.ports.chance import Chance
from terminal.ports.clock import Clock
from terminal.ports.market_feed import MarketFeed
from terminal.ports.strategy import StrategyWorker
from terminal.ports.venue import OrderReport, TradingVenue
from terminal.services.ai_logs.archive import Archive
from terminal.services.ai_logs.content import ProgramMark
from terminal.services.ai_logs.exit_logs import ExitLogs
from terminal.services.ai_logs.guard import ContentGuard, SecretScreen
from terminal.services.ai_logs.kit import LogKit
from terminal.services.ai_logs.outbox import AiLogOutbox
from terminal.services.brain.kit import BrainKit
from terminal.services.chronicle import Chronicle
from terminal.services.funnel.kit import HindsightKit
from terminal.services.journal_writer import JournalWriter
from terminal.services.market.bar_history import BarHistory, bar_history
from terminal.services.market.chart_desk import ChartDesk
from terminal.services.market.depth import DepthDesk
from terminal.services.market.hub import MarketHub
from terminal.services.market.references import ReferenceDesk, ReferenceFeed
from terminal.services.orders.canceler import OrderCanceler
from terminal.services.orders.intake import OrderIntake
from terminal.services.orders.ledger import OrderLedger
from terminal.services.orders.leverage_keeper import LeverageKeeper
from terminal.services.orders.manager import OrderManager
from terminal.services.orders.margin_changes import MarginChanges
from terminal.services.orders.margin_choices import MarginChoices
from terminal.services.pace import PaceBook
from terminal.services.passport.desk import PassportDesk
from terminal.services.positions.kit import PositionKit
from terminal.services.positions.portfolio import Portfolio
from terminal.services.promotion.kit import GuardKit
from terminal.services.recovery.other_terminal import OtherTerminal
from terminal.services.recovery.rate_watch import RateWatch
from terminal.services.recovery.recovery import Recovery
from terminal.services.rehearsal.kit import RehearsalKit
from terminal.services.rehearsal.test_order import OrderParts
from terminal.services.reporter import Reporter
from terminal.services.review.amended_log import AmendedLogs
from terminal.services.review.approval_kit import ApprovalKit
from terminal.services.review.binding import Binding
from terminal.services.review.close_desk import CloseDesk
from terminal.services.review.decision_cycle import DecisionCycle
from terminal.services.review.desk_modes import DeskModes
from terminal.services.review.drafting import Drafter
from terminal.services.review.older_reviews import OlderReviewsReader
from terminal.services.review.proposal_desk import ProposalDesk
from terminal.services.review.queue import ReviewQueue
from terminal.services.review.snapshot_builder import SnapshotBuilder
from terminal.services.review.snapshot_facts import FactGatherer
from terminal.services.risk.facts import RiskFacts
from terminal.services.settings_notes import SettingsNotes
from terminal.services.time_machine.desk import TimeMachine
from terminal.services.trading_switch import TradingSwitch

Emit = Callable[[Event], None]
Spawn = Callable[[Coroutine[Any, Any, None], str], object]


@dataclass(frozen=True, slots=True)
class Outside:
    """The ports and settings an engine is given."""

    venue: TradingVenue
    feed: MarketFeed
    worker: StrategyWorker
    clock: Clock
    chance: Chance
    limits: RiskLimits
    instruments: tuple[InstrumentId, ...]
    interval: Interval
    version: str
    instance: str
    build: str = ""
    rule_version: str = ""  # of the competition rules an approval is bound to
    approval: ApprovalSettings = field(default_factory=ApprovalSettings)
    guardrails: GuardrailLimits = field(default_factory=GuardrailLimits)
    season: Season = field(default_factory=Season)
    screen: SecretScreen = field(default_factory=SecretScreen)  # finds secrets in what would be uploaded
    candles: CandleStore | None = None  # keeps bars for the next start
    references: tuple[ReferenceFeed, ...] = ()  # other venues' prices
    is_competition: bool = False
    policy: str = ""  # the strategy's own numbers, canonical

    @property
    def traded(self) -> TradedVenue:
        return TradedVenue(self.venue.name, self.venue.capabilities, self.is_competition)

    @property
    def mark(self) -> ProgramMark:
        return ProgramMark(self.version, self.build)


class Core:
    """Every service of one engine, wired."""

    def __init__(
        self,
        outside: Outside,
        writer: JournalWriter,
        reporter: Reporter,
        switch: TradingSwitch,
        emit: Emit,
        spawn: Spawn,
    ) -> None:
        venue, clock, chance = outside.venue, outside.clock, outside.chance
        self._spawn = spawn
        self.switch = switch
        self.archive = Archive()
        self.pace = PaceBook(clock)
        self.hub = MarketHub(
            outside.feed,
            clock,
            outside.instruments,
            outside.interval,
            emit=emit,
            reporter=reporter,
            spawn=spawn,
            on_bar_closed=lambda _close_ms: self.cycle.request("bar closed"),
        )
        self.depth = DepthDesk(outside.feed, clock, self.hub.instruments, emit=emit, reporter=reporter, spawn=spawn)
        self.hub.follow(self.depth.hear)
        self.charts = ChartDesk(outside.feed, self.hub, reporter, spawn, emit=emit)
        self.hub.follow(self.charts.hear)
        self.history: BarHistory | None = bar_history(
            outside.candles, outside.feed, self.hub, clock, reporter, outside.instruments
        )
        self.hindsight = HindsightKit(outside.feed, self.hub, writer, clock, reporter, spawn, emit=emit)
        self.ledger = OrderLedger(writer, clock, switch, reporter, emit)
        self.chronicle = Chronicle(reporter, self.ledger)
        self.older_reviews = OlderReviewsReader(writer, reporter, emit=emit)
        self.passports = PassportDesk(writer, self.ledger, emit)
        self.settings_notes = SettingsNotes(writer, clock, reporter, emit=emit)
        self.time_machine = TimeMachine(writer, outside.worker, clock, chance, emit=emit)
        self.portfolio = Portfolio(
            venue,
            writer,
            clock,
            outside.limits,
            switch,
            reporter,
            emit=emit,
            mark_of=self._mark_of,
            offset_ms=lambda: round(outside.feed.health().clock_offset_ms or 0.0),
        )
        self.brain = BrainKit(outside.worker, writer, clock, reporter, outside.interval.ms, emit=emit)
        self.outbox = AiLogOutbox(venue, writer, clock, chance, switch, reporter, emit)
        self.guard = ContentGuard(outside.screen, simulated=venue.is_simulated)
        self.review = ReviewQueue(writer, clock, emit=emit)
        self.others = OtherTerminal(outside.instance, switch)
        self.rates = RateWatch(switch, clock)
        self.intake = OrderIntake(venue, self.ledger, clock, switch, reporter, spawn, self.others)
        settings: dict[InstrumentId, LeverageSetting] = {}
        self.facts = RiskFacts(
            limits=outside.limits,
            clock=clock,
            switch=switch,
            hub=self.hub,
            portfolio=self.portfolio,
            ledger=self.ledger,
            outbox=self.outbox,
            pace=self.pace,
            leverage=settings,
            season=outside.season,
            venue=outside.traded,
        )
        self.references = ReferenceDesk(outside.references, self.hub, clock, outside.instruments, reporter, emit=emit)
        self._build_trading(outside, writer, reporter, emit)
        choices = MarginChoices(writer, clock)
        self.leverage = LeverageKeeper(venue, self.facts, choices, reporter, emit=emit)
        self.margins = MarginChanges(venue, self.leverage, choices, clock)
        self.approvals = ApprovalKit(
            self.facts,
            self.review,
            self.orders,
            self.closes,
            self.margins,
            self.binding,
            AmendedLogs(self.outbox, self.guard, writer, clock, chance, outside.mark),
            outside.worker,
            outside.approval,
            reporter,
            spawn,
            emit=emit,
            verdict_of=self.guard_kit.with_guards(self.orders.final_verdict),
        )
        self.recovery = Recovery(
            venue,
            outside.feed,
            self.ledger,
            self.intake,
            self.portfolio,
            switch,
            clock,
            reporter,
            outside.limits.unknown_orders,
            outside.instruments,
            dust_of=self._dust_of,
            is_listed=self.hub.is_listed,
        )
        self.hands = PositionKit(
            venue,
            self.facts,
            self.orders,
            self.canceler,
            self.intake,
            self.cycle,
            writer,
            chance,
            reporter,
            spawn,
            emit=emit,
            look_soon=self.recovery.look_soon,
        )
        self.logs = LogKit(
            venue,
            self.facts,
            self.archive,
            self.guard,
            self.recovery,
            outside.instruments,
            writer,
            chance,
            reporter,
            spawn,
            outside.mark,
            emit=emit,
        )
        self.rehearsal = self._build_rehearsal(outside, writer, reporter, emit)
        self._join()

    def _build_rehearsal(self, outside: Outside, writer: JournalWriter, reporter: Reporter, emit: Emit) -> RehearsalKit:
        facts, guards, spawn = self.facts, self.guard_kit.guards, self._spawn
        approve, events = self.approvals.handle, self.logs.events
        parts = OrderParts(
            facts, self.snapshots, self.cycle, self.drafter, guards, self.guard, self.review, writer, outside.chance
        )
        return RehearsalKit(
            outside.venue, outside.feed, outside.worker, outside.screen, parts, approve, events, reporter, spawn, emit
        )

    def _build_trading(self, outside: Outside, writer: JournalWriter, reporter: Reporter, emit: Emit) -> None:
        """Build what decides and sends."""
        clock, chance = outside.clock, outside.chance
        modes = DeskModes(writer, clock, self.switch, reporter, emit=emit)
        self.guard_kit = GuardKit(
            self.facts,
            self.review,
            modes,
            self.archive,
            writer,
            reporter,
            self._spawn,
            outside.guardrails,
            outside.interval.ms,
            policy=outside.policy,
            error_ms=lambda: outside.feed.health().clock_error_ms,
            offset_ms=lambda: outside.feed.health().clock_offset_ms,
            model_now=lambda: outside.worker.model_name,
            emit=emit,
        )
        self.binding = Binding(outside.approval, outside.rule_version, modes, outside.limits.decision_age_s)
        self.exits = ExitLogs(
            self.ledger, self.archive, self.outbox, writer, clock, chance, reporter, outside.mark, self.guard
        )
        self.orders = OrderManager(
            outside.venue,
            self.facts,
            self.intake,
            writer,
            self.archive,
            self.exits,
            chance,
            reporter,
            self._spawn,
            outside.instance,
        )
        self.canceler = OrderCanceler(outside.venue, self.ledger, self.intake, self.pace, clock, reporter)
        self.drafter = drafter = Drafter(
            self.facts,
            self.review,
            self.outbox,
            self.archive,
            writer,
            chance,
            new_client_order_id=self.orders.new_client_order_id,
            mark=outside.mark,
            guard=self.guard,
            binding=self.binding,
        )
        desk = ProposalDesk(self.facts, self.review, drafter, reporter, self.guard_kit.guards, outside.approval)
        self.closes = CloseDesk(outside.venue, self.facts, self.review, drafter, reporter)
        self.snapshots = snapshots = SnapshotBuilder(
            self.hub,
            self.portfolio,
            FactGatherer(self.facts, self.references),
            clock,
            chance,
            venue=outside.venue.name,
            offset_ms=lambda: outside.feed.health().clock_offset_ms,
            simulated=outside.venue.is_simulated,
        )
        self.cycle = DecisionCycle(
            outside.worker,
            snapshots,
            desk,
            self.closes,
            writer,
            self.archive,
            clock,
            chance,
            reporter,
            outside.instruments,
            self.hindsight.funnel,
            emit=emit,
        )

    def _join(self) -> None:
        """Connect what one service must tell another."""
        self.ledger.listeners.append(self.outbox.on_order)
        self.ledger.listeners.append(self._after_order)
        self.review.on_closed = self._after_review
        self.portfolio.on_positions = self.closes.on_positions
        self.intake.on_adopted = self._after_adoption
        self.orders.on_durable = self._after_approval
        self.hands.watch.on_read = self.others.see_all
        self.orders.on_unclear = self.recovery.look_for
        self.logs.join(self.cycle, self.drafter, self.orders, self.exits, self.hands.wishes)
        self.hindsight.hear_vetoes(self.orders)
        self.cycle.ask_heard_by(self.brain.asked)

    def _dust_of(self, instrument_id: InstrumentId) -> Decimal:
        """What a spot holding may differ by: less than the least order cannot be sold and is no position."""
        rules, price = self.hub.instruments.get(instrument_id), self._mark_of(instrument_id)
        if rules is None or not self.facts.venue.capabilities.is_spot:
            return ZERO
        return rules.min_size if price is None else rules.least_size(price)

    def _mark_of(self, instrument_id: InstrumentId) -> Decimal | None:
        quote = self.hub.quote(instrument_id)
        return quote.mark or quote.last

    def _after_order(self, order: Order) -> None:
        if order.filled_size > 0:
            self.pace.filled(order.terms.instrument_id, order.terms.side, order.client_order_id)
            self.portfolio.touch()
            self._stop_a_runaway(order)
        if self.ledger.filled_sum(order.client_order_id) < order.filled_size:
            self.recovery.fills_missing()
        self.hands.after_order(order)

    def _stop_a_runaway(self, order: Order) -> None:
        """R20: the same side of one pair filled again and again waits for a person, not for the minute to pass."""
        terms, limits = order.terms, self.facts.limits
        count = self.pace.figures(terms.instrument_id, terms.side).filled_orders_last_min
        if count >= limits.fills_per_min and terms.effect is Effect.OPEN:
            words = f"{count} {terms.side.value.lower()} orders filled within a minute"
            self.switch.pause(terms.instrument_id, words)

    def _after_review(self, proposal: Proposal) -> None:
        for log in self.outbox.of_order(proposal.client_order_id):
            if log.is_open:
                self.outbox.keep(log, f"no order was sent: {proposal.state.value.lower()}")

    def _after_adoption(self, order: Order, report: OrderReport) -> None:
        if order.origin.value == "VENUE":
            self._spawn(self.exits.by_venue(order, report), f"exit log {order.client_order_id}")

    def _after_approval(self, order: Order, _approval: Approval) -> None:
        proposal = self.review.proposals.get(order.decision_id or "")
        if proposal is not None:
            self.review.confirm(proposal)
