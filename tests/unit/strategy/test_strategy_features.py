from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import market_paths
from terminal.domain.market import Interval
from terminal.strategy import features as feat
from terminal.strategy.bars import BarPanel
from terminal.strategy.ridge import mirrored

KEYS = [feature.key for feature in feat.CATALOGUE]
PANEL = market_paths.market(4, bars=620, strength=0.1)
WHOLE = feat.compute(PANEL)


def with_prices(panel: BarPanel, change) -> BarPanel:
    """The panel with every price replaced; a falling `change` swaps highs and lows."""
    opened, high, low, close = (change(x) for x in (panel.open, panel.high, panel.low, panel.close))
    return replace(panel, open=opened, high=np.maximum(high, low), low=np.minimum(high, low), close=close)


def looks_ahead(compute, panel: BarPanel, bar: int) -> bool:
    """The leak test: does a feature at `bar` change when all later bars are removed?"""
    whole, part = compute(panel)[:, bar], compute(panel.first(bar + 1))[:, bar]
    return not np.allclose(whole, part, rtol=1e-9, atol=1e-9, equal_nan=True)


@settings(max_examples=15)
@given(bar=st.integers(250, 618))
def test_risk_1_features_do_not_change_when_later_bars_are_removed(bar):
    assert not looks_ahead(feat.compute, PANEL, bar)


@settings(max_examples=10)
@given(bar=st.integers(250, 600), seed=st.integers(0, 1_000))
def test_risk_1_features_do_not_change_when_later_bars_are_invented(bar, seed):
    rng = np.random.default_rng(seed)
    noise = np.ones_like(PANEL.close)
    noise[:, bar + 1 :] = np.exp(0.1 * rng.standard_normal(noise[:, bar + 1 :].shape))
    other = feat.compute(with_prices(PANEL, lambda x: x * noise))
    np.testing.assert_allclose(other[:, : bar + 1], WHOLE[:, : bar + 1], rtol=1e-9, atol=1e-9)


def test_risk_1_honesty_the_leak_test_catches_a_feature_made_of_the_next_close():
    def leaky(panel):
        ahead = np.concatenate([panel.close[:, 1:], panel.close[:, -1:]], axis=1)
        return np.concatenate([feat.compute(panel), np.log(ahead / panel.close)[..., None]], axis=-1)

    assert looks_ahead(leaky, PANEL, 400)


def test_features_are_free_of_price_and_volume_scale():
    scaled = replace(with_prices(PANEL, lambda x: 37.0 * x), volume=PANEL.volume * 1e4)
    np.testing.assert_allclose(feat.compute(scaled), WHOLE, rtol=1e-7, atol=1e-7)


def test_the_mirror_of_a_row_is_the_market_upside_down():
    """Exact for log prices, close for averages of plain prices."""
    upside_down = feat.compute(with_prices(PANEL, lambda x: 1e4 / x))[:, 300:].reshape(-1, len(KEYS))
    expected = mirrored(WHOLE[:, 300:].reshape(-1, len(KEYS)), feat.CATALOGUE)
    for key, one, other in zip(KEYS, upside_down.T, expected.T, strict=True):
        assert np.corrcoef(one, other)[0, 1] > 0.98, key


def test_warm_up_is_missing_and_ends_with_the_slowest_average():
    assert np.isnan(WHOLE[:, 198]).any()
    assert np.isfinite(WHOLE[:, 199:]).all()
    assert not feat.complete(WHOLE, need_context=True)[:, :199].any()
    assert feat.complete(WHOLE, need_context=True)[:, 199:].all()


def test_values_are_what_their_names_say():
    row, bar = 2, 500
    atr = feat.average_true_range(PANEL)[row, bar]
    close = PANEL.close[row]
    by_key = dict(zip(KEYS, WHOLE[row, bar], strict=True))
    assert by_key["ret_12_atr"] == pytest.approx(np.log(close[bar] / close[bar - 12]) / (atr / close[bar]))
    assert by_key["bb_z20"] == pytest.approx(
        (close[bar] - close[bar - 19 : bar + 1].mean()) / close[bar - 19 : bar + 1].std()
    )
    assert by_key["range_atr"] == pytest.approx((PANEL.high[row, bar] - PANEL.low[row, bar]) / atr)
    assert by_key["vol_rel"] == pytest.approx(
        np.log(PANEL.volume[row, bar] / PANEL.volume[row, bar - 95 : bar + 1].mean())
    )
    assert by_key["btc_ret_4_atr"] == pytest.approx(feat.compute(PANEL)[0, bar, KEYS.index("btc_ret_4_atr")])
    assert 0.0 <= by_key["breadth"] <= 1.0
    hour = 2 * np.pi * ((PANEL.open_ms[bar] + 900_000) % 86_400_000) / 86_400_000
    assert by_key["hour_sin"] == pytest.approx(np.sin(hour))


def test_a_frozen_market_has_finite_features():
    still = replace(PANEL, **{name: np.full_like(PANEL.close, 5.0) for name in ("open", "high", "low", "close")})
    assert np.isfinite(feat.compute(replace(still, volume=np.zeros_like(PANEL.volume)))[:, 199:]).all()


def test_without_bitcoin_its_features_are_missing():
    panel = market_paths.market(4, bars=300, bases=("ETH", "SOL"))
    values = feat.compute(panel)[:, 250:]
    missing = [key for key, column in zip(KEYS, np.isnan(values).all(axis=(0, 1)), strict=True) if column]
    assert missing == ["btc_ret_4_atr", "btc_ret_16_atr"]


def test_texts_carry_sign_and_unit():
    assert feat.Feature("x", "x", "ATR").text(2.306) == "+2.31 ATR"
    assert feat.Feature("x", "x", decimals=1, signed=False).text(61.04) == "61.0"
    assert feat.Feature("x", "x").text(-0.0001) == "+0.00"


def test_schema_changes_with_names_order_and_interval():
    names = feat.catalogue_for(PANEL.instruments)
    base = feat.schema_sha256(names, Interval.M15)
    assert feat.schema_sha256(names[::-1], Interval.M15) != base
    assert feat.schema_sha256(names, Interval.H1) != base
    assert feat.schema_sha256(names[:-1], Interval.M15) != base


def test_instrument_flags_mark_one_column_each():
    rows = feat.design_rows(np.zeros((3, len(KEYS))), [2, 0, 1], 3)
    np.testing.assert_array_equal(rows[:, len(KEYS) :], np.eye(3)[[2, 0, 1]])
