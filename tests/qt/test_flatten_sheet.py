from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QWidget

from helpers.desk_events import FakeClock, fill_desk, make_desk
from helpers.hand_events import EVERYTHING, flat, plan, progress
from terminal.domain.flatten import FlattenPhase, FlattenScope, FlattenTarget
from terminal.domain.hand_messages import Flatten, PlanFlatten, StopFlatten
from terminal.domain.instrument import perpetual
from terminal.ui.widgets.flatten.sheet import FlattenSheet

BTC = perpetual("BTC")


@pytest.fixture
def seat(qtbot):
    clock = FakeClock()
    desk, sent = make_desk(clock)
    fill_desk(desk)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1_200, 700)
    sheet = FlattenSheet(desk, "DEMO", window)
    sheet.plan_page.hold._timer.setInterval(3_600_000)
    sheet._ticks.setInterval(3_600_000)
    told = []
    sheet.told.connect(lambda *words: told.append(words))
    window.show()
    window.activateWindow()
    sent.clear()
    yield sheet, desk, sent, clock, told
    window.close()  # and until here it is held: a widget nobody holds is gone


def hold(qtbot, sheet, clock, seconds=1.5):
    button = sheet.plan_page.hold
    qtbot.mousePress(button, Qt.MouseButton.LeftButton)
    for _ in range(round(seconds / 0.05)):
        clock.forward(0.05)
        button.tick()
    qtbot.mouseRelease(button, Qt.MouseButton.LeftButton)


def test_opening_asks_for_the_plan_of_everything_and_sends_nothing_else(seat):
    sheet, _, sent, *_ = seat
    sheet.open()
    assert sent == [PlanFlatten(EVERYTHING, "Mara")]
    assert sheet.plan_page.scopes[FlattenScope.EVERYTHING].isChecked()
    assert sheet.plan_page.hold.text == "Hold to flatten everything · DEMO"
    assert "paused first" in sheet.plan_page.pause.text()


def test_the_plan_says_what_is_closed_and_what_it_costs(seat):
    sheet, desk, *_ = seat
    sheet.open()
    desk.apply(plan())
    rows = sheet.plan_page.legs.texts
    assert rows[0] == ["BTC long", "0.0059 BTC", "90,754.1", "1.2 bp  0.06", "0.43", "+0.40"]
    assert rows[-1] == ["Together", "", "", "0.28 USDT", "0.85", "−0.17"]
    assert sheet.plan_page.cancels.text().startswith("1 order and 2 triggers are cancelled:")
    assert "expect a worse price" in sheet.plan_page.cautions.text()


@pytest.mark.parametrize(("height", "scrolls"), [(768, False), (560, True)])
def test_a_long_plan_scrolls_only_where_the_window_has_no_room(seat, qtbot, height, scrolls):
    sheet, desk, *_ = seat
    window = sheet.window()
    window.resize(1_200, height)
    sheet.open()
    made = plan()
    desk.apply(replace(made, legs=made.legs * 2, cancels=made.cancels * 4))
    bar = sheet.plan_page.rows.verticalScrollBar()
    qtbot.waitUntil(lambda: sheet.card.height() > 300)
    qtbot.waitUntil(lambda: (bar.maximum() > 0) is scrolls)
    hold = sheet.plan_page.hold
    assert window.rect().contains(QRect(hold.mapTo(window, QPoint(0, 0)), hold.size()))
    assert hold.visibleRegion().boundingRect() == hold.rect()


def test_each_scope_asks_for_its_own_plan_and_ignores_answers_to_others(seat, qtbot):
    sheet, desk, sent, *_ = seat
    sheet.open()
    sent.clear()
    qtbot.mouseClick(sheet.plan_page.scopes[FlattenScope.PAIR], Qt.MouseButton.LeftButton)
    pair = FlattenTarget(FlattenScope.PAIR, BTC)
    assert sent == [PlanFlatten(pair, "Mara")]
    desk.apply(plan(EVERYTHING))
    assert sheet.plan is None
    desk.apply(plan(pair, 2))
    assert sheet.plan.plan_id == "plan-2"


def test_holding_flattens_exactly_what_was_seen(seat, qtbot):
    sheet, desk, sent, clock, _ = seat
    sheet.open()
    desk.apply(plan(number=7))
    sent.clear()
    hold(qtbot, sheet, clock)
    assert sent == [Flatten(EVERYTHING, "plan-7", "Mara", "held 1.5 s")]
    assert sheet.progress_page.isVisible()


def test_a_short_hold_sends_nothing(seat, qtbot):
    sheet, desk, sent, clock, _ = seat
    sheet.open()
    desk.apply(plan())
    sent.clear()
    hold(qtbot, sheet, clock, 1.4)
    assert sent == []
    assert sheet.plan_page.isVisible()


def test_the_plan_does_not_change_under_a_held_button(seat, qtbot):
    sheet, desk, sent, clock, _ = seat
    sheet.open()
    desk.apply(plan(number=1))
    sent.clear()
    qtbot.mousePress(sheet.plan_page.hold, Qt.MouseButton.LeftButton)
    clock.forward(6)
    sheet.tick()
    desk.apply(plan(number=2))
    assert sheet.plan.plan_id == "plan-1"
    assert sent == []
    qtbot.mouseRelease(sheet.plan_page.hold, Qt.MouseButton.LeftButton)
    sheet.tick()
    assert sent == [PlanFlatten(EVERYTHING, "Mara")]


def test_without_a_plan_everything_can_be_held_but_not_what_needs_one(seat, qtbot):
    sheet, _, sent, clock, _ = seat
    sheet.open()
    clock.forward(4)
    sheet.tick()
    assert "asks the venue itself" in sheet.plan_page.state.text()
    assert sheet.plan_page.hold.isEnabled()
    qtbot.mouseClick(sheet.plan_page.scopes[FlattenScope.LOSERS], Qt.MouseButton.LeftButton)
    assert not sheet.plan_page.hold.isEnabled()
    qtbot.mouseClick(sheet.plan_page.scopes[FlattenScope.EVERYTHING], Qt.MouseButton.LeftButton)
    sent.clear()
    hold(qtbot, sheet, clock)
    assert sent == [Flatten(EVERYTHING, "", "Mara", "held 1.5 s")]


def test_progress_until_the_venue_shows_flat(seat, qtbot):
    sheet, desk, _, clock, told = seat
    sheet.open()
    desk.apply(plan())
    hold(qtbot, sheet, clock)
    assert sheet.progress_page.headline.text() == "Sent"
    desk.apply(progress())
    page = sheet.progress_page
    assert page.headline.text() == "Still trying: closing positions, try 2"
    assert page.legs.texts[0] == ["✓ BTC long: venue holds 0 of 0.0059 BTC", "Filled 0.0059 at 90,754.1."]
    assert page.legs.texts[2][0] == "… DOGE long: not read yet of 1,400 DOGE"
    assert "cancel sent, still listed" in page.proofs.texts[0][0]
    assert told[-1][:2] == ("Flattening: 2 of 3 legs left", "accent")
    clock.forward(4)
    sheet.tick()  # the operator's seconds, however fast the market's clock runs
    assert page.text.text() == "Closing 2 of 3 legs. 4\u2009s since Mara held the button."
    desk.apply(progress(FlattenPhase.WAITING))
    assert told[-1][1] == "amber"
    desk.apply(flat())
    assert page.headline.text() == "Flat, no orders"
    assert told[-1][:2] == ("Flat, no orders", "up")
    assert not page.stop.isVisible()


def test_closing_the_sheet_stops_nothing_and_the_bar_goes_on(seat, qtbot):
    sheet, desk, sent, clock, told = seat
    sheet.open()
    desk.apply(plan())
    hold(qtbot, sheet, clock)
    desk.apply(progress())
    sent.clear()
    qtbot.keyClick(sheet.close_button, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    assert sent == []
    desk.apply(flat())
    assert told[-1][0] == "Flat, no orders"  # stays until it was seen
    sheet.open()
    assert sheet.plan_page.isVisible()


def test_a_result_that_was_seen_leaves_the_bar(seat, qtbot):
    sheet, desk, _, clock, told = seat
    sheet.open()
    desk.apply(plan())
    hold(qtbot, sheet, clock)
    desk.apply(flat())
    sheet.dismiss()
    assert told[-1] == ("", "", "")


def test_stopping_is_a_command_of_its_own(seat, qtbot):
    sheet, desk, sent, clock, _ = seat
    sheet.open()
    desk.apply(plan())
    hold(qtbot, sheet, clock)
    desk.apply(progress())
    sent.clear()
    qtbot.mouseClick(sheet.progress_page.stop, Qt.MouseButton.LeftButton)
    assert sent == [StopFlatten("Mara")]


def test_an_interrupted_flatten_is_offered_again_and_waits_for_a_hand(seat, qtbot):
    sheet, desk, sent, _, told = seat
    target = FlattenTarget(FlattenScope.PAIR, BTC)
    desk.apply(plan(target, 3, offered_again=True))
    assert told[-1][0] == "Flatten interrupted…"
    assert not any(isinstance(command, Flatten) for command in sent)
    sheet.open()
    assert sheet.target == target
    assert "restart interrupted" in sheet.plan_page.state.text()
    qtbot.mouseClick(sheet.plan_page.drop, Qt.MouseButton.LeftButton)
    assert sent[-1] == StopFlatten("Mara")
    assert told[-1] == ("", "", "")


def test_unknown_figures_are_dashes_never_zero(seat):
    sheet, desk, *_ = seat
    sheet.open()
    blind = replace(plan().legs[0], expected_price=None, slip_bp=None, slip_usdt=None, fee=None, pnl_after=None)
    desk.apply(plan(legs=(blind,), slip_usdt=None, fee=None, pnl_after=None))
    assert sheet.plan_page.legs.texts == [["BTC long", "0.0059 BTC", "–", "–", "–", "–"]]


def test_half_says_how_much_of_what(seat, qtbot):
    sheet, desk, *_ = seat
    sheet.open()
    qtbot.mouseClick(sheet.plan_page.scopes[FlattenScope.HALF], Qt.MouseButton.LeftButton)
    target = FlattenTarget(FlattenScope.HALF)
    half = replace(plan().legs[1], size=Decimal("1.2"))
    desk.apply(plan(target, legs=(half,), cancels=()))
    assert sheet.plan_page.legs.texts[0][1] == "1.2 of 2.4 SOL"
    assert sheet.plan_page.cancels.text() == "No resting order is cancelled."
    assert sheet.plan_page.hold.text == "Hold to close half of each position · DEMO"
