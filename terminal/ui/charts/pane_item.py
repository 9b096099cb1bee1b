"""What everything drawn in the price pane has in common: it fills the pane and draws in its pixels."""

import sys
from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from terminal.ui.charts.pane import PricePane
from terminal.ui.charts.projection import Projection


class PaneItem(QGraphicsItem):
    """A layer of the pane.

    Its bounds are the pane's, so a new bar never moves anything in the scene's index.
    Nothing is drawn while there are no bars, unless `without_bars` is True.
    """

    without_bars = False

    def __init__(self, pane: PricePane, z: float) -> None:
        super().__init__(pane)
        self.pane = pane
        self._broken = False
        self.setZValue(z)

    def boundingRect(self) -> QRectF:
        rect: QRectF = self.pane.rect()
        return rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: ARG002  # Qt's signature
        if not self._broken and (self.without_bars or len(self.pane.bars)):
            self._broken = not paint_safely(painter, lambda: self.draw(painter, self.pane.projection))

    def draw(self, painter: QPainter, projection: Projection) -> None:
        """Draw the layer."""
        raise NotImplementedError


def paint_safely(painter: QPainter, draw: Callable[[], None]) -> bool:
    """Draw with the painter's state kept; False when it failed.

    An exception that leaves a scene item's `paint` crashes the process inside Qt. So it
    is handed to `sys.excepthook`, where our own bugs go, and the layer is drawn no more.
    """
    painter.save()
    try:
        draw()
    except Exception:  # noqa: BLE001  # boundary to Qt: see above
        sys.excepthook(*sys.exc_info())
        return False
    finally:
        painter.restore()
    return True


def device_ratio(painter: QPainter) -> float:
    """Give how many device pixels a pixel has; edges are rounded to those."""
    return painter.device().devicePixelRatioF()
