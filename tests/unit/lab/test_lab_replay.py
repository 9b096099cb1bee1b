"""The replay: pessimistic, without a look ahead, through the live checks."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from terminal.domain.decision import Decision
from terminal.domain.risk import RiskLimits
from terminal.lab.benchmarks import buy_and_hold, inverted, random_rank
from terminal.lab.desk import DeskSettings
from terminal.lab.figures import equity_curve
from terminal.lab.market import LabMarket
from terminal.lab.replay import Replay, ReplayRecord, ReplaySettings
from terminal.lab.rule_strategists import EmaCross, Flat, RandomTrades
from terminal.lab.strategists import LabStrategist, Moment
from terminal.lab.trades import Filler, LabTrade
from terminal.strategy.bars import BarPanel

SETTINGS = ReplaySettings(DeskSettings(RiskLimits()))


def replayed(market: LabMarket, strategist: LabStrategist, settings: ReplaySettings = SETTINGS) -> ReplayRecord:
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(Replay(market, strategist, settings, lambda *_: None).run())


@pytest.fixture(scope="module")
def random_record(plain_market: LabMarket) -> ReplayRecord:
    return replayed(plain_market, RandomTrades(3, per_day=6.0))


def test_flat_does_nothing(plain_market: LabMarket) -> None:
    record = replayed(plain_market, Flat())
    assert record.trades == []
    assert record.end_equity == Decimal(1000)


def test_random_trades_lose_about_their_costs(plain_market: LabMarket, random_record: ReplayRecord) -> None:
    """Without a pattern the gross result is noise around the spread, and the net one that less fees."""
    trades = random_record.trades
    assert len(trades) > 250
    net, gross = (np.array([getattr(trade, name) for trade in trades]) for name in ("net_bp", "gross_bp"))
    error = float(net.std() / np.sqrt(len(net)))
    assert float((gross - net).mean()) == pytest.approx(16.0, abs=0.8)  # two taker fees and some funding
    assert abs(float(net.mean()) + 18.0) < 4.0 * error
    assert random_record.end_equity < 1000


def test_the_account_and_the_trades_agree(plain_market: LabMarket, random_record: ReplayRecord) -> None:
    total = sum(trade.net for trade in random_record.trades)
    assert float(random_record.end_equity) == pytest.approx(1000.0 + total, abs=1e-6)
    curve = equity_curve(plain_market, random_record.trades, 1000.0)
    assert float(curve[-1]) == pytest.approx(1000.0 + total, abs=1e-6)


def test_a_planted_drift_is_found_and_its_mirror_loses(planted: LabMarket) -> None:
    record = replayed(planted, EmaCross())
    own = float(np.mean([trade.net_bp for trade in record.trades]))
    turned = inverted(planted, Filler(planted, 0.5), record.trades, 1000.0)
    assert len(record.trades) > 60
    assert own > 20.0
    assert float(np.mean([trade.net_bp for trade in turned])) < -20.0
    assert 0.0 < float(equity_curve(planted, turned, 1000.0)[-1]) < 1000.0  # an account cannot lose more than it has
    assert random_rank(planted, record.trades, np.random.default_rng(1))[0] > 0.99


def test_risk_1_nothing_is_known_that_comes_later(planted: LabMarket) -> None:
    """With the later bars changed beyond recognition, all that was over by then is the same."""
    cut = planted.first + 900
    whole = replayed(planted, EmaCross()).trades
    forged = replayed(_forged(planted, cut), EmaCross()).trades
    before = [trade for trade in whole if trade.exit_bar < cut]
    assert len(before) > 30
    assert repr(before) == repr([trade for trade in forged if trade.exit_bar < cut])  # a rule's chance is NaN


def test_a_fill_is_the_next_open_on_the_far_side(plain_market: LabMarket, random_record: ReplayRecord) -> None:
    rows = {name: row for row, name in enumerate(plain_market.instruments)}
    for trade in random_record.trades:
        opened = plain_market.panel.open[rows[trade.instrument_id], trade.entry_bar]
        assert (trade.entry_price - opened) * trade.side > 0
        assert plain_market.close_ms(trade.entry_bar - 1) == trade.decided_ms


def test_one_bar_with_stop_and_target_is_a_stop(plain_market: LabMarket, random_record: ReplayRecord) -> None:
    rows = {name: row for row, name in enumerate(plain_market.instruments)}
    seen = 0
    for trade in random_record.trades:
        if trade.how not in {"stop", "target"}:
            continue
        row = rows[trade.instrument_id]
        high, low = plain_market.panel.high[row, trade.exit_bar], plain_market.panel.low[row, trade.exit_bar]
        worst = low if trade.side > 0 else high
        stop = trade.entry_price * (1 - trade.side * trade.stop_bp / 1e4)
        reached = (stop - worst) * trade.side >= 1e-9 * stop
        assert not (trade.how == "target" and reached)
        seen += 1
    assert seen > 150


def test_a_late_answer_is_filled_a_bar_later(plain_market: LabMarket) -> None:
    record = replayed(plain_market, RandomTrades(3, per_day=6.0), replace(SETTINGS, latency_bars=1))
    assert record.trades
    assert all(plain_market.close_ms(trade.entry_bar - 2) == trade.decided_ms for trade in record.trades)


def test_the_same_replay_twice_is_the_same(plain_market: LabMarket, random_record: ReplayRecord) -> None:
    assert repr(replayed(plain_market, RandomTrades(3, per_day=6.0)).trades) == repr(random_record.trades)


class BreaksDown(RandomTrades):
    """Answers a hundred times and then no more."""

    answered = 0

    def decide(self, moment: Moment) -> Decision | None:
        self.answered += 1
        if self.answered > 100:
            raise ConnectionError("402: top up")
        return super().decide(moment)


def test_risk_3_honesty_a_replay_in_which_one_point_failed_has_no_score(plain_market: LabMarket) -> None:
    """65 hours of an empty purse once counted as the wish to hold: here such a replay ends without a record."""
    strategist = BreaksDown(3, per_day=6.0)
    with pytest.raises(ConnectionError, match="402"):
        replayed(plain_market, strategist)
    assert strategist.answered == 101


def test_loss_limits_stop_a_loser(plain_market: LabMarket) -> None:
    tight = replace(SETTINGS, desk=DeskSettings(RiskLimits(daily_loss_reduce=Decimal("0.01"))))
    record = replayed(plain_market, RandomTrades(3, per_day=20.0), tight)
    assert record.halts > 0
    assert record.unasked["Trading state"] > 0


def test_bars_left_out_change_nothing(plain_market: LabMarket, random_record: ReplayRecord) -> None:
    """The replay skips bars in which nothing can happen; looking at all of them gives the same trades."""
    for each in random_record.trades[:60]:
        assert _slowly(plain_market, each) == each.how


def test_buy_and_hold_pays_fees_and_funding(plain_market: LabMarket) -> None:
    trades = buy_and_hold(plain_market, Filler(plain_market, 0.5), Decimal(8000))
    assert len(trades) == 8
    assert all(trade.fees > 0 and trade.funding != 0 for trade in trades)
    assert all(trade.exit_bar == plain_market.bars - 1 for trade in trades)


def _slowly(market: LabMarket, trade: LabTrade) -> str:
    """How the trade ends when every bar is looked at, by plain comparison."""
    row = market.instruments.index(trade.instrument_id)
    stop = trade.entry_price * (1 - trade.side * trade.stop_bp / 1e4)
    ends_in_its_bar = trade.how in {"stop", "target"}  # the others leave at its open
    for bar in range(trade.entry_bar, trade.exit_bar + ends_in_its_bar):
        worst = market.panel.low[row, bar] if trade.side > 0 else market.panel.high[row, bar]
        if (stop - worst) * trade.side >= -1e-9 * stop:
            return "stop"
    return trade.how


def _forged(market: LabMarket, cut: int) -> LabMarket:
    panel = market.panel
    factor = np.ones(panel.bars)
    factor[cut:] = np.linspace(1.0, 3.0, panel.bars - cut)
    prices = (panel.open * factor, panel.high * factor, panel.low * factor, panel.close * factor)
    return replace(market, panel=BarPanel(panel.instruments, panel.interval, panel.open_ms, *prices, panel.volume))
