"""Leverage and margin mode of the ticket, with the rules; above the cap nothing can be typed."""

from typing import Final

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from terminal.domain.account import MarginMode
from terminal.domain.competition import MAX_LEVERAGE
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import INSET

PRESETS: Final = (1, 2, 3, 5, 10, 20)
WIDTH_PX: Final = 300
MODE_WORDS: Final[dict[MarginMode, str]] = {MarginMode.CROSS: "Cross", MarginMode.ISOLATED: "Isolated"}
MODE_HELP: Final[dict[MarginMode, str]] = {
    MarginMode.CROSS: "All positions share the free margin: liquidation is farther away, and takes everything.",
    MarginMode.ISOLATED: "Only this position's own margin can be lost: liquidation is nearer.",
}


class LeverageLimit(QValidator):
    """Lets through whole numbers from 1 to `top` only, at every key: Qt's own would let 21 be typed below 20."""

    def __init__(self, top: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.top = top

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        if not text:
            return QValidator.State.Intermediate, text, position
        fits = text.isascii() and text.isdigit() and text[0] != "0" and int(text) <= self.top
        return QValidator.State.Acceptable if fits else QValidator.State.Invalid, text, position


class LeveragePopup(QFrame):
    """Opens under a button of the ticket; a click elsewhere or Esc closes it.

    Signals:
        leverage_chosen (int), mode_chosen (MarginMode).
    """

    leverage_chosen = Signal(int)
    mode_chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        set_role(self, "role", "card")
        self.setFixedWidth(WIDTH_PX)
        self.setAccessibleName("Leverage and margin mode")
        self.limit = LeverageLimit(MAX_LEVERAGE, self)
        self.field = QLineEdit()
        self.field.setAccessibleName("Leverage")
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.setFixedWidth(56)
        self.field.setValidator(self.limit)
        self.field.textEdited.connect(self._typed)
        self.field.returnPressed.connect(self.close)
        self.presets = {value: self._preset(value) for value in PRESETS}
        self.modes = {mode: self._mode(mode) for mode in MarginMode}
        self.rules = QLabel()
        self.rules.setWordWrap(True)
        set_role(self.rules, "tone", "muted")
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(INSET, INSET, INSET, INSET)
        column.setSpacing(8)
        first = QHBoxLayout()
        first.setSpacing(4)
        first.addWidget(self.field)
        for button in self.presets.values():
            first.addWidget(button, 1)
        second = QHBoxLayout()
        second.setSpacing(4)
        for button in self.modes.values():
            second.addWidget(button, 1)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self.rules)

    def _preset(self, value: int) -> QPushButton:
        button = QPushButton(f"{value}x")
        button.setCheckable(True)
        button.setAutoDefault(False)
        set_role(button, "kind", "pair")
        button.clicked.connect(lambda: self._take(value))
        return button

    def _mode(self, mode: MarginMode) -> QPushButton:
        button = QPushButton(MODE_WORDS[mode])
        button.setCheckable(True)
        button.setToolTip(MODE_HELP[mode])
        set_role(button, "kind", "segment")
        button.clicked.connect(lambda: self.mode_chosen.emit(mode))
        return button

    def _typed(self, text: str) -> None:
        if self.field.hasAcceptableInput():
            self.leverage_chosen.emit(int(text))

    def _take(self, value: int) -> None:
        self.field.setText(str(value))
        self.leverage_chosen.emit(value)

    def show_state(self, leverage: int, mode: MarginMode, cap: int, profile_cap: int) -> None:
        """Mark what is chosen and say the rules that bind it."""
        self.limit.top = cap
        for value, button in self.presets.items():
            button.setEnabled(value <= cap)
            button.setChecked(value == leverage)
        for each, button in self.modes.items():
            button.setChecked(each is mode)
        if not self.field.hasFocus():
            self.field.setText(str(leverage))
        self.rules.setText(
            f"At most {cap}x: the competition allows {MAX_LEVERAGE}x, more cannot be typed.\n"
            f"These two are for the figures of this ticket. The order itself is sized by code with the leverage the "
            f"venue has set for the pair, in this profile at most {profile_cap}x; it is changed only while the pair "
            f"has neither position nor order.\n{MODE_HELP[mode]}"
        )
        self.rules.setFixedHeight(self.rules.heightForWidth(WIDTH_PX - 2 * INSET))
        self.adjustSize()

    def open_under(self, button: QWidget) -> None:
        """Show below a button, right edges in line, with the number ready to be typed over."""
        below = button.mapToGlobal(QPoint(button.width() - self.width(), button.height() + 4))
        self.move(QPoint(max(4, below.x()), below.y()))
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.field.selectAll()
