"""Values of an indicator on a chart: the strategy's own, however the bars came."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.indicators import states
from terminal.indicators.core import RollingStd, Sma, ema_state
from terminal.ui.charts.series.bars import Bars
from terminal.ui.charts.series.merge import CLOSE, HIGH, LOW, VOLUME
from terminal.ui.charts.studies.feeds import Feed
from terminal.ui.charts.studies.kinds import KINDS
from terminal.ui.charts.studies.study import Study
from terminal.ui.charts.studies.values import BLOCK, StudyValues

MINUTE = 60_000
FED = [kind.key for kind in KINDS if kind.feed is not None]


def made_rows(count, seed=3):
    rng = np.random.default_rng(seed)
    close = 90_000 + np.cumsum(rng.normal(0, 20, count))
    opened = np.concatenate(([90_000], close[:-1]))
    return np.array(
        [opened, np.maximum(opened, close) + 9, np.minimum(opened, close) - 9, close, 1 + rng.random(count) * 10]
    )


def made_bars(count, seed=3):
    return Bars(MINUTE, np.arange(count, dtype=np.int64) * MINUTE + 10**12 // MINUTE * MINUTE, made_rows(count, seed))


def whole(key, bars):
    """What the strategy's states give for all bars at once."""
    rows, values = bars.level(), Study.plain(key).values
    high, low, close, volume = (rows[row][None] for row in (HIGH, LOW, CLOSE, VOLUME))
    if key == "bollinger":
        middle, deviation = Sma(20).extend(close), RollingStd(20).extend(close)
        return np.concatenate((middle + 2 * deviation, middle, middle - 2 * deviation))
    found = {
        "ema": lambda: ema_state(21).extend(close),
        "sma": lambda: Sma(50).extend(close),
        "vwap": lambda: states.SessionVwap().extend(bars.open_ms, high, low, close, volume),
        "rsi": lambda: states.Rsi(int(values[0])).extend(close),
        "macd": lambda: states.Macd(12, 26, 9).extend(close),
        "atr": lambda: states.Atr(14).extend(high, low, close),
        "adx": lambda: states.Adx(14).extend(high, low, close),
    }[key]()
    return np.concatenate(found) if isinstance(found, tuple) else found


def assert_same(values, key, bars):
    while values.is_behind:
        values.advance()
    expected = whole(key, bars)
    np.testing.assert_array_equal(np.isnan(values.lines), np.isnan(expected))
    np.testing.assert_allclose(values.lines, expected, rtol=1e-9, atol=1e-7)


@pytest.mark.parametrize("key", FED)
def test_they_are_those_of_the_strategy(key):
    bars = made_bars(2_000)
    values = StudyValues(Study.plain(key), bars)
    assert not values.is_behind
    assert_same(values, key, bars)
    assert np.isfinite(values.lines[:, -1]).all()


@given(st.sampled_from(FED), st.lists(st.sampled_from(("moves", "next", "older")), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_any_order_of_moves_gives_the_same(key, moves):
    rows = made_rows(400, seed=8)
    times = np.arange(400, dtype=np.int64) * MINUTE + 10**12 // MINUTE * MINUTE
    first, last = 180, 220
    bars = Bars(MINUTE, times[first:last], rows[:, first:last])
    values = StudyValues(Study.plain(key), bars)
    for number, move in enumerate(moves):
        if move == "moves":
            bar = rows[:, last - 1].copy()
            bar[HIGH] += number
            bar[CLOSE] = bar[HIGH] - 1
            bars.update_last(bar)
            values.follow()
        elif move == "next":
            bars.update_last(rows[:, last - 1])
            bars.append(int(times[last]), rows[:, last])
            last += 1
            values.follow()
        else:
            bars.prepend(times[first - 15 : first], rows[:, first - 15 : first])
            first -= 15
            values.prepended(15)
        assert values.lines.shape[1] == len(bars)
    assert_same(values, key, bars)


def test_an_empty_series_has_no_values_and_a_first_bar_begins_them():
    bars = Bars(MINUTE)
    values = StudyValues(Study("ema", (1,), ("blue",)), bars)
    assert values.lines.shape == (1, 0)
    assert not values.is_behind
    bars.append(0, (1.0, 2.0, 0.5, 1.5, 3.0))
    values.follow()
    assert values.lines.tolist() == [[1.5]]


class Counted:
    """Counts the bars a feed is given."""

    def __init__(self, monkeypatch):
        self.bars = 0
        extend = Feed.extend

        def counting(feed, open_ms, rows):
            self.bars += rows.shape[1]
            return extend(feed, open_ms, rows)

        monkeypatch.setattr(Feed, "extend", counting)


@pytest.mark.parametrize("key", FED)
def test_a_changed_or_a_new_last_bar_costs_a_bar_or_two_at_any_length(key, monkeypatch):
    bars = made_bars(3_000)
    values = StudyValues(Study.plain(key), bars)
    counted = Counted(monkeypatch)
    for _ in range(5):
        bars.update_last(bars.level()[:, -1] + 1)
        values.follow()
    assert counted.bars == 5
    bars.append(int(bars.open_ms[-1]) + MINUTE, bars.level()[:, -1])
    values.follow()
    assert counted.bars == 5 + 2


def test_a_long_series_is_taken_in_blocks_and_older_bars_make_it_new_once(monkeypatch):
    bars = made_bars(3 * BLOCK + 100)
    values = StudyValues(Study.plain("ema"), bars)
    assert values.is_behind
    assert np.isnan(values.lines[0, -1])
    turns = 0
    while values.is_behind:
        values.advance()
        turns += 1
    assert turns == 3
    known = values.lines.copy()
    counted = Counted(monkeypatch)
    rows = made_rows(500, seed=9)
    bars.prepend(int(bars.open_ms[0]) - (500 - np.arange(500, dtype=np.int64)) * MINUTE, rows)
    values.prepended(500)
    assert counted.bars == BLOCK
    np.testing.assert_array_equal(values.lines[0, BLOCK:], known[0, BLOCK - 500 :])  # as before until its turn comes
    assert_same(values, "ema", bars)
    assert counted.bars == 3 * BLOCK + 600


def test_a_last_bar_that_moves_while_older_ones_wait_is_shown_in_the_end():
    bars = made_bars(2 * BLOCK + 50)
    values = StudyValues(Study.plain("atr"), bars)
    for _ in range(3):
        bar = bars.level()[:, -1].copy()
        bar[HIGH] += 500
        bars.update_last(bar)
        bars.append(int(bars.open_ms[-1]) + MINUTE, bar)
        values.follow()
    assert_same(values, "atr", bars)
