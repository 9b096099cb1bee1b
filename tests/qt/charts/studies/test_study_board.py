"""Indicators on a chart: panes come and go, values stand in the boxes, what is drawn is a few calls."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from helpers.chart_kit import MINUTE, CountingPainter, shown_view, walked_bars
from terminal.ui.charts.layers.bar_style import BarStyle
from terminal.ui.charts.panes.study_pane import StudyPane
from terminal.ui.charts.series.merge import CLOSE, HIGH, LOW, VOLUME
from terminal.ui.charts.studies.inks import INKS, ink_colour
from terminal.ui.charts.studies.kinds import KINDS
from terminal.ui.charts.studies.study import Study
from terminal.ui.theme.apply import apply_theme
from terminal.ui.theme.look import LIVE, Choice

RSI, MACD, ATR, BANDS, PROFILE = map(Study.plain, ("rsi", "macd", "atr", "bollinger", "profile"))


@pytest.fixture
def view(qtbot):
    chart = shown_view(qtbot, (1_000, 700))
    chart.set_bars(walked_bars(600))
    return chart


def panes(view):
    return [item for item in view.scene().items() if isinstance(item, StudyPane)]


def words(parts):
    return "".join(text for text, _ in parts)


def row_of(view, number):
    return words(view.studies.shown[number].parts(len(view.bars) - 1))


def test_a_new_chart_has_two_averages(view):
    assert [study.name for study in view.studies.studies] == ["EMA 21", "EMA 55"]
    assert panes(view) == []


def test_every_indicator_is_drawn_at_every_zoom(view):
    for kind in KINDS:
        view.studies.show((Study.plain(kind.key),))
        shown = view.studies.shown[0]
        assert len(panes(view)) == kind.own_pane
        for begin, end in ((590, 600), (100, 500), (0, 600), (-400, 120)):
            view.pane.show_range(begin, end)
            painter = CountingPainter()
            shown.layer.draw(painter, shown.layer.pane.projection)
            assert painter.calls["drawPolyline"] + painter.calls["drawRects"] > 0, (kind.key, begin)
            assert sum(painter.calls.values()) < 30
        view.viewport().repaint()
        assert not shown.layer._broken


def test_a_hundred_thousand_bars_cost_as_many_calls_as_a_few(view):
    view.studies.show((RSI, MACD, BANDS))
    calls = []
    for count in (500, 100_000):
        view.set_bars(walked_bars(count))
        while view.studies.is_behind:
            QApplication.processEvents()
        view.pane.fit()
        painter = CountingPainter()
        for shown in view.studies.shown:
            shown.layer.draw(painter, shown.layer.pane.projection)
        calls.append(sum(painter.calls.values()))
    assert calls[1] <= calls[0]


def test_panes_stand_below_the_prices_and_go_with_their_indicator(view):
    whole = view.pane.size().height()
    view.studies.show((RSI, MACD, ATR))
    QApplication.processEvents()
    assert len(panes(view)) == 3
    assert view.pane.size().height() < whole * 0.7
    assert {pane.size().width() for pane in panes(view)} == {view.pane.size().width()}
    assert all(pane.projection.x1 == view.pane.projection.x1 for pane in panes(view))
    kept = view.studies.shown[1].pane
    view.studies.show((MACD,))
    QApplication.processEvents()
    assert panes(view) == [kept]
    view.studies.show(())
    QApplication.processEvents()
    assert panes(view) == []
    assert view.pane.size().height() == whole
    assert view.studies.price_parts(10) == []


def test_scales_fit_what_is_in_view(view):
    view.studies.show((RSI, MACD, ATR))
    rsi, macd, atr = (shown.pane.projection for shown in view.studies.shown)
    assert rsi.y0 < 30
    assert rsi.y1 > 70
    assert all(0 < rsi.y(float(height)) < rsi.height for height in (30, 70))
    first, last = view.pane.projection.visible(len(view.bars))
    line = view.studies.shown[2].values.lines[0, first:last]
    assert atr.y0 < line.min()
    assert line.max() < atr.y1
    assert atr.y1 - atr.y0 < 2 * np.ptp(line)
    assert macd.y0 < 0 < macd.y1  # its bars stand on zero


def test_another_colour_keeps_values_and_pane(view):
    view.studies.show((RSI,))
    before = view.studies.shown[0]
    values, pane = before.values, before.pane
    view.studies.show((replace(RSI, inks=("orange",)),))
    assert view.studies.shown[0].values is values
    assert view.studies.shown[0].pane is pane
    assert before.parts(500)[1][1] == ink_colour("orange")
    view.studies.show((replace(RSI, values=(9, 30, 70), inks=("orange",)),))
    assert view.studies.shown[0].values is not values
    assert row_of(view, 0).startswith("RSI 9 ")


def test_the_values_boxes_follow_the_crosshair_in_every_pane(view):
    view.set_decimals(2)
    view.studies.show((*view.studies.studies, RSI))
    QApplication.processEvents()  # the panes find their places
    at = 550
    place = QPointF(view.pane.projection.x(float(at)), 100)
    view._on_pointer(view.pane.mapToScene(place))
    assert view.crosshair.bar == at
    ema, rsi = (view.studies.shown[number].values.lines[0] for number in (0, 2))
    assert f"EMA 21 {ema[at]:,.2f}" in words(view.legend.rows()[1])
    assert words(view.studies.shown[2]._words._words()) == f"RSI 14 {rsi[at]:.1f}"
    below = view.studies.shown[2].pane
    view.crosshair.move_to(None)
    view._on_pointer(below.mapToScene(QPointF(view.pane.projection.x(float(at - 3)), 10)))
    assert view.crosshair.bar == at - 3  # the pointer in another pane stands at the same moment
    assert "crosshair" not in view.price_axis._tags
    assert words(view.studies.shown[2]._words._words()) == f"RSI 14 {rsi[at - 3]:.1f}"
    view.crosshair.move_to(None)
    assert words(view.studies.shown[2]._words._words()) == f"RSI 14 {rsi[-1]:.1f}"


def test_what_has_not_warmed_up_is_a_dash(view):
    view.studies.show((replace(Study.plain("sma"), values=(200,)),))
    assert words(view.studies.shown[0].parts(198)) == "SMA 200 –"
    assert words(view.studies.shown[0].parts(199)) != "SMA 200 –"
    view.set_bars(walked_bars(20))
    view.viewport().repaint()
    assert row_of(view, 0) == "SMA 200 –"


def test_many_indicators_wrap_instead_of_being_cut(view):
    view.studies.show(tuple(map(Study.plain, ("ema", "sma", "bollinger", "vwap", "profile"))))
    parts = view.legend.rows()[1]
    rows = view.legend.box.wrapped(parts, 300.0)
    assert len(rows) > 2
    assert "".join(words(row) for row in rows).replace(" ", "") == words(parts).replace(" ", "")
    assert not any(row[0][0].startswith(" ") for row in rows)


def test_a_days_average_says_that_it_needs_shorter_bars(view):
    view.studies.show((Study.plain("vwap"),))
    assert view.studies.shown[0].layer.isVisible()
    view.set_bars(walked_bars(100, 86_400_000))
    assert not view.studies.shown[0].layer.isVisible()
    assert row_of(view, 0) == "VWAP needs bars shorter than a day"


def test_the_profile_is_of_the_bars_in_view_and_of_traded_prices(view):
    view.studies.show((PROFILE,))
    layer = view.studies.shown[0].layer
    for style in (BarStyle.CANDLES, BarStyle.HEIKIN_ASHI):
        view.set_style(style)
        view.pane.show_range(200, 300)
        first, last = view.pane.projection.visible(len(view.bars))
        rows = view.bars.level()[:, first:last]
        assert layer.profile.volume.sum() == pytest.approx(rows[VOLUME].sum())
        assert layer.profile.edges[0] == rows[LOW].min()
        assert layer.profile.edges[-1] == rows[HIGH].max()
    before = layer.profile
    view.pane.show_range(220, 320)
    assert layer.profile is not before
    low, high = (layer.profile.edges[at] for at in (layer.profile.area[0], layer.profile.area[1] + 1))
    assert f"value area {low:,.1f} to {high:,.1f}" in row_of(view, 0)


def test_older_bars_move_values_along_and_make_them_new(view):
    view.studies.show((RSI,))
    rows = walked_bars(300).level()
    first = int(view.bars.open_ms[0])
    view.prepend(first - (300 - np.arange(300, dtype=np.int64)) * MINUTE, rows)
    lines = view.studies.shown[0].values.lines
    assert lines.shape[1] == 900
    assert np.isfinite(lines[0, 14:]).all()


def test_a_long_series_is_worked_out_between_frames(view):
    view.studies.show((RSI, MACD))
    view.set_bars(walked_bars(60_000))
    assert view.studies.is_behind
    view.viewport().repaint()  # nothing breaks meanwhile
    turns = 0
    while view.studies.is_behind:
        QApplication.processEvents()
        turns += 1
    assert turns > 10
    assert not view.studies._turn.isActive()
    assert np.isfinite(view.studies.shown[1].values.lines[:, -1]).all()
    low, high = view.studies.shown[1].pane.projection.y0, view.studies.shown[1].pane.projection.y1
    assert low < view.studies.shown[1].values.lines[0, -1] < high


def test_every_ink_is_readable_in_every_theme(qapp):
    try:
        for theme in ("dark", "light", "contrast"):
            apply_theme(qapp, Choice(theme=theme))
            for ink in INKS:
                assert contrast(ink_colour(ink), LIVE.panel) >= 3.0, (theme, ink)
    finally:
        apply_theme(qapp, Choice())


def contrast(one, other):
    """Ratio of relative luminances, as WCAG 2 defines it."""

    def luminance(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_an_average_over_a_column_or_two_is_left_out(view):
    view.set_bars(walked_bars(60_000))
    while view.studies.is_behind:
        QApplication.processEvents()
    view.pane.fit()
    painter = CountingPainter()
    view.studies.shown[0].layer.draw(painter, view.pane.projection)
    assert painter.calls["drawPolyline"] == 0
    assert view.bars.level()[CLOSE].size == 60_000
