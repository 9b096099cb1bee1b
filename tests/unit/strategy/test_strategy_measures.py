"""Indicators by id from a snapshot: the values their names say, and never from a forming or a later bar."""

from dataclasses import replace

import numpy as np
import pytest
import talib
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import market_paths
from terminal.domain.market import Interval
from terminal.strategy import features as feat
from terminal.strategy.bars import TooFewBars, UnusableBars, resampled, snapshot_panel
from terminal.strategy.features_measures import measures_of

PANEL = market_paths.market(4, bars=1_400, bases=("BTC", "ETH"))
SNAPSHOT = market_paths.snapshot(PANEL)
FOUND = measures_of(SNAPSHOT)


def with_newest(snapshot, **changes):
    """The snapshot whose first market's newest bar was changed."""
    view = snapshot.views[0]
    bars = (*view.candles[:-1], replace(view.candles[-1], **changes))
    return replace(snapshot, views=(replace(view, candles=bars), *snapshot.views[1:]))


def test_ids_name_instrument_measure_and_bar_length():
    assert "ETH.rsi14_15m" not in FOUND  # the features say that already
    assert FOUND["BTC.adx14_15m"] == pytest.approx(
        talib.ADX(PANEL.high[0], PANEL.low[0], PANEL.close[0], 14)[-1], abs=1e-5
    )
    hours = resampled(PANEL, Interval.H1)
    assert FOUND["BTC.rsi14_1h"] == pytest.approx(talib.RSI(hours.close[0], 14)[-1], abs=1e-5)
    upper, _, lower = talib.BBANDS(PANEL.close[0], 20, 2.0, 2.0)
    width = 100 * (upper[-1] - lower[-1]) / talib.SMA(PANEL.close[0], 20)[-1]
    assert FOUND["BTC.bb_width_pct_15m"] == pytest.approx(width, abs=1e-5)
    day = np.diff(np.log(PANEL.close[1]))[-96:]
    assert FOUND["ETH.rv_24h_15m"] == pytest.approx(np.sqrt((day**2).mean() * 96 * 365), abs=1e-5)
    assert {key.rpartition("_")[2] for key in FOUND} == {"15m", "1h", "4h"}


def test_what_has_not_warmed_up_is_missing_not_zero():
    assert FOUND["BTC.dist_ema200_atr_4h"] is None
    assert FOUND["BTC.dist_ema200_atr_1h"] is not None


def test_a_measure_and_the_model_s_feature_of_one_meaning_are_one_number():
    hours = resampled(PANEL, Interval.H1)
    row = dict(zip((f.key for f in feat.CATALOGUE), feat.compute(hours)[0, -1].tolist(), strict=True))
    assert FOUND["BTC.rsi14_1h"] == round(row["rsi14"], 6)
    assert FOUND["BTC.dist_ema21_atr_1h"] == round(row["dist_ema21"], 6)


def test_no_measure_repeats_a_feature_s_id():
    features = {f"BTC.{feature.key}_15m" for feature in feat.CATALOGUE}
    assert not features & FOUND.keys()


@settings(max_examples=10, deadline=None)
@given(bar=st.integers(900, 1_398), seed=st.integers(0, 1_000))
def test_risk_1_later_bars_change_nothing(bar, seed):
    """The leak test of the snapshot: removed or invented, what comes after leaves every measure as it was."""
    noise = np.ones_like(PANEL.close)
    noise[:, bar + 1 :] = np.exp(0.1 * np.random.default_rng(seed).standard_normal(noise[:, bar + 1 :].shape))
    other = replace(PANEL, **{name: getattr(PANEL, name) * noise for name in ("open", "high", "low", "close")})
    then = market_paths.snapshot(PANEL.first(bar + 1))
    assert measures_of(market_paths.snapshot(other.first(bar + 1))) == measures_of(then)


def test_risk_1_a_forming_bar_trips():
    with pytest.raises(UnusableBars, match="open bar"):
        measures_of(with_newest(SNAPSHOT, closed=False))


def test_risk_1_a_bar_from_after_the_bar_close_trips():
    late = replace(SNAPSHOT, bar_close_ms=SNAPSHOT.bar_close_ms - Interval.M15.ms)
    with pytest.raises(UnusableBars, match="after the snapshot's bar close"):
        measures_of(late)


def test_a_market_without_its_newest_bar_is_too_short():
    early = replace(SNAPSHOT, bar_close_ms=SNAPSHOT.bar_close_ms + Interval.M15.ms)
    with pytest.raises(TooFewBars, match="bars_behind"):
        snapshot_panel(early)


def test_merged_bars_are_whole_and_end_before_the_newest_close():
    panel = PANEL.first(1_399)
    hours = resampled(panel, Interval.H1)
    assert (hours.open_ms % Interval.H1.ms == 0).all()
    assert hours.newest_close_ms <= panel.newest_close_ms < hours.newest_close_ms + Interval.H1.ms
    start = int(np.flatnonzero(panel.open_ms == hours.open_ms[7])[0])
    piece = slice(start, start + 4)
    assert hours.open[0, 7] == panel.open[0, start]
    assert hours.high[0, 7] == panel.high[0, piece].max()
    assert hours.low[1, 7] == panel.low[1, piece].min()
    assert hours.close[1, 7] == panel.close[1, start + 3]
    assert hours.volume[0, 7] == pytest.approx(panel.volume[0, piece].sum())
    with pytest.raises(ValueError, match="cannot be made"):
        resampled(hours, Interval.M15)
