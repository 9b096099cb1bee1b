"""The window's whole state: engine events go in, coalesced signals come out.

Widgets read the state, listen to the signals and call `send`; they never see a
service. Market data is latest-wins and announced on a timer, a few times a second,
however many messages arrive; everything else is announced at once. GUI thread only.
"""

from collections import deque
from collections.abc import Callable
from itertools import count
from typing import Final

from PySide6.QtCore import QObject, Signal

from terminal.domain.account import Balance, Income
from terminal.domain.ai_log import AiLog
from terminal.domain.commands import Command, ShowChart
from terminal.domain.competition import ALLOWED_INSTRUMENTS
from terminal.domain.fill import Fill
from terminal.domain.hand_messages import FundingPaid
from terminal.domain.instrument import InstrumentId
from terminal.domain.market import Interval, StreamState
from terminal.domain.messages import (
    AiLogChanged,
    BalanceChanged,
    CycleEnded,
    EquityHistory,
    EquityPoint,
    Event,
    FillSeen,
    Health,
    ModelPhase,
    ModelStatus,
    Notice,
    OrderChanged,
    Phase,
    PositionsChanged,
    ProposalChanged,
    TradingStateChanged,
)
from terminal.domain.notification import NotificationRaised
from terminal.domain.order import Order
from terminal.domain.passport_messages import PassportChain
from terminal.domain.position import Position
from terminal.domain.review import Proposal
from terminal.domain.review_messages import OlderReviews
from terminal.domain.risk import RiskLimits, TradingState
from terminal.ui.actions.book import ActionBook
from terminal.ui.viewmodels.brain_book import BrainBook
from terminal.ui.viewmodels.chart_mark import ChartMark
from terminal.ui.viewmodels.depth_book import DepthBook
from terminal.ui.viewmodels.hindsight import HindsightBook
from terminal.ui.viewmodels.log_gaps import LogGapBook
from terminal.ui.viewmodels.margins import MarginBook
from terminal.ui.viewmodels.market_desk import MarketDesk
from terminal.ui.viewmodels.model_shelf import ModelShelf
from terminal.ui.viewmodels.preferences import Preferences
from terminal.ui.viewmodels.rehearsal_book import RehearsalBook
from terminal.ui.viewmodels.review_book import ReviewBook
from terminal.ui.viewmodels.rule_book import RuleShelf
from terminal.ui.viewmodels.safety import SafetyBook
from terminal.ui.viewmodels.settings_shelf import SettingsShelf
from terminal.ui.viewmodels.time_machine import TimeBook
from terminal.ui.viewmodels.venue_book import VenueBook

NOTICES_KEPT: Final = 2_000
EQUITY_KEPT: Final = 20_000


class Desk(MarketDesk):
    """State of one seat; the market's is inherited.

    Attributes:
        orders, proposals, ai_logs: everything seen, by id, oldest first.
        cycle_received_s: when the newest cycle's end was heard, on `monotonic_s`; None before the first.
        answers: the cycle that answered a question, by the question's id.
        cycles_ended: how many cycles ended in all, also those no longer in `cycles`.
        funding_paid: funding payments of the account's bill, by their id.
        safety: protection, flattens and amendments.
        margins: leverage and margin mode in force, and changes of them.
        review: the review desk's mode, and clicks that were voided.
        rules: the lights of the competition's rules, and the season's settings.
        hindsight: why cycles did not end in orders, and what reviewers' answers were worth.
        log_gaps: orders at the venue that no accepted AI log explains.
        brain: how each model stands, and the ages of its inputs.
        models: the profile's language models, as the form sets them up.
        settings: everything else a person may set for this profile.
        time: a recorded day that is looked at again.
        depth: order book and tape of the pair on the ladder.
        venues: where orders go and what can be done there, and what other venues ask.
        rehearsal: how the API test and the look before the day stand.
        chart_mark: where on the chart a piece of evidence is shown, None for nowhere.
        selection: instrument and interval every linked panel shows.
        who: the name every command of this seat carries.
        limits: the limits of the profile, for words only; the gate is elsewhere.
        preferences: what this person has set for the window.
        actions: what each action of the table does, and its keys.

    Signals:
        Each carries the object that changed, and is told at once.
    """

    balance_changed = Signal(object)
    positions_changed = Signal()
    order_changed = Signal(object)
    fill_seen = Signal(object)
    funding_settled = Signal(object)
    sent = Signal(object)
    proposal_changed = Signal(object)
    ai_log_changed = Signal(object)
    notice = Signal(object)
    phase_changed = Signal(object)
    trading_state_changed = Signal(object, str)
    model_changed = Signal(object)
    cycle_ended = Signal(object)
    health_changed = Signal(object)
    stream_changed = Signal(object)
    equity_changed = Signal()
    passport_read = Signal(object)
    selection_changed = Signal(object, object)
    mark_changed = Signal(object)
    notified = Signal(object)

    def __init__(
        self,
        send: Callable[[Command], None],
        monotonic_s: Callable[[], float],
        now_ms: Callable[[], int],
        parent: QObject | None = None,
        *,
        who: str = "operator",
        limits: RiskLimits | None = None,
    ) -> None:
        super().__init__(monotonic_s, parent)
        self._send = send
        self.who = who
        self.limits = limits or RiskLimits()
        self.preferences = Preferences(self)
        self.actions = ActionBook(self.preferences, self)
        self.now_ms = now_ms
        self.balance: Balance | None = None
        self.positions: tuple[Position, ...] = ()
        self.orders: dict[str, Order] = {}
        self.fills: dict[str, Fill] = {}
        self.funding_paid: dict[str, Income] = {}
        self.proposals: dict[str, Proposal] = {}
        self.ai_logs: dict[str, AiLog] = {}
        self.notices: deque[Notice] = deque(maxlen=NOTICES_KEPT)
        self.cycles: deque[CycleEnded] = deque(maxlen=NOTICES_KEPT)
        self.answers: dict[str, CycleEnded] = {}
        self._questions = count(1)
        self.cycles_ended = 0
        self.cycle_received_s: float | None = None
        self.equity: deque[EquityPoint] = deque(maxlen=EQUITY_KEPT)
        self.phase = Phase("Starting", ready=False)
        self.trading_state = TradingState.STARTING
        self.trading_reason = ""
        self.model = ModelStatus(ModelPhase.IDLE, "", "")
        self.health = Health(None, None, 0, 0, 0, journal_ok=True)
        self.streams: dict[str, StreamState] = {}
        self.safety = SafetyBook(monotonic_s, self)
        self.margins = MarginBook(monotonic_s, self)
        self.review = ReviewBook(self)
        self.review.older_read.connect(self._on_older_reviews)  # first: who shows them finds them here
        self.rules = RuleShelf(self)
        self.hindsight = HindsightBook(self)
        self.log_gaps = LogGapBook(self)
        self.brain = BrainBook(monotonic_s, self)
        self.models = ModelShelf(self)
        self.settings = SettingsShelf(self)
        self.time = TimeBook(self)
        self.depth = DepthBook(self)
        self.venues = VenueBook(monotonic_s, self)
        self.rehearsal = RehearsalBook(self)
        self.fill_seen.connect(self.depth.mark_own)
        self.instruments_changed.connect(lambda: self.depth.learn(self.instruments.values()))
        self.chart_mark: ChartMark | None = None
        self.selection: tuple[InstrumentId, Interval] = (ALLOWED_INSTRUMENTS[0], Interval.M15)
        self._handlers: dict[type, Callable[..., None]] = {
            **self.market_handlers,
            StreamState: self._on_stream,
            Notice: self._on_notice,
            Phase: self._on_phase,
            BalanceChanged: self._on_balance,
            PositionsChanged: self._on_positions,
            OrderChanged: self._on_order,
            FillSeen: self._on_fill,
            ProposalChanged: self._on_proposal,
            AiLogChanged: self._on_ai_log,
            TradingStateChanged: self._on_trading_state,
            ModelStatus: self._on_model,
            CycleEnded: self._on_cycle,
            Health: self._on_health,
            EquityPoint: self._on_equity,
            EquityHistory: self._on_equity_history,
            FundingPaid: self._on_funding_paid,
            PassportChain: self.passport_read.emit,
            NotificationRaised: self.notified.emit,
            **self.safety.handlers,
            **self.margins.handlers,
            **self.review.handlers,
            **self.rules.handlers,
            **self.hindsight.handlers,
            **self.log_gaps.handlers,
            **self.brain.handlers,
            **self.time.handlers,
            **self.depth.handlers,
            **self.venues.handlers,
            **self.rehearsal.handlers,
        }

    # -- commands ---------------------------------------------------------

    def send(self, command: Command) -> None:
        """Hand a command to the engine; its effect comes back as events."""
        self._send(command)
        self.sent.emit(command)

    def new_question_id(self) -> str:
        """Name a question to the AI; its answer comes back under this name."""
        return f"{self.who}-{self.now_ms()}-{next(self._questions)}"

    def select(self, instrument_id: InstrumentId) -> None:
        """Link every panel to an instrument."""
        self._select(instrument_id, self.selection[1])

    def select_interval(self, interval: Interval) -> None:
        self._select(self.selection[0], interval)

    def show_mark(self, mark: ChartMark | None) -> None:
        """Point at bars of a chart, and link every panel to their pair; None takes the mark away."""
        self.chart_mark = mark
        if mark is not None:
            self._select(mark.instrument_id, mark.interval)
        self.mark_changed.emit(mark)

    def _select(self, instrument_id: InstrumentId, interval: Interval) -> None:
        if (instrument_id, interval) == self.selection:
            return
        self.selection = (instrument_id, interval)
        mark = self.chart_mark
        if mark is not None and (mark.instrument_id, mark.interval) != self.selection:
            self.show_mark(None)  # it belongs to the chart that was left
        self.selection_changed.emit(instrument_id, interval)
        self.send(ShowChart(instrument_id, interval))

    # -- reading ----------------------------------------------------------

    def cycle_age_s(self) -> float | None:
        """Seconds on the operator's clock since the newest cycle ended; None before the first.

        Not from its time stamp: the market's clock may run faster than the operator's.
        """
        received = self.cycle_received_s
        return None if received is None else max(0.0, self.monotonic_s() - received)

    def _on_older_reviews(self, event: OlderReviews) -> None:
        older = {proposal.decision_id: proposal for proposal in event.proposals}
        self.proposals = older | self.proposals

    def open_proposals(self) -> list[Proposal]:
        """Proposals waiting for an answer, oldest first."""
        return [proposal for proposal in self.proposals.values() if proposal.is_open]

    # -- events -----------------------------------------------------------

    def apply(self, event: Event) -> None:
        """Take one event of the engine; kinds this window shows nowhere are passed over."""
        handler = self._handlers.get(type(event))
        if handler is not None:
            handler(event)

    def _on_stream(self, state: StreamState) -> None:
        self.streams[state.name] = state
        self.stream_changed.emit(state)

    def _on_notice(self, notice: Notice) -> None:
        self.notices.append(notice)
        self.notice.emit(notice)

    def _on_phase(self, phase: Phase) -> None:
        self.phase = phase
        self.phase_changed.emit(phase)

    def _on_balance(self, event: BalanceChanged) -> None:
        self.balance = event.balance
        self.balance_changed.emit(event.balance)

    def _on_positions(self, event: PositionsChanged) -> None:
        self.positions = event.positions
        self.positions_changed.emit()

    def _on_order(self, event: OrderChanged) -> None:
        self.orders[event.order.client_order_id] = event.order
        self.order_changed.emit(event.order)

    def _on_fill(self, event: FillSeen) -> None:
        self.fills[event.fill.trade_id] = event.fill
        self.fill_seen.emit(event.fill)

    def _on_funding_paid(self, event: FundingPaid) -> None:
        self.funding_paid[event.income.income_id] = event.income
        self.funding_settled.emit(event.income)

    def _on_proposal(self, event: ProposalChanged) -> None:
        self.proposals[event.proposal.decision_id] = event.proposal
        self.proposal_changed.emit(event.proposal)

    def _on_ai_log(self, event: AiLogChanged) -> None:
        self.ai_logs[event.log.log_id] = event.log
        self.ai_log_changed.emit(event.log)

    def _on_trading_state(self, event: TradingStateChanged) -> None:
        self.trading_state, self.trading_reason = event.state, event.reason
        self.trading_state_changed.emit(event.state, event.reason)

    def _on_model(self, status: ModelStatus) -> None:
        self.model = status
        self.model_changed.emit(status)

    def _on_cycle(self, event: CycleEnded) -> None:
        self.cycles.append(event)
        if event.question_id:
            self.answers[event.question_id] = event
        self.cycles_ended += 1
        self.cycle_received_s = self.monotonic_s()
        self.cycle_ended.emit(event)

    def _on_health(self, health: Health) -> None:
        self.health = health
        self.health_changed.emit(health)

    def _on_equity(self, point: EquityPoint) -> None:
        self.equity.append(point)
        self.equity_changed.emit()

    def _on_equity_history(self, history: EquityHistory) -> None:
        self.equity = deque(history.points, maxlen=EQUITY_KEPT)
        self.equity_changed.emit()
