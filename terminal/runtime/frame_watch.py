"""Counts the frames of a window and tells when each is done."""

import time
from array import array
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt

_DONE: Final = QEvent.Type(QEvent.registerEventType())


class FrameWatch(QObject):
    """Watches the one paint of all that is dirty, which Qt does for a window at a time.

    Attributes:
        count: frames so far.
        spent_ms: how long each took.
    """

    def __init__(self, window: QObject, done: Callable[[float], None]) -> None:
        """`done` is called after each frame with its end, in s of `time.perf_counter`."""
        super().__init__(window)
        self.count = 0
        self.spent_ms: array[float] = array("d")
        self._done = done
        self._began_s: float | None = None
        window.installEventFilter(self)

    def clear(self) -> None:
        self.count = 0
        del self.spent_ms[:]

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Qt paints right after this; our own event comes before anything else is done."""
        if event.type() == QEvent.Type.UpdateRequest and self._began_s is None:
            self._began_s = time.perf_counter()
            QCoreApplication.postEvent(self, QEvent(_DONE), Qt.EventPriority.HighEventPriority.value)
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() != _DONE:
            return super().event(event)
        if self._began_s is not None:
            now_s = time.perf_counter()
            self.count += 1
            self.spent_ms.append((now_s - self._began_s) * 1000)
            self._began_s = None
            self._done(now_s)
        return True
