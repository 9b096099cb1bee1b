"""What spoke for (▲) and against (▼) a decision, with the values the model saw.

A click on a row asks to see the value on the chart.
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from terminal.domain.decision import Evidence
from terminal.ui.formatting import MINUS
from terminal.ui.theme.fonts import HINT_PX
from terminal.ui.theme.qss import set_role
from terminal.ui.widgets.clamped_text import ClampedText
from terminal.ui.widgets.plain_text import one_line, tooltip

MOST_CHARS: Final = 22  # of a value; a longer one would push the card's buttons out of sight


class EvidenceList(QWidget):
    """Rows of mark, label and value, the heaviest first.

    Signals:
        chosen (Evidence): a row was clicked.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        self._shown: tuple[Evidence, ...] = ()
        self.rows: list[tuple[_Cell, ...]] = []
        self.place = ClampedText(2, "muted", HINT_PX)  # where on the chart the clicked value is
        self.place.setParent(self)
        self.place.hide()
        self.setAccessibleName("Evidence")

    def set_evidence(self, evidence: Sequence[Evidence], limit: int | None = None) -> None:
        """Show the pieces by weight; `limit` keeps the heaviest only."""
        chosen = tuple(sorted(evidence, key=lambda item: -abs(item.contribution))[:limit])
        if chosen == self._shown:
            return
        self._shown = chosen
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget is not self.place:
                widget.deleteLater()
        self.rows = [self._add(row, piece) for row, piece in enumerate(chosen)]
        self._grid.addWidget(self.place, len(chosen), 0, 1, 3)
        self.say("")

    def say(self, words: str) -> None:
        """Say below the rows where on the chart a value is; "" says nothing."""
        self.place.set_text(words)
        self.place.setVisible(bool(words))

    def _add(self, row: int, piece: Evidence) -> "tuple[_Cell, ...]":
        supports = piece.supports
        mark = _Cell("▲" if supports else "▼", "up" if supports else "down")
        mark.setAccessibleName("supports" if supports else "speaks against")
        label = _Cell(one_line(piece.label), "muted")
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        whole = real_minus(one_line(piece.value))
        value = _Cell(whole if len(whole) <= MOST_CHARS else f"{whole[: MOST_CHARS - 1]}…", "")
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        words = (
            f"{piece.key}\nweight {piece.contribution:+.3f}, by the model's own measure\nClick: show it on the chart"
        )
        cells = (mark, label, value)
        for column, cell in enumerate(cells):
            cell.setToolTip(tooltip(words))
            cell.clicked.connect(lambda piece=piece: self.chosen.emit(piece))
            self._grid.addWidget(cell, row, column)
        return cells


def real_minus(value: str) -> str:
    """Write a leading hyphen of a figure as the minus every other figure has."""
    return MINUS + value[1:] if value[:1] == "-" and value[1:2].isdigit() else value


class _Cell(QLabel):
    """Plain text that can be clicked. A label, not a button: buttons read `&` as a key."""

    clicked = Signal()

    def __init__(self, text: str, tone: str) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if tone:
            set_role(self, "tone", tone)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # else the release would go to the card

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()
