from dataclasses import replace
from decimal import Decimal

import pytest

from helpers.desk_events import NOW_MS, fill, make_desk
from terminal.domain.account import Balance, Income, IncomeKind
from terminal.domain.hand_messages import FundingPaid
from terminal.domain.instrument import perpetual
from terminal.domain.messages import BalanceChanged, EquityHistory, EquityPoint, FillSeen
from terminal.domain.order import Side
from terminal.ui.viewmodels.account import DAY_MS, AccountView, utc_day_start_ms

pytestmark = pytest.mark.usefixtures("qapp")
D = Decimal
DAY_START_MS = utc_day_start_ms(NOW_MS)


def view_of(*points):
    desk, _ = make_desk()
    view = AccountView(desk)
    desk.apply(EquityHistory(tuple(EquityPoint(at_ms, D(value)) for at_ms, value in points)))
    return desk, view


def test_nothing_is_known_before_the_first_balance():
    desk, _ = make_desk()
    figures = AccountView(desk).figures
    assert figures.equity is None
    assert figures.today is None
    assert figures.drawdown is None
    assert figures.fills == 0


def test_today_counts_from_the_first_equity_after_midnight_utc():
    _, view = view_of((DAY_START_MS - 1, "900"), (DAY_START_MS + 5, "1000"), (NOW_MS, "1010"))
    assert view.figures.today == D(10)
    assert view.figures.today_fraction == D("0.01")


def test_drawdown_now_and_at_worst():
    desk, view = view_of((NOW_MS - 3, "1000"), (NOW_MS - 2, "900"), (NOW_MS - 1, "990"))
    assert view.figures.max_drawdown == D("0.1")
    assert view.figures.drawdown == D("0.01")
    desk.apply(EquityPoint(NOW_MS, D(800)))
    assert view.figures.max_drawdown == D("0.2")
    desk.apply(EquityPoint(NOW_MS + 1, D(1100)))
    assert view.figures.drawdown == 0
    assert view.figures.max_drawdown == D("0.2")


def test_an_older_history_starts_the_count_again():
    desk, view = view_of((NOW_MS - 5, "500"), (NOW_MS, "400"))
    points = (EquityPoint(NOW_MS - DAY_MS, D(1000)), EquityPoint(NOW_MS, D(950)))
    desk.apply(EquityHistory(points))
    assert view.figures.max_drawdown == D("0.05")


def test_margin_used_realised_and_fees():
    desk, view = view_of((NOW_MS, "1000"))
    desk.apply(BalanceChanged(Balance(D(1000), D(750), D(0), D("-3.5"), NOW_MS)))
    desk.apply(FillSeen(fill("BTC", 1, Side.SELL, realized_pnl=D("12.5"), fee=D("0.2"))))
    desk.apply(FillSeen(fill("BTC", 2, Side.SELL, realized_pnl=D("-2.5"), fee=D("0.3"))))
    figures = view.figures
    assert figures.margin_fraction == D("0.25")
    assert figures.unrealized == D("-3.5")
    assert (figures.realized, figures.fees, figures.fills) == (D(10), D("0.5"), 2)


def test_funding_is_summed_apart_from_trading_and_each_payment_once():
    desk, view = view_of((NOW_MS, "1000"))
    paid = Income("b1", IncomeKind.FUNDING, D("-0.42"), D(0), perpetual("ETH"), "", NOW_MS)
    for income in (paid, replace(paid, income_id="b2", amount=D("0.1")), paid):
        desk.apply(FundingPaid(income))
    assert (view.figures.funding, view.figures.fundings) == (D("-0.32"), 2)
    assert view.figures.realized == 0


def test_the_same_figures_are_not_announced_twice(qtbot):
    desk, view = view_of((NOW_MS, "1000"))
    balance = Balance(D(1000), D(750), D(0), D(0), NOW_MS)
    desk.apply(BalanceChanged(balance))
    with qtbot.assertNotEmitted(view.changed):
        desk.apply(BalanceChanged(balance))
