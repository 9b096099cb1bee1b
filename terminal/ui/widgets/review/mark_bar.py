"""Cards chosen to be approved together: how many, and the way to the list that asks once more."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from terminal.ui.actions.table import KeyWords
from terminal.ui.theme.qss import set_role


class MarkBar(QWidget):
    """`2 marked`, the button that lists them, and Clear; hidden while nothing is marked.

    Signals:
        approve_asked, clear_asked: the buttons.
    """

    approve_asked = Signal()
    clear_asked = Signal()

    def __init__(self, key: KeyWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.approve = QPushButton()
        self._key = key
        self.show_keys()
        self.approve.setToolTip("Lists the marked cards and asks once more; nothing is approved before that.")
        self.approve.setAccessibleName("Approve the marked cards: list them first")
        self.clear = QPushButton("Clear")
        self.clear.setAccessibleName("Unmark all cards")
        set_role(self.clear, "kind", "quiet")
        for button in (self.approve, self.clear):
            button.setAutoDefault(False)
            button.setProperty("snug", "true")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(6)
        row.addWidget(self.words, 1)
        row.addWidget(self.approve)
        row.addWidget(self.clear)
        self.approve.clicked.connect(self.approve_asked)
        self.clear.clicked.connect(self.clear_asked)
        self.hide()

    def show_keys(self) -> None:
        """Name the key there is now."""
        self.approve.setText(f"List to approve…  {self._key('review.several')}")

    def show_marks(self, count: int, refused: str = "") -> None:
        """Show how many are marked, or why the last one could not be."""
        self.words.setText(refused or f"{count} marked")
        set_role(self.words, "tone", "amber" if refused else "accent")
        self.approve.setEnabled(count > 0)
        self.setVisible(count > 0 or bool(refused))
