import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from helpers.whole_window import open_window
from terminal.domain.commands import CancelAll
from terminal.domain.hand_messages import PauseEntries
from terminal.domain.time_messages import OpenDay
from terminal.ui.actions.table import ACTIONS, HAS_FOCUS
from terminal.ui.charts.chart_panel import ChartPanel
from terminal.ui.viewmodels.lab_book import LabBook
from terminal.ui.viewmodels.recorded_days import RecordedDays
from terminal.ui.widgets.lab.door import LabDoor
from terminal.ui.widgets.replay.door import ReplayDoor
from terminal.ui.widgets.seat.key_editor import KeyEditor
from terminal.ui.widgets.seat.key_list import KeyList
from terminal.ui.window.depth_panels import install_depth

BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def seat(qtbot, tmp_path):
    return open_window(qtbot, tmp_path / "window.json")


def editor_of(window):
    window.acts.edit_keys()
    return window.findChild(KeyEditor)


def pick(editor, action_id):
    editor.table.select_key(action_id)
    editor.field.setFocus()


def test_every_action_is_offered_by_somebody(seat):
    window, desk, _ = seat
    chart = ChartPanel(desk)
    window.install_chart(chart)
    install_depth(desk, window.ticket, window.docks)
    window.time_machine.open(OpenDay())
    LabDoor(LabBook(window), window, window.top_bar.menu, window.panic_keys.also_in, str, desk.actions)
    ReplayDoor(RecordedDays(window), window, window.top_bar.menu, window.panic_keys.also_in, desk.actions)
    assert [each.action_id for each in ACTIONS if not desk.actions.is_offered(each.action_id)] == []
    window.time_machine.window.close()


def test_f1_prints_what_the_map_says_now(seat, qtbot):
    window, desk, _ = seat
    desk.actions.keymap.assign("palette", ("Ctrl+Shift+K",))
    qtbot.keyClick(window, Qt.Key.Key_F1)
    words = {label.text() for label in window.findChild(KeyList).findChildren(QLabel)}
    assert "Ctrl+Shift+K" in words
    assert "Ctrl+K" not in words
    for action in ACTIONS:
        if not action.told:
            assert action.words in words


def test_a_pressed_key_is_taken_and_works_at_once(seat, qtbot):
    window, desk, _ = seat
    editor = editor_of(window)
    pick(editor, "pair.ETH")
    qtbot.keyClick(editor.field, Qt.Key.Key_F7)
    assert desk.actions.keymap.keys_of("pair.ETH") == ("F7",)
    assert "works at once" in editor.words.text()
    editor.accept()
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_F7)
    assert desk.selection[0].startswith("ETH")
    desk.select(desk.positions[0].instrument_id)
    before = desk.selection
    qtbot.keyClick(window, Qt.Key.Key_2, CTRL)
    assert desk.selection == before  # the old key is free


def test_a_conflict_is_refused_in_words_and_changes_nothing(seat, qtbot):
    window, desk, _ = seat
    editor = editor_of(window)
    pick(editor, "ticket")
    qtbot.keyClick(editor.field, Qt.Key.Key_K, CTRL)
    assert editor.words.text().startswith("Ctrl+K is taken (Main window)")
    assert editor.words.property("tone") == "amber"
    qtbot.keyClick(editor.field, Qt.Key.Key_T)
    assert "typed into fields" in editor.words.text()
    assert desk.actions.keymap.keys_of("ticket") == ("F9",)


def test_the_keys_that_stop_things_work_while_a_key_is_being_chosen(seat, qtbot):
    window, _, sent = seat
    editor = editor_of(window)
    editor.activateWindow()
    qtbot.waitUntil(editor.isActiveWindow)
    pick(editor, "ticket")
    sent.clear()
    qtbot.keyClick(editor.field, Qt.Key.Key_P, BOTH)
    assert sent == [PauseEntries("Mara")]
    assert not editor.without.isEnabled() or editor.table.current_key() == "ticket"
    pick(editor, "safety.pause")
    assert not editor.without.isEnabled()


def test_a_safety_key_that_was_changed_works_in_a_text_field_and_in_dialogs(seat, qtbot):
    window, desk, sent = seat
    assert desk.actions.keymap.assign("safety.cancel_all", ("F8",)) == ""
    window.tabs.show_page("Events")
    field = window.tabs.events.filter
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_F8)
    assert sent == [CancelAll("Mara")]
    assert "(F8)" in window.top_bar.cancel_all.toolTip()
    editor = editor_of(window)
    editor.activateWindow()
    qtbot.waitUntil(editor.isActiveWindow)
    qtbot.keyClick(editor.filter, Qt.Key.Key_F8)
    assert sent == [CancelAll("Mara")] * 2
    qtbot.keyClick(editor.filter, Qt.Key.Key_C, BOTH)
    assert sent == [CancelAll("Mara")] * 2  # the old key does nothing


def test_labels_of_a_card_follow_the_keys(seat):
    window, desk, _ = seat
    card = window.review.stack.cards[0]
    assert card.approve.text().endswith("  A")
    assert desk.actions.keymap.assign("review.approve", ("G",)) == ""
    assert desk.actions.keymap.assign("review.reject", ("N",)) == ""
    assert card.approve.text().endswith("  G")
    assert card.reject.text() == "Reject  N"


def test_the_filter_finds_by_word_and_by_key(seat):
    window, *_ = seat
    editor = editor_of(window)
    editor.filter.setText("flatten")
    assert editor.table.sorted.rowCount() == 1
    editor.filter.setText("ctrl+k")
    assert editor.table.sorted.rowCount() == 1
    editor.filter.setText("no such thing")
    assert editor.table.sorted.rowCount() == 0


def test_keys_are_kept_for_the_profile_and_can_all_be_built_in_again(seat, qtbot, tmp_path):
    window, desk, _ = seat
    desk.actions.keymap.assign("palette", ("Ctrl+Shift+K",))
    window.finish_close()
    again, other, _ = open_window(qtbot, tmp_path / "window.json")
    assert other.actions.keymap.keys_of("palette") == ("Ctrl+Shift+K",)
    editor = editor_of(again)
    next(button for button in editor.findChildren(QPushButton) if button.text() == "All built-in keys").click()
    assert other.actions.keymap.keys_of("palette") == ("Ctrl+K",)


def test_a_table_hears_its_keys_only_while_it_has_the_keyboard(seat, qtbot):
    window, *_ = seat
    asked = []
    window.tabs.passport_asked.disconnect(window.passport.open)
    window.tabs.passport_asked.connect(asked.append)
    table = window.tabs.positions.table
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_P)
    assert len(asked) == 1
    window.market_watch.table.setFocus()
    qtbot.keyClick(window.market_watch.table, Qt.Key.Key_P)
    assert len(asked) == 1
    assert {each.where for each in ACTIONS if each.action_id.startswith("table.")} <= HAS_FOCUS
