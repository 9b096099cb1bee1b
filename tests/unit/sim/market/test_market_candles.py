"""Aggregates equal a plain loop over the minutes, forming minute included."""

from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import pytest

from terminal.sim.market.candles import MINUTE_MS, MONTH, WEEK, CandleStore
from terminal.sim.market.types import BookSide

INTERVALS = (1, 3, 5, 15, 30, 60, 120, 240, 360, 480, 720, 1_440, WEEK, MONTH)
FIRST = 29_399_737  # an odd minute of November 2025
COUNT = 58_000  # spans two month starts


@pytest.fixture(scope="module")
def store() -> CandleStore:
    rng = np.random.default_rng(3)
    closes = 10_000 + np.cumsum(rng.integers(-20, 21, COUNT))
    opens = np.concatenate([[10_000], closes[:-1]])
    bars = np.zeros((9, COUNT), dtype=np.int64)
    bars[0], bars[3] = opens, closes
    bars[1] = np.maximum(opens, closes) + rng.integers(0, 9, COUNT)
    bars[2] = np.minimum(opens, closes) - rng.integers(0, 9, COUNT)
    bars[4:] = rng.integers(0, 500, (5, COUNT))
    made = CandleStore("BTC", FIRST, bars)
    made.trade(made.last_ticks + 40, 7, BookSide.BUY)
    made.trade(made.last_ticks - 90, 3, BookSide.SELL)
    return made


def bucket_of(minute: int, interval: int) -> int:
    when = datetime.fromtimestamp(minute * 60, UTC)
    midnight = when.replace(hour=0, minute=0)
    if interval == MONTH:
        start = midnight.replace(day=1)
    elif interval == WEEK:
        start = midnight - timedelta(days=when.weekday())
    else:
        start = midnight + timedelta(minutes=(when.hour * 60 + when.minute) // interval * interval)
    return int(start.timestamp() * 1_000)


@cache
def rows_of(store: CandleStore) -> list[list[int]]:
    return [*store.minutes(0).T.tolist(), list(store.forming)]


@cache
def naive(store: CandleStore, interval: int) -> dict[int, list[int]]:
    made: dict[int, list[int]] = {}
    for offset, row in enumerate(rows_of(store)):
        key = bucket_of(FIRST + offset, interval)
        if key not in made:
            made[key] = row.copy()
            continue
        bar = made[key]
        bar[1], bar[2], bar[3] = max(bar[1], row[1]), min(bar[2], row[2]), row[3]
        for field in range(4, 9):
            bar[field] += row[field]
    if min(made) < FIRST * MINUTE_MS:
        del made[min(made)]
    return made


def listed(bars) -> dict[int, list[int]]:
    names = ("open", "high", "low", "close", "lots", "quote", "trades", "buy_lots", "buy_quote")
    columns = np.stack([getattr(bars, name) for name in names])
    return {int(t): [int(v) for v in column] for t, column in zip(bars.open_ms, columns.T, strict=True)}


@pytest.mark.parametrize("interval", INTERVALS)
def test_every_interval_is_the_exact_aggregate(store, interval):
    expected = naive(store, interval)
    everything = store.bars(interval, COUNT + 10)
    assert listed(everything) == expected
    assert list(everything.open_ms) == sorted(expected)


@pytest.mark.parametrize("interval", [1, 15, 240, 1_440, WEEK])
def test_limit_gives_the_newest(store, interval):
    newest = store.bars(interval, 3)
    assert len(newest) == 3
    assert listed(newest) == dict(sorted(naive(store, interval).items())[-3:])


@pytest.mark.parametrize("interval", [15, 60, WEEK, MONTH])
@pytest.mark.parametrize("shift_ms", [0, 1])
def test_end_leaves_out_bars_that_open_later(store, interval, shift_ms):
    opens = store.bars(interval, 50).open_ms
    end = int(opens[-1]) + shift_ms
    got = store.bars(interval, 2, end)
    wanted = [int(t) for t in opens if t < end][-2:]
    assert [int(t) for t in got.open_ms] == wanted
    assert listed(got) == {t: naive(store, interval)[t] for t in wanted}


def test_nothing_before_the_history(store):
    assert len(store.bars(15, 10, (FIRST - 1_000) * MINUTE_MS)) == 0


def test_asking_for_nothing_is_refused(store):
    with pytest.raises(ValueError, match="at least one"):
        store.bars(15, 0)


def test_minutes_open_at_the_previous_close_and_hold_their_trades():
    bars = np.full((9, 1), 50, dtype=np.int64)
    store = CandleStore("BTC", FIRST, bars)
    for step in range(5_000):  # beyond the first allocation
        store.trade(50 + step % 7, 2, BookSide.BUY)
        store.close_minute()
    one = store.bars(1, 10_000)
    assert len(one) == 5_002
    assert (one.open[1:] == one.close[:-1]).all()
    assert one.lots[1:-1].tolist() == [2] * 5_000
    assert one.quote[3] == 2 * one.close[3]
    assert store.forming_minute == FIRST + 5_001
    assert store.last_ticks == one.close[-1]


def test_rolling_day_is_the_last_1440_minutes(store):
    rows = [list(map(int, column)) for column in store.minutes(0).T[-1_439:]] + [list(store.forming)]
    day = store.rolling_day()
    assert day.open_ticks == rows[0][0]
    assert day.high_ticks == max(row[1] for row in rows)
    assert day.low_ticks == min(row[2] for row in rows)
    assert day.close_ticks == rows[-1][3]
    assert day.lots == sum(row[4] for row in rows)
    assert day.quote == sum(row[5] for row in rows)
    assert day.trades == sum(row[6] for row in rows)
