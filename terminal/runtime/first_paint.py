"""Tells when a widget has been on the screen for the first time."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer


class FirstPaint(QObject):
    """An event filter that calls back, and sets `done`, after the first paint was handed to the screen."""

    def __init__(self, painted: Callable[[], None]) -> None:
        super().__init__()
        self._callback = painted
        self.done = asyncio.Event()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and not self.done.is_set():
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self._painted)
        return False

    def _painted(self) -> None:
        self._callback()
        self.done.set()
