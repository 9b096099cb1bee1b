"""How late the GUI thread is: a precise timer that measures its own delay."""

import time
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS: Final = 10


class Heartbeat(QObject):
    """Ticks every 10 ms and keeps by how many milliseconds each tick was late."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lateness_ms: list[float] = []
        self._due_s = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self.lateness_ms.clear()
        self._due_s = time.perf_counter() + BEAT_MS / 1000
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.lateness_ms.append(max(0.0, (now - self._due_s) * 1000))
        self._due_s = now + BEAT_MS / 1000

    def percentile(self, share: float) -> float:
        """Give a percentile of the lateness in ms, `share` in 0..1; 0 when nothing was measured."""
        if not self.lateness_ms:
            return 0.0
        ordered = sorted(self.lateness_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
