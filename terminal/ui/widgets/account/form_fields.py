"""Parts of the account form: a field that shows nothing, and a choice of a few words."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QClipboard, QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QLineEdit, QMenu, QPushButton, QWidget

from terminal.ui.theme.qss import set_role

CLEAR_AFTER_MS: Final = 30_000
_MAX_CHARS: Final = 512


class SecretField(QLineEdit):
    """Takes a secret by typing or pasting and never gives it back to the screen or the clipboard.

    Signals:
        pasted: something came from the clipboard, which still holds it.
    """

    pasted = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setMaxLength(_MAX_CHARS)
        self.setDragEnabled(False)
        self.setAcceptDrops(False)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )

    def forget(self) -> None:
        """Empty the field and its undo history."""
        self.setText("")

    def take_paste(self) -> None:
        """Paste, without the line feeds that copying brings along, and tell."""
        self.insert(QGuiApplication.clipboard().text().strip())
        self.pasted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.take_paste()
        elif event.matches(QKeySequence.StandardKey.Copy) or event.matches(QKeySequence.StandardKey.Cut):
            event.accept()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what is allowed: paste and empty."""
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def menu(self) -> QMenu:
        menu = QMenu(self)
        for words, act in (("Paste", self.take_paste), ("Empty", self.forget)):
            entry = QAction(words, menu)
            entry.triggered.connect(act)
            menu.addAction(entry)
        return menu


class ClipboardKeeper(QWidget):
    """A line that offers to empty the clipboard after a paste, and does so by itself after a while.

    Only what was pasted is removed: when the clipboard holds something else by then, it stays.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = b""
        words = QLabel(f"The clipboard still holds what you pasted. It is emptied in {CLEAR_AFTER_MS // 1000} s.")
        set_role(words, "size", "hint")
        set_role(words, "tone", "amber")
        self.now = QPushButton("Empty it now")
        self.keep = QPushButton("Leave it")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(words, 1)
        for button, act in ((self.now, self.clear), (self.keep, self.leave)):
            button.setAutoDefault(False)
            button.setAccessibleName(f"Clipboard: {button.text().lower()}")
            set_role(button, "kind", "quiet")
            button.clicked.connect(act)
            row.addWidget(button)
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(CLEAR_AFTER_MS)
        self.timer.timeout.connect(self.clear)
        self.hide()

    def begin(self) -> None:
        """Something secret was pasted."""
        self._mark = _print_of(QGuiApplication.clipboard())
        self.timer.start()
        self.show()

    def clear(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if self._mark and _print_of(clipboard) == self._mark:
            clipboard.clear()
        self.leave()

    def leave(self) -> None:
        self._mark = b""
        self.timer.stop()
        self.hide()


class WordButtons(QWidget):
    """Words of which one is chosen, a button each; where they stand is for who makes them.

    Signals:
        chosen (str): another one was chosen.
    """

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QPushButton] = {}
        self._name = name
        self._group = QButtonGroup(self)

    def add(self, word: str, label: str) -> QPushButton:
        """Make a word's button; the first one is chosen."""
        button = QPushButton(label)
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.setAccessibleName(f"{self._name}: {label}")
        set_role(button, "kind", "segment")
        button.clicked.connect(self._teller(word))
        button.setChecked(not self.buttons)
        self._group.addButton(button)
        self.buttons[word] = button
        return button

    @property
    def word(self) -> str:
        return next(word for word, button in self.buttons.items() if button.isChecked())

    def choose(self, word: str) -> None:
        self.buttons[word].setChecked(True)
        self.chosen.emit(word)

    def offer(self, reasons: Mapping[str, str]) -> None:
        """Take words out of the choice: each with why it cannot be chosen now, "" for one that can.

        A chosen word that goes makes the first one left the choice; nobody is told.
        """
        for word, button in self.buttons.items():
            why = reasons.get(word, "")
            button.setEnabled(not why)
            button.setToolTip(why)
        left = [word for word in self.buttons if not reasons.get(word)]
        if left and self.word not in left:
            self.buttons[left[0]].setChecked(True)

    def _teller(self, word: str) -> Callable[[], None]:
        return lambda: self.chosen.emit(word)


class Choice(WordButtons):
    """A few words in a row; `labels` are what a person reads where that is another text."""

    def __init__(
        self, name: str, words: Sequence[str], parent: QWidget | None = None, *, labels: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(name, parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for word in words:
            row.addWidget(self.add(word, (labels or {}).get(word, word)))
        row.addStretch(1)

    def show_only(self, words: Sequence[str]) -> None:
        """Leave only these to choose from; without any nothing changes, for the row itself is hidden then."""
        if not words:
            return
        for word, button in self.buttons.items():
            button.setVisible(word in words)
        if self.word not in words:
            self.buttons[words[0]].setChecked(True)


def _print_of(clipboard: QClipboard) -> bytes:
    """Tell one clipboard text from another without keeping it."""
    return sha256(clipboard.text().encode()).digest()
