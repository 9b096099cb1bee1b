"""A label for figures that change all the time: as long as it is as wide as before, nothing is laid out anew."""

import re
from typing import Final

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QLabel, QStyle, QStylePainter, QWidget

_DIGIT: Final = re.compile(r"\d")


class LiveLabel(QLabel):
    """Plain words; Qt itself knows them with every digit a 0, and so takes room for them only when their shape changes.

    A plain `QLabel` has the whole window laid out anew at each `setText`. Digits are all of one width here.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None, *, keeps_room: bool = False) -> None:
        """With `keeps_room` the first words decide its size for good: for a label that takes what width is left."""
        super().__init__(parent)
        self._keeps_room = keeps_room
        self._words = ""
        self.setText(text)

    def text(self) -> str:
        """What is written on it."""
        return self._words

    def setText(self, text: str) -> None:
        if text == self._words:
            return
        if self.accessibleName() in {"", self._words}:  # a screen reader never hears the zeros
            self.setAccessibleName(text)
        else:
            self.setAccessibleDescription(text)
        self._words = text
        shape = _shape(text)
        if (self._keeps_room and super().text()) or self._takes_same_room(shape):
            self.update()
        else:
            super().setText(shape)

    def _takes_same_room(self, shape: str) -> bool:
        """A plus in the place of a minus is no reason to move anything."""
        before, metrics = super().text(), self.fontMetrics()
        return bool(before) and metrics.horizontalAdvance(shape) == metrics.horizontalAdvance(before)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QStylePainter(self)
        flags = QStyle.visualAlignment(self.layoutDirection(), self.alignment())
        painter.drawItemText(
            self.contentsRect(), int(flags), self.palette(), self.isEnabled(), self._words, self.foregroundRole()
        )
        painter.end()


def _shape(text: str) -> str:
    return _DIGIT.sub("0", text)
