"""Takes events from the engine and hands them to the window when the engine is done with its turn.

The engine runs on the window's thread. Called directly, the window would redraw its tables
between a person's approval and the request that follows; here the request leaves first.
"""

from collections import deque
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject

T = TypeVar("T")

_DELIVER: Final = QEvent.Type(QEvent.registerEventType())


class EventRelay(QObject, Generic[T]):
    """First in, first out, on one thread; nothing is dropped or merged."""

    def __init__(self, take: Callable[[T], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._take = take
        self._waiting: deque[T] = deque()

    def put(self, event: T) -> None:
        """Keep an event for the window's next turn."""
        self._waiting.append(event)
        if len(self._waiting) == 1:
            QCoreApplication.postEvent(self, QEvent(_DELIVER))

    def deliver(self) -> None:
        """Hand over what has come until now."""
        for _ in range(len(self._waiting)):
            if self._waiting:
                self._take(self._waiting.popleft())

    def event(self, event: QEvent) -> bool:
        if event.type() != _DELIVER:
            return super().event(event)
        try:
            self.deliver()
        finally:
            if self._waiting:  # the window's answer brought more, or one event could not be shown
                QCoreApplication.postEvent(self, QEvent(_DELIVER))
        return True
