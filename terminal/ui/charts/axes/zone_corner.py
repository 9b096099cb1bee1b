"""The corner between the axes: whose clock the times are told by. A click chooses the next one."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsWidget, QStyleOptionGraphicsItem, QWidget

from terminal.ui.charts.axes.labels import Labels
from terminal.ui.charts.axes.zones import Zone
from terminal.ui.charts.panes.pane import hairline
from terminal.ui.theme.fonts import HINT_PX, ui_font
from terminal.ui.theme.look import LIVE

_INSET = 8.0
_HEIGHT = 24.0  # the time axis'


class ZoneCorner(QGraphicsWidget):
    """Writes the zone's short name.

    Signals:
        clicked: somebody wants another zone.
    """

    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.zone = Zone.LOCAL
        self.setMaximumHeight(_HEIGHT)
        self.dress()

    def dress(self) -> None:
        """Make font and pen from the look in force."""
        self._font = ui_font(HINT_PX)
        self._labels = Labels(self._font)
        self._pen = hairline(LIVE.muted)

    def set_zone(self, zone: Zone) -> None:
        self.zone = zone
        self.setToolTip(f"Times are written in: {zone.value}. A click changes that.")
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        del option, widget
        painter.save()
        painter.setFont(self._font)
        painter.setPen(self._pen)
        self._labels.draw_left(painter, _INSET, self.size().height() / 2, self.zone.short)
        painter.restore()

    def mouseClickEvent(self, event: Any) -> None:
        """Called by the scene."""
        event.accept()
        self.clicked.emit()
