"""A tab bar that gives up the room around its words before it hides a tab behind scroll buttons."""

from typing import Final

from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QTabBar, QWidget

from terminal.ui.theme.fonts import ui_font
from terminal.ui.theme.qss import set_role

WIDE_PAD: Final = 24  # both sides of a tab's words, as the style sheet has it


class SnugTabBar(QTabBar):
    """Call `fit` whenever the room or a tab's words have changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setUsesScrollButtons(True)

    def fit(self, room: int) -> None:
        """Draw the tabs together when their words and usual sides need more than `room` px."""
        font = QFont(ui_font())
        font.setBold(True)  # the tab in front is bold, whichever that is
        metrics = QFontMetrics(font)
        wanted = sum(metrics.horizontalAdvance(self.tabText(at)) + WIDE_PAD for at in range(self.count()))
        set_role(self, "narrow", "true" if wanted > room else "false")
