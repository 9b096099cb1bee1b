from dataclasses import replace

import numpy as np
import pytest

from helpers import market_paths
from terminal.domain.market import Interval
from terminal.strategy.bars import TooFewBars, UnusableBars, build_panel


@pytest.fixture(scope="module")
def series():
    panel = market_paths.market(1, bars=520, bases=("BTC", "ETH"))
    return [(name, market_paths.candles(panel, row)) for row, name in enumerate(panel.instruments)]


def test_series_of_different_length_are_cut_to_their_common_span(series):
    (btc, long), (eth, other) = series
    panel = build_panel([(btc, long), (eth, other[12:515])], Interval.M15)
    assert panel.bars == 503
    assert panel.open_ms[0] == other[12].open_ms
    assert panel.newest_close_ms == other[514].open_ms + 900_000
    np.testing.assert_array_equal(panel.close[0], [c.close for c in long[12:515]])


def test_too_few_bars_name_the_instrument_and_the_need(series):
    (btc, long), (eth, other) = series
    with pytest.raises(TooFewBars, match=r"insufficient_history: ETH-PERP has 499 .* of the 500 needed"):
        build_panel([(btc, long), (eth, other[-499:])], Interval.M15)


def test_series_that_barely_overlap_are_too_short(series):
    (btc, long), (eth, other) = series
    with pytest.raises(TooFewBars, match="insufficient_history"):
        build_panel([(btc, long[:505]), (eth, other[15:])], Interval.M15)


def test_a_gap_is_refused(series):
    (btc, long), _ = series
    with pytest.raises(TooFewBars, match="gap_in_history: BTC-PERP"):
        build_panel([(btc, long[:100] + long[101:])], Interval.M15)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"closed": False}, "open bar"),
        ({"close": 0.0}, "not a valid number"),
        ({"high": float("nan")}, "not a valid number"),
        ({"volume": -1.0}, "not a valid number"),
    ],
)
def test_bars_that_break_the_contract_are_unusable(series, change, words):
    (btc, long), _ = series
    with pytest.raises(UnusableBars, match=words):
        build_panel([(btc, (*long[:-1], replace(long[-1], **change)))], Interval.M15)


def test_no_instruments_is_an_error():
    with pytest.raises(UnusableBars, match="choose at least one market"):
        build_panel([], Interval.M15)
