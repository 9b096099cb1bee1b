"""Puts docks where a plan says."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget

from terminal.ui.layout.plans import Column, Plan

FLOAT_PX: Final = 32
_LEFT: Final = Qt.DockWidgetArea.LeftDockWidgetArea
_RIGHT: Final = Qt.DockWidgetArea.RightDockWidgetArea
_BOTTOM: Final = Qt.DockWidgetArea.BottomDockWidgetArea
_ACROSS: Final = Qt.Orientation.Horizontal
_DOWN: Final = Qt.Orientation.Vertical
_CORNERS: Final = (
    (Qt.Corner.BottomLeftCorner, _LEFT),
    (Qt.Corner.TopLeftCorner, _LEFT),
    (Qt.Corner.BottomRightCorner, _RIGHT),
    (Qt.Corner.TopRightCorner, _RIGHT),
)

Docks = Mapping[str, QDockWidget]


def prepare(window: QMainWindow) -> None:
    """Let the sides reach from top to bottom, and put tabs above what they show."""
    for corner, area in _CORNERS:
        window.setCorner(corner, area)
    window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)


def place(window: QMainWindow, docks: Docks, plan: Plan) -> None:
    """Dock every panel where the plan has it and hide the others; no dock is left floating."""
    for dock in docks.values():
        if dock.isFloating():
            dock.setFloating(False)
        window.removeDockWidget(dock)  # splitting a tabbed dock would only add another tab
        if dock.parent() is not window:
            dock.setParent(window)  # also one that no plan places belongs to the window
        dock.hide()
    for area, columns in ((_LEFT, plan.left), (_RIGHT, plan.right), (_BOTTOM, plan.bottom)):
        _place_side(window, docks, area, [_known(docks, column) for column in columns])
    size(window, docks, plan)


def size(window: QMainWindow, docks: Docks, plan: Plan) -> None:
    """Give the docks their designed widths and heights."""
    for sizes, direction in ((plan.widths, _ACROSS), (plan.heights, _DOWN)):
        wanted = [(docks[name], pixels) for name, pixels in sizes if name in docks and not docks[name].isFloating()]
        if wanted:
            window.resizeDocks([dock for dock, _ in wanted], [pixels for _, pixels in wanted], direction)


def reveal(dock: QDockWidget) -> None:
    """Bring a panel to the front; one this layout does not have comes below those at the right."""
    window = dock.parent()
    nowhere = Qt.DockWidgetArea.NoDockWidgetArea
    if isinstance(window, QMainWindow) and not dock.isFloating() and window.dockWidgetArea(dock) == nowhere:
        window.addDockWidget(_RIGHT, dock)
    dock.show()
    dock.raise_()
    if dock.isFloating():
        dock.activateWindow()


def set_floating(dock: QDockWidget, wanted: bool) -> None:
    """Let a dock float a little beside its place: exactly over it, nobody would see that it floats."""
    if dock.isFloating() is not wanted:
        dock.setFloating(wanted)
        if wanted:
            dock.move(dock.pos() + QPoint(FLOAT_PX, FLOAT_PX))


def _known(docks: Docks, column: Column) -> Column:
    groups = (tuple(name for name in group if name in docks) for group in column)
    return tuple(group for group in groups if group)


def _place_side(window: QMainWindow, docks: Docks, area: Qt.DockWidgetArea, columns: list[Column]) -> None:
    columns = [column for column in columns if column]
    for before, column in zip([None, *columns], columns, strict=False):
        head = docks[column[0][0]]
        if before is None:
            window.addDockWidget(area, head)
        else:
            window.splitDockWidget(docks[before[0][0]], head, _ACROSS)
        head.show()
    for column in columns:
        for above, group in pairwise(column):
            window.splitDockWidget(docks[above[0]], docks[group[0]], _DOWN)
            docks[group[0]].show()
    for group in (group for column in columns for group in column):
        for behind in group[1:]:
            window.tabifyDockWidget(docks[group[0]], docks[behind])
            docks[behind].show()
        docks[group[0]].raise_()
