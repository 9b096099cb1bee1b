"""A number that can only be made tighter: the keyboard, the wheel and the clipboard all stop at its bounds."""

from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QValidator
from PySide6.QtWidgets import QWidget

from terminal.ui.theme.qss import set_role
from terminal.ui.viewmodels.numbers import parse, plain
from terminal.ui.widgets.number_field import NumberField
from terminal.ui.widgets.review.amend_terms import Bounds

_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class _Within(QValidator):
    """Refuses every character that makes the number too large; one still too small may yet grow."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.bounds: Bounds | None = None

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        if text in {"", "."}:
            return QValidator.State.Intermediate, text, at
        value = parse(text)
        if value is None or value < 0 or self.bounds is None or value > self.bounds.most:
            return QValidator.State.Invalid, text, at
        enough = value >= self.bounds.least
        return (QValidator.State.Acceptable if enough else QValidator.State.Intermediate), text, at


class TighterField(NumberField):
    """A number between two bounds; a number below them goes back to the nearest when the field is left.

    Signals:
        accepted: Enter; the number is on its step and within its bounds.
    """

    accepted = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._within = _Within(self)
        self.setValidator(self._within)

    @property
    def bounds(self) -> Bounds | None:
        return self._within.bounds

    def set_bounds(self, bounds: Bounds | None) -> None:
        """Begin with the proposed number; without bounds nothing can be typed."""
        self._within.bounds = bounds
        self.step = None if bounds is None else bounds.step
        self.setEnabled(bounds is not None)
        self.show_text("" if bounds is None else plain(bounds.proposed))

    def value(self) -> Decimal | None:
        """Give the number when it may be sent as it stands, else None."""
        value, bounds = parse(self.text()), self.bounds
        if value is None or bounds is None or not bounds.least <= value <= bounds.most:
            return None
        return value if value % bounds.step == 0 else None

    def put_on_step(self) -> None:
        """Round to the step and bring the number within its bounds; none and zero become the proposed one again."""
        bounds = self.bounds
        if bounds is None:
            return
        super().put_on_step()
        value = parse(self.text())
        wanted = bounds.clamp(value) if value else bounds.proposed
        if wanted != value:
            self._take(wanted)
            set_role(self, "flash", "true")
            self._flash.start()

    def _take(self, value: Decimal) -> None:
        super()._take(value if self.bounds is None else self.bounds.clamp(value))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in _ENTER and not event.isAutoRepeat():
            self.accepted.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select the number: typing replaces it."""
        super().focusInEvent(event)
        if event.reason() is not Qt.FocusReason.MouseFocusReason:
            self.selectAll()
