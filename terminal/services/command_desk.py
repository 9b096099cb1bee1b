"""Carries out what a seat asks for."""

from collections.abc import Callable
from typing import Final

from terminal.domain.canonical import decimal_text
from terminal.domain.hand_messages import SetLeverage, SetMarginMode
from terminal.domain.messages import (
    AcceptVenuePosition,
    Approve,
    AskAi,
    CancelAll,
    CancelOrder,
    CandlesLoaded,
    ClosePosition,
    Command,
    Event,
    Level,
    Reject,
    ResolveLog,
    SetTradingState,
    ShowChart,
)
from terminal.domain.plain_words import joined, leg_words
from terminal.domain.risk import TradingState
from terminal.domain.snapshot import Question
from terminal.ports.market_feed import MarketFeed
from terminal.services.core import Core
from terminal.services.reporter import Reporter
from terminal.services.trading_switch import TradingSwitch

_CHART_BARS: Final = 1_000


class CommandDesk:
    """One method a command."""

    def __init__(
        self,
        core: Core,
        feed: MarketFeed,
        switch: TradingSwitch,
        reporter: Reporter,
        emit: Callable[[Event], None],
    ) -> None:
        self._core = core
        self._feed = feed
        self._switch = switch
        self._reporter = reporter
        self._emit = emit

    async def handle(self, command: Command) -> None:
        """Carry out one command.

        Raises:
            TerminalError: it failed; the text says why.
        """
        match command:
            case Approve():
                await self._approve(command)
            case Reject():
                self._reject(command)
            case AskAi():
                self._core.cycle.ask(
                    Question(command.action, command.who, command.instrument_id, command.question_id, command.idea)
                )
            case ClosePosition():
                await self._core.orders.close(command)
            case CancelOrder():
                await self._core.canceler.cancel(command.client_order_id, command.who)
            case CancelAll():
                await self._core.canceler.cancel_all(command.who)
            case SetTradingState():
                self._set_state(command)
            case AcceptVenuePosition(instrument_id, who):
                self._core.recovery.accept_position(instrument_id, who)
            case ResolveLog():
                await self._core.logs.resolve(command)
            case ShowChart():
                await self._show_chart(command)
            case SetLeverage() | SetMarginMode():
                await self._core.margins.handle(command)
            case _:
                await self._core.hands.handle(command)

    async def _approve(self, command: Approve) -> None:
        proposal = self._core.review.proposals.get(command.decision_id)
        price_at = ""
        if proposal is not None:
            price = self._core.hub.quote(proposal.terms.instrument_id).touch(proposal.terms.side)
            price_at = "" if price is None else decimal_text(price)
        answered = self._core.review.approve(command.decision_id, command.who, command.how, price_at)
        if answered is None:
            self._reporter.notice(Level.INFO, "review", "Nothing to approve: it was answered already or has expired.")
            return
        refusal = await self._core.closes.why_void(answered[0])
        if not refusal:
            refusal = (await self._core.orders.submit_approved(*answered)).refusal
        if refusal:
            self._core.review.block(answered[0], refusal)
            terms = answered[0].terms
            words = f"{command.who} approved {leg_words(terms.instrument_id, terms.position_side)}, but it was not sent"
            self._reporter.notice(Level.WARNING, "review", joined(words, refusal))

    def _reject(self, command: Reject) -> None:
        if not self._core.review.reject(command.decision_id, command.who, command.reason):
            self._reporter.notice(Level.INFO, "review", "Nothing to reject: it was answered already or has expired.")

    def _set_state(self, command: SetTradingState) -> None:
        if command.state is TradingState.ACTIVE and self._core.hands.flatten.is_running:
            words = "A flatten is running, so entries stay paused. Wait for its end, or stop it first."
            self._reporter.notice(Level.WARNING, "trading state", words)
            return
        self._switch.set_by_person(command.state, command.who)

    async def _show_chart(self, command: ShowChart) -> None:
        self._core.hub.show(command.instrument_id, command.interval)
        candles = await self._feed.candles(command.instrument_id, command.interval, _CHART_BARS)
        self._emit(CandlesLoaded(command.instrument_id, command.interval, candles))
