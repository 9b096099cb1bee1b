"""Scrolling back loads older bars, and loading anew keeps what was scrolled to."""

import pytest

from helpers.chart_kit import shown_panel
from helpers.desk_events import candles
from terminal.domain.chart_messages import OlderBars, ShowOlderBars
from terminal.domain.instrument import perpetual
from terminal.domain.market import Candle, Interval
from terminal.domain.messages import CandlesLoaded
from terminal.ui.charts.chart_settings import ChartSettings
from terminal.ui.charts.layers.bar_style import BarStyle
from terminal.ui.viewmodels.chart_mark import ChartMark

BTC = perpetual("BTC")
M15 = Interval.M15


@pytest.fixture
def seat(qtbot):
    return shown_panel(qtbot, (1_000, 600))


def page(before_ms, count=100):
    return tuple(
        Candle(before_ms - number * M15.ms, 90_000, 90_100 + number, 89_900, 90_050, 7, closed=True)
        for number in range(count, 0, -1)
    )


def answer(desk, before_ms, bars, *, ends=True, is_all=False):
    desk.apply(OlderBars(BTC, M15, before_ms, bars, ends=ends, is_all=is_all))


def test_near_the_first_bar_older_ones_are_asked_for_once(seat):
    panel, desk, sent, _ = seat
    assert sent == []
    first = desk.candles[BTC, M15][0].open_ms
    panel.view.pane.pan(-200)
    panel.view.pane.pan(-10)
    assert sent == [ShowOlderBars(BTC, M15, first)]
    assert panel.view.edge_words.text == "Loading older bars…"


@pytest.mark.parametrize("style", [BarStyle.CANDLES, BarStyle.HEIKIN_ASHI])
def test_a_page_joins_in_front_and_the_view_stays(seat, style):
    panel, desk, sent, _ = seat
    panel.choose(ChartSettings(style=style))
    view = panel.view
    view.pane.pan(-200)
    left, average = view.bars.time_at(view.pane.time.x0), view.studies.shown[0].values.lines[0, -1]
    first = desk.candles[BTC, M15][0].open_ms
    answer(desk, first, page(first), ends=False)
    assert len(view.bars) == len(view.pane.shown) == 500
    assert view.bars.time_at(view.pane.time.x0) == left
    assert view.bars.open_ms[0] == first - 100 * M15.ms
    assert view.studies.shown[0].values.lines[0, -1] == pytest.approx(average)
    assert view.studies.shown[0].values.lines.shape[1] == 500
    answer(desk, first - 100 * M15.ms, page(first - 100 * M15.ms))
    assert len(view.bars) == 600
    view.pane.pan(-200)
    assert sent[1:] == [ShowOlderBars(BTC, M15, first - 200 * M15.ms)]


def test_at_the_venue_s_first_bar_nothing_more_is_asked(seat):
    panel, desk, sent, _ = seat
    panel.view.pane.pan(-250)
    answer(desk, sent[0].before_ms, (), is_all=True)
    panel.view.pane.pan(-5)
    assert len(sent) == 1
    assert panel.view.edge_words.text == "The venue has no older bars."


def test_an_asking_that_failed_is_repeated_after_a_while(seat):
    panel, desk, sent, clock = seat
    panel.view.pane.pan(-250)
    answer(desk, sent[0].before_ms, ())
    panel.view.pane.pan(-1)
    assert len(sent) == 1
    assert "asked for again" in panel.view.edge_words.text
    clock.forward(6)
    panel.view.pane.pan(-1)
    assert len(sent) == 2


def test_a_page_for_bars_that_are_gone_is_not_taken(seat):
    panel, desk, _, _ = seat
    answer(desk, 12_345, page(12_345))
    assert len(panel.view.bars) == 400


def test_loading_anew_keeps_the_pages_and_the_place(seat):
    panel, desk, _, _ = seat
    view = panel.view
    view.pane.pan(-200)
    first = desk.candles[BTC, M15][0].open_ms
    answer(desk, first, page(first))
    view.pane.pan(-150)
    left, span = view.bars.time_at(round(view.pane.time.x0)), view.pane.time.span
    desk.apply(CandlesLoaded(BTC, M15, candles("BTC", count=400)))
    assert len(view.bars) == 500
    assert view.bars.time_at(round(view.pane.time.x0)) == left
    assert view.pane.time.span == pytest.approx(span)


def test_evidence_before_the_first_bar_is_marked_once_its_bars_come(seat):
    panel, desk, _, _ = seat
    first = desk.candles[BTC, M15][0].open_ms
    desk.show_mark(ChartMark(BTC, M15, first - 3 * M15.ms, first - 2 * M15.ms, "a value"))
    assert panel.view.evidence.span is None
    answer(desk, first, page(first))
    assert panel.view.evidence.span == (97, 97)


def test_loading_anew_keeps_the_zoom_at_the_newest_bar(seat):
    panel, desk, _, _ = seat
    time = panel.view.pane.time
    panel.view.pane.zoom(1.7, 399)
    assert time.follows
    right, span = time.x1 - 400, time.span
    newest = desk.candles[BTC, M15][-1]
    following = Candle(newest.open_ms + M15.ms, 90_000, 90_001, 89_999, 90_000, 1, closed=False)
    desk.apply(CandlesLoaded(BTC, M15, (*candles("BTC", count=400)[1:], following)))
    assert time.x1 - len(panel.view.bars) == pytest.approx(right)
    assert time.span == pytest.approx(span)
