"""Closing buttons of the ticket: they need no approval and stay whatever else stops."""

from collections.abc import Callable
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from terminal.domain.commands import ClosePosition
from terminal.domain.instrument import base_of
from terminal.domain.order import PositionSide
from terminal.ui import formatting as f
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import BUTTON_HEIGHT
from terminal.ui.viewmodels.desk import Desk
from terminal.ui.viewmodels.ticket import held_size
from terminal.ui.viewmodels.trade_rows import CLOSE_STEPS
from terminal.ui.viewmodels.words import position_word


class CloseRow(QWidget):
    """Close 25, 50, 75 or 100 % of one side; only enabled while that side is held."""

    def __init__(self, desk: Desk, side: PositionSide, mode_word: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._side = side
        self._mode = mode_word
        self.title = QLabel()
        self.title.setFixedWidth(92)
        self.buttons: list[QPushButton] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.title)
        for label, fraction in CLOSE_STEPS:
            percent = label.removesuffix(" %")
            button = QPushButton(label)
            button.setAccessibleName(f"Close {position_word(side)} {percent} percent, {mode_word}")
            button.setFixedHeight(BUTTON_HEIGHT)
            set_role(button, "kind", "close")
            button.clicked.connect(self._closer(fraction))
            row.addWidget(button, 1)
            self.buttons.append(button)

    def _closer(self, fraction: Decimal) -> Callable[[], None]:
        return lambda: self._desk.send(ClosePosition(self._desk.selection[0], self._side, fraction, self._desk.who))

    @property
    def is_held(self) -> bool:
        return held_size(self._desk, self._desk.selection[0], self._side) > 0

    def take_focus(self) -> None:
        """Put the focus on the button that closes it all; nothing is sent by that."""
        self.buttons[-1].setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        base = base_of(self._desk.selection[0])
        side = position_word(self._side)
        size = held_size(self._desk, self._desk.selection[0], self._side)
        self.title.setText(f"Close {side}\n{f.trimmed(size)} {base}" if size else f"Close {side}\nnone held")
        set_role(self.title, "tone", "text" if size else "muted")
        tip = f"At the market, {self._mode}. Needs no approval." if size else f"No {side} position in {base}."
        for button in self.buttons:
            button.setEnabled(size > 0)
            button.setToolTip(tip)
