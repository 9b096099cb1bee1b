"""How a layout a person arranged is kept: Qt's state of the docks, and where the floating ones were.

Qt would pull a panel of a missing screen onto another one, over whatever is there; with its old place
known it is docked again instead.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from PySide6.QtCore import QByteArray, QRect
from PySide6.QtWidgets import QDockWidget, QMainWindow

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
    """

    state: bytes
    floating: Mapping[str, tuple[int, int, int, int]]
    hidden: frozenset[str] = frozenset()

    @classmethod
    def of(cls, window: QMainWindow, docks: Docks) -> Self:
        floating = {name: _numbers(dock) for name, dock in docks.items() if dock.isFloating() and not dock.isHidden()}
        hidden = frozenset(name for name, dock in docks.items() if dock.isHidden())
        return cls(bytes(window.saveState(VERSION).data()), floating, hidden)

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
        return True

    def as_values(self) -> dict[str, Any]:
        return {
            "state": base64.b64encode(self.state).decode(),
            "floating": {name: list(place) for name, place in self.floating.items()},
            "hidden": sorted(self.hidden),
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
        except (KeyError, TypeError, AttributeError, binascii.Error) as error:
            raise ValueError("it is no layout") from error
        return cls(state, floating, hidden)


def _numbers(dock: QDockWidget) -> tuple[int, int, int, int]:
    place = dock.geometry()
    return place.x(), place.y(), place.width(), place.height()


def _four(values: Any) -> tuple[int, int, int, int]:
    x, y, width, height = (int(value) for value in values)
    return x, y, width, height
