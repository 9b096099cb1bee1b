"""Collect garbage on the GUI thread only.

A collection that starts in a worker thread may destroy a widget there, which Qt does
not survive. So automatic collection is switched off and a timer on the GUI thread does it.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

YOUNG_EVERY_MS: Final = 1_000
FULL_EVERY: Final = 60  # young collections between two full ones


class GuiThreadCollector(QObject):
    """Owns garbage collection from its making until `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rounds = 0
        gc.disable()
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.setInterval(YOUNG_EVERY_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def _collect(self) -> None:
        self._rounds += 1
        gc.collect(2 if self._rounds % FULL_EVERY == 0 else 1)

    def stop(self) -> None:
        """Give collection back to the interpreter."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
