"""How a layout a person arranged is kept: Qt's state of the docks, and where the floating ones were.

Qt would pull a panel of a missing screen onto another one, over whatever is there; with its old place
known it is docked again instead.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from PySide6.QtCore import QByteArray, QRect, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar

from terminal.ui.layout.placing import Docks
from terminal.ui.layout.screens import is_reachable

VERSION: Final = 2  # raise it when docks are renamed: older states are then not restored


@dataclass(frozen=True, slots=True)
class DockState:
    """Where all docks stood.

    Attributes:
        state: what Qt says of it.
        floating: the place of each floating dock on the whole desktop, in px.
        hidden: names of docks that were not shown.
        sizes: width and height of each dock that was seen in the window, with its tabs, in px. Qt's own state gives
            a column that had other panels meanwhile other heights than it was left with.
    """

    state: bytes
    floating: Mapping[str, tuple[int, int, int, int]]
    hidden: frozenset[str] = frozenset()
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, window: QMainWindow, docks: Docks) -> Self:
        floating = {name: _numbers(dock) for name, dock in docks.items() if dock.isFloating() and not dock.isHidden()}
        hidden = frozenset(name for name, dock in docks.items() if dock.isHidden())
        seen = {
            name: dock for name, dock in docks.items() if not dock.isFloating() and not dock.visibleRegion().isEmpty()
        }
        sizes = {name: (dock.width(), dock.height() + _tabs_px(window, dock)) for name, dock in seen.items()}
        return cls(bytes(window.saveState(VERSION).data()), floating, hidden, sizes)

    def restore(self, window: QMainWindow, docks: Docks, screens: Iterable[QRect]) -> bool:
        """Put the docks back; False when Qt does not know the state. What no screen shows is docked."""
        if not window.restoreState(QByteArray(self.state), VERSION):
            return False
        shown = list(screens)
        for name, dock in docks.items():
            if name in self.hidden:
                dock.hide()
            place = self.floating.get(name)
            if dock.isFloating() and place is not None and not is_reachable(QRect(*place), shown):
                dock.setFloating(False)
        stand = {docks[name]: px for name, px in self.sizes.items() if name in docks and not docks[name].isFloating()}
        for at, direction in enumerate((Qt.Orientation.Horizontal, Qt.Orientation.Vertical)):
            window.resizeDocks(list(stand), [px[at] for px in stand.values()], direction)
        return True

    def as_values(self) -> dict[str, Any]:
        return {
            "state": base64.b64encode(self.state).decode(),
            "floating": {name: list(place) for name, place in self.floating.items()},
            "hidden": sorted(self.hidden),
            "sizes": {name: list(px) for name, px in self.sizes.items()},
        }

    @classmethod
    def from_values(cls, values: Any) -> Self:
        """Read what was kept.

        Raises:
            ValueError: these are not the values of a layout.
        """
        try:
            state = base64.b64decode(values["state"], validate=True)
            floating = {str(name): _four(place) for name, place in values.get("floating", {}).items()}
            hidden = frozenset(str(name) for name in values.get("hidden", ()))
            sizes = {str(name): _two(px) for name, px in values.get("sizes", {}).items()}
        except (KeyError, TypeError, AttributeError, binascii.Error) as error:
            raise ValueError("it is no layout") from error
        return cls(state, floating, hidden, sizes)


def _numbers(dock: QDockWidget) -> tuple[int, int, int, int]:
    place = dock.geometry()
    return place.x(), place.y(), place.width(), place.height()


def _tabs_px(window: QMainWindow, dock: QDockWidget) -> int:
    """Height of the tabs above a dock: Qt resizes them together."""
    if not window.tabifiedDockWidgets(dock):
        return 0
    bars = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return max((bar.height() for bar in bars if bar.isVisible()), default=0)


def _two(values: Any) -> tuple[int, int]:
    width, height = (int(value) for value in values)
    return width, height


def _four(values: Any) -> tuple[int, int, int, int]:
    x, y, width, height = (int(value) for value in values)
    return x, y, width, height
