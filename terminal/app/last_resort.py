"""What nobody caught: in full in the log file, in words to the person, and the window goes on.

Python would print it to a terminal nobody may see. It is told once a minute at most: a fault in something that is
painted comes back with every frame.
"""

import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal

WORDS: Final = (
    "A part of the window met an error of its own. Orders, stops and the journal do not depend on it. If something "
    "looks wrong, restart the program; send the log file with a report."
)
AGAIN_S: Final = 60.0
_log = logging.getLogger(__name__)


class LastResort(QObject):
    """Takes the place of Python's own hooks until `restore`; `say` is called on this object's thread.

    Signals:
        told: something was caught, on whatever thread.
    """

    told = Signal()

    def __init__(
        self, say: Callable[[str], None], monotonic_s: Callable[[], float], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._say = say
        self._monotonic_s = monotonic_s
        self._last_s = float("-inf")
        self._before = sys.excepthook, threading.excepthook
        self.told.connect(self._deliver, Qt.ConnectionType.QueuedConnection)  # never inside what just failed
        sys.excepthook = self._in_window
        threading.excepthook = self._in_thread

    def restore(self) -> None:
        sys.excepthook, threading.excepthook = self._before

    def _in_window(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not issubclass(kind, Exception):  # Ctrl+C and the like: as ever
            self._before[0](kind, error, trace)
            return
        _log.error("nobody caught this", exc_info=(kind, error, trace))
        self._tell()

    def _in_thread(self, what: threading.ExceptHookArgs) -> None:
        error = what.exc_value
        if error is not None and isinstance(error, Exception):
            _log.error("nobody caught this in a thread", exc_info=error)
            self._tell()

    def _tell(self) -> None:
        now_s = self._monotonic_s()
        if now_s - self._last_s >= AGAIN_S:
            self._last_s = now_s
            self.told.emit()

    def _deliver(self) -> None:
        self._say(WORDS)
