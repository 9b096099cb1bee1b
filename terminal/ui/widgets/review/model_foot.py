"""The foot of the review desk: which model proposes, how skilled it is, and whether its market is simulated."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from terminal.ui.theme.fonts import HINT_PX
from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.widgets.clamped_text import ClampedText
from terminal.ui.widgets.plain_text import tooltip
from terminal.ui.widgets.review.review_words import model_details, model_words


class ModelFoot(QWidget):
    """Three lines about the model, and the stamp."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.words = ClampedText(3, "muted", HINT_PX)
        self.stamp = QLabel("SIMULATED")
        set_role(self.stamp, "size", "hint")
        set_role(self.stamp, "tone", "muted")
        self.stamp.setToolTip("The newest decision was made from the built-in exchange's data, not a real market")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.words, 1)
        row.addWidget(self.stamp, 0, Qt.AlignmentFlag.AlignTop)

    def refresh(self, *, has_cards: bool) -> None:
        """Read the model's state again; every card carries a stamp of its own."""
        desk = self._desk
        words, tone = model_words(desk.model)
        self.words.set_text(words, tone)
        self.words.setToolTip(tooltip(model_details(desk.model)))
        newest = next(reversed(desk.proposals.values()), None)
        self.stamp.setVisible(not has_cards and newest is not None and newest.decision.simulated)
