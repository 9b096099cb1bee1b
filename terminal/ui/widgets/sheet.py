"""A sheet over the window: the window stays in sight and its safety keys stay alive.

It is a child of the window and no dialog: a modal dialog would switch off the very keys that
must work from anywhere. While it is open the focus stays inside, Esc closes it.
"""

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from terminal.ui.theme.look import LIVE
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import INSET

SCRIM_ALPHA = 190
MARGIN_PX = 24


class Sheet(QWidget):
    """Title, body, and a way out. Subclasses add to `body` and set what gets the focus.

    Signals:
        closed: the sheet is gone; nothing it started has been stopped by that.
    """

    closed = Signal()

    def __init__(self, title: str, window: QWidget, width: int = 640) -> None:
        super().__init__(window)
        self._over = window
        self._wanted_width = width
        self._focus_before: QWidget | None = None
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.card = QFrame(self)
        set_role(self.card, "role", "panel")
        self.title = QLabel(title)
        set_role(self.title, "size", "title")
        self.subtitle = QLabel()
        set_role(self.subtitle, "tone", "muted")
        self.close_button = QPushButton("Close  Esc")
        self.close_button.setAccessibleName(f"Close {title}")
        set_role(self.close_button, "kind", "quiet")
        self.close_button.clicked.connect(self.dismiss)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.title)
        head.addWidget(self.subtitle)
        head.addStretch(1)
        head.addWidget(self.close_button)
        self.body = QVBoxLayout()
        self.body.setSpacing(10)
        column = QVBoxLayout(self.card)
        column.setContentsMargins(INSET + 4, INSET, INSET + 4, INSET + 4)
        column.setSpacing(10)
        column.addLayout(head)
        column.addLayout(self.body)
        self.hide()
        window.installEventFilter(self)

    @property
    def is_open(self) -> bool:
        return self.isVisible()

    def present(self, first: QWidget | None = None) -> None:
        """Show the sheet over the whole window and take the focus."""
        if not self.isVisible():
            window = self.window()
            self._focus_before = window.focusWidget()
        self._cover()
        self.show()
        self.raise_()
        (first or self.close_button).setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Hide the sheet; what it started goes on."""
        if not self.isVisible():
            return
        self.hide()
        before, self._focus_before = self._focus_before, None
        if before is not None and isValid(before):
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    # -- Qt ---------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self._cover()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Follow the content: a longer plan makes a higher card. Keep letters from the keys of what lies below."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_plain(event):
            event.accept()
            return True
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._place_card()
        return super().event(event)

    def _cover(self) -> None:
        self.setGeometry(self._over.rect())
        self._place_card()

    def _place_card(self) -> None:
        room = self.size() - QSize(2 * MARGIN_PX, 2 * MARGIN_PX)
        width = min(self._wanted_width, room.width())
        wanted = self.card.sizeHint()
        layout = self.card.layout()
        height = layout.heightForWidth(width) if layout is not None and layout.hasHeightForWidth() else wanted.height()
        height = min(height, room.height())
        top = max(MARGIN_PX, (self.height() - height) // 3)
        self.card.setGeometry(QRect((self.width() - width) // 2, top, width, height))

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Keep Tab inside the sheet."""
        stops = [
            child
            for child in self.card.findChildren(QWidget)
            if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isEnabled() and child.isVisible()
        ]
        if not stops:
            return False
        now = self.window().focusWidget()
        at = stops.index(now) if now in stops else (-1 if forward else 0)
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        stops[(at + (1 if forward else -1)) % len(stops)].setFocus(reason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close at Esc; no other key reaches what lies below."""
        event.accept()
        if event.key() == Qt.Key.Key_Escape and not event.isAutoRepeat():
            self.dismiss()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # a click beside the card neither closes it nor falls through

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        ground = QColor(LIVE.window)
        ground.setAlpha(SCRIM_ALPHA)
        painter.fillRect(self.rect(), ground)
        painter.end()


def _is_plain(event: QKeyEvent) -> bool:
    """Tell whether a key is pressed without Ctrl, Alt or Meta; function keys do not count."""
    held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    return held == Qt.KeyboardModifier.NoModifier and not Qt.Key.Key_F1 <= event.key() <= Qt.Key.Key_F35
