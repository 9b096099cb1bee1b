"""What a form answers; it takes room only while it says something."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from terminal.ui.theme.qss import set_role
from terminal.ui.widgets.plain_text import visible


class ResultWords(QLabel):
    """Wrapped plain text of a fixed width: the form around it grows and shrinks with it."""

    def __init__(self, width_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setFixedWidth(width_px)
        self.setAccessibleName("Result")
        self.hide()

    def say(self, words: str, tone: str = "muted") -> None:
        """Show words in a tone; "" takes them away."""
        self.setText(visible(words))
        set_role(self, "tone", tone)
        self.setVisible(bool(words))
