"""The channels of notifications: a Test button each, and the key of those that need one."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from terminal.domain.notification import NoticeChannel
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.settings_shelf import SettingsShelf
from terminal.ui.widgets.plain_text import visible
from terminal.ui.widgets.settings.editors import LONG_PX
from terminal.ui.widgets.settings.rows import TITLE_PX

_HINTS = {
    NoticeChannel.WEBHOOK: "Address: https://…",
    NoticeChannel.TELEGRAM: "Token of the bot, from BotFather",
}
_ABOUT = {
    NoticeChannel.TOAST: "In this window, below the top bar.",
    NoticeChannel.TRAY: "A message of the desktop.",
    NoticeChannel.SOUND: "The desktop's alert sound.",
    NoticeChannel.WEBHOOK: "Not set up. Slack, Discord, Mattermost or an address of your own.",
    NoticeChannel.TELEGRAM: "Not set up. Make a bot with BotFather, and add it to the chat.",
}
_DONE = {NoticeChannel.TOAST: "Shown in the main window, below the top bar."}
_NOTE = (
    "Prices, pairs and sizes of what is told go to a webhook or to Telegram; never a key, never the whole account. "
    "Their address and token are kept in the system's vault and are not shown again."
)


class ChannelBox(QWidget):
    """One line a channel."""

    def __init__(self, shelf: SettingsShelf) -> None:
        super().__init__()
        self._shelf = shelf
        self.tests: dict[NoticeChannel, QPushButton] = {}
        self.keys: dict[NoticeChannel, QLineEdit] = {}
        self.forget: dict[NoticeChannel, QPushButton] = {}
        self.words: dict[NoticeChannel, QLabel] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(0)
        head = QLabel("Channels")
        head.setContentsMargins(0, 16, 0, 6)
        set_role(head, "size", "title")
        column.addWidget(head)
        for channel in NoticeChannel:
            column.addLayout(self._line(channel))
        note = QLabel(_NOTE)
        note.setWordWrap(True)
        note.setContentsMargins(0, 8, 0, 0)
        set_role(note, "tone", "muted")
        set_role(note, "size", "hint")
        column.addWidget(note)
        shelf.tested.connect(self._on_tested)
        shelf.placed.connect(self._on_placed)

    def _line(self, channel: NoticeChannel) -> QGridLayout:
        """Lay one channel out as the settings above it are."""
        title = QLabel(channel.title)
        title.setFixedWidth(TITLE_PX)
        test = self.tests[channel] = _button("Test", f"Test {channel.title}")
        test.clicked.connect(partial(self._test, channel))
        words = self.words[channel] = QLabel()
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        set_role(words, "size", "hint")
        self._say(channel, _ABOUT[channel], "muted")
        acts = QHBoxLayout()
        acts.setSpacing(6)
        for part in (*self._key_parts(channel), test):
            acts.addWidget(part)
        acts.addStretch(1)
        grid = QGridLayout()
        grid.setContentsMargins(0, 6, 0, 6)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        grid.addWidget(title, 0, 0)
        grid.addLayout(acts, 0, 1)
        grid.addWidget(words, 1, 1)
        return grid

    def _key_parts(self, channel: NoticeChannel) -> tuple[QWidget, ...]:
        if not channel.is_remote:
            return ()
        field = self.keys[channel] = QLineEdit()
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setPlaceholderText(_HINTS[channel])
        field.setAccessibleName(_HINTS[channel])
        field.setFixedWidth(LONG_PX)
        field.returnPressed.connect(partial(self._keep, channel))
        keep = _button("Keep", f"Keep the key of {channel.title}")
        keep.clicked.connect(partial(self._keep, channel))
        forget = self.forget[channel] = _button("Forget", f"Forget the key of {channel.title}")
        forget.clicked.connect(partial(self._shelf.keep_key, channel, ""))
        return field, keep, forget

    def show_places(self) -> None:
        """Say where each key lies."""
        for channel in self.keys:
            self._show_place(channel)

    def hideEvent(self, event: QHideEvent) -> None:
        """A key that was typed does not wait in a closed window."""
        for field in self.keys.values():
            field.clear()
        super().hideEvent(event)

    def _show_place(self, channel: NoticeChannel) -> None:
        where = self._shelf.places.get(channel, "")
        self.forget[channel].setEnabled(bool(where))
        self._say(channel, f"Kept in {where}." if where else _ABOUT[channel], "up" if where else "muted")

    def _test(self, channel: NoticeChannel) -> None:
        self.tests[channel].setEnabled(False)
        self._say(channel, "Sending…", "muted")
        self._shelf.test(channel)

    def _on_tested(self, channel: NoticeChannel, why: str) -> None:
        self.tests[channel].setEnabled(True)
        done = "Sent: look there." if channel.is_remote else _DONE.get(channel, "Done.")
        self._say(channel, f"Not sent: {why}." if why else done, "down" if why else "up")

    def _keep(self, channel: NoticeChannel) -> None:
        key = self.keys[channel].text()
        self.keys[channel].clear()
        if key:
            self._say(channel, "Keeping it…", "muted")
            self._shelf.keep_key(channel, key)
        else:
            self._say(channel, "Type or paste it first.", "amber")

    def _on_placed(self, channel: NoticeChannel, words: str) -> None:
        if words:
            self._say(channel, words, "down")
        else:
            self._show_place(channel)

    def _say(self, channel: NoticeChannel, words: str, tone: str) -> None:
        self.words[channel].setText(visible(words))
        set_role(self.words[channel], "tone", tone)


def _button(text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(name)
    button.setAutoDefault(False)
    return button
