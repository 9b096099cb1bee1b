"""Figures of the account, kept up to date point by point."""

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import takewhile
from typing import Final

from PySide6.QtCore import QObject, Signal

from terminal.domain.messages import EquityPoint
from terminal.domain.order import ZERO
from terminal.ui.viewmodels.desk import Desk

DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class AccountFigures:
    """USDT, or fractions where named so. None where nothing is known yet.

    `today` and `today_fraction` count from the first equity seen after 00:00 UTC;
    `drawdown` is from the highest equity seen, `max_drawdown` the worst of them. `funding` is
    received less paid, of `fundings` payments; no part of `realized`.
    """

    equity: Decimal | None = None
    available: Decimal | None = None
    unrealized: Decimal | None = None
    margin_fraction: Decimal | None = None
    today: Decimal | None = None
    today_fraction: Decimal | None = None
    drawdown: Decimal | None = None
    max_drawdown: Decimal | None = None
    fees: Decimal = ZERO
    realized: Decimal = ZERO
    fills: int = 0
    funding: Decimal = ZERO
    fundings: int = 0


class AccountView(QObject):
    """Follows balance, equity curve, fills and funding payments.

    Signals:
        changed (AccountFigures): figures differ from the last ones.
    """

    changed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._peak = ZERO
        self._max_drawdown: Decimal | None = None
        self._day_ms = 0
        self._day_open: Decimal | None = None
        self._first_ms: int | None = None
        self._last_ms = 0
        self.figures = AccountFigures()
        desk.balance_changed.connect(self._refresh)
        desk.equity_changed.connect(self._refresh)
        desk.fill_seen.connect(self._refresh)
        desk.funding_settled.connect(self._refresh)
        self._refresh()

    def _refresh(self, _: object = None) -> None:
        self._take_points()
        figures = self._compute()
        if figures != self.figures:
            self.figures = figures
            self.changed.emit(figures)

    def _take_points(self) -> None:
        """Count the points not seen yet; start over when an older history arrived."""
        points = self._desk.equity
        if not points:
            return
        if self._first_ms is None or points[0].at_ms < self._first_ms:
            self._peak, self._max_drawdown, self._last_ms = ZERO, None, 0
        fresh = list(takewhile(lambda item: item.at_ms > self._last_ms, reversed(points)))
        for point in reversed(fresh):
            self._count(point)
        self._first_ms, self._last_ms = points[0].at_ms, points[-1].at_ms
        day_ms = utc_day_start_ms(self._desk.now_ms())
        if day_ms != self._day_ms or self._day_open is None:
            self._day_ms = day_ms
            self._day_open = next((point.equity for point in points if point.at_ms >= day_ms), None)

    def _count(self, point: EquityPoint) -> None:
        self._peak = max(self._peak, point.equity)
        if self._peak > 0:
            fall = (self._peak - point.equity) / self._peak
            self._max_drawdown = fall if self._max_drawdown is None else max(self._max_drawdown, fall)

    def _compute(self) -> AccountFigures:
        balance, points = self._desk.balance, self._desk.equity
        fills, paid = self._desk.fills.values(), self._desk.funding_paid.values()
        equity = balance.equity if balance else (points[-1].equity if points else None)
        figures = AccountFigures(
            equity=equity,
            max_drawdown=self._max_drawdown,
            fees=sum((fill.fee for fill in fills), ZERO),
            realized=sum((fill.realized_pnl for fill in fills), ZERO),
            fills=len(fills),
            funding=sum((each.amount for each in paid), ZERO),
            fundings=len(paid),
        )
        if balance is not None:
            used = (balance.equity - balance.available) / balance.equity if balance.equity > 0 else None
            figures = replace(
                figures, available=balance.available, unrealized=balance.unrealized_pnl, margin_fraction=used
            )
        if equity is not None and self._day_open is not None:
            today = equity - self._day_open
            figures = replace(figures, today=today, today_fraction=today / self._day_open if self._day_open else None)
        if equity is not None and self._peak > 0:
            figures = replace(figures, drawdown=max(ZERO, (self._peak - equity) / self._peak))
        return figures


def utc_day_start_ms(now_ms: int) -> int:
    """Give 00:00 UTC of the day `now_ms` is in."""
    return now_ms - now_ms % DAY_MS
