"""Keeps the preferences in the profile's file: read once, written a moment after a change, never on this thread.

Several changes in a row are one write; the file is replaced whole, so a crash leaves the old
one or the new one.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from terminal.domain.errors import ConfigError, StorageError
from terminal.storage.window_file import read_window_file, write_window_file
from terminal.ui.viewmodels.preferences import Preferences

WRITE_AFTER_MS: Final = 400


class PreferenceKeeper(QObject):
    """One file of one window.

    Signals:
        failed (str): words about a file that could not be read or written.
    """

    failed = Signal(str)

    def __init__(self, preferences: Preferences, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._path = path
        self._writer: ThreadPoolExecutor | None = None
        self._is_closed = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(WRITE_AFTER_MS)
        self._soon.timeout.connect(self._write)

    def read(self) -> str:
        """Fill the preferences from the file; gives words when it cannot be used, else ""."""
        try:
            self._preferences.fill(read_window_file(self._path))
        except ConfigError as error:
            return str(error)
        finally:
            self._preferences.changed.connect(self._on_changed)
        return ""

    def close(self) -> None:
        """Write what is still waiting, and wait for the disk; the program is ending, later changes are not kept."""
        self._is_closed = True
        if self._soon.isActive():
            self._soon.stop()
            self._write()
        if self._writer is not None:
            self._writer.shutdown(wait=True)
            self._writer = None

    def _on_changed(self, _section: str) -> None:
        if not self._is_closed and not self._soon.isActive():
            self._soon.start()

    def _write(self) -> None:
        if self._writer is None:
            self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="window file")
        self._writer.submit(self._on_disk, self._preferences.all())

    def _on_disk(self, sections: dict[str, dict[str, Any]]) -> None:
        """Runs on the writer's thread; the signal crosses to this object's own."""
        try:
            write_window_file(self._path, sections)
        except StorageError as error:
            self.failed.emit(str(error))
