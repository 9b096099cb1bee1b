from itertools import pairwise

import numpy as np
import pytest

from terminal.domain.market import Interval
from terminal.ui.charts import chart_text
from terminal.ui.charts.axes import ticks, time_labels
from terminal.ui.charts.axes.ticks import log_prices, price_numbers, price_step
from terminal.ui.charts.axes.time_labels import TimeLabels
from terminal.ui.charts.axes.zones import Zone, moment
from terminal.ui.charts.panes.projection import Projection
from terminal.ui.charts.series.bars import Bars

START_MS = 1_763_900_000_000 // 900_000 * 900_000


def series(interval, count=2_000):
    times = START_MS + np.arange(count, dtype=np.int64) * interval.ms
    return Bars(interval.ms, times, np.ones((5, count)))


def in_view(first, last, width=1_000.0):
    return Projection(first, last, 90.0, 110.0, width, 600.0)


def labels(bars, projection, zone=Zone.LOCAL):
    return TimeLabels().in_view(bars, projection, zone)


@pytest.mark.parametrize("interval", list(Interval))
@pytest.mark.parametrize("bars_in_view", [20, 160, 1_000])
def test_labels_are_in_view_in_order_and_apart(interval, bars_in_view):
    places = [x for _, x in labels(series(interval), in_view(500, 500 + bars_in_view))]
    assert 2 <= len(places) <= 18
    assert all(later - earlier >= 57 for earlier, later in pairwise(places))
    assert all(0 <= place <= 1_000 for place in places)


@pytest.mark.parametrize("zone", list(Zone))
def test_clock_labels_stand_at_the_bars_they_name(zone):
    bars, projection = series(Interval.M15), in_view(500, 660)
    shown = labels(bars, projection, zone)
    for tick, x in shown:
        at = moment(bars.time_at(projection.index_at(x)), zone)
        assert at.minute == 0
        assert tick.text == (f"{at.day} {at:%b}" if tick.major else f"{at:%H:%M}")
    assert any(tick.major for tick, _ in shown)


def test_days_begin_when_the_zone_says():
    majors = {
        zone: [
            tick.at_ms // 3_600_000 % 24
            for tick, _ in labels(series(Interval.M15), in_view(500, 660), zone)
            if tick.major
        ]
        for zone in (Zone.UTC, Zone.EXCHANGE)
    }
    assert set(majors[Zone.UTC]) == {0}
    assert set(majors[Zone.EXCHANGE]) == {16}  # midnight eight hours ahead


def test_bars_of_a_day_are_dated_in_utc():
    midnight = 1_763_856_000_000
    assert chart_text.bar_time(midnight, Interval.D1.ms, Zone.EXCHANGE) == "Sun 23 Nov 2025"
    assert chart_text.bar_time(midnight, Interval.H4.ms, Zone.EXCHANGE) == "Sun 23 Nov  08:00"
    assert chart_text.bar_time(midnight, Interval.H4.ms, Zone.UTC) == "Sun 23 Nov  00:00"


def test_labels_go_on_past_the_newest_bar():
    projection = in_view(40, 200)
    _, x = labels(series(Interval.M15, 100), projection)[-1]
    assert projection.index_at(x) > 150


def test_a_hole_in_the_series_does_not_crowd_labels():
    times = np.concatenate((START_MS + np.arange(100) * 60_000, START_MS + 10**9 + np.arange(100) * 60_000))
    places = [x for _, x in labels(Bars(60_000, times.astype(np.int64), np.ones((5, 200))), in_view(0, 200))]
    assert len(places) > 2
    assert all(later - earlier >= 57 for earlier, later in pairwise(places))


def test_panning_makes_no_label_anew_and_a_new_bar_does(monkeypatch):
    bars, known = series(Interval.M15), TimeLabels()
    made = []
    monkeypatch.setattr(time_labels, "time_ticks", lambda *args: made.append(args) or ticks.time_ticks(*args))
    for first in range(500, 620, 7):
        known.in_view(bars, in_view(first, first + 160), Zone.UTC)
    assert len(made) == 1
    bars.append(int(bars.open_ms[-1]) + Interval.M15.ms, (1, 1, 1, 1, 1))
    known.in_view(bars, in_view(600, 760), Zone.UTC)
    assert len(made) == 2


def test_no_bars_no_labels():
    assert labels(Bars(60_000), in_view(0, 10)) == []


@pytest.mark.parametrize(
    ("low", "high", "tick", "step"),
    [(90_000, 91_000, 0.1, 100), (0.14, 0.15, 0.00001, 0.001), (1.0, 1.0004, 0.0001, 0.0001), (0, 7, 0.01, 1)],
)
def test_price_steps_are_round_and_never_below_the_tick(low, high, tick, step):
    assert price_step(low, high, 600, tick) == pytest.approx(step)


def test_a_low_chart_has_labels_nearer_together():
    assert price_step(90_000, 91_000, 150, 0.1) == 200
    assert price_step(90_000, 91_000, 300, 0.1) == 200


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


def test_a_logarithmic_projection_gives_equal_ratios_equal_heights():
    projection = Projection(0, 10, 10.0, 1_000.0, 100.0, 400.0, is_log=True)
    assert projection.y(100.0) == pytest.approx(200)
    assert projection.y(np.array([10.0, 100.0, 1_000.0])).tolist() == pytest.approx([400, 200, 0])
    assert projection.price_at(projection.y(250.0)) == pytest.approx(250)
    assert projection.y(-5.0) > 400  # nothing at all lies far below, and does not break the frame


def test_logarithmic_labels_are_round_and_cover_the_range():
    wide = log_prices(90, 12_000, 500, 0.1)
    assert {100, 1_000, 10_000} <= set(wide)
    assert all(90 <= price <= 12_000 for price in wide)
    near = log_prices(90_000, 91_000, 500, 0.1)
    assert near == [90_000, 90_200, 90_400, 90_600, 90_800, 91_000]
