"""What spoke for (▲) and against (▼) a decision, with the values the model saw."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from terminal.domain.decision import Evidence
from terminal.ui.formatting import MINUS
from terminal.ui.theme.qss import set_role
from terminal.ui.widgets.plain_text import one_line, tooltip


class EvidenceList(QWidget):
    """Rows of mark, label and value, the heaviest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        self._shown: tuple[Evidence, ...] = ()
        self.setAccessibleName("Evidence")

    def set_evidence(self, evidence: Sequence[Evidence], limit: int | None = None) -> None:
        """Show the pieces by weight; `limit` keeps the heaviest only."""
        chosen = tuple(sorted(evidence, key=lambda item: -abs(item.contribution))[:limit])
        if chosen == self._shown:
            return
        self._shown = chosen
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for row, piece in enumerate(chosen):
            self._add(row, piece)

    def _add(self, row: int, piece: Evidence) -> None:
        supports = piece.supports
        mark = _plain("▲" if supports else "▼", "up" if supports else "down")
        mark.setAccessibleName("supports" if supports else "speaks against")
        label = _plain(one_line(piece.label), "muted")
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        value = _plain(real_minus(one_line(piece.value)), "")
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        words = f"{piece.key}\nweight {piece.contribution:+.3f} log-odds of the chosen side"
        for column, widget in enumerate((mark, label, value)):
            widget.setToolTip(tooltip(words))
            self._grid.addWidget(widget, row, column)


def real_minus(value: str) -> str:
    """Write a leading hyphen of a figure as the minus every other figure has."""
    return MINUS + value[1:] if value[:1] == "-" and value[1:2].isdigit() else value


def _plain(text: str, tone: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    if tone:
        set_role(label, "tone", tone)
    return label
