from itertools import pairwise

import numpy as np
import pytest

from terminal.domain.market import Interval
from terminal.ui.charts import chart_text
from terminal.ui.charts.bars import Bars
from terminal.ui.charts.chart_text import local
from terminal.ui.charts.projection import Projection
from terminal.ui.charts.ticks import price_numbers, price_step, time_ticks

START_MS = 1_763_900_000_000 // 900_000 * 900_000


def series(interval, count=2_000):
    times = START_MS + np.arange(count, dtype=np.int64) * interval.ms
    return Bars(interval.ms, times, np.ones((5, count)))


def in_view(first, last, width=1_000.0):
    return Projection(first, last, 90.0, 110.0, width, 600.0)


@pytest.mark.parametrize("interval", list(Interval))
@pytest.mark.parametrize("bars_in_view", [20, 160, 1_000])
def test_labels_are_in_view_in_order_and_apart(interval, bars_in_view):
    projection = in_view(500, 500 + bars_in_view)
    ticks = time_ticks(series(interval), projection)
    assert 2 <= len(ticks) <= 18
    places = [projection.x(tick.index) for tick in ticks]
    assert all(later - earlier >= 57 for earlier, later in pairwise(places))
    assert all(0 <= place <= 1_000 for place in places)


def test_clock_labels_stand_at_the_bars_they_name():
    bars = series(Interval.M15)
    for tick in time_ticks(bars, in_view(500, 660)):
        at = local(bars.time_at(tick.index))
        assert at.minute == 0
        assert tick.text == (f"{at.day} {at:%b}" if tick.major else f"{at:%H:%M}")


def test_labels_go_on_past_the_newest_bar():
    ticks = time_ticks(series(Interval.M15, 100), in_view(40, 200))
    assert ticks[-1].index > 150


def test_a_hole_in_the_series_does_not_crowd_labels():
    times = np.concatenate((START_MS + np.arange(100) * 60_000, START_MS + 10**9 + np.arange(100) * 60_000))
    projection = in_view(0, 200)
    ticks = time_ticks(Bars(60_000, times.astype(np.int64), np.ones((5, 200))), projection)
    assert all((b.index - a.index) * projection.bar_px >= 57 for a, b in pairwise(ticks))


def test_no_bars_no_labels():
    assert time_ticks(Bars(60_000), in_view(0, 10)) == []


@pytest.mark.parametrize(
    ("low", "high", "tick", "step"),
    [(90_000, 91_000, 0.1, 100), (0.14, 0.15, 0.00001, 0.001), (1.0, 1.0004, 0.0001, 0.0001), (0, 7, 0.01, 1)],
)
def test_price_steps_are_round_and_never_below_the_tick(low, high, tick, step):
    assert price_step(low, high, 600, tick) == pytest.approx(step)


def test_price_labels_are_multiples_inside_the_range():
    assert list(price_numbers(89_950, 90_310, 100)) == [900, 901, 902, 903]


def test_texts():
    assert chart_text.price(90755.3, 1) == "90,755.3"
    assert chart_text.price(-0.5, 2) == "−0.50"
    assert chart_text.price(0.00001234, 8) == "0.00001234"
    assert chart_text.volume(1_240) == "1.24\u2009K"
    assert chart_text.volume(3.5) == "3.50"
    assert chart_text.change(-0.0123) == "−1.23\u2009%"
    assert chart_text.change(0.00001) == "0.00\u2009%"


def test_projection_goes_there_and_back():
    projection = in_view(100, 260)
    assert projection.index_at(projection.x(123.5)) == pytest.approx(123.5)
    assert projection.price_at(projection.y(101.25)) == pytest.approx(101.25)
    assert projection.visible(200) == (100, 200)
    assert projection.visible(0) == (100, 100)
