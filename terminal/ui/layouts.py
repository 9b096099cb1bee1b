"""Where the window's docks stand: kept per profile in an INI file, and back to the first state."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow

VERSION: Final = 1  # raise it when docks are added or renamed: older states are then not restored
_GEOMETRY: Final = "window/geometry"
_STATE: Final = "window/state"


class LayoutStore:
    """Reads and writes one window's layout.

    Call `remember_default` for each built-in layout when the docks stand in it, before `restore`.
    """

    def __init__(self, path: Path) -> None:
        self._settings = QSettings(str(path), QSettings.Format.IniFormat)
        self._defaults: dict[str, QByteArray] = {}

    def remember_default(self, name: str, window: QMainWindow) -> None:
        self._defaults[name] = window.saveState(VERSION)

    def restore(self, window: QMainWindow) -> bool:
        """Put geometry and docks back; False when nothing fitting was kept."""
        geometry, state = self._settings.value(_GEOMETRY), self._settings.value(_STATE)
        if isinstance(geometry, QByteArray):
            window.restoreGeometry(geometry)
        return isinstance(state, QByteArray) and window.restoreState(state, VERSION)

    def reset(self, name: str, window: QMainWindow) -> None:
        """Put the docks back to a built-in layout; the window keeps its size."""
        window.restoreState(self._defaults[name], VERSION)

    def save(self, window: QMainWindow) -> None:
        self._settings.setValue(_GEOMETRY, window.saveGeometry())
        self._settings.setValue(_STATE, window.saveState(VERSION))
        self._settings.sync()
