"""A panel: one border, a header with title left and summary right, content below.

`PanelDock` is the dock around it; it takes the panel's header as its title bar, so the
header is also what one drags.
"""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from terminal.ui.theme.look import LIVE
from terminal.ui.theme.qss import set_role
from terminal.ui.theme.tokens import INSET, RADIUS
from terminal.ui.widgets.live_label import LiveLabel

HEADER_HEIGHT = 34


class PanelHeader(QWidget):
    """Title left, summary right."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEADER_HEIGHT)  # room for the largest text
        self.title = QLabel(title)
        set_role(self.title, "strong", "true")
        self.summary = LiveLabel()
        set_role(self.summary, "size", "hint")
        set_role(self.summary, "tone", "muted")
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(INSET, 4, INSET, 0)
        self.row.setSpacing(8)
        self.row.addWidget(self.title)
        self.row.addStretch(1)
        self.row.addWidget(self.summary)

    def sizeHint(self) -> QSize:  # a dock asks for the hint and does not look at a fixed height
        return QSize(super().sizeHint().width(), HEADER_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), HEADER_HEIGHT)

    def set_summary(self, text: str, tone: str = "muted", tip: str = "") -> None:
        self.summary.setText(text)
        self.summary.setToolTip(tip)
        set_role(self.summary, "tone", tone)


class Panel(QWidget):
    """Content of a dock. Subclasses add to `body`; `header` may move into the dock's title bar."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.header = PanelHeader(title, self)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(INSET, 0, INSET, INSET)
        self.body.setSpacing(8)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addLayout(self.body, 1)


class PanelDock(QDockWidget):
    """A dock that looks like a panel: movable and floating, never closed."""

    def __init__(self, title: str, name: str, content: QWidget, header: QWidget | None = None) -> None:
        super().__init__(title)
        self.setObjectName(name)
        self.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetMovable | QDockWidget.DockWidgetFeature.DockWidgetFloatable
        )
        self.setTitleBarWidget(header or _NoTitle())
        self.setWidget(content)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_panel(self, event.rect())


class PanelFrame(QFrame):
    """The same ground around something that is no dock."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "role", "panel")
        self.row = QVBoxLayout(self)
        self.row.setContentsMargins(1, 1, 1, 1)
        self.row.setSpacing(0)


class _NoTitle(QWidget):
    """A title bar of no height, for content with a header of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(0, 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)


def paint_panel(widget: QWidget, dirty: QRect) -> None:
    """Draw a panel's ground and its one border; away from the border the ground alone, without its round corners."""
    painter = QPainter(widget)
    if widget.rect().adjusted(RADIUS, RADIUS, -RADIUS, -RADIUS).contains(dirty):
        painter.fillRect(dirty, QColor(LIVE.panel))
        painter.end()
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(LIVE.line), 1))
    painter.setBrush(QColor(LIVE.panel))
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    painter.end()


def empty_label(text: str) -> QLabel:
    """Words where a panel has nothing to show."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    set_role(label, "tone", "muted")
    return label
