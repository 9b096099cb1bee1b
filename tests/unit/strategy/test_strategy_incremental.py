"""One code path: whatever blocks the bars come in, every value is the same to 1e-9."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import market_paths
from terminal.domain.market import Interval
from terminal.indicators import states
from terminal.indicators.core import Lag, RollingStd, RollingSum, Sma, ema_state, wilder_state
from terminal.strategy import features as feat
from terminal.strategy.bars import BarPanel, TooFewBars, UnusableBars
from terminal.strategy.features import FeatureRun

TOLERANCE = 1e-9

STATES = {
    "sma": lambda: (Sma(20), ("close",)),
    "sum": lambda: (RollingSum(16), ("volume",)),
    "std": lambda: (RollingStd(20), ("close",)),
    "lag": lambda: (Lag(12), ("close",)),
    "ema 9": lambda: (ema_state(9), ("close",)),
    "ema 200": lambda: (ema_state(200), ("close",)),
    "wilder": lambda: (wilder_state(14), ("volume",)),
    "true range": lambda: (states.TrueRange(), ("high", "low", "close")),
    "atr": lambda: (states.Atr(14), ("high", "low", "close")),
    "rsi": lambda: (states.Rsi(14), ("close",)),
    "adx": lambda: (states.Adx(14), ("high", "low", "close")),
    "macd": lambda: (states.Macd(), ("close",)),
    "bollinger": lambda: (states.Bollinger(20), ("close",)),
    "flow": lambda: (states.SignedFlow(16), ("high", "low", "close", "volume")),
    "return": lambda: (states.LogReturn(6), ("close",)),
    "volatility": lambda: (states.RealisedVolatility(96), ("close",)),
    "vwap": lambda: (states.SessionVwap(), ("open_ms", "high", "low", "close", "volume")),
}


def cut(panel: BarPanel, first: int, last: int) -> BarPanel:
    names = ("open", "high", "low", "close", "volume")
    columns = {name: getattr(panel, name)[:, first:last] for name in names}
    return replace(panel, open_ms=panel.open_ms[first:last], **columns)


def blocks(panel: BarPanel, edges: list[int]) -> list[BarPanel]:
    marks = sorted({0, panel.bars, *(edge for edge in edges if edge < panel.bars)})
    return [cut(panel, first, last) for first, last in pairwise(marks)]


def fed(name: str, parts: list[BarPanel]) -> np.ndarray:
    state, columns = STATES[name]()
    values = [state.extend(*(getattr(part, column) for column in columns)) for part in parts]
    return np.concatenate([np.stack(v) if isinstance(v, tuple) else v for v in values], axis=-1)


def assert_same(one, other):
    np.testing.assert_array_equal(np.isnan(one), np.isnan(other))
    np.testing.assert_allclose(one, other, rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.parametrize("name", STATES)
def test_risk_2_bar_by_bar_is_the_same_as_all_at_once(name):
    panel = market_paths.market(6, bars=460, bases=("BTC", "ETH"))
    assert_same(fed(name, blocks(panel, list(range(panel.bars)))), fed(name, [panel]))


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    bars=st.integers(1, 420),
    edges=st.lists(st.integers(1, 419), max_size=12),
    name=st.sampled_from(sorted(STATES)),
)
def test_risk_2_any_cut_of_any_series_gives_the_same_values(seed, bars, edges, name):
    panel = market_paths.market(seed, bars=bars, bases=("BTC", "ETH"))
    assert_same(fed(name, blocks(panel, edges)), fed(name, [panel]))


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), start=st.integers(0, 420), strength=st.sampled_from([0.0, 0.45]))
def test_risk_2_live_features_continue_those_of_training(seed, start, strength):
    """A history in one block, then a bar at a time, as a live run goes on from what a model was fitted on."""
    panel = market_paths.market(seed, bars=430, strength=strength, bases=("BTC", "ETH", "SOL"))
    run = FeatureRun(panel.instruments, panel.interval)
    parts = [run.extend(cut(panel, 0, start))]
    parts += [run.extend(cut(panel, bar, bar + 1)) for bar in range(start, panel.bars)]
    assert_same(np.concatenate(parts, axis=1), feat.compute(panel))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), bars=st.integers(1, 420))
def test_the_newest_bar_alone_is_the_same_as_the_end_of_all(seed, bars):
    panel = market_paths.market(seed, bars=bars, strength=0.3, bases=("BTC", "ETH"))
    values, reach = feat.newest(panel)
    assert_same(values, feat.compute(panel)[:, -1])
    assert_same(reach, feat.average_true_range(panel)[:, -1])


def test_a_frozen_market_is_the_same_bar_by_bar():
    panel = market_paths.market(1, bars=300, bases=("BTC",))
    still = replace(panel, **{name: np.full_like(panel.close, 5.0) for name in ("open", "high", "low", "close")})
    still = replace(still, volume=np.zeros_like(panel.volume))
    for name in STATES:
        assert_same(fed(name, blocks(still, list(range(300)))), fed(name, [still]))


def test_risk_2_a_gap_between_blocks_is_refused_and_nothing_is_taken():
    panel = market_paths.market(2, bars=320, bases=("BTC", "ETH"))
    run = FeatureRun(panel.instruments, panel.interval)
    run.extend(cut(panel, 0, 300))
    for wrong in (cut(panel, 301, 310), cut(panel, 299, 310)):
        with pytest.raises(TooFewBars, match="gap_in_history"):
            run.extend(wrong)
    assert_same(run.extend(cut(panel, 300, 320)), feat.compute(panel)[:, 300:])


def test_risk_2_a_gap_inside_a_block_is_refused():
    panel = market_paths.market(2, bars=320, bases=("BTC",))
    holed = replace(panel, open_ms=np.where(np.arange(320) > 100, panel.open_ms + 900_000, panel.open_ms))
    with pytest.raises(TooFewBars, match="gap_in_history"):
        feat.compute(holed)


def test_bars_of_other_instruments_or_lengths_are_refused():
    panel = market_paths.market(2, bars=300, bases=("BTC", "ETH"))
    run = FeatureRun(panel.instruments, panel.interval)
    with pytest.raises(UnusableBars, match="other instruments"):
        run.extend(replace(panel, instruments=panel.instruments[::-1]))
    with pytest.raises(UnusableBars, match="another length"):
        run.extend(replace(panel, interval=Interval.H1))


def test_risk_2_the_comparison_would_see_a_state_that_forgets():
    """The equality above can fail: an average that starts anew in each block is another one."""
    panel = market_paths.market(6, bars=200, bases=("BTC",))
    parts = [ema_state(9).extend(part.close) for part in blocks(panel, [100])]
    with pytest.raises(AssertionError):
        assert_same(np.concatenate(parts, axis=1), ema_state(9).extend(panel.close))
