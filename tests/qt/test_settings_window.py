"""The settings' window: pages, search, what cannot be, the difference, apply; channels and the toast."""

import pytest
from PySide6.QtCore import Qt

from helpers.desk_events import FakeClock, make_desk
from helpers.whole_window import open_window
from terminal.app.signs import DesktopSigns
from terminal.domain.commands import ClosePosition
from terminal.domain.messages import Level, Notice
from terminal.domain.notification import NoticeChannel, NoticeKind, Notification, NotificationRaised
from terminal.domain.order import PositionSide
from terminal.domain.setting import SettingDraft
from terminal.storage.paths import HOME_VARIABLE
from terminal.storage.profile_file import write_profile
from terminal.storage.profiles import Mode, Profile, load_profile, profile_file
from terminal.storage.settings.book import SettingsBook
from terminal.ui.viewmodels.settings_shelf import NOWHERE
from terminal.ui.widgets.settings.window import APPLIED, LATER, SettingsWindow

C = NoticeChannel


class Source:
    """The profile's real file, without a session around it."""

    def __init__(self, profile):
        self._book = SettingsBook(profile)
        self.settings = self._book.settings
        self.tests, self.keys = [], []

    def read(self):
        self._written = self._book.read()
        return self._book.values(self._written)

    def draft(self, edits) -> SettingDraft:
        return self._book.draft(self._written, edits)

    def apply(self, draft):
        self._book.apply(self._written, draft, "1")
        return ""

    def test(self, channel):
        self.tests.append(channel)

    def keep_key(self, channel, key):
        self.keys.append((channel, key))

    def look(self):
        pass


@pytest.fixture
def made(qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    write_profile(Profile("team", Mode.COMPETITION, "weex", reviewer="Ada"), profile_file("team"))
    desk, _ = make_desk(FakeClock())
    source = Source(load_profile("team"))
    desk.settings.offer(source)
    window = SettingsWindow(desk.settings)
    qtbot.addWidget(window)
    window.open()
    return window, source


def type_into(window, path, text):
    field = window.rows.rows[path].editor.field
    field.setText(text)
    field.textEdited.emit(text)


def shown(window):
    return [path for path, row in window.rows.rows.items() if not row.isHidden()]


def test_a_page_shows_its_settings_and_a_search_those_of_every_page(made):
    window, _ = made
    assert shown(window)[0] == "reviewer"
    window.show_page("Losses")
    assert shown(window)[0] == "limits.daily_loss_reduce"
    assert window.channels.isHidden()
    window.search.setText("LOSS day: halt")
    assert shown(window) == ["limits.daily_loss_halt"]
    window.search.setText("no such words")
    assert shown(window) == []
    assert not window.rows.none.isHidden()
    window.show_page("Notifications")
    assert window.search.text() == ""
    assert not window.channels.isHidden()


def test_what_is_fixed_says_why_and_cannot_be_typed(made):
    window, _ = made
    row = window.rows.rows["venue"]
    assert not row.editor.isEnabled()
    assert "only WEEX" in row.words.text()


def test_what_cannot_be_is_said_at_its_row_and_cannot_be_applied(made):
    window, _ = made
    type_into(window, "limits.max_leverage", "30")
    row = window.rows.rows["limits.max_leverage"]
    assert row.words.text() == "Highest leverage is 30; it must be above 0 and at most 20"
    assert not window.review.isEnabled()
    window.show_changes()
    assert window.stack.currentWidget() is window.rows
    type_into(window, "limits.max_leverage", "3")
    assert window.words.text() == ""
    assert window.review.isEnabled()


def test_the_difference_comes_before_anything_is_written(made, qtbot):
    window, _ = made
    before = profile_file("team").read_text()
    type_into(window, "limits.max_leverage", "3")
    window.rows.rows["notifications.rules.filled"].editor.buttons["toast"].click()
    assert window.review.text() == "Review 2 changes"
    qtbot.mouseClick(window.review, Qt.MouseButton.LeftButton)
    assert window.changes.cells == [
        ("Highest leverage", "5 x", "3 x", "No order is sent with more leverage.", "at the next start"),
        ("An order was filled", "none", "Toast", "Silent in quiet hours.", "at once"),
    ]
    assert profile_file("team").read_text() == before
    qtbot.mouseClick(window.back, Qt.MouseButton.LeftButton)
    assert window.stack.currentWidget() is window.rows
    window.show_changes()
    qtbot.mouseClick(window.apply, Qt.MouseButton.LeftButton)
    assert load_profile("team").limits.max_leverage == 3
    assert window.words.text() == LATER
    assert not window.review.isEnabled()


def test_what_takes_at_once_says_so(made):
    window, _ = made
    type_into(window, "notifications.quiet", "22:00-07:00")
    window.show_changes()
    window.apply.click()
    assert window.words.text() == APPLIED


def test_discard_and_usual(made):
    window, _ = made
    row = window.rows.rows["limits.max_leverage"]
    type_into(window, "limits.max_leverage", "3")
    assert row.usual.isVisibleTo(row)
    row.usual.click()
    assert row.editor.value == "5"
    assert not row.usual.isVisibleTo(row)
    assert not window.review.isEnabled()
    type_into(window, "reviewer", "Bea")
    window.discard.click()
    assert window.rows.rows["reviewer"].editor.value == "Ada"
    assert not window.discard.isEnabled()


def test_changes_that_were_not_applied_outlive_a_closed_window_but_a_key_does_not(made):
    window, _ = made
    type_into(window, "reviewer", "Bea")
    window.show_page("Notifications")
    window.channels.keys[C.TELEGRAM].setText("123:abc")
    window.close()
    window.open()
    assert window.rows.rows["reviewer"].editor.value == "Bea"
    assert window.review.text() == "Review 1 change"
    assert window.channels.keys[C.TELEGRAM].text() == ""


def test_every_kind_of_editor_gives_back_what_it_shows(made):
    window, source = made
    values = source.read()
    assert {path: row.editor.value for path, row in window.rows.rows.items()} == values
    assert window.rows.edits() == {}


def test_a_file_that_does_not_read_lets_nothing_be_typed(made):
    window, _ = made
    profile_file("team").write_text("mode = ")
    window.show_file()
    assert not window.rows.isEnabled()
    assert str(profile_file("team")) in window.words.text()


def test_channels_are_tested_and_keys_are_not_kept_in_the_field(made):
    window, source = made
    box, shelf = window.channels, window._shelf
    box.tests[C.WEBHOOK].click()
    assert source.tests == [C.WEBHOOK]
    assert not box.tests[C.WEBHOOK].isEnabled()
    shelf.take_test(C.WEBHOOK, "it could not be reached")
    assert box.words[C.WEBHOOK].text() == "Not sent: it could not be reached."
    shelf.take_test(C.SOUND, "")
    assert box.words[C.SOUND].text() == "Done."
    box.keys[C.TELEGRAM].setText("123:abc")
    box.keys[C.TELEGRAM].returnPressed.emit()
    assert source.keys == [(C.TELEGRAM, "123:abc")]
    assert box.keys[C.TELEGRAM].text() == ""
    shelf.take_place(C.TELEGRAM, "the system's vault", "")
    assert box.words[C.TELEGRAM].text() == "Kept in the system's vault."
    box.forget[C.TELEGRAM].click()
    assert source.keys[-1] == (C.TELEGRAM, "")


def test_nobody_to_save_for(qtbot):
    desk, _ = make_desk(FakeClock())
    assert desk.settings.settings == ()
    assert desk.settings.apply(SettingDraft((), ())) == NOWHERE


# -- in the main window ------------------------------------------------------------------------


def raised(kind, *channels):
    return NotificationRaised(Notification(kind, "BTC long has no stop.", "k", 1), channels)


def test_the_menu_opens_it_and_a_toast_says_what_was_asked_for(qtbot, tmp_path):
    window, desk, _ = open_window(qtbot, tmp_path / "window.json")
    window.acts.open_settings()
    assert window.acts.settings.isVisible()
    window.acts.settings.close()
    desk.apply(raised(NoticeKind.STOP_MISSING, C.TRAY))
    assert not window.toast.isVisible()
    desk.apply(raised(NoticeKind.STOP_MISSING, C.TOAST))
    assert window.toast.isVisible()
    assert window.toast.words.text() == "A position is without its stop. BTC long has no stop."


def test_who_has_just_stopped_trading_is_not_told_so(qtbot, tmp_path):
    window, desk, _ = open_window(qtbot, tmp_path / "window.json")
    instrument = next(iter(desk.instruments))
    desk.send(ClosePosition(instrument, PositionSide.LONG, 1, "ann"))
    desk.apply(raised(NoticeKind.TRADING_STOPPED, C.TOAST))
    assert not window.toast.isVisible()
    desk.apply(raised(NoticeKind.STOP_MISSING, C.TOAST))
    assert window.toast.isVisible()
    desk.apply(Notice(Level.INFO, "x", "calm", 1))


def test_the_sound_is_the_desktops(qtbot, tmp_path, monkeypatch):
    window, desk, _ = open_window(qtbot, tmp_path / "window.json")
    beeps = []
    monkeypatch.setattr("terminal.app.signs.QApplication.beep", lambda: beeps.append(1))
    signs = DesktopSigns(desk, window, window.windowIcon(), "Alpha Desk")
    assert signs.tray is None  # offscreen has none
    desk.apply(raised(NoticeKind.STOP_MISSING, C.TRAY, C.SOUND))
    desk.apply(raised(NoticeKind.STOP_MISSING, C.TRAY))
    assert beeps == [1]
    signs.close()
