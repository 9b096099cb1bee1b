import time

import pytest
from PySide6.QtCore import Qt

from helpers.whole_window import open_window, undress
from terminal.domain.commands import CancelAll, ShowChart
from terminal.ui.actions.table import ACTIONS, Effect
from terminal.ui.theme.look import LOOK

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def seat(qtbot, qapp, tmp_path):
    yield open_window(qtbot, tmp_path / "window.json")
    undress(qapp)


def opened(window, qtbot, typed=""):
    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    palette = window.acts.palette
    assert palette.is_open
    assert window.focusWidget() is palette.field
    qtbot.keyClicks(palette.field, typed)
    return palette


def titles(palette):
    return [entry.title for entry in palette.model.entries]


def test_it_opens_from_a_text_field_and_gives_the_focus_back(seat, qtbot):
    window, *_ = seat
    window.tabs.show_page("Events")
    field = window.tabs.events.filter
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_K, CTRL)
    assert window.acts.palette.is_open
    qtbot.keyClick(window.acts.palette.field, Qt.Key.Key_Escape)
    assert not window.acts.palette.is_open
    assert window.focusWidget() is field


def test_type_arrow_enter(seat, qtbot):
    window, desk, sent = seat
    palette = opened(window, qtbot, "every panel")
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    chosen = palette.list.currentIndex().row()
    assert chosen == 1
    base = titles(palette)[chosen].partition(" ")[0]
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.is_open
    assert desk.selection[0].startswith(base)
    assert sent == [ShowChart(*desk.selection)]


def test_what_was_chosen_lately_stands_first(seat, qtbot):
    window, desk, _ = seat
    palette = opened(window, qtbot, "SOL every")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert titles(opened(window, qtbot))[0] == "SOL in every panel"
    assert desk.preferences.section("palette") == {"recent": ["pair.SOL"]}


def test_positions_orders_layouts_tables_and_settings_are_found(seat, qtbot):
    window, desk, _ = seat
    palette = opened(window, qtbot)
    kinds = {entry.kind for entry in palette.model.entries}
    assert kinds == {"Action", "Pair", "Position", "Order", "Table", "Setting"}
    assert len([each for each in palette.model.entries if each.kind == "Pair"]) == 8
    assert len([each for each in palette.model.entries if each.kind == "Position"]) == len(desk.positions)
    palette.field.setText("position sol")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert desk.selection[0].startswith("SOL")
    assert window.tabs.bar.currentIndex() == 0
    palette = opened(window, qtbot, "theme light")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert LOOK.choice.theme == "light"


def test_an_order_is_shown_in_its_table(seat, qtbot):
    window, *_ = seat
    palette = opened(window, qtbot, "order")
    entry = next(each for each in palette.model.entries if each.kind == "Order")
    palette.field.setText(f"order {entry.title}")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.tabs.orders.isVisible()
    assert f"order.{window.tabs.orders.table.current_key()}" == entry.key


def test_nothing_in_it_sends_an_order_answers_a_decision_or_cancels(seat, qtbot):
    window, _, sent = seat
    palette = opened(window, qtbot)
    never = {each.action_id for each in ACTIONS if each.effect in {Effect.SENDS, Effect.ANSWERS}}
    entries = list(palette.model.entries)
    assert not never & {entry.key for entry in entries}
    palette.dismiss()
    sent.clear()
    for entry in entries:
        if entry.kind == "Action" and entry.key.startswith(("safety.cancel", "review.", "ticket", "find")):
            entry.run()
    assert [command for command in sent if not isinstance(command, ShowChart)] == []


def test_cancel_all_is_brought_to_its_button(seat, qtbot):
    window, _, sent = seat
    palette = opened(window, qtbot, "cancel every")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert sent == []
    assert window.focusWidget() is window.top_bar.cancel_all
    qtbot.keyClick(window.top_bar.cancel_all, Qt.Key.Key_Space)
    assert sent == [CancelAll("Mara")]


def test_letters_typed_in_it_reach_nothing_below_and_safety_keys_still_work(seat, qtbot):
    window, _, sent = seat
    palette = opened(window, qtbot, "arajk")
    assert palette.field.text() == "arajk"
    assert sent == []
    qtbot.keyClick(palette.field, Qt.Key.Key_C, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert sent == [CancelAll("Mara")]


def test_a_click_elsewhere_and_the_same_key_close_it(seat, qtbot):
    window, *_ = seat
    palette = opened(window, qtbot)
    qtbot.mouseClick(window.market_watch.table.viewport(), Qt.MouseButton.LeftButton)
    window.market_watch.table.setFocus()
    qtbot.waitUntil(lambda: not palette.is_open)
    opened(window, qtbot)
    qtbot.keyClick(palette.field, Qt.Key.Key_K, CTRL)
    assert not palette.is_open


def test_words_when_nothing_fits(seat, qtbot):
    window, *_ = seat
    palette = opened(window, qtbot, "qqqq")
    assert titles(palette) == []
    assert palette.nothing.isVisible()
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.is_open


def test_it_is_there_within_a_frame(seat, qtbot):
    """A generous bound of computing time on this thread, opening and painting."""
    window, *_ = seat
    palette = opened(window, qtbot)
    palette.dismiss()
    best = 1_000.0
    for _ in range(5):
        started = time.thread_time()
        window.acts.open_palette()
        palette.grab()
        best = min(best, (time.thread_time() - started) * 1_000)
        palette.dismiss()
    assert best < 40
