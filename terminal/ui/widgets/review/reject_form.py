"""Asking why, inside the card: a reason is one click or a few words, then Enter."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from terminal.ui.theme.qss import set_role

REASONS: Final = ("Bad timing", "Too risky", "Do not trust the signal", "Other")
OTHER: Final = REASONS[-1]
_MAX_CHARS: Final = 300
_QUESTION: Final = "Why not?  Enter rejects, Esc goes back"


class RejectForm(QWidget):
    """Reason chips and a line of text.

    Signals:
        given (str): the reason, never empty.
        dismissed: Esc; nothing was rejected.
    """

    given = Signal(str)
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Reason for the rejection")
        self.chips: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._title = QLabel(_QUESTION)
        set_role(self._title, "tone", "muted")
        column.addWidget(self._title)
        grid = QGridLayout()
        grid.setSpacing(4)
        for number, reason in enumerate(REASONS):
            grid.addWidget(self._chip(reason), number // 2, number % 2)
        column.addLayout(grid)
        self.words = QLineEdit()
        self.words.setMaxLength(_MAX_CHARS)
        self.words.setPlaceholderText("Or in your words")
        self.words.setAccessibleName("Reason in your words")
        self.words.returnPressed.connect(self.submit)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.words, 1)
        self.confirm = QPushButton("Reject")
        self.confirm.setAccessibleName("Reject with this reason")
        self.confirm.setAutoDefault(False)
        set_role(self.confirm, "kind", "danger")
        self.confirm.clicked.connect(self.submit)
        row.addWidget(self.confirm)
        column.addLayout(row)

    def _chip(self, reason: str) -> QPushButton:
        chip = QPushButton(reason)
        chip.setCheckable(True)
        chip.setAutoDefault(False)
        chip.setAccessibleName(f"Reason: {reason}")
        set_role(chip, "kind", "segment")
        chip.clicked.connect(self._type)
        self._group.addButton(chip)
        self.chips[reason] = chip
        return chip

    def _type(self) -> None:
        """Let Enter send the chosen reason at once, and words be added to it."""
        self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def begin(self) -> None:
        """Start over with nothing chosen, ready to type."""
        self._group.setExclusive(False)
        for chip in self.chips.values():
            chip.setChecked(False)
        self._group.setExclusive(True)
        self.words.clear()
        self._ask(_QUESTION, "muted")
        self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def submit(self) -> None:
        """Give the reason, or say what is missing."""
        chosen = next((reason for reason, chip in self.chips.items() if chip.isChecked()), "")
        words = " ".join(self.words.text().split())
        if chosen == OTHER and not words:
            self._ask("Write what the other reason is", "amber")
        elif chosen and chosen != OTHER:
            self.given.emit(f"{chosen}: {words}" if words else chosen)
        elif words:
            self.given.emit(words)
        else:
            self._ask("Choose a reason or write one", "amber")

    def _ask(self, text: str, tone: str) -> None:
        self._title.setText(text)
        set_role(self._title, "tone", tone)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back at Esc, wherever in the form the focus is."""
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
            self.dismissed.emit()
            return
        super().keyPressEvent(event)
