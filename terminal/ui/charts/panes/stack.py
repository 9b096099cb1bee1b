"""Panes above each other, each with its axis at the right, and the time below them all."""

from typing import Final

from PySide6.QtWidgets import QGraphicsGridLayout, QGraphicsLayoutItem, QGraphicsWidget

_PRICE_STRETCH: Final = 100
_TIME_ROW: Final = 20  # what is added below the prices lies in the rows between


class PaneStack(QGraphicsWidget):
    """The price pane on top; panes that are added share the height with it by their stretch."""

    def __init__(self, prices: QGraphicsLayoutItem, price_axis: QGraphicsLayoutItem) -> None:
        super().__init__()
        self._grid = grid = QGraphicsGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addItem(prices, 0, 0)
        grid.addItem(price_axis, 0, 1)
        grid.setColumnStretchFactor(0, 1)
        grid.setRowStretchFactor(0, _PRICE_STRETCH)

    def set_time(self, axis: QGraphicsLayoutItem, corner: QGraphicsLayoutItem) -> None:
        self._grid.addItem(axis, _TIME_ROW, 0)
        self._grid.addItem(corner, _TIME_ROW, 1)

    def add(self, pane: QGraphicsWidget, axis: QGraphicsWidget, share: float) -> None:
        """Put a pane below those there are; `share` is its height as a share of the price pane's."""
        row = next(row for row in range(1, _TIME_ROW) if self._grid.itemAt(row, 0) is None)
        self._grid.addItem(pane, row, 0)
        self._grid.addItem(axis, row, 1)
        self._grid.setRowStretchFactor(row, round(_PRICE_STRETCH * share))

    def axis_of(self, pane: QGraphicsWidget) -> QGraphicsLayoutItem | None:
        return self._grid.itemAt(self._row_of(pane), 1)

    def remove(self, pane: QGraphicsWidget) -> None:
        """Take a pane and its axis away, with everything drawn in them."""
        row = self._row_of(pane)
        self._grid.setRowStretchFactor(row, 0)
        for item in (self._grid.itemAt(row, 1), pane):
            if isinstance(item, QGraphicsWidget):
                self._grid.removeItem(item)
                item.scene().removeItem(item)
                item.deleteLater()

    def _row_of(self, pane: QGraphicsWidget) -> int:
        return next(row for row in range(1, _TIME_ROW) if self._grid.itemAt(row, 0) is pane)
