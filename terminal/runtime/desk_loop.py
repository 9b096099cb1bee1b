"""The asyncio loop inside Qt's: qasync, with the ready queue asyncio itself has.

qasync turns every `call_soon` into a Qt timer, so between two steps of one coroutine Qt may
paint, and a request of a dozen steps leaves a dozen paints late. Here what is ready waits
in one queue and is run in rounds, as asyncio does, before Qt gets its turn again.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any, Final

import qasync
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication

TURN_S: Final = 0.004
"""How long ready callbacks may run before the window gets its turn: a quarter of a frame."""

_RUN: Final = QEvent.Type(QEvent.registerEventType())


class _ReadyQueue(QObject):
    """Callbacks that are due now, run from one posted event. GUI thread only."""

    def __init__(self) -> None:
        super().__init__()
        self._handles: deque[asyncio.Handle] = deque()
        self._is_posted = False
        self._is_running = False
        self._is_closed = False

    def add(self, handle: asyncio.Handle) -> None:
        if self._is_closed:
            return
        self._handles.append(handle)
        if not self._is_running:
            self._post(Qt.EventPriority.HighEventPriority)

    def close(self) -> None:
        self._is_closed = True
        self._handles.clear()

    def event(self, event: QEvent) -> bool:
        if event.type() != _RUN:
            return super().event(event)
        self._is_posted = False
        if not self._is_running:  # a dialog's own event loop inside a callback: its tasks wait for the outer one
            self._run()
        return True

    def _run(self) -> None:
        self._is_running = True
        end_s = time.perf_counter() + TURN_S
        try:
            while self._handles and time.perf_counter() < end_s:
                for _ in range(len(self._handles)):
                    self._run_next()
        finally:
            self._is_running = False
            if self._handles:  # used up its turn, or a callback ended the program
                self._post(Qt.EventPriority.LowEventPriority)

    def _run_next(self) -> None:
        if self._handles:  # a callback may have closed the loop
            handle = self._handles.popleft()
            if not handle.cancelled():
                handle._run()  # noqa: SLF001 - what every event loop does with a Handle; there is no public way

    def _post(self, priority: Qt.EventPriority) -> None:
        if not self._is_posted:
            self._is_posted = True
            QCoreApplication.postEvent(self, QEvent(_RUN), priority.value)


class DeskLoop(qasync.QEventLoop):  # type: ignore[misc]  # qasync ships no types
    """qasync's loop with quick `call_soon`; timers and sockets stay qasync's."""

    def __init__(self, app: QApplication) -> None:
        self._ready_queue = _ReadyQueue()
        super().__init__(app)
        self._threads = qasync.QThreadExecutor()
        self.set_default_executor(self._threads)

    def call_soon(self, callback: Callable[..., Any], *args: Any, context: Context | None = None) -> asyncio.Handle:
        """Run `callback` in the next round, before Qt paints."""
        self._check_closed()
        handle = asyncio.Handle(callback, args, self, context)
        self._ready_queue.add(handle)
        return handle

    def close(self) -> None:
        """Wait for the threads, then end; what they still had to say is dropped, not said to a closed loop."""
        if not self.is_closed() and not self.is_running():
            self._threads.shutdown()
            self.set_default_executor(None)  # or qasync would end it a second time
            QCoreApplication.sendPostedEvents(None, QEvent.Type.MetaCall.value)
        super().close()
        self._ready_queue.close()
