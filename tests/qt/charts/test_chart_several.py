"""Several charts: what they follow, the crosshair they share, and what is kept of the choices."""

import pytest
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtWidgets import QApplication

from helpers.chart_kit import shown_panel
from helpers.desk_events import FakeClock, candles, fill_desk, make_desk
from terminal.domain.chart_messages import FollowCharts
from terminal.domain.commands import ShowChart
from terminal.domain.instrument import perpetual
from terminal.domain.market import CandleUpdate, Interval
from terminal.domain.messages import CandlesLoaded
from terminal.ui.charts.axes.zones import Zone
from terminal.ui.charts.chart_panel import ChartPanel
from terminal.ui.charts.chart_settings import SECTION, ChartSettings
from terminal.ui.charts.layers.bar_style import BarStyle

BTC, ETH = perpetual("BTC"), perpetual("ETH")
M1, M15, H1, D1 = Interval.M1, Interval.M15, Interval.H1, Interval.D1


@pytest.fixture
def seat(qtbot):
    return shown_panel(qtbot, (1_200, 700))[:3]


def load(desk, instrument_id, interval, count=400):
    base = instrument_id.split("-", maxsplit=1)[0]
    desk.apply(CandlesLoaded(instrument_id, interval, candles(base, interval, count)))


def test_charts_beside_the_linked_one_are_asked_for_as_a_whole(seat):
    panel, desk, sent = seat
    panel.choose(ChartSettings(count=4))
    assert sent == [FollowCharts(((BTC, M1), (BTC, H1), (BTC, D1)))]
    assert [cell.view.message.text for cell in panel.grid.cells] == [
        f"Loading {label} bars of BTC…" for label in ("1m", "1h", "1d")
    ]
    load(desk, BTC, H1)
    assert [len(view.bars) for view in panel.grid.views] == [400, 0, 400, 0]
    panel.choose(ChartSettings(count=1))
    assert sent[-1] == FollowCharts(())
    assert len(panel.grid.views) == 1


def test_a_chart_follows_the_pair_of_the_window_or_stays_with_its_own(seat):
    panel, desk, sent = seat
    panel.choose(ChartSettings(count=4, beside=((None, M1), (ETH, H1), (None, D1))))
    desk.select(perpetual("SOL"))
    sol = perpetual("SOL")
    assert sent[-2:] == [FollowCharts(((sol, M1), (ETH, H1), (sol, D1))), ShowChart(sol, M15)]
    assert panel.grid.cells[0].pair.currentText() == "SOL (linked)"
    assert panel.grid.cells[1].pair.currentText() == "ETH"


def test_choosing_pair_and_interval_above_a_chart_is_kept(seat):
    panel, desk, sent = seat
    panel.choose(ChartSettings(count=2))
    cell = panel.grid.cells[0]
    cell.pair.setCurrentIndex(cell.pair.findData(ETH))
    cell.interval.setCurrentIndex(list(Interval).index(Interval.H4))
    cell.interval.activated.emit(cell.interval.currentIndex())
    assert cell.chart.series == (ETH, Interval.H4)
    assert sent[-1] == FollowCharts(((ETH, Interval.H4),))
    again = ChartPanel(desk)
    assert again.grid.cells[0].chart.series == (ETH, Interval.H4)
    again.deleteLater()


def test_each_chart_takes_its_own_bars(seat):
    panel, desk, _ = seat
    panel.choose(ChartSettings(count=2))
    load(desk, BTC, M1)
    beside = panel.grid.cells[0].view
    newest = desk.candles[BTC, M1][-1]
    for number in (1, 2):
        bar = type(newest)(newest.open_ms + number * M1.ms, 1.0, 2.0, 0.5, 1.5, 3.0, closed=False)
        desk.apply(CandleUpdate(BTC, M1, bar))
    desk.flush()
    assert len(beside.bars) == 402
    assert len(panel.view.bars) == 400
    panel.grid.on_second()
    assert (
        beside.price_axis._tags["last"].note == "2:53"
    )  # its own countdown: its bar began in two minutes and lasts one


def test_the_crosshair_shows_one_moment_on_all_charts(seat):
    panel, desk, _ = seat
    panel.choose(ChartSettings(count=4, beside=((None, M1), (ETH, H1), (None, D1))))
    load(desk, ETH, H1)
    load(desk, BTC, D1)
    source = panel.view
    at = source.pane.mapToScene(QPointF(source.pane.projection.x(350.0), 200))
    source._on_pointer(at)
    moment = int(source.bars.open_ms[350])
    _, empty, hours, days = panel.grid.views
    assert empty.crosshair.bar is None
    for view in (hours, days):
        bar = view.crosshair.bar
        assert view.bars.open_ms[bar] <= moment < view.bars.open_ms[bar] + view.bars.interval_ms
        words = "".join(text for text, _ in view.legend.rows()[0])
        assert f"C {view.bars.level()[3, bar]:,.{view.legend.decimals}f}" in words
        assert "crosshair" not in view.price_axis._tags  # another chart's price is none of this one
        assert "crosshair" in view.time_axis._tags
    QApplication.sendEvent(source, QEvent(QEvent.Type.Leave))
    assert hours.crosshair.bar is None
    assert "crosshair" not in hours.time_axis._tags


def test_style_scale_and_clock_reach_every_chart(seat):
    panel, _, _ = seat
    panel.choose(ChartSettings(style=BarStyle.LINE, is_log=True, zone=Zone.UTC, count=2))
    for view in panel.grid.views:
        assert view.candles.style is BarStyle.LINE
        assert view.pane.is_log
        assert view.time_axis.zone is Zone.UTC
    assert panel.header.menu.styles[BarStyle.LINE].isChecked()
    assert panel.header.menu.counts[2].isChecked()
    panel.header.menu.zones[Zone.EXCHANGE].trigger()
    assert panel.settings.zone is Zone.EXCHANGE
    assert panel.settings.style is BarStyle.LINE


def test_settings_that_cannot_be_used_are_said_and_the_built_in_ones_hold(seat, qtbot):
    panel, desk, _ = seat
    with qtbot.waitSignal(desk.preferences.refused) as heard:
        desk.preferences.put(SECTION, {"style": "KAGI"})
    assert "built-in chart settings" in heard.args[0]
    assert panel.view.candles.style is BarStyle.CANDLES
    for section in ({"count": 3}, {"zone": 5}, {"beside": [{"pair": "XYZ-PERP", "interval": "1h"}]}, {"beside": 4}):
        with pytest.raises(ValueError, match="kept chart settings"):
            ChartSettings.from_section(section)


def test_settings_come_back_as_they_were_kept():
    made = ChartSettings(
        style=BarStyle.HEIKIN_ASHI, is_log=True, zone=Zone.UTC, count=4, beside=((ETH, M1), (None, H1), (None, M15))
    )
    assert ChartSettings.from_section(made.as_section()) == made
    assert ChartSettings().as_section() == {}


def test_a_narrow_chart_leaves_out_values_and_cuts_none(seat):
    panel, _, _ = seat
    legend = panel.view.legend
    whole = legend.rows()[0]
    few = legend.box.fitting(whole, 300.0)
    assert 0 < len(few) < len(whole)
    assert tuple(whole[: len(few)]) == few
    assert whole[len(few)][0].startswith(" ")  # what is left out begins with its name
    assert legend.box.fitting(whole, 5_000.0) == tuple(whole)


def test_charts_kept_from_the_last_time_are_asked_for_once_the_desk_listens(qtbot):
    desk, sent = make_desk(FakeClock())
    desk.preferences.put(SECTION, ChartSettings(count=2).as_section())
    panel = ChartPanel(desk)
    qtbot.addWidget(panel)
    assert len(panel.grid.cells) == 1
    assert sent == []
    fill_desk(desk)
    assert sent == [FollowCharts(((BTC, M1),))]
