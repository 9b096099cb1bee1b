"""The seconds in which an approval can still be taken back, in sight of the hand that gave it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from terminal.ui.actions.table import KeyWords
from terminal.ui.formatting import THIN
from terminal.ui.theme.qss import set_role


class SendStrip(QWidget):
    """`Sending in 1.8 s` and the button to undo.

    Signals:
        undo_asked: the button.
    """

    undo_asked = Signal()

    def __init__(self, key: KeyWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = QLabel()
        set_role(self.words, "tone", "amber")
        set_role(self.words, "strong", "true")
        self.words.setAccessibleName("Send countdown")
        self.undo = QPushButton()
        self._key = key
        self.show_keys()
        self.undo.setAccessibleName("Undo the approval")
        self.undo.setToolTip("Takes the approval back. Nothing is sent, and the card waits again or is closed.")
        self.undo.setAutoDefault(False)
        self.undo.setProperty("tall", "true")
        set_role(self.undo, "kind", "amber")
        self.undo.clicked.connect(self.undo_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.undo)

    def show_keys(self) -> None:
        """Name the key there is now."""
        self.undo.setText(f"Undo  {self._key('review.undo')}")

    def set_left(self, left_s: float, *, asked: bool) -> None:
        """Show the seconds left; `asked` once the undo is on its way."""
        if left_s <= 0:
            words = "Sending…"
        elif asked:
            words = "Taking it back…"
        else:
            words = f"Sending in {left_s:.1f}{THIN}s – U undoes"
        self.words.setText(words)
        self.undo.setEnabled(not asked and left_s > 0)
