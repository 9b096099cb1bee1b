"""Drawing by hand: tools, points, selecting, moving, deleting, keeping; and a picture of the charts."""

from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from helpers.desk_events import FakeClock, fill_desk, make_desk
from terminal.domain.instrument import perpetual
from terminal.domain.market import Interval
from terminal.domain.messages import CandlesLoaded
from terminal.ui.charts.chart_panel import ChartPanel
from terminal.ui.charts.drawings.drawing_book import SECTION
from terminal.ui.charts.drawings.shapes import Kind
from terminal.ui.theme.look import LIVE

BTC, ETH = perpetual("BTC"), perpetual("ETH")
D = Decimal
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def seat(qtbot, tmp_path):
    desk, sent = make_desk(FakeClock())
    fill_desk(desk)
    panel = ChartPanel(desk, pictures=tmp_path / "pictures")
    qtbot.addWidget(panel)
    panel.resize(1_100, 700)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    panel.view.setFocus()
    qtbot.waitUntil(panel.view.hasFocus)
    return panel, desk, sent


def drawing(panel):
    return panel.grid.linked.drawing


def kept(panel, pair=BTC):
    return drawing(panel).book.of(pair)


def point(panel, index, price):
    pane = panel.view.pane
    return panel.view.mapFromScene(
        pane.mapToScene(QPointF(pane.projection.x(float(index)), pane.projection.y(float(price))))
    )


def move(panel, at):
    panel.view.scene()._lastMoveEventTime = 0  # the scene passes 100 moves a second on
    QTest.mouseMove(panel.view.viewport(), at)
    QApplication.processEvents()


def click(panel, at):
    move(panel, at)
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def drag(panel, start, end):
    move(panel, start)
    QTest.mousePress(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for share in (0.4, 0.8, 1.0):
        move(panel, start + (end - start) * share)
    QTest.mouseRelease(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=end)


def middle(panel):
    projection = panel.view.pane.projection
    return projection.price_at(projection.band_top * 0.6)


def test_a_trend_line_is_two_clicks_on_exact_bars_and_ticks(seat):
    panel, desk, _ = seat
    price, x0 = middle(panel), panel.view.pane.time.x0
    QTest.keyClick(panel.view, Qt.Key.Key_T, ALT)
    assert drawing(panel).tool is Kind.TREND
    assert "click its first point" in drawing(panel).layer.hint
    click(panel, point(panel, 300, price))
    assert "second point" in drawing(panel).layer.hint
    move(panel, point(panel, 340, price * 1.001))
    assert drawing(panel).layer.draft is not None
    click(panel, point(panel, 350, price * 1.002))
    (made,) = kept(panel)
    assert made.kind is Kind.TREND
    interval_ms = Interval.M15.ms
    assert [at.at_ms for at in made.points] == [
        int(panel.view.bars.open_ms[index]) + interval_ms // 2 for index in (300, 350)
    ]
    assert all(desk.instruments[BTC].is_on_tick(at.price) for at in made.points)
    assert drawing(panel).tool is None
    assert drawing(panel).layer.selected == made.drawing_id
    assert panel.view.pane.time.x0 == x0, "drawing does not move the chart"
    assert desk.preferences.section(SECTION)[BTC] == [made.as_plain()]


@pytest.mark.parametrize(
    ("key", "kind"),
    [(Qt.Key.Key_H, Kind.LEVEL), (Qt.Key.Key_V, Kind.MOMENT)],
)
def test_a_level_and_a_moment_take_one_click(seat, key, kind):
    panel, _, _ = seat
    QTest.keyClick(panel.view, key, ALT)
    click(panel, point(panel, 320, middle(panel)))
    (made,) = kept(panel)
    assert made.kind is kind
    assert len(made.points) == 1


@pytest.mark.parametrize(("key", "kind"), [(Qt.Key.Key_X, Kind.BOX), (Qt.Key.Key_M, Kind.RULER)])
def test_a_rectangle_and_a_ruler_are_one_stroke(seat, key, kind):
    panel, _, _ = seat
    QTest.keyClick(panel.view, key, ALT)
    price = middle(panel)
    drag(panel, point(panel, 300, price), point(panel, 340, price * 1.003))
    (made,) = kept(panel)
    assert made.kind is kind
    assert made.points[0].at_ms < made.points[1].at_ms
    assert made.points[0].price < made.points[1].price


def level(panel):
    drawing(panel).begin(Kind.LEVEL)
    click(panel, point(panel, 320, middle(panel)))
    return kept(panel)[-1]


def test_a_drawing_is_moved_by_ticks_and_the_chart_stays(seat):
    panel, _, _ = seat
    made = level(panel)
    x0 = panel.view.pane.time.x0
    start = point(panel, 310, made.points[0].price)
    drag(panel, start, start + QPoint(30, 40))
    (moved,) = kept(panel)
    assert moved.points[0].price < made.points[0].price
    assert moved.points[0].at_ms == made.points[0].at_ms, "a level has no moment of its own to move"
    assert panel.view.pane.time.x0 == x0


def test_one_end_of_a_trend_line_is_moved_alone(seat):
    panel, _, _ = seat
    price = middle(panel)
    drawing(panel).begin(Kind.TREND)
    click(panel, point(panel, 300, price))
    click(panel, point(panel, 340, price))
    (made,) = kept(panel)
    end = point(panel, 340, made.points[1].price)
    drag(panel, end, end + QPoint(0, -30))
    (moved,) = kept(panel)
    assert moved.points[0] == made.points[0]
    assert moved.points[1].price > made.points[1].price


def test_escape_puts_the_tool_away_then_lets_go_of_the_selection(seat):
    panel, _, _ = seat
    made = level(panel)
    QTest.keyClick(panel.view, Qt.Key.Key_T, ALT)
    QTest.keyClick(panel.view, Qt.Key.Key_Escape)
    assert drawing(panel).tool is None
    assert drawing(panel).layer.hint == ""
    click(panel, point(panel, 300, made.points[0].price))
    assert drawing(panel).layer.selected == made.drawing_id
    QTest.keyClick(panel.view, Qt.Key.Key_Escape)
    assert drawing(panel).layer.selected is None
    assert kept(panel) == (made,)


def test_escape_while_a_drawing_is_moved_puts_it_back(seat):
    panel, _, _ = seat
    made = level(panel)
    start = point(panel, 310, made.points[0].price)
    move(panel, start)
    QTest.mousePress(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    move(panel, start + QPoint(0, 30))
    assert drawing(panel).layer.draft is not None
    QTest.keyClick(panel.view, Qt.Key.Key_Escape)
    move(panel, start + QPoint(0, 60))
    QTest.mouseRelease(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=start + QPoint(0, 60))
    assert kept(panel) == (made,)
    assert drawing(panel).layer.draft is None


def test_delete_removes_the_selected_and_a_press_elsewhere_keeps_it(seat):
    panel, _, _ = seat
    made = level(panel)
    click(panel, point(panel, 300, float(made.points[0].price) * 1.002))
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    assert kept(panel) == (made,)
    click(panel, point(panel, 300, made.points[0].price))
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    assert kept(panel) == ()


def test_all_drawings_of_a_pair_go_only_after_a_question(seat):
    panel, _, _ = seat
    level(panel)
    panel.drawings.menu.clear_all.trigger()
    sheet = drawing(panel).sheet
    assert sheet.is_open
    sheet.cancel.click()
    assert len(kept(panel)) == 1
    panel.drawings.clear()
    sheet.confirm.click()
    assert kept(panel) == ()


def test_drawings_belong_to_their_pair_and_stand_on_every_interval(seat):
    panel, desk, _ = seat
    made = level(panel)
    desk.select(ETH)
    assert drawing(panel).layer.shown == ()
    desk.select(BTC)
    desk.select_interval(Interval.H1)
    desk.apply(CandlesLoaded(BTC, Interval.H1, tuple(desk.candles[BTC, Interval.M15][:50])))
    assert drawing(panel).layer.shown == (made,)


def test_the_menu_names_the_keys_and_takes_the_tool(seat):
    panel, _, _ = seat
    menu = panel.drawings.menu
    menu.aboutToShow.emit()
    assert menu.tools[Kind.TREND].text() == "Trend line\tAlt+T"
    menu.tools[Kind.RULER].trigger()
    assert drawing(panel).tool is Kind.RULER
    menu.tools[Kind.RULER].trigger()
    assert drawing(panel).tool is None


def test_hovering_a_drawing_says_what_it_is(seat):
    panel, _, _ = seat
    made = level(panel)
    words = drawing(panel)._tip(QPointF(300, panel.view.pane.projection.y(float(made.points[0].price))))
    assert words.startswith(f"Level {made.points[0].price:,}\n")
    assert drawing(panel)._tip(QPointF(-400, -400)) == ""


def test_a_drawing_is_really_painted(seat):
    panel, _, _ = seat
    made = level(panel)
    panel.view.viewport().repaint()
    at = point(panel, 300, made.points[0].price)
    image = panel.view.grab().toImage()
    column = {image.pixelColor(at.x(), y).name() for y in range(at.y() - 2, at.y() + 3)}
    assert LIVE.accent.lower() in column


def test_a_picture_of_the_charts_lies_in_the_profile(seat, qtbot, tmp_path):
    panel, desk, _ = seat
    for _ in range(2):
        with qtbot.waitSignal(desk.notice) as told:
            QTest.keyClick(panel.view, Qt.Key.Key_S, ALT)
        assert told.args[0].text.startswith("Picture of the charts kept in ")
    files = sorted((tmp_path / "pictures").glob("*.png"))
    assert len(files) == 2
    assert files[0].name.startswith("BTC-15m-2025-11-24-100107")
    assert QImage(str(files[0])).width() == panel.width()


def test_a_picture_that_cannot_be_written_is_told(seat, qtbot, tmp_path):
    panel, desk, _ = seat
    (tmp_path / "pictures").write_text("in the way")
    with qtbot.waitSignal(desk.notice) as told:
        panel.drawings.take_picture()
    assert "was not kept" in told.args[0].text
