"""Leverage and margin mode: what the venue has, what the ticket tries out, and setting it for real."""

from typing import Final

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from terminal.domain.account import MarginMode
from terminal.domain.competition import MAX_LEVERAGE
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import BUTTON_HEIGHT, INSET
from terminal.ui.viewmodels.margin_view import MODE_HELP, MODE_WORDS, MarginView, SetButton
from terminal.ui.widgets.plain_text import tooltip, visible

PRESETS: Final = (1, 2, 3, 5, 10, 20)
WIDTH_PX: Final = 320
_EDGE_PX: Final = 4


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

    Choosing a figure only tries it out on the ticket; the two Set buttons ask the venue.

    Signals:
        leverage_chosen (int), mode_chosen (MarginMode): to try out.
        dropped: back to what is in force.
        leverage_wanted, mode_wanted: set what is chosen, at the venue.
    """

    leverage_chosen = Signal(int)
    mode_chosen = Signal(object)
    dropped = Signal()
    leverage_wanted = Signal()
    mode_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        set_role(self, "role", "card")
        self.setFixedWidth(WIDTH_PX)
        self.setAccessibleName("Leverage and margin mode")
        self.limit = LeverageLimit(MAX_LEVERAGE, self)
        self.field = self._field()
        self.presets = {value: self._preset(value) for value in PRESETS}
        self.modes = {mode: self._mode(mode) for mode in MarginMode}
        self.in_force, self.age, self.what_if = QLabel(), QLabel(), QLabel()
        self.status, self.rules = QLabel(), QLabel()
        self.set_leverage, self.set_mode = QPushButton(), QPushButton()
        self.back = QPushButton("Back to what is in force")
        self._texts: tuple[tuple[QLabel, str], ...] = ()
        self._dress()
        self._lay_out()
        self.set_leverage.clicked.connect(self.leverage_wanted)
        self.set_mode.clicked.connect(self.mode_wanted)
        self.back.clicked.connect(self.dropped)

    def _field(self) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName("Leverage to try out")
        field.setAlignment(Qt.AlignmentFlag.AlignRight)
        field.setFixedWidth(56)
        field.setValidator(self.limit)
        field.textEdited.connect(self._typed)
        field.returnPressed.connect(self.close)
        return field

    def _dress(self) -> None:
        self.in_force.setProperty("strong", "true")
        for label in (self.age, self.rules):
            set_role(label, "tone", "muted")
        set_role(self.age, "size", "hint")
        set_role(self.what_if, "tone", "amber")
        for label in (self.in_force, self.what_if, self.status, self.rules):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        for button in (self.set_leverage, self.set_mode):
            set_role(button, "kind", "accent")
            button.setFixedHeight(BUTTON_HEIGHT)
            button.setAutoDefault(False)
        set_role(self.back, "kind", "quiet")
        self.back.setAutoDefault(False)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(INSET, INSET, INSET, INSET)
        column.setSpacing(8)
        head = QVBoxLayout()
        head.setSpacing(1)
        head.addWidget(self.in_force)
        head.addWidget(self.age)
        column.addLayout(head)
        column.addLayout(_row(4, self.field, *self.presets.values()))
        column.addLayout(_row(4, *self.modes.values()))
        column.addWidget(self.what_if)
        column.addLayout(_row(8, self.set_leverage, self.set_mode))
        column.addWidget(self.back)
        column.addWidget(self.status)
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
        button.setAutoDefault(False)
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

    # -- showing ----------------------------------------------------------------

    def show_view(self, view: MarginView) -> None:
        """Show what is in force, what is chosen, and what may be set."""
        self.limit.top = view.cap
        for value, button in self.presets.items():
            button.setEnabled(value <= view.cap)
            button.setChecked(value == view.now.leverage)
        for mode, button in self.modes.items():
            button.setChecked(mode is view.now.mode)
        if not (self.field.hasFocus() and self.field.isModified()):  # never while someone types
            self.field.setText(str(view.now.leverage))
        _show_set(self.set_leverage, view.leverage)
        _show_set(self.set_mode, view.mode)
        self.back.setVisible(view.now.is_what_if)
        set_role(self.status, "tone", view.status_tone)
        self._texts = (
            (self.in_force, view.in_force), (self.age, view.age), (self.what_if, view.what_if),
            (self.status, view.status), (self.rules, view.rules),
        )  # fmt: skip
        self._fit()

    def _fit(self) -> None:
        for label, text in self._texts:
            _show_text(label, text)
        self.adjustSize()
        if self.isVisible():
            self._move_inside(self.pos())  # it may have grown

    def open_under(self, button: QWidget) -> None:
        """Show below a button, right edges in line and inside the screen, with the number ready to be typed over."""
        for label, _ in self._texts:
            label.ensurePolished()  # before it is first shown a label measures with another font
        self._fit()
        below = button.mapToGlobal(QPoint(button.width() - self.width(), button.height() + _EDGE_PX))
        self._move_inside(below)
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.field.selectAll()

    def _move_inside(self, wanted: QPoint) -> None:
        """Move as near to a place as the screen allows."""
        room = self.screen().availableGeometry()
        left = min(max(room.left() + _EDGE_PX, wanted.x()), room.right() - self.width() - _EDGE_PX)
        top = max(room.top() + _EDGE_PX, min(wanted.y(), room.bottom() - self.height() - _EDGE_PX))
        self.move(QPoint(left, top))


def _row(spacing: int, *widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(spacing)
    for widget in widgets:
        row.addWidget(widget, 0 if isinstance(widget, QLineEdit) else 1)
    return row


def _show_set(button: QPushButton, words: SetButton) -> None:
    button.setText(words.text)
    button.setAccessibleName(f"{words.text} at the venue")
    button.setEnabled(not words.why_not)
    button.setToolTip(tooltip(words.why_not or "Asks the venue now, and shows what it reads back."))


def _show_text(label: QLabel, text: str) -> None:
    """Write wrapped text and give it its full height: a popup does not ask for it by itself."""
    label.setText(visible(text))
    label.setVisible(bool(text))
    if text and label.wordWrap():
        label.setMinimumHeight(0)  # a label never measures less than its own minimum
        label.setFixedHeight(label.heightForWidth(WIDTH_PX - 2 * INSET))
