"""Where the docks of the main window stand, on a large and on a small screen."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget

from terminal.ui.layouts import LayoutStore
from terminal.ui.widgets.panel import PanelDock, PanelHeader

FLOAT_PX: Final = 32
COMPACT_BELOW_PX: Final = 860  # window height under which rows are 26 px
LEFT_PX: Final = (372, 318)  # roomy, compact; the passports beside it need what is left over
RIGHT_PX: Final = (392, 348)
TABLES_PX: Final = (208, 212)
MARKETS_PX: Final = (312, 280)
_LEFT: Final = Qt.DockWidgetArea.LeftDockWidgetArea
_RIGHT: Final = Qt.DockWidgetArea.RightDockWidgetArea
_BOTTOM: Final = Qt.DockWidgetArea.BottomDockWidgetArea
_CORNERS: Final = (
    (Qt.Corner.BottomLeftCorner, _LEFT),
    (Qt.Corner.TopLeftCorner, _LEFT),
    (Qt.Corner.BottomRightCorner, _RIGHT),
    (Qt.Corner.TopRightCorner, _RIGHT),
)
_AREAS: Final = (("markets", _LEFT), ("ticket", _LEFT), ("tables", _BOTTOM), ("review", _RIGHT), ("ai_logs", _RIGHT))


class DockLayout(QObject):
    """Places, folds and sizes one window's docks, and keeps where a person put them."""

    def __init__(self, window: QMainWindow, docks: dict[str, PanelDock], file: Path) -> None:
        """`docks` are markets, ticket, tables, review and ai_logs; nothing is placed yet."""
        super().__init__(window)
        self._window = window
        self._docks = docks
        self._store = LayoutStore(file)

    @property
    def is_compact(self) -> bool:
        """True on a small screen: lower rows, and the AI logs become a tab of the review column."""
        return self._window.height() < COMPACT_BELOW_PX

    def place(self) -> None:
        """Put the docks where the Review layout has them, and remember it in both sizes."""
        for corner, area in _CORNERS:
            self._window.setCorner(corner, area)
        for name, area in _AREAS:
            self._window.addDockWidget(area, self._docks[name])
        for dock in self._docks.values():
            dock.dockLocationChanged.connect(self.show_titles)
            dock.topLevelChanged.connect(self.show_titles)
        self._window.setTabPosition(_RIGHT, QTabWidget.TabPosition.North)
        for compact in (True, False):
            self.fold(compact)
            self._store.remember_default(_name(compact), self._window)

    def open(self) -> None:
        """Stand as the window was left, or as it was built."""
        if not self._store.restore(self._window):
            self.reset()
        self.show_titles()

    def reset(self) -> None:
        """Put every dock back to where it was built."""
        self._store.reset(_name(self.is_compact), self._window)
        self.size()
        self.show_titles()

    def save(self) -> None:
        self._store.save(self._window)

    def fold(self, compact: bool) -> None:
        """Make the AI logs a tab beside the review desk, or put them below it again.

        Left alone when a person has moved either of them elsewhere.
        """
        window, review, logs = self._window, self._docks["review"], self._docks["ai_logs"]
        if any(dock.isFloating() or window.dockWidgetArea(dock) != _RIGHT for dock in (review, logs)):
            return
        if compact:
            window.tabifyDockWidget(review, logs)
            review.raise_()
        elif logs in window.tabifiedDockWidgets(review):
            window.removeDockWidget(logs)  # splitting a tabbed dock would only add another tab
            window.addDockWidget(_RIGHT, logs, Qt.Orientation.Vertical)
            logs.show()
        self.show_titles()

    def show_titles(self, *_: object) -> None:
        """Hide a panel's title while its tab already says it."""
        for dock in self._docks.values():
            header = dock.titleBarWidget()
            if isinstance(header, PanelHeader):
                header.title.setVisible(dock.isFloating() or not self._window.tabifiedDockWidgets(dock))

    def size(self) -> None:
        """Give the docks their designed widths and heights."""
        compact, docks, resize = self.is_compact, self._docks, self._window.resizeDocks
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        resize([docks["markets"], docks["review"]], [LEFT_PX[compact], RIGHT_PX[compact]], across)
        resize([docks["tables"]], [TABLES_PX[compact]], down)
        resize([docks["markets"], docks["ticket"]], [MARKETS_PX[compact], 600], down)
        if not compact:
            resize([docks["review"], docks["ai_logs"]], [800, 130], down)


def set_floating(dock: QDockWidget, wanted: bool) -> None:
    """Let a dock float a little beside its place: exactly over it, nobody would see that it floats."""
    if dock.isFloating() is not wanted:
        dock.setFloating(wanted)
        if wanted:
            dock.move(dock.pos() + QPoint(FLOAT_PX, FLOAT_PX))


def _name(compact: bool) -> str:
    return "compact" if compact else "roomy"
