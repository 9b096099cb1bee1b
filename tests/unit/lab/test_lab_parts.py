"""Regimes known at the bar, how much of the account is in the market, and the bounds of a Sharpe ratio."""

from dataclasses import replace

import numpy as np
import pytest

from helpers.lab_history import BAR_MS, history
from terminal.lab.exposure import exposure_of
from terminal.lab.figures import equity_curve
from terminal.lab.market import LabMarket
from terminal.lab.regimes import BARS, FORWARD, RANGE, TREND, UNKNOWN, forward_share, regime_of, trend_share
from terminal.lab.statistics import sharpe_interval
from terminal.lab.trades import LabTrade
from terminal.strategy.arrays import FloatArray


@pytest.fixture(scope="module")
def market() -> LabMarket:
    return history(3, pattern=0.0, pairs=1)


def _trade(market: LabMarket, entry_bar: int, exit_bar: int, side: int = 1, size: float = 1.0) -> LabTrade:
    """Decided at the close of the bar before its entry."""
    price = float(market.panel.open[0, entry_bar])
    return LabTrade(
        market.instruments[0],
        side,
        market.close_ms(entry_bar - 1),
        entry_bar,
        exit_bar,
        int(market.panel.open_ms[entry_bar]) + 1_000,
        int(market.panel.open_ms[exit_bar]),
        price,
        price,
        size,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        float("nan"),
        float("nan"),
        float("nan"),
        float("nan"),
        "horizon",
    )


def _with_closes(market: LabMarket, close: FloatArray) -> LabMarket:
    return replace(market, panel=replace(market.panel, close=close))


def test_a_straight_way_is_all_forward_and_a_circle_is_none(market: LabMarket) -> None:
    straight = np.linspace(100.0, 200.0, market.bars)[None, :]
    assert forward_share(straight)[0, BARS:] == pytest.approx(1.0)
    assert np.isnan(forward_share(straight)[0, :BARS]).all()
    circle = 100.0 + (np.arange(market.bars) % 2)[None, :]
    assert forward_share(circle)[0, BARS:] == pytest.approx(0.0)
    assert forward_share(np.full((1, market.bars), 5.0))[0, BARS:] == pytest.approx(0.0)
    assert (trend_share(_with_closes(market, straight)), trend_share(_with_closes(market, circle))) == (1.0, 0.0)


def test_the_share_is_the_one_worked_out_by_hand() -> None:
    steps = np.where(np.arange(BARS) % 4 == 0, -1.0, 1.0)  # 72 up, 24 down: 48 of 96 forward
    close = np.concatenate([[100.0], 100.0 + np.cumsum(steps)])[None, :]
    assert forward_share(close)[0, BARS] == pytest.approx(0.5)


def test_honesty_a_regime_knows_nothing_after_the_bar_it_was_decided_at(market: LabMarket) -> None:
    at = market.first + 50
    trade = _trade(market, at + 1, at + 9)
    name = regime_of(market)(trade)
    for scale in (0.5, 2.0):
        later = market.panel.close.copy()
        later[:, at + 1 :] *= scale
        assert regime_of(_with_closes(market, later))(trade) == name
    bent = market.panel.close.copy()
    bent[:, at] *= 2.0  # the bar of the decision itself is known
    assert regime_of(_with_closes(market, bent))(trade) == TREND


def test_both_regimes_occur_and_the_first_day_has_none(market: LabMarket) -> None:
    name = regime_of(market)
    names = {name(_trade(market, bar, bar + 1)) for bar in range(market.first, market.bars - 1)}
    assert names == {TREND, RANGE}
    assert name(_trade(market, BARS, BARS + 1)) == UNKNOWN
    shares = forward_share(market.panel.close)[0]
    bar = market.first + 7
    assert (name(_trade(market, bar + 1, bar + 2)) == TREND) == (shares[bar] >= FORWARD)


def test_exposure_by_hand(market: LabMarket) -> None:
    flat = _with_closes(market, np.full(market.panel.close.shape, 100.0))
    bars, first = flat.bars - flat.first, flat.first
    trades = [_trade(flat, first, first + 10, 1, 5.0), _trade(flat, first + 4, first + 10, -1, 2.0)]
    trades = [replace(each, entry_price=100.0, exit_price=100.0) for each in trades]
    found = exposure_of(flat, trades, equity_curve(flat, trades, 1000.0))
    assert found.mean == pytest.approx((10 * 0.5 + 6 * 0.2) / bars)
    assert found.net == pytest.approx((10 * 0.5 - 6 * 0.2) / bars)
    assert found.most == pytest.approx(0.7)


def test_honesty_the_sharpe_interval_misses_no_more_often_than_stated() -> None:
    chooser, days, tries = np.random.default_rng(21), 120, 200
    true = 0.1
    draws = chooser.standard_t(4, (tries, days)) / np.sqrt(2.0) + true  # spread 1, fat tails
    bounds = [sharpe_interval(each, chooser) for each in draws]
    missed = sum(not each.low <= true * np.sqrt(365.0) <= each.high for each in bounds)
    assert missed <= 30  # 10 % of 200 are stated; as many as this once in a hundred times
    assert all(each.low < each.high for each in bounds)


def test_too_few_or_equal_days_bound_no_sharpe_ratio() -> None:
    chooser = np.random.default_rng(3)
    for daily in (chooser.normal(size=19), np.zeros(60)):
        found = sharpe_interval(daily, chooser)
        assert (found.low, found.high) == (-np.inf, np.inf)


def test_bars_are_a_quarter_of_an_hour() -> None:
    assert BARS * BAR_MS == 86_400_000  # the rule speaks of a day
