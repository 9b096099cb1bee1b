"""Labels of the review desk's sheets."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from terminal.ui.theme.qss import set_role


def words_label(tone: str = "text") -> QLabel:
    """Give a plain-text label that wraps."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    set_role(label, "tone", tone)
    return label
