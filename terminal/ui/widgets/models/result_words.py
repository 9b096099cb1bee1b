"""Wrapped words of a form that is as large as what it says."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QWidget

from terminal.ui.theme.qss import set_role
from terminal.ui.widgets.plain_text import visible


class WrappedWords(QLabel):
    """Plain text of a fixed width, never lower than its lines.

    A layout of fixed size asks for no height by width, so the height stands in the size hint.
    """

    def __init__(self, width_px: int, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(visible(words), parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setFixedWidth(width_px)

    def sizeHint(self) -> QSize:
        return QSize(self.maximumWidth(), self.heightForWidth(self.maximumWidth()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hasHeightForWidth(self) -> bool:
        return False


class ResultWords(WrappedWords):
    """What a form answers; it takes room only while it says something."""

    def __init__(self, width_px: int, parent: QWidget | None = None) -> None:
        super().__init__(width_px, parent=parent)
        self.setAccessibleName("Result")
        self.hide()

    def say(self, words: str, tone: str = "muted") -> None:
        """Show words in a tone; "" takes them away."""
        self.setText(visible(words))
        set_role(self, "tone", tone)
        self.setVisible(bool(words))
