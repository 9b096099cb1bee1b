"""The account's lines on the chart, and a hand that moves them: ghost, Esc, question, command."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from helpers.desk_events import FakeClock, book, fill_desk, make_desk, order, ticker
from helpers.hand_events import LONG, naked, protection
from terminal.domain.hand_messages import (
    AmendOrder,
    AmendPhase,
    AmendProgress,
    MoveStop,
    MoveTarget,
    ProtectionChanged,
)
from terminal.domain.instrument import perpetual
from terminal.domain.messages import OrderChanged, PositionsChanged, TradingStateChanged
from terminal.domain.order import OrderState
from terminal.domain.risk import TradingState
from terminal.ui.charts.chart_panel import ChartPanel
from terminal.ui.charts.layers.level_lines import Level, apart
from terminal.ui.charts.trading.grips import Grip, Role
from terminal.ui.charts.trading.moves import command_of, move_of, risk_per_coin

BTC = perpetual("BTC")
D = Decimal
ROW, TOP, BOTTOM = 15.0, 42.0, 300.0
STOP, TARGET = Grip(Role.STOP, BTC, LONG), Grip(Role.TARGET, BTC, LONG)
RESTING = Grip(Role.ORDER, BTC, LONG, "ad-0020")


@pytest.fixture
def seat(qtbot):
    desk, sent = make_desk(FakeClock())
    fill_desk(desk)
    desk.apply(protection())
    panel = ChartPanel(desk)
    qtbot.addWidget(panel)
    panel.resize(1_100, 700)
    with qtbot.waitExposed(panel):
        panel.show()
    sent.clear()
    return panel, desk, sent


def resting(price="90000.0", **changes):
    made = order("BTC", 20, OrderState.WORKING, **changes)
    return replace(made, terms=replace(made.terms, price=D(price), stop_price=D("89000.0"), target_price=D("92000.0")))


def level(panel, start):
    return next(each for each in panel.view.level_lines.levels if each.text.startswith(start))


# -- what stands there ---------------------------------------------------------------


def test_each_line_says_what_it_is_and_its_money(seat):
    panel, _, _ = seat
    notes = {each.text.split("  −")[0].split("  +")[0]: each.note for each in panel.view.level_lines.levels}
    assert notes == {
        "Long 0.0059  entry 90,612.4": "+0.84 USDT",
        "Stop 89,870.0": "−4.38 USDT",
        "Target 92,510.0": "+11.20 USDT",
        "Liquidation 73,120.5": "−103.20 USDT",
        "Close long 0.0059 at 90,755.3  (outcome unknown)": "535.46 USDT",
    }


def test_the_money_of_a_position_follows_the_mark(seat):
    panel, desk, _ = seat
    desk.apply(ticker("BTC", "91000.0"))
    desk.flush()
    assert level(panel, "Long").note.startswith("+2.29 USDT")


def test_a_resting_order_has_a_line_until_it_is_gone(seat):
    panel, desk, _ = seat
    desk.apply(OrderChanged(resting()))
    line = level(panel, "Open long")
    assert (line.price, line.grip) == (90_000.0, RESTING)
    assert (line.text, line.note) == ("Open long 0.0059 at 90,000.0", "531.00 USDT")
    desk.apply(AmendProgress("ad-0020", AmendPhase.CANCELLING, "words", 0, "q", 1))
    assert "cancelling the old order" in level(panel, "Open long").text
    desk.apply(OrderChanged(replace(resting(), state=OrderState.CANCELED)))
    assert not [each for each in panel.view.level_lines.levels if each.text.startswith("Open long")]


def test_an_order_whose_fate_is_unclear_cannot_be_taken(seat):
    panel, desk, _ = seat
    desk.apply(OrderChanged(replace(resting(), state=OrderState.UNKNOWN)))
    assert level(panel, "Open long").grip is None
    assert "(outcome unknown)" in level(panel, "Open long").text


# -- words apart ---------------------------------------------------------------------


@given(st.lists(st.integers(-40, 400), max_size=10))
def test_boxes_never_overlap_and_stay_in_the_room(wanted):
    tops = apart(sorted(float(each) for each in wanted), ROW, TOP, BOTTOM)
    assert len(tops) == len(wanted)
    assert all(below - above >= ROW for above, below in pairwise(tops))
    assert all(TOP <= top <= BOTTOM - ROW for top in tops), "ten rows fit in"


@pytest.mark.parametrize("gap", [0, 1, 5, 40, 400])
def test_no_words_cover_others_at_either_end(seat, gap):
    panel, _, _ = seat
    lines, close = panel.view.level_lines, float(panel.view.bars.level()[3, -1])
    panel.view.set_levels(
        tuple(Level(close + gap * number, "Words of a line", "up", "−1,234.56 USDT") for number in range(6))
    )
    projection = panel.view.pane.projection
    boxes = lines.boxes(projection)
    notes = [lines._note_box(projection, each, box) for each, box in zip(lines.levels, boxes, strict=False)]
    assert boxes
    assert not any(above.intersects(below) for above, below in pairwise(boxes))
    assert not any(above.intersects(below) for above, below in pairwise(notes))
    assert all(note.right() <= projection.width for note in notes)


# -- the ghost's figures -------------------------------------------------------------


def test_a_stop_shows_money_r_and_the_way_to_liquidation(seat):
    _, desk, _ = seat
    move = move_of(desk, STOP, 90_200.04, risk_per_coin(desk, STOP))
    assert move.price == D("90200.0")
    assert move.facts[0] == "at risk −2.43 USDT before fees"
    assert move.facts[1] == "−0.54 R"  # the opening order's stop, 89,847.7, is 764.7 below the entry
    assert move.facts[2] == "18.94\u2009% to liquidation 73,120.5"
    assert move.refusal == ""
    assert "earns +0.22 USDT" in move_of(desk, STOP, 90_650.0, None).facts[0]
    assert move_of(desk, STOP, 90_650.0, None).facts[1] == "R is not known"


def test_without_an_opening_order_the_listed_stop_is_one_r(seat):
    _, desk, _ = seat
    assert risk_per_coin(desk, STOP) == D("90612.4") - D("89847.7")
    desk.orders.clear()
    assert risk_per_coin(desk, STOP) == D("90612.4") - D("89870.0")


@pytest.mark.parametrize(
    ("grip", "price", "words"),
    [
        (STOP, 89_500.0, "A stop moves only towards the market"),
        (STOP, 91_000.0, "must be below the mark price"),
        (TARGET, 90_000.0, "must be above the mark price"),
        (RESTING, 88_000.0, "must stay above its stop 89,000.0"),
        (RESTING, 93_000.0, "must stay below its target 92,000.0"),
        (RESTING, -5.0, "above 0"),
    ],
)
def test_a_wrong_side_is_refused_in_words(seat, grip, price, words):
    _, desk, _ = seat
    desk.apply(OrderChanged(resting()))
    assert words in move_of(desk, grip, price, None).refusal


def test_an_order_cannot_be_asked_for_again_while_entries_are_closed_but_a_stop_can(seat):
    _, desk, _ = seat
    desk.apply(OrderChanged(resting()))
    desk.apply(TradingStateChanged(TradingState.HALTED, "a fall"))
    assert "Entries are not open" in move_of(desk, RESTING, 90_100.0, None).refusal
    assert move_of(desk, STOP, 90_100.0, None).refusal == ""
    assert move_of(desk, TARGET, 91_100.0, None).refusal == ""


def test_an_order_that_is_partly_filled_is_not_asked_for_again(seat):
    _, desk, _ = seat
    desk.apply(OrderChanged(resting(filled_size=D("0.001"))))
    assert "Part of it is filled" in move_of(desk, RESTING, 90_100.0, None).refusal


def test_a_target_needs_a_stop_first(seat):
    _, desk, _ = seat
    desk.apply(ProtectionChanged((naked("BTC", LONG, "0.0059", "89870.0", "92510.0", 3.0),)))
    assert "Set a stop before" in move_of(desk, TARGET, 93_000.0, None).refusal


def test_commands_are_those_of_the_tables(seat):
    _, desk, _ = seat
    assert command_of(desk, STOP, D("90000.0")) == MoveStop(BTC, LONG, D("90000.0"), "Mara")
    assert command_of(desk, TARGET, D("93000.0")) == MoveTarget(BTC, LONG, D("93000.0"), "Mara")
    asked = command_of(desk, RESTING, D("90100.0"))
    assert asked == AmendOrder("ad-0020", D("90100.0"), None, "Mara", asked.question_id)
    assert asked.question_id


# -- the hand ------------------------------------------------------------------------


def place(panel, price, x=300.0):
    pane = panel.view.pane
    return panel.view.mapFromScene(pane.mapToScene(QPointF(x, pane.projection.y(float(price)))))


def hover(panel, at):
    QTest.mouseMove(panel.view.viewport(), at)
    QApplication.processEvents()


def take(panel, price, to):
    """Press on a line and drag it, without letting go."""
    viewport = panel.view.viewport()
    start, end = place(panel, price), place(panel, to)
    panel.view.scene()._lastMoveEventTime = 0
    hover(panel, start)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for share in (0.3, 0.6, 1.0):
        panel.view.scene()._lastMoveEventTime = 0  # the scene passes 100 moves a second on
        QTest.mouseMove(viewport, start + QPoint(0, round((end - start).y() * share)))
        QApplication.processEvents()
    return end


def let_go(panel, at):
    QTest.mouseRelease(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def hand(panel):
    return panel.grid.linked.hand


def test_a_dragged_stop_shows_a_ghost_and_asks_before_anything_is_sent(seat):
    panel, desk, sent = seat
    before = panel.view.pane.time.x0
    end = take(panel, 89_870.0, 90_200.0)
    ghost = hand(panel).ghost
    assert ghost.isVisible()
    assert ghost.move.title.startswith("Stop  90,")
    assert level(panel, "Stop").price == 89_870.0
    let_go(panel, end)
    assert not ghost.isVisible()
    assert sent == []
    assert panel.view.pane.time.x0 == before, "the chart itself was not dragged"
    sheet = hand(panel).sheet
    assert sheet.is_open
    assert sheet.cancel.hasFocus()
    assert "BTC long 0.0059: stop from 89,870.0 to 90," in sheet.words.text()
    assert "until then the old one stands" in sheet.words.text()
    sheet.confirm.click()
    assert not sheet.is_open
    (command,) = sent
    assert isinstance(command, MoveStop)
    assert command.price == pytest.approx(D("90200"), abs=15)
    assert desk.instruments[BTC].is_on_tick(command.price)
    assert level(panel, "Stop").price == 89_870.0, "the line waits for the venue"


def test_escape_leaves_the_line_and_nothing_is_asked(seat):
    panel, _, sent = seat
    end = take(panel, 89_870.0, 90_200.0)
    QTest.keyClick(panel.view, Qt.Key.Key_Escape)
    assert not hand(panel).ghost.isVisible()
    panel.view.scene()._lastMoveEventTime = 0
    QTest.mouseMove(panel.view.viewport(), end + QPoint(0, 9))
    QApplication.processEvents()
    assert not hand(panel).ghost.isVisible()
    let_go(panel, end)
    assert hand(panel).sheet is None
    assert sent == []


def test_a_refused_place_says_why_at_the_line_and_in_the_event_log(seat):
    panel, desk, sent = seat
    end = take(panel, 89_870.0, 89_700.0)
    let_go(panel, end)
    assert hand(panel).sheet is None
    assert sent == []
    assert hand(panel).ghost.isVisible()
    assert "only towards the market" in hand(panel).ghost.rows[-1][0]
    assert "Stop not moved: A stop moves only towards the market" in desk.notices[-1].text


def test_what_was_confirmed_is_judged_again(seat):
    panel, desk, sent = seat
    let_go(panel, take(panel, 89_870.0, 90_200.0))
    desk.apply(ticker("BTC", "90000.0"))
    hand(panel).sheet.confirm.click()
    assert sent == []
    assert "must be below the mark price" in desk.notices[-1].text


def test_a_position_that_ends_while_its_stop_is_held_is_not_touched(seat):
    panel, desk, sent = seat
    end = take(panel, 89_870.0, 90_200.0)
    desk.apply(PositionsChanged(()))
    let_go(panel, end)
    assert sent == []
    assert "position is gone" in desk.notices[-1].text


def test_a_resting_order_is_asked_for_again_at_its_new_price(seat):
    panel, desk, sent = seat
    desk.apply(OrderChanged(resting()))
    desk.apply(book("BTC"))
    let_go(panel, take(panel, 90_000.0, 90_300.0))
    sheet = hand(panel).sheet
    assert "the AI is asked again" in sheet.words.text()
    sheet.confirm.click()
    (command,) = sent
    assert isinstance(command, AmendOrder)
    assert command.size is None


def test_a_drag_beside_every_line_still_moves_the_chart(seat):
    panel, _, _ = seat
    viewport, pane = panel.view.viewport(), panel.view.pane
    x0 = pane.time.x0
    start = place(panel, 90_250.0)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=start)
    for x in (20, 60, 100):
        panel.view.scene()._lastMoveEventTime = 0
        QTest.mouseMove(viewport, start + QPoint(x, 0))
        QApplication.processEvents()
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=start + QPoint(100, 0))
    assert pane.time.x0 < x0
    assert not hand(panel).ghost.isVisible()
