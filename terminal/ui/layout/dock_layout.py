"""One window's docks: which layout they stand in, and how a person left each.

A layout is kept once for a large and once for a small window, so a look at a laptop's screen does not
spoil the arrangement of the big one. A change is kept a moment after it was made.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QByteArray, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QWidget

from terminal.ui.layout.placing import place, prepare, size
from terminal.ui.layout.plans import BUILT_IN, plan_of
from terminal.ui.layout.screens import is_reachable
from terminal.ui.layout.shelf import LayoutShelf
from terminal.ui.layout.states import DockState
from terminal.ui.viewmodels.preferences import Preferences
from terminal.ui.widgets.panel import PanelDock, PanelHeader

COMPACT_BELOW_PX: Final = 860  # window height under which rows are 26 px
KEEP_AFTER_MS: Final = 1_000
_GEOMETRY: Final = "window"


class DockLayout(QObject):
    """Places, folds and sizes one window's docks, and keeps where a person put them.

    Signals:
        changed: another layout is the current one, or there are others to choose from.
    """

    changed = Signal()

    def __init__(
        self,
        window: QMainWindow,
        docks: Mapping[str, PanelDock],
        preferences: Preferences,
        home: QWidget | None = None,
    ) -> None:
        """Nothing is placed yet; `home` gets the keyboard when a change of layout hides what had it."""
        super().__init__(window)
        self._home = home
        self._window = window
        self._docks = docks
        self._preferences = preferences
        self.shelf = LayoutShelf(preferences)
        self._compact = False
        self._opened = False
        self._moving = False
        self._settle = _timer(self, 0, self._size)  # sizes are set once the panels have told their new minimum
        self._keep_soon = _timer(self, KEEP_AFTER_MS, self.keep)
        prepare(window)
        for dock in docks.values():
            for moved in (dock.dockLocationChanged, dock.topLevelChanged, dock.visibilityChanged):
                moved.connect(self._on_moved)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.screenRemoved.connect(self._bring_back)

    @property
    def is_compact(self) -> bool:
        """True on a small screen: lower rows, and more panels behind one another."""
        return self._window.height() < COMPACT_BELOW_PX

    @property
    def current(self) -> str:
        return self.shelf.current

    def open(self) -> None:
        """Stand as the window was left, or as the layout was built."""
        geometry = self._preferences.section(_GEOMETRY).get("geometry")
        if isinstance(geometry, str):
            try:
                self._window.restoreGeometry(QByteArray(base64.b64decode(geometry, validate=True)))
            except binascii.Error:
                self._preferences.refused.emit("Where the window stood cannot be read; it opens where it fits.")
        self._compact = self.is_compact
        self._stand()
        self._opened = True

    def choose(self, name: str) -> None:
        """Keep the present layout as it is and change to another one."""
        if name not in self.shelf.names:
            return
        self.keep()
        self.shelf.choose(name)
        self._stand()
        self.changed.emit()

    def save_as(self, name: str) -> str:
        """Make a layout of its own out of what is seen; the answer is "" or why it cannot be done."""
        words = self.shelf.why_not(name)
        if not words:
            self.keep()
            self.shelf.add(name)
            self.keep()
            self.changed.emit()
        return words

    def remove(self, name: str) -> None:
        """Forget a layout of one's own; when it is the current one, Review comes back."""
        if name in BUILT_IN:
            return
        was_current = name == self.current
        self.shelf.remove(name)
        if was_current:
            self._stand()
        self.changed.emit()

    def reset(self) -> None:
        """Put every dock back to where this layout was built; one's own layouts go back to Review's places."""
        self.shelf.forget(self.current, compact=self.is_compact)
        with self._held_still():
            self._place()

    def keep(self) -> None:
        """Remember how the docks stand and where the window is."""
        self._keep_soon.stop()
        if self._opened:
            self.shelf.keep(self.current, DockState.of(self._window, self._docks), compact=self._compact)
            geometry = base64.b64encode(self._window.saveGeometry().data()).decode()
            self._preferences.put(_GEOMETRY, {"geometry": geometry})

    def fold(self) -> None:
        """Follow the window over the border between small and large; what floats goes on floating."""
        if self._opened and not self._moving and self._compact is not self.is_compact:
            floating = {name: dock.geometry() for name, dock in self._docks.items() if dock.isFloating()}
            self._compact = self.is_compact
            self._stand()
            for name, where in floating.items():
                self._docks[name].setFloating(True)
                self._docks[name].setGeometry(where)

    def settle(self) -> None:
        """Size the docks again as soon as the panels have told their new minimum."""
        self._settle.start()

    def show_titles(self, *_: object) -> None:
        """Hide a panel's title while its tab already says it."""
        for dock in self._docks.values():
            header = dock.titleBarWidget()
            if isinstance(header, PanelHeader):
                header.title.setVisible(dock.isFloating() or not self._window.tabifiedDockWidgets(dock))

    # -- standing -------------------------------------------------------------------

    def _stand(self) -> None:
        """Stand as the current layout was left in a window of this size, or as it was built."""
        state = self.shelf.state(self.current, compact=self._compact)
        screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        with self._held_still():
            if not self._opened:
                self._place()  # a panel that is newer than what was kept has its place all the same
            if state is None or not state.restore(self._window, self._docks, screens):
                self._place()
        self.show_titles()

    @contextmanager
    def _held_still(self) -> Iterator[None]:
        """Keep the window's size, what is seen, and who has the keyboard, while panels are moved.

        Half-way through the panels may need more room than there is, and Qt would make the window larger.
        """
        window, before, held = self._window, self._window.focusWidget(), self._window.size()
        self._moving = True
        window.setUpdatesEnabled(False)
        try:
            yield
            layout = window.layout()
            if layout is not None:
                layout.activate()
            if not (window.isMaximized() or window.isFullScreen()):
                window.resize(held)
        finally:
            window.setUpdatesEnabled(True)
            self._moving = False
            self._keep_soon.stop()
        self._give_back(before)

    def _give_back(self, before: QWidget | None) -> None:
        """Leave the keyboard where it was: a panel that is moved loses it to the first button of the window."""
        stays = before is not None and before.isVisibleTo(self._window) and before.isEnabled()
        keeper = before if stays else self._home
        if keeper is not None:
            keeper.setFocus(Qt.FocusReason.OtherFocusReason)

    def _place(self) -> None:
        place(self._window, self._docks, plan_of(self.current, compact=self._compact))
        self.show_titles()
        self._settle.start()

    def _size(self) -> None:
        if self.shelf.state(self.current, compact=self._compact) is None:
            size(self._window, self._docks, plan_of(self.current, compact=self._compact))

    def _on_moved(self, *_: object) -> None:
        self.show_titles()
        if self._opened and not self._moving:
            self._keep_soon.start()

    def _bring_back(self, *_: object) -> None:
        """Dock again what stood on a screen that is gone."""
        screens: list[QRect] = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        for dock in self._docks.values():
            if dock.isFloating() and not is_reachable(dock.geometry(), screens):
                dock.setFloating(False)


def _timer(owner: DockLayout, after_ms: int, act: object) -> QTimer:
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(after_ms)
    timer.timeout.connect(act)
    return timer
