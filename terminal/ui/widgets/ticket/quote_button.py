"""A button with a live price on it: painting it anew never lays the window out anew."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QStylePainter, QWidget


class QuoteButton(QPushButton):
    """Says `name` and below it a price. The name alone decides its size: prices come several times a second."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._words = name

    @property
    def words(self) -> str:
        """What is written on it."""
        return self._words

    def show_price(self, price: str) -> None:
        words = f"{self.text()}\n{price}"
        if words != self._words:
            self._words = words
            self.update()

    def sizeHint(self) -> QSize:
        """Two lines high."""
        return super().sizeHint() + QSize(0, self.fontMetrics().lineSpacing())

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self._words
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.end()
