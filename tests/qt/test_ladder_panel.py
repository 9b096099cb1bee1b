"""The ladder under the hand: clicks fill the ticket, armed clicks ask, old and broken books never act."""

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from helpers.builders import make_order, make_terms
from helpers.desk_events import FakeClock, fill_desk, make_desk
from terminal.domain.commands import AskAi, ClosePosition
from terminal.domain.decision import Action
from terminal.domain.depth import DEEP, SHALLOW, WatchDepth, snapshot_of
from terminal.domain.hand_messages import CancelOrders, MoveStop
from terminal.domain.instrument import perpetual
from terminal.domain.market import BookLevel, OrderBook
from terminal.domain.messages import OrderChanged, PositionsChanged
from terminal.domain.order import OrderKind, OrderState, PositionSide, Side
from terminal.domain.position import Position
from terminal.domain.ticket import SizeMode
from terminal.ui.theme.look import scaled
from terminal.ui.viewmodels import arming
from terminal.ui.viewmodels.depth_watch import DepthWatch
from terminal.ui.viewmodels.ladder_settings import LadderSettings
from terminal.ui.widgets.depth.ladder_paint import HEAD_PX, ROW_PX, columns_of
from terminal.ui.widgets.depth.ladder_panel import LadderPanel
from terminal.ui.widgets.ticket.order_ticket import OrderTicket

BTC, ETH = perpetual("BTC"), perpetual("ETH")
D = Decimal
BEST = D(90_000)
ENTRY, HELD = D("89999.9"), D("0.02")
LEFT = Qt.MouseButton.LeftButton


class Seat:
    """A ladder beside its ticket, both seen."""

    def __init__(self, qtbot):
        self.clock = FakeClock()
        self.desk, self.all_sent = make_desk(self.clock)
        fill_desk(self.desk)
        self.ticket = OrderTicket(self.desk, "DEMO")
        settings = LadderSettings(self.desk.preferences, self.desk)
        self.panel = LadderPanel(self.desk, self.ticket, DepthWatch(self.desk, self.desk), settings)
        for widget in (self.ticket, self.panel):
            qtbot.addWidget(widget)
            widget.resize(340, 640)
            widget.show()
        self.view = self.panel.view
        self.tick = self.desk.instruments[BTC].price_step
        self.book()

    def book(self, *, best=BEST, levels=12, synchronised=True, pair=BTC):
        """Show bids from `best` down and asks from a tick above, sizes 1, 2, 3 ..."""
        rules = self.desk.instruments[pair]
        tick = rules.price_step
        bids = tuple(BookLevel(best - tick * each, D(each + 1)) for each in range(levels))
        asks = tuple(BookLevel(best + tick * (each + 1), D(each + 1)) for each in range(levels))
        book = OrderBook(pair, bids, asks, 1, synchronised, 1)
        self.desk.apply(snapshot_of(book, rules, self.clock.monotonic))
        self.view.grab()

    def at(self, price, part="price", *, ask=False):
        """Give the point of a price in the painted frame."""
        side = self.view.frame.asks if ask else self.view.frame.bids
        row = int(price / self.tick) // self.view.frame.ladder.group
        line = side.lines[side.rows.tolist().index(row)]
        columns = columns_of(self.view.width())
        x = {"price": columns.price - 20, "size": columns.size - 10, "mine": columns.mine - 10}[part]
        return QPoint(round(x), round(scaled(HEAD_PX) + (line + 0.5) * scaled(ROW_PX)))

    def click(self, price, part="price", *, ask=False, keys=Qt.KeyboardModifier.NoModifier):
        self.clock.forward(1.0)
        self.book()  # as young as the click
        QTest.mouseClick(self.view, LEFT, keys, self.at(price, part, ask=ask))

    @property
    def sent(self):
        return [command for command in self.all_sent if not isinstance(command, WatchDepth)]


@pytest.fixture
def seat(qtbot):
    return Seat(qtbot)


def hold(seat, side=PositionSide.LONG, entry=ENTRY, size=HELD):
    held = Position(BTC, side, size, entry, 5, D(9), None, None, 0)
    seat.desk.apply(PositionsChanged((held,)))
    seat.view.grab()


def order(seat, price, *, side=Side.BUY, name="c1"):
    terms = make_terms(kind=OrderKind.LIMIT, price=price, side=side, size=D("0.3"))
    seat.desk.apply(OrderChanged(make_order(OrderState.WORKING, terms=terms, client_order_id=name)))
    seat.view.grab()


# -- unarmed ----------------------------------------------------------------------------


def test_it_is_off_at_each_start(seat):
    assert not seat.panel.arming.is_on
    assert not seat.view.armed
    assert seat.panel.arm_button.text() == "Arm"


def test_a_click_on_a_price_fills_the_tickets_price_and_sends_nothing(seat):
    seat.click(D(90_000) - 2 * seat.tick)
    form = seat.ticket.entry.form
    assert D(form.price) == D(90_000) - 2 * seat.tick
    assert (form.kind, form.size, form.follows) == (OrderKind.LIMIT, "", "")
    assert seat.sent == []
    assert "Nothing was sent" in seat.panel.hint.text


def test_a_click_on_a_size_fills_price_and_size(seat):
    seat.click(D(90_000) + 3 * seat.tick, "size", ask=True)
    form = seat.ticket.entry.form
    assert (D(form.price), D(form.size), form.size_mode) == (D(90_000) + 3 * seat.tick, D(3), SizeMode.COIN)
    assert seat.sent == []


def test_a_press_that_ends_elsewhere_is_no_click(seat):
    QTest.mousePress(seat.view, LEFT, Qt.KeyboardModifier.NoModifier, seat.at(D(90_000)))
    QTest.mouseRelease(seat.view, LEFT, Qt.KeyboardModifier.NoModifier, seat.at(D(90_000) - 3 * seat.tick))
    assert seat.ticket.entry.form.price == ""


def test_the_click_means_what_was_seen_not_what_came_meanwhile(seat):
    where = seat.at(D(90_000) - seat.tick)
    QTest.mousePress(seat.view, LEFT, Qt.KeyboardModifier.NoModifier, where)
    rules = seat.desk.instruments[BTC]
    moved = OrderBook(BTC, (BookLevel(D(95_000), D(1)),), (BookLevel(D(95_001), D(1)),), 2, True, 1)
    seat.desk.apply(snapshot_of(moved, rules, seat.clock.monotonic))  # not painted yet
    QTest.mouseRelease(seat.view, LEFT, Qt.KeyboardModifier.NoModifier, where)
    assert D(seat.ticket.entry.form.price) == D(90_000) - seat.tick


# -- armed ------------------------------------------------------------------------------


@pytest.mark.parametrize(("ask", "action"), [(False, Action.OPEN_LONG), (True, Action.OPEN_SHORT)])
def test_an_armed_click_asks_the_ai_and_sends_no_order(seat, ask, action):
    seat.panel.arming.arm()
    price = D(90_000) + 2 * seat.tick if ask else D(90_000) - 2 * seat.tick
    seat.click(price, ask=ask)
    (command,) = seat.sent
    assert isinstance(command, AskAi)  # the ticket's question: decision, approval and gate come after it
    assert (command.instrument_id, command.action) == (BTC, action)
    assert (command.idea.kind, command.idea.limit_price) == (OrderKind.LIMIT, price)
    assert "its answer needs you" in seat.panel.hint.text


def test_a_second_click_waits_for_the_first_answer(seat):
    seat.panel.arming.arm()
    seat.click(D(90_000))
    seat.click(D(90_000) - seat.tick)
    assert len(seat.sent) == 1
    assert "Not asked" in seat.panel.hint.text


def test_a_double_click_and_a_bouncing_button_are_one_act(seat):
    hold(seat)
    seat.panel.arming.arm()
    seat.click(D("89999.9"), "mine")
    QTest.mouseClick(seat.view, LEFT, Qt.KeyboardModifier.NoModifier, seat.at(D("89999.9"), "mine"))
    QTest.mouseDClick(seat.view, LEFT, Qt.KeyboardModifier.NoModifier, seat.at(D("89999.9"), "mine"))
    assert [type(command) for command in seat.sent] == [ClosePosition]


def test_no_question_on_an_old_or_broken_book(seat):
    seat.panel.arming.arm()
    where = seat.at(D(90_000))
    seat.clock.forward(seat.desk.limits.quote_age_s + 1)
    seat.panel.refresh()
    seat.view.grab()
    QTest.mouseClick(seat.view, LEFT, Qt.KeyboardModifier.NoModifier, where)
    assert seat.sent == []
    assert "6\u2009s old" in seat.panel.hint.text
    seat.clock.forward(1.0)
    seat.book(synchronised=False)
    QTest.mouseClick(seat.view, LEFT, Qt.KeyboardModifier.NoModifier, where)
    assert seat.sent == []
    assert "being repaired" in seat.panel.hint.text


def test_the_frame_turns_amber_and_goes_by_itself(seat, monkeypatch, qtbot):
    plain = seat.view.grab().toImage().pixelColor(1, 100)
    seat.panel.arm_button.click()
    assert seat.panel.arm_button.text() == "ARMED"
    assert seat.view.grab().toImage().pixelColor(1, 100) != plain
    seat.panel.arming._idle.setInterval(20)
    with qtbot.waitSignal(seat.panel.arming.changed):
        seat.panel.arming.used()
    assert not seat.view.armed
    assert seat.panel.hint.text == arming.IDLE
    assert seat.view.grab().toImage().pixelColor(1, 100) == plain


def test_another_pair_a_hidden_ladder_and_another_program_switch_it_off(seat):
    seat.panel.arming.arm()
    seat.desk.select(ETH)
    assert not seat.panel.arming.is_on
    seat.panel.arming.arm()
    seat.panel.hide()
    assert not seat.panel.arming.is_on
    seat.panel.show()
    seat.panel.arming.arm()
    QGuiApplication.instance().applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert not seat.panel.arming.is_on
    assert seat.panel.hint.text == arming.AWAY


def test_the_keys_arm_and_disarm(seat):
    seat.desk.actions.run("ladder.arm")
    assert seat.panel.arming.is_on
    seat.view.setFocus()
    QTest.keyClick(seat.view, Qt.Key.Key_Escape)
    assert not seat.panel.arming.is_on
    seat.panel.hide()
    seat.desk.actions.run("ladder.arm")
    assert not seat.panel.arming.is_on  # not where nobody sees it


# -- ours -------------------------------------------------------------------------------


def test_a_click_on_an_entry_closes_when_armed_and_goes_to_the_ticket_when_not(seat):
    hold(seat)
    seat.click(D("89999.9"), "mine")
    assert seat.sent == []
    seat.panel.arming.arm()
    seat.click(D("89999.9"), "mine")
    assert seat.sent == [ClosePosition(BTC, PositionSide.LONG, D(1), "Mara")]


def test_own_orders_are_marked_and_shift_click_cancels_them_unarmed(seat):
    at = D(90_000) - 3 * seat.tick
    order(seat, at, name="a")
    order(seat, at, name="b")
    seat.click(at, "mine")
    assert seat.sent == []
    assert "Shift+click" in seat.panel.hint.text
    seat.click(at, "mine", keys=Qt.KeyboardModifier.ShiftModifier)
    assert seat.sent == [CancelOrders(("a", "b"), "Mara")]


def test_the_menu_of_a_price_offers_what_can_be_done_there(seat):
    hold(seat)
    at = D(90_000) - 4 * seat.tick
    order(seat, at)
    seat.book()
    spot = seat.view.part_at(QPointF(seat.at(at)))[1]
    found = dict(seat.panel.acts.choices(seat.view.frame, spot))
    words = "\n".join(found)
    for part in ("Fill the ticket", "Cancel our 0.3 here", "Move the stop of the long", "Close the long"):
        assert part in words
    next(act for name, act in found.items() if "stop" in name)()
    assert seat.sent == [MoveStop(BTC, PositionSide.LONG, at, "Mara")]


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)  # offscreen has none to grab
def test_the_menu_opens_and_goes(seat, qtbot):
    spot = seat.view.part_at(QPointF(seat.at(D(90_000))))[1]
    seat.view.menu_asked.emit(spot, QPoint(10, 10))
    (menu,) = [each for each in seat.panel.findChildren(QMenu) if each.isVisible()]
    with qtbot.waitSignal(menu.destroyed):
        menu.close()


# -- seeing -----------------------------------------------------------------------------


def test_a_price_keeps_its_line_while_the_market_moves_under_the_mouse(seat):
    where = seat.at(D(90_000))
    QTest.mouseMove(seat.view, where)
    seat.view._hover_line = 5  # the offscreen platform moves no pointer
    before = seat.view.part_at(QPointF(where))[1].price
    seat.book(best=D(90_000) + 40 * seat.tick)
    assert (seat.view.part_at(QPointF(where)) or (None, None))[1] is None or (
        seat.view.part_at(QPointF(where))[1].price == before
    )
    assert not seat.view._view.is_centred(seat.view.frame.ladder)
    seat.view.setFocus()
    QTest.keyClick(seat.view, Qt.Key.Key_Space)
    seat.view.grab()
    assert seat.view._view.is_centred(seat.view.frame.ladder)


def test_it_follows_the_market_when_nobody_points_at_it(seat):
    QApplication.sendEvent(seat.view, QEvent(QEvent.Type.Leave))
    seat.book(best=D(90_000) + 500 * seat.tick)
    assert seat.view._view.is_centred(seat.view.frame.ladder)


def test_grouping_is_kept_for_the_pair_and_the_wheel_steps_it(seat):
    seat.view.stepped.emit(1)
    assert seat.view._ladder.group == 5
    assert seat.desk.preferences.section("ladder")["groups"] == {BTC: 5}
    seat.view.grab()
    spot = seat.view.part_at(QPointF(seat.at(seat.view.frame.ladder.price(seat.view.frame.ladder.bids.best))))[1]
    assert spot.price % (5 * seat.tick) == 0


def test_two_hundred_levels_are_asked_for_and_shown(seat):
    assert seat.all_sent[-1] == WatchDepth(BTC, SHALLOW)
    seat.book(levels=60)
    assert len(seat.view.frame.ladder.bids.rows) == SHALLOW
    seat.panel.level_buttons[DEEP].click()
    assert seat.all_sent[-1] == WatchDepth(BTC, DEEP)
    seat.book(levels=60)
    assert len(seat.view.frame.ladder.bids.rows) == 60
    seat.panel.hide()
    assert seat.all_sent[-1] == WatchDepth(None, 0)


def test_an_old_book_is_faded_and_says_its_age(seat):
    fresh = seat.view.grab().toImage()
    seat.clock.forward(12.0)
    seat.panel._grow_old()
    stale = seat.view.grab().toImage()
    assert "12\u2009s old" in seat.view.frame.condition.words
    assert _brightness(stale) < 0.75 * _brightness(fresh)
    seat.view._tell_reader()
    assert "12\u2009s old" in seat.view.accessibleDescription()


def test_a_broken_book_is_never_shown_as_good(seat):
    seat.book(synchronised=False)
    assert not seat.view.frame.condition.is_good
    assert "being repaired" in seat.view.frame.condition.words
    seat.book()
    assert seat.view.frame.condition.is_good
    seat.view._tell_reader()
    assert "bid 90,000" in seat.view.accessibleDescription()


def _brightness(image: QImage) -> float:
    """Mean lightness of what is brighter than the ground: the text."""
    lit = [
        image.pixelColor(x, y).lightness() for x in range(0, image.width(), 2) for y in range(40, image.height() - 40)
    ]
    ranked = sorted(lit, reverse=True)[: len(lit) // 50]
    return sum(ranked) / len(ranked)


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_it_paints_alike_at_one_and_two_pixels_a_point(seat, ratio):
    picture = QImage(round(seat.view.width() * ratio), round(seat.view.height() * ratio), QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(ratio)
    picture.fill(0)
    seat.view.render(picture)
    where = seat.at(D(90_000), "size")
    box = [
        picture.pixelColor(round(x * ratio), round(y * ratio)).lightness()
        for x in range(where.x() - 30, where.x() + 12)
        for y in range(where.y() - 6, where.y() + 6)
    ]
    assert max(box) > 150  # a digit stands there


def test_nothing_is_painted_while_nothing_changes(seat, qtbot):
    QApplication.processEvents()
    painted = []
    seat.view.paintEvent = painted.append
    seat.panel._grow_old()
    seat.desk.depth.book_changed.emit(ETH)
    QApplication.processEvents()
    assert painted == []


def test_a_pair_without_a_book_says_so(seat):
    seat.desk.select(ETH)
    assert seat.view.frame is None
    seat.view.grab()
    seat.book(pair=ETH, best=D(3_000))
    assert seat.view.frame is not None
    rows = replace(seat.view.frame.marks)
    assert rows.orders == {}
