"""Carries out what a seat asks for."""

from terminal.domain.chart_messages import FollowCharts, ShowOlderBars
from terminal.domain.commands import (
    AcceptVenuePosition,
    Approve,
    AskAi,
    CancelAll,
    CancelOrder,
    ClosePosition,
    Command,
    Reject,
    ResolveLog,
    SetTradingState,
    ShowChart,
)
from terminal.domain.depth import WatchDepth
from terminal.domain.hand_messages import SetLeverage, SetMarginMode
from terminal.domain.log_messages import FindLogGaps, RecordLogGap
from terminal.domain.messages import Level
from terminal.domain.passport_messages import ShowPassport
from terminal.domain.rehearsal import ApproveTestOrder, CheckReadiness, RunApiTest
from terminal.domain.review_messages import ApproveMany, SetDeskMode, ShowOlderReviews, UndoApproval
from terminal.domain.risk import TradingState
from terminal.domain.setting import NoteSettings
from terminal.domain.snapshot import Question
from terminal.domain.time_messages import (
    AskFrozenAgain,
    CheckSeals,
    OpenDay,
    ShowBarsThen,
    ShowDecisionThen,
    ShowMoment,
)
from terminal.services.core import Core
from terminal.services.reporter import Reporter
from terminal.services.trading_switch import TradingSwitch


class CommandDesk:
    """One method a command."""

    def __init__(
        self,
        core: Core,
        switch: TradingSwitch,
        reporter: Reporter,
    ) -> None:
        self._core = core
        self._switch = switch
        self._reporter = reporter

    async def handle(self, command: Command) -> None:
        """Carry out one command.

        Raises:
            TerminalError: it failed; the text says why.
        """
        match command:
            case Approve() | ApproveMany() | UndoApproval() | Reject() | SetDeskMode():
                await self._core.approvals.handle(command)
            case AskAi():
                self._core.cycle.ask(
                    Question(command.action, command.who, command.instrument_id, command.question_id, command.idea)
                )
            case ClosePosition() | CancelOrder() | CancelAll():
                await self._take_back(command)
            case RunApiTest() | ApproveTestOrder() | CheckReadiness():
                await self._core.rehearsal.handle(command)
            case SetTradingState() | AcceptVenuePosition():
                self._set(command)
            case ResolveLog() | RecordLogGap() | FindLogGaps():
                await self._core.logs.handle(command)
            case ShowChart() | FollowCharts() | ShowOlderBars() | WatchDepth():
                await self._show_market(command)
            case ShowPassport() | ShowOlderReviews():
                await self._show_record(command)
            case SetLeverage() | SetMarginMode():
                await self._core.margins.handle(command)
            case OpenDay() | ShowMoment() | ShowBarsThen() | ShowDecisionThen() | CheckSeals() | AskFrozenAgain():
                await self._core.time_machine.handle(command)
            case NoteSettings():
                await self._core.settings_notes.note(command)
            case _:
                await self._core.hands.handle(command)

    async def _show_record(self, command: ShowPassport | ShowOlderReviews) -> None:
        match command:
            case ShowPassport():
                await self._core.passports.show(command)
            case ShowOlderReviews():
                await self._core.older_reviews.show()

    async def _take_back(self, command: ClosePosition | CancelOrder | CancelAll) -> None:
        match command:
            case ClosePosition():
                await self._core.orders.close(command)
            case CancelOrder(client_order_id, who):
                await self._core.canceler.cancel(client_order_id, who)
            case CancelAll(who):
                await self._core.canceler.cancel_all(who)

    def _set(self, command: SetTradingState | AcceptVenuePosition) -> None:
        if isinstance(command, AcceptVenuePosition):
            self._core.recovery.accept_position(command.instrument_id, command.who)
        else:
            self._set_state(command)

    def _set_state(self, command: SetTradingState) -> None:
        if command.state is TradingState.ACTIVE and self._core.hands.flatten.is_running:
            words = "A flatten is running, so entries stay paused. Wait for its end, or stop it first."
            self._reporter.notice(Level.WARNING, "trading state", words)
            return
        self._switch.set_by_person(command.state, command.who)

    async def _show_market(self, command: ShowChart | FollowCharts | ShowOlderBars | WatchDepth) -> None:
        if isinstance(command, WatchDepth):
            self._core.depth.watch(command)
        else:
            await self._core.charts.handle(command)
