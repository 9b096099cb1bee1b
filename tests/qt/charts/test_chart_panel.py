from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from helpers.chart_kit import shown_panel
from helpers.desk_events import proposal, ticker
from helpers.hand_events import LONG, naked, protection
from terminal.domain.commands import ShowChart
from terminal.domain.hand_messages import ProtectionChanged
from terminal.domain.instrument import perpetual
from terminal.domain.market import Candle, CandleUpdate, Interval, StreamState
from terminal.domain.messages import CandlesLoaded, PositionsChanged, ProposalChanged

BTC, ETH = perpetual("BTC"), perpetual("ETH")


@pytest.fixture
def seat(qtbot):
    return shown_panel(qtbot, (1_100, 700))


def newest(desk, instrument_id=BTC, interval=Interval.M15):
    return desk.candles[instrument_id, interval][-1]


def facts(panel):
    return panel.header.facts.toolTip()


def wheel(panel, at, notches, modifiers=Qt.KeyboardModifier.NoModifier):
    viewport = panel.view.viewport()
    spot = QPointF(at)
    QApplication.sendEvent(
        viewport,
        QWheelEvent(
            spot, viewport.mapToGlobal(spot), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, modifiers,
            Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip


def test_it_shows_the_selected_series(seat):
    panel, desk, _, _ = seat
    assert len(panel.view.bars) == len(desk.candles[BTC, Interval.M15])
    assert panel.header.pair.text() == "BTC perpetual"
    assert panel.header.last.text() == "90,755.3"
    assert panel.header.buttons[Interval.M15].isChecked()
    assert "mark 90,755.2" in facts(panel)
    assert "in 2:14:09" in facts(panel)
    assert "spread 0.2" in facts(panel) or "spread 0.1" in facts(panel)


def test_every_interval_has_a_button_and_asks_for_its_bars(seat):
    panel, desk, sent, _ = seat
    assert list(panel.header.buttons) == list(Interval)
    panel.header.buttons[Interval.H4].click()
    assert sent[-1] == ShowChart(BTC, Interval.H4)
    assert len(panel.view.bars) == 0
    assert panel.view.message.text == "Loading 4h bars of BTC…"
    desk.apply(CandlesLoaded(BTC, Interval.H4, ()))
    assert "has no 4h bars of BTC" in panel.view.message.text
    desk.apply(CandlesLoaded(BTC, Interval.H4, (Candle(0, 1, 2, 0.5, 1.5, 3, closed=False),)))
    assert panel.view.message.text == ""
    assert len(panel.view.bars) == 1


def test_a_cut_stream_is_said_in_words(seat):
    panel, desk, _, _ = seat
    desk.select(ETH)
    desk.select_interval(Interval.W1)
    desk.apply(StreamState("public", False, "no answer for 20 s"))
    assert "market stream is down (no answer for 20 s)" in panel.view.message.text


def test_the_last_bar_moves_only_when_the_desk_flushes(seat):
    panel, desk, _, _ = seat
    moved = replace(newest(desk), close=newest(desk).high + 5, high=newest(desk).high + 5)
    desk.apply(CandleUpdate(BTC, Interval.M15, moved))
    assert panel.view.bars.level()[3, -1] != moved.close
    desk.flush()
    assert panel.view.bars.level()[3, -1] == moved.close
    average = panel.view.studies.shown[0].values.lines[0]
    assert average[-1] == pytest.approx(average[-2] * 20 / 22 + moved.close * 2 / 22)


def test_a_new_bar_is_followed_until_someone_pans_away(seat):
    panel, desk, _, _ = seat
    pane = panel.view.pane
    before = pane.projection.x1
    bar = newest(desk)
    for number in (1, 2):
        following = replace(bar, open_ms=bar.open_ms + number * Interval.M15.ms)
        desk.apply(CandleUpdate(BTC, Interval.M15, following))
    desk.flush()
    assert pane.projection.x1 == pytest.approx(before + 2)
    assert not panel.header.newest.isVisible()
    pane.pan(-200)
    away = pane.projection.x1
    assert not pane.follows
    assert panel.header.newest.isVisible()
    desk.apply(CandleUpdate(BTC, Interval.M15, replace(bar, open_ms=bar.open_ms + 3 * Interval.M15.ms)))
    desk.flush()
    assert pane.projection.x1 == pytest.approx(away)
    panel.header.newest.click()
    assert pane.follows
    assert pane.projection.x1 > len(panel.view.bars)


def test_other_series_do_not_touch_it(seat):
    panel, desk, _, _ = seat
    count = len(panel.view.bars)
    desk.apply(CandlesLoaded(ETH, Interval.M15, ()))
    bar = newest(desk, perpetual("SOL"))
    desk.apply(CandleUpdate(perpetual("SOL"), Interval.M15, replace(bar, open_ms=bar.open_ms + Interval.M15.ms)))
    desk.flush()
    assert len(panel.view.bars) == count


def test_a_series_that_was_cut_at_the_front_is_loaded_anew(seat):
    panel, desk, _, _ = seat
    del desk.candles[BTC, Interval.M15][:100]
    bar = newest(desk)
    desk.apply(CandleUpdate(BTC, Interval.M15, replace(bar, volume=bar.volume + 1)))
    desk.flush()
    assert len(panel.view.bars) == 300


def test_the_wheel_zooms_at_the_pointer(seat):
    panel, _, _, _ = seat
    pane = panel.view.pane
    x = 700.0
    under, span = pane.projection.index_at(x), pane.projection.x1 - pane.projection.x0
    wheel(panel, QPoint(700, 200), 2)
    assert pane.projection.x1 - pane.projection.x0 == pytest.approx(span * 0.88**2)
    assert pane.projection.index_at(x) == pytest.approx(under, abs=0.2)
    wheel(panel, QPoint(700, 200), -200)
    assert pane.projection.x1 - pane.projection.x0 <= len(panel.view.bars) * 1.2 + 1
    wheel(panel, QPoint(700, 200), 400)
    assert pane.projection.x1 - pane.projection.x0 == pytest.approx(12)


def test_zooming_prices_by_hand_lasts_until_they_are_fitted_again(seat):
    panel, _, _, _ = seat
    pane = panel.view.pane
    at = panel.view.mapFromScene(panel.view.price_axis.mapToScene(QPointF(20, 200)))
    fitted = pane.projection.y1 - pane.projection.y0
    wheel(panel, at, 1)
    assert not pane.auto_price
    assert pane.projection.y1 - pane.projection.y0 == pytest.approx(fitted * 0.88)
    pane.fit_values()
    assert pane.projection.y1 - pane.projection.y0 == pytest.approx(fitted)


def test_dragging_pans(seat):
    panel, _, _, _ = seat
    pane, viewport = panel.view.pane, panel.view.viewport()
    x0, bar_px = pane.projection.x0, pane.projection.bar_px
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    for x in (310, 340, 400):
        QTest.mouseMove(viewport, QPoint(x, 200))
        QApplication.processEvents()
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(400, 200))
    assert pane.projection.x0 == pytest.approx(x0 - 100 / bar_px, abs=12 / bar_px)


def test_a_double_click_shows_every_bar(seat):
    panel, _, _, _ = seat
    viewport = panel.view.viewport()
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    assert panel.view.pane.projection.x0 <= 0
    assert panel.view.pane.projection.x1 >= len(panel.view.bars) - 1


def test_a_stale_quote_fades_and_says_its_age(seat):
    panel, desk, _, clock = seat
    assert panel.header.last.property("tone") == "rise"
    clock.forward(42)
    panel._on_second()
    assert panel.header.last.property("tone") == "muted"
    assert "quote 42\u2009s old" in facts(panel)
    desk.apply(ticker("BTC", "90800.0"))
    desk.flush()
    assert panel.header.last.property("tone") == "rise"
    assert "old" not in facts(panel)


def test_the_tag_counts_down_to_the_bar_close(seat):
    panel, _, _, clock = seat
    assert panel.view.price_axis._tags["last"].note == "13:53"
    clock.forward(60)
    panel._on_second()
    assert panel.view.price_axis._tags["last"].note == "12:53"
    clock.forward(3_600)
    panel._on_second()
    assert panel.view.price_axis._tags["last"].note == ""


def lines(panel):
    """What is held; the order that nobody has heard of stands on the chart as well and is not looked at here."""
    return {level.text: (level.price, level.tone) for level in panel.view.level_lines.levels if level.tone != "text"}


def test_an_open_position_gives_entry_stop_and_target(seat):
    panel, desk, _, _ = seat
    desk.apply(protection())
    shown = lines(panel)
    assert shown["Long 0.0059  entry 90,612.4"] == (90612.4, "accent")
    assert {tone for _, tone in shown.values()} == {"accent", "down", "up", "amber"}
    desk.apply(PositionsChanged(()))
    assert lines(panel) == {}


def test_a_stop_the_venue_does_not_list_is_not_drawn(seat):
    panel, desk, _, _ = seat
    assert {tone for _, tone in lines(panel).values()} == {"accent", "amber"}
    desk.apply(ProtectionChanged((naked("BTC", LONG, "0.0059", "89870.0", "92510.0", 3.0),)))
    assert {tone for _, tone in lines(panel).values()} == {"accent", "up", "amber"}


def test_axis_labels_give_way_to_the_last_price(seat):
    panel, _, _, _ = seat
    axis, projection = panel.view.price_axis, panel.view.pane.projection
    for share in range(1, 40):  # wherever the tag stands, no label shows through or peeps out of it
        price = projection.price_at(projection.band_top * share / 40)
        axis.set_tag("last", replace(axis._tags["last"], value=price))
        top, bottom = axis.tag_span(projection, axis._tags["last"])
        written = [y for _, y in axis.labels_in_view(projection)]
        assert written
        assert not any(top - 8 < y < bottom + 8 for y in written)


def test_without_a_position_the_selected_proposal_is_drawn(seat):
    panel, desk, _, _ = seat
    desk.select(ETH)
    assert any(text.startswith("Proposed long") for text in lines(panel))
    other = proposal("ETH", 30)
    moved = replace(other, terms=replace(other.terms, price=other.terms.reference_price * 2))
    desk.apply(ProposalChanged(moved))
    panel.show_proposal(moved.decision_id)
    assert (float(moved.terms.price), "ai") in lines(panel).values()
    panel.show_proposal(None)
    assert (float(moved.terms.price), "ai") not in lines(panel).values()


def test_the_words_of_a_mark_stay_while_the_pointer_rests(seat, qtbot):
    panel, _, _, _ = seat
    view = panel.view
    _, x, y = view.markers.placed(view.pane.projection)
    at_scene = view.pane.mapToScene(QPointF(x[0], y[0]))
    view._on_pointer(at_scene)
    assert "AI: open long" in QToolTip.text()
    at = view.mapFromScene(at_scene)
    QApplication.sendEvent(view.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, view.mapToGlobal(at)))
    qtbot.wait(400)  # Qt hides a tip 300 ms after it was told to
    assert QToolTip.isVisible()
    view._on_pointer(QPointF(5, 5))
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_controls_have_names(seat):
    panel, _, _, _ = seat
    assert all(button.accessibleName() for button in panel.header.buttons.values())
    assert panel.view.accessibleName() == "BTC chart, bars of 15m"
    assert panel.header.newest.accessibleName()
