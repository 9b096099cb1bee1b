"""Somebody else's indicators as the oracle for ours: equal to 1e-6 once both have warmed up."""

import numpy as np
import pytest
import talib

from helpers import market_paths
from terminal.indicators import states
from terminal.indicators.core import RollingStd, RollingSum, Sma, ema_state

WARM = 300  # Wilder means forget their seed slowly: (13/14)^300 is 2e-10
CLOSE = 1e-6
PANEL = market_paths.market(9, bars=1_200, strength=0.2, bases=("BTC", "ETH"))
HIGH, LOW, SHUT, VOLUME = PANEL.high, PANEL.low, PANEL.close, PANEL.volume


def agree(ours, theirs):
    expected = np.stack([theirs(row) for row in range(len(PANEL.instruments))])
    assert np.isfinite(expected[:, WARM:]).all()
    np.testing.assert_allclose(ours[:, WARM:], expected[:, WARM:], rtol=CLOSE, atol=CLOSE)


@pytest.mark.parametrize("period", [9, 21, 55])
def test_risk_2_ema(period):
    agree(ema_state(period).extend(SHUT), lambda row: talib.EMA(SHUT[row], period))


def test_risk_2_ema_200_from_its_first_value_on():
    """Same seed, so no warm-up is needed at all."""
    np.testing.assert_allclose(ema_state(200).extend(SHUT)[0, 199:], talib.EMA(SHUT[0], 200)[199:], rtol=1e-9)


def test_simple_mean_sum_and_deviation():
    agree(Sma(20).extend(SHUT), lambda row: talib.SMA(SHUT[row], 20))
    agree(RollingSum(16).extend(VOLUME), lambda row: talib.SUM(VOLUME[row], 16))
    agree(RollingStd(20).extend(SHUT), lambda row: talib.STDDEV(SHUT[row], 20))


def test_risk_2_rsi():
    agree(states.Rsi(14).extend(SHUT), lambda row: talib.RSI(SHUT[row], 14))


def test_risk_2_true_range_and_atr():
    agree(states.TrueRange().extend(HIGH, LOW, SHUT), lambda row: talib.TRANGE(HIGH[row], LOW[row], SHUT[row]))
    agree(states.Atr(14).extend(HIGH, LOW, SHUT), lambda row: talib.ATR(HIGH[row], LOW[row], SHUT[row], 14))


def test_risk_2_adx_and_its_two_lines():
    strength, plus, minus = states.Adx(14).extend(HIGH, LOW, SHUT)
    agree(strength, lambda row: talib.ADX(HIGH[row], LOW[row], SHUT[row], 14))
    agree(plus, lambda row: talib.PLUS_DI(HIGH[row], LOW[row], SHUT[row], 14))
    agree(minus, lambda row: talib.MINUS_DI(HIGH[row], LOW[row], SHUT[row], 14))


def test_risk_2_macd():
    for number, ours in enumerate(states.Macd().extend(SHUT)):
        agree(ours, lambda row, number=number: talib.MACD(SHUT[row], 12, 26, 9)[number])


def test_risk_2_bollinger():
    middle, deviation = states.Bollinger(20).extend(SHUT)
    agree(middle + 2 * deviation, lambda row: talib.BBANDS(SHUT[row], 20, 2.0, 2.0)[0])
    agree(middle - 2 * deviation, lambda row: talib.BBANDS(SHUT[row], 20, 2.0, 2.0)[2])


def test_returns():
    agree(np.expm1(states.LogReturn(6).extend(SHUT)), lambda row: talib.ROCP(SHUT[row], 6))


def test_signed_volume_flow_is_the_growth_of_the_accumulation_line():
    def theirs(row):
        line = talib.AD(HIGH[row], LOW[row], SHUT[row], VOLUME[row])
        return talib.MOM(line, 16) / talib.SUM(VOLUME[row], 16)

    agree(states.SignedFlow(16).extend(HIGH, LOW, SHUT, VOLUME), theirs)


def test_realised_volatility_from_its_mean_of_squares():
    def theirs(row):
        change = np.diff(np.log(SHUT[row]), prepend=np.nan)
        return np.sqrt(talib.SMA(np.nan_to_num(change) ** 2, 96))

    agree(states.RealisedVolatility(96).extend(SHUT), theirs)


def test_session_vwap_starts_anew_at_midnight():
    """TA-Lib has none; a plain loop over the bars of one day says what it is."""
    vwap = states.SessionVwap().extend(PANEL.open_ms, HIGH, LOW, SHUT, VOLUME)
    days = PANEL.open_ms // 86_400_000
    for bar in (0, 95, 96, 500, 1_199):
        same = [each for each in range(bar + 1) if days[each] == days[bar]]
        worth = sum((HIGH[1, i] + LOW[1, i] + SHUT[1, i]) / 3 * VOLUME[1, i] for i in same)
        assert vwap[1, bar] == pytest.approx(worth / sum(VOLUME[1, i] for i in same), rel=1e-12)
