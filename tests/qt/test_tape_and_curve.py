"""The tape's filter and marks, the curve's reading, and both without data."""

from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent

from helpers.desk_events import FakeClock, fill_desk, make_desk
from terminal.domain.depth import Prints, WatchDepth, snapshot_of
from terminal.domain.fill import Fill
from terminal.domain.instrument import perpetual
from terminal.domain.market import BookLevel, OrderBook, PublicTrade
from terminal.domain.messages import FillSeen
from terminal.domain.order import PositionSide, Side
from terminal.ui.viewmodels.depth_watch import DepthWatch
from terminal.ui.viewmodels.ladder_settings import LadderSettings
from terminal.ui.viewmodels.tape_ring import TapeRing
from terminal.ui.widgets.depth.curve_panel import CurvePanel
from terminal.ui.widgets.depth.tape_panel import TapePanel

BTC, ETH = perpetual("BTC"), perpetual("ETH")
D = Decimal


@pytest.fixture
def seat(qtbot):
    clock = FakeClock()
    desk, sent = make_desk(clock)
    fill_desk(desk)
    desk.depth.use_tapes(TapeRing)
    watch, settings = DepthWatch(desk, desk), LadderSettings(desk.preferences, desk)
    tape, curve = TapePanel(desk, watch, settings), CurvePanel(desk, watch, settings)
    for widget in (tape, curve):
        qtbot.addWidget(widget)
        widget.resize(300, 320)
        widget.show()
    return desk, sent, clock, tape, curve


def prints(desk, *sizes, first_ms=1_000_000, taker=Side.BUY, whole=False):
    desk.apply(
        Prints(
            BTC,
            tuple(PublicTrade(BTC, "", D("90000.0"), D(size), taker, first_ms + at) for at, size in enumerate(sizes)),
            whole,
        )
    )


def book(desk, clock, *, synchronised=True):
    bids = tuple(BookLevel(D(90_000 - each), D(1)) for each in range(5))
    asks = tuple(BookLevel(D(90_001 + each), D(2)) for each in range(5))
    made = OrderBook(BTC, bids, asks, 1, synchronised, 1)
    desk.apply(snapshot_of(made, desk.instruments[BTC], clock.monotonic))


def shown(tape, desk):
    tape.view.grab()
    return [str(steps * desk.instruments[BTC].size_step) for steps in tape.view.rows.sizes.tolist()]


def test_newest_first_and_the_filter_leaves_small_ones_out(seat, qtbot):
    desk, _, _, tape, _ = seat
    prints(desk, "1.0000", "0.0200", "3.0000")
    assert shown(tape, desk) == ["3.0000", "0.0200", "1.0000"]
    tape.filter.setFocus()
    qtbot.keyClicks(tape.filter, "1")
    assert shown(tape, desk) == ["3.0000", "1.0000"]
    assert desk.preferences.section("ladder")["least"] == {BTC: "1"}
    tape.filter.selectAll()
    qtbot.keyClick(tape.filter, Qt.Key.Key_Backspace)
    assert len(shown(tape, desk)) == 3
    qtbot.keyClicks(tape.filter, "x")  # no number: every print
    assert len(shown(tape, desk)) == 3


def test_a_filter_nothing_passes_says_so(seat):
    desk, _, _, tape, _ = seat
    prints(desk, "0.0100")
    tape._settings.set_least_size(BTC, D(5))
    assert shown(tape, desk) == []


def test_the_whole_tape_replaces_what_was_there(seat):
    desk, _, _, tape, _ = seat
    prints(desk, "1.0000")
    prints(desk, "2.0000", whole=True)
    assert shown(tape, desk) == ["2.0000"]


def test_our_own_print_has_a_ground_of_its_own(seat):
    desk, _, _, tape, _ = seat
    prints(desk, "1.0000", "2.0000")
    plain = tape.view.grab().toImage()
    mine = Fill(
        "t", "v", "c", BTC, Side.BUY, PositionSide.LONG, D("90000.0"), D("2.0000"), D(0), False, D(0), 1_000_500
    )
    desk.apply(FillSeen(mine))
    marked = tape.view.grab().toImage()
    assert tape.view.rows.own.tolist() == [True, False]
    assert marked.pixelColor(1, 28) != plain.pixelColor(1, 28)
    assert marked.pixelColor(1, 28 + 18) == plain.pixelColor(1, 28 + 18)


def test_the_wheel_goes_back_and_another_pair_starts_at_the_newest(seat):
    desk, _, _, tape, _ = seat
    prints(desk, *(f"{each}.0000" for each in range(1, 41)))
    down = QWheelEvent(
        QPointF(50, 100), QPointF(50, 100), QPoint(), QPoint(0, -240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    tape.view.wheelEvent(down)
    assert shown(tape, desk)[0] == "34.0000"
    desk.select(ETH)
    desk.select(BTC)
    assert shown(tape, desk)[0] == "40.0000"


def test_a_ring_of_thousands_holds_the_newest(seat):
    desk, _, _, tape, _ = seat
    for batch in range(20):
        prints(desk, *["0.0100"] * 500, first_ms=1_000_000 + 1_000 * batch)
    assert len(desk.depth.tapes[BTC]) == 4_096
    tape.view.grab()
    assert tape.view.rows.at_ms[0] == 1_019_499


def test_one_watch_serves_all_panels(seat):
    _, sent, _, tape, curve = seat
    assert [each for each in sent if isinstance(each, WatchDepth)] == [WatchDepth(BTC, 15)]
    tape.hide()
    assert sent[-1] == WatchDepth(BTC, 15)
    curve.hide()
    assert sent[-1] == WatchDepth(None, 0)


def test_the_curve_shows_both_arms_and_fades_when_broken(seat):
    desk, _, clock, _, curve = seat
    empty = curve.view.grab().toImage()
    book(desk, clock)
    good = curve.view.grab().toImage()
    assert good != empty
    low = curve.view.height() - 40
    left, right = good.pixelColor(20, low), good.pixelColor(curve.view.width() - 20, low)
    assert left.green() > left.red()
    assert right.red() > right.green()
    book(desk, clock, synchronised=False)
    assert curve.view.grab().toImage() != good


def test_the_mouse_reads_the_curve(seat, qtbot):
    desk, _, clock, _, curve = seat
    book(desk, clock)
    before = curve.view.grab().toImage()
    qtbot.mouseMove(curve.view, QPoint(40, 100))
    curve.view._mouse = QPointF(40, 100)  # the offscreen platform moves no pointer
    assert curve.view.grab().toImage() != before
