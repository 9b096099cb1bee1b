"""What the account holds and is worth: read from the venue, marked live in between."""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from terminal.domain.account import Balance
from terminal.domain.errors import VenueError
from terminal.domain.instrument import InstrumentId
from terminal.domain.messages import BalanceChanged, EquityHistory, EquityPoint, Event, PositionsChanged
from terminal.domain.order import ZERO, PositionSide
from terminal.domain.position import Position
from terminal.domain.records import EquityMarked
from terminal.domain.risk import RiskLimits, TradingState
from terminal.net.waiting import wait_for
from terminal.ports.clock import Clock
from terminal.ports.venue import TradingVenue
from terminal.services.journal_writer import JournalWriter
from terminal.services.reporter import Reporter
from terminal.services.trading_switch import TradingSwitch

_LEAST_GAP_S: Final = 2.0
_LONGEST_GAP_S: Final = 15.0
_POINT_S: Final = 3.0
_JOURNAL_S: Final = 10.0
_DAY_MS: Final = 86_400_000


class Portfolio:
    """Balance, positions and the equity curve of one account.

    `on_positions()` is told whenever what is held has changed.

    `mark_of(instrument)` gives a live price, or None. Day start and peak are those of
    UTC days on the venue's clock.
    """

    def __init__(
        self,
        venue: TradingVenue,
        writer: JournalWriter,
        clock: Clock,
        limits: RiskLimits,
        switch: TradingSwitch,
        reporter: Reporter,
        *,
        emit: Callable[[Event], None],
        mark_of: Callable[[InstrumentId], Decimal | None],
        offset_ms: Callable[[], int] = lambda: 0,
    ) -> None:
        """`offset_ms` tells the venue's time less ours, as last measured."""
        self._venue = venue
        self._writer = writer
        self._clock = clock
        self._limits = limits
        self._switch = switch
        self._reporter = reporter
        self._emit = emit
        self._mark_of = mark_of
        self._offset_ms = offset_ms
        self.on_positions: Callable[[], None] = lambda: None
        self.balance: Balance | None = None
        self.positions: tuple[Position, ...] = ()
        self.read_s = float("-inf")  # when the newest reading of positions began
        self.day_start_equity: Decimal | None = None
        self.peak_equity: Decimal | None = None
        self._day = -1
        self._touched = asyncio.Event()
        self._journalled_s = float("-inf")

    # -- reading ---------------------------------------------------------------

    def position(self, instrument_id: InstrumentId, side: PositionSide) -> Position | None:
        return next((each for each in self.positions if (each.instrument_id, each.side) == (instrument_id, side)), None)

    def held(self, instrument_id: InstrumentId, side: PositionSide) -> Decimal:
        position = self.position(instrument_id, side)
        return ZERO if position is None else position.size

    def positions_notional(self) -> Decimal:
        """Sum of all positions at live prices, in quote currency."""
        return sum(
            (each.size * (self._mark_of(each.instrument_id) or each.entry_price) for each in self.positions), ZERO
        )

    def live_equity(self) -> Decimal | None:
        """Equity with unrealised PnL at live prices instead of those of the last reading."""
        if self.balance is None:
            return None
        moved = ZERO
        for each in self.positions:
            mark = self._mark_of(each.instrument_id)
            if mark is None or each.unrealized_pnl is None:
                return self.balance.equity
            moved += each.pnl_at(mark) - each.unrealized_pnl
        return self.balance.equity + moved

    # -- refreshing ------------------------------------------------------------

    def touch(self) -> None:
        """Something changed at the venue: read again soon."""
        self._touched.set()

    async def refresh(self) -> None:
        """Read balance and positions.

        Raises:
            VenueError: nothing was read; what was known is kept.
        """
        self._touched.clear()
        began_s = self._clock.monotonic_s()
        balance, positions = await asyncio.gather(self._venue.balance(), self._venue.positions())
        self.take(balance, positions, began_s)

    def take(self, balance: Balance, positions: tuple[Position, ...], began_s: float) -> None:
        """Take a reading of both that began at this moment of the operator's clock."""
        self.set_positions(positions, began_s)
        self.balance = balance
        self._emit(BalanceChanged(balance))
        self._mark(balance)

    def set_positions(self, positions: tuple[Position, ...], began_s: float) -> None:
        """Take a reading that began at this moment of the operator's clock; one that is older changes nothing."""
        if began_s < self.read_s:
            return
        self.read_s = began_s
        held = tuple(position for position in positions if position.size > 0)
        if held != self.positions:
            self.positions = held
            self._emit(PositionsChanged(held))
            self.on_positions()

    async def run(self) -> None:
        """Refresh when touched, at most every 2 s and at least every 15 s, until cancelled."""
        while True:
            await self._clock.sleep(_LEAST_GAP_S)
            await self._wait_for_touch()
            try:
                await self.refresh()
            except VenueError as error:
                self._reporter.failing("account", "Balance and positions could not be read", error)
                self._touched.set()
            else:
                self._reporter.works("account")

    async def run_curve(self) -> None:
        """Emit a point of the equity curve every few seconds, until cancelled."""
        while True:
            await self._clock.sleep(_POINT_S)
            equity = self.live_equity()
            if equity is not None:
                self._emit(EquityPoint(self._clock.now_ms(), equity))

    async def _wait_for_touch(self) -> None:
        await wait_for(self._touched, self._clock, _LONGEST_GAP_S - _LEAST_GAP_S)

    # -- the curve -------------------------------------------------------------

    def restore(self, marks: tuple[EquityMarked, ...], *, same_account: bool) -> None:
        """Take in earlier marks. A fresh built-in exchange is another account: its curve and limits start anew."""
        if not same_account:
            return
        self._emit(EquityHistory(tuple(EquityPoint(mark.at_ms, mark.equity) for mark in marks)))
        for mark in marks:
            self._count(mark.equity, mark.at_ms)

    def _mark(self, balance: Balance) -> None:
        now_ms = self._clock.now_ms()
        self._count(balance.equity, now_ms)
        self._judge(balance.equity)
        now_s = self._clock.monotonic_s()
        if now_s - self._journalled_s >= _JOURNAL_S:
            self._journalled_s = now_s
            self._writer.post(EquityMarked(balance.equity, balance.available, now_ms, self._offset_ms()))

    def _count(self, equity: Decimal, at_ms: int) -> None:
        day = at_ms // _DAY_MS
        if day != self._day or self.day_start_equity is None:
            self._day, self.day_start_equity = day, equity
        self.peak_equity = equity if self.peak_equity is None else max(self.peak_equity, equity)

    def _judge(self, equity: Decimal) -> None:
        """Loss limits change the trading state; a person re-arms."""
        if not self.day_start_equity or not self.peak_equity:
            return
        loss = (self.day_start_equity - equity) / self.day_start_equity
        drawdown = (self.peak_equity - equity) / self.peak_equity
        if loss >= self._limits.daily_loss_halt:
            self._switch.demand("loss", TradingState.HALTED, f"lost {loss * 100:.1f} % today")
        elif loss >= self._limits.daily_loss_reduce:
            self._switch.demand("loss", TradingState.REDUCE_ONLY, f"lost {loss * 100:.1f} % today")
        if drawdown >= self._limits.drawdown_halt:
            self._switch.demand("drawdown", TradingState.HALTED, f"{drawdown * 100:.1f} % below the peak")
        elif drawdown >= self._limits.drawdown_reduce:
            self._switch.demand("drawdown", TradingState.REDUCE_ONLY, f"{drawdown * 100:.1f} % below the peak")
