"""How to draw on the chart: make a `ChartItem`, and the engine does the rest.

A chart item is a layer over one pane. It names its height among the layers (`z`), and its `draw`
is called with a painter and the `Projection` of the frame, which turns bar indices and prices
into pixels of the pane (`projection.x(index)`, `projection.y(price)`, and back with `index_at`
and `price_at`; arrays or single numbers). What it needs to know it asks its pane:

* `pane.bars`: the series; `bars.level()` is (5, n) float64 O H L C V, `bars.open_ms` (n,) int64.
* `pane.columns`: what is in view, merged where many bars share a pixel: `columns.index` where each
  stands, `columns.last` the newest bar inside each (so a line over bars is
  `values[columns.last]`), `columns.rows` its prices. Never loop over bars: hand whole arrays to
  `primitives.RectBatch`, `PolylineBatch`, `DottedLines`.
* `pane.moved`: a signal for items that keep something in step with the view.

    class MiddleLine(ChartItem):
        def __init__(self, pane):
            super().__init__(pane, z=15)
            self._line = PolylineBatch()
            self.dress()

        def dress(self):
            self._pen = hairline(LIVE.accent)

        def draw(self, painter, projection):
            columns = self.pane.columns
            if columns is not None:
                middle = (columns.rows[HIGH] + columns.rows[LOW]) / 2
                self._line.draw(painter, self._pen, projection.x(columns.index), projection.y(middle))

Colours are read from `LIVE` (`ui.theme.look`), which changes when a person changes the look: what is
made from it (pens, fonts, pictures) is made in `dress`, which the constructor calls too.

An item that has nothing to show hides itself (`hide()`): a hidden one costs nothing.

Call `update()` when what the item shows has changed; moving and resizing redraw by themselves.
Indices move up by m when an older page of m bars arrives (`ChartView.bars_prepended`): an item
that keeps indices overrides `bars_prepended`, one that keeps times need not. An item that wants
the mouse overrides `shape()` to what of it can be grabbed and answers pyqtgraph's own calls
`mouseDragEvent`, `mouseClickEvent` and `hoverEvent`; without a `shape` it would take every click
of the pane. A line with values of its own scale (an oscillator) goes into a pane of its own:
`ChartView.add_study`. An indicator is no layer of its own: it is a line in `studies.kinds`.
Layers in use: volume 5, volume profile 8, bars 10, indicators 12, last price 20, results 23,
drawings 24 (46 while one is made), what came after 27, evidence 28, fills 29, markers 30, levels 31,
values 35, crosshair 40, ghost 45, words 50.
"""

import sys
from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from terminal.ui.charts.panes.pane import Pane
from terminal.ui.charts.panes.projection import Projection


class ChartItem(QGraphicsItem):
    """A layer of a pane.

    Its bounds are the pane's, so a new bar never moves anything in the scene's index.
    Nothing is drawn while there are no bars, unless `without_bars` is True.
    """

    without_bars = False

    def __init__(self, pane: Pane, z: float) -> None:
        super().__init__(pane)
        self.pane = pane
        self._broken = False
        self.setZValue(z)

    def boundingRect(self) -> QRectF:
        return self.pane.rect()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:  # noqa: ARG002  # Qt's signature
        if not self._broken and (self.without_bars or len(self.pane.bars)):
            self._broken = not paint_safely(painter, lambda: self.draw(painter, self.pane.projection))

    def draw(self, painter: QPainter, projection: Projection) -> None:
        """Draw the layer."""
        raise NotImplementedError

    def dress(self) -> None:
        """Make pens, fonts and pictures from the look in force."""

    def bars_prepended(self, count: int) -> None:
        """Take note that every bar's index went up by `count`."""


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
